"""OCaml: a function's name starts with its module, which tells whose it is."""

from __future__ import annotations

from ..._regex import regex
from .._naming import NameRules, Role, Symbol

_ANONYMOUS = regex(r"(?:\.\(fun\)){1,16}\Z")
_STAMP = regex(r"_\d++\Z")
_PLATFORM = ("Stdlib", "CamlinternalLazy", "CamlinternalFormat", "CamlinternalOO", "Unix", "Thread", "Mutex")
_LIBRARIES = (
    "Lwt",
    "Base",
    "Core",
    "Async",
    "Cohttp",
    "Dream",
    "Eio",
    "Yojson",
    "Alcotest",
    "Cmdliner",
    "Fmt",
)


def normalise(name: str) -> str:
    """The function without the number that the compiler gives to local ones; its functions stay apart."""
    return _STAMP.sub("", _ANONYMOUS.sub(".(fun)", name))


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a frame, by the module that its name starts with."""
    name = normalise(function)
    unit = name.partition(".")[0].partition("__")[0]
    role: Role = "own"
    reason = "own code"
    if unit in _PLATFORM:
        role, reason = "platform", "the standard library"
    elif unit in _LIBRARIES or unit.startswith("Lwt_") or "/.opam/" in file:
        role, reason = "library", "third-party code"
    elif not name and not file:
        role, reason = "unknown", "no name"
    # Without a name, as before 4.11, the file tells.
    return Symbol(name, "" if name else file.rpartition("/")[2], role, reason)


NAMES = NameRules(
    name="ocaml",
    suffixes=(".ml", ".mll", ".mly", ".re"),
    normalise=normalise,
    symbol=symbol,
    overflows=frozenset({"Stack_overflow", "Stdlib.Stack_overflow"}),
    fold_platform=True,
)
