"""A rejection that Node before 15 only warned of: ``(node:7) UnhandledPromiseRejectionWarning: …``."""

from __future__ import annotations

from ...cursor import Cursor
from ...model import Error
from .errors import read_error
from .headers import PROCESS_WARNING, Header, find_header
from .messages import Place, Reading
from .starts import Start
from .syntax import AFTER_REJECTION, pass_repeated_warning

_NAME = "UnhandledPromiseRejectionWarning"


def read_rejection_warning(cursor: Cursor, reading: Reading) -> tuple[Error, Start] | None:
    """The error, or the value, of the warning on the cursor's line; ``None`` where it is none."""
    line = cursor.line or ""
    process = PROCESS_WARNING.match(line)
    if process is None or not line.startswith(_NAME, process.end()) or AFTER_REJECTION.match(line):
        return None
    header = find_header(line)
    if header is None:
        return None
    if header.type == _NAME:
        header = Header(None, header.message, pid=header.pid)
    start = Start(cursor.offset, header, cursor.offset)
    error = read_error(cursor, Place(header, 0), reading)
    if not error.frames:
        pass_repeated_warning(cursor)
    return error, start
