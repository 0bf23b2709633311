"""What programs record and change as in any store of known issues: the site's own counts go with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from ..errors import ChangeError, UsageError
from ..known import Issue, Sighting, Stack, times, transfer
from ..known.issue import clean
from ..known.remote.wire import Step, mark
from ..known.store import Edit
from ..model import Error, Trace
from ..scrubbing import Scrubber
from ..signatures.culprit import culprit
from .store import SiteStore, StoredOccurrence
from .store.site_store import Editing

MOST_AT_ONCE = 10**12
"""Occurrences of one sighting."""
_FORMAT = "recorded"
"""What the format of a trace is called of which an exemplar is all that is known."""


def scrub(scrubber: Scrubber, errors: Iterable[Error | None]) -> None:
    """Take secrets out of ``errors``, which are to be stored, as of all that comes in."""
    for error in errors:
        if error is not None:
            scrubber.trace(Trace(error=error, format=_FORMAT))


def record(store: SiteStore, name: str, sightings: Sequence[Sighting], project: str) -> bool:
    """Record ``sightings`` as occurrences in ``project``; False where ``name`` was recorded before.

    Of each an occurrence is kept that stands for all, with the exemplar as its stack. Raises ``UsageError``
    for numbers that are none, and ``StoreError``.
    """
    if any(not 0 <= each.count <= MOST_AT_ONCE for each in sightings):
        raise UsageError(f"A sighting counts up to {MOST_AT_ONCE:,} occurrences.")
    sightings = [_cleaned(each) for each in sightings]
    owners = store.known.find([each.fingerprint for each in sightings])
    known = store.loaded(sorted({each.id for each in owners.values()}))
    exemplars = {stack.fingerprint: stack.error for issue in known for stack in issue.stacks if stack.error}
    seen = [
        _occurrence(
            each.error or exemplars.get(each.fingerprint),
            project,
            each.fingerprint,
            each.last_seen or each.first_seen,
            each.count,
            each.version,
        )
        for each in sightings
    ]
    return store.record([f"{project}/{name}"], sightings, seen)


def _cleaned(sighting: Sighting) -> Sighting:
    """``sighting`` with names and times that a database can hold."""
    owner, version = sighting.issue_id, sighting.version
    return msgspec.structs.replace(
        sighting,
        fingerprint=clean(sighting.fingerprint),
        issue_id=clean(owner) if owner else None,
        version=clean(version) if version else None,
        first_seen=times.normalise(sighting.first_seen),
        last_seen=times.normalise(sighting.last_seen),
    )


def _occurrence(
    error: Error | None,
    project: str,
    fingerprint: str,
    seen: str | None,
    count: int,
    release: str | None = None,
) -> StoredOccurrence:
    error = error or Error()
    own = culprit(error, error.runtime)
    moment = times.normalise(seen) or times.now()
    return StoredOccurrence(
        issue="",
        project=project,
        fingerprint=fingerprint,
        # A day is as good as its first second.
        seen=moment if len(moment) > len("2026-01-01") else f"{moment}T00:00:00Z",
        trace=Trace(error=error, format=_FORMAT, runtime=error.runtime),
        release=release,
        own_file=own.file if own is not None else None,
        count=count,
    )


def edit(
    store: SiteStore, steps: Sequence[Step], expected: Mapping[str, str | None], project: str
) -> list[str]:
    """Make a change of all ``steps``, or none; gives the ids of the issues that it touched.

    What came in since the issues were read is not lost. Raises ``ChangeError`` where people changed them
    since, so that they are not as ``expected``, or where they are of other projects, and ``StoreError``.
    """
    wanted: dict[str, Issue | None] = {}
    for step in steps:
        if (step.put is None) == (step.remove is None):
            raise UsageError("A step puts an issue or removes one.")
        if step.put is not None and (reason := transfer.wrong(step.put)) is not None:
            raise UsageError(f"An issue cannot be kept: {reason}.")
        wanted[step.put.id if step.put is not None else step.remove or ""] = step.put
    with store.editing() as editing:
        own = editing.activity(list(wanted), project)
        with editing.edit() as change:
            before = _change(change, steps, wanted, expected, own)
        _move(editing, before, wanted)
        _show(editing, [each for each in wanted.values() if each is not None], project)
    return list(wanted)


def _change(
    change: Edit,
    steps: Sequence[Step],
    wanted: Mapping[str, Issue | None],
    expected: Mapping[str, str | None],
    own: Collection[str],
) -> dict[str, Issue | None]:
    """Make the ``steps``; gives the issues as they were. Raises ``ChangeError``."""
    for key, was in expected.items():
        if mark(change.issue(key)) != was:
            raise ChangeError(f"Somebody else changed {key} meanwhile; try again. Nothing was changed.")
    before = {each: _of(change, each) for each in wanted}
    for each, issue in before.items():
        if issue is not None and each not in own:
            raise ChangeError(f"The issue {each} is of other projects. Nothing was changed.")
    for step in steps:
        if step.put is not None:
            change.put(_counted(step.put, before, wanted))
        elif step.remove is not None:
            change.remove(step.remove)
    return before


def _counted(issue: Issue, before: Mapping[str, Issue | None], wanted: Mapping[str, Issue | None]) -> Issue:
    """``issue`` with what was seen, by now, of the fingerprints that it has and gets from the others."""
    now: dict[str, list[Stack]] = {}
    for name, other in before.items():
        kept = set() if name == issue.id else _fingerprints(wanted[name])
        for stack in other.stacks if other is not None else ():
            if stack.fingerprint not in kept:
                now.setdefault(stack.fingerprint, []).append(stack)
    copy = transfer.cleaned(issue)
    for stack in copy.stacks:
        for seen in now.pop(stack.fingerprint, ()):
            stack.recording = max(filter(None, (stack.recording, seen.recording)), default=None)
            transfer.learn(stack, seen)
    return copy


def _of(change: Edit, issue_id: str) -> Issue | None:
    """The issue of that very id."""
    found = change.issue(issue_id)
    return found if found is not None and found.id == issue_id else None


def _move(store: Editing, before: Mapping[str, Issue | None], after: Mapping[str, Issue | None]) -> None:
    """Let what was stored of a fingerprint go with it from issue to issue."""
    gained = {
        fingerprint: issue.id
        for name, issue in after.items()
        if issue is not None
        for fingerprint in _fingerprints(issue) - _fingerprints(before[name])
    }
    for name, issue in before.items():
        left = _fingerprints(issue) - _fingerprints(after[name])
        for fingerprint in sorted(left & gained.keys()):
            store.move(name, gained[fingerprint], [fingerprint])


def _fingerprints(issue: Issue | None) -> set[str]:
    return set(issue.fingerprints) if issue is not None else set()


def _show(store: Editing, issues: Collection[Issue], project: str) -> None:
    """Let issues that nobody has sent be seen in ``project``: as stacks that stand for no occurrence."""
    known = store.activity([each.id for each in issues], project)
    firsts: dict[tuple[str, str], Stack] = {}
    for each in issues:
        for stack in each.stacks if each.id not in known else ():
            firsts.setdefault((each.id, stack.fingerprint), stack)
    shown = [
        _occurrence(stack.error, project, stack.fingerprint, stack.last_seen or stack.first_seen, 0)
        for stack in firsts.values()
    ]
    for occurrence, (issue, _) in zip(shown, firsts, strict=True):
        occurrence.issue = issue
    store.show(shown)
