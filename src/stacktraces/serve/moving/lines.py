"""JSON lines: the origin, then a row in each."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ...render._safe import safe_json
from ..store import SiteStore
from .reading import rows_of_store
from .records import JSON_COLUMNS, Origin, Rows

_ENCODER = msgspec.json.Encoder()


def to_lines(store: SiteStore) -> Iterator[bytes]:
    """All that ``store`` holds, in one state. Raises ``StoreError``."""
    with store.known.connection(writes=False) as connection:
        yield _ENCODER.encode({"origin": Origin.of(connection)}) + b"\n"
        for rows in rows_of_store(connection):
            yield _lines(rows)


def _lines(rows: Rows) -> bytes:
    table = rows.table.name
    documents = [name for of, name in JSON_COLUMNS if of == table]
    lines = bytearray()
    for row in rows.rows:
        # The names of columns are strings of SQLAlchemy's own kind.
        told = {str(name): value for name, value in row.items()}
        for name in documents:
            told[name] = msgspec.Raw(told[name].encode("utf-8", "replace"))
        lines += safe_json(_ENCODER.encode({"table": str(table), "row": told})) + b"\n"
    return bytes(lines)
