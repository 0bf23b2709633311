"""Tables with a line of names: CSV, TSV and the like, whose quoted cells may hold line ends.

Each row becomes a JSON object with the names as keys.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

import msgspec

from ..._regex import regex
from ...carriers._keys import plain
from .item import MOST_BYTES, Item

_DELIMITERS = (b",", b"\t", b";", b"|")
_QUOTE_OR_END = regex(rb'["\n]')
_NAME = regex(r"[\w\[\]@#$.:/() -]{1,100}")
_MESSAGES = (
    *(
        "message",
        "msg",
        "log",
        "logs",
        "line",
        "text",
        "payload",
        "body",
        "event",
        "raw",
        "content",
        "trace",
        "traceback",
    ),
    *("error", "exception", "logentry", "logs", "details", "output", "stderr", "stdout", "description"),
)
_NAMES_TIME = regex(rb"(?i)time|date|ts")
_NAMED_TIME = regex(r"(?i).*(?:time|date|timestamp|tsns|^ts).*")
csv.field_size_limit(MOST_BYTES)


def names_of(sample: bytes) -> tuple[bytes, list[str]] | None:
    """The delimiter and the names of the table that ``sample`` starts with; ``None`` where it starts with none."""
    first = sample.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].removesuffix(b"\r")
    if _NAMES_TIME.search(first) is None:
        return None
    for delimiter in _DELIMITERS:
        names = _cells(first.decode("utf-8", "replace"), delimiter)
        if names is None or len(names) < 2 or len(set(names)) < len(names):
            continue
        named = all(_NAME.fullmatch(name) and not name[0].isdigit() for name in names)
        if (
            named
            and any(plain(name).endswith(_MESSAGES) for name in names)
            and any(map(_NAMED_TIME.fullmatch, names))
        ):
            return delimiter, names
    return None


def _cells(row: str, delimiter: bytes) -> list[str] | None:
    """The cells of a row; ``None`` where a quoted one does not end in it, or one is too long."""
    try:
        return next(csv.reader([row], delimiter=delimiter.decode(), strict=True), None)
    except csv.Error:
        return None


class TableRows:
    """Takes the rows of a table, chunk by chunk."""

    def __init__(self, delimiter: bytes, names: list[str]) -> None:
        self._delimiter = delimiter
        self._names = names
        self._data = b""
        self._offset = 0
        self._line = 1
        self._header = True
        self._flowing = False
        self._looked = 0
        """Up to here ``_data`` was looked at for the end of a row,"""
        self._quoted = False
        """and whether that is in a quoted cell."""
        self._ended = False

    def feed(self, data: bytes, *, final: bool) -> Iterator[Item]:
        """See :class:`Parser`."""
        self._data += data
        at = 0
        while (end := self._end_of_row(final=final)) is not None:
            raw = self._data[at:end]
            if self._header:
                self._header = False
            elif raw.strip():
                text = raw if self._flowing else self._record(raw)
                yield Item(_on_one_line(text), self._offset + at, self._line)
                self._flowing = False
            self._line += raw.count(b"\n")
            at = end
        if len(self._data) - at > MOST_BYTES:
            yield Item(_on_one_line(self._data[at:]), self._offset + at, self._line, ended=False)
            self._line += self._data.count(b"\n", at)
            at, self._flowing = len(self._data), True
        self._data = self._data[at:]
        self._offset += at
        self._looked -= at

    def _end_of_row(self, *, final: bool) -> int | None:
        """Where the row ends that is looked at; ``None`` where more is needed to tell."""
        data = self._data
        while self._looked < len(data):
            if self._quoted:
                at = data.find(b'"', self._looked)
            else:
                found = _QUOTE_OR_END.search(data, self._looked)
                at = found.start() if found is not None else -1
            if at < 0:
                self._looked = len(data)
                break
            self._looked = at + 1
            if data[at] == 10:
                return at + 1
            self._quoted = not self._quoted
        if final and not self._ended and data:
            self._ended = True
            return len(data)
        return None

    def _record(self, raw: bytes) -> bytes:
        row = raw.decode("utf-8", "surrogateescape").removesuffix("\n").removesuffix("\r")
        # A cell keeps its line ends only where they are handed over with their lines.
        try:
            reader = csv.reader(row.splitlines(keepends=True), delimiter=self._delimiter.decode())
            cells = next(reader, [])
        except csv.Error:
            cells = []
        if len(cells) != len(self._names):
            return raw
        record = dict(zip(self._names, cells, strict=True))
        try:
            return msgspec.json.encode(record)
        except UnicodeEncodeError:
            return msgspec.json.encode({key: _plain(value) for key, value in record.items()})


def _plain(value: str) -> str:
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _on_one_line(raw: bytes) -> bytes:
    return raw.replace(b"\r", b" ").replace(b"\n", b" ")
