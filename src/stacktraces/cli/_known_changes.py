"""The subcommands of ``stacktraces known`` that change issues."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..errors import UnknownFormatError, UsageError
from ._input import max_bytes_option, tell_of_terminal
from ._issue_rules import issue_rules_for, issue_rules_option, issue_rules_path
from ._known_options import opened, store_option
from ._known_told import change_issue, tell
from ._run import SETTINGS, examples

if TYPE_CHECKING:
    from ..known import Issue, Store
    from ..model import Group
    from ..signatures.issue_rules import IssueRule, IssueRules


_AS_RULE = click.option(
    "--as-rule",
    is_flag=True,
    help="Keep the decision as a rule in issue-rules.toml, which others can read.",
)


@click.command(
    "add",
    context_settings=SETTINGS,
    short_help="Make known issues of stack traces.",
    epilog=examples(
        "stacktraces known add crash.txt --link https://tracker.example.org/41",
        "stacktraces known add crash.txt --to 4-75ba",
    ),
)
@click.argument("file", default="-", metavar="[FILE]")
@store_option
@click.option("--to", metavar="ISSUE", help="Make the stacks part of this issue.")
@click.option("--fingerprint", metavar="FINGERPRINT", help="Add this fingerprint, and read no FILE.")
@click.option("--title", help="What to call the issue; made from the error unless given.")
@click.option("--link", metavar="URL", help="Where it is tracked.")
@click.option("--note", metavar="TEXT", help="What people should know of it.")
@issue_rules_option
@max_bytes_option
def add(
    file: str,
    known: str,
    to: str | None,
    fingerprint: str | None,
    title: str | None,
    link: str | None,
    note: str | None,
    issue_rules: str | None,
    max_bytes: int,
) -> None:
    """Add each stack trace in FILE (standard input unless given) as a known issue."""
    from ..known import operations

    if fingerprint and not (title or to):
        raise UsageError("--fingerprint says nothing by itself: add --title, or --to an issue.")
    own_rules = issue_rules_for(issue_rules, known)
    groups = [] if fingerprint else _read(file, max_bytes, own_rules)
    with opened(known, create=not to) as store:
        target = operations.locate(store, to).id if to else None
        keys = [_add_group(store, each, target) for each in groups]
        if fingerprint:
            keys = [operations.add_fingerprint(store, fingerprint, title or fingerprint, target)]
        for key in dict.fromkeys(keys):
            issue = operations.change(
                store, key, lambda each: operations.note(each, text=note, link=link, title=title)
            )
            tell("added", issue)


def _read(file: str, max_bytes: int, rules: IssueRules | None) -> list[Group]:
    from ..known import group_traces
    from ..model import Trace
    from ..parsing import parse
    from ..signatures.fatal import reported_traces
    from ..sources.whole import read_whole

    tell_of_terminal(file)
    groups: list[Group] = []
    for found in parse(read_whole(file, max_bytes)):
        traces = [found] if isinstance(found, Trace) else reported_traces(found)
        groups.extend(group_traces(traces, rules))
    if not groups:
        raise UnknownFormatError("The text holds no error and no crashed thread.")
    return groups


def _add_group(store: Store, group: Group, target: str | None) -> str:
    from ..known.operations import add_exemplar

    return add_exemplar(store, group, target).id


@click.command(
    "note",
    context_settings=SETTINGS,
    short_help="Set an issue's note, link or title.",
    epilog=examples(
        'stacktraces known note 4-75ba "the cart\'s key was renamed"',
    ),
)
@click.argument("issue")
@click.argument("text", required=False)
@store_option
@click.option("--link", metavar="URL", help="Where it is tracked; an empty one takes it away.")
@click.option("--title", help="What to call it from now on.")
def note(issue: str, text: str | None, known: str, link: str | None, title: str | None) -> None:
    """Set the note of an ISSUE to TEXT, its link or its title; an empty TEXT takes the note away."""
    from ..known import operations

    if text is None and link is None and not title:
        raise UsageError("Nothing to set: give a TEXT, --link or --title.")
    change_issue(known, issue, "noted", lambda each: operations.note(each, text=text, link=link, title=title))


@click.command(
    "merge",
    context_settings=SETTINGS,
    short_help="Make several issues one.",
    epilog=examples(
        "stacktraces known merge 4-75ba 4-922c --as-rule",
    ),
)
@click.argument("issue")
@click.argument("others", nargs=-1, required=True, metavar="OTHER...")
@store_option
@_AS_RULE
def merge(issue: str, others: tuple[str, ...], known: str, as_rule: bool) -> None:
    """Make each OTHER issue part of ISSUE: what is like either is that issue from then on.

    With --as-rule what has their fingerprints is also one group from then on.
    """
    from ..known import decisions, operations

    with opened(known) as store:
        merged = operations.merge(store, issue, others)
        tell("merged into", merged)
    if as_rule:
        _keep_rule(decisions.as_one(merged), known)


@click.command(
    "split",
    context_settings=SETTINGS,
    short_help="Take a fingerprint out of an issue.",
    epilog=examples(
        "stacktraces known split 4-75ba 4-922c",
    ),
)
@click.argument("issue")
@click.argument("fingerprint")
@store_option
@_AS_RULE
def split(issue: str, fingerprint: str, known: str, as_rule: bool) -> None:
    """Take a FINGERPRINT out of an ISSUE and make it an issue of its own.

    With --as-rule it is never again said to be like another issue.
    """
    from ..known import decisions, operations

    with opened(known) as store:
        new = operations.split(store, issue, fingerprint)
        tell("split off", new)
    if as_rule:
        _keep_rule(decisions.as_own(new), known)


def _keep_rule(rule: IssueRule, known: str) -> None:
    from ..known.decisions import keep

    path = issue_rules_path(known)
    click.echo(f"{path} has a new rule:\n{keep(path, rule)}", nl=False)


@click.command(
    "prune",
    context_settings=SETTINGS,
    short_help="Forget issues that nobody needs any more.",
    epilog=examples(
        "stacktraces known prune --resolved --unseen-for 90 -k known.db --dry-run",
    ),
)
@store_option
@click.option("--unseen-for", type=click.IntRange(min=0), metavar="DAYS", help="Not seen for so many days.")
@click.option("--resolved", is_flag=True, help="Only those that are resolved.")
@click.option(
    "--not-in",
    type=click.Path(),
    metavar="RESULT",
    help="Not among the groups of this saved JSON result of `stacktraces log`.",
)
@click.option("--dry-run", is_flag=True, help="Only say which.")
def prune(known: str, unseen_for: int | None, resolved: bool, not_in: str | None, dry_run: bool) -> None:
    """Forget issues that nobody needs any more; those that all given options are true of.

    Ignored issues are kept. A baseline file keeps no times of last sightings: use --not-in with it.
    """
    from ..known import operations, times

    if unseen_for is None and not resolved and not_in is None:
        raise UsageError("Say which to forget: --unseen-for DAYS, --resolved or --not-in RESULT.")
    seen = _fingerprints(not_in) if not_in is not None else frozenset()
    with opened(known) as store:
        if unseen_for is not None and not store.counts:
            raise UsageError(f"{store.name} keeps no times of last sightings; use --not-in RESULT.")
        limit = None if unseen_for is None else times.days_before(times.now(), unseen_for)

        def unwanted(issue: Issue) -> bool:
            return (
                issue.status != "ignored"
                and (limit is None or (issue.last_seen is not None and issue.last_seen < limit))
                and (not resolved or issue.status == "resolved")
                and (not_in is None or not _is_in(issue, seen, not_in))
            )

        found = operations.prune(store, unwanted, dry_run=dry_run)
    for issue in found:
        tell("would forget" if dry_run else "forgot", issue)


def _fingerprints(path: str) -> frozenset[str]:
    from ._results import read_result

    return frozenset(group.fingerprint for group in read_result(path))


def _is_in(issue: Issue, seen: frozenset[str], path: str) -> bool:
    """Whether ``issue`` is among the fingerprints ``seen`` in the saved result ``path``.

    Raises ``UsageError`` where nobody can tell, since those are of other versions than the issue's.
    """
    from ..known.older import fingerprints_today
    from ..signatures.fingerprint import version

    names = fingerprints_today(issue)
    if not seen.isdisjoint(names):
        return True
    ours, theirs = ({found for found in map(version, each) if found} for each in (names, seen))
    if ours and theirs and ours.isdisjoint(theirs):
        raise UsageError(
            f"{path} and {issue.id} have fingerprints of different versions of stacktraces; "
            "make the result anew with `stacktraces log --format json`."
        )
    return False


CHANGES = (add, note, merge, split, prune)
