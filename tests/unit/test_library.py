"""The library as another program calls it."""

from __future__ import annotations

import asyncio
import datetime
import doctest
import gzip
import io
import pickle
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

import stacktraces

EXAMPLES = Path(__file__).parents[2] / "examples"
EXAMPLE = EXAMPLES / "httpd-event-child.gdb.txt"
LOG = EXAMPLES / "python.log"


def test_everything_public_can_be_had() -> None:
    for name in stacktraces.__all__:
        assert getattr(stacktraces, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = stacktraces.nothing


def test_the_example_in_the_docstring() -> None:
    assert doctest.testmod(stacktraces, raise_on_error=True).attempted


def test_importing_is_light() -> None:
    code = "import stacktraces, sys; print('msgspec' in sys.modules, 're' in sys.modules and 'rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_parse_says_all_that_a_frame_says() -> None:
    (trace,) = stacktraces.parse(
        'Traceback (most recent call last):\n  File "/srv/app.py", line 9, in outer\n    inner()\n'
        '  File "/srv/lib.py", line 3, in inner\n    return prices["fig"]\n           ~~~~~~^^^^^^^\nKeyError: \'fig\'\n'
    )
    assert isinstance(trace, stacktraces.Trace)
    innermost, outermost = trace.error.frames
    assert (innermost.file, innermost.line, innermost.function) == ("/srv/lib.py", 3, "inner")
    assert innermost.source == 'return prices["fig"]'
    assert (outermost.function, trace.error.type, trace.error.message) == ("outer", "KeyError", "'fig'")


def test_parse_takes_bytes_and_tells_native_frames() -> None:
    (snapshot,) = stacktraces.parse(
        b"#0  0x00007f01 in poll () from /lib/libc.so.6\n#1  0x5 in main () at a.c:7\n"
    )
    assert isinstance(snapshot, stacktraces.Snapshot)
    poll, main = snapshot.processes[0].threads[0].frames
    assert (poll.function, poll.address, poll.module) == ("poll", 0x7F01, "/lib/libc.so.6")
    assert (main.file, main.line) == ("a.c", 7)


def test_parse_refuses_what_it_does_not_know() -> None:
    for text in ("", "nothing here", b"\x00\xff" * 100):
        with pytest.raises(stacktraces.StacktracesError, match="No stack trace was recognised"):
            stacktraces.parse(text)


def test_parse_finds_all_there_is_in_order() -> None:
    text = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\nKeyError: 1\n\n'
    found = stacktraces.parse(text * 2 + "#0  0x1 in main () at a.c:7\n")
    assert [type(each).__name__ for each in found] == ["Trace", "Trace", "Snapshot"]


def test_describe_groups_and_labels_and_leaves_its_argument_alone() -> None:
    (snapshot,) = stacktraces.parse(EXAMPLE.read_bytes())
    assert isinstance(snapshot, stacktraces.Snapshot)
    frames = [len(thread.frames) for thread in snapshot.processes[0].threads]
    (process,) = stacktraces.describe(snapshot).processes
    sizes = {
        group.state: len(group.thread_ids)
        for group in process.groups
        if group.name == "MPM child worker thread"
    }
    assert sizes == {"waiting for connection to handle": 22, "reading client request": 3}
    assert [len(thread.frames) for thread in snapshot.processes[0].threads] == frames
    assert not snapshot.processes[0].groups


def counts(result: stacktraces.Result) -> list[tuple[str, int]]:
    return [(each.fingerprint, each.count) for each in result.groups]


def test_every_kind_of_source_gives_the_same(tmp_path: Path) -> None:
    content = LOG.read_bytes()
    (tmp_path / "app.log.gz").write_bytes(gzip.compress(content))
    expected = counts(stacktraces.scan(LOG))
    assert sum(count for _, count in expected) == 10
    pieces = [content[at : at + 100] for at in range(0, len(content), 100)]
    with LOG.open("rb") as file:
        for source in (
            str(LOG),
            [str(LOG)],
            tmp_path,
            f"{tmp_path}/*.gz",
            file,
            io.BytesIO(content),
            content,
            io.BytesIO(gzip.compress(content)),
            stacktraces.Source("upload", io.BytesIO(content)),
            stacktraces.Source("upload", pieces),
            stacktraces.Source("upload", iter(content.decode().splitlines())),
            [stacktraces.Source("upload", iter(content.decode().splitlines(keepends=True)))],
        ):
            result = stacktraces.scan(source)
            assert counts(result) == expected, source
            assert result.unreadable == []


def test_sources_are_called_by_their_names() -> None:
    content = LOG.read_bytes()
    result = stacktraces.scan([stacktraces.Source(name, [content]) for name in ("b", "a")])
    assert {each.path for group in result.groups for each in group.sources} == {"a", "b"}
    assert [each.path for each in result.groups[0].sources] == ["a", "b"] * 2, "by time, then by name"


def test_an_object_that_is_no_source_is_refused() -> None:
    with pytest.raises(stacktraces.UsageError, match="A int is no source; give a path"):
        stacktraces.scan([3])  # type: ignore[list-item]
    with pytest.raises(stacktraces.UsageError, match="no carrier named"):
        stacktraces.scan(LOG, carrier="nothing")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"jobs": 0}, "jobs is 0; give 1 or more."),
        ({"max_groups": -1}, "max_groups is -1; give 1 or more."),
        ({"runtime": "cobol"}, "'cobol' is no runtime; the names are "),
        ({"carrier": "nope"}, "There is no carrier named 'nope'"),
        ({"where": {"room": "x"}}, "room is no field of a context"),
    ],
)
def test_options_that_are_wrong_are_refused(options: Any, sentence: str) -> None:
    with pytest.raises(stacktraces.UsageError, match=f"^{sentence}"):
        stacktraces.scan(b"x", **options)
    with pytest.raises(stacktraces.UsageError, match=f"^{sentence}"):
        list(stacktraces.occurrences(b"x", **options))


