"""Values of a store that somebody else may have written: told to be what they should be, or made so.

Each function takes what a driver gave, and a list to which it adds what is wrong with it, in words. What it
gives back is sound all the same, or ``None`` where nothing can be made of it.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ..model import Error, KnownIssue
from . import mute, times
from .issue import MOST, STATUSES, Stack, clean

MOST_BYTES = 4 << 20
"""Of an exemplar as JSON text: ten times as long as the longest ones that were met."""
_MOST_LEVELS = 64
"""Of errors within errors; those that are reduced here have no more than thirteen."""
_MOST_FRAMES = 200_000
"""And errors, of an exemplar as a whole."""
_decode = msgspec.json.Decoder(Error).decode


class UnsoundError(Exception):
    """A value is not what it should be; the message says which and why."""


def refuse(wrong: Sequence[str]) -> None:
    """Raise ``UnsoundError`` where anything is wrong."""
    if wrong:
        raise UnsoundError(wrong[0])


def heading(row: Sequence[object], wrong: list[str]) -> KnownIssue | None:
    """The heading of an issue from the values of its fields; ``None`` where it has no id."""
    issue_id = name(row[0], "an issue's id", wrong)
    if issue_id is None:
        return None
    found: list[str] = []
    title = text(row[1], "its title", found)
    made = KnownIssue(
        id=issue_id,
        title=issue_id if title is None else title,
        resolved_at=_time(row[3], "time of resolution", found),
        resolved_in=None if row[4] is None else text(row[4], "its version of resolution", found),
        link=None if row[5] is None else text(row[5], "its link", found),
        note=None if row[6] is None else text(row[6], "its note", found),
    )
    until = None if row[7] is None else text(row[7], "until when it is muted", found)
    muted = mute.parse(until)
    made.muted_until = str(muted) if muted is not None else None
    status = next((each for each in STATUSES if each == row[2]), None)
    if status is None:
        found.append(f"its status is {_described(row[2])}, and none of {', '.join(STATUSES)}")
    elif status == "resolved" and not (made.resolved_at or made.resolved_in):
        found.append("it is resolved, but at no time and in no version")
    elif (status == "muted") != (muted is not None):
        found.append("it is muted, but until nothing" if status == "muted" else "it is muted, and is not")
    else:
        made.status = status
    wrong += (f"the issue {issue_id}: {each}" for each in found)
    return made


def stack(row: Sequence[object], wrong: list[str]) -> tuple[str | None, Stack | None]:
    """Whose fingerprint it is, and a stack without an exemplar; ``None`` where that has no name.

    ``row`` holds the fingerprint, the issue's id, the count, when it was seen first and last, and the number
    of the recording that saw it last.
    """
    value = name(row[0], "a fingerprint", wrong)
    if value is None:
        return None, None
    found: list[str] = []
    owner = name(row[1], "its issue's id", found)
    count = row[2]
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MOST:
        found.append(f"its count is {_described(count)}, not a number from 0 on")
        count = 0
    first, last = _time(row[3], "first time", found), _time(row[4], "last time", found)
    recording = row[5]
    if recording is not None and (isinstance(recording, bool) or not isinstance(recording, int)):
        found.append(f"the number of its last recording is {_described(recording)}, not a number")
        recording = None
    wrong += (f"the fingerprint {value}: {each}" for each in found)
    return owner, Stack(value, count=count, first_seen=first, last_seen=last, recording=recording)


def exemplar(fingerprint: object, encoded: object, wrong: list[str]) -> Error | None:
    """The error that ``encoded`` is the JSON of, of the stack of ``fingerprint``."""
    if not isinstance(encoded, str):
        reason = f"it is {_described(encoded)}, not text"
    elif len(encoded) > MOST_BYTES:
        reason = f"it has more than {MOST_BYTES >> 20} MiB"
    else:
        try:
            error = _decode(encoded)
        except (msgspec.DecodeError, ValueError) as problem:
            reason = str(problem)
        except RecursionError:
            reason = "it is nested too deeply"
        else:
            if not is_too_large(error):
                return error
            reason = "it holds more than an exemplar does"
    wrong.append(f"the fingerprint {fingerprint}: an exemplar cannot be read: {reason}")
    return None


def is_too_large(error: Error) -> bool:
    """Whether ``error`` has more errors within it, deeper or with more frames, than an exemplar has."""
    level = [error]
    left = _MOST_FRAMES
    for _ in range(_MOST_LEVELS):
        left -= sum(1 + len(each.frames) for each in level)
        if left < 0:
            return True
        level = [inner for each in level for inner in (each.cause, *each.children) if inner is not None]
        if not level:
            return False
    return True


def name(value: object, what: str, wrong: list[str]) -> str | None:
    """A text that something is found by."""
    if isinstance(value, str) and value and clean(value) == value:
        return value
    wrong.append(f"{what} is {_described(value)}, and cannot be looked up")
    return None


def text(value: object, what: str, wrong: list[str]) -> str | None:
    """A text, without what no database can hold."""
    if not isinstance(value, str):
        wrong.append(f"{what} is {_described(value)}, not text")
        return None
    cleaned = clean(value)
    if cleaned != value:
        wrong.append(f"{what} holds what is no text")
    return cleaned


def _time(value: object, what: str, wrong: list[str]) -> str | None:
    moment = times.normalise(value) if isinstance(value, str) else None
    if moment != value:
        shown = _described(value)
        wrong.append(f"its {what} is wrong: {shown} is no time such as 2026-01-31T12:00:00Z")
    return moment


def _described(value: object) -> str:
    if isinstance(value, str):
        return "empty" if not value else repr(clean(value)[:40])
    if isinstance(value, int | float):
        return f"the number {value}"
    return "missing" if value is None else f"of the type {type(value).__name__}"
