"""Routes for programs: each says what it takes, gives and needs, and the OpenAPI document is made of that."""

from __future__ import annotations

from .access import bearer_of, token_of
from .calls import Call
from .routes import ApiRoute, operation, raw

__all__ = ["ApiRoute", "Call", "bearer_of", "operation", "raw", "token_of"]
