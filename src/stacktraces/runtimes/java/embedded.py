"""Exceptions that stand in another runtime's message: what a bridge such as py4j or PySpark brings over."""

from __future__ import annotations

from ..._regex import regex
from ...model import Error
from .._embedding import Host
from .._lines import Lines
from .headers import NAME
from .links import follows_message
from .throwables import Throwables

_LEADS = regex(rf"(?:^|[\s:])(?P<type>{NAME}): (?:\[\w+\] .{0, 400}: )?$")
_PREFIX_LENGTH = 400
_LINKS = ("Caused by: ", "Driver stacktrace:")
_SQL_STATE = regex(r" SQLSTATE: \w{5}$")


class EmbeddedThrowables:
    """See :class:`stacktraces.runtimes._embedding.Embedded`."""

    def read(self, lines: Lines, text: str, host: Host) -> Error:
        return Throwables(lines, host.ends, host).read(text)

    def finish(self, lines: Lines, host: Host) -> Error:
        return Throwables(lines, host.ends, host).read_frames()

    def goes_on(self, line: str) -> bool:
        return (
            line.startswith(_LINKS)
            or (line[:1].isspace() and follows_message(line))
            or _SQL_STATE.match(line) is not None
        )

    def leads_to(self, prefix: str) -> bool:
        found = _LEADS.search(prefix[-_PREFIX_LENGTH:]) if prefix.endswith(": ") else None
        return found is not None and "." in found["type"]
