"""A trace as a value, in the notations in which programs write strings: it is read there as it is read alone."""

from __future__ import annotations

import csv
import html
import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

import stacktraces
from stacktraces.model import Trace
from stacktraces.scanning import Occurrences
from tests.golden import CORPUS
from tests.unit.test_prefixed_writers import MATRIX, told


def _in_csv(text: str) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([["time", "level", "message"], ["2026-03-01T12:00:00Z", "ERROR", text]])
    return out.getvalue()


def _of_teamcity(text: str) -> str:
    for plain, escaped in (("|", "||"), ("'", "|'"), ("\n", "|n"), ("[", "|["), ("]", "|]")):
        text = text.replace(plain, escaped)
    return f"##teamcity[testFailed name='t' details='{text}' message='m']\n"


def _as_code(text: str) -> str:
    return "task failed: " + json.dumps(text) + "\n"


NOTATIONS: dict[str, Callable[[str], str]] = {
    "JSON": lambda text: json.dumps({"level": "error", "event": "failed", "exception": text}) + "\n",
    "JSON, deep": lambda text: json.dumps({"a": [{"b": {"c": text}}], "level": "error"}) + "\n",
    "JSON, an odd key": lambda text: json.dumps({"log": "failed", "whatHappened": text}) + "\n",
    "JSON, pretty": lambda text: json.dumps({"level": "error", "stack": text}, indent=2) + "\n",
    "JSON, a list of lines": lambda text: json.dumps({"exc": text.split("\n")}) + "\n",
    "JSON in JSON": lambda text: json.dumps({"log": json.dumps({"exc": text})}) + "\n",
    "JSON in JSON in JSON": lambda text: json.dumps({"a": json.dumps({"b": json.dumps({"c": text})})}) + "\n",
    "Python's repr": lambda text: f"failed with {text!r}\n",
    "a dict of Python": lambda text: f"2026-03-01 12:00:00 ERROR { ({'exc': text, 'n': 1}) }\n",
    "a literal of JavaScript": _as_code,
    "syslog's octals": lambda text: "Mar  1 12:00:00 host app[7]: " + text.replace("\n", "#012") + "\n",
    "carriage returns": lambda text: "2026-03-01 12:00:00 ERROR failed\r" + text.replace("\n", "\r") + "\n",
    "character references": lambda text: "<e>" + html.escape(text).replace("\n", "&#10;") + "</e>\n",
    "HTML": lambda text: f"<pre>{html.escape(text)}</pre>\n",
    "XML": lambda text: f"<failure>{html.escape(text)}\n</failure>\n",
    "CDATA": lambda text: f"<failure><![CDATA[{text}]]></failure>\n",
    "YAML, a block": lambda text: (
        "error: |\n" + "".join(f"  {each}\n" for each in text.split("\n")) + "next: 1\n"
    ),
    "CSV": _in_csv,
    "logfmt": lambda text: f"level=error msg=failed exc={json.dumps(text)}\n",
    "TeamCity": _of_teamcity,
}
HEADLESS = ("3.12-cause_without_traceback", "3.12-syntax_error_direct")
"""They start with no header: only a notation that says where its string starts can hold them whole."""
SAMPLES = ["3.11-plain", "3.8-explicit_cause", "3.11-group_nested"]
if "STACKTRACES_MATRIX" in os.environ:
    SAMPLES = [each for each in MATRIX.split() if each not in HEADLESS]


@pytest.mark.parametrize("sample", SAMPLES)
def test_in_every_notation(tmp_path: Path, sample: str) -> None:
    text = (CORPUS / "python" / f"{sample}.native.txt").read_text().rstrip("\n")
    alone = [told(each.error) for each in stacktraces.parse(text) if isinstance(each, Trace)]
    assert alone
    path = tmp_path / "a.log"
    wrong = {}
    for name, notation in NOTATIONS.items():
        path.write_bytes(notation(text).encode())
        found = [told(each.error) for each in Occurrences([str(path)])]
        if found != alone:
            wrong[name] = found
    assert wrong == {}
