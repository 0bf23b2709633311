"""What a worker of Dask logs of a task that failed: the error and its traceback as Python writes strings.

=============  =====================================================================  ====================
line           sample                                                                 what comes next
=============  =====================================================================  ====================
log record     ``2026-11-23 04:35:37,284 - distributed.worker - ERROR - Compute …``   key
key            ``Key:       price_of-86f1714ffaf66b44a2f99610f47b83c2``               state, task, error
state, task    ``State:     executing``                                               error
error          ``Exception: "KeyError('fig')"``                                       traceback
traceback      ``Traceback: '  File "/srv/app/shop.py", line 13, in price_of\\n …'``   anything
=============  =====================================================================  ====================
"""

from __future__ import annotations

import re

from ...._regex import regex
from ....cursor import Cursor
from ....model import Context, Error, Origin, Trace
from ..frames import read_frames
from ..lines import ListLines

NAME = "dask"

_STRING = r"""(?:'(?P<single>(?:[^'\\]|\\.)*+)'|"(?P<double>(?:[^"\\]|\\.)*+)")$"""
_TRACEBACK = regex("Traceback: " + _STRING)
_ERROR = regex("Exception: " + _STRING)
_ARGUMENT = regex(_STRING)
_ESCAPE = regex(r"\\(?:x([0-9a-f]{2})|u((?!d[89a-f])[0-9a-f]{4})|U(000[0-9a-f]{5})|(.))")
_MEANINGS = {"n": "\n", "r": "\r", "t": "\t"}
_KEY = regex(r"Key:\s+(?P<name>\S.*)$")
_FIELD = regex(r"(?:Key|State|Task|Function|args|kwargs): ")
_REPR = regex(r"(?P<type>[^\W\d][\w.]*)\((?P<arguments>.*)\)$")
_FIELDS = 8


def read(cursor: Cursor) -> Trace | None:
    """The failure whose traceback the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    match = _TRACEBACK.match(cursor.line or "")
    if match is None:
        return None
    end = cursor.next_offset
    found = _ERROR.match(cursor.line or "") if cursor.back() else None
    error = _error(_string(found)) if found is not None else None
    stack = read_frames(ListLines([*_string(match).split("\n")]))
    if error is None or not stack.count:
        return None
    error.frames = stack.innermost_first()
    start = cursor.offset
    context = Context()
    for _ in range(_FIELDS):
        if not cursor.back() or not _FIELD.match(cursor.line or ""):
            break
        start = cursor.offset
        if key := _KEY.match(cursor.line or ""):
            context.task = key["name"]
    cursor.seek(end)
    return Trace(error=error, format=NAME, origin=Origin(offset=start), context=context)


def _string(match: re.Match[str]) -> str:
    """The string that Python writes so."""
    return _ESCAPE.sub(_character, match["single"] or match["double"] or "")


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    return chr(int(code, 16)) if code else _MEANINGS.get(match[4], match[4])


def _error(printed: str) -> Error | None:
    """The error that was printed so: where its only argument is a string, that is what the error says."""
    match = _REPR.match(printed)
    if match is None:
        return None
    argument = _ARGUMENT.match(match["arguments"]) if match["type"] != "KeyError" else None
    return Error(type=match["type"], message=(_string(argument) if argument else match["arguments"]) or None)
