"""Elasticsearch and OpenSearch: ``elasticsearch://host:9200/logs-*?query=service:shop&since=2h``.

``opensearch://`` for OpenSearch, ``…+https://`` over TLS. Documents are read in order of time from a point in
time, so that what is added or moved meanwhile changes nothing, and come as JSON lines, one for each document.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from typing import Any

from ...errors import InputError
from ..http import Service, ask, service_of
from ..inputs import Readable, scheme_of
from ..lines import LineSource, iso, nanoseconds

PAGE = 2000
"""Documents of one answer."""
_KEPT = "2m"
"""How long a point in time is kept after each answer."""


def sources_of(url: str) -> Iterable[Readable]:
    """The documents of an index, or of several. Raises ``InputError``."""
    service = service_of(url, "ELASTICSEARCH")
    if not service.path:
        raise InputError(
            f"{service.name} names no index; add one, such as {service.name.rstrip('/')}/logs-*."
        )
    is_opensearch = (scheme_of(url) or "").startswith("opensearch")
    query = _query(service)
    return [LineSource(service.name, lambda: _documents(service, query, is_opensearch))]


def _query(service: Service) -> dict[str, Any]:
    now, given = time.time_ns(), service.parameters
    filters: list[dict[str, Any]] = []
    period = {
        bound: iso(nanoseconds(given[name], now, service.name))
        for bound, name in (("gte", "since"), ("lte", "until"))
        if name in given
    }
    if period:
        filters.append({"range": {_time_field(service): period}})
    if "query" in given:
        filters.append({"query_string": {"query": given["query"]}})
    return {"bool": {"filter": filters}} if filters else {"match_all": {}}


def _time_field(service: Service) -> str:
    return service.parameters.get("time", "@timestamp")


def _documents(service: Service, query: dict[str, Any], is_opensearch: bool) -> Iterator[bytes]:
    opening = f"{service.path}/_search/point_in_time" if is_opensearch else f"{service.path}/_pit"
    answer = ask(service, opening, {"keep_alive": _KEPT}, {})
    point = answer.get("pit_id" if is_opensearch else "id") if isinstance(answer, dict) else None
    if not isinstance(point, str):
        raise InputError(f"{service.name} gives no point in time; check the address and the version.")
    search: dict[str, Any] = {
        "size": PAGE,
        "query": query,
        "sort": [{_time_field(service): "asc"}, {"_shard_doc" if not is_opensearch else "_id": "asc"}],
        "track_total_hits": False,
    }
    try:
        while True:
            search["pit"] = {"id": point, "keep_alive": _KEPT}
            answer = ask(service, "_search", body=search)
            hits = _hits(service, answer)
            yield from (json.dumps(each["_source"], ensure_ascii=False).encode() + b"\n" for each in hits)
            if len(hits) < PAGE:
                return
            search["search_after"] = hits[-1]["sort"]
            point = answer.get("pit_id", point)
    finally:
        _let_go(service, point, is_opensearch)


def _hits(service: Service, answer: Any) -> list[dict[str, Any]]:
    try:
        hits = answer["hits"]["hits"]
        if all("_source" in each and "sort" in each for each in hits):
            found: list[dict[str, Any]] = hits
            return found
    except (KeyError, TypeError):
        pass
    raise InputError(f"{service.name} answers in no way that is known; check the address and the version.")


def _let_go(service: Service, point: str, is_opensearch: bool) -> None:
    path, body = ("_search/point_in_time", {"pit_id": [point]}) if is_opensearch else ("_pit", {"id": point})
    try:
        ask(service, path, body=body, method="DELETE")
    except InputError:
        return  # It ends by itself soon.
