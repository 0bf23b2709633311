"""Cuts off clients whose bodies trickle: each open request costs the site memory and a connection."""

from __future__ import annotations

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

GRACE = 20.0
"""Seconds that any body may take."""
SLOWEST = 10_000.0
"""Bytes a second that a body comes at the least, on average, once these are over."""


class Patience:
    """A middleware: a body that comes too slowly ends with the status 408."""

    def __init__(self, app: ASGIApp, grace: float = GRACE, slowest: float = SLOWEST) -> None:
        self._app = app
        self._grace = grace
        self._slowest = slowest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        end = asyncio.get_running_loop().time() + self._grace
        complete = False

        async def patient() -> Message:
            nonlocal end, complete
            if complete:  # Waits for the client to leave.
                return await receive()
            try:
                async with asyncio.timeout_at(end):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(
                    408, "The body comes too slowly: send it again.", headers={"Connection": "close"}
                ) from None
            end += len(message.get("body", b"")) / self._slowest
            complete = not message.get("more_body", False)
            return message

        await self._app(scope, patient, send)
