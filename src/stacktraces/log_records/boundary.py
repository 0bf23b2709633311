"""Where a new log record starts: what tells a program's next line from the rest of a message."""

from __future__ import annotations

from .._regex import regex

_TIME_OF_DAY = r"\d\d:\d\d(?::\d\d)?"
_START = regex(
    r"(?:<\d{1,3}>)?(?:"
    rf"\[?\d{{4}}[-/.]\d\d[-/.]\d\d[T ,]{{1,2}}{_TIME_OF_DAY}"
    rf"|\[?\d{{1,2}}[/ -][A-Z][a-z]{{2}}[/ -]\d{{4}}[: ]{_TIME_OF_DAY}"
    rf"|\[?(?:[A-Z][a-z]{{2}},? )?[A-Z][a-z]{{2}} {{1,2}}\d{{1,2}} {_TIME_OF_DAY}"
    rf"|\[?{_TIME_OF_DAY}[,. |\]]"
    rf"|[DIWEFC] ?\d\d-?\d\d {_TIME_OF_DAY}"
    rf"|[A-Z]{{4,8}} \d\d-\d\d {_TIME_OF_DAY}"
    r"|\[?(?:TRACE|DEBUG|INFO|NOTICE|SUCCESS|WARN|WARNING|ERROR|CRITICAL|FATAL)\]?(?:[:|\t]| {1,5}[\[\w(/\"'])"
    r"|\[pid: \d"
    r"|\d{1,3}(?:\.\d{1,3}){3} \S{1,64} \S{1,64} \["
    r'|\{"'
    r"|(?:time|ts|timestamp|level|lvl|at)=\S"
    r")"
)


def record_start(line: str) -> bool:
    """Whether ``line`` looks like the first of a log record: it starts with a time, a level, a JSON object.

    Told by the notations of loggers and servers, never by the words of a message.
    """
    return _START.match(line) is not None
