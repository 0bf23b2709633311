"""What frameworks write above a stack of PHP's: type, message and place in notations of their own.

========================================================================  ===========================
line                                                                      who writes it
========================================================================  ===========================
``[id] /wiki/X   TypeError from line 12 of /srv/X.php: no plum``          MediaWiki
``Error: [KeyError] no plum in /srv/X.php on line 12``                    CakePHP
``no plum[12] in /srv/X.php``                                             Hyperf
``Type: KeyError``, ``Message: no plum``, ``File: …``, ``Line: 12``       Slim
========================================================================  ===========================
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame
from .syntax import unwrapped

_TYPE = r"(?P<type>\\?[A-Za-z_][\w\\]{0,300})"
_MEDIAWIKI = regex(
    rf"(?:.*?[\s\]])?{_TYPE} from line (?P<line>\d{{1,9}}) of (?P<file>/\S{{1,1000}}|[A-Za-z]:\S{{1,1000}}): "
    r"(?P<message>.*)\Z"
)
_CAKE = regex(
    rf".{{0,60}}?\[{_TYPE}\] (?P<message>.*?)"
    r"(?: in (?P<file>/\S{1,1000}) on line (?P<line>\d{1,9}))?(?:(?<!\s)\s*|)\Z"
)
_HYPERF = regex(
    r"(?:\[[A-Z]{4,9}\] )?(?P<message>.*)\[(?P<line>\d{1,9})\] in (?P<file>/\S{1,1000}\.php)\s*\Z"
)
_FIELD = regex(r"(?P<name>Type|Code|Message|File|Line): (?P<value>.*)\Z")
_HEADINGS = frozenset({"Backtrace:", "Stack Trace:", "Trace:", ""})
_LOOK_BACK = 30
_LIST = regex(r"- (?P<file>\S.{0,1000}?):(?P<line>\d{1,9})\s*\Z")
_MOST_FRAMES = 1000
STACK_TITLE = "Stack Trace:"


def find_error(cursor: Cursor) -> tuple[Error, int] | None:
    """The error told above the stack, whose first line or heading the cursor is on, and where that starts."""
    fields: dict[str, str] = {}
    titled = (cursor.line or "").strip() in _HEADINGS
    for number in range(_LOOK_BACK):
        if not cursor.back():
            break
        line = unwrapped(cursor.line or "")
        if field := _FIELD.match(line):
            fields.setdefault(field["name"], field["value"])
            if field["name"] == "Type":
                return _of_fields(fields), cursor.offset
            continue
        if line.strip() in _HEADINGS:
            titled = titled or bool(line.strip())
            continue
        record = starts_record(line)
        if (error := _error_on(line, titled=titled, in_record=record)) is not None:
            return error, cursor.offset
        if record or (number and not titled and not fields):
            break
    return None


def _of_fields(fields: dict[str, str]) -> Error:
    error = Error(type=intern(fields["Type"]), message=fields.get("Message") or None)
    if "File" in fields:
        error.frames = [Frame(file=intern(fields["File"]), line=to_number(fields.get("Line", "")))]
    return error


def _error_on(line: str, *, titled: bool, in_record: bool) -> Error | None:
    found = _MEDIAWIKI.match(line) or _HYPERF.match(line)
    if found is None and titled and in_record:
        found = _CAKE.match(line)
    if found is None:
        return None
    named = found.groupdict()
    error = Error(type=named.get("type"), message=named["message"] or None)
    if named["file"]:
        error.frames = [Frame(file=intern(named["file"]), line=to_number(named["line"]))]
    return error


def read_places(cursor: Cursor) -> list[Frame]:
    """The frames of CakePHP's list of places from the current line on; passes over them."""
    frames: list[Frame] = []
    while (found := _LIST.match(cursor.line or "")) is not None:
        if len(frames) < _MOST_FRAMES:
            frames.append(Frame(file=intern(found["file"]), line=to_number(found["line"])))
        cursor.advance()
    return frames
