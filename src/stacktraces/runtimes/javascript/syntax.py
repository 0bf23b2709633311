"""Lines around an error's own that several modules know."""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor

NODE_VERSION = regex(r"[ \t]*Node\.js v\d{1,4}\.\d{1,4}\.\d{1,4}\S*$")
USE_TRACE_UNCAUGHT = regex(
    r"\(Use `[^`]{1,200} --trace-uncaught \.\.\.` to show where the exception was thrown\)$"
)
SECOND_STACK = regex(r"\s*+(?:Emitted 'error' event(?: on \S.{0,200}?)? at:|Thrown at:)\s*$")
CAUSED_BY = regex(r"[ \t]*+Caused by: ")
_TRACE_WARNINGS = regex(r"\(Use `[^`]{1,200} --trace-\w+ \.\.\.` to show where the warning was created\)$")
_AFTER_REJECTION = regex(
    r"\(node:\d{1,10}\) (?:UnhandledPromiseRejectionWarning: Unhandled promise rejection\. "
    r"|\[DEP0018\] DeprecationWarning: Unhandled promise rejections are deprecated)"
)
_BLANKS_BEFORE_VERSION = 3


def pass_version(cursor: Cursor) -> None:
    """Pass the version that Node prints below what nobody caught, after a blank line or two."""
    here = cursor.offset
    for _ in range(_BLANKS_BEFORE_VERSION):
        if cursor.line is None or cursor.line.strip():
            break
        cursor.advance()
    if cursor.offset != here and NODE_VERSION.match(cursor.line or ""):
        cursor.advance()
    else:
        cursor.seek(here)


def pass_repeated_warning(cursor: Cursor) -> None:
    """Pass what Node prints once more of a rejection that was not handled, right below the first report."""
    here = cursor.offset
    if _TRACE_WARNINGS.match(cursor.line or ""):
        cursor.advance()
    if not _AFTER_REJECTION.match(cursor.line or ""):
        cursor.seek(here)
        return
    while _AFTER_REJECTION.match(cursor.line or ""):
        cursor.advance()
