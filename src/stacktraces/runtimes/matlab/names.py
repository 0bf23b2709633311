"""MATLAB and Octave: ``file>function``, ``Class/method``; their own functions have no line."""

from __future__ import annotations

from ..._regex import regex
from .._naming import NameRules, Role, Symbol

_ANONYMOUS = regex(r"@<?anonymous>?|@\([^)]{0,200}\).*")
_PLATFORM = frozenset(
    {
        "run", "cellfun", "arrayfun", "feval", "evalin", "eval", "print_usage", "error", "evalc",
    }
)  # fmt: skip


def normalise(name: str) -> str:
    """The function; anonymous ones without their text."""
    return _ANONYMOUS.sub("@<anonymous>", name)


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a frame."""
    name = normalise(function)
    if not name:
        return Symbol("", "", "unknown", "no name")
    role: Role = "platform" if name in _PLATFORM else "own"
    return Symbol(name, "", role, "a function of the program" if role == "platform" else "own code")


NAMES = NameRules(
    name="matlab",
    suffixes=(".m", ".mlx"),
    normalise=normalise,
    symbol=symbol,
)
