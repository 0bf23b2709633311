"""From a text to what is shown of it."""

from __future__ import annotations

from pathlib import Path

import msgspec
from starlette.concurrency import run_in_threadpool

from ...errors import InputError
from ...known import times
from ...results.exchange import from_json
from .commands import Commands
from .folder import Look, Uploads


async def look(commands: Commands, folder: Path, name: str, at: str) -> Look:
    """Read the file ``name`` in ``folder`` and leave ``result.json`` beside it.

    Of a snapshot, and of several errors, it leaves ``report.html``, too. Raises ``InputError`` where a limit
    ends the reading.
    """
    seen = Look("nothing", name, (folder / name).stat().st_size, at)
    answer = await commands.run("log", "--format", "json", name, folder=folder)
    if answer.code not in (0, 3):
        seen.told = answer.told
        return seen
    result = from_json(answer.output)
    (folder / "result.json").write_bytes(answer.output)
    stats = result.stats
    if stats.snapshots and stats.traces <= stats.snapshots:
        report = await commands.run("describe", "--format", "html", name, folder=folder)
        if report.code in (0, 3):
            (folder / "report.html").write_bytes(report.output)
            seen.kind, seen.told = "snapshot", report.told
            return seen
    if not result.groups:
        seen.told = answer.told
        return seen
    seen.kind = "trace" if stats.traces == 1 else "groups"
    if seen.kind == "groups":  # A trace has a page of its own, and a report where somebody asks for it.
        await make_report(commands, folder, name)
    return seen


async def make_report(commands: Commands, folder: Path, name: str) -> None:
    """Write ``report.html`` on the errors in the file ``name`` in ``folder``. Raises ``InputError``."""
    report = await commands.run("log", "--format", "html", "--top", "500", name, folder=folder)
    if report.code not in (0, 3):
        raise InputError(report.told or "The report could not be made.")
    (folder / "report.html").write_bytes(report.output)


async def keep(uploads: Uploads, commands: Commands, name: str, text: bytes) -> tuple[str, Look]:
    """Keep ``text`` among ``uploads``, and look at it; gives its token. Raises ``InputError``."""
    token, folder = await run_in_threadpool(uploads.add, name, text)
    try:
        seen = await look(commands, folder, name, times.now())
    except BaseException:
        uploads.remove(token)
        raise
    await run_in_threadpool(uploads.finish, token, seen)
    return token, seen


async def first_version(commands: Commands, folder: Path, name: str) -> bytes:
    """The JSON of one process, or of the first of several, as ``describe.py --format json`` prints it.

    Raises ``InputError`` where there is none.
    """
    answer = await commands.run("describe.py", "--format", "json", "-l", name, folder=folder)
    if answer.code not in (0, 3):
        raise InputError(answer.told)
    found = msgspec.json.decode(answer.output, type=dict[str, object])
    processes = msgspec.convert(found.get("processes"), list[dict[str, object]])
    if not processes:
        raise InputError("No process was found in it.")
    return msgspec.json.encode(processes[0])


async def compare(commands: Commands, one: tuple[Path, str], other: tuple[Path, str]) -> str:
    """What changed between two uploads, each the file to compare and its kind; raises ``InputError``."""
    (first, kind), (second, other_kind) = one, other
    if (kind == "snapshot") != (other_kind == "snapshot"):
        raise InputError("One is a snapshot, the other is none: compare two of a kind.")
    answer = await commands.run("diff", str(first), str(second), folder=first.parent)
    if answer.code not in (0, 3):
        raise InputError(answer.told)
    return answer.output.decode("utf-8", "replace")
