"""``stacktraces log --format`` as CI systems and other programs meet it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import junitparser
import pytest
import sarif_pydantic
from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from prometheus_client.openmetrics import parser as openmetrics
from sentry_sdk.envelope import Envelope

from stacktraces.render.groups import names
from tests.cli.support import refused, run

EXAMPLES = Path(__file__).parents[2] / "examples"
LOG = EXAMPLES / "python.log"


def step(*arguments: object, cwd: Path, **environment: object) -> subprocess.CompletedProcess[str]:
    """A run within a CI system that sets ``environment``."""
    program = Path(sys.executable).with_name("stacktraces")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "CI"))}
    return subprocess.run(
        [program, "log", *map(str, arguments)],
        cwd=cwd,
        env={**kept, **{name: str(value) for name, value in environment.items()}},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_step_of_github_actions_has_annotations_and_a_summary(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("# An earlier step\n")
    known = tmp_path / "known.toml"
    done = step(
        LOG, "--known", known, "--update", "--fail-on", "new", "--format", "github",
        cwd=tmp_path, GITHUB_WORKSPACE=EXAMPLES, GITHUB_STEP_SUMMARY=summary, GITHUB_ACTIONS="true",
    )  # fmt: skip
    assert done.returncode == 1
    first = done.stdout.splitlines()[0]
    assert first.startswith("::error title=new%3A ")
    assert ",file=make_python_log.py,line=" in first
    written = summary.read_text()
    assert written.startswith("# An earlier step\n### ")
    assert "| new |" in written
    again = step(LOG, "--known", known, "--fail-on", "new", "--format", "github", cwd=tmp_path)
    assert again.returncode == 0
    assert "::error" not in again.stdout
    assert ",file=" not in again.stdout  # Nothing of this folder is a file of the trace.


def test_a_summary_that_cannot_be_written_is_told_and_loses_nothing(tmp_path: Path) -> None:
    done = step(LOG, "--format", "github", cwd=tmp_path, GITHUB_STEP_SUMMARY=tmp_path / "absent" / "file")
    assert done.returncode == 0
    assert done.stdout.startswith("::error ")
    assert "cannot be written" in done.stderr


def test_what_has_no_place_is_counted_on_standard_error(tmp_path: Path) -> None:
    done = step(LOG, "--format", "gitlab", cwd=tmp_path)
    assert json.loads(done.stdout) == []
    assert "groups are left out" in done.stderr
    inside = step(LOG, "--format", "gitlab", cwd=tmp_path, CI_PROJECT_DIR=EXAMPLES)
    assert {each["location"]["path"] for each in json.loads(inside.stdout)} == {"make_python_log.py"}


def test_a_checkout_is_named(tmp_path: Path) -> None:
    done = run("stacktraces", "log", LOG, "--format", "quickfix", "--checkout", EXAMPLES, cwd=tmp_path)
    assert done.out.startswith("make_python_log.py:")
    refused_one = run("stacktraces", "log", LOG, "--format", "quickfix", "--checkout", tmp_path / "absent")
    assert refused_one.code == 2


@pytest.mark.parametrize("name", sorted(set(names()) - {"json", "jsonl"}))
def test_outputs_of_groups_show_no_occurrences(name: str) -> None:
    refused(run("stacktraces", "log", LOG, "--each", "--format", name), "--each")


def test_other_programs_read_what_is_written() -> None:
    """Parsers of others: pydantic's models of SARIF, junitparser, Sentry's SDK, OpenTelemetry's, Prometheus'."""

    def printed(name: str) -> str:
        return run("stacktraces", "log", LOG, "--format", name).out

    groups = json.loads(printed("json"))["groups"]
    results = sarif_pydantic.Sarif.model_validate_json(printed("sarif")).runs[0].results
    assert len(results) == len(groups)
    assert {each.tests for each in [junitparser.JUnitXml.fromstring(printed("junit").encode())]} == {
        len(groups)
    }
    items = Envelope.deserialize(printed("sentry").encode()).items
    assert [each.get_event()["fingerprint"][0] for each in items] == [each["fingerprint"] for each in groups]
    request = json_format.Parse(printed("otlp"), ExportLogsServiceRequest())
    assert len(request.resource_logs[0].scope_logs[0].log_records) == len(groups)
    families = list(openmetrics.text_string_to_metric_families(printed("openmetrics")))
    (errors,) = [each for each in families if each.name == "stacktraces_errors"]
    assert sum(each.value for each in errors.samples) == sum(each["count"] for each in groups)


def shown(*options: object) -> set[str]:
    lines = run("stacktraces", "log", LOG, "--format", "jsonl", *options).out.splitlines()
    return {json.loads(line)["error"]["type"] for line in lines}


def test_groups_are_chosen_by_what_their_errors_say() -> None:
    every = shown()
    assert shown("--grep", "return PRICES") == {"KeyError"}
    assert shown("--grep", "JSONDecodeError") == {"BadOrder"}  # Its cause.
    assert shown("--exclude", "return PRICES") | {"KeyError"} == every
    assert shown("--grep", "nothing at all") == set()
    assert "no regular expression" in run("stacktraces", "log", LOG, "--grep", "(").err
    refused(run("stacktraces", "log", LOG, "--each", "--grep", "x"), "--each")


def test_groups_are_chosen_by_verdict(tmp_path: Path) -> None:
    known = ("--known", tmp_path / "known.toml", "--update")
    every = shown()
    assert shown(*known, "--only", "new,regressed") == every
    assert shown(*known, "--only", "new,regressed") == set()
    assert shown(*known, "--only", "known") == every
    refused(run("stacktraces", "log", LOG, "--only", "new"), "--known")
    assert "separated by commas" in run("stacktraces", "log", LOG, "--only", "old").err
