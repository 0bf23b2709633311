"""A frame of a stack trace as every Java virtual machine and logger prints it.

==============================================================  =======================================
frame                                                           printed by
==============================================================  =======================================
``\\tat shop.Orders.main(Orders.java:33)``                       ``Throwable.printStackTrace``
``\\tat java.base/java.lang.Thread.run(Thread.java:840)``        the same, for a class of a module
``\\tat app//shop.Orders.main(Orders.java)``                     with the class loader's name, without a line
``\\tat shop.Orders.main(Unknown Source)``                       where there is no debug information
``\\tat shop.Orders.f(Orders.java:3) ~[app.jar:1.2]``            logback and log4j, with packaging data
``\\tat shop.Mod.f(Mod.java:3) ~[mod.jar:?] {re:mixin}``        Minecraft: what changed the class
``    at org.x.Mojo.execute (Mojo.java:215)``                    Maven
``\\tat java.lang.Object.wait(java.base@17.0.15/Native Method)`` a thread dump
==============================================================  =======================================

A name may hold blanks and parentheses (a Kotlin test), and a place may be a path (a Groovy script). The
next log record may stand behind the last frame (log4j's ``%ex{short}`` ends no line).
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...log_records.records import starts_record
from ...model import Frame
from .._remembered import remembered, remembered_frame

FRAMES_KEPT = 1024
"""Frames kept of one stack: as many as the virtual machine keeps unless it is told otherwise."""

_SIMPLE = regex(r"\s*+at (?P<function>[^()\s]++)(?P<blank> ?)\((?P<place>[^()]*+)\)")
_BEGINNING = regex(r"\s*+at (?=[^\W\d]|['$])")
# ` ~[spring-core-5.3.jar!/:5.3]`, ` [classes/:na]`; logstash-logback-encoder's ` [3 skipped]`; what changed
# the class, as Minecraft's loader prints it: ` {re:mixin,pl:accesstransformer:B}`; the end of a record of
# GlassFish
_PACKAGING = regex(r"(?: \[\d+ skipped\])?(?: ~?\[[^\[\]]*\])?(?: \{[^{}]*\})?\s*(?:\]\]|\|#\])?$")
_LOADER = regex(r"(?:[^/\s()]*+/(?!0x|\d)){1,2}+(?=[\w$])")
_MODULE = regex(r"[\w.$-]*(?:@[\w.+-]*)?/")
_NOWHERE = frozenset({"Unknown Source", "Native Method", "<generated>", "<Unknown>", "null"})
_NO_FILE = ("SourceFile", "NO_SOURCE_FILE", "r8-map-id-", "LambdaForm$")
_EXTENSIONS = (
    ".java", ".kt", ".kts", ".scala", ".sc", ".groovy", ".gradle", ".gvy", ".clj", ".cljc", ".aj", ".xtend",
)  # fmt: skip


@remembered
def match_frame(line: str) -> tuple[str, str] | None:
    """The function and the place of the frame that ``line`` prints, both as printed; ``None`` for others."""
    found = _SIMPLE.match(line)
    if found is None:
        return _match_odd_name(line)
    function, place = found["function"], found["place"]
    if "." not in function or not is_place(place, strict=found["blank"] != ""):
        return None
    end = found.end()
    if end == len(line) or _PACKAGING.match(line, end) or starts_record(line[end:]):
        return function, place
    return _match_odd_name(line)


def _match_odd_name(line: str) -> tuple[str, str] | None:
    """The same for a function whose name holds blanks or parentheses: its place is read from the right."""
    found = _BEGINNING.match(line)
    if found is None:
        return None
    text = line.rstrip()
    closing = text.rfind(")")
    opening = text.rfind("(", 0, closing)
    if opening < 0 or _PACKAGING.match(text, closing + 1) is None:
        return None
    function, place = text[found.end() : opening].rstrip(), text[opening + 1 : closing]
    # cats-effect: "map @ shop.Main$.run" is the operation, and who asked for it
    function = function.partition(" @ ")[2] or function
    head = function.partition(" ")[0]
    return (function, place) if "." in head and is_place(place, strict=True) else None


def is_place(text: str, *, strict: bool = False) -> bool:
    """Whether ``text`` is where Java says that a frame is.

    ``strict`` leaves out what other runtimes print as well: a line number is not enough to tell.
    """
    text = _without_module(text)
    if text in _NOWHERE:
        return True
    file, _, number = text.rpartition(":")
    if not file or not number.isdecimal():
        return text.endswith(_EXTENSIONS) or text.startswith(_NO_FILE)
    if ":" in file:
        return False
    return not strict or file.endswith(_EXTENSIONS) or file in _NOWHERE or file.startswith(_NO_FILE)


def _without_module(place: str) -> str:
    """``place`` without the module that a thread dump prints before it."""
    found = _MODULE.match(place) if "/" in place else None
    if found is None or not ("@" in found[0] or place[found.end() :] in _NOWHERE):
        return place
    return place[found.end() :]


def without_loader(function: str) -> str:
    """``function`` without the class loader and the module that it was loaded from."""
    found = _LOADER.match(function) if "/" in function else None
    return function[found.end() :] if found is not None else function


def make_frame(function: str, place: str) -> Frame:
    """The frame of a function at a place that :func:`is_place`."""
    frame = Frame(function=intern(function))
    place = _without_module(place)
    if place in _NOWHERE:
        return frame
    file, _, number = place.rpartition(":")
    if file and number.isdecimal():
        if file not in _NOWHERE:
            frame.file, frame.line = intern(file), to_number(number)
    else:
        frame.file = intern(place)
    return frame


@remembered_frame
def read_frame(line: str) -> Frame | None:
    """The frame that ``line`` prints: class and method without module and loader, file and line."""
    found = match_frame(line)
    return make_frame(without_loader(found[0]), found[1]) if found is not None else None
