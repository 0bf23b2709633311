"""Logs of real services: each exception once, with the right count and times.

The counts are those that the corpus folder's README tells of the requests that were made.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.support import run
from tests.golden import CORPUS

FOLDER = CORPUS / "service_logs"
COUNTS = dict(re.findall(r"^\| `([\w.-]+\.log)` \| (\d+)", (FOLDER / "README.md").read_text(), re.MULTILINE))
AS_UNDER_GUNICORN = {
    "uwsgi-flask.log": "gunicorn-flask.log",
    "uwsgi-wsgi.log": "gunicorn-wsgi.log",
    "django-runserver.log": "gunicorn-django.log",
}


def groups(path: Path) -> list[dict]:
    result = run("stacktraces", "log", path, "--format", "json")
    assert (result.code, result.err) == (0, "")
    found = json.loads(result.out)
    assert found["stats"]["traces"] == int(COUNTS[path.name])
    return found["groups"]


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_each_exception_is_counted_and_dated(name: str) -> None:
    found = groups(FOLDER / name)
    text = (FOLDER / name).read_text()
    printed = set(re.findall(r"\d\d:\d\d:\d\d", text))
    for group in found:
        assert group["first_seen"] is None or group["first_seen"][11:19] in printed
        assert group["error"]["type"] + ("" if group["error"]["message"] is None else ": ") in text
    if not name.startswith("uwsgi-boot"):
        assert all(group["first_seen"] for group in found)


@pytest.mark.parametrize(("name", "other"), AS_UNDER_GUNICORN.items())
def test_the_same_application_fails_alike_under_another_server(name: str, other: str) -> None:
    def seen(path: Path) -> list[tuple[int, str]]:
        return sorted((group["count"], group["error"]["type"]) for group in groups(path))

    assert seen(FOLDER / name) == seen(FOLDER / other)
