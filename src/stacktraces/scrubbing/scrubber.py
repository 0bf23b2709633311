"""Scrubs texts and traces by rules, in linear time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from ..model import Error, Frame, Trace
from .rules import Rule

_REMEMBERED = 20_000
_SHORT = 300
"""Characters of texts whose scrubbed form is remembered: lines of source come again and again."""
_MORE = r"value|hash|data|string|str|text|b64|base64|hex|bytes|old|new|confirm|confirmation|\d{1,3}"
_ENDS = rf"(?i:s|[_.-]?(?:{_MORE}))?+"
"""How the name of a value may go on behind a key."""
_ASSIGNED = r"(?:\\{0,3}+[\"'])?+\]?+\s{0,3}+(?:=>|[:=])\s{0,3}+"
_QUOTED = (
    r"\\{1,3}+[\"'][^\"'\\]++",  # within a text that is quoted itself
    r"[bBuUrR]{0,2}+\"(?:[^\"\\]|\\.)++",
    r"[bBuUrR]{0,2}+'(?:[^'\\]|\\.)++",
)
_POINTER = r"0x[0-9a-fA-F]{1,16}+ \"(?:[^\"\\]|\\.)++"
_LIST = r"[\[(][^\])]++[\])]?+"
_NOTHING = r"(?!<|(?:None|null|nil|[Tt]rue|[Ff]alse|undefined)(?!\w)|[\"']?(?:\*{3,}+(?!\w)|\[scrubbed))"
"""What is no secret, or was scrubbed."""


class _Search(NamedTuple):
    """What one rule looks for."""

    name: str
    near: tuple[str, ...]
    pattern: re.Pattern[str]
    found: Callable[[re.Match[str]], str]


class Scrubber:
    """Takes the secrets that ``rules`` describe out of texts and traces."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._searches = [_search(each) for each in rules]
        self._names = [(each.name, re.compile(rf"{_any(each.keys)}{_ENDS}\Z")) for each in rules if each.keys]
        self._short = lru_cache(_REMEMBERED)(self._scrubbed)
        self._name = lru_cache(_REMEMBERED)(self._kind)

    def text(self, text: str) -> str:
        """``text`` with each secret replaced by ``[scrubbed NAME]`` of its rule."""
        return self._short(text) if len(text) <= _SHORT else self._scrubbed(text)

    def value(self, name: str, value: str) -> str:
        """The ``value`` of a variable of that ``name``."""
        kind = self._name(name[-_SHORT:])
        return f"[scrubbed {kind}]" if kind is not None and _says_something(value) else self.text(value)

    def trace(self, trace: Trace) -> None:
        """Scrub what ``trace`` holds: messages, notes, arguments, locals, source, and the lines around."""
        errors = [trace.error]
        while errors:
            error = errors.pop()
            self._error(error)
            errors += error.children
            if error.cause is not None:
                errors.append(error.cause)
        trace.before = self._maybe(trace.before)
        trace.raw = self._maybe(trace.raw)
        trace.preamble = [self.text(each) for each in trace.preamble]

    def _error(self, error: Error) -> None:
        error.message = self._maybe(error.message)
        error.notes = [self.text(each) for each in error.notes]
        self._frames(error.frames)
        for related in error.related:
            self._frames(related.frames)

    def _frames(self, frames: Iterable[Frame]) -> None:
        for frame in frames:
            if frame.source is not None:
                frame.source = self.text(frame.source)
            if frame.args:
                frame.args = self.text(frame.args)
            if frame.locals:
                frame.locals = {name: self.value(name, value) for name, value in frame.locals.items()}
            if frame.file is not None and "://" in frame.file:
                frame.file = self.text(frame.file)

    def _maybe(self, text: str | None) -> str | None:
        return self.text(text) if text else text

    def _scrubbed(self, text: str) -> str:
        lowered = text.lower()
        for search in self._searches:
            if not search.near or any(each in lowered for each in search.near):
                text = search.pattern.sub(search.found, text)
        return text

    def _kind(self, name: str) -> str | None:
        return next((kind for kind, pattern in self._names if pattern.search(name)), None)


_SAYS_NOTHING = frozenset(
    ("", "None", "null", "nil", "True", "False", "true", "false", "undefined", "''", '""')
)


def _says_something(value: str) -> bool:
    return value not in _SAYS_NOTHING and not value.startswith("<")


def _search(rule: Rule) -> _Search:
    mark = f"[scrubbed {rule.name}]"
    if rule.keys:
        least = f"{{{rule.least},}}+"
        bare = rf"{_NOTHING}[^\s\"'&;,()\[\]{{}}\\]{least}"
        value = "|".join((*_QUOTED, _POINTER, _LIST, bare))
        pattern = rf"{_any(rule.keys)}{_ENDS}{_ASSIGNED}{_NOTHING}(?P<secret>{value})"
        near = tuple({key.split()[0].lower() for key in rule.keys})
    elif rule.headers:
        value = "|".join((*_QUOTED, r"[^\r\n\"']++"))
        pattern = rf"\b(?i:{'|'.join(map(re.escape, rule.headers))}){_ASSIGNED}{_NOTHING}(?P<secret>{value})"
        near = tuple(each.lower() for each in rule.headers)
    else:
        pattern = rule.pattern or ""
        near = tuple(each.lower() for each in rule.near)
    compiled = re.compile(pattern)

    def found(match: re.Match[str]) -> str:
        if rule.check == "luhn" and not _luhn(match.group()):
            return match.group()
        if "secret" not in compiled.groupindex:
            return mark
        start, end = match.span("secret")
        return (
            match.string[match.start() : start]
            + _opening(match["secret"])
            + mark
            + match.string[end : match.end()]
        )

    return _Search(rule.name, near, compiled, found)


_QUOTE = re.compile(r"(?:[bBuUrR]{0,2}+|\\{1,3}+|0x[0-9a-fA-F]{1,16}+ )[\"']")


def _opening(secret: str) -> str:
    """The quote with which a value starts."""
    found = _QUOTE.match(secret)
    return found.group() if found is not None else ""


def _any(keys: Iterable[str]) -> str:
    """One of ``keys``, whose words may be joined in any way."""
    ordered = sorted(keys, key=len, reverse=True)
    words = ("[_. -]?+".join(map(re.escape, key.split())) for key in ordered)
    return f"(?>(?i:{'|'.join(words)}))"


def _luhn(text: str) -> bool:
    """The check digit of ISO/IEC 7812-1 is right."""
    digits = [int(each) for each in text if each.isdigit()]
    doubled = [each * 2 - 9 * (each > 4) for each in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
