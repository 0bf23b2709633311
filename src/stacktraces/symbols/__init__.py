"""What names on a stack say once versions, machines and compilers are taken out of them.

One module a language, found by scanning this folder; each declares ``LANGUAGE``. Modules whose name
starts with an underscore are shared helpers. Everything here is a pure function of names as printed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Literal, TypeAlias

import msgspec

from .._folder import modules_in
from ..model import Frame

_LONGEST = 500
"""Characters of a path that count: input is untrusted, and the caches hold names."""
_LONGEST_FUNCTION = 10_000
"""Characters of a function that count: template arguments make thousands, and the name stands last."""

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


class Language(msgspec.Struct, frozen=True):
    """How the names of one language are read."""

    name: str
    """Unique, a lower-case word."""
    suffixes: tuple[str, ...]
    """The file name endings, lower case, whose frames are of this language."""
    normalise: Callable[[str], str]
    """A function name as printed, to what stays the same from build to build."""
    symbol: Callable[[str, str, str, str | None], Symbol]
    """From function, module and file as printed ("" where unknown) and the folder of the program's main
    script (``None`` where not known)."""
    error: Callable[[str, str], str] = _same_error
    """From an error's printed type and message to a type that is the same in every version."""
    marks: tuple[str, ...] = ()
    """Beginnings of file names that are no files (``<frozen ``, ``node:``)."""
    main: frozenset[str] = frozenset()
    """Functions that stand for the top level of a script."""
    fold_platform: bool = False
    """The platform's own frames differ between versions: only where they are entered counts."""


@functools.cache
def all_languages() -> dict[str, Language]:
    """Every language by name."""
    found: list[Language] = [module.LANGUAGE for module in modules_in(__name__, __path__)]
    return {each.name: each for each in sorted(found, key=lambda each: each.name)}


def normalise(name: str, language: str = "native") -> str:
    """``name``, a function as printed, without what differs between builds of the same source.

    Raises ``KeyError`` for a language that is not known.
    """
    return all_languages()[language].normalise(name)


@functools.cache
def _by_suffix() -> dict[str, Language]:
    return {suffix: each for each in all_languages().values() for suffix in each.suffixes}


@functools.lru_cache(maxsize=4096)
def _by_file(file: str) -> Language | None:
    for each in all_languages().values():
        if each.marks and file.startswith(each.marks):
            return each
    stem = file.partition("?")[0]
    return _by_suffix().get(stem[stem.rfind(".") :].lower())


def language_of(frames: Iterable[Frame]) -> Language:
    """The language of most of ``frames``, told by their files, else by what they call a script's top
    level; native where nothing tells."""
    frames = list(frames)
    votes: dict[str, int] = {}
    for frame in frames:
        file = frame.file
        if not file:
            continue
        language = _by_file(file if len(file) <= _LONGEST else file[-_LONGEST:])
        if language is not None:
            count = votes[language.name] = votes.get(language.name, 0) + 1
            if count * 2 > len(frames):
                return language
    languages = all_languages()
    if votes:
        return languages[max(votes, key=votes.__getitem__)]
    tops = {frame.function for frame in frames}
    return next((each for each in languages.values() if not tops.isdisjoint(each.main)), languages["native"])


@functools.lru_cache(maxsize=16384)
def _symbol(default: str, function: str, module: str, file: str, root: str | None) -> tuple[Symbol, bool]:
    language = (_by_file(file) if file else None) or all_languages()[default]
    function, module, file = (each.replace("\n", " ") for each in (function, module, file))
    return language.symbol(function, module, file, root), language.fold_platform


def symbol(frame: Frame, default: Language, root: str | None = None) -> tuple[Symbol, bool]:
    """The symbol of ``frame``, and whether runs of its platform's frames are to be folded.

    ``default`` is the language taken where the file does not tell; ``root`` the folder of the program's
    main script, where known.
    """
    function, module, file = frame.function or "", frame.module or "", frame.file or ""
    if len(function) + len(module) + len(file) <= _LONGEST:
        return _symbol(default.name, function, module, file, root)
    read = _symbol if len(function) <= _LONGEST else _symbol.__wrapped__
    return read(default.name, function[:_LONGEST_FUNCTION], module[-_LONGEST:], file[-_LONGEST:], root)


def script_folder(frames: list[Frame], language: Language) -> str | None:
    """The folder of the script that the outermost of ``frames`` runs; ``None`` where none does.

    A relative script has the folder as printed, which may be "".
    """
    for frame in reversed(frames):
        if frame.function in language.main and frame.file and not frame.file.startswith("<"):
            found, _ = symbol(frame, language)
            if found.role == "own":
                return frame.file.replace("\\", "/").rpartition("/")[0]
        elif frame.file and symbol(frame, language)[0].role in ("own", "library"):
            return None
    return None
