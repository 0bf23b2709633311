"""What a log line says of the stack that follows it: a panic that was recovered, an error."""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from .syntax import GOROUTINE, HEADER

_MOST_LINES = 16
_SERVING = regex(r".*?panic serving \S{1,200}: (?P<message>.*)\Z")
_ECHO = regex(r"\[PANIC RECOVER\] (?P<message>.*)\Z")
_PANIC = regex(r"(?i:.*?\b(?:panic\w*|recover\w*)\b[^:]{0,80}): ?(?P<message>.*)\Z")
# 2026/11/28 19:46:29.000000 main.go:12: MESSAGE
_LOG = regex(
    r"\d{4}/\d\d/\d\d(?: \d\d:\d\d:\d\d(?:\.\d{1,9})?)? (?:[^\s:]{1,400}\.go:\d{1,9}: )?(?P<message>.*)\Z"
)
# 2026-11-28T22:06:28.354Z<TAB>ERROR<TAB>name<TAB>app/main.go:25<TAB>MESSAGE<TAB>{"id": 1}
_ZAP = regex(
    r"[\d.TZ:+-]{10,40}\t[A-Za-z]{4,6}\t(?:[^\t]{1,200}\t)?[^\t\s]{1,400}\.go:\d{1,9}\t(?P<message>[^\t]*)(?:\t|\Z)"
)
# 2026-11-28T22:06:28.354Z<TAB>ERROR<TAB>MESSAGE<TAB>{"id": 1}, without the caller
_ZAP_SHORT = regex(
    r"[\d.TZ:+-]{10,40}\t[A-Za-z]{4,6}\t(?:[^\t]{1,200}\t)?(?P<message>[^\t{][^\t]*)(?:\t\{.*)?\Z"
)
# E0101 12:00:00.000000       1 runtime.go:77] MESSAGE
_GLOG = regex(
    r"[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{1,9} {1,8}\d{1,10} [^\s:]{1,400}\.go:\d{1,9}\] (?P<message>.*)\Z"
)
# {"level":"error","panic":"boom","stack": and level=error panic="boom" stack=
_STRUCTURED = regex(r"\{\s{0,8}\"|(?:time|ts|level|lvl|msg)=")
_FIELD = regex(
    r"[\s,{]\"?(?P<name>panic|recovered|error|err|msg|message)\"?\s{0,8}[:=]\s{0,8}"
    r"\"(?P<text>(?:[^\"\\]|\\.)*+)\""
)
_ERROR_FIELD = regex(r"[,{] ?\"error\": ?\"(?P<text>(?:[^\"\\]|\\.)*+)\"")
_BY_WORTH = ("panic", "recovered", "error", "err", "msg", "message")
_STACK_PART = regex(r"\s+\S.*:\d{1,9}(?: \+0x[0-9a-f]{1,16})?\Z|created by ")


def message_of_record(line: str) -> str | None:
    """The message of a log line of Go's ``log``, slog, zap or klog; ``None`` for any other line."""
    for pattern in (_LOG, _ZAP, _ZAP_SHORT, _GLOG):
        if found := pattern.match(line):
            return _with_error(found["message"], line) or None
    return _message_of_fields(line) if _STRUCTURED.match(line) else None


def _with_error(message: str, line: str) -> str:
    """The message of a record of zap, and what its field says of the error."""
    fields = line.rpartition("\t")[2]
    found = _ERROR_FIELD.search(fields) if fields.startswith("{") else None
    return f"{message}: {_unescaped(found['text'])}" if found else message


def _unescaped(text: str) -> str:
    return text.replace("\\n", "\n").replace('\\"', '"')


def _message_of_fields(line: str) -> str | None:
    """What a record of named fields says of a panic, else its message."""
    fields = {found["name"]: found["text"] for found in _FIELD.finditer(line)}
    name = next((each for each in _BY_WORTH if each in fields), None)
    return _unescaped(fields[name]) if name else None


def message_of_panic(line: str) -> str | None:
    """The panic's message in a log line that tells of one; ``None`` where it tells of none."""
    text = message_of_record(line) or line
    if _STRUCTURED.match(line):
        return text if text is not line else None
    found = _SERVING.match(text) or _ECHO.match(text) or _PANIC.match(text)
    return found["message"] if found else None


def step_back(cursor: Cursor) -> str | None:
    """Go back from a goroutine's heading to the log line that tells of its panic; that panic's message.

    ``None``, and no move, where no line tells of one.
    """
    here = cursor.offset
    behind: list[str] = []
    for _ in range(_MOST_LINES):
        if not cursor.back():
            break
        line = cursor.line or ""
        if _STACK_PART.match(line) or HEADER.match(line) or GOROUTINE.match(line):
            break
        message = message_of_panic(line)
        if message is not None and (starts_record(line) or not behind):
            while behind and behind[-1] == "":
                behind.pop()
            return "\n".join([message, *reversed(behind)])
        if starts_record(line):
            break
        behind.append(line)
    cursor.seek(here)
    return None
