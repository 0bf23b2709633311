"""Files, folders and globs; streams that are compressed, cut short or damaged."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import random
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import lz4.frame
import pytest

from stacktraces.errors import InputError
from stacktraces.sources.ahead import AheadStream
from stacktraces.sources.follow import FollowedFile
from stacktraces.sources.interruption import Interruption
from stacktraces.sources.packed import Unpacked
from stacktraces.sources.paths import expand, in_order
from stacktraces.sources.streams import is_plain_file, open_stream
from stacktraces.sources.whole import read_whole
from tests.conftest import zstd

DATA = b"".join(b"line %d %d\n" % (number, number * 7919 % 1000) for number in range(120_000))
PACKERS = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstd.compress,
    "lz4": lz4.frame.compress,
}


def read(path: Path, size: int = 4096) -> tuple[bytes, str | None]:
    """What can be read, and why no more."""
    parts = []
    try:
        stream = open_stream(str(path))
    except InputError as error:
        return b"", str(error)
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


def test_frames_that_hold_no_text_are_passed_over(tmp_path: Path) -> None:
    """pzstd writes one before each frame; other tools, one for an index at the end."""
    skipped = b"\x50*M\x18" + (4).to_bytes(4, "little") + b"size"
    path = tmp_path / "app.log"
    path.write_bytes(skipped + zstd.compress(DATA) + skipped + zstd.compress(b"more\n") + skipped)
    assert read(path) == (DATA + b"more\n", None)


def test_a_plain_file_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "app.log.gz"
    path.write_bytes(DATA)
    assert read(path, 1 << 16) == (DATA, None)
    assert is_plain_file(str(path)) == len(DATA)


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_what_comes_before_the_end_of_a_cut_file_is_given(
    pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    path = tmp_path / "app.log"
    packed = pack(DATA)
    path.write_bytes(packed[:-20])
    found, reason = read(path)
    assert DATA.startswith(found)
    assert reason == f"{path} is cut short: it ends within compressed data."


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_what_comes_before_damage_is_given(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "app.log.gz"
    path.write_bytes(pack(DATA) + b"no packed data")
    assert read(path) == (DATA, f"{path} is corrupt: what came before the damage was read.")


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_what_unpacks_to_much_more_comes_in_chunks(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(pack(b"\0" * (40 << 20)))
    found, reason = read(path, 1 << 20)
    assert (len(found), reason) == (40 << 20, None)


def zstd_frame(window_log: int) -> bytes:
    """A frame of one byte whose header asks for a window of that size (RFC 8878, section 3.1.1)."""
    return b"\x28\xb5\x2f\xfd\x00" + bytes([(window_log - 10) << 3]) + b"\x09\x00\x00x"


def xz_with_dictionary(code: int) -> bytes:
    """A file whose only block asks for a dictionary: 28 is 64 MiB, 30 128 MiB, 40 4 GiB (the xz format, 5.3.1)."""
    packed = bytearray(lzma.compress(b"x"))
    assert packed[14:16] == b"\x21\x01"
    packed[16] = code
    packed[20:24] = zlib.crc32(packed[12:20]).to_bytes(4, "little")
    return bytes(packed)


@pytest.mark.parametrize(
    ("packed", "unpack"),
    [
        (zstd_frame(28), "zstd -d --long=31"),
        (zstd_frame(31), "zstd -d --long=31"),
        (gzip.compress(zstd_frame(31), mtime=0), "zstd -d --long=31"),
        (xz_with_dictionary(31), "xz -d"),
        (xz_with_dictionary(39), "xz -d"),
    ],
)
def test_windows_that_are_too_large_are_named_as_such(packed: bytes, unpack: str, tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(packed)
    found, reason = read(path)
    assert found == b""
    assert reason == (
        f"{path} is compressed with a window of more than 128 MiB that would have to fit into memory; "
        f"unpack it with `{unpack}` first."
    )


@pytest.mark.parametrize("packed", [zstd_frame(27), xz_with_dictionary(28), xz_with_dictionary(30)])
def test_windows_of_the_strongest_usual_compression_are_read(packed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(packed)
    assert read(path) == (b"x", None)


def test_what_comes_before_a_window_that_is_too_large_is_given(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(zstd.compress(DATA) + zstd_frame(31))
    found, reason = read(path)
    assert found == DATA
    assert reason is not None
    assert "window" in reason


@pytest.mark.parametrize("pack", [bytes, *PACKERS.values()], ids=["plain", *PACKERS])
def test_a_file_is_read_as_a_whole_up_to_a_limit(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(pack(DATA))
    assert read_whole(path, len(DATA)) == DATA
    with pytest.raises(
        InputError, match=re.escape(f"{path} holds more than {len(DATA) - 1:,} bytes of text")
    ):
        read_whole(path, len(DATA) - 1)


def test_standard_input_is_read_up_to_a_limit() -> None:
    code = "from stacktraces.sources.whole import read_whole; read_whole('-', 1 << 20)"
    with open("/dev/zero", "rb") as endless:
        done = subprocess.run([sys.executable, "-c", code], stdin=endless, capture_output=True, check=False)
    assert b"Standard input holds more than 1,048,576 bytes of text" in done.stderr


@pytest.mark.parametrize("outer", PACKERS.values(), ids=PACKERS)
@pytest.mark.parametrize("inner", PACKERS.values(), ids=PACKERS)
def test_what_was_packed_twice(
    inner: Callable[[bytes], bytes], outer: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(outer(inner(DATA)))
    assert read(path) == (DATA, None)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_byte_order_marks_tell_utf_16_and_32(
    pack: Callable[[bytes], bytes], encoding: str, tmp_path: Path
) -> None:
    path = tmp_path / "app.log"
    text = DATA.decode() + "\N{SNOWMAN}\N{SKULL}\ud800\n"
    path.write_bytes(pack(text.encode(encoding, "surrogatepass")))
    found, reason = read(path, 999)
    assert reason is None
    assert found.startswith(DATA + "\N{SNOWMAN}\N{SKULL}".encode())
    assert is_plain_file(str(path)) is None


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_told(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(DATA.decode().encode(encoding))
    assert read(path, 999) == (DATA, None)
    path.write_bytes(b"a\0b\0\0\0")
    assert read(path) == (b"a\0b\0\0\0", None)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (gzip.compress(DATA, mtime=0), "is compressed; read it without --follow."),
        (
            DATA.decode().encode("utf-16"),
            "is not in UTF-8, as a file that is followed must be; read it without --follow.",
        ),
    ],
)
def test_what_cannot_be_followed_is_refused(data: bytes, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(data)
    with pytest.raises(InputError, match=re.escape(f"{path} {sentence}")):
        FollowedFile(str(path))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("missing", "does not exist; check the path."), ("", "is a folder; name a file in it.")],
)
def test_what_cannot_be_opened_is_named(name: str, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / name
    found, reason = read(path)
    assert (found, reason) == (b"", f"{path} {sentence}")


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


def test_what_may_wait_for_ever_is_passed_over_in_folders(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("x\n")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to("nothing")
    (tmp_path / "self").symlink_to("self")
    (tmp_path / "up").symlink_to(".")
    names = [Path(each).name for each in expand([str(tmp_path)])]
    assert names == ["a.log", "dangling", "self"]
    assert expand([str(tmp_path / "pipe")]) == [str(tmp_path / "pipe")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_folders_that_cannot_be_searched_are_kept(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir(mode=0)
    assert expand([str(tmp_path)]) == [str(tmp_path / "secret")]


def damaged(chance: random.Random) -> bytes:
    """Some members of gzip, whole, cut short, with one bit that is wrong, or padded."""
    sizes = (0, 10, 1000, 150_000)
    parts = [
        chance.randbytes(chance.choice(sizes)) if chance.random() < 0.3 else b"line\n" * chance.choice(sizes)
        for _ in range(chance.randint(1, 3))
    ]
    data = bytearray(b"".join(gzip.compress(part, chance.choice([1, 6, 9])) for part in parts))
    kind = chance.choice(["whole", "cut", "bit", "padded"])
    if kind == "cut":
        del data[chance.randrange(len(data)) :]
    elif kind == "bit":
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    elif kind == "padded":
        data += bytes(100)
    return bytes(data)


@pytest.mark.parametrize("seed", range(60))
def test_both_libraries_for_gzip_give_the_same(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    path, size = tmp_path / "app.log.gz", chance.choice([5000, 65_536, 300_000])
    path.write_bytes(damaged(chance))
    fast = read(path, size)
    monkeypatch.setitem(sys.modules, "isal", None)
    assert fast == read(path, size)


def test_lz4_that_is_not_installed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "app.log.lz4"
    path.write_bytes(PACKERS["lz4"](DATA))
    monkeypatch.setitem(sys.modules, "lz4.frame", None)
    assert "pip install 'stacktraces-py[speed]'" in (read(path)[1] or "")


def test_what_is_unpacked_ahead_is_the_same(tmp_path: Path) -> None:
    content = b"".join(b"line %d\n" % number for number in range(600_000))
    path = tmp_path / "app.log.gz"
    for packed, reason in (
        (gzip.compress(content, 1), None),
        (gzip.compress(content, 1)[:-9], "is cut short"),
    ):
        path.write_bytes(packed)
        stream = open_stream(str(path))
        assert isinstance(stream, Unpacked)
        ahead, read, told = AheadStream(stream, str(path), Interruption()), b"", None
        try:
            while chunk := ahead.read(100_000):
                read += chunk
        except InputError as error:
            told = str(error)
        ahead.close()
        assert content.startswith(read)
        assert len(content) - len(read) < 10
        assert (told is None) == (reason is None)
    path.write_bytes(gzip.compress(content * 20, 1))
    stream = open_stream(str(path))
    assert isinstance(stream, Unpacked)
    interruption = Interruption()
    ahead = AheadStream(stream, str(path), interruption)
    for _ in range(10):
        assert ahead.read(1 << 20)
    interruption.tell()
    with pytest.raises(InputError, match="interrupted"):
        read_all(ahead)
    ahead.close()


def read_all(stream: AheadStream) -> None:
    while stream.read(1 << 20):
        pass
