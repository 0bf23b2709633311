"""XML that holds errors: JUnit's, NUnit's and TRX test reports, log4j's events.

The text of each element becomes a record, with the time and the name of the test that the elements around it say.

| element | what becomes of it |
|---|---|
| ``<error type= message=>`` with text | its text; without text, type and message |
| ``<message>`` beside ``<stack-trace>`` | one record of both |
| any other with text | its text |
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.parsers import expat

import msgspec

from ...carriers._keys import TIME, plain
from .item import MOST_BYTES, Item
from .plain_lines import PlainLines

_DEEPEST = 256
_STACKS = ("stacktrace", "throwable", "stack")
_FAILURES = ("error", "failure", "rerunfailure", "rerunerror", "flakyfailure", "flakyerror")
_ATTRIBUTES = 64


class _Refused(Exception):
    """The document declares entities, which can make it grow without bound."""


class _Element:
    """An element that is open."""

    def __init__(self, name: str, attributes: dict[str, str], offset: int, line: int) -> None:
        self.name = plain(name.rpartition(":")[2])
        self.attributes = {plain(key): value for key, value in list(attributes.items())[:_ATTRIBUTES]}
        self.offset = offset
        self.line = line
        self.text: list[str] = []
        self.size = 0
        self.message = ""
        """What a ``<message>`` in it said."""
        self.failure = ""
        """What the failure in it said: a test's output, behind it, may say the same."""


class XmlReport:
    """Takes the texts out of XML, chunk by chunk; from where it is no XML on, its lines are as they are."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.EntityDeclHandler = self._refuse
        self._open: list[_Element] = []
        self._found: list[Item] = []
        self._fed = 0
        self._rest: PlainLines | None = None

    def feed(self, data: bytes, *, final: bool) -> Iterator[Item]:
        """See :class:`Parser`."""
        if self._rest is None:
            try:
                self._parser.Parse(data, final)
            except (expat.ExpatError, _Refused, ValueError):
                behind = max(self._parser.ErrorByteIndex, self._fed)
                while self._open:
                    self._end("")
                self._rest = PlainLines(behind, self._parser.ErrorLineNumber)
                data = data[behind - self._fed :]
        found, self._found = self._found, []
        yield from found
        if self._rest is not None:
            yield from self._rest.feed(data, final=final)
        self._fed += len(data)

    def _refuse(self, *_: object) -> None:
        raise _Refused

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= _DEEPEST:
            raise _Refused
        place = self._parser.CurrentByteIndex, self._parser.CurrentLineNumber
        self._open.append(_Element(name, attributes, *place))

    def _text(self, text: str) -> None:
        if self._open and self._open[-1].size < MOST_BYTES:
            self._open[-1].text.append(text)
            self._open[-1].size += len(text)

    def _end(self, _: str) -> None:
        element = self._open.pop()
        text = "".join(element.text).strip("\n").rstrip()
        around = self._open[-1] if self._open else None
        if element.name == "message" and around is not None:
            around.message = text
            return
        if element.name in _STACKS and around is not None:
            text, around.message = "\n".join(filter(None, (around.message, text))), ""
        elif around is not None and around.failure and element.name not in _FAILURES:
            text = text.replace(around.failure, "").strip("\n")
        elif element.name in _FAILURES:
            if around is not None:
                around.failure = text.strip()
            text = f"{self._banner()}{text}" if text else _described(element)
        text = "\n".join(filter(None, (element.message, text)))
        if text:
            record = {**self._about(element), "message": text}
            self._found.append(Item(msgspec.json.encode(record), element.offset, element.line))

    def _banner(self) -> str:
        """A line that names the test, as runners print it above what they tell of a failure."""
        around = self._open[-1] if self._open else None
        name = around.attributes.get("name") if around is not None and around.name == "testcase" else None
        return f"____ {name} ____\n\n" if name and "\n" not in name else ""

    def _about(self, element: _Element) -> dict[str, str]:
        """The time and the test that the innermost elements around it name."""
        about: dict[str, str] = {}
        for each in (element, *reversed(self._open)):
            for key in TIME:
                if (value := each.attributes.get(key)) and "timestamp" not in about and len(value) > 8:
                    about["timestamp"] = value
            if each.name == "testcase":
                names = (each.attributes.get("classname"), each.attributes.get("name"))
                about.setdefault("logger", ".".join(name for name in names if name))
        return {key: value for key, value in about.items() if value}


def _described(element: _Element) -> str:
    """What the attributes of a failure without text say."""
    kind, message = element.attributes.get("type", ""), element.attributes.get("message", "")
    return message if "\n" in message or message.startswith(kind) else f"{kind}: {message}"
