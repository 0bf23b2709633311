"""A line with a frame, as V8 prints it; Node, Deno, Bun, Chrome, Hermes, QuickJS and old IE print it alike.

============================================================  ===============================================
line                                                          what it is
============================================================  ===============================================
``    at Store.price (/srv/app.js:5:45)``                     a call
``    at async Object.run (file:///srv/app.mjs:3:1)``         a call that was resumed
``    at /srv/app.js:3:1``                                    code without a name
``    at q (eval at f (/srv/app.js:8:3), <anonymous>:1:21)``  code made of a text
``    at JSON.parse (<anonymous>)``, ``(native)``             a function of the engine
``    at async Promise.all (index 0)``                        the engine's too
``    at wasm://wasm/3f2a:wasm-function[5]:0x1f``             WebAssembly
``    at render (address at index.android.bundle:1:2)``       Hermes
``    at f (x.js:3)``                                         QuickJS and PhantomJS: no column
============================================================  ===============================================

Java's and .NET's frames begin with ``at`` too. They have no line and column at the end, and no script's file.
"""

from __future__ import annotations

import re
from sys import intern

import msgspec

from ..._number import to_number
from ..._regex import regex
from ...model import Frame
from .headers import find_header

_LONGEST = 8192
"""Characters of a line that may be a frame."""

_FRAME = regex(r"(?P<margin>[ \t]+)at (?P<text>\S.*)$")
_SCRIPT = regex(r"\.(?:[cm]?[jt]sx?|vue|svelte|(?:js)?bundle|hbc)(?:\?\S*)?$")
_OTHER_SOURCE = regex(r"\.(?:rs|go|py|rb|java|kt|swift|zig|cs|c|cc|cpp|cxx|h|hpp|asm)$", re.IGNORECASE)
"""Rust and others print ``at FILE:LINE:COLUMN`` below a frame's name."""
_WASM = regex(r"(?P<file>.+):(?P<function>wasm-function\[\d+\]):0x(?P<address>[0-9a-fA-F]+)$")
_WITHOUT_FILE = regex(r"native|<anonymous>|<unknown>|unknown(?: location| source)?|index \d+$")
_LAST = regex(
    r"(?P<frame>[ \t]+at \S.*?(?::\d+:\d+\)?|\((?:native|<anonymous>|index \d+)\)))"
    r"(?P<rest>(?: [^{,\s]|\",? ).*)$"
)
_NAME_ALONE = regex(r"(?P<margin>[ \t]+)at (?P<name>(?:async |new )?[\w$.<>#\[\]]+)$")


class FrameLine(msgspec.Struct, frozen=True):
    """A line that holds a frame."""

    indent: int
    frame: Frame
    opens: bool
    """The error's properties follow, in braces."""
    separated: bool
    """A comma follows: then another value of what holds the error."""


def match_frame(line: str) -> FrameLine | None:
    """The frame that ``line`` holds, ``None`` where it holds none of JavaScript's."""
    match = _FRAME.match(line)
    if match is None or len(line) > _LONGEST:
        return None
    text = match["text"].rstrip()
    opens = text.endswith(" {")
    separated = text.endswith(",")
    text = text[:-2].rstrip() if opens else text[:-1] if separated else text
    frame = _frame(text)
    if frame is None:
        return None
    return FrameLine(len(match["margin"].expandtabs()), frame, opens, separated)


def match_last_frame(line: str) -> FrameLine | None:
    """The frame of a line in which other values follow that were logged with the error, but not an error."""
    match = _LAST.match(line) if len(line) <= _LONGEST else None
    if match is None or find_header(match["rest"]) is not None:
        return None
    return match_frame(match["frame"])


def match_name_alone(line: str) -> FrameLine | None:
    """A frame without a place: it looks like a word of a message, and counts only among other frames."""
    match = _NAME_ALONE.match(line)
    if match is None or len(line) > _LONGEST:
        return None
    name = match["name"]
    return FrameLine(len(match["margin"].expandtabs()), Frame(function=intern(name)), False, False)


def set_place(frame: Frame, place: str) -> bool:
    """Give ``frame`` the file, line and column that ``place`` says; False, and no change, without one."""
    if match := _WASM.match(place):
        frame.file = intern(match["file"])
        frame.function = frame.function or match["function"]
        frame.address = to_number(match["address"], 16)
        return True
    if _WITHOUT_FILE.match(place):
        return frame.function is not None
    place = place.removeprefix("address at ")
    file, _, last = place.rpartition(":")
    if not _is_number(last):
        return False
    rest, _, line = file.rpartition(":")
    if _is_number(line) and rest:
        if rest.isdecimal():
            return False
        frame.file, frame.line, frame.column = intern(rest), to_number(line), to_number(last) or None
        return True
    if _SCRIPT.search(file) is None:
        return False
    frame.file, frame.line = intern(file), to_number(last)
    return True


def is_script(file: str) -> bool:
    """Whether ``file`` is called like a script."""
    return _SCRIPT.search(file) is not None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _frame(text: str) -> Frame | None:
    if text.endswith(")"):
        opening = _opening(text)
        if opening > 0:
            frame = Frame(function=intern(text[:opening].rstrip()))
            return frame if set_place(frame, text[opening + 1 : -1]) else None
    place = text.removeprefix("async ")
    frame = Frame()
    if not set_place(frame, place) or frame.file is None:
        return None
    return frame if _stands_alone(frame.file) else None


def _opening(text: str) -> int:
    """Where the parenthesis opens that ends ``text``, 0 where none does: paths hold parentheses too."""
    depth = 0
    for at in range(len(text) - 1, 0, -1):
        if text[at] == ")":
            depth += 1
        elif text[at] == "(":
            depth -= 1
            if depth == 0:
                return at if text[at - 1] == " " else 0
    at = text.find(" (")
    return at + 1 if at > 0 else 0


def _stands_alone(file: str) -> bool:
    """Whether ``file`` may be all that a frame says: no clock time, and no other language's source."""
    if _OTHER_SOURCE.search(file):
        return False
    if _SCRIPT.search(file) or file.startswith(("[", "<", "node:", "native", "evalmachine.", "REPL")):
        return True
    return " " not in file and ("/" in file or "\\" in file)
