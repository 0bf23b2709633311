"""Python tracebacks in the logs that people post: what stands before each line, around the trace and behind it.

The shapes are those of public reports and of the tools' documents; the trace is always the same.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from stacktraces.scanning import Occurrences, Options, group

TRACE = [
    "Traceback (most recent call last):",
    '  File "/srv/app/orders.py", line 42, in run',
    "    pack(7)",
    '  File "/srv/app/pack.py", line 7, in pack',
    '    raise ValueError("bad weight 3")',
    "ValueError: bad weight 3",
]


def text(prefix: str | Callable[[int], str] = "", *, before: str = "", behind: str = "") -> str:
    """The trace behind a prefix, between two texts."""
    prefixes = [prefix if isinstance(prefix, str) else prefix(number) for number in range(len(TRACE))]
    return before + "".join(f"{each}{line}\n" for each, line in zip(prefixes, TRACE, strict=True)) + behind


CELERY = "[2023-04-05 13:17:05,001: INFO/MainProcess] ready\n" + "".join(
    line + "\n" if line.startswith("    ") else f"[2023-04-05 13:17:06,{10 + number:03}: WARNING/ForkPoolWorker-6] {line}\n"
    for number, line in enumerate(TRACE)
)  # fmt: skip
SHAPES = {
    "Celery, standard error": CELERY + "[2023-04-05 13:17:07,001: INFO/MainProcess] next\n",
    "Celery, in compose": "".join(f"celeryworker  | {line}\n" for line in CELERY.splitlines()),
    "Airflow, a pod": text(
        "[2022-02-07, 23:33:23 UTC] {pod_manager.py:431} INFO - [base] ",
        behind="[2022-02-07, 23:33:25 UTC] {taskinstance.py:1851} ERROR - Task failed with exception\n",
    ),
    "GitHub, raw": text(
        lambda number: f"2024-05-01T12:00:01.12345{number:02}Z ",
        behind="2024-05-01T12:00:01.2234567Z ##[error]Process completed with exit code 1.\n",
    ),
    "Azure DevOps": text("##[error]", behind="##[error]Bash exited with code '1'.\n"),
    "Azure DevOps, times": text(lambda number: f"2024-05-01T12:00:00.12345{number:02}Z ##[error]"),
    "logcat": text(
        lambda number: f"05-01 12:00:00.12{number}  4321  4350 I python  :  ",
        behind="05-01 12:00:00.200  4321  4350 I python  : Python for android ended.\n",
    ),
    "ROS 2": text(
        "[talker-1] ", behind="[ERROR] [talker-1]: process has died [pid 12, exit code 1, cmd '/opt/x'].\n"
    ),
    "indented, ended by dashes": text(
        "    ", before="*** Error loading script: pack.py\n", behind="\n---\nRunning on local URL:  http://127.0.0.1\n"
    ),
    "Kaggle": text(lambda number: f"12.{number}s\t{number + 5}\t"),
    "Splunk": text(
        '05-01-2024 12:00:00.223 +0000 ERROR ExecProcessor [12 x] - message from "/opt/python /opt/x.py" ',
        behind="05-01-2024 12:00:01.123 +0000 INFO  ExecProcessor - end\n",
    ),
    "Cloud Foundry": text(
        lambda number: f"   2024-05-01T12:00:00.{number:02}+0200 [APP/PROC/WEB/0] ERR ",
        behind="   2024-05-01T12:00:03.01+0200 [APP/PROC/WEB/0] OUT Exit status 1\n",
    ),
    "Hydra": text(
        before="Error executing job with overrides: []\n",
        behind="\nSet the environment variable HYDRA_FULL_ERROR=1 for a complete stack trace.\n",
    ),
    "DeepSpeed": text(behind="[2024-05-01 12:00:00,123] [INFO] [launch.py:315:handler] Killing subprocess 12\n"),
    "Weights & Biases": text(behind="wandb: Waiting for W&B process to finish... (failed 1).\n"),
    "Blender": "Error: Python: " + text(behind="location: <unknown location>:-1\n"),
    "Klipper": text(
        before="Unhandled exception during run\n",
        behind='Once the underlying issue is corrected, use the "FIRMWARE_RESTART"\ncommand to reset the firmware.\n',
    ),
    "Scrapy": text(
        before="2024-05-01 12:00:00 [scrapy.core.scraper] ERROR: Spider error processing <GET http://x/>\n",
        behind="2024-05-01 12:00:01 [scrapy.core.engine] INFO: Closing spider (finished)\n",
    ),
    "Dramatiq": text(
        before="[2024-05-01 12:00:00,123] [PID 12] [Thread-4] [dramatiq.worker] [WARNING] Failed to process\n",
        behind="[2024-05-01 12:00:01,123] [PID 12] [Thread-4] [dramatiq.retries] [INFO] Retrying\n",
    ),
    "RQ": text(before="12:00:00 [Job 1]: exception raised (shop.pack)\n", behind="\n12:00:00 default: shop.next(8)\n"),
    "Jupyter": text(
        "    ",
        before="[E 2024-05-01 12:00:00.123 ServerApp] Uncaught exception GET /api (127.0.0.1)\n",
        behind="[W 2024-05-01 12:00:01.123 ServerApp] next\n",
    ),
    "OpenStack": text(
        "2024-05-01 12:00:00.123 7 ERROR nova.compute ",
        before="2024-05-01 12:00:00.123 7 ERROR nova.compute [req-1 - - - - -] failed: ValueError: bad weight 3\n",
        behind="2024-05-01 12:00:00.123 7 ERROR nova.compute \n2024-05-01 12:00:01.123 7 INFO nova.compute next\n",
    ),
    "Salt": text(
        before="2024-05-01 12:00:00,123 [salt.minion       :1234][ERROR   ][12] An exception\n",
        behind="2024-05-01 12:00:01,123 [salt.minion       :1234][INFO    ][12] next\n",
    ),
    "conda": text(
        "    ",
        before="# >>>>>>>>>>>>>>>>>>>>>> ERROR REPORT <<<<<<<<<<<<<<<<<<<<<<\n\n",
        behind="\n`$ /opt/conda/bin/conda install x`\n\n  environment variables:\n",
    ),
    "waf": text(behind="\nBuild failed\n"),
    "Fly": text("2024-05-01T12:00:00Z app[148e21] ams [info]"),
    "pm2, times": text("0|shop     | 2024-05-01T12:00:00: ", behind="0|shop     | 2024-05-01T12:00:02: next\n"),
    "Bazel": text(
        before="==================== Test output for //x:test:\n", behind="=" * 80 + "\n"
    ),
    "AWS Glue": "2024-05-01 12:00:00,123 ERROR [main] glue.ProcessLauncher (Logging.scala:logError(77)): Error from Python:"
    + text(behind="\n2024-05-01 12:00:01,123 INFO [main] glue.x (a.scala:b(1)): next\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_a_trace_as_it_was_posted(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_text(SHAPES[name])
    (found,) = Occurrences([str(path)])
    assert (found.error.type, found.error.message) == ("ValueError", "bad weight 3")
    assert [(each.function, each.line) for each in found.error.frames] == [("pack", 7), ("run", 42)]
    result = group([str(path)], Options())
    assert [each.count for each in result.groups] == [1]
    assert result.stats.unread == []


def test_sphinx_prints_one_frame(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    behind = "The full traceback has been saved in /tmp/sphinx-err-x.log.\n"
    path.write_text("\nException occurred:\n" + "\n".join(TRACE[3:]) + "\n" + behind)
    (found,) = Occurrences([str(path)])
    assert (found.error.message, [each.function for each in found.error.frames]) == ("bad weight 3", ["pack"])


@pytest.mark.parametrize(("times", "counted"), [(1, 1), (2, 1), (3, 2)])
def test_an_error_that_its_record_tells_of_twice_counts_once(
    tmp_path: Path, times: int, counted: int
) -> None:
    path = tmp_path / "a.log"
    path.write_text(
        "2024-05-01 12:00:00,123 ERROR shop: failed\n" + text() * times + "2024-05-01 12:00:01,123 INFO x\n"
    )
    assert len(list(Occurrences([str(path)]))) == counted


def test_errors_that_are_printed_one_after_the_other_count_each(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_text("starting\n" + text() * 3)
    assert len(list(Occurrences([str(path)]))) == 3
