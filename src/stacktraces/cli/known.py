"""``stacktraces known``: the list of known issues."""

from __future__ import annotations

import click

from ..model import Status
from ._known_changes import CHANGES
from ._known_merge_driver import merge_driver
from ._known_options import opened, store_option
from ._known_review import review
from ._known_rules import rules
from ._known_sightings import sightings
from ._known_states import STATES
from ._known_transfer import TRANSFERS
from ._run import SETTINGS, examples

_FORMAT = click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True
)


@click.group(
    "known",
    context_settings=SETTINGS,
    short_help="Keep a list of known issues.",
    epilog=examples(
        "stacktraces known list",
        "stacktraces known show 4-75ba",
    ),
)
def command() -> None:
    """Keep a list of known issues, in a file that a team reviews or in a database.

    An ISSUE is named by its id, a former id, a fingerprint, or the start of its id.
    """


@command.command(
    "list",
    context_settings=SETTINGS,
    epilog=examples(
        "stacktraces known list --status open --top 20",
    ),
)
@store_option
@click.option(
    "--status", type=click.Choice(["open", "ignored", "resolved", "muted"]), multiple=True, help="Only these."
)
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Only the first N.")
@click.option("--offset", type=click.IntRange(min=0), default=0, metavar="N", help="Leave out the first N.")
@_FORMAT
def list_issues(known: str, status: tuple[Status, ...], top: int | None, offset: int, output: str) -> None:
    """List the known issues, those seen last first."""
    from . import _known_show

    with opened(known) as store:
        issues = store.latest(status, top, offset)
    if output == "json":
        _known_show.echo_json("issues", [_known_show.record(each) for each in issues])
    else:
        _known_show.echo_lines(_known_show.table(issues))


@command.command(
    "show",
    context_settings=SETTINGS,
    epilog=examples(
        "stacktraces known show 4-75ba",
    ),
)
@click.argument("issue")
@store_option
@_FORMAT
def show(issue: str, known: str, output: str) -> None:
    """Show all about an ISSUE, with its stacks."""
    from ..known.operations import locate
    from . import _known_show

    with opened(known) as store:
        found = locate(store, issue)
    if output == "json":
        _known_show.echo_json("issue", _known_show.record(found))
    else:
        _known_show.echo_lines(_known_show.details(found))


for each in (*CHANGES, *STATES, *TRANSFERS, merge_driver, review, rules, sightings):
    command.add_command(each)
