"""The final line of a Python traceback, and where its message ends.

Nothing marks the end of a message of several lines, and notes (PEP 678) follow it without a mark.
The lines after the final line are its message up to the first of these:

1. the end of the text, or of the group's member;
2. a chain line with another link after it, ``\"\"\"`` within a remote traceback, members of a group;
3. a log record (:mod:`.records`), what stands before a trace (``Exception in thread …``), a blank
   line and another exception's name, or the words of what ran the program (``make: *** …``);
4. a header, unless it is of the message: the line before it ends with a colon, it is indented or
   called ``Original Traceback``, or its frames have no source though the trace's own have; and it
   does not start with the very frame that the trace starts with.

A text that starts with the trace is taken to hold nothing after it, and a log record that the trace
follows to last until the next record. Otherwise a blank line ends the message sooner, unless what
comes after it is indented or known (``[SQL: …]``); and where no end is near, only the indented and
known lines directly after the final line are taken, and none behind a message that CPython itself
makes (:mod:`.complete_messages`). Whatever was taken, or left, without proof is
said in ``uncertain``.
"""

from __future__ import annotations

import itertools
import re
from enum import Enum, auto

import msgspec

from ..._regex import regex
from ...model import Frame
from .._closing_words import find_closing_words
from .complete_messages import is_complete, stands_in
from .frames import BODY, FRAME
from .lines import Lines
from .other_runtimes import goes_on_in_java, starts_other_trace
from .preambles import starts_preamble
from .records import starts_record
from .syntax import (
    CHAIN_LINES,
    HEADER,
    REMOTE,
    REMOTE_QUOTE,
    is_likely_error,
    read_chain_line,
)

LOOK_AHEAD = 200
"""Lines without any sign of being the message's that are looked at in search of its end."""
MESSAGE_KEPT = 1 << 16
"""Characters kept of one message."""

MAY_BE_SHORTER = "The message may be shorter than read: nothing marks its end."
MAY_BE_LONGER = "The message may be longer than read: nothing marks its end."
HOLDS_TRACEBACK = "The message holds what looks like a traceback; it was taken for text."
CUT_MESSAGE = "The message was cut: it is longer than 65,536 characters."
ENDS_EARLY = "The text ends before the exception's type."

LEFT_OUT = "frames in the middle of a stack were left out."

OTHER_WRITER = "Lines of another writer that nothing tells apart stand behind this trace, or in it."

JVM_MARK = "JVM stacktrace:"
"""PySpark prints it between a message and Java's stack trace."""

_KNOWN_CONTINUATION = regex(
    r"\s|[})\]>]+[,;]?$"
    r"|(?:DETAIL|HINT|CONTEXT|QUERY|WHERE|STATEMENT|LINE \d+): ?"
    r"|\[(?:SQL|parameters|generated in|cached since|raw sql)[: ]"
    r"|\(Background on this error at: "
    r"|(?:Reason|HTTP response headers|HTTP response body|Stacktrace|Caused by|Traceback of): ?"
)
_LAST_OF_MESSAGE = regex(r"\(Background on this error at: \S+\)\s*$")
_NAMED_TRACEBACK = regex(
    r"(?:\s+|Original |Remote )(?:Exception Group )?Traceback \(most recent call last\):"
    r"|Detected at node .* defined at \(most recent call last\):"
)
_RULER = regex(r"={20,}+$|-{20,}+$|\*{20,}+$")
_NOTE = regex(r"(?:Falsifying example|Failing test case): ")
"""Hypothesis adds to an error, as notes, what makes the test fail."""
_GROUP_MESSAGE_END = regex(r"\(\d+ sub-exceptions?\)$")
_REPR = regex(r"""(?:'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+"|-?\d+)$""")


class Reading(msgspec.Struct):
    """What the parts of one reading share."""

    uncertain: list[str] = []
    record: re.Pattern[str] | None = None
    """The shape of this log's records, from the line before the trace."""
    alone: bool = True
    """The text holds the trace alone, or is one log event: all up to its end is the trace's."""
    in_record: bool = False
    """The line before the trace starts a log record, and so the trace's lines are that record's."""
    one_event: bool = False
    """The text is one log event, as its carrier says."""
    remote: int = 0
    """Remote tracebacks that are open."""
    within_java: int = 0
    """How deep in Java's stack traces the traceback stands."""
    within_ray: int = 0
    """The same for errors of Ray's remote tasks."""
    originals: int = 0
    """The same for tracebacks of PyTorch's workers."""
    framed: bool = False
    """The error just read has frames."""
    had_source: bool = False
    """The frames just read had source lines."""
    outermost: Frame | None = None
    """The first frame just read."""
    innermost: Frame | None = None
    """The last frame just read."""

    def note(self, sentence: str) -> None:
        if sentence not in self.uncertain:
            self.uncertain.append(sentence)


