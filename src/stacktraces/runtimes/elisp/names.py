"""Emacs Lisp: a function's name starts with its package's."""

from __future__ import annotations

from ..._regex import regex
from .._naming import NameRules, Role, Symbol

_PLATFORM = regex(
    r"(?:command-line(?:-1)?|normal-top-level|load(?:-with-code-conversion|-file)?|eval(?:-\S+)?|funcall(?:-interactively)?"
    r"|apply|call-interactively|command-execute|byte-code|require|mapcar?|mapc|run-hooks|run-hook-with-args\S*|signal"
    r"|execute-extended-command|recursive-edit|timer-event-handler|startup--\S+|debug|lambda)\Z"
)
_CRASH = frozenset({"error", "signal", "user-error", "debug", "cl--assertion-failed"})


def normalise(name: str) -> str:
    """The function as printed."""
    return name


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a frame."""
    name = normalise(function)
    if name in _CRASH:
        return Symbol(name, "", "crash", "raises the error")
    if not name:
        return Symbol("", "", "unknown", "no name")
    role: Role = "platform" if _PLATFORM.match(name) else "own"
    return Symbol(name, "", role, "a function of Emacs" if role == "platform" else "own code")


NAMES = NameRules(
    name="elisp",
    suffixes=(".el", ".elc"),
    normalise=normalise,
    symbol=symbol,
    fold_platform=True,
)
