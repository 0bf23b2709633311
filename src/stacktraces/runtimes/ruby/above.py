"""The line above frames that tells of an error, in the notations of loggers and frameworks.

=======================================  ===================================================
line                                     who writes it
=======================================  ===================================================
``TYPE (MESSAGE):``                      Rails
``MESSAGE (TYPE)``                       Logger
``TYPE: MESSAGE``, ``#<TYPE: MESSAGE>``  many
``TIME - TYPE - MESSAGE:``               Sinatra
``error_class=TYPE error="MESSAGE"``     fluentd
``MESSAGE {:class=>"TYPE", …}``          Logstash
``TYPE``, a ruler, ``MESSAGE``           Chef
``rake aborted!``, ``TYPE: MESSAGE``     Rake, Rails, Capistrano
=======================================  ===================================================
"""

from __future__ import annotations

import re

import msgspec

from ..._regex import regex
from ...cursor import Cursor
from ...model import Error
from .syntax import TYPE, match_bare, starts_any_record, text_of

_LOOK_BACK = 50
_MOST_BLANK = 2
_MOST_EXCERPT = 12
_LONGEST_MESSAGE = 1 << 16
_LONGEST_LINE = 1 << 12
"""Characters of a line in which an error is looked for behind other words."""
_LIKELY = r"(?:\w*(?:Error|Exception|Failure|Timeout|Interrupt|Invalid|NotFound)|\w+(?:::\w+)+)"
# Old versions of Rails say behind it where in a template: ``on line #5 of app/views/x.erb:``.
_IN_TEMPLATE = r"(?: on line #\d{1,9} of \S{1,1000}?)?"
_RAILS = regex(rf"\s*+(?P<type>{TYPE}) \((?P<message>.*)\){_IN_TEMPLATE}:?\s*\Z")
_RAILS_FIRST = regex(rf"\s*+(?P<type>{TYPE}) \((?P<message>.*)\Z")
_LOGGER = regex(rf"\s*+(?P<message>.*?) ?\((?P<type>{TYPE})\)\s*\Z")
_INSPECTED = regex(rf"(?>.*?#<(?P<type>{TYPE}): )(?P<message>.*)>\s*\Z")
_RAILS_WITHIN = regex(rf"(?>.*?(?<![\w:.])(?P<type>(?=[A-Z]){_LIKELY}) \()(?P<message>.*)\):\s*\Z")
_DASH = regex(rf"(?>(?:.*? - )?(?P<type>{TYPE}) - )(?P<message>.*):\s*\Z")
_DASH_ALONE = regex(rf"\s*+(?P<type>(?=[A-Z]){_LIKELY}) - (?P<message>.*)\Z")
_FIELDS = regex(
    rf".*?\berror_class=(?P<type>{TYPE}) error=(?:\"(?P<message>(?:[^\"\\]|\\.)*+)\"|(?P<bare>.*)\Z)"
)
_HASH = regex(
    rf"(?:\[[^\]\n]{{1,100}}\]\s*+)*+(?P<message>.*?) ?\{{"
    rf".{{0,1000}}?:(?:class|exception)=>\"?(?P<type>{TYPE})\"?[,}}]"
)
_HASH_MESSAGES = tuple(
    regex(rf".*?:{key}=>\"(?P<message>(?:[^\"\\]|\\.)*+)\"[,}}]") for key in ("message", "error", "exception")
)
_ESCAPED = regex(r"\\(.)")
_COLON = regex(rf"\s*+(?P<type>{TYPE}):(?: (?P<message>.*)|\s*)\Z")
_COLON_WITHIN = regex(rf".*?(?<![\w:.])(?P<type>(?=[A-Z]){_LIKELY}):(?: (?P<message>.*)|\s*)\Z")
_LIKELY_TYPE = regex(rf"{_LIKELY}\Z")
_LABELS = frozenset({"Error", "Failure", "Warning", "Cause", "Causes"})
"""What programs write before an error, which is no class of theirs."""
_MAY_LABEL = _LABELS | {"Exception"}
_MOST_BELOW_LABEL = 4
_EXCERPT = regex(r"\s*+(?:=> ?|» ?)?\s*+\d{1,6}+:(?: |\s*\Z)")
_ABORTED = regex(r"\w{1,30} aborted!\s*\Z")
_SERIOUS = regex(r".{0,200}?(?<![A-Za-z])(?:ERROR|error|FATAL|fatal|CRITICAL|critical|WARN|warn)")
_TELLS = regex(r".{0,200}?(?:[Ee]rror|[Ee]xception|[Ff]ailed|[Uu]ndefined (?:local|method)|[Uu]nexpected)")
_RULER = regex(r"\s*+-{3,200}\s*\Z")
_TYPE_ALONE = regex(rf"\s*+(?P<type>{TYPE})\s*\Z")
_TRACE_TITLE = regex(r"\s*+[A-Z][\w ]{0,40}[Tt]race:\s*\Z")
_MOST_LINES = 20


