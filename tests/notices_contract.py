"""What holds of notices on every database: each event is told once or more, in time, and without holding up anything."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import http.server
import random
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from prometheus_client import generate_latest
from sqlalchemy import func, select

from stacktraces.known import operations
from stacktraces.known.mute import Mute
from stacktraces.serve.metrics import Metrics
from stacktraces.serve.notices import KINDS, Notices, Receiver, gathering, queue
from stacktraces.serve.notices.events import MOST_WAITING
from stacktraces.serve.notices.growth import FLOOR
from stacktraces.serve.notices.tables import DELIVERY, MESSAGE, NOTICE
from stacktraces.serve.spool import Spool
from stacktraces.serve.store import SiteStore
from stacktraces.serve.worker import Worker

NOW = datetime(2026, 3, 9, 10, 30, tzinfo=UTC)
SITE = "https://errors.example.com/shop"
TRACE = """\
{moment} ERROR failed
Traceback (most recent call last):
  File "/srv/shop/{file}.py", line 3, in {file}
    return prices["x"]
{type}: 'x'

"""


def trace(file: str = "cart", at: datetime = NOW, kind: str = "KeyError") -> str:
    return TRACE.format(moment=at.strftime("%Y-%m-%d %H:%M:%S"), file=file, type=kind)


class Clock:
    def __init__(self) -> None:
        self.now = NOW.timestamp()

    def __call__(self) -> float:
        return self.now


class Inbox:
    """A receiver on loopback. It answers ``status``; what it has taken stands in ``messages``."""

    def __init__(self) -> None:
        self.status = 204
        self.before: Callable[[], None] = lambda: None
        """What happens before it answers."""
        self.messages: list[tuple[dict[str, str], bytes]] = []
        inbox = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                inbox.before()
                if inbox.status == 204:
                    inbox.messages.append(({key.lower(): each for key, each in self.headers.items()}, body))
                with contextlib.suppress(OSError):  # who sent it may be gone
                    self.send_response(inbox.status)
                    self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    @property
    def told(self) -> list[Any]:
        return [msgspec.json.decode(body) for _, body in self.messages]

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Site:
    """A site whose notices are sent when a test says so."""

    def __init__(self, folder: Path, database: str) -> None:
        self._database, self._folder = database, folder
        self.clock = Clock()
        self.open()
        self.store.add_project("shop", "Shop")

    def open(self) -> None:
        """As after a start; what was in memory is gone."""
        self.store = SiteStore(self._database)
        self.metrics = Metrics()
        self.notices = Notices(self.store.known, SITE, private=True, metrics=self.metrics, clock=self.clock)
        self.spool = Spool(self._folder / "spool")
        self.worker = Worker(self.spool, self.store, None, self.notices.hear)

    def listen(self, inbox: Inbox, kinds: tuple[str, ...] = KINDS) -> Receiver:
        return self.notices.add("shop", "json", inbox.url, kinds)

    def take(self, *texts: str, project: str = "shop") -> None:
        """Take in logs, each as a request of its own, and store them."""
        for text in texts:
            self.spool.put(project, "text", text.encode())
        self.worker.empty()

    def send(self) -> None:
        while self.notices.round():
            pass

    def later(self, seconds: float) -> None:
        self.clock.now += seconds
        self.send()

    def rows(self, table: Any) -> int:
        with self.store.known.connection(writes=False) as connection:
            return connection.scalar(select(func.count()).select_from(table)) or 0


class NoticesContract:
    """A subclass has the fixture ``database``, which names one of no tables."""

    @pytest.fixture
    def site(self, tmp_path: Path, database: str) -> Iterator[Site]:
        site = Site(tmp_path, database)
        yield site
        site.store.close()

    @pytest.fixture
    def inbox(self) -> Iterator[Inbox]:
        inbox = Inbox()
        yield inbox
        inbox.close()

    def test_a_new_issue_is_told_once(self, site: Site, inbox: Inbox) -> None:
        secret = site.listen(inbox).secret
        site.take(trace())
        site.send()
        site.take(trace(), trace())
        site.send()
        ((headers, body),) = inbox.messages
        (issue,) = site.store.known.issues()
        told = msgspec.json.decode(body)
        assert told["type"] == "issue.new"
        assert told["data"]["project"] == {"id": "shop", "name": "Shop"}
        assert told["data"]["url"] == f"{SITE}/issues/{issue.id}"
        assert told["data"]["issue"] == {
            "id": issue.id,
            "title": "KeyError: 'x' in cart",
            "status": "open",
            "count": 1,
            "url": f"{SITE}/issues/{issue.id}",
            "where": "/srv/shop/cart.py in cart",
            "first_seen": "2026-03-09T10:30:00Z",
            "last_seen": "2026-03-09T10:30:00Z",
        }
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{signature}"

    def test_a_resolved_issue_that_comes_again_is_told_once_each_time(self, site: Site, inbox: Inbox) -> None:
        site.take(trace())
        site.listen(inbox, kinds=("regressed",))
        (issue,) = site.store.known.issues()
        for day in (1, 2):
            when = (NOW + timedelta(days=day)).strftime("%Y-%m-%dT%H:%M:%SZ")
            operations.change(
                site.store.known, issue.id, lambda each, at=when: operations.resolve(each, when=at)
            )  # type: ignore[misc]
            for hour in (1, 2, 3):
                site.take(trace(at=NOW + timedelta(days=day, hours=hour)))
                site.later(3600)
        assert [each["type"] for each in inbox.told] == ["issue.regressed"] * 2
        assert "resolved 2026-03-10" in inbox.told[0]["data"]["reason"]

    def test_a_muted_issue_is_told_when_its_mute_has_ended(self, site: Site, inbox: Inbox) -> None:
        site.take(trace())
        site.listen(inbox)
        (issue,) = site.store.known.issues()
        operations.change(site.store.known, issue.id, lambda each: operations.mute(each, Mute("count", "3")))
        for _ in range(5):
            site.take(trace())
            site.send()
        (told,) = inbox.told
        assert told["type"] == "issue.unmuted"
        assert told["data"]["reason"] == "was muted until 3 occurrences; seen 4 times"

    def test_growth_is_told_once_an_hour_whatever_the_order(self, site: Site, inbox: Inbox) -> None:
        site.listen(inbox, kinds=("growing",))
        old = [trace(at=NOW - timedelta(hours=hour)) for hour in range(1, 60)]
        many = [trace()] * (FLOOR + 1)
        mixed = [*old, *many]
        random.Random(4711).shuffle(mixed)
        site.take("".join(mixed[:40]), "".join(mixed[40:]))
        for _ in range(3):
            site.later(60)
        site.take(trace())
        site.later(60)
        (told,) = inbox.told
        assert told["type"] == "issue.growing"
        growth = told["data"]["growth"]
        assert (growth["hour"], growth["count"]) == ("2026-03-09T10", FLOOR + 1)
        assert growth["usual"] == {"mean": 1.0, "busiest": 1, "hours": 59, "limit": 20.0}
        assert told["data"]["reason"].startswith("seen 21 times in the hour from 10:00 UTC")

    def test_a_steady_load_and_what_is_ignored_are_not_told_to_grow(self, site: Site, inbox: Inbox) -> None:
        steady = "".join(trace(at=NOW - timedelta(hours=hour)) * 25 for hour in range(30))
        burst = trace("stock", NOW - timedelta(hours=40)) + trace("stock") * 50
        site.take(steady + burst)
        site.listen(inbox)
        ignored = next(each for each in site.store.known.issues() if "stock" in each.title)
        operations.change(site.store.known, ignored.id, operations.ignore)
        site.send()
        assert inbox.told == []
        operations.change(site.store.known, ignored.id, operations.reopen)
        site.later(60)
        assert [each["type"] for each in inbox.told] == ["issue.growing"]

    def test_nobody_hears_of_another_project_or_of_kinds_that_were_not_chosen(
        self, site: Site, inbox: Inbox
    ) -> None:
        site.store.add_project("other", "Other")
        site.listen(inbox, kinds=("regressed", "growing"))
        site.take(trace("stock"), project="other")
        site.take(trace("cart"))
        site.send()
        assert inbox.told == []
        assert site.rows(NOTICE) == 0

    def test_what_was_stored_is_told_after_a_crash(self, site: Site, inbox: Inbox) -> None:
        """A crash between storing and sending, and one in the midst of sending."""
        site.listen(inbox)
        site.take(trace())
        site.store.close()
        site.open()
        with site.store.known.connection(writes=True) as connection:
            gathering.gather(connection, "shop", int(site.clock.now), SITE)
        with site.store.known.connection(writes=True) as connection:
            (delivery,) = queue.due(connection, int(site.clock.now), 4)
            assert queue.claim(connection, delivery, int(site.clock.now))
            assert not queue.claim(connection, delivery, int(site.clock.now))
        site.store.close()
        site.open()
        site.send()
        assert inbox.told == []
        site.later(queue.FIRST_WAIT)
        assert [each["type"] for each in inbox.told] == ["issue.new"]
        site.later(queue.LONGEST_WAIT)
        assert len(inbox.told) == 1

    def test_a_transaction_that_fails_tells_nothing(self, site: Site, inbox: Inbox) -> None:
        site.listen(inbox)
        with (
            contextlib.suppress(ZeroDivisionError),
            site.store.known.connection(writes=True) as connection,
        ):
            site.notices.hear(connection, [], [])
            connection.execute(
                NOTICE.insert().values(
                    project="shop", kind="new", issue="1", key="", at="2026", reason="", count=1
                )
            )
            raise ZeroDivisionError
        assert site.rows(NOTICE) == 0

    def test_a_receiver_that_is_away_gets_it_later_under_the_same_id(self, site: Site, inbox: Inbox) -> None:
        receiver = site.listen(inbox)
        inbox.status = 503
        site.take(trace())
        site.send()
        site.later(queue.FIRST_WAIT)
        ((_, (attempt,)),) = site.notices.receivers()
        assert (attempt.state, attempt.tries, attempt.error) == ("waiting", 2, "the receiver answers 503")
        assert attempt.due == site.clock.now + 2 * queue.FIRST_WAIT
        inbox.status = 204
        site.later(2 * queue.FIRST_WAIT)
        ((_, (attempt,)),) = site.notices.receivers()
        assert (attempt.state, attempt.tries, attempt.error) == ("sent", 3, None)
        assert receiver.paused is None
        assert len(inbox.messages) == 1
        counted = generate_latest(site.metrics.registry).decode()
        assert 'stacktraces_messages_total{form="json",result="again"} 2.0' in counted
        assert 'stacktraces_messages_total{form="json",result="sent"} 1.0' in counted

    def test_it_is_given_up_after_some_tries(self, site: Site, inbox: Inbox) -> None:
        site.listen(inbox)
        inbox.status = 500
        site.take(trace())
        for _ in range(queue.TRIES + 2):
            site.later(queue.LONGEST_WAIT)
        ((_, (attempt,)),) = site.notices.receivers()
        assert (attempt.state, attempt.tries) == ("failed", queue.TRIES)

    def test_a_receiver_that_is_gone_is_paused_and_may_be_resumed(self, site: Site, inbox: Inbox) -> None:
        receiver = site.listen(inbox)
        inbox.status = 410
        site.take(trace())
        site.send()
        assert site.notices.receiver(receiver.id).paused == "the receiver answers that it is gone"
        inbox.status = 204
        site.take(trace("stock"))
        site.send()
        assert inbox.told == []
        site.notices.pause(receiver.id, None)
        site.take(trace("pay"))
        site.send()
        assert [each["data"]["issue"]["title"] for each in inbox.told] == ["KeyError: 'x' in pay"]

    def test_one_receiver_that_refuses_does_not_hold_up_another(self, site: Site, inbox: Inbox) -> None:
        site.notices.add("shop", "slack", "http://127.0.0.1:9/", KINDS)
        site.listen(inbox)
        site.take(*(trace(f"file{number}") for number in range(5)))
        site.send()
        assert len(inbox.told) == 5

    def test_a_flood_becomes_one_message_and_little_is_kept(self, site: Site, inbox: Inbox) -> None:
        site.take(trace())
        site.listen(inbox)
        site.take("".join(trace(f"file{number}") for number in range(MOST_WAITING + 50)))
        assert site.rows(NOTICE) == MOST_WAITING + 1
        (old,) = (each for each in site.store.known.issues() if "cart" in each.title)
        operations.change(site.store.known, old.id, lambda each: operations.resolve(each, when="2026-03-09"))
        site.take(trace(at=NOW + timedelta(days=1)))
        site.send()
        site.take("".join(trace(f"more{number}") for number in range(30)))
        with site.store.known.connection(writes=False) as connection:
            assert gathering.ready(connection, int(site.clock.now)) == []
        site.later(gathering.SPAN / 2)
        (told,) = inbox.told
        assert told["type"] == "digest"
        assert told["data"]["counts"] == {"new": MOST_WAITING + 50, "regressed": 1}
        assert [each["kind"] for each in told["data"]["issues"]] == ["regressed", *["new"] * 9]
        assert told["data"]["url"] == f"{SITE}/issues"
        site.later(gathering.SPAN)
        assert inbox.told[1]["data"]["counts"] == {"new": 30}
        assert site.rows(NOTICE) == 1, "only the regression has to be remembered"

    def test_a_trickle_is_told_one_by_one_and_then_summed_up(self, site: Site, inbox: Inbox) -> None:
        site.listen(inbox)
        for number in range(gathering.MOST_SINGLE + 4):
            site.take(trace(f"file{number}"))
            site.later(1)
        types = [each["type"] for each in inbox.told]
        assert types == ["issue.new"] * gathering.MOST_SINGLE + ["digest"]
        site.later(gathering.SPAN)
        rest = inbox.told[gathering.MOST_SINGLE + 1 :]
        assert [each["type"] for each in rest] == ["issue.new"] * 3

    def test_a_test_is_sent_at_once_and_not_again(self, site: Site, inbox: Inbox) -> None:
        receiver = site.listen(inbox)
        site.notices.test(receiver.id)
        inbox.status = 503
        site.notices.test(receiver.id)
        site.later(3600)
        ((_, attempts),) = site.notices.receivers()
        assert [(each.type, each.state, each.tries) for each in attempts] == [
            ("test", "failed", 1),
            ("test", "sent", 1),
        ]
        assert [each["type"] for each in inbox.told] == ["test"]

    def test_old_messages_are_forgotten(self, site: Site, inbox: Inbox) -> None:
        receiver = site.listen(inbox)
        site.notices.test(receiver.id)
        site.later(queue.KEEP - 10)
        assert site.rows(MESSAGE) == 1
        site.later(3600)
        assert (site.rows(MESSAGE), site.rows(DELIVERY)) == (0, 0)

    def test_what_waits_for_one_that_was_removed_is_not_sent(self, site: Site, inbox: Inbox) -> None:
        receiver = site.listen(inbox)
        inbox.status = 503
        site.take(trace())
        site.send()
        site.take(trace("stock"))
        site.notices.remove(receiver.id)
        inbox.status = 204
        site.later(3600)
        assert inbox.told == []
        assert (site.rows(DELIVERY), site.rows(NOTICE)) == (0, 0)
