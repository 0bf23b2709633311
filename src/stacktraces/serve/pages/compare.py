"""What changed: two snapshots of the same processes, two logs, or two spans of time of the site's issues."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import msgspec
from sqlalchemy import func, select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ...errors import InputError
from ...known import times
from ..store import SiteStore
from ..store.tables import HOUR
from ..uploads.folder import TOKEN, Uploads
from ..uploads.looking import compare
from ._web import commands, human, needs_account, page

_MOST_CHANGES = 200
_SPANS = ("from", "to", "and_from", "and_to")
_HOUR = len("2026-03-01T12")


class Change(msgspec.Struct):
    """An issue with its counts in both spans."""

    id: str
    title: str
    before: int
    after: int

    @property
    def kind(self) -> str:
        """What happened between the spans."""
        if not self.before:
            return "appeared"
        if not self.after:
            return "disappeared"
        return "grew" if self.after > self.before else "shrank" if self.after < self.before else "same"


@human
async def of_uploads(request: Request) -> Response:
    """Two uploads, named by their addresses."""
    uploads = Uploads(request.app.state.settings.data / "uploads")
    given = [request.query_params.get(name, "").strip() for name in ("a", "b")]
    told = wrong = None
    if all(given):
        try:
            one, other = (_path(uploads, each) for each in given)
            told = await compare(commands(request), one, other)
        except InputError as error:
            wrong = str(error)
    status = 422 if wrong else 200
    return await page(request, "compare.html", status=status, given=given, told=told, wrong=wrong)


def _path(uploads: Uploads, given: str) -> tuple[Path, str]:
    token = TOKEN.findall(given)
    found = uploads.find(token[-1]) if token else None
    if found is None:
        raise InputError("One of the two is no address of an upload: upload the texts first.")
    seen, folder = found
    return folder / (seen.name if seen.kind == "snapshot" else "result.json"), seen.kind


@needs_account
@human
async def of_spans(request: Request) -> Response:
    """Counts of issues in two spans of time."""
    given = {name: request.query_params.get(name, "") for name in _SPANS}
    changes = None
    if any(given.values()):
        spans = [times.normalise(given[name]) for name in _SPANS]
        if None not in spans:
            texts = [str(each) for each in spans]
            changes = await run_in_threadpool(_changes, request.app.state.store, texts)
    wrong = changes is None and any(given.values())
    status = 422 if wrong else 200
    return await page(
        request, "spans.html", status=status, given=given, changes=changes, usual=_usual(), wrong=wrong
    )


def _usual() -> dict[str, str]:
    """What is often asked for: its words, and the query."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    spans = {"an hour": timedelta(hours=1), "a day": timedelta(days=1), "a week": timedelta(weeks=1)}
    found = {}
    for words, span in spans.items():
        moments = (now - 2 * span, now - span, now - span, now)
        text = (each.strftime("%Y-%m-%dT%H:%M") for each in moments)
        found[words] = urlencode(dict(zip(_SPANS, text, strict=True)))
    return found


def _changes(store: SiteStore, spans: list[str]) -> list[Change]:
    counts: list[dict[str, int]] = []
    with store.known.connection(writes=False) as connection:
        for start, end in (spans[:2], spans[2:]):
            within = (HOUR.c.hour >= start[:_HOUR]) & (HOUR.c.hour < end[:_HOUR])
            total = func.sum(HOUR.c.count)
            statement = select(HOUR.c.issue, total).where(within).group_by(HOUR.c.issue)
            counts.append({row[0]: int(row[1]) for row in connection.execute(statement)})
        before, after = counts
        ids = sorted({*before, *after}, key=lambda each: -abs(after.get(each, 0) - before.get(each, 0)))
        issues = store.known.issues_within(connection, ids[:_MOST_CHANGES])
    return [Change(each.id, each.title, before.get(each.id, 0), after.get(each.id, 0)) for each in issues]


routes = [Route("/compare", of_uploads), Route("/issues-compared", of_spans)]
