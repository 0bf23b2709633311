"""Erlang's terms as text: where one ends, and the stacks that they hold."""

from __future__ import annotations

import re
from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...model import Frame

_CLOSING = {"(": ")", "[": "]", "{": "}"}
_TOKEN = regex(r"""[()\[\]{},]|<<|>>|"(?:[^"\\]++|\\.?+)*+"?|'(?:[^'\\]++|\\.?+)*+'?""")
_ATOM = r"(?:[a-z][\w@]*+|'[^']{1,300}+')"
_STACK = regex(rf"\[\{{{_ATOM},\s*{_ATOM},\s*(?=[\d\[])")
_CALL = regex(rf"\{{(?P<module>{_ATOM}),\s*(?P<function>{_ATOM}),\s*")
_FILE = regex(r'\{file,\s*"(?P<file>[^"]{1,1000}+)"\}')
_LINE = regex(r"\{line,\s*(?P<line>\d{1,9}+)\}")
_TAGGED = regex(rf"\{{(?P<tag>{_ATOM})\s*+,\s*+(?P<rest>.*)\}}\Z", re.DOTALL)
_BARE_ATOM = regex(rf"{_ATOM}\Z")
FRAMES_KEPT = 1000


def split_terms(text: str, start: int = 0) -> tuple[list[str], int]:
    """The terms between commas from ``start`` on, and where the bracket that ends them stands."""
    terms: list[str] = []
    depth = 0
    begin = start
    for found in _TOKEN.finditer(text, start):
        token = found[0]
        if token in _CLOSING:
            depth += 1
        elif token in (")", "]", "}"):
            if depth == 0:
                last = text[begin : found.start()].strip()
                return ([*terms, last] if last or terms else []), found.start()
            depth -= 1
        elif token == "," and depth == 0:
            terms.append(text[begin : found.start()].strip())
            begin = found.end()
    last = text[begin:].strip()
    return ([*terms, last] if last or terms else []), len(text)


def reason_before(text: str, start: int) -> str:
    """The term before the comma that stands before the stack at ``start``: the reason that it belongs to."""
    # Of each open bracket: where the current element starts, and the one before it.
    elements: list[tuple[int, str | None]] = [(0, None)]
    for found in _TOKEN.finditer(text, 0, start):
        token = found[0]
        if token in _CLOSING:
            elements.append((found.end(), None))
        elif token in (")", "]", "}") and len(elements) > 1:
            elements.pop()
        elif token == ",":
            begin, _ = elements[-1]
            elements[-1] = found.end(), text[begin : found.start()]
    begin, last = elements[-1]
    reason = text[begin:start].removesuffix(" and stacktrace ") if last is None else last
    return reason.strip()


def find_stack(text: str) -> int:
    """Where the first stack in ``text`` starts, -1 where it holds none."""
    found = _STACK.search(text)
    return found.start() if found is not None else -1


def read_stack(text: str, start: int) -> list[Frame]:
    """The frames of the stack that starts at ``start``."""
    calls, _ = split_terms(text, start + 1)
    frames = [frame for each in calls[:FRAMES_KEPT] if (frame := _read_call(each)) is not None]
    for number, frame in enumerate(frames, 1):
        frame.id = number
    return frames


def _read_call(text: str) -> Frame | None:
    found = _CALL.match(text)
    if found is None:
        return None
    parts, _ = split_terms(text, found.end())
    if not parts:
        return None
    arity, args = parts[0], None
    if arity.startswith("["):
        args = arity[1:-1]
        arity = str(len(split_terms(args)[0]))
    file, line = _FILE.search(text), _LINE.search(text)
    return Frame(
        function=intern(f"{found['module']}:{found['function']}/{arity}"),
        file=intern(file["file"]) if file else None,
        line=to_number(line["line"]) if line else None,
        args=args,
    )


def reason_of(text: str) -> tuple[str | None, str | None]:
    """Type and message of an exit's reason: a tagged tuple's tag and its rest, an atom, or any term."""
    text = " ".join(text.split())
    if found := _TAGGED.match(text):
        return intern(found["tag"]), found["rest"]
    return (intern(text), None) if _BARE_ATOM.match(text) else (None, text or None)


def split_reason(text: str) -> tuple[str, list[Frame]]:
    """The reason in ``text`` without its stack, and the frames of that."""
    start = find_stack(text)
    if start < 0:
        return text.strip(), []
    reason = text[:start].strip().removesuffix(",").strip()
    # The pair of both: its brace is not closed before the stack.
    if reason.startswith("{"):
        inner, end = split_terms(reason, 1)
        if end == len(reason):
            reason = ", ".join(inner) if len(inner) == 1 else reason[1:]
    return reason.strip(), read_stack(text, start)
