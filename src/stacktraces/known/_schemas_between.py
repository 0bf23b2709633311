"""The tables of an SQL store as they were in the versions of the schema between the first and today's."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import MetaData, Table

from .schema import ISSUE, SIGHTING
from .schema import METADATA as TODAY


def _without(tables: Collection[str], columns: Mapping[str, Collection[str]]) -> MetaData:
    """Today's tables but for those ``tables``, and those ``columns`` of tables."""
    found = MetaData()
    for table in TODAY.sorted_tables:
        if table.name not in tables:
            left_out = columns.get(table.name, ())
            Table(table.name, found, *(each._copy() for each in table.columns if each.name not in left_out))
    return found


SECOND = _without({SIGHTING.name}, {ISSUE.name: {"muted_until"}})
"""No issue could be muted."""
THIRD = _without({SIGHTING.name}, {})
"""No days were kept."""
