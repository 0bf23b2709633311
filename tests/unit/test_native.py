"""The compiled part, called directly: with what it is made for, and with what it must refuse."""

from __future__ import annotations

import random
import re

import pytest

from tests.conftest import need_compiled_part

native = need_compiled_part()

LITERALS = (b"Traceback (most", b"ababa", b"abab", b"#0  ", b"\x00\xff\n\n")
BITS = 12
DIGITS, HEX, TEXT, VALUES = 1, 2, 3, 4
"""Kinds of holes."""
TO_LINE_END = (b"Traceback (most ", TEXT, 10, ())
END = (b"\n", 0, 0, ())
FIRST = 1_714_564_801_500_000_000
"""2024-05-01 12:00:01.5 UTC."""


def make(*, since: int = -(2**62), until: int = 2**62, undated: bool = True, whole_days: bool = True):  # type: ignore[no-untyped-def]
    return native.Counter(native.Finder(LITERALS), 1000, 10_000, since, until, undated, whole_days)


def expected(data: bytes, start: int, stop: int) -> list[int]:
    return sorted(
        match.start() << BITS | number
        for number, literal in enumerate(LITERALS)
        for match in re.finditer(b"(?=" + re.escape(literal) + b")", data)
        if start <= match.start() and match.start() + len(literal) <= stop
    )


def test_finds_what_a_regular_expression_finds() -> None:
    chance = random.Random(7)
    pieces = [*LITERALS, b"a", b"b", b"Traceback", b" (most", b"\x00", b"\xff", b"\n", b"x" * 40]
    finder = native.Finder(LITERALS)
    for _ in range(300):
        data = b"".join(chance.choice(pieces) for _ in range(chance.randrange(60)))
        start = chance.randrange(len(data) + 1)
        stop = chance.randrange(start, len(data) + 1)
        assert finder.search(data, start, stop) == expected(data, start, stop)
        assert native.count_lines(data, start, stop) == data.count(b"\n", start, stop)


def test_many_literals() -> None:
    literals = tuple(b"%04d" % number for number in range(1000))
    data = b"".join(literals)
    found = native.Finder(literals).search(data, 0, len(data))
    assert found == sorted(
        at << BITS | int(data[at : at + 4]) for at in range(len(data) - 3) if data[at : at + 4] in literals
    )


@pytest.mark.parametrize("literals", [(b"abc",), (b"",), ("text",), tuple([b"abcd"] * 5000)])
def test_literals_it_cannot_search(literals: tuple[object, ...]) -> None:
    with pytest.raises((ValueError, TypeError)):
        native.Finder(literals)


@pytest.mark.parametrize(("start", "stop"), [(-1, 2), (2, 1), (0, 4), (5, 6)])
def test_ranges_outside_the_data(start: int, stop: int) -> None:
    for call in (native.count_lines, native.Finder(LITERALS).search):
        with pytest.raises(ValueError, match="range"):
            call(b"abc", start, stop)
    with pytest.raises(ValueError, match="range"):
        make().load(b"abc", start, stop, 0, 0, 1)
    with pytest.raises(ValueError, match="range"):
        make().knows_record(b"abc", start, stop, True)


def test_other_data_than_was_loaded() -> None:
    counter = make()
    counter.load(b"abc", 0, 3, 0, 0, 1)
    for data, floor in ((b"abcd", 0), (b"abc", -1)):
        with pytest.raises(ValueError, match="loaded"):
            counter.next(data, floor)


def test_what_is_not_there() -> None:
    counter = make()
    for call in (
        lambda: counter.add_trace(0, 0, False, 0, (), (TO_LINE_END, END), 0),
        lambda: counter.add_trace(99, 0, False, 0, (), (TO_LINE_END, END), 0),
        lambda: counter.add_trace(0, -1, False, 0, (), (TO_LINE_END, END), 0),
        lambda: counter.take_slot(0),
        lambda: counter.set_example(0, 0, 0, 0),
        lambda: counter.floor(64),
        lambda: counter.set_floor(-1, 0),
    ):
        with pytest.raises(ValueError, match="no such"):
            call()


