"""A running site, and a page of a browser that complains of nothing."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from stacktraces.serve.application import create_application
from stacktraces.serve.settings import Settings
from tests.conftest import need

PASSWORD = "correct horse"
PATIENCE = 30_000


class Site:
    """Served on loopback by a thread; ``send`` is what a client's request does in the end."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.application = create_application(
            Settings(database=str(folder / "site.db"), data=folder / "data", **settings)
        )
        self.store = self.application.state.store
        self.store.add_project("shop", "Shop")
        self.accounts = self.application.state.accounts
        listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        config = uvicorn.Config(self.application, log_level="error", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([listening],))
        self._thread.start()

    def send(self, text: str) -> None:
        """Take in a log; it is stored soon."""
        self.application.state.spool.put("shop", "text", text.encode())
        self.application.state.worker.wake()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=need("chromium"), args=["--no-sandbox"])
        yield found
        found.close()


@contextlib.contextmanager
def page_of(browser: Browser, *, width: int = 1200, refused: Sequence[str] = ()) -> Iterator[Page]:
    """A page in a profile of its own. What its console complains of fails the test, but of paths ``refused``."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(_complaint(said, refused)))
    yield page
    context.close()
    assert not any(complaints), complaints


def _complaint(said: ConsoleMessage, refused: Sequence[str]) -> str:
    is_expected = any(said.location["url"].endswith(each) for each in refused)
    return said.text if said.type in ("error", "warning") and not is_expected else ""
