"""Messages that are certainly whole on one line: CPython's own, and those that stand in the source.

What stands behind such a message is none of it, whatever it is: only a note may be. Each entry has the
types that say it, and how all of the message reads. The source line of the frame that raised may hold the
message: as a literal, or as one with values in it, where the literal goes on behind the last value or that
one is a literal, too.
"""

from __future__ import annotations

import builtins

from ..._regex import regex

_NAME = r"'[^'\n]{1,300}'"
_HINT = r"(?:\.? (?:Did you mean|Or did you forget|Did you forget|Perhaps you forgot)[^\n]{1,300}\?)*"
_MESSAGES = (
    ("ZeroDivisionError", r"[\w /%()]{1,60} by zero"),
    ("ModuleNotFoundError ImportError", rf"No module named {_NAME}(?:; {_NAME} is not a package)?"),
    ("ModuleNotFoundError ImportError", r"No module named [\w.]{1,200}"),
    ("ImportError", rf"cannot import name {_NAME}(?: from {_NAME}(?: \([^\n]{{1,400}}\))?)?{_HINT}"),
    ("ImportError", r"[^\s:]{1,300}: cannot open shared object file: No such file or directory"),
    ("ImportError", r"attempted relative import (?:with no known parent package|beyond top-level package)"),
    ("NameError", rf"(?:global )?name {_NAME} is not defined{_HINT}"),
    ("UnboundLocalError", r"(?:cannot access )?local variable '[^'\n]{1,300}'[^\n]{1,80}"),
    (
        "AttributeError",
        rf"(?:type object |partially initialized )?(?:{_NAME}|module {_NAME}) (?:object )?has no attribute"
        rf" {_NAME}"
        rf"(?: \(most likely [^\n]{{1,80}}\))?{_HINT}",
    ),
    ("IndexError", r"[\w ]{1,40} index out of range|pop from (?:an )?empty [\w ]{1,30}"),
    (
        "TypeError",
        r"[^\n]{1,200}\(\) (?:missing \d{1,3} required |takes [^\n]{1,60} but \d{1,3} (?:was|were) given"
        r"|got an unexpected keyword argument |got multiple values for )[^\n]{0,300}",
    ),
    (
        "TypeError",
        rf"{_NAME} object is not (?:callable|iterable|subscriptable|an iterator)|unhashable type: {_NAME}",
    ),
    (
        "TypeError",
        rf"{_NAME} object does not support [\w ]{{1,40}}|{_NAME} not supported between [^\n]{{1,200}}",
    ),
    ("TypeError", r"unsupported operand type\(s\) for [^\n]{1,200}|can only concatenate [^\n]{1,100}"),
    (
        "ValueError",
        r"(?:invalid literal for int\(\) with base \d{1,2}|could not convert string to float): [^\n]{1,300}",
    ),
    (
        "ValueError",
        r"(?:not enough|too many) values to unpack \([^\n]{1,60}\)|I/O operation on closed file\.?",
    ),
    (
        "OSError FileNotFoundError PermissionError FileExistsError IsADirectoryError NotADirectoryError"
        " IOError ConnectionError ConnectionRefusedError ConnectionResetError ConnectionAbortedError"
        " BrokenPipeError TimeoutError BlockingIOError ChildProcessError ProcessLookupError InterruptedError",
        r"\[(?:Errno|WinError) -?\d{1,6}\] [^\n:]{1,200}(?:: (?:u?b?'[^'\n]{1,400}'|u?b?\"[^\"\n]{1,400}\")"
        r"(?: -> (?:'[^'\n]{1,400}'|\"[^\"\n]{1,400}\"))?)?",
    ),
    ("UnicodeDecodeError UnicodeEncodeError", r"'[\w-]{1,40}' codec can't (?:de|en)code [^\n]{1,200}"),
    ("RecursionError RuntimeError", r"maximum recursion depth exceeded[^\n]{0,80}"),
    ("JSONDecodeError", r"[^\n]{1,100}: line \d{1,9} column \d{1,9} \(char \d{1,9}\)"),
    ("EOFError", r"EOF when reading a line|Ran out of input"),
)
_BY_TYPE = {
    kind: regex("(?:" + "|".join(pattern for types, pattern in _MESSAGES if kind in types.split()) + r")\s*$")
    for kind in {each for types, _ in _MESSAGES for each in types.split()}
}
_BUILT_IN = frozenset(
    name
    for name, each in vars(builtins).items()
    if isinstance(each, type) and issubclass(each, BaseException)
)

_RAISED = regex(
    r"(?:^|[\n:;] {0,40})raise (?P<type>[\w.]{1,200})\(\s{0,200}(?P<kind>[frFR]{0,2})"
    r"(?:\"(?!\"\")(?P<double>(?:[^\"\\\n]|\\.)*+)\"|'(?!'')(?P<single>(?:[^'\\\n]|\\.)*+)')"
    r"(?P<behind>\s{0,200}[),%.])"
)
_HOLE = regex(r"\{\{|\}\}|(?P<value>\{[^{}\n]{0,500}\})|(?P<percent>%[-+ #0-9.]{0,10}[sdrifgx])")
_LITERAL = regex(r"""'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+"|-?\d[\d.]{0,40}|None|True|False""")


def is_complete(type_: str, message: str | None) -> bool:
    """Whether ``message``, the rest of the line that names the error, is certainly all of its message.

    ``None`` says that the line holds the type alone, as CPython prints its own without arguments.
    """
    name = type_.rpartition(".")[2]
    if message is None:
        return type_ in _BUILT_IN
    pattern = _BY_TYPE.get(name)
    return pattern is not None and pattern.match(message) is not None


def stands_in(source: str, type_: str, message: str | None) -> bool:
    """Whether ``source``, at the innermost frame, raises ``type_`` with a literal, all of ``message``."""
    if message is None:
        return False
    message, name = message.rstrip(), type_.rpartition(".")[2]
    if name == "KeyError":
        return _LITERAL.fullmatch(message) is not None
    raised = _RAISED.search(source)
    if raised is None or raised["type"].rpartition(".")[2] != name:
        return False
    text = raised["double"] if raised["double"] is not None else raised["single"]
    if not text or "\\" in text:
        return False
    formatted = "f" in raised["kind"].lower()
    if not formatted and raised["behind"].strip() == ")":
        return message == text
    holes = [each for each in _HOLE.finditer(text) if each.lastgroup]
    if not holes or (formatted and any(each.lastgroup == "percent" for each in holes)):
        return message == text
    start, end = holes[0].start(), holes[-1].end()
    head, tail = _plain(text[:start]), _plain(text[end:])
    if len(message) < len(head) + len(tail) or not message.startswith(head):
        return False
    if tail.strip():
        return message.endswith(tail)
    return len(holes) == 1 and _LITERAL.fullmatch(message[len(head) :].strip()) is not None


def _plain(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}").replace("%%", "%")
