"""Groups of errors as plain text, for a pipe, a pager or a file: a block each, nothing cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..model import Error, Frame, Group, GroupRule, Judgement, Origin, RelatedStack
from ._safe import one_line, printable
from .report import ReportStats

_BARS = "▁▂▃▄▅▆▇█"
_SOURCES = 3
_TITLES = 3
_ALIKE = 5


_ERROR = "1;31"
_VERDICTS = {"new": "1;31", "regressed": "1;35", "similar": "33", "known": "32", "ignored": "2"}
"""Colours as ECMA-48 numbers them."""


def _painted(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m"


def sparkline(counts: list[int], width: int) -> str:
    """``counts`` as ``width`` bars at the most; "" for fewer than two."""
    if len(counts) < 2:
        return ""
    if len(counts) > width:
        step = len(counts) / width
        counts = [sum(counts[int(index * step) : int((index + 1) * step)]) for index in range(width)]
    most = max(counts) or 1
    return "".join(_BARS[-(-each * (len(_BARS) - 1) // most)] if each else " " for each in counts)


def headline(error: Error) -> str:
    """The type and the message's first line, on one line."""
    return one_line(error.headline or "stack")


def place(frame: Frame) -> str:
    """``file:line in function`` as far as known."""
    where = frame.file or frame.module or ""
    if frame.line is not None:
        where += f":{frame.line}"
    function = frame.function or "??"
    return one_line(f"{where} in {function}" if where else function)


def root_cause(error: Error) -> Error | None:
    """The error that began the chain, or ``None`` where ``error`` has no cause."""
    root = error.chain()[-1]
    return None if root is error else root


def moment(time: str | None) -> str:
    """A time for a person: no fraction, a blank for the T."""
    if time is None:
        return ""
    head, _, rest = time.partition(".")
    return one_line(head.replace("T", " ") + rest.lstrip("0123456789"))


def span(group: Group) -> str:
    """From when to when the group was seen; "" where it is not known."""
    first, last = moment(group.first_seen), moment(group.last_seen)
    return first if last in ("", first) else f"{first} to {last}"


def source(origin: Origin) -> str:
    """``path:line``, or the byte where the line is not known."""
    if origin.line is not None:
        return one_line(f"{origin.path}:{origin.line}")
    return one_line(f"{origin.path} at byte {origin.offset}")


def several_runtimes(groups: Iterable[Group]) -> bool:
    """Whether more than one runtime printed ``groups``, so that it helps to say which."""
    return len({group.runtime for group in groups}) > 1


def group_lines(
    group: Group,
    judgement: Judgement | None = None,
    seen: str | None = None,
    color: bool = False,
    show_runtime: bool = False,
    alike: Sequence[Group] = (),
) -> Iterator[str]:
    """The block of one group; ``seen`` says where, its sources do unless given.

    ``alike`` are groups that differ from it in who called alone.
    """
    verdict = f"{judgement.verdict.upper()}  " if judgement else ""
    headed = headline(group.error)
    if color:
        kind, colon, message = headed.partition(": ")
        headed = f"{_painted(kind, _ERROR)}{colon}{message}"
        verdict = _painted(verdict.rstrip(), _VERDICTS[judgement.verdict]) + "  " if judgement else ""
    yield f"{verdict}{group.count} × {headed}"
    if group.culprit is not None:
        yield f"    at      {place(group.culprit)}"
    elif (frame := innermost(group.error)) is not None:
        yield f"    raised  {place(frame)}"
    if (root := root_cause(group.error)) is not None:
        yield f"    root    {headline(root)}"
    if group.error.related:
        yield f"    also    {_titles(group.error.related)}"
    if group.first_seen is not None:
        yield f"    when    {span(group)}  {sparkline(group.timeline, 24)}".rstrip()
    if where := _places(group) if seen is None else one_line(seen):
        yield f"    seen    {where}"
    if show_runtime and group.runtime is not None:
        yield f"    runtime {one_line(group.runtime)}"
    if group.rule is not None:
        yield f"    rule    {rule_words(group.rule)}"
    yield f"    id      {one_line(group.fingerprint)}"
    yield from _judgement_lines(judgement)
    yield from _alike_lines(alike)


def _alike_lines(groups: Sequence[Group]) -> Iterator[str]:
    if not groups:
        return
    total = sum(each.count for each in groups)
    yield f"    alike   {len(groups):,} groups, {total:,} occurrences, that differ in who called alone:"
    for each in groups[:_ALIKE]:
        yield f"            {one_line(each.fingerprint)}  {each.count:,} ×  {caller(each)}"
    if len(groups) > _ALIKE:
        yield f"            and {len(groups) - _ALIKE:,} more"


