"""``journalctl -o export``: ``KEY=value`` lines, an empty line after each entry.

A value that is not plain text comes as ``KEY``, a line end, its size (64 bits, little-endian), its bytes and
a line end. Source: the Journal Export Format of systemd.
"""

from __future__ import annotations

import re

from .._regex import regex
from . import Carrier, Record, Sample

MOST_BYTES = 4 << 20
"""Bytes of one value that are kept."""

_FIELD = regex(rb"([A-Z_][A-Z0-9_]{0,63})(?:=(.*))?\Z", re.DOTALL)
_FIRST = regex(rb"__CURSOR=s=|__REALTIME_TIMESTAMP=\d{13,19}\Z")
"""The fields that journalctl writes before an entry's others."""
_FIELDS = {
    b"_HOSTNAME": "host",
    b"_PID": "pid",
    b"SYSLOG_IDENTIFIER": "process",
    b"CONTAINER_NAME": "container",
    b"THREAD_NAME": "thread",
    b"LOGGER": "logger",
}
_LEVELS = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")


class EntryReader:
    """Puts entries together from the physical lines of a stream.

    Where it does not start at the start of the file, it may be within a value that holds anything: all up
    to the next entry's first field is passed over.
    """

    def __init__(self) -> None:
        self.start: int | None = None
        """Where the entry that has begun and not ended starts in the file."""
        self._lost: bool | None = None
        self._values: dict[bytes, bytes] = {}
        self._key: bytes | None = None
        self._data = bytearray()
        self._awaited = 0

    def take(self, line: bytes, offset: int) -> tuple[Record, int] | None:
        """Take the line at ``offset``, with its carriage return; give the entry that it ends and its offset."""
        if self._key is not None:
            self._take_data(line)
            return None
        if self._lost is not False:
            self._lost = offset > 0 and not _FIRST.match(line)
            if self._lost:
                return None
        if not line:
            return self._end()
        if self.start is None:
            self.start = offset
        if found := _FIELD.match(line):
            if found[2] is None:
                self._key = found[1]
            else:
                self._values[found[1]] = found[2]
        return None

    def _take_data(self, line: bytes) -> None:
        had = len(self._data) >= 8
        if not had or self._awaited <= MOST_BYTES:
            self._data += line + b"\n"
        if not had:
            if len(self._data) < 8:
                return
            self._awaited = int.from_bytes(self._data[:8], "little") + 9 - len(self._data)
        else:
            self._awaited -= len(line) + 1
        if self._awaited <= 0 or self._awaited > MOST_BYTES:
            assert self._key is not None
            self._values[self._key] = bytes(self._data[8:]).removesuffix(b"\n")
            self._key = None
            self._data.clear()

    def _end(self) -> tuple[Record, int] | None:
        values, self._values = self._values, {}
        start, self.start = self.start, None
        text = values.get(b"MESSAGE")
        if text is None or start is None:
            return None
        time = values.get(b"_SOURCE_REALTIME_TIMESTAMP") or values.get(b"__REALTIME_TIMESTAMP")
        fields = {name: _text(values[key]) for key, name in _FIELDS.items() if values.get(key)}
        priority = values.get(b"PRIORITY", b"")
        if priority in (b"0", b"1", b"2", b"3", b"4", b"5", b"6", b"7"):
            fields["level"] = _LEVELS[int(priority)]
        printed = _text(time) if time else None
        return Record(text, printed, fields, complete=b"\n" in text), start


def _text(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")


def _unwrap(line: bytes) -> Record | None:
    return Record(line[len(b"MESSAGE=") :]) if line.startswith(b"MESSAGE=") else None


CARRIER = Carrier(
    name="journal-export",
    title="journalctl -o export",
    layer="file",
    unwrap=_unwrap,
    samples=(Sample(b"MESSAGE=KeyError: 'x'", b"KeyError: 'x'"),),
    near_misses=(b"__REALTIME_TIMESTAMP=1795399376213000", b"MESSAGE", b"message=x"),
    reader=EntryReader,
    hints=(b"MESSAGE\n",),
    # The literal stands first in it, so that it is searched for quickly.
    sign=regex(rb"__REALTIME_TIMESTAMP=(?<=^__REALTIME_TIMESTAMP=)\d{13,19}$", re.MULTILINE),
)
