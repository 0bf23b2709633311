"""What is kept of a secret token."""

from __future__ import annotations

import hashlib


def digest(token: str) -> str:
    """The SHA-256 of ``token`` in hexadecimal digits: finds its row, and does not tell it."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
