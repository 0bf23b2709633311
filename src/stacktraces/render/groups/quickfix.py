"""``file:line: type: message``, as editors and ``grep`` users read lists of places.

Frames stand under each error, its culprit first. Files of the checkout are named by their paths there, others
as the trace printed them.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Frame
from .. import plain
from .._safe import one_line
from . import Answer, Output, Shown


def pieces(answer: Answer) -> Iterator[bytes]:
    """A line for each group, then one for each frame, the innermost first."""
    for each in answer.shown:
        for line in _lines(answer, each):
            yield f"{line}\n".encode("utf-8", "backslashreplace")


def _lines(answer: Answer, shown: Shown) -> Iterator[str]:
    group = shown.group
    place = answer.place(group)
    frame = group.culprit or plain.innermost(group.error)
    where = f"{place.path}:{place.line}" if place else _where(answer, frame) if frame else None
    label = f"{shown.verdict}: " if shown.verdict else ""
    yield one_line(f"{where or '-'}: {label}{plain.headline(group.error)} ({group.count:,} ×)")
    for each in group.error.frames:
        if (at := _where(answer, each)) is not None:
            yield one_line(f"{at}: in {each.function or '??'}")


def _where(answer: Answer, frame: Frame) -> str | None:
    if (found := answer.locate(frame)) is not None:
        return f"{found[0]}:{found[1]}"
    return f"{frame.file}:{frame.line}" if frame.file is not None and frame.line is not None else None


OUTPUT = Output(pieces)
