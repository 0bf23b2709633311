"""pytest's reports of tests as JSON: a line each of pytest-reportlog, the tests of pytest-json-report's document.

A failure is text, or the parts of which pytest would have printed it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from . import Carrier, Record, Sample
from ._json import at, event, json_carrier, named

_ENTRY_RULE = "_ " * 40
_MOST_PARTS = 10_000


class Line(msgspec.Struct):
    """One report."""

    nodeid: str
    outcome: str | None = None
    longrepr: Any = None
    setup: Any = None
    call: Any = None
    teardown: Any = None
    start: float | None = None


def _read(line: Line) -> Record | None:
    if line.outcome is None:
        return None
    phases = (line.longrepr, *(at(each, "longrepr") for each in (line.setup, line.call, line.teardown)))
    texts = [text for each in phases if (text := _text(each))]
    time = str(line.start) if line.start else None
    banner = f"____ {line.nodeid} ____" if texts else f"{line.nodeid} {line.outcome}"
    return event("\n".join((banner, *texts)), None, time, named(logger=line.nodeid))


def _text(failure: Any) -> str | None:
    if isinstance(failure, str):
        return failure
    if not isinstance(failure, dict):
        return None
    chain = failure.get("chain")
    links = chain if isinstance(chain, list) and chain else [[failure.get("reprtraceback"), None, None]]
    lines: list[str] = []
    for link in links[:_MOST_PARTS]:
        if isinstance(link, list) and link:
            lines += _entries(link[0])
            if isinstance(link[-1], str):
                lines += ["", link[-1], ""]
    return "\n".join(lines) or None


def _entries(traceback: Any) -> Iterator[str]:
    entries = at(traceback, "reprentries")
    for number, entry in enumerate(entries[:_MOST_PARTS] if isinstance(entries, list) else ()):
        data = at(entry, "data")
        is_long = at(data, "style") == "long"
        if number and is_long:
            yield _ENTRY_RULE
        source = [each for each in at(data, "lines") or () if isinstance(each, str)]
        place = _place(at(data, "reprfileloc"))
        if is_long:
            yield from _arguments(data)
            yield from (*source, "", *place)
        else:
            yield from (*place, *source)


def _arguments(data: Any) -> Iterator[str]:
    pairs = at(data, "reprfuncargs", "args")
    for each in pairs if isinstance(pairs, list) else ():
        if isinstance(each, list) and len(each) == len(("name", "value")):
            yield f"{each[0]} = {each[1]}"


def _place(location: Any) -> list[str]:
    if not isinstance(location, dict):
        return []
    return [f"{location.get('path')}:{location.get('lineno')}: {location.get('message') or ''}"]


_ENTRY = (
    b'{"type":"ReprEntry","data":{"lines":["    def total():",">       return 1/0","E       ZeroDivisionError: division'
    b' by zero"],"reprfuncargs":{"args":[["day","3"]]},"reprfileloc":{"path":"shop.py","lineno":2,"message":'
    b'"ZeroDivisionError"},"style":"long"}}'
)
_FAILURE = b"    def total():\n>       return 1/0\nE       ZeroDivisionError: division by zero\n\nshop.py:2: ZeroDivisionError"

CARRIER: Carrier = json_carrier(
    "pytest-json",
    "pytest's reports as JSON",
    Line,
    _read,
    (
        Sample(
            b'{"nodeid":"test_shop.py::test_total","outcome":"failed","longrepr":{"reprcrash":{"path":"shop.py"},'
            b'"reprtraceback":{"reprentries":['
            + _ENTRY
            + b']}},"when":"call","start":1793527200.25,"$report_type":"TestReport"}',
            b"____ test_shop.py::test_total ____\nday = 3\n" + _FAILURE,
            "1793527200.25",
            {"logger": "test_shop.py::test_total"},
        ),
        Sample(
            b'{"nodeid":"test_shop.py::test_total","outcome":"failed","call":{"outcome":"failed","longrepr":'
            b'"    def total():\\n>       return 1/0\\nE       ZeroDivisionError: division by zero\\n\\n'
            b'shop.py:2: ZeroDivisionError"}}',
            b"____ test_shop.py::test_total ____\n" + _FAILURE,
            None,
            {"logger": "test_shop.py::test_total"},
        ),
        Sample(
            b'{"nodeid":"test_shop.py::test_day","outcome":"passed","longrepr":null}',
            b"test_shop.py::test_day passed",
            None,
            {"logger": "test_shop.py::test_day"},
        ),
    ),
    header=b'"nodeid"',
    near_misses=(b'{"nodeid":"a.py::b"}', b'{"nodeid":1,"outcome":"failed"}'),
)
