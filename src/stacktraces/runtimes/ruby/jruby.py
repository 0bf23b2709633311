"""Errors as JRuby prints them: the names stand first, flush with each other on the right.

====================================================  ==========================================
line                                                  what comes next
====================================================  ==========================================
``ZeroDivisionError: divided by 0``                   a frame, or another line of the message
``       / at org/jruby/RubyInteger.java:824``        frames
``  <main> at /srv/shop/orders.rb:9``                 frames
``Unhandled Java exception: java.lang.Error: m``      the same text without the first words
====================================================  ==========================================
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, Trace
from .syntax import TYPE, starts_any_record, text_of

_FRAME = regex(
    r"\s{1,60}+(?P<name>(?:[\w.:#<>()?!=+*/%\[\]&|^~`@-]|(?<=\w) (?=in |\())++) at "
    r"(?P<file>[^\s:][^\s]{0,1000}?\.(?:rb|rake|ru|java|erb)|-e|\(eval\)|\(irb\)):(?P<line>-?\d{1,9}+)\s*\Z"
)
_JAVA_TYPE = r"[a-z]\w{0,100}(?:\.\w{1,100}){0,20}\.[A-Z][\w$]{0,200}"
_UNHANDLED = "Unhandled Java exception: "
_HEADER = regex(rf"(?:.*?(?<![\w:.]))??(?P<type>{TYPE}|{_JAVA_TYPE}): ?(?P<message>.*)\Z")
_ANCHORS = ("<main> at ", "(root) at ", " at org/jruby/")
_MOST_LINES = 20
_MOST_FRAMES = 1000


def is_frame(line: str) -> bool:
    """Whether ``line`` is a frame of JRuby's."""
    return _FRAME.match(line) is not None


def read_jruby(cursor: Cursor, name: str) -> Trace | None:
    """The error of whose frames one is on the cursor's line."""
    here = cursor.offset
    for _ in range(_MOST_FRAMES):
        if not cursor.back():
            return None
        line = cursor.line or ""
        if not is_frame(line):
            break
        if any(each in line for each in _ANCHORS):
            # From there nothing was found.
            return None
    below: list[str] = []
    for _ in range(_MOST_LINES):
        line = cursor.line or ""
        found = _HEADER.match(text_of(line))
        if found is not None:
            return _read_from(cursor, found["type"], [found["message"], *below[::-1]], name, here)
        if not line.strip() or starts_any_record(line) or not cursor.back():
            return None
        below.append(line)
    return None


def _read_from(cursor: Cursor, type: str, lines: list[str], name: str, behind: int) -> Trace | None:
    start = cursor.offset
    if not (cursor.back() and (cursor.line or "").startswith(_UNHANDLED)):
        cursor.seek(start)
    origin = Origin(offset=cursor.offset)
    cursor.seek(start)
    for _ in lines:
        cursor.advance()
    frames: list[Frame] = []
    while (found := _FRAME.match(cursor.line or "")) is not None:
        if len(frames) < _MOST_FRAMES:
            frames.append(
                Frame(
                    function=intern(found["name"]),
                    file=intern(found["file"]),
                    # Java's code is not known by lines where it is compiled for the processor: "-2".
                    line=to_number(found["line"]) if found["line"].isdecimal() else None,
                )
            )
        cursor.advance()
    if not frames or cursor.offset <= behind:
        return None
    error = Error(type=intern(type), message="\n".join(lines).strip() or None, frames=frames)
    return Trace(error=error, format=name, origin=origin)
