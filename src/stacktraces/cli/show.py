"""``stacktraces show``: one group of a saved result, whole."""

from __future__ import annotations

import sys

import click

from ..errors import InputError
from ._color import wants_color
from ._input import max_bytes_option
from ._run import SETTINGS, examples


@click.command(
    "show",
    context_settings=SETTINGS,
    short_help="Print one group of a saved result whole.",
    epilog=examples(
        "stacktraces log app.log --contexts --format json > result.json",
        "stacktraces show 4-75ba result.json",
    ),
)
@click.argument("fingerprint")
@click.argument("result", metavar="[RESULT]", default="-")
@click.option("--show-locals", is_flag=True, help="Show local variables, where the result has them.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="auto: on a terminal; always: the screen of a terminal.",
)
@max_bytes_option
def command(fingerprint: str, result: str, show_locals: bool, color: str, max_bytes: int) -> int:
    """Print the group with FINGERPRINT (or the start of one) of a saved RESULT (- is standard input).

    RESULT is what stacktraces log --format json has printed; with --contexts it also tells hosts, pods,
    loggers and the values that the message takes. On a terminal own frames are bright, and runs of library
    frames are folded. Where the log is still there, the lines before the first occurrence are shown.
    """
    from ..render import plain
    from ..render._safe import printable
    from ..render.detail import Detail, places, sections, show_detail
    from ..signatures.message import mask
    from ._results import lines_before, read_judged

    answer = read_judged(result, max_bytes, show_locals)
    groups = [each.group for each in answer.shown]
    found = [group for group in groups if group.fingerprint.startswith(fingerprint)]
    if not found:
        raise InputError(
            f"{result} holds no group whose fingerprint starts with {fingerprint}; see its list of groups."
        )
    if len(found) > 1 and all(group.fingerprint != fingerprint for group in found):
        raise InputError(f"{fingerprint} is the start of {len(found)} fingerprints; give more of it.")
    group = next((each for each in found if each.fingerprint == fingerprint), found[0])
    shown = next(each for each in answer.shown if each.group is group)
    message = group.error.message
    detail = Detail(
        shown=shown,
        own_frames=answer.own_frames,
        masked=mask(message) if message else None,
        before=lines_before(group),
        show_locals=show_locals,
    )
    if color == "always" or sys.stdout.isatty():
        from ..render.terminal import make_console

        show_detail(make_console(wants_color(color)), detail)
        return 0
    click.echo("\n".join(plain.group_lines(group, shown.judgement, show_runtime=True)) + "\n")
    if detail.before:
        click.echo("the log before it" + "".join(f"\n  {printable(each)}" for each in detail.before) + "\n")
    click.echo("\n".join(plain.error_lines(group.error, show_locals=show_locals)))
    for title, lines in (*sections(detail), ("seen at", list(places(group)))):
        if lines:
            click.echo(f"\n{title}" + "".join(f"\n  {each}" for each in lines))
    return 0
