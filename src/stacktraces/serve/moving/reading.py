"""Reading what is to be moved: from a database in one state, or from lines that may be anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, select

from ...errors import InputError
from .records import FORMAT, JSON_COLUMNS, ROWS, Origin, Rows, tables

MOST_BYTES = 16 << 20
"""Of a line."""


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    table: str | None = None
    row: dict[str, msgspec.Raw] = {}
    origin: Origin | None = None


_LINE = msgspec.json.Decoder(_Line)


def rows_of_store(connection: Connection) -> Iterator[Rows]:
    """All rows, as they are in one transaction."""
    for table in tables():
        streamed = connection.execution_options(yield_per=ROWS, stream_results=True)
        for part in streamed.execute(select(table)).mappings().partitions(ROWS):
            yield Rows(table, [dict(each) for each in part])


def rows_of_lines(lines: Iterable[bytes], name: str, origin: Origin) -> Iterator[Rows]:
    """The rows of JSON lines, for a database of that ``origin``.

    Raises ``InputError``, which names ``name`` and the line, for what is none or of another version.
    """
    known = {table.name: _Reader(table) for table in tables()}
    numbered = enumerate(lines, 1)
    for number, line in numbered:
        found = _decoded(line, f"{name}:{number}")
        if found.origin is None or found.origin.format != FORMAT:
            raise InputError(f"{name} is no export of a site, or of a newer one; nothing was changed.")
        if found.origin.steps != origin.steps:
            raise InputError(
                f"{name} was written by stacktraces {found.origin.written_by}, which has other tables: "
                "import it with that version, and start this one with the database then."
            )
        break
    else:
        raise InputError(f"{name} is empty; nothing was changed.")
    for number, line in numbered:
        at = f"{name}:{number}"
        found = _decoded(line, at)
        if found.table not in known:
            raise InputError(f"{at}: this is no row of a site's table; nothing was changed.")
        yield Rows(known[found.table].table, [known[found.table].row(found.row, at)])


def _decoded(line: bytes, at: str) -> _Line:
    if len(line) > MOST_BYTES:
        raise InputError(f"{at}: this line has more than {MOST_BYTES >> 20} MiB; nothing was changed.")
    try:
        return _LINE.decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise InputError(f"{at}: this is no line of an export ({error}); nothing was changed.") from error


class _Reader:
    """Reads rows of a table."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._kinds: dict[str, Any] = {
            column.name: column.type.python_type | None if column.nullable else column.type.python_type
            for column in table.columns
        }
        self._json = {name for of, name in JSON_COLUMNS if of == table.name}

    def row(self, given: dict[str, msgspec.Raw], at: str) -> dict[str, Any]:
        """The columns of a row. Raises ``InputError``, at ``at``."""
        if given.keys() != self._kinds.keys():
            raise InputError(f"{at}: the columns are not those of {self.table.name}; nothing was changed.")
        try:
            return {
                name: bytes(value).decode()
                if name in self._json
                else msgspec.json.decode(value, type=self._kinds[name])
                for name, value in given.items()
            }
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise InputError(f"{at}: {error}; nothing was changed.") from error
