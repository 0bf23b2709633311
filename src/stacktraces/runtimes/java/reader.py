"""From the line of an anchor to a trace: where it starts, and what stands before each of its lines."""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import learn, starts_record
from ...model import Context, Error, Origin, Trace
from .. import starts_trace
from .headers import Header, Likeness, match_header
from .lines import TraceLines
from .links import follows_message, match_link, names_error
from .minecraft import read_walkthrough
from .starts import IN_THREAD, Start, find_start
from .throwables import LOOK_AHEAD, Throwables

NAME = "java"

THROWN_BY_HANDLER = " thrown from the UncaughtExceptionHandler in thread "
NO_MAIN_CLASS = "Error: Could not find or load main class "
"""Printed by the program ``java`` itself, often with a cause."""
WITHOUT_FRAMES = tuple(
    f"java.lang.{name}"
    for name in (
        "NullPointerException",
        "ArithmeticException",
        "ArrayIndexOutOfBoundsException",
        "ArrayStoreException",
        "ClassCastException",
    )
)
"""What compiled code throws without frames where it is thrown often, unless the option
``OmitStackTraceInFastThrow`` is off."""

_BY_HANDLER = regex(
    r'(?:.*\s)?Exception: (?P<type>[\w.$]++) thrown from the \w+ in thread "(?P<thread>.{0,400})"\s*$'
)
_FATAL = regex(r"FATAL EXCEPTION: (?P<thread>.*)$")
_PROCESS = regex(r"Process: (?P<process>\S+), PID: (?P<pid>\d{1,9})$")
_DUMP_STACK = "java.lang.Thread.dumpStack"
_FRAMES_ALONE = 2
"""Frames that are a trace though the text starts with them."""


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    lines = TraceLines(cursor)
    line = lines.line
    if line is None:
        return None
    if follows_message(line):
        return _read_from_frame(lines)
    if THROWN_BY_HANDLER in line:
        return _read_thrown_by_handler(lines, line)
    return _read_from_header(lines, line)


def _read_from_frame(lines: TraceLines) -> Trace | None:
    first_frame = lines.mark()
    if lines.back():
        before = lines.line
        if before is not None and follows_message(before):
            return None  # The frame before it was met already, and nothing was read there.
        lines.reset(first_frame)
    start = find_start(lines)
    if start is None:
        lines.reset(first_frame)
        return _read_frames_alone(lines) if first_frame == 0 else None
    lines.reset(start.mark)
    lines.margin = _margin(lines, start.indent, first_frame)
    return _read_at(lines, start, first_frame)


def _read_from_header(lines: TraceLines, line: str) -> Trace | None:
    """The trace whose header is on the current line: from its first frame, or without any."""
    here = lines.mark()
    at = line.find(IN_THREAD)
    text = line[at:] if at >= 0 else line.strip()
    header = match_header(text)
    sure = at >= 0 or text.startswith(NO_MAIN_CLASS)
    if header is None or not (sure or header.type in WITHOUT_FRAMES):
        return None
    first_frame = _first_frame(lines)
    if first_frame is not None:
        lines.reset(first_frame)
        return _read_from_frame(lines)
    if not (sure or _is_fast_throw(lines, header)):
        return None
    return _read_at(lines, Start(here, header, text), lines.cursor.next_offset)


def _is_fast_throw(lines: TraceLines, header: Header) -> bool:
    """Whether ``header`` stands after a log record, and is what compiled code throws without frames."""
    here = lines.mark()
    logged = lines.back() and starts_record(lines.line or "")
    lines.reset(here)
    return logged and header.message in (None, "null", "/ by zero")


def _margin(lines: TraceLines, indent: str, end: int) -> str:
    """What stands before each line from the current one to that at ``end``: ``indent``, or nothing."""
    here = lines.mark()
    same = bool(indent)
    while same and lines.mark() <= end:
        line = lines.line or ""
        same = line.startswith(indent) or not line.strip()
        lines.advance()
    lines.reset(here)
    return indent if same else ""


