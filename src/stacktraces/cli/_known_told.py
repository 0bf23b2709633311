"""Changing one issue, and saying so."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from ..render._safe import one_line
from ._known_options import opened

if TYPE_CHECKING:
    from ..known import Issue


def tell(verb: str, issue: Issue) -> None:
    """Say what was done with an issue."""
    click.echo(f"{verb} {one_line(issue.id)}  {one_line(issue.title)}")


def change_issue(known: str, key: str, verb: str, how: Callable[[Issue], None]) -> None:
    """Let ``how`` change the issue that ``key`` names in the store ``known``."""
    from ..known.operations import change

    with opened(known) as store:
        tell(verb, change(store, key, how))
