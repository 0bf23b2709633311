"""``stacktraces diff``: what changed between two saved results."""

from __future__ import annotations

from typing import Any

import click

from ..model import Group
from ..render._safe import one_line
from ..render.report import Reporter
from ._diff_groups import KINDS, Difference, compare
from ._json import echo_document
from ._results import read_result
from ._run import SETTINGS

SCHEMA_VERSION = 1


@click.command("diff", context_settings=SETTINGS)
@click.argument("older", metavar="A")
@click.argument("newer", metavar="B")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--exit-code", is_flag=True, help="Exit with 1 where something appeared or grew.")
def command(older: str, newer: str, output: str, exit_code: bool) -> int:
    """Say what appeared, grew, shrank and disappeared between A and B.

    A and B are saved results of `stacktraces log --format json`, or jsonl.
    """
    differences = compare(read_result(older), read_result(newer))
    if output == "json":
        _echo_json(differences)
    else:
        for each in differences:
            click.echo(_line(each))
        if not differences:
            click.echo("Nothing changed.")
    return 1 if exit_code and any(each.kind in ("appeared", "grew") for each in differences) else 0


def _echo_json(differences: list[Difference]) -> None:
    reporter = Reporter()
    found: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    for each in differences:
        found[each.kind].append(
            {"before": each.before, "after": each.after, "group": reporter.group(each.group)}
        )
    echo_document({"schema_version": SCHEMA_VERSION, **found})


def _line(difference: Difference) -> str:
    counts = f"{difference.before} -> {difference.after}"
    name = difference.group.fingerprint
    return one_line(f"{difference.kind:<11}  {counts:>14}  {name}  {_title(difference.group)}")


def _title(group: Group) -> str:
    message = (group.error.message or "").partition("\n")[0]
    return ": ".join(part for part in (group.error.type, message) if part) or "a stack without an error"
