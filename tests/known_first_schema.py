"""A database as the first version of the schema had it."""

from __future__ import annotations

from sqlalchemy import create_engine

from stacktraces.known import Stack
from stacktraces.known._rows import encode_error
from stacktraces.known._schema_1 import METADATA
from tests.known_support import error


def write_first_schema(url: str) -> None:
    """Write what the first schema of a database held of an issue with two fingerprints."""
    engine = create_engine(url)
    METADATA.create_all(engine)
    rows: dict[str, list[dict[str, object]]] = {
        "schema": [{"version": 1}],
        "issue": [{"id": "4-aa", "title": "pay fails", "status": "open"}],
        "alias": [{"id": "4-cc", "issue_id": "4-aa"}],
        "fingerprint": [
            {"value": "4-aa", "issue_id": "4-aa", "count": 7, "last_seen": "2026-01-31T00:00:00Z"},
            {"value": "4-bb", "issue_id": "4-aa", "count": 0, "last_seen": None},
        ],
        "exemplar": [{"fingerprint": "4-aa", "position": 0, "error": encode_error(error("pay", "serve"))}],
        "version": [{"fingerprint": "4-aa", "version": "1.2"}],
    }
    with engine.begin() as connection:
        for name, found in rows.items():
            connection.execute(METADATA.tables[f"stacktraces_{name}"].insert(), found)
    engine.dispose()


FIRST_SCHEMA_STACKS = [
    Stack("4-aa", error("pay", "serve"), 7, last_seen="2026-01-31T00:00:00Z", versions=["1.2"]),
    Stack("4-bb"),
]
"""The stacks of that issue."""
