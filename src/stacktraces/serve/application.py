"""The site as an ASGI application: routes are found by scanning ``routes/`` and ``pages/``."""

from __future__ import annotations

import contextlib
import importlib
import logging
from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus
from importlib.util import find_spec
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from .._folder import modules_in
from ..errors import ChangeError, StacktracesError, StoreError
from ..scrubbing import Scrubber, default_rules, load_rules
from ..signatures.issue_rule_files import load_issue_rules
from .accounts import Accounts
from .auditing import note_start
from .bearers import Bearers
from .counting import Counting
from .gathering import Gathering
from .metrics import Metrics
from .notices import Notices
from .patience import Patience
from .rates import Rates
from .settings import Settings
from .spool import Spool
from .store import SiteStore
from .uploads.commands import Commands
from .worker import Worker

_LOGGER = logging.getLogger(__name__)
if TYPE_CHECKING:
    from .notices.mail import MailSettings

_LATER = {"Retry-After": "10"}
_ROOMS = ("routes", "pages")
# What the framework refuses with no more than the name of the status.
_UNTOLD = {
    404: "There is nothing at this address; /openapi.json lists the routes for programs.",
    405: "This address does not take this method; /openapi.json lists the routes for programs.",
}


def create_application(settings: Settings) -> Starlette:
    """The site. Raises a ``StacktracesError`` or ``OSError`` for settings that cannot be kept.

    ``app.state`` holds ``settings``, ``store``, ``accounts``, ``spool``, ``worker`` and ``notices``; the
    latter two start and end with the lifespan.
    """
    mail = _mail(settings)
    store = SiteStore(settings.database)
    accounts = Accounts(store.known)
    spool = Spool(settings.spool)
    rules = load_issue_rules(settings.issue_rules) if settings.issue_rules is not None else None
    scrubber = Scrubber(load_rules(settings.scrubbing_rules) if settings.scrubbing_rules else default_rules())
    note_start(accounts, settings)
    metrics = Metrics()
    metrics.watch(store, spool)
    notices = Notices(
        store.known, settings.url, mail=mail, private=settings.private_webhooks, metrics=metrics
    )
    worker = Worker(spool, store, rules, notices.hear, settings.limits, metrics, scrubber)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        worker.start()
        notices.start()
        yield
        await run_in_threadpool(worker.stop)
        await run_in_threadpool(notices.stop)
        store.close()

    routes = list(_routes())
    application = Starlette(
        routes=routes,
        middleware=[Middleware(Counting, metrics, routes), Middleware(Patience)],
        lifespan=lifespan,
        exception_handlers={
            HTTPException: _refused,
            ChangeError: _impossible,
            StoreError: _failed,
            StacktracesError: _wrong,
            Exception: _broken,
        },
    )
    application.state.settings = settings
    application.state.store = store
    application.state.accounts = accounts
    application.state.spool = spool
    application.state.worker = worker
    application.state.metrics = metrics
    application.state.notices = notices
    application.state.scrubber = scrubber
    application.state.gathering = Gathering(spool)
    application.state.bearers = Bearers(store)
    application.state.rates = Rates(settings.most_requests)
    application.state.upload_rates = Rates(settings.most_uploads / 60, settings.most_uploads)
    application.state.commands = Commands()
    return application


def _mail(settings: Settings) -> MailSettings | None:
    if settings.mail is None:
        return None
    from .notices.mail import mail_settings

    return mail_settings(settings.mail)


def _routes() -> Iterator[BaseRoute]:
    package = __name__.rpartition(".")[0]
    for room in _ROOMS:
        if find_spec(f"{package}.{room}") is None:
            continue
        found = importlib.import_module(f"{package}.{room}")
        for module in modules_in(found.__name__, found.__path__):
            yield from getattr(module, "routes", ())


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


async def _page(request: Request, status: int, heading: str, told: str) -> Response:
    """For a person, when the database may be gone: it is not asked who that is."""
    from .pages._web import problem

    request.state.account = None
    return await problem(request, status, heading, told)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if _wants_page(request):
        from .pages._web import refused

        return await refused(request, error)
    told = error.detail
    if told == HTTPStatus(error.status_code).phrase:
        told = _UNTOLD.get(error.status_code, f"{told}.")
    return JSONResponse({"error": told}, error.status_code, headers=error.headers)


async def _impossible(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"error": str(error)}, 409)


async def _wrong(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"error": str(error)}, 422)


async def _broken(request: Request, error: Exception) -> Response:
    if _wants_page(request):
        return await _page(request, 500, "The site failed", "Its log says why: please report it.")
    return JSONResponse({"error": "The site failed: its log says why; please report it."}, 500)


async def _failed(request: Request, error: Exception) -> Response:
    _LOGGER.warning("%s", error)
    request.app.state.metrics.database_failed()
    if _wants_page(request):
        told = "Load the page again in a while. What is sent meanwhile is kept, and stored later."
        response = await _page(request, 503, "The database does not answer", told)
        response.headers.update(_LATER)
        return response
    return JSONResponse({"error": "The database does not answer: try again later."}, 503, _LATER)