def test_lists_that_are_full_refuse() -> None:
    counter = make()
    assert [counter.add_record(b"r%d " % each, 0, 0, 0) for each in range(40)].count(True) == 32
    assert [counter.add_shape(b"h%d" % each, b"", False, 0, 0, 0, False, 0) for each in range(70)].count(
        True
    ) == 64
    slot = counter.add_slot()
    doubts = tuple(b"doubt %d" % each for each in range(40))
    assert not counter.add_trace(0, 0, False, 0, (), ((b"Traceback (most ", TEXT, 10, doubts), END), slot)
    assert [counter.add_trace(0, lines, False, 0, (), (TO_LINE_END, END), slot) for lines in range(70)].count(
        True
    ) == 64


@pytest.mark.parametrize(
    "arguments",
    [
        (b"", 0, 0, 0),
        (b"x" * 2000, 0, 0, 0),
        (b"2024", 3, 2, 0),
        (b"2024", 0, 5, 0),
        (b"2024", 0, 4, 400),
        (b"2024", -1, 4, 0),
        (b"2024", 0, 4, -1),
    ],
)
def test_records_that_make_no_sense(arguments: tuple[bytes, int, int, int]) -> None:
    assert not make().add_record(*arguments)


@pytest.mark.parametrize(
    "segments",
    [
        (),
        ((b"", 0, 0, ()),),
        ((b"Traceback (most", TEXT, 10, ()),),
        ((b"Traceback (most", 0, 0, ()), END),
        (TO_LINE_END, (b"", 0, 0, ())),
    ],
)
def test_skeletons_that_make_no_sense(segments: tuple[object, ...]) -> None:
    counter = make()
    assert not counter.add_trace(0, 0, False, 0, (), segments, counter.add_slot())


@pytest.mark.parametrize(
    "segment", [(b"a", 5, 0, ()), (b"a", -1, 0, ()), (b"a", 1, 256, ()), (b"a", 1, -1, ())]
)
def test_holes_that_do_not_exist(segment: tuple[object, ...]) -> None:
    counter = make()
    with pytest.raises(ValueError, match="no such hole"):
        counter.add_trace(0, 0, False, 0, (), (segment,), counter.add_slot())


def test_the_same_segment_with_another_hole_is_refused() -> None:
    counter = make()
    slot = counter.add_slot()
    assert counter.add_trace(0, 0, False, 0, (), ((b"Traceback (most ", DIGITS, 0, ()), END), slot)
    assert counter.add_trace(
        0, 0, False, 0, (), ((b"Traceback (most ", DIGITS, 0, ()), (b" more\n", 0, 0, ())), slot
    )
    assert not counter.add_trace(0, 0, False, 0, (), ((b"Traceback (most ", HEX, 0, ()), END), slot)
    assert not counter.add_trace(0, 0, False, 0, (), ((b"Traceback (most ", 0, 0, ()),), slot)


RECORD = b"2024-05-01 12:00:01,500 ERROR x\n"


def counts(
    skeletons: list[tuple[object, ...]], text: bytes, lines_before: int = 0, in_record: bool = False
) -> list[int]:
    """How often each of some skeletons is counted where ``text`` stands between two records."""
    counter = make()
    assert counter.add_record(re.sub(rb"\d", b"\x01", RECORD[:24]), 0, 23, 17)
    assert counter.add_time(RECORD[:23], 17, FIRST)
    for each in skeletons:
        assert counter.add_trace(0, lines_before, in_record, 0, (b"doubt",), each, counter.add_slot())
    log = b"start\n" + RECORD + text + RECORD
    counter.load(log, 0, len(log), 0, 0, 1)
    while counter.next(log, 0) >= 0:
        pass
    return [counter.take_slot(number)[0] for number in range(len(skeletons))]


HEAD = b"Traceback (most "


@pytest.mark.parametrize(
    ("hole", "stop", "good", "bad"),
    [
        (DIGITS, b"]", [b"0]", b"1234567890]"], [b"]", b"a]", b"1 ]", b"", b"1"]),
        (HEX, b"]", [b"0]", b"c0ffee00]", b"DEAD]"], [b"]", b"g]", b"1 ]", b"", b"f"]),
        (VALUES, b"]", [b"]", b"0xc0, {0x1?, ...}, _]"], [b"0x1", b"0xg]", b"(]", b"\x00]", b"1\n]"]),
        (TEXT, b"]", [b"]", b"any (thing) \xff]"], [b"", b"thing", b"two\nlines]", b"]]"]),
        (TEXT, b"\n", [b"", b"any thing"], [b"two\nlines"]),
    ],
)
def test_what_a_hole_takes(hole: int, stop: bytes, good: list[bytes], bad: list[bytes]) -> None:
    end = (b"]\n" if stop == b"]" else b"\n", 0, 0, ())
    skeleton = ((HEAD, hole, stop[0], ()), end)
    assert [counts([skeleton], HEAD + text + b"\n") for text in good] == [[1]] * len(good)
    assert [counts([skeleton], HEAD + text + b"\n") for text in bad] == [[0]] * len(bad)


