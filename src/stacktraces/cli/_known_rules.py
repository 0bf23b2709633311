"""``stacktraces known rules``: a team's own rules on what is one issue, checked and tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from ..errors import InputError
from ..render._safe import one_line
from ._issue_rules import issue_rules_for
from ._known_options import opened, store_option
from ._known_show import echo_json, echo_lines
from ._run import SETTINGS, examples

if TYPE_CHECKING:
    from ..known import Issue
    from ..signatures.issue_rules import IssueRule, IssueRules
    from ..signatures.rule_trial import Effect, Tried

_SHOWN = 10
"""Groups that the text names of one rule."""


@click.command(
    "rules",
    context_settings=SETTINGS,
    short_help="Check your own rules, and try them.",
    epilog=examples(
        "stacktraces known rules --try issue-rules.toml /var/log/app/",
    ),
)
@click.argument("logs", nargs=-1, metavar="[LOG...]")
@store_option
@click.option("--try", "tried", metavar="FILE", help="Show which groups the rules of FILE would change.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def rules(logs: tuple[str, ...], known: str, tried: str | None, output: str) -> None:
    """List your own rules, and refuse wrong ones: those of issue-rules.toml beside the known issues.

    With --try the rules of FILE are tried on the stacks of the known issues, or on what stands in LOGs;
    nothing is changed. docs/issue-rules.md tells how they are written.
    """
    found = issue_rules_for(tried, known)
    if found is None:
        raise InputError(f"No issue-rules.toml stands beside {known}; name a file with --try.")
    if tried is None and not logs:
        shown = [_record(each) for each in found.rules]
        echo_json("rules", shown) if output == "json" else echo_lines(_listed(found))
        return
    effects = _effects(found, logs, known)
    if output == "json":
        echo_json("effects", [_effect_record(each) for each in effects])
    else:
        echo_lines(_effect_lines(effects, found.path))


def _effects(rules: IssueRules, logs: tuple[str, ...], known: str) -> list[Effect]:
    from ..signatures.rule_trial import effects

    if logs:
        return effects(rules, _of_logs(logs, rules))
    with opened(known) as store:
        return effects(rules, list(_of_store(store.issues())))


def _of_logs(logs: tuple[str, ...], rules: IssueRules) -> Iterator[Tried]:
    import msgspec

    from ..known.issue import title_of
    from ..library.logs import scan
    from ..signatures.fingerprint import fingerprint
    from ..signatures.rule_trial import Tried

    # Told apart by rule, since some occurrences of a group may match and others not.
    apart = tuple(msgspec.structs.replace(each, group=None, apart=True) for each in rules.rules)
    for each in scan(logs, issue_rules=msgspec.structs.replace(rules, rules=apart)).groups:
        name = fingerprint(each.error, each.runtime)
        yield Tried(name, title_of(each.error), each.error, each.runtime, each.count)


def _of_store(issues: Iterable[Issue]) -> Iterator[Tried]:
    from ..known.older import exemplar_today
    from ..signatures.fingerprint import fingerprint
    from ..signatures.rule_trial import Tried

    for issue in issues:
        for stack in issue.stacks:
            error = exemplar_today(stack)
            if error is not None:
                name = fingerprint(error, error.runtime)
                yield Tried(name, issue.title, error, error.runtime, stack.count)


def _listed(rules: IssueRules) -> Iterator[str]:
    for each in rules.rules:
        said = [name for name in ("apart", "ignore") if getattr(each, name)]
        said += [
            f"{name} {value!r}"
            for name in ("group", "title", "owner", "severity")
            if (value := getattr(each, name)) is not None
        ]
        yield one_line(f"{rules.path}:{each.line}  {each.name}: {', '.join(said)}")
    count = len(rules.rules)
    yield f"{count:,} {'rule' if count == 1 else 'rules'}"


def _effect_lines(effects: list[Effect], path: str) -> Iterator[str]:
    for effect in effects:
        if not effect.groups:
            continue
        yield one_line(f"{effect.rule.name} ({path}:{effect.rule.line}): {effect.words}")
        for group in effect.groups[:_SHOWN]:
            count = f"{group.count:,} × " if group.count else ""
            yield one_line(f"    {group.fingerprint}  {count}{group.title}")
        if (more := len(effect.groups) - _SHOWN) > 0:
            yield f"    and {more:,} more"
    idle = [effect.rule.name for effect in effects if not effect.groups]
    if idle:
        yield one_line(f"matching nothing: {', '.join(idle)}")
    changed = sum(len(effect.groups) for effect in effects)
    yield f"{changed:,} {'group' if changed == 1 else 'groups'} would change"


def _record(rule: IssueRule) -> dict[str, object]:
    import msgspec

    return {key: value for key, value in msgspec.to_builtins(rule).items() if value not in (None, False)}


def _effect_record(effect: Effect) -> dict[str, object]:
    return {
        "rule": effect.rule.name,
        "line": effect.rule.line,
        "effect": effect.words,
        "groups": [
            {
                "fingerprint": each.fingerprint,
                "becomes": effect.rule.fingerprint(each.fingerprint),
                "title": each.title,
                "count": each.count or None,
            }
            for each in effect.groups
        ],
    }
