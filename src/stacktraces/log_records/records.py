"""Where a new log record starts, as far as a line's own shape tells.

A message of several lines has no mark at its end. In a log, the next record's start is one: either
a shape that is common enough to know, or the shape of the line that stands before the trace.
"""

from __future__ import annotations

import re

from .._regex import regex

LEVELS = "TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|SEVERE|SUCCESS"
_LOWER_LEVELS = LEVELS.lower()
_DAYS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"

RECORD_START = (
    r"(?:"
    r"[\[(]?\d{4}[-/.]\d\d[-/.]\d\d(?!\d)"
    rf"|[\[(]?\d{{1,2}}[-/ ](?:{_MONTHS}|\d\d?)[-/ ]\d{{2,4}},?[ :T]"
    rf"|[\[(]?(?:{_DAYS}),? (?:{_MONTHS}|\d\d?) "
    rf"|\[?(?:{_MONTHS}) [ \d]?\d(?:, \d{{4}},?)? \d?\d:\d\d:\d\d"
    r"|[\[(]?\d\d:\d\d:\d\d(?!\d)"
    r"|\[?\d{8}[T -]\d\d:?\d\d:?\d\d"
    r"|[\[(]?\d\d\.\d\d\.(?:\d\d){1,2},? \d\d:\d\d"
    r"|[\[(]?\d{4}[-/年]\d{1,2}[-/月]\d{1,2}(?:日 ?| )\d{1,2}:\d\d"
    r"|@4[0-9a-f]{23} "
    r"|First occurred: |Logger: [\w.-]{1,200}+[ \r]*(?![^\n])"
    r"|<\d{1,3}>"
    rf"|\[(?:{LEVELS}|{_LOWER_LEVELS})\s*[\]:/|]"
    rf"|(?:{LEVELS})\s*[:|\-\[(]"
    r"|(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL) "
    r"|\[?[IWEF](?:\d{3,4}|\d{8}) \d\d:\d\d"
    r"|\[?[IWECFDV] (?:\d{4}-)?\d\d-\d\d \d\d:"
    r"|\[[IWECD] (?:\d{6} )?\d\d:\d\d:\d\d"
    r"|[DIWEFV]/[\w.$-]{1,60} ?\( *\d+\): "
    r"|[DIWEFA], \[\d{4}-\d\d-\d\dT"
    r"|\d{9,10}(?:\.\d+)? |\[?1\d{9}(?:\d{3}){0,3}(?:\.\d+)?\]? "
    r"|\[ {0,8}\d{1,9}\.\d{3,6}\] "
    rf"|[<(|](?:{LEVELS}|{_LOWER_LEVELS})[>)|]"
    rf"|[\w.-]{{1,80}}+(?:: (?:INFO|DEBUG):|:(?:{LEVELS}):| (?:- )?(?:{LEVELS})(?: - | {{1,8}}\||  ))"
    r"|[\[(](?:[\w.]{1,60} )?pid[ =]\d"
    r"|\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3} - "
    r"|(?:level|time|ts|timestamp|severity)="
    r'|\{"[^"]{1,80}": ?["\d{\[tfn]'
    r"|\[pid: \d"
    rf"|[A-Z]{{4,8}} \d\d-\d\d \d\d:\d\d:"
    r"|(?:lvl|at)=\S"
    r"|(?:trce|dbug|info|warn|fail|crit): [\w.`+-]{1,299}\[\d"
    r"|\[#\|\d{4}-\d\d-|\[Nest\] \d"
    r"|={4}|_{4}|\*{5}|#{5}|-{20}"
    r"|[^|%\n]{0,100}%\|[^\n]{0,100}?\| *\d{1,15}/\d"
    r")"
)
"""A regular expression, for text and (encoded) for bytes: a time, a level, a JSON object, a ruler, or a
progress bar.

Told by the notations of loggers and servers, never by the words of a message or by a language. Matched at
the start of a line.
"""

STARTS_RECORD = regex(RECORD_START.encode())
"""The same, for bytes."""
_RECORD_START = regex(RECORD_START, re.ASCII)
_DATED = regex(r"[\[(]?\d{4}[-/.]\d\d[-/.]\d\d(?!\d)", re.ASCII)
"""The most frequent of them."""
_TOKEN = regex(r"\S+")
_RUN = regex(r"\d+|[^\W\d_]+")


def starts_record(line: str, learnt: re.Pattern[str] | None = None) -> bool:
    """Whether ``line`` starts a new log record, as a terminal shows it: over a progress bar, after a CR."""
    if "\r" in line:
        line = line[line.rfind("\r") + 1 :]
    return (
        _DATED.match(line) is not None
        or _RECORD_START.match(line) is not None
        or (learnt is not None and learnt.match(line) is not None)
    )


def learn(before: str | None) -> re.Pattern[str] | None:
    """What records look like in this log, from ``before``, the line in front of a trace.

    The first word makes the shape: with digits or brackets in it, any other of the same build
    (``[worker-3]`` tells ``[worker-12]``); else the very same word.
    """
    if before is None or before[:1].isspace() or starts_record(before):
        return None
    token = _TOKEN.match(before)
    if token is None or len(token[0]) > 80:
        return None
    word = token[0]
    if not re.search(r"[\d\[\](){}<>|]", word):
        return re.compile(re.escape(word) + r"\s") if len(word) > 2 else None
    parts = []
    end = 0
    for run in _RUN.finditer(word):
        parts.append(re.escape(word[end : run.start()]))
        parts.append(r"\d+" if run[0].isdecimal() else r"[^\W\d_]+")
        end = run.end()
    parts.append(re.escape(word[end:]))
    return re.compile("".join(parts) + r"(?:\s|$)")
