"""Reads a report that a program or a system prints of its own crash: what is said, and numbered frames.

==========  ===============================================  ==========================
line        what it is                                       what comes next
==========  ===============================================  ==========================
said        tells what happened: type, message, place        said, passed, frame
passed      belongs to the report and tells no more          said, passed, frame
frame       one frame, as the program prints it              frame, place, passed
place       where the frame before it is, on its own line    frame, passed
==========  ===============================================  ==========================

Each program's lines are declared as a :class:`Dialect`, in the module of its format.
"""

from __future__ import annotations

import re
from sys import intern

import msgspec

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, Trace
from .. import starts_trace
from .symbol_lines import FRAMES_KEPT, SIGNALS

_LINES_BACK = 60
"""Lines from an anchor back to where the report starts."""
_MOST_LINES = 4_000
_BETWEEN_FRAMES = 120
"""Lines in a row that are no frames: registers, what is said."""
_LONGEST_MESSAGE = 1 << 16
_UNKNOWN = frozenset(
    {"", "?", "??", "???", "<unknown>", "(unknown)", "UnknownFunction", "<unknown function>"}
)
SIGNAL_WORDS = {
    "segmentation fault": "SIGSEGV",
    "aborted": "SIGABRT",
    "abort": "SIGABRT",
    "bus error": "SIGBUS",
    "illegal instruction": "SIGILL",
    "floating point exception": "SIGFPE",
    "trace/breakpoint trap": "SIGTRAP",
}
"""What the C library calls the signals that end a process with a core, in lower case."""
BLANK = regex(r"\s*$")


class Dialect(msgspec.Struct, frozen=True):
    """What the lines of one program's reports look like. Patterns match at the start of a line's text."""

    name: str
    """The format's."""
    frames: tuple[re.Pattern[str], ...]
    """Groups, each of which may be missing: ``id``, ``function``, ``module``, ``offset``, ``address``,
    ``file``, ``line``, ``column``. Offsets are hexadecimal where they start with ``0x``."""
    said: tuple[re.Pattern[str], ...] = ()
    """Groups: ``type``, ``signal`` (its number, or what the C library calls it), ``message``, ``function``,
    ``file``, ``line``, and ``thread``."""
    passed: re.Pattern[str] = BLANK
    closes: re.Pattern[str] | None = None
    """What is only said behind the frames, with the groups of ``said``."""
    place: re.Pattern[str] | None = None
    """Groups: ``file``, ``line``, ``column``."""
    lead: re.Pattern[str] | None = None
    """What may stand before the text of a line: a log's own prefix, which carriers do not know."""
    fewest: int = 2
    """Frames of a report of which nothing says that it is one."""
    type: str | None = None
    """The type of an error that is told without one."""


def read_told(cursor: Cursor, dialect: Dialect) -> Trace | None:
    """The report in ``dialect`` that the cursor's line is part of, with the cursor left behind it."""
    report = _Report(cursor, dialect)
    report.step_to_start()
    return report.read() if not report.closes(report.text() or "") else None


