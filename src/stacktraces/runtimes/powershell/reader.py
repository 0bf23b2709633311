"""From the line of an anchor to an error of PowerShell: a view, a list of properties, or a stack alone.

=============================================================================  ===============================
line                                                                           what it is
=============================================================================  ===============================
``    + CategoryInfo          : …``, ``Line |``                                see :mod:`.views`
``Exception             : System.Management.Automation.RuntimeException: m``    ``$Error[0] | fl * -Force``
``    Type    : …``, ``    Message : …`` below an empty one                    Get-Error
``ScriptStackTrace      : at Get-Price, C:\\srv\\shop\\orders.ps1: line 3``     both: the stack
``at Get-Price, C:\\srv\\shop\\orders.ps1: line 3`` below a message              a stack that was logged
=============================================================================  ===============================
"""

from __future__ import annotations

from sys import intern

from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import LEVELS, starts_record
from ...model import Error, Origin, Trace
from .stacks import frame_of, is_frame, read_stack
from .views import LINE, LONGEST_MESSAGE, read_concise, read_normal

NAME = "powershell"
_EXCEPTION = "Exception             :"
_PROPERTY = regex(r"(?P<name>[A-Z]\w{2,40}) {0,40}: ?(?P<value>.*)\Z")
_MEMBER = regex(r" {4}(?P<name>[A-Z]\w{2,40}) {0,40}: ?(?P<value>.*)\Z")
_TYPED = regex(r"(?P<type>[\w.+`]{1,300}): (?P<message>.*)\Z")
_DOTNET_FRAME = regex(r"\s{1,64}(?:at|bei|à|en|em|在) [\w.<]")
# [9/9/2025 2:35:23 PM] [Error] [App] MESSAGE and 2026-11-28 20:15:02 ERROR MESSAGE
_RECORD = regex(
    r"(?:[\[(]?\d[\d:.,+/T-]*+Z?(?:[\])]| [AP]M[\])]?)?\s++){1,3}"
    rf"(?:\[?(?:{LEVELS}|{LEVELS.lower()}|{LEVELS.title()})\]?:?\s++)?"
)
_MOST_LINES = 100


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line or ""
    if line.startswith(_EXCEPTION):
        found = _read_list(cursor)
    elif line.rstrip() == LINE:
        found = _with_stack(cursor, read_concise(cursor))
    elif is_frame(line):
        found = _read_below_message(cursor)
    elif line.lstrip().startswith("+ CategoryInfo "):
        found = _with_stack(cursor, read_normal(cursor))
    else:
        return None
    if found is None:
        return None
    trace = Trace(error=found[0], format=NAME, origin=Origin(offset=found[1]))
    if cursor.cut:
        trace.uncertain.append("A line was cut: it is longer than 1 MiB.")
    return trace


def _with_stack(cursor: Cursor, found: tuple[Error, int] | None) -> tuple[Error, int] | None:
    """``found`` with the script stack trace that stands below it, if one does."""
    if found is None:
        return None
    here = cursor.offset
    for _ in range(2):
        if not (cursor.line or "-").strip():
            cursor.advance()
    frames, _ = read_stack(cursor)
    if not frames:
        cursor.seek(here)
        return found
    error = found[0]
    command = [each for each in error.frames if each.file is None and each.line is None]
    error.frames = [*command, *frames]
    return found


def _read_list(cursor: Cursor) -> tuple[Error, int] | None:
    """An error record as a list of properties, of which the cursor is on the first."""
    start, end = cursor.offset, cursor.offset
    error = Error()
    name, texts = "", [""]
    for _ in range(_MOST_LINES):
        line = cursor.line
        if line is None or starts_record(line):
            break
        if found := _PROPERTY.match(line):
            if name == "Exception" and found["name"] == "Exception":
                break
            _take(error, name, texts)
            name, texts = found["name"], [found["value"]]
        elif line.strip() and line.startswith(" "):
            texts.append(line)
        elif line.strip():
            break
        cursor.advance()
        end = cursor.offset if line.strip() else end
        if name == "ScriptStackTrace" and not is_frame(texts[-1]):
            texts.pop()
            break
    _take(error, name, texts)
    cursor.seek(end)
    return (error, start) if error.type or error.message else None


def _take(error: Error, name: str, texts: list[str]) -> None:
    """Take a property that was read."""
    if name == "Exception":
        members = [found for each in texts[1:] if (found := _MEMBER.match(each))]
        if not texts[0].strip() and members:
            values = {found["name"]: found["value"] for found in reversed(members)}
            error.type, error.message = values.get("Type"), values.get("Message")
            return
        lines = [texts[0], *(each.strip() for each in texts[1:] if not _DOTNET_FRAME.match(each))]
        text = " ".join(lines).strip()
        typed = _TYPED.match(text)
        error.type = intern(typed["type"]) if typed else None
        error.message = (typed["message"] if typed else text)[:LONGEST_MESSAGE] or None
    elif name == "ScriptStackTrace":
        found_frames = [frame_of(each, number) for number, each in enumerate(texts, 1)]
        error.frames = [each for each in found_frames if each is not None]


def _read_below_message(cursor: Cursor) -> tuple[Error, int] | None:
    """A stack below a message that a script logged; the cursor is on its first line."""
    first = cursor.offset
    if not cursor.back() or is_frame(cursor.line or ""):
        return None
    if not (cursor.line or "").strip() and not cursor.back():
        return None
    line = cursor.line or ""
    start = cursor.offset
    if not line.strip():
        return None
    text = line
    if (found := _RECORD.match(line)) and starts_record(line):
        text = line[found.end() :]
    typed = _TYPED.match(text.strip())
    error = Error(message=text.strip()[:LONGEST_MESSAGE])
    if typed and typed["type"].endswith(("Exception", "Error")):
        error.type, error.message = intern(typed["type"]), typed["message"]
    cursor.seek(first)
    error.frames, _ = read_stack(cursor)
    return error, start
