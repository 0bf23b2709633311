"""No bytes whatever make a carrier raise, and what is unwrapped stays within what was given."""

from __future__ import annotations

import json
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from stacktraces.carriers import all_carriers
from stacktraces.log_records.records import starts_record
from stacktraces.log_records.timestamps import to_iso
from stacktraces.runtimes import known_trace_lines
from stacktraces.unwrapping.detection import detect, peel
from stacktraces.unwrapping.line_before import parse_before
from stacktraces.unwrapping.unwrapper import unwrapped

CARRIERS = all_carriers()
LINES = [sample.line for carrier in CARRIERS for sample in carrier.samples]
LINES += [line for carrier in CARRIERS for line in carrier.near_misses]
PIECES = [
    b"Traceback (most recent call last):",
    b'  File "a.py", line 1, in f',
    b"\\n",
    b"#012",
    b'"',
    b"\xff",
    b"{",
]

KNOWN = known_trace_lines()
lines = st.one_of(
    st.binary(max_size=200).map(lambda line: line.replace(b"\n", b"")),
    st.builds(
        lambda line, at, piece: line[: at % (len(line) + 1)] + piece + line[at % (len(line) + 1) :],
        st.sampled_from(LINES),
        st.integers(0, 10_000),
        st.one_of(
            st.sampled_from(PIECES), st.binary(max_size=4).map(lambda piece: piece.replace(b"\n", b""))
        ),
    ),
    st.builds(
        lambda line, stop: line[: stop % (len(line) + 1)], st.sampled_from(LINES), st.integers(0, 10_000)
    ),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = sorted(
    {
        key
        for line in LINES
        if line.startswith(b"{") and line.endswith(b"}")
        for key in json.loads(line.decode("utf-8", "replace"))
    }
)


@given(lines)
@settings(max_examples=300)
def test_no_line_makes_a_carrier_raise(line: bytes) -> None:
    for carrier in CARRIERS:
        record = carrier.unwrap(line)
        if record is not None:
            assert isinstance(record.text, bytes)
            assert record.time is None or isinstance(record.time, str)
            assert all(isinstance(value, str) for value in record.fields.values())
    peel(line, KNOWN)
    text = line.decode("utf-8", "backslashreplace")
    starts_record(text)
    before = parse_before(text)
    if before.time_text is not None:
        to_iso(before.time_text, year=2026)


@given(st.dictionaries(st.sampled_from(KEYS), json_values, max_size=8))
@settings(max_examples=300)
def test_no_value_under_a_known_key_makes_a_carrier_raise(event: dict[str, object]) -> None:
    for text in (json.dumps(event), json.dumps(event, ensure_ascii=False)):
        line = text.encode("utf-8", "surrogatepass")
        for carrier in CARRIERS:
            carrier.unwrap(line)


@given(st.lists(lines, max_size=12))
@settings(max_examples=200)
def test_nothing_a_file_holds_makes_unwrapping_raise(content: list[bytes]) -> None:
    data = b"\n".join(content) + b"\n"
    for stack in (detect(data, KNOWN), (), (random.Random(len(data)).choice(CARRIERS),)):
        for stream in unwrapped(data, stack, KNOWN):
            position = 0
            while position < len(stream.text):
                place = stream.place(position)
                assert place.start == position < place.end
                assert 0 <= place.offset <= len(data)
                position = place.end


@given(st.text(max_size=70))
@settings(max_examples=300)
def test_no_text_makes_the_times_raise(text: str) -> None:
    to_iso(text, year=2026)
    starts_record(text)


digits = st.text("0123456789-:/., TZ+JanFebSu", max_size=40)


@given(digits)
@settings(max_examples=500)
def test_what_is_taken_for_a_time_is_one(text: str) -> None:
    from datetime import datetime

    found = to_iso(text, year=2026)
    if found is not None:
        datetime.fromisoformat(found)
