"""The collector against real processes, real core files and real debuggers."""

import os
import re
import resource
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stacktraces import collect as collector
from tests.conftest import need
from tests.live.collect_support import (
    COLLECTOR,
    CRASHING,
    JAVA_PROGRAM,
    PYTHON_PROGRAM,
    TICKING,
    TWO_THREADS,
    collect,
    compile_program,
    interpreters,
    is_traced,
    kill_now,
    running,
    start_collector,
    state_of,
    status_field,
)
from tests.live.programs import wait_until

pytestmark = pytest.mark.live

HANGING_GDB = """#!/bin/sh
[ "$1" = --version ] && { echo "GNU gdb (Fake) 13.1"; exit 0; }
trap '' TERM
echo $$ > "$HANG_FILE"
while :; do sleep 1; done
"""


@pytest.fixture(autouse=True)
def heed_interrupts() -> Iterator[None]:
    """Let new processes heed Ctrl-C, which a shell makes its background commands ignore."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("programs")
    for name, source in (("two", TWO_THREADS), ("ticking", TICKING), ("crashing", CRASHING)):
        compile_program(folder, name, source)
    return folder


@pytest.fixture(scope="session")
def core(programs: Path) -> Path:
    """A core file of a crash, as the kernel writes it into the current folder, or else by gcore."""
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)

    def allow_core() -> None:
        resource.setrlimit(resource.RLIMIT_CORE, unlimited)

    before = set(programs.iterdir())
    subprocess.run([programs / "crashing"], cwd=programs, preexec_fn=allow_core, check=False)
    new = [path for path in set(programs.iterdir()) - before if path.name.startswith("core")]
    if new:
        return new[0]
    with running(programs / "two") as process:
        need("gcore")
        subprocess.run(
            ["gcore", "-o", str(programs / "core"), str(process.pid)], check=True, capture_output=True
        )
        return programs / f"core.{process.pid}"


def sections(text: str) -> list[str]:
    return re.split(r"(?m)^(?=REM collect\.py )", text)[1:]


def remarks(section: str) -> dict[str, str]:
    return dict(re.findall(r"(?m)^REM ([A-Z]+) (.*)$", section))


def test_a_program_of_two_threads(programs: Path, tmp_path: Path) -> None:
    need("gdb")
    output = tmp_path / "out"
    with running(programs / "two") as process:
        done = collect("-p", process.pid, "-l", output)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert state_of(process.pid) == "S"
        assert not is_traced(process.pid)
    text = output.read_text(errors="surrogateescape")
    assert text.startswith(
        f"REM collect.py {collector.VERSION} TOOL=gdb  PYPLATFORM=linux {COLLECTOR} -p {process.pid} -l {output}\n"
    )
    assert "Shared Object Library" in text
    assert re.search(r"(?m)^\* 1 +Thread 0x[0-9a-f]+ \(LWP \d+\)", text)
    frame = r"#\d+ +0x[0-9a-f]+ in helper_thread \(argument=0x0\) at .*two\.c:\d+"
    assert re.search(rf"(?m)^{frame}\n +chosen_number = 4711$", text)
    assert len(re.findall(r"(?m)^=> 0x[0-9a-f]+ <", text)) == 2
    said = remarks(text)
    assert said["PID"] == str(process.pid)
    assert said["PPID"] == str(os.getpid())
    assert said["EXE"] == str(programs / "two")
    assert said["CMDLINE"] == str(programs / "two")
    assert said["EXIT"] == "0"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", said["TIME"])
    assert re.fullmatch(r"\d+\.\d{3} s", said["STOPPED"])
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_owner_of_each_awaited_mutex_is_collected(programs: Path, tmp_path: Path) -> None:
    need("gdb")
    if os.uname().machine != "x86_64":
        pytest.skip("the registers of the futex call are known here only for x86-64")
    output = tmp_path / "out"
    with running(programs / "two") as process:
        assert collect("-p", process.pid, "-l", output, "--no-locals").returncode == 0
    text = output.read_text(errors="surrogateescape")
    assert "chosen_number" not in text
    threads = dict(re.findall(r"(?m)^Thread (\d+) \(Thread 0x[0-9a-f]+ \(LWP (\d+)\)", text))
    found = re.findall(
        r"(?m)^REM FUTEX thread=(\d+) address=(0x[0-9a-f]+) op=\d+ value=2 words=2 0 (\d+) ", text
    )
    assert len({address for _, address, _ in found}) == 2
    waits = {threads[thread]: owner for thread, _, owner in found}
    first, second = waits
    assert waits == {first: second, second: first}


def test_a_core_file_names_its_own_executable(programs: Path, core: Path, tmp_path: Path) -> None:
    need("gdb")
    output = tmp_path / "out"
    done = collect("-c", core, "-l", output)
    assert (done.returncode, done.stderr) == (0, "")
    text = output.read_text(errors="surrogateescape")
    exe = programs / "crashing"
    assert remarks(text)["EXE"] == str(exe)
    assert re.search(r"(?m)^#\d+ +0x[0-9a-f]+ in crash_here \(depth=0\) at ", text)
    given = collect("-c", core, "-e", exe, "-l", tmp_path / "given")
    assert given.returncode == 0
    assert "in crash_here (depth=3)" in (tmp_path / "given").read_text(errors="surrogateescape")


def test_a_core_file_that_is_cut_off_gives_what_is_left(core: Path, tmp_path: Path) -> None:
    need("gdb")
    cut = tmp_path / "cut.core"
    cut.write_bytes(core.read_bytes()[:60000])
    done = collect("-c", cut, "-l", tmp_path / "out")
    assert done.returncode in (2, 3)
    assert done.stderr.count("\n") == 1
    assert "cut off: it has 60000 of" in done.stderr
    assert (tmp_path / "out").exists() == (done.returncode == 3)


def test_a_core_file_of_another_program_is_said_so(programs: Path, core: Path, tmp_path: Path) -> None:
    need("gdb")
    done = collect("-c", core, "-e", programs / "two", "-l", tmp_path / "out")
    assert done.returncode == 3
    assert "is not of the executable" in done.stderr


def test_a_python_process(tmp_path: Path) -> None:
    need("gdb")
    with running(sys.executable, "-c", PYTHON_PROGRAM) as process:
        done = collect("-p", process.pid, "-l", tmp_path / "out")
        assert done.returncode == 0, done.stderr
        assert state_of(process.pid) == "S"
    assert "#0 " in (tmp_path / "out").read_text(errors="surrogateescape")


@pytest.mark.parametrize("version", ["2.6", "2.7", "3.6", "3.13"])
def test_a_copy_alone_runs_under_each_python(version: str, programs: Path, tmp_path: Path) -> None:
    need("gdb")
    found = interpreters(version)
    if not found:
        pytest.skip(f"Python {version} is not installed")
    copy = tmp_path / "elsewhere" / "collect.py"
    copy.parent.mkdir()
    shutil.copy(COLLECTOR, copy)
    with running(programs / "two") as process:
        done = subprocess.run(
            [
                found[0],
                "-W",
                "error",
                "./collect.py",
                f"-p{process.pid}",
                f"--exe={programs / 'two'}",
                "--debuglog=out",
            ],
            cwd=copy.parent,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    text = (copy.parent / "out").read_text(errors="surrogateescape")
    assert re.match(r"REM collect\.py \S+ TOOL=gdb  PYPLATFORM=linux2? \./collect\.py -p\d+ --exe=", text)
    assert "chosen_number = 4711" in text


@pytest.mark.parametrize(
    ("tool", "shown"), [("eu-stack", "helper_thread"), ("lldb", "helper_thread"), ("gdb", "helper_thread")]
)
def test_each_debugger_by_choice(tool: str, shown: str, programs: Path, core: Path, tmp_path: Path) -> None:
    need(tool)
    with running(programs / "two") as process:
        done = collect("-p", process.pid, "-l", tmp_path / "out", "--tool", tool)
        assert done.returncode == 0, done.stderr
        assert state_of(process.pid) == "S"
        assert not is_traced(process.pid)
    text = (tmp_path / "out").read_text(errors="surrogateescape")
    assert f" TOOL={tool}  " in text.splitlines()[0]
    assert shown in text
    dead = collect("-c", core, "-l", tmp_path / "dead", "--tool", tool)
    assert dead.returncode == 0, dead.stderr
    assert "crash_here" in (tmp_path / "dead").read_text(errors="surrogateescape")


def test_another_debugger_takes_the_place_of_a_missing_gdb(programs: Path, tmp_path: Path) -> None:
    only = tmp_path / "bin"
    only.mkdir()
    (only / "eu-stack").symlink_to(need("eu-stack"))
    with running(programs / "two") as process:
        done = collect("-p", process.pid, "-l", tmp_path / "out", PATH=str(only))
    assert done.returncode == 0, done.stderr
    assert " TOOL=eu-stack  " in (tmp_path / "out").read_text()


def test_two_tools_make_two_sections(programs: Path, tmp_path: Path) -> None:
    need("gdb")
    need("eu-stack")
    with running(programs / "two") as process:
        done = collect("-p", process.pid, "-l", "-", "--tool", "eu-stack", "--tool", "gdb")
    found = sections(done.stdout)
    assert [re.search(r"TOOL=(\S+)", section)[1] for section in found] == ["eu-stack", "gdb"]
    assert [remarks(section)["EXIT"] for section in found] == ["0", "0"]


def test_samples_and_children(tmp_path: Path) -> None:
    need("eu-stack")
    script = "(sleep 600 & echo ready; wait) & wait"
    with running("/bin/sh", "-c", script) as process:
        wait_until(lambda: len(collector.children_of(process.pid)) == 2, "starting both")
        below = collector.children_of(process.pid)
        names = [Path(f"/proc/{each}/comm") for each in below]
        wait_until(lambda: "sleep\n" in [each.read_text() for each in names], "becoming sleep")
        done = collect(
            *("-p", process.pid, "-l", "-", "--children", "--tool", "eu-stack"),
            *("--samples", 2, "--interval", "0.1"),
        )
    assert done.returncode == 0, done.stderr
    found = [remarks(section) for section in sections(done.stdout)]
    assert [said["PID"] for said in found] == [str(pid) for pid in [process.pid, *below]] * 2
    assert [said["SAMPLE"] for said in found] == ["1 2"] * 3 + ["2 2"] * 3


def test_a_process_that_ends_between_the_samples(tmp_path: Path) -> None:
    need("eu-stack")
    with running("/bin/sh", "-c", "echo ready; sleep 1.5; :") as process:
        done = collect("-p", process.pid, "-l", "-", "--tool", "eu-stack", "--samples", 3, "--interval", 3)
    assert done.returncode == 3
    assert f"Process {process.pid} has ended" in done.stderr
    assert len(sections(done.stdout)) == 1


def test_the_runtime_of_a_python_process_is_asked_too(tmp_path: Path) -> None:
    need("gdb")
    with running(sys.executable, "-c", PYTHON_PROGRAM) as process:
        done = collect("-p", process.pid, "-l", "-")
    assert done.returncode == 0, done.stderr
    assert [re.search(r"TOOL=(\S+)", section)[1] for section in sections(done.stdout)] == ["gdb", "cpython"]
    assert "python_function_waiting" in sections(done.stdout)[1]


def test_the_runtime_of_a_java_process_is_asked_too(tmp_path: Path) -> None:
    need("gdb")
    need("jcmd")
    (tmp_path / "Waiting.java").write_text(JAVA_PROGRAM)
    with running(need("java"), tmp_path / "Waiting.java") as process:
        done = collect("-p", process.pid, "-l", "-")
    assert done.returncode == 0, done.stderr
    native, java = sections(done.stdout)
    assert " TOOL=gdb  " in native
    assert " TOOL=jcmd  " in java
    assert "at Waiting.main(Waiting.java:5)" in java


def test_a_hanging_debugger_is_ended_in_time(programs: Path, tmp_path: Path) -> None:
    fake = tmp_path / "bin"
    fake.mkdir()
    (fake / "gdb").write_text(HANGING_GDB)
    (fake / "gdb").chmod(0o755)
    hung = tmp_path / "hung"
    with running(programs / "two") as process:
        done = collect(
            *("-p", process.pid, "-l", tmp_path / "out", "--timeout", 1),
            PATH=f"{fake}:{os.environ['PATH']}",
            HANG_FILE=str(hung),
        )
        assert state_of(process.pid) == "S"
    assert done.returncode == 2
    assert done.stderr.startswith("collect.py: gdb did not finish within 1 seconds")
    assert not (tmp_path / "out").exists()
    assert not Path(f"/proc/{hung.read_text().strip()}").exists()


def catch(process: subprocess.Popen[bytes], target: int) -> None:
    """Wait, without a pause that could miss it, until the collector's debugger holds its target."""
    while not is_traced(target):
        assert process.poll() is None, "the collector ended before it was caught holding its target"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_collector_that_is_killed_lets_the_process_go(
    number: signal.Signals, programs: Path, tmp_path: Path
) -> None:
    need("gdb")
    with (
        running(programs / "two") as target,
        start_collector("-p", target.pid, "-l", tmp_path / "out") as process,
    ):
        catch(process, target.pid)
        process.send_signal(number)
        status = process.wait()
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
        wait_until(lambda: not is_traced(target.pid), "letting the process go")
        wait_until(lambda: state_of(target.pid) == "S", "running on")
        wait_until(lambda: list(tmp_path.iterdir()) == [], "taking the unfinished file away")
    assert status == (-9 if number == signal.SIGKILL else 128 + number)


