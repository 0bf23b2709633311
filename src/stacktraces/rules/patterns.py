"""What a frame, a thread or a process must be like for a rule to hold. See ``docs/rules.md``."""

from __future__ import annotations

import fnmatch
import functools
import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeAlias

from .._linear import why_not_linear
from .._regex import regex
from ..model import Frame

TextPattern: TypeAlias = Callable[[str | None], bool]
FramePattern: TypeAlias = Callable[[Frame], bool]
ProcessPattern: TypeAlias = Callable[["Facts"], bool]

TEXT_LIMIT = 2000
"""Characters of a text that a regular expression looks at."""
UNKNOWN = "??"
"""Stands for what the tool did not tell."""

FRAME_KEYS = ("function", "contains", "matches", "module", "file", "like")
EXPRESSION_KEYS = ("matches", "thread", "command")
"""Those that take regular expressions."""
PROCESS_KEYS = ("executable", "command", "function", "module", "file")

# child_main.isra.0, take_gil.constprop.1.cold: the compiler's copies of a function.
_COPY = regex(r"\.(?:isra|part|constprop|cold|lto_priv|llvm)\b")


class Wrong(Exception):
    """A rule is wrong; the reader of the file adds where."""


class Facts(NamedTuple):
    """What is known of a process as a whole."""

    executable: str | None = None
    command: str | None = None
    functions: frozenset[str] = frozenset()
    modules: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        frames: Iterable[Frame],
        executable: str | None = None,
        command: str | None = None,
        libraries: Iterable[str] = (),
    ) -> Facts:
        """The facts that the frames of all its threads tell, and its mapped libraries."""
        functions, modules, files = set[str | None](), set[str | None](libraries), set[str | None]()
        for frame in frames:
            functions.add(frame.function)
            modules.add(frame.module)
            files.add(frame.file)
        return cls(executable, command, _known(functions), _known(modules), _known(files))


def _known(texts: set[str | None]) -> frozenset[str]:
    return frozenset(text for text in texts if text is not None)


@functools.lru_cache(maxsize=4096)
def _plain(function: str) -> str:
    """A function without C++ parameters and without the compiler's mark of a copy."""
    name = function.partition("(")[0] or function
    copy = _COPY.search(name, 1)
    return name[: copy.start()] if copy else name


def words(value: object, key: str) -> list[str]:
    """The text or list of texts that a key was given. Raises ``Wrong``."""
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list) or not found or not all(isinstance(word, str) and word for word in found):
        raise Wrong(f"{key!r} takes a text or a list of texts")
    return found


def expressions(value: object, key: str) -> TextPattern:
    """Holds for a text in which one of these regular expressions is found."""
    try:
        compiled = [re.compile(word) for word in words(value, key)]
    except (re.error, RecursionError, OverflowError) as error:
        raise Wrong(f"{key!r} is no regular expression: {error}") from None
    return lambda text: text is not None and any(each.search(text[:TEXT_LIMIT]) for each in compiled)


def check_time(table: object) -> None:
    """Raises ``Wrong`` for a regular expression within ``table`` that can take more than linear time."""
    if isinstance(table, list):
        for each in table:
            check_time(each)
    elif isinstance(table, dict):
        for key, value in table.items():
            if key in EXPRESSION_KEYS:
                for word in words(value, key):
                    if reason := why_not_linear(word):
                        raise Wrong(f"{key!r} can take more than linear time: {reason}")
            else:
                check_time(value)


def _names(value: object, key: str) -> TextPattern:
    names = frozenset(words(value, key))
    return lambda name: UNKNOWN in names if name is None else name in names or _plain(name) in names


def _parts(value: object, key: str) -> TextPattern:
    parts = words(value, key)
    return lambda name: name is not None and any(part in name for part in parts)


def _paths(value: object, key: str) -> TextPattern:
    """A path is given whole, or by how it ends; ``*`` and ``?`` stand for any characters."""
    given = words(value, key)
    globs = [re.compile("(?s:.*/)?" + fnmatch.translate(word)) for word in given if set(word) & set("*?[")]
    plain = [word for word in given if not set(word) & set("*?[")]
    ends = tuple("/" + word for word in plain)

    @functools.lru_cache(maxsize=4096)
    def holds(path: str | None) -> bool:
        if path is None:
            return UNKNOWN in given
        path = path[-TEXT_LIMIT:]
        return path in plain or path.endswith(ends) or any(each.match(path) for each in globs)

    return holds