def test_of_skeletons_that_start_alike_the_longest_that_is_there_is_counted() -> None:
    texts = [HEAD + b"a\n" * count for count in range(1, 6)]
    texts += [texts[2] + b"b\n", texts[0] + b"\n", texts[4] + b"\xff\n", texts[1] + b"\x00\n"]
    chance = random.Random(3)
    for _ in range(30):
        chance.shuffle(texts)
        known = texts[: chance.randrange(1, len(texts))]
        skeletons: list[tuple[object, ...]] = [((text, 0, 0, ()),) for text in known]
        for text in texts:
            assert counts(skeletons, text) == [int(text == each) for each in known]


def test_a_tree_of_random_segments_finds_what_is_in_it() -> None:
    chance = random.Random(5)
    for _ in range(40):
        known = {
            HEAD + bytes(chance.choices(b"\x00ab\xff", k=chance.randrange(1, 6))) + b"\n" for _ in range(12)
        }
        skeletons: list[tuple[object, ...]] = [((text, 0, 0, ()),) for text in known]
        for text in [*known, HEAD + b"zz\n", HEAD + b"\x00\x00\x00\x00\x00\x00\n"]:
            assert counts(skeletons, text) == [int(text == each) for each in known]


def test_a_trace_begins_some_lines_before_its_anchor() -> None:
    skeleton = ((b"first ", TEXT, 10, ()), (b"\n\nTraceback (most a\n", 0, 0, ()))
    text = b"first message\n\nTraceback (most a\n"
    assert [counts([skeleton], text, lines) for lines in range(4)] == [[0], [0], [1], [0]]
    assert counts([skeleton], b"another line\n" + text, 2) == [0], "no record stands before it"


def test_a_trace_begins_in_the_line_of_a_record() -> None:
    skeleton = (
        (b"", DIGITS, 45, ()),
        *((b"-", DIGITS, 45, ()),) * 2,
        (b" 12:00:02,500 job ", DIGITS, 58, ()),
    )
    skeleton = (*skeleton, (b": ", TEXT, 10, ()), (b"\nTraceback (most a\n", 0, 0, ()))
    text = b"2024-05-01 12:00:02,500 job 17: message\nTraceback (most a\n"
    assert counts([skeleton], text, 1, in_record=True) == [1]
    assert counts([skeleton], b"any line\n" + text, 1, in_record=True) == [1]
    assert counts([skeleton], text.replace(b"17", b"new 17"), 1, in_record=True) == [0]
    assert counts([skeleton], text.replace(b"17: message", b"9: doubt"), 1, in_record=True) == [1]
    text = b"2024-05-01 12:00:02,500 job 17: Traceback (most: a\n"
    skeleton = (*skeleton[:4], (b": Traceback (most: ", TEXT, 10, ()), END)
    assert counts([skeleton], text, 0, in_record=True) == [1]


def test_the_log_line_before_a_trace_may_leave_it_to_be_read() -> None:
    skeleton = ((b"Traceback (most ", TEXT, 10, ()), END)
    log = RECORD + b"Traceback (most a\n" + RECORD[:-2] + b"doubt\n" + b"Traceback (most a\n"
    assert counts([skeleton], log) == [1]


LOG = b"""\
start
2024-05-01 12:00:01,500 ERROR x
Traceback (most a: one
2024-05-01 12:00:59,250 ERROR x
Traceback (most a: two
2024-05-01 13:10:00,000 ERROR x
Traceback (most a: doubt
2024-05-01 13:10:00,000 ERROR x
Traceback (most b: one
2024-05-01 23:59:60,000 ERROR x
Traceback (most a: one
2024-05-02 00:00:00,000 ERROR x
Traceback (most a: one
2024-05-01 14:00:00,000 ERROR x
"""


