"""Writers that share a file, traces logged line by line, odd lines among others, and hostile input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stacktraces.carriers import carrier_named
from stacktraces.log_records.records import starts_record
from stacktraces.unwrapping.detection import detect, peel
from stacktraces.unwrapping.line_before import parse_before
from stacktraces.unwrapping.unwrapper import MOST_PENDING, MOST_WRITERS, Unwrapper, unwrapped
from tests.writers import KNOWN, all_writers

CORPUS = Path(__file__).parents[1] / "corpus"
HEADER = "Traceback (most recent call last):"


def texts(data: bytes, stack=None) -> dict[tuple[str, ...], str]:
    found = all_writers(data, stack)
    return {stream.writer: bytes(stream.text).decode("utf-8", "backslashreplace") for stream in found}


def test_a_worker_prints_a_trace_while_another_logs_one() -> None:
    """A real Celery log: two workers' traces interleave, one of them with the prefix on some of its lines."""
    found = "\f".join(texts((CORPUS / "celery" / "prefork.txt").read_bytes()).values())
    assert (
        f"""\
{HEADER}
  File "/srv/app/celery_app.py", line 33, in noisy
    shop.price_of("kiwi")
  File "/srv/app/shop.py", line 13, in price_of
    return CATALOG[name]["price"]
           ~~~~~~~^^^^^^
KeyError: 'kiwi'
"""
        in found
    )
    assert "KeyError: 'kiwi'\n[2026" not in found
    assert found.count(f"raised unexpected: KeyError('durian')\n{HEADER}\n") == 4


def test_a_formatter_that_prefixes_every_line_of_a_message() -> None:
    prefix = "ERROR 04-27 13:23:32 [core.py:414] "
    body = [HEADER, '  File "/srv/app/a.py", line 3, in f', "ValueError: one", "two", ""]
    log = ["INFO 04-27 13:23:31 [core.py:9] start", *body, "INFO 04-27 13:23:33 [core.py:9] two"]
    data = "\n".join([log[0], *(prefix + line for line in body), log[-1]]).encode() + b"\n"
    assert list(texts(data).values()) == ["\n".join(body) + "\n", f"{log[0]}\n{log[-1]}\n"]


def test_lines_after_a_logged_trace_keep_their_prefix() -> None:
    data = (
        b"[2023-04-15 16:12:17,491: WARNING/W-1] Traceback (most recent call last):\n"
        b'[2023-04-15 16:12:17,491: WARNING/W-1]   File "a.py", line 3, in f\n    g()\n'
        b"[2023-04-15 16:12:17,491: WARNING/W-1] KeyError: 'x'\n"
        b"[2023-04-15 16:12:17,491: WARNING/W-1] done\n"
    )
    trace, rest = texts(data).values()
    assert trace == f"""{HEADER}\n  File "a.py", line 3, in f\n    g()\nKeyError: 'x'\n"""
    assert rest == "[2023-04-15 16:12:17,491: WARNING/W-1] done\n"


def test_bare_and_json_lines_in_one_file() -> None:
    event = {"event": "failed", "level": "error", "exception": f"{HEADER}\nKeyError: 1"}
    data = "\n".join(
        [json.dumps(event), HEADER, '  File "a.py", line 3, in f', "KeyError: 2", json.dumps(event)]
    )
    found = texts(data.encode())
    assert found[()] == f'{HEADER}\n  File "a.py", line 3, in f\nKeyError: 2\n'
    (events,) = (text for writer, text in found.items() if writer)
    assert events == f"failed\n{HEADER}\nKeyError: 1\n" * 2


def test_a_shape_that_the_head_of_the_file_did_not_show() -> None:
    plain = b"".join(b"2015-03-08 12:13:35,%03d name INFO msg\n" % number for number in range(500))
    line = b'{"log":"KeyError: 1\\n","stream":"stderr","time":"2026-03-01T12:00:00Z"}'
    assert detect(plain + line + b"\n", KNOWN) == ()
    assert peel(line, KNOWN) == (carrier_named("docker-json"),)
    unwrapper = Unwrapper(KNOWN)
    unwrapper.feed(plain + line + b"\n")
    (stream,) = (stream for writer, stream in unwrapper.streams.items() if writer)
    assert bytes(stream.text) == b"KeyError: 1\n"
    assert stream.place(0).offset == len(plain)


@pytest.mark.parametrize(
    "line",
    [
        r'path=/key event="request failed" exception="Traceback (most recent call last):\n  File \"a.py\", line 3, in f\nKeyError: 1"',
        json.dumps({"a": [{"b": f'{HEADER}\n  File "a.py", line 3, in f\nKeyError: 1'}]}),
        json.dumps({"a": json.dumps({"b": json.dumps(f'{HEADER}\n  File "a.py", line 3, in f\nKeyError: 1')})}),
        '        "exception.stacktrace": "Traceback (most recent call last):\\n  File \\"a.py\\", line 3, in f\\nKeyError: 1"',
        '{"cut": "off", "log": "Traceback (most recent call last):\\n  File \\"a.py\\", line 3, in f\\nKeyError: 1", "mor',
        '{"cut": "off", "log": "Traceback (most recent call last):\\n  File \\"a.py\\", line 3, in f\\nKeyError: 1',
    ],
)  # fmt: skip
def test_a_trace_in_a_string_of_an_unknown_notation(line: str) -> None:
    (text,) = texts(line.encode() + b"\n").values()
    assert text.endswith(f'{HEADER}\n  File "a.py", line 3, in f\nKeyError: 1\n')
    assert peel(line.encode(), KNOWN) != ()


