"""JSON that is not a record a line: arrays, answers of a store that hold an array, objects printed over many lines.

| state | what stands there | what comes of it |
|---|---|---|
| outside | a line that starts no value | the line as it is |
| within a value | an array under a key that stores use | its elements are the records |
| within an element | a ``values`` array of pairs (Loki) | each pair is a record, with the element's labels |
| element ends | | a record |
| a line ends within a string, or starts as none of JSON | no JSON | the lines so far as they are; outside again |
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..._regex import regex
from .item import MOST_BYTES, Item
from .json_elements import from_cell, from_list, is_cell_output, on_one_line
from .plain_lines import PlainLines

_PLAIN = regex(rb'(?:[^"\[\]{}]++|"(?:[^"\\\n]++|\\[^\n])*+")*+')
"""What stands between two brackets: strings are passed over whole."""
_REST_OF_STRING = regex(rb'(?:[^"\\\n]++|\\[^\n])*+')
_VALUE_STARTS = regex(rb'[ \t]*+(?:\{[ \t]*+(?:"|\}|\r?$)|\[[ \t]*+(?:[\[{]|\r?$))', re.MULTILINE)
_BETWEEN = regex(rb"[\s,\]}]*+\Z")
_FOREIGN = regex(rb"\n(?=(?!true\b|false\b|null\b)[A-Za-z(<#*=~$%&!?']|\d{1,4}[-/:]|\[\d{4}-|\[[A-Za-z])")
"""A line at the margin that no JSON printer writes: the value before it was cut off."""
_KEY = regex(rb'"([^"\\]{1,64})"\s{0,64}:\s{0,64}\Z')
_AHEAD = regex(rb"\s*+\S")
_MESSAGE_KEY = regex(rb'"(?:message|msg|log|event|textPayload|MESSAGE|_raw)"\s{0,64}:\s{0,64}"')
RECORDS = (
    *(b"hits", b"events", b"items", b"result", b"results", b"entries", b"messages", b"data", b"records"),
    *(
        b"outputs",
        b"logs",
        b"rows",
        b"value",
        b"logEvents",
        b"searchResults",
        b"streams",
        b"alerts",
        b"matches",
        b"tests",
    ),
)
"""Keys of the arrays in which stores give their records."""
_WITH_CONTEXT = (b"logEvents",)
"""Those whose records need what stands before them to tell their writers."""
_PAIRS = b"values"
_MOST_CONTEXT = 16 << 10
_KEY_BEFORE = 256
_DEEPEST = 512
"""Brackets within brackets in what may hold records."""


class JsonRecords:
    """Takes the records out of JSON, chunk by chunk."""

    def __init__(self) -> None:
        self._data = b""
        self._base = 0
        """The offset of ``_data`` in the document."""
        self._line = 1
        """The line at ``_counted`` of ``_data``."""
        self._counted = 0
        self._final = False
        self._at = 0
        """Up to here ``_data`` is dealt with."""
        self._open: list[int] = []
        """The brackets that are open."""
        self._in_string = False
        self._arrays: list[int] = []
        """The depths within arrays of records."""
        self._value = 0
        """Where the outermost value starts."""
        self._element: int | None = None
        """Where the record starts that has begun."""
        self._context: list[bytes] = []
        """What is told before each record of the arrays."""
        self._given = 0
        """Records of the outermost value."""
        self._rest: PlainLines | None = None
        self._flowing = False
        """The record that has begun is too long: it is handed on as it comes."""

    def feed(self, data: bytes, *, final: bool) -> Iterator[Item]:
        """See :class:`Parser`."""
        if self._rest is not None:
            yield from self._rest.feed(data, final=final)
            return
        self._data += data
        self._final = final
        while self._at < len(self._data):
            at, depth = self._at, len(self._open)
            if not self._open and not self._in_string:
                found = self._outside(final=final)
                if isinstance(found, Item):
                    yield found
            else:
                yield from self._within()
            if len(self._open) > _DEEPEST:
                yield from self._give_up(final=final)
                return
            if (self._at, len(self._open)) == (at, depth):
                break
        if final:
            yield from self._cut()
        elif self._kept_from() < len(self._data) - MOST_BYTES and self._open:
            yield from self._flow()
        self._forget()

    def _outside(self, *, final: bool) -> Item | None:
        """Begin a value, or give the line that is none."""
        data, at = self._data, self._at
        end = data.find(b"\n", at)
        if end < 0 and not final and len(data) - at < MOST_BYTES:
            starts = _VALUE_STARTS.match(data, at)
            if starts is None or starts.end() >= len(data):
                return None
        line = data[at : end if end >= 0 else len(data)]
        if _VALUE_STARTS.match(line):
            self._value = self._at = at + len(line) - len(line.lstrip())
            self._open.append(data[self._value])
            self._at += 1
            self._given = 0
            self._element = None
            if data[self._value : self._value + 1] == b"[":
                self._begin_array(b"")
            return None
        self._at = min(at + len(line) + 1, len(data))
        if _BETWEEN.match(line):
            return None
        return self._item(line.removesuffix(b"\r"), at, ended=end >= 0 or final)

    def _within(self) -> Iterator[Item]:
        """Go on to the next bracket."""
        data = self._data
        if self._in_string:
            rest = _REST_OF_STRING.match(data, self._at)
            self._at = rest.end() if rest is not None else self._at
            if self._at < len(data) and data[self._at] == 34:
                self._in_string = False
                self._at += 1
            elif self._at < len(data) and data[self._at] == 10:
                yield from self._broken()
            return
        plain = _PLAIN.match(data, self._at)
        at = plain.end() if plain is not None else self._at
        if (foreign := _FOREIGN.search(data, max(self._at - 1, 0), at)) is not None:
            self._at = foreign.start()
            yield from self._broken()
            return
        if at >= len(data):
            # The start of a line decides: what is at hand of the last one is looked at again.
            line = data.rfind(b"\n", self._at, at) if not self._final else -1
            self._at = line if line >= 0 else at
            return
        byte = data[at]
        self._at = at + 1
        if byte == 34:
            self._in_string = True
        elif byte == 91 and not _AHEAD.match(data, at + 1) and not self._final:
            self._at = at
        elif byte in b"[{":
            self._opened(byte, at)
        else:
            yield from self._closed(at)

    def _opened(self, byte: int, at: int) -> None:
        depth = len(self._open)
        self._open.append(byte)
        in_array = bool(self._arrays) and depth == self._arrays[-1]
        if in_array:
            self._element = at
        elif byte == 91:
            key = _KEY.search(self._data, max(at - _KEY_BEFORE, 0), at)
            name = key[1] if key is not None else b""
            first = self._data[at + 1 : at + 1 + _KEY_BEFORE].lstrip()[:1]
            if first not in (b"[", b"{") or self._flowing:
                return
            own_message = _MESSAGE_KEY.search(self._data, self._value, at) if self._element is None else None
            if self._element is None and name in RECORDS and not own_message:
                context = self._data[self._value : key.start()] if key and name in _WITH_CONTEXT else b""
                self._begin_array(context)
            elif name == _PAIRS and first == b"[" and key is not None and self._element is not None:
                self._begin_array(self._data[self._element : key.start()])
                self._element = None

    def _begin_array(self, context: bytes) -> None:
        self._arrays.append(len(self._open))
        text = context.rstrip(b", \t\r\n").replace(b"\n", b" ") if len(context) < _MOST_CONTEXT else b""
        self._context.append(text + b"}" if text else b"")

    def _closed(self, at: int) -> Iterator[Item]:
        self._open.pop()
        depth = len(self._open)
        if self._arrays and depth == self._arrays[-1] and self._element is not None:
            yield self._record(self._element, at + 1)
            self._element = None
        elif self._arrays and depth < self._arrays[-1]:
            self._arrays.pop()
            self._context.pop()
        if not self._open:
            if not self._given:
                yield self._record(self._value, at + 1)
            self._element = None

    def _record(self, start: int, end: int) -> Item:
        self._given += 1
        raw = self._data[start:end]
        if self._flowing:
            self._flowing = False
            return self._item(on_one_line(raw), start)
        context = self._context[-1] if self._context else b""
        if is_cell_output(raw):
            raw = from_cell(raw)
        elif raw[:1] == b"[":
            raw = from_list(raw, context)
        elif context:
            raw = b'{"within":' + context + b',"record":' + raw + b"}"
        return self._item(on_one_line(raw), start)

    def _item(self, text: bytes, at: int, *, ended: bool = True) -> Item:
        self._count_lines(at)
        return Item(text, self._base + at, self._line, ended)

    def _count_lines(self, at: int) -> None:
        if at >= self._counted:
            self._line += self._data.count(b"\n", self._counted, at)
        else:
            self._line -= self._data.count(b"\n", at, self._counted)
        self._counted = at

    def _broken(self) -> Iterator[Item]:
        """What was taken for JSON is none: give its lines as they are."""
        start = self._kept_from() if self._element is not None or not self._given else self._at
        for line in self._data[start : self._at].split(b"\n"):
            yield self._item(line.removesuffix(b"\r"), start)
            start += len(line) + 1
        self._at = min(self._at + 1, len(self._data))
        self._reset()

    def _cut(self) -> Iterator[Item]:
        """The document ends here."""
        start = self._kept_from()
        if self._open and start < len(self._data) and (self._element is not None or not self._given):
            yield self._item(on_one_line(self._data[start:]), start)
        self._at = len(self._data)
        self._reset()

    def _flow(self) -> Iterator[Item]:
        """Hand on what there is of a record that is too long."""
        start = self._kept_from()
        if self._element is not None or not self._given:
            yield self._item(on_one_line(self._data[start : self._at]), start, ended=False)
            self._flowing = True
            self._element = self._at if self._element is not None else None
            self._value = self._at

    def _give_up(self, *, final: bool) -> Iterator[Item]:
        """What is nested so deep holds no records: the rest are lines."""
        start = self._kept_from() if self._element is not None or not self._given else self._at
        self._count_lines(start)
        self._rest = PlainLines(self._base + start, self._line)
        yield from self._rest.feed(self._data[start:], final=final)
        self._data = b""

    def _reset(self) -> None:
        self._open.clear()
        self._arrays.clear()
        self._context.clear()
        self._in_string = self._flowing = False
        self._element = None

    def _kept_from(self) -> int:
        """Where what may still be needed starts."""
        if self._element is not None:
            return self._element
        if self._open and not self._given:
            return self._value
        return max(self._at - _KEY_BEFORE, 0) if self._open else self._at

    def _forget(self) -> None:
        keep = min(self._kept_from(), len(self._data))
        self._count_lines(keep)
        self._counted -= keep
        self._base += keep
        self._data = self._data[keep:]
        self._at -= keep
        self._value = max(self._value - keep, 0)
        if self._element is not None:
            self._element -= keep
