"""``stacktraces known sightings``: how often an issue was seen each day, and for how long that is kept."""

from __future__ import annotations

import click

from ..errors import UsageError
from ._known_options import opened, store_option
from ._run import SETTINGS, examples


@click.command(
    "sightings",
    context_settings=SETTINGS,
    short_help="How often an issue was seen each day.",
    epilog=examples(
        "stacktraces known sightings 4-75ba -k known.db",
        "stacktraces known sightings --forget-before 2026-01-31 -k known.db",
    ),
)
@click.argument("issue", required=False)
@store_option
@click.option(
    "--forget-before",
    metavar="DAY",
    help="Forget the counts of the days before DAY, such as 2026-01-31, of all issues.",
)
def sightings(issue: str | None, known: str, forget_before: str | None) -> None:
    """Show on which days an ISSUE was seen, and how often; databases count that, a baseline does not.

    An occurrence counts on the day, in UTC, on which its group was seen last when it was recorded. What
    is forgotten by --forget-before is not missing in the totals of issues.
    """
    from ..known import times
    from ..known.operations import locate

    if issue is None and forget_before is None:
        raise UsageError("Name an ISSUE, or give --forget-before DAY.")
    before = times.normalise(forget_before) if forget_before is not None else None
    if forget_before is not None and before is None:
        raise UsageError(f"--forget-before {forget_before} is no day such as 2026-01-31.")
    with opened(known) as store:
        if before is not None:
            click.echo(f"forgot {store.forget_days(before[:10]):,} counts of days before {before[:10]}")
        if issue is not None:
            for day, count in store.days(locate(store, issue).fingerprints).items():
                click.echo(f"{day}  {count:,}")
