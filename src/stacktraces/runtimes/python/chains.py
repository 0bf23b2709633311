"""The links of a Python traceback: root first, the error that escaped last.

A link is a header with frames and a final line, or a final line alone (an exception that was never
raised has no traceback), or the location and final line of a ``SyntaxError``. A remote traceback is
a link in quotes, and so the cause of what follows it. Read in a loop: a chain has any depth.
"""

from __future__ import annotations

from collections import deque

import msgspec

from ..._regex import regex
from ...model import CauseKind, Error
from .bridges import read_java_cause, read_java_frames, read_jvm_stack
from .django_report import read_end
from .exception_groups import read_group
from .frames import CARETS, FRAME, Stack, read_frames
from .lines import Lines, ListLines
from .messages import ENDS_EARLY, LEFT_OUT, Reading, read_message
from .powershell import pass_invocation
from .syntax import GROUP_HEADER, HEADER, RAY_TASK, REMOTE, REMOTE_QUOTE, match_error, read_chain_line

LINKS_KEPT = 200
"""Links kept of one chain: the root and the last ones. Deeper nesting would break what walks it."""
RAY_LINKS_KEPT = 20

TWISTED_BARE = "Failure: "
"""Twisted prints it between the header and the final line of a failure without frames."""

_CAUGHT = regex(r"Caught [\w.]+ in .*\.$")
_ORIGINAL = regex(r"Original Traceback \(most recent call last\):\s*$")
_RAY = regex(r"RayTaskError\b")
_QUOTING = regex(r"\bExceptionWithTraceback$")
"""What billiard, and so Celery, raises for an error: its text is the traceback in quotes."""


class Link(msgspec.Struct):
    """One error of a chain, and how the next one came of it."""

    error: Error
    leads_to: CauseKind | None = None


def read_chain(
    lines: Lines, reading: Reading, *, at_header: bool = False, links_kept: int = LINKS_KEPT
) -> Error | None:
    """The chain that starts on the current line: its last error, with what led to it.

    ``at_header`` says that the current line holds the header, whatever else stands on it. ``None``
    where there is neither a frame nor a final line.
    """
    root: Link | None = None
    later: deque[Link] = deque(maxlen=links_kept - 1)
    count = 0
    while True:
        error = _read_link(lines, reading, at_header=at_header)
        if error is None:
            break
        link = Link(error)
        if root is None:
            root = link
        else:
            later.append(link)
        count += 1
        at_header = False
        link.leads_to = (
            _read_ray_chain_line(lines)
            if reading.within_ray
            else read_chain_line(lines, framed=reading.framed)
        )
        if link.leads_to is None:
            break
    if root is None:
        return None
    if count > links_kept:
        reading.note(f"{count - links_kept} errors in the middle of the chain were left out.")
    return _join(root, later)


def _join(root: Link, later: deque[Link]) -> Error:
    previous = root
    for link in later:
        first = link.error.chain()[-1]
        first.cause = previous.error
        first.cause_kind = previous.leads_to
        previous = link
    return previous.error


def _read_link(lines: Lines, reading: Reading, *, at_header: bool) -> Error | None:
    if not at_header:
        _enter_remote(lines, reading)
    line = lines.line or ""
    if GROUP_HEADER.match(line) and not at_header:
        items = read_group(lines, reading, read_chain)
        group = read_chain(ListLines(items), reading, links_kept=1)
        _leave_remote(lines, reading)
        return group
    stack = Stack()
    by_ray = RAY_TASK.search(line) is not None
    headed = at_header or by_ray or HEADER.match(line) is not None
    if headed:
        lines.advance()
        pass_invocation(lines)
    if by_ray:
        _pass_orphans(lines)
    if headed or FRAME.match(line):
        stack = read_frames(lines)
    reading.framed = stack.count > 0
    reading.had_source = stack.has_source
    reading.outermost, reading.innermost = stack.outermost, stack.last
    if stack.dropped:
        reading.note(f"{stack.dropped:,} {LEFT_OUT}")
    return _read_error(lines, stack, reading)


