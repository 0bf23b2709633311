"""What a carrier wraps comes back line for line, from one writer and from two that share a file."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from stacktraces.log_records.timestamps import to_iso
from stacktraces.unwrapping.detection import detect
from stacktraces.unwrapping.line_before import parse_before
from stacktraces.unwrapping.unwrapper import Stream, Unwrapper, unwrapped
from tests.generate.carriers import CARRIERS, SECOND_WRITER, Writer, interleave
from tests.writers import KNOWN, all_writers

TRACE = b"""\
Traceback (most recent call last):
  File "/srv/app/shop.py", line 13, in price_of
    return CATALOG["a\\nb"]
           ~~~~~~~^^^^^^
    raise Wrong(\xe2\x80\x9cwhy\xe2\x80\x9d)
\tat a tab
  File "/srv/app/shop.py", line 14, in total
KeyError: 'durian with a message that is longer than one of the pieces'"""
GROUP = b"""\
  + Exception Group Traceback (most recent call last):
  |   File "/srv/app/grp.py", line 17, in <module>
  | ExceptionGroup: outer (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | ValueError: multi
    +---------------- 2 ----------------
    | TypeError: x
    +------------------------------------"""
FIRST_WRITER = Writer()
_CONTROL_SEQUENCE = re.compile(rb"\x1b\[[0-9;]*m")


def plain(stream: Stream) -> bytes:
    return _CONTROL_SEQUENCE.sub(b"", bytes(stream.text))


def holding(data: bytes, text: bytes) -> tuple[Stream, int]:
    """The stream with ``text`` in one piece, and where it starts there."""
    streams = all_writers(data)
    for stream in streams:
        if (at := plain(stream).find(text + b"\n")) >= 0:
            return stream, at
    raise AssertionError(f"not in one piece: {[bytes(stream.text) for stream in streams]}")


def lines(text: bytes) -> list[bytes]:
    return text.split(b"\n")


ALL = [carrier for carrier in CARRIERS.values() if carrier.takes(lines(TRACE))]


@pytest.mark.parametrize("carrier", ALL, ids=lambda carrier: carrier.name)
def test_one_writer(carrier) -> None:
    data = carrier.wrap(lines(TRACE), FIRST_WRITER)
    stream, at = holding(data, TRACE)
    place = stream.place(at)
    before = plain(stream)[:at].decode().rstrip("\n").rpartition("\n")[2]
    said = parse_before(before)
    found = {**said.fields, **place.fields, "message": said.message}
    expected = carrier.expected(FIRST_WRITER)
    for name in carrier.carries:
        assert found[name].lower() == expected[name].lower(), name
    printed = {text for text in (place.time, said.time_text) if text}
    times = {datetime.fromisoformat(to_iso(text, year=2026) or "") for text in printed}
    for time in expected["times"]:
        assert {each.replace(tzinfo=each.tzinfo and UTC) for each in times} & {
            time,
            time.replace(tzinfo=None),
        }
    if carrier.whole:
        assert place.complete


@pytest.mark.parametrize(
    "carrier",
    [each for each in ALL if each.separable and each.takes(lines(GROUP))],
    ids=lambda each: each.name,
)
@pytest.mark.parametrize("seed", [1, 2])
def test_two_writers(carrier, seed: int) -> None:
    first, second = carrier.units(lines(TRACE), FIRST_WRITER), carrier.units(lines(GROUP), SECOND_WRITER)
    data = interleave(first, second, seed)
    holding(data, TRACE)
    holding(data, GROUP)


@pytest.mark.parametrize("carrier", ALL, ids=lambda carrier: carrier.name)
def test_places_lead_back_to_the_lines_of_the_file(carrier) -> None:
    """Each piece's offset is the start of a line of the file, in order."""
    data = b"".join(carrier.wrap(lines(TRACE), FIRST_WRITER) for _ in range(3))
    starts = {0, *(found.end() for found in re.finditer(b"\n", data))}
    for stream in unwrapped(data, detect(data, KNOWN), KNOWN):
        position, offsets = 0, []
        while position < len(stream.text):
            place = stream.place(position)
            assert place.start == position < place.end
            assert stream.place(place.end - 1) == place
            offsets.append(place.offset)
            position = place.end
        assert set(offsets) <= starts
        assert offsets == sorted(offsets)


@pytest.mark.parametrize("carrier", ALL, ids=lambda carrier: carrier.name)
def test_in_bulk_and_singly_are_the_same(carrier) -> None:
    data = interleave(
        carrier.units(lines(TRACE), FIRST_WRITER), carrier.units(lines(GROUP), SECOND_WRITER), 5
    )
    stack = detect(data, KNOWN)
    at_once, by_line = Unwrapper(KNOWN, stack), Unwrapper(KNOWN, stack)
    at_once.feed(data)
    offset = 0
    for line in data.splitlines(keepends=True):
        by_line._singly(line, offset)
        offset += len(line)
    for each in (at_once, by_line):
        each.finish()
    assert {writer: bytes(stream.text) for writer, stream in at_once.streams.items()} == {
        writer: bytes(stream.text) for writer, stream in by_line.streams.items()
    }
    for writer, stream in at_once.streams.items():
        for position in range(0, len(stream.text), 7):
            assert stream.place(position) == by_line.streams[writer].place(position)