def group_members(group: int) -> list[str]:
    return subprocess.run(
        ["pgrep", "-g", str(group)], capture_output=True, text=True, check=False
    ).stdout.split()


def test_a_debugger_that_is_killed_leaves_the_process_running(programs: Path, tmp_path: Path) -> None:
    need("gdb")
    with (
        subprocess.Popen([programs / "ticking"], stdout=subprocess.PIPE) as target,
        start_collector("-p", target.pid, "-l", tmp_path / "out") as process,
    ):
        assert target.stdout is not None
        catch(process, target.pid)
        debugger = int(status_field(target.pid, "TracerPid"))
        os.kill(debugger, signal.SIGKILL)
        _, message = process.communicate()
        assert process.returncode in (2, 3)
        assert b"was ended by signal 9" in message
        wait_until(lambda: not group_members(debugger), "ending what the debugger had started")
        target.stdout.read1(65536)
        assert target.stdout.read(2) == b".."
        target.kill()


def test_a_process_that_is_killed_midway(programs: Path, tmp_path: Path) -> None:
    need("gdb")
    with (
        running(programs / "two") as target,
        start_collector("-p", target.pid, "-l", tmp_path / "out") as process,
    ):
        catch(process, target.pid)
        kill_now(target)
        _, message = process.communicate()
    assert process.returncode in (2, 3)
    assert message.count(b"\n") == 1
    assert b"Traceback" not in message
    assert b"ended while gdb looked at it" in message


