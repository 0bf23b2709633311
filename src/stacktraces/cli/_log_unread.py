"""What ``stacktraces log`` says of what it did not read, and of a log in which it found nothing."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from ..render import plain
from ..render._safe import one_line
from ._known_options import FAILED
from ._run import complain

if TYPE_CHECKING:
    from ..results.result import Stats

INTERRUPTED_BY_SIGNAL = 128
"""Exit codes from here on say that a signal ended the reading."""
UNREAD = "unread"
"""The value of ``--fail-on`` that needs no store of known issues."""


def tell_unread(stats: Stats, fail_on: Collection[str], code: int, *, filtered: bool) -> int:
    """Name on standard error what was not read, or what was looked for where nothing was found.

    ``code`` is what the command would end with otherwise; gives what it ends with. ``filtered`` says that
    only some errors were asked for.
    """
    if stats.unread:
        total = sum(each.count for each in stats.unread)
        places = (
            "1 place looks like a stack trace" if total == 1 else f"{total:,} places look like stack traces"
        )
        complain(f"{places} that is not read:" if total == 1 else f"{places} that are not read:")
        for each in stats.unread:
            complain(one_line(f"  {each.count:>6,}  {each.kind:<20}  first {plain.source(each.first)}"))
        return FAILED if UNREAD in fail_on else code
    if stats.files and not stats.traces and not stats.snapshots and code < INTERRUPTED_BY_SIGNAL:
        complain(_looked_for(filtered=filtered))
    return code


def _looked_for(*, filtered: bool) -> str:
    from ..runtimes import all_runtimes

    titles = sorted(each.title for each in all_runtimes().values() if each.formats)
    found = "No error that the options ask for was found." if filtered else "No error was found."
    return f"{found} Stack traces and crashes of these were looked for: {'; '.join(titles)}."
