"""``describe_python_stacktrace.py`` and ``stacktraces trace``: one traceback on standard input."""

from __future__ import annotations

import contextlib

import click

from ..errors import UnknownFormatError
from ._input import max_bytes_option, tell_of_terminal
from ._run import PARTIAL, SETTINGS, complain, examples


@click.command(
    "trace",
    context_settings=SETTINGS,
    short_help="Say in two lines what one traceback is.",
    epilog=examples(
        "stacktraces trace traceback.txt",
    ),
)
@click.argument("file", default="-", metavar="[FILE]")
@max_bytes_option
def command(file: str, max_bytes: int) -> int:
    """Say in two lines what one Python traceback is: the error, and the functions that led to it.

    The traceback comes from standard input unless FILE is given.
    """
    from ..model import Trace
    from ..parsing import parse_each
    from ..render import first_version as seed
    from ..sources.whole import read_whole

    tell_of_terminal(file)
    first, others = None, -1
    with contextlib.suppress(UnknownFormatError):
        for each in parse_each(read_whole(file, max_bytes)):
            if isinstance(each, Trace):
                first, others = first or each, others + 1
    if first is None:
        raise UnknownFormatError(
            "No traceback was recognised; pipe one in, from its line "
            "'Traceback (most recent call last):' to the line with the error."
        )
    click.echo(seed.trace_text(first), nl=False)
    for sentence in first.uncertain:
        complain(sentence)
    if others:
        were = "1 more trace was" if others == 1 else f"{others} more traces were"
        return complain(f"{were} left out; stacktraces log describes them all.", PARTIAL)
    return 0 if first.error.type is not None else PARTIAL
