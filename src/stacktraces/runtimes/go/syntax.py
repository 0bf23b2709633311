"""The lines that Go's runtime prints, each by the pattern that tells it.

==============  ============================================================  ==============================
line            sample                                                        what comes next
==============  ============================================================  ==============================
header          ``panic: runtime error: index out of range [7]``              message, mark, signal, goroutine
header          ``fatal error: concurrent map writes``                        signal, runtime stack, goroutine
header          ``SIGQUIT: quit``                                             ``PC=0x40fb8e m=0 sigcode=0``
mark            ``panic: first [recovered]``, ``[recovered, repanicked]``     nested header, goroutine
nested header   ``<TAB>panic: in a deferred call``                            message, mark, signal, goroutine
signal          ``[signal SIGSEGV: segmentation violation code=0x1 …]``       goroutine
goroutine       ``goroutine 19 gp=0xc000 m=0 [chan receive, 5 minutes]:``     function, note
runtime stack   ``runtime stack:``                                            function
function        ``example.com/shop.(*Store[...]).Price(0x1, {0x2?, ...})``    place
place           ``<TAB>/srv/store.go:20 +0x2e fp=0x1 sp=0x2 pc=0x3``          function, created by, note
created by      ``created by main.main in goroutine 1``                       place
note            ``...additional frames elided...``                            function, created by
ancestor        ``[originating from goroutine 6]:``                           function
==============  ============================================================  ==============================
"""

from __future__ import annotations

from sys import intern
from typing import NamedTuple

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Frame
from .._remembered import remembered

HEADER = regex(r"(?P<type>panic|fatal error):(?: (?P<message>.*)|\s*)\Z")
NESTED = "\tpanic: "
RECOVERED = " [recovered]"
REPANICKED = " [recovered, repanicked]"
SIGNAL = regex(r"\[signal (?P<text>(?:SIG|0x)[^\]]++)\]\Z")
SIGNAL_HEADER = regex(r"(?P<type>SIG[A-Z0-9]{2,10}+): (?P<message>.*)\Z")
PROGRAM_COUNTER = regex(r"PC=0x[0-9a-f]++ m=\S++ sigcode=")
GOROUTINE = regex(
    r"goroutine (?P<id>\d{1,20}+)(?: gp=\S{1,40} m=\S{1,40}(?: mp=\S{1,40})?)? \[(?P<state>[^\]\n]{1,200})\]"
    r"(?: ?\{.{0,1000}\})?:\Z"
)
LOGGED_GOROUTINE = regex(
    r"(?!(?:[\w$]++\.)++[\w$]++: goroutine |Exception in thread )"
    r"(?P<before>.*?\S) (?=goroutine \d{1,20} \[[^\]\n]{1,200}\]:\Z)"
)
"""A log line that a stack follows without a line end between; not another runtime's error that quotes one."""
RUNTIME_STACK = "runtime stack:"
ANCESTOR = regex(r"\[originating from goroutine \d{1,20}\]:\Z")
CREATED_BY = regex(r"created by (?P<function>\S.{0,2000}?)(?: in goroutine \d{1,20})?\Z")
ELIDED = regex(r"\.\.\.(?:additional|\d{1,9}) frames elided\.\.\.\Z")
UNAVAILABLE = "goroutine running on other thread; stack unavailable"
NOT_GO = "non-Go function"
REGISTER = regex(r"[a-z][a-z0-9]{0,6} {1,8}0x[0-9a-f]{1,16}\Z")

_ARGUMENTS = regex(r"[0-9a-fx, {}.?_]*+\Z")
_PLACE = regex(
    r"\s+(?P<file>\S.*?):(?P<line>\d{1,9})(?: \+(?P<offset>0x[0-9a-f]{1,16}))?"
    r"(?: fp=0x[0-9a-f]{1,16} sp=0x[0-9a-f]{1,16})?(?: pc=(?P<pc>0x[0-9a-f]{1,16}))?\Z"
)
_PROGRAM_COUNTER_ONLY = regex(r"\s+pc=(?P<pc>0x[0-9a-f]{1,16})\Z")
_LONGEST = 20_000
"""Characters of a line that can be a frame's; types of type parameters make long names."""


class Lines:
    """The lines of a cursor without ``margin``, blanks that stand before each of them."""

    def __init__(self, cursor: Cursor, margin: str = "") -> None:
        self.cursor = cursor
        self.margin = margin

    @property
    def line(self) -> str | None:
        """The current line; ``None`` at the end and where a line lacks the margin."""
        return self._without_margin(self.cursor.line)

    def peek(self, distance: int = 1) -> str | None:
        """The line ``distance`` lines further on; ``None`` as for :attr:`line`."""
        return self._without_margin(self.cursor.peek(distance))

    def _without_margin(self, line: str | None) -> str | None:
        if line is None or not self.margin or line.startswith(self.margin):
            return line and line[len(self.margin) :]
        return None if line.strip() else ""

    def advance(self) -> None:
        """Go to the next line."""
        self.cursor.advance()


def margin_of(line: str) -> str:
    """The blanks that ``line`` starts with."""
    return line[: len(line) - len(line.lstrip())]


def call(line: str) -> tuple[str, str] | None:
    """The function and the arguments of a frame's first line; ``None`` for any other line."""
    if not line.endswith(")") or line[:1].isspace() or len(line) > _LONGEST:
        return None
    # Arguments hold no parentheses, names do: (*T).
    function, _, arguments = line[:-1].rpartition("(")
    if not function or (" " in function and "[" not in function) or not _ARGUMENTS.match(arguments):
        return None
    return function, arguments


def place_of(line: str | None, frame: Frame) -> bool:
    """Fill ``frame`` with what its second line says; False where ``line`` is none."""
    if line is None or not line[:1].isspace() or len(line) > _LONGEST:
        return False
    place = _place_on(line)
    if place is None:
        return False
    if place.file is not None:
        frame.file, frame.line, frame.offset = place.file, place.line, place.offset
    frame.address = place.address
    return True


class _Place(NamedTuple):
    """What a frame's second line says."""

    file: str | None = None
    line: int | None = None
    offset: int | None = None
    address: int | None = None


@remembered
def _place_on(line: str) -> _Place | None:
    if found := _PLACE.match(line):
        offset = to_number(found["offset"], 16) if found["offset"] else None
        address = to_number(found["pc"], 16) if found["pc"] else None
        return _Place(intern(found["file"]), to_number(found["line"]), offset, address)
    found = _PROGRAM_COUNTER_ONLY.match(line)
    return _Place(address=to_number(found["pc"], 16)) if found else None
