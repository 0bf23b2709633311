"""The views in which PowerShell shows an error record.

=======================================================================  ====================================
line                                                                     what comes next
=======================================================================  ====================================
``Get-Item : Cannot find path 'C:\\nope'`` (NormalView)                   more of the message, the place
``At C:\\srv\\shop\\orders.ps1:3 char:5``                                  the source
``+     Get-Item C:\\nope``, ``+     ~~~~~~~~~``                          the category
``    + CategoryInfo          : ObjectNotFound: (…) [Get-Item], T``      the identifier; both may be wrapped
``    + FullyQualifiedErrorId : PathNotFound,…``                         the end, or a script stack trace
``Get-Item: /srv/shop/orders.ps1:3`` (ConciseView)                       the next line
``Line |``                                                               the source
``   3 |      Get-Item /nope``                                           source, the underline
``     |      ~~~~~~~~~~~~~~``                                           the message
``     | Cannot find path '/nope' because it does not exist.``           more of the message, the end
=======================================================================  ====================================
"""

from __future__ import annotations

import re
from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame
from .stacks import is_frame

_PLACE = regex(
    r"\s{0,8}\S.{0,60}? (?P<file>(?:[A-Za-z]:)?[^:\n]{1,1000}):(?P<line>\d{1,9}) "
    r"\S{1,20} ?: ?(?P<column>\d{1,9})\s*\Z"
)
_LINE_ONLY = regex(
    r"\s{0,8}\S.{0,60}? [^\s\\/.:]{1,20}:(?P<line>\d{1,9}) \S{1,20}: ?(?P<column>\d{1,9})\s*\Z"
)
_SOURCE = regex(r"\s{0,8}\+ ?(?P<text>.*)\Z")
_CATEGORY = "+ CategoryInfo "
_IDENTIFIER = "+ FullyQualifiedErrorId"
_NATIVE = "NativeCommandError"
"""What 5.1 makes of the text that another program writes to its standard error."""
_CATEGORY_TEXT = regex(r"[^:]{0,100}: .*\[(?P<command>[^\]]{0,200})\], ?(?P<type>[\w.`]{1,300})?")
_COMMAND_AND_MESSAGE = regex(r"(?P<command>[\w.:\\/-]{1,300}) : (?P<message>.*)\Z", re.DOTALL)
_WRAPPED = regex(r" {2,12}[^+\s].*\Z")
_CONCISE = regex(
    r"(?P<name>[^:]{1,300}): (?P<file>(?:[A-Za-z]:)?[^:]{1,1000}):(?P<line>\d{1,9})"
    r"(?::(?P<column>\d{1,9}))?\s*\Z"
)
_CONCISE_ALONE = regex(r"(?P<name>[\w.-]{1,300}):\s*\Z")
LINE = "Line |"
_NUMBERED = regex(r"\s{0,8}(?P<line>\d{1,9}) \| ?(?P<source>.*)\Z")
_BEHIND_BAR = regex(r"\s{2,12}\| ?(?P<text>.*)\Z")
_UNDERLINE = regex(r"\s*(?:~+|\^)(?: (?P<message>.*))?\Z")
_MESSAGE_LINES = 60
_SOURCE_LINES = 40
LONGEST_MESSAGE = 1 << 16
_TYPE_ENDINGS = ("Exception", "Error")


def read_normal(cursor: Cursor) -> tuple[Error, int] | None:
    """The error whose category the cursor is on, in NormalView, and where it starts; goes behind it."""
    category_at = cursor.offset
    place, source, message, start = _above(cursor)
    cursor.seek(category_at)
    category = _unwrapped(cursor)
    if not (cursor.line or "").lstrip().startswith(_IDENTIFIER):
        return None
    identifier = _unwrapped(cursor)
    if identifier.endswith(_NATIVE):
        return None
    found = _CATEGORY_TEXT.match(category)
    command = found["command"] if found else ""
    if named := _COMMAND_AND_MESSAGE.match(message):
        command, message = named["command"], named["message"]
    error = Error(type=intern(found["type"]) if found and found["type"] else None)
    error.message = message[:LONGEST_MESSAGE] or None
    error.frames = _frames(command, place, source)
    return error, start


