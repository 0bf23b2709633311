"""The result of ``stacktraces log`` as JSON: groups with totals, or a line for each occurrence.

The structures here are the schema (``docs/schema.md`` is made from them). Every key is always there; what
is not known is null, what there is none of is an empty list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from ..model import (
    CauseKind,
    Context,
    Error,
    Frame,
    Group,
    GroupRule,
    Judgement,
    KnownIssue,
    Origin,
    RelatedStack,
    Trace,
    ValueCounts,
)
from ._safe import safe_json

SCHEMA_VERSION = 1


class ReportFrame(msgspec.Struct, gc=False):
    """One call on a stack."""

    function: str | None
    file: str | None
    line: int | None
    module: str | None
    source: str | None
    locals: dict[str, str] | msgspec.UnsetType | None = msgspec.UNSET
    """Only with --show-locals."""


class ReportRelatedStack(msgspec.Struct):
    """A further stack of the report of an error; frames stand innermost first."""

    title: str
    frames: list[ReportFrame]


class ReportError(msgspec.Struct):
    """An error; frames stand innermost first."""

    type: str | None
    message: str | None
    notes: list[str]
    frames: list[ReportFrame]
    cause: ReportError | None
    cause_kind: CauseKind | None
    children: list[ReportError]
    related: list[ReportRelatedStack]
    """Further stacks of the same report: where the memory was freed, what another thread did."""
    runtime: str | None
    """Where it is another than that of the trace."""


class ReportOrigin(msgspec.Struct):
    """A place in the input: line from 1, offset in bytes from 0."""

    path: str | None
    line: int | None
    offset: int | None
    time_ns: int | None = None
    """When it was logged there, in nanoseconds since 1970."""


class ReportValueCounts(msgspec.Struct):
    """How often occurrences had which value."""

    values: dict[str, int]
    others: int
    """Occurrences with values that are not named."""
    distinct: int
    """How many values there are, estimated where not all are named."""
    error: float
    """The relative standard error of that, 0 where it is exact."""


class ReportRange(msgspec.Struct):
    """A part of a file that was scanned on its own."""

    path: str
    start: int
    end: int
    lines: int
    last: bool


class ReportGroup(msgspec.Struct):
    """Occurrences of what is taken to be the same error."""

    fingerprint: str
    count: int
    first_seen: str | None
    last_seen: str | None
    first_seen_ns: int | None
    last_seen_ns: int | None
    timeline: list[int]
    """Counts over equal spans; empty where times are not known."""
    timeline_start: int | None
    """Seconds since 1970 at which the first of them starts."""
    timeline_width: int | None
    """Seconds that each spans."""
    error: ReportError
    """The first occurrence."""
    culprit: ReportFrame | None
    """The innermost frame of the user's own code."""
    sources: list[ReportOrigin]
    """The first places; ``count`` has the total."""
    contexts: dict[str, ReportValueCounts]
    """With --contexts, for each of host, pod, process, logger, level and message."""
    format: str
    runtime: str | None
    """The name of the runtime that printed it."""
    family: str | None = None
    """The fingerprint of the group that stands for all which differ in who called alone; also its own."""
    rule: GroupRule | None = None
    """The rule of --issue-rules that matches it: name, title, owner, severity, ignore."""
    verdict: str | msgspec.UnsetType | None = msgspec.UNSET
    """With --known: new, regressed, similar, known or ignored."""
    unsure: bool | msgspec.UnsetType = msgspec.UNSET
    probability: float | msgspec.UnsetType | None = msgspec.UNSET
    reason: str | msgspec.UnsetType | None = msgspec.UNSET
    issue: KnownIssue | msgspec.UnsetType | None = msgspec.UNSET


class ReportUnread(msgspec.Struct):
    """Places of one kind that look like a stack trace, at which nothing was read."""

    kind: str
    count: int
    first: ReportOrigin


class ReportStats(msgspec.Struct):
    """What was read and found."""

    bytes: int
    traces: int
    groups: int
    files: int
    unreadable: list[str]
    """The files that could not be read, a sentence each."""
    seconds: float
    dropped: int = 0
    """Occurrences of groups beyond --max-groups."""
    snapshots: int = 0
    """Snapshots of processes."""
    unread: list[ReportUnread] = []
    """What looks like a stack trace and was not read, by kind, in the order of the first places."""


class Report(msgspec.Struct):
    """What ``stacktraces log --format json`` prints."""

    schema_version: int
    groups: list[ReportGroup]
    ranges: list[ReportRange]
    """Parts of files that were scanned without the others; empty where whole files were."""
    stats: ReportStats