class Above(msgspec.Struct):
    """An error and where what tells of it starts."""

    error: Error
    start: int


def find_above(cursor: Cursor) -> Above | None:
    """What stands above the first frame, which the cursor is on; the cursor may then be anywhere."""
    if not _step_over_blank(cursor):
        return None
    here = cursor.offset
    if _RULER.match(_text(cursor)):
        return _find_titled(cursor)
    if _EXCERPT.match(_text(cursor)):
        for _ in range(_MOST_EXCERPT):
            if not _EXCERPT.match(_text(cursor)) or not cursor.back():
                break
        if not _text(cursor).strip():
            _step_over_blank(cursor)
    error = _below_aborted(cursor) or _error_on(cursor) or _error_further_up(cursor)
    if error is not None:
        return Above(error, cursor.offset)
    cursor.seek(here)
    if (error := _error_within(cursor)) is not None:
        return Above(error, here)
    return _find_untyped(cursor)


def _find_untyped(cursor: Cursor) -> Above | None:
    """The message on the cursor's line, where that is a serious record or reads like one."""
    here, line, text = cursor.offset, cursor.line or "", _text(cursor).strip()
    if starts_any_record(line):
        if not _SERIOUS.match(line):
            return None
        # The same text may stand above with the error's class.
        found = _INSPECTED.match(text_of(cursor.peek(-1) or ""))
        if found is not None and found["message"] == text and cursor.back():
            return Above(_typed(found), cursor.offset)
        return Above(Error(message=text or None), here)
    if (labelled := _find_labelled(cursor)) is not None:
        return labelled
    return Above(Error(message=text), here) if _TELLS.match(text) and len(text) <= _LONGEST_LINE else None


def _find_labelled(cursor: Cursor) -> Above | None:
    """The message behind a label on the cursor's line or a little above: a program's own report."""
    for _ in range(_MOST_BELOW_LABEL):
        text = _text(cursor)
        label, colon, rest = text.strip().partition(": ")
        if colon and label in _LABELS:
            return Above(Error(message=rest), cursor.offset)
        if not text.strip() or starts_any_record(cursor.line or "") or not cursor.back():
            return None
    return None


def _find_titled(cursor: Cursor) -> Above | None:
    """The error below whose titles, each with a ruler, the message and the frames stand."""
    if not cursor.back() or not _TRACE_TITLE.match(_text(cursor)):
        return None
    message: list[str] = []
    for _ in range(_MOST_LINES):
        if not cursor.back():
            return None
        text = _text(cursor)
        if not _RULER.match(text):
            message.append(text.strip())
            continue
        if not cursor.back() or (found := _TYPE_ALONE.match(_text(cursor))) is None:
            return None
        return Above(
            Error(type=found["type"], message="\n".join(message[::-1]).strip() or None), cursor.offset
        )
    return None


def _step_over_blank(cursor: Cursor) -> bool:
    for _ in range(_MOST_BLANK + 1):
        if not cursor.back():
            return False
        if _text(cursor).strip():
            return True
    return False


def _text(cursor: Cursor) -> str:
    """The current line without what a logger puts before each message."""
    return text_of(cursor.line or "")


def named_on(text: str) -> re.Match[str] | None:
    """The type and message on a line of nothing else, as ``TYPE (MESSAGE):`` or ``TYPE: MESSAGE``."""
    return _RAILS.match(text) or _COLON.match(text)


def first_of(text: str) -> re.Match[str] | None:
    """The type and the message's first line, whose last one ends with a parenthesis."""
    return _RAILS_FIRST.match(text)


def _below_aborted(cursor: Cursor) -> Error | None:
    """The error below ``rake aborted!``, whose message may have any lines; goes to that line."""
    here = cursor.offset
    below: list[str] = []
    for _ in range(_LOOK_BACK):
        line = cursor.line or ""
        if below and _ABORTED.match(line):
            found = _COLON.match(below[-1])
            if found is None:
                return Error(message="\n".join(below[::-1])[:_LONGEST_MESSAGE])
            return _with_lines(found["type"], found["message"], below[:-1])
        if starts_any_record(line) or match_bare(line) is not None:
            break
        below.append(line)
        if not cursor.back():
            break
    cursor.seek(here)
    return None


