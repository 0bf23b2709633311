"""The labelled reports: gdb backtraces that people sorted into groups."""

from __future__ import annotations

import tarfile
from collections.abc import Iterable
from pathlib import Path

import msgspec

from stacktraces.errors import UnknownFormatError
from stacktraces.model import Error, Frame, Snapshot, Thread
from stacktraces.naming import NATIVE
from stacktraces.parsing import parse
from stacktraces.runtimes import all_formats
from stacktraces.signatures.document import StackDocument, document
from stacktraces.signatures.fatal import thread_error
from stacktraces.signatures.fingerprint import fingerprint

(FORMAT,) = (each for each in all_formats() if each.name == "gdb")

ARCHIVE = Path(__file__).parents[3] / "shared" / "data" / "crash-groups.tar.xz"


class Report(msgspec.Struct):
    """One report, in the order of the tracker's numbers."""

    number: int
    group: str
    frames: list[Frame]
    """Of the thread that crashed, innermost first."""
    error: Error
    """What ended that thread, as the commands take it."""
    fingerprint: str
    document: StackDocument


def load(archive: Path = ARCHIVE) -> list[Report]:
    """The reports in ``archive``, whose members are ``…/GROUP/NUMBER.txt``, by number."""
    reports = []
    with tarfile.open(archive) as tar:
        for member in tar:
            path = Path(member.name)
            file = tar.extractfile(member) if path.suffix == ".txt" else None
            if file is not None:
                reports.append(_report(int(path.stem), path.parent.name, file.read()))
    return sorted(reports, key=lambda each: each.number)


def _report(number: int, group: str, text: bytes) -> Report:
    thread = crashed_thread(_threads(text)) or Thread()
    error = thread_error(thread)
    return Report(
        number=number,
        group=group,
        frames=thread.frames,
        error=error,
        fingerprint=fingerprint(error, NATIVE),
        document=document(error, NATIVE),
    )


def crashed_thread(threads: Iterable[Thread]) -> Thread | None:
    """The thread that a report is about: marked as crashed, else one that died, else the first."""
    first = None
    for thread in threads:
        if thread.crashed or thread.error is not None:
            return thread
        first = first or thread
    for thread in threads:
        if document(Error(frames=thread.frames), NATIVE).raised:
            return thread
    return first


def _threads(text: bytes) -> list[Thread]:
    try:
        found = parse(text, formats=(FORMAT,))
    except UnknownFormatError:
        return []
    snapshots = [each for each in found if isinstance(each, Snapshot)]
    return [thread for each in snapshots for process in each.processes for thread in process.threads]
