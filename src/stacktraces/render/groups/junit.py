"""JUnit's XML, for CI systems that show test reports: a test case for each group, failed unless known."""

from __future__ import annotations

from collections.abc import Iterator

from .. import plain
from .._safe import printable, safe
from . import Answer, Output, Shown
from ._words import facts, stack


def pieces(answer: Answer) -> Iterator[bytes]:
    """The document."""
    failed = sum(_fails(each) for each in answer.shown)
    skipped = sum(each.verdict == "ignored" for each in answer.shown)
    counts = f'tests="{len(answer.shown)}" failures="{failed}" skipped="{skipped}" errors="0"'
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites {counts}>\n<testsuite name="stacktraces" {counts}>\n'.encode()
    for each in answer.shown:
        yield from (line.encode("utf-8", "backslashreplace") for line in _case(answer, each))
    yield b"</testsuite>\n</testsuites>\n"


def _fails(shown: Shown) -> bool:
    return shown.verdict not in ("known", "ignored")


def _case(answer: Answer, shown: Shown) -> Iterator[str]:
    group = shown.group
    place = answer.place(group)
    file = f' file="{_xml(place.path)}" line="{place.line}"' if place else ""
    name = plain.headline(group.error)
    owner = group.runtime or group.format
    named = _xml(f"{name} [{group.fingerprint}]")
    yield f'<testcase classname="{_xml(owner)}" name="{named}"{file} time="0">\n'
    if _fails(shown):
        kind = group.error.type or group.format
        yield f'<failure type="{_xml(kind)}" message="{_xml(name)}">{_xml(stack(group))}</failure>\n'
    elif shown.verdict == "ignored":
        yield "<skipped/>\n"
    yield f"<system-out>{_xml(chr(10).join(facts(group, shown.judgement)))}</system-out>\n</testcase>\n"


def _xml(text: str) -> str:
    """``text`` with XML's escapes, without the two characters that it may not hold and a terminal may."""
    lines = printable(text).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
    return "\n".join(safe(line, "html") for line in lines.split("\n"))


OUTPUT = Output(pieces)
