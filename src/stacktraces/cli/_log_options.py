"""Options of the commands that show groups: how they are written, which, and how many in which order."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import click

from ..render.groups import names

VERDICTS = ("new", "regressed", "similar", "known", "ignored")

TOP = 25
"""Groups that a terminal shows unless told otherwise."""


class Display(NamedTuple):
    """How groups are shown, as the options of :func:`output_options` say."""

    output: str
    """``text``, or the name of a module of ``render/groups``."""
    top: int | None = None
    sort: str | None = None
    show_locals: bool = False
    color: str = "auto"
    checkout: str | None = None
    full: bool = False
    pager: bool = True
    only: frozenset[str] | None = None
    grep: re.Pattern[str] | None = None
    exclude: re.Pattern[str] | None = None


def _to_verdicts(_: click.Context, __: click.Parameter, value: str | None) -> frozenset[str] | None:
    if value is None:
        return None
    named = frozenset(value.split(","))
    if not named <= set(VERDICTS):
        raise click.BadParameter(f"it takes {', '.join(VERDICTS)}, separated by commas.")
    return named


def _to_pattern(_: click.Context, __: click.Parameter, value: str | None) -> re.Pattern[str] | None:
    try:
        return None if value is None else re.compile(value)
    except re.error as error:
        raise click.BadParameter(f"it is no regular expression: {error}.") from error


def output_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options; the command gets them as ``display``, a :class:`Display`."""
    options = (
        click.option(
            "--format",
            "output",
            type=click.Choice(["text", *names()]),
            default="text",
            show_default=True,
            help="json is one document, jsonl an object a line; docs/outputs.md shows all.",
        ),
        click.option(
            "--checkout",
            metavar="DIR",
            type=click.Path(exists=True, file_okay=False),
            help="The source tree whose files outputs for CI and editors name "
            "[default: the CI's, or this folder].",
        ),
        click.option(
            "--top",
            type=click.IntRange(min=0),
            metavar="N",
            help=f"Show N groups [terminal without a pager: {TOP}], 0 all.",
        ),
        click.option(
            "--sort",
            type=click.Choice(["count", "last", "first"]),
            help="Most frequent, most recent or earliest first "
            "[default: count; with --known what needs attention].",
        ),
        click.option(
            "--only",
            callback=_to_verdicts,
            metavar="VERDICT,...",
            help=f"Show only groups with these verdicts, of {', '.join(VERDICTS)}; needs --known.",
        ),
        click.option(
            "--grep",
            callback=_to_pattern,
            metavar="REGEX",
            help="Show only groups whose errors, with causes and frames, match.",
        ),
        click.option(
            "--exclude", callback=_to_pattern, metavar="REGEX", help="Leave out groups whose errors match."
        ),
        click.option(
            "--full", is_flag=True, help="On a terminal, show each group as a block with its places."
        ),
        click.option(
            "--pager/--no-pager", default=True, help="Whether long output on a terminal goes through PAGER."
        ),
        click.option(
            "--show-locals", is_flag=True, help="Show the values of local variables; they can hold secrets."
        ),
        click.option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            show_default=True,
            help="auto: on a terminal, or as NO_COLOR, FORCE_COLOR, CLICOLOR say; "
            "always: the table of a terminal.",
        ),
    )

    @functools.wraps(function)
    def command(*arguments: Any, **given: Any) -> Any:
        display = Display(**{name: given.pop(name) for name in Display._fields})
        return function(*arguments, display=display, **given)

    for option in reversed(options):
        command = option(command)
    return command
