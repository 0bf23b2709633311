"""The reports that Erlang's logger prints of processes that died, and what the shell and scripts print.

====================================================================  ====================================
line                                                                  what it is
====================================================================  ====================================
``=ERROR REPORT==== 28-Nov-2026::20:00:17.109529 ===``                a report
``** Reason for termination ==``                                      the reason of a server follows
``    exception error: bad key: plum``                                the reason in words, in a crash report
``      in call from shop:price/2 (shop.erl, line 8)``                a frame below it
``{"init terminating in do_boot",{undef,[{nomod,run,[1],[]}]}}``      the start failed
====================================================================  ====================================

A logger may put the same text before each line (RabbitMQ's does): the prefix of the first line.
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, RelatedStack
from .terms import FRAMES_KEPT, find_stack, read_stack, reason_of, split_reason, split_terms

REPORT = regex(r"=(?P<kind>ERROR|CRASH) REPORT==== (?P<time>\S++) ===")
SERVER = regex(r"(?P<prefix>.{0,300}?)\*\* (?:Generic server|State machine) .{1,500} terminating\s*\Z")
EXCEPTION = regex(r"(?P<prefix>.*?)(?<!\w)exception (?P<class>error|exit|throw): (?P<text>.*)\Z")
BOOT = regex(
    r'\s*+(?:\{"init terminating in do_boot",'
    r"|(?:init terminating in do_boot|Runtime terminating during boot) \()"
)
_IN = regex(
    r"\s++in (?:function|operator|call from)\s++(?P<name>\S.{0,500}?/\d{1,3})"
    r"(?: \((?P<file>[^(),]{1,500}+), line (?P<line>\d{1,9}+)\))?\s*\Z"
)
# A function that has no clause for its arguments is on the stack, but told in the message.
_NO_CLAUSE = regex(
    r"(?s)no function clause matching\s+(?P<name>[^\s(]{1,300}+)\((?P<args>.{0,4000})\)\s+"
    r"\((?P<file>[^(),]{1,500}+), line (?P<line>\d{1,9}+)\)\s*\Z"
)
_CALLED = regex(r"\s++(?:called as |\*\*\* argument )")
_NEXT_PART = regex(r"\*\* [A-Z]")
_VALUE = regex(
    r"(?:Error in process .{1,200} with exit value:|.*\bexit with reason:|.*\bterminated with reason:)"
    r" ?(?P<rest>.*)\Z"
)
_STATE_MACHINE = regex(r"\*\* Reason for termination = (?P<class>error|exit|throw):(?P<rest>.*)\Z")
_PHRASES = (
    ("bad key: ", "badkey"), ("no match of right hand side value ", "badmatch"), ("bad argument", "badarg"),
    ("an error occurred when evaluating an arithmetic expression", "badarith"),
    # lager's
    ("no match of right hand value ", "badmatch"), ("bad arithmetic expression", "badarith"),
    ("call to undefined function ", "undef"),
    ("no true branch found when evaluating if expression", "if_clause"),
    ("no function clause matching ", "function_clause"), ("undefined function ", "undef"),
    ("no case clause matching ", "case_clause"), ("no true branch found when evaluating an if", "if_clause"),
    ("no try clause matching ", "try_clause"), ("bad function ", "badfun"), ("bad map: ", "badmap"),
    ("a system limit has been reached", "system_limit"), ("no such process or port", "noproc"),
)  # fmt: skip
"""How the shell words the runtime's own reasons."""
_REPORT_LINES = 130


class Report:
    """The lines of a report, without the prefix of each, up to a blank one or the next report."""

    def __init__(self, cursor: Cursor, prefix: str = "") -> None:
        self.cursor = cursor
        self.prefix = prefix

    @property
    def line(self) -> str | None:
        """The current line; ``None`` behind the report's last one."""
        line = self.cursor.line
        if line is not None and not line.startswith(self.prefix) and line.startswith("** "):
            self.prefix = ""  # It stood before the record's first line only.
        if line is None or not line.startswith(self.prefix):
            return None
        line = line[len(self.prefix) :]
        if not line.strip() or line.startswith("="):
            return None
        return None if not self.prefix and starts_record(line) else line

    def rest(self) -> list[str]:
        """The lines from here to the end; the cursor stands behind them."""
        lines: list[str] = []
        while (line := self.line) is not None and len(lines) < _REPORT_LINES:
            lines.append(line)
            self.cursor.advance()
        return lines


