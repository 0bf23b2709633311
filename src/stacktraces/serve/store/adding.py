"""Writing occurrences and their totals, within a transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, func, select

from ...known import times
from ...known._lookup import chunks
from ...known._rows import Insert
from ...known.issue import clean
from ...known.schema import ISSUE
from . import many
from .bounded import Bounded
from .records import StoredOccurrence
from .tables import ACTIVITY, FACET, HOUR, OCCURRENCE, TAKEN, WORD
from .words import words_of

FACETS = ("environment", "release", "host", "runtime", "type", "own_file", "message")
"""What is summed up of an issue's occurrences."""
MOST_VALUES = 100
"""Values of a facet that are kept of an issue; occurrences with further ones are summed as ``OTHER``."""
SEARCHED = ("type", "own_file", "message")
"""The facets whose words an issue is found by, and by those of its title."""
MOST_WORDS = 1000
"""That are kept of an issue in a project."""
OTHER = ""
"""No value is empty."""
_LONGEST = 300
_LONGEST_MESSAGE = 1000
_TOTALS = (ACTIVITY, HOUR, FACET)


def taken(connection: Connection, names: Collection[str]) -> set[str]:
    """Those of ``names`` that were stored before."""
    return {name for (name,) in many.there(connection, (TAKEN.c.entry,), [(each,) for each in sorted(names)])}


def mark(connection: Connection, names: Collection[str]) -> None:
    """``names`` are being stored."""
    now = times.now()
    many.insert(connection, TAKEN, [{"entry": name, "at": now} for name in names])