class _End(Enum):
    PROVEN = auto()
    """Rules 1 and 2 within bounds: all lines before it are the message."""
    TEXT = auto()
    """The end of a text that starts with the trace, or of the log record that the trace is in."""
    OTHER = auto()
    """Rules 3 and 4, or the end of a log."""
    NONE = auto()


class _Line(msgspec.Struct, gc=False):
    text: str
    after: int
    """The mark of the line after it."""
    known: bool
    """It is marked as a continuation."""


def read_message(
    lines: Lines, first: str | None, type_: str, reading: Reading
) -> tuple[str | None, list[str]]:
    """The message whose first line is ``first`` (``None`` after a bare type), and the notes.

    ``lines`` stands on the line after the final line; it is left on the first one that is neither.
    """
    start = lines.mark()
    if first is None and _box(lines) is not None:
        first = ""
    following, end = _collect(lines, first, reading)
    complete = is_complete(type_, first)
    if not complete and end in (_End.OTHER, _End.NONE) and reading.innermost is not None:
        # Notes are as likely as anything else where nothing but the trace's own lines stands in the text.
        complete = stands_in(reading.innermost.source or "", type_, first)
    if complete and not _is_ended(end, reading):
        lines.reset(start)
        return first, []
    count = _length(following, end, one_line=first is None or _is_literal(type_, first))
    if end is not _End.PROVEN and not complete:
        if any(each.text.strip() for each in following[count : count + 1]):
            reading.note(MAY_BE_LONGER)
        if not all(each.known for each in following[:count]):
            reading.note(MAY_BE_SHORTER)
    while count and not following[count - 1].text.strip():
        count -= 1
    if _says_it_twice(first, following[:count]):
        # gunicorn prints an error once more, without its type.
        lines.reset(following[count - 1].after)
        count //= 2
        return _split_notes(first, [each.text for each in following[:count]], type_)
    lines.reset(following[count - 1].after if count else start)
    return _split_notes(first, [each.text for each in following[:count]], type_)


def _is_ended(end: _End, reading: Reading) -> bool:
    """Whether what stands up to ``end`` belongs to the error for certain, so that it may hold notes."""
    return end is _End.PROVEN or (end is _End.TEXT and (reading.in_record or reading.one_event))


def _says_it_twice(first: str | None, following: list[_Line]) -> bool:
    """Whether the message's second half is its first one."""
    lines = [first or "", *[each.text for each in following]]
    half = len(lines) // 2
    return bool(first) and half > 0 and lines[:half] == lines[half:]


def _collect(lines: Lines, first: str | None, reading: Reading) -> tuple[list[_Line], _End]:
    following: list[_Line] = []
    previous = ":" if first == "" else first or ""
    box = _box(lines) if first == "" else None
    size = 0
    unproven = unproven_size = 0
    while (line := lines.line) is not None:
        in_box = box is not None and lines.mark() < box
        opened = first if len(following) == 1 and not previous else previous
        own = in_box or (not lines.whole and _is_own_traceback(lines, line, opened or "", reading))
        if not own and (end := _end_at(lines, line, previous, reading)):
            return following, end
        if not following and first and _is_of_other_writer(line, first, reading):
            reading.note(OTHER_WRITER)
            return following, _End.OTHER
        if not lines.whole and _is_closed_by(line, first, following, reading):
            return following, _End.TEXT if reading.in_record else _End.OTHER
        known = own or not line or _KNOWN_CONTINUATION.match(line) is not None
        if not lines.whole and (unproven or not known):
            unproven += 1
            unproven_size += len(line)
            if unproven > LOOK_AHEAD or unproven_size > MESSAGE_KEPT:
                return following, _End.NONE
        lines.advance()
        size += len(line) + 1
        if size <= MESSAGE_KEPT or not following:
            following.append(_Line(line[:MESSAGE_KEPT], lines.mark(), known))
        else:
            reading.note(CUT_MESSAGE)
            following[-1].after = lines.mark()
        previous = line
        if _LAST_OF_MESSAGE.match(line):
            return following, _End.PROVEN
        if in_box and lines.mark() == box:
            return following, _End.PROVEN
    return following, _End.PROVEN if lines.whole else _End.TEXT if reading.alone else _End.OTHER


