"""Errors as libraries list them in shapes of their own: xerrors, eris, tracerr; and what delve shows.

=========  ==========================================  ==========================
line       sample                                      what comes next
=========  ==========================================  ==========================
xerrors    ``place order:``                            function, link
function   ``    main.place``                          place
place      ``        /srv/shop/main.go:17``            link, end
link       ``  - no stock of plum:``, ``  - EOF``      function, link, end
eris       ``place order``                             frame
frame      ``	main.place:/srv/main.go:17``           frame, message of the cause
tracerr    ``no stock of plum``                        frame
frame      ``/srv/main.go:11 main.stock()``            source, frame
source     ``11	return tracerr.New("no stock")``       source, frame
delve      ``0  0x0000000000437be0 in main.place``     at
at         ``   at ./main.go:17``                      frame
=========  ==========================================  ==========================
"""

from __future__ import annotations

import re
from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, Trace
from .logged import message_of_record

_FUNCTION = regex(r" {4}(?P<function>(?:[^\s():,\[\]\"'=\\]|\(\*|\)(?=\.)|\[\.\.\.\])++)\Z")
_PLACE = regex(r" {8}(?P<file>\S[^:\t]{0,1000}?(?::[/\\][^:\t]{0,1000}?)?\.(?:go|s|c)):(?P<line>\d{1,9})\Z")
_LINK = regex(r"  - (?P<message>\S.*)\Z")
_ERIS = regex(
    r"[\t ]{1,8}(?P<function>[^\s:]{1,1000}+):"
    r"(?P<file>(?:[A-Za-z]:)?[^\s:]{1,1000}?\.(?:go|s)):(?P<line>\d{1,9})\Z"
)
_TRACERR = regex(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:]{1,1000}?\.(?:go"
    r"|s)):(?P<line>\d{1,9}) (?P<function>[^\s:]{1,1000}?)\(\)\Z"
)
_SOURCE = regex(r"\d{1,9}(?:\t.*)?\Z|\t.*\Z|\Z")
_DELVE = regex(r" {0,4}(?P<id>\d{1,4}) {2}(?P<address>0x[0-9a-f]{8,16}) in (?P<function>\S.*)\Z")
_DELVE_PLACE = regex(r" {2,8}at (?P<file>\S.*?):(?P<line>\d{1,9})\Z")
_UNRECOVERED = regex(r"> \[(?:unrecovered-panic|fatal-throw)\] ")
_ARGUMENT = regex(
    r"\s+(?:runtime\.curg\._panic\.arg|\(data\)"
    r"|s): (?:[^\"\n]{1,200} )?\"(?P<message>.*)\"\Z"
)
_MOST_BACK = 400
_MOST_FRAMES = 1_000
_MOST_LINKS = 100
_MOST_SOURCE = 12
_DELVE_BACK = 40
_FEWEST = 2
_LONGEST_MESSAGE = 1 << 16


def read_listed(cursor: Cursor, name: str) -> Trace | None:
    """The error that the cursor's line is part of, in the format ``name``; ``None`` for one of others."""
    line = cursor.line or ""
    here = cursor.offset
    for shape, reader in (
        (_PLACE, _read_xerrors),
        (_FUNCTION, _read_xerrors),
        (_ERIS, _read_eris),
        (_TRACERR, _read_tracerr),
        (_DELVE, _read_delve),
    ):
        if shape.match(line):
            if (trace := reader(cursor, name)) is not None:
                return trace
            cursor.seek(here)
    return None


def _frame(found: re.Match[str]) -> Frame:
    return Frame(
        function=intern(found["function"]), file=intern(found["file"]), line=to_number(found["line"])
    )


def _chain(links: list[tuple[str | None, list[Frame]]]) -> Error:
    error: Error | None = None
    for message, frames in reversed(links):
        text = message[:_LONGEST_MESSAGE] if message else None
        error = Error(
            message=text, frames=frames, cause=error, cause_kind="cause" if error is not None else None
        )
    assert error is not None
    return error


def _read_xerrors(cursor: Cursor, name: str) -> Trace | None:
    start: int | None = None
    for _ in range(_MOST_BACK):
        line = cursor.line or ""
        if not (_PLACE.match(line) or _FUNCTION.match(line) or _LINK.match(line)):
            start = cursor.offset if line.endswith(":") and not line[:1].isspace() else None
            break
        if not cursor.back():
            break
    if start is None:
        return None
    first = cursor.line or ""
    links: list[tuple[str | None, list[Frame]]] = [
        ((message_of_record(first) or first).removesuffix(":"), [])
    ]
    cursor.advance()
    while (text := cursor.line) is not None and len(links) <= _MOST_LINKS:
        place = _PLACE.match(cursor.peek() or "")
        if (found := _FUNCTION.match(text)) and place is not None:
            frame = Frame(
                intern(found["function"]), file=intern(place["file"]), line=to_number(place["line"])
            )
            links[-1][1].append(frame)
            cursor.advance()
        elif found := _LINK.match(text):
            links.append((found["message"].removesuffix(":"), []))
        else:
            break
        cursor.advance()
    if not any(frames for _, frames in links):
        return None
    return Trace(error=_chain(links), format=name, origin=Origin(offset=start))


