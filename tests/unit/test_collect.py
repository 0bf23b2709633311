"""The collector's arguments, messages and file handling; what needs a debugger is in tests/live."""

from __future__ import annotations

import contextlib
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacktraces import collect as collector

FAKE_GDB = """#!/bin/sh
[ "$1" = --version ] && { echo "GNU gdb (GDB) 7.2"; exit 0; }
printf '%s\\n' "$@" > "$RECORD"
env > "$RECORD.env"
wc -c < /dev/stdin > "$RECORD.stdin"
echo "Thread 1 (process 1):"
echo "#0  0x0000 in main ()"
"""


@pytest.fixture
def fake_gdb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A gdb that writes its arguments, environment and size of standard input beside itself."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "gdb").write_text(FAKE_GDB)
    (folder / "gdb").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("RECORD", str(tmp_path / "record"))
    monkeypatch.setattr(collector, "TOOLS", [tool for tool in collector.TOOLS if not tool.runtime])
    return tmp_path / "record"


@pytest.fixture
def sleeper():
    process = subprocess.Popen(["sleep", "600"])
    yield process
    process.kill()
    process.wait()


def fails(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Run the command, which must fail with one sentence, and return that."""
    assert collector.main([str(argument) for argument in arguments]) == collector.NOTHING_COLLECTED
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("collect.py: ")
    assert err.count("\n") == 1
    return err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Give either a process with -p or a core file with -c"),
        (["-p", "1", "-c", "core", "-l", "x"], "Give either a process with -p or a core file with -c"),
        (["-p", "1"], "Say where to write with -l FILE"),
        (["-p", "x1", "-l", "x"], "A PID is a positive number, not x1"),
        (["-p", "0", "-l", "x"], "A PID is a positive number, not 0"),
        (["-p", "-5", "-l", "x"], "A PID is a positive number, not -5"),
        (["-p", "1", "-l", "x", "rest\n"], "Unexpected argument rest\\x0a"),
        (["-p", "1", "-l", "x", "--timeout", "soon"], "--timeout must be a number from 0.1 on, not soon"),
        (["-p", "1", "-l", "x", "--timeout", "nan"], "--timeout must be a number from 0.1 on, not nan"),
        (["-p", "1", "-l", "x", "--samples", "0"], "--samples must be a number from 1 on, not 0"),
        (["-p", "1", "-l", "x", "--interval", "-1"], "--interval must be a number from 0 on, not -1"),
        (["-p", "1", "-l", "x", "--tool", "nano"], "Unknown tool nano"),
        (["-c", "core", "-l", "x", "--children"], "--children and --samples need a live process"),
        (["-p"], "-p option requires"),
        (["--strange"], "No such option: --strange"),
    ],
)
def test_wrong_arguments(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    said = fails(capsys, *arguments)
    assert message in said
    assert said.endswith("See collect.py --help.\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["-p", "1518", "-e", "/bin/x", "-l", "log"],
        ["--exe=/bin/x", "-p1518", "--debuglog=log"],
        ["--pid=1518", "--exe", "/bin/x", "--debuglog", "log"],
    ],
)
def test_every_way_to_write_the_arguments(arguments: list[str]) -> None:
    request, path = collector.read_arguments(arguments)
    assert (request.pid, request.exe, request.corefile, path) == (1518, "/bin/x", None, "log")


def test_a_long_option_may_be_shortened_as_it_always_could() -> None:
    request, _ = collector.read_arguments(["--debuglog=outfile", "--core=/export/home/core"])
    assert request.corefile == "/export/home/core"


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert collector.main(["--version"]) == 0
    assert capsys.readouterr().out == f"collect.py {collector.VERSION}\n"
    assert collector.main(["--help"]) == 0
    assert "--corefile" in capsys.readouterr().out


def test_processes_that_cannot_be_looked_at(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    output = tmp_path / "out"
    assert "There is no process 9999999999." in fails(capsys, "-p", 9999999999, "-l", output)
    assert "is this collector itself" in fails(capsys, "-p", os.getpid(), "-l", output)
    with subprocess.Popen(["true"]) as ended:
        os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
        assert f"Process {ended.pid} has ended" in fails(capsys, "-p", ended.pid, "-l", output)
    assert list(tmp_path.iterdir()) == []


def test_outputs_that_cannot_be_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, fake_gdb: Path, sleeper
) -> None:
    pid = sleeper.pid
    assert "No such file or directory" in fails(capsys, "-p", pid, "-l", tmp_path / "missing" / "out")
    assert "is a folder. Give a file with -l." in fails(capsys, "-p", pid, "-l", tmp_path)
    assert "No space left on device" in fails(capsys, "-p", pid, "-l", "/dev/full")


def test_a_full_disk_leaves_no_file(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    fake_gdb: Path,
    sleeper,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    full = os.open("/dev/full", os.O_WRONLY)
    written = os.write
    monkeypatch.setattr(collector.os, "write", lambda _, data: written(full, data))
    assert "No space left on device. Free some space" in fails(
        capsys, "-p", sleeper.pid, "-l", folder / "out"
    )
    os.close(full)
    assert list(folder.iterdir()) == []


def test_executables_that_are_not_the_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, fake_gdb: Path, sleeper
) -> None:
    output = tmp_path / "out"
    assert "There is no executable /no/where." in fails(
        capsys, "-p", sleeper.pid, "-e", "/no/where", "-l", output
    )
    if collector.build_id("/bin/ls") and collector.build_id(f"/proc/{sleeper.pid}/exe"):
        assert "does not run /bin/ls but" in fails(capsys, "-p", sleeper.pid, "-e", "/bin/ls", "-l", output)
    assert not output.exists()


def test_core_files_that_are_none(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    output, core = tmp_path / "out", tmp_path / "core"
    assert "No such file or directory. Correct -c" in fails(capsys, "-c", core, "-l", output)
    assert "is a folder. Give a core file" in fails(capsys, "-c", tmp_path, "-l", output)
    assert "is not a core file but a program" in fails(capsys, "-c", sys.executable, "-l", output)
    for content, message in (
        (b"", "is not a core file (not an ELF file)"),
        (b"just text", "is not a core file (not an ELF file)"),
        (b"\x7fELF\x02\x01\x01", "is not a core file (its header is cut off)"),
        (b"\x28\xb5\x2f\xfd....", "is compressed. Unpack it first with: zstd -d"),
        (b"\xfd7zXZ\x00...", "is compressed. Unpack it first with: xz -d"),
    ):
        core.write_bytes(content)
        assert message in fails(capsys, "-c", core, "-l", output)
    assert not output.exists()


def test_no_debugger(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, sleeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "Install gdb" in fails(capsys, "-p", sleeper.pid, "-l", tmp_path / "out")
    assert "There is no lldb on PATH" in fails(
        capsys, "-p", sleeper.pid, "-l", tmp_path / "out", "--tool", "lldb"
    )
    assert list(tmp_path.iterdir()) == []


def test_the_header_and_what_gdb_is_told(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    fake_gdb: Path,
    sleeper,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DEBUGINFOD_URLS", "https://debuginfod.example")
    output = tmp_path / "out"
    assert collector.main(["-p", str(sleeper.pid), "-l", str(output)]) == 0
    assert capsys.readouterr() == ("", "")
    first, *rest = output.read_text().splitlines()
    assert first == (
        f"REM collect.py {collector.VERSION} TOOL=gdb  PYPLATFORM={sys.platform} "
        f"collect.py -p {sleeper.pid} -l {output}"
    )
    assert "REM CMDLINE sleep 600" in rest
    assert rest[-1] == "REM EXIT 0"
    assert output.stat().st_mode & 0o777 == 0o600
    words = fake_gdb.read_text().splitlines()
    assert {"-nx", "-batch", "set confirm off", "set pagination off", f"--pid={sleeper.pid}"} <= set(words)
    looks = [
        "info sharedlibrary",
        "info threads",
        "thread apply all bt full",
        "thread apply all x/i $pc",
        "detach",
    ]
    assert [word for word in words if word in looks] == looks
    environment = fake_gdb.with_suffix(".env").read_text().splitlines()
    assert "LC_ALL=C" in environment
    assert not [line for line in environment if line.startswith("DEBUGINFOD_URLS")]
    assert fake_gdb.with_suffix(".stdin").read_text().strip() == "0"


def test_an_existing_file_is_kept_when_nothing_is_collected(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, fake_gdb: Path, sleeper
) -> None:
    output = tmp_path / "out"
    output.write_text("yesterday's")
    Path(os.environ["PATH"].split(":")[0], "gdb").write_text("#!/bin/sh\necho 'ptrace: No way.'; exit 1\n")
    assert "(exit status 1): ptrace: No way. Try again" in fails(capsys, "-p", sleeper.pid, "-l", output)
    assert output.read_text() == "yesterday's"


def test_the_library_call_gives_bytes_or_a_sentence(fake_gdb: Path, sleeper) -> None:
    assert b"\n#0  0x0000 in main ()\n" in collector.collect(pid=sleeper.pid)
    with pytest.raises(collector.CollectError, match=r"^There is no process 9999999999\. "):
        collector.collect(pid=9999999999)


def test_all_processes_below_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector, "parents", lambda: {2: 1, 3: 2, 4: 2, 5: 4, 6: 1, 1: 0})
    assert collector.children_of(2) == [3, 4, 5]
    assert collector.children_of(1) == [2, 6, 3, 4, 5]
    assert collector.children_of(5) == []
    monkeypatch.setattr(collector, "parents", lambda: {7: 8, 8: 7})
    assert collector.children_of(7) == [8, 7]


def test_the_parents_are_read_from_ps_where_there_is_no_proc(
    monkeypatch: pytest.MonkeyPatch, sleeper
) -> None:
    monkeypatch.setattr(collector, "has_proc", lambda: False)
    monkeypatch.setattr(collector, "capture", lambda *_: b"  1 0\n 12  1\n 13 12\nps: what\n")
    assert collector.children_of(1) == [12, 13]


@pytest.mark.parametrize(
    ("groups", "container"),
    [
        (b"0::/user.slice/session-1.scope\n", ""),
        (b"0::/system.slice/docker-" + b"0f" * 32 + b".scope\n", "docker " + "0f" * 32),
        (b"3:cpu:/kubepods/burstable/pod12/" + b"ab" * 32 + b"\n", "kubepods " + "ab" * 32),
        (b"0::/machine.slice/libpod-" + b"12" * 32 + b".scope\n", "libpod " + "12" * 32),
        (b"0::/lxc.payload.web/init.scope\n", "lxc web"),
    ],
)
def test_the_container_of_a_process(groups: bytes, container: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector, "read_bytes", lambda _: groups)
    assert collector.container_of(1) == container


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ("GNU gdb (Debian 13.1-3) 13.1", (13, 1)),
        ("GNU gdb (GDB) Red Hat Enterprise Linux (7.2-92.el6)", (7, 2)),
        ("GNU gdb (GDB) Red Hat Enterprise Linux 7.6.1-120.el7", (7, 6)),
        ("GNU gdb (Ubuntu 12.1-0ubuntu1~22.04) 12.1", (12, 1)),
        ("GNU gdb (GDB) Amazon Linux 12.1-3.amzn2023.0.2", (12, 1)),
        ("GNU gdb (GDB; openSUSE Leap 15.4) 11.1", (11, 1)),
        ("GNU gdb 6.3.50-20050815 (Apple version gdb-1824)", (6, 3)),
        ("", (0, 0)),
    ],
)
def test_the_version_of_gdb(line: str, version: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector, "capture", lambda *_: line.encode() + b"\nCopyright 1.0\n")
    assert collector.Gdb().version("gdb", collector.Request(pid=1)) == version


@pytest.mark.parametrize(
    ("files", "exe", "runtime"),
    [
        (["/usr/lib/jvm/lib/server/libjvm.so"], "/usr/bin/java", "java"),
        ([], "/usr/bin/python3.11", "python"),
        (["/lib/libpython3.11.so.1.0"], "/usr/sbin/uwsgi", "python"),
        (["/usr/share/python-wheels/x.so"], "/usr/sbin/httpd", ""),
    ],
)
def test_the_runtime_of_a_process(files: list[str], exe: str, runtime: str) -> None:
    target = collector.Target(1, None, exe)
    target.files = files
    assert target.runtime() == runtime


def make_core() -> bytes:
    """A core file of two notes: the files that were mapped, and the auxiliary vector."""
    names = b"/lib/libc.so\0/usr/sbin/httpd\0"
    files = struct.pack("<8Q", 2, 4096, 0x1000, 0x2000, 0, 0x5000, 0x6000, 0) + names
    notes = b""
    for kind, data in ((0x46494C45, files), (6, struct.pack("<4Q", 9, 0x5123, 0, 0))):
        notes += struct.pack("<3I", 5, len(data), kind) + b"CORE\0\0\0\0" + data + b"\0" * (-len(data) % 4)
    header = b"\x7fELF\x02\x01\x01".ljust(16, b"\0")
    header += struct.pack("<HHIQQQIHHHHHH", 4, 62, 1, 0, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    segment = struct.pack("<IIQQQQQQ", 4, 0, 120, 0, 0, len(notes), 0, 4)
    return header + segment + notes


def test_a_core_file_names_the_file_at_its_entry_point(tmp_path: Path) -> None:
    core = tmp_path / "core"
    core.write_bytes(make_core())
    read = collector.Elf(str(core))
    assert read.executable() == "/usr/sbin/httpd"
    assert (read.kind, read.needed, read.size) == (4, len(make_core()), len(make_core()))


@given(st.integers(0, 300), st.integers(0, 255), st.integers(0, 300))
def test_no_damage_to_a_core_file_ends_in_a_traceback(
    tmp_path_factory, place: int, value: int, length: int
) -> None:
    damaged = bytearray(make_core())
    damaged[place % len(damaged)] = value
    core = tmp_path_factory.getbasetemp() / "damaged.core"
    core.write_bytes(bytes(damaged[: length or None]))
    with contextlib.suppress(collector.CollectError):
        collector.core_target(str(core))


@given(st.text())
def test_no_character_breaks_a_line_or_reaches_a_terminal(text: str) -> None:
    shown = collector.one_line(text)
    assert not [character for character in shown if ord(character) < 32 or ord(character) == 127]


def test_it_needs_python_2_6_or_any_3() -> None:
    script = "import sys, vermin; sys.exit(vermin.main())"
    words = ["--no-tips", "--violations", "-t=2.6-", "-t=3.0-", collector.__file__]
    checked = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    assert "Minimum required versions: 2.6, 3.0" in checked.stdout
