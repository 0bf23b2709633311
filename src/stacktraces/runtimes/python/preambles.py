"""What stands before a traceback and belongs to it: who raised it, and why nobody caught it.

===========================================  =======================================================
printed by                                   sample
===========================================  =======================================================
threading                                    ``Exception in thread worker-3 (run):``
the interpreter (``__del__``, callbacks)     ``Exception ignored in: <function D.__del__ at 0x7f…>``
asyncio, first line                          ``Task exception was never retrieved``
asyncio, then a line for each key            ``future: <Task finished name='poller' coro=<…> …>``
asyncio in debug mode, then frames           ``source_traceback: Object created at (most recent …``
multiprocessing                              ``Process ForkPoolWorker-2:``
logging                                      ``--- Logging error ---``
excepthook, atexit, site                     ``Error in sys.excepthook:``, ``Original exception was:``
Twisted                                      ``Unhandled error in Deferred:``
Tkinter                                      ``Exception in Tkinter callback``
===========================================  =======================================================
"""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor
from ...model import Context
from .lines import Lines

_PREAMBLE = regex(
    r"Exception in thread (?P<thread>.+?)(?: \(most likely raised during interpreter shutdown\))?:$"
    r"|Exception ignored (?:in|while|on|from)\b"
    r"|(?:Task|Future) exception was never retrieved$"
    r"|Exception in callback |Exception in Tkinter callback$"
    r"|Unhandled exception in (?:event loop|thread started by|client_connected_cb)\b"
    r"|Unhandled [Ee]rror(?: in Deferred:?)?$"
    r"|Error in (?:sys\.|atexit\.)\w+:$"
    r"|Original exception was:$"
    r"|Error processing line \d+ of .*:$"
    r"|Process (?P<process>[\w-]+(?::\d+)*):$"
    r"|--- Logging error ---$"
)
_TRAILER = regex(
    r"Call stack:$|Logged from file .*, line \d+$|Remainder of file ignored$"
    r"|Exception \S.*> ignored$|greenlet\.|<Greenlet .* failed with \S+$"
)
_ASYNCIO_KEY = regex(
    r"(?:future|handle|task|protocol|transport|socket|asyncgen|server|server_socket|loop|client_session"
    r"|source_traceback|handle_traceback): "
)
NEVER_RETRIEVED = " exception was never retrieved"
"""What asyncio logs of an error that nobody asked for; a future's may have no traceback."""
_TASK_NAME = regex(r"(?:future|task): <Task \w+ name='(?P<name>[^']*)'")
_ASYNCIO_KEY_LINES = 60
_LOGGED_MESSAGE_LINES = 50


def starts_preamble(line: str) -> bool:
    """Whether ``line`` stands before a trace, or after one without being part of its message."""
    return _PREAMBLE.match(line) is not None or _TRAILER.match(line) is not None


def is_preamble(line: str) -> bool:
    """Whether ``line`` stands before a trace."""
    return _PREAMBLE.match(line) is not None


def belongs_to_preamble(line: str) -> bool:
    """Whether ``line``, which stands right before a trace's header, is of its preamble."""
    # Most lines before a trace start with a date.
    return not line[:1].isdigit() and (is_preamble(line) or _ASYNCIO_KEY.match(line) is not None)


def pass_logged_message(lines: Lines) -> None:
    """Pass what ``logging`` prints after the call stack of an error of its own."""
    if not (lines.line or "").startswith("Message: "):
        return
    here = lines.mark()
    for _ in range(_LOGGED_MESSAGE_LINES):
        line = lines.line
        if line is None:
            break
        lines.advance()
        if line.startswith("Arguments: "):
            return
    lines.reset(here)


def pass_preamble(cursor: Cursor) -> None:
    """Pass the preamble whose first line the cursor is on."""
    cursor.advance()
    for _ in range(_ASYNCIO_KEY_LINES):
        line = cursor.line or ""
        if not (_ASYNCIO_KEY.match(line) or line.startswith("  ")):
            break
        cursor.advance()


def step_back(cursor: Cursor, margin: str, context: Context) -> list[str]:
    """Move ``cursor`` up over the preamble of the trace it stands on; the preamble's lines.

    Thread, task and process names go to ``context``.
    """
    start = cursor.offset
    found: list[str] = []
    keys_from = start
    keys = 0
    while len(found) < _ASYNCIO_KEY_LINES and cursor.back():
        line = _without(margin, cursor.line)
        if line is None:
            break
        if match := _PREAMBLE.match(line):
            found.append(line)
            context.thread = match["thread"] or context.thread
            context.process = match["process"] or context.process
            return _named(found, context)
        found.append(line)
        if _ASYNCIO_KEY.match(line):
            keys_from, keys = cursor.offset, len(found)
        elif not line.startswith("  "):
            break
    cursor.seek(keys_from)
    return _named(found[:keys], context)


def _without(margin: str, line: str | None) -> str | None:
    return line[len(margin) :] if line is not None and line.startswith(margin) else None


def _named(found: list[str], context: Context) -> list[str]:
    for line in found:
        if match := _TASK_NAME.match(line):
            context.task = match["name"]
    found.reverse()
    return found
