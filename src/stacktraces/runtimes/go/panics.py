"""The headers of a crash: messages of any text, panics raised while another one was handled, signals."""

from __future__ import annotations

import msgspec

from ..._regex import regex
from ...log_records.records import starts_record
from ...model import Error, Frame
from .goroutines import starts_stack
from .syntax import (
    HEADER,
    NESTED,
    PROGRAM_COUNTER,
    RECOVERED,
    REPANICKED,
    SIGNAL,
    SIGNAL_HEADER,
    Lines,
)

_MOST_LINES = 200
_LONGEST_MESSAGE = 1 << 16
_MOST_PANICS = 100
_MOST_NOTES = 8
_EXIT = regex(r"exit status 2\s*\Z")
_RUNTIME_ERROR = "runtime error: "
RAISE = frozenset({"panic", "runtime.gopanic"})
"""The function that raises a panic: as a crash prints it, and as it is called."""
# Fatal errors that Go prints without a stack, or that a program under GOTRACEBACK=none ends with.
_FATAL = regex(
    r"(?:all goroutines are asleep - deadlock!|no goroutines \(main called runtime\.Goexit\) - deadlock!|"
    r"concurrent map (?:writes|read and map write|iteration and map write)|stack overflow|"
    r"sync: (?:R?Unlock|unlock) of unlocked (?:RW)?[mM]utex|unexpected signal during runtime execution|"
    r"runtime: (?:out of memory|cannot allocate memory)|fault)\Z"
)


class Panic(msgspec.Struct):
    """One header, and the line ends of its message."""

    type: str
    lines: list[str]
    recovered: bool = False
    repanicked: bool = False
    """It was recovered and raised again, so that it was raised twice."""

    @property
    def message(self) -> str:
        """The whole message."""
        return "\n".join(self.lines)[:_LONGEST_MESSAGE]

    def take_mark(self) -> None:
        """Take what the runtime says at the end of the message: that the panic was recovered."""
        for mark in (REPANICKED, RECOVERED):
            if self.lines[-1].endswith(mark):
                self.lines[-1] = self.lines[-1].removesuffix(mark)
                self.recovered, self.repanicked = True, mark == REPANICKED
                return


class Headers(msgspec.Struct):
    """What stands before the stacks of a crash."""

    panics: list[Panic]
    """In the order printed: each but the first was raised while the one before it was handled."""
    notes: list[str] = []


def read_headers(lines: Lines) -> Headers | None:
    """The headers from the current line on, with the cursor on the first stack, or behind them.

    ``None`` where nothing shows that Go printed them: any program may write ``panic: ``.
    """
    signal = SIGNAL_HEADER.match(lines.line or "")
    if signal is not None:
        return _read_signal(lines, Panic(signal["type"], [signal["message"]]))
    header = HEADER.match(lines.line or "")
    if header is None:
        return None
    lines.advance()
    panic = Panic(header["type"], [header["message"] or ""])
    text = _read_message(lines)
    if text is None:
        return _read_without_stack(lines, panic)
    headers = Headers(_split(panic, text))
    _read_notes(lines, headers)
    return headers


def _read_signal(lines: Lines, panic: Panic) -> Headers | None:
    if not PROGRAM_COUNTER.match(lines.peek() or ""):
        return None
    lines.advance()
    headers = Headers([panic])
    while (line := lines.line) and not starts_stack(lines) and len(headers.notes) < _MOST_NOTES:
        headers.notes.append(line)
        lines.advance()
    if lines.line == "":
        lines.advance()
        if not starts_stack(lines):
            lines.cursor.back()
    return headers


def _read_message(lines: Lines) -> list[str] | None:
    """The lines between the header and what ends it, a stack or a signal; passes over them.

    ``None``, and no move, where neither follows. What stands behind a blank line decides before what does
    not: a message may hold what looks like a stack, a log that drops blank lines has none.
    """
    start = lines.cursor.offset
    text: list[str] = []
    size = 0
    bare: tuple[int, int] | None = None
    for _ in range(_MOST_LINES):
        line = lines.line
        if line is None or size > _LONGEST_MESSAGE or starts_record(line) or _starts_crash(lines, line):
            break
        if SIGNAL.match(line):
            return text
        if starts_stack(lines):
            if text and text[-1] == "":
                return text[:-1]
            bare = bare or (lines.cursor.offset, len(text))
        text.append(line)
        size += len(line)
        lines.advance()
    lines.cursor.seek(bare[0] if bare else start)
    return text[: bare[1]] if bare else None


