"""Routes that say what they take and give."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...render.report import encode
from ..tokens import TokenKind
from .access import bearer_of
from .calls import Call, json_of, query_of

JSON = "application/json"
Handler: TypeAlias = Callable[[Any], object]
Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Described:
    """What the OpenAPI document tells of a route."""

    name: str
    """Unique among all routes."""
    told: str
    """What it does: a line, then more where there is more."""
    needs: TokenKind | None
    query: Any = None
    """The structure of the parameters."""
    body: Any = None
    """The structure of a body of JSON."""
    takes: tuple[str, ...] = ()
    """The media types of other bodies."""
    by_key: bool = False
    """The key of a DSN is the token."""
    answer: Any = None
    """The structure of an answer of JSON."""
    gives: tuple[str, ...] = ()
    """The media types of other answers."""
    status: int = 200


class ApiRoute(Route):
    """A route for programs: one method, described."""

    def __init__(self, method: str, path: str, endpoint: Endpoint, described: Described) -> None:
        super().__init__(path, endpoint, methods=[method], name=described.name)
        self.method = method
        self.described = described


def operation(
    method: str, path: str, handler: Handler, *, needs: TokenKind | None, status: int = 200
) -> ApiRoute:
    """A route that answers with what ``handler`` gives for a :class:`Call`.

    Which parameters and body it takes, and what it gives, its annotations say: ``Call[QUERY, BODY]``, each
    a structure or ``None``. Its documentation is the operation's.
    """
    hints = typing.get_type_hints(handler)
    query, body = (None if each is type(None) else each for each in typing.get_args(hints["call"]))
    answer = None if hints["return"] is type(None) else hints["return"]

    async def endpoint(request: Request) -> Response:
        bearer = await bearer_of(request, needs) if needs is not None else None
        parameters = query_of(request, query) if query is not None else None
        given = await json_of(request, body) if body is not None else None
        found = await run_in_threadpool(handler, Call(request, bearer, parameters, given))
        return Response(encode(found) if answer is not None else None, status, media_type=JSON)

    described = Described(
        name=handler.__name__,
        told=inspect.getdoc(handler) or "",
        needs=needs,
        query=query,
        body=body,
        answer=answer,
        status=status,
    )
    return ApiRoute(method, path, endpoint, described)


def raw(method: str, path: str, endpoint: Endpoint, **told: Any) -> ApiRoute:
    """A route whose ``endpoint`` reads the request and makes the answer itself.

    ``told`` are the fields of :class:`Described`; ``endpoint`` has the others.
    """
    told = {"name": endpoint.__name__, "told": inspect.getdoc(endpoint) or ""} | told
    return ApiRoute(method, path, endpoint, Described(**told))
