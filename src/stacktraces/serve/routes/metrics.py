"""What Prometheus asks."""

from __future__ import annotations

from prometheus_client.exposition import choose_encoder
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ..api import bearer_of, raw


async def metrics(request: Request) -> Response:
    """How the site does, in the text format of Prometheus.

    Behind a proxy every client is on loopback, so that there is no exception for it: it takes a token.
    """
    await bearer_of(request, "metrics")
    encode, kind = choose_encoder(request.headers.get("accept", ""))
    content = await run_in_threadpool(encode, request.app.state.metrics.registry)
    return Response(content, headers={"Content-Type": kind})


routes = [
    raw("GET", "/metrics", metrics, needs="metrics", gives=("text/plain", "application/openmetrics-text"))
]
