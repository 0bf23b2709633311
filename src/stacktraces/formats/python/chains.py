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
from .frames import FRAME, Stack, read_frames
from .groups import read_group
from .java import read_java_cause, read_jvm_stack
from .lines import Lines, ListLines
from .messages import ENDS_EARLY, Reading, read_message
from .syntax import GROUP_HEADER, HEADER, REMOTE, REMOTE_QUOTE, match_error, read_chain_line

LINKS_KEPT = 200
"""Links kept of one chain: the root and the last ones. Deeper nesting would break what walks it."""
RAY_LINKS_KEPT = 20

_RAY = regex(r"RayTaskError\b")


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
        link.leads_to = read_chain_line(lines)
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
        first = link.error
        while first.cause is not None:
            first = first.cause
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
        return read_chain(ListLines(items), reading, links_kept=1)
    stack = Stack()
    headed = at_header or HEADER.match(line) is not None
    if headed:
        lines.advance()
    if headed or FRAME.match(line):
        stack = read_frames(lines)
    reading.had_source = stack.has_source
    reading.outermost = stack.outermost
    if stack.dropped:
        reading.note(f"{stack.dropped:,} frames in the middle of a stack were left out.")
    return _read_error(lines, stack, reading)


def _read_error(lines: Lines, stack: Stack, reading: Reading) -> Error | None:
    match = match_error(lines.line or "")
    if match is None:
        if not stack.count:
            return None
        reading.note(ENDS_EARLY)
        return Error(frames=stack.innermost_first())
    lines.advance()
    if _RAY.search(match["type"]) and FRAME.match(lines.line or ""):
        return _read_ray_causes(
            lines, Error(type=match["type"], message=match["message"], frames=stack.innermost_first())
        )
    error = Error(type=match["type"], message=match["message"], frames=stack.innermost_first())
    if not read_java_cause(lines, error, reading, read_chain):
        error.message, error.notes = read_message(lines, match["message"], match["type"], reading)
    read_jvm_stack(lines, error, reading, read_chain)
    error.children = lines.members() or []
    _leave_remote(lines, reading)
    return error


def _read_ray_causes(lines: Lines, error: Error) -> Error:
    """Ray prints the remote task's frames and error, without a header, as its own error's message."""
    last = error
    for _ in range(RAY_LINKS_KEPT):
        if not _RAY.search(last.type or "") or not FRAME.match(lines.line or ""):
            break
        stack = read_frames(lines)
        match = match_error(lines.line or "")
        last.cause = Error(frames=stack.innermost_first())
        last.cause_kind = "cause"
        last = last.cause
        if match is not None:
            last.type, last.message = match["type"], match["message"]
            lines.advance()
    return error


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
