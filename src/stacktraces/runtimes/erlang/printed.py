"""What tools and languages on Erlang's machine print in shapes of their own.

=====================================================================  ===================================
line                                                                   who prints it
=====================================================================  ===================================
``    [<<"couch_db:open/2 L12">>,<<"chttpd:handle/1 L33">>]``          CouchDB, below ``req_err(7) …``
``  shop.main src/shop.gleam:12``                                      Gleam, below ``stacktrace:``
``**error:{badmatch,4}``                                               EUnit, below its frames
``     Failure/Error: {error,{badmatch,4},[STACK]}``                   rebar3 eunit
``%%% shop_SUITE ==> {{badmatch,4},[STACK]}``                          Common Test
``Kernel pid terminated (application_controller) ({…[STACK]…})``       a node whose start failed
=====================================================================  ===================================
"""

from __future__ import annotations

from collections.abc import Callable
from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, Trace
from .terms import find_stack, read_stack, reason_before, reason_of

_COUCH_STACK = regex(r'\s*+\[<<".*">>\]\s*\Z')
_COUCH_CALL = regex(r'<<"(?P<name>[^"\s]{1,300}/\d{1,3})(?: L(?P<line>\d{1,9}))?">>')
_COUCH_ERROR = regex(r".*?\breq_err\(\d{1,20}\) (?P<type>\w{1,100}) : (?P<reason>.*)\Z")
_UNKNOWN = "unknown_error"
_GLEAM_FRAME = regex(
    r"\s{2}(?P<name>\w[\w@/.]{0,200}) (?P<file>\S{1,500}\.(?:gleam|erl)):(?P<line>\d{1,9})\s*\Z"
)
_GLEAM_ERROR = regex(r"runtime error: (?P<type>\S(?:.*\S)?)\s*\Z")
_GLEAM_FILE = ".gleam:"
_GLEAM_STACK = "stacktrace:"
_EUNIT_REASON = regex(r"\*\*(?P<class>error|exit|throw):(?P<reason>.*)\Z")
_EUNIT_FRAME = regex(
    r"\s*+in (?:function|call from) (?P<name>\S{1,300}/\d{1,3})"
    r"(?: \((?P<file>[^(),\n]{1,500}), line (?P<line>\d{1,9})\))?\s*\Z"
)
_EUNIT_TEST = regex(r"(?P<name>\S.{0,300}?)\.\.\.(?:\[[\d.]{1,12} s\] )?\*failed\*\s*\Z")
_TERM = regex(
    r"(?:\s*+Failure/Error: \{(?P<class>error|exit|throw),|%%% \w{1,200} ==> (?=\{)"
    r'|.{0,60}?Kernel pid terminated(?: \(\w{1,60}\) \(|",\w{1,60},"))(?P<text>.*)\Z'
)
_MOST_LINES = 60
_MOST_FRAMES = 1000


def reader_for(line: str) -> Callable[[Cursor, str], Trace | None] | None:
    """What reads the trace that ``line`` is part of; ``None`` where it is none of these."""
    if _COUCH_STACK.match(line):
        return _read_couch
    if _GLEAM_FILE in line and _GLEAM_FRAME.match(line):
        return _read_gleam
    if _EUNIT_REASON.match(line):
        return _read_eunit
    return _read_term if _TERM.match(line) else None


def _read_couch(cursor: Cursor, name: str) -> Trace | None:
    calls = list(_COUCH_CALL.finditer(cursor.line or ""))
    above = _COUCH_ERROR.match(cursor.peek(-1) or "")
    if above is None or not calls:
        return None
    cursor.back()
    origin = Origin(offset=cursor.offset)
    cursor.advance()
    cursor.advance()
    tag, message = reason_of(above["reason"])
    error = Error(type=tag if above["type"] == _UNKNOWN and tag else above["type"], message=message)
    if error.type != tag:
        error.message = above["reason"] or None
    error.frames = [
        Frame(intern(each["name"]), line=to_number(each["line"]) if each["line"] else None)
        for each in calls[:_MOST_FRAMES]
    ]
    return Trace(error=error, format=name, origin=origin)


def _read_gleam(cursor: Cursor, name: str) -> Trace | None:
    behind = cursor.offset
    for _ in range(_MOST_FRAMES):
        if not cursor.back() or not _GLEAM_FRAME.match(cursor.line or ""):
            break
        if _GLEAM_FILE in (cursor.line or ""):
            return None  # From there nothing was found.
    if (cursor.line or "").strip() != _GLEAM_STACK:
        return None
    stack = cursor.offset
    below: list[str] = []
    for _ in range(_MOST_LINES):
        if not cursor.back() or starts_record(cursor.line or ""):
            return None
        found = _GLEAM_ERROR.match(cursor.line or "")
        if found is not None:
            break
        below.append(cursor.line or "")
    else:
        return None
    origin = Origin(offset=cursor.offset)
    message = "\n".join(below[::-1]).strip()
    cursor.seek(stack)
    cursor.advance()
    error = Error(type=intern(found["type"]), message=message or None)
    while (frame := _GLEAM_FRAME.match(cursor.line or "")) is not None:
        if len(error.frames) < _MOST_FRAMES:
            error.frames.append(
                Frame(intern(frame["name"]), file=intern(frame["file"]), line=to_number(frame["line"]))
            )
        cursor.advance()
    return Trace(error=error, format=name, origin=origin) if cursor.offset > behind else None


def _read_eunit(cursor: Cursor, name: str) -> Trace | None:
    """The failed test of EUnit whose reason, below its frames, the cursor is on."""
    found = _EUNIT_REASON.match(cursor.line or "")
    last = cursor.offset
    frames: list[Frame] = []
    origin = Origin(offset=last)
    for _ in range(_MOST_FRAMES):
        if not cursor.back():
            break
        place = _EUNIT_FRAME.match(cursor.line or "")
        if place is None:
            break
        origin = Origin(offset=cursor.offset)
        line = to_number(place["line"]) if place["line"] else None
        frames.append(Frame(intern(place["name"]), file=place["file"], line=line))
    test = _EUNIT_TEST.match(cursor.line or "")
    if test is not None:
        origin = Origin(offset=cursor.offset)
    cursor.seek(last)
    cursor.advance()
    if found is None or not frames:
        return None
    tag, message = reason_of(found["reason"])
    error = Error(type=tag or found["class"], message=message, frames=frames[::-1])
    return Trace(error=error, format=name, origin=origin, preamble=[test["name"]] if test else [])


def _read_term(cursor: Cursor, name: str) -> Trace | None:
    """The error whose term starts on the cursor's line and goes on below, indented."""
    found = _TERM.match(cursor.line or "")
    if found is None:
        return None
    origin = Origin(offset=cursor.offset)
    texts = [found["text"]]
    cursor.advance()
    for _ in range(_MOST_LINES):
        line = cursor.line
        if line is None or not line[:1].isspace() or not line.strip() or line.strip().startswith("Output:"):
            break
        texts.append(line.strip())
        cursor.advance()
    text = " ".join(texts).replace('\\"', '"')
    start = find_stack(text)
    if start < 0:
        return None
    tag, message = reason_of(reason_before(text, start))
    error = Error(type=tag or found["class"] or "exit", message=message, frames=read_stack(text, start))
    return Trace(error=error, format=name, origin=origin)
