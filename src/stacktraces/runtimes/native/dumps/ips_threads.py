"""Apple's crash reports as JSON (``.ips``): a line of facts, then an object with all threads.

Written from Apple's documentation of the format.
"""

from __future__ import annotations

from typing import Any

import msgspec

from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Process, Snapshot, Thread
from ... import Format

NAME = "ips_threads"
_LINES = 500_000
_TIME = regex(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?: ([+-]\d\d)(\d\d))?")


class _Frame(msgspec.Struct, rename="camel"):
    symbol: str | None = None
    symbol_location: int | None = None
    image_index: int | None = None
    image_offset: int | None = None
    source_file: str | None = None
    source_line: int | None = None


class _Thread(msgspec.Struct, rename="camel"):
    id: int | None = None
    name: str | None = None
    queue: str | None = None
    triggered: bool = False
    frames: list[_Frame] = []


class _Image(msgspec.Struct):
    name: str | None = None
    path: str | None = None
    base: int | None = None


class _Exception(msgspec.Struct):
    type: str | None = None
    signal: str | None = None
    subtype: str | None = None


class _Report(msgspec.Struct, rename="camel"):
    threads: list[_Thread]
    pid: int | None = None
    proc_name: str | None = None
    proc_path: str | None = None
    capture_time: str | None = None
    used_images: list[_Image] = []
    exception: _Exception | None = None
    termination: dict[str, Any] = {}


def read(cursor: Cursor) -> Snapshot | None:
    """The object that the cursor's line is in, or that follows it; see :class:`Format`."""
    if '"bug_type"' in (cursor.line or ""):
        cursor.advance()
    if "usedImages" in (cursor.line or "") and (cursor.line or "").startswith("{"):
        text: str | None = cursor.line
        cursor.advance()
    else:
        text = _object(cursor)
    try:
        report = msgspec.json.decode(text or "", type=_Report)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return None
    process = Process(pid=report.pid, name=report.proc_name, executable=report.proc_path)
    if report.exception is not None:
        reason = report.exception
        process.error = Error(type=reason.signal or reason.type, message=reason.subtype)
        indicator = report.termination.get("indicator")
        if process.error.message is None and isinstance(indicator, str):
            process.error.message = indicator
    for number, each in enumerate(report.threads):
        thread = Thread(id=str(number), os_id=str(each.id) if each.id is not None else None)
        thread.name, thread.crashed = each.name or each.queue, each.triggered
        thread.frames = [_frame(at, frame, report.used_images) for at, frame in enumerate(each.frames)]
        process.threads.append(thread)
    snapshot = Snapshot(format=NAME, processes=[process])
    if report.capture_time is not None and (found := _TIME.match(report.capture_time)):
        zone = f"{found[3]}:{found[4]}" if found[3] else ""
        snapshot.time = f"{found[1]}T{found[2]}{zone}"
    return snapshot if any(thread.frames for thread in process.threads) else None


def _object(cursor: Cursor) -> str | None:
    """The object of several lines that the cursor's line is in, from the line that opens it."""
    for _ in range(_LINES):
        if (cursor.line or "").rstrip() == "{":
            break
        if not cursor.back():
            return None
    lines: list[str] = []
    for _ in range(_LINES):
        if (line := cursor.line) is None:
            return None
        lines.append(line)
        cursor.advance()
        if line.rstrip() == "}":
            return "\n".join(lines)
    return None


def _frame(number: int, frame: _Frame, images: list[_Image]) -> Frame:
    index = frame.image_index
    image = images[index] if index is not None and 0 <= index < len(images) else None
    address, offset = None, frame.symbol_location
    if image is not None and image.base is not None and frame.image_offset is not None:
        address = image.base + frame.image_offset
    return Frame(
        id=str(number),
        function=frame.symbol or None,
        module=(image.path or image.name) if image is not None else None,
        file=frame.source_file,
        line=frame.source_line,
        address=address if address is not None and 0 <= address < 1 << 64 else None,
        offset=offset if offset is not None and offset >= 0 else None,
    )


FORMAT = Format(
    name=NAME,
    title="threads of a macOS crash report in JSON",
    anchors=(b'"bug_type"', b'"faultingThread"', b'"usedImages"'),
    read=read,
)
