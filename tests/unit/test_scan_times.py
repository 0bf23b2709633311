"""Times in log lines."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from stacktraces.log_records.clock import Clock
from stacktraces.scanning import Options, group

NOW = datetime(2024, 5, 1, 9, 30)


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        (b"2024-05-01 12:00:00,123", "2024-05-01T12:00:00.123"),
        (b"2024-05-01 12:00:60,123", "2024-05-01T12:00:59.123"),
        (b"2024.05.01 12:00:00.123", "2024-05-01T12:00:00.123"),
        (b"2024/05/01 12:00:00", "2024-05-01T12:00:00"),
        (b"01/May/2024:12:00:00 +0200", "2024-05-01T12:00:00+02:00"),
        (b"1714564800.5", "2024-05-01T12:00:00.5Z"),
        (b"May  2 09:00:00", "2024-05-02T09:00:00"),
        (b"May  2 10:00:00", "2023-05-02T10:00:00"),
    ],
)
def test_as_iso(printed: bytes, iso: str) -> None:
    clock = Clock(now=NOW)
    moment = clock.of_printed(printed)
    assert moment is not None
    assert clock.iso(moment) == iso


@pytest.mark.parametrize("prefix", ["", "web-1  | "])
@pytest.mark.parametrize("own", ["", "1714564805.5 "])
def test_a_trace_after_a_message_of_several_lines(tmp_path: Path, prefix: str, own: str) -> None:
    lines = [
        "2024-05-01 12:00:00,000 INFO shop started",
        "2024-05-01 12:00:01,123 ERROR shop query failed:",
        "SELECT *",
        f"  FROM t {own}",
        "Traceback (most recent call last):",
        '  File "/srv/a.py", line 1, in one',
        "ValueError: no",
    ]
    path = tmp_path / "x.log"
    path.write_text("".join(f"{prefix}{line}\n" for line in lines))
    (found,) = group([str(path)], Options(now=NOW)).groups
    assert found.first_seen == ("2024-05-01T12:00:05.5Z" if own else "2024-05-01T12:00:01.123")


@pytest.mark.parametrize("zone", [None, timezone(timedelta(hours=2)), ZoneInfo("Europe/Berlin")])
def test_iso_says_the_zone_that_was_given(zone: timezone | None) -> None:
    clock = Clock(zone, NOW)
    moment = clock.of_printed(b"2024-05-01 12:00:00,123")
    assert moment is not None
    assert clock.iso(moment) == "2024-05-01T12:00:00.123" + ("+02:00" if zone else "")


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        (b"May  2 09:00:00", True),
        (b"I0502 09:00:00.123456", True),
        (b"May  1 09:00:00", False),
        (b"May  2 09:00:00 2024", False),
        (b"2024-05-02 09:00:00", False),
        (b"02/May/2024:09:00:00", False),
        (b"1714640400", False),
    ],
)
def test_a_day_that_may_be_of_this_year_or_the_last(printed: bytes, expected: bool) -> None:
    clock = Clock(now=NOW)
    moment = clock.of_printed(printed)
    assert moment is not None
    assert clock.may_be_of_two_years(moment) is expected


@pytest.mark.parametrize("options", [Options(), Options(engine="builtin"), Options(fast=False)], ids=str)
def test_where_a_record_prints_no_date_the_first_line_of_a_trace_may(
    tmp_path: Path, options: Options
) -> None:
    trace = '12:00:0{}.371 [main] ERROR failed\nException in thread "main" a.StateException: {}\n\tat shop.Orders.main(Orders.java:3)\n'
    messages = ["one", "two", "2024-05-01 12:00:07 late", "four"]
    path = tmp_path / "a.log"
    path.write_text(
        "start\n"
        + "".join(trace.format(second, text) for second, text in enumerate(messages))
        + "12:00:09.1 end\n"
    )
    (only,) = group([str(path)], options).groups
    assert (only.count, only.first_seen, only.last_seen) == (4, "2024-05-01T12:00:07", "2024-05-01T12:00:07")


@pytest.mark.parametrize("options", [Options(), Options(engine="builtin"), Options(fast=False)], ids=str)
def test_java_util_logging_prints_the_time_above_the_level(tmp_path: Path, options: Options) -> None:
    record = (
        "Apr 28, 2024 {}:37:1{} PM shop.Orders place\nSEVERE: order failed\n"
        "java.lang.IllegalStateException: no price\n\tat shop.Orders.price(Orders.java:12)\n\n"
    )
    path = tmp_path / "a.log"
    path.write_text("start\n" + "".join(record.format(hour, hour) for hour in range(1, 6)))
    (only,) = group([str(path)], options).groups
    assert (only.count, only.first_seen, only.last_seen) == (5, "2024-04-28T13:37:11", "2024-04-28T17:37:15")