def _error_on(cursor: Cursor) -> Error | None:
    """The error that the current line tells of; goes back to where its message starts."""
    text = _text(cursor)
    if found := _RAILS.match(text) or _INSPECTED.match(text):
        return _typed(found)
    if found := _unlabelled(_COLON.match(text)):
        return _typed(found)
    if found := _LOGGER.match(text):
        message = [found["message"]]
        if not starts_any_record(cursor.line or ""):
            _take_lines_above(cursor, message)
        return Error(type=found["type"], message="\n".join(message)[:_LONGEST_MESSAGE] or None)
    if len(text) > _LONGEST_LINE:
        return None
    if found := _DASH.match(text) or _DASH_ALONE.match(text):
        return _typed(found)
    if found := _FIELDS.match(text):
        message_text = (
            found["bare"].rstrip() if found["message"] is None else _ESCAPED.sub(r"\1", found["message"])
        )
        return Error(type=found["type"], message=message_text or None)
    if starts_any_record(cursor.line or "") and (found := _within(text)) is not None:
        return _typed(found)
    return _of_hash(text)


def _within(text: str) -> re.Match[str] | None:
    return _RAILS_WITHIN.match(text) or _unlabelled(_COLON_WITHIN.match(text))


def _unlabelled(found: re.Match[str] | None) -> re.Match[str] | None:
    """``found``, or the error in its message where its type is a label; ``None`` for a label alone."""
    if found is None or found["type"] not in _MAY_LABEL:
        return found
    message = found["message"] or ""
    inner = _COLON.match(message) or _COLON_WITHIN.match(message)
    return inner or (found if found["type"] not in _LABELS else None)


def _of_hash(text: str) -> Error | None:
    found = _HASH.match(text)
    if found is None:
        return None
    named = (each.match(text) for each in _HASH_MESSAGES)
    message = next((each["message"] for each in named if each and each["message"] != found["type"]), None)
    return Error(
        type=found["type"],
        message=found["message"] if message is None else _ESCAPED.sub(_unescaped, message),
    )


def _unescaped(found: re.Match[str]) -> str:
    return {"n": "\n", "t": "\t", "r": "\r"}.get(found[1], found[1])


def _typed(found: re.Match[str]) -> Error:
    return Error(type=found["type"], message=found["message"] or None)


def _error_within(cursor: Cursor) -> Error | None:
    """The error that the line above frames tells of where no known logger wrote it, or not all of it."""
    text = _text(cursor)
    if len(text) > _LONGEST_LINE:
        return None
    if (found := _within(text)) is not None:
        return _typed(found)
    found = _RAILS_FIRST.match(text)
    return _typed(found) if found is not None and _LIKELY_TYPE.match(found["type"]) else None


def _take_lines_above(cursor: Cursor, message: list[str]) -> None:
    """Put the message's lines above the current one before it, where a logger's record starts them."""
    here = cursor.offset
    above: list[str] = []
    for _ in range(_LOOK_BACK):
        if not cursor.back() or match_bare(cursor.line or "") is not None:
            break
        above.append(_text(cursor))
        if starts_any_record(cursor.line or ""):
            message[:0] = above[::-1]
            return
    cursor.seek(here)


def _error_further_up(cursor: Cursor) -> Error | None:
    """The error of a message of several lines, whose last the cursor is on; goes to its first."""
    below: list[str] = []
    for _ in range(_LOOK_BACK):
        text = _text(cursor)
        if match_bare(cursor.line or "") is not None:
            return None
        is_record = starts_any_record(cursor.line or "")
        found = _unlabelled(_COLON.match(text) or (_COLON_WITHIN.match(text) if is_record else None))
        if found and below and (not found["message"] or _LIKELY_TYPE.match(found["type"])):
            return _with_lines(found["type"], found["message"], below)
        if (found := _RAILS_FIRST.match(text)) and below and below[0].rstrip().endswith("):"):
            below[0] = below[0].rstrip()[:-2]
            return _with_lines(found["type"], found["message"], below)
        if is_record or not cursor.back():
            return None
        below.append(text)
    return None


def _with_lines(type: str, first: str | None, below: list[str]) -> Error:
    lines = [line.strip() if not first else line for line in below[::-1]]
    text = "\n".join([first, *lines] if first else lines).strip()
    return Error(type=type, message=text[:_LONGEST_MESSAGE] or None)
