"""From the line of an anchor to a trace: its margin, its start, its shape."""

from __future__ import annotations

import re

from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import learn
from ...model import Context, Error, Origin, Trace
from .bridges import pass_java
from .chains import TWISTED_BARE, read_chain
from .copies import CopiedLines, count_copies
from .django_report import put_back_characters
from .frames import FRAME
from .headless import (
    SAVED,
    read_frames_alone,
    read_ignored,
    read_indented_frames,
    read_last_frame,
    read_stack,
)
from .lines import Lines
from .margins import lines_from, margin_of
from .markup import MarkupLines, opens_markup
from .messages import ENDS_EARLY, Reading
from .other_runtimes import is_in_java
from .plain import read_plain
from .preambles import NEVER_RETRIEVED, is_preamble, pass_preamble, step_back
from .records import starts_record
from .starts import step_over_bare_cause, step_over_location, step_over_remote
from .syntax import (
    CHAIN_LINES,
    HEADER,
    NAME,
    RAY_TASK,
    STACK_HEADER,
    is_likely_error,
    match_error,
)

_IN_MARKUP = regex(r"\s*  File &(?:quot|#34|#x22);")
_GROUP_PREFIX = "  + "
_CHAIN_LINE = regex(rf"(?P<margin>.*?)(?:{'|'.join(CHAIN_LINES)})\s*$")
_SYNTAX_ERROR = regex(r"(?P<margin>.{0,200}?)(?<![\w.])(?:SyntaxError|IndentationError|TabError): ")
_LOGGED_FROM = "Logged from file "
_LAMBDA = regex(r"(?:[\dT:.Z-]{20,30}\s)?\[(?:ERROR|CRITICAL|FATAL)\] ")
_ATHERIS = "=== Uncaught Python exception: ==="
_LINES_TO_BANNER = 20
_SPHINX = "Exception occurred:"
"""Sphinx prints it before the innermost frame of an error; the rest goes to a file."""
_COMMENT = "#"
"""Maya prints a traceback as a comment, and closes the comment behind the message."""
BLANK_START = 64
"""Bytes of blank lines before a trace that is still alone in its text."""


