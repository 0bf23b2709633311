"""A call of an operation: the request, decoded and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request

from ...known import Issue
from ...known.issue import clean
from ..accounts import Accounts
from ..bodies import body_of
from ..store import SiteStore
from ..tokens import Bearer

Query = TypeVar("Query")
Body = TypeVar("Body")


@dataclass(frozen=True)
class Call(Generic[Query, Body]):
    """What an operation is given; it runs in a thread of its own."""

    request: Request
    bearer: Bearer | None
    """``None`` where the operation needs no token."""
    query: Query
    body: Body

    @property
    def store(self) -> SiteStore:
        """The site's database."""
        return cast(SiteStore, self.request.app.state.store)

    @property
    def accounts(self) -> Accounts:
        """The accounts of the site."""
        return cast(Accounts, self.request.app.state.accounts)

    @property
    def who(self) -> str:
        """The bearer as comments and the audit log name it."""
        return f"token {self.bearer.name}" if self.bearer is not None else "nobody"

    def project(self, wanted: str | None = None) -> str | None:
        """The project that is asked for: the bearer's, or ``wanted``; ``None`` for all.

        Raises ``HTTPException`` where the bearer may not look there.
        """
        own = self.bearer.project if self.bearer is not None else None
        if own is not None and wanted not in (None, own):
            raise HTTPException(403, f"This token is of the project {own}.")
        return own if own is not None else wanted

    def issue(self) -> Issue:
        """The issue that the path names by its id, an alias or a fingerprint.

        Raises ``HTTPException`` where the project has none.
        """
        return self.issue_of(str(self.request.path_params["issue"]))

    def issue_of(self, name: str) -> Issue:
        """The issue of that name; as :meth:`issue`."""
        found = self.store.known.issue(name)
        if found is None or not self.store.has(found.id, self.project()):
            raise HTTPException(404, f"No issue is called {clean(name)}; GET /api/issues lists them.")
        return found

    def did(self, action: str, subject: str) -> None:
        """Add to the audit log."""
        self.accounts.did(self.who, action, subject)


def query_of(request: Request, kind: Any) -> Any:
    """The parameters of the query as ``kind``. Raises ``HTTPException``."""
    given = {name: clean(value) for name, value in request.query_params.items() if value}
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as error:
        raise HTTPException(400, f"The query is wrong: {error}.") from error


async def json_of(request: Request, kind: Any) -> Any:
    """The JSON of the body as ``kind``. Raises ``HTTPException``."""
    content = await body_of(request)
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.ValidationError as error:
        raise HTTPException(422, f"The body is wrong: {error}.") from error
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise HTTPException(400, f"The body is no JSON: {error}.") from error
