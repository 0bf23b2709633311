"""Errors as Ruby itself prints them: innermost frame first, or since 2.5 on a terminal outermost first."""

from __future__ import annotations

import itertools

import msgspec

from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame
from .. import starts_trace
from .names import normalise
from .syntax import LEVELS, THREAD, TRACEBACK, TYPE, Header, match_from, match_header, starts_any_record

MOST_FRAMES = 1000
_MOST_LINES = 200
_MOST_LINES_BEHIND_FRAMES = 20
_LONGEST_MESSAGE = 1 << 16
_MOST_LINKS = 100
_TYPED = regex(rf"(?P<message>.*?) ?\((?P<type>{TYPE})\)\s*\Z")
_TYPE_ALONE = regex(rf"{TYPE}\Z")
_CONSOLE = regex(rf"(?P<type>{TYPE}) \((?P<message>.*)\)\s*\Z")
_EMPTY = "unhandled exception"
_RUNTIME_ERROR = "RuntimeError"
_CARET = regex(r"\s*\^++[\^ ]*+\Z")
_SUGGESTION = "Did you mean?"
_EVALUATING = frozenset(
    {
        *("eval", "instance_eval", "class_eval", "module_eval", "instance_exec", "load", "require"),
        *("require_relative", "result", "run", "<main>", "<top (required)>"),
    }
)
"""What calls the top level of a script or of evaluated text."""


class Printed(msgspec.Struct):
    """One error of a chain, and what was not certain."""

    error: Error
    left_out: int = 0
    """Frames that Ruby left out, or that were not kept."""


def read_chain(cursor: Cursor, *, certain: bool = False) -> Printed | None:
    """The error whose header is on the cursor's line, with its causes, which stand behind it.

    ``None`` where it is no error; then the cursor is where it was. ``certain`` says that it is one, even
    where no type and no frame tells: the class of an error may have no name.
    """
    printed = _read_one(cursor, certain=certain)
    if printed is None:
        return None
    link = printed.error
    for _ in range(_MOST_LINKS):
        here = cursor.offset
        following = None if starts_any_record(cursor.line or "") else _read_one(cursor)
        if following is None or not _led_to(following.error, link):
            cursor.seek(here)
            break
        link.cause, link.cause_kind = following.error, "cause"
        printed.left_out += following.left_out
        link = following.error
    return printed


def _read_one(cursor: Cursor, *, certain: bool = False) -> Printed | None:
    here = cursor.offset
    header = match_header(cursor.line or "")
    if header is None:
        return None
    error = error_of(header)
    cursor.advance()
    message = _read_message(cursor, header)
    printed = Printed(error)
    read_frames(cursor, printed)
    if error.type is None and len(error.frames) < 2 and not certain:
        cursor.seek(here)
        return None
    take_message(error, message)
    return printed


def error_of(header: Header) -> Error:
    """The error of a header: its type stands at the end of the message's first line."""
    if header.rest == _EMPTY:
        return Error(type=_RUNTIME_ERROR, frames=[header.frame])
    if _TYPE_ALONE.match(header.rest):
        return Error(type=header.rest, frames=[header.frame])
    found = _TYPED.match(header.rest)
    if found is None:
        return Error(message=header.rest or None, frames=[header.frame])
    return Error(type=found["type"], message=found["message"] or None, frames=[header.frame])


def take_message(error: Error, text: list[str]) -> None:
    """Add the lines behind the header: the source line that failed, suggestions, the message's others."""
    for index in range(len(text) - 2):
        if not text[index].strip() and text[index + 1].strip() and _CARET.match(text[index + 2]):
            error.frames[0].source = text[index + 1].strip()
            text = text[:index] + text[index + 3 :]
            break
    kept = [line for line in text if not line.startswith(_SUGGESTION)]
    error.notes = [line.strip() for line in text if line.startswith(_SUGGESTION)]
    while kept and not kept[-1].strip():
        kept.pop()
    if kept:
        error.message = "\n".join([error.message or "", *kept])
    error.message = error.message and error.message[:_LONGEST_MESSAGE]


def _read_message(cursor: Cursor, header: Header) -> list[str]:
    """The lines between the header and its frames; passes over them.

    A message may hold what looks like frames: those that stand last are the error's.
    """
    start = cursor.offset
    text: list[str] = []
    frames_at: tuple[int, int] | None = None
    in_frames = False
    behind = 0
    for _ in range(_MOST_LINES + MOST_FRAMES):
        line = cursor.line
        if line is None or (frames_at is None and len(text) >= _MOST_LINES) or _ends_message(cursor, line):
            break
        found = match_from(line)
        is_frame = found is not None and not found[2] and (in_frames or _may_follow(header, found))
        if is_frame and not in_frames:
            frames_at = (cursor.offset, len(text))
        behind = 0 if is_frame or frames_at is None else behind + 1
        if behind > _MOST_LINES_BEHIND_FRAMES:
            break
        in_frames = is_frame or (in_frames and LEVELS.match(line) is not None)
        text.append(line)
        cursor.advance()
    if frames_at is not None:
        cursor.seek(frames_at[0])
        return text[: frames_at[1]]
    # Where the message goes on with a line that is indented, and then only the next record ends it.
    ended = cursor.line is None or starts_any_record(cursor.line)
    cursor.seek(start)
    goes_on = bool(text) and text[0][:1] in (" ", "\t") and bool(text[0].strip())
    return read_rest(cursor, all_of_it=ended and goes_on)


