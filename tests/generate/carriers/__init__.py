"""Wraps the lines of a trace as real log carriers do, and says what must be known of the writer afterwards.

    carrier = CARRIERS["cri"]
    data = carrier.wrap(case.text.split(b"\\n"), writer)
    carrier.expected(writer)      {"pid": "230", "level": "ERROR", "times": [datetime...], "message": ...}
    interleave(carrier.units(lines, writer), carrier.units(others, SECOND_WRITER), seed)

``CARRIERS`` take any lines. ``STRUCTURED`` carriers take a truth's error instead (a dictionary), since they print an
exception in their own order. Both are filled by decorators in the modules of this folder.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Generic, Literal, TypeVar

Layer = Literal["transport", "envelope", "application"]
Payload = TypeVar("Payload")
Units = list[bytes]


@dataclass(frozen=True)
class Writer:
    """Who writes a log: what a carrier can tell about it."""

    host: str = "web-1"
    pod: str = "shop-7f9c4d-x2b"
    container: str = "app"
    process: str = "shop"
    pid: str = "230"
    thread: str = "MainThread"
    stream: str = "stderr"
    time: datetime = datetime(2026, 3, 1, 12, 0, 0, 3000, tzinfo=UTC)
    level: str = "ERROR"
    logger: str = "shop.api"
    message: str = "request failed"

    def printed(self, form: str) -> str:
        """The time by strftime's codes; ``%L`` is milliseconds, ``%N`` nanoseconds, ``%7`` seven digits."""
        micro = self.time.microsecond
        form = form.replace("%L", f"{micro // 1000:03}").replace("%N", f"{micro:06}000")
        return self.time.strftime(form.replace("%7", f"{micro:06}0"))


SECOND_WRITER = Writer(
    host="web-2",
    pod="shop-7f9c4d-q9z",
    container="worker",
    process="billing",
    pid="4711",
    thread="Thread-2",
    stream="stdout",
    time=datetime(2026, 3, 1, 12, 0, 1, 250000, tzinfo=UTC),
    level="CRITICAL",
    logger="billing.jobs",
    message="job lost",
)

PRECISION = {"second": 1_000_000, "millisecond": 1000, "microsecond": 1}


