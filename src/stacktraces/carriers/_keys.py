"""What the keys of a JSON object of unknown shape mean, told by their usual names at any depth."""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

from .._regex import regex
from ..log_records.timestamps import LONGEST, to_iso
from ._json import text_of

MOST_VALUES = 256
"""Values of one object that are looked at."""

MESSAGE = (
    *("message", "msg", "event", "text", "log", "body", "line", "raw", "textpayload", "content", "logentry"),
    *(
        "logmessage",
        "logline",
        "fullmessage",
        "shortmessage",
        "rawlog",
        "original",
        "record",
        "data",
        "value",
    ),
)
TIME = (
    *("timestamp", "time", "ts", "datetime", "asctime", "date", "eventtime", "messagetime", "generatedat"),
    *("receivedat", "timegenerated", "timeunixnano", "createdat", "created", "observedtimestamp", "t"),
    *("sourcerealtimetimestamp", "realtimetimestamp", "ingestiontime", "tsns"),
)
LEVEL = ("levelname", "level", "severity", "lvl", "loglevel", "severitytext", "status", "priority")
STACK = (
    *("stacktrace", "excinfo", "exception", "traceback", "exctext", "stack", "errordetail", "errorstack"),
    *("backtrace", "exceptionstacktrace", "errorstacktrace", "exceptions", "trace", "callstack"),
    *("exceptionvalues", "stackframes", "frames", "tracechain", "bodytracechain", "errors"),
)
TYPE = (
    "type",
    "name",
    "class",
    "kind",
    "exception",
    "errortype",
    "exctype",
    "exceptiontype",
    "errorname",
    "errorclass",
)
ERROR_MESSAGE = ("message", "msg", "errormessage", "excvalue", "exceptionmessage", "value", "reason")

_MOST_CACHED = 8192
_NOT_OF_NAMES = str.maketrans("", "", "_-.@ ")
_LOOKS_LIKE_TIME = regex(r"\d{4}[-/]?\d\d|\d{9}|\d\d:\d\d|\d{1,2}[-/ ]")

_SHORTEST_TIME = 14


class Leaf(NamedTuple):
    """A value that is no object, and where it stands."""

    path: tuple[str, ...]
    value: Any

    @property
    def name(self) -> str:
        """The last key as it is compared: in lower case, without marks."""
        return plain(self.path[-1])


@functools.lru_cache(maxsize=_MOST_CACHED)
def plain(key: str) -> str:
    """``key`` in lower case, without the marks that join words."""
    return key.translate(_NOT_OF_NAMES).lower()


@functools.lru_cache(maxsize=_MOST_CACHED)
def _names_of(path: tuple[str, ...]) -> tuple[str, ...]:
    """The names under which a value at the end of ``path`` is found: its key's, the key's last word and last two."""
    words = ".".join(path).split(".")
    return tuple(dict.fromkeys((plain(path[-1]), plain(words[-1]), plain("".join(words[-2:])))))


def leaves(value: dict[str, Any]) -> Iterator[Leaf]:
    """The values in nested objects that are no objects, outer ones first; lists count as values."""
    waiting: deque[tuple[tuple[str, ...], dict[str, Any]]] = deque([((), value)])
    count = 0
    while waiting:
        path, inner = waiting.popleft()
        for key, each in inner.items():
            count += 1
            if count > MOST_VALUES:
                return
            if isinstance(each, dict):
                waiting.append(((*path, key), each))
            else:
                yield Leaf((*path, key), each)


def _around(leaf: Leaf) -> str:
    """The object that holds a value, also where it is written as the key's first words."""
    return ".".join(leaf.path).rpartition(".")[0]


class Named:
    """The values of an object by the names of their keys: what is named alike, outer ones first."""

    def __init__(self, value: dict[str, Any]) -> None:
        self._found: dict[str, list[Leaf]] = {}
        self._texts: list[str] = []
        for leaf in leaves(value):
            if isinstance(leaf.value, str) and _SHORTEST_TIME <= len(leaf.value) <= LONGEST:
                self._texts.append(leaf.value)
            for name in _names_of(leaf.path[-2:]):
                self._found.setdefault(name, []).append(leaf)

    def all(self, names: tuple[str, ...]) -> Iterator[Leaf]:
        """The values under one of ``names``, those under the first name first."""
        for name in names:
            yield from self._found.get(name, ())

    def text(self, names: tuple[str, ...]) -> str | None:
        """The first text or number under one of ``names``."""
        return next((text for leaf in self.all(names) if (text := text_of(leaf.value)) is not None), None)

    def message(self) -> str | None:
        """The first text under the name of a message; empty where they all are."""
        return self.text(MESSAGE) or next(
            (leaf.value for leaf in self.all(MESSAGE) if leaf.value == ""), None
        )

    def time(self) -> str | None:
        """The first time, as printed."""
        for leaf in self.all(TIME):
            text = text_of(leaf.value)
            if text is not None and _LOOKS_LIKE_TIME.search(text[:64]):
                return text
        return next((text for text in self._texts if not text.isdigit() and to_iso(text)), None)

    def beside(self, leaf: Leaf, names: tuple[str, ...]) -> str | None:
        """The first text under one of ``names`` in the object that holds ``leaf``, if that is not the outermost."""
        around = _around(leaf)
        same = (each for each in self.all(names) if around and _around(each) == around)
        return next((text for each in same if (text := text_of(each.value)) is not None), None)
