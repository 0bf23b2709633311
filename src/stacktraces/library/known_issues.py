"""Known issues: verdicts, and what people do with issues."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from types import TracebackType
from typing import Self

from ..known import FailOn, Issue, Labelled, Run, Store, StoreMatcher, failing, label, open_store, record
from ..known import operations as _operations
from ..model import Group
from ..results.result import Result


class KnownIssues:
    """A list of known issues in a file or a database; close it, or use it in a ``with`` statement.

    Every method raises ``StoreError`` where the store fails, or where no issue has the given name: its id, an
    alias, a fingerprint, or the start of just one id.
    """

    def __init__(self, store: Store) -> None:
        """Use :meth:`open`."""
        self._store = store
        self._matcher = StoreMatcher(store)

    @classmethod
    def open(cls, target: str | os.PathLike[str], *, create: bool = False) -> Self:
        """The list at ``target``: a ``.toml`` file, a ``.db`` file (SQLite), a database's URL or a site's.

        A site (``https://SITE/``) gets the token in the variable STACKTRACES_TOKEN, or in the netrc file.
        ``create`` makes it where it is missing. Raises ``StoreError`` where it is missing, or is none.
        """
        return cls(open_store(target, create=create))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of files and connections."""
        self._store.close()

    def label(self, found: Result | Collection[Group], *, app_version: str | None = None) -> list[Labelled]:
        """Each group with its verdict, what needs attention first in front; nothing is recorded.

        ``app_version`` is that of the application that wrote the input, for issues resolved in a version.
        """
        groups = found.groups if isinstance(found, Result) else found
        return label(groups, self._store, matcher=self._matcher, run=Run.today(app_version))

    def failing(self, labelled: Iterable[Labelled], *fail_on: FailOn) -> list[Labelled]:
        """Those for which a build shall fail: ``new``, ``regressed`` or ``unsure`` ones, or ``any``."""
        return failing(labelled, fail_on or ("any",))

    def record(self, labelled: Collection[Labelled], *, app_version: str | None = None) -> None:
        """Record what was seen; what is new becomes an issue."""
        record(list(labelled), self._store, run=Run.today(app_version))
        self._matcher = StoreMatcher(self._store)

    def issues(self) -> Iterator[Issue]:
        """Every issue, by id."""
        return self._store.issues()

    def issue(self, name: str) -> Issue:
        """The issue of that name."""
        return _operations.locate(self._store, name)

    def resolve(self, name: str, *, version: str | None = None, when: str | None = None) -> Issue:
        """Call an issue resolved in ``version``, or since ``when`` (ISO 8601), now unless given."""
        return self._change(name, lambda issue: _operations.resolve(issue, version=version, when=when))

    def reopen(self, name: str) -> Issue:
        """Call an issue open again."""
        return self._change(name, _operations.reopen)

    def ignore(self, name: str) -> Issue:
        """Call an issue one that nobody wants to hear of."""
        return self._change(name, _operations.ignore)

    def note(
        self, name: str, *, text: str | None = None, link: str | None = None, title: str | None = None
    ) -> Issue:
        """Set what is given; an empty text takes a note or link away."""
        return self._change(name, lambda issue: _operations.note(issue, text=text, link=link, title=title))

    def _change(self, name: str, how: _operations.Change) -> Issue:
        issue = _operations.change(self._store, name, how)
        self._matcher = StoreMatcher(self._store)
        return issue

    def merge(self, name: str, others: Collection[str]) -> Issue:
        """Make other issues part of one; their ids stay as its aliases."""
        return self._renewed(_operations.merge(self._store, name, others))

    def split(self, name: str, fingerprint: str) -> Issue:
        """Make an issue of its own of one fingerprint of an issue; gives the new one."""
        return self._renewed(_operations.split(self._store, name, fingerprint))

    def add(self, group: Group, *, to: str | None = None) -> Issue:
        """Make the stack of ``group`` part of the issue ``to``, or of one of its own."""
        return self._renewed(_operations.add_exemplar(self._store, group, to))

    def _renewed(self, issue: Issue) -> Issue:
        self._matcher = StoreMatcher(self._store)
        return issue
