"""What is sent: one message for one event, or one that sums many up. Documented in docs/serve.md."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ...known import Issue, times
from ...render import plain
from ...render._safe import safe
from ...signatures.culprit import culprit
from .events import Kind
from .growth import Growth

HEADINGS: dict[str, str] = {
    "new": "New issue",
    "regressed": "Regressed issue",
    "growing": "Fast-growing issue",
    "unmuted": "Issue that is no longer muted",
}
"""By :data:`~.events.Kind`."""
MOST_NAMED = 10
"""Issues that a message names which sums up."""
_LONGEST = 200


class Project(msgspec.Struct, frozen=True):
    """Where it happened."""

    id: str
    name: str


class About(msgspec.Struct, omit_defaults=True):
    """An issue, as a message has it."""

    id: str
    title: str
    status: str
    count: int
    url: str
    where: str | None = None
    """The frame to look at first."""
    first_seen: str | None = None
    last_seen: str | None = None


class Named(msgspec.Struct):
    """An event in a message that sums up."""

    kind: Kind
    issue: About


class Data(msgspec.Struct, omit_defaults=True):
    """What a message is about; ``issue`` and what follows it, or ``counts`` and what follows these."""

    project: Project
    url: str
    issue: About | None = None
    reason: str | None = None
    growth: Growth | None = None
    counts: dict[str, int] = msgspec.field(default_factory=dict)
    """Events by kind."""
    issues: list[Named] = msgspec.field(default_factory=list)
    """The first of them."""


class Content(msgspec.Struct):
    """A message; its fields are those that Standard Webhooks asks for."""

    type: str
    """``issue.KIND``, ``digest`` or ``test``."""
    timestamp: str
    data: Data


def about(issue: Issue, site: str) -> About:
    """``issue`` with texts that are short and of one line; ``site`` is the address of the site."""
    error = next(iter(issue.exemplars), None)
    at = (culprit(error, error.runtime) or plain.innermost(error)) if error is not None else None
    return About(
        id=issue.id,
        title=_short(issue.title),
        status=issue.status,
        count=issue.count,
        url=f"{site}/issues/{issue.id}",
        where=_short(plain.place(at)) if at is not None else None,
        first_seen=issue.first_seen,
        last_seen=issue.last_seen,
    )


def of_event(
    kind: Kind, project: Project, issue: About, reason: str, growth: Growth | None, at: str
) -> Content:
    """The message that tells of one event at the time ``at``."""
    data = Data(project, issue.url, issue=issue, reason=_short(reason, 500) or None, growth=growth)
    return Content(f"issue.{kind}", at, data)


def digest(project: Project, counts: dict[str, int], named: Sequence[Named], site: str) -> Content:
    """The message that sums up many events."""
    data = Data(project, f"{site}/issues", counts=counts, issues=list(named[:MOST_NAMED]))
    return Content("digest", times.now(), data)


def test(project: Project, site: str) -> Content:
    """The message that somebody sends to see whether messages arrive."""
    return Content("test", times.now(), Data(project, f"{site}/issues"))


def subject(content: Content) -> str:
    """One line for a person."""
    data, name = content.data, _short(content.data.project.name)
    if data.issue is not None:
        return f"{HEADINGS[content.type.removeprefix('issue.')]} in {name}: {data.issue.title}"
    if content.type == "test":
        return f"Test: notices of {name} arrive here"
    return f"{sum(data.counts.values()):,} events in {name}: {_counted(data.counts)}"


def lines(content: Content) -> list[str]:
    """The rest for a person, without the address of the page."""
    data = content.data
    if data.issue is None:
        return [f"{HEADINGS[each.kind]}: {each.issue.title}" for each in data.issues]
    issue = data.issue
    found = [f"at {issue.where}"] if issue.where else []
    times_seen = "once" if issue.count == 1 else f"{issue.count:,} times"
    found.append(f"seen {times_seen}, first {_moment(issue.first_seen)}, last {_moment(issue.last_seen)}")
    return [*found, data.reason] if data.reason else found


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {kind}" for kind, number in counts.items())


def _moment(text: str | None) -> str:
    return (text or "at an unknown time").replace("T", " ").replace("Z", " UTC")


def _short(text: str, most: int = _LONGEST) -> str:
    found = safe(text[: most + 1], "line")
    return found if len(found) <= most else found[: most - 1] + "…"


def encode(content: Content) -> str:
    """As it is kept and sent."""
    return msgspec.json.encode(content).decode()


def decode(text: str) -> Content:
    """What :func:`encode` wrote."""
    return msgspec.json.decode(text, type=Content)
