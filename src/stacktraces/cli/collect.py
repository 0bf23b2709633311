"""``stacktraces collect``: the standalone collector as a subcommand."""

from __future__ import annotations

import click


@click.command(
    "collect",
    short_help="Take a snapshot of a process or a core file.",
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> int:
    """Take a snapshot of a process or a core file into one text file."""
    from .. import collect

    status: int = collect.main(list(arguments))
    return status
