"""The collector beside files of other users, before processes that speak in its name, and core files of anybody's."""

from __future__ import annotations

import contextlib
import os
import stat
import struct
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import stacktraces
from stacktraces import collect as collector
from tests.unit.test_collect import FAKE_GDB

OTHER_USER = 65534
TEXT = b"Thread 1 (process 1):\n#0  0x0000 in main ()\n"


@pytest.fixture
def gdb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A gdb that shows a stack; its script may be written anew."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "gdb").write_text(FAKE_GDB)
    (folder / "gdb").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("RECORD", str(tmp_path / "record"))
    monkeypatch.setattr(collector, "TOOLS", [tool for tool in collector.TOOLS if not tool.runtime])
    return folder / "gdb"


@pytest.fixture
def pid() -> Iterator[int]:
    with subprocess.Popen(["sleep", "600"]) as process:
        yield process.pid
        process.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "shared"
    folder.mkdir()
    return folder


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    return precious


def give_away(path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root, to give a file to another user")
    os.lchown(path, OTHER_USER, OTHER_USER)


def refused(capsys: pytest.CaptureFixture[str], pid: int, path: object, *words: str) -> None:
    assert collector.main(["-p", str(pid), "-l", str(path)]) == collector.NOTHING_COLLECTED
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    for word in words:
        assert word in err


class TestFiles:
    def test_a_link_of_another_user_is_refused(
        self, capsys, gdb: Path, pid: int, folder: Path, precious
    ) -> None:
        link = folder / "out"
        link.symlink_to(precious)
        give_away(link)
        refused(capsys, pid, link, "out is a link of another user (id 65534), who chooses where it leads")
        assert precious.read_text() == "mine"
        assert [each.name for each in folder.iterdir()] == ["out"]

    @pytest.mark.parametrize("target", ["/dev/full", "/dev/stdout", "."])
    def test_wherever_it_leads(self, capsys, gdb: Path, pid: int, folder: Path, target: str) -> None:
        link = folder / "out"
        link.symlink_to(target)
        give_away(link)
        if target == "/dev/stdout" and not stat.S_ISREG(os.stat(1).st_mode):
            pytest.skip("the output that it leads to is our own")
        refused(capsys, pid, link, "is a link of another user")

    def test_a_linked_folder_of_another_user_is_refused(
        self, capsys, gdb: Path, pid: int, folder: Path
    ) -> None:
        (folder / "real").mkdir()
        link = folder / "link"
        link.symlink_to("real")
        assert collector.main(["-p", str(pid), "-l", str(link / ".." / "link" / "out")]) == 0
        assert (folder / "real" / "out").exists()
        give_away(link)
        refused(capsys, pid, link / "other", "link is a link of another user")

    def test_a_link_of_ours_is_followed_and_stays(
        self, gdb: Path, pid: int, folder: Path, precious: Path
    ) -> None:
        link = folder / "out"
        link.symlink_to("../precious")
        assert collector.main(["-p", str(pid), "-l", str(link)]) == 0
        assert link.is_symlink()
        assert precious.read_text().startswith("REM collect.py ")
        assert precious.stat().st_mode & 0o777 == 0o600

    def test_a_link_to_nothing_is_refused(self, capsys, gdb: Path, pid: int, folder: Path) -> None:
        (folder / "out").symlink_to("missing")
        refused(capsys, pid, folder / "out", "out is a link to a file that does not exist")
        (folder / "loop").symlink_to("loop")
        refused(capsys, pid, folder / "loop", "Too many levels of symbolic links")
        assert not (folder / "missing").exists()

    def test_a_hard_link_is_parted_from_the_other_file(
        self, gdb: Path, pid: int, folder: Path, precious: Path
    ) -> None:
        os.link(precious, folder / "out")
        assert collector.main(["-p", str(pid), "-l", str(folder / "out")]) == 0
        assert precious.read_text() == "mine"

    def test_a_pipe_of_another_user_gets_nothing(self, capsys, gdb: Path, pid: int, folder: Path) -> None:
        os.mkfifo(folder / "out")
        give_away(folder / "out")
        refused(capsys, pid, folder / "out", "out is a pipe or device of another user (id 65534)")

    def test_a_pipe_of_ours_gets_all(self, gdb: Path, pid: int, folder: Path) -> None:
        os.mkfifo(folder / "out")
        read: list[bytes] = []
        reader = threading.Thread(target=lambda: read.append((folder / "out").read_bytes()))
        reader.start()
        assert collector.main(["-p", str(pid), "-l", str(folder / "out")]) == 0
        reader.join()
        assert TEXT in read[0]

    def test_a_folder_that_is_exchanged_meanwhile(
        self, gdb: Path, pid: int, folder: Path, tmp_path: Path
    ) -> None:
        away, victim = tmp_path / "away", tmp_path / "victim"
        victim.mkdir()
        (victim / "out").write_text("precious")
        gdb.write_text(FAKE_GDB + f"mv '{folder}' '{away}'; ln -s '{victim}' '{folder}'\n")
        assert collector.main(["-p", str(pid), "-l", str(folder / "out")]) == 0
        assert (victim / "out").read_text() == "precious"
        assert (away / "out").read_text().startswith("REM collect.py ")

    def test_a_link_that_comes_meanwhile_is_replaced_and_not_followed(
        self, gdb: Path, pid: int, folder: Path, precious: Path
    ) -> None:
        gdb.write_text(FAKE_GDB + f"ln -s '{precious}' '{folder}/out'\n")
        assert collector.main(["-p", str(pid), "-l", str(folder / "out")]) == 0
        assert precious.read_text() == "mine"
        assert not (folder / "out").is_symlink()

    def test_an_unfinished_file_that_somebody_exchanged_is_told(
        self, capsys, gdb: Path, pid: int, folder: Path
    ) -> None:
        gdb.write_text(FAKE_GDB + f"for f in '{folder}'/.out.*; do rm $f; echo theirs > $f; done\n")
        refused(capsys, pid, folder / "out", "Somebody exchanged")

    def test_a_path_without_a_folder(
        self, gdb: Path, pid: int, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(folder)
        assert collector.main(["-p", str(pid), "-l", "./out"]) == 0
        assert [each.name for each in folder.iterdir()] == ["out"]


class TestQuoting:
    def test_a_line_that_begins_like_ours_is_quoted(self, gdb: Path, pid: int, tmp_path: Path) -> None:
        forged = [
            "REM collect.py 2.0 TOOL=gdb  PYPLATFORM=linux x",
            "REM PID 1",
            "REM PROBLEM none",
            r"\033[0mREM PID 1",
            r"\033]0;x\007REM PID 1",
            "0123456789abcdef0123456789abcdef FUTEX thread=1 address=0x1 op=1 value=1 words=1",
        ]
        lines = "".join(f"printf '{line}\\n'; sleep 0.01; " for line in forged)
        gdb.write_text(FAKE_GDB + lines + "printf 'in evil REM PID 2\\nREM PID 3'\n")
        out = tmp_path / "out"
        assert collector.main(["-p", str(pid), "-l", str(out)]) == 0
        ours = [line for line in out.read_bytes().splitlines() if line.startswith(b"REM ")]
        assert [line for line in ours if line.split()[1] == b"PID"] == [f"REM PID {pid}".encode()]
        assert sum(line.startswith(b"REM collect.py") for line in ours) == 1
        assert b"\n\\REM PID 1\n" in out.read_bytes()
        assert b"\n\\\x1b[0mREM PID 1\n" in out.read_bytes()
        (snapshot,) = stacktraces.parse(out.read_bytes())
        assert isinstance(snapshot, stacktraces.Snapshot)
        assert [each.pid for each in snapshot.processes] == [pid]
        assert snapshot.uncertain == []

    @given(
        st.lists(st.sampled_from([b"REM ", b"MARK ", b"\n", b"\x1b", b"R", b"EM", b"x", b"MA", b"RK", b" "]))
    )
    def test_however_it_comes_in_pieces(self, pieces: list[bytes]) -> None:
        whole, quoting = collector.Quoting("MARK"), collector.Quoting("MARK")
        text = b"".join(pieces) + b"\n"
        out = whole.take(text)
        assert b"".join(quoting.take(each) for each in [*pieces, b"\n"]) == out
        given_lines, shown = text.split(b"\n"), out.split(b"\n")
        assert len(given_lines) == len(shown)
        for before, after in zip(given_lines, shown, strict=True):
            if before.startswith(b"MARK "):
                assert after == b"REM " + before[5:]
            else:
                assert after in (before, b"\\" + before)
                assert not after.startswith((b"REM", b"\x1b"))

    def test_no_mark_is_used_twice(self) -> None:
        assert len({collector.new_mark() for _ in range(100)}) == 100

    def test_gdb_prints_futexes_under_the_mark_alone(self) -> None:
        script = collector.Gdb().futex_script((13, 1), "f00d")
        assert "REM" not in script
        assert not script or 'printf "f00d FUTEX thread=' in script

    def test_gdb_reads_no_files_of_the_users_when_it_is_asked_for_its_version(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[list[str]] = []
        monkeypatch.setattr(collector, "capture", lambda words, *_: asked.append(words) or b"")
        collector.Gdb().version("gdb", collector.Request(pid=1))
        assert asked == [["gdb", "--version", "-nx"]]

    def test_what_a_process_says_of_itself_is_cut(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(collector, "read_bytes", lambda _: b"a\0b\n\0" * 10_000_000)
        command = collector.command_of(1)
        assert command.startswith("a 'b\n' a 'b\n'")
        assert len(command) < 4 * collector.MOST_REMARK
        read, write = os.pipe()
        collector.Output(write).remark("CMDLINE", command)
        os.close(write)
        with open(read, "rb") as stream:
            line = stream.read()
        assert line.count(b"\n") == 1
        assert len(line) < 32 << 10

    @pytest.mark.parametrize(
        ("raw", "command"), [(b"", ""), (b"a\0", "a"), (b"a\0\0", "a ''"), (b"a b", "'a b'"), (b"\0", "")]
    )
    def test_the_command_line(self, raw: bytes, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(collector, "read_bytes", lambda _: raw)
        assert collector.command_of(1) == command


def note(kind: int, data: bytes, name: bytes = b"CORE\0\0\0\0") -> bytes:
    return struct.pack("<3I", 5, len(data), kind) + name + data + b"\0" * (-len(data) % 4)


def core(segments: list[bytes], count: int | None = None) -> bytes:
    """A core file with this table of segments, which says that it has ``count`` entries."""
    head = b"\x7fELF\x02\x01\x01".ljust(16, b"\0")
    shown = len(segments) if count is None else count
    return (
        head
        + struct.pack("<HHIQQQIHHHHHH", 4, 62, 1, 0, 64, 64, 0, 64, 56, shown, 0, 0, 0)
        + b"".join(segments)
    )


def segment(offset: int, length: int) -> bytes:
    return struct.pack("<IIQQQQQQ", 4, 0, offset, 0, 0, length, 0, 4)


class TestCores:
    def test_many_segments_of_the_same_notes_are_read_once(self, tmp_path: Path, monkeypatch) -> None:
        monkeypatch.setattr(collector, "MOST_NOTES", 1 << 20)
        read: list[int] = []
        read_at = collector.read_at

        def counting(descriptor: int, offset: int, length: int) -> bytes:
            data = read_at(descriptor, offset, length)
            read.append(len(data))
            return bytes(data)

        monkeypatch.setattr(collector, "read_at", counting)
        path = tmp_path / "core"
        path.write_bytes(core([segment(4096, 1 << 19)] * 5000))
        os.truncate(path, 1 << 20)
        collector.Elf(str(path))
        assert sum(read) <= (1 << 20) + 5000 * 56 + 64

    def test_a_table_of_segments_without_end_is_not_read(self, tmp_path: Path) -> None:
        path = tmp_path / "core"
        table = bytearray(core([], 0xFFFF).ljust(8192, b"\0"))
        struct.pack_into("<Q", table, 40, 4096)
        struct.pack_into("<I", table, 4096 + 44, 0xFFFFFFFF)
        path.write_bytes(table)
        os.truncate(path, 1 << 40)
        reads = 0
        read_at = collector.read_at

        def counting(*arguments: int) -> bytes:
            nonlocal reads
            reads += 1
            return bytes(read_at(*arguments))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(collector, "read_at", counting)
            patch.setattr(collector, "MOST_SEGMENTS", 1000)
            collector.Elf(str(path))
        assert reads < 1010

    def test_no_more_notes_are_looked_at_than_a_core_has(self, tmp_path: Path, monkeypatch) -> None:
        monkeypatch.setattr(collector, "MOST_NOTE_COUNT", 5000)
        path = tmp_path / "core"
        notes = note(1, b"") * 100_000
        path.write_bytes(core([segment(120, len(notes))]) + notes)
        assert collector.Elf(str(path)).notes_seen <= 5000 + 4096

    def test_the_timeout_ends_the_reading_of_notes(self, tmp_path: Path) -> None:
        path = tmp_path / "core"
        notes = note(1, b"") * 100_000
        path.write_bytes(core([segment(120, len(notes))]) + notes)
        assert collector.Elf(str(path), deadline=0.0).notes_seen == 0
        assert collector.core_target(str(path), deadline=0.0).pid is None

    def test_a_note_of_many_files_is_bounded(self, tmp_path: Path, monkeypatch) -> None:
        monkeypatch.setattr(collector, "MOST_FILES", 100)
        path = tmp_path / "core"
        files = struct.pack("<2Q", 1 << 60, 4096) + struct.pack("<3Q", 1, 2, 3) * 1000 + b"\0" * 100_000
        notes = note(0x46494C45, files) + note(6, struct.pack("<2Q", 7, 7) * 10_000)
        path.write_bytes(core([segment(120, len(notes))]) + notes)
        read = collector.Elf(str(path))
        assert len(read.mapped_files()) <= 100
        assert read.executable() is None

    def test_names_come_from_the_first_note_of_their_kind(self, tmp_path: Path) -> None:
        path = tmp_path / "core"
        process = struct.pack("<24xi", 7).ljust(136 - 80, b"\0") + b"first".ljust(80, b"\0")
        other = struct.pack("<24xi", 8).ljust(136 - 80, b"\0") + b"other".ljust(80, b"\0")
        notes = note(3, process) + note(3, other)
        path.write_bytes(core([segment(120, len(notes))]) + notes)
        assert collector.Elf(str(path)).process() == (7, "first")

    @pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
    def test_a_pipe_or_device_for_a_core_is_not_read(self, capsys, tmp_path: Path, make) -> None:
        make(tmp_path / "core")
        out = tmp_path / "out"
        assert collector.main(["-c", str(tmp_path / "core"), "-l", str(out)]) == collector.NOTHING_COLLECTED
        assert "it is no regular file. Correct -c" in capsys.readouterr().err

    @given(st.binary(max_size=400), st.integers(0, 400))
    def test_no_notes_end_in_a_traceback(self, tmp_path_factory, data: bytes, length: int) -> None:
        path = tmp_path_factory.getbasetemp() / "hostile.core"
        path.write_bytes(core([segment(120, length)]) + data)
        with contextlib.suppress(collector.CollectError):
            collector.core_target(str(path))
