"""One HTML page without network: the groups, when they happened, and each one's stack and verdict.

It can be read without scripts; they only search, filter and sort. Values of local variables appear only where
asked for. The page's policy lets no other script run than its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from importlib import resources

from ...model import Error, Frame, KnownIssue
from .. import plain
from .._page import foot, head, said
from .._safe import printable, safe
from ..axis import BARS, Axis, common_axis
from . import Answer, Output, Shown
from ._words import count

_VERDICTS = ("regressed", "new", "similar", "known", "ignored")
_CHART = (900, 110)
"""Width and height of the chart of all groups, in its own units."""
_TREND = (180, 22)
_MOST_SOURCES = 10
_DEEPEST = 20
"""Members of exception groups within each other that are shown."""


def pieces(answer: Answer) -> Iterator[bytes]:
    """The page."""
    axis = common_axis(each.group for each in answer.shown)
    for part in (_start(answer), _chart(answer, axis), _list(answer, axis), _end(answer)):
        for piece in part:
            yield piece.encode("utf-8", "backslashreplace")


def _file(name: str) -> str:
    return (resources.files(__package__) / name).read_text(encoding="utf-8")


def _start(answer: Answer) -> Iterator[str]:
    number = len(answer.shown)
    title = f"{number:,} distinct {'error' if number == 1 else 'errors'}" if number else "No errors found"
    verdicts = Counter(each.verdict for each in answer.shown)
    told = ", ".join(f"{verdicts[each]:,} {each}" for each in _VERDICTS if verdicts[each])
    facts = [told, plain.totals(answer.stats)]
    yield from head(f"{title}: {told}" if told else title, facts[1:], _file("page.css"), _file("page.js"))
    yield "</header>\n<main>\n"
    for sentence in answer.stats.unreadable:
        yield f'<p class="warn">{said(sentence)}</p>\n'


def _chart(answer: Answer, axis: Axis | None) -> Iterator[str]:
    if axis is None:
        return
    total = [0] * BARS
    for each in answer.shown:
        for place, number in enumerate(axis.bars(each.group)):
            total[place] += number
    start, end = (plain.moment(each.isoformat()) for each in (axis.start, axis.end))
    most = max(total)
    yield (
        '<figure><figcaption>Occurrences of all errors</figcaption><div class="chart">'
        f'<span class="top">{most:,}</span>{_bars(total, *_CHART)}'
        f'<p class="axis"><span>{said(start)}</span><span>{said(end)}</span></p></div></figure>\n'
    )


def _bars(counts: Sequence[int], width: int, height: int) -> str:
    most = max(counts, default=0)
    if not most:
        return ""
    step = width / len(counts)
    shown = "".join(
        f'<rect x="{place * step:.1f}" y="{height - high:.1f}" width="{step * 0.8:.1f}" height="{high:.1f}">'
        f"<title>{number:,}</title></rect>"
        for place, number in enumerate(counts)
        if number and (high := max(2.0, number / most * height))
    )
    return (
        f'<svg viewBox="0 0 {width} {height}" preserveAspectRatio="none" role="img" '
        f'aria-label="Counts over time, at most {most:,}">{shown}</svg>'
    )


def _list(answer: Answer, axis: Axis | None) -> Iterator[str]:
    yield from _controls(answer)
    yield '<section id="groups" aria-label="Errors">\n'
    for number, each in enumerate(answer.shown):
        yield from _group(answer, axis, number, each)
    yield "</section>\n"


def _controls(answer: Answer) -> Iterator[str]:
    yield (
        '<form class="controls scripted" hidden><input type="search" id="search" autocomplete="off" '
        'placeholder="Search types, messages, functions, files" aria-label="Search">'
        '<label>Sort by <select id="sort"><option value="place">as listed</option>'
        '<option value="count">count</option><option value="last">last seen</option>'
        '<option value="first">first seen</option></select></label>'
    )
    for name, values in (
        ("verdict", [each for each in _VERDICTS if any(shown.verdict == each for shown in answer.shown)]),
        ("runtime", sorted({each.group.runtime for each in answer.shown if each.group.runtime})),
    ):
        if len(values) > 1:
            yield f'<fieldset data-of="{name}"><legend>{name}</legend>'
            for value in values:
                yield f'<label><input type="checkbox" checked value="{said(value)}">{said(value)}</label>'
            yield "</fieldset>"
    yield '<output id="matches"></output></form>\n'


def _group(answer: Answer, axis: Axis | None, number: int, shown: Shown) -> Iterator[str]:
    group = shown.group
    pill = f'<span class="pill {shown.verdict}">{shown.verdict}</span> ' if shown.verdict else ""
    kind, colon, message = plain.headline(group.error).partition(": ")
    trend = _bars(axis.bars(group), *_TREND) if axis is not None else ""
    at = group.culprit or plain.innermost(group.error)
    data = {
        "place": str(number),
        "count": str(group.count),
        "first": group.first_seen,
        "last": group.last_seen,
        "verdict": shown.verdict,
        "runtime": group.runtime,
    }
    attributes = " ".join(f'data-{name}="{said(value)}"' for name, value in data.items())
    yield f'<details class="group" id="{said(group.fingerprint)}" {attributes}>'
    yield f'<summary><b class="count">{group.count:,}</b><span class="trend">{trend}</span>'
    yield f'<span class="what">{pill}<b>{said(kind)}</b>{colon}{said(message)}'
    yield f'<code class="where">{said(plain.place(at)) if at else ""}</code></span></summary>\n'
    yield '<div class="body">\n'
    yield from _facts(shown)
    yield from _error(answer, group.error, group.runtime, 0)
    yield from _sources(shown)
    yield "</div></details>\n"


def _facts(shown: Shown) -> Iterator[str]:
    group, judgement = shown.group, shown.judgement
    facts = [("seen", f"{count(group)}{f', {span}' if (span := plain.span(group)) else ''}")]
    if (root := plain.root_cause(group.error)) is not None:
        facts.append(("root cause", plain.headline(root)))
    if judgement is not None and judgement.reason:
        sure = f" ({judgement.probability:.0%} sure)" if judgement.probability is not None else ""
        facts.append((f"why {judgement.verdict}", judgement.reason + sure))
    facts += [("runtime", group.runtime or ""), ("fingerprint", group.fingerprint)]
    yield '<dl class="facts">'
    yield from (f"<dt>{said(name)}</dt><dd>{said(value)}</dd>" for name, value in facts if value)
    if judgement is not None and judgement.issue is not None:
        yield f"<dt>issue</dt><dd>{_issue(judgement.issue)}</dd>"
    yield "</dl>\n"


def _issue(issue: KnownIssue) -> str:
    told = f"{said(issue.id)}: {said(issue.title)}"
    if issue.link and issue.link.startswith(("https://", "http://")):
        told += f' <a href="{said(issue.link)}" rel="noreferrer noopener">{said(issue.link)}</a>'
    return f"{told} {said(issue.note)}"


def _error(answer: Answer, error: Error, runtime: str | None, depth: int) -> Iterator[str]:
    """The error and its causes, the error itself first, each with its stack, innermost frame first."""
    heading = "Stack"
    for link in error.chain():
        printer = link.runtime or runtime
        yield f'<h3>{heading}: <span class="error">{said(link.type)}</span></h3>\n'
        if link.message:
            yield f'<pre class="message">{_block(link.message)}</pre>\n'
        yield from (f'<pre class="note">{_block(note)}</pre>\n' for note in link.notes)
        yield from _frames(answer, link.frames, printer)
        for related in link.related:
            yield f"<details><summary>{said(related.title)}</summary>\n"
            yield from _frames(answer, related.frames, printer)
            yield "</details>\n"
        for number, child in enumerate(link.children, 1):
            if depth < _DEEPEST:
                yield f'<details class="member"><summary>Member {number} of {len(link.children)}</summary>\n'
                yield from _error(answer, child, printer, depth + 1)
                yield "</details>\n"
        heading = "Caused by" if link.cause_kind == "cause" else "While handling"


def _frames(answer: Answer, frames: Sequence[Frame], runtime: str | None) -> Iterator[str]:
    """Runs of frames that are not the user's own are folded where the user's own stand between them."""
    own = answer.own_frames(frames, runtime)
    yield '<ol class="stack">\n'
    at = 0
    while at < len(frames):
        end = at + 1
        while end < len(frames) and own[end] == own[at]:
            end += 1
        folded = not own[at] and any(own) and end - at > 2
        if folded:
            yield f"<li><details><summary>{end - at} frames of libraries</summary><ol>\n"
        for frame in frames[at:end]:
            yield from _frame(answer, frame, own[at])
        if folded:
            yield "</ol></details></li>\n"
        at = end
    yield "</ol>\n"


def _frame(answer: Answer, frame: Frame, own: bool) -> Iterator[str]:
    found = answer.locate(frame)
    printed = frame.file or frame.module or ""
    where = f"{found[0]}:{found[1]}" if found else f"{printed}:{frame.line}" if frame.line else printed
    yield f"<li{' class=own' if own else ''}><code>{said(frame.function or '??')}</code> "
    yield f'<span class="where">{said(where)}</span>'
    if frame.source:
        yield f'<pre class="source">{_block(frame.source)}</pre>'
    if answer.values and frame.locals:
        rows = (f"<dt>{said(name)}</dt><dd>{_block(value)}</dd>" for name, value in frame.locals.items())
        yield f'<dl class="value">{"".join(rows)}</dl>'
    yield "</li>\n"


def _sources(shown: Shown) -> Iterator[str]:
    sources = shown.group.sources[:_MOST_SOURCES]
    if sources:
        places = "".join(f"<li><code>{said(plain.source(each))}</code></li>" for each in sources)
        yield f'<h3>First places</h3><ul class="places">{places}</ul>\n'


def _block(text: str) -> str:
    """Text of several lines."""
    return "\n".join(safe(line, "html") for line in printable(text).split("\n"))


def _end(answer: Answer) -> Iterator[str]:
    note = "" if answer.values else "Values of local variables are left out; --show-locals shows them. "
    yield f"</main>\n{foot(note, _file('page.js'))}"


OUTPUT = Output(pieces)
