"""Whether a line is an error of Perl that has no stack: ``MESSAGE at FILE line N.`` is close to prose."""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from .syntax import SCRIPT, Header, match_header

_LEVEL = regex(
    r".{0,120}?(?<![A-Za-z])(?:ERROR|[Ee]rror|FATAL|[Ff]atal|CRITICAL|[Cc]ritical|crit|emerg|alert)(?![A-Za-z])"
)
_HEAD = regex(
    r"(?:\[[^\]\n]{1,80}+\] ?)++(?:AH\d{5}: )?"
    r"|.{0,100}?(?<![A-Za-z])(?:ERROR|FATAL|CRITICAL|error|fatal|critical)\]?[\s:>|-]{1,8}+"
    r"(?:\[[^\]\n]{1,80}+\] ?)*+"
)
_DANCER = regex(
    r"\[[\w:.-]{1,80}+\] {1,4}(?:error|critical|core) @[^>\n]{1,40}+> ?(?:\[[^\]\n]{1,40}+\] ?)*+"
)
# Texts of perldiag that end a program, as far as they begin alike in all versions.
_DIAGNOSTICS = regex(
    r"Can't |Illegal (?:division|modulus|declaration|hexadecimal) |Not an? [A-Z]+ reference|Global symbol \""
    r"|Undefined (?:subroutine|format)|Bareword \"|syntax error\b|Died\Z|Modification of (?:a read-only|non-)"
    r"|Attempt to (?:reload|bless|free) |Missing right |Unmatched |Base class package |Compilation failed in "
    r"|BEGIN failed--compilation aborted|(?:Too many|Too few|Not enough) arguments for "
)
_WARNINGS = regex(
    r"Use of uninitialized value|Argument \".*\" isn't numeric|Deep recursion on|Subroutine \S+ redefined"
    r"|Wide character in|Useless use of|Name \".*\" used only once|Odd number of elements|Unquoted string"
    r"|Warning: "
)
FOLLOWS = regex(
    r"BEGIN failed--compilation aborted at |Compilation failed in require at "
    r"|Execution of \S.{0,500} aborted due to compilation errors\.|\S.{0,500} had compilation errors\."
)
"""What the interpreter says after the error that made it stop."""
STATEMENT = regex(r"LINE \d{1,6}: ")
"""How PostgreSQL shows a statement, with a mark below it."""
PREAMBLE = "Uncaught exception from user code:"
"""What the module ``diagnostics`` prints above an error."""
_MOST_FOLLOWING = 20


def following_lines(cursor: Cursor) -> list[str]:
    """What the interpreter says of the error before the cursor's line: further errors of a script that cannot
    be compiled, and that it stops; passes over it."""
    here = cursor.offset
    lines: list[str] = []
    kept = 0
    for _ in range(_MOST_FOLLOWING):
        line = cursor.line or ""
        if FOLLOWS.match(line):
            kept, here = len(lines) + 1, cursor.next_offset
        elif not (_DIAGNOSTICS.match(line) and match_header(line)):
            break
        lines.append(line)
        cursor.advance()
    cursor.seek(here)
    return lines[:kept]


def text_of_record(line: str) -> str:
    """``line`` without what a logger puts before its message."""
    if found := _DANCER.match(line):
        return line[found.end() :]
    if not starts_record(line) and not line.startswith("["):
        return line
    found = _HEAD.match(line)
    return line[found.end() :] if found else line


def is_serious(line: str) -> bool:
    """Whether ``line``, which starts a log record, says that it tells of an error."""
    return _LEVEL.match(line) is not None


def is_script(header: Header) -> bool:
    """Whether the place of ``header`` is in a file of Perl's."""
    return SCRIPT.match(header.place.file or "") is not None


def is_certain(cursor: Cursor, line: str) -> bool:
    """Whether the cursor's line, which no stack follows, is an error of Perl."""
    text = text_of_record(line)
    header = match_header(text)
    if header is None or not is_script(header):
        return False
    message = header.message.strip()
    if _WARNINGS.match(message):
        return False
    if message == "^" and STATEMENT.match(cursor.peek(-1) or ""):
        return True
    if _DIAGNOSTICS.match(message) or header.handle or FOLLOWS.match(cursor.peek() or ""):
        return True
    if (cursor.peek(-1) or "").strip() == PREAMBLE:
        return True
    if text is not line:
        return is_serious(line)
    return not starts_record(line) and text.rstrip().endswith(".") and _is_last(cursor)


def _is_last(cursor: Cursor) -> bool:
    """Whether nothing follows: it is the last that a process said."""
    here = cursor.offset
    cursor.advance()
    last = cursor.line is None
    cursor.seek(here)
    return last
