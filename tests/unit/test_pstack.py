"""Solaris pstack. The texts have the shape of real captures, with addresses of their own."""

from __future__ import annotations

import json

from stacktraces.model import Process, Snapshot
from stacktraces.parsing import parse
from stacktraces.render import first_version as seed
from stacktraces.snapshots.describing import describe

LIVE = """\
4711:\t/srv/bin/httpd -D SSL
-----------------  lwp# 1 / thread# 1  --------------------
 fed44f95 _read    (7, 804700f, 1, fe77b07c) + 15
 fe77b0a5 ap_event_pod_check (81b1bf0, fe775314) + 35
 fe777c1d child_main (0) + 26d
 08071575 main     (3, 8047204, 8047214, 806febf) + a79
 0806ff1d _start   (3, 8047340) + 7d
-----------------  lwp# 2 / thread# 2  --------------------
 feec872c dummy_worker(), exit value = 0x00000000
\t** zombie (exited, not detached, not yet joined) **
-----------------  lwp# 3 / thread# 3  --------------------
 ffffffff7d8a755c ???????? (1, 2)
 feec873e dummy_worker (81356e8) + 12
 fed43d80 _lwp_start (fec40a00, 0, 0, fe0f6ff8, fed43d80, fec40a00)
"""


def process(text: str) -> Process:
    (snapshot,) = parse(text)
    assert isinstance(snapshot, Snapshot)
    return snapshot.processes[0]


def test_live_process() -> None:
    found = process(LIVE)
    assert (found.pid, found.executable, found.command) == (4711, "/srv/bin/httpd", "/srv/bin/httpd -D SSL")
    assert [(thread.id, thread.ended, len(thread.frames)) for thread in found.threads] == [
        ("1", False, 5),
        ("2", True, 0),
        ("3", False, 3),
    ]
    frame = found.threads[0].frames[1]
    assert (frame.function, frame.address, frame.args, frame.offset, frame.id) == (
        "ap_event_pod_check",
        0xFE77B0A5,
        "81b1bf0, fe775314",
        0x35,
        2,
    )
    assert found.threads[2].frames[0].function is None


def test_core_with_pldd_and_pflags() -> None:
    heading = "core '/export/core' of 4711:\t/srv/bin/httpd -k start\n"
    stacks = LIVE.split("\n", 1)[1]
    text = (
        "REM collect.py 1.01 TOOL=pstack  PYPLATFORM=sunos5 ./collect.py --core=/export/core\nREM /usr/bin/pstack\n"
        f"{heading}{stacks}{heading}/lib/libc.so.1\n/lib/libm.so.2\n"
        f"{heading}\tdata model = _ILP32  flags = MSACCT|MSFORK\n /1:\tflags = STOPPED  read(0x7,0x804700f,0x1)\n"
    )
    found = process(text)
    assert found.libraries == ["/lib/libc.so.1", "/lib/libm.so.2"]
    assert len(found.threads) == 3


def test_one_thread_has_no_heading() -> None:
    found = process(
        "4711:\tsleep 100\n feef1d15 nanosleep (8047d30, 8047d38)\n 08050e2c main (2, 8047d84) + 1c0\n"
    )
    assert [(thread.id, len(thread.frames)) for thread in found.threads] == [("1", 2)]


def test_ended_threads_are_in_no_group() -> None:
    (snapshot,) = parse(LIVE)
    assert isinstance(snapshot, Snapshot)
    described = describe(snapshot).processes[0]
    document = json.loads(b"".join(seed.process_pieces(described)))
    assert document["threadgroups"] == [{"thread_ids": ["1"]}, {"thread_ids": ["3"]}]
    assert document["threads"][1] == {"tid": "2"}
    assert [frame["id"] for frame in document["threads"][0]["frames"]] == [2, 3, 4]