class _Report:
    """A report as it is read."""

    def __init__(self, cursor: Cursor, dialect: Dialect) -> None:
        self.cursor = cursor
        self.dialect = dialect
        self.error = Error()
        self.said: list[str] = []
        self.place: Frame | None = None
        self.function: str | None = None
        self.thread: str | None = None

    def text(self) -> str | None:
        """The current line without what stands before it; ``None`` at the end."""
        line = self.cursor.line
        if line is not None and self.dialect.lead is not None and (found := self.dialect.lead.match(line)):
            return line[found.end() :]
        return line

    def _frame_at(self, text: str) -> re.Match[str] | None:
        return next((found for each in self.dialect.frames if (found := each.match(text))), None)

    def _is_said(self, text: str) -> bool:
        return any(each.match(text) for each in self.dialect.said)

    def step_to_start(self) -> None:
        """Go back to the first line of the report: above its frames stand lines that say what happened."""
        cursor = self.cursor
        start = cursor.offset
        text = self.text() or ""
        in_frames = self.closes(text) or self._is_place() or self._frame_at(text) is not None
        for _ in range(_LINES_BACK):
            if not cursor.back():
                break
            text = self.text() or ""
            is_frame = self._frame_at(text) is not None or (in_frames and self._is_place())
            if not is_frame and self._is_said(text):
                start, in_frames = cursor.offset, False
            elif is_frame and in_frames:
                start = cursor.offset
            elif is_frame or not self.dialect.passed.match(text):
                break
            elif not in_frames and start == cursor.next_offset and text.strip():
                start = cursor.offset
        cursor.seek(start)

    def closes(self, text: str) -> bool:
        """Whether ``text`` stands only at the end of a report."""
        return self.dialect.closes is not None and self.dialect.closes.match(text) is not None

    def _is_place(self) -> bool:
        place = self.dialect.place
        return place is not None and place.match(self.text() or "") is not None

    def read(self) -> Trace | None:
        """The report from the cursor's line on."""
        cursor, dialect = self.cursor, self.dialect
        start = end = cursor.offset
        origin = Origin(offset=start)
        closed = False
        others = 0
        for _ in range(_MOST_LINES):
            text = self.text()
            if text is None or (cursor.offset > start and self._is_of_another(text)):
                break
            frames = self.error.frames
            others += 1
            if others > _BETWEEN_FRAMES:
                break
            if (found := self._frame_at(text)) and not closed:
                others = 0
                if len(frames) < FRAMES_KEPT:
                    frames.append(_frame(found))
            elif frames and dialect.place is not None and (found := dialect.place.match(text)) and not closed:
                _take_place(frames[-1], found)
            elif dialect.closes is not None and (found := dialect.closes.match(text)):
                self._take(found)
                closed = True
            elif not frames and self._take_said(text):
                pass
            elif dialect.passed.match(text) is not None:
                closed = closed or bool(frames)
            else:
                break
            cursor.advance()
            end = cursor.offset if text.strip() else end
        cursor.seek(end)
        return self._finished(origin)

    def _is_of_another(self, text: str) -> bool:
        """Whether a trace of another runtime starts here."""
        return self._frame_at(text) is None and starts_trace(text, self.cursor.peek() or "", but="native")

    def _take_said(self, text: str) -> bool:
        for pattern in self.dialect.said:
            if found := pattern.match(text):
                self._take(found)
                return True
        return False

    def _take(self, found: re.Match[str]) -> None:
        groups = found.groupdict()
        kind = groups.get("type")
        if kind is None and groups.get("signal"):
            kind = _signal(groups["signal"])
        self.error.type = self.error.type or kind
        if groups.get("message"):
            self.said.append(groups["message"])
        self.thread = self.thread or groups.get("thread")
        self.function = self.function or groups.get("function")
        if groups.get("file") and self.place is None:
            self.place = Frame(function=self.function, file=groups["file"])
            self.place.line = to_number(groups["line"]) if groups.get("line") else None

    def _finished(self, origin: Origin) -> Trace | None:
        error = self.error
        is_told = bool(error.type or self.said or self.place)
        if len(error.frames) < (1 if is_told else self.dialect.fewest):
            if not is_told or (self.place is None and error.type is None):
                return None
            error.frames = [self.place] if self.place is not None else []
        elif self.place is not None and not any(_is_at(each, self.place) for each in error.frames):
            place = f"{self.place.file}:{self.place.line}"
            error.notes += [f"at {place}"] if not any(place in each for each in self.said) else []
        error.type = error.type or self.dialect.type
        if self.said:
            error.message = self.said[0][:_LONGEST_MESSAGE]
            error.notes = self.said[1:] + error.notes
        trace = Trace(error=error, format=self.dialect.name, origin=origin)
        trace.context.thread = self.thread
        return trace


def _signal(text: str) -> str:
    if text.isdecimal():
        return SIGNALS.get(to_number(text), f"signal {text}")
    return SIGNAL_WORDS.get(text.lower(), text)


def _is_at(frame: Frame, place: Frame) -> bool:
    return frame.line == place.line and frame.file is not None and frame.file == place.file


def _frame(found: re.Match[str]) -> Frame:
    groups = found.groupdict()
    function = (groups.get("function") or "").strip()
    frame = Frame(id=groups.get("id"))
    frame.function = intern(function) if function not in _UNKNOWN else None
    frame.module = (
        intern(groups["module"]) if groups.get("module") and groups["module"] not in _UNKNOWN else None
    )
    if address := groups.get("address"):
        frame.address = to_number(address.removeprefix("0x"), 16)
    if offset := groups.get("offset"):
        is_hexadecimal = offset.startswith("0x")
        frame.offset = to_number(offset.removeprefix("0x"), 16) if is_hexadecimal else to_number(offset)
    if groups.get("file") and groups["file"] not in _UNKNOWN:
        _take_place(frame, found)
    return frame


def _take_place(frame: Frame, found: re.Match[str]) -> None:
    groups = found.groupdict()
    if not groups["file"] or groups["file"] in _UNKNOWN:
        return
    frame.file = intern(groups["file"])
    frame.line = to_number(groups["line"]) if groups.get("line") else None
    frame.column = to_number(groups["column"]) if groups.get("column") else None
