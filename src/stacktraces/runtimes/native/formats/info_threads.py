"""gdb's list of threads, ``info threads``, where it stands alone: each thread with its innermost frame."""

from __future__ import annotations

from ...._regex import regex
from ....cursor import Cursor
from ....model import Process, Snapshot, Thread
from ..gdb_frame import parse_frame

NAME = "info_threads"
# * 1    Thread 0x7f935326c700 (LWP 8837) "httpd" 0x00007f9357b35986 in crash (r=0x7f) at mod_crash.c:53
#   2    Thread 4711.4712 "app" poll () from /lib64/libc.so.6       3    LWP 101 "app" (running)
_THREAD = regex(
    r"(?P<current>[* ]) {0,4}(?P<id>\d{1,9}(?:\.\d{1,9})?) {1,6}"
    r"(?:Thread (?P<handle>0x[0-9a-f]{1,16}|[\w.]{1,40})"
    r"(?: \((?:LWP (?P<lwp>\d{1,10})(?:/(?P<freebsd>[^)]{0,64}))?|[^)]{0,64})\))?"
    r"|LWP (?P<bare_lwp>\d{1,10})|[Pp]rocess (?P<process>\d{1,10}))"
    r'(?: "(?P<name>[^"]{0,64})")? {1,4}(?P<rest>\S.*)'
)
_FRAMES_FOLLOW = regex(rb"^#\d{1,6} {1,3}(?:0x|<|[A-Za-z_])", 8)
_FRAME = regex(r"#\d{1,6} {1,3}(?:0x|<|[A-Za-z_])")
_NEAR = 4 << 10
_OTHER_LINES = 3
"""Lines in a row that are no thread, as where gdb wraps: more end the list."""


def read(cursor: Cursor) -> Snapshot | None:
    """The list that starts at the cursor; ``None`` where whole stacks follow it. See :class:`Format`.

    Each line of a list has an anchor: one that is met within a list was met at its start, too.
    """
    if _THREAD.fullmatch(cursor.line or "") is None or _of_session_before(cursor):
        return None
    if cursor.back():
        if _THREAD.fullmatch(cursor.line or "") is not None:
            return None
        cursor.advance()
    process = Process()
    end, others = cursor.offset, 0
    while (line := cursor.line) is not None and others <= _OTHER_LINES:
        found = _THREAD.fullmatch(line)
        if found is None:
            if _FRAME.match(line):
                return None
            others += 1
        else:
            others = 0
            handle = found["handle"]
            thread = Thread(
                id=found["id"],
                os_id=found["lwp"] or found["bare_lwp"] or found["process"],
                handle=handle if handle and handle.startswith("0x") else None,
                name=found["name"] or found["freebsd"],
            )
            frame = parse_frame(f"#0  {found['rest']}")
            if found["rest"].startswith("(running)"):
                thread.state = "running"
            elif frame is not None:
                thread.frames.append(frame)
            process.threads.append(thread)
            end = cursor.next_offset
        cursor.advance()
    if _FRAMES_FOLLOW.search(cursor.buffer, end, min(end + _NEAR, cursor.end)):
        return None
    cursor.seek(end)
    if not any(thread.frames for thread in process.threads):
        return None
    return Snapshot(format=NAME, processes=[process])


def _of_session_before(cursor: Cursor) -> bool:
    """Whether the list belongs to a session whose stacks were read already."""
    return cursor.floor > 0 and b"(gdb) info thr" not in cursor.buffer[cursor.floor : cursor.offset]
