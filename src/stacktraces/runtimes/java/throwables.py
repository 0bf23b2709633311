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
``Driver stacktrace:``                      the frames; what stands before is of the message (Spark)
==========================================  ==============================================================

Nothing marks where a message ends but the frames, and it may hold what looks like frames: the last run of
frames that has no other line between is taken. Read in loops: input may nest without end.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import pairwise

import msgspec

from ..._number import to_number
from ..._regex import regex
from ...model import Error, Frame, RelatedStack
from .._embedding import Host
from .._lines import Lines
from .frames import FRAMES_KEPT, make_frame, match_frame, without_loader
from .headers import Likeness, match_header

RUNTIME = "java"
CAUSES_KEPT = 100
"""Causes kept of one exception: the first ones and the root."""
RELATED_KEPT = 100
"""Suppressed exceptions, and causes of them, kept of one exception."""
MESSAGE_KEPT = 1 << 16
"""Characters kept of one message."""
LOOK_AHEAD = 200
"""Lines without any sign of being the message's that are looked at in search of the frames."""
_GAP = 20
"""Lines after a run of frames that are looked at in search of another one."""

HOLDS_FRAMES = "The message holds what looks like frames; they were taken for text."
CUT_MESSAGE = "The message was cut: it is longer than 65,536 characters."

_MORE = regex(r"\s*+\.\.\. (?P<count>\d{1,9}) (?:more|common frames omitted)\b")
_OMITTED = regex(r"\s*+\.\.\. \d{1,9} (?:frames? )?(?:frames?|truncated|excluded|omitted|skipped|more)\b")
_LINK = regex(r"(?P<indent>\s*+)(?P<link>Caused by|Suppressed|Wrapped by):(?: (?P<text>.*))?$")
_CIRCULAR = regex(r"\s*+(?:Caused by: )?(?P<text>\[CIRCULAR REFERENCE: ?.*\])\s*$")
_ASSEMBLY = "OnAssemblyException"
"""Project Reactor's: its message says where an error was observed, and its frames are the error's own."""
_STACK_FOLLOWS = regex(r"(?:Original )?Stack [Tt]race:\s*$")


