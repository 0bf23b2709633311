"""What the hosts of merged snapshots do, and where they differ."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import NamedTuple

from ...snapshots.merging import Merged, Stack, program
from ...snapshots.movement import VERDICTS, verdict
from .._safe import one_line, safe
from ._flame import kind_of
from ._words import MOST_NAMED

_UNKNOWN = "host not told"
_HANGING = ("deadlock", "crashed", "stuck", "partly stuck", "convoy")
"""The worst first."""
_ORDER = (*_HANGING, "moving", "idle", "")


class Host(NamedTuple):
    """The processes of one host."""

    name: str
    processes: int
    threads: Counter[str]
    """By what they do: ``idle``, ``work``, ``bad``."""
    verdict: str
    """The worst that is known of a process, "" where nothing is."""
    alone: int
    """Stacks that no other host has, though others run the program."""


def hosts(merged: Merged, stacks: Sequence[Stack]) -> list[Host]:
    """The hosts of ``merged``, those that hang first; none where there is only one."""
    numbers: dict[str, list[int]] = defaultdict(list)
    runs: dict[str, set[str]] = defaultdict(set)
    for number, seen in enumerate(merged.processes):
        numbers[seen.host or _UNKNOWN].append(number)
        runs[program(seen.process)].add(seen.host or _UNKNOWN)
    if len(numbers) < 2:
        return []
    threads: dict[str, Counter[str]] = defaultdict(Counter)
    alone: Counter[str] = Counter()
    crashed: set[str] = set()
    for stack in stacks:
        counts = counts_by_host(merged, stack)
        kind = kind_of(stack.group)
        for name, count in counts.items():
            threads[name][kind] += count
            if stack.group.crashed:
                crashed.add(name)
        if len(counts) == 1 and any(
            len(runs[program(merged.processes[number].process)]) > 1 for number, _ in stack.places
        ):
            alone.update(counts.keys())
    found = [
        Host(name, len(own), threads[name], _verdict(merged, own, name in crashed), alone[name])
        for name, own in numbers.items()
    ]
    return sorted(found, key=lambda each: (_ORDER.index(each.verdict), -each.alone, each.name))


def counts_by_host(merged: Merged, stack: Stack) -> Counter[str]:
    """How many threads have ``stack`` on each host."""
    counts: Counter[str] = Counter()
    for number, threads in stack.places:
        counts[merged.processes[number].host or _UNKNOWN] += len(threads)
    return counts


def _verdict(merged: Merged, numbers: Iterable[int], crashed: bool) -> str:
    processes = [merged.processes[number].process for number in numbers]
    if any(each.deadlocks for each in processes):
        return "deadlock"
    if crashed or any(each.error is not None for each in processes):
        return "crashed"
    judged = [found for each in processes if (found := verdict(each)) is not None]
    worst = min(judged, key=VERDICTS.index, default="")
    if worst not in _HANGING and any(each.convoys for each in processes):
        return "convoy"
    return worst


def table(found: Sequence[Host]) -> Iterator[str]:
    """A section of the page on the hosts ``found``."""
    hanging = [each for each in found if each.verdict in _HANGING]
    yield '<section id="hosts"><h2>Hosts</h2>\n<p class="note">'
    yield (
        f"{len(hanging):,} of {len(found):,} hosts hang or crashed. "
        if hanging
        else "No host is seen to hang. "
    )
    yield "Only here: stacks that no other host has which runs the program.</p>\n"
    yield '<div class="wide"><table class="list">\n<thead><tr>'
    headings = ("host", "state", "processes", "idle", "at work", "stuck or crashed", "only here")
    yield "".join(f"<th>{heading}</th>" for heading in headings) + "</tr></thead>\n<tbody>\n"
    for host in found:
        kind = "bad" if host.verdict in _HANGING else "idle"
        pill = f'<span class="pill {kind}">{host.verdict}</span>' if host.verdict else ""
        numbers = (host.processes, *(host.threads[each] for each in ("idle", "work", "bad")), host.alone)
        cells = "".join(f"<td>{number:,}</td>" for number in numbers)
        yield f"<tr><td>{safe(host.name, 'html')}</td><td>{pill}</td>{cells}</tr>\n"
    yield "</tbody></table></div></section>\n"


def share(counts: Counter[str], hosts: int) -> str:
    """``On 2 of 5 hosts: web1 4, web2 1``, safe to stand in a page."""
    named = [f"{one_line(name)} {count:,}" for name, count in counts.most_common(MOST_NAMED)]
    more = f" and {len(counts) - MOST_NAMED:,} more" if len(counts) > MOST_NAMED else ""
    return escape(f"On {len(counts):,} of {hosts:,} hosts: {', '.join(named)}{more}")
