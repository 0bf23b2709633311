"""``stacktraces diff``: what changed between two saved results, or two looks at processes."""

from __future__ import annotations

from typing import Any

import click

from .._regex import regex
from ..errors import InputError
from ..model import Group
from ..render._safe import one_line
from ..render.report import Reporter
from ..signatures.fingerprint import version
from ..sources.whole import read_whole
from . import _diff_snapshots
from ._captures import Capture
from ._diff_groups import KINDS, Difference, compare
from ._input import max_bytes_option
from ._json import echo_document
from ._results import decode_result
from ._run import PARTIAL, SETTINGS, complain, examples, while_read

SCHEMA_VERSION = 1

_OBJECT = regex(rb"\s*\{")


@click.command(
    "diff",
    context_settings=SETTINGS,
    short_help="Compare two results, or two captures.",
    epilog=examples(
        "stacktraces diff monday.json tuesday.json",
    ),
)
@click.argument("older", metavar="A")
@click.argument("newer", metavar="B")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--exit-code", is_flag=True, help="Exit with 1 where something appeared or grew, or a thread is stuck."
)
@max_bytes_option
def command(older: str, newer: str, output: str, exit_code: bool, max_bytes: int) -> int:
    """Say what changed between A and B.

    A and B are saved results of `stacktraces log --format json`, or jsonl: what appeared, grew, shrank and
    disappeared. Or they are two looks at the same processes by collect.py or a debugger: which threads
    stood still, moved, came and went.
    """
    first, second = (Capture(path, read_whole(path, max_bytes)) for path in (older, newer))
    results = [_may_be_result(each) for each in (first, second)]
    if not any(results):
        return _diff_captures(first, second, output, exit_code)
    if not all(results):
        saved, other = (first, second) if results[0] else (second, first)
        raise InputError(
            f"{other.name} is no result of `stacktraces log --format json` as {saved.name} may be; "
            "compare two results, or two captures."
        )
    before, after = decode_result(*first), decode_result(*second)
    _refuse_other_versions(older, before, newer, after)
    differences = compare(before, after)
    with while_read():
        if output == "json":
            _echo_json(differences)
        else:
            for each in differences:
                click.echo(_line(each))
            if not differences:
                click.echo("Nothing changed.")
    return 1 if exit_code and any(each.kind in ("appeared", "grew") for each in differences) else 0


def _may_be_result(capture: Capture) -> bool:
    """Whether it is JSON, as a saved result is, and not what a debugger printed."""
    return _OBJECT.match(capture.text[:4096]) is not None


def _refuse_other_versions(older: str, before: list[Group], newer: str, after: list[Group]) -> None:
    """Raise ``InputError`` where no group of the one can be found in the other."""
    one, other = ({version(each.fingerprint) for each in groups} for groups in (before, after))
    if one and other and one.isdisjoint(other):
        raise InputError(
            f"{older} and {newer} hold fingerprints of different versions of stacktraces, which cannot be "
            "compared; make the older result anew."
        )


def _diff_captures(older: Capture, newer: Capture, output: str, exit_code: bool) -> int:
    missing: list[str] = []
    found = _diff_snapshots.compare(older, newer, missing)
    with while_read():
        if output == "json":
            echo_document({"schema_version": SCHEMA_VERSION, **_diff_snapshots.document(found)})
        else:
            for line in _diff_snapshots.lines(found):
                click.echo(line)
    for sentence in missing:
        complain(sentence)
    if exit_code and _diff_snapshots.is_stuck(found):
        return 1
    return PARTIAL if missing else 0


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
