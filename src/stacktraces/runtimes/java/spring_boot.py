"""Why a program of Spring Boot did not start, where Spring knows a better text than the exception's.

=============================================================  ==================================
line                                                           what comes next
=============================================================  ==================================
``APPLICATION FAILED TO START``                                a rule of asterisks, ``Description:``
``Description:``                                               a blank line, the message
``Web server failed to start. Port 8080 was already in use.``  the message's next line, ``Action:``
``Action:``                                                    a blank line, what to do
``Identify and stop the process that's listening on …``        the end
=============================================================  ==================================
"""

from __future__ import annotations

from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Origin, Trace
from .. import starts_trace

NAME = "spring_boot"
HEADING = "APPLICATION FAILED TO START"
_LABELS = {"Description:": "message", "Action:": "action"}
_REASON = "Reason: "
_RULE = "*"
_MOST_LINES = 200
_LONGEST = 1 << 16


def read(cursor: Cursor) -> Trace | None:
    """The report on whose heading the cursor is; see :data:`stacktraces.runtimes.Reader`."""
    if (cursor.line or "").strip() != HEADING:
        return None
    here, origin = cursor.offset, Origin(offset=cursor.offset)
    parts: dict[str, list[str]] = {}
    part: list[str] | None = None
    end = cursor.offset
    for _ in range(_MOST_LINES):
        cursor.advance()
        line = cursor.line
        if line is None or (part is not None and _ends(line, cursor)):
            break
        text = line.strip()
        if text in _LABELS:
            part = parts.setdefault(_LABELS[text], [])
        elif text.startswith(_REASON):
            part = parts.setdefault("reason", [text.removeprefix(_REASON)])
        elif part is not None:
            part.append(line.rstrip())
        elif text.strip(_RULE):
            break
        if text:
            end = cursor.offset
    message = "\n".join(parts.get("message", [])).strip()[:_LONGEST]
    if not message:
        cursor.seek(here)
        return None
    cursor.seek(end)
    cursor.advance()
    notes = [text for name in ("reason", "action") if (text := "\n".join(parts.get(name, [])).strip())]
    error = Error(type=HEADING, message=message, notes=notes)
    return Trace(error=error, format=NAME, origin=origin)


def _ends(line: str, cursor: Cursor) -> bool:
    return starts_record(line) or line.startswith("***") or starts_trace(line, cursor.peek() or "", but="")
