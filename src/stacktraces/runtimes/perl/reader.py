"""From the line of an anchor to a trace: a stack with the error above it, or an error alone."""

from __future__ import annotations

import msgspec

from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, Trace
from .certain import PREAMBLE, STATEMENT, following_lines, is_certain, is_script, is_serious, text_of_record
from .syntax import BEGUN, PROPAGATED, Call, match_call, match_header, place
from .tests import is_failed_test, read_failed_test

NAME = "perl"
_MOST_FRAMES = 1000
_LOOK_BACK = 1100
_LOOK_BACK_FOR_MESSAGE = 20
_MOST_NOTES = 20
_LONGEST_MESSAGE = 1 << 16
ESCAPED_END = "\\n"
_LEADS_ON = (":", ",", ";", "(")
"""What a log record ends with whose message goes on with the next line."""


class _Above(msgspec.Struct):
    """What stands above a stack."""

    start: int
    message: str | None = None
    inside: Frame | None = None
    """The place of the innermost function."""


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line
    if line is None:
        return None
    if is_failed_test(line):
        trace = read_failed_test(cursor, NAME)
    elif ESCAPED_END in line and " line " in line:
        trace = _read_escaped(cursor, line)
    elif match_call(line) is not None or PROPAGATED.match(line):
        trace = _read_stack(cursor)
    elif BEGUN.match(line):
        trace = _read_begun(cursor)
    else:
        trace = _read_header(cursor, line)
    if trace is not None and cursor.cut:
        trace.uncertain.append("A line was cut: it is longer than 1 MiB.")
    return trace


def _goes_on(line: str | None) -> bool:
    """Whether ``line`` is one of a stack."""
    return line is not None and (match_call(line) is not None or PROPAGATED.match(line) is not None)


def _read_stack(cursor: Cursor) -> Trace | None:
    """The stack on the cursor's line. Its reader was asked already where a line of it stands above."""
    first = cursor.offset
    if not cursor.back():
        above = _Above(first)
    else:
        if _goes_on(cursor.line):
            return None
        above = _read_above(cursor, first)
    cursor.seek(first)
    return _read_calls(cursor, above)


def _read_above(cursor: Cursor, first: int) -> _Above:
    """What the line above the stack, which the cursor is on, says of the error."""
    line = cursor.line or ""
    if found := BEGUN.match(line):
        return _message_above(cursor, _Above(cursor.offset, inside=place(found["file"], found["line"])))
    text = text_of_record(line)
    header = match_header(text)
    if header is None:
        return _Above(first)
    above = _Above(cursor.offset, header.message, header.place)
    if starts_record(line):
        return above
    if not header.message.strip():
        # What `die` with a handler prints: the message has a line of its own.
        return _message_above(cursor, above)
    return _further_lines(cursor, above)


def _message_above(cursor: Cursor, above: _Above) -> _Above:
    """Take the line above as the message, if it is one."""
    above.message = None
    if not cursor.back():
        return above
    blank = not (cursor.line or "").strip()
    if blank and (above.inside is None or not _same_place_above(cursor, above.inside)):
        return above
    if not (line := cursor.line or "").strip() or _goes_on(line):
        return above
    if not starts_record(line) or is_serious(line):
        above.message = text_of_record(line)
        above.start = cursor.offset
    return above


def _same_place_above(cursor: Cursor, inside: Frame) -> bool:
    """Go back to the line above a blank one, if it ends with that place."""
    here = cursor.offset
    header = match_header(cursor.line or "") if cursor.back() else None
    if header is not None and (header.place.file, header.place.line) == (inside.file, inside.line):
        return True
    cursor.seek(here)
    return False


def _further_lines(cursor: Cursor, above: _Above) -> _Above:
    """Take the lines of the message above its last one: from a record that leads on, else those indented."""
    lines = [above.message or ""]
    indented = list(lines), above.start
    ends = False
    for _ in range(_LOOK_BACK_FOR_MESSAGE):
        if not cursor.back():
            break
        line = cursor.line or ""
        if not line.strip() or _goes_on(line) or line.strip() == PREAMBLE:
            break
        if starts_record(line):
            if is_serious(line) and line.rstrip().endswith(_LEADS_ON):
                indented = [*lines, text_of_record(line)], cursor.offset
            break
        before = lines[-1]
        lines.append(line)
        if STATEMENT.match(line):
            # PostgreSQL shows the statement, with a mark below it.
            indented = [*lines, cursor.peek(-1) or ""], cursor.offset
            if cursor.back():
                indented = indented[0], cursor.offset
            break
        if not ends and (line[:1] in (" ", "\t") or (before[:1] in (" ", "\t") and len(lines) > 2)):
            indented = list(lines), cursor.offset
        else:
            ends = True
    above.message = "\n".join(indented[0][::-1])[:_LONGEST_MESSAGE]
    above.start = indented[1]
    return above


