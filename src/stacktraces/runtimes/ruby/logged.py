"""Errors that a program or a framework logged: a line with type and message, then bare frames."""

from __future__ import annotations

import re

import msgspec

from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame
from .printed import take_message
from .syntax import LEVELS, TYPE, match_bare, match_place, starts_any_record, text_of

MOST_FRAMES = 1000
_LOOK_BACK = 50
_MOST_BLANK = 2
_MOST_EXCERPT = 12
_MOST_LINKS = 100
_LONGEST_MESSAGE = 1 << 16
_LONGEST_LINE = 1 << 12
"""Characters of a line in which an error is looked for behind other words."""
_LIKELY = r"(?:\w*(?:Error|Exception|Failure|Timeout|Interrupt|Invalid|NotFound)|\w+(?:::\w+)+)"
# ``TYPE (MESSAGE):`` of Rails, ``MESSAGE (TYPE)`` of Logger, ``#<TYPE: MESSAGE>``, ``TYPE: MESSAGE``.
_RAILS = regex(rf"\s*+(?P<type>{TYPE}) \((?P<message>.*)\):?\s*\Z")
_RAILS_FIRST = regex(rf"\s*+(?P<type>{TYPE}) \((?P<message>.*)\Z")
_LOGGER = regex(rf"\s*+(?P<message>.*?) ?\((?P<type>{TYPE})\)\s*\Z")
_INSPECTED = regex(rf".*?#<(?P<type>{TYPE}): (?P<message>.*)>\s*\Z")
_RAILS_WITHIN = regex(rf".*?(?<![\w:.])(?P<type>(?=[A-Z]){_LIKELY}) \((?P<message>.*)\):\s*\Z")
# 2026-11-28 12:00:00 - RuntimeError - no plum: (Sinatra)
_DASH = regex(rf"(?:.*? - )?(?P<type>{TYPE}) - (?P<message>.*):\s*\Z")
# error_class=Errno::ECONNREFUSED error="Connection refused" (fluentd)
_FIELDS = regex(rf".*?\berror_class=(?P<type>{TYPE}) error=\"?(?P<message>.*?)\"?\s*\Z")
# MESSAGE {:class=>"NoMethodError", :backtrace=>[…]} (Logstash)
_HASH = regex(
    rf"(?:\[[^\]\n]{{1,100}}\]\s*+)*+(?P<message>.*?) ?\{{"
    rf".*?:(?:class|exception)=>\"?(?P<type>{TYPE})\"?[,}}]"
)
_HASH_MESSAGE = regex(r".*?:(?:message|error|exception)=>\"(?P<message>(?:[^\"\\]|\\.)*+)\"[,}]")
_COLON = regex(rf"\s*+(?P<type>{TYPE}):(?: (?P<message>.*)|\s*)\Z")
_COLON_WITHIN = regex(rf".*?(?<![\w:.])(?P<type>(?=[A-Z]){_LIKELY}):(?: (?P<message>.*)|\s*)\Z")
_LIKELY_TYPE = regex(rf"{_LIKELY}\Z")
_EXCERPT = regex(r"\s*+(?:=> ?|» ?)?\s*+\d{1,6}+: ")
_CAUSES = regex(r"\s*+(?:Causes|Caused by|Cause):\s*(?P<rest>.*)\Z")
_RAKE = "rake aborted!"
_SERIOUS = regex(r".{0,200}?(?<![A-Za-z])(?:ERROR|error|FATAL|fatal|CRITICAL|critical|WARN|warn)")


class Logged(msgspec.Struct):
    """An error and where it starts."""

    error: Error
    start: int
    left_out: int = 0


def read_logged(cursor: Cursor) -> Logged | None:
    """The error of whose frames the first is on the cursor's line.

    ``None`` where the line is none, or where nothing above it tells of an error and it stands alone.
    """
    if match_bare(cursor.line or "") is None:
        return None
    before = cursor.peek(-1)
    if before is not None and match_bare(before) is not None:
        return None  # The first of these frames was asked for already.
    first = _step_over_places(cursor)
    found = _find_header(cursor)
    cursor.seek(first)
    logged = found or Logged(Error(), first)
    _read_frames(cursor, logged, logged.error.frames)
    if logged.error.type is None and len(logged.error.frames) < 2:
        return None
    if logged.error.message:
        first_line, *others = logged.error.message.split("\n")
        logged.error.message = first_line
        take_message(logged.error, others)
    _read_causes(cursor, logged)
    return logged


