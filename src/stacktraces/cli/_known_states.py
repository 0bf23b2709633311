"""The subcommands of ``stacktraces known`` that say how an issue stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..errors import UsageError
from ._known_options import opened, store_option
from ._known_told import change_issue, tell
from ._run import SETTINGS, examples

if TYPE_CHECKING:
    from ..known import Issue
    from ..known.mute import Mute


def _moment(typed: str | None) -> str | None:
    """The time that was typed, as it is stored. Raises ``UsageError`` where it is none."""
    from ..known import times

    moment = times.normalise(typed)
    if typed is not None and moment is None:
        raise UsageError(f"{typed} is no day and no time; write it like 2026-01-31 or 2026-01-31T12:00:00Z.")
    return moment


@click.command(
    "resolve",
    context_settings=SETTINGS,
    short_help="Call an issue resolved.",
    epilog=examples(
        "stacktraces known resolve 4-75ba --in 2.4",
    ),
)
@click.argument("issue")
@store_option
@click.option("--in", "version", metavar="VERSION", help="The first version of the application without it.")
@click.option("--on", "when", metavar="TIME", help="The day or time (ISO 8601) of its end; now unless given.")
def resolve(issue: str, known: str, version: str | None, when: str | None) -> None:
    """Call an ISSUE resolved: when it is seen afterwards, it is a regression."""
    from ..known import operations

    moment = _moment(when)
    change_issue(
        known, issue, "resolved", lambda each: operations.resolve(each, version=version, when=moment)
    )


@click.command(
    "reopen",
    context_settings=SETTINGS,
    short_help="Call an issue open again.",
    epilog=examples(
        "stacktraces known reopen 4-75ba",
    ),
)
@click.argument("issue")
@store_option
def reopen(issue: str, known: str) -> None:
    """Call an ISSUE open again, whether it was resolved or ignored."""
    from ..known import operations

    change_issue(known, issue, "reopened", operations.reopen)


@click.command(
    "ignore",
    context_settings=SETTINGS,
    short_help="Call an issue one to hear no more of.",
    epilog=examples(
        "stacktraces known ignore 4-75ba",
    ),
)
@click.argument("issue")
@store_option
def ignore(issue: str, known: str) -> None:
    """Call an ISSUE one that never needs attention."""
    from ..known import operations

    change_issue(known, issue, "ignored", operations.ignore)


@click.command(
    "mute",
    context_settings=SETTINGS,
    short_help="Hear no more of an issue for a while.",
    epilog=examples(
        "stacktraces known mute 4-75ba --until 2026-03-31",
    ),
)
@click.argument("issue")
@store_option
@click.option("--until", "when", metavar="TIME", help="Until the end of this day, or this time (ISO 8601).")
@click.option("--until-version", "version", metavar="VERSION", help="Until it is seen in this version.")
@click.option(
    "--until-count", "count", type=click.IntRange(min=1), metavar="N", help="Until it was seen N times more."
)
def mute(issue: str, known: str, when: str | None, version: str | None, count: int | None) -> None:
    """Hear no more of an ISSUE until something happens; when it is seen afterwards, it is a regression."""
    from ..known import operations
    from ..known.mute import Mute

    if sum(each is not None for each in (when, version, count)) != 1:
        raise UsageError("Say until when: one of --until TIME, --until-version VERSION and --until-count N.")
    moment = _moment(when)

    def until(found: Issue) -> Mute:
        if moment is not None:
            return Mute("date", moment)
        if version is not None:
            return Mute("version", version)
        return Mute("count", str(found.count + (count or 0)))

    with opened(known) as store:
        if count is not None and not store.counts:
            raise UsageError(f"{store.name} keeps no counts; use --until or --until-version, or a database.")
        changed = operations.change(store, issue, lambda each: operations.mute(each, until(each)))
        tell("muted", changed)


STATES = (resolve, reopen, ignore, mute)
