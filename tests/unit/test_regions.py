"""Many writers that fail at the same moment: each line is unwrapped once, and each trace is read whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from stacktraces.model import Trace
from stacktraces.runtimes import known_trace_lines
from stacktraces.scanning import Occurrences, Options, group
from stacktraces.unwrapping.streams import Stream
from stacktraces.unwrapping.unwrapper import Unwrapper

TRACE = [
    "Traceback (most recent call last):",
    *(f'  File "/srv/app/part.py", line {line}, in step_{line}' for line in range(12)),
    "KeyError: {!r}",
]
WRAP: dict[str, Callable[[int, str], str]] = {
    "kubectl": lambda writer, line: f"[pod/web-{writer}/app] {line}",
    "syslog": lambda writer, line: f"Mar  1 12:00:00 host web[{writer + 1000}]: {line}",
    "compose": lambda writer, line: f"web-{writer}  | {line}",
}


def interleaved(carrier: str, writers: int) -> str:
    wrap = WRAP[carrier]
    return "".join(wrap(each, line.format(each)) + "\n" for line in TRACE for each in range(writers))


@pytest.mark.parametrize("carrier", WRAP)
@pytest.mark.parametrize("chunk", [4096, 256 << 10])
def test_each_trace_is_read_whole(tmp_path: Path, carrier: str, chunk: int) -> None:
    path = tmp_path / "a.log"
    path.write_text(interleaved(carrier, 40))
    found: list[Trace] = list(Occurrences([str(path)], Options(chunk=chunk)))
    assert [each.error.message for each in found] == [repr(each) for each in range(40)]
    assert {len(each.error.frames) for each in found} == {12}


@pytest.mark.parametrize("carrier", WRAP)
def test_what_is_unwrapped_grows_as_the_file_does(
    tmp_path: Path, carrier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fed = 0
    feed = Unwrapper.feed

    def counting(self: Unwrapper, block: bytes, offset: int = 0) -> None:
        nonlocal fed
        fed += len(block)
        feed(self, block, offset)

    monkeypatch.setattr(Unwrapper, "feed", counting)
    path = tmp_path / "a.log"
    path.write_text(interleaved(carrier, 400))
    (only,) = group([str(path)]).groups
    assert only.count == 400
    assert fed <= 2 * path.stat().st_size


def test_what_is_read_is_dropped() -> None:
    unwrapper = Unwrapper(known_trace_lines())
    lines = [f"[pod/web-{number % 3}/app] line {number}\n".encode() for number in range(3000)]
    offsets = [0]
    for line in lines:
        unwrapper.feed(line, offsets[-1])
        offsets.append(offsets[-1] + len(line))
    unwrapper.drop(offsets[2000])
    assert sum(len(each.text) for each in unwrapper.streams.values()) < sum(map(len, lines)) // 2
    for number in (2000, 2500, 2999):
        located = unwrapper.index.find(offsets[number])
        assert located is not None
        stream, start = located
        piece = stream.place(stream.position(start))
        assert (piece.offset, stream.between(piece.start, piece.end)) == (
            offsets[number],
            f"line {number}\n".encode(),
        )
    assert unwrapper.index.find(offsets[10]) is None
    unwrapper.drop(offsets[-1])
    assert unwrapper.streams == {}


def test_positions_stay_when_text_is_dropped() -> None:
    stream = Stream(())
    for number in range(1000):
        stream.add(b"x" * 9, number * 20, None, {}, False)
    assert stream.position(500 * 20) == 5000
    stream.drop(500 * 20)
    assert stream.dropped > 0
    assert (stream.position(500 * 20), stream.place(5000).offset, stream.end) == (5000, 10000, 10000)
    assert stream.between(5000, 5010) == b"x" * 9 + b"\n"


@pytest.mark.parametrize("engine", ["auto", "builtin"])
def test_a_message_whose_second_line_was_written_later_than_the_first(tmp_path: Path, engine: str) -> None:
    """The reading that leaves the later line out ends before the line by which the trace is found.

    The times of one stream may go back.
    """
    lines = [
        ("shop.Orders$OrderFailed: first", "53.53"),
        ("second", "54.54"),
        ("\\tat shop.Orders.main(Orders.java:33)", "04.64"),
    ]
    path = tmp_path / "a.log"
    path.write_text(
        "".join(
            f'{{"log":"{line}\\n","stream":"stdout","time":"2024-05-01T12:00:{second}Z"}}\n'
            for line, second in lines
        )
    )
    (only,) = group([str(path)], Options(engine=engine)).groups  # type: ignore[arg-type]
    assert (only.error.type, only.error.message) == ("shop.Orders$OrderFailed", "first\nsecond")
