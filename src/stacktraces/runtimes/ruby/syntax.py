"""The lines that Ruby and its loggers print, each by the pattern that tells it.

===============  =======================================================================
line             sample
===============  =======================================================================
header           ``orders.rb:5:in 'Shop::Store#price': no plum (KeyError)``
frame            ``<TAB>from orders.rb:11:in 'Shop.place'``
numbered frame   ``<TAB>2: from orders.rb:30:in `<main>'``, outermost first
bare frame       ``app/models/order.rb:3:in `total'``, behind an error that was logged
levels           ``<TAB> ... 10067 levels...``
thread           ``#<Thread:0x7f2a x.rb:1 run> terminated with exception (report_on_exception ...):``
===============  =======================================================================

The opening quote is a backtick up to 3.3.
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...log_records.records import starts_record
from ...model import Frame
from .._remembered import remembered_frame

_NAME = r"(?P<quote>[`'])(?P<name>[^']{1,1000}+)'"
_PLACE = rf"(?P<file>[^\s:][^\n]{{0,1000}}?)(?::(?P<line>\d{{1,9}}+))?:in {_NAME}"
_HEADER = regex(rf"{_PLACE}: (?P<rest>.*)\Z")
_HEADER_IN_RECORD = regex(
    rf"(?<!\S)(?P<file>[^\s:]\S{{0,1000}}?):(?P<line>\d{{1,9}}+):in {_NAME}: (?P<rest>.*)\Z"
)
_FROM = regex(rf"[ \t]{{1,8}}+(?:(?P<number>\d{{1,6}}+): )?from {_PLACE}\s*\Z")
_FROM_WITHOUT_NAME = regex(
    r"[ \t]{1,8}+(?:(?P<number>\d{1,6}+): )?from (?P<file>[^\s:]\S{0,1000}?):(?P<line>\d{1,9}+)\Z"
)
_BARE = regex(
    r"\s{0,16}+(?:# )?(?P<file>(?:[A-Za-z]:)?[/<(][^\n]{0,1000}?|[^\s:/<(][^\s:]{0,1000}+)"
    rf"(?::(?P<line>\d{{1,9}}+))?:in {_NAME}\s*\Z"
)
_BARE_WITHOUT_NAME = regex(
    r"\s{0,16}+(?:# )?(?P<file>[^\s:]{1,1000}?\.(?:rb|erb|haml|slim|rake|ru|j?builder)):"
    r"(?P<line>\d{1,9}+)\s*\Z"
)
_BARE_IN_RECORD = regex(
    rf"(?<=[:\]] )\s{{0,8}}+(?P<file>[^\s:]\S{{0,1000}}?):(?P<line>\d{{1,9}}+):in {_NAME}\s*\Z"
)
LEVELS = regex(r"[ \t]{1,8}+\.\.\. (?P<count>\d{1,9}+) levels\.\.\.\s*\Z")
THREAD = regex(
    r"#<Thread:0x[0-9a-f]++[^\n]{0,1000}> terminated with exception \(report_on_exception is true\):"
)
TRACEBACK = "Traceback (most recent call last):"
TYPE = r"(?:[A-Z]\w{0,100}+(?:::[A-Z]\w{0,100}+){0,20}+|#<Class:0x[0-9a-f]++>(?:::[A-Z]\w{0,100}+){0,20}+)"
# ``E, [2026-11-28T19:49:16.519172 #4377] ERROR -- program: MESSAGE``, and Sidekiq's.
_LOGGER = regex(
    r"[DIWEFAU], \[[^\]\n]{10,60}+\]\s{1,3}[A-Z]{3,7}+ -- [^:\n]{0,100}+: ?"
    r"|\d{4}-\d\d-\d\dT\S++ (?:\d++ )?(?:pid=|TID-)[^:\n]{1,200}+: "
    # Vagrant's
    r"| ?(?:DEBUG|INFO|WARN|ERROR|FATAL) [a-z][\w.-]{0,60}: "
)
_TAGS = regex(r"(?:\[[\w.:/-]{1,64}+\] )++")
"""What Rails puts before a message: the request's id."""


def _frame(found: dict[str, str | None]) -> Frame:
    file, name, line = found["file"], found.get("name"), found["line"]
    return Frame(
        function=intern(name) if name else None,
        file=intern(file) if file else None,
        line=to_number(line) if line else None,
    )


class Header:
    """The first line of an error as Ruby prints it: the innermost frame, and the message's first line."""

    __slots__ = ("frame", "quote", "rest", "start")

    def __init__(self, frame: Frame, quote: str, rest: str, start: int) -> None:
        self.frame = frame
        self.quote = quote
        self.rest = rest
        """What stands behind the place: message and type."""
        self.start = start
        """Where the place starts in the line: behind the words of a log record."""


def starts_any_record(line: str) -> bool:
    """Whether ``line`` starts a log record, by the notation of any logger or of Ruby's own."""
    return starts_record(line) or _LOGGER.match(line) is not None


def text_of(line: str) -> str:
    """``line`` without what Ruby's loggers put before each message."""
    for pattern in (_LOGGER, _TAGS):
        if found := pattern.match(line):
            line = line[found.end() :]
    return line


def match_header(line: str) -> Header | None:
    """The header on ``line``, alone or at the end of a log record."""
    if ":in " not in line:
        return None
    in_record = starts_any_record(line)
    found = _HEADER_IN_RECORD.search(line) if in_record else _HEADER.match(line)
    if found is None:
        return None
    return Header(_frame(found.groupdict()), found["quote"], found["rest"], found.start("file"))


def match_from(line: str) -> tuple[Frame, str | None, bool] | None:
    """A frame of Ruby's own output, its opening quote, and whether it is numbered (outermost first)."""
    if "from " not in line:
        return None
    found = _FROM.match(line)
    if found is not None:
        return _frame(found.groupdict()), found["quote"], found["number"] is not None
    found = _FROM_WITHOUT_NAME.match(line)
    return (_frame(found.groupdict()), None, found["number"] is not None) if found else None


@remembered_frame
def match_bare(line: str) -> Frame | None:
    """A frame that stands alone on a line, or at the end of a log record."""
    if ":in " not in line:
        return None
    text = text_of(line)
    found = _BARE.match(text) or (_BARE_IN_RECORD.search(text) if starts_record(line) else None)
    return _frame(found.groupdict()) if found else None


@remembered_frame
def match_place(line: str) -> Frame | None:
    """A frame without a name, as the top of a template or of an old script has it."""
    found = _BARE_WITHOUT_NAME.match(text_of(line))
    return _frame(found.groupdict()) if found else None
