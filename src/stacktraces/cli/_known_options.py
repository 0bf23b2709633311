"""The options by which commands name a store of known issues, and what they do with them."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from ..errors import StoreError, UsageError
from ..model import Group
from ..render._safe import one_line
from ._run import PARTIAL, complain

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
        help="The known issues: a baseline (.toml), SQLite (.db), postgresql://host/database, or https://site/.",
    )(function)


def labelling_options(*more: str) -> Callable[[_Function], _Function]:
    """``--known``, ``--update``, ``--fail-on`` and ``--app-version``, for commands that find groups.

    The command gets ``known``, ``update``, ``fail_on`` and ``app_version``, to hand to
    :func:`judging`. ``more`` are values of ``--fail-on`` that the command deals with itself.
    """
    options = (
        click.option(
            "-k",
            "--known",
            metavar="FILE_OR_URL",
            envvar=VARIABLE,
            show_envvar=True,
            help="Label by known issues: a baseline (.toml), SQLite (.db), an SQL URL, or a site (https://).",
        ),
        click.option(
            "--update", is_flag=True, help="Record in --known what was seen; create what is missing."
        ),
        click.option(
            "--fail-on",
            multiple=True,
            type=click.Choice(["new", "regressed", "unsure", "any", *more]),
            help="Exit with 1 where such a one is found; may be given several times.",
        ),
        click.option(
            "--app-version",
            metavar="VERSION",
            help="The version of the application that wrote the input, for issues resolved in a version.",
        ),
    )

    def decorate(function: _Function) -> _Function:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


class Judged(NamedTuple):
    """Groups with their verdicts."""

    labelled: list[Labelled]
    """What needs attention first in front."""
    failing: list[Labelled]
    """Those for which ``--fail-on`` asks to fail."""
    exit_code: int
    """0, or 1 where something is failing."""


def conclude(judged: Judged, unrecorded: str | None, exit_code: int) -> int:
    """Name on standard error what ``--fail-on`` fails for and what :meth:`Judge.record` could not do.

    ``exit_code`` is what the command would end with otherwise; gives what it ends with.
    """
    if judged.failing:
        complain(f"--fail-on: {len(judged.failing)} of {len(judged.labelled)} groups")
    families = Counter(each.group.family for each in judged.failing)
    for each in judged.failing:
        family = each.group.family
        if family not in (None, each.group.fingerprint):
            continue
        more = f" and {families[family] - 1:,} alike" if family is not None and families[family] > 1 else ""
        error = each.group.error
        message = (error.message or "").partition("\n")[0]
        title = ": ".join(part for part in (error.type, message) if part)
        verdict = "unsure" if each.judgement.unsure else each.judgement.verdict
        complain(one_line(f"  {verdict:<9}  {each.group.fingerprint}  {title}{more}"))
    if unrecorded:
        complain(unrecorded)
        exit_code = PARTIAL
    return judged.exit_code or exit_code


class Judge:
    """Labels groups by one store, as the options of :func:`labelling_options` ask."""

    def __init__(self, store: Store, update: bool, fail_on: Collection[Any], app_version: str | None) -> None:
        from ..known import StoreMatcher

        self._store = store
        self._update = update
        self._fail_on = fail_on
        self._app_version = app_version
        self._matcher = StoreMatcher(store)
        self._warned = False

    @property
    def updates(self) -> bool:
        """What was seen is to be recorded."""
        return self._update

    @property
    def acts(self) -> bool:
        """The verdicts have consequences: what was seen is recorded, or a run may fail."""
        return bool(self._update or self._fail_on)

    def label(self, groups: Collection[Group]) -> list[Labelled]:
        """``groups`` with their verdicts; nothing is recorded. Raises ``StoreError``."""
        from ..known import Run, label

        labelled = label(groups, self._store, matcher=self._matcher, run=Run.today(self._app_version))
        if not self._warned and self._store.outdated():
            self._warned = True
            complain(
                f"{self._store.name} holds fingerprints of another version of stacktraces: its stacks are "
                "fingerprinted anew, and what was added without a stack may seem new. "
                "`stacktraces known check --migrate` brings them up to date."
            )
        return labelled

    def verdicts(self, groups: Collection[Group]) -> Judged:
        """The verdicts on ``groups``, with those that fail. Raises ``StoreError``."""
        return self.judged(self.label(groups))

    def judged(self, labelled: list[Labelled]) -> Judged:
        """``labelled`` with those for which ``--fail-on`` asks to fail."""
        from ..known import failing

        found = failing(labelled, self._fail_on)
        return Judged(labelled, found, FAILED if found else 0)

    def record(self, labelled: Sequence[Labelled]) -> str | None:
        """Record what was seen, where ``--update`` asks; why that failed, where it did.

        It is no exception: what was found is shown all the same.
        """
        from ..known import Run, record

        if self._update:
            try:
                record(labelled, self._store, run=Run.today(self._app_version))
            except StoreError as error:
                return str(error)
        return None


@contextlib.contextmanager
def judging(
    *,
    known: str | None,
    update: bool = False,
    fail_on: Collection[Any] = (),
    app_version: str | None = None,
) -> Iterator[Judge | None]:
    """A judge for one run, given what :func:`labelling_options` gives; ``None`` where no store is named.

    Raises ``UsageError`` where other options need a store, and ``StoreError`` where there is none.
    """
    if known is None:
        if update or fail_on:
            option = "--update" if update else "--fail-on"
            raise UsageError(f"{option} needs a store of known issues: add --known FILE_OR_URL.")
        yield None
        return
    with opened(known, create=update) as store:
        yield Judge(store, update, fail_on, app_version)


@contextlib.contextmanager
def opened(known: str, *, create: bool = False) -> Iterator[Store]:
    """The store that ``known`` names, closed afterwards."""
    from ..known import open_store

    store = open_store(known, create=create)
    try:
        yield store
    finally:
        store.close()