def test_a_process_stopped_by_its_user_stays_stopped(programs: Path, tmp_path: Path) -> None:
    need("gdb")
    with running(programs / "two") as process:
        process.send_signal(signal.SIGSTOP)
        wait_until(lambda: state_of(process.pid) == "T", "stopping")
        assert collect("-p", process.pid, "-l", tmp_path / "out").returncode == 0
        wait_until(lambda: not is_traced(process.pid), "letting the process go")
        assert state_of(process.pid) == "T"


def test_a_process_under_another_debugger_is_left_alone(programs: Path, tmp_path: Path) -> None:
    gdb = need("gdb")
    with (
        running(programs / "two") as process,
        subprocess.Popen(
            [gdb, "-nx", "-q", "-p", str(process.pid)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as other,
    ):
        wait_until(lambda: is_traced(process.pid), "holding the process")
        done = collect("-p", process.pid, "-l", tmp_path / "out")
        other.communicate(b"detach\nquit\n")
    assert done.returncode == 2
    assert f"is being traced by process {other.pid} (gdb)" in done.stderr


def test_another_users_process_is_refused_in_one_sentence() -> None:
    need("gdb")
    python = Path("/usr/bin/python3")
    if os.geteuid() != 0 or not python.exists():
        pytest.skip("needs root, to become another user, and a Python that every user can run")
    with running("/bin/sh", "-c", "echo ready; sleep 600; :") as process:
        done = subprocess.run(
            [python, "-", "-p", str(process.pid), "-l", "-"],
            input=COLLECTOR.read_text(),
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            user=65534,
            group=65534,
            extra_groups=[],
        )
    assert done.returncode == 2
    assert (
        done.stderr
        == f"collect.py: Process {process.pid} belongs to user id 0. Run as that user or as root.\n"
    )


def test_the_text_can_be_had_without_a_command(programs: Path) -> None:
    need("gdb")
    with running(programs / "two") as process:
        text = collector.collect(pid=process.pid, with_locals=False)
    assert text.startswith(b"REM collect.py ")
    assert b"helper_thread" in text
