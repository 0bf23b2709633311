"""From the line of an anchor to a trace: which of the reports it is, and what repeats it right behind."""

from __future__ import annotations

from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Origin, Trace
from .elixir import HEADER, ElixirError, is_raised, match_frame
from .exunit import STACKTRACE, in_failure, read_failure
from .one_line import may_be_one_line, read_one_line
from .printed import reader_for
from .reports import BOOT, EXCEPTION, REPORT, SERVER, Report, read_boot, read_exception, read_report

NAME = "erlang"
_MOST_BLANKS = 2
_MARK = "** ("


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line
    if line is None:
        return None
    start = cursor.offset
    if (printed := reader_for(line)) is not None:
        trace = printed(cursor, NAME)
    elif line.rstrip() == STACKTRACE or (line.startswith(f"     {_MARK}") and in_failure(cursor)):
        trace = read_failure(cursor, NAME)
    else:
        trace = _read(cursor, line)
        if trace is not None:
            trace.origin = Origin(offset=start)
    if trace is not None and cursor.cut:
        trace.uncertain.append("A line was cut: it is longer than 1 MiB.")
    return trace


def _read(cursor: Cursor, line: str) -> Trace | None:
    if found := REPORT.match(line):
        cursor.advance()
        return _read_reports(cursor, "", found["time"])
    if BOOT.match(line):
        return _read_boot(cursor, line)
    if found := SERVER.match(line):
        return _read_reports(cursor, found["prefix"], None)
    if found := EXCEPTION.match(line):
        return _read_exception(cursor, found["prefix"], found["class"], found["text"])
    if may_be_one_line(line):
        return _read_one_line(cursor)
    return _read_elixir(cursor, line)


def _read_reports(cursor: Cursor, prefix: str, time: str | None) -> Trace | None:
    error = read_report(Report(cursor, prefix).rest())
    if error is None:
        return None
    _pass_crash_report(cursor, error, prefix)
    _pass_one_line(cursor, error)
    return Trace(error=error, format=NAME, timestamp=time)


def _pass_crash_report(cursor: Cursor, error: Error, prefix: str) -> None:
    """Pass the crash report of the same error; it may have the stack that the first one lacks."""
    here = cursor.offset
    for _ in range(_MOST_BLANKS):
        if (cursor.line or "").removeprefix(prefix).strip():
            break
        cursor.advance()
    line = cursor.line or ""
    crash = REPORT.match(line)
    if crash is not None and crash["kind"] == "CRASH":
        cursor.advance()
    elif not (prefix and line.startswith(f"{prefix}  crasher:")):
        cursor.seek(here)
        return
    copy = read_report(Report(cursor, prefix).rest())
    if copy is None or copy.type != error.type or not _same_place(copy, error):
        cursor.seek(here)
        return
    error.frames = error.frames or copy.frames


def _same_place(one: Error, other: Error) -> bool:
    """Whether two errors were raised on the same line, as far as both say where."""
    places = [
        [(each.file, each.line) for each in error.frames if each.line is not None][:1]
        for error in (one, other)
    ]
    return not places[0] or not places[1] or places[0] == places[1]


def _read_boot(cursor: Cursor, line: str) -> Trace | None:
    error = read_boot(line)
    if error is None or not error.frames:
        return None
    cursor.advance()
    following = cursor.line or ""
    if BOOT.match(following) and not following.startswith("{"):
        cursor.advance()
    here = cursor.offset
    if cursor.line == "":
        cursor.advance()
    if (cursor.line or "").startswith("Crash dump is being written to: "):
        cursor.advance()
    else:
        cursor.seek(here)
    return Trace(error=error, format=NAME)


def _read_one_line(cursor: Cursor) -> Trace | None:
    """A report on one line, and the crash report of the same error right behind it."""
    died = read_one_line(cursor)
    if died is None:
        return None
    if not died.crash:
        _pass_one_line(cursor, died.error)
    return Trace(error=died.error, format=NAME)


