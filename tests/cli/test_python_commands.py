"""``describe_python_log.py`` and ``describe_python_stacktrace.py`` as their users run them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.cli.support import refused, run

LOG = Path(__file__).parents[2] / "examples" / "python.log"
NO_DUPLICATES = "Duplicated error messages:\nDuplicated stacktraces:\n"


def traceback(error: str, functions: str) -> str:
    """A traceback in Python 2.7's words."""
    frames = (
        f'  File "/srv/walking/{name}.py", line {number}, in {name}\n    {name}(request)\n'
        for number, name in enumerate(functions.split(", "), 10)
    )
    return f"Traceback (most recent call last):\n{''.join(frames)}{error}\n"


def log(*entries: tuple[int, str, str]) -> str:
    """A log of so many occurrences of an error with a stack, each below a line of the application's."""
    lines: list[str] = []
    for times, error, functions in entries:
        for _ in range(times):
            lines.append(f"2015-03-08 12:13:35,086 walking WARNING it failed\n{traceback(error, functions)}")
    return "2015-03-08 12:13:01,002 walking INFO started\n".join(lines)


AROUND = "get_response, _wrapped_view, index, weather_forecast, around"
FETCH = "get_response, _wrapped_view, index, weather_forecast"
CONNECT = (
    f"{AROUND}, _fetch, request, _send_request, endheaders, _send_output, send, connect, create_connection"
)
TIMEOUT = (
    "ConnectTimeout: HTTPConnectionPool(host='api.openweathermap.org', port=80): Max retries exceeded with url: "
    "/data/2.5/forecast?lat=35.88&lon=-78.75&mode=json&cnt=1 (Caused by ConnectTimeoutError(<requests.packages."
    "urllib3.connection.HTTPConnection object at 0xad7cbf2c>, 'Connection to api.openweathermap.org timed out. "
    "(connect timeout=10.0)'))"
)
DUPLICATE = (
    'IntegrityError: duplicate key value violates unique constraint "walks_walk_walk_group_id_key"\n'
    "DETAIL:  Key (walk_group_id, walk_datetime)=(ExYu, 2016-01-10 14:30:00+00) already exists."
)
WALKING: Iterable[tuple[int, str, str]] = (
    (
        1,
        "TypeError: argument of type 'NoneType' is not iterable",
        "get_response, process_exception, redirect, resolve_url",
    ),
    (15, "TypeError: string indices must be integers", AROUND),
    (1, "TypeError: a float is required", FETCH),
    (1, "error: [Errno 110] Connection timed out", CONNECT),
    (1, TIMEOUT, "_fetch, get, request, request, send, send"),
    (82, "ValueError: No JSON object could be decoded", "_fetch, loads, decode, raw_decode"),
    (2, DUPLICATE, "save"),
)


@pytest.fixture
def walking(tmp_path: Path) -> Path:
    path = tmp_path / "walking.log"
    path.write_text(log(*WALKING))
    return path


def test_the_readme_of_the_seed(walking: Path) -> None:
    result = run("describe_python_log.py", walking)
    assert (result.code, result.err) == (0, "")
    joined = DUPLICATE.replace("\n", "|")
    described = "".join(f"{error}\n{functions}\n\n" for _, error, functions in WALKING)
    assert result.out == described.replace(DUPLICATE, joined) + (
        "Duplicated error messages:\n"
        "  15: TypeError: string indices must be integers\n"
        "  82: ValueError: No JSON object could be decoded\n"
        f"  2: {joined}\n"
        "Duplicated stacktraces:\n"
        f"  15: {AROUND}\n"
        "  82: _fetch, loads, decode, raw_decode\n"
        "  2: save\n"
    )


def test_include_duplicates(walking: Path) -> None:
    result = run("describe_python_log.py", walking, "--include-duplicates")
    assert result.out.count("ValueError: No JSON object could be decoded\n") == 82
    assert "Duplicated" not in result.out


def test_message_of_several_lines(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(traceback("ValueError: one\n  two\nthree", "f"))
    assert run("describe_python_log.py", path).out == f"ValueError: one\n  two|three\nf\n\n{NO_DUPLICATES}"


def test_raw_text_follows_the_functions_and_two_empty_lines_follow_it(tmp_path: Path) -> None:
    (one, two), path = (traceback("KeyError: 1", "f, g"), traceback("KeyError: 2", "h")), tmp_path / "log"
    path.write_text(one + two.rstrip())
    result = run("describe_python_log.py", path, "--include-raw")
    assert result.out == (f"KeyError: 1\nf, g\n{one}\n\nKeyError: 2\nh\n{two}\n\n{NO_DUPLICATES}")
    path.write_bytes(one.replace("\n", "\r\n").encode())
    assert run("describe_python_log.py", path, "--include-raw").out.startswith(
        f"KeyError: 1\nf, g\n{one}\n\n"
    )


def test_only_frames_that_were_printed_are_named(tmp_path: Path) -> None:
    path = tmp_path / "log"
    frame = '  File "r.py", line 1, in r\n    r()\n'
    path.write_text(f"Traceback (most recent call last):\n{frame * 5}RuntimeError: deep\n")
    assert run("describe_python_log.py", path).out.splitlines()[1] == "r, r, r, r, r"
    repeated = "  [Previous line repeated 7 more times]\n"
    path.write_text(f"Traceback (most recent call last):\n{frame * 3}{repeated}RecursionError: deep\n")
    assert run("describe_python_log.py", path).out.splitlines()[1] == "r, r, r"
    assert len(elements(path)[0]["process"]["threads"][0]["frames"]) == 3


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("2015-03-08 12:13:35,086", "2015-03-08T12:13:35.086000"),
        ("2015-03-08 12:13:35,000", "2015-03-08T12:13:35"),
        ("2015-03-08 12:13:35.123456", "2015-03-08T12:13:35.123456"),
    ],
)
def test_the_time_is_as_isoformat_gives_it(tmp_path: Path, printed: str, iso: str) -> None:
    path = tmp_path / "log"
    path.write_text(f"{printed} walking WARNING m\n{traceback('KeyError: 1', 'f')}")
    assert elements(path)[0]["process"]["threads"][0]["isotimestamp"] == iso


