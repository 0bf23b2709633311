"""Known issues as text and as data for people and programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import click

from ..known import mute
from ..known.exemplar import to_data, to_text
from ..known.issue import Issue
from ..model import Error
from ..render._safe import one_line
from ._json import echo_document

SCHEMA_VERSION = 1


def record(issue: Issue) -> dict[str, object]:
    """``issue`` as plain data; what is unknown is ``None``."""
    return {
        "id": issue.id,
        "title": issue.title,
        "status": issue.status,
        "resolved_at": issue.resolved_at,
        "resolved_in": issue.resolved_in,
        "muted_until": issue.muted_until,
        "link": issue.link,
        "note": issue.note,
        "aliases": issue.aliases,
        "fingerprints": issue.fingerprints,
        "count": issue.count or None,
        "first_seen": issue.first_seen,
        "last_seen": issue.last_seen,
        "versions": issue.versions,
        "exemplars": [to_data(error) for error in issue.exemplars],
    }


def echo_json(key: str, value: object) -> None:
    """Write a JSON document that holds ``value`` under ``key``."""
    echo_document({"schema_version": SCHEMA_VERSION, key: value})


def table(issues: Sequence[Issue]) -> Iterator[str]:
    """A line for each issue."""
    rows = [
        (issue.id, state(issue), str(issue.count or "-"), (issue.last_seen or "-")[:10], issue.title)
        for issue in issues
    ]
    header = ("ID", "STATUS", "COUNT", "LAST SEEN", "TITLE")
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(4)]
    for row in (header, *rows) if rows else ():
        cells = [one_line(cell).ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield "  ".join((*cells, one_line(row[4])))


def state(issue: Issue) -> str:
    """The status, with the version it was resolved in, or until when it is muted."""
    if (until := mute.parse(issue.muted_until)) is not None:
        return f"muted until {until.words}"
    return f"resolved in {issue.resolved_in}" if issue.resolved_in else issue.status


def details(issue: Issue) -> Iterator[str]:
    """All about an issue, a line each."""
    yield f"{one_line(issue.id)}  {one_line(issue.title)}"
    since = f" since {issue.resolved_at}" if issue.resolved_at else ""
    yield f"  status        {one_line(state(issue) + since)}"
    facts = (
        ("link", issue.link),
        ("note", issue.note),
        ("count", str(issue.count) if issue.count else None),
        ("first seen", issue.first_seen),
        ("last seen", issue.last_seen),
        ("versions", ", ".join(issue.versions)),
        ("aliases", ", ".join(issue.aliases)),
        ("fingerprints", ", ".join(issue.fingerprints)),
    )
    for name, value in facts:
        if value:
            yield f"  {name:<12}  {one_line(value)}"
    for stack in issue.stacks:
        if stack.error is not None:
            yield ""
            yield f"  {one_line(stack.fingerprint)}"
            yield from _error(stack.error, "    ")


def _error(error: Error, indent: str) -> Iterator[str]:
    head = ": ".join(part for part in (error.type, error.message) if part) or "a stack without an error"
    yield indent + one_line(head)
    for frame in error.frames:
        where = frame.file or frame.module
        text = to_text(frame) or (frame.function or "??") + (f"  at {where}" if where else "")
        yield f"{indent}  {one_line(text)}"
    if error.cause is not None:
        yield f"{indent}{'caused by' if error.cause_kind != 'context' else 'while handling'}"
        yield from _error(error.cause, indent + "  ")
    for child in error.children:
        yield f"{indent}with"
        yield from _error(child, indent + "  ")


def echo_lines(lines: Iterable[str]) -> None:
    """Write ``lines`` to standard output."""
    for line in lines:
        click.echo(line)
