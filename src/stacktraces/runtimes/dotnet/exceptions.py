"""Exceptions as their ``ToString`` gives them: types from the outermost in, stacks from the innermost out."""

from __future__ import annotations

from itertools import pairwise

from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error
from .. import starts_trace
from .syntax import INNER, MEMBER, MEMBER_END, UNHANDLED, match_frame, match_header, match_marker

FRAMES_KEPT = 1000
_LINKS_KEPT = 100
_FAILED_TO_LOAD = "System.Reflection.ReflectionTypeLoadException"
_MESSAGE_LINES = 200
_LONGEST_MESSAGE = 1 << 16


class Exceptions:
    """Reads exceptions from a cursor."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.left_out = 0
        """Frames that were not kept."""
        self._frame_indent = 0

    def read(self, at: int, *, certain: bool) -> Error | None:
        """The exception whose header stands ``at`` in the cursor's line, with all that belongs to it.

        ``certain`` where the line says that it is one: it may then have no frames. Leaves the
        cursor behind it.
        """
        error, closed = self._read_chain(at, certain=certain)
        if error is None:
            return None
        open_errors = [error]
        while True:
            if closed:
                open_errors = open_errors[: -1 if len(open_errors) > 1 else None]
            member = self._next_member()
            if member is None:
                if error.type == _FAILED_TO_LOAD and error.frames:
                    self._read_loader_exceptions(error)
                return error
            number, at = member
            if at < 0:
                closed = True
                self.cursor.advance()
                continue
            inner, closed = self._read_chain(at, certain=True)
            if inner is None:
                return error
            owner = open_errors[-1]
            # .NET Framework and Mono print the first member twice: it is the cause as well.
            if not (number == "0" and owner.cause is not None) and len(owner.children) < _LINKS_KEPT:
                owner.children.append(inner)
            if len(open_errors) <= _LINKS_KEPT:
                open_errors.append(inner)

    def _read_loader_exceptions(self, error: Error) -> None:
        """Take the exceptions that say why types could not be loaded, printed below the stack."""
        texts: list[str] = []
        for _ in range(_MESSAGE_LINES):
            line = self.cursor.line
            if line is None or not line.strip() or starts_record(line) or match_frame(line) is not None:
                break
            header = match_header(line.strip())
            if header is not None and header.type.endswith(("Exception", "Error")):
                if len(error.children) >= _LINKS_KEPT:
                    break
                error.children.append(Error(type=header.type, message=header.message))
                texts = [header.message or ""]
            elif not error.children or starts_trace(line, self.cursor.peek() or "", but="dotnet"):
                break
            else:
                texts.append(line.strip())
                error.children[-1].message = "\n".join(texts)[:_LONGEST_MESSAGE]
            self.cursor.advance()

    def _next_member(self) -> tuple[str, int] | None:
        """The number of the member that follows and where its header stands; (``""``, -1) for an end mark."""
        here = self.cursor.offset
        for _ in range(3):
            line = self.cursor.line
            if line is not None and (found := MEMBER.match(line)):
                return found["number"], found.end()
            if line is not None and line.strip() == MEMBER_END:
                return "", -1
            if line is None or line.strip():
                break
            self.cursor.advance()
        self.cursor.seek(here)
        return None

    def _read_chain(self, at: int, *, certain: bool) -> tuple[Error | None, bool]:
        """An exception with its causes, and whether the end mark of a member stood behind it."""
        text, closed, framed = self._header_text(at)
        if not framed and not certain:
            return None, False
        chain = _chain(text)
        if not chain:
            return None, False
        for outer, inner in pairwise(chain):
            outer.cause, outer.cause_kind = inner, "cause"
        if not closed:
            closed = self._read_stacks(chain)
        return chain[0], closed

    def _header_text(self, at: int) -> tuple[str, bool, bool]:
        """What stands before the first frame, whether an end mark closed it, and whether a frame follows.

        Without a frame it is the first line alone, and the lines of inner exceptions.
        """
        cursor = self.cursor
        line = cursor.line or ""
        margin = len(line) - len(line.lstrip())
        texts = [line[at:]]
        size = len(texts[0])
        cursor.advance()
        first = cursor.offset
        if texts[0].rstrip().endswith(MEMBER_END):
            return texts[0].rstrip().removesuffix(MEMBER_END), True, True
        for _ in range(_MESSAGE_LINES):
            following = cursor.line
            if following is None or starts_record(following):
                break
            if match_frame(following) is not None or match_marker(following) is not None:
                return "\n".join(texts), False, True
            if UNHANDLED.match(following) or starts_trace(following, cursor.peek() or "", but="dotnet"):
                break
            cursor.advance()
            text = following[margin:] if not following[:margin].strip() else following
            closed = text.rstrip().endswith(MEMBER_END)
            size += len(text)
            if size <= _LONGEST_MESSAGE:
                texts.append(text.rstrip().removesuffix(MEMBER_END) if closed else text)
            if closed:
                return "\n".join(texts), True, True
        cursor.seek(first)
        texts = texts[:1]
        while (inner := cursor.line) is not None and INNER.match(inner) and not MEMBER.match(inner):
            texts.append(inner[margin:])
            cursor.advance()
        return "\n".join(texts), False, False

    def _read_stacks(self, chain: list[Error]) -> bool:
        """The stacks of a chain; gives whether an end mark of a member stood behind the last frame."""
        depth = len(chain) - 1
        while (line := self.cursor.line) is not None:
            if marker := match_marker(line):
                ends, indent = marker
                if ends and indent >= self._frame_indent:
                    if depth == 0:
                        return False
                    depth -= 1
                self.cursor.advance()
                if not ends:
                    self._pass_blank_line()
                continue
            if not self.take_frame(chain[depth]):
                return False
            self.cursor.advance()
            if line.rstrip().endswith(MEMBER_END):
                return True
        return False

    def _pass_blank_line(self) -> None:
        """Mono prints one where the stack goes on."""
        if self.cursor.line == "" and match_frame(self.cursor.peek() or ""):
            self.cursor.advance()

    def take_frame(self, error: Error) -> bool:
        """Add the frame on the cursor's line to ``error``; False where the line is none."""
        line = self.cursor.line
        frame = match_frame(line) if line is not None else None
        if frame is None or line is None:
            return False
        self._frame_indent = len(line) - len(line.lstrip())
        if len(error.frames) < FRAMES_KEPT:
            frame.id = len(error.frames) + 1
            error.frames.append(frame)
        else:
            self.left_out += 1
        return True

    def message_before_frames(self, first: str | None) -> str | None:
        """``first`` with the lines up to the first frame; alone where no frame follows."""
        here = self.cursor.offset
        texts = [first] if first else []
        for _ in range(_MESSAGE_LINES):
            line = self.cursor.line
            if line is None or starts_record(line):
                break
            if match_frame(line) is not None:
                return "\n".join(texts)[:_LONGEST_MESSAGE] or None
            texts.append(line)
            self.cursor.advance()
        self.cursor.seek(here)
        return first


def _chain(text: str) -> list[Error]:
    """The errors that ``text`` names, the outermost first."""
    starts = [0]
    ends: list[int] = []
    for found in INNER.finditer(text):
        if len(starts) > _LINKS_KEPT:
            break
        ends.append(found.start())
        starts.append(found.end())
    ends.append(len(text))
    chain: list[Error] = []
    for start, end in zip(starts, ends, strict=True):
        header = match_header(text[start:end], certain=True)
        if header is None:
            break
        message = header.message.rstrip() if header.message is not None else None
        chain.append(Error(type=header.type, message=message))
    return chain