class ReportOccurrence(msgspec.Struct):
    """A line of ``stacktraces log --each --format jsonl``."""

    error: ReportError
    time: str | None
    origin: ReportOrigin
    context: dict[str, str]
    """host, pod, container, process, pid, thread, task, logger, level, stream, as far as known."""
    before: str | None
    """The log line before the trace."""
    preamble: list[str]
    uncertain: list[str]
    format: str
    runtime: str | None
    """The name of the runtime that printed it."""
    fingerprint: str


class Reporter:
    """Turns the model into what is printed."""

    def __init__(self, *, show_locals: bool = False) -> None:
        self._show_locals = show_locals

    def frame(self, frame: Frame) -> ReportFrame:
        """``frame`` with the keys of the schema."""
        shown: Any = frame.locals if self._show_locals else msgspec.UNSET
        return ReportFrame(frame.function, frame.file, frame.line, frame.module, frame.source, shown)

    def error(self, error: Error) -> ReportError:
        """``error`` with its causes, however many, and its children."""
        reported: ReportError | None = None
        for each in reversed(error.chain()):
            reported = ReportError(
                type=each.type,
                message=each.message,
                notes=each.notes,
                frames=[self.frame(frame) for frame in each.frames],
                cause=reported,
                cause_kind=each.cause_kind,
                children=[self.error(child) for child in each.children],
                related=[self._related(stack) for stack in each.related],
                runtime=each.runtime,
            )
        assert reported is not None
        return reported

    def _related(self, stack: RelatedStack) -> ReportRelatedStack:
        return ReportRelatedStack(stack.title, [self.frame(frame) for frame in stack.frames])

    def group(self, group: Group, judgement: Judgement | None = None) -> ReportGroup:
        """``group``, with its verdict where there is one."""
        reported = ReportGroup(
            fingerprint=group.fingerprint,
            count=group.count,
            first_seen=group.first_seen,
            last_seen=group.last_seen,
            first_seen_ns=group.first_seen_ns,
            last_seen_ns=group.last_seen_ns,
            timeline=group.timeline,
            timeline_start=group.timeline_start,
            timeline_width=group.timeline_width,
            error=self.error(group.error),
            culprit=self.frame(group.culprit) if group.culprit else None,
            sources=[_origin(each) for each in group.sources],
            contexts={name: _counts(counts) for name, counts in group.contexts.items()},
            format=group.format,
            runtime=group.runtime,
            family=group.family,
            rule=group.rule,
        )
        if judgement is not None:
            reported.verdict, reported.unsure = judgement.verdict, judgement.unsure
            reported.probability = judgement.probability
            reported.reason = judgement.reason
            reported.issue = judgement.issue
        return reported

    def occurrence(self, trace: Trace, fingerprint: str) -> ReportOccurrence:
        """One occurrence."""
        return ReportOccurrence(
            error=self.error(trace.error),
            time=trace.time,
            origin=_origin(trace.origin),
            context=_context(trace.context),
            before=trace.before,
            preamble=trace.preamble,
            uncertain=trace.uncertain,
            format=trace.format,
            runtime=trace.runtime,
            fingerprint=fingerprint,
        )


def unread_place(kind: str, count: int, first: Origin) -> ReportUnread:
    """Places of one kind with the keys of the schema."""
    return ReportUnread(kind, count, _origin(first))


def _origin(origin: Origin) -> ReportOrigin:
    return ReportOrigin(origin.path, origin.line, origin.offset, origin.time_ns)


def _counts(counts: ValueCounts) -> ReportValueCounts:
    return ReportValueCounts(counts.values, counts.others, counts.distinct, counts.error)


def _context(context: Context) -> dict[str, str]:
    return {name: value for name, value in msgspec.structs.asdict(context).items() if value is not None}


def encode(value: Any) -> bytes:
    """JSON of any of these structures; what no UTF-8 can hold, and what steers a terminal, is escaped."""
    try:
        return safe_json(msgspec.json.encode(value))
    except UnicodeEncodeError:
        return safe_json(msgspec.json.encode(_encodable(msgspec.to_builtins(value))))


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list):
        return [_encodable(each) for each in value]
    if isinstance(value, dict):
        return {_encodable(key): _encodable(each) for key, each in value.items()}
    return value


def report_pieces(
    groups: Iterable[ReportGroup], stats: ReportStats, ranges: Iterable[Any] = ()
) -> Iterator[bytes]:
    """The JSON document of a :class:`Report`, in pieces to be written in turn."""
    yield b'{"schema_version":%d,"groups":[' % SCHEMA_VERSION
    for number, group in enumerate(groups):
        yield (b",\n" if number else b"\n") + encode(group)
    yield b'\n],"ranges":' + encode(list(ranges)) + b',"stats":' + encode(stats) + b"}\n"
