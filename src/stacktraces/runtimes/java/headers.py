"""The line that names an exception of a Java virtual machine, alone or at the end of a log's line.

========================================================================  ==================================
line                                                                      what it is
========================================================================  ==================================
``Exception in thread "main" java.lang.X: m``                             nobody caught it
``java.lang.X: m``, ``java.lang.X``, ``java.lang.X: ``                    with a message, none, an empty one
``Error: java.lang.X: m``                                                 Hadoop's, of a task
``java.lang.X in service jboss.a: m``                                     JBoss' service container
``Assertion failed: ``                                                    Groovy's ``assert``
``<#1a2b3c4d> java.lang.X: m``                                            logstash-logback-encoder's hash
``org.xml.sax.SAXParseException; lineNumber: 1; m``                       a ``toString`` of its own
``2026-03-01 12:00:00 ERROR Api - request failed: java.lang.X: m``        a log's line
========================================================================  ==================================
"""

from __future__ import annotations

from enum import IntEnum

import msgspec

from ..._regex import regex

NAME = r"[^\W\d][\w$]*+(?:\.[\w$]++)*+"
LONGEST_TYPE = 500
"""Characters of a type; what is longer is no name."""

_TYPE = regex(rf"(?:<#[0-9a-f]{{4,16}}> )?(?P<type>{NAME}(?:\({NAME}\)(?=: ))?)")
_ASSERTION = "Assertion failed"
"""What Groovy prints in the place of the type where an ``assert`` fails; its message is a drawing."""
_IN_THREAD = regex(rf'Exception in thread "(?P<thread>.*?)" (?P<header>(?:{NAME}|{_ASSERTION})(?:[:;].*)?$)')
_FAILURES = ("Exception", "Error", "Throwable", "Failure", "Failed", "Fault", "ThreadDeath")
_WORD = regex(r"(?<![\w$.])(?:[^\W\d][\w$]*+\.)++[\w$]++(?=: |:?$|;| in (?:anonymous )?service)")
_OF_TASK = "Error: "
_NO_FAILURE = ("java.lang.Thread.", "java.lang.ProcessBuilder")
_HEADINGS = frozenset({"Stacktrace", "StackTrace", "Backtrace"})


class Likeness(IntEnum):
    """How likely it is that a name is that of an exception."""

    WORD = 0
    """A capitalised word: ``OrderFailed2``."""
    CLASS = 1
    """A class of some package: ``shop.Orders$Quiet``."""
    NAMED = 2
    """A word that is called like a failure: ``BadOrderException``."""
    CERTAIN = 3
    """A class of some package that is called like a failure, or one that the line says nobody caught."""


class Header(msgspec.Struct, frozen=True):
    """What a header says."""

    type: str
    message: str | None
    likeness: Likeness
    thread: str | None = None
    """The thread that ended, where the line says so."""


def match_header(text: str) -> Header | None:
    """The header that ``text`` is, from its start to its end."""
    if text.startswith("Exception in"):
        found = _IN_THREAD.match(text)
        inner = match_header(found["header"]) if found is not None else None
        if found is None or inner is None:
            return None
        return Header(inner.type, inner.message, Likeness.CERTAIN, found["thread"])
    if text.startswith(_OF_TASK):
        inner = match_header(text[len(_OF_TASK) :])
        if inner is not None and inner.likeness is Likeness.CERTAIN:
            return inner
    if text.startswith(f"{_ASSERTION}:"):
        return Header(_ASSERTION, text[len(_ASSERTION) + 1 :].strip(), Likeness.NAMED)
    found = _TYPE.match(text)
    if found is None or found.end() > LONGEST_TYPE:
        return None
    kind = found["type"]
    likeness = _likeness(kind)
    if likeness is None:
        return None
    rest = text[found.end() :]
    if not rest.strip():
        return Header(kind, None, likeness)
    if rest.startswith(": ") or rest == ":":
        return Header(kind, rest[2:], likeness)
    if likeness is Likeness.CERTAIN and rest[0] in ";[( ":
        return Header(kind, rest.lstrip("; ").rstrip(), likeness)
    return None


def find_header(line: str) -> tuple[Header, int] | None:
    """The header that stands at the end of a log's line, after the line's own text, and where it starts."""
    best: tuple[Header, int] | None = None
    for found in _WORD.finditer(line):
        header = match_header(line[found.start() :])
        if header is None:
            continue
        if header.likeness is Likeness.CERTAIN:
            return header, found.start()
        best = header, found.start()
    return best


def _likeness(kind: str) -> Likeness | None:
    name = kind.partition("(")[0]
    package, _, simple = name.rpartition(".")
    simple = simple.rpartition("$")[2] or simple
    if name.startswith(_NO_FAILURE) or name in _HEADINGS:
        return None
    if simple.endswith(_FAILURES):
        return Likeness.CERTAIN if package else Likeness.NAMED
    first = simple[:1]
    if package:
        # An anonymous class is a number: shop.Orders$1.
        return Likeness.CLASS if not first.islower() else None
    return Likeness.WORD if first.isupper() and not simple.isupper() else None
