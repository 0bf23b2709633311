"""What tools make of Python's tracebacks, as real runs of them printed it: the occurrences that a log scan finds.

Each file in ``tests/corpus/python_logs/KIND/`` has beside it what must be found, one line for each error.
"""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from stacktraces.model import Error, Trace
from stacktraces.scanning import Occurrences, Options, group
from tests.golden import CORPUS, check

FOLDER = CORPUS / "python_logs"
SOURCES = sorted(FOLDER.glob("*/*.txt"))
KINDS = (
    "implementations",
    "formats",
    "reports",
    "shippers",
    "writers",
    "message_ends",
    "one_event",
    "strings",
    "times",
    "posted",
    "services",
)
LEAST = 5
"""Files of each kind."""


def told(error: Error) -> dict[str, Any]:
    """What is compared of an error."""
    found: dict[str, Any] = {
        "error": f"{error.type}: {error.message}",
        "frames": [f"{each.function} {each.file}:{each.line}" for each in error.frames],
    }
    if error.cause is not None:
        found[error.cause_kind or "cause"] = told(error.cause)
    if error.children:
        found["children"] = [told(each) for each in error.children]
    return found


def occurrence(trace: Trace) -> dict[str, Any]:
    """What is compared of a trace."""
    context = {
        name: value for name in trace.context.__struct_fields__ if (value := getattr(trace.context, name))
    }
    found = {"line": trace.origin.line, "format": trace.format, **told(trace.error), "time": trace.timestamp}
    return found | {"context": context, "uncertain": trace.uncertain}


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_a_scan_finds(source: Path) -> None:
    options = Options(zone=UTC)
    found = [occurrence(each) for each in Occurrences([str(source)], options)]
    result = group([str(source)], options)
    assert sum(each.count for each in result.groups) == len(found)
    unread = [
        {"line": each.first.line, "kind": each.kind, "count": each.count} for each in result.stats.unread
    ]
    check(source, {"found": found, "unread": unread})


@pytest.mark.parametrize("kind", KINDS)
def test_there_are_enough_of_each_kind(kind: str) -> None:
    assert len([each for each in SOURCES if each.parent.name == kind]) >= LEAST
