"""What stands in ``editors/``, tried on the real output: by lnav, and by the engine of VS Code's patterns."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.support import run
from tests.conftest import need

pytestmark = pytest.mark.live
ROOT = Path(__file__).parents[2]
LOG = ROOT / "examples" / "python.log"


def test_lnav_shows_an_error_a_line(tmp_path: Path) -> None:
    formats = tmp_path / ".lnav" / "formats" / "installed"
    formats.mkdir(parents=True)
    (formats / "stacktraces.json").write_text((ROOT / "editors" / "lnav.json").read_text())
    errors = tmp_path / "app.stacktraces.jsonl"
    errors.write_text(run("stacktraces", "log", LOG, "--each", "--format", "jsonl").out)
    done = subprocess.run(
        [need("lnav"), "-n", str(errors)],
        env={**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": "", "TERM": "xterm"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stderr == ""
    first = f"2015-03-08T02:49:12.139 python KeyError: 'kumquat'  {LOG}:4  4-5b265e635b3fa769"
    assert done.stdout.splitlines()[0] == first
    assert done.stdout.count("4-") == 10


PROGRAM = """
const pattern = new RegExp(JSON.parse(process.argv[1]));
const lines = require("fs").readFileSync(0, "utf8").split("\\n");
console.log(JSON.stringify(lines.map(line => line.match(pattern)).filter(Boolean).map(found => found.slice(1))));
"""


def test_the_problem_matcher_takes_each_error_and_no_frame(tmp_path: Path) -> None:
    tasks = json.loads((ROOT / "editors" / "vscode-tasks.json").read_text())["tasks"]
    pattern = tasks[0]["problemMatcher"]["pattern"]["regexp"]
    lines = run("stacktraces", "log", LOG, "--format", "quickfix", "--checkout", ROOT / "examples").out
    done = subprocess.run(
        [need("node"), "-e", PROGRAM, json.dumps(pattern)],
        input=lines,
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    assert len(found) == 7
    assert found[0] == ["make_python_log.py", "31", "KeyError: 'kumquat' (2 ×)"]