@dataclass(frozen=True)
class Carrier(Generic[Payload]):
    """One way of wrapping."""

    name: str
    layer: Layer
    units: Callable[[Payload, Writer], Units]
    """The wrapped pieces in order. Pieces of several writers may be interleaved, but not cut."""
    carries: tuple[str, ...] = ()
    """The fields of Writer that can be read back."""
    printed: dict[str, str] = field(default_factory=dict)
    """Fields that are printed in another form than the writer's own: ``{"process": "{process}-1"}``."""
    precision: str | None = None
    """How exact the printed time is; ``None`` where there is none, or none with a year."""
    zone: bool = True
    """The time is printed with its offset."""
    separable: bool = True
    """Two writers' pieces can be taken apart again: each tells its writer, or is the whole event."""
    whole: bool = False
    """One piece holds the whole event: where a message ends is certain."""
    takes: Callable[[Payload], bool] = lambda payload: True
    """Whether it can carry this payload whole: some print no chains."""
    parts: tuple[Carrier[Any], ...] = ()
    """For a stack: the carriers from the outermost to the innermost."""

    def wrap(self, payload: Payload, writer: Writer) -> bytes:
        """The payload in this carrier: lines without their ends, or a truth's error for structured ones."""
        return b"".join(self.units(payload, writer))

    def expected(self, writer: Writer) -> dict[str, Any]:
        """What a reader must find: fields of Context (``level`` in any case), ``message``, the logged text before
        the trace, and ``times``, any one of which is right.
        """
        if self.parts:
            found: dict[str, Any] = {}
            for part in self.parts:
                each = part.expected(writer)
                found = {**found, **each, "times": found.get("times", []) + each["times"]}
            return found
        times = []
        if self.precision:
            unit = PRECISION[self.precision]
            time = writer.time.replace(microsecond=writer.time.microsecond // unit * unit)
            times.append(time if self.zone else time.replace(tzinfo=None))
        fields = {name: self.printed.get(name, f"{{{name}}}") for name in self.carries}
        return {"times": times, **{name: form.format(**vars(writer)) for name, form in fields.items()}}


CARRIERS: dict[str, Carrier[Sequence[bytes]]] = {}
SHIPPERS: set[str] = set()
"""The names of those that make a record of each line."""
STRUCTURED: dict[str, Carrier[dict[str, Any]]] = {}


def carrier(layer: Layer, **about: Any) -> Callable[[Callable[..., Units]], Callable[..., Units]]:
    """Register a function that gives the pieces for ``(lines, writer)``."""

    def register(function: Callable[..., Units]) -> Callable[..., Units]:
        name = function.__name__
        CARRIERS[name] = Carrier(name=name, layer=layer, units=function, **about)
        return function

    return register


def prefixed(layer: Layer, **about: Any) -> Callable[[Callable[[Writer], str]], Callable[[Writer], str]]:
    """Register a function that gives the prefix of every line."""

    def register(function: Callable[[Writer], str]) -> Callable[[Writer], str]:
        def units(lines: Sequence[bytes], writer: Writer) -> Units:
            prefix = function(writer).encode()
            return [prefix + line + b"\n" for line in lines]

        name = function.__name__
        CARRIERS[name] = Carrier(name=name, layer=layer, units=units, **about)
        return function

    return register


def structured(**about: Any) -> Callable[[Callable[..., Units]], Callable[..., Units]]:
    """Register a function that gives the pieces for ``(error, writer)``."""

    def register(function: Callable[..., Units]) -> Callable[..., Units]:
        name = function.__name__
        STRUCTURED[name] = Carrier(name=name, layer="envelope", units=function, **about)
        return function

    return register


def lines_of(text: bytes) -> list[bytes]:
    """The lines of a text, without their ends; an unended last line counts."""
    return text.removesuffix(b"\n").split(b"\n")


def stack(*names: str) -> Carrier[Sequence[bytes]]:
    """Carriers inside one another, the outermost first."""
    parts = tuple(CARRIERS[name] for name in names)

    def units(lines: Sequence[bytes], writer: Writer) -> Units:
        for part in reversed(parts[1:]):
            lines = lines_of(part.wrap(lines, writer))
        return parts[0].units(lines, writer)

    return Carrier(
        name="_over_".join(names),
        layer=parts[0].layer,
        units=units,
        separable=parts[0].separable,
        whole=any(part.whole for part in parts),
        parts=parts,
    )


def interleave(first: Units, second: Units, seed: int = 0) -> bytes:
    """The pieces of two writers mixed as the seed decides, each writer's own order kept."""
    choose = random.Random(seed)
    queues = [list(reversed(first)), list(reversed(second))]
    mixed = []
    while all(queues):
        mixed.append(choose.choice(queues).pop())
    for queue in queues:
        mixed += reversed(queue)
    return b"".join(mixed)


from tests.generate.carriers import applications, envelopes, printed_errors, shippers, transports  # noqa: E402

__all__ = [
    "CARRIERS",
    "SECOND_WRITER",
    "SHIPPERS",
    "STRUCTURED",
    "Carrier",
    "Writer",
    "applications",
    "envelopes",
    "interleave",
    "lines_of",
    "printed_errors",
    "shippers",
    "stack",
    "transports",
]

for names in (
    ("compose", "celery"),
    ("cri", "python_json_logger"),
    ("cri", "stdlib_logging"),
    ("cri_partial", "structlog_json"),
    ("docker_json", "ecs_nested"),
    ("docker_json", "stdlib_logging"),
    ("docker_json_partial", "gunicorn"),
    ("docker_json", "docker_json"),
    ("kubectl_prefix", "gunicorn"),
    ("kubectl_prefix", "cri", "django"),
    ("rfc3164", "stdlib_logging"),
    ("rfc5424", "celery"),
    ("journal_json", "stdlib_logging"),
    ("compose", "ansi"),
    ("ci_github", "compose", "stdlib_logging"),
):
    stacked = stack(*names)
    CARRIERS[stacked.name] = stacked
