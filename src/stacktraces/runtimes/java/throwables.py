"""An exception with its causes and what was suppressed, from its header on.

==========================================  ==============================================================
line                                        what comes next
==========================================  ==============================================================
``java.lang.X: m``                          more of the message, frames, a cause
``\\tat shop.Orders.main(Orders.java:33)``   frames, links
``\\t... 12 more``                           what the enclosing exception's frames end with; links
``\\t... 3 common frames omitted``           the same (logback)
``\\t... 5 frames excluded``                 more frames (logstash-logback-encoder)
``\\tSuppressed: java.io.IOException: m``    its message and frames, further in, with causes of its own
``Caused by: java.io.IOException: m``       its message and frames
``Wrapped by: java.lang.X: m``              the same of what it caused, where the root is printed first
``Caused by: [CIRCULAR REFERENCE: …]``      nothing: it stands further up
any other line, frames behind it            what stands before it is of the message
==========================================  ==============================================================

Nothing marks where a message ends but the frames, and it may hold what looks like frames: the last run of
frames that has no other line between is taken. Read in loops: input may nest without end.
"""

from __future__ import annotations

from collections.abc import Callable

from ..._number import to_number
from ...model import Error, Frame, RelatedStack
from .._embedding import Host
from .._lines import Lines
from .chain import CUT_MESSAGE, Chain, Printed
from .frames import make_frame, match_frame, read_frame
from .headers import match_header
from .links import (
    CIRCULAR,
    MORE,
    OMITTED,
    Link,
    follows_message,
    is_class_header,
    match_link,
    names_error,
    starts_error,
)
from .parts import Message, Stack
from .reactor import take_assembly

RUNTIME = "java"
RELATED_KEPT = 100
"""Suppressed exceptions, and causes of them, kept of one exception."""
NOTES_KEPT = 10
LOOK_AHEAD = 200
"""Lines without any sign of being the message's that are looked at in search of the frames."""
_GAP = 20
"""Lines after a run of frames that are looked at in search of another one."""

HOLDS_FRAMES = "The message holds what looks like frames; they were taken for text."
LEFT_OUT = "Some of the suppressed exceptions were left out."


