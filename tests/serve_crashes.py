"""A site that is killed while clients send: what was acknowledged is stored once."""

from __future__ import annotations

import os
import random
import threading
from collections import Counter
from pathlib import Path

from sqlalchemy import select

from stacktraces.serve.store import SiteStore
from stacktraces.serve.store.tables import OCCURRENCE
from tests.serve_site import RunningSite, running_site

KILLS = int(os.environ.get("STACKTRACES_KILLS", "2"))
"""How often; ``make test-kills`` asks for fifty."""
_CLIENTS = 4
TRACE = """\
Traceback (most recent call last):
  File "/srv/shop/cart.py", line 3, in total
    return prices[name]
LookupError: no price of {}
"""


class _Clients:
    """Several that send one numbered error after the other, and note which were acknowledged."""

    def __init__(self, site: RunningSite) -> None:
        self._site = site
        self._ended = False
        self._lock = threading.Lock()
        self._sent = 0
        self.acknowledged: set[str] = set()
        self._threads = [threading.Thread(target=self._run) for _ in range(_CLIENTS)]

    def start(self) -> None:
        for each in self._threads:
            each.start()

    def stop(self) -> None:
        self._ended = True
        for each in self._threads:
            each.join()

    def _run(self) -> None:
        while not self._ended:
            with self._lock:
                self._sent += 1
                number = f"item-{self._sent}"
            try:
                status = self._site.post("/api/text", TRACE.format(number).encode())
            except OSError:
                continue  # It was killed: whether it was kept is not known.
            assert status == 202
            with self._lock:
                self.acknowledged.add(number)


def kill_under_load(folder: Path, database: str | None = None) -> None:
    """Kill a site ``KILLS`` times while clients send, and look at what it has stored in the end."""
    moment = random.Random(4711)
    # All that was acknowledged is looked for among the occurrences: none may make room for another.
    keep_all = ("--keep-of-issue", "1000000")
    with running_site(folder, database, keep_all) as site:
        for _ in range(KILLS):
            clients = _Clients(site)
            before = _stored(site)
            clients.start()
            enough = 30 + moment.randrange(200)
            threading.Event().wait(enough / 200)
            site.kill()
            clients.stop()
            assert clients.acknowledged
            site.start()
            site.settled()
            after = _stored(site)
            gained = after - before
            assert clients.acknowledged <= set(gained)
            assert max(gained.values()) == 1
            _totals_agree(site)


def _stored(site: RunningSite) -> Counter[str]:
    store = SiteStore(site.database)
    with store.known.connection(writes=False) as connection:
        messages = connection.scalars(select(OCCURRENCE.c.message)).all()
    store.close()
    return Counter(each.rpartition(" ")[2] for each in messages if each is not None)


def _totals_agree(site: RunningSite) -> None:
    """The count of the issue is that of its occurrences."""
    store = SiteStore(site.database)
    (issue,) = store.known.issues()
    hours = store.counts([issue.id])[issue.id]
    store.close()
    assert issue.count == sum(hours.values()) == sum(_stored(site).values())
