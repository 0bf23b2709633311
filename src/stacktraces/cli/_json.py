"""JSON documents for standard output."""

from __future__ import annotations

import re
from typing import Any

import click
import msgspec

from ..render.report import encode

_INVISIBLE = re.compile(r"[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def echo_document(document: dict[str, Any]) -> None:
    """Write ``document``, indented."""
    click.echo(escaped(msgspec.json.format(encode(document), indent=2).decode()))


def escaped(text: str) -> str:
    """JSON ``text`` that means the same and steers no terminal: JSON itself escapes only C0 characters."""
    return _INVISIBLE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
