"""``stacktraces show``: one group of a saved result, whole."""

from __future__ import annotations

import click

from ..errors import InputError
from ._input import max_bytes_option
from ._run import SETTINGS


@click.command("show", context_settings=SETTINGS, short_help="Print one group of a saved result whole.")
@click.argument("fingerprint")
@click.argument("result", metavar="[RESULT]", default="-")
@click.option("--show-locals", is_flag=True, help="Show local variables, where the result has them.")
@max_bytes_option
def command(fingerprint: str, result: str, show_locals: bool, max_bytes: int) -> int:
    """Print the group with FINGERPRINT (or the start of one) of a saved RESULT (- is standard input).

    RESULT is what stacktraces log --format json has printed.
    """
    from ..render import plain
    from ._results import read_result

    found = [group for group in read_result(result, max_bytes) if group.fingerprint.startswith(fingerprint)]
    if not found:
        raise InputError(
            f"{result} holds no group whose fingerprint starts with {fingerprint}; see its list of groups."
        )
    if len(found) > 1 and all(group.fingerprint != fingerprint for group in found):
        raise InputError(f"{fingerprint} is the start of {len(found)} fingerprints; give more of it.")
    group = next((each for each in found if each.fingerprint == fingerprint), found[0])
    click.echo("\n".join(plain.group_lines(group, show_runtime=True)) + "\n")
    click.echo("\n".join(plain.error_lines(group.error, show_locals=show_locals)))
    more = group.count - len(group.sources)
    if group.sources:
        click.echo("\nseen at" + "".join(f"\n  {plain.source(each)}" for each in group.sources))
        if more > 0:
            click.echo(f"  and {more:,} more")
    return 0