def _pass_one_line(cursor: Cursor, error: Error) -> None:
    """Pass the crash report of the same error on one line; it may have more frames."""
    here = cursor.offset
    copy = read_one_line(cursor)
    if copy is None or not copy.crash or not _same_reason(error, copy.error):
        cursor.seek(here)
    elif len(copy.error.frames) > len(error.frames):
        error.frames = copy.error.frames


def _same_reason(one: Error, other: Error) -> bool:
    if one.type != other.type:
        return False
    if one.message == other.message:
        return True
    # Words tell the call in the message, a term in the stack.
    return bool(one.frames and other.frames) and one.frames[0].line == other.frames[0].line


def _read_exception(cursor: Cursor, prefix: str, kind: str, text: str) -> Trace | None:
    lines: list[str] = []
    cursor.advance()
    prefix = prefix.rstrip() if (cursor.line or "").startswith(prefix.rstrip()) else ""
    places = [cursor.offset]
    for _ in range(200):
        if (line := cursor.line) is None or not line.startswith(prefix):
            break
        line = line[len(prefix) :]
        if not line[:1].isspace() or not line.strip():
            break
        lines.append(line)
        cursor.advance()
        places.append(cursor.offset)
    error, taken = read_exception(kind, text, lines)
    if not error.frames:
        return None
    cursor.seek(places[taken])
    return Trace(error=error, format=NAME)


def _read_elixir(cursor: Cursor, line: str) -> Trace | None:
    at = line.find(_MARK)
    found = HEADER.match(line[at:]) if at >= 0 else None
    if found is None or found["type"] == "EXIT":
        return None
    before = line[:at]
    if before.strip() and not starts_record(line) and not before.endswith(("] ", ": ")):
        return None
    reader = ElixirError(cursor)
    linked = found["type"].startswith("EXIT from")
    certain = found["type"].endswith("Error") or linked or _is_reported(cursor)
    error = reader.read(found, len(before) if not before.strip() else 0)
    preamble: list[str] = []
    if linked and is_raised(error.message):
        inner = HEADER.match((cursor.line or "")[4:]) if (cursor.line or "").startswith("    ") else None
        if inner is not None:
            preamble.append(line.strip())
            error = reader.read(inner, 4)
    if not certain and not error.frames and error.cause is None:
        return None
    reader.pass_sections(error)
    _pass_callers(cursor, error)
    uncertain = [f"{reader.left_out} frames of a long stack are not here."] if reader.left_out else []
    return Trace(error=error, format=NAME, preamble=preamble, uncertain=uncertain)


def _is_reported(cursor: Cursor) -> bool:
    """Whether the line before says that a process ended."""
    before = cursor.peek(-1) or ""
    return before.rstrip().endswith(("terminating", "raised an exception", "terminated"))


def _pass_callers(cursor: Cursor, error: Error) -> None:
    """Pass what the process that waited for the one that died prints of the same error."""
    here = cursor.offset
    for _ in range(_MOST_BLANKS):
        if (cursor.line or "").strip():
            break
        cursor.advance()
    found = HEADER.match(cursor.line or "")
    if found is None or not found["type"].startswith(("exit", "EXIT from")):
        cursor.seek(here)
        return
    if found["type"] != "exit" and found["message"].strip() == "shutdown":
        cursor.advance()
        return
    reader = ElixirError(cursor)
    copy = reader.read(found, 0)
    inner = copy.cause
    if is_raised(copy.message) and inner is None and (cursor.line or "").startswith("    "):
        header = HEADER.match((cursor.line or "")[4:])
        inner = reader.read(header, 4) if header is not None else None
    same = inner is not None and inner.message == error.message and inner.type in (error.type, "EXIT")
    if not same:
        cursor.seek(here)


def starts_here(line: str, following: str) -> bool:
    """See :attr:`stacktraces.runtimes.Runtime.starts`."""
    if REPORT.match(line) or line.startswith('{"init terminating in do_boot",'):
        return True
    found = HEADER.match(line)
    if found is None:
        return False
    framed = following.startswith("    ") and match_frame(following[4:]) is not None
    return framed or found["type"].endswith("Error")