_TEXT_PATTERNS: Mapping[str, tuple[str, Callable[[object, str], TextPattern]]] = {
    "function": ("function", _names),
    "contains": ("function", _parts),
    "matches": ("function", expressions),
    "module": ("module", _paths),
    "file": ("file", _paths),
}


def _on_frame(key: str, value: object) -> FramePattern:
    attribute, build = _TEXT_PATTERNS[key]
    holds = build(value, key)
    match attribute:
        case "function":
            return lambda frame: holds(frame.function)
        case "module":
            return lambda frame: holds(frame.module)
        case _:
            return lambda frame: holds(frame.file)


Kinds: TypeAlias = Mapping[str, FramePattern]
"""The kinds of frames that a pack gave names to."""


def _one_kind(kinds: Kinds, value: object) -> FramePattern:
    chosen = []
    for name in words(value, "like"):
        if name not in kinds:
            raise Wrong(f"'like' names {name!r}, which is not in [like]")
        chosen.append(kinds[name])
    return chosen[0] if len(chosen) == 1 else lambda frame: any(kind(frame) for kind in chosen)


def frame_pattern(value: object, key: str, kinds: Kinds) -> FramePattern:
    """A function's name, a list of them, or a table of ``FRAME_KEYS`` that must all hold."""
    if isinstance(value, str | list):
        return _on_frame("function", value)
    if not isinstance(value, dict) or not value:
        raise Wrong(f"{key!r} takes a function's name, a list of them, or a table")
    parts: list[FramePattern] = []
    for part, wanted in value.items():
        if part not in FRAME_KEYS:
            raise Wrong(f"{part!r} is not known in {key!r}; known are {', '.join(FRAME_KEYS)}")
        parts.append(_one_kind(kinds, wanted) if part == "like" else _on_frame(part, wanted))
    return parts[0] if len(parts) == 1 else lambda frame: all(part(frame) for part in parts)


def kinds_of_frames(value: object) -> Kinds:
    """The table ``[like]``: for each name a frame's table, or a list of them of which one must hold."""
    if not isinstance(value, dict):
        raise Wrong("[like] takes names, each with a table or a list of tables")
    return {name: _kind(name, given) for name, given in value.items()}


def _kind(name: str, given: object) -> FramePattern:
    tables = given if isinstance(given, list) else [given]
    if not tables or not all(isinstance(table, dict) for table in tables):
        raise Wrong(f"{name!r} in [like] takes a table or a list of tables")
    patterns = [frame_pattern(table, name, {}) for table in tables]
    return lambda frame: any(pattern(frame) for pattern in patterns)


def process_pattern(value: object) -> ProcessPattern:
    """A table of ``PROCESS_KEYS`` that must all hold for a process."""
    if not isinstance(value, dict) or not value:
        raise Wrong(f"[[process]] says nothing about a process; give one of {', '.join(PROCESS_KEYS)}")
    parts = [_on_process(key, wanted) for key, wanted in value.items()]
    return lambda facts: all(part(facts) for part in parts)


def _on_functions(names: frozenset[str]) -> ProcessPattern:
    """As :func:`_names` of any function of a process."""
    return lambda facts: (
        not (names.isdisjoint(facts.functions) and names.isdisjoint(_plain_names(facts.functions)))
    )


@functools.lru_cache(maxsize=16)
def _plain_names(functions: frozenset[str]) -> frozenset[str]:
    """Each of ``functions`` that has another name without parameters and marks; asked by every pack."""
    return frozenset(_plain(each) for each in functions if "." in each or "(" in each)


def _on_process(key: str, wanted: object) -> ProcessPattern:
    match key:
        case "executable":
            executable = _paths(wanted, key)
            return lambda facts: facts.executable is not None and executable(facts.executable)
        case "command":
            command = expressions(wanted, key)
            return lambda facts: command(facts.command)
        case "function":
            return _on_functions(frozenset(words(wanted, key)))
        case "module":
            module = _paths(wanted, key)
            return lambda facts: any(map(module, facts.modules))
        case "file":
            file = _paths(wanted, key)
            return lambda facts: any(map(file, facts.files))
    raise Wrong(f"{key!r} is not known in [[process]]; known are {', '.join(PROCESS_KEYS)}")
