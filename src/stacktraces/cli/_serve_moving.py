"""``stacktraces serve --export`` and ``--import``: all that a site's database holds, to a file and back."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import click

from ..errors import InputError, MissingExtraError, UsageError
from ..render._safe import one_line
from ._run import complain

if TYPE_CHECKING:
    from ..serve.store import SiteStore

_Function = TypeVar("_Function", bound=Callable[..., Any])
_LINES = (".jsonl", ".ndjson")


def moving_options(function: _Function) -> _Function:
    """``--export`` and ``--import``; the command gets ``exported`` and ``imported``, for :func:`move`."""
    into = click.option(
        "--import",
        "imported",
        metavar="FILE|-",
        help="Fill the empty --db with JSON lines that --export wrote, and end.",
    )
    out_of = click.option(
        "--export",
        "exported",
        metavar="FILE|-",
        help="Write all that --db holds to a file, JSON lines (.jsonl) or SQLite (.db), and end.",
    )
    return out_of(into(function))


def move(database: str, exported: str | None, imported: str | None) -> int:
    """Do what one of the options asks for. Raises ``StacktracesError``."""
    if exported and imported:
        raise UsageError("Give one of --export and --import.")
    try:
        importlib.import_module("..serve.moving", __package__)
    except ImportError:
        raise MissingExtraError("A site", "serve") from None
    if exported:
        _export(database, exported)
    elif imported:
        _import(database, imported)
    return 0


def _export(database: str, target: str) -> None:
    """Write all of ``database`` to ``target``: JSON lines, or an SQLite database that is new.

    Raises ``StoreError``, ``InputError`` and ``UsageError``.
    """
    from ..known.store import SQLITE_SUFFIXES
    from ..serve.moving import fill, rows_of_store, to_lines

    suffix = Path(target).suffix
    if target != "-" and suffix not in (*_LINES, *SQLITE_SUFFIXES):
        raise UsageError(f"--export takes a .jsonl file, a .db file, or - for standard output, not {target}.")
    with _existing(database) as store:
        if target == "-" or suffix in _LINES:
            with _written(target) as stream:
                for lines in to_lines(store):
                    stream.write(lines)
        else:
            if Path(target).exists():
                raise InputError(f"{target} is there already; name a new file.")
            with _opened(target) as other, store.known.connection(writes=False) as connection:
                fill(other, lambda _: rows_of_store(connection))
    complain(f"Exported {one_line(store.known.name)} to {one_line(target)}.")


def _import(database: str, source: str) -> None:
    """Write JSON lines into ``database``, which has to be empty; it is made where it is missing.

    Raises ``StoreError`` and ``InputError``.
    """
    from ..known.transfer import lines_of
    from ..serve.moving import fill, rows_of_lines

    name = "standard input" if source == "-" else source
    with _opened(database) as store, _read(source) as stream:
        count = fill(store, lambda origin: rows_of_lines(lines_of(stream), name, origin))
    complain(f"Imported {count:,} rows into {one_line(store.known.name)}.")


@contextmanager
def _opened(database: str) -> Iterator[SiteStore]:
    from ..serve.store import SiteStore

    store = SiteStore(database)
    try:
        yield store
    finally:
        store.close()


def _existing(database: str) -> AbstractContextManager[SiteStore]:
    from ..known.store import kind_of

    if kind_of(database) != "url" and not Path(database).exists():
        raise InputError(f"{database} does not exist; name the database of a site with --db.")
    return _opened(database)


def _written(target: str) -> AbstractContextManager[BinaryIO]:
    from ..known import _atomic

    return nullcontext(sys.stdout.buffer) if target == "-" else _atomic.rewritten(Path(target))


def _read(source: str) -> AbstractContextManager[BinaryIO]:
    if source == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return open(source, "rb")
    except OSError as error:
        raise InputError(f"{source} cannot be read: {error.strerror}.") from error