def test_a_result_of_a_newer_version_is_refused() -> None:
    with pytest.raises(stacktraces.InputError, match="a newer version of stacktraces wrote it"):
        stacktraces.Result.from_json(b'{"schema_version":99,"groups":[]}')


def test_what_a_source_raises_is_told_and_what_it_gave_is_kept() -> None:
    def failing() -> Iterator[bytes]:
        yield LOG.read_bytes()
        raise ConnectionResetError("connection reset by peer")

    result = stacktraces.scan(stacktraces.Source("service", failing()))
    assert counts(result) == counts(stacktraces.scan(LOG))
    assert [each.reason for each in result.unreadable] == [
        "service cannot be read to its end: connection reset by peer."
    ]
    for content in (io.StringIO("x"), [3], ["x", None]):
        result = stacktraces.scan(stacktraces.Source("service", content))  # type: ignore[arg-type]
        assert len(result.unreadable) == 1


def test_occurrences_come_with_time_place_and_context() -> None:
    found = stacktraces.occurrences(LOG)
    first, *others = found
    assert (first.time, first.origin.line, first.context.level) == ("2015-03-08T02:49:12.139", 4, "ERROR")
    assert (len(others), found.stats.traces, found.unreadable) == (9, 10, [])


def test_parse_tells_time_and_context() -> None:
    zone = datetime.timezone(datetime.timedelta(hours=2))
    trace = stacktraces.parse(LOG.read_bytes(), zone=zone)[0]
    assert isinstance(trace, stacktraces.Trace)
    assert (trace.time, trace.context.logger) == ("2015-03-08T02:49:12.139+02:00", "shop.web")


