"""Projects, and tokens for them."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from starlette.exceptions import HTTPException

from ...known.issue import clean
from ..api import Call, operation
from ..tokens import TokenKind

_Title = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


class Project(msgspec.Struct):
    """What issues are kept apart by: an application, or a team's."""

    id: Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9_-]{0,59}$")]
    name: _Title


class Projects(msgspec.Struct):
    """The projects that the token may look at, by name."""

    projects: list[Project]


class NewToken(msgspec.Struct, forbid_unknown_fields=True):
    """Which token to make."""

    kind: Literal["read", "write", "change"]
    name: _Title


class Token(msgspec.Struct):
    """A token; it is told this once."""

    token: str
    kind: TokenKind
    project: str


def list_projects(call: Call[None, None]) -> Projects:
    """The project of the token, or all."""
    own, known = call.project(), call.store.projects()
    return Projects([Project(key, name) for key, name in known.items() if own in (None, key)])


def add_project(call: Call[None, Project]) -> Project:
    """Make a project."""
    made = Project(call.body.id, clean(call.body.name))
    with call.store.together():
        if made.id in call.store.projects():
            raise HTTPException(409, f"There is a project {made.id} already.")
        call.store.add_project(made.id, made.name)
        call.did("made the project", made.id)
    return made


def add_token(call: Call[None, NewToken]) -> Token:
    """Make a token of a project."""
    project = str(call.request.path_params["project"])
    with call.store.together():
        if project not in call.store.projects():
            raise HTTPException(404, "There is no such project; GET /api/projects lists them.")
        token = call.store.add_token(project, call.body.kind, clean(call.body.name))
        call.did(f"made a token that may {call.body.kind}", project)
    return Token(token, call.body.kind, project)


routes = [
    operation("GET", "/api/projects", list_projects, needs="read"),
    operation("POST", "/api/projects", add_project, needs="admin", status=201),
    operation("POST", "/api/projects/{project}/tokens", add_token, needs="admin", status=201),
]
