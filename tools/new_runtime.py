"""Writes what a new runtime begins with: ``make new-runtime NAME=lua TITLE=Lua``.

A room with a declaration, a reader and name rules that work on a made-up trace, and a corpus folder with that
trace. ``CONTRIBUTING.md`` says how to go on.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Template

from stacktraces.runtimes import all_runtimes

ROOT = Path(__file__).parents[1]
_TEMPLATES = Path(__file__).parent / "templates"


def files(name: str) -> Iterator[tuple[Path, str]]:
    """Where each file of the runtime ``name`` stands, and the template that makes it."""
    room, corpus = ROOT / "src/stacktraces/runtimes" / name, ROOT / "tests/corpus" / name
    yield room / "__init__.py", "declaration.py.txt"
    yield room / "reader.py", "reader.py.txt"
    yield room / "names.py", "names.py.txt"
    yield corpus / "README.md", "corpus.md.txt"
    yield corpus / "plain.txt", "plain.txt"


def why_not(name: str) -> str | None:
    """Why no runtime can be called ``name``; ``None`` where one can."""
    if not name.isidentifier() or name != name.lower() or name.startswith("_"):
        return f"{name!r} is no lower-case word: call it as in make new-runtime NAME=lua."
    if name in all_runtimes() or any(path.exists() for path, _ in files(name)):
        return f"There is a runtime {name!r} already, or a folder of that name."
    return None


def main() -> None:
    """Write the files of the runtime that the first argument names; the second is its title."""
    name, title = sys.argv[1], sys.argv[2] or sys.argv[1].capitalize()
    if (reason := why_not(name)) is not None:
        sys.exit(reason)
    for path, template in files(name):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template((_TEMPLATES / template).read_text()).substitute(name=name, title=title))
        sys.stderr.write(f"{path.relative_to(ROOT)}\n")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "tests/unit/test_corpus.py", "-k", name]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "UPDATE_GOLDEN": "1"}, check=True)


if __name__ == "__main__":
    main()
