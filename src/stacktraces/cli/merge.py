"""``stacktraces merge``: results of parts, added up to that of the whole."""

from __future__ import annotations

from typing import Any

import click

from ._input import max_bytes_option
from ._known_options import conclude, judging, labelling_options
from ._log_options import Display, output_options
from ._run import PARTIAL, SETTINGS, complain, examples, while_read


@click.command(
    "merge",
    context_settings=SETTINGS,
    short_help="Add up saved results.",
    epilog=examples(
        "stacktraces merge monday.json tuesday.json",
    ),
)
@click.argument("results", metavar="RESULT...", nargs=-1, required=True)
@output_options
@max_bytes_option
@labelling_options()
def command(
    results: tuple[str, ...],
    display: Display,
    max_bytes: int,
    **labelling: Any,
) -> int:
    """Add up what stacktraces log --format json printed for parts of an input: files, days, machines.

    The sum is the result of the whole, in whatever order the parts are given, as long as none of them has
    more groups than --max-groups. RESULT may be compressed; - is standard input. Exit status: as that of
    stacktraces log.
    """
    from ..results.result import Result
    from ._log_output import GroupOutput
    from ._results import read_results

    with judging(**labelling) as judge:
        result = Result.sum(read_results(results, max_bytes))
        for each in result.unreadable:
            complain(each.reason)
        judged = judge.verdicts(result.groups) if judge else None
        unrecorded = judge.record(judged.labelled) if judge and judged else None
        with while_read():
            GroupOutput(display).write(result, judged)
    code = PARTIAL if result.unreadable else 0
    return conclude(judged, unrecorded, code) if judged else code
