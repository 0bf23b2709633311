"""Real clients deliver one error each way; the site makes one issue of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.programs import need
from tests.serve_site import RunningSite, running_site

pytestmark = pytest.mark.live

CART = """\
class Cart:
    def add(self, item):
        return item["x"]


def run():
    try:
        Cart().add({"y": 1})
    except KeyError as error:
        raise ValueError("cannot add") from error
"""
PLAIN = """\
from cart import run
run()
"""
SENTRY = """\
import sys
import sentry_sdk
from cart import run
sentry_sdk.init(dsn=sys.argv[1], release="shop@1.2", environment="production")
run()
"""
OPENTELEMETRY = """\
import logging, sys
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from cart import run
exporter = OTLPLogExporter(endpoint=sys.argv[1], headers={"Authorization": "Bearer " + sys.argv[2]})
provider = LoggerProvider()
provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
logging.getLogger().addHandler(LoggingHandler(logger_provider=provider))
try:
    run()
except ValueError:
    logging.exception("cannot run")
provider.shutdown()
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    with running_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="module")
def traceback(programs: Path) -> bytes:
    """What Python itself prints of the error."""
    (programs / "main.py").write_text(PLAIN)
    return subprocess.run([sys.executable, "main.py"], cwd=programs, capture_output=True, check=False).stderr


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("programs")
    (folder / "cart.py").write_text(CART)
    return folder


def _run(folder: Path, text: str, *arguments: str) -> None:
    (folder / "main.py").write_text(text)
    # Without a proxy of the machine, which is not for loopback.
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    command = [sys.executable, "main.py", *arguments]
    subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False, timeout=60)


def test_one_error_is_one_issue_whichever_way_it_comes(
    site: RunningSite, programs: Path, traceback: bytes
) -> None:
    pytest.importorskip("sentry_sdk")
    pytest.importorskip("opentelemetry.sdk")
    assert site.post("/api/text", traceback) == 202
    _run(programs, SENTRY, site.dsn)
    _run(programs, OPENTELEMETRY, f"{site.url}/v1/logs", site.write)
    log = programs / "app.log"
    log.write_bytes(traceback)
    bearer = f"Authorization: Bearer {site.write}"
    curl = [need("curl"), "-sf", "--data-binary", f"@{log}", "-H", bearer, f"{site.url}/api/text"]
    subprocess.run(curl, check=True, capture_output=True)
    _push(log, site.dsn)
    (issue,) = site.settled()
    assert issue["title"] == "ValueError: cannot add in run"
    found = site.occurrences(issue["id"])
    assert len(found) == 5
    for each in found:
        error = each["trace"]["error"]
        assert [frame["function"] for frame in error["frames"]] == ["run", "<module>"]
        assert [frame["function"] for frame in error["cause"]["frames"]] == ["add", "run"]
    sent = [each for each in found if each.get("release") == "shop@1.2"]
    assert [each["environment"] for each in sent] == ["production"]


def _push(log: Path, receiver: str) -> None:
    ours = [sys.executable, "-m", "stacktraces"]
    found = subprocess.run([*ours, "log", "--format", "json", str(log)], check=True, capture_output=True)
    subprocess.run([*ours, "push", "--to", receiver], input=found.stdout, check=True, capture_output=True)
