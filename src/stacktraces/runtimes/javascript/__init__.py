"""JavaScript: Node, Deno, Bun and browsers."""

from __future__ import annotations

from .. import NameRules, Runtime


def names() -> NameRules:
    from .names import NAMES

    return NAMES


RUNTIME = Runtime(name="javascript", title="JavaScript", names=names)
