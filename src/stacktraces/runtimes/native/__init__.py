"""Native code: C and C++, and what debuggers show of processes of any language."""

from __future__ import annotations

from .. import NameRules, Runtime, formats_in


def names() -> NameRules:
    from .names import NAMES

    return NAMES


RUNTIME = Runtime(
    name="native",
    title="C, C++ and what debuggers show",
    names=names,
    formats=formats_in(f"{__name__}.formats"),
)
