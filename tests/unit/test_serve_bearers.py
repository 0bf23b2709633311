"""Who has a token is asked of the database once in some seconds."""

from __future__ import annotations

import asyncio
from pathlib import Path

from stacktraces.serve.bearers import SECONDS, Bearers
from stacktraces.serve.store import SiteStore
from stacktraces.serve.store.tables import TOKEN


def test_a_token_is_known_for_some_seconds(tmp_path: Path) -> None:
    store = SiteStore(str(tmp_path / "site.db"))
    token = store.add_token("shop", "write", "first")
    now = 0.0
    bearers = Bearers(store, lambda: now)
    found = asyncio.run(bearers.of(token))
    assert found is not None
    assert (found.project, asyncio.run(bearers.of("other"))) == ("shop", None)
    with store.known.connection(writes=True) as connection:
        connection.execute(TOKEN.delete())
    assert asyncio.run(bearers.of(token)) == found
    now = SECONDS
    assert asyncio.run(bearers.of(token)) is None
    store.close()


def test_a_token_that_is_made_holds_at_once(tmp_path: Path) -> None:
    store = SiteStore(str(tmp_path / "site.db"))
    bearers = Bearers(store)
    assert asyncio.run(bearers.of("none")) is None
    assert asyncio.run(bearers.of(store.add_token("shop", "read", "second"))) is not None
    store.close()
