"""Lua: functions are called by what they were called through, or by where they start."""

from __future__ import annotations

import functools
import re

from ..._regex import regex
from .._naming import NameRules, Role, Symbol
from .._paths import clean, own_place

_ANONYMOUS = regex(r"function <(?:.*/)?(?P<file>[^/]*?)(?::\d+)?>\Z", re.DOTALL)
_LIBRARY = regex(r".*(?:/share/lua/\d[\d.]*/|/lualib/|/lib/lua/\d[\d.]*/)", re.DOTALL)
_RAISE = frozenset({"error", "assert"})
_NATIVE = ("[C]", "[builtin")
_TEXT = "[string "


def normalise(name: str) -> str:
    """The name without the line and the folder of an anonymous function, and without its table."""
    if found := _ANONYMOUS.match(name):
        return f"function <{found['file']}>"
    return name.rpartition(".")[2] or name


@functools.lru_cache(maxsize=4096)
def _place(file: str, root: str | None) -> tuple[str, Role, str]:
    path = clean(file)
    if library := _LIBRARY.match(path):
        return path[library.end() :], "library", "third-party code"
    return own_place(path, root), "own", "own code"


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a Lua frame."""
    name = normalise(function)
    if file.startswith(_NATIVE) or not file:
        if name in _RAISE:
            return Symbol(name, "", "crash", "raises the error")
        return Symbol(name, "", "platform" if name else "entry", "code in C")
    if file.startswith(_TEXT):
        return Symbol(name, _TEXT.strip() + "]", "own", "own code")
    # Lua cuts long paths at their start.
    place, role, reason = _place(file.rpartition("/")[2] if file.startswith("...") else file, root)
    return Symbol(name, place, role, reason)


NAMES = NameRules(
    name="lua",
    suffixes=(".lua",),
    marks=(_TEXT, "[C]", "[builtin"),
    normalise=normalise,
    symbol=symbol,
    main=frozenset({"main chunk"}),
    fold_platform=True,
)
