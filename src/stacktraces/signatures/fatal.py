"""What ended a process: the errors of a snapshot, each with the thread that it arrived on."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ..model import Error, Origin, Process, Snapshot, Thread, Trace
from ..runtimes import runtime_name


def fatal_traces(snapshot: Snapshot, origin: Origin | None = None) -> Iterator[Trace]:
    """The errors that ended the processes of ``snapshot``, each with the stack it arrived on.

    ``origin`` is where the snapshot was seen. The runtime is that of the snapshot's format.
    """
    runtime, place = runtime_name(snapshot.format), origin or Origin()
    for process in snapshot.processes:
        for _, error in fatal_threads(process):
            yield Trace(error=error, format=snapshot.format, runtime=runtime, origin=place)


def fatal_threads(process: Process) -> Iterator[tuple[Thread | None, Error]]:
    """The errors that ended ``process``, each with its thread; ``None`` where no thread is marked."""
    crashed = [thread for thread in process.threads if thread.error is not None or thread.crashed]
    for thread in crashed:
        yield thread, thread_error(thread, process.error)
    if not crashed and process.error is not None:
        yield None, process.error


def thread_error(thread: Thread, of_process: Error | None = None) -> Error:
    """The error of a crashed thread, else that of its process, with the thread's own stack."""
    error = thread.error or of_process or Error()
    return error if error.frames else msgspec.structs.replace(error, frames=thread.frames)