@pytest.mark.parametrize(
    "line",
    [
        r'    print("Traceback (most recent call last):\n")',
        r'    raise ValueError("Traceback (most recent call last):\n  File \"a.py\", line 3, in f\nKeyError: 1")',
        r'    fail(why="Traceback (most recent call last):\n  File \"a.py\", line 3, in f\nKeyError: 1")',
        r"""KeyError: "Traceback (most recent call last):\n  File 'a.py', line 3, in f\nKeyError: 1\"""",
    ],
)
def test_a_trace_in_source_code_or_in_a_message_stays_there(line: str) -> None:
    data = f"{HEADER}\n{line}\nKeyError: 1\n"
    assert texts(data.encode(), ()) == {(): data}


@pytest.mark.parametrize("depth", [100, 10_000, 200_000])
@pytest.mark.parametrize("key", ["x", "message", "log", "event", "exception", "error"])
def test_deep_json_is_safe(depth: int, key: str) -> None:
    for line in (
        f'{{"{key}":{"[" * depth}{"]" * depth},"level":"error"}}',
        f'{{"{key}":' * depth + "1" + "}" * depth,
        f'{{"{key}":' * depth,
    ):
        assert "".join(texts(line.encode() + b"\n").values())
        peel(line.encode(), KNOWN)


def test_json_in_json_beyond_the_limit_is_safe() -> None:
    text = f"{HEADER}\nKeyError: 1"
    for _ in range(12):
        text = json.dumps({"log": text})
    assert texts(text.encode() + b"\n")


@pytest.mark.parametrize(
    "unit",
    [
        b'\\"',
        b"\\",
        b'"',
        b'"\\n',
        b'File \\"',
        b"\\n\\tat ",
        b'{"a":',
        b"[",
        b"#012",
        b"a=",
        b" ",
        b"| ",
        b"\\n/.go:",
    ],
)
def test_a_long_hostile_line_is_read_in_linear_work(unit: bytes) -> None:
    """These took minutes while a pattern was tried again from each of their characters."""
    sign = b'Traceback (most recent call last):\\n File \\"a'
    for line in (unit * 100_000, b'"' + unit * 100_000 + sign, b'{"log": "' + sign + unit * 100_000):
        assert texts(line + b"\n")


def test_json_that_msgspec_refuses() -> None:
    """Halves of surrogate pairs, bytes that are not UTF-8, numbers out of range: loggers write them all."""
    trace = '"exception":"Traceback (most recent call last):\\nKeyError: \\udc80"'
    for line in (
        b'{"event":"a","level":"error",%s}' % trace.encode(),
        b'{"event":"\xff\xfe","level":"error","exception":"Traceback (most recent call last):\\nKeyError: 1"}',
        b'{"event":"a","level":"error","timestamp":1e999,"exception":"Traceback (most recent call last):\\nKeyError: 1"}',
        b'{"event":"a","timestamp":%s,"exception":"Traceback (most recent call last):\\nKeyError: 1"}'
        % (b"9" * 400),
    ):
        record = carrier_named("structlog-json").unwrap(line)
        assert record is not None
        assert HEADER.encode() + b"\nKeyError: " in record.text


def test_a_line_in_endless_pieces_is_let_go() -> None:
    piece = b"2026-03-01T12:00:00Z stderr P " + b"x" * 60_000 + b"\n"
    unwrapper = Unwrapper(KNOWN, (carrier_named("cri"),))
    for number in range(200):
        unwrapper.feed(piece, number * len(piece))
    assert len(bytes(next(iter(unwrapper.streams.values())).text)) > MOST_PENDING
    assert sum(len(each.text) for each in unwrapper._pending.values()) <= MOST_PENDING


def test_endless_writers_share_the_last_stream() -> None:
    unwrapper = Unwrapper(KNOWN, (carrier_named("kubectl"),))
    for number in range(3 * MOST_WRITERS):
        unwrapper.feed(b"[pod/web-%d/app] text %d\n" % (number, number))
    assert len(unwrapper.streams) == MOST_WRITERS
    assert sum(bytes(each.text).count(b"\n") for each in unwrapper.streams.values()) == 3 * MOST_WRITERS


