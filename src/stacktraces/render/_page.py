"""What every HTML page of ours begins and ends with: one file, no network, no script but its own."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence

from ._safe import safe


def said(text: str | None) -> str:
    """Text from the input, for a line of a page or a quoted attribute."""
    return safe(text or "", "html")


def head(title: str, facts: Sequence[str], style: str, script: str) -> Iterator[str]:
    """Up to the title and the facts under it, within the header, which the caller ends.

    The policy of the page lets no other script run than ``script``, and nothing be loaded.
    """
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    yield (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{said(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"<header><h1>{said(title)}</h1>\n<p>{' · '.join(said(each) for each in facts if each)}</p>\n"
    )


def foot(note: str, script: str) -> str:
    """The end, after ``main`` was ended."""
    return f"<footer>{said(note)}Made by stacktraces.</footer>\n<script>{script}</script>\n</body>\n</html>\n"
