"""What people do with issues: each is one change to a store, whichever it is."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeAlias

from ..errors import ChangeError, UnknownIssueError
from ..model import Error, Group
from ..signatures.document import document
from ..signatures.similarity import agree_messages
from . import exemplar, times
from .issue import Issue, Stack, clean, consolidated, title_of, unused_id
from .mute import Mute
from .older import exemplar_today
from .store import Edit, Editable, Lookup, Store


def locate(lookup: Lookup, key: str) -> Issue:
    """The issue that ``key`` names: an id, an alias, a fingerprint, or the start of just one id.

    An id may be shortened with or without what stands before its dash. Raises ``StoreError``: an
    ``UnknownIssueError`` where there is none.
    """
    found = lookup.issue(key)
    if found is not None:
        return found
    alike = [each for each in lookup.ids() if key and _starts(each, key)]
    found = lookup.issue(alike[0]) if len(alike) == 1 else None
    if found is not None:
        return found
    if alike:
        some = ", ".join(alike[:5])
        raise ChangeError(f"{key} is the start of {len(alike)} issues ({some}); give more of it.")
    raise UnknownIssueError(key)


def _starts(issue_id: str, key: str) -> bool:
    return issue_id.startswith(key) or issue_id.partition("-")[2].startswith(key)


Change: TypeAlias = Callable[[Issue], None]


def change(store: Store, key: str, how: Change) -> Issue:
    """Let ``how`` change the issue that ``key`` names; gives it as it is then."""
    with store.edit() as edit:
        issue = locate(edit, key)
        how(issue)
        edit.put(issue)
    return issue


def note(issue: Issue, *, text: str | None = None, link: str | None = None, title: str | None = None) -> None:
    """Set what is given; an empty text takes a note or link away."""
    if text is not None:
        issue.note = clean(text) or None
    if link is not None:
        issue.link = clean(link) or None
    if title:
        issue.title = clean(title)


def mute(issue: Issue, until: Mute) -> None:
    """Hear no more of it ``until`` then; afterwards it is told as regressed."""
    reopen(issue)
    issue.status = "muted"
    issue.muted_until = str(until)


def resolve(issue: Issue, *, version: str | None = None, when: str | None = None) -> None:
    """Call it resolved in ``version``, or since ``when`` (ISO 8601), which is now unless given."""
    reopen(issue)
    issue.status = "resolved"
    issue.resolved_in = clean(version) if version else None
    issue.resolved_at = when or times.now()


def reopen(issue: Issue) -> None:
    """Call it open, whatever it was."""
    issue.status = "open"
    issue.resolved_in = issue.resolved_at = issue.muted_until = None


def ignore(issue: Issue) -> None:
    """Call it one that nobody wants to hear of."""
    reopen(issue)
    issue.status = "ignored"


def merge(store: Editable, key: str, others: Collection[str]) -> Issue:
    """Make the issues that ``others`` name part of the one that ``key`` names.

    Their ids stay as its aliases. Raises ``StoreError`` where one of them is that issue itself.
    """
    with store.edit() as edit:
        issue = locate(edit, key)
        absorbed = {found.id: found for found in (locate(edit, other) for other in others)}
        if issue.id in absorbed:
            raise ChangeError(f"{issue.id} cannot be merged into itself. Nothing was changed.")
        for each in absorbed.values():
            absorb(issue, each)
            edit.remove(each.id)
        edit.put(issue)
    return issue


def absorb(issue: Issue, absorbed: Issue) -> None:
    """Let ``issue`` have all that ``absorbed`` has, and answer to its names."""
    issue.aliases += [absorbed.id, *absorbed.aliases]
    issue.stacks += absorbed.stacks
    issue.link = issue.link or absorbed.link
    issue.note = "\n".join(filter(None, (issue.note, absorbed.note))) or None


def split(store: Editable, key: str, fingerprint: str) -> Issue:
    """Make an issue of its own of the ``fingerprint`` of the issue that ``key`` names.

    Raises ``StoreError`` where the issue has no such fingerprint, or no other.
    """
    with store.edit() as edit:
        issue = locate(edit, key)
        matching = [each for each in issue.fingerprints if _starts(each, fingerprint)]
        if len(matching) != 1:
            raise ChangeError(
                f"{fingerprint} is {'no fingerprint' if not matching else 'not just one'} of {issue.id}, "
                f"which has {', '.join(issue.fingerprints)}. Nothing was changed."
            )
        if len(issue.fingerprints) == 1:
            raise ChangeError(f"{issue.id} has only this fingerprint. Nothing was changed.")
        value = matching[0]
        issue.aliases = [alias for alias in issue.aliases if alias != value]
        stacks = [each for each in issue.stacks if each.fingerprint == value]
        issue.stacks = [each for each in issue.stacks if each.fingerprint != value]
        edit.put(issue)
        new = Issue(
            id=unused_id(value, lambda name: _is_name(edit, name)), title=_title(issue, stacks), stacks=stacks
        )
        edit.put(new)
    return new


def _is_name(edit: Edit, name: str) -> bool:
    found = edit.issue(name)
    return found is not None and (found.id == name or name in found.aliases)


def _title(issue: Issue, stacks: Collection[Stack]) -> str:
    error = next(filter(None, map(exemplar_today, stacks)), None)
    return title_of(error) if error is not None else issue.title


def prune(store: Store, unwanted: Callable[[Issue], bool], *, dry_run: bool = False) -> list[Issue]:
    """Forget the issues that are ``unwanted``; gives them back."""
    with store.edit() as edit:
        found = [issue for issue in edit.issues() if unwanted(issue)]
        if not dry_run:
            for issue in found:
                edit.remove(issue.id)
    return found


def add_exemplar(store: Store, group: Group, target: str | None = None) -> Issue:
    """Make the stack of ``group`` part of the issue ``target``, or of one of its own.

    Its fingerprint may belong to other issues as well; where it says something else than they do, it is an
    issue of its own. It counts as seen now.
    """
    owners = [each.id for each in store.owners(group.fingerprint)]
    with store.edit() as edit:
        error = exemplar.reduce(group.error, group.runtime)
        issue = locate(edit, target) if target else _owner(edit, group.fingerprint, owners, error)
        if issue is None:
            issue_id = unused_id(group.fingerprint, lambda name: _is_name(edit, name))
            issue = Issue(id=issue_id, title=title_of(error))
        stack = Stack(group.fingerprint, error, recording=edit.next_recording())
        issue.stacks = consolidated([*issue.stacks, stack])
        edit.put(issue)
    return issue


def _owner(edit: Edit, fingerprint: str, owners: Collection[str], error: Error) -> Issue | None:
    """Which of the issues ``owners`` of its ``fingerprint`` says what ``error`` does; ``None`` where none."""
    said = document(error, error.runtime).message
    for name in (*owners, fingerprint):
        issue = edit.issue(name)
        if issue is not None:
            known = [document(each, each.runtime).message for each in issue.exemplars]
            if not known or any(agree_messages(each, said) is not False for each in known):
                return issue
    return None


def add_fingerprint(store: Store, fingerprint: str, title: str, target: str | None = None) -> str:
    """Make ``fingerprint``, of which no stack is at hand, part of ``target`` or of an issue of its own.

    Gives the issue's id. It may belong to other issues as well.
    """
    value = clean(fingerprint)
    with store.edit() as edit:
        issue = locate(edit, target) if target else edit.issue(value) or Issue(id=value, title=clean(title))
        issue.stacks = consolidated([*issue.stacks, Stack(value)])
        edit.put(issue)
    return issue.id