def _step_over_places(cursor: Cursor) -> int:
    """Go back to the first of the frames without names that stand above; where it starts."""
    first = cursor.offset
    for _ in range(_MOST_BLANK):
        if not cursor.back() or match_place(cursor.line or "") is None:
            break
        first = cursor.offset
    cursor.seek(first)
    return first


def _find_header(cursor: Cursor) -> Logged | None:
    """What stands above the first frame, which the cursor is on."""
    if not _step_over_blank(cursor):
        return None
    here = cursor.offset
    if _EXCERPT.match(_text(cursor)):
        for _ in range(_MOST_EXCERPT):
            if not _EXCERPT.match(_text(cursor)) or not cursor.back():
                break
        if not _text(cursor).strip():
            _step_over_blank(cursor)
    error = _error_on(cursor) or _error_further_up(cursor)
    if error is not None:
        return Logged(error, cursor.offset)
    cursor.seek(here)
    if (error := _error_within(cursor)) is not None:
        return Logged(error, here)
    line = cursor.line or ""
    if cursor.peek(-1) == _RAKE:
        return Logged(Error(message=line), here)
    if not starts_any_record(line) or not _SERIOUS.match(line):
        return None
    return Logged(Error(message=_text(cursor).strip() or None), here)


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


def _error_on(cursor: Cursor) -> Error | None:
    """The error that the current line tells of; goes back to where its message starts."""
    text = _text(cursor)
    if found := _RAILS.match(text) or _INSPECTED.match(text) or _COLON.match(text):
        return Error(type=found["type"], message=found.groupdict().get("message") or None)
    if found := _LOGGER.match(text):
        message = [found["message"]]
        if not starts_any_record(cursor.line or ""):
            _take_lines_above(cursor, message)
        return Error(type=found["type"], message="\n".join(message)[:_LONGEST_MESSAGE] or None)
    if len(text) > _LONGEST_LINE:
        return None
    found = _DASH.match(text) or _FIELDS.match(text)
    if found is None and starts_any_record(cursor.line or ""):
        found = _RAILS_WITHIN.match(text) or _COLON_WITHIN.match(text)
    if found is None and (found := _HASH.match(text)) is not None:
        found_message = _HASH_MESSAGE.match(text) or found
        return Error(type=found["type"], message=found_message["message"] or None)
    return _typed(found) if found is not None else None


def _typed(found: re.Match[str]) -> Error:
    return Error(type=found["type"], message=found["message"] or None)


def _error_within(cursor: Cursor) -> Error | None:
    """The error that the line above frames tells of where no known logger wrote it, or not all of it."""
    text = _text(cursor)
    if len(text) > _LONGEST_LINE:
        return None
    if found := _RAILS_WITHIN.match(text) or _COLON_WITHIN.match(text):
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
        found = _COLON.match(text) or (_COLON_WITHIN.match(text) if is_record else None)
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


def _read_frames(cursor: Cursor, logged: Logged, frames: list[Frame]) -> None:
    while (line := cursor.line) is not None:
        frame = match_bare(line) or match_place(line)
        if levels := LEVELS.match(line):
            logged.left_out += int(levels["count"])
        elif frame is None:
            return
        elif len(frames) < MOST_FRAMES:
            frames.append(frame)
        else:
            logged.left_out += 1
        cursor.advance()


def _read_causes(cursor: Cursor, logged: Logged) -> None:
    link = logged.error
    for _ in range(_MOST_LINKS):
        here = cursor.offset
        _pass_blank(cursor)
        found = _CAUSES.match(cursor.line or "")
        if found is None:
            if link is logged.error or not _is_error_line(cursor.line or ""):
                cursor.seek(here)
                return
            text = cursor.line or ""
        elif not (text := found["rest"]):
            cursor.advance()
            text = cursor.line or ""
        named = _RAILS.match(text) or _COLON.match(text)
        cursor.advance()
        _pass_blank(cursor)
        frames: list[Frame] = []
        _read_frames(cursor, logged, frames)
        if named is None or not (frames or found):
            cursor.seek(here)
            return
        cause = Error(type=named["type"], message=named["message"] or None, frames=frames)
        link.cause, link.cause_kind = cause, "cause"
        link = cause


def _is_error_line(line: str) -> bool:
    return not starts_any_record(line) and _RAILS.match(line) is not None


def _pass_blank(cursor: Cursor) -> None:
    for _ in range(_MOST_BLANK):
        if cursor.line is None or cursor.line.strip():
            return
        cursor.advance()