def _starts_crash(lines: Lines, line: str) -> bool:
    """Whether another crash's header stands on ``line``, the current one."""
    if SIGNAL_HEADER.match(line):
        return PROGRAM_COUNTER.match(lines.peek() or "") is not None
    return HEADER.match(line) is not None


def _split(first: Panic, text: list[str]) -> list[Panic]:
    """The panics in the lines of ``text``, which stand after the first line of ``first``."""
    panics = [first]
    # From 1.18 on the lines of a message are indented, before they stood bare.
    indented = all(line.startswith("\t") for line in text)
    for line in text:
        if line.startswith(NESTED) and len(panics) < _MOST_PANICS:
            panics[-1].take_mark()
            panics.append(Panic("panic", [line.removeprefix(NESTED)]))
        else:
            panics[-1].lines.append(line[1:] if indented else line)
    panics[-1].take_mark()
    return _merged(panics)


def _merged(panics: list[Panic]) -> list[Panic]:
    """The same without those that were only raised again, which before 1.23 were printed as another panic."""
    merged = panics[:1]
    for each in panics[1:]:
        before = merged[-1]
        if before.recovered and each.lines == before.lines:
            before.repanicked = True
            before.recovered = each.recovered
        else:
            merged.append(each)
    return merged


def _read_notes(lines: Lines, headers: Headers) -> None:
    """Take the signal, and go to the first stack."""
    if found := SIGNAL.match(lines.line or ""):
        headers.notes.append(found["text"])
        lines.advance()
    here = lines.cursor.offset
    if lines.line == "":
        lines.advance()
    if not starts_stack(lines):
        lines.cursor.seek(here)


def _read_without_stack(lines: Lines, first: Panic) -> Headers | None:
    """The headers of a program that prints no stack: GOTRACEBACK=none, or no goroutine is left."""
    here = lines.cursor.offset
    text: list[str] = []
    while (line := lines.line or "").startswith(NESTED) and len(text) < _MOST_PANICS:
        text.append(line)
        lines.advance()
    marked = first.lines[0].endswith(RECOVERED)
    ended = _EXIT.match(lines.line or "") is not None
    headers = Headers(_split(first, text))
    message = first.lines[0]
    if first.type == "panic" and (ended or (text and marked) or message.startswith(_RUNTIME_ERROR)):
        return headers
    if first.type != "panic" and (ended or _FATAL.match(message)):
        return headers
    lines.cursor.seek(here)
    return None


def error_of(headers: Headers, frames: list[Frame]) -> tuple[Error, list[Frame]]:
    """The error with the panics that led to it, and the frames of deferred calls that raised it again.

    ``frames`` are those of the goroutine.
    """
    starts = _starts(headers.panics, frames)
    error: Error | None = None
    for panic, start in zip(headers.panics, starts, strict=True):
        error = Error(
            type=panic.type,
            message=panic.message,
            frames=frames[start:] if start is not None else [],
            cause=error,
            cause_kind="context" if error is not None else None,
        )
    assert error is not None
    error.notes = headers.notes
    start = starts[-1] or 0
    return error, frames[:start]


def _starts(panics: list[Panic], frames: list[Frame]) -> list[int | None]:
    """For each of ``panics``, where its own stack starts in ``frames``: at the call of ``panic``.

    Go hides that call for the last one, unless it prints the runtime's frames as well. Where the calls
    do not tell, only the last one has a stack.
    """
    calls = panic_calls(frames)[::-1]
    raised = sum(2 if each.repanicked else 1 for each in panics)
    if panics[-1].type != "panic" or not raised - 1 <= len(calls) <= raised:
        return [*[None] * (len(panics) - 1), 0]
    starts: list[int | None] = []
    number = 0
    for each in panics:
        starts.append(calls[number] if number < len(calls) else 0)
        number += 2 if each.repanicked else 1
    return starts


def panic_calls(frames: list[Frame]) -> list[int]:
    """The indices of the frames that raise a panic, innermost first."""
    return [index for index, frame in enumerate(frames) if frame.function in RAISE]