def test_a_range_counts_what_starts_in_it() -> None:
    second = [each.origin.offset for each in stacktraces.occurrences(LOG)][1]
    assert second is not None
    part = stacktraces.scan(LOG, end=second)
    rest = stacktraces.scan(LOG, start=second)
    assert (part.stats.traces, rest.stats.traces) == (1, 9)
    assert [each.origin.offset for each in stacktraces.occurrences(LOG, start=second, end=second + 1)] == [
        second
    ]
    assert counts(part.merge(rest)) == counts(stacktraces.scan(LOG))
    assert rest.ranges == [
        stacktraces.Range(str(LOG), second, LOG.stat().st_size, rest.ranges[0].lines, True)
    ]


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_an_executor_gives_the_same(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from stacktraces.scanning.parallel import executors

    monkeypatch.setattr(executors.tasks_of, "__defaults__", (2000,))
    for number in range(3):
        (tmp_path / f"{number}.log").write_bytes(LOG.read_bytes()[number * 100 :])
    expected = stacktraces.scan(tmp_path)
    executor = ThreadPoolExecutor(2) if kind == "threads" else ProcessPoolExecutor(2, get_context("fork"))
    told: list[int] = []
    with executor:
        result = stacktraces.scan(tmp_path, executor=executor, progress=told.append)
        own = stacktraces.scan([LOG, stacktraces.Source("x", [LOG.read_bytes()])], executor=executor)
    assert len(told) > 3
    assert sum(told) == expected.stats.bytes
    assert own.stats.traces == 20
    result.stats.seconds = expected.stats.seconds
    assert result.to_json() == expected.to_json()


def test_tasks_that_fail_are_tried_again_and_then_told(tmp_path: Path) -> None:
    attempts: list[str] = []

    class Unlucky(ThreadPoolExecutor):
        def submit(self, function, task, *arguments):  # type: ignore[no-untyped-def]
            attempts.append(task.sources[0])
            lost = attempts.count(task.sources[0]) < 3 or "never" in task.sources[0]
            return super().submit(self.lose if lost else function, task, *arguments)

        def lose(self, *_: object) -> bytes:
            raise OSError("the worker was killed")

    for name in ("a.log", "never.log"):
        (tmp_path / name).write_bytes(LOG.read_bytes())
    with Unlucky(2) as executor:
        result = stacktraces.scan([tmp_path / "a.log"], executor=executor)
        assert (result.stats.traces, result.unreadable) == (10, [])
        result = stacktraces.scan([tmp_path / "never.log"], executor=executor)
    assert [each.reason for each in result.unreadable] == [
        f"{tmp_path}/never.log was not read to its end: the worker was killed."
    ]


def test_a_scan_that_is_awaited() -> None:
    async def chunks() -> AsyncIterator[bytes]:
        content = LOG.read_bytes()
        for at in range(0, len(content), 500):
            await asyncio.sleep(0)
            yield content[at : at + 500]

    async def broken() -> AsyncIterator[bytes]:
        yield LOG.read_bytes()
        raise ConnectionError("the client went away")

    expected = counts(stacktraces.scan(LOG))
    assert (
        counts(asyncio.run(stacktraces.scan_async(stacktraces.AsyncSource("upload", chunks())))) == expected
    )
    result = asyncio.run(stacktraces.scan_async([stacktraces.AsyncSource("upload", broken())]))
    assert counts(result) == expected
    assert "the client went away" in result.unreadable[0].reason


def test_a_scan_that_is_cancelled_ends() -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0.001)
            yield b"line\n"

    async def main() -> None:
        await asyncio.wait_for(stacktraces.scan_async(stacktraces.AsyncSource("x", endless())), 0.05)

    with pytest.raises(TimeoutError):
        asyncio.run(main())


def test_fingerprint_explain_and_similarity() -> None:
    groups = stacktraces.scan(LOG).groups
    for group in groups:
        assert stacktraces.fingerprint(group) == group.fingerprint == stacktraces.explain(group).fingerprint
        assert stacktraces.fingerprint(group.error, group.runtime) == group.fingerprint
    same = stacktraces.similarity(groups[0], groups[0])
    assert (same.verdict, same.frames[0].side) == ("same", "both")
    other = stacktraces.similarity(groups[0], groups[-1])
    assert other.probability < same.probability