def _read_at(lines: TraceLines, start: Start, first_frame: int) -> Trace:
    before = lines.cursor.peek(-1)
    context, preamble = Context(thread=start.header.thread), []
    origin = start.mark
    if before is not None and _PROCESS.search(before):
        preamble = _step_over_notice(lines, context)
        origin = lines.mark() if preamble else start.mark
        lines.reset(start.mark)
    record = learn(before)

    def ends(line: str) -> bool:
        if lines.whole:
            return False
        return starts_record(line, record) or line.startswith(IN_THREAD) or starts_trace(line, but=NAME)

    throwables = Throwables(lines, ends)
    error = throwables.read(start.text, first_frame)
    read_walkthrough(lines, error)
    uncertain = throwables.uncertain
    if lines.cursor.cut:
        uncertain.append("A line was cut: it is longer than 1 MiB.")
    if _is_dumped_stack(error):
        error.type = error.message = None
    return Trace(
        error=error,
        format=NAME,
        origin=Origin(offset=origin),
        context=context,
        preamble=preamble,
        uncertain=uncertain,
    )


def _step_over_notice(lines: TraceLines, context: Context) -> list[str]:
    """Go to the first of the lines that Android prints before an exception that nobody caught; gives them."""
    notice: list[str] = []
    here, margin = lines.mark(), lines.margin
    lines.margin = ""
    while lines.back():
        line = lines.line or ""
        if found := _PROCESS.search(line):
            context.process, context.pid = found["process"], found["pid"]
        elif found := _FATAL.search(line):
            context.thread = found["thread"]
        else:
            break
        notice.insert(0, found[0])
        here = lines.mark()
        if found.re is _FATAL:
            break
    lines.reset(here)
    lines.margin = margin
    return notice


def _is_dumped_stack(error: Error) -> bool:
    """Whether it is what ``Thread.dumpStack`` prints: a stack, and no failure."""
    return (
        error.type == "java.lang.Exception"
        and error.message == "Stack trace"
        and error.frames[0:1] != []
        and error.frames[0].function == _DUMP_STACK
    )


def _read_frames_alone(lines: TraceLines) -> Trace | None:
    """Frames whose header was cut off: the text starts with them."""
    throwables = Throwables(lines, starts_record)
    error = throwables.read_frames()
    if len(error.frames) < _FRAMES_ALONE and error.cause is None:
        return None
    return Trace(error=error, format=NAME, origin=Origin(offset=0), uncertain=throwables.uncertain)


def _first_frame(lines: TraceLines) -> int | None:
    """Where the frames of the header on the current line start; ``None`` where it has none."""
    here = lines.mark()
    found: int | None = None
    announced = (lines.line or "").rstrip().endswith(":")
    for _ in range(LOOK_AHEAD // 2):
        lines.advance()
        line = lines.line
        if line is None or (not lines.whole and not announced and starts_record(line)):
            break
        if starts_trace(line, but=NAME):
            break
        if follows_message(line):
            found = lines.mark()
            break
        if line.startswith(IN_THREAD) or (_is_next(line) and not announced):
            break
        announced = line.rstrip().endswith(":")
    lines.reset(here)
    return found


def _is_next(line: str) -> bool:
    link = match_link(line)
    if link is not None:
        return names_error(link.text)
    header = match_header(line)
    return header is not None and header.likeness is Likeness.CERTAIN


def _read_thrown_by_handler(lines: TraceLines, line: str) -> Trace | None:
    """The handler of uncaught exceptions failed itself: the virtual machine prints no frames then."""
    found = _BY_HANDLER.match(line)
    header = match_header(found["type"]) if found is not None else None
    if found is None or header is None:
        return None
    trace = Trace(
        error=Error(type=header.type),
        format=NAME,
        origin=Origin(offset=lines.mark()),
        context=Context(thread=found["thread"]),
    )
    lines.advance()
    return trace
