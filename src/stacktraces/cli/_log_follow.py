"""``stacktraces log --follow``: each new group at once, the totals at the end."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from ..errors import UsageError
from ..model import Group
from ..render import plain
from ..render.report import Reporter, encode
from ..scan import Options
from ..scan.follow import Follower
from ._known_options import Judge, judging
from ._log_output import GroupOutput
from ._run import INTERRUPTED


def follow_file(
    paths: Sequence[str], options: Options, output: str, show_locals: bool, labelling: dict[str, Any]
) -> int:
    """Follow ``paths`` until the user interrupts."""
    if "-" in paths:
        raise UsageError("--follow needs the path of a file; what comes through a pipe is read as it comes.")
    with judging(**labelling) as judge:
        follower = Follower(paths, options)
        try:
            for group in follower:
                _show_new(group, output, show_locals, judge)
        except KeyboardInterrupt:
            result = follower.result()
            judged = judge.finish(result.groups) if judge else None
            if output != "jsonl":
                GroupOutput(output, show_locals, "auto", None, None).write(result, judged)
            return INTERRUPTED
        finally:
            follower.close()
    return 0


def _show_new(group: Group, output: str, show_locals: bool, judge: Judge | None) -> None:
    marks = judge.label([group])[0].marks if judge else None
    if output == "jsonl":
        sys.stdout.buffer.write(encode(Reporter(show_locals=show_locals).group(group, marks)) + b"\n")
        sys.stdout.buffer.flush()
    elif output == "text":
        click.echo("\n".join(plain.group_lines(group, marks)) + "\n")
