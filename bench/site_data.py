"""``python -m bench.site_data DATABASE [OCCURRENCES [ISSUES]]``: fills a site's database as taking in does.

Half of the occurrences are of one issue, the others spread as is usual: few issues are frequent.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import NamedTuple

import msgspec

from stacktraces.known import Sighting, exemplar
from stacktraces.known.issue import title_of
from stacktraces.model import Context, Error, Frame, Trace
from stacktraces.serve.store import SiteStore, StoredOccurrence
from stacktraces.signatures.culprit import culprit
from stacktraces.signatures.issue_rules import named

OCCURRENCES = 1_000_000
ISSUES = 10_000
PROJECTS = ("shop", "search", "mail", "billing")
DAYS = 60
"""Up to today: what is older than 90 days a site forgets."""
_IN_ONE = 10_000
_START = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS)
_RUNTIME = "python"
_NOUNS = ("price", "cart", "order", "user", "stock", "invoice", "session", "address", "coupon", "parcel")
_TYPES = ("KeyError", "ValueError", "TimeoutError", "ConnectionResetError", "shop.errors.PaymentError")


class _Kind(NamedTuple):
    """An issue's occurrences, but for what differs among them."""

    error: Error
    fingerprint: str
    own_file: str | None
    project: str


def _kind(number: int) -> _Kind:
    noun, kind = _NOUNS[number % len(_NOUNS)], _TYPES[number // 7 % len(_TYPES)]
    frames = [
        Frame(function=f"{noun}_{number}", file=f"/srv/shop/{noun}/part_{number}.py", line=3),
        Frame(function=f"serve_{number % 50}", file=f"/srv/shop/views_{number % 50}.py", line=8),
        Frame(function="handle", file="/srv/shop/main.py", line=20),
    ]
    error = Error(type=kind, message=f"no {noun} of item {number}", frames=frames, runtime=_RUNTIME)
    own = culprit(error, _RUNTIME)
    return _Kind(
        error, named(error, _RUNTIME)[0], own.file if own is not None else None, PROJECTS[number % 4]
    )


def occurrences(total: int, issues: int) -> Iterator[StoredOccurrence]:
    """``total`` occurrences of ``issues`` issues, in the order of time; the same at each call of a day."""
    chance = random.Random(1)
    kinds = [_kind(each) for each in range(issues)]
    rest = range(1, issues)
    weights = [1 / (each + 20) for each in rest]
    numbers = [*range(issues), *chance.choices(rest, weights, k=max(0, total // 2 - issues))]
    numbers += [0] * (total - len(numbers))
    chance.shuffle(numbers)
    step = timedelta(days=DAYS) / total
    for place, number in enumerate(numbers[:total]):
        kind = kinds[number]
        noun = _NOUNS[number % len(_NOUNS)]
        error = msgspec.structs.replace(kind.error, message=f"no {noun} of item {chance.randrange(100_000)}")
        trace = Trace(
            error,
            format="python",
            runtime=_RUNTIME,
            context=Context(host=f"web-{chance.randrange(40)}.example.org", logger="shop", level="ERROR"),
        )
        yield StoredOccurrence(
            issue=kind.fingerprint,
            project=kind.project,
            fingerprint=kind.fingerprint,
            seen=(_START + step * place).strftime("%Y-%m-%dT%H:%M:%SZ"),
            trace=trace,
            environment=chance.choice(("production", "production", "staging", "test")),
            release=f"1.{place * 20 // total}.{chance.randrange(3)}",
            own_file=kind.own_file,
        )


def fill(store: SiteStore, total: int = OCCURRENCES, issues: int = ISSUES) -> None:
    """Store them."""
    for project in PROJECTS:
        store.add_project(project, project.title())
    found = occurrences(total, issues)
    while batch := list(islice(found, _IN_ONE)):
        if not store.take([f"{batch[0].seen}-{batch[0].fingerprint}"], _sightings(batch), batch):
            raise SystemExit("The database holds them already.")


def _sightings(batch: list[StoredOccurrence]) -> list[Sighting]:
    found: dict[tuple[str, str | None], Sighting] = {}
    for each in batch:
        key = each.fingerprint, each.release
        if key not in found:
            error = exemplar.reduce(each.trace.error, _RUNTIME)
            found[key] = Sighting(
                each.fingerprint, title_of(error), error, 0, each.seen, version=each.release
            )
        found[key].count += 1
        found[key].last_seen = each.seen
    return list(found.values())


def main() -> None:
    """Fill, and tell how long it took."""
    database, *numbers = sys.argv[1:]
    start = time.perf_counter()
    store = SiteStore(database)
    fill(store, *map(int, numbers))
    store.close()
    print(f"{time.perf_counter() - start:,.0f} s")


if __name__ == "__main__":
    main()
