"""Sources of services that give log lines with their times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from .._regex import regex
from ..errors import InputError
from .inputs import Source
from .interruption import Interruption
from .streams import ByteStream

_AGO = regex(r"(\d{1,9})([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


class LineSource:
    """Lines that are asked for when the source is opened."""

    size: int | None = None

    def __init__(self, name: str, lines: Callable[[], Iterator[bytes]]) -> None:
        self.name = name
        self._lines = lines

    def open(self, interruption: Interruption) -> ByteStream:
        """See :class:`stacktraces.sources.inputs.Readable`."""
        return Source(self.name, self._lines()).open(interruption)


def in_cri(at: int, line: str, stream: str = "stdout") -> bytes:
    """``line`` as container runtimes write it, logged ``at`` so many nanoseconds since 1970.

    The carrier ``cri`` reads it: so the time is known of lines that do not print it.
    """
    return with_time(iso(at), line, stream)


def with_time(printed: str, line: str, stream: str = "stdout") -> bytes:
    """The same of a time that is already printed as RFC 3339."""
    parts = line.removesuffix("\n").split("\n")
    return "".join(f"{printed} {stream} F {part}\n" for part in parts).encode("utf-8", "surrogateescape")


def iso(at: int) -> str:
    """Nanoseconds since 1970 as RFC 3339 in UTC."""
    seconds, rest = divmod(at, 10**9)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09}Z"


def nanoseconds(text: str, now: int, name: str) -> int:
    """A time that ``text`` tells: ISO 8601, or how long before ``now`` (``2h``). Raises ``InputError``."""
    if ago := _AGO.fullmatch(text):
        return now - int(ago[1]) * _SECONDS[ago[2]] * 10**9
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"{name}: {text!r} is no time; write 2026-03-01T12:30, or 2h for two hours ago."
        ) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1_000_000) * 1000
