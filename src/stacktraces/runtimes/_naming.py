"""Name rules: what names on a stack say once versions, machines and compilers are taken out of them.

Each runtime declares its own. Everything here is a pure function of names as printed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import msgspec

Role: TypeAlias = Literal["own", "library", "platform", "crash", "entry", "glue", "unknown"]
"""What a frame is: the user's own code, a third-party library's, the language's own library or runtime,
machinery of dying (abort, raise, a signal handler), what starts a program or a thread, what a compiler or
an importer puts in between, or nothing that can be named."""


class Symbol(msgspec.Struct, frozen=True):
    """A frame's name, without what differs from build to build."""

    function: str
    """The normalised function; "" where unknown."""
    place: str
    """Where it lives, relative to its package; "" where the function's name says it all."""
    role: Role
    reason: str
    """Why it has that role, or what it is, in words."""
    token: str = ""
    """The text that stands for the frame in a fingerprint; made of the others."""

    def __post_init__(self) -> None:
        token = f"{self.place}:{self.function}" if self.place else self.function
        msgspec.structs.force_setattr(self, "token", token)


def _same_error(printed: str, _message: str) -> str:
    return printed


class NameRules(msgspec.Struct, frozen=True):
    """How the names that one runtime prints are read."""

    name: str
    """That of the runtime."""
    suffixes: tuple[str, ...]
    """The file name endings, lower case, that tell a frame of this runtime on a debugger's stack."""
    normalise: Callable[[str], str]
    """A function name as printed, to what stays the same from build to build."""
    symbol: Callable[[str, str, str, str | None], Symbol]
    """From function, module and file as printed ("" where unknown) and the folder of the program's main
    script (``None`` where not known)."""
    error: Callable[[str, str], str] = _same_error
    """From an error's printed type and message to a type that is the same in every version."""
    marks: tuple[str, ...] = ()
    """Beginnings of file names that are no files (``<frozen ``, ``node:``), which tell the same."""
    overflows: frozenset[str] = frozenset()
    """The types, as ``error`` gives them, of errors that say that the stack was full."""
    worded: frozenset[str] = frozenset()
    """The types, as ``error`` gives them, of errors whose message each version of the runtime words anew."""
    main: frozenset[str] = frozenset()
    """Functions that stand for the top level of a script."""
    compiled: bool = False
    """Its code may live in shared objects, so that frames in them follow these rules too."""
    fold_platform: bool = False
    """The platform's own frames differ between versions: only where they are entered counts."""
