"""Scans on the workers of a cluster: of Dask by its address, of Spark and others by tasks to share out."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Unpack

from .._entry_points import entry_points
from ..errors import MissingExtraError, UsageError
from ..results.merging import Sum
from ..results.result import Result, Unreadable
from ..scanning.options import Options
from ..scanning.parallel.executors import tasks_of
from ..scanning.parallel.workers import Task, Worker
from ..sources.inputs import Input, Source, expand
from ..sources.members import MembersDiffer
from .logs import ScanOptions, several

if TYPE_CHECKING:
    from concurrent.futures import Executor

_GROUP = "stacktraces.clusters"
_DASK = "dask"
_TIMEOUT = 30
"""Seconds in which a scheduler has to answer."""


def tasks(sources: Input | Iterable[Input], *, part: int | None = None) -> list[Task]:
    """``sources`` cut into tasks of about ``part`` bytes: files, or what starts between two bytes of one.

    Unless given, a task has 64 to 512 MiB, and there are eight or more of large sources.
    Tasks are small and can be pickled; a worker needs this library and access to the sources. Raises
    ``UsageError`` for an open file or an iterable, which no worker can read.
    """
    files = expand(several(sources))
    if any(isinstance(each, Source) or each == "-" for each in files):
        raise UsageError("Workers read paths and URLs; write what is at hand to a file, or scan it here.")
    return list(tasks_of(files, part))


def scan_tasks(tasks: Iterable[Task], **options: Unpack[ScanOptions]) -> Iterator[bytes]:
    """The sum of what ``tasks`` give, as JSON: one item. The function for ``mapPartitions`` of Spark.

    ``Result.from_json`` reads it; the sum of all partitions is the result of the whole.
    """
    total, worker = Sum(), Worker(Options(**options))
    for task in tasks:
        try:
            total.add(worker.do(task))
        except MembersDiffer:
            total.add(_refused(task))
    yield total.result().to_json(show_locals=True)


def _refused(task: Task) -> Result:
    """What is told of a compressed file that nobody here can read anew as a whole."""
    return Result(
        unreadable=[
            Unreadable(name, f"{name} cannot be cut: its members are not as they seem; scan it on its own.")
            for name in task.sources
        ]
    )


@contextlib.contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """The executor of the cluster at ``address``, for ``scan``: ``dask://HOST:PORT``.

    Another distribution adds a scheme by an entry point of the group ``stacktraces.clusters``: a function
    that takes the address and gives a context manager. Raises ``UsageError`` where there is none, or it does
    not answer, and ``MissingExtraError``.
    """
    scheme = address.partition("://")[0]
    if scheme == _DASK:
        with _dask(address) as executor:
            yield executor
        return
    for each in entry_points(_GROUP):
        if each.name == scheme:
            with each.load()(address) as executor:
                yield executor
            return
    raise UsageError(f"{address} is no cluster; write dask://HOST:PORT.")


@contextlib.contextmanager
def _dask(address: str) -> Iterator[Executor]:
    try:
        import distributed
    except ImportError:
        raise MissingExtraError("A cluster of Dask", "dask") from None
    place = address.partition("://")[2]
    try:
        connect: Any = distributed.Client
        client = connect(f"tcp://{place}", timeout=_TIMEOUT)
    except (OSError, ValueError) as error:
        raise UsageError(f"No scheduler of Dask answers at {place}: {error}.") from error
    with client:
        # The result does not depend on where a task is done: one that is lost is done again elsewhere.
        yield client.get_executor(pure=False, retries=3)
