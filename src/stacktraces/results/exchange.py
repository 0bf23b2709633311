"""Results as JSON and back."""

from __future__ import annotations

import msgspec

from ..errors import InputError
from ..model import Group, Judgement, KnownIssue, Verdict
from ..render.report import SCHEMA_VERSION, Reporter, ReportStats, report_pieces, unread_place
from .merging import order_of
from .result import Range, Result, Stats, Unread, Unreadable

_FIRST_KEY = b'{"fingerprint"'
"""How each line of ``--format jsonl`` starts."""
_LONGEST_TIMELINE = 1 << 12


class _Stats(msgspec.Struct):
    bytes: int = 0
    traces: int = 0
    files: int = 0
    snapshots: int = 0
    seconds: float = 0.0
    dropped: int = 0
    unreadable: list[str] = []
    unread: list[Unread] = []


class _Report(msgspec.Struct):
    groups: list[Group]
    schema_version: int = SCHEMA_VERSION
    stats: _Stats = msgspec.field(default_factory=_Stats)
    ranges: list[Range] = []


class _Verdict(msgspec.Struct):
    fingerprint: str
    verdict: Verdict | None = None
    unsure: bool = False
    probability: float | None = None
    reason: str | None = None
    issue: KnownIssue | None = None


class _Verdicts(msgspec.Struct):
    groups: list[_Verdict]


def verdicts_in(data: bytes | memoryview) -> dict[str, Judgement]:
    """The verdicts in a saved result that :func:`from_json` takes, by fingerprint; none where it has none."""
    try:
        found = msgspec.json.decode(data, type=_Verdicts).groups
    except msgspec.DecodeError:
        found = msgspec.json.Decoder(_Verdict).decode_lines(data)
    return {
        each.fingerprint: Judgement(each.verdict, each.unsure, each.probability, each.reason, each.issue)
        for each in found
        if each.verdict is not None
    }


def report_stats(result: Result) -> ReportStats:
    """The totals of ``result`` as they are printed."""
    stats = result.stats
    return ReportStats(
        bytes=stats.bytes,
        traces=stats.traces,
        groups=stats.groups,
        files=stats.files,
        snapshots=stats.snapshots,
        unreadable=[each.reason for each in result.unreadable],
        seconds=stats.seconds,
        dropped=stats.beyond,
        unread=[unread_place(each.kind, each.count, each.first) for each in stats.unread],
    )


def to_json(result: Result, *, show_locals: bool) -> bytes:
    """See :meth:`Result.to_json`."""
    reporter = Reporter(show_locals=show_locals)
    groups = (reporter.group(each) for each in result.groups)
    return b"".join(report_pieces(groups, report_stats(result), result.ranges))


def from_json(data: bytes | str | memoryview, name: str = "The text") -> Result:
    """See :meth:`Result.from_json`; takes JSON lines, too. ``name`` is what errors call it."""
    try:
        return _decode(data.encode() if isinstance(data, str) else data)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise InputError(
            f"{name} is no result of `stacktraces log --format json` ({error}); save one and name it."
        ) from error


def _decode(data: bytes | memoryview) -> Result:
    try:
        report = msgspec.json.decode(data, type=_Report)
    except msgspec.DecodeError:
        if bytes(data[: len(_FIRST_KEY)]) != _FIRST_KEY:
            raise
        groups = msgspec.json.Decoder(Group).decode_lines(data)
        report = _Report(groups, stats=_Stats(traces=sum(each.count for each in groups)))
    if report.schema_version > SCHEMA_VERSION:
        raise msgspec.ValidationError("a newer version of stacktraces wrote it; update this one")
    for group in report.groups:
        _check(group)
    return _result(report)


def _check(group: Group) -> None:
    """Raise ``msgspec.ValidationError`` where ``group`` has what no result has."""
    if group.first_seen_ns is not None:
        # A sum relies on it that no place is earlier, whoever wrote the text.
        places = [each.time_ns for each in group.sources if each.time_ns is not None]
        group.first_seen_ns = min([group.first_seen_ns, *places])
    width = group.timeline_width
    if group.timeline_start is None or width is None:
        group.timeline_start = group.timeline_width = None
    elif width < 1 or width & width - 1 or len(group.timeline) > _LONGEST_TIMELINE:
        raise msgspec.ValidationError(f"the timeline of {group.fingerprint} is none")


def _result(report: _Report) -> Result:
    stats, unreadable = report.stats, [Unreadable("", each) for each in report.stats.unreadable]
    return Result(
        sorted(report.groups, key=order_of),
        Stats(
            bytes=stats.bytes,
            traces=stats.traces,
            groups=len(report.groups),
            beyond=stats.dropped,
            snapshots=stats.snapshots,
            files=stats.files,
            unreadable=len(unreadable),
            unread=stats.unread,
            seconds=stats.seconds,
        ),
        unreadable,
        report.ranges,
    )
