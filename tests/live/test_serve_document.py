"""``docs/serve.md`` shows what a site really answers.

In a block that is marked ``console site``, SITE is the address of a site that has an issue, ISSUE its id, and
TOKEN and ADMIN are tokens of the kinds ``change`` and ``admin``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stacktraces.serve.store import SiteStore
from tests.cli.test_documents import ROOT, matches
from tests.live.programs import need
from tests.serve_fuzzing import TRACE
from tests.serve_site import RunningSite, running_site

pytestmark = pytest.mark.live
_BLOCK = re.compile(r"^```console site\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    with running_site(tmp_path_factory.mktemp("site")) as site:
        site.post("/api/text", TRACE)
        site.settled()
        yield site


@pytest.mark.parametrize("name", ["serve.md"])
def test_blocks(site: RunningSite, name: str, tmp_path: Path) -> None:
    need("curl")
    store = SiteStore(site.database)
    (issue,) = site.settled()
    environment = {
        **{key: value for key, value in os.environ.items() if "proxy" not in key.lower()},
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "SITE": site.url,
        "ISSUE": issue["id"],
        "TOKEN": store.add_token("default", "change", "test"),
        "ADMIN": store.add_token(None, "admin", "test"),
        "TMPDIR": str(tmp_path),
    }
    store.close()
    examples = [
        example
        for block in _BLOCK.findall((ROOT / "docs" / name).read_text())
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    ]
    assert examples
    for example in examples:
        command, _, output = example.partition("\n")
        done = subprocess.run(
            ["sh", "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        printed = (done.stdout + done.stderr).replace(site.url, "$SITE")
        assert matches(output, printed if printed.endswith("\n") else printed + "\n"), (
            f"$ {command}\n{printed}"
        )
