"""``stacktraces mcp``: questions of language models' programs, answered over standard input and output."""

from __future__ import annotations

import click

from ._run import SETTINGS, examples


@click.command(
    "mcp",
    context_settings=SETTINGS,
    short_help="Answer a language model's program (MCP).",
    epilog=examples(
        "stacktraces mcp --root /var/log",
    ),
)
@click.option(
    "--root",
    "roots",
    multiple=True,
    metavar="DIR",
    type=click.Path(exists=True),
    help="A folder or file that may be read; may be given several times [default: the current folder].",
)
@click.option(
    "-k", "--known", metavar="FILE_OR_URL", help="Known issues, by which errors are labelled; never written."
)
def command(roots: tuple[str, ...], known: str | None) -> int:
    """Serve the Model Context Protocol over standard input and output, until that ends.

    The tools find errors in logs, show one, list known issues and describe snapshots of processes. They read
    only files below --root, and change nothing. What comes from a log is marked as such in each answer.
    Needs the extra mcp.
    """
    from ..agents.answers import Questions
    from ..agents.server import make_server

    make_server(Questions(roots or (".",), known)).run("stdio")
    return 0
