"""What is a secret, and is not stored: the rules, and a try of them."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ._web import form, human, needs_account, page, text_of

_MOST_BYTES = 64_000


@human
async def show(request: Request) -> Response:
    """The rules; what becomes of a text that somebody tries."""
    scrubber = request.app.state.scrubber
    tried = scrubbed = ""
    if request.method == "POST":
        tried = text_of(await form(request, most_bytes=_MOST_BYTES), "text")
        scrubbed = await run_in_threadpool(scrubber.text, tried)
    return await page(request, "scrubbing.html", rules=scrubber.rules, tried=tried, scrubbed=scrubbed)


routes = [Route("/scrubbing", needs_account(show), methods=["GET", "POST"])]
