"""``python -m bench.site_reading DATABASE [REQUESTS]``: how long the pages of a filled site take.

A site runs in a process of its own on a database that ``bench.site_data`` filled; this process asks over
loopback, one request after the other. Beside the time stands the processor time of the site (and with
PostgreSQL of its server's processes on this machine), which other work on the machine changes less.
"""

from __future__ import annotations

import http.client
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from bench import processor
from stacktraces.serve.accounts import Accounts
from stacktraces.serve.pages._web import SESSION_COOKIE
from stacktraces.serve.store import Filter, SiteStore
from tests.serve_site import RunningSite

REQUESTS = 20
KEEP_ALL = ("--keep-of-issue", "1000000", "--keep-occurrences", "10000000", "--keep-days", "36500")
FILTERS: dict[str, dict[str, str]] = {
    "none": {},
    "project": {"project": "shop"},
    "state": {"status": "open"},
    "environment": {"environment": "production"},
    "release": {"release": "1.5.1"},
    "host": {"host": "web-7.example.org"},
    "type": {"type": "KeyError"},
    "own file": {"own_file": "/srv/shop/cart/part_21.py"},
    "text, a word of 1,000 issues": {"text": "invoice"},
    "text, a word of all issues": {"text": "item"},
    "text, a number": {"text": "item 4242"},
    "project and environment": {"project": "mail", "environment": "production"},
}
ORDERS = ("last_seen", "first_seen", "count")
_NAME, _PASSWORD = "bench", "measures and looks only"


class _Client:
    def __init__(self, site: RunningSite, session: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", site.port)
        self._headers = {"Cookie": f"{SESSION_COOKIE}={session}"}

    def get(self, path: str) -> float:
        """Seconds until the page ``path`` is here."""
        start = time.perf_counter()
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path} answers {answer.status}.")
        return time.perf_counter() - start


def _pages(store: SiteStore) -> Iterator[tuple[str, str]]:
    for name, fields in FILTERS.items():
        total = store.issues(Filter(**fields), most=0).total  # type: ignore[arg-type]
        for order in ORDERS:
            for number in sorted({1, max(1, total // 50)}):
                query = urlencode({**fields, "sort": order, "page": number})
                yield f"{name}; {order}; page {number}", f"/issues?{query}"
    (largest,) = store.issues(Filter(sort="count"), most=1).issues
    yield f"the issue with {largest.count:,} occurrences", f"/issues/{largest.id}"


def _measure(site: RunningSite, session: str, pages: list[tuple[str, str]], requests: int) -> None:
    """Ask for each of ``pages``, and tell."""
    client, processes = _Client(site, session), [site.pid, *processor.server_of(site.database)]
    print(f"{'page':60} {'median':>7} {'95 %':>7} {'processor':>9}  ms")
    for name, path in pages:
        client.get(path)
        before = processor.seconds(processes)
        took = sorted(client.get(path) for _ in range(requests))
        used = (processor.seconds(processes) - before) / requests
        shown = took[requests // 2], took[min(requests - 1, int(requests * 0.95))], used
        print(f"{name:60} {shown[0] * 1e3:7.0f} {shown[1] * 1e3:7.0f} {shown[2] * 1e3:9.0f}", flush=True)
    print(f"The site's process held at most {processor.most_memory(site.pid) >> 20:,} MiB.")


def main() -> None:
    """Tell the times."""
    database = sys.argv[1]
    requests = int(sys.argv[2]) if len(sys.argv) > 2 else REQUESTS
    store = SiteStore(database)
    people = Accounts(store.known)
    if _NAME not in {each.name for each in people.everybody()}:
        people.add(_NAME, _PASSWORD, "viewer")
    session, token = people.begin(_NAME), store.add_token(None, "admin", _NAME)
    pages = list(_pages(store))
    store.close()
    with tempfile.TemporaryDirectory() as folder:
        site = RunningSite(Path(folder), database, KEEP_ALL)
        site.read = site.write = token
        site.start()
        try:
            _measure(site, session, pages, requests)
        finally:
            site.kill()


if __name__ == "__main__":
    main()
