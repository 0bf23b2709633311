"""Lines around an error's own that several modules know."""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor

NODE_VERSION = regex(
    r"[ \t]*(?:Node\.js v\d{1,4}\.\d{1,4}\.\d{1,4}\S*|Bun v\d{1,4}\.\d{1,4}\.\d{1,4}\S* \(.{1,80}\))$"
)
"""What Node, from 17 on, and Bun print below what nobody caught."""
DENO_UNCAUGHT = regex(r"(?:.*[^ ] )?(?<!Fatal )error: Uncaught (?:\(in [^)]{1,80}\) )?")
USE_TRACE_UNCAUGHT = regex(
    r"\(Use `[^`]{1,200} --trace-uncaught \.\.\.` to show where the exception was thrown\)$"
)
ENDS_REPORT = regex(rf"{NODE_VERSION.pattern}|{USE_TRACE_UNCAUGHT.pattern}|\(node:\d{{1,10}}\) |\(Use `")
"""A line below an error that has no stack."""
SECOND_STACK = regex(r"\s*+(?:Emitted 'error' event(?: on \S.{0,200}?)? at:|Thrown at:)\s*$")
CAUSED_BY = regex(r"[ \t]*+(?:[Cc]aused by|\[cause\]): ")
"""Deno and libraries print the first, some in lower case; Playwright prints the second."""
LABEL_OF_MESSAGE, LABEL_OF_STACK = "Message:", "Stack:"
"""Jasmine prints them above a message and its frames."""
_TRACE_WARNINGS = regex(r"\(Use `[^`]{1,200} --trace-\w+ \.\.\.` to show where the warning was created\)$")
AFTER_REJECTION = regex(
    r"\(node:\d{1,10}\) (?:UnhandledPromiseRejectionWarning: Unhandled promise rejection\. "
    r"|\[DEP0018\] DeprecationWarning: Unhandled promise rejections are deprecated)"
)
_BLANKS_BEFORE_VERSION = 3


def pass_version(cursor: Cursor) -> None:
    """Pass the runtime's version, which is printed below what nobody caught, after a blank line or two."""
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
    if not AFTER_REJECTION.match(cursor.line or ""):
        cursor.seek(here)
        return
    while AFTER_REJECTION.match(cursor.line or ""):
        cursor.advance()