def read(cursor: Cursor) -> Trace | None:
    """The traceback that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line
    if line is None:
        return None
    if match := HEADER.search(line):
        return read_plain(cursor, NAME) or _read_headed(cursor, line, match)
    if RAY_TASK.search(line):
        return _read_from(cursor, "", at_header=True)
    if match := STACK_HEADER.search(line):
        return read_stack(cursor, line[: match.start()], outermost_first=match["first"] is None)
    if line == _SPHINX:
        return read_last_frame(cursor)
    if line.startswith(SAVED):
        return read_indented_frames(cursor)
    if line.endswith("> ignored"):
        return read_ignored(cursor, line)
    if is_preamble(line) or line.endswith(NEVER_RETRIEVED):
        return _read_after_preamble(cursor)
    if match := _SYNTAX_ERROR.match(line):
        return _read_bare_syntax_error(cursor, match["margin"])
    if match := _CHAIN_LINE.match(line):
        margin = match["margin"]
        cursor.advance()
        return _read_from(cursor, margin, at_header=False) if step_over_bare_cause(cursor, margin) else None
    if is_likely_error(line):
        return _read_from(cursor, "", at_header=False)
    if FRAME.match(line):
        return read_frames_alone(cursor)
    return None


def _read_headed(cursor: Cursor, line: str, header: re.Match[str]) -> Trace | None:
    prefix = line[: header.start()]
    tag = prefix.removesuffix(_GROUP_PREFIX) if header["group"] else prefix
    if opens_markup(tag):
        return _read_from(cursor, "", at_header=tag == prefix, tag=tag)
    if header["group"] and prefix.endswith(_GROUP_PREFIX):
        return _read_from(cursor, prefix[: -len(_GROUP_PREFIX)], at_header=False)
    margin = margin_of(cursor, prefix)
    if margin is None:
        return None if prefix.strip() else _read_frameless(cursor, cursor.offset, prefix)
    in_markup = "" if _IN_MARKUP.match(cursor.peek() or "") else None
    return _read_from(cursor, margin, at_header=margin != prefix, in_java=is_in_java(prefix), tag=in_markup)


def _read_from(
    cursor: Cursor, margin: str, *, at_header: bool, in_java: bool = False, tag: str | None = None
) -> Trace | None:
    """The trace whose first header, or bare final line, is on the cursor's line.

    ``in_java`` says that a Java exception's message holds it; ``tag`` is what of markup stands before it, if
    the trace is written in markup.
    """
    header_line = cursor.line
    context = Context()
    preamble: list[str] = []
    body = cursor.offset
    if not at_header:
        while step_over_bare_cause(cursor, margin) or step_over_remote(cursor, margin):
            body = cursor.offset
        preamble = step_back(cursor, margin, context)
    start = cursor.offset
    before = header_line if at_header else cursor.peek(-1)
    reading = Reading(
        uncertain=[],
        record=learn(before),
        in_record=starts_record(before or ""),
        alone=cursor.whole or (start <= BLANK_START and not bytes(cursor.buffer[:start]).strip()),
        within_java=int(in_java),
        one_event=cursor.whole,
    )
    cursor.seek(body)
    lines: Lines = lines_from(cursor, margin)
    if tag is not None:
        lines = MarkupLines(lines, tag)
    elif (copies := count_copies(lines)) > 1:
        lines = CopiedLines(lines, copies)
        reading.note(f"The trace stands {copies} times, line by line; it was counted once.")
    error = read_chain(lines, reading, at_header=at_header)
    if error is None:
        return _read_frameless(cursor, body, margin)
    if not (_is_credible(error) or _is_bare_failure(cursor, body, margin)):
        return None
    if error.type is None and (named := _named_before(cursor, start, margin)) is not None:
        start, error.type, error.message = named
        if ENDS_EARLY in reading.uncertain:
            reading.uncertain.remove(ENDS_EARLY)
    if margin.strip() == _COMMENT and error.message:
        error.message = error.message.rstrip().removesuffix(f" {_COMMENT}")
    put_back_characters(error)
    if in_java:
        pass_java(lines, reading, read_chain)
    if at_header or reading.in_record:
        _pass_repetition(lines, error, reading)
    if (lines.line or "").startswith(_LOGGED_FROM):
        lines.advance()
    if cursor.cut:
        reading.note("A line was cut: it is longer than 1 MiB.")
    return Trace(
        error=error,
        format=NAME,
        origin=Origin(offset=start),
        context=context,
        preamble=preamble,
        uncertain=reading.uncertain,
    )


def _read_frameless(cursor: Cursor, header: int, margin: str) -> Trace | None:
    """The error that Lambda names before a header with no frames behind it."""
    named = _named_before(cursor, header, margin)
    if named is None or named[1] is None:
        return None
    cursor.seek(header)
    cursor.advance()
    return Trace(error=Error(type=named[1], message=named[2]), format=NAME, origin=Origin(offset=named[0]))


def _pass_repetition(lines: Lines, error: Error, reading: Reading) -> None:
    """Pass ``error`` where it stands a second time right behind its log record: it is the same event.

    A logger was given the traceback as text and as an exception, or the error was logged and then raised on.
    """
    if not HEADER.match(lines.line or ""):
        return
    here, uncertain = lines.mark(), list(reading.uncertain)
    again = read_chain(lines, reading, at_header=True)
    reading.uncertain[:] = uncertain
    if again != error:
        lines.reset(here)


def _named_before(cursor: Cursor, start: int, margin: str) -> tuple[int, str, str | None] | None:
    """What Atheris or Lambda prints of an error before the header at ``start``.

    Gives where that starts, and the error's type and message.
    """
    here = cursor.offset
    cursor.seek(start)
    message: list[str] = []
    for _ in range(_LINES_TO_BANNER):
        if not cursor.back() or not (cursor.line or "").startswith(margin):
            break
        line = (cursor.line or "")[len(margin) :]
        by_lambda = _LAMBDA.match(line)
        if by_lambda or line.strip() == _ATHERIS:
            message += [line[by_lambda.end() :]] if by_lambda else []
            match = match_error("\n".join(reversed(message)))
            banner = cursor.offset
            cursor.seek(here)
            return (banner, match["type"], match["message"]) if match is not None else None
        message.append(line)
    cursor.seek(here)
    return None


def _is_credible(error: Error) -> bool:
    """A header alone, or before any odd line, is no trace."""
    if error.frames or error.cause or error.children or error.type is None:
        return bool(error.frames or error.cause or error.children)
    return is_likely_error(error.type)


def _is_bare_failure(cursor: Cursor, body: int, margin: str) -> bool:
    """Whether Twisted printed the trace at ``body``: it says so where there are no frames."""
    here = cursor.offset
    cursor.seek(body)
    cursor.advance()
    line = cursor.line or ""
    cursor.seek(here)
    return line.startswith(margin + TWISTED_BARE)


def _read_bare_syntax_error(cursor: Cursor, margin: str) -> Trace | None:
    if not step_over_location(cursor, margin):
        return None
    return _read_from(cursor, margin, at_header=False)


def _read_after_preamble(cursor: Cursor) -> Trace | None:
    """An error that nobody caught, with a traceback or without (a stream closed at exit)."""
    pass_preamble(cursor)
    line = cursor.line or ""
    if match := HEADER.match(line):
        return _read_headed(cursor, line, match)
    return _read_from(cursor, "", at_header=False) if is_likely_error(line) else None
