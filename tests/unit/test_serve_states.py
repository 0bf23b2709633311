"""The state of an issue, as the site tells it."""

from __future__ import annotations

import pytest

from stacktraces.known import Issue, Stack, mute, operations
from stacktraces.serve.changes import state_of

SEEN = "2026-03-01T10:00:00Z"


def issue(until: str, *, count: int = 3, versions: tuple[str, ...] = ("1.3",)) -> Issue:
    stacks = [Stack("1-a", count=count, first_seen=SEEN, last_seen=SEEN, versions=list(versions))]
    found = Issue(id="1-a", title="KeyError: 1", stacks=stacks)
    given = mute.parse(until)
    assert given is not None
    operations.mute(found, given)
    return found


@pytest.mark.parametrize(
    ("until", "state"),
    [
        ("date 2999-01-01", "muted"),
        # It was seen after the end of that day,
        ("date 2026-02-01", "regressed"),
        ("date 2026-03-01T09:59:59Z", "regressed"),
        # and not after the end of this one, which is over.
        ("date 2026-03-01", "open"),
        ("version 1.4", "muted"),
        ("version 1.3", "regressed"),
        ("count 3", "muted"),
        ("count 2", "regressed"),
    ],
)
def test_a_mute_ends(until: str, state: str) -> None:
    assert state_of(issue(until)) == state


def test_a_release_in_which_it_was_seen_ends_a_mute() -> None:
    assert state_of(issue("version 1.4"), ["1.5"]) == "regressed"
    assert state_of(issue("version 1.4"), ["1.2"]) == "muted"
