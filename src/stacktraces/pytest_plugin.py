"""A plugin for pytest: with ``--known FILE`` a run fails only for failures that are not known.

A failure is judged by the traceback that Python would print of it, without pytest's own frames, as
``stacktraces log`` judges one in a log. It does nothing without ``--known``.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .known import Labelled
    from .model import Group

_TEXT = "stacktraces_text"
"""The attribute of a report that holds the traceback; it is a text, so that pytest-xdist carries it over."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the plugin."""
    options = parser.getgroup("stacktraces", "known failures")
    options.addoption(
        "--known",
        metavar="FILE_OR_URL",
        help="Fail only for failures that are not in this store of known issues (.toml, .db or a URL).",
    )
    options.addoption(
        "--known-update", action="store_true", help="Record the failures of this run in the store of --known."
    )


def pytest_configure(config: pytest.Config) -> None:
    """Start to judge, in the process that prints the summary. Raises ``pytest.UsageError``."""
    if config.getoption("--known-update") and not config.getoption("--known"):
        raise pytest.UsageError("--known-update needs a store of known issues: add --known FILE.")
    if config.getoption("--known"):
        config.pluginmanager.register(_Keeping(), "stacktraces-keeping")
        if not hasattr(config, "workerinput"):
            config.pluginmanager.register(_Judging(config), "stacktraces-judging")


class _Keeping:
    """Keeps the traceback of each failure in its report."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if report.failed and call.excinfo is not None:
            setattr(report, _TEXT, _printed(item, call.excinfo))
        return report


def _printed(item: pytest.Item, failure: pytest.ExceptionInfo[BaseException]) -> str:
    """What Python prints of a failure, from the first frame of the test's own file on."""
    error = failure.value
    entry = error.__traceback__
    while entry is not None and entry.tb_frame.f_code.co_filename != str(item.path):
        entry = entry.tb_next
    shown = traceback.TracebackException(type(error), error, entry or error.__traceback__)
    return "".join(shown.format())


class _Judging:
    """Judges the failures of a whole run."""

    def __init__(self, config: pytest.Config) -> None:
        from .errors import StacktracesError
        from .known import open_store

        self._update: bool = config.getoption("--known-update")
        self._groups: dict[str, Group] = {}
        self._failures = 0
        self._root = str(config.rootpath)
        self._labelled: list[Labelled] = []
        try:
            self._store = open_store(config.getoption("--known"), create=self._update)
        except StacktracesError as error:
            raise pytest.UsageError(str(error)) from error

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a failure."""
        if not report.failed:
            return
        self._failures += 1
        text = _relative(getattr(report, _TEXT, ""), self._root)
        for group in _groups_of(text, report.nodeid):
            known = self._groups.setdefault(group.fingerprint, group)
            known.count += 1

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Let the run pass where each failure is known."""
        from .errors import StacktracesError
        from .known import Run, label, record

        run = Run.today(None)
        try:
            self._labelled = label(list(self._groups.values()), self._store, run=run)
            if self._update:
                record(self._labelled, self._store, run=run)
            self._store.close()
        except StacktracesError as error:
            raise pytest.UsageError(str(error)) from error
        judged = sum(each.group.count for each in self._labelled)
        if exitstatus == pytest.ExitCode.TESTS_FAILED and judged == self._failures and not self._new():
            session.exitstatus = pytest.ExitCode.OK

    def _new(self) -> list[Labelled]:
        return [each for each in self._labelled if each.judgement.verdict not in ("known", "ignored")]

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say what is known of each failure, what is new first."""
        from .render import plain
        from .render._safe import one_line

        if not self._labelled:
            return
        new = len(self._new())
        terminalreporter.section("known failures")
        for each in self._labelled:
            (first, *_) = plain.group_lines(each.group, each.judgement)
            issue = each.judgement.issue
            about = f"  {issue.id}: {issue.title}" if issue is not None else f"  {each.group.fingerprint}"
            terminalreporter.write_line(first + one_line(about))
        if not new:
            terminalreporter.write_line("Each failure is known, so the run passes.")


def _relative(text: str, root: str) -> str:
    """``text`` with paths as pytest prints them, so that each checkout of the suite gives the same error."""
    return text.replace(f'  File "{root}{os.sep}', '  File "')


def _groups_of(text: str, test: str) -> Iterator[Group]:
    """The error that ``text`` is, as a group that was not counted yet; none where it cannot be read."""
    from .errors import UnknownFormatError
    from .model import Group, Origin, Trace
    from .parsing import parse
    from .signatures.culprit import culprit
    from .signatures.fingerprint import fingerprint

    try:
        found = parse(text)
    except UnknownFormatError:
        return
    for each in found[:1]:
        if isinstance(each, Trace):
            yield Group(
                fingerprint=fingerprint(each.error, each.runtime),
                error=each.error,
                format=each.format,
                runtime=each.runtime,
                sources=[Origin(path=test)],
                culprit=culprit(each.error, each.runtime),
            )
