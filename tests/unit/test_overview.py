"""What a terminal shows of the errors of a log: a line each, under a headline, on one axis."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from stacktraces.model import Error, Frame, Group, Judgement
from stacktraces.render.axis import BARS, common_axis
from stacktraces.render.overview import show_overview
from stacktraces.render.report import ReportStats
from stacktraces.render.trends import trend
from tests.attacks import ATTACK, LINES, filled, raw
from tests.golden import UPDATE

SCREENS = Path(__file__).parents[1] / "screens"


def group(number: int, kind: str, message: str, hours: tuple[int, int], timeline: list[int]) -> Group:
    frame = Frame(function=f"shop.cart.f{number}", file=f"/srv/shop/cart{number}.py", line=number)
    return Group(
        fingerprint=f"3-{number * 0x1234567:016x}",
        error=Error(type=kind, message=message, frames=[frame]),
        format="python",
        runtime="python",
        count=sum(timeline),
        first_seen=f"2026-05-01T{hours[0]:02}:00:00Z",
        last_seen=f"2026-05-01T{hours[1]:02}:00:00Z",
        timeline=timeline,
        culprit=frame,
    )


GROUPS = [
    group(
        1, "shop.errors.OutOfStock", "'sku-284' is gone", (1, 20), [40, 38, 42, 37, 41, 40, 44, 39, 300, 420]
    ),
    group(2, "ConnectionError", "the warehouse does not answer within 30 seconds", (0, 9), [50, 60, 40]),
    group(3, "KeyError", "'größe 日本語 \U0001f600'", (12, 12), [3]),
    msgspec.structs.replace(
        group(4, "ValueError", "x" * 500, (2, 3), [1, 1]), first_seen=None, last_seen=None, timeline=[]
    ),
]
STATS = ReportStats(bytes=12_345_678, traces=1195, groups=4, files=2, unreadable=[], seconds=0.5)


def screen(width: int, groups: list[Group], verdicts: list[str] | None = None, left_out: int = 0) -> str:
    written = io.StringIO()
    console = Console(
        file=written, width=width, color_system=None, highlight=False, markup=False, emoji=False
    )
    judgements = [Judgement(each) for each in verdicts] if verdicts else [None] * len(groups)  # type: ignore[arg-type]
    show_overview(console, list(zip(groups, judgements, strict=True)), left_out, STATS)
    return "".join(f"{line.rstrip()}\n" for line in written.getvalue().splitlines())


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("labelled", [False, True])
def test_screens(width: int, labelled: bool) -> None:
    verdicts = ["regressed", "new", "similar", "known"] if labelled else None
    name = f"{'labelled' if labelled else 'plain'}-{width}.txt"
    shown = screen(width, GROUPS, verdicts, left_out=7 if labelled else 0)
    if UPDATE:
        (SCREENS / name).write_text(shown)
    assert shown == (SCREENS / name).read_text()


@pytest.mark.parametrize("width", [20, 40, 60, 80, 110, 200])
def test_each_group_is_one_line_and_no_line_is_wider_than_the_terminal(width: int) -> None:
    lines = screen(width, GROUPS * 3).splitlines()
    first = lines.index("")
    rows = lines[first + 2 : lines.index("", first + 1)]
    assert len(rows) == 12
    assert max(len(line) + sum(ord(each) > 0x2E80 for each in line) for line in lines) <= width


@pytest.mark.parametrize("text", [ATTACK, LINES])
def test_hostile_text_stays_in_its_line(text: str) -> None:
    shown = screen(100, [filled(Group, text)])
    assert raw(shown) is None
    assert len(shown.splitlines()) <= 8


def test_no_errors_are_told() -> None:
    assert screen(80, []).startswith("No errors found.\n")


def test_groups_stand_on_one_axis() -> None:
    axis = common_axis(GROUPS)
    assert axis is not None
    bars = [axis.bars(each) for each in GROUPS]
    assert [sum(each) for each in bars] == [1041, 150, 3, 0]
    assert bars[1][0] > 0
    assert bars[0][0] == 0
    assert bars[0][BARS - 1] > 0
    assert [place for place, count in enumerate(bars[2]) if count] == [BARS * 12 // 20]


def test_times_without_a_zone_stand_beside_those_with_one() -> None:
    mixed = [
        msgspec.structs.replace(GROUPS[0], first_seen="2026-05-01T01:00:00", last_seen="2026-05-01T02:00:00"),
        msgspec.structs.replace(GROUPS[1], first_seen="no time", last_seen="2026-05-01T02:00:00+02:00"),
    ]
    axis = common_axis(mixed)
    assert axis is not None
    assert axis.bars(mixed[1]) == []


@pytest.mark.parametrize(
    ("counts", "compared", "expected"),
    [
        ([10] * 12, 1, None),
        ([10] * 9 + [60] * 3, 1, "grows"),
        ([1] * 9 + [3] * 3, 1, None),  # Too few to be sure.
        ([10] * 9 + [0] * 3, 1, "stopped"),
        ([2] * 9 + [0] * 3, 1, None),
        ([3] * 9 + [0] * 3, 1, "stopped"),
        ([3] * 9 + [0] * 3, 1000, None),  # Among a thousand series this comes about by chance.
        ([0] * 12, 1, None),
        ([], 1, None),
        ([5, 100], 1, None),
        ([0] * 9 + [10**9] * 3, 10**6, "grows"),
    ],
)
def test_trends(counts: list[int], compared: int, expected: str | None) -> None:
    assert trend(counts, compared) == expected