@pytest.mark.parametrize("size", [0, 1, 9, 10, 2570, 70_000])
def test_journal_export_values_of_any_size(size: int) -> None:
    """Sizes whose bytes are line ends included."""
    message = (b"ab\n" * size)[:size]
    entry = (
        b"__REALTIME_TIMESTAMP=1795399376213000\nMESSAGE\n"
        + size.to_bytes(8, "little")
        + message
        + b"\n_PID=7\n\n"
    )
    (stream,) = unwrapped(entry * 2, detect(entry * 2, KNOWN), KNOWN)
    assert bytes(stream.text) == (message + b"\n") * 2
    place = stream.place(len(stream.text) - 1)
    assert (place.offset, place.fields) == (len(entry), {"pid": "7"})


def test_journal_export_that_lies_about_a_size_is_safe() -> None:
    data = (
        b"__REALTIME_TIMESTAMP=1795399376213000\nMESSAGE\n"
        + b"\xff" * 8
        + b"x" * 100_000
        + b"\n\nMESSAGE=a\n\n"
    )
    assert list(unwrapped(data, (carrier_named("journal-export"),), KNOWN))


RECORDS = [
    "2015-03-08 12:13:35,086 name WARNING msg",
    "[2021-03-15 08:22:00 +0200] [34387] [INFO] Booting",
    "[14/Mar/2015 01:37:05] ERROR [django.request:231] msg",
    "[2023-04-15 16:12:17,491: WARNING/ForkPoolWorker-4] msg",
    "[pid: 10876|app: 0|req: 7/7] 10.0.0.1 () {70 vars in 3333 bytes} [Sat Apr 18 21:34:03 2015] GET /x",
    "[Tue Oct 17 09:53:43.538387 2017] [wsgi:error] [pid 7593:tid 1] x",
    "<11>Oct 11 22:14:15 host app[230]: msg",
    "E 04-27 13:23:32 impl.py:414] x",
    "E1123 02:02:55.510536 140440920902528 ab.py:8] caught",
    "ERROR:root:x",
    "ERROR:    Exception in ASGI application",
    "INFO 04-27 13:23:32 [core.py:414] x",
    '127.0.0.1 - - [23/Nov/2026:01:27:23 +0000] "GET /ok HTTP/1.1" 200 2',
    "2026-11-23 01:26:03.502 | ERROR    | __main__:main:23 - x",
    '{"event": "x"}',
    "ts=2026-03-01T12:00:00Z level=info",
    "2026/03/01 12:00:00 x",
    "12:00:00.123 INFO x",
    "[ERROR]\t2026-03-01T12:00:00.123Z\tid\tmsg",
]


@pytest.mark.parametrize("line", RECORDS)
def test_records_start(line: str) -> None:
    assert starts_record(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "    at line 3",
        HEADER,
        "KeyError: 'x'",
        "card: 4242",
        "Error: something",
        "INFORMATION: please read",
        "2015 was a good year",
        "The above exception was the direct cause of the following exception:",
        "[SQL: SELECT 1]",
        "(Background on this error at: https://sqlalche.me/e/20/e3q8)",
        "10 rows",
        "{'a': 1}",
    ],
)
def test_the_rest_of_a_message_is_no_start(line: str) -> None:
    assert not starts_record(line)


@pytest.mark.parametrize(
    ("line", "time", "message", "fields"),
    [
        ("2015-03-08 12:13:35,086 name WARNING msg", "2015-03-08 12:13:35,086", "msg", {"logger": "name", "level": "WARNING"}),
        ("2014-03-06 16:29:21 [4354] [INFO] msg", "2014-03-06 16:29:21", "msg", {"pid": "4354", "level": "INFO"}),
        ("ERROR:root:msg", None, "msg", {"logger": "root", "level": "ERROR"}),
        ("no prefix at all", None, "no prefix at all", {}),
        ("2026-03-01 12:00:00,003  no level", None, "2026-03-01 12:00:00,003  no level", {}),
        ("ERROR:r:caf\xe9 \udcff", None, "caf\xe9 \\xff", {"logger": "r", "level": "ERROR"}),
    ],
)  # fmt: skip
def test_the_line_before_a_trace(line: str, time: str | None, message: str, fields: dict[str, str]) -> None:
    said = parse_before(line)
    assert (said.time_text, said.message, said.fields) == (time, message, fields)


@pytest.mark.parametrize(
    ("name", "traces"),
    [
        ("gunicorn-flask", 8),
        ("gunicorn-wsgi", 6),
        ("gunicorn-django", 5),
        ("uwsgi-flask", 8),
        ("uwsgi-wsgi", 6),
    ],
)
def test_real_services_are_bare(name: str, traces: int) -> None:
    data = (CORPUS / "service_logs" / f"{name}.log").read_bytes()
    assert detect(data, KNOWN) == ()
    wrapped = b"".join(
        b"2026-03-01T12:00:00.%09dZ stderr F %s\n" % (number, line)
        for number, line in enumerate(data.removesuffix(b"\n").split(b"\n"))
    )
    assert [each.name for each in detect(wrapped, KNOWN)] == ["cri"]
    (text,) = texts(wrapped).values()
    assert text.encode() == data
