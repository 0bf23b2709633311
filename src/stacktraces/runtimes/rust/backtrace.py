"""Backtraces as Rust's standard library, the crates backtrace, color-eyre and tracing-error print them.

==============  =========================================================  ======================
line            sample                                                     what comes next
==============  =========================================================  ======================
frame           ``   6: <shop::Store<i32> as shop::Priced>::price``        place, frame, inlined
full frame      ``   6:     0x55d60e7ea9fa - shop::main::h12dda6686500``   place, frame
inlined         ``      std::panicking::catch_unwind``                     place
place           ``             at ./shop.rs:7:88``                         frame, inlined, source
span            ``   0: shop::load with id=3``                             place
fields          ``           with id=3``                                   place
hidden          ``              ⋮ 5 frames hidden ⋮``                      frame
source          ``        35 > let file = read(path)?;``                      source, frame
==============  =========================================================  ======================
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Frame
from .._remembered import remembered

MOST_FRAMES = 1000
CUT = f"Of a longer backtrace, the innermost {MOST_FRAMES} frames are kept."

FRAME = regex(
    r" {0,8}(?P<id>\d{1,6}): (?:\s*(?P<address>0x[0-9a-f]{1,16}) - )?(?P<function>\S.*?)(?:'''|\"\"\")?\Z",
)
_INLINED = regex(r" {6,40}(?!at |with |\d{1,9} [│>])(?P<function>[<\w{&(\[*].*)\Z")
_PLACE = regex(r" {6,60}at (?P<file>\S.*?)(?::(?P<line>\d{1,9})(?::(?P<column>\d{1,9}))?)?(?:'''|\"\"\")?\Z")
_FIELDS = regex(r" {6,40}with (?P<fields>.*)\Z")
_SKIPPED = regex(r" {2,}⋮ .* ⋮ *\Z| {2,40}\d{1,9} [│>](?: |\Z)")
_SPAN = " with "
_UNKNOWN = "<unknown>"
_UNKNOWN_FILE = "<unknown source file>"


def at_frame(cursor: Cursor, number: str | None = None) -> bool:
    """Whether the cursor is on a frame, that with the number ``number`` if one is given."""
    found = FRAME.match(cursor.line or "")
    return found is not None and number in (None, found["id"])


def frame_number(cursor: Cursor) -> int | None:
    """The number of the frame that the cursor is on; ``None`` where it is on none."""
    found = FRAME.match(cursor.line or "")
    return int(found["id"]) if found is not None and found["id"].isdecimal() else None


def read_backtrace(cursor: Cursor, uncertain: list[str], *, spans: bool = False) -> list[Frame]:
    """The frames from the cursor on, innermost first; the cursor is left behind them.

    ``spans`` says that they are spans of tracing, which have fields.
    """
    frames: list[Frame] = []
    last = -1
    while (line := cursor.line) is not None:
        if found := FRAME.match(line):
            number = to_number(found["id"])
            if number <= last:
                break
            last = number
            frame = Frame(id=found["id"])
            frame.address = to_number(found["address"], 16) if found["address"] else None
        elif last >= 0 and (found := _INLINED.match(line)):
            frame = Frame(inlined=True)
        elif _SKIPPED.match(line) and (last >= 0 or "⋮" in line):
            cursor.advance()
            continue
        else:
            break
        _take_function(frame, found["function"], spans=spans)
        cursor.advance()
        _read_place(cursor, frame)
        if len(frames) < MOST_FRAMES:
            frames.append(frame)
        elif CUT not in uncertain:
            uncertain.append(CUT)
    return frames


def _take_function(frame: Frame, function: str, *, spans: bool) -> None:
    if spans and _SPAN in function:
        function, _, frame.args = function.partition(_SPAN)
    function = function.removesuffix(_UNKNOWN)  # color-eyre puts it in the place of a symbol's hash.
    frame.function = intern(function) if function else None


def _read_place(cursor: Cursor, frame: Frame) -> None:
    line = cursor.line or ""
    if fields := _FIELDS.match(line):
        frame.args = fields["fields"]
        cursor.advance()
        line = cursor.line or ""
    place = _place_on(line)
    if place is not None:
        frame.file, frame.line, frame.column = place
        cursor.advance()


@remembered
def _place_on(line: str) -> tuple[str | None, int | None, int | None] | None:
    """The file, line and column that ``line`` says."""
    found = _PLACE.match(line)
    if found is None:
        return None
    file = found["file"]
    known = file != _UNKNOWN and not file.startswith(_UNKNOWN_FILE)
    return (
        intern(file) if known else None,
        to_number(found["line"]) if found["line"] else None,
        to_number(found["column"]) if found["column"] else None,
    )