def _read_error(lines: Lines, stack: Stack, reading: Reading) -> Error | None:
    in_java = read_java_frames(lines, reading, read_chain) if stack.count else []
    line = lines.line or ""
    match = match_error(line if stack.count else line.removeprefix(TWISTED_BARE))
    if match is None:
        if not stack.count:
            return None
        error = read_end(lines)
        if error is None:
            reading.note(ENDS_EARLY)
            error = Error()
        error.frames = [*in_java, *stack.innermost_first()]
        return error
    lines.advance()
    if (quoted := _read_quoted(lines, match["type"], reading)) is not None:
        return quoted
    error = Error(type=match["type"], message=match["message"], frames=[*in_java, *stack.innermost_first()])
    if not (
        _read_ray_cause(lines, error, reading)
        or _read_original(lines, error, reading)
        or read_java_cause(lines, error, reading, read_chain)
    ):
        error.message, error.notes = read_message(lines, match["message"], match["type"], reading)
    read_jvm_stack(lines, error, reading, read_chain)
    error.children = lines.members() or []
    _leave_remote(lines, reading)
    return error


def _read_quoted(lines: Lines, kind: str, reading: Reading) -> Error | None:
    """The error whose traceback in quotes is all that one of type ``kind`` says."""
    if not _QUOTING.search(kind) or reading.remote or (lines.line or "").rstrip() != REMOTE_QUOTE:
        return None
    here = lines.mark()
    lines.advance()
    if not HEADER.match(lines.line or ""):
        lines.reset(here)
        return None
    reading.remote += 1
    return read_chain(lines, reading)


def _read_ray_cause(lines: Lines, error: Error, reading: Reading) -> bool:
    """Ray prints the remote task's frames and error, without a header, as its own error's message."""
    if not _RAY.search(error.type or "") or reading.within_ray >= RAY_LINKS_KEPT:
        return False
    here = lines.mark()
    _pass_orphans(lines)
    left_out = lines.mark() != here and RAY_TASK.match(error.message or "") and match_error(lines.line or "")
    if not (FRAME.match(lines.line or "") or left_out):
        lines.reset(here)
        return False
    reading.within_ray += 1
    error.cause, error.cause_kind = read_chain(lines, reading), "cause"
    reading.within_ray -= 1
    return True


def _read_original(lines: Lines, error: Error, reading: Reading) -> bool:
    """PyTorch raises a worker's error again, with the worker's own traceback, the cause, in the message."""
    if reading.originals >= RAY_LINKS_KEPT or not _CAUGHT.match(error.message or ""):
        return False
    if not _ORIGINAL.match(lines.line or ""):
        return False
    reading.originals += 1
    error.cause, error.cause_kind = read_chain(lines, reading, at_header=True), "cause"
    reading.originals -= 1
    return True


def _pass_orphans(lines: Lines) -> None:
    """Pass what Ray leaves of the frames of its own that it took out: what marks their source lines."""
    while CARETS.match(lines.line or ""):
        lines.advance()


def _read_ray_chain_line(lines: Lines) -> CauseKind | None:
    """A remote chain's next link starts with the task; another one follows from the remote error."""
    here = lines.mark()
    kind = read_chain_line(lines)
    if kind is not None and not RAY_TASK.match(lines.line or ""):
        lines.reset(here)
        return None
    return kind


def _enter_remote(lines: Lines, reading: Reading) -> None:
    while REMOTE.match(lines.line or ""):
        here = lines.mark()
        lines.advance()
        if (lines.line or "").rstrip() != REMOTE_QUOTE:
            lines.reset(here)
            return
        lines.advance()
        reading.remote += 1


def _leave_remote(lines: Lines, reading: Reading) -> None:
    while reading.remote and (lines.line or "").rstrip() == REMOTE_QUOTE:
        lines.advance()
        reading.remote -= 1
