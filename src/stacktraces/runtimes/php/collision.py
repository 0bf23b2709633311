"""Errors as Collision prints them on a console: those of Laravel's artisan, and failed tests of Pest.

=======================================================  ===============================================
line                                                     what comes next
=======================================================  ===============================================
``   RuntimeException ``                                 a blank line, the message
``   RuntimeException  : no plum``                       a blank line, the place (versions 1 to 3)
``   FAILED  CartTest > it adds    RuntimeException  ``  the message (Pest; no type where an assertion failed)
``  no plum``                                            its next line, a blank one, the place
``  at app/Cart.php:7``                                  the source lines around it, calls
``  ➜  7▕     throw new RuntimeException('no plum');``   source
``      +13 vendor frames``                              the next call that is shown
``  15  artisan:37``                                     ``      Kernel::handle(Object(X))``
``  1   PDO::__construct("mysql:host=x")``               ``      /srv/shop/Db.php:67`` (versions 1 to 3)
=======================================================  ===============================================
"""

from __future__ import annotations

from sys import intern

import msgspec

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, Trace

_PLACE = regex(r"  at (?P<file>\S.{0,1000}?):(?P<line>\d{1,9})\s*\Z")
_TYPE = r"[A-Za-z_\\][\w\\]{0,300}(?:@anonymous\S{0,300})?"
_HEADING = regex(rf" {{1,4}}(?P<type>{_TYPE})(?:  : (?P<message>.*)|\s*)\Z")
_FAILED = regex(rf"   FAILED  (?P<test>\S.{{0,500}}?)(?: {{2,200}}(?P<type>{_TYPE}))?\s*\Z")
_SOURCE = regex(r"\s{0,8}(?P<here>[➜>] {0,8})?\d{1,9}[▕|](?P<text>.*)\Z")
_SKIPPED = regex(r"\s{4,8}\+\d{1,6} vendor frames?\s*\Z")
_NUMBERED = regex(r"  (?P<number>\d{1,5}) {1,4}(?P<text>\S(?:.*\S)?)\s*\Z")
_INDENTED = regex(r" {6}(?P<text>\S(?:.*\S)?)\s*\Z")
_CALL = regex(r"(?P<name>[^\s(][^(\n]{0,1000}+)\((?P<args>.*)\)\Z")
_CALLER = regex(r"(?:\[internal\]:0|(?P<file>\S.{0,1000}?):(?P<line>\d{1,9}))\Z")
_TITLE = regex(r"  Exception trace:\s*\Z")
_MOST_LINES = 60
_MOST_SOURCE = 24
_MOST_CALLS = 1000


class _Call(msgspec.Struct):
    number: int
    name: str
    args: str
    caller: Frame


def is_place(line: str) -> bool:
    """Whether ``line`` says where an error was made."""
    return line.startswith("  at ") and _PLACE.match(line) is not None


def read_collision(cursor: Cursor, name: str) -> Trace | None:
    """The error whose place is on the cursor's line."""
    found = _PLACE.match(cursor.line or "")
    if found is None:
        return None
    place = cursor.offset
    above = _step_to_heading(cursor)
    if above is None:
        return None
    error, preamble = above
    origin = Origin(offset=cursor.offset)
    cursor.seek(place)
    cursor.advance()
    inside = Frame(file=intern(found["file"]), line=to_number(found["line"]))
    source = _read_source(cursor, inside)
    calls = _read_calls(cursor)
    if not (source or calls):
        return None
    error.frames = _frames(inside, calls)
    return Trace(error=error, format=name, origin=origin, preamble=preamble)


def _step_to_heading(cursor: Cursor) -> tuple[Error, list[str]] | None:
    """Go back from the place to the line with the type; the error, and what names the test."""
    text: list[str] = []
    for _ in range(_MOST_LINES):
        if not cursor.back():
            return None
        line = cursor.line or ""
        if (failed := _FAILED.match(line)) is not None:
            return Error(type=failed["type"], message=_message(text)), [failed["test"]]
        heading = _HEADING.match(line) if not text or not text[-1].strip() else None
        if heading is not None and (heading["message"] is not None or _stands_alone(cursor, text)):
            first = [heading["message"]] if heading["message"] is not None else []
            return Error(type=heading["type"], message=_message([*text, *first])), []
        if starts_record(line) or is_place(line):
            return None
        text.append(line)
    return None


def _stands_alone(cursor: Cursor, below: list[str]) -> bool:
    return any(each.strip() for each in below) and not (cursor.peek(-1) or "").strip()


def _message(below: list[str]) -> str | None:
    """The message of the lines, the last one first."""
    lines = [each.removeprefix("  ").rstrip() for each in below[::-1]]
    return "\n".join(lines).strip("\n") or None


def _read_source(cursor: Cursor, inside: Frame) -> bool:
    """Pass over the source lines around the place, which tell the one that failed."""
    any_read = False
    for _ in range(_MOST_SOURCE):
        found = _SOURCE.match(cursor.line or "")
        if found is None:
            break
        if found["here"]:
            inside.source = found["text"].strip() or None
        any_read = True
        cursor.advance()
    return any_read


def _read_calls(cursor: Cursor) -> list[_Call]:
    calls: list[_Call] = []
    behind = cursor.offset
    for _ in range(_MOST_CALLS):
        line = cursor.line
        if line is None:
            break
        if not line.strip() or _TITLE.match(line):
            cursor.advance()
            continue
        if _SKIPPED.match(line):
            cursor.advance()
            behind = cursor.offset
            continue
        call = _read_call(cursor)
        if call is None or (calls and call.number <= calls[-1].number):
            break
        calls.append(call)
        behind = cursor.offset
    cursor.seek(behind)
    return calls


def _read_call(cursor: Cursor) -> _Call | None:
    """The call on two lines, the place first, or last in versions 1 to 3."""
    found, other = _NUMBERED.match(cursor.line or ""), _INDENTED.match(cursor.peek() or "")
    if found is None or other is None:
        return None
    for call, caller in ((other["text"], found["text"]), (found["text"], other["text"])):
        named, placed = _CALL.match(call), _CALLER.match(caller)
        if named is not None and placed is not None:
            cursor.advance()
            cursor.advance()
            where = (
                Frame(file=intern(placed["file"]), line=to_number(placed["line"]))
                if placed["file"]
                else Frame()
            )
            return _Call(int(found["number"]), intern(named["name"]), named["args"], where)
    return None


def _frames(inside: Frame, calls: list[_Call]) -> list[Frame]:
    """Each function with the place inside it; where calls are left out, that place is not known."""
    frames: list[Frame] = []
    number = 0
    here: Frame | None = inside
    for call in calls:
        if call.number != number + 1:
            if here is not None and here.file:
                frames.append(here)
            here = Frame()
        here = here or Frame()
        frames.append(
            Frame(call.name, file=here.file, line=here.line, source=here.source, args=call.args or None)
        )
        number, here = call.number, call.caller
    if here is not None and here.file:
        frames.append(here)
    return frames
