"""Running a command within the test's own process: as in a process of its own, and many times as fast."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from stacktraces.cli._root import stacktraces
from stacktraces.cli._run import run as run_command
from tests.cli.support import Result


def run(
    _: str, *arguments: object, stdin: bytes = b"", cwd: Path | None = None, terminal: bool = False
) -> Result:
    """Run ``stacktraces`` with ``arguments``; called like :func:`tests.cli.support.run`.

    With ``terminal`` standard output says that it is one.
    """
    with (
        _streams(stdin, _Terminal if terminal else io.TextIOWrapper) as (out, err),
        contextlib.chdir(cwd or Path.cwd()),
    ):
        code = run_command(stacktraces, [*map(str, arguments)], "stacktraces")
        sys.stdout.flush()
        sys.stderr.flush()
    return Result(code, out.getvalue().decode(), err.getvalue().decode())


class _Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


@contextlib.contextmanager
def _streams(stdin: bytes, kind: type[io.TextIOWrapper]) -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    kept = sys.stdin, sys.stdout, sys.stderr
    descriptor = os.dup(0)
    out, err = io.BytesIO(), io.BytesIO()
    with tempfile.TemporaryFile() as file:
        file.write(stdin)
        file.seek(0)
        os.dup2(file.fileno(), 0)
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), encoding="utf-8")
    sys.stdout = kind(out, encoding="utf-8", newline="")
    sys.stderr = io.TextIOWrapper(err, encoding="utf-8", newline="")
    try:
        yield out, err
    finally:
        sys.stdin.close()
        for stream in (sys.stdout, sys.stderr):
            # The bytes are read later, so they must not be closed with the text around them.
            stream.detach()
        sys.stdin, sys.stdout, sys.stderr = kept
        os.dup2(descriptor, 0)
        os.close(descriptor)
