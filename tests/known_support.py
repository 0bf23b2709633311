"""Issues and sightings for the tests of known issues, and writers in processes of their own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable

from stacktraces.known import Issue, Sighting, Stack, Store
from stacktraces.model import Error, Frame

WRITER = """
import sys
from stacktraces.known import Sighting, open_store
target, number, batches, own = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
store = open_store(target, create=True)
print("ready", flush=True)
sys.stdin.readline()
for batch in range(batches):
    names = [f"1-{each:016x}" for each in range(20)] + [f"1-{number:08x}{each:08x}" for each in range(own)]
    if number % 2:
        names.reverse()
    store.record([Sighting(name, f"title of {name}", version=f"1.{number}") for name in names])
    print(batch, flush=True)
store.close()
"""


def error(*functions: str, kind: str = "KeyError", message: str | None = None) -> Error:
    """An error whose frames have these ``functions``, innermost first."""
    return Error(
        type=kind,
        message=message,
        frames=[Frame(function=name, file=f"/srv/app/{name}.py", line=7) for name in functions],
    )


def issue(name: str, *fingerprints: str, title: str = "a title") -> Issue:
    """An open issue ``name`` with an exemplar for each of its ``fingerprints``, by default ``name``."""
    stacks = [Stack(each, error(f"f_{each.replace('-', '_')}")) for each in fingerprints or (name,)]
    return Issue(id=name, title=title, stacks=stacks)


def put(store: Store, *issues: Issue) -> None:
    """Add ``issues`` to ``store``."""
    with store.edit() as edit:
        for each in issues:
            edit.put(each)


def sighting(name: str, count: int = 1, **more: object) -> Sighting:
    """A sighting of the fingerprint ``name``."""
    return Sighting(name, f"title of {name}", count=count, **more)  # type: ignore[arg-type]


def write_from_processes(target: str, writers: int, batches: int, own: int) -> None:
    """Let ``writers`` processes record at the same time: 20 shared fingerprints and ``own`` of each one's."""
    command = [sys.executable, "-c", WRITER, target]
    processes = [
        subprocess.Popen(
            [*command, str(number), str(batches), str(own)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(1, writers + 1)
    ]
    for each in processes:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in processes:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    for each in processes:
        each.communicate(timeout=120)
        assert each.returncode == 0


def ids(issues: Iterable[Issue]) -> list[str]:
    """The ids of ``issues``."""
    return [each.id for each in issues]
