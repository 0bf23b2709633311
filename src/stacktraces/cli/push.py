"""``stacktraces push``: tell another system of errors, once each."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import click

from ..errors import UsageError
from ..render._safe import one_line
from ._input import max_bytes_option
from ._run import PARTIAL, SETTINGS, complain, examples

if TYPE_CHECKING:
    from ..render.groups import Answer

_VERDICTS = ["new", "regressed", "similar", "known", "ignored"]


@click.command(
    "push",
    context_settings=SETTINGS,
    short_help="Tell another system of errors.",
    epilog=examples(
        "stacktraces push result.json --to https://hooks.example.org/services/42",
    ),
)
@click.argument("result", metavar="[RESULT|-]", default="-")
@click.option(
    "--to",
    "url",
    required=True,
    envvar="STACKTRACES_PUSH_TO",
    show_envvar=True,
    metavar="DSN|URL",
    help="A Sentry DSN, a webhook of Slack or Teams, OTLP's /v1/logs, or any URL that takes JSON.",
)
@click.option(
    "--as",
    "kind",
    type=click.Choice(["json", "slack", "teams", "otlp", "sentry"]),
    help="What the receiver is, where its URL does not tell.",
)
@click.option(
    "--only",
    metavar="VERDICT,...",
    help=f"Only errors with these verdicts, of {', '.join(_VERDICTS)} [default: all].",
)
@click.option("--sent", metavar="FILE", help="Remembers what was sent, so that each error is sent once.")
@click.option("--show-locals", is_flag=True, help="Send values of local variables, too.")
@max_bytes_option
def command(
    result: str,
    url: str,
    kind: str | None,
    only: str | None,
    sent: str | None,
    show_locals: bool,
    max_bytes: int,
) -> int:
    """Send the errors of a saved RESULT (- is standard input), a message for each.

    RESULT is what stacktraces log --format json has printed, with --known for verdicts. Exit status: 3 when
    something could not be sent; a later run with --sent sends just that.
    """
    from ..pushing.messages import kind_of
    from ._results import read_judged

    verdicts = _verdicts(only)
    answer = read_judged(result, max_bytes, show_locals)
    return _send(answer, url, kind or kind_of(url), verdicts, sent)


def _verdicts(only: str | None) -> frozenset[str] | None:
    if only is None:
        return None
    named = frozenset(only.split(","))
    if not named <= set(_VERDICTS):
        raise UsageError(f"--only takes {', '.join(_VERDICTS)}, separated by commas.")
    return named


def _send(answer: Answer, url: str, kind: Any, verdicts: frozenset[str] | None, sent: str | None) -> int:
    from ..pushing.delivery import Refused, Sent, deliver
    from ..pushing.messages import message, wanted

    remembered = Sent(sent) if sent else None
    # The URL itself holds a key: it stands in no file.
    receiver = hashlib.blake2b(url.encode(), digest_size=8).hexdigest()
    count = failed = 0
    for each in wanted(answer, verdicts):
        what = f"{each.group.fingerprint} {each.verdict or ''}".strip()
        if remembered is not None and remembered.knows(receiver, what):
            continue
        try:
            deliver(message(url, kind, answer, each))
        except Refused as refused:
            failed += 1
            complain(f"{each.group.fingerprint} was not sent: {one_line(str(refused))}.")
            continue
        count += 1
        if remembered is not None:
            remembered.add(receiver, what)
    complain(f"{count:,} sent{f', {failed:,} not' if failed else ''}.")
    return PARTIAL if failed else 0
