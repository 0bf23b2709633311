"""Bugsink as its documentation sets it up on a single server, to be measured beside ours."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from bench.site_load import Target
from tests.live.programs import free_port, listens

# Its bounds on what a project may send would refuse most of what is measured.
_UNBOUNDED = """
BUGSINK["MAX_EVENTS_PER_PROJECT_PER_5_MINUTES"] = 10**9
BUGSINK["MAX_EVENTS_PER_PROJECT_PER_HOUR"] = 10**9
BUGSINK["MAX_EVENTS_PER_5_MINUTES"] = 10**9
BUGSINK["MAX_EVENTS_PER_HOUR"] = 10**9
BUGSINK["BASE_URL"] = "http://127.0.0.1:{port}"
ALLOWED_HOSTS = ["*"]
"""
_PROJECT = """
from projects.models import Project
project = Project.objects.create(name="bench", retention_max_event_count=10**6)
print("PROJECT", project.id, project.sentry_key.hex)
"""
_COUNT = 'from events.models import Event; print("EVENTS", Event.objects.count())'


class Running:
    """A Bugsink that runs."""

    def __init__(self, venv: Path, folder: Path, target: Target, processes: list[int]) -> None:
        self.target = target
        self.processes = processes
        self._venv = venv
        self._folder = folder
        self._settled = 0

    def settle(self, more: int) -> None:
        """Wait until it holds so many ``more`` events than at the last time."""
        self._settled += more
        while int(_told(self._venv, self._folder, _COUNT, "EVENTS")[0]) < self._settled:
            time.sleep(0.2)


def _run(venv: Path, folder: Path, *command: str) -> str:
    done = subprocess.run(
        [venv / "bin" / command[0], *command[1:]], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout


def _told(venv: Path, folder: Path, program: str, word: str) -> list[str]:
    output = _run(venv, folder, "bugsink-manage", "shell", "-c", program)
    line = next(each for each in output.splitlines() if each.startswith(word))
    return line.split()[1:]


@contextlib.contextmanager
def running(venv: Path, folder: Path) -> Iterator[Running]:
    """The Bugsink of the virtual environment ``venv``, with its data in ``folder``."""
    venv, port = venv.absolute(), free_port()
    create = ("--template=singleserver", "--host=127.0.0.1", f"--port={port}", f"--base-dir={folder}")
    _run(venv, folder, "bugsink-create-conf", *create)
    with (folder / "bugsink_conf.py").open("a") as file:
        file.write(_UNBOUNDED.format(port=port))
    (folder / "snappea" / "wakeup").mkdir(parents=True)
    _run(venv, folder, "bugsink-manage", "migrate")
    _run(venv, folder, "bugsink-manage", "migrate", "--database=snappea")
    project, key = _told(venv, folder, _PROJECT, "PROJECT")
    log = (folder / "log").open("wb")
    commands = (
        ["gunicorn", f"--bind=127.0.0.1:{port}", "--workers=4", "--access-logfile=/dev/null", "bugsink.wsgi"],
        ["bugsink-runsnappea"],
    )
    processes = [
        subprocess.Popen([venv / "bin" / each[0], *each[1:]], cwd=folder, stdout=log, stderr=log)
        for each in commands
    ]
    try:
        while not listens(port):
            time.sleep(0.1)
        yield Running(venv, folder, Target(port, key, project), [each.pid for each in processes])
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()
        log.close()
