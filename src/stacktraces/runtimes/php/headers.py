"""The header of an exception at the end of a line, behind the words of a log record."""

from __future__ import annotations

from ..._regex import regex
from .syntax import match_header

_TYPE_WITHIN = regex(
    r"(?<![\w\\$.>-])(?=[A-Za-z\\])(?P<header>"
    r"(?:(?=[A-Z\\])[\w\\]{0,200}(?:Exception|Error|Throwable)|\w{1,100}(?:\\\w{1,100}){1,20})"
    r"(?:@anonymous\S{0,500})?(?:: .*| in \S.{0,1000}:\d{1,9}))\Z"
)
_OLD_WITHIN = regex(r"(?<!\w)(?P<header>exception '[\w\\@]{1,500}' with message '.*)\Z")


def header_in(line: str, *, in_record: bool, any_type: bool = True) -> str | None:
    """The header of an exception at the end of ``line``, behind the words of a log record, if any.

    ``any_type``: one whose place is on the same line may be of a type that is not called like an error.
    """
    header = None if in_record else match_header(line)
    if header is not None and (is_likely(header.type) or (any_type and header.place is not None)):
        return line
    found = _OLD_WITHIN.search(line) or _TYPE_WITHIN.search(line)
    return found["header"] if found else None


def is_likely(type: str) -> bool:
    """Whether ``type`` is called like an error, or has a namespace."""
    return type.endswith(("Exception", "Error")) or "\\" in type