def taught(**options: object):  # type: ignore[no-untyped-def]
    counter = make(**options)  # type: ignore[arg-type]
    assert counter.add_record(re.sub(rb"\d", b"\x01", b"2024-05-01 12:00:01,500 "), 0, 23, 17)
    assert counter.add_time(b"2024-05-01 12:00:01,500", 17, FIRST)
    skeleton = ((b"Traceback (most a: ", TEXT, 10, (b"doubt",)), END)
    assert counter.add_trace(0, 0, False, 0, (), skeleton, counter.add_slot())
    return counter


def counted(counter, log: bytes = LOG) -> tuple[list[int], tuple[object, ...]]:  # type: ignore[no-untyped-def]
    counter.load(log, 0, len(log), 1000, 3, 101)
    left = []
    while (hit := counter.next(log, 0)) >= 0:
        left.append(log.count(b"\n", 0, hit >> BITS))
    return left, counter.take_slot(0)


def test_counts_what_it_was_taught_and_hands_back_the_rest() -> None:
    left, (count, earliest, latest, width, buckets, sources) = counted(taught())
    assert left == [6, 8, 10, 12], "a doubt, another stack, a sixtieth second, another day"
    assert count == 2
    assert earliest == (FIRST, b"2024-05-01 12:00:01,500")
    assert latest == (FIRST + 57_750_000_000, b"2024-05-01 12:00:59,250")
    assert (width, sum(buckets.values())) == (0, 2)
    places = (LOG.index(b"Traceback"), 103), (LOG.index(b"Traceback", 80), 105)
    assert sources == [
        (moment[0], 3, 1000 + at, line) for moment, (at, line) in zip((earliest, latest), places, strict=True)
    ]


def test_what_comes_before_the_example_is_handed_back() -> None:
    counter = taught()
    counter.set_example(0, FIRST + 1, 3, 0)
    left, (count, earliest, *_) = counted(counter)
    assert left == [2, 6, 8, 10, 12]
    assert (count, earliest[0]) == (1, FIRST + 57_750_000_000)


def test_only_what_starts_in_the_range_counts() -> None:
    counter = taught()
    counter.set_range(1000 + LOG.index(b"Traceback") + 1, 2000)
    left, (count, *_) = counted(counter)
    assert (len(left), count) == (4, 1), "what is known is passed over, and not handed back"


def test_the_first_places_by_time_are_kept() -> None:
    counter = taught()
    record = b"2024-05-01 12:00:%02d,000 ERROR x\nTraceback (most a: b\n"
    log = b"x\n" + b"".join(record % second for second in range(59, 30, -1))
    log += b"2024-05-01 12:00:59,000 INFO x\n"
    _, (count, _, _, _, _, sources) = counted(counter, log)
    assert count == 29
    assert [(at - FIRST + 1_500_000_000) // 10**9 for at, *_ in sources] == list(range(31, 41))
    assert [line for *_, line in sources] == [101 + 2 * each for each in range(29, 19, -1)]


def test_what_was_taken_is_not_counted_again() -> None:
    counter = taught()
    counted(counter)
    assert counter.take_slot(0) == (0, None, None, 0, {}, [])
    counter.forget()
    left, taken = counted(counter)
    assert (len(left), taken[0]) == (6, 0)


def test_only_what_is_in_the_period_counts() -> None:
    assert counted(taught(since=FIRST + 1, undated=False))[1][0] == 1
    assert counted(taught(until=FIRST, undated=False))[1][0] == 1


def test_where_days_may_have_other_hours_a_minute_is_learnt() -> None:
    assert counted(taught(whole_days=False))[0] == [6, 8, 10, 12]
    other = LOG.replace(b"12:00:59", b"12:01:59")
    assert counted(taught(whole_days=False), other)[0] == [4, 6, 8, 10, 12]
    assert counted(taught(), other)[0] == [6, 8, 10, 12]


def test_a_chunk_that_ends_anywhere() -> None:
    whole = counted(taught())[1][0]
    for end in range(len(LOG)):
        left, taken = counted(taught(), LOG[:end])
        assert taken[0] <= whole
        assert len(left) + taken[0] == len(re.findall(b"Traceback \\(most", LOG[:end]))