def _above(cursor: Cursor) -> tuple[Frame | None, str, str, int]:
    """The place, the source and the message above the cursor's line, and where the message starts."""
    source: list[str] = []
    place: Frame | None = None
    for _ in range(_SOURCE_LINES):
        if not cursor.back():
            break
        line = cursor.line or ""
        found = _SOURCE.match(line)
        if found is None:
            place = _place(line)
            break
        source.append(found["text"].strip())
    lines: list[str] = []
    start = cursor.offset
    if place is None and source:
        return None, "", "", start
    if place is None:
        # Without a place the message stands right above.
        lines, start = [cursor.line or ""], cursor.offset
    for _ in range(_MESSAGE_LINES):
        if not cursor.back():
            break
        line = cursor.line or ""
        if not line.strip() or line.lstrip().startswith(_IDENTIFIER) or is_frame(line) or starts_record(line):
            break
        lines.append(line)
        start = cursor.offset
        if _COMMAND_AND_MESSAGE.match(line):
            break
    text = [each for each in reversed(source) if each.strip("~ ")]
    return place, "\n".join(text), "\n".join(reversed(lines)).strip(), start


def _place(line: str) -> Frame | None:
    if found := _LINE_ONLY.match(line):
        return Frame(line=to_number(found["line"]), column=to_number(found["column"]))
    if found := _PLACE.match(line):
        file = intern(found["file"])
        return Frame(file=file, line=to_number(found["line"]), column=to_number(found["column"]))
    return None


def _unwrapped(cursor: Cursor) -> str:
    """What the property on the cursor's line says, with the lines it was wrapped to; goes behind them."""
    text = (cursor.line or "").partition(" : ")[2].rstrip()
    cursor.advance()
    while (line := cursor.line) and _WRAPPED.match(line) and not is_frame(line):
        text += line.strip()
        cursor.advance()
    return text


def _frames(command: str, place: Frame | None, source: str) -> list[Frame]:
    """The command that failed, and the place that called it."""
    frames = [Frame(function=intern(command))] if command else []
    if place is not None:
        place.source = source or None
        frames.append(place)
    for number, frame in enumerate(frames, 1):
        frame.id = number
    return frames


def read_concise(cursor: Cursor) -> tuple[Error, int] | None:
    """The error below whose header the cursor is on, in ConciseView, and where it starts; goes behind it."""
    if not cursor.back():
        return None
    start = cursor.offset
    header = cursor.line or ""
    found = _CONCISE.match(header) or _CONCISE_ALONE.match(header)
    cursor.advance()
    cursor.advance()
    numbered = _NUMBERED.match(cursor.line or "")
    if found is None or numbered is None:
        return None
    source, message = _below(cursor)
    place = Frame(line=to_number(numbered["line"]))
    groups = found.groupdict()
    if groups.get("file"):
        place.file = intern(groups["file"])
        place.column = to_number(groups["column"]) if groups["column"] else None
    name = found["name"].strip()
    is_type = name.endswith(_TYPE_ENDINGS) or "-" not in name
    error = Error(type=intern(name) if is_type else None, message=message[:LONGEST_MESSAGE] or None)
    error.frames = _frames("" if is_type else name, place, source)
    return error, start


def _below(cursor: Cursor) -> tuple[str, str]:
    """The source and the message from the cursor on, which is left behind them."""
    source: list[str] = []
    message: list[str] = []
    underlined = False
    for _ in range(_SOURCE_LINES + _MESSAGE_LINES):
        line = cursor.line or ""
        if not underlined and (found := _NUMBERED.match(line)):
            source.append(found["source"].strip())
        elif found := _BEHIND_BAR.match(line):
            underline = _UNDERLINE.match(found["text"]) if not underlined else None
            if underline is not None:
                underlined = True
                message += [underline["message"]] if underline["message"] else []
            elif underlined:
                message.append(found["text"])
        elif not (not underlined and not line.strip() and _BEHIND_BAR.match(cursor.peek() or "")):
            break
        cursor.advance()
    return "\n".join(source), "\n".join(message).strip()
