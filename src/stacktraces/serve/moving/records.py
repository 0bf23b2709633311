"""What is moved: the rows of all tables but those that are made from others."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Table

from ... import serve
from ..._version import __version__
from ...known import schema
from ..accounts.tables import SESSION
from ..store import migrations

FORMAT = 1
ROWS = 500
"""That are held in memory at a time."""
# The index of likeness is made from the exemplars; who is logged in stays so on the old site alone.
_LEFT = frozenset({schema.SCHEMA, schema.STACK, schema.POSTING, schema.TOKEN, SESSION})
JSON_COLUMNS = frozenset({(schema.EXEMPLAR.name, "error"), ("site_occurrence", "trace")})
"""What holds a JSON document as text."""


class Origin(msgspec.Struct):
    """The first of what is moved: what wrote the rest."""

    format: int
    written_by: str
    """The version of stacktraces."""
    steps: list[str]
    """The latest steps that were made of the site's tables."""

    @classmethod
    def of(cls, connection: Connection) -> Origin:
        """That of a database as it is now."""
        return cls(FORMAT, __version__, sorted(migrations.made(connection)))


class Rows(NamedTuple):
    """Some rows of a table."""

    table: Table
    rows: Sequence[dict[str, Any]]


def tables() -> list[Table]:
    """The tables of known issues and of the modules called ``tables``, each behind those it refers to."""
    found = list(schema.METADATA.sorted_tables)
    for module in pkgutil.walk_packages(serve.__path__, f"{serve.__name__}."):
        if module.name.endswith(".tables"):
            found += importlib.import_module(module.name).METADATA.sorted_tables
    return [each for each in found if each not in _LEFT]