def _end_at(lines: Lines, line: str, previous: str, reading: Reading) -> _End | None:
    """How ``line`` ends the message, if it does."""
    stripped = line.rstrip()
    if stripped.lstrip() in CHAIN_LINES:
        here = lines.mark()
        linked = read_chain_line(lines, framed=reading.framed)
        lines.reset(here)
        return _End.PROVEN if linked else None
    if (reading.remote and stripped == REMOTE_QUOTE) or stripped == JVM_MARK:
        return _End.PROVEN
    if reading.within_java and goes_on_in_java(line):
        return _End.PROVEN
    if lines.whole:
        return None
    if starts_record(line, reading.record):
        return _End.TEXT if reading.in_record else _End.OTHER
    if "(most recent call last):" in line or starts_preamble(stripped):
        return _End.OTHER
    if REMOTE.match(stripped) and _following(lines).rstrip() == REMOTE_QUOTE:
        return _End.OTHER
    if not previous.rstrip().endswith(":") and starts_other_trace(line, _following(lines)):
        return _End.OTHER
    return _End.OTHER if not previous.strip() and is_likely_error(line) else None


def _box(lines: Lines) -> int | None:
    """The mark behind the message's box, where a ruler that comes again opens the message (torchrun's)."""
    ruler = (lines.line or "").rstrip()
    if lines.whole or not _RULER.match(ruler):
        return None
    here = lines.mark()
    end = None
    for _ in range(LOOK_AHEAD):
        lines.advance()
        line = lines.line
        if line is None or "(most recent call last):" in line:
            break
        if line.rstrip() == ruler:
            lines.advance()
            end = lines.mark()
            break
    lines.reset(here)
    return end


def _is_closed_by(line: str, first: str | None, following: list[_Line], reading: Reading) -> bool:
    """Whether ``line`` is what a runner prints behind a trace."""
    closing = find_closing_words(line, itertools.chain([first or ""], (each.text for each in following)))
    if closing is None:
        return False
    if closing.doubtful:
        reading.note(MAY_BE_LONGER)
    return True


def _is_of_other_writer(line: str, first: str, reading: Reading) -> bool:
    """Whether ``line``, right behind the final line, is a frame that no message announces."""
    if reading.alone or reading.one_event or reading.in_record or not reading.had_source:
        return False
    return not first.rstrip().endswith(":") and FRAME.match(line) is not None


def _following(lines: Lines) -> str:
    """The line after the current one; "" where there is none."""
    here = lines.mark()
    lines.advance()
    line = lines.line
    lines.reset(here)
    return line or ""


def _is_own_traceback(lines: Lines, line: str, previous: str, reading: Reading) -> bool:
    """Whether ``line`` is a header that the message holds, and not that of the next trace."""
    if "(most recent call last):" not in line:
        return False
    if _NAMED_TRACEBACK.match(line):
        reading.note(HOLDS_TRACEBACK)
        return True
    if not HEADER.match(line):
        return False
    here = lines.mark()
    lines.advance()
    frame = FRAME.match(lines.line or "")
    at_end = lines.line is None
    lines.advance()
    has_source = (lines.line or "").startswith(BODY)
    lines.reset(here)
    if at_end or (frame is not None and _is_at(frame, reading.outermost)):
        return False
    without_source = frame is not None and not frame["file"].startswith("<") and not has_source
    own = frame is None or previous.rstrip().endswith(":") or (without_source and reading.had_source)
    if own:
        reading.note(HOLDS_TRACEBACK)
    return own


def _is_at(frame: re.Match[str], outermost: Frame | None) -> bool:
    """Whether the next trace starts where this one did: the same program failed again."""
    return outermost is not None and (outermost.file, str(outermost.line)) == (frame["file"], frame["line"])


def _length(following: list[_Line], end: _End, *, one_line: bool) -> int:
    """How many of the lines are the message's (a message of ``one_line``: its notes)."""
    if end is _End.PROVEN or (end is _End.TEXT and not one_line):
        return len(following)
    after_blank = False
    for count, each in enumerate(following):
        if not each.known and (end is _End.NONE or after_blank):
            return count
        after_blank = not each.text.strip()
    return len(following)


def _is_literal(type_: str, first: str) -> bool:
    """Whether ``first`` is the whole message: a ``KeyError`` prints its key as a literal, on one line."""
    return type_ == "KeyError" and _REPR.match(first) is not None


def _split_notes(first: str | None, following: list[str], type_: str) -> tuple[str | None, list[str]]:
    """The message, and the notes where it is certain that the message ended before them.

    It is after a bare type, after a ``KeyError``'s literal (always one line) and after the count of
    a group's members.
    """
    if first is None:
        return None, following
    lines = [first, *following]
    if _is_literal(type_, first):
        return first, following
    noted = next((count for count, line in enumerate(lines) if count and _NOTE.match(line)), None)
    if noted is not None:
        return "\n".join(lines[:noted]), lines[noted:]
    if "Group" in type_:
        for count, line in enumerate(lines, 1):
            if _GROUP_MESSAGE_END.search(line):
                return "\n".join(lines[:count]), lines[count:]
    return "\n".join(lines), []
