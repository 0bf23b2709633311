"""Frames of Dart: as the virtual machine prints them, as package:stack_trace does, and of compiled programs.

=================================================================================  =====================
line                                                                               what it is
=================================================================================  =====================
``#0      Store.price.<anonymous closure> (package:shop/store.dart:17:20)``        a frame
``<asynchronous suspension>``                                                      the stack goes on
``package:shop/store.dart 17:20  Store.price.<fn>``                                a frame of stack_trace
``===== asynchronous gap ===========================``                             the stack goes on
``    #00 abs 0000007b1c2d5e5d virt 00000000001a1e5d _kDart…Instructions+0x1e5d``  a frame without symbols
``(elided 3 frames from dart:async)``                                              left out by Flutter
=================================================================================  =====================
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Frame

FRAMES_KEPT = 1000
_NUMBERED = regex(
    r"\s*+#(?P<number>\d{1,6}+) {1,8}+(?P<name>\S.{0,500}?) \("
    r"(?P<file>(?:package|dart|file|org-dartlang-\w{1,20}):[^()\n]{1,1000}?)"
    r"(?::(?P<line>\d{1,9}))?(?::(?P<column>\d{1,9}))?\)\s*\Z"
)
_TERSE = regex(
    r" {0,8}+(?P<file>(?:package:|dart:|file:)?[\w./\\-]{1,500}+)"
    r"(?: (?P<line>\d{1,9}+):(?P<column>\d{1,9}+))? {2,200}+"
    r"(?P<name>[\w<$.\[\]+*/%~&|^!-][^:\s]{0,500}(?: [^:\s]{1,100}){0,3})\s*\Z"
)
_COMPILED = regex(
    r" {0,8}#(?P<number>\d{1,6}+) abs (?P<address>[0-9a-f]{1,16})(?: unit \d{1,9})?(?: virt [0-9a-f]{1,16})?"
    r" (?P<name>_kDart\w{1,60}\+0x[0-9a-f]{1,16})\s*\Z"
)
_BETWEEN = regex(
    r"\s*(?:<asynchronous suspension>|={4,}+ asynchronous gap =++|\(elided .{0,500} frames? from .*\))\s*\Z"
)


def frame_of(line: str) -> Frame | None:
    """The frame that ``line`` holds, in any notation; ``None`` where it holds none."""
    found = _NUMBERED.match(line)
    if found is None and (compiled := _COMPILED.match(line)):
        return Frame(
            function=compiled["name"],
            address=to_number(compiled["address"], 16),
            id=to_number(compiled["number"]),
        )
    if found is None:
        found = _TERSE.match(line)
        if found is None or not _is_of_dart(found["file"], found["line"]):
            return None
    number = found.groupdict().get("number")
    return Frame(
        function=intern(found["name"]),
        file=intern(found["file"]),
        line=to_number(found["line"]) if found["line"] else None,
        column=to_number(found["column"]) if found["column"] else None,
        id=to_number(number) if number else None,
    )


def _is_of_dart(file: str, line: str | None) -> bool:
    """Whether a file of package:stack_trace's notation is one of Dart's."""
    if line is not None:
        return file.endswith(".dart") or file.startswith(("package:", "dart:"))
    return file.startswith("dart:") or (file.startswith("package:") and "/" not in file)


def read_frames(cursor: Cursor) -> tuple[list[Frame], int]:
    """The frames from the cursor on, which is left behind them, and how many were not kept."""
    frames: list[Frame] = []
    left_out = 0
    last = -1
    end = cursor.offset
    while (line := cursor.line) is not None:
        frame = frame_of(line)
        if frame is None:
            if _BETWEEN.match(line) is None:
                break
        elif isinstance(frame.id, int) and frame.id <= last:
            break
        elif len(frames) < FRAMES_KEPT:
            frames.append(frame)
        else:
            left_out += 1
        last = frame.id if frame is not None and isinstance(frame.id, int) else last
        cursor.advance()
        end = cursor.offset
    cursor.seek(end)
    return frames, left_out
