"""journald's files, written by systemd's own tool and read by journalctl."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import stacktraces
from tests.conftest import need

pytestmark = pytest.mark.live
REMOTE = "/lib/systemd/systemd-journal-remote"
NOON = 1_714_564_800_000_000
"""2024-05-01T12:00:00Z in microseconds."""
TRACE = (
    "Traceback (most recent call last):",
    '  File "/srv/app.py", line 3, in total',
    "    return sum(prices)",
    "TypeError: unsupported operand",
)


def entry(number: int, message: str, unit: str) -> str:
    fields = {
        "__REALTIME_TIMESTAMP": NOON + number,
        "__MONOTONIC_TIMESTAMP": number,
        "_BOOT_ID": "5dfa9b7f7bd64c3a8b5b3c4f4d1b8a11",
        "_HOSTNAME": "web-1",
        "_SYSTEMD_UNIT": f"{unit}.service",
        "SYSLOG_IDENTIFIER": unit,
        "_PID": 4711,
        "MESSAGE": message,
    }
    return "".join(f"{name}={value}\n" for name, value in fields.items()) + "\n"


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """A journal's file with a traceback of each of two services."""
    need("journalctl")
    remote = need(REMOTE) if shutil.which(REMOTE) is None else REMOTE
    lines = [(line, unit) for unit in ("shop", "mail") for line in ("started", *TRACE)]
    path = tmp_path / "system.journal"
    entries = "".join(entry(number, *each) for number, each in enumerate(lines))
    subprocess.run([remote, f"--output={path}", "-"], input=entries.encode(), check=True, capture_output=True)
    return path


def test_a_journal_is_read_with_time_and_writer(journal: Path) -> None:
    for url in (f"journal://{journal}", f"journal://{journal.parent}"):
        result = stacktraces.scan(url, contexts=True)
        assert result.unreadable == []
        (group,) = result.groups
        assert (group.count, group.error.type) == (2, "TypeError")
        assert group.first_seen_ns == (NOON + 1) * 1000
        assert group.contexts["host"].values == {"web-1": 2}
        assert group.contexts["process"].values == {"shop": 1, "mail": 1}


def test_a_unit_and_a_span_narrow_it(journal: Path) -> None:
    assert stacktraces.scan(f"journal://{journal}?unit=shop.service").stats.traces == 1
    assert stacktraces.scan(f"journal://{journal}?since=2024-05-01T12:00:01").stats.traces == 0
    assert stacktraces.scan(f"journal://{journal}?until=2024-05-01T12:00:01").stats.traces == 2


def test_a_file_that_is_no_journal_is_told(tmp_path: Path) -> None:
    need("journalctl")
    path = tmp_path / "system.journal"
    path.write_bytes(b"no journal")
    (told,) = stacktraces.scan(f"journal://{path}").unreadable
    assert told.reason.startswith(f"journal://{path} cannot be read to its end: ")
    assert "\n" not in told.reason
