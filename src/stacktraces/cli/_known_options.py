"""The options by which commands name a store of known issues, and what they do with them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from ..errors import UsageError
from ..model import Group

if TYPE_CHECKING:
    from ..known import Labelled, Store

_Function = TypeVar("_Function", bound=Callable[..., Any])
VARIABLE = "STACKTRACES_KNOWN"
DEFAULT = "known-issues.toml"
FAILED = 1
"""Exit code: something was found that ``--fail-on`` names."""


def store_option(function: _Function) -> _Function:
    """``--known``, for commands that work on a store: ``known`` is its path or URL."""
    return click.option(
        "-k",
        "--known",
        metavar="FILE_OR_URL",
        envvar=VARIABLE,
        default=DEFAULT,
        show_default=True,
        show_envvar=True,
        help="The known issues: a baseline (.toml), SQLite (.db), or a URL such as postgresql://host/database.",
    )(function)


def labelling_options(function: _Function) -> _Function:
    """``--known``, ``--update``, ``--fail-on`` and ``--app-version``, for commands that find groups.

    The command gets ``known``, ``update``, ``fail_on`` and ``app_version``, to hand to :func:`judge`.
    """
    options = (
        click.option(
            "-k",
            "--known",
            metavar="FILE_OR_URL",
            envvar=VARIABLE,
            show_envvar=True,
            help="Label groups by these known issues: a baseline (.toml), SQLite (.db), or an SQL URL.",
        ),
        click.option(
            "--update", is_flag=True, help="Record in --known what was seen; create what is missing."
        ),
        click.option(
            "--fail-on",
            multiple=True,
            type=click.Choice(["new", "regressed", "unsure", "any"]),
            help="Exit with 1 where such a group is found; may be given several times.",
        ),
        click.option(
            "--app-version",
            metavar="VERSION",
            help="The version of the application that wrote the input, for issues resolved in a version.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


class Judged(NamedTuple):
    """Groups with their verdicts."""

    labelled: list[Labelled]
    """What needs attention first in front."""
    failing: list[Labelled]
    """Those for which ``--fail-on`` asks to fail."""
    exit_code: int
    """0, or 1 where something is failing."""


def judge(
    groups: Collection[Group],
    *,
    known: str | None,
    update: bool = False,
    fail_on: Collection[Any] = (),
    app_version: str | None = None,
) -> Judged | None:
    """Label ``groups`` as the options of :func:`labelling_options` ask, and record them where asked.

    ``None`` where no store is named. Raises ``UsageError`` where other options need one, and
    ``StoreError`` where the store fails.
    """
    if known is None:
        if update or fail_on:
            option = "--update" if update else "--fail-on"
            raise UsageError(f"{option} needs a store of known issues: add --known FILE_OR_URL.")
        return None
    from ..known import Run, StoreMatcher, failing, label, record

    run = Run.today(app_version)
    with opened(known, create=update) as store:
        labelled = label(groups, store, matcher=StoreMatcher(store), run=run)
        if update:
            record(labelled, store, run=run)
    found = failing(labelled, fail_on)
    return Judged(labelled, found, FAILED if found else 0)


@contextlib.contextmanager
def opened(known: str, *, create: bool = False) -> Iterator[Store]:
    """The store that ``known`` names, closed afterwards."""
    from ..known import open_store

    store = open_store(known, create=create)
    try:
        yield store
    finally:
        store.close()
