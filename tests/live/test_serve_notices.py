"""A running site tells receivers over loopback, also where it is killed meanwhile."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select

from stacktraces.serve.notices import Notices, gathering
from stacktraces.serve.notices.mail import mail_settings
from stacktraces.serve.notices.tables import DELIVERY, MESSAGE
from stacktraces.serve.store import SiteStore
from tests.live.programs import free_port
from tests.notices_contract import Inbox, trace
from tests.serve_site import RunningSite, running_site, until
from tests.unit.test_notices_mail import Box

pytestmark = pytest.mark.live


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    made = Inbox()
    yield made
    made.close()


@pytest.fixture
def box() -> Iterator[tuple[Box, int]]:
    made = Box()
    server = Controller(made, hostname="127.0.0.1", port=free_port())
    server.start()
    yield made, server.port
    server.stop()


def _make_due(site: RunningSite) -> int:
    """As if the time until the next try, and the next message that sums up, had passed; gives how many wait."""
    store = SiteStore(site.database)
    waiting = DELIVERY.c.state == "waiting"
    with store.known.connection(writes=True) as connection:
        connection.execute(DELIVERY.update().where(waiting).values(due=0))
        connection.execute(MESSAGE.update().values(made=MESSAGE.c.made - gathering.SPAN))
        found = connection.scalar(select(func.count()).select_from(DELIVERY).where(waiting))
    store.close()
    return found or 0


def test_a_kill_while_it_sends_loses_no_message(tmp_path: Path, inbox: Inbox, box: tuple[Box, int]) -> None:
    mails, port = box
    mail = f"smtp://127.0.0.1:{port}/?from=errors@example.com&starttls=no"
    options = ["--allow-private-webhooks", "--mail", mail, "--url", "https://errors.example.com"]
    with running_site(tmp_path, options=options) as site:
        store = SiteStore(site.database)
        notices = Notices(store.known, "", private=True, mail=mail_settings(mail))
        notices.add("default", "json", inbox.url, ["new"])
        notices.add("default", "mail", "team@example.com", ["new"])
        store.close()
        inbox.before = site.kill
        assert site.post("/api/text", trace().encode()) == 202
        until(lambda: inbox.messages)
        inbox.before = lambda: None
        assert _make_due(site) >= 1
        site.start()
        until(lambda: len(inbox.messages) == 2 and mails.mails)
        until(lambda: _make_due(site) == 0)
    (first, body), (again, same) = inbox.messages
    assert (first["webhook-id"], body) == (again["webhook-id"], same)
    assert b"https://errors.example.com/issues/" in body
    names = {str(sent["Message-ID"]) for _, sent in mails.mails}
    assert names == {f"<{first['webhook-id']}@example.com>"}


@pytest.mark.skipif("STACKTRACES_KILLS" not in os.environ, reason="make test-kills")
def test_kills_at_any_moment_lose_no_event(tmp_path: Path, inbox: Inbox) -> None:
    """Each new issue is told, by name or in a sum, and by no two messages."""
    moment = random.Random(4711)
    with running_site(tmp_path, options=["--allow-private-webhooks"]) as site:
        store = SiteStore(site.database)
        Notices(store.known, "", private=True).add("default", "json", inbox.url, ["new"])
        store.close()
        sent = 0
        for _ in range(int(os.environ["STACKTRACES_KILLS"])):
            for _ in range(moment.randrange(1, 15)):
                assert site.post("/api/text", trace(f"file{sent}").encode()) == 202
                sent += 1
            threading.Event().wait(moment.random() * 4)
            site.kill()
            _make_due(site)
            site.start()
        until(lambda: len(site.settled()) == min(sent, 200))
        until(lambda: _make_due(site) == 0 and _told(inbox) == sent)


def _told(inbox: Inbox) -> int:
    """How many events the messages tell of; one that came twice counts once."""
    told = {head["webhook-id"]: msgspec.json.decode(body) for head, body in inbox.messages}
    return sum(each["data"].get("counts", {}).get("new", 1) for each in told.values())
