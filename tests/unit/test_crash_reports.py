"""Crash reports of systems and servers: what the corpus files do not show in one glance."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from stacktraces.model import Group, Trace
from stacktraces.parsing import iterate
from stacktraces.scanning import group
from stacktraces.signatures.culprit import culprit
from tests.golden import CORPUS


def traces(text: str) -> list[Trace]:
    return [each for each in iterate(text.encode()) if isinstance(each, Trace)]


def groups(path: Path, text: str) -> list[Group]:
    file = path / "app.log"
    file.write_text(text)
    return group([str(file)]).groups


def corpus(name: str) -> str:
    return (CORPUS / "native" / f"{name}.txt").read_text()


TOMBSTONE = """\
*** *** *** *** *** *** *** *** *** *** *** *** *** *** *** ***
ABI: 'arm'
pid: 26085, tid: 31457, name: PlumQueue  >>> com.example.orchard <<<
signal 11 (SIGSEGV), code 1 (SEGV_MAPERR), fault addr 0x10
    r0 ce375d70  r1 000f4240  r2 00000000  r3 00000008

backtrace:
    #00 pc 0001a7cc  /system/lib/libc.so (strlen+63)
    #01 pc 000f4240  /data/app/com.example.orchard-1/lib/arm/libplum.so (plum::pick(int)+112)
