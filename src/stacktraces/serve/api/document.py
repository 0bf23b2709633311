"""The OpenAPI 3.1 document, made from what the routes say of themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import msgspec
from starlette.routing import BaseRoute

from ..._version import __version__
from .routes import JSON, ApiRoute, Described

_INTRODUCTION = (
    "What programs send to the site and ask of it. Lists are paged by `limit` and `offset`. "
    "Every error is an object whose `error` is one sentence."
)
_REF = "#/components/schemas/{name}"


class Problem(msgspec.Struct):
    """Why a request was refused."""

    error: str
    """A sentence."""


def document(routes: Iterable[BaseRoute], prefix: str = "") -> dict[str, Any]:
    """The document of those of ``routes`` that are described; a proxy serves the site under ``prefix``."""
    described = [each for each in routes if isinstance(each, ApiRoute)]
    structures: dict[Any, None] = {Problem: None}
    for each in described:
        kinds = (each.described.query, each.described.body, each.described.answer)
        structures.update((kind, None) for kind in kinds if kind is not None)
    made, components = msgspec.json.schema_components(structures, ref_template=_REF)
    schemas = dict(zip(structures, made, strict=True))
    paths: dict[str, Any] = {}
    for each in described:
        paths.setdefault(each.path_format, {})[each.method.lower()] = _operation(each, schemas, components)
    queries = {each.described.query.__name__ for each in described if each.described.query is not None}
    return {
        "openapi": "3.1.0",
        "info": {"title": "stacktraces", "version": __version__, "description": _INTRODUCTION},
        "servers": [{"url": prefix or "/"}],
        "paths": paths,
        "components": {
            "schemas": {name: each for name, each in components.items() if name not in queries},
            "securitySchemes": _SCHEMES,
        },
    }


_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token of the site."},
    "dsn": {
        "type": "apiKey",
        "in": "query",
        "name": "sentry_key",
        "description": "The key of the DSN: a token that may write.",
    },
    "dsn_header": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Sentry-Auth",
        "description": "Sentry sentry_version=7, sentry_key=TOKEN",
    },
}


def _operation(route: ApiRoute, schemas: dict[Any, Any], components: dict[str, Any]) -> dict[str, Any]:
    told = route.described
    summary, _, description = told.told.partition("\n\n")
    found: dict[str, Any] = {"operationId": told.name, "summary": " ".join(summary.split())}
    if description or told.needs is not None:
        needs = f"Needs a token of a kind that allows {told.needs}." if told.needs is not None else ""
        found["description"] = " ".join((description + "\n" + needs).split())
    if told.needs is not None:
        schemes = ("dsn", "dsn_header") if told.by_key else ("token",)
        found["security"] = [{each: []} for each in schemes]
    if parameters := [*_in_path(route), *_in_query(told, components)]:
        found["parameters"] = parameters
    if told.body is not None:
        found["requestBody"] = {"required": True, "content": {JSON: {"schema": schemas[told.body]}}}
    elif told.takes:
        found["requestBody"] = {"required": True, "content": {each: {} for each in told.takes}}
    found["responses"] = {
        str(told.status): _answer(told, schemas),
        "default": {
            "description": "It was refused, or failed.",
            "content": {JSON: {"schema": schemas[Problem]}},
        },
    }
    return found


def _answer(told: Described, schemas: dict[Any, Any]) -> dict[str, Any]:
    if told.answer is not None:
        return {"description": "Done.", "content": {JSON: {"schema": schemas[told.answer]}}}
    return {"description": "Done.", **({"content": {each: {} for each in told.gives}} if told.gives else {})}


def _in_path(route: ApiRoute) -> Iterable[dict[str, Any]]:
    for name, convertor in route.param_convertors.items():
        kind = "integer" if type(convertor).__name__ == "IntegerConvertor" else "string"
        yield {"name": name, "in": "path", "required": True, "schema": {"type": kind}}


def _in_query(told: Described, components: dict[str, Any]) -> Iterable[dict[str, Any]]:
    if told.query is None:
        return
    structure = components[told.query.__name__]
    required: Collection[str] = structure["required"]
    for name, schema in structure["properties"].items():
        schema = dict(schema)
        described = {"description": text} if (text := schema.pop("description", None)) else {}
        # A parameter that is null is one that is not given.
        if kinds := [each for each in schema.pop("anyOf", []) if each != {"type": "null"}]:
            schema.pop("default", None)
            schema |= kinds[0]
        yield {"name": name, "in": "query", "required": name in required, **described, "schema": schema}
