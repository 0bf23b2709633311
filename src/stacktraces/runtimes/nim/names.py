"""Nim: packages live below ``pkgs``, the standard library below ``lib``."""

from __future__ import annotations

from ..._regex import regex
from .._naming import NameRules, Role, Symbol
from .._paths import clean, own_place

_STANDARD = regex(r".*/(?:lib/nim(?:/lib)?|nim(?:-[\d.]{1,20})?/lib|choosenim/toolchains/[^/]{1,60}/lib)/")
_PACKAGE = regex(r".*/\.nimble/pkgs2?/(?P<name>[\w]{1,100}?)-[^/]{1,100}/")
_CRASH = frozenset(
    {
        "sysFatal", "raiseIndexError2", "raiseOverflow", "raiseExceptionEx", "failedAssertImpl",
        "raiseAssert",
    }
)  # fmt: skip


def normalise(name: str) -> str:
    """The procedure as printed."""
    return name


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a frame."""
    name = normalise(function)
    path = clean(file)
    if name in _CRASH:
        return Symbol(name, "", "crash", "raises the error")
    role: Role = "own"
    place, reason = own_place(path, root), "own code"
    if package := _PACKAGE.match(path):
        role, place, reason = "library", f"{package['name']}/{path[package.end() :]}", "a package"
    elif standard := _STANDARD.match(path):
        role, place, reason = "platform", path[standard.end() :], "the standard library"
    return Symbol(name, place, role, reason)


NAMES = NameRules(
    name="nim",
    suffixes=(".nim", ".nims"),
    normalise=normalise,
    symbol=symbol,
)
