"""Tcl: procedures are called by name, files lie where they are sourced from."""

from __future__ import annotations

from ..._regex import regex
from .._naming import NameRules, Role, Symbol
from .._paths import clean, own_place

_STANDARD = regex(r".*/(?:tcl|tk|tcllib)\d?[\d.]{0,8}/|zipfs:/")
_PLATFORM = frozenset(
    {
        "eval", "uplevel", "foreach", "catch", "try", "after", "namespace eval", "package require",
        "source",
    }
)  # fmt: skip


def normalise(name: str) -> str:
    """The procedure without the leading colons of the global namespace."""
    return name.removeprefix("::")


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a frame."""
    name = normalise(function)
    if name in _PLATFORM:
        return Symbol(name, "", "platform", "a command of Tcl")
    path = clean(file)
    role: Role = "own" if name or path else "unknown"
    place, reason = own_place(path, root) if path else "", "own code" if role == "own" else "no name"
    if standard := _STANDARD.match(path):
        role, place, reason = "platform", path[standard.end() :], "the standard library"
    return Symbol(name, place, role, reason)


NAMES = NameRules(
    name="tcl",
    suffixes=(".tcl", ".tm", ".itcl"),
    normalise=normalise,
    symbol=symbol,
)
