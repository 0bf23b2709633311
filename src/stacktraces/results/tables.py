"""Results as tables: Arrow, pandas, SQLite."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..errors import InputError, MissingExtraError
from ..model import Error, Group
from .result import Result

if TYPE_CHECKING:
    import pandas
    import pyarrow

_SCHEMA = """
DROP TABLE IF EXISTS groups;
DROP TABLE IF EXISTS frames;
DROP TABLE IF EXISTS sources;
CREATE TABLE groups (fingerprint TEXT PRIMARY KEY, runtime TEXT, format TEXT, type TEXT, message TEXT,
    root_type TEXT, root_message TEXT, count INTEGER, first_seen TEXT, last_seen TEXT, first_seen_ns INTEGER,
    last_seen_ns INTEGER, function TEXT, file TEXT, line INTEGER);
CREATE TABLE frames (fingerprint TEXT, link INTEGER, position INTEGER, function TEXT, module TEXT, file TEXT,
    line INTEGER, PRIMARY KEY (fingerprint, link, position));
CREATE TABLE sources (fingerprint TEXT, position INTEGER, path TEXT, line INTEGER, "offset" INTEGER,
    time_ns INTEGER, PRIMARY KEY (fingerprint, position));
"""


def _row(group: Group) -> dict[str, Any]:
    """What a table says of ``group``; the function, file and line are those of the culprit."""
    error, root, culprit = group.error, group.error.chain()[-1], group.culprit
    return {
        "fingerprint": group.fingerprint,
        "runtime": group.runtime,
        "format": group.format,
        "type": error.type,
        "message": error.message,
        "root_type": root.type if root is not error else None,
        "root_message": root.message if root is not error else None,
        "count": group.count,
        "first_seen": group.first_seen,
        "last_seen": group.last_seen,
        "first_seen_ns": group.first_seen_ns,
        "last_seen_ns": group.last_seen_ns,
        "function": culprit.function if culprit else None,
        "file": culprit.file if culprit else None,
        "line": culprit.line if culprit else None,
    }


def _clean(value: Any) -> Any:
    """Text that UTF-8 can hold: what was no text in the log is escaped."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


def _rows(result: Result) -> list[dict[str, Any]]:
    return [{name: _clean(value) for name, value in _row(each).items()} for each in result.groups]


def to_arrow(result: Result) -> pyarrow.Table:
    """See :meth:`Result.to_arrow`."""
    try:
        import pyarrow
    except ImportError:
        raise MissingExtraError("Result.to_arrow", "arrow") from None
    text, number, time = pyarrow.string(), pyarrow.int64(), pyarrow.timestamp("ns", tz="UTC")
    kinds = {"count": number, "line": number, "first_seen_ns": time, "last_seen_ns": time}
    schema = pyarrow.schema([(name, kinds.get(name, text)) for name in _row(Group("", Error(), ""))])
    return pyarrow.Table.from_pylist(_rows(result), schema=schema)


def to_pandas(result: Result) -> pandas.DataFrame:
    """See :meth:`Result.to_pandas`."""
    try:
        import pandas
    except ImportError:
        raise MissingExtraError("Result.to_pandas", "pandas") from None
    frame = pandas.DataFrame(_rows(result), columns=list(_row(Group("", Error(), ""))))
    for name in ("count", "line"):
        frame[name] = frame[name].astype("Int64")
    for name in ("first_seen_ns", "last_seen_ns"):
        frame[name] = pandas.to_datetime(frame[name].astype("Int64"), unit="ns", utc=True)
    return frame


def to_sqlite(result: Result, path: str) -> None:
    """See :meth:`Result.to_sqlite`."""
    import sqlite3

    try:
        with contextlib.closing(sqlite3.connect(path)) as connection, connection:
            connection.executescript(_SCHEMA)
            for row in _rows(result):
                holes = ", ".join("?" * len(row))
                connection.execute(f"INSERT INTO groups VALUES ({holes})", list(row.values()))
            connection.executemany("INSERT INTO frames VALUES (?, ?, ?, ?, ?, ?, ?)", _frames(result))
            connection.executemany("INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?)", _sources(result))
    except sqlite3.Error as error:
        raise InputError(f"{path} cannot be written as a database: {error}.") from error


def _frames(result: Result) -> Iterator[tuple[Any, ...]]:
    """Each frame of each error of a chain: the error is link 0, its cause 1; the innermost frame is 0."""
    for group in result.groups:
        for link, error in enumerate(group.error.chain()):
            for position, frame in enumerate(error.frames):
                place = frame.function, frame.module, frame.file, frame.line
                yield group.fingerprint, link, position, *map(_clean, place)


def _sources(result: Result) -> Iterator[tuple[Any, ...]]:
    for group in result.groups:
        for position, each in enumerate(group.sources):
            place = each.path, each.line, each.offset, each.time_ns
            yield group.fingerprint, position, *map(_clean, place)
