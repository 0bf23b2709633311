"""``describe_python_log.py``: the exceptions of a Python log, as the first stacktraces.py described them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import click

from ..errors import UnknownFormatError
from ..model import Trace
from ._input import max_bytes_option, to_zone
from ._run import PARTIAL, SETTINGS, complain, examples


@click.command(
    "describe-python-log",
    context_settings=SETTINGS,
    short_help="Describe a log as stacktraces.py did.",
    epilog=examples(
        "stacktraces describe-python-log app.log",
    ),
)
@click.argument("file", metavar="FILE")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--include-duplicates", is_flag=True, help="Describe each occurrence, not each distinct stack.")
@click.option("--include-raw", is_flag=True, help="Add the text of each traceback.")
@click.option("--tz", "zone", callback=to_zone, metavar="ZONE", help="The time zone of the log's times.")
@max_bytes_option
def command(
    file: str,
    output: str,
    include_duplicates: bool,
    include_raw: bool,
    zone: ZoneInfo | None,
    max_bytes: int,
) -> int:
    """Describe the exceptions in the Python log FILE (- is standard input), each distinct stack once.

    stacktraces log does more: any carrier, any size, folders, groups, known or new.
    """
    log = _Log(file, zone, max_bytes)
    if output == "json":
        _show_json(log, include_duplicates, include_raw)
    else:
        _show_text(log, include_duplicates, include_raw)
    if not log.messages:
        raise UnknownFormatError(
            f"{file} holds no Python traceback that is recognised; is it the right file?"
        )
    for sentence, count in log.uncertain.items():
        complain(sentence + (f" ({count} times)" if count > 1 else ""))
    return PARTIAL if log.incomplete else 0


class _Log:
    """The traces of a log, with counts of what was met."""

    def __init__(self, path: str, zone: ZoneInfo | None, max_bytes: int) -> None:
        self.path = path
        self.zone = zone
        self.max_bytes = max_bytes
        self.messages: Counter[str] = Counter()
        self.stacks: Counter[str] = Counter()
        self.uncertain: Counter[str] = Counter()
        self.incomplete = False

    def __iter__(self) -> Iterator[tuple[Trace, bool]]:
        """Each trace, and whether its stack is met for the first time."""
        from ..parsing import occurrences
        from ..render import first_version as seed
        from ..sources.whole import read_whole

        for trace in occurrences(read_whole(self.path, self.max_bytes), zone=self.zone):
            if trace.error.type is None:
                if not trace.uncertain:
                    continue  # A stack that was logged without an exception.
                self.incomplete = True
            stack = seed.printed_functions(trace)
            self.messages[seed.failure_text(trace.error)] += 1
            self.stacks[stack] += 1
            self.uncertain.update(trace.uncertain)
            yield trace, self.stacks[stack] == 1


def _show_text(log: _Log, include_duplicates: bool, include_raw: bool) -> None:
    from ..render import first_version as seed

    for trace, is_first in log:
        if is_first or include_duplicates:
            click.echo(seed.log_text(trace, include_raw=include_raw), nl=False)
    if log.messages and not include_duplicates:
        click.echo(seed.duplicates_text("Duplicated error messages:", log.messages.items()), nl=False)
        click.echo(seed.duplicates_text("Duplicated stacktraces:", log.stacks.items()), nl=False)


def _show_json(log: _Log, include_duplicates: bool, include_raw: bool) -> None:
    from ..render import first_version as seed
    from ..render.report import encode

    separator = b"["
    for trace, is_first in log:
        if is_first or include_duplicates:
            element = seed.log_element(trace, include_raw=include_raw)
            sys.stdout.buffer.write(separator + encode(element))
            separator = b",\n"
    if log.messages:
        click.echo("]")
