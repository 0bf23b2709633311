"""What a command does not need is neither imported nor compiled: it would be paid at every start."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

LOG = """\
2024-05-01 12:00:00,001 ERROR shop.web Unhandled error
Traceback (most recent call last):
  File "/srv/shop/app.py", line 3, in total
    return sum(prices)
TypeError: unsupported operand
2024-05-01 12:00:00,002 INFO shop.web ok
"""
NOT_NEEDED = {
    "asyncio", "bz2", "concurrent.futures", "email", "fsspec", "html", "pandas", "pyarrow", "hashlib", "importlib.metadata", "lzma", "multiprocessing", "pathlib", "pkgutil", "rich",
    "sqlalchemy", "tempfile", "urllib.parse", "xml.parsers.expat", "zoneinfo",
}  # fmt: skip

NAMES = re.compile(r"stacktraces\.runtimes\.\w+\.names")
COMPILED = """
import json, re, sys
compiled, compile = [], re.compile
def spy(pattern, flags=0):
    compiled.append(sys._getframe(1).f_globals["__name__"])
    return compile(pattern, flags)
re.compile = spy
from stacktraces.carriers import all_carriers
from stacktraces.runtimes import all_formats
from stacktraces.naming import all_name_rules
import stacktraces.signatures.fingerprint, stacktraces.sources.streams, stacktraces.render.report
all_carriers(), all_formats(), all_name_rules()
print(json.dumps([name for name in compiled if name.startswith("stacktraces.")]))
"""
IMPORTED = """
import json, sys
before = set(sys.modules)
from stacktraces.cli._root import stacktraces
stacktraces(["log", sys.argv[1], "--format", "json"], standalone_mode=False)
print()
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def _last_line(code: str, *arguments: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_reading_a_log_imports_only_what_it_needs(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text(LOG)
    imported = set(_last_line(IMPORTED, str(log)))
    assert "stacktraces.runtimes.python.reader" in imported
    assert imported & NOT_NEEDED == set()
    assert {each for each in imported if NAMES.fullmatch(each)} == {"stacktraces.runtimes.python.names"}


def test_no_pattern_of_a_reader_is_compiled_before_it_is_used() -> None:
    assert _last_line(COMPILED) == []
