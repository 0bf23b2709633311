"""Zig: the standard library is source code, packages lie in a cache by their hash."""

from __future__ import annotations

from ..._regex import regex
from .._naming import NameRules, Role, Symbol
from .._paths import clean, own_place

_STANDARD = regex(r".*/(?:lib/)?(?:zig/)?(?:lib/)?(?:std|compiler|compiler_rt)(?:/|(?=\.zig))")
_PACKAGE = regex(r".*/(?:\.cache/zig|zig-pkg|zig-cache)/p/[^/]{1,200}/")
_GENERIC = regex(r"__(?:anon|struct|enum|union)_\d{1,12}|\([^()]{0,500}\)")
_ENTRY = frozenset(
    {
        "main", "_start", "posixCallMainAndExit", "callMain", "callMainWithArgs",
        "initEventLoopAndCallMain",
    }
)  # fmt: skip
_CRASH = frozenset(
    {
        "defaultPanic", "panicExtra", "outOfBounds", "panicOutOfBounds", "integerOverflow",
        "unwrapError", "reachedUnreachable",
    }
)  # fmt: skip


def normalise(name: str) -> str:
    """The function without the numbers and arguments of generic ones."""
    return _GENERIC.sub("", name)


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a frame."""
    name = normalise(function)
    if name in _CRASH:
        return Symbol(name, "", "crash", "raises the panic")
    path = clean(file)
    if not path:
        return Symbol(
            name, "", "library" if module.endswith(".so") or ".so." in module else "unknown", "native code"
        )
    role: Role = "own"
    place, reason = own_place(path, root), "own code"
    if package := _PACKAGE.match(path):
        role, place, reason = "library", path[package.end() :], "a package"
    elif standard := _STANDARD.match(path):
        role, place, reason = (
            "entry" if name in _ENTRY else "platform",
            path[standard.end() :],
            "the standard library",
        )
    return Symbol(name, place, role, reason)


NAMES = NameRules(
    name="zig",
    suffixes=(".zig", ".zon"),
    normalise=normalise,
    symbol=symbol,
    compiled=True,
    fold_platform=True,
)
