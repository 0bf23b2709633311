"""Real clients deliver one error each way; the site makes one issue of it."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import missing, need
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

NODE_CART = """\
class Cart {
  add(item) {
    return item.x.length;
  }
}

function run() {
  try {
    new Cart().add({ y: 1 });
  } catch (error) {
    throw new RangeError("cannot add", { cause: error });
  }
}

module.exports = { run };
"""
NODE = """\
const [, , dsn] = process.argv;
if (dsn) require("@sentry/node").init({ dsn, release: "shop@1.2", environment: "production" });
require("./cart").run();
"""
MODULES = """\
class Stock {
  constructor(items) {
    this.first = items.map((item) => item.x.y);
  }
}

async function load(items) {
  await null;
  return new Stock(items);
}

if (process.argv[2]) (await import("@sentry/node")).init({ dsn: process.argv[2] });
await Promise.all([load([1])]);
"""
NPM = Path(sys.prefix) / "npm"
"""Where the SDK is installed, once for all runs."""


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
    command = [sys.executable, "main.py", *arguments]
    subprocess.run(command, cwd=folder, env=_direct(), capture_output=True, check=False, timeout=60)


def test_one_error_is_one_issue_whichever_way_it_comes(
    site: RunningSite, programs: Path, traceback: bytes
) -> None:
    pytest.importorskip("sentry_sdk")
    pytest.importorskip("opentelemetry.sdk")
    before = {issue["id"] for issue in site.settled()}
    assert site.post("/api/text", traceback) == 202
    _run(programs, SENTRY, site.dsn)
    _run(programs, OPENTELEMETRY, f"{site.url}/v1/logs", site.write)
    log = programs / "app.log"
    log.write_bytes(traceback)
    bearer = f"Authorization: Bearer {site.write}"
    curl = [need("curl"), "-sf", "--data-binary", f"@{log}", "-H", bearer, f"{site.url}/api/text"]
    subprocess.run(curl, check=True, capture_output=True)
    _push(log, site.dsn)
    (issue,) = [each for each in site.settled() if each["id"] not in before]
    assert issue["title"] == "ValueError: cannot add in run"
    found = site.occurrences(issue["id"])
    assert len(found) == 5
    for each in found:
        error = each["trace"]["error"]
        assert [frame["function"] for frame in error["frames"]] == ["run", "<module>"]
        assert [frame["function"] for frame in error["cause"]["frames"]] == ["add", "run"]
    sent = [each for each in found if each.get("release") == "shop@1.2"]
    assert [each["environment"] for each in sent] == ["production"]


def _sentry_for_node() -> Path:
    """The folder of the SDK; where npm cannot install it, the test skips on a user's machine."""
    NPM.mkdir(exist_ok=True)
    # The runner's processes share the folder: one installs, the others wait until it is whole.
    with (NPM / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = NPM / "installed"
        if not done.exists():
            npm = [need("npm"), "install", "--prefix", str(NPM), "--no-audit", "--no-fund", "@sentry/node@11"]
            if subprocess.run(npm, capture_output=True, check=False).returncode:
                missing("@sentry/node cannot be installed")
            done.touch()
    return NPM / "node_modules"


@pytest.mark.parametrize(
    ("name", "text", "functions", "cause"),
    [
        ("main.js", NODE, ["Object.run", "Object.<anonymous>"], ["Cart.add", "Object.run"]),
        ("main.mjs", MODULES, [None, "Array.map", "new Stock"], []),
    ],
)
def test_an_error_of_node_is_one_issue_whichever_way_it_comes(
    site: RunningSite, tmp_path: Path, name: str, text: str, functions: list[str], cause: list[str]
) -> None:
    node = need("node")
    (tmp_path / "node_modules").symlink_to(_sentry_for_node())
    (tmp_path / "cart.js").write_text(NODE_CART)
    (tmp_path / name).write_text(text)
    before = {issue["id"] for issue in site.settled()}
    printed = subprocess.run([node, name], cwd=tmp_path, capture_output=True, check=False).stderr
    assert site.post("/api/text", printed) == 202
    # It prints the error all the same, and ends once the SDK has sent it.
    subprocess.run([node, name, site.dsn], cwd=tmp_path, env=_direct(), capture_output=True, check=False)
    (issue,) = [each for each in site.settled() if each["id"] not in before]
    found = site.occurrences(issue["id"])
    assert {each["trace"]["format"] for each in found} == {"javascript", "sentry"}
    for each in found:
        error = each["trace"]["error"]
        assert [frame.get("function") for frame in error["frames"]][: len(functions)] == functions
        causes = error.get("cause", {"frames": []})["frames"]
        assert [frame.get("function") for frame in causes][: len(cause)] == cause


def _direct() -> dict[str, str]:
    """The environment without a proxy of the machine, which is not for loopback."""
    return {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}


def _push(log: Path, receiver: str) -> None:
    ours = [sys.executable, "-m", "stacktraces"]
    found = subprocess.run([*ours, "log", "--format", "json", str(log)], check=True, capture_output=True)
    subprocess.run([*ours, "push", "--to", receiver], input=found.stdout, check=True, capture_output=True)
