"""Who asks, by the token of the request."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request

from ..bearers import Bearers
from ..tokens import Bearer, TokenKind


def token_of(request: Request) -> str:
    """The token that the request bears. Raises ``HTTPException`` where it bears none."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise HTTPException(
            401, "Send the header Authorization: Bearer TOKEN.", headers={"WWW-Authenticate": "Bearer"}
        )
    return token.strip()


async def bearer_of(request: Request, access: TokenKind, token: str | None = None) -> Bearer:
    """Who has ``token``, that of the request unless given. Raises ``HTTPException`` without ``access``."""
    bearers: Bearers = request.app.state.bearers
    found = await bearers.of(token or token_of(request))
    if found is None:
        raise HTTPException(403, "This token is none of the site: make a new one on the page /start.")
    if not found.may(access):
        raise HTTPException(403, f"This token may not {_VERBS[access]}: its kind is {found.kind}.")
    return found


_VERBS: dict[TokenKind, str] = {
    "read": "read",
    "write": "write",
    "change": "change issues",
    "metrics": "read how the site does",
    "admin": "do what administrators do",
}