""".splitlines()

LOGCAT: dict[str, Callable[[str], str]] = {
    "raw": lambda line: line,
    "threadtime": lambda line: f"10-28 19:29:47.079 17333 17333 F DEBUG   : {line}",
    "with the year": lambda line: f"2024-10-28 19:29:47.079 17333 17333 F DEBUG   : {line}",
    "with the user": lambda line: f"10-28 19:29:47.079  root 17333 17333 F DEBUG   : {line}",
    "time": lambda line: f"10-28 19:29:47.079 F/DEBUG   (17333): {line}",
    "brief": lambda line: f"F/DEBUG   (17333): {line}",
    "tag": lambda line: f"F/DEBUG   : {line}",
    "process": lambda line: f"F(17333) {line}  (DEBUG)",
    "long": lambda line: f"[ 10-28 19:29:47.079 17333:17333 F/DEBUG    ]\n{line}\n",
    "Studio": lambda line: f"2019-05-04 12:06:37.175 17333-17333/? A/DEBUG: {line}",
    "Studio 2022": lambda line: f"2023-05-04 12:06:37.175 17333-17333 DEBUG   crash_dump32   A  {line}",
}


@pytest.mark.parametrize("shape", LOGCAT)
def test_a_native_crash_in_each_format_of_logcat(tmp_path: Path, shape: str) -> None:
    write = LOGCAT[shape]
    other = "10-28 19:29:47.000  1100  1320 I ActivityManager: Start proc"
    lines = [other, *map(write, TOMBSTONE), *([] if shape == "raw" else [other])]
    (found,) = groups(tmp_path, "\n".join([*lines, ""]))
    assert (found.error.type, found.runtime) == ("SIGSEGV", "native")
    assert [each.function for each in found.error.frames] == ["strlen", "plum::pick(int)"]
    assert found.culprit is not None
    assert found.culprit.function == "plum::pick(int)"


def test_what_the_c_library_says_is_the_same_crash_and_another_threads_is_not() -> None:
    said = "F/libc    (26085): Fatal signal 11 (SIGSEGV), code 1, fault addr 0x10 in tid 31457 (PlumQueue)"
    report = [LOGCAT["brief"](line) for line in TOMBSTONE]
    (found,) = traces("\n".join([said, *report]))
    assert len(found.error.frames) == 2
    other = said.replace("31457", "31458")
    assert [len(each.error.frames) for each in traces("\n".join([other, *report]))] == [0, 2]


def test_the_java_exception_behind_a_native_crash_is_its_own(tmp_path: Path) -> None:
    found = groups(tmp_path, corpus("android-logcat"))
    assert {each.runtime for each in found} == {"native", "java"}


def test_mongodb_logs_a_backtrace_as_an_object(tmp_path: Path) -> None:
    def event(message: str, **attributes: object) -> str:
        time = {"$date": "2023-09-18T13:21:21.915+00:00"}
        level = "F" if "fatal" in message else "I"
        return json.dumps(
            {"t": time, "s": level, "c": "CONTROL", "ctx": "conn1", "msg": message, "attr": attributes}
        )

    calls = [{"a": "7F0A", "o": "A", "s": "_ZN5mongo15printStackTraceEv", "s+": "D3"},
             {"a": "7F0B", "o": "B", "s": "_Z4pickj", "C": "plum::pick(unsigned int)", "s+": "F6"}]  # fmt: skip
    lines = [
        event("Writing fatal message", expr="Got signal: 11 (Segmentation fault)."),
        event("BACKTRACE", bt={"backtrace": calls}),
        *[event("Frame", frame=call) for call in calls],
        event("accepted"),
    ]
    (found,) = groups(tmp_path, "\n".join([*lines, ""]))
    assert (found.error.type, found.count) == ("SIGSEGV", 1)
    assert found.culprit is not None
    assert found.culprit.function == "plum::pick(unsigned int)"


@pytest.mark.parametrize("name", ["clickhouse23", "postgresql15", "postgresql16-trap", "mysql57-galera"])
def test_a_servers_log_holds_two_errors(tmp_path: Path, name: str) -> None:
    assert [each.count for each in groups(tmp_path, corpus(name))] == [1, 1]


def test_an_assertion_and_the_signal_that_it_ends_in_are_one_error() -> None:
    text = corpus("mariadb1011-segv").replace("signal 11", "signal 6")
    said = "mariadbd: ./sql/plum.cc:12: int pick(): Assertion `n == 3' failed.\n"
    (found,) = traces(text.replace("261129  1:32:43 [ERROR]", f"{said}261129  1:32:43 [ERROR]"))
    assert (found.error.type, found.error.message) == ("Assertion failed", "Assertion `n == 3' failed.")
    assert len(found.error.frames) == 9


def test_a_server_that_starts_again_ends_a_report_without_a_stack() -> None:
    cut = corpus("redis7-segfault").partition("------ STACK")[0]
    again = corpus("redis7-panic")
    assert [each.error.type for each in traces(cut + again)] == ["SIGSEGV", "Guru Meditation"]


def test_threads_of_redis_that_did_not_crash_are_related() -> None:
    text = (
        "=== REDIS BUG REPORT START: Cut & paste starting from here ===\n"
        "9:M 29 Nov 2026 01:32:27.652 # Redis 7.4.1 crashed by signal: 11, si_code: 1\n\n"
        "------ STACK TRACE ------\nEIP:\nredis-server *:6379(pickPlum+0x26f)[0x55aadc22075f]\n\n"
        "12 bio_aof\n/lib/libc.so.6(+0x3c050)[0x7f417a6e1050]\n\n"
        "9 redis-server *\nredis-server *:6379(pickPlum+0x26f)[0x55aadc22075f]\n"
        "redis-server *:6379(main+0x316)[0x55aadc1ae216]\n\n2/2 expected stacktraces.\n\n"
        "------ REGISTERS ------\n=== REDIS BUG REPORT END. Make sure to include from START to END. ===\n"
    )
    (found,) = traces(text)
    assert [each.function for each in found.error.frames] == ["pickPlum", "main"]
    assert [each.title for each in found.error.related] == ["12 bio_aof"]


def test_the_culprit_of_each_report_is_not_what_reports_it() -> None:
    expected = {
        "chromium-signal": "ui::Orchard::PickPlum()",
        "mongodb36": "_ZN5mongo6Basket4pickEv",
        "clickhouse23": "DB::DatabaseCatalog::getTableImpl(DB::StorageID const&, std::shared_ptr<DB::Context const>) const",
        "redis7-segfault": "debugCommand",
        "mysql57-galera": "_ZN5Plums4pickEv",
        "windows-analyze": "plum!PlumPick",
        "android-tombstone": "plum::Basket::pick(int)",
    }  # fmt: skip
    for name, function in expected.items():
        frame = culprit(traces(corpus(name))[0].error, "native")
        assert frame is not None
        assert frame.function == function


def test_frames_in_the_json_of_macos_may_be_anything() -> None:
    text = corpus("macos-ips")
    for changed in (
        text.replace('"imageIndex":0', '"imageIndex":77'),
        text.replace('"symbolLocation":44', '"symbolLocation":-1'),
        text.replace('"symbol":"-[Basket pickPlum:]"', '"symbol":7'),
    ):
        assert len(traces(changed)[0].error.frames) == 3
    assert traces(text.replace('"frames":[', '"frames":[[')) == []
    assert traces(text.replace('"threads"', '"strands"')) == []


FRAMES = (
    "#0  0x00007f1225ef1e53 in poll () from /lib/x86_64-linux-gnu/libc.so.6\n"
    "#1  0x000055d0495cb78b in shop::pick (n=3) at pick.cc:12\n"
    "#2  0x000055d0495cb8f0 in main () at main.cc:30\n"
)
AFTER = "2024-05-02 08:01:12 INFO worker restarted\n"


@pytest.mark.parametrize(
    ("record", "kind", "message"),
    [
        ("ERROR worker died of signal 11, backtrace:", "SIGSEGV", "worker died of signal 11, backtrace:"),
        ("[FATAL] caught SIGABRT", "SIGABRT", "caught SIGABRT"),
        ("INFO shop: crashed, stack trace follows", None, "shop: crashed, stack trace follows"),
    ],
)
def test_frames_of_gdb_behind_a_record_of_a_failure_are_an_error(
    tmp_path: Path, record: str, kind: str | None, message: str
) -> None:
    (found,) = groups(tmp_path, f"2024-05-02 08:01:11 {record}\n{FRAMES}{AFTER}")
    assert (found.error.type, found.error.message) == (kind, message)
    assert [each.function for each in found.error.frames] == ["poll", "shop::pick", "main"]


@pytest.mark.parametrize(
    "before",
    ["2024-05-02 08:01:11 INFO a look at the process\n", "", "an ERROR without a time\n",
     "2024-05-02 08:01:11 ERROR x\nThread 1 (LWP 7):\n"],
)  # fmt: skip
def test_frames_of_gdb_without_a_word_of_failure_are_a_snapshot(before: str) -> None:
    assert traces(before + FRAMES + AFTER) == []
