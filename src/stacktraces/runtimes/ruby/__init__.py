"""Ruby."""

from __future__ import annotations

from .. import NameRules, Runtime


def names() -> NameRules:
    from .names import NAMES

    return NAMES


RUNTIME = Runtime(name="ruby", title="Ruby", names=names)
