"""Exceptions as Elixir formats them, in scripts, in the log and in what a caller is told.

=====================================================================  ===================================
line                                                                   what it is
=====================================================================  ===================================
``** (KeyError) key "plum" not found in: %{}``                         the header
``    (stdlib 4.2) gen_server.erl:1149: :gen_server.handle_msg/6``     a frame, with its application
``    shop.exs:5: Shop.Store.price/2``                                 a frame of a script
``    Shop.Nope.run(1, 2)``                                            a frame with arguments, without a file
``    ** (EXIT) an exception was raised:``                             why the process that was called ended
``Last message (from #PID<0.96.0>): :stop``                            what a server's report says further
=====================================================================  ===================================
"""

from __future__ import annotations

import re
from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, RelatedStack
from .. import starts_trace
from .._remembered import remembered_frame
from .terms import FRAMES_KEPT, split_terms

HEADER = regex(
    r"\*\* \((?P<type>EXIT|EXIT from [^()]{1,100}+|[A-Z][\w.]{0,300}+|throw|exit|stop)\) ?(?P<message>.*)\Z"
)
_NAME = (
    r"(?:anonymous fn/\d++ in \S.{0,500}|\((?:file|module|test)\)"
    r'|(?::?"[^"]{1,300}+"|:?[^\W\d][\w@]*+(?:\.[^\W\d][\w@]*+)*+[?!]?)'
    r'(?:\.(?:"[^"]{1,300}+"|[^\s\w"(.]{1,10}?))?(?:/\d{1,3}+|\(.*\)))'
)
_FRAME = regex(
    r"(?:\((?P<application>[a-z]\w*+)(?: [^()\s]++)?\) )?"
    r"(?:(?P<file>[^\s:(][^:\n]{0,500}+):(?P<line>\d{1,9}+): )?"
    rf"(?P<name>{_NAME})\s*\Z"
)
_SECTIONS = regex(
    r"Last message|State: |State \(|Client #PID<|Client .{1,200} is (?:alive|dead|remote)|Function: "
    r"|    Args: |Queue"
    r"|Initial Call: |Ancestors: |Message Queue Length: |Messages: |Links: |Dictionary: |Trapping Exits: "
    r"|Status: |Heap Size: |Stack Size: |Reductions: |Start Call: |Postponed: "
)
_CLIENT = regex(r"Client .{1,200} is (?:alive|dead|remote)")
_RAISED = regex(r"an exception was raised:\s*\Z")
_MESSAGE_LINES = 100
_SECTION_LINES = 100
_LONGEST_MESSAGE = 1 << 16
_DEEPEST = 20


@remembered_frame
def match_frame(text: str) -> Frame | None:
    """The frame that ``text`` is, without its indentation: arguments are counted."""
    found = _FRAME.match(text)
    if found is None:
        return None
    name, args = found["name"], None
    if found["file"] is None and name.startswith("("):
        return None
    if name.endswith(")") and not name.startswith(("(", "anonymous fn/")):
        opening = name.index("(", name.rindex('"', 0, name.index("(")) if '"' in name[:2] else 1)
        args = name[opening + 1 : -1]
        name = f"{name[:opening]}/{len(split_terms(args)[0])}"
    return Frame(
        function=intern(name),
        module=found["application"],
        file=intern(found["file"]) if found["file"] else None,
        line=to_number(found["line"]) if found["line"] else None,
        args=args,
    )


class ElixirError:
    """Reads an exception from the line of its header, which stands ``margin`` characters into it."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.left_out = 0

    def read(self, found: re.Match[str], margin: int, depth: int = 0) -> Error:
        """The error whose header was found on the cursor's line; leaves the cursor behind its frames."""
        error = Error(type=intern(found["type"]), message=found["message"] or None)
        self.cursor.advance()
        indent = " " * (margin + 4)
        self._take_message(error, indent)
        self._take_exit(error, indent, depth)
        while (line := self.cursor.line) is not None and line.startswith(indent):
            frame = match_frame(line[len(indent) :])
            if frame is None:
                break
            if len(error.frames) < FRAMES_KEPT:
                frame.id = len(error.frames) + 1
                error.frames.append(frame)
            else:
                self.left_out += 1
            self.cursor.advance()
        return error

    def _take_message(self, error: Error, indent: str) -> None:
        """Add the lines before the first frame to the message; none where no frame follows."""
        cursor = self.cursor
        here = cursor.offset
        texts = [error.message or ""]
        for _ in range(_MESSAGE_LINES):
            line = cursor.line
            if line is None or starts_record(line) or _SECTIONS.match(line):
                break
            text = line[len(indent) :]
            if line.startswith(indent) and (match_frame(text) is not None or text.startswith("** (EXIT) ")):
                error.message = "\n".join(texts).rstrip()[:_LONGEST_MESSAGE] or None
                return
            if HEADER.match(line) or starts_trace(line, cursor.peek() or "", but="erlang"):
                break
            texts.append(line[len(indent) - 4 :] if not line[: len(indent) - 4].strip() else line)
            cursor.advance()
        cursor.seek(here)

    def _take_exit(self, error: Error, indent: str, depth: int) -> None:
        """The reason why another process ended, as the cause."""
        line = self.cursor.line or ""
        found = HEADER.match(line[len(indent) :]) if line.startswith(indent) else None
        if found is None or found["type"] != "EXIT":
            return
        error.cause_kind = "cause"
        inner = " " * (len(indent) + 4)
        following = self.cursor.peek() or ""
        raised = HEADER.match(following[len(inner) :]) if following.startswith(inner) else None
        if raised is not None and depth < _DEEPEST:
            self.cursor.advance()
            error.cause = self.read(raised, len(inner), depth + 1)
            return
        error.cause = Error(type="EXIT", message=found["message"] or None)
        self.cursor.advance()

    def pass_sections(self, error: Error) -> None:
        """Pass what a server's or a task's report says behind the error; the client's stack is kept."""
        cursor = self.cursor
        client = None
        for _ in range(_SECTION_LINES):
            line = cursor.line
            if line is None or starts_record(line) or HEADER.match(line):
                return
            if _CLIENT.match(line):
                client = line.strip()
            elif not line.strip():
                break
            elif not _SECTIONS.match(line) and not line.startswith((" ", "\t", "}", "]", ")")):
                return
            cursor.advance()
        if client is not None:
            self._take_client(error, client)

    def _take_client(self, error: Error, title: str) -> None:
        cursor = self.cursor
        if match_frame((cursor.peek() or "").strip()) is None:
            return
        cursor.advance()
        related = RelatedStack(title=title)
        while (line := cursor.line) is not None and line.startswith("    "):
            frame = match_frame(line[4:])
            if frame is None or len(related.frames) >= FRAMES_KEPT:
                break
            frame.id = len(related.frames) + 1
            related.frames.append(frame)
            cursor.advance()
        error.related.append(related)


def is_raised(message: str | None) -> bool:
    """Whether ``message`` says that the exception follows."""
    return message is not None and _RAISED.search(message) is not None
