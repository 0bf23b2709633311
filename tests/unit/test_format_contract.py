"""What every format must do, whatever it reads: each is held to it on its own real samples and on all others'."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from stacktraces.cursor import Cursor
from stacktraces.parsing import iterate
from stacktraces.runtimes import Format, all_formats
from tests.golden import CORPUS

FOLDERS = {"pytest": "pytest_output", "rich": "rich_traceback"}
"""The corpus folders that are not called like their format."""
OTHER_STYLES = {
    "ipython/minimal.txt",
    "ipython/plain.txt",
    "pytest_output/internal_error.txt",
    "pytest_output/native.txt",
}
"""Samples in which a tool prints no trace of its own shape."""
SAMPLES = sorted(path for path in CORPUS.glob("*/*.txt") if path.parent.name != "pairs")
WHOLE_PREFIXES = 1_500
"""Samples of fewer bytes are cut at every byte, others around every line's end."""
CUTS = 150


def samples_of(each: Format) -> list[Path]:
    return sorted((CORPUS / FOLDERS.get(each.name, each.name)).glob("*.txt"))


def ids(value: object) -> str | None:
    if isinstance(value, Path):
        return f"{value.parent.name}/{value.name}"
    return value.name if isinstance(value, Format) else None


def without_offsets(text: bytes) -> list[object]:
    """What is found in ``text``, without the places where it stands."""
    found = []
    for each in iterate(text):
        plain = msgspec.to_builtins(each)
        plain.pop("origin", None)
        found.append(plain)
    return found


def cuts(text: bytes) -> list[int]:
    if len(text) < WHOLE_PREFIXES:
        return list(range(len(text)))
    ends = [index for index, byte in enumerate(text) if byte == 10]
    step = max(len(ends) // CUTS, 1)
    return [cut for end in ends[::step] for cut in (end - 3, end, end + 1) if cut > 0]


def test_names_are_words_and_unique() -> None:
    names = [each.name for each in all_formats()]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() and name == name.lower() for name in names)
    assert all(each.title and each.title != each.name for each in all_formats())


def test_anchors_are_literals_within_a_line() -> None:
    for each in all_formats():
        assert each.anchors
        assert all(len(anchor) >= 4 and b"\n" not in anchor for anchor in each.anchors), each.name


@pytest.mark.parametrize("each", all_formats(), ids=ids)
def test_nothing_is_read_from_nothing(each: Format) -> None:
    for text in (b"", b"\n", b"\r\n\r\n", b"\x00" * 100, b"no trace here\n"):
        assert each.read(Cursor(text)) is None


@pytest.mark.parametrize("each", all_formats(), ids=ids)
def test_an_anchor_alone_is_no_trace_and_no_error(each: Format) -> None:
    for anchor in each.anchors:
        for text in (
            anchor,
            anchor + b"\n",
            b"\xff" + anchor + b"\xff\n",
            b"x\n" * 50 + anchor + b"\r\n" + b"x\n" * 50,
        ):
            cursor = Cursor(text, text.find(anchor))
            each.read(cursor)
            assert 0 <= cursor.offset <= len(text)


@pytest.mark.parametrize("path", SAMPLES, ids=ids)
def test_every_reader_bears_every_sample_cut_anywhere(path: Path) -> None:
    text = path.read_bytes()
    for cut in cuts(text):
        for each in iterate(text[:cut]):
            assert isinstance(each.format, str)


@pytest.mark.parametrize("path", SAMPLES, ids=ids)
def test_windows_line_ends_change_nothing(path: Path) -> None:
    text = path.read_bytes()
    if b"\r" in text:
        pytest.skip("has carriage returns of its own")
    assert without_offsets(text.replace(b"\n", b"\r\n")) == without_offsets(text)


@pytest.mark.parametrize(
    ("each", "path"), [(each, path) for each in all_formats() for path in samples_of(each)], ids=ids
)
def test_a_format_wins_its_own_samples(each: Format, path: Path) -> None:
    """What a tool printed is read as that tool's; some can print plain Python tracebacks too.

    ``behind-NAME.txt`` holds a trace of the format NAME before its own.
    """
    names = [result.format for result in iterate(path.read_bytes())]
    also = {"dask": {"python"}, "ipython": {"python"}, "pytest": {"python"}, "python": {"faulthandler"}}
    also["pytest_summary"] = {"pytest", "python"}
    # behind-python.txt: what stands before the trace is another runtime's.
    neighbours = {other.name for other in all_formats()} & set(path.stem.split("-"))
    assert set(names) <= {each.name} | also.get(each.name, set()) | neighbours
    if f"{path.parent.name}/{path.name}" not in OTHER_STYLES and not path.stem.startswith("near-miss"):
        assert each.name in names or "faulthandler" in names


@pytest.mark.parametrize("path", SAMPLES, ids=ids)
def test_traces_stand_in_order_and_apart(path: Path) -> None:
    text = path.read_bytes()
    starts = [each.origin.offset for each in iterate(text) if hasattr(each, "origin")]
    assert all(start is not None and 0 <= start < len(text) for start in starts)
    assert all(first < second for first, second in pairwise(starts))
    assert all(text[start - 1 : start] in (b"", b"\n") for start in starts)