def _step_to_first(cursor: Cursor, shape: re.Pattern[str], between: re.Pattern[str] | None = None) -> int:
    """Go back to the first frame of ``shape``, over lines ``between`` them; its offset."""
    start = cursor.offset
    others = 0
    for _ in range(_MOST_FRAMES):
        if not cursor.back():
            break
        line = cursor.line or ""
        if shape.match(line):
            start, others = cursor.offset, 0
        elif between is None or not between.match(line) or others == _MOST_SOURCE:
            break
        else:
            others += 1
    cursor.seek(start)
    return start


def _message_above(cursor: Cursor) -> tuple[str | None, int]:
    """The message on the line above the current one, and where the trace starts; the cursor stays."""
    here = cursor.offset
    if not cursor.back():
        return None, here
    line, start = cursor.line or "", cursor.offset
    cursor.seek(here)
    if not line or line[:1].isspace():
        return None, here
    return (message_of_record(line), here) if starts_record(line) else (line, start)


def _read_eris(cursor: Cursor, name: str) -> Trace | None:
    for _ in range(_MOST_LINKS):
        _step_to_first(cursor, _ERIS)
        message, start = _message_above(cursor)
        if message is None or start == cursor.offset:
            break
        first = cursor.offset
        cursor.seek(start)
        # A wrapper's frames end right above the message of what it wraps.
        if not (cursor.back() and _ERIS.match(cursor.line or "")):
            cursor.seek(first)
            break
    message, start = _message_above(cursor)
    links: list[tuple[str | None, list[Frame]]] = []
    while len(links) <= _MOST_LINKS:
        frames: list[Frame] = []
        while (found := _ERIS.match(cursor.line or "")) and len(frames) < _MOST_FRAMES:
            frames.append(_frame(found))
            cursor.advance()
        links.append((message, frames))
        line = cursor.line
        if not line or line[:1].isspace() or starts_record(line) or not _ERIS.match(cursor.peek() or ""):
            break
        message = line
        cursor.advance()
    if sum(len(frames) for _, frames in links) < _FEWEST:
        return None
    return Trace(error=_chain(links), format=name, origin=Origin(offset=start))


def _read_tracerr(cursor: Cursor, name: str) -> Trace | None:
    _step_to_first(cursor, _TRACERR, _SOURCE)
    message, start = _message_above(cursor)
    frames: list[Frame] = []
    others = 0
    end = cursor.offset
    while (line := cursor.line) is not None and len(frames) < _MOST_FRAMES:
        if found := _TRACERR.match(line):
            frames.append(_frame(found))
            others = 0
        elif not _SOURCE.match(line) or others == _MOST_SOURCE:
            break
        else:
            others += 1
        cursor.advance()
        end = cursor.offset if line else end
    cursor.seek(end)
    if len(frames) < _FEWEST:
        return None
    return Trace(error=Error(message=message, frames=frames), format=name, origin=Origin(offset=start))


def _read_delve(cursor: Cursor, name: str) -> Trace | None:
    start = _step_to_first(cursor, _DELVE, _DELVE_PLACE)
    error = Error()
    for _ in range(_DELVE_BACK):
        if not cursor.back():
            break
        line = cursor.line or ""
        if found := _ARGUMENT.match(line):
            error.message = error.message or found["message"]
        if _UNRECOVERED.match(line):
            error.type = "panic"
            break
    origin = cursor.offset if error.type else start
    error.message = error.message if error.type else None
    cursor.seek(start)
    while (found := _DELVE.match(cursor.line or "")) and (at := _DELVE_PLACE.match(cursor.peek() or "")):
        frame = Frame(
            intern(found["function"]), file=intern(at["file"]), line=to_number(at["line"]), id=found["id"]
        )
        frame.address = to_number(found["address"][2:], 16)
        error.frames.append(frame)
        cursor.advance()
        cursor.advance()
    return (
        Trace(error=error, format=name, origin=Origin(offset=origin))
        if len(error.frames) >= _FEWEST
        else None
    )
