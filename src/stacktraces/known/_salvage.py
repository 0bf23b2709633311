"""Reading of a database of known issues whatever can be read, and writing that anew."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import Connection, Table, select
from sqlalchemy.exc import DBAPIError

from ..model import Error, KnownIssue
from . import _index, _rows, _sound, _tables, migrations
from .damage import Damage
from .issue import Issue, Stack, title_of
from .schema import ALIAS, EXEMPLAR, FINGERPRINT, ISSUE, METADATA, SCHEMA, VERSION

_MOST_COMPLAINTS = 20


def damages(connection: Connection, name: str) -> list[Damage]:
    """What is wrong in the store called ``name``. Raises ``StoreError``: a newer stacktraces wrote it."""
    in_file = list(_in_file(connection))
    found = [*in_file, *_in_tables(connection, name)]
    if all(each.can_be_repaired for each in found):
        try:
            found += salvage(connection)[1]
        except (DBAPIError, UnicodeError):
            if not in_file:
                raise
            return [msgspec.structs.replace(each, can_be_repaired=False) for each in found]
    return found


def _in_file(connection: Connection) -> Iterator[Damage]:
    """What SQLite finds wrong with its file; a server looks after its own."""
    if connection.dialect.name == "sqlite":
        for (line,) in connection.exec_driver_sql(f"PRAGMA integrity_check({_MOST_COMPLAINTS})"):
            parts = str(line).splitlines() if line != "ok" else ()
            yield from (Damage(f"the file: {part}") for part in parts if not part.startswith("***"))


def _in_tables(connection: Connection, name: str) -> Iterator[Damage]:
    """What is not as stacktraces makes it."""
    tables = METADATA
    if SCHEMA.name in _tables.plain(connection):
        try:
            found = migrations.version(connection)
            migrations.refuse_newer(found, name)
            tables = migrations.tables(found)
        except _sound.UnsoundError as error:
            yield Damage(str(error))
    for each in _tables.strange(connection, tables):
        yield Damage(each.what, can_be_repaired=each.remedy is not None)


def rebuild(connection: Connection, issues: Sequence[Issue]) -> None:
    """Put ``issues`` in place of all that the store holds, in a file in new tables. Raises ``StoreError``."""
    if connection.dialect.name == "sqlite":
        for each in list(_tables.strange(connection)):
            if each.remedy:
                connection.exec_driver_sql(each.remedy)
        METADATA.drop_all(connection)
    METADATA.create_all(connection)
    for table in reversed(METADATA.sorted_tables):
        connection.execute(table.delete())
    connection.execute(SCHEMA.insert().values(version=len(migrations.STEPS)))
    for issue in issues:
        _rows.replace(connection, issue)
    _index.rebuild(connection)


def salvage(connection: Connection) -> tuple[list[Issue], list[Damage]]:
    """The issues of a store as far as they can be read, and what is wrong with its rows."""
    reading = _Reading(connection)
    return reading.issues(), [Damage(each) for each in reading.wrong]


_Key: TypeAlias = tuple[str, str | None]
"""A fingerprint and the issue that has it."""


class _Reading:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._plain = set(_tables.plain(connection))
        self.wrong: list[str] = []

    def issues(self) -> list[Issue]:
        headings: dict[str, KnownIssue] = {}
        for row in self._rows(ISSUE):
            heading = _sound.heading(row, self.wrong)
            if heading is not None:
                headings[heading.id] = heading
        aliases = self._aliases(headings)
        stacks: dict[str, list[Stack]] = defaultdict(list)
        for owner, found in self._stacks():
            first = found[0].fingerprint
            if owner is not None:
                owner = owner if owner in headings else aliases.get(owner, owner)
            if owner not in headings:
                self.wrong.append(f"the fingerprint {first}: its issue {owner or ''} is missing")
                owner = owner or first
                error = found[0].error
                headings[owner] = KnownIssue(owner, first if error is None else title_of(error))
            stacks[owner].extend(found)
        names: dict[str, list[str]] = defaultdict(list)
        for alias, owner in aliases.items():
            names[owner].append(alias)
        return [
            Issue(**msgspec.structs.asdict(heading), aliases=sorted(names[key]), stacks=stacks[key])
            for key, heading in sorted(headings.items())
        ]

    def _aliases(self, headings: dict[str, KnownIssue]) -> dict[str, str]:
        aliases: dict[str, str] = {}
        for alias, owner in self._rows(ALIAS):
            name = _sound.name(alias, "an alias", self.wrong)
            if owner not in headings:
                self.wrong.append(f"the alias {alias}: its issue is missing")
            elif name in headings:
                self.wrong.append(f"the alias {alias}: there is an issue of that id")
            elif name is not None:
                aliases[name] = owner
        return aliases

    def _stacks(self) -> Iterator[tuple[str | None, list[Stack]]]:
        """The stacks of each fingerprint of an issue, the first of which has what was seen."""
        stacks: dict[_Key, list[Stack]] = {}
        first: dict[str, _Key] = {}
        for row in self._rows(FINGERPRINT):
            owner, stack = _sound.stack(row, self.wrong)
            if stack is not None:
                key = stack.fingerprint, owner
                stacks[key] = [stack]
                first.setdefault(stack.fingerprint, key)

        def key_of(value: str, owner: object) -> _Key:
            """Schema 1 knew one issue of a fingerprint, and did not name it here."""
            key = value, owner if isinstance(owner, str) else None
            return key if key in stacks else first.get(value, key)

        for value, named, version in self._rows(VERSION):
            text = _sound.text(version, f"the fingerprint {value}: a version", self.wrong)
            found = stacks.get(key_of(value, named))
            if found is None:
                self.wrong.append(f"the version {text}: its fingerprint {value} is missing")
            elif text is not None and text not in found[0].versions:
                found[0].versions = sorted([*found[0].versions, text])
        for value, named, error in self._exemplars():
            key = key_of(value, named)
            if key not in stacks:
                self.wrong.append(f"an exemplar: its fingerprint {value} is missing")
                if _sound.name(value, "an exemplar's fingerprint", self.wrong) is None:
                    continue
                key = value, named if isinstance(named, str) else value
                stacks[key] = [Stack(value)]
            if stacks[key][0].error is None:
                stacks[key][0].error = error
            else:
                stacks[key].append(Stack(value, error))
        return iter([(owner, stacks[value, owner]) for value, owner in sorted(stacks, key=str)])

    def _exemplars(self) -> list[tuple[str, object, Error]]:
        """Each exemplar that can be read, with its fingerprint and its issue, in order."""
        found: list[tuple[str, str, float, object, Error]] = []
        for value, owner, position, encoded in self._rows(EXEMPLAR):
            error = _sound.exemplar(value, encoded, self.wrong)
            if error is not None:
                place = position if isinstance(position, int) else math.inf
                found.append((str(value), str(owner), place, owner, error))
        found.sort(key=lambda each: each[:3])
        return [(value, owner, error) for value, _, _, owner, error in found]

    def _rows(self, table: Table) -> Iterator[Sequence[Any]]:
        """The rows of a table that is there, with ``None`` for the columns that are not."""
        if table.name not in self._plain:
            return
        present = _tables.columns(self._connection, table.name)
        wanted = [column for column in table.columns if column.name in present]
        places = [wanted.index(column) if column in wanted else None for column in table.columns]
        for row in self._connection.execute(select(*wanted)) if wanted else ():
            yield [None if place is None else row[place] for place in places]
