"""The tables of an SQL store as they were in version 2 of the schema, where no issue could be muted."""

from __future__ import annotations

from sqlalchemy import MetaData, Table

from .schema import ISSUE
from .schema import METADATA as TODAY

METADATA = MetaData()
_ADDED = {ISSUE.name: {"muted_until"}}

for _table in TODAY.sorted_tables:
    _added = _ADDED.get(_table.name, set())
    Table(
        _table.name,
        METADATA,
        *(column._copy() for column in _table.columns if column.name not in _added),
    )
