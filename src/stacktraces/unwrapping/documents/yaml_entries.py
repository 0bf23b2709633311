"""YAML documents with an entry each, as ``gcloud logging read`` prints them.

Only what such tools write is read: nested mappings, plain, quoted and block scalars. An entry of another build is
handed on line by line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from ..._regex import regex
from .item import MOST_BYTES, Item

_SEPARATOR = b"---"
_KEY = regex(
    r"(?P<indent> *+)(?P<key>[\w@./-]{1,200}|\"[^\"\\]{1,200}\"|'[^']{1,200}'):(?: +(?P<value>\S.*))?$"
)
_BLOCK = regex(r"(?P<style>[|>])[+-]?\d?[+-]?$")
_DEEPEST = 64
_MOST_LINES = 20_000


def starts_entries(sample: bytes) -> bool:
    """Whether ``sample`` starts a document of YAML that may hold an entry."""
    lines = sample[: 4 << 10].split(b"\n", 2)
    return len(lines) > 2 and lines[0].rstrip() == _SEPARATOR and _KEY.match(_text(lines[1])) is not None


class YamlEntries:
    """Takes the entries out of YAML, chunk by chunk."""

    def __init__(self) -> None:
        self._data = b""
        self._offset = 0
        self._line = 1
        self._entry: list[bytes] = []
        self._size = 0
        self._start = (0, 1)

    def feed(self, data: bytes, *, final: bool) -> Iterator[Item]:
        """See :class:`Parser`."""
        self._data += data
        lines = self._data.split(b"\n")
        self._data = lines.pop()
        if final:
            lines.append(self._data)
        for line in lines:
            if line.rstrip() == _SEPARATOR or self._size > MOST_BYTES or len(self._entry) > _MOST_LINES:
                yield from self._ended()
            if not self._entry:
                self._start = self._offset, self._line
            if line.rstrip() != _SEPARATOR:
                self._entry.append(line)
                self._size += len(line)
            self._offset += len(line) + 1
            self._line += 1
        if final:
            yield from self._ended()

    def _ended(self) -> Iterator[Item]:
        lines, self._entry, self._size = self._entry, [], 0
        while lines and not lines[-1].strip():
            lines.pop()
        if not lines:
            return
        try:
            found = _Mapping([_text(line) for line in lines]).read()
        except ValueError:
            found = None
        if found:
            yield Item(msgspec.json.encode(found), *self._start)
            return
        offset, number = self._start
        for line in lines:
            yield Item(line, offset, number)
            offset += len(line) + 1
            number += 1


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace").removesuffix("\r")


class _Mapping:
    """The lines of one entry."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._at = 0

    def read(self) -> dict[str, Any]:
        """The entry; raises ``ValueError`` where it is of another build."""
        root: dict[str, Any] = {}
        open_: list[tuple[int, dict[str, Any]]] = [(-1, root)]
        while self._at < len(self._lines):
            line = self._lines[self._at]
            self._at += 1
            match = _KEY.match(line)
            if match is None:
                if line.strip() and not line.lstrip().startswith(("- ", "#")):
                    raise ValueError(line)
                continue
            indent, key, value = len(match["indent"]), match["key"].strip("\"'"), match["value"]
            while open_[-1][0] >= indent:
                open_.pop()
            parent = open_[-1][1]
            if value is None:
                if len(open_) >= _DEEPEST:
                    raise ValueError(line)
                parent[key] = {}
                open_.append((indent, parent[key]))
            else:
                parent[key] = self._scalar(value, indent)
        return root

    def _scalar(self, value: str, indent: int) -> str:
        if block := _BLOCK.match(value):
            return self._block(indent, folded=block["style"] == ">")
        if value[0] == '"':
            return self._double_quoted(value)
        if value[0] == "'":
            return self._single_quoted(value)
        return "\n".join([value, *(line.strip() for line in self._deeper(indent) if line.strip())])

    def _deeper(self, indent: int) -> list[str]:
        """The lines that are blank or indented by more."""
        start = self._at
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if line.strip() and len(line) - len(line.lstrip(" ")) <= indent:
                break
            self._at += 1
        return self._lines[start : self._at]

    def _block(self, indent: int, *, folded: bool) -> str:
        lines = self._deeper(indent)
        first = next((line for line in lines if line.strip()), "")
        margin = len(first) - len(first.lstrip(" "))
        text = "\n".join(line[margin:] for line in lines).rstrip("\n")
        return _folded(text) if folded else text

    def _double_quoted(self, value: str) -> str:
        parts = [value]
        while not _is_closed(value):
            if self._at >= len(self._lines):
                raise ValueError(value)
            value = self._lines[self._at].strip()
            self._at += 1
            parts.append(value)
            value = '"' + value
        text = ""
        for part in parts:
            if text.endswith("\\") and not text.endswith("\\\\"):
                text = text[:-1] + part.removeprefix("\\")
            elif not part:
                text += "\\n"
            else:
                text += (" " if text and not text.endswith("\\n") else "") + part
        return msgspec.json.decode(text.replace("\\ ", " "), type=str)

    def _single_quoted(self, value: str) -> str:
        parts = [value[1:]]
        while parts[-1].count("'") % 2 == 0:
            if self._at >= len(self._lines):
                raise ValueError(value)
            parts.append(self._lines[self._at].strip())
            self._at += 1
        return _folded("\n".join(parts).rstrip("'")).replace("''", "'")


def _is_closed(value: str) -> bool:
    """Whether the string in double quotes at the start of ``value`` ends at its end."""
    body = value[1:].rstrip()
    backslashes = len(body) - 1 - len(body[:-1].rstrip("\\"))
    return body.endswith('"') and backslashes % 2 == 0


def _folded(text: str) -> str:
    """``text`` with single line ends as blanks and blank lines as line ends."""
    return "\n".join(part.replace("\n", " ") for part in text.split("\n\n"))
