"""JSON documents for standard output."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from ..render.report import encode


def echo_document(document: dict[str, Any]) -> None:
    """Write ``document``, indented."""
    click.echo(msgspec.json.format(encode(document), indent=2))
