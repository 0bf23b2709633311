"""The lines that PHP prints, each by the pattern that tells it.

=============  ===========================================================================
line           sample
=============  ===========================================================================
banner         ``PHP Fatal error:  Uncaught KeyError: no plum in /srv/a.php:6``
warning        ``Warning: Undefined variable $x in /srv/a.php on line 26``
heading        ``Stack trace:``, ``[stacktrace]`` in Monolog's
frame          ``#0 /srv/a.php(5): Shop\\Store->find('plum')``, ``#1 [internal function]: f()``
outermost      ``#2 {main}``
next           ``Next Shop\\OrderError: order failed in /srv/a.php:13``
thrown         ``  thrown in /srv/a.php on line 13``
=============  ===========================================================================

A frame's place is that of the call: the function runs at the place of the line before.
"""

from __future__ import annotations

from sys import intern
from typing import Literal, TypeAlias

import msgspec
from msgspec.structs import replace

from ..._number import to_number
from ..._regex import regex
from ...model import Frame
from .._remembered import remembered

Style: TypeAlias = Literal["log", "text", "html", "monolog"]
"""Who printed it: PHP's log, its display as text or as HTML, a framework's logger."""

_LEVELS = (
    "(?:Recoverable f|Catchable f|F)atal error|Parse error|Warning|Notice|Deprecated|Strict Standards|"
    "Core (?:error|warning)|Compile (?:error|warning)|Unknown error"
)
_BANNER = regex(
    rf"(?<![\w-])(?P<log>PHP )?(?P<html><b>)?(?P<level>{_LEVELS})(?(html)</b>):(?P<blanks> {{1,2}})"
    r"(?P<uncaught>Uncaught )?(?P<rest>.*)\Z"
)
_ENDS_REQUEST = frozenset({"Fatal error", "Recoverable fatal error", "Catchable fatal error", "Parse error"})
MESSAGE = "PHP message: "
"""What php-fpm puts before each message of a request."""
_TYPE = r"[A-Za-z_\\\x80-\U0010ffff][\w\\]{0,500}+(?:@anonymous[^\s:]{0,500}+(?::[^\s:]{1,40}+)?)?+"
_PLACE = r"(?P<file>\S.{0,1000}?):(?P<line>\d{1,9}+)"
_HEADER = regex(rf"(?P<type>{_TYPE})(?:: (?P<message>.*)|(?P<nothing>)) in {_PLACE}\Z")
_HEADER_FIRST = regex(rf"(?P<type>{_TYPE}): (?P<message>.*)\Z")
_OLD_HEADER = regex(
    rf"exception '(?P<type>{_TYPE})' with message '(?P<message>.*)' in {_PLACE}\Z",
)
_OLD_FIRST = regex(rf"exception '(?P<type>{_TYPE})' with message '(?P<message>.*)\Z")
_ENDS_MESSAGE = regex(rf"(?P<message>.*) in {_PLACE}\Z")
_WARNING = regex(r"(?P<message>.*) in (?P<file>\S.{0,1000}?) on line (?P<line>\d{1,9}+)(?![\w.])")
_FILE = regex(
    r"(?:/|[A-Za-z]:[\\/]|phar://).*|.*(?:\.php\d?|\.phtml|\.inc|\.module|\.phpt|eval\(\)'d code)\Z"
    r"|(?:Command line|php shell|Standard input) code\Z|Unknown\Z|-\Z"
)
_FRAME = regex(
    r"#(?P<number>\d{1,5}+) (?:\[internal function\]|(?P<file>\S.{0,1000}?)\((?P<line>\d{1,9}+)\)): "
    r"(?P<name>(?:\{closure(?::[^}\n]{0,1000}+)?\}|[^({\n]){1,1000}+)\((?P<args>.*)\Z",
)
_UNNAMED = regex(r"#(?P<number>\d{1,5}+) (?P<file>\S.{0,2000}?)\((?P<line>\d{1,9}+)\): ?\Z")
_OUTERMOST = regex(r"#(?P<number>\d{1,5}+) \{main\}")
_THROWN = regex(r"  thrown in (?P<file>.*) on line (?P<line>\d{1,9}+)(?!\d)")
_XDEBUG = regex(
    r"(?:PHP)?\s{1,8}+(?:\d{1,6}+\.\d{1,8}+\s{1,16}+\d{1,16}+\s{1,8}+)?(?P<number>\d{1,5}+)\. "
    r"(?P<name>[^(\n]{1,1000}+)\((?P<args>.*)\) (?P<file>\S.{0,1000}?):(?P<line>\d{1,9}+)\Z"
)
XDEBUG_HEADINGS = ("PHP Stack trace:", "Stack trace:", "Call Stack:")
STACK_TRACE = "Stack trace:"
MONOLOG_STACK = "[stacktrace]"
NEXT = "Next "
PREVIOUS = "[previous exception] "
_FPM = regex(
    r'\[[^\]\n]{10,40}+\] (?:WARNING|NOTICE): \[pool [^\]\n]{1,100}+\] child \d++ said into std(?:err|out): "'
)
_FPM_MARK = "NOTICE: PHP message: "
_TAGS = regex(r"</?b>|<br />\s*\Z")


