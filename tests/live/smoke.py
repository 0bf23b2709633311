"""Each command once on real samples, in an environment that it was installed into."""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from stacktraces.render.snapshots import names
from tests.cli.support import all_commands
from tests.conftest import zstd
from tests.live.installing import ROOT, Environment

EXAMPLES = ("python.log", "httpd-event-child.gdb.txt", "cartd-core.gdb.txt", "ledgers.gdb.txt")


class Step(NamedTuple):
    """A command line, how it must end and a part of what it must print."""

    line: str
    code: int = 0
    part: str = ""


READING = (
    Step("stacktraces --version", part="stacktraces "),
    Step("stacktraces log python.log", part="2 × KeyError: 'kumquat'"),
    Step("stacktraces log python.log --color always", part="KeyError"),
    Step("stacktraces log docker.log --format json --jobs 2", part='"fingerprint"'),
    Step("stacktraces log python.log.zst --each --format jsonl", part='"fingerprint"'),
    Step(
        "stacktraces log python.log --since 2015-03-08T12:00 --until 1w --tz Europe/Berlin", part="distinct"
    ),
    Step("stacktraces log python.log --tz Nowhere", 2),
    Step("stacktraces describe httpd-event-child.gdb.txt", part="22 * [23] MPM child worker thread"),
    Step("stacktraces describe cartd-core.gdb.txt ledgers.gdb.txt --similar", part="thread"),
    Step("stacktraces describe-python-log python.log", part="KeyError: 'kumquat'"),
    Step("stacktraces diff result.json docker.json --format json", part='"schema_version"'),
    Step("stacktraces diff httpd-event-child.gdb.txt httpd-event-child.gdb.txt", part="stood still"),
    Step("stacktraces fingerprint python.log --explain", part="hashed"),
    Step("stacktraces trace python.log", 3, "KeyError: 'kumquat'"),
    Step("stacktraces merge result.json docker.json", part="KeyError"),
    Step("stacktraces config"),
    Step("stacktraces push --help", part="Usage"),
    Step("stacktraces serve --listen nowhere", 2),
    Step("stacktraces mcp --help", part="Usage"),
    Step("stacktraces collect --help", part="Usage"),
    Step("collect.py --help", part="Usage"),
    Step("describe.py -l httpd-event-child.gdb.txt -i 4", part="Pid 14316"),
    Step("describe_python_log.py python.log --format json", part='"processname"'),
    Step("describe_python_stacktrace.py python.log", 3, "KeyError: 'kumquat'"),
    Step("python -m stacktraces log python.log", part="KeyError"),
    Step("python -m stacktraces --help", part="Usage: python -m stacktraces"),
    *(
        Step(f"stacktraces describe ledgers.gdb.txt --format {each}", part="ledger")
        for each in (*names(), "raw")
    ),
)
KEEPING = (
    Step("stacktraces log docker.log -k STORE --fail-on new", part="KNOWN"),
    Step("stacktraces describe cartd-core.gdb.txt -k STORE --fail-on new", 1, "NEW"),
    Step("stacktraces log python.log -k STORE --update", part="KNOWN"),
    Step("stacktraces describe cartd-core.gdb.txt -k STORE --update", part="cartd"),
    Step("stacktraces known show ISSUE -k STORE", part="ISSUE"),
    Step("stacktraces known note ISSUE 'seen to' -k STORE", part="ISSUE"),
    Step("stacktraces known resolve ISSUE -k STORE", part="ISSUE"),
    Step("stacktraces known reopen ISSUE -k STORE", part="ISSUE"),
    Step("stacktraces known mute ISSUE --until 2099-01-01 -k STORE", part="ISSUE"),
    Step("stacktraces known review python.log -k STORE", part="Nothing is left"),
    Step("stacktraces known rules -k STORE", 2),
    Step("stacktraces known sightings ISSUE -k STORE"),
    Step("stacktraces known ignore ISSUE -k STORE", part="ISSUE"),
    Step("stacktraces known merge ISSUE OTHER -k STORE", part="ISSUE"),
    Step("stacktraces known split ISSUE OTHER -k STORE"),
    Step("stacktraces known prune --not-in result.json --dry-run -k STORE"),
    Step("stacktraces known check -k STORE"),
    Step("stacktraces known export COPY -k STORE"),
    Step("stacktraces known import COPY -k second-STORE", part="imported"),
    Step("stacktraces known list -k second-STORE", part="KeyError"),
    Step("stacktraces known merge-driver --help", part="Usage"),
)


def smoke(environment: Environment, folder: Path, *, thorough: bool = False) -> None:
    """Run all commands in ``folder``, which is filled with samples; fails with what went wrong.

    ``thorough`` adds every command's help, and all commands on either kind of store.
    """
    _fill(environment, folder)
    for step in READING:
        _take(environment, folder, step, {})
    for store in ("known.db", "known.toml"):
        _take(environment, folder, Step(f"stacktraces known add python.log -k {store}", part="added"), {})
        words = _words(environment, folder, store)
        for step in KEEPING if thorough or store == "known.db" else KEEPING[:4]:
            _take(environment, folder, step, words)
    if thorough:
        for name in all_commands():
            _take(environment, folder, Step(f"stacktraces {' '.join(name)} --help", part="Usage"), {})


def steps() -> Iterator[Step]:
    """All that :func:`smoke` runs."""
    yield from (*READING, *KEEPING, Step("stacktraces known add"), Step("stacktraces show"))


def _fill(environment: Environment, folder: Path) -> None:
    for name in EXAMPLES:
        shutil.copyfile(ROOT / "examples" / name, folder / name)
    log = (folder / "python.log").read_bytes()
    (folder / "python.log.zst").write_bytes(zstd.compress(log))
    # Large enough to be read in several pieces: what is cut at a border is another path through the readers.
    lines = [json.dumps({"log": f"{line}\n", "stream": "stderr"}) for line in log.decode().splitlines()]
    (folder / "docker.log").write_text("\n".join(lines * 100) + "\n")
    for source, target in (("python.log", "result.json"), ("docker.log", "docker.json")):
        done = environment.run("stacktraces", "log", source, "--format", "json", cwd=folder)
        assert done.code == 0, done.err
        (folder / target).write_text(done.out)
    first = json.loads((folder / "result.json").read_text())["groups"][0]["fingerprint"]
    _take(environment, folder, Step(f"stacktraces show {first} result.json", part="seen at"), {})


def _words(environment: Environment, folder: Path, store: str) -> dict[str, str]:
    """What stands for words of the steps: a store, a copy of it, and the fingerprints of two of its issues."""
    listed = environment.run("stacktraces", "known", "list", "-k", store, "--format", "json", cwd=folder)
    ids = sorted(each["id"] for each in json.loads(listed.out)["issues"])
    words = {"STORE": store, "COPY": f"copy-of-{store}.jsonl", "ISSUE": ids[0]}
    result = json.loads((folder / "result.json").read_text())
    others = sorted(each["fingerprint"] for each in result["groups"] if each["fingerprint"] != ids[0])
    return {**words, "OTHER": others[0]}


def _take(environment: Environment, folder: Path, step: Step, words: dict[str, str]) -> None:
    line, part = step.line, step.part
    for word, name in words.items():
        line, part = line.replace(word, name), part.replace(word, name)
    program, *arguments = shlex.split(line)
    done = environment.run(program, *arguments, cwd=folder)
    assert "Traceback (most recent call last)" not in done.err, f"{line}\n{done.err}"
    assert done.code == step.code, f"{line}\n{done.err}"
    assert part in done.out, f"{line}\n{done.out[:2000]}\n{done.err}"
