"""One HTML page without network: what stands out, hosts, flame graph, locks, groups with stacks, processes.

It can be read without scripts; they only search and zoom. Values of arguments and local variables, and
command lines, appear only where asked for. The page's policy lets no other script run than its own.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape
from importlib import resources

from ...model import Frame, Snapshot
from ...snapshots.merging import Merged, Stack, outliers, tree
from ...snapshots.movement import verdict
from .._safe import one_line, printable, safe
from ..crashes import Ended, crash_blocks
from ..locks import lock_lines
from . import Output, Shown
from ._drawing import drawing
from ._flame import flame_graph, kind_of
from ._hosts import counts_by_host, hosts, share, table
from ._locks import LockGraph, lock_graph
from ._words import (
    MOST_NAMED,
    counted,
    crashed,
    doing,
    duration,
    ended,
    function_name,
    movement,
    outlier_heading,
    process_name,
    short_run,
    stack_line,
)

_MOST_THREADS = 60
_MOST_PLACES = 40
_PREVIEW = 6
_MOST_FINDINGS = 100
_MOST_GRAPHS = 50


class _Page:
    """What the page is about."""

    def __init__(self, snapshots: Iterable[Snapshot], shown: Shown) -> None:
        self.shown = shown
        self.merged = Merged()
        self.graphs: list[tuple[str, LockGraph]] = []
        self.names: dict[str, None] = {}
        self.tools: dict[str, None] = {}
        self.times: list[str] = []
        self.locks: list[str] = []
        self.crashes: list[Ended] = []
        for snapshot in snapshots:
            self.merged.add(snapshot)
            self.tools[snapshot.tool or snapshot.format] = None
            if snapshot.host:
                self.names[snapshot.host] = None
            if snapshot.time:
                self.times = [*self.times[:1], snapshot.time]
            for process in snapshot.processes:
                self.locks += lock_lines(process, snapshot.host)
                self.crashes += ended(process, snapshot.host)
                if (graph := lock_graph(process)) is not None:
                    self.graphs.append((process_name(process, snapshot.host), graph))
        stacks = self.merged.stacks()
        self.stacks = shown.combine(stacks) if shown.combine is not None else stacks
        self.hosts = hosts(self.merged, self.stacks)

    @property
    def title(self) -> str:
        processes = self.merged.processes
        threads = counted(self.merged.threads, "thread")
        if len(processes) == 1:
            return f"{threads} of {process_name(processes[0].process)}"
        on = f" on {counted(len(self.hosts), 'host')}" if self.hosts else ""
        return f"{threads} in {counted(len(processes), 'process')}{on}"


def pieces(snapshots: Iterable[Snapshot], shown: Shown) -> Iterator[bytes]:
    """The page."""
    page = _Page(snapshots, shown)
    for part in (_head, _findings, _hosts, _flame, _locks, _groups, _processes, _foot):
        for piece in part(page):
            yield piece.encode("utf-8", "backslashreplace")


def _file(name: str) -> str:
    return (resources.files(__package__) / name).read_text(encoding="utf-8")


def _said(text: str | None) -> str:
    """Text from the input, for a line of the page."""
    return safe(text or "", "html")


def _head(page: _Page) -> Iterator[str]:
    script = base64.b64encode(hashlib.sha256(_file("page.js").encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{script}'"
    names = list(page.names)
    named = names[:MOST_NAMED] + ([f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else [])
    said = [
        _said(each) for each in (", ".join(named), " to ".join(page.times), ", ".join(page.tools)) if each
    ]
    yield (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{_said(page.title)}</title>\n<style>\n{_file('page.css')}</style>\n</head>\n<body>\n"
        f"<header><h1>{_said(page.title)}</h1>\n<p>{' · '.join(said)}</p>\n"
    )
    links = {
        "hosts": "Hosts",
        "flame-graph": "Flame graph",
        "locks": "Locks",
        "groups": "Groups",
        "processes": "Processes",
    }
    for name, is_there in (("hosts", page.hosts), ("locks", page.graphs)):
        if not is_there:
            del links[name]
    yield "<nav>" + " ".join(f'<a href="#{name}">{title}</a>' for name, title in links.items())
    yield "</nav></header>\n<main>\n"


def _findings(page: _Page) -> Iterator[str]:
    merged = page.merged
    found: list[tuple[str, list[str]]] = [
        ("bad" if known in ("new", "regressed") else "warn", block)
        for known, block in crash_blocks(page.crashes)
    ]
    for sentence in page.locks:
        heading, _, told = sentence.partition(": ")
        found.append(("bad" if heading.startswith("Deadlock") else "warn", [heading, told]))
    for seen in merged.processes:
        if (judged := verdict(seen.process)) is not None:
            kind = "bad" if judged == "stuck" else "warn" if judged == "partly stuck" else "good"
            found.append((kind, [process_name(seen.process, seen.host), *movement(seen.process)]))
        for sentence in crashed(seen.process, seen.host):
            heading, _, told = sentence.partition(": ")
            found.append(("bad", [heading, told]))
    for outlier in outliers(merged.processes, page.stacks):
        sentences = [f"Only here: {stack_line(each)}" for each in outlier.does[:MOST_NAMED]]
        sentences += [f"Not here: {stack_line(each)}" for each in outlier.lacks[:MOST_NAMED]]
        found.append(("warn", [outlier_heading(outlier, merged.processes), *sentences]))
    found += [("warn", ["Not understood", one_line(each)]) for each in dict.fromkeys(merged.uncertain)]
    if not found:
        return
    found.sort(key=lambda each: ("bad", "warn", "good").index(each[0]))
    yield '<section id="findings"><h2>What stands out</h2>\n'
    for kind, (heading, *sentences) in found[:_MOST_FINDINGS]:
        yield f'<div class="finding {kind}"><h3>{escape(heading)}</h3>'
        yield "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences) + "</div>\n"
    yield _more(len(found) - _MOST_FINDINGS, "findings") + "</section>\n"


def _more(number: int, what: str) -> str:
    return f'<p class="note">{number:,} more {what} are left out.</p>\n' if number > 0 else ""


def _hosts(page: _Page) -> Iterator[str]:
    if page.hosts:
        yield from table(page.hosts)


def _flame(page: _Page) -> Iterator[str]:
    yield '<section id="flame-graph"><h2>Flame graph</h2>\n<p class="note">'
    yield "Width is the number of threads; callers stand above what they call. "
    yield '<span class="key idle">idle</span> <span class="key work s2">at work or unknown</span> '
    yield '<span class="key bad">stuck or crashed</span>'
    yield '<span class="scripted" hidden> Click a call to see it alone, the top row to see all.</span></p>\n'
    yield from flame_graph(tree(page.stacks), len(page.merged.processes))
    yield "</section>\n"


def _locks(page: _Page) -> Iterator[str]:
    if not page.graphs:
        return
    yield '<section id="locks"><h2>Locks</h2>\n<p class="note">'
    yield "A thread points to the lock that it waits for, a lock to the thread "
    yield "that holds it. Red ones wait for each other: a deadlock.</p>\n"
    for number, (name, graph) in enumerate(page.graphs[:_MOST_GRAPHS]):
        yield f'<figure><figcaption>{escape(name)}</figcaption><div class="wide">\n'
        yield from drawing(graph, name, number)
        yield "</div></figure>\n"
    yield _more(len(page.graphs) - _MOST_GRAPHS, "processes") + "</section>\n"


def _groups(page: _Page) -> Iterator[str]:
    yield '<section id="groups"><h2>Groups of threads</h2>\n'
    yield (
        '<p class="scripted" hidden><input type="search" id="search" autocomplete="off" '
        'placeholder="Search functions, files, names, states" aria-label="Search"> <output id="matches">'
        "</output></p>\n"
    )
    for stack in sorted(page.stacks, key=lambda each: kind_of(each.group) != "bad"):
        yield from _group(page, stack)
    yield "</section>\n"


def _group(page: _Page, stack: Stack) -> Iterator[str]:
    group = stack.group
    seconds = page.merged.processes[0].process.seconds if len(page.merged.processes) == 1 else None
    does = doing(group, seconds)
    kind = kind_of(group)
    calls = short_run(stack.calls)
    preview = " ← ".join(calls[:_PREVIEW]) + (" ← …" if len(calls) > _PREVIEW else "")
    said = [each for each in ("crashed" * group.crashed, does) if each]
    counts = counts_by_host(page.merged, stack) if page.hosts else Counter[str]()
    if 0 < len(counts) < len(page.hosts):
        said.append(f"{len(counts):,} of {len(page.hosts):,} hosts")
    pills = "".join(f'<span class="pill {kind}">{escape(each)}</span>' for each in said)
    yield (
        f'<details class="group"><summary><b class="count">{stack.threads:,}</b><span class="what">'
        f"{_said(group.name)} {pills}</span><code>{escape(preview)}</code></summary>\n"
    )
    yield '<div class="wide"><table class="stack">\n'
    for number, frame in enumerate(group.frames):
        yield from _frame(number, frame, page.shown.values)
    yield "</table></div>\n"
    if counts:
        yield f'<p class="places">{share(counts, len(page.hosts))}</p>\n'
    yield from _places(page, stack)
    yield "</details>\n"


def _frame(number: int, frame: Frame, values: bool) -> Iterator[str]:
    where = frame.file or frame.module or ""
    if frame.line is not None:
        where += f":{frame.line}"
    call = f"<code>{escape(function_name(frame))}</code>"
    if values and frame.args is not None:
        call += f'<code class="value"> ({_said(frame.args)})</code>'
    if values and frame.locals:
        rows = "".join(
            f"<dt>{_said(name)}</dt><dd>{escape(printable(value))}</dd>"
            for name, value in frame.locals.items()
        )
        call += f'<dl class="value">{rows}</dl>'
    yield f'<tr><td class="number">{number}</td><td>{call}</td><td class="where">{_said(where)}</td></tr>\n'


def _places(page: _Page, stack: Stack) -> Iterator[str]:
    yield '<ul class="places">\n'
    for number, threads in stack.places[:_MOST_PLACES]:
        seen = page.merged.processes[number]
        named = ", ".join(_said(each) for each in threads[:_MOST_THREADS])
        more = f" and {len(threads) - _MOST_THREADS} more" if len(threads) > _MOST_THREADS else ""
        word = "thread" if len(threads) == 1 else "threads"
        yield f"<li>{escape(process_name(seen.process, seen.host))}: {word} {named}{more}</li>\n"
    if len(stack.places) > _MOST_PLACES:
        yield f"<li>and {len(stack.places) - _MOST_PLACES:,} more processes</li>\n"
    yield "</ul>\n"


def _processes(page: _Page) -> Iterator[str]:
    yield '<section id="processes"><h2>Processes</h2>\n<div class="wide"><table class="list">\n<thead><tr>'
    headings = ["pid", "host", "executable", "threads", "looks", "verdict"]
    headings += ["command line"] if page.shown.values else []
    yield "".join(f"<th>{heading}</th>" for heading in headings) + "</tr></thead>\n<tbody>\n"
    for seen in page.merged.processes:
        process = seen.process
        looks = f"{process.looks}" + (f" in {duration(process.seconds)}" if process.seconds else "")
        cells = [
            "" if process.pid is None else str(process.pid),
            seen.host,
            process.executable,
            f"{seen.threads:,}",
            looks,
            verdict(process) or "",
        ]
        cells += [process.command] if page.shown.values else []
        yield "<tr>" + "".join(f"<td>{_said(cell)}</td>" for cell in cells) + "</tr>\n"
    yield "</tbody></table></div></section>\n"


def _foot(page: _Page) -> Iterator[str]:
    yield "</main>\n<footer>"
    if not page.shown.values:
        yield "Values of arguments and local variables are left out; --show-values shows them. "
    yield f"Made by stacktraces.</footer>\n<script>{_file('page.js')}</script>\n</body>\n</html>\n"


OUTPUT = Output(pieces, merges=True)
