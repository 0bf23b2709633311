"""The subcommands of ``stacktraces known`` that move issues between stores, and check them."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from ..render._safe import one_line, safe_json
from ._known_options import FAILED, opened, store_option
from ._run import SETTINGS, examples

if TYPE_CHECKING:
    from ..known.check import Change

_LINES = (".jsonl", ".ndjson")


@click.command(
    "import",
    context_settings=SETTINGS,
    short_help="Add the issues of another store or a file.",
    epilog=examples(
        "stacktraces known import known-issues.toml -k known.db",
    ),
)
@click.argument("source", metavar="SOURCE")
@store_option
@click.option(
    "--replace", is_flag=True, help="Take title, status, link and note from SOURCE where both have them."
)
def import_issues(source: str, known: str, replace: bool) -> None:
    """Add the issues of SOURCE: another store, a file of JSON lines (.jsonl), or - for standard input."""
    from ..known import transfer

    if source == "-":
        issues = list(transfer.from_lines(transfer.lines_of(sys.stdin.buffer), "standard input"))
    elif Path(source).suffix in _LINES:
        issues = transfer.read_file(Path(source))
    else:
        with opened(source) as other:
            issues = list(other.issues())
    with opened(known, create=True) as store:
        transfer.add(issues, store, replace=replace)
        click.echo(f"imported {len(issues)} issues into {one_line(store.name)}")


@click.command(
    "export",
    context_settings=SETTINGS,
    short_help="Write the issues to another store or a file.",
    epilog=examples(
        "stacktraces known export known.toml -k known.db",
    ),
)
@click.argument("target", default="-", metavar="[TARGET]")
@store_option
@click.option("--sightings", is_flag=True, help="Write counts and times to a baseline file as well.")
def export(target: str, known: str, sightings: bool) -> None:
    """Write the issues to TARGET: another store, a file of JSON lines (.jsonl), or - for standard output.

    JSON lines and databases get everything. A baseline file gets what is worth a review, unless
    --sightings is given. Issues that TARGET has already are brought up to date.
    """
    from ..known import transfer

    with opened(known) as store:
        if target == "-" or Path(target).suffix in _LINES:
            with _written(target) as stream:
                for line in transfer.to_lines(store.issues()):
                    stream.write(safe_json(line.encode()) + b"\n")
            return
        issues = list(store.issues())
    with opened(target, create=True) as other:
        if not other.counts and not sightings:
            issues = [transfer.for_review(issue) for issue in issues]
        transfer.add(issues, other, replace=True)
        click.echo(f"exported {len(issues)} issues to {one_line(other.name)}")


def _written(target: str) -> AbstractContextManager[BinaryIO]:
    """A stream for the content of the file ``target``, or standard output's."""
    from ..known import _atomic

    return nullcontext(sys.stdout.buffer) if target == "-" else _atomic.rewritten(Path(target))


@click.command(
    "check",
    context_settings=SETTINGS,
    short_help="Say what is damaged or out of date.",
    epilog=examples(
        "stacktraces known check -k known.db",
    ),
)
@store_option
@click.option("--migrate", is_flag=True, help="Make the changes.")
@click.option("--repair", is_flag=True, help="Repair what is damaged, if it can be.")
def check(known: str, migrate: bool, repair: bool) -> int:
    """Say what is damaged, and which issues would split, merge or move under today's fingerprints and rules.

    Exits with 1 where something is damaged, unless --repair mends it, or would change, unless --migrate makes
    the change.
    """
    from ..known import check as checking
    from ..known import damage

    found = damage.examine(known)
    left = damage.repair(known) if repair and found else found
    for each in found:
        done = "damaged" if left else "repaired"
        click.echo(one_line(f"{done}  {each.what}"))
    if left:
        return FAILED
    with opened(known) as store:
        changes = checking.migrate(store) if migrate else checking.check(store)
    for change in changes:
        click.echo(one_line(_sentence(change)))
    if not changes:
        click.echo("Every fingerprint is up to date.")
    stale = any(change.kind == "stale" for change in changes)
    return FAILED if (changes and not migrate) or stale else 0


def _sentence(change: Change) -> str:
    first, *others = change.issues
    before, after = ", ".join(change.before), ", ".join(change.after)
    if change.kind == "merge":
        return f"merge  {', '.join(others)} into {first}: {before} become {after}"
    if change.kind == "stale":
        return f"stale  {first}: {before} is of an older version and has no exemplar; add a stack to it"
    return f"{change.kind:<5}  {first}: {before} becomes {after}"


TRANSFERS = (import_issues, export, check)
