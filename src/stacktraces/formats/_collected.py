"""The ``REM`` lines that the collector writes above a tool's output."""

from __future__ import annotations

import re

import msgspec

from ..cursor import Cursor

# REM collect.py 1.01 TOOL=gdb  PYPLATFORM=linux2 ./collect.py --exe=/usr/bin/httpd -p1518 -l out
_HEADER = re.compile(
    r"REM collect\.py (?P<version>\S+) TOOL=(?P<tool>\S+)\s+PYPLATFORM=(?P<platform>\S+) ?(?P<argv>.*)"
)
# REM PID 1518
_FACT = re.compile(r"REM ([A-Z]+) (.*)")
_PID = re.compile(r"(?:^|\s)(?:-p\s*|--pid[= ]\s*)(\d+)(?=\s|$)")
_EXE = re.compile(r"(?:^|\s)(?:-e\s*|--exe[= ]\s*)(\S+)")

MARK = "REM collect.py "


class Header(msgspec.Struct):
    """What the collector knew about its target."""

    tool: str | None = None
    pid: int | None = None
    executable: str | None = None
    command: str | None = None
    host: str | None = None
    time: str | None = None
    notes: list[str] = []


def read_header(cursor: Cursor) -> Header | None:
    """The header that starts at the cursor's line, leaving the cursor behind it; or ``None``."""
    found = _HEADER.fullmatch(cursor.line or "")
    if found is None:
        return None
    header = Header(tool=found["tool"])
    if pid := _PID.search(found["argv"]):
        header.pid = int(pid[1])
    if executable := _EXE.search(found["argv"]):
        header.executable = executable[1]
    cursor.advance()
    while (fact := _FACT.fullmatch(cursor.line or "")) is not None:
        _take(header, fact[1], fact[2])
        cursor.advance()
    return header


def _take(header: Header, name: str, value: str) -> None:
    match name:
        case "PID" if value.isdigit():
            header.pid = int(value)
        case "EXE":
            header.executable = value
        case "CMDLINE":
            header.command = value
        case "HOST":
            header.host = value
        case "TIME":
            header.time = value
        case "PROBLEM":
            header.notes.append(value)
        case _:
            pass


def rewind_to_header(cursor: Cursor, tool: str) -> bool:
    """Move to the collector's header above the cursor; False, and no move, where it is another tool's."""
    start = cursor.buffer.rfind(MARK.encode(), cursor.floor, cursor.offset + len(MARK))
    if start < 0:
        return False
    here = cursor.offset
    cursor.seek(start)
    found = _HEADER.fullmatch(cursor.line or "")
    if found is None or found["tool"] != tool:
        cursor.seek(here)
        return False
    return True