def caller(group: Group) -> str:
    """Where the frame that raised was called."""
    frames = group.error.frames
    return place(frames[1] if len(frames) > 1 else frames[0]) if frames else ""


def rule_words(rule: GroupRule) -> str:
    """The rule's name, and what it says."""
    said = (
        rule.title if rule.title != rule.name else None,
        rule.owner and f"owner {rule.owner}",
        rule.severity and f"severity {rule.severity}",
        "ignored" if rule.ignore else None,
    )
    told = ", ".join(filter(None, said))
    return one_line(f"{rule.name}: {told}" if told else rule.name)


def innermost(error: Error) -> Frame | None:
    """The innermost frame of ``error``, or of its cause where it has none."""
    return next((each.frames[0] for each in error.chain() if each.frames), None)


def _title(stack: RelatedStack) -> str:
    return one_line(stack.title.partition("\n")[0].rstrip(" :"))


def _titles(stacks: Sequence[RelatedStack]) -> str:
    titles = "; ".join(_title(each) for each in stacks[:_TITLES])
    more = len(stacks) - _TITLES
    return f"{titles} and {more:,} more" if more > 0 else titles


def _places(group: Group) -> str:
    places = ", ".join(source(each) for each in group.sources[:_SOURCES])
    more = group.count - len(group.sources[:_SOURCES])
    return f"{places} and {more:,} more" if places and more > 0 else places


def _judgement_lines(judgement: Judgement | None) -> Iterator[str]:
    if judgement is None:
        return
    if judgement.issue is not None:
        link = f"  {judgement.issue.link}" if judgement.issue.link else ""
        yield one_line(f"    issue   {judgement.issue.id}: {judgement.issue.title}{link}")
    if judgement.reason:
        sure = f"  ({judgement.probability:.0%} sure)" if judgement.probability is not None else ""
        yield one_line(f"    why     {judgement.reason}{sure}")


def totals(stats: ReportStats) -> str:
    """One line: how much was read, what was found, how long it took."""
    rate = stats.bytes / stats.seconds / 1e6 if stats.seconds > 0 else 0.0
    parts = [
        f"{size(stats.bytes)} in {stats.files:,} {'file' if stats.files == 1 else 'files'}",
        f"{stats.traces:,} {'trace' if stats.traces == 1 else 'traces'}",
        f"{stats.groups:,} distinct",
        f"{stats.seconds:.2f} s",
        f"{rate:,.0f} MB/s",
    ]
    return ", ".join(parts)


def size(count: int) -> str:
    """A number of bytes for a person, in powers of 1000."""
    amount = float(count)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.2f} GB"


def led_to(error: Error) -> str:
    """The words between the cause of ``error`` and ``error``."""
    return "which was the cause of" if error.cause_kind == "cause" else "during which came"


def error_lines(
    error: Error, *, show_locals: bool = False, fold_related: bool = False, indent: str = ""
) -> Iterator[str]:
    """An error whole: its causes first, each with its frames, outermost first, as Python prints them.

    ``fold_related`` shows of further stacks of the same report their titles only.
    """
    for each in reversed(error.chain()):
        if each.cause is not None:
            yield f"{indent}{led_to(each)}"
        yield from _frame_lines(each.frames, show_locals, f"{indent}  ")
        message = printable(each.message or "").replace("\n", f"\n{indent}    ")
        kind = one_line(each.type or "")
        yield f"{indent}{kind}: {message}" if kind and message else f"{indent}{kind or message}"
        for note in each.notes:
            yield f"{indent}  note: {printable(note)}"
        for stack in each.related:
            if fold_related:
                yield f"{indent}  {_title(stack)}"
            else:
                yield from (f"{indent}  {line}" for line in printable(stack.title).split("\n"))
                yield from _frame_lines(stack.frames, show_locals, f"{indent}    ")
        for number, child in enumerate(each.children, 1):
            yield f"{indent}  member {number} of {len(each.children)}:"
            yield from error_lines(
                child, show_locals=show_locals, fold_related=fold_related, indent=f"{indent}    "
            )


def _frame_lines(frames: Sequence[Frame], show_locals: bool, indent: str) -> Iterator[str]:
    for frame in reversed(frames):
        yield f"{indent}{place(frame)}"
        if frame.source:
            yield from (f"{indent}    {line}" for line in printable(frame.source).split("\n"))
        if show_locals and frame.locals:
            yield from (one_line(f"{indent}    {name} = {value}") for name, value in frame.locals.items())
