"""The stacks of goroutines: that of the one that failed, and those of the others of the same dump."""

from __future__ import annotations

from sys import intern

import msgspec

from ...model import Frame, RelatedStack
from .syntax import (
    ANCESTOR,
    CREATED_BY,
    ELIDED,
    GOROUTINE,
    NOT_GO,
    RUNTIME_STACK,
    UNAVAILABLE,
    Lines,
    call,
    place_of,
)

MOST_FRAMES = 1000
"""Frames that are kept of one stack; Go itself prints a hundred."""
MOST_RELATED = 64
"""Further stacks that are kept: a dump holds one for each goroutine of the program."""
_MOST_BLANK = 2


class Goroutine(msgspec.Struct):
    """One goroutine of a dump."""

    id: str | None = None
    """Its number; ``None`` for the runtime's own stack."""
    state: str = ""
    frames: list[Frame] = []
    related: list[RelatedStack] = []
    """Where it was created, and the stacks of its ancestors."""

    @property
    def title(self) -> str:
        """What the dump calls it, without addresses."""
        return RUNTIME_STACK[:-1] if self.id is None else f"goroutine {self.id} [{self.state}]"


class Dump(msgspec.Struct):
    """The goroutines of one report."""

    first: Goroutine | None = None
    """The goroutine that failed."""
    related: list[RelatedStack] = []
    """All other stacks."""
    uncertain: list[str] = []

    def note(self, sentence: str) -> None:
        """Say once what is not certain."""
        if sentence not in self.uncertain:
            self.uncertain.append(sentence)


def starts_stack(lines: Lines) -> bool:
    """Whether the current line is the heading of a stack that follows."""
    line = lines.line
    if line is None or not (line == RUNTIME_STACK or GOROUTINE.match(line)):
        return False
    following = lines.peek()
    if not following:
        # A text that ends here was cut.
        return following is None and lines.cursor.peek() is None
    return call(following) is not None or following.strip() == UNAVAILABLE or following == NOT_GO


def read_dump(lines: Lines) -> Dump:
    """The stacks that stand from the current line on; passes over them."""
    dump = Dump()
    seen: set[str] = set()
    left_out = 0
    while starts_stack(lines):
        goroutine = read_goroutine(lines, dump)
        if goroutine.id is not None:
            seen.add(goroutine.id)
        if dump.first is None and goroutine.id is not None:
            dump.first = goroutine
            dump.related += goroutine.related
        elif len(dump.related) < MOST_RELATED:
            dump.related.append(RelatedStack(title=goroutine.title, frames=goroutine.frames))
        else:
            left_out += 1
        if not _pass_to_next(lines, seen, found=dump.first is not None):
            break
    if left_out:
        dump.note(f"{left_out} further goroutines are not kept.")
    return dump


def _pass_to_next(lines: Lines, seen: set[str], *, found: bool) -> bool:
    """Go to the heading of the next stack of the same dump, if one follows.

    ``found`` says that the goroutine that failed was met already.
    """
    here = lines.cursor.offset
    blank = 0
    while lines.line == "" and blank < _MOST_BLANK:
        lines.advance()
        blank += 1
    heading = GOROUTINE.match(lines.line or "")
    if lines.line == RUNTIME_STACK:
        return True
    # A log that drops blank lines may go on with a stack of its own, that of another running goroutine.
    apart = blank or not found or (heading is not None and not heading["state"].startswith("running"))
    if apart and heading is not None and heading["id"] not in seen:
        return True
    lines.cursor.seek(here)
    return False


def read_goroutine(lines: Lines, dump: Dump) -> Goroutine:
    """The stack whose heading is the current line; passes over it, and tells ``dump`` what is not certain."""
    heading = GOROUTINE.match(lines.line or "")
    goroutine = Goroutine(heading["id"], heading["state"]) if heading else Goroutine()
    lines.advance()
    read_frames(lines, dump, goroutine)
    return goroutine


def read_frames(lines: Lines, dump: Dump, goroutine: Goroutine) -> None:
    """Add the frames from the current line on to ``goroutine``, and who created it; passes over them."""
    frames = goroutine.frames
    while (line := lines.line) is not None:
        if frame := _read_frame(lines, line):
            if len(frames) < MOST_FRAMES:
                frames.append(frame)
            else:
                dump.note(f"Of a longer stack, the innermost {MOST_FRAMES} frames are kept.")
        elif created := _read_created(lines, line):
            goroutine.related.append(created)
        elif ANCESTOR.match(line):
            ancestor = RelatedStack(title=line[1:-2])
            goroutine.related.append(ancestor)
            frames = ancestor.frames
            lines.advance()
        elif ELIDED.match(line):
            dump.note("Go left out frames of a long stack.")
            lines.advance()
        elif line.strip() == UNAVAILABLE:
            dump.note("The stack of a goroutine that ran on another thread was not available.")
            lines.advance()
        else:
            break


def _read_frame(lines: Lines, line: str) -> Frame | None:
    """The frame whose first line is the current one; passes over it."""
    found = call(line)
    if found is not None:
        function, arguments = found
        frame = Frame(function=intern(function), args=arguments, inlined=arguments == "...")
    elif line == NOT_GO:
        frame = Frame()
    else:
        return None
    following = lines.peek()
    if place_of(following, frame):
        lines.advance()
        lines.advance()
        frame.file = intern(frame.file) if frame.file else None
        return frame
    if lines.cursor.peek() is not None:
        return None
    lines.advance()
    return frame


def _read_created(lines: Lines, line: str) -> RelatedStack | None:
    """Where a goroutine was created, as a stack of one frame; passes over it."""
    found = CREATED_BY.match(line)
    if found is None:
        return None
    frame = Frame(function=found["function"])
    following = lines.peek()
    if place_of(following, frame):
        lines.advance()
    elif lines.cursor.peek() is not None:
        return None
    lines.advance()
    return RelatedStack(title=line, frames=[frame])