class Banner(msgspec.Struct, frozen=True):
    """What stands before an error's text."""

    style: Style
    level: str
    uncaught: bool
    rest: str
    """What follows: the header of an exception, or the text of a warning."""
    at_start: bool

    @property
    def certain(self) -> bool:
        """That PHP printed it, whatever follows."""
        return self.style != "text" or self.uncaught


def match_banner(line: str) -> Banner | None:
    """The banner on ``line``, behind whatever a log puts before it.

    Of several messages of one request, which php-fpm hands on as one, it is the one that ended the request.
    """
    found = _BANNER.search(line)
    if found is None:
        return None
    if line.count(MESSAGE) > 1:
        all_found = [each for part in line.split(MESSAGE) if (each := _BANNER.search(part))]
        found = max(
            all_found, key=lambda each: (each["uncaught"] is not None, each["level"] in _ENDS_REQUEST)
        )
    style: Style = "log" if found["log"] else "html" if found["html"] else "text"
    at_start = found.start() == 0 or found["log"] is not None
    rest = plain(found["rest"]) if style == "html" else found["rest"]
    return Banner(style, found["level"], found["uncaught"] is not None, rest, at_start)


def plain(line: str) -> str:
    """A line of HTML as PHP would have displayed it as text."""
    import html  # Its table of entities takes long to import, and few logs hold HTML.

    return html.unescape(_TAGS.sub("", line))


def unwrapped(line: str) -> str:
    """``line`` without what php-fpm puts around each line of a worker's output."""
    found = _FPM.match(line)
    if found is None:
        return line.removeprefix("Trace: ") if line.startswith("Trace: #0 ") else line
    line = line[found.end() :].removesuffix('"').removesuffix("...")
    return line.removeprefix(_FPM_MARK)


class Header(msgspec.Struct):
    """The first line of an exception: its type, what of the message stands there, and its place."""

    type: str
    message: str | None
    place: Frame | None = None
    """``None`` where the message goes on with the next line."""
    old: bool = False
    """As before PHP 7: with quotes around the message."""


def match_header(text: str) -> Header | None:
    """The header that ``text`` is, or begins."""
    for pattern, old in ((_OLD_HEADER, True), (_HEADER, False)):
        if found := pattern.match(text):
            return Header(intern(found["type"]), found["message"], _place(found["file"], found["line"]), old)
    for pattern, old in ((_OLD_FIRST, True), (_HEADER_FIRST, False)):
        if found := pattern.match(text):
            return Header(intern(found["type"]), found["message"], None, old)
    return None


def ends_message(header: Header, line: str) -> tuple[str, Frame] | None:
    """The last line of a message and the place of the exception, where ``line`` is that line."""
    found = _ENDS_MESSAGE.match(line) or _ENDS_MESSAGE.match(" " + line)
    if found is None:
        return None
    text = found["message"].removesuffix("'") if header.old else found["message"]
    return text, _place(found["file"], found["line"])


def match_warning(text: str) -> tuple[str, Frame] | None:
    """The message and the place of an error without a stack."""
    found = _WARNING.match(text)
    if found is None or not _FILE.match(found["file"]):
        return None
    return found["message"], _place(found["file"], found["line"])


def match_thrown(line: str) -> Frame | None:
    """The place on the last line of an error that nobody caught."""
    found = _THROWN.match(line)
    return _place(found["file"], found["line"]) if found else None


def _place(file: str, line: str) -> Frame:
    return Frame(file=intern(file), line=to_number(line))


class Call(msgspec.Struct):
    """One line of a stack: a function, and from where it was called."""

    number: int
    function: str
    args: str | None
    """With the closing parenthesis; ``None`` for ``{main}``."""
    caller: Frame


def match_call(line: str) -> Call | None:
    """The line of a stack on ``line``."""
    call = _match_call(line) if line.startswith("#") else None
    return Call(call.number, call.function, call.args, replace(call.caller)) if call is not None else None


@remembered
def _match_call(line: str) -> Call | None:
    if found := _OUTERMOST.match(line):
        return Call(int(found["number"]), "{main}", None, Frame())
    found = _FRAME.match(line)
    if found is None:
        found = _UNNAMED.match(line)
        return Call(int(found["number"]), "", "", _place(found["file"], found["line"])) if found else None
    caller = _place(found["file"], found["line"]) if found["file"] else Frame()
    return Call(int(found["number"]), intern(found["name"]), found["args"], caller)


def match_xdebug(line: str) -> Call | None:
    """The line of a stack of Xdebug's on ``line``; the outermost has number 1."""
    found = _XDEBUG.match(line)
    if found is None:
        return None
    return Call(
        int(found["number"]), intern(found["name"]), found["args"] + ")", _place(found["file"], found["line"])
    )
