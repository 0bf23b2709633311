"""Secret tokens: what is kept of one, and what its bearer may do."""

from __future__ import annotations

import hashlib
from typing import Literal, TypeAlias

import msgspec

TokenKind: TypeAlias = Literal["read", "write", "change", "metrics", "admin"]
"""``read`` and ``write`` allow just that in one project; ``change`` reads and changes the issues of one
project; ``metrics`` reads how the site does; ``admin`` does all of these in all projects, and what is of
the whole site. Only ``write`` takes in."""
OF_THE_SITE: frozenset[TokenKind] = frozenset({"metrics", "admin"})
"""Kinds of tokens that are of no project; administrators make them."""

_ALLOWED: dict[TokenKind, frozenset[TokenKind]] = {
    "read": frozenset({"read"}),
    "write": frozenset({"write"}),
    "change": frozenset({"read", "change"}),
    "metrics": frozenset({"metrics"}),
    "admin": frozenset({"read", "change", "metrics", "admin"}),
}


class Bearer(msgspec.Struct, frozen=True):
    """Who has a token."""

    kind: TokenKind
    project: str | None
    """``None``: the token is of all projects."""
    name: str
    """What people call the token."""

    def may(self, access: TokenKind) -> bool:
        """Whether the token allows it."""
        return access in _ALLOWED[self.kind]


def digest(token: str) -> str:
    """The SHA-256 of ``token`` in hexadecimal digits: finds its row, and does not tell it."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
