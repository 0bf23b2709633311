"""Starts a site with sample data: ``make serve-demo``. Ctrl-C ends it, and all of it is gone then."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from stacktraces.serve.spool import Spool
from stacktraces.serve.store import SiteStore

SAMPLES = Path(__file__).parents[1] / "examples"
_LOGS = ("python.log",)
_PROJECT = "default"


def fill(folder: Path) -> Path:
    """Make a database with the samples waiting in the spool; gives its path."""
    database = folder / "site.db"
    store = SiteStore(str(database))
    store.add_project(_PROJECT, "Shop")
    store.close()
    spool = Spool(folder / "data" / "spool")
    for name in _LOGS:
        spool.put(_PROJECT, "text", (SAMPLES / name).read_bytes())
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
