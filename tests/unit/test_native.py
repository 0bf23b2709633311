"""The compiled part, called directly: with what it is made for, and with what it must refuse."""

from __future__ import annotations

import random
import re

import pytest

from tests.conftest import need_compiled_part

native = need_compiled_part()

LITERALS = (b"Traceback (most", b"abab", b"aba", b"#0  ", b"\x00\xff\n")
BITS = 12


def make(*, since: int = -(2**62), until: int = 2**62, undated: bool = True, whole_days: bool = True):  # type: ignore[no-untyped-def]
    return native.Repeats(native.Finder(LITERALS), 1000, 10_000, since, until, undated, whole_days)


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
    literals = tuple(b"%03d" % number for number in range(1000))
    data = b"".join(literals)
    found = native.Finder(literals).search(data, 0, len(data))
    assert found == sorted(
        at << BITS | int(data[at : at + 3]) for at in range(len(data) - 2) if data[at : at + 3] in literals
    )


@pytest.mark.parametrize("literals", [(b"ab",), (b"",), ("text",), tuple([b"abc"] * 5000)])
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
    repeats = make()
    repeats.load(b"abc", 0, 3, 0, 0, 1)
    for data, floor in ((b"abcd", 0), (b"abc", -1)):
        with pytest.raises(ValueError, match="loaded"):
            repeats.next(data, floor)


def test_what_is_not_there() -> None:
    repeats = make()
    for call in (
        lambda: repeats.add_trace(0, ((b"abc ", ()),), 0),
        lambda: repeats.add_trace(99, ((b"abc ", ()),), 0),
        lambda: repeats.take_slot(0),
        lambda: repeats.floor(64),
        lambda: repeats.set_floor(-1, 0),
    ):
        with pytest.raises(ValueError, match="no such"):
            call()


def test_lists_that_are_full_refuse() -> None:
    repeats = make()
    assert [repeats.add_record(b"r%d " % each, 0, 0, 0) for each in range(40)].count(True) == 32
    assert [repeats.add_link(b"link %d" % each) for each in range(10)].count(True) == 8
    assert repeats.add_link(b"link 1")
    assert [repeats.add_shape(b"h%d" % each, b"", False, 0, 0, 0, False, 0) for each in range(70)].count(
        True
    ) == 64
    slot = repeats.add_slot()
    doubts = tuple(b"doubt %d" % each for each in range(40))
    assert not repeats.add_trace(0, ((b"Traceback (most\n", doubts),), slot)


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


def test_a_stack_that_starts_with_another_cannot_be_told_from_it() -> None:
    repeats, slot = make(), 0
    repeats.add_slot()
    assert repeats.add_trace(0, ((b"Traceback (most a ", ()),), slot)
    assert not repeats.add_trace(0, ((b"Traceback (most a b ", ()),), slot)
    assert not repeats.add_trace(0, ((b"Traceback (most ", ()),), slot)
    assert repeats.add_trace(0, ((b"Traceback (most b ", ()),), slot)


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
FIRST = 1_714_564_801_500_000_000
"""The first time in it."""


def taught(**options: object):  # type: ignore[no-untyped-def]
    repeats = make(**options)  # type: ignore[arg-type]
    assert repeats.add_record(re.sub(rb"\d", b"\x01", b"2024-05-01 12:00:01,500 "), 0, 23, 17)
    assert repeats.add_time(b"2024-05-01 12:00:01,500", 17, FIRST)
    assert repeats.add_trace(0, ((b"Traceback (most a: ", (b"doubt",)),), repeats.add_slot())
    return repeats


def counted(repeats, log: bytes = LOG) -> tuple[list[int], tuple[object, ...]]:  # type: ignore[no-untyped-def]
    repeats.load(log, 0, len(log), 1000, 3, 101)
    left = []
    while (hit := repeats.next(log, 0)) >= 0:
        left.append(log.count(b"\n", 0, hit >> BITS))
    return left, repeats.take_slot(0)


def test_counts_what_it_was_taught_and_hands_back_the_rest() -> None:
    left, (count, earliest, latest, width, buckets, sources) = counted(taught())
    assert left == [6, 8, 10, 12], "a doubt, another stack, a sixtieth second, another day"
    assert count == 2
    assert earliest == (FIRST, b"2024-05-01 12:00:01,500")
    assert latest == (FIRST + 57_750_000_000, b"2024-05-01 12:00:59,250")
    assert (width, sum(buckets.values())) == (0, 2)
    assert sources == [(3, 1000 + LOG.index(b"Traceback"), 103), (3, 1000 + LOG.index(b"Traceback", 80), 105)]


def test_what_was_taken_is_not_counted_again() -> None:
    repeats = taught()
    counted(repeats)
    assert repeats.take_slot(0) == (0, None, None, 0, {}, [])
    repeats.forget()
    left, taken = counted(repeats)
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