def elements(path: Path, *options: str) -> list[dict]:
    result = run("describe_python_log.py", path, "--format", "json", *options)
    assert result.code == 0, result.err
    return json.loads(result.out)


def test_json(walking: Path) -> None:
    first = elements(walking)[0]
    assert first == {
        "process": {
            "processname": "no-name",
            "threads": [
                {
                    "frames": [
                        {"id": 1, "fn": "get_response"},
                        {"id": 2, "fn": "process_exception"},
                        {"id": 3, "fn": "redirect"},
                        {"id": 4, "fn": "resolve_url"},
                    ],
                    "failure": "TypeError: argument of type 'NoneType' is not iterable",
                    "timestamp": "2015-03-08 12:13:35,086",
                    "isotimestamp": "2015-03-08T12:13:35.086000",
                }
            ],
            "threadgroups": [{"thread_ids": [0]}],
        },
        "mv": 1,
    }
    assert len(elements(walking)) == len(list(WALKING))
    assert len(elements(walking, "--include-duplicates")) == sum(times for times, _, _ in WALKING)


def test_json_with_raw_text(walking: Path) -> None:
    wrapped = elements(walking, "--include-raw")
    assert [each["wrapped"] for each in wrapped] == elements(walking)
    assert wrapped[2]["raw"] == traceback("TypeError: a float is required", FETCH)


@pytest.mark.parametrize(
    ("line", "timestamp", "time"),
    [
        (
            "[14/Mar/2015 01:37:05] ERROR [django.request:231] m",
            "14/Mar/2015 01:37:05",
            "2015-03-14T01:37:05-04:00",
        ),
        ("2014-03-06 16:29:21 [4354] [INFO] m", "2014-03-06 16:29:21", "2014-03-06T16:29:21-05:00"),
        (
            "2015-03-08 12:13:35,086 name WARNING m",
            "2015-03-08 12:13:35,086",
            "2015-03-08T12:13:35.086000-04:00",
        ),
        ("2015-03-08 12:13:35 name WARNING m", "2015-03-08 12:13:35", "2015-03-08T12:13:35-04:00"),
        (
            "[pid: 10876|app: 0|req: 7/7] 10.0.0.1 () {70 vars in 3333 bytes} [Sat Apr 18 21:34:03 2015] GET /x => m",
            "Sat Apr 18 21:34:03 2015",
            "2015-04-18T21:34:03-04:00",
        ),
    ],
)
def test_time_is_read_from_the_line_before_with_the_zones_offset_then(
    tmp_path, line, timestamp, time
) -> None:
    path = tmp_path / "log"
    path.write_text(f"{line}\n{traceback('KeyError: 1', 'f')}")
    (thread,) = elements(path, "--tz", "America/New_York")[0]["process"]["threads"]
    assert (thread["timestamp"], thread["isotimestamp"]) == (timestamp, time)
    assert elements(path)[0]["process"]["threads"][0]["isotimestamp"] == time[:-6]


def test_bad_input_gets_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "binary").write_bytes(bytes(range(256)) * 99)
    (tmp_path / "prose").write_text("Nothing happened.\n" * 9)
    refused(run("describe_python_log.py", tmp_path / "missing"), "missing", "does not exist")
    refused(run("describe_python_log.py", tmp_path), "is a folder")
    refused(run("describe_python_log.py", tmp_path / "empty"), "empty")
    refused(run("describe_python_log.py", tmp_path / "binary"), "no Python traceback")
    refused(run("describe_python_log.py", tmp_path / "prose"), "no Python traceback")
    refused(run("describe_python_stacktrace.py"), "empty")
    refused(run("describe_python_stacktrace.py", stdin=b"hello\n"), "No traceback")
    result = run("describe_python_log.py", tmp_path / "prose", "--tz", "Mars/Olympus")
    assert result.code == 2
    assert "'Mars/Olympus' is no time zone" in result.err


def test_log_that_ends_within_a_traceback(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(traceback("KeyError: 1", "f") + traceback("", "g, h").rstrip())
    result = run("describe_python_log.py", path)
    assert result.code == 3
    assert result.out.startswith("KeyError: 1\nf\n\n")
    assert "g, h" in result.out
    assert result.err


def test_terminal_escapes_do_not_reach_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(traceback("KeyError: \x1b]0;owned\x07 \x9b31m \r over", "f").encode())
    result = run("describe_python_log.py", path)
    assert result.code == 0
    assert all(each.isprintable() or each == "\n" for each in result.out), result.out


def test_one_traceback_on_standard_input() -> None:
    text = traceback("TypeError: string indices must be integers", AROUND).encode()
    result = run("describe_python_stacktrace.py", stdin=text)
    assert result == (0, f"TypeError: string indices must be integers\n{AROUND}\n", "")
    assert run("stacktraces", "trace", stdin=text) == result


def test_one_traceback_that_is_not_whole() -> None:
    result = run("describe_python_stacktrace.py", stdin=traceback("", "f, g").encode().rstrip())
    assert result.code == 3
    assert result.out == "\nf, g\n"
    assert result.err.count("\n") == 1
