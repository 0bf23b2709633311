"""Events of several physical lines: read once, whole, wherever in them the signs of a trace stand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stacktraces.scanning import Occurrences, Options, group
from stacktraces.scanning.reading.walker import TOO_LONG

FRAMES = b"".join(b'  File "/srv/app/shop.py", line %d, in step\n    step()\n' % line for line in range(400))
TRACE = b"Traceback (most recent call last):\n" + FRAMES + b"KeyError: 'x'"
"""Longer than what is looked at before a hit."""


def journal_entry(message: bytes) -> bytes:
    size = len(message).to_bytes(8, "little")
    return b"__REALTIME_TIMESTAMP=1795399376213000\n_PID=7\nMESSAGE\n%s%s\n\n" % (size, message)


def padded(message: bytes) -> bytes:
    prefix = b"Mar 01 12:00:00 web-1 shop[230]: "
    return prefix + message.replace(b"\n", b"\n" + b" " * len(prefix)) + b"\n"


EVENTS = {"journal export": journal_entry, "padded": padded}


def found(path: Path, data: bytes, chunk: int) -> list[tuple[str | None, int, int | None]]:
    path.write_bytes(data)
    occurrences = Occurrences([str(path)], Options(chunk=chunk))
    return [(each.error.type, len(each.error.frames), each.origin.offset) for each in occurrences]


@pytest.mark.parametrize("chunk", [4096, 1 << 18])
@pytest.mark.parametrize("name", EVENTS)
def test_a_long_event_is_read_once(name: str, chunk: int, tmp_path: Path) -> None:
    event = EVENTS[name](TRACE)
    quiet = EVENTS[name](b"all is well\nas it was")
    data = (quiet + event) * 3
    expected = [("KeyError", 400, len(quiet) + number * len(quiet + event)) for number in range(3)]
    assert found(tmp_path / "a.log", data, chunk) == expected


@pytest.mark.parametrize("chunk", [4096, 1 << 18])
@pytest.mark.parametrize("name", EVENTS)
def test_the_place_of_a_syntax_error_does_not_start_another(name: str, chunk: int, tmp_path: Path) -> None:
    """Its ``File`` line alone could be one: what comes before it is beyond what is looked at."""
    syntax = TRACE.replace(b"KeyError: 'x'", b'  File "a.py", line 1\n    x = (\nSyntaxError: never closed')
    data = EVENTS[name](syntax) + EVENTS[name](b"all is well\nas it was")
    assert found(tmp_path / "a.log", data * 2, chunk) == [
        ("SyntaxError", 401, 0),
        ("SyntaxError", 401, len(data)),
    ]


def test_a_trace_far_into_a_journal_entry(tmp_path: Path) -> None:
    entry = journal_entry(b"said\n" * 5000 + TRACE)
    assert [each[:2] for each in found(tmp_path / "a.log", entry * 2, 4096)] == [("KeyError", 400)] * 2


def test_a_journal_entry_whose_size_is_a_line_end(tmp_path: Path) -> None:
    """2,570 is 0x0a0a."""
    entry = journal_entry(TRACE[:2570])
    assert len(found(tmp_path / "a.log", entry * 3, 4096)) == 3


def cri(text: bytes, size: int, stream: bytes = b"stderr") -> list[bytes]:
    head = b"2026-03-01T12:00:00.003Z %s " % stream
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    return [head + b"P " + piece + b"\n" for piece in pieces[:-1]] + [head + b"F " + pieces[-1] + b"\n"]


def docker(text: bytes, size: int, stream: bytes = b"stderr") -> list[bytes]:
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    ends = ["" for _ in pieces[:-1]] + ["\n"]
    return [
        json.dumps(
            {"log": piece.decode() + end, "stream": stream.decode(), "time": "2026-03-01T12:00:00.003Z"},
            separators=(",", ":"),
        ).encode()
        + b"\n"
        for piece, end in zip(pieces, ends, strict=True)
    ]


PIECES = {"cri": cri, "docker": docker}


def event(filling: int) -> bytes:
    """A program's JSON event whose trace comes after ``filling`` bytes."""
    about = {"event": "failed", "request": "x" * filling, "exception": TRACE.decode(), "level": "error"}
    return json.dumps(about).encode()


@pytest.mark.parametrize("chunk", [4096, 1 << 18])
@pytest.mark.parametrize("size", [20, 40, 16 << 10])
@pytest.mark.parametrize("name", PIECES)
def test_a_line_in_pieces_is_read_whole(name: str, size: int, chunk: int, tmp_path: Path) -> None:
    """Its anchors cut, its start far before the first one that is not, another writer's pieces between."""
    lines = PIECES[name](event(40_000), size)
    others = PIECES[name](
        b'{"event":"quiet","level":"info","request":"%s"}' % (b"y" * 40_000), size, b"stdout"
    )
    data = b"".join(a + b for a, b in zip(lines, others, strict=False)) + b"".join(lines[len(others) :])
    assert found(tmp_path / "a.log", data, chunk)[0] == ("KeyError", 400, 0)
    assert len(found(tmp_path / "a.log", data * 2, chunk)) == 2


@pytest.mark.parametrize("name", PIECES)
def test_long_lines_in_pieces_far_into_a_log_of_short_ones(name: str, tmp_path: Path) -> None:
    quiet = b"".join(PIECES[name](b"all is well", 1 << 14)) * 2000
    cut = TRACE.replace(b"KeyError: 'x'", b"KeyError: '%s'" % (b"x" * 20_000))
    lines = [piece for line in cut.split(b"\n") for piece in PIECES[name](line, 16 << 10)]
    lines += PIECES[name](event(16_300), 16 << 10)
    data = quiet + b"".join(lines) + quiet
    assert [each[:2] for each in found(tmp_path / "a.log", data, 1 << 16)] == [("KeyError", 400)] * 2
    assert group([str(tmp_path / "a.log")]).stats.traces == 2


def test_a_whole_event_is_never_called_too_long(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes((event(10) + b"\n") * 3)
    assert all(TOO_LONG not in each.uncertain for each in Occurrences([str(path)]))


ACTIONS = b"2031-01-02T03:04:%02d.1000000Z %s\n"


@pytest.mark.parametrize(("seconds", "message"), [(0, "bad\nCollecting"), (1, "bad\nCollecting"), (2, "bad")])
def test_a_line_that_is_dated_later_is_not_the_message(seconds: int, message: str, tmp_path: Path) -> None:
    trace = (b"Traceback (most recent call last):", b'  File "/srv/a.py", line 3, in f', b"ValueError: bad")
    lines = b"".join(ACTIONS % (5, line) for line in trace)
    (tmp_path / "a.log").write_bytes(lines + ACTIONS % (5 + seconds, b"Collecting"))
    (each,) = Occurrences([str(tmp_path / "a.log")], Options())
    assert each.error.message == message


def test_a_pause_between_frames_does_not_end_a_trace(tmp_path: Path) -> None:
    trace = (b"Traceback (most recent call last):", b'  File "/srv/a.py", line 3, in f', b"ValueError: bad")
    lines = b"".join(ACTIONS % (5 * number, line) for number, line in enumerate(trace))
    (tmp_path / "a.log").write_bytes(lines + ACTIONS % (10, b"worse"))
    (each,) = Occurrences([str(tmp_path / "a.log")], Options())
    assert (each.error.message, len(each.error.frames)) == ("bad\nworse", 1)
