"""Dumps of all threads that only ``describe`` reads: real samples of each format, whole, cut and mutated."""

from __future__ import annotations

from pathlib import Path

import pytest

from stacktraces.cursor import Cursor
from stacktraces.model import Snapshot
from stacktraces.parsing import iterate
from stacktraces.runtimes import all_formats, all_runtimes, dump_formats
from tests.golden import CORPUS, check

DUMPS = {each.name: each for runtime in all_runtimes().values() if runtime.dumps for each in runtime.dumps()}
SAMPLES = sorted((CORPUS / "dumps").glob("*/*.txt"))


def named(path: object) -> str | None:
    return f"{path.parent.name}/{path.stem}" if isinstance(path, Path) else None


@pytest.mark.parametrize("source", SAMPLES, ids=named)
def test_what_is_read(source: Path) -> None:
    found = list(iterate(source.read_bytes(), dump_formats()))
    assert found
    assert {each.format for each in found} == {source.parent.name}
    check(source, found)


def test_each_dump_has_samples_and_its_samples_are_explained() -> None:
    assert {path.parent.name for path in SAMPLES} == DUMPS.keys()
    told = (CORPUS / "dumps" / "README.md").read_text()
    for path in SAMPLES:
        prefix = path.stem.split("-")[0]
        assert f"`{path.parent.name}/{path.stem}`" in told or f"`{path.parent.name}/{prefix}-*`" in told, path


def test_dumps_are_asked_before_the_formats_of_logs() -> None:
    assert dump_formats()[: len(DUMPS)] == tuple(
        sorted(DUMPS.values(), key=lambda each: (-each.precedence, each.name))
    )
    assert dump_formats()[len(DUMPS) :] == all_formats()


@pytest.mark.parametrize("source", SAMPLES, ids=named)
def test_a_dump_that_is_cut_is_read_as_far_as_it_goes(source: Path) -> None:
    text = source.read_bytes()
    (whole,) = (max(_threads(text), default=0),)
    for part in range(1, 12):
        found = _threads(text[: len(text) * part // 12])
        assert max(found, default=0) <= whole


@pytest.mark.parametrize("source", SAMPLES, ids=named)
def test_windows_line_ends(source: Path) -> None:
    text = source.read_bytes()
    assert _functions(text.replace(b"\n", b"\r\n")) == _functions(text)


@pytest.mark.parametrize("each", DUMPS.values(), ids=lambda each: each.name)
def test_an_anchor_alone_is_nothing(each) -> None:
    for anchor in each.anchors:
        for text in (anchor, anchor + b"\n", b"x" + anchor + b"x\n" * 3, (anchor + b"\n") * 50):
            assert each.read(Cursor(text, 0)) is None


def _threads(text: bytes) -> list[int]:
    return [
        sum(len(process.threads) for process in each.processes)
        for each in iterate(text, dump_formats())
        if isinstance(each, Snapshot)
    ]


def _functions(text: bytes) -> list[list[str | None]]:
    return [
        [frame.function for frame in thread.frames]
        for each in iterate(text, dump_formats())
        if isinstance(each, Snapshot)
        for process in each.processes
        for thread in process.threads
    ]


@pytest.mark.parametrize(
    "text",
    [
        b"12 plums,pears,main course\n 3 apples,main,dish\n",
        b"INFO started - /srv/app.rb:9\nINFO ready - /srv/app.rb:12\n",
        b"Process: 12 of 40\nThread 3: done\n",
        b"----- pid 12 at noon -----\nCmd line: x\n",
        b"goroutine 7 [running]:\nmain.main()\n\t/srv/a.go:3 +0x1\n",
    ],
)
def test_what_only_looks_like_a_dump_is_none(text: bytes) -> None:
    assert not [each for each in iterate(text, dump_formats()) if isinstance(each, Snapshot)]