class Adding:
    """Used by one thread."""

    def __init__(self) -> None:
        self._values = Bounded((FACET.c.issue, FACET.c.name), FACET.c.value, MOST_VALUES)
        self._words = Bounded((WORD.c.issue, WORD.c.project), WORD.c.word, MOST_WORDS)

    def clear(self) -> None:
        """A transaction was undone, or issues were changed."""
        self._values.clear()
        self._words.clear()

    def add(self, connection: Connection, occurrences: Collection[StoredOccurrence]) -> None:
        """Store ``occurrences``, whose issues are known, and add them to the totals."""
        if not occurrences:
            return
        rows = [_row(each) for each in occurrences]
        many.insert(connection, OCCURRENCE, rows)
        activity: dict[tuple[str, ...], dict[str, Any]] = {}
        hours: Counter[tuple[str, ...]] = Counter()
        facets: Counter[tuple[str, ...]] = Counter()
        for row in rows:
            key = row["project"], row["issue"], row["fingerprint"]
            seen, count = row["seen"], row["count"]
            total = activity.setdefault(key, {"count": 0, "first_seen": seen, "last_seen": seen})
            total["count"] += count
            total["first_seen"] = min(total["first_seen"], seen)
            total["last_seen"] = max(total["last_seen"], seen)
            hours[(*key, seen[:13])] += count
            for name in FACETS:
                if (value := row[name]) is not None:
                    facets[(*key, name, value[:_LONGEST])] += count
        sum_up(connection, ACTIVITY, ({**_named(key), **total} for key, total in activity.items()))
        sum_up(
            connection,
            HOUR,
            ({**_named(key), "hour": key[3], "count": count} for key, count in hours.items()),
        )
        sum_up(connection, FACET, self._within_bounds(connection, facets))
        self._add_words(connection, rows)

    def _within_bounds(
        self, connection: Connection, facets: Mapping[tuple[str, ...], int]
    ) -> Iterator[dict[str, Any]]:
        """Rows of ``facets`` that are there, or for which there is room, and the sums of the others."""
        kept = set(self._values.choose(connection, ((key[1], key[3], key[4]) for key in facets)).kept)
        others: Counter[tuple[str, ...]] = Counter()
        for key, count in facets.items():
            if (key[1], key[3], key[4]) in kept:
                yield {**_named(key), "name": key[3], "value": key[4], "count": count}
            else:
                others[key[:4]] += count
        for key, count in others.items():
            yield {**_named(key), "name": key[3], "value": OTHER, "count": count}

    def _add_words(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        said: dict[tuple[str, str], set[str]] = {}
        for row in rows:
            said.setdefault((row["issue"], row["project"]), set()).update(
                row[name] or "" for name in SEARCHED
            )
        titles = _titles(connection, {issue for issue, _ in said})
        keys = (
            (*key, word)
            for key, texts in said.items()
            for word in sorted(words_of({*texts, titles.get(key[0])}))
        )
        write_words(connection, self._words.choose(connection, keys).new)


def _titles(connection: Connection, issues: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for chunk in chunks(sorted(issues)):
        rows = connection.execute(select(ISSUE.c.id, ISSUE.c.title).where(ISSUE.c.id.in_(chunk)))
        found.update((row[0], row[1]) for row in rows)
    return found


def write_words(connection: Connection, keys: Iterable[tuple[str, ...]]) -> None:
    """Let issues be found by words: issue, project, word. Those that are there stay."""
    rows = [
        dict(zip(("word", "issue", "project"), each, strict=True))
        for each in sorted((word, issue, project) for issue, project, word in keys)
    ]
    many.insert(connection, WORD, rows, lambda statement: statement.on_conflict_do_nothing())


def _row(each: StoredOccurrence) -> dict[str, Any]:
    trace = each.trace
    return {
        "issue": each.issue,
        "project": each.project,
        "fingerprint": each.fingerprint,
        "seen": each.seen,
        "environment": _clean(each.environment),
        "release": _clean(each.release),
        "host": _clean(trace.context.host),
        "runtime": trace.runtime,
        "type": _clean(trace.error.type),
        "message": _clean(trace.error.message, _LONGEST_MESSAGE),
        "own_file": _clean(each.own_file),
        "count": each.count,
        "trace": clean(msgspec.json.encode(trace).decode("utf-8", "replace")),
    }


def _clean(text: str | None, most: int = _LONGEST) -> str | None:
    return clean(text[:most]) if text else None


def _named(key: tuple[str, ...]) -> dict[str, Any]:
    return {"project": key[0], "issue": key[1], "fingerprint": key[2]}


def sum_up(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    """Add ``rows`` of totals to what is there; touched in one order by every writer."""
    keys = [column.name for column in table.primary_key]
    ordered = sorted(rows, key=lambda row: tuple(row[key] for key in keys))
    least, greatest = _extremes(connection)

    def add(statement: Insert) -> Insert:
        column, new = table.c, statement.excluded
        changes: dict[str, Any] = {"count": column["count"] + new["count"]}
        if table is ACTIVITY:
            changes["first_seen"] = least(column.first_seen, new.first_seen)
            changes["last_seen"] = greatest(column.last_seen, new.last_seen)
        return statement.on_conflict_do_update(index_elements=keys, set_=changes)

    many.insert(connection, table, ordered, add)


def _extremes(connection: Connection) -> tuple[Any, Any]:
    """The smaller and the greater of two values, as the database calls it."""
    is_server = connection.dialect.name == "postgresql"
    return (func.least, func.greatest) if is_server else (func.min, func.max)


def move(connection: Connection, issue: str, target: str, fingerprints: Collection[str] | None) -> None:
    """Make what was stored of ``issue``, or just of its ``fingerprints``, part of ``target``."""
    for table in (OCCURRENCE, *_TOTALS):
        wanted = table.c.issue == issue
        if fingerprints is not None:
            wanted &= table.c.fingerprint.in_(list(fingerprints))
        if table is OCCURRENCE:
            connection.execute(table.update().where(wanted).values(issue=target))
            continue
        rows = [
            {**each, "issue": target} for each in connection.execute(select(table).where(wanted)).mappings()
        ]
        connection.execute(table.delete().where(wanted))
        sum_up(connection, table, rows)
    for each in (issue, target):
        _learn_words(connection, each)


def _learn_words(connection: Connection, issue: str) -> None:
    """Make the words of ``issue`` anew."""
    connection.execute(WORD.delete().where(WORD.c.issue == issue))
    columns = FACET.c
    statement = select(columns.project, columns.value).where(columns.issue == issue)
    said: dict[str, set[str]] = {}
    for project, value in connection.execute(statement.where(columns.name.in_(SEARCHED))):
        said.setdefault(project, set()).add(value)
    title = _titles(connection, [issue]).get(issue)
    for project, texts in said.items():
        words = sorted(words_of({*texts, title}))[:MOST_WORDS]
        write_words(connection, ((issue, project, word) for word in words))
