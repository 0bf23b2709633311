"""Grafana Loki: ``loki://host:3100/?query={app="shop"}&since=2h``; ``loki+https://`` over TLS.

Each stream that the query matches is a source of its own, so that lines of several writers do not mix. Its
lines come in the notation of the container runtimes, with the time that Loki has for each.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

from ...errors import InputError
from ..http import Service, ask, service_of
from ..inputs import Readable
from ..lines import LineSource, in_cri, nanoseconds

PAGE = 5000
"""Lines of one answer, as many as Loki gives unless it is configured otherwise."""
_SINCE = "1h"


def sources_of(url: str) -> Iterable[Readable]:
    """The streams that the query of ``url`` matches. Raises ``InputError``."""
    service = service_of(url, "LOKI")
    query = service.parameters.get("query")
    if not query or "{" not in query:
        raise InputError(f'{service.name} names no streams; add ?query={{app="…"}}.')
    now = time.time_ns()
    start = nanoseconds(service.parameters.get("since", _SINCE), now, service.name)
    end = nanoseconds(service.parameters.get("until", "0s"), now, service.name)
    selector = query[: query.index("}") + 1] if "}" in query else query
    period = {"start": str(start), "end": str(end)}
    answer = ask(service, _path(service, "series"), {"match[]": selector, **period})
    series = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(series, list):
        raise InputError(f"{service.name} answers in no way that Loki does; check the address.")
    streams = sorted(_selector(labels) for labels in series)
    rest = query[len(selector) :]
    return [_source(service, stream, stream + rest, start, end) for stream in streams]


def _source(service: Service, stream: str, query: str, start: int, end: int) -> Readable:
    name = f"{service.name.partition('?')[0]}?query={stream}"
    return LineSource(name, lambda: _lines(service, query, start, end))


def _path(service: Service, what: str) -> str:
    return "/".join(filter(None, (service.path, "loki/api/v1", what)))


def _selector(labels: dict[str, str]) -> str:
    quoted = (f'{name}="{value}"'.replace("\\", "\\\\") for name, value in sorted(labels.items()))
    return "{" + ", ".join(quoted) + "}"


def _lines(service: Service, query: str, start: int, end: int) -> Iterator[bytes]:
    """The lines of one stream, page by page; a page starts at the time at which the one before ended."""
    seen: set[tuple[str, str]] = set()
    while True:
        parameters: dict[str, str | int] = {
            "query": query,
            "start": start,
            "end": end,
            "limit": PAGE,
            "direction": "forward",
        }
        values = _values(ask(service, _path(service, "query_range"), parameters))
        fresh = [each for each in values if each not in seen]
        yield from (in_cri(int(at), line) for at, line in fresh)
        if len(values) < PAGE:
            return
        if not fresh:
            start += 1
            continue
        start = int(fresh[-1][0])
        seen = {each for each in values if each[0] == fresh[-1][0]}


def _values(answer: Any) -> list[tuple[str, str]]:
    try:
        streams = answer["data"]["result"]
        return sorted(
            ((at, line) for each in streams for at, line, *_ in each["values"]), key=lambda pair: int(pair[0])
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"Loki answers in no way that is known ({error}).") from error