class Throwables:
    """Reads one exception from ``lines``, with all that is printed as part of it.

    ``ends`` tells of a line that it cannot belong to a message. ``host`` is who printed the text in which
    the exception stands, where that was another runtime; then functions keep their modules, as printed.
    """

    def __init__(self, lines: Lines, ends: Callable[[str], bool], host: Host | None = None) -> None:
        self.uncertain: list[str] = []
        self._lines = lines
        self._ends = ends
        self._host = host
        self._chain = Chain()
        self._open: list[tuple[int, list[Frame]]] = []
        """Suppressed exceptions whose parts may still come: how far they stand in, and their last frames."""

    def read(self, text: str, first_frame: int | None = None) -> Error:
        """The exception whose header is ``text``, the end of the current line; passes over it.

        ``first_frame`` is the place of its first frame, where that is known: all before it is the message.
        """
        self._chain.begin(self._one(text, [], first_frame))
        return self._read_rest()

    def read_frames(self) -> Error:
        """What is printed of an exception after its message."""
        self._chain.begin(Printed(Error(), Message(None)))
        self._read_frames(self._chain.first, [])
        return self._read_rest()

    def _read_rest(self) -> Error:
        while self._read_link() or self._take_for_text():
            pass
        error = self._chain.join()
        for sentence in self._chain.uncertain:
            self._note(sentence)
        return error

    def _note(self, sentence: str) -> None:
        if sentence not in self.uncertain:
            self.uncertain.append(sentence)

    def _read_link(self) -> bool:
        """Read what the current line joins to the exception; False where it ends before that line."""
        lines = self._lines
        here = lines.mark()
        self._skip_blank()
        line = lines.line or ""
        if found := CIRCULAR.match(line):
            self._add_note(found["text"])
            lines.advance()
            return True
        link = match_link(line)
        text = link.text if link is not None else ""
        if link is not None and not text:
            lines.advance()
            text = (lines.line or "").strip()
        if link is None or not (match_header(text) or self._precedes_frames()):
            lines.reset(here)
            return False
        if link.name == "Suppressed" or any(indent == link.indent for indent, _ in self._open):
            self._read_related(link, text)
        else:
            self._read_chained(link, text)
        return True

    def _add_note(self, text: str) -> None:
        notes = self._chain.last.error.notes
        if len(notes) < NOTES_KEPT:
            notes.append(text)

    def _skip_blank(self) -> None:
        lines = self._lines
        for _ in range(2):
            if lines.line is None or lines.line.strip():
                return
            lines.advance()

    def _precedes_frames(self) -> bool:
        lines = self._lines
        here = lines.mark()
        lines.advance()
        found = follows_message(lines.line or "")
        lines.reset(here)
        return found

    def _take_for_text(self) -> bool:
        """Take all that was read for the message of the first one, where its own frames follow only now.

        The chain that the message holds was complete: it ended with what the enclosing one has.
        """
        first, last = self._chain.first, self._chain.last
        if not (last.omitted and last is not first) or not self._to_next_frames(over_blank=False):
            return False
        first.message.add(self._between(first.frames_at, self._lines.mark()))
        first.error.related, first.error.notes = [], []
        self._note(HOLDS_FRAMES)
        self._chain.begin(first)
        self._open.clear()
        self._read_frames(first, [])
        return True

    def _read_chained(self, link: Link, text: str) -> None:
        self._open.clear()
        self._chain.root_first = self._chain.root_first or link.name == "Wrapped by"
        printed = self._one(text, [] if self._chain.root_first else self._chain.last.error.frames)
        self._chain.add(printed)

    def _read_related(self, link: Link, text: str) -> None:
        """Read a suppressed exception, or a cause of one: further stacks of the one that it belongs to."""
        owner = self._chain.last.error
        nested = link.name == "Suppressed"
        while self._open and self._open[-1][0] >= link.indent + (not nested):
            self._open.pop()
        printed = self._one(text, self._open[-1][1] if self._open else owner.frames)
        if self._open and not nested:
            self._open.pop()
        if printed.finish():
            self._note(CUT_MESSAGE)
        error = printed.error
        self._open.append((link.indent, error.frames))
        if note := take_assembly(owner, error):
            self._add_note(note)
        title = ": ".join(part for part in (link.name, error.type, error.message) if part)
        if len(owner.related) < RELATED_KEPT:
            owner.related.append(RelatedStack(title, error.frames))
        else:
            self._note(LEFT_OUT)

    def _one(self, text: str, enclosing: list[Frame], first_frame: int | None = None) -> Printed:
        """One exception; ``enclosing`` are the frames of the one that it is printed within."""
        header = match_header(text)
        error = Error(type=header.type if header else None, runtime=RUNTIME if self._host else None)
        printed = Printed(error, Message(header.message if header else text))
        if first_frame is None:
            self._read_message(printed)
        else:
            self._lines.advance()
            if not _is_link(self._lines.line or "", alone=True):
                printed.message.add(self._between(self._lines.mark(), first_frame))
        self._read_frames(printed, enclosing)
        return printed

    def _read_message(self, printed: Printed) -> None:
        """The rest of a message whose first line is the current one: up to the frames, or to an error of the
        host's that it holds. Where neither comes, the message is of one line."""
        lines = self._lines
        if self._read_hosted(printed, printed.message.first):
            return
        lines.advance()
        after_first = lines.mark()
        following: list[str] = []
        for _ in range(LOOK_AHEAD):
            line = lines.line
            if line is None or self._ends(line):
                break
            if follows_message(line) or _is_link(line, alone=not following):
                printed.message.add(following)
                return
            if self._host is not None and self._host.find(line) >= 0:
                printed.message.add([*following, line])
                self._read_hosted(printed, line)
                return
            following.append(line)
            lines.advance()
        lines.reset(after_first)

    def _read_hosted(self, printed: Printed, line: str) -> bool:
        """Read the host's error on ``line``, the current one, as the cause; False where it holds none."""
        at = self._host.find(line) if self._host is not None else -1
        if self._host is None or at < 0:
            return False
        printed.message.end(at)
        error = printed.error
        error.cause = self._host.read()
        error.cause_kind = "cause" if error.cause is not None else None
        return True

    def _read_frames(self, printed: Printed, enclosing: list[Frame]) -> None:
        lines = self._lines
        stack = Stack()
        printed.frames_at, printed.omitted, printed.filled = lines.mark(), 0, False
        while (line := lines.line) is not None:
            if self._host is None and (frame := read_frame(line)):
                stack.add(frame)
            elif self._host is not None and (found := match_frame(line)):
                stack.add(make_frame(*found))
            elif more := MORE.match(line):
                printed.omitted = to_number(more["count"])
                printed.filled = bool(enclosing)
                for each in enclosing[-printed.omitted :] if printed.omitted else []:
                    stack.add(each)
            elif not OMITTED.match(line):
                if printed.omitted or not self._to_next_frames(over_blank=not stack.count):
                    break
                if stack.count:
                    printed.message.add(self._between(printed.frames_at, lines.mark()))
                    self._note(HOLDS_FRAMES)
                stack, printed.frames_at = Stack(), lines.mark()
                continue
            lines.advance()
        if stack.dropped:
            self._note(f"{stack.dropped:,} frames in the middle of a stack were left out.")
        printed.error.frames = stack.frames

    def _to_next_frames(self, *, over_blank: bool) -> bool:
        """Go on to frames behind lines of another kind, or behind blank lines only; else stay."""
        lines = self._lines
        here = lines.mark()
        before = ""
        for _ in range(_GAP):
            line = lines.line
            if line is not None and follows_message(line):
                if is_class_header(before):
                    break
                return True
            if line is None or (over_blank and line.strip()) or self._ends(line) or starts_error(line):
                break
            before = line
            lines.advance()
        lines.reset(here)
        return False

    def _between(self, start: int, end: int) -> list[str]:
        """The lines between two places; goes to the second."""
        lines = self._lines
        lines.reset(start)
        found: list[str] = []
        while lines.mark() < end:
            found.append(lines.line or "")
            lines.advance()
        return found


def _is_link(line: str, *, alone: bool) -> bool:
    """Whether ``line`` joins another exception to one that has no frames, and is no line of its message.

    ``alone`` says that its message is of one line so far.
    """
    link = match_link(line)
    if link is None:
        return False
    return CIRCULAR.match(line) is not None or (
        (alone or link.name == "Suppressed") and names_error(link.text)
    )
