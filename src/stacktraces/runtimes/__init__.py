"""The runtimes whose errors are read: one room each, found by scanning this folder.

A room is a module, or a package where it is large. It declares ``RUNTIME``, which says all that the rest of
the program knows of a language: the formats of its stack traces, and how its names are read. No other
file has to be edited to add one. Other distributions add theirs through the entry-point group
``stacktraces.runtimes``, each entry naming a :class:`Runtime`.

Modules of this folder whose name starts with an underscore are shared by the rooms. No room imports another.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import msgspec

from .._entry_points import entry_points
from .._folder import modules_in
from ..cursor import underlines
from ..trace_lines import KnownTraceLines, TraceLines, trace_lines_from
from ._embedding import Embedded, Host
from ._formats import Format, Reader, Unfinished, formats_in, reader_of
from ._grammar import Grammar
from ._naming import NameRules, Role, Symbol

__all__ = [
    "ENTRY_POINTS",
    "Embedded",
    "Format",
    "Grammar",
    "Host",
    "NameRules",
    "Reader",
    "Role",
    "Runtime",
    "Symbol",
    "Unfinished",
    "all_formats",
    "all_runtimes",
    "dump_formats",
    "formats_in",
    "known_trace_lines",
    "reader_of",
    "runtime_name",
    "runtime_named",
    "runtime_of",
    "starts_trace",
]

ENTRY_POINTS = "stacktraces.runtimes"


class Runtime(msgspec.Struct, frozen=True):
    """All that is declared of one language, or of a family that prints its errors alike.

    The module that declares it is imported at each start: it imports its readers and name rules only when
    they are called.
    """

    name: str
    """Unique, a lower-case word; part of fingerprints, so that it never changes."""
    title: str
    """What a person calls it: ``Python``, ``Java, Kotlin, Scala``."""
    names: Callable[[], NameRules]
    """Gives how functions, files and types of this runtime are normalised and judged."""
    formats: tuple[Format, ...] = ()
    dumps: Callable[[], tuple[Format, ...]] | None = None
    """Gives formats of snapshots that only ``describe`` reads, before the others.

    What a log holds as an error may be a dump of all threads, and what is a dump to a person may be ordinary
    lines of a log."""
    lines: TraceLines | None = None
    """What its traces look like line by line, for taking them out of a log's wrapping.

    ``None`` where the anchors of its formats tell enough.
    """
    embedded: Callable[[], Embedded] | None = None
    """Gives what reads an error of this runtime in the message of another's; ``None`` where nothing does."""
    starts: Callable[[str, str], bool] | None = None
    """Whether it is certain that a trace of this runtime starts on a line: takes the line and the next one,
    "" where there is none. The message of another runtime's error ends there.

    It is asked of lines of all runtimes' errors: it imports nothing for most of them."""
    versions: str = ""
    """Of which versions real output was read, for the table in ``docs/runtimes.md``."""
    reads: str = ""
    """What is read, in a few words, for the same table."""
    not_read: str = ""
    """What is known and not read."""


@functools.cache
def all_runtimes() -> dict[str, Runtime]:
    """Every runtime, ours and those of entry points, by name and in the order of the names.

    Raises ``ValueError`` when two have the same name.
    """
    found: dict[str, Runtime] = {}
    ours = (module.RUNTIME for module in modules_in(__name__, __path__))
    others = (entry.load() for entry in entry_points(ENTRY_POINTS))
    for each in (*ours, *others):
        if each.name in found:
            raise ValueError(f"two runtimes are named {each.name!r}")
        found[each.name] = each
    return dict(sorted(found.items()))


def readable_runtimes() -> list[str]:
    """The names of the runtimes of which traces are read in logs."""
    return [name for name, runtime in all_runtimes().items() if runtime.formats]


def runtime_named(name: str) -> Runtime | None:
    """The runtime of that name, ``None`` where there is none."""
    return all_runtimes().get(name)


@functools.cache
def all_formats() -> tuple[Format, ...]:
    """The formats of all runtimes: the higher precedence first, then by name.

    Raises ``ValueError`` when two have the same name.
    """
    found: dict[str, Format] = {}
    for runtime in all_runtimes().values():
        for each in runtime.formats:
            if each.name in found:
                raise ValueError(f"two formats are named {each.name!r}")
            found[each.name] = each
    return tuple(sorted(found.values(), key=lambda each: (-each.precedence, each.name)))


@functools.cache
def dump_formats() -> tuple[Format, ...]:
    """The formats that ``describe`` reads: dumps first, then :func:`all_formats`.

    Raises ``ValueError`` when two have the same name.
    """
    dumps = [each for runtime in all_runtimes().values() if runtime.dumps for each in runtime.dumps()]
    taken = {each.name for each in all_formats()}
    for each in dumps:
        if each.name in taken:
            raise ValueError(f"two formats are named {each.name!r}")
        taken.add(each.name)
    return (*sorted(dumps, key=lambda each: (-each.precedence, each.name)), *all_formats())


@functools.cache
def known_trace_lines() -> KnownTraceLines:
    """The lines of all runtimes' traces."""
    return KnownTraceLines(
        each.lines or trace_lines_from(anchor for format in each.formats for anchor in format.anchors)
        for each in all_runtimes().values()
    )


@functools.cache
def runtime_of(format_name: str) -> Runtime | None:
    """The runtime that declares the format of that name, ``None`` where there is none."""
    for runtime in all_runtimes().values():
        if any(each.name == format_name for each in runtime.formats):
            return runtime
    for runtime in all_runtimes().values():
        if runtime.dumps and any(each.name == format_name for each in runtime.dumps()):
            return runtime
    return None


def runtime_name(format_name: str) -> str | None:
    """The name of the runtime that declares the format of that name, ``None`` where there is none."""
    runtime = runtime_of(format_name)
    return runtime.name if runtime is not None else None


def starts_trace(line: str, following: str = "", *, but: str) -> bool:
    """Whether a trace of a runtime other than ``but`` starts on ``line``, before ``following``."""
    return not underlines(following) and any(
        each.starts(line, following)
        for name, each in all_runtimes().items()
        if each.starts is not None and name != but
    )
