"""The symbol of a frame: its name and place by the rules of its runtime, and what role it has."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from ._regex import regex
from .model import Frame
from .runtimes import NameRules, Symbol, all_runtimes, runtime_named

NATIVE = "native"
"""The runtime of native code; its rules are taken too where a runtime is not known."""

_LONGEST = 500
"""Characters of a path that count: input is untrusted, and the caches hold names."""
_LONGEST_FUNCTION = 10_000
"""Characters of a function that count: template arguments make thousands, and the name stands last."""
_SHARED_OBJECT = regex(r"\.(?:so|dylib)(?:\.[\d.]*+)?\Z")


@functools.lru_cache(maxsize=64)
def name_rules(runtime: str | None) -> NameRules:
    """The name rules of the runtime of that name; native code's where it is ``None`` or none of ours."""
    found = runtime_named(runtime) if runtime is not None else None
    return (found or all_runtimes()[NATIVE]).names()


@functools.cache
def all_name_rules() -> dict[str, NameRules]:
    """The name rules of every runtime, by its name."""
    return {name: runtime.names() for name, runtime in all_runtimes().items()}


def normalise(name: str, runtime: str | None = NATIVE) -> str:
    """``name``, a function as ``runtime`` prints it, without what differs between builds of one source."""
    return name_rules(runtime).normalise(name)


@functools.cache
def _by_suffix() -> dict[str, NameRules]:
    return {suffix: each for each in all_name_rules().values() for suffix in each.suffixes}


def rules_of_file(file: str) -> NameRules | None:
    """The rules of the runtime whose source files are named like ``file``; ``None`` where that tells none."""
    for each in all_name_rules().values():
        if each.marks and file.startswith(each.marks):
            return each
    stem = file.partition("?")[0]
    return _by_suffix().get(stem[stem.rfind(".") :].lower())


@functools.lru_cache(maxsize=4096)
def _rules_of_frame(runtime: str, module: str, file: str) -> NameRules:
    """The rules for one frame of a stack that ``runtime`` printed: its own, but for two kinds of frame.

    A debugger shows processes of every language, and one stack may hold frames of several: in a native stack
    the file tells. And a tool of a runtime may show native frames between its own, by their shared object.
    """
    if runtime == NATIVE:
        return (rules_of_file(file) if file else None) or name_rules(NATIVE)
    rules = name_rules(runtime)
    return name_rules(NATIVE) if module and not rules.compiled and _SHARED_OBJECT.search(module) else rules


@functools.lru_cache(maxsize=16384)
def _symbol(runtime: str, function: str, module: str, file: str, root: str | None) -> tuple[Symbol, bool]:
    rules = _rules_of_frame(runtime, module, file)
    function, module, file = (each.replace("\n", " ") for each in (function, module, file))
    return rules.symbol(function, module, file, root), rules.fold_platform


def symbol(frame: Frame, rules: NameRules, root: str | None = None) -> tuple[Symbol, bool]:
    """The symbol of ``frame``, and whether runs of its platform's frames are to be folded.

    ``rules`` are those of the runtime that printed the stack; ``root`` is the folder of the program's main
    script, where known.
    """
    function, module, file = frame.function or "", frame.module or "", frame.file or ""
    if len(function) + len(module) + len(file) <= _LONGEST:
        return _symbol(rules.name, function, module, file, root)
    read = _symbol if len(function) <= _LONGEST else _symbol.__wrapped__
    return read(rules.name, function[:_LONGEST_FUNCTION], module[-_LONGEST:], file[-_LONGEST:], root)


def own_frames(frames: Sequence[Frame], runtime: str | None) -> list[bool]:
    """Which of ``frames``, a stack that ``runtime`` printed, are the program's own code.

    ``runtime`` is ``None`` where it is not known.
    """
    rules = name_rules(runtime)
    root = script_folder(frames, rules)
    return [symbol(each, rules, root)[0].role == "own" and not each.unreliable for each in frames]


def innermost_own(frames: Sequence[Frame], runtime: str | None) -> Frame | None:
    """The innermost of ``frames`` that is the program's own code and no guess; ``None`` where none is."""
    rules = name_rules(runtime)
    root = script_folder(frames, rules)
    own = (each for each in frames if symbol(each, rules, root)[0].role == "own")
    return next((each for each in own if not each.unreliable), None)


def script_folder(frames: Sequence[Frame], rules: NameRules) -> str | None:
    """The folder of the script that the outermost of ``frames`` runs; ``None`` where none does.

    A relative script has the folder as printed, which may be "".
    """
    for frame in reversed(frames):
        if not frame.file:
            continue
        main = _rules_of_frame(rules.name, (frame.module or "")[-_LONGEST:], frame.file[-_LONGEST:]).main
        if frame.function in main and not frame.file.startswith("<"):
            found, _ = symbol(frame, rules)
            if found.role == "own":
                return frame.file.replace("\\", "/").rpartition("/")[0]
        elif symbol(frame, rules)[0].role in ("own", "library"):
            return None
    return None
