"""A report of native code or of the kernel, cut anywhere, swallows nothing of the trace behind it."""

from __future__ import annotations

from pathlib import Path

import pytest

from stacktraces.model import Trace
from stacktraces.parsing import iterate
from tests.golden import CORPUS

BEHIND = {
    "go": "panic: boom\n\ngoroutine 1 [running]:\nmain.total(0x1)\n\t/srv/app/main.go:12 +0x1d\n"
    "main.main()\n\t/srv/app/main.go:20 +0x2e\n",
    "rust": "thread 'main' panicked at src/main.rs:3:5:\nboom\nstack backtrace:\n   0: rust_begin_unwind\n"
    "             at /rustc/0/library/std/src/panicking.rs:1:5\n   1: shop::main\n             at ./src/main.rs:3:5\n",
    "java": 'Exception in thread "main" java.lang.IllegalStateException: no cart\n'
    "\tat com.example.Cart.open(Cart.java:12)\n\tat com.example.Main.main(Main.java:3)\n",
    "python": 'Traceback (most recent call last):\n  File "/srv/app/a.py", line 3, in f\n    g()\nValueError: boom\n',
    "kernel": "------------[ cut here ]------------\nWARNING: CPU: 0 PID: 31 at drivers/plum/core.c:28 plum_get+0xba/0x110\n"
    "RIP: 0010:plum_get+0xba/0x110\nCall Trace:\n plum_open+0x3e/0x50\n---[ end trace 0000000000000000 ]---\n",
    "native": "==9==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000010 at pc 0x5581\n"
    "READ of size 4 at 0x602000000010 thread T0\n    #0 0x5581 in pick_plum /src/orchard/pick.c:10:5\n\n"
    "SUMMARY: AddressSanitizer: heap-use-after-free /src/orchard/pick.c:10:5 in pick_plum\n",
}  # fmt: skip
CUTS = 4
SAMPLES = [
    path
    for folder in ("kernel", "native")
    for path in sorted((CORPUS / folder).glob("*.txt"))
    if "behind" not in path.stem  # What stands first in these is Python's, cut by another test.
]


def found_in(text: str) -> list[tuple[str | None, str | None, list[str | None]]]:
    return [
        (each.runtime, each.error.type, [frame.function for frame in each.error.frames])
        for each in iterate(text.encode())
        if isinstance(each, Trace)
    ]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_stands_behind_is_read_as_it_is_alone(path: Path) -> None:
    lines = path.read_text().splitlines(keepends=True)
    cuts = sorted({len(lines), *range(1, len(lines), max(len(lines) // CUTS, 1))})
    for runtime, behind in BEHIND.items():
        alone = found_in(behind)
        assert [each[0] for each in alone] == [runtime]
        for cut in cuts:
            assert found_in("".join(lines[:cut]) + behind)[-1:] == alone, (runtime, cut)
