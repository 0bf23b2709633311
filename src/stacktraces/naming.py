"""The symbol of a frame: its name and place by the rules of its runtime, and what role it has."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from .model import Frame
from .runtimes import NameRules, Symbol, all_runtimes

_LONGEST = 500
"""Characters of a path that count: input is untrusted, and the caches hold names."""
_LONGEST_FUNCTION = 10_000
"""Characters of a function that count: template arguments make thousands, and the name stands last."""


@functools.cache
def all_name_rules() -> dict[str, NameRules]:
    """The name rules of every runtime, by its name."""
    return {name: runtime.names() for name, runtime in all_runtimes().items()}


def normalise(name: str, language: str = "native") -> str:
    """``name``, a function as printed, without what differs between builds of the same source.

    Raises ``KeyError`` for a language that is not known.
    """
    return all_name_rules()[language].normalise(name)


@functools.cache
def _by_suffix() -> dict[str, NameRules]:
    return {suffix: each for each in all_name_rules().values() for suffix in each.suffixes}


@functools.lru_cache(maxsize=4096)
def _by_file(file: str) -> NameRules | None:
    for each in all_name_rules().values():
        if each.marks and file.startswith(each.marks):
            return each
    stem = file.partition("?")[0]
    return _by_suffix().get(stem[stem.rfind(".") :].lower())


def language_of(frames: Iterable[Frame]) -> NameRules:
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
    languages = all_name_rules()
    if votes:
        return languages[max(votes, key=votes.__getitem__)]
    tops = {frame.function for frame in frames}
    return next((each for each in languages.values() if not tops.isdisjoint(each.main)), languages["native"])


@functools.lru_cache(maxsize=16384)
def _symbol(default: str, function: str, module: str, file: str, root: str | None) -> tuple[Symbol, bool]:
    language = (_by_file(file) if file else None) or all_name_rules()[default]
    function, module, file = (each.replace("\n", " ") for each in (function, module, file))
    return language.symbol(function, module, file, root), language.fold_platform


def symbol(frame: Frame, default: NameRules, root: str | None = None) -> tuple[Symbol, bool]:
    """The symbol of ``frame``, and whether runs of its platform's frames are to be folded.

    ``default`` is the language taken where the file does not tell; ``root`` the folder of the program's
    main script, where known.
    """
    function, module, file = frame.function or "", frame.module or "", frame.file or ""
    if len(function) + len(module) + len(file) <= _LONGEST:
        return _symbol(default.name, function, module, file, root)
    read = _symbol if len(function) <= _LONGEST else _symbol.__wrapped__
    return read(default.name, function[:_LONGEST_FUNCTION], module[-_LONGEST:], file[-_LONGEST:], root)


def script_folder(frames: list[Frame], language: NameRules) -> str | None:
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
