"""``describe_python_stacktrace.py`` and ``stacktraces trace``: one traceback on standard input."""

from __future__ import annotations

import click

from ..errors import UnknownFormatError
from ._input import max_bytes_option, tell_of_terminal
from ._run import PARTIAL, SETTINGS, complain, run_and_exit


@click.command("trace", context_settings=SETTINGS, short_help="Say in two lines what one traceback is.")
@click.argument("file", default="-", metavar="[FILE]")
@max_bytes_option
def command(file: str, max_bytes: int) -> int:
    """Say in two lines what one Python traceback is: the error, and the functions that led to it.

    The traceback comes from standard input unless FILE is given.
    """
    from ..model import Trace
    from ..parsing import parse
    from ..render import first_version as seed
    from ..sources.whole import read_whole

    tell_of_terminal(file)
    try:
        traces = [each for each in parse(read_whole(file, max_bytes)) if isinstance(each, Trace)]
    except UnknownFormatError:
        traces = []
    if not traces:
        raise UnknownFormatError(
            "No traceback was recognised; pipe one in, from its line "
            "'Traceback (most recent call last):' to the line with the error."
        )
    click.echo(seed.trace_text(traces[0]), nl=False)
    for sentence in traces[0].uncertain:
        complain(sentence)
    if len(traces) > 1:
        others = f"{len(traces) - 1} more traces were" if len(traces) > 2 else "1 more trace was"
        return complain(f"{others} left out; stacktraces log describes them all.", PARTIAL)
    return 0 if traces[0].error.type is not None else PARTIAL


def main() -> None:
    """The entry point ``describe_python_stacktrace.py``."""
    run_and_exit(command, "describe_python_stacktrace.py")