def _ends_message(cursor: Cursor, line: str) -> bool:
    return (
        starts_any_record(line)
        or match_header(line) is not None
        or line.startswith(("#<Thread:", TRACEBACK))
        or starts_trace(line, cursor.peek() or "", but="ruby")
    )


def _may_follow(header: Header, found: tuple[Frame, str | None, bool]) -> bool:
    """Whether ``found`` can be the frame that called that of ``header``."""
    frame, quote, _ = found
    if quote is not None and quote != header.quote:
        return False
    if header.frame.function != "<main>":
        return True
    return normalise(frame.function or "") in _EVALUATING


def read_rest(cursor: Cursor, *, all_of_it: bool = False) -> list[str]:
    """The further lines of a message that no frames follow: those that are indented, or all; passes them."""
    text: list[str] = []
    while (line := cursor.line) is not None and len(text) < _MOST_LINES:
        if _ends_message(cursor, line):
            break
        following = cursor.peek() or ""
        goes_on = line[:1] in (" ", "\t") or line.startswith(_SUGGESTION)
        if not (all_of_it or (goes_on and line.strip()) or (not line.strip() and following[:4] == "    ")):
            break
        text.append(line)
        cursor.advance()
    return text


def read_frames(cursor: Cursor, printed: Printed) -> None:
    """Add the frames that stand from the current line on, innermost first; passes over them."""
    frames = printed.error.frames
    while (line := cursor.line) is not None:
        if levels := LEVELS.match(line):
            printed.left_out += int(levels["count"])
        elif (found := match_from(line)) is None or found[2]:
            return
        elif len(frames) < MOST_FRAMES:
            frames.append(found[0])
        else:
            printed.left_out += 1
        cursor.advance()


def _led_to(cause: Error, error: Error) -> bool:
    """Whether ``cause``, printed right behind ``error``, can be what it was raised for.

    The method that rescued is on both stacks, with the same callers: further down, where an error is
    raised by ``rescue``, than where what failed was called.
    """
    outer, inner = error.frames[::-1], cause.frames[::-1]
    same = sum(
        1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(outer, inner, strict=False))
    )
    if same == len(outer) or same == len(inner):
        return same > 0 and len(inner) >= len(outer) and error.type != cause.type
    raised, failed = outer[same], inner[same]
    if (
        same
        and _rescues(raised)
        and normalise(raised.function or "") == normalise(outer[same - 1].function or "")
    ):
        return True
    if normalise(raised.function or "") != normalise(failed.function or "") or raised.file != failed.file:
        return False
    rescued = same + 1 < len(outer) and _rescues(outer[same + 1])
    return rescued or (raised.line or 0) >= (failed.line or 0)


def _rescues(frame: Frame) -> bool:
    """Up to 3.3 the code of a ``rescue`` has a frame of its own, above that of its method."""
    return (frame.function or "").startswith(("rescue in ", "ensure in "))


def read_outermost_first(cursor: Cursor) -> Printed | None:
    """The chain below ``Traceback (most recent call last):``, which the cursor is on: causes stand first."""
    cursor.advance()
    chain: Error | None = None
    printed: Printed | None = None
    for _ in range(_MOST_LINKS):
        frames: list[Frame] = []
        left_out = 0
        here = cursor.offset
        while (line := cursor.line) is not None:
            if levels := LEVELS.match(line):
                left_out += int(levels["count"])
            elif (found := match_from(line)) is None or not found[2]:
                break
            else:
                frames.append(found[0])
            cursor.advance()
        header = match_header(cursor.line or "")
        error = error_of(header) if header is not None else _of_console(cursor.line or "", frames)
        if error is None or (chain is not None and not frames) or starts_any_record(cursor.line or ""):
            cursor.seek(here)
            break
        error.frames += frames[::-1][:MOST_FRAMES]
        cursor.advance()
        take_message(error, _read_message_outermost_first(cursor))
        error.cause, error.cause_kind = chain, "cause" if chain is not None else None
        left_out += max(len(frames) - MOST_FRAMES, 0) + (printed.left_out if printed else 0)
        printed, chain = Printed(error, left_out), error
    return printed


def _of_console(line: str, frames: list[Frame]) -> Error | None:
    """The error of a line ``TYPE (MESSAGE)`` below frames: irb's and Pry's."""
    found = _CONSOLE.match(line) if frames else None
    return Error(type=found["type"], message=found["message"] or None) if found is not None else None


def _read_message_outermost_first(cursor: Cursor) -> list[str]:
    """The further lines of a message, up to the frames of the next error of the chain."""
    start = cursor.offset
    text: list[str] = []
    while (line := cursor.line) is not None and len(text) < _MOST_LINES and not _ends_message(cursor, line):
        if (found := match_from(line)) is not None and found[2]:
            return text
        text.append(line)
        cursor.advance()
    cursor.seek(start)
    return read_rest(cursor)


def step_to_thread(cursor: Cursor) -> str | None:
    """Go back to the line that says that a thread ended with the error; that line."""
    if not cursor.back():
        return None
    line = cursor.line or ""
    if THREAD.search(line):
        return line
    cursor.advance()
    return None
