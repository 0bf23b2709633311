"""``stacktraces known review``: what is new, unsure or regressed in logs, one key each."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ..errors import UsageError
from ..render import plain
from ._issue_rules import issue_rules_for, issue_rules_option
from ._known_options import opened, store_option
from ._run import SETTINGS, complain, examples

if TYPE_CHECKING:
    from ..known.review import Answer, Review
    from ..known.verdict import Labelled

_KEYS: dict[str, Answer] = {"n": "new", "s": "same", "o": "open", "i": "ignore", " ": "skip", "": "skip"}
_WORDS: dict[Answer, str] = {
    "new": "[n]ew issue",
    "same": "[s]ame issue",
    "open": "[o]pen again",
    "ignore": "[i]gnore",
    "skip": "blank for later",
}
_END = ("q", "\x03", "\x04")


@click.command(
    "review",
    context_settings=SETTINGS,
    short_help="Say what new errors are, one by one.",
    epilog=examples(
        "stacktraces known review suite.log",
    ),
)
@click.argument("logs", nargs=-1, required=True, metavar="LOG...")
@store_option
@click.option("--app-version", metavar="VERSION", help="The version of the application that wrote the logs.")
@issue_rules_option
def review(logs: tuple[str, ...], known: str, app_version: str | None, issue_rules: str | None) -> int:
    """Go through what is new, unsure or regressed in LOGs, and say what it is, a key each.

    Each answer is recorded at once, and it is shown what else it settles. Where standard input is no
    terminal, each line of it is an answer: n, s, o, i, an empty one for later, q to end.
    """
    from ..known import Run
    from ..known.review import Review
    from ..library.logs import scan

    if "-" in logs:
        raise UsageError("Answers are read from standard input; name the files of the logs.")
    rules = issue_rules_for(issue_rules, known)
    with opened(known, create=True) as store:
        result = scan(logs, issue_rules=rules)
        for each in result.unreadable:
            complain(each.reason)
        waiting = Review(result.groups, store, Run.today(app_version))
        _go_through(waiting)
        left = len(waiting.waiting)
    click.echo(f"{left:,} left" if left else "Nothing is left that needs attention.")
    return 0


def _go_through(review: Review) -> None:
    from ..known.review import answers

    skipped: list[Labelled] = []
    while review.waiting:
        first = review.waiting[0]
        group, judgement = first
        click.echo("\n".join(plain.group_lines(group, judgement)))
        offered = answers(first)
        click.echo("    " + ", ".join(_WORDS[each] for each in offered) + ", [q]uit: ", nl=False)
        answer = _asked(offered)
        if answer is None:
            break
        click.echo(answer)
        if answer == "skip":
            skipped.append(first)
        for each in review.answer(answer):
            click.echo(f"    settles {each.group.fingerprint} {plain.headline(each.group.error)}")
        click.echo()
    review.waiting += skipped


def _asked(offered: tuple[Answer, ...]) -> Answer | None:
    """The answer that was given; ``None`` for the end of it all."""
    while True:
        key = _key()
        if key is None or key in _END:
            click.echo()
            return None
        answer = _KEYS.get(key.lower())
        if answer in offered:
            return answer


def _key() -> str | None:
    if sys.stdin.isatty():
        return "" if (key := click.getchar()) in "\r\n" else key
    line = sys.stdin.readline()
    return line.strip()[:1] if line else None
