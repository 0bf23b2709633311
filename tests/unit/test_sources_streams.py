"""Files, folders and globs; streams that are compressed, cut short or damaged."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from stacktraces.errors import InputError
from stacktraces.sources.paths import expand, in_order
from stacktraces.sources.streams import is_plain_file, open_stream

DATA = b"".join(b"line %d %d\n" % (number, number * 7919 % 1000) for number in range(120_000))
PACKERS = {"gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress, "zstd": zstandard.compress}


def read(path: Path, size: int = 4096) -> tuple[bytes, str | None]:
    """What can be read, and why no more."""
    parts = []
    stream = open_stream(str(path))
    try:
        while part := stream.read(size):
            assert len(part) <= size
            parts.append(part)
    except InputError as error:
        return b"".join(parts), str(error)
    finally:
        stream.close()
    return b"".join(parts), None


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_compressed_files_are_told_by_their_content(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(pack(DATA) + pack(b"more\n"))
    assert read(path) == (DATA + b"more\n", None)
    assert is_plain_file(str(path)) is None


def test_a_plain_file_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "app.log.gz"
    path.write_bytes(DATA)
    assert read(path, 1 << 16) == (DATA, None)
    assert is_plain_file(str(path)) == len(DATA)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress], ids=["gzip", "bzip2", "xz"])
def test_what_comes_before_the_end_of_a_cut_file_is_given(
    pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    path = tmp_path / "app.log"
    packed = pack(DATA)
    path.write_bytes(packed[:-20])
    found, reason = read(path)
    assert DATA.startswith(found)
    assert reason == f"{path} is cut short: it ends within compressed data."


def test_what_comes_before_damage_is_given(tmp_path: Path) -> None:
    path = tmp_path / "app.log.gz"
    packed = gzip.compress(DATA)
    path.write_bytes(packed + b"no gzip member")
    assert read(path) == (DATA, f"{path} is corrupt: what came before the damage was read.")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("missing", "does not exist; check the path."), ("", "is a folder; name a file in it.")],
)
def test_what_cannot_be_opened_is_named(name: str, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / name
    with pytest.raises(InputError, match=sentence):
        read(path)


def test_rotated_sets_are_read_oldest_first() -> None:
    ordered = [
        "api.log-20240501.gz",
        "api.log-20240502",
        "api.log",
        "app.log.10.gz",
        "app.log.2.gz",
        "app.log.1",
        "app.log",
        "other.log",
    ]
    assert in_order(reversed(ordered)) == ordered


def test_folders_and_globs_name_files_once(tmp_path: Path) -> None:
    for name in ("b.log", "a/x.log", "a/x.log.1", "a/deep/y.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x\n")
    paths = [str(tmp_path / "b.log"), str(tmp_path), str(tmp_path / "a/*.log"), "-", "missing*"]
    found = [each.removeprefix(f"{tmp_path}/") for each in expand(paths)]
    assert found == ["b.log", "a/deep/y.txt", "a/x.log.1", "a/x.log", "-", "missing*"]
