"""The line that names an error, above its frames: ``TypeError: boom``, alone or at the end of a log line.

Node prints a code after the type (``AssertionError [ERR_ASSERTION]: m``) or, where the class and the name
differ, the name (``Unnamed [Error]: m``); neither is part of the type. In what ``console.log`` shows of an
object, a key and a mark of circular references stand before it (``  err: <ref *1> Error: m``).

A type is told by its ending (``Error``, ``Exception`` and a few more). Any other capitalised word is taken
for one only where the frames follow at once.
"""

from __future__ import annotations

import msgspec

from ..._regex import regex
from ...log_records.records import LEVELS

_LONGEST = 1 << 14
"""Characters of a line in which a type is looked for."""

_NAME = r"[^\W\d][\w$]*+(?:\.[^\W\d][\w$]*+)*+"
_HEADER = regex(
    rf"(?<![\w$.'`/@-])(?<!\S\")(?P<type>{_NAME})(?P<code> \[[^\]\s]{{1,80}}\])?+"
    r"(?=(?P<colon>:)(?: |$)|\s*+$)"
)
_ENDINGS = (
    "Error", "Exception", "Warning", "Rejection", "Failure", "Fault", "Abort", "Timeout", "Trace",
)  # fmt: skip
_CODE = r"(?: \[[^\]\s]{1,80}\])?+"
_WEAK = regex(
    rf"(?:Uncaught (?:\(in [^)]{{1,80}}\) )?)?(?!(?:File|Plugin|Code): )"
    rf"(?P<type>Internal server error(?=: )|(?:[A-Z]|error\b)[\w$.]*+){_CODE}(?:: ?(?P<message>.*))?$"
)
"""Vite names the plugin and the file below the message."""
_WEAK_BEHIND = regex(r": (?P<type>[A-Z][a-z0-9]++[A-Z][\w$]*+): (?P<message>.*)$")
_CLASS_NAME = regex(r"[A-Z][a-z0-9]++[A-Z][\w$]*+$")
"""Several words in one, as classes are called and what stands before a colon otherwise seldom is."""
_BRACKETED = regex(
    rf"\[(?P<type>{_NAME})(?P<code> \[[^\]\s]{{1,80}}\])?+(?:: (?P<message>.*?))?\](?P<rest> \{{.*)?,?$"
)
_KEY = regex(r"[\s\[]*+(?:(?:\[?[\w$]{1,80}\]?|'[^']{1,80}'|\"[^\"]{1,80}\"): ?)?(?:<[\w *]{1,20}> )*+$")
"""What may stand before a type that stands first on its line: blanks, an object's key, marks."""
_PREFIX = regex(
    r"(?:(?:\[[^\]]{0,120}\]|\([^)]{0,120}\)|<[^>]{0,80}>"
    rf"|\d[\w:.,/+-]*+(?: [AP]M\b)?|(?:{LEVELS}|{LEVELS.lower()})\b|[A-Z][a-z]{{2}} \d|[-|:>•·»▶*]++)"
    r"[ \t:]*+)*+"
)
"""What a logger prints before a message: times, levels, what stands in brackets."""
_UNCAUGHT = regex(r"\s*+(?:error: )?Uncaught (?:\(in [^)]{1,80}\) )?|\s*+error: ")
_MOST_WRAPPERS = 8
"""Types before the error's own that only say that it was not caught."""
_GENERIC = frozenset({"Error", "DOMException"})
_LEVELS = frozenset(LEVELS.split("|"))
_REJECTION_WARNING = "UnhandledPromiseRejectionWarning"
PROCESS_WARNING = regex(r"\(node:(?P<pid>\d{1,10})\) (?:\[\w{1,80}\] )?")


class Header(msgspec.Struct, frozen=True):
    """An error's type and the first line of its message."""

    type: str | None
    message: str | None
    """``None`` where none is printed."""
    at_start: bool = True
    """Nothing of a log stands before it on its line."""
    pid: str | None = None
    """The process that the line says it is of."""
    bracketed: bool = False
    """No frames follow: the error has no stack, or is too deep in an object to be shown."""
    opens: bool = False
    """It is bracketed, and its properties follow in braces."""


def is_error_name(name: str) -> bool:
    """Whether ``name`` ends as the names of errors do."""
    last = name.rpartition(".")[2]
    return not last[:1].islower() and last.rstrip("0123456789").endswith(_ENDINGS)


def is_class_name(name: str) -> bool:
    """Whether ``name`` is several words in one, each capitalised."""
    return _CLASS_NAME.match(name) is not None


def find_header(line: str) -> Header | None:
    """The first error that ``line`` names by a type that is certain to be one."""
    return _find_header(line, _MOST_WRAPPERS)


def _find_header(line: str, wrappers: int) -> Header | None:
    for match in _HEADER.finditer(line, 0, _LONGEST):
        if not is_error_name(match["type"]):
            continue
        before = line[: match.start()]
        if match["colon"] is None and not _is_margin(before):
            continue
        if before.endswith("[") and (bracketed := parse_bracketed(line[len(before) - 1 :])) is not None:
            return bracketed
        message = line[match.end() + 2 :] if match["colon"] is not None else None
        return _finish(before, _type(match["type"], match["code"]), message, wrappers)
    return None


def find_weak_header(line: str) -> Header | None:
    """What ``line`` says where frames follow it at once: V8 always prints ``TYPE: MESSAGE`` above them."""
    text = line.strip()
    if not text:
        return None
    match = _WEAK.match(text)
    if match is not None and match["type"] not in _LEVELS:
        behind = _WEAK_BEHIND.match(f": {match['message']}") if match["type"] == "error" else None
        found = behind or match
        return Header(found["type"], found["message"])
    start = starts_message(text)
    if match := _WEAK.match(text, start):
        return Header(match["type"], match["message"], at_start=start == 0)
    if match := _WEAK_BEHIND.search(text, start):
        return Header(match["type"], match["message"], at_start=False)
    return None


def parse_bracketed(text: str) -> Header | None:
    """``[TYPE: MESSAGE]``, maybe with properties: an error without a stack, or not shown whole."""
    match = _BRACKETED.match(text)
    if match is None or not is_error_name(match["type"]):
        return None
    return Header(
        _type(match["type"], match["code"]),
        match["message"],
        bracketed=True,
        opens=match["rest"] is not None and match["rest"].rstrip() == " {",
    )


def starts_message(line: str) -> int:
    """Where the message of a log record starts in its first line."""
    match = _PREFIX.match(line)
    return match.end() if match else 0


def _type(type_: str, code: str | None) -> str:
    """The type: the name in brackets where the class says nothing, as in ``DOMException [AbortError]``."""
    name = code[2:-1] if code else ""
    return name if type_ in _GENERIC and is_error_name(name) else type_


def _finish(before: str, type_: str, message: str | None, wrappers: int) -> Header:
    warning = PROCESS_WARNING.search(before[-120:])
    wraps = wrappers > 0 and type_ in (_REJECTION_WARNING, "Exception")
    if wraps and message and (inner := _find_header(message, wrappers - 1)) and inner.at_start:
        type_, message = inner.type or type_, inner.message
    return Header(type_, message, _is_margin(before), warning["pid"] if warning else None)


def _is_margin(before: str) -> bool:
    return (
        _KEY.match(before) is not None
        or _UNCAUGHT.fullmatch(before) is not None
        or PROCESS_WARNING.fullmatch(before) is not None
    )
