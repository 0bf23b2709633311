"""Clusters and an object store on loopback: ``make test-clusters`` installs what is needed and runs this."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import stacktraces
from bench import logs
from tests.cli.support import run
from tests.unit.test_library_document import PROGRAMS, ROOT, Program, ran

pytestmark = pytest.mark.clusters
SIZE = 12_000_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three logs, one of them compressed."""
    import gzip

    path = tmp_path_factory.mktemp("logs")
    for number in range(3):
        logs.write(path / f"{number}.log", size=SIZE, share=0.2, distinct=200, seed=number)
    packed = path / "1.log"
    (path / "1.log.gz").write_bytes(gzip.compress(packed.read_bytes(), 1))
    packed.unlink()
    return path


@pytest.fixture(scope="module")
def whole(folder: Path) -> stacktraces.Result:
    return stacktraces.scan(folder)


def same(result: stacktraces.Result, whole: stacktraces.Result) -> bool:
    result.stats.seconds = whole.stats.seconds
    return result.to_json() == whole.to_json()


@pytest.fixture(scope="module")
def dask() -> Iterator[Any]:
    """A scheduler with two workers, each a process."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        yield cluster


def test_dask_gives_the_same(
    dask: Any, folder: Path, whole: stacktraces.Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stacktraces.scanning.parallel import executors

    monkeypatch.setattr(executors.tasks_of, "__defaults__", (2_000_000,))
    address = dask.scheduler_address.replace("tcp://", "dask://")
    with stacktraces.cluster(address) as executor:
        assert same(stacktraces.scan(folder, executor=executor), whole)


def test_a_worker_that_is_killed_changes_nothing(
    dask: Any, folder: Path, whole: stacktraces.Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stacktraces.scanning.parallel import executors

    monkeypatch.setattr(executors.tasks_of, "__defaults__", (2_000_000,))
    killed: list[int] = []

    def kill(_: int) -> None:
        if not killed:
            worker = next(iter(dask.workers.values()))
            killed.append(worker.pid)
            os.kill(worker.pid, 9)

    with stacktraces.cluster(dask.scheduler_address.replace("tcp://", "dask://")) as executor:
        result = stacktraces.scan(folder, executor=executor, progress=kill)
    assert killed
    assert same(result, whole)


def test_the_command_takes_a_cluster(dask: Any, folder: Path, whole: stacktraces.Result) -> None:
    address = dask.scheduler_address.replace("tcp://", "dask://")
    done = run("stacktraces", "log", "--cluster", address, folder, "--format", "json")
    assert done.code == 0, done.err
    found = stacktraces.Result.from_json(done.out)
    assert same(found, whole)


def test_spark_gives_the_same(folder: Path, whole: stacktraces.Result) -> None:
    pyspark = pytest.importorskip("pyspark")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    context = pyspark.SparkContext("local[2]", conf=pyspark.SparkConf().set("spark.ui.enabled", "false"))
    try:
        tasks = stacktraces.tasks(folder, part=2_000_000)
        parts = context.parallelize(tasks, 6).mapPartitions(stacktraces.scan_tasks)
        result = stacktraces.Result.sum(map(stacktraces.Result.from_json, parts.toLocalIterator()))
    finally:
        context.stop()
    assert same(result, whole)


@pytest.fixture(scope="module")
def bucket(folder: Path) -> Iterator[str]:
    """A bucket of moto's server with the logs in it."""
    pytest.importorskip("moto")
    boto3 = pytest.importorskip("boto3")
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    endpoint = f"http://127.0.0.1:{server._server.server_port}"
    os.environ.update(
        AWS_ACCESS_KEY_ID="x",
        AWS_SECRET_ACCESS_KEY="x",
        AWS_ENDPOINT_URL=endpoint,
        AWS_DEFAULT_REGION="us-east-1",
    )
    client = boto3.client("s3", endpoint_url=endpoint)
    client.create_bucket(Bucket="logs")
    for path in folder.iterdir():
        client.upload_file(str(path), "logs", f"day/{path.name}")
    yield "s3://logs"
    server.stop()


def test_an_object_store_gives_the_same(bucket: str, whole: stacktraces.Result) -> None:
    for url in (f"{bucket}/**/*.log*", f"{bucket}/day", f"{bucket}/day/*"):
        result = stacktraces.scan(url)
        assert result.unreadable == []
        assert [(each.fingerprint, each.count) for each in result.groups] == [
            (each.fingerprint, each.count) for each in whole.groups
        ]
        assert (
            result.groups[0].sources[0].path
            == f"s3://logs/day/{Path(whole.groups[0].sources[0].path or '').name}"
        )


def test_parts_of_an_object_add_up(bucket: str) -> None:
    url = f"{bucket}/day/0.log"
    whole = stacktraces.scan(url)
    tasks = stacktraces.tasks(url, part=3_000_000)
    assert len(tasks) > 3
    assert same(
        stacktraces.Result.sum(map(stacktraces.Result.from_json, stacktraces.scan_tasks(tasks))), whole
    )


def test_what_an_object_store_refuses_is_one_sentence(bucket: str) -> None:
    for url in (f"{bucket}/gone.log", "s3://no-such-bucket/*.log"):
        done = run("stacktraces", "log", url)
        assert done.code == 2
        assert done.err.count("\n") == 1
        assert url in done.err


def test_results_as_tables(whole: stacktraces.Result) -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    frame = whole.to_pandas()
    assert frame["count"].sum() == whole.stats.traces
    table = whole.to_arrow()
    assert table.num_rows == len(whole.groups)
    assert table.column("first_seen_ns").type.tz == "UTC"


def program(number: int) -> Program:
    """A program of docs/library.md."""
    return next(each for each in PROGRAMS if each.heading.startswith(f"{number}. "))


def in_logs(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    shutil.copy(ROOT / "examples" / "python.log", tmp_path / "logs" / "app.log")
    return tmp_path


def test_the_program_for_dask(dask: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = dask.scheduler_address.removeprefix("tcp://")
    folder = in_logs(tmp_path)
    code = program(7).code.replace("scheduler:8786", address).replace('"logs/', f'"{folder}/logs/')
    assert ran(code, folder) == program(7).output


def test_the_program_for_spark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    assert ran(program(8).code, in_logs(tmp_path)) == program(8).output


def test_the_program_for_s3(bucket: str, tmp_path: Path) -> None:
    assert ran(program(9).code, tmp_path) == program(9).output