def test_known_issues_from_label_to_resolve(tmp_path: Path) -> None:
    result = stacktraces.scan(LOG)
    with stacktraces.KnownIssues.open(tmp_path / "known.toml", create=True) as known:
        labelled = known.label(result)
        assert {each.judgement.verdict for each in labelled} == {"new"}
        assert known.failing(labelled) == labelled
        known.record(labelled)
        assert {each.judgement.verdict for each in known.label(result)} == {"known"}
        name = result.groups[0].fingerprint
        assert known.resolve(name, version="2.0").status == "resolved"
        verdicts = {
            each.group.fingerprint: each.judgement.verdict for each in known.label(result, app_version="2.1")
        }
        assert verdicts[name] == "regressed"
        assert known.ignore(name).status == "ignored"
        assert known.reopen(name).status == "open"
        assert known.note(name, text="seen").note == "seen"
        assert len(list(known.issues())) == len(result.groups)
        other = result.groups[1].fingerprint
        assert known.merge(name, [other]).aliases == [other]
        assert known.split(name, other).fingerprints == [other]
        with pytest.raises(stacktraces.StoreError, match="No issue is called"):
            known.issue("nothing")
    with pytest.raises(stacktraces.StoreError):
        stacktraces.KnownIssues.open(tmp_path / "missing.db")


def test_a_result_as_json_and_as_a_database(tmp_path: Path) -> None:
    result = stacktraces.scan(LOG)
    again = stacktraces.Result.from_json(result.to_json())
    assert again.to_json() == result.to_json()
    with pytest.raises(stacktraces.InputError, match="is no result"):
        stacktraces.Result.from_json("{}")
    for _ in range(2):
        result.to_sqlite(str(tmp_path / "result.db"))
    connection = sqlite3.connect(tmp_path / "result.db")
    try:
        assert connection.execute("SELECT sum(count), count(*) FROM groups").fetchone() == (10, 7)
        frames = connection.execute("SELECT count(*) FROM frames WHERE link = 0 AND position = 0").fetchone()
        assert frames == (7,)
        assert connection.execute("SELECT count(*) FROM sources").fetchone() == (10,)
    finally:
        connection.close()
    with pytest.raises(stacktraces.InputError, match="cannot be written as a database"):
        result.to_sqlite(str(tmp_path / "no" / "folder.db"))


@pytest.mark.parametrize("library", ["pandas", "pyarrow"])
def test_tables_say_which_extra_is_missing(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    method = {"pandas": "to_pandas", "pyarrow": "to_arrow"}[library]
    with pytest.raises(stacktraces.MissingExtraError, match=r"needs an extra: pip install 'stacktraces-py\["):
        getattr(stacktraces.scan(LOG), method)()


def test_tasks_add_up_as_spark_would_share_them_out(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.log").write_bytes(LOG.read_bytes())
    whole = stacktraces.scan(tmp_path)
    tasks = stacktraces.tasks(tmp_path, part=5000)
    assert all(pickle.loads(pickle.dumps(each)) == each for each in tasks)
    assert len(tasks) == 10
    partitions = [tasks[:3], [], tasks[3:4], tasks[4:]]
    parts = [part for each in partitions[::-1] for part in stacktraces.scan_tasks(each)]
    total = stacktraces.Result.sum(map(stacktraces.Result.from_json, parts))
    total.stats.seconds = whole.stats.seconds
    assert total.to_json() == whole.to_json()
    with pytest.raises(stacktraces.UsageError, match="Workers read paths and URLs"):
        stacktraces.tasks(stacktraces.Source("x", [b""]))


def test_an_address_that_is_no_cluster_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        pytest.raises(stacktraces.UsageError, match="is no cluster; write dask://"),
        stacktraces.cluster("x://y"),
    ):
        pass
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(stacktraces.MissingExtraError, match=r"\[dask\]"),
        stacktraces.cluster("dask://127.0.0.1:1"),
    ):
        pass
