"""Jobs that failed, as delayed_job and Resque log them: without a stack.

===========  ==================================================================================
printed by   line
===========  ==================================================================================
delayed_job  ``… Job OrderMailer (id=7) FAILED (0 prior attempts) with KeyError: no plum``
Resque       ``… (Job{mail} | OrderMailer | [7]) failed: #<KeyError: no plum>``
===========  ==================================================================================

The one frame is the job's class.
"""

from __future__ import annotations

from sys import intern

from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, Trace
from .syntax import TYPE

NAME = "ruby_job"
_DELAYED = regex(
    r".{0,300}?\bJob (?P<job>[A-Z][\w:]{0,200}(?:[.#]\w{1,100}[?!]?)?)(?: \((?:id|queue)=[^)]{0,200}\)){0,3}"
    rf" FAILED \(\d{{1,9}} prior attempts\) with (?P<type>{TYPE})(?:: (?P<message>.*))?$"
)
_RESQUE = regex(
    r".{0,300}?\(Job\{[^}]{1,200}\} \| (?P<job>[\w:.]{1,200}) \| .{0,4000}?\) failed: "
    rf"#<(?P<type>{TYPE})(?:: (?P<message>.*?))?>?(?:(?<!\s)\s*|)$"
)
_FRAME = regex(r":\d{1,9}:in [`']")


def read(cursor: Cursor) -> Trace | None:
    """The failure of which the cursor's line tells; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line or ""
    found = _DELAYED.match(line) or _RESQUE.match(line)
    if found is None or _FRAME.search(cursor.peek() or ""):
        return None  # With a stack it is an error like others.
    error = Error(
        type=intern(found["type"]), message=found["message"] or None, frames=[Frame(intern(found["job"]))]
    )
    origin = Origin(offset=cursor.offset)
    cursor.advance()
    return Trace(error=error, format=NAME, origin=origin)
