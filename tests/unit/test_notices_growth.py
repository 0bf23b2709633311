"""When an issue counts as growing fast."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stacktraces.serve.notices.growth import FLOOR, HISTORY, LEAST_HISTORY, growth, hour_of

NOW = datetime(2026, 3, 9, 10, tzinfo=UTC)
HOUR = "2026-03-09T10"
LONG_AGO = "2026-01-01T00:00:00Z"


def hour(before: int) -> str:
    return hour_of(NOW - timedelta(hours=before))


def counts(this: int, *before: int) -> dict[str, int]:
    """Counts of this hour and of those before, the latest first; hours without any have no row."""
    return {HOUR: this, **{hour(number): each for number, each in enumerate(before, 1) if each}}


@pytest.mark.parametrize(
    ("this", "before", "limit"),
    [
        (21, [], 20),  # The floor.
        (60, [10] * HISTORY, 50),  # Five times the mean.
        (201, [100] + [0] * (HISTORY - 1), 200),  # Twice the busiest hour.
        (3000, [100] * 84 + [0] * 84, 300),  # The mean and five standard deviations.
    ],
)
def test_the_limit_is_the_greatest_of_four(this: int, before: list[int], limit: float) -> None:
    found = growth(counts(this, *before), HOUR, LONG_AGO)
    assert found is not None
    assert found.usual.limit == pytest.approx(limit)
    assert growth(counts(int(limit), *before), HOUR, LONG_AGO) is None


def test_the_notice_says_its_numbers() -> None:
    found = growth(counts(1200, *[10] * HISTORY), HOUR, LONG_AGO)
    assert found is not None
    assert found.reason == (
        "seen 1,200 times in the hour from 10:00 UTC, which is more than 50; "
        "in the 168 hours before, 10.0 an hour on average and at most 10"
    )


def test_hours_without_any_count_and_hours_before_the_first_do_not() -> None:
    burst = {HOUR: 100, hour(1): 24}
    young = growth(burst, HOUR, f"{hour(LEAST_HISTORY)}:59:59Z")
    old = growth(burst, HOUR, LONG_AGO)
    assert young is not None
    assert old is not None
    assert (young.usual.hours, young.usual.mean) == (24, 1)
    assert (old.usual.hours, old.usual.mean) == (HISTORY, 24 / HISTORY)


def test_a_new_issue_does_not_grow() -> None:
    assert growth({HOUR: 10_000}, HOUR, f"{hour(LEAST_HISTORY - 1)}:00:00Z") is None


def test_older_and_later_hours_do_not_matter() -> None:
    assert growth(
        {**counts(30), hour(HISTORY + 1): 1_000_000, hour(-1): 1_000_000}, HOUR, LONG_AGO
    ) == growth(counts(30), HOUR, LONG_AGO)


@settings(max_examples=40)
@given(
    st.lists(st.integers(min_value=0, max_value=10_000), min_size=1, max_size=HISTORY),
    st.data(),
)
def test_no_alarm_while_an_hour_is_no_more_than_an_earlier_one(
    before: list[int], data: st.DataObject
) -> None:
    this = data.draw(st.integers(min_value=0, max_value=max(FLOOR, *before, 2 * max(before))))
    assert growth(counts(this, *before), HOUR, LONG_AGO) is None


@settings(max_examples=40)
@given(st.integers(min_value=0, max_value=100_000), st.integers(min_value=LEAST_HISTORY, max_value=HISTORY))
def test_tenfold_of_a_steady_load_is_growth(steady: int, hours: int) -> None:
    more = max(10 * steady, FLOOR) + 1
    assert growth(counts(more, *[steady] * hours), HOUR, f"{hour(hours)}:00:00Z") is not None


@settings(max_examples=40)
@given(st.lists(st.integers(min_value=0, max_value=500), max_size=60), st.randoms(use_true_random=False))
def test_the_order_of_the_hours_does_not_matter(before: list[int], random) -> None:  # type: ignore[no-untyped-def]
    found = counts(700, *before)
    shuffled = list(found.items())
    random.shuffle(shuffled)
    one, other = growth(found, HOUR, LONG_AGO), growth(dict(shuffled), HOUR, LONG_AGO)
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert one.usual.limit == pytest.approx(other.usual.limit)


@settings(max_examples=40)
@given(
    st.lists(st.integers(min_value=0, max_value=500), max_size=60), st.integers(min_value=0, max_value=9999)
)
def test_more_in_this_hour_is_not_less_of_an_alarm(before: list[int], this: int) -> None:
    if growth(counts(this, *before), HOUR, LONG_AGO) is not None:
        assert growth(counts(this + 1, *before), HOUR, LONG_AGO) is not None