def _read_calls(cursor: Cursor, above: _Above) -> Trace | None:
    """The calls from the cursor's line on, with what stands above them."""
    calls: list[Call] = []
    notes: list[str] = []
    left_out = 0
    indent = _indent_of(cursor.line or "")
    while (line := cursor.line) is not None:
        call = match_call(line)
        if call is not None and _indent_of(line) < indent:
            # The module diagnostics prints its own stack below the error's, which it indents.
            pass
        elif call is not None and len(calls) < _MOST_FRAMES:
            calls.append(call)
        elif call is not None:
            left_out += 1
        elif found := PROPAGATED.match(line):
            notes.append(found["text"])
        else:
            break
        cursor.advance()
    if above.inside is None and len(calls) < 2:
        return None
    error = Error(
        message=(above.message or "").lstrip("\t") or None,
        notes=notes[:_MOST_FRAMES],
        frames=_frames(calls, above.inside),
    )
    _drop_place(error)
    trace = Trace(error=error, format=NAME, origin=Origin(offset=above.start))
    if left_out:
        trace.uncertain.append(f"{left_out} frames of a long stack are not here.")
    return trace


def _indent_of(line: str) -> int:
    return len(line) - len(line.lstrip("\t"))


def _frames(calls: list[Call], inside: Frame | None) -> list[Frame]:
    """Each function with the place inside it; the program itself, which Perl does not print, stands last."""
    frames: list[Frame] = []
    here = inside or Frame()
    for call in calls:
        frames.append(Frame(call.function, file=here.file, line=here.line, args=call.args))
        here = call.caller
    frames.append(Frame(file=here.file, line=here.line))
    return frames


def _drop_place(error: Error) -> None:
    """Take the place from the end of a message where a frame has it as well."""
    header = match_header(error.message or "")
    if header is not None and any(
        (frame.file, frame.line) == (header.place.file, header.place.line) for frame in error.frames
    ):
        error.message = header.message


def _read_begun(cursor: Cursor) -> Trace | None:
    start = cursor.offset
    above = _read_above(cursor, start)
    cursor.seek(start)
    cursor.advance()
    return _read_calls(cursor, above)


def _read_escaped(cursor: Cursor, line: str) -> Trace | None:
    """An error on one line, its line ends written as ``\\n``: Apache's log."""
    first, *others = line.replace("\\t", "\t").split(ESCAPED_END)
    header = match_header(text_of_record(first))
    certain = not others[-1].strip() or is_certain(cursor, first)
    if header is None or not (certain and is_script(header)):
        return None
    origin = Origin(offset=cursor.offset)
    cursor.advance()
    calls = [call for each in others if (call := match_call(each)) is not None]
    notes = [each for each in others if each.strip() and match_call(each) is None]
    frames = _frames(calls[:_MOST_FRAMES], header.place) if calls else [header.place]
    error = Error(message=header.message.strip() or None, notes=notes[:_MOST_NOTES], frames=frames)
    return Trace(error=error, format=NAME, origin=origin)


def _read_header(cursor: Cursor, line: str) -> Trace | None:
    """An error, with its stack behind it where there is one."""
    start = cursor.offset
    if _goes_on(cursor.peek()):
        above = _read_above(cursor, start)
        if above.inside is None:
            return None
        cursor.seek(start)
        cursor.advance()
        return _read_calls(cursor, above)
    if not is_certain(cursor, line):
        return None
    header = match_header(text_of_record(line))
    if header is None:
        return None
    before = cursor.peek(-1) or ""
    preamble = [before] if before.strip() == PREAMBLE else []
    if preamble:
        cursor.back()
    if line[:1] in (" ", "\t") and not preamble:
        above = _further_lines(cursor, _Above(start, header.message, header.place))
        header.message = above.message or ""
        cursor.seek(above.start)
    origin = Origin(offset=cursor.offset)
    cursor.seek(start)
    cursor.advance()
    notes = following_lines(cursor)
    error = Error(message=header.message.strip() or None, notes=notes, frames=[header.place])
    return Trace(error=error, format=NAME, origin=origin, preamble=preamble)