class _Stack:
    """Frames, innermost first: the first and the last ones where there are too many."""

    def __init__(self) -> None:
        self.count = 0
        self._inner: list[Frame] = []
        self._outer: deque[Frame] = deque(maxlen=FRAMES_KEPT // 2)

    def add(self, frame: Frame) -> None:
        self.count += 1
        if len(self._inner) < FRAMES_KEPT // 2:
            self._inner.append(frame)
        else:
            self._outer.append(frame)

    @property
    def frames(self) -> list[Frame]:
        return [*self._inner, *self._outer]

    @property
    def dropped(self) -> int:
        return self.count - len(self._inner) - len(self._outer)


class Link(msgspec.Struct, frozen=True):
    """A line that joins an exception to another one."""

    name: str
    indent: int
    text: str
    """The header; "" where it stands on the next line (Gradle)."""


def match_link(line: str) -> Link | None:
    """The link that ``line`` is; ``None`` for any other."""
    found = _LINK.match(line) if ":" in line[:200] else None
    if found is None:
        return None
    return Link(found["link"], len(found["indent"]), found["text"] or "")


def names_error(text: str) -> bool:
    """Whether ``text``, what follows ``Caused by:``, is sure to be an exception's header."""
    header = match_header(text)
    return header is not None and header.likeness >= Likeness.CLASS


def follows_message(line: str) -> bool:
    """Whether ``line`` is a frame, or says how many were left out."""
    return match_frame(line) is not None or _OMITTED.match(line) is not None


class _Message:
    """The lines of a message, as many as are kept."""

    def __init__(self, first: str | None) -> None:
        self.cut = False
        self._lines: list[str] = []
        self._size = 0
        self._ended = False
        if first is not None:
            self.add([first])

    @property
    def first(self) -> str:
        """Its first line."""
        return self._lines[0] if self._lines else ""

    def add(self, lines: list[str]) -> None:
        """Add lines, unless the message has ended."""
        for line in lines:
            if self.cut or self._ended:
                return
            room = MESSAGE_KEPT - self._size
            self.cut = len(line) > room
            self._lines.append(line[:room])
            self._size += len(line) + 1

    def end(self, kept: int) -> None:
        """End it after ``kept`` characters of its last line."""
        self._lines[-1:] = [line[:kept] for line in self._lines[-1:]]
        self._ended = True

    def text(self) -> str | None:
        """The message; ``None`` where nothing was printed."""
        text = "\n".join(self._lines)
        if self._ended:
            return text.strip() or None
        return text.rstrip("\n") if self._lines else None


class _Printed(msgspec.Struct):
    """An exception as it was printed."""

    error: Error
    omitted: int = 0
    """Its outermost frames that were left out, since the one that is printed after it has them."""


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
        self._chain: list[_Printed] = []
        """In the order printed."""
        self._links = 0
        self._root_first = False
        self._open: list[tuple[int, list[Frame]]] = []
        """Suppressed exceptions whose parts may still come: how far they stand in, and their last frames."""

    def read(self, text: str, first_frame: int | None = None) -> Error:
        """The exception whose header is ``text``, the end of the current line; passes over it.

        ``first_frame`` is the place of its first frame, where that is known: all before it is the message.
        """
        self._chain = [self._one(text, [], first_frame)]
        while self._read_link():
            pass
        if self._links > CAUSES_KEPT:
            self._note(f"{self._links - CAUSES_KEPT:,} errors in the middle of the chain were left out.")
        return self._join()

    def read_frames(self) -> Error:
        """What is printed of an exception after its message."""
        self._chain = [self._read_frames(Error(), _Message(None), [])]
        while self._read_link():
            pass
        return self._join()

    def _note(self, sentence: str) -> None:
        if sentence not in self.uncertain:
            self.uncertain.append(sentence)

    def _join(self) -> Error:
        errors = [each.error for each in self._chain]
        if not self._root_first:
            errors.reverse()
        for cause, error in pairwise(errors):
            # What the message held of another runtime's is printed once more as the root of the chain.
            error.cause, error.cause_kind = cause, "cause"
        for inner, outer in pairwise(reversed(self._chain)):
            if outer.omitted:
                outer.error.frames += inner.error.frames[-outer.omitted :]
        return errors[-1]

    def _read_link(self) -> bool:
        """Read what the current line joins to the exception; False where it ends before that line."""
        lines = self._lines
        here = lines.mark()
        self._skip_blank()
        line = lines.line or ""
        if found := _CIRCULAR.match(line):
            self._chain[-1].error.notes.append(found["text"])
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

    def _read_chained(self, link: Link, text: str) -> None:
        self._open.clear()
        self._root_first = self._root_first or link.name == "Wrapped by"
        printed = self._one(text, [] if self._root_first else self._chain[-1].error.frames)
        self._links += 1
        if self._links > CAUSES_KEPT:
            self._chain.pop()
        self._chain.append(printed)

    def _read_related(self, link: Link, text: str) -> None:
        owner = self._chain[-1].error
        nested = link.name == "Suppressed"
        while self._open and self._open[-1][0] >= link.indent + (not nested):
            self._open.pop()
        error = self._one(text, self._open[-1][1] if self._open else owner.frames).error
        if self._open and not nested:
            self._open.pop()
        self._open.append((link.indent, error.frames))
        title = f"{link.name}: {error.type or ''}"
        message = error.message
        if title.endswith(_ASSEMBLY) and message is not None:
            owner.notes.append(_STACK_FOLLOWS.sub("", message).strip())
            owner.frames = owner.frames or error.frames
            message = None
        if message is not None:
            title += f": {message}" if error.type else message
        if len(owner.related) < RELATED_KEPT:
            owner.related.append(RelatedStack(title, error.frames))
        else:
            self._note("Some of the suppressed exceptions were left out.")

    def _one(self, text: str, enclosing: list[Frame], first_frame: int | None = None) -> _Printed:
        """One exception; ``enclosing`` are the frames of the one that it is printed within."""
        header = match_header(text)
        error = Error(type=header.type if header else None, runtime=RUNTIME if self._host else None)
        message = _Message(header.message if header else text)
        if first_frame is None:
            self._read_message(error, message)
        else:
            self._lines.advance()
            message.add(self._between(self._lines.mark(), first_frame))
        printed = self._read_frames(error, message, enclosing)
        error.message = message.text()
        if message.cut:
            self._note(CUT_MESSAGE)
        return printed

    def _read_message(self, error: Error, message: _Message) -> None:
        """The rest of a message whose first line is the current one: up to the frames, or to an error of the
        host's that it holds, the cause of ``error``. Where neither comes, the message is of one line."""
        lines = self._lines
        if self._read_hosted(error, message, message.first):
            return
        lines.advance()
        after_first = lines.mark()
        following: list[str] = []
        for _ in range(LOOK_AHEAD):
            line = lines.line
            if line is None or self._ends(line):
                break
            if follows_message(line) or self._is_link(line, alone=not following):
                message.add(following)
                return
            if self._host is not None and self._host.find(line) >= 0:
                message.add([*following, line])
                self._read_hosted(error, message, line)
                return
            following.append(line)
            lines.advance()
        lines.reset(after_first)

    def _read_hosted(self, error: Error, message: _Message, line: str) -> bool:
        """Read what ``line``, the current one, holds of the host's; False where it holds none."""
        at = self._host.find(line) if self._host is not None else -1
        if self._host is None or at < 0:
            return False
        message.end(at)
        error.cause = self._host.read()
        error.cause_kind = "cause" if error.cause is not None else None
        return True

    def _is_link(self, line: str, *, alone: bool) -> bool:
        """Whether ``line`` joins another exception to one that has no frames, and is no line of its message.

        ``alone`` says that its message is of one line so far.
        """
        link = match_link(line)
        if link is None:
            return False
        return _CIRCULAR.match(line) is not None or (
            (alone or link.name == "Suppressed") and names_error(link.text)
        )

    def _read_frames(self, error: Error, message: _Message, enclosing: list[Frame]) -> _Printed:
        lines = self._lines
        stack, start, omitted = _Stack(), lines.mark(), 0
        while (line := lines.line) is not None:
            if found := match_frame(line):
                function = found[0] if self._host is not None else without_loader(found[0])
                stack.add(make_frame(function, found[1]))
            elif more := _MORE.match(line):
                omitted = to_number(more["count"])
                for each in enclosing[-omitted:] if omitted else []:
                    stack.add(each)
            elif not _OMITTED.match(line):
                if not self._to_next_frames(over_blank=not stack.count):
                    break
                if stack.count:
                    message.add(self._between(start, lines.mark()))
                    self._note(HOLDS_FRAMES)
                stack, start = _Stack(), lines.mark()
                continue
            lines.advance()
        if stack.dropped:
            self._note(f"{stack.dropped:,} frames in the middle of a stack were left out.")
        error.frames = stack.frames
        return _Printed(error, 0 if enclosing else omitted)

    def _to_next_frames(self, *, over_blank: bool) -> bool:
        """Go on to frames behind lines of another kind, or behind blank lines only; else stay."""
        lines = self._lines
        here = lines.mark()
        for _ in range(_GAP):
            line = lines.line
            if line is not None and follows_message(line):
                return True
            if line is None or (over_blank and line.strip()) or self._ends(line) or _is_next(line):
                break
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


def _is_next(line: str) -> bool:
    """Whether ``line`` starts another exception, or joins it to the one before."""
    link = match_link(line)
    if link is not None:
        return not link.text or match_header(link.text) is not None
    header = match_header(line.strip())
    return header is not None and header.likeness >= Likeness.NAMED
