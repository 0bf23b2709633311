"""The report of an interpreter that crashed: ``[BUG] Segmentation fault at 0x0``."""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, RelatedStack, Trace
from .syntax import match_bare

MARK = "[BUG] "
_HEADER = regex(r"(?:(?P<file>[^\s:].{0,1000}?):(?P<line>\d{1,9}+): )?\[BUG\] (?P<message>.*)\Z")
_SECTION = regex(r"-- (?P<title>.{1,100}?) -+\Z")
_RUBY_LEVEL = "Ruby level backtrace information"
_C_LEVEL = "C level backtrace information"
_SYMBOL = regex(
    r"(?P<module>[^\s(]{1,1000}+)\((?P<function>[^+()\s]*+)(?:\+(?P<offset>0x[0-9a-f]++))?\) "
    r"\[(?P<address>0x[0-9a-f]++)\](?: (?P<file>\S{1,1000}?):(?P<line>\d{1,9}+))?\s*\Z"
)
_SIGNALS = {"Segmentation fault": "SIGSEGV", "Bus Error": "SIGBUS", "Illegal instruction": "SIGILL"}
_BUG = "[BUG]"
_NOTE = "[NOTE]"
_MOST_LINES = 20_000
_MOST_FRAMES = 1000
_MOST_BEHIND_NOTE = 6


def read_crash(cursor: Cursor, name: str) -> Trace | None:
    """The report whose first line the cursor is on. ``None`` where no section of a report follows."""
    header = _HEADER.match(cursor.line or "")
    if header is None:
        return None
    origin = Origin(offset=cursor.offset)
    message = header["message"]
    kind = next((signal for text, signal in _SIGNALS.items() if message.startswith(text)), _BUG)
    cursor.advance()
    ruby, native, found = _read_sections(cursor)
    if not found:
        return None
    frames = ruby[::-1]
    if not frames and header["file"]:
        frames = [Frame(file=header["file"], line=int(header["line"]))]
    related = [RelatedStack(title=_C_LEVEL, frames=native)] if native else []
    error = Error(type=kind, message=message, frames=frames, related=related)
    return Trace(error=error, format=name, origin=origin)


def _read_sections(cursor: Cursor) -> tuple[list[Frame], list[Frame], bool]:
    """The Ruby frames, outermost first, the native ones, and whether there was any section."""
    ruby: list[Frame] = []
    native: list[Frame] = []
    section = None
    found = False
    for number in range(_MOST_LINES):
        line = cursor.line
        if line is None or starts_record(line) or MARK in line:
            break
        if heading := _SECTION.match(line):
            section, found = heading["title"], True
        elif line.startswith(_NOTE):
            _pass_note(cursor)
            break
        elif section == _RUBY_LEVEL and (frame := match_bare(line)) and len(ruby) < _MOST_FRAMES:
            ruby.append(frame)
        elif section == _C_LEVEL and (symbol := _SYMBOL.match(line)) and len(native) < _MOST_FRAMES:
            native.append(_native_frame(symbol.groupdict()))
        elif not found and (number > 3 or (line and not line.startswith("ruby "))):
            break
        cursor.advance()
    return ruby, native, found


def _native_frame(found: dict[str, str | None]) -> Frame:
    offset, line = found["offset"], found["line"]
    return Frame(
        function=found["function"] or None,
        module=found["module"],
        file=found["file"],
        line=int(line) if line else None,
        offset=int(offset, 16) if offset and found["function"] else None,
        address=int(found["address"] or "0", 16),
    )


def _pass_note(cursor: Cursor) -> None:
    for _ in range(_MOST_BEHIND_NOTE):
        if not (cursor.line or "").strip() or starts_record(cursor.line or ""):
            return
        cursor.advance()
