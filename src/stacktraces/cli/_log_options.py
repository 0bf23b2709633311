"""Options of the commands that show groups: how they are written, and how many in which order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

_Function = TypeVar("_Function", bound=Callable[..., Any])

TOP = 25
"""Groups that a terminal shows unless told otherwise."""


def output_options(function: _Function) -> _Function:
    """Adds the options; the command gets ``output``, ``top``, ``sort``, ``show_locals`` and ``color``."""
    options = (
        click.option(
            "--format",
            "output",
            type=click.Choice(["text", "json", "jsonl"]),
            default="text",
            show_default=True,
            help="json is one document, jsonl an object a line.",
        ),
        click.option(
            "--top", type=click.IntRange(min=0), metavar="N", help=f"Show N groups [terminal: {TOP}], 0 all."
        ),
        click.option(
            "--sort",
            type=click.Choice(["count", "last", "first"]),
            help="Most frequent, most recent or earliest first "
            "[default: count; with --known what needs attention].",
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
    for option in reversed(options):
        function = option(function)
    return function