def read_report(lines: list[str]) -> Error | None:
    """The error that the lines of a report tell of; ``None`` where they tell of none."""
    for index, line in enumerate(lines):
        if line.startswith("** Reason for termination =="):
            reason, following = _part(lines, index + 1)
            return _with_client(_from_term(reason), lines[following:])
        if found := _STATE_MACHINE.match(line):
            return _read_state_machine(found["rest"], lines[index + 1 :])
        if found := _VALUE.match(line):
            return _from_term("\n".join((found["rest"], *lines[index + 1 :])))
        if found := EXCEPTION.match(line):
            return read_exception(found["class"], found["text"], lines[index + 1 :])[0]
    return None


def _part(lines: list[str], start: int) -> tuple[str, int]:
    """A part of a server's report from ``start`` on, and where the next one starts."""
    end = start
    while end < len(lines) and not (_NEXT_PART.match(lines[end]) and end > start):
        end += 1
    return "\n".join(each.removeprefix("** ") for each in lines[start:end]), end


def _from_term(text: str) -> Error:
    reason, frames = split_reason(text)
    kind, message = reason_of(reason)
    return Error(type=kind or "exit", message=message, frames=frames)


def _read_state_machine(reason: str, lines: list[str]) -> Error:
    error = _from_term(reason)
    for index, line in enumerate(lines):
        if line.startswith("** Stacktrace ="):
            text, _ = _part(lines, index + 1)
            if (start := find_stack(text)) >= 0:
                error.frames = read_stack(text, start)
            break
    return error


def _with_client(error: Error, lines: list[str]) -> Error:
    """``error`` with the stack of the process that waited for an answer."""
    if lines and lines[0].startswith("** Client ") and lines[0].rstrip().endswith(" stacktrace"):
        text, _ = _part(lines, 1)
        if (start := find_stack(text)) >= 0:
            title = lines[0].removeprefix("** ").strip()
            error.related.append(RelatedStack(title=title, frames=read_stack(text, start)))
    return error


def read_exception(kind: str, text: str, lines: list[str]) -> tuple[Error, int]:
    """The error that is told in words, and how many of ``lines``, which follow, belong to it."""
    texts = [text]
    frames: list[Frame] = []
    taken = 0
    margin = None
    for index, line in enumerate(lines):
        found = _IN.match(line)
        if found is not None:
            margin = len(line) - len(line.lstrip())
            if len(frames) < FRAMES_KEPT:
                frames.append(_frame(found.groupdict(), len(frames) + 1))
        elif not _CALLED.match(line):
            indent = len(line) - len(line.lstrip())
            if margin is not None and indent <= margin:
                break
            if margin is None and (
                (not frames and index >= 20) or indent == 0 or (": " in line and indent <= 4)
            ):
                break
            if margin is None:
                texts.append(line.strip())
        taken = index + 1
    return in_words(kind, "\n".join(texts).strip(), frames), taken


def _frame(found: dict[str, str | None], number: int) -> Frame:
    file, line = found["file"], found["line"]
    return Frame(
        function=intern(found["name"] or ""),
        file=intern(file) if file else None,
        line=to_number(line) if line else None,
        id=number,
    )


def in_words(kind: str, text: str, frames: list[Frame]) -> Error:
    if found := _NO_CLAUSE.match(text):
        arity = len(split_terms(found["args"])[0])
        place = {"name": f"{found['name']}/{arity}", "file": found["file"], "line": found["line"]}
        frames = [_frame(place, 1), *frames]
        for number, each in enumerate(frames, 1):
            each.id = number
        text = text[: found.end("args") + 1]
    for phrase, name in _PHRASES:
        if text.startswith(phrase):
            return Error(type=name, message=text[len(phrase) :].strip() or text, frames=frames)
    tag, message = reason_of(text)
    return Error(type=tag or kind, message=message, frames=frames)


def read_boot(line: str) -> Error | None:
    """The error for which a node did not start, from a line that :data:`BOOT` matches."""
    found = BOOT.match(line)
    if found is None:
        return None
    text = line[found.end() :].rstrip()
    return _from_term(text.removesuffix("}" if found[0].endswith(",") else ")"))
