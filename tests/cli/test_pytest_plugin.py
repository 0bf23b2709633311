"""``pytest --known FILE``: a run fails for new failures only."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SUITE = Path(__file__).parents[2] / "examples" / "suite"


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    return shutil.copytree(SUITE, tmp_path / "suite")


def run(suite: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=suite, capture_output=True, text=True, check=False)


def test_known_failures_pass_and_new_ones_fail(suite: Path) -> None:
    recorded = run(suite, "--known", "known.toml", "--known-update", "test_shop.py")
    assert recorded.returncode == 1
    assert "NEW  1 × KeyError: 'prices'" in recorded.stdout
    passing = run(suite, "--known", "known.toml", "test_shop.py")
    assert (passing.returncode, passing.stderr) == (0, "")
    assert "Each failure is known, so the run passes." in passing.stdout
    failing = run(suite, "--known", "known.toml")
    assert failing.returncode == 1
    assert "NEW  1 × ZeroDivisionError: division by zero" in failing.stdout
    assert "KNOWN  1 × KeyError" in failing.stdout


def test_workers_of_xdist_are_judged_together(suite: Path) -> None:
    run(suite, "--known", "known.toml", "--known-update", "test_shop.py")
    spread = run(suite, "--known", "known.toml", "-n", "2", "test_shop.py")
    assert spread.returncode == 0
    assert spread.stdout.count("KNOWN  1 ×") == 2


def test_a_failure_has_the_fingerprint_that_it_has_in_a_log(suite: Path) -> None:
    run(suite, "--known", "known.toml", "--known-update")
    printed = run(suite).stdout
    (suite / "suite.log").write_text(printed)
    program = Path(sys.executable).with_name("stacktraces")
    judged = subprocess.run(
        [program, "log", "suite.log", "--known", "known.toml", "--fail-on", "new"],
        cwd=suite,
        capture_output=True,
        text=True,
        check=False,
    )
    assert judged.returncode == 0, judged.stdout
    assert judged.stdout.count("KNOWN  1 ×") == 3


@pytest.mark.parametrize(
    "body",
    [
        "import pytest\n@pytest.fixture\ndef broken():\n    raise OSError('no disk')\ndef test(broken): pass\n",
        "import pytest\n@pytest.fixture\ndef broken():\n    yield\n    raise OSError('no disk')\ndef test(broken): pass\n",
        "def test(absent): pass\n",
        "import pytest\ndef test(): pytest.fail('told')\n",
        "def test():\n    assert {'a': [1, 2]} == {'a': [1, 3]}\n",
        "def test():\n    raise ExceptionGroup('two', [ValueError(1), KeyError(2)])\n",
    ],
)
def test_each_kind_of_failure_can_be_known(body: str, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(body)
    assert run(tmp_path, "--known", "known.toml", "--known-update").returncode == 1
    again = run(tmp_path, "--known", "known.toml")
    assert again.returncode == 0, again.stdout


def test_what_is_no_failure_of_a_test_stays_a_failure(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("import absent_module\n")
    run(tmp_path, "--known", "known.toml", "--known-update")
    assert run(tmp_path, "--known", "known.toml").returncode == 2


def test_a_store_that_is_not_there_is_told_before_the_run(suite: Path) -> None:
    refused = run(suite, "--known", "absent.toml")
    assert refused.returncode == 4
    assert "absent.toml does not exist" in refused.stderr
    assert run(suite, "--known-update").returncode == 4
