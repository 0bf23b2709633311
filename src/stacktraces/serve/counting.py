"""Counts the answers to programs."""

from __future__ import annotations

from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .api import ApiRoute
from .metrics import Metrics


class Counting:
    """A middleware: tells ``metrics`` of each answer of an :class:`ApiRoute`."""

    def __init__(self, app: ASGIApp, metrics: Metrics, routes: list[BaseRoute]) -> None:
        self._app = app
        self._metrics = metrics
        self._names: dict[object, str] = {
            each.endpoint: each.described.name for each in routes if isinstance(each, ApiRoute)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""

        async def counted(message: Message) -> None:
            name = self._names.get(scope.get("endpoint"))
            if message["type"] == "http.response.start" and name is not None:
                self._metrics.answered(name, message["status"])
            await send(message)

        await self._app(scope, receive, counted)
