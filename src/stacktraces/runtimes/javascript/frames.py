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
``       at lib/shop.js:1``                                   no frame: Playwright's place of an excerpt
============================================================  ===============================================

Java's and .NET's frames begin with ``at`` too. They have no line and column at the end, and no script's file.
"""

from __future__ import annotations

import functools
import re
from sys import intern

import msgspec

from ..._number import to_number
from ..._regex import regex
from ...model import Frame
from .headers import find_header

_LONGEST = 8192
"""Characters of a line that may be a frame."""
_CACHED = 400
"""Characters of a line whose frame is remembered: a log repeats its frames."""

_FRAME = regex(r"(?P<margin>[ \t]+)at (?P<text>\S.*)$")
_SCRIPT = regex(r"\.(?:[cm]?[jt]sx?|vue|svelte|(?:js)?bundle|hbc)(?:\?\S{0,1000})?$")
_OTHER_SOURCE = regex(r"\.(?:rs|go|py|rb|java|kt|swift|zig|cs|c|cc|cpp|cxx|h|hpp|asm)$", re.IGNORECASE)
"""Rust and others print ``at FILE:LINE:COLUMN`` below a frame's name."""
_WASM = regex(r"(?P<file>.+):(?P<function>wasm-function\[\d+\]):0x(?P<address>[0-9a-fA-F]+)$")
_INDEX = regex(r"index \d+$")
_WITHOUT_FILE = frozenset(
    {"native", "<anonymous>", "<unknown>", "unknown", "unknown location", "unknown source"}
)
_KOTLIN_NATIVE = " kfun:"
_PAGE = "(index)"
"""What Chrome calls a page whose address ends with a slash."""
_JASMINE = "<Jasmine>"
"""What Jasmine puts in the place of its own frames."""
_PLAYWRIGHT_MARGIN = " " * 7
_PLACE_OF_EXCERPT = regex(r" {3,7}at [^\s():]++:\d{1,9}\s*\Z")
_LAST = regex(
    r"(?P<frame>[ \t]+at \S.*?(?::\d+:\d+\)?|\((?:native|<anonymous>|index \d+)\)))"
    r"(?P<rest>(?: [^{,\s]|\",? ).*)$"
)
_NAME_ALONE = regex(r"(?P<margin>[ \t]+)at (?P<name>(?:async |new )?[\w$.<>#\[\]]+)$")


class Place(msgspec.Struct, frozen=True):
    """Where a call stands; all is ``None`` for a function of the engine."""

    file: str | None = None
    line: int | None = None
    column: int | None = None
    address: int | None = None
    function: str | None = None
    """The number that WebAssembly gives a function, with the place."""


class FrameLine(msgspec.Struct, frozen=True):
    """A line that holds a frame."""

    indent: int
    function: str | None
    place: Place
    opens: bool = False
    """The error's properties follow, in braces."""
    separated: bool = False
    """A comma follows: then another value of what holds the error."""

    def frame(self) -> Frame:
        """A frame of its own."""
        place = self.place
        return Frame(
            function=self.function or place.function,
            file=place.file,
            line=place.line,
            column=place.column,
            address=place.address,
        )


def match_frame(line: str) -> FrameLine | None:
    """The frame that ``line`` holds, ``None`` where it holds none of JavaScript's."""
    if not line.lstrip().startswith("at ") or _KOTLIN_NATIVE in line:
        return None
    length = len(line)
    return _match(line) if length <= _CACHED else _match.__wrapped__(line) if length <= _LONGEST else None


@functools.lru_cache(maxsize=8192)
def _match(line: str) -> FrameLine | None:
    match = _FRAME.match(line)
    if match is None:
        return None
    text = match["text"].rstrip()
    opens = text.endswith(" {")
    separated = text.endswith(",")
    text = text[:-2].rstrip() if opens else text[:-1] if separated else text
    if match["margin"] == _PLAYWRIGHT_MARGIN and is_place_of_excerpt(line):
        return None
    call = _call(text)
    return FrameLine(len(match["margin"].expandtabs()), *call, opens, separated) if call is not None else None


def is_place_of_excerpt(line: str) -> bool:
    """Whether ``line`` is what Playwright prints between a message and an excerpt of another file."""
    return _PLACE_OF_EXCERPT.match(line) is not None


def match_last_frame(line: str) -> FrameLine | None:
    """The frame of a line in which other values follow that were logged with the error, but not an error."""
    match = _LAST.match(line) if len(line) <= _LONGEST else None
    if match is None or find_header(match["rest"]) is not None:
        return None
    return match_frame(match["frame"])


def match_name_alone(line: str) -> FrameLine | None:
    """A frame without a place: it looks like a word of a message, and counts only among other frames."""
    match = _NAME_ALONE.match(line) if len(line) <= _LONGEST else None
    if match is None:
        return None
    return FrameLine(len(match["margin"].expandtabs()), intern(match["name"]), Place())


def parse_place(text: str) -> Place | None:
    """The file, line and column that ``text`` says, ``None`` where it says none."""
    if match := _WASM.match(text):
        address = to_number(match["address"], 16)
        return Place(intern(match["file"]), address=address, function=intern(match["function"]))
    if text in _WITHOUT_FILE or _INDEX.match(text):
        return Place()
    if text == _JASMINE:
        return Place(function=_JASMINE)
    text = text.removeprefix("address at ")
    file, _, last = text.rpartition(":")
    if not (last.isascii() and last.isdecimal()):
        return None
    rest, _, line = file.rpartition(":")
    if line.isascii() and line.isdecimal() and rest:
        return None if rest.isdecimal() else Place(intern(rest), to_number(line), to_number(last) or None)
    is_file = _SCRIPT.search(file) is not None or file == _PAGE
    return Place(intern(file), to_number(last)) if is_file else None


def is_script(file: str) -> bool:
    """Whether ``file`` is called like a script."""
    return _SCRIPT.search(file) is not None


def _call(text: str) -> tuple[str | None, Place] | None:
    opening = _opening(text) if text.endswith(")") else 0
    if opening > 0:
        place = parse_place(text[opening + 1 : -1])
        return (intern(text[:opening].rstrip()), place) if place is not None else None
    place = parse_place(text.removeprefix("async "))
    if place is None or not (_stands_alone(place.file) or place.function == _JASMINE):
        return None
    return None, place


def _opening(text: str) -> int:
    """Where the parenthesis opens that ends ``text``, 0 where none does: paths hold parentheses too."""
    opening = text.rfind("(")
    if opening > 0 and text.find(")", opening) == len(text) - 1:
        return opening if text[opening - 1] == " " else 0
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


def _stands_alone(file: str | None) -> bool:
    """Whether ``file`` may be all that a frame says: no clock time, and no other language's source."""
    if file is None or _OTHER_SOURCE.search(file):
        return False
    if _SCRIPT.search(file) or file.startswith((_PAGE, "[", "<", "node:", "native", "evalmachine.", "REPL")):
        return True
    return " " not in file and ("/" in file or "\\" in file)
