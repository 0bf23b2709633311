"""Exceptions: headers with messages of any text, stacks, and what led to them, which PHP prints first."""

from __future__ import annotations

import msgspec

from ..._regex import regex
from ...model import Error, Frame, Origin, Trace
from .lines import Lines
from .stacks import read_stack
from .syntax import NEXT, STACK_TRACE, Header, ends_message, match_header, match_thrown

_MOST_LINES = 200
_UNCAUGHT = regex(r".{0,200}?rror(?:</b>)?: {1,2}Uncaught ")
"""What another error starts with, as displayed and as logged."""
_LONGEST_MESSAGE = 1 << 16
_MOST_LINKS = 100


class Reading(msgspec.Struct):
    """What was read of a chain."""

    error: Error
    left_out: int = 0
    """Frames that were not kept."""

    def trace(self, name: str, start: int) -> Trace:
        """As a trace of the format ``name`` that starts at ``start``."""
        trace = Trace(error=self.error, format=name, origin=Origin(offset=start))
        if self.left_out:
            trace.uncertain.append(f"{self.left_out} frames of a long stack are not here.")
        return trace


def read_chain(lines: Lines, header_text: str, *, thrown: bool) -> Reading | None:
    """The chain whose first header is ``header_text``; the cursor is on the line behind it. Passes over it.

    ``thrown`` says that a line ``thrown in`` ends it: nobody caught the error. ``None`` where it is none.
    """
    start = lines.mark()
    first: tuple[int, Reading] | None = None
    skip = 0
    # A message may hold what looks like a stack: then the chain does not end as it must.
    while (found := _read_from(lines, header_text, skip)) is not None:
        reading, behind = found
        ended = not thrown or _pass_thrown(lines, reading.error)
        if ended:
            return reading
        first = first or (lines.mark(), reading)
        lines.reset(start)
        skip = behind + 1
    if first is None:
        lines.reset(start)
        return None
    lines.reset(first[0])
    return first[1]


def _pass_thrown(lines: Lines, error: Error) -> bool:
    place = match_thrown(lines.line or "")
    if place is None or (error.frames and place.line != error.frames[0].line):
        return False
    lines.advance()
    return True


def _read_from(lines: Lines, header_text: str, skip: int) -> tuple[Reading, int] | None:
    """The chain, its first stack behind at least ``skip`` lines; and behind how many that stands."""
    head = _read_header(lines, header_text, skip)
    if head is None:
        return None
    header, behind = head
    reading = Reading(Error())
    reading.error = _read_body(lines, header, reading)
    for _ in range(_MOST_LINKS):
        here = lines.mark()
        while lines.line == "":
            lines.advance()
        line = lines.line or ""
        if not line.startswith(NEXT):
            lines.reset(here)
            break
        lines.advance()
        following = _read_header(lines, line.removeprefix(NEXT), 0)
        if following is None:
            lines.reset(here)
            break
        error = _read_body(lines, following[0], reading)
        error.cause, error.cause_kind = reading.error, "cause"
        reading.error = error
    return reading, behind


def _read_header(lines: Lines, text: str, skip: int) -> tuple[Header, int] | None:
    """The header that starts with ``text``, up to its stack, and how many lines are between."""
    header = match_header(text)
    if header is None:
        return None
    if header.place is not None and not skip and _at_stack(lines):
        return header, 0
    message = [text.partition(": ")[2] if not header.old else header.message or ""]
    size = 0
    for number in range(1, _MOST_LINES):
        line = lines.line
        if line is None or size > _LONGEST_MESSAGE or lines.starts_record or _UNCAUGHT.match(line):
            return None
        size += len(line)
        lines.advance()
        ended = ends_message(header, line) if number >= skip else None
        here = lines.mark()
        if ended is not None and _at_stack(lines):
            header.message = "\n".join([*message, ended[0]])[:_LONGEST_MESSAGE]
            header.place = ended[1]
            return header, number
        lines.reset(here)
        message.append(line)
    return None


def _at_stack(lines: Lines) -> bool:
    """Whether a stack stands here; goes to its first line."""
    here = lines.mark()
    if lines.line == STACK_TRACE:
        lines.advance()
    if (lines.line or "").startswith("#0 ") or lines.line is None:
        return lines.line is not None
    lines.reset(here)
    return False


def _read_body(lines: Lines, header: Header, reading: Reading) -> Error:
    stack = read_stack(lines)
    reading.left_out += stack.left_out
    return error_of(header, stack.frames(header.place) if stack.calls else [])


def error_of(header: Header, frames: list[Frame]) -> Error:
    """The error with the frames, or with its place alone."""
    if not frames and header.place is not None:
        frames = [header.place]
    return Error(type=header.type, message=header.message, frames=frames)
