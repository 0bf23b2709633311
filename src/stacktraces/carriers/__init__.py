"""What wraps the lines of a trace on their way into a log: one module each, found by scanning this folder.

A module declares ``CARRIER`` or ``CARRIERS`` (a tuple). Carriers stack: what one unwraps may be wrapped
by another. Users add their own as a TOML file with a pattern and samples.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, Protocol

import msgspec

from .._folder import modules_in

if TYPE_CHECKING:
    from ._bulk import Stripped

Layer = Literal["file", "transport", "envelope", "application"]


class StackData(msgspec.Struct):
    """An error that an event has as data: unwrapping makes of it what the error's runtime prints."""

    text: str | None = None
    """The stack as text: loggers of some runtimes leave its header, its type or its message off."""
    type: str | None = None
    message: str | None = None
    exceptions: Any = None
    """The stack as a list of decoded JSON objects, where it is none of text."""


class Record(msgspec.Struct, gc=False):
    """What one physical line holds once its wrapping is taken off."""

    text: bytes
    """The text inside, without its line end; holds newlines where the carrier packs several lines."""
    time: str | None = None
    """The time as printed."""
    fields: dict[str, str] = {}
    """Values for the fields of ``model.Context``, by name."""
    partial: bool = False
    """The next record of the same writer continues this line."""
    complete: bool = False
    """The text is one whole log event: a trace in it ends with it."""
    single: bool = False
    """The text is an event of one line: a trace may have been logged in several of the same writer."""
    parts: tuple[str | StackData, ...] = ()
    """What the text is made of, where an error is data; ``text`` is empty then."""


class Assembler(Protocol):
    """Puts together records of several lines, for a carrier whose unit is no line."""

    start: int | None
    """The offset at which a record begins that has not ended; ``None`` where none has begun."""

    def take(self, line: bytes, offset: int) -> tuple[Record, int] | None:
        """Take the line, without its end, that starts at ``offset``; give the record that it ends, and where that
        began."""


class Sample(msgspec.Struct, frozen=True):
    """A line and what unwrapping it must give: the carrier's own proof."""

    line: bytes
    text: bytes
    time: str | None = None
    fields: dict[str, str] = {}
    partial: bool = False


class Carrier(msgspec.Struct, frozen=True):
    """How one kind of wrapping is recognised and taken off."""

    name: str
    title: str
    layer: Layer
    """Outer layers are tried first: file, transport, envelope, application."""
    unwrap: Callable[[bytes], Record | None]
    """Takes one line without its end; ``None`` where the line is not of this carrier."""
    samples: tuple[Sample, ...]
    near_misses: tuple[bytes, ...] = ()
    """Lines that look alike and must not be taken."""
    prefix: re.Pattern[bytes] | None = None
    """A compiled bytes pattern for the wrapping when it is only a prefix: the scanner strips a block with it.

    Its named groups are fields of ``model.Context``, ``time`` and ``partial`` (``P`` where the next
    line continues this one).
    """
    bulk: Callable[[bytes], Stripped | None] | None = None
    """Takes the wrapping off a block of lines at once: see ``_bulk.Stripped``."""
    reader: Callable[[], Assembler] | None = None
    """Makes what puts together records of several lines, for a carrier whose unit is no line."""
    sign: re.Pattern[bytes] | None = None
    """A compiled bytes pattern that a sample must hold; for a carrier with a ``reader``, it is enough."""
    bare_continuation: bool = False
    """Only the first line of an event is wrapped; the lines of its trace follow bare."""
    header: bytes | None = None
    """A literal that the line must hold, for a quick rejection."""
    hints: tuple[bytes, ...] = ()
    """Literals that a line with a trace holds although the trace is data there, not text."""
    padded: bool = False
    """The further lines of an event are padded with spaces to the width of the first one's prefix."""
    pieces: bool = False
    """Lines may be cut into pieces: records are ``partial``."""
    generic: bool = False
    """Too unspecific to be told from one line: most lines must bear it, and any other is preferred."""
    writer: Callable[[dict[str, Any], bytes], str] | None = None
    """Tells who wrote a record, which holds a text, by its other keys; ``None`` where none of a stream's records were
    looked at yet."""
    ships_records: bool = False
    """It is what a shipper puts before its records: these tell their writers better than it does."""
    quoted_trace: Literal["never", "maybe", "always"] = "never"
    """Whether a trace may stand in a string of a line whose record has none: it is searched for, and added to
    the record's text. ``always``: a line without one is not of this carrier."""


_LAYERS = ("file", "transport", "envelope", "application")


@functools.cache
def all_carriers() -> tuple[Carrier, ...]:
    """Every carrier of this folder, outer layers first, then by name."""
    found: list[Carrier] = []
    for module in modules_in(__name__, __path__):
        found += getattr(module, "CARRIERS", None) or (module.CARRIER,)
    return tuple(sorted(found, key=lambda each: (_LAYERS.index(each.layer), each.name)))


def carrier_named(name: str) -> Carrier | None:
    """The carrier of that name, ``None`` where there is none."""
    return next((each for each in all_carriers() if each.name == name), None)
