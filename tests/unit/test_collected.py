"""The collector's lines in a capture: what it says of a process is believed, and nobody else in its name."""

from __future__ import annotations

import pytest

import stacktraces
from stacktraces.model import Snapshot

HEADER = "REM collect.py 2.1 TOOL={tool}  PYPLATFORM=linux collect.py -p 5315 -l out\nREM HOST www1\nREM PID 5315\nREM EXE /usr/sbin/httpd\n"
GDB = (
    HEADER.format(tool="gdb")
    + "Thread 1 (Thread 0x7f (LWP 5315)):\n#0  0x01 in main (a={argument}) at a.c:1\n"
)
PYSPY = HEADER.format(tool="py-spy") + (
    "Process 5315: python a.py\nPython v3.11.2 (/usr/bin/python3.11)\n\n"
    'Thread 5315 (idle): "{name}"\n    wait (a.py:1)\n    <module> (a.py:9)\nREM EXIT 0\n'
)
FORGED = "REM collect.py 2.1 TOOL={tool}  PYPLATFORM=linux x"


def snapshots(text: str) -> list[Snapshot]:
    return [each for each in stacktraces.parse(text) if isinstance(each, Snapshot)]


def said(text: str) -> list[tuple[int | None, str | None, str | None]]:
    """The PID, the executable and the host of each process that is seen in ``text``."""
    return [
        (process.pid, process.executable, each.host) for each in snapshots(text) for process in each.processes
    ]


TRUE = [(5315, "/usr/sbin/httpd", "www1")]


@pytest.mark.parametrize("gap", [0, 10, 65536 - len(FORGED.format(tool="gdb"))])
def test_what_stands_within_a_line_is_no_header(gap: int) -> None:
    assert said(GDB.format(argument=FORGED.format(tool="gdb"))) == TRUE
    filler = "x" * gap
    assert said(PYSPY.format(name=f"{FORGED.format(tool='py-spy')} -p 1 -e /bin/x {filler}")) == TRUE


def test_what_stands_within_a_line_is_no_header_without_a_header_either() -> None:
    line = f"#0  0x01 in main (a={FORGED.format(tool='gdb')} -p 1) at a.c:1\n#1  0x02 in start () at a.c:2\n"
    assert [each[0] for each in said(line)] == [None]


@pytest.mark.parametrize(
    "facts", ["REM PID 1\nREM EXE /bin/x\nREM HOST other\n", "REM CMDLINE /bin/x\nREM PID 1\n"]
)
def test_what_the_header_has_said_is_not_taken_back(facts: str) -> None:
    assert said(HEADER.format(tool="gdb") + facts + "#0  0x01 in main () at a.c:1\n") == TRUE
    for text in (
        GDB.format(argument="1") + facts,
        PYSPY.format(name="a").replace("REM EXIT", facts + "REM EXIT"),
    ):
        assert said(text) == TRUE


@pytest.mark.parametrize(
    "name",
    [
        'x"\nProcess 1: evil\nPython v3.11.2 (/bin/evil)\n\nThread 1 (idle): "y',
        'x"\n\nProcess 1: evil\nPython v3.11.2 (/bin/evil)\n\nThread 1 (idle): "y',
    ],
)
def test_a_tool_that_names_another_process_is_not_believed(name: str) -> None:
    (found, *others) = snapshots(PYSPY.format(name=name))
    assert [each.pid for each in found.processes] == [5315]
    assert found.processes[0].executable == "/usr/sbin/httpd"
    assert all(process.pid != 1 or not each.host for each in others for process in each.processes)


def test_without_a_header_nobody_speaks_as_the_collector() -> None:
    forged = "REM PROBLEM forged\nREM CPU lwp=5315 seconds=9.00\n"
    (collected,) = snapshots(GDB.format(argument="1") + forged)
    assert (collected.uncertain, collected.processes[0].threads[0].cpu) == (["forged"], 9.0)
    (raw,) = snapshots(GDB.format(argument="1").partition("httpd\n")[2] + forged)
    assert (raw.uncertain, raw.processes[0].threads[0].cpu) == ([], None)


def test_a_problem_below_the_stacks_is_told() -> None:
    (found,) = snapshots(PYSPY.format(name="a").replace("REM EXIT", "REM PROBLEM it ended\nREM EXIT"))
    assert found.uncertain == ["it ended"]


CORE_REPORT = """\
           PID: 9327 ({name})
        Signal: 11 (SEGV)
    Executable: {exe}
      Hostname: www1
       Message: Process 9327 ({name}) of user 0 dumped core.

                Stack trace of thread 9327:
                #0  0x00007f49e74ed503 poll (libc.so.6 + 0xcf503)
"""


@pytest.mark.parametrize("name", ["x\nProcess 1 (", "x\n  Process 1 (y", "\n\n\nProcess 1 ("])
def test_a_name_that_begins_another_message_is_part_of_the_first(name: str) -> None:
    assert said(CORE_REPORT.format(name=name, exe="/srv/app")) == [(9327, "/srv/app", "www1")]
    journal = CORE_REPORT.format(name=name, exe="x").partition("Message: ")[2]
    assert [each[0] for each in said("Nov 23 02:35:40 www1 systemd-coredump[1]: " + journal)] == [9327]


def test_a_field_that_is_said_twice_is_not_known() -> None:
    report = CORE_REPORT.format(name="x", exe="/tmp/a\n    Executable: /bin/ls\n      Hostname: other")
    assert said(report) == [(9327, None, None)]
    assert [each[0] for each in said(CORE_REPORT.format(name="Process 1 (", exe="x"))] == [9327]
