"""Starts a site with sample data: ``make serve-demo``. Ctrl-C ends it, and all of it is gone then."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from stacktraces.serve.intake.sentry import envelope_of
from stacktraces.serve.spool import Spool
from stacktraces.serve.store import SiteStore

SAMPLES = Path(__file__).parents[1] / "examples"
_LOGS = ("python.log",)
_PROJECT = "default"


def events(now: datetime) -> Iterator[bytes]:
    """Envelopes of Sentry's protocol with errors of a shop, as SDKs would have sent them in two weeks."""
    errors = [
        ("PaymentError", "the bank said no to card {number}", ["pay", "charge"], "/srv/shop/pay.py", 31),
        ("KeyError", "'item {number}'", ["checkout", "total", "price"], "/srv/shop/stock.py", 8),
        ("TimeoutError", "no answer in {number} ms", ["search", "connect"], "/srv/shop/search.py", 77),
    ]
    for hour in range(14 * 24):
        for place, (kind, message, calls, file, line) in enumerate(errors):
            if hour % (7 * (place + 2)) > place:
                continue
            frames = [
                {"function": call, "abs_path": file, "lineno": line + at} for at, call in enumerate(calls)
            ]
            value = {
                "type": kind,
                "value": message.format(number=4000 + 7 * hour),
                "stacktrace": {"frames": frames},
            }
            event = {
                "timestamp": (now - timedelta(hours=14 * 24 - hour)).timestamp(),
                "platform": "python",
                "exception": {"values": [value]},
                "release": f"shop@1.{hour // 120}",
                "environment": "production" if hour % 5 else "staging",
                "server_name": f"web{1 + hour % 3}",
            }
            yield envelope_of(json.dumps(event).encode())


def fill(folder: Path) -> Path:
    """Make a database with the samples waiting in the spool; gives its path."""
    database = folder / "site.db"
    store = SiteStore(str(database))
    store.add_project(_PROJECT, "Shop")
    store.close()
    spool = Spool(folder / "data" / "spool")
    for name in _LOGS:
        spool.put(_PROJECT, "text", (SAMPLES / name).read_bytes())
    for envelope in events(datetime.now(UTC)):
        spool.put(_PROJECT, "sentry", envelope)
    return database


def main() -> int:
    """Serve until Ctrl-C; arguments are those of ``stacktraces serve``."""
    with tempfile.TemporaryDirectory(prefix="stacktraces-demo-") as name:
        folder = Path(name)
        command = [sys.executable, "-m", "stacktraces", "serve", "--db", str(fill(folder))]
        # The samples are years old: they are to be seen all the same.
        command += ["--data", str(folder / "data"), "--keep-days", "36500", *sys.argv[1:]]
        try:
            return subprocess.run(command, check=False).returncode
        except KeyboardInterrupt:
            return 0


if __name__ == "__main__":
    sys.exit(main())
