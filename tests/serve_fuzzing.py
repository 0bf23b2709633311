"""Schemathesis against a running site: what it sends is made from the OpenAPI document."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from stacktraces.serve.store import SiteStore
from tests.serve_site import RunningSite

_ROOT = Path(__file__).parent.parent
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
    "ignored_auth"
)
TRACE = b"""\
2026-03-01 10:00:00 ERROR failed
Traceback (most recent call last):
  File "/srv/shop/cart.py", line 3, in total
    return prices["x"]
KeyError: 'x'
"""


def fuzz(site: RunningSite, folder: Path, examples: int | None = None) -> None:
    """Run it with so many examples of each operation, or a sample; fails where a check does."""
    options = ["--max-examples", str(examples or 1), "--request-timeout", "60"]
    if examples is not None:
        options += ["--phases", "examples,coverage,fuzzing,stateful"]
    else:
        # Those that start a process each take long.
        options += ["--phases", "fuzzing", "--exclude-path-regex", "uploads|describe"]
    store = SiteStore(site.database)
    admin = store.add_token(None, "admin", "fuzzer")
    store.close()
    site.post("/api/text", TRACE)
    (issue,) = site.settled()
    configuration = folder / "schemathesis.toml"
    configuration.write_text(_CONFIGURATION.format(admin=admin, write=site.write, issue=issue["id"]))
    command = [sys.executable, "-m", "schemathesis.cli", f"--config-file={configuration}", "run"]
    command += [f"{site.url}/openapi.json", "--checks", CHECKS, "--no-color", *options]
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    environment |= {"SCHEMATHESIS_HOOKS": "tests.serve_fuzzing_hooks", "PYTHONPATH": str(_ROOT)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"[1-9]\d* passed", done.stdout), done.stdout


# What takes in wants a token that may write, all else one that may read and change.
_CONFIGURATION = """\
headers = {{ Authorization = "Bearer {admin}" }}
parameters = {{ issue = "{issue}" }}
[[operations]]
include-operation-id-regex = "^send_"
headers = {{ Authorization = "Bearer {write}", X-Sentry-Auth = "Sentry sentry_key={write}" }}
"""
