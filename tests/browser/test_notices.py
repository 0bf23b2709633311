"""An administrator sets up who is told, in a real browser, with a real receiver."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from playwright.sync_api import expect

from tests.browser.support import PASSWORD, Site, browser, page_of
from tests.notices_contract import Inbox, trace
from tests.serve_site import until

pytestmark = pytest.mark.live


def test_add_a_webhook_try_it_and_be_told_of_a_new_issue(tmp_path: Path) -> None:
    site, inbox = Site(tmp_path, private_webhooks=True, url="https://errors.example.com"), Inbox()
    try:
        site.accounts.add("ann", PASSWORD, "admin")
        with browser() as chromium, page_of(chromium, width=360) as page:
            page.goto(f"{site.url}/login")
            page.get_by_label("Name").fill("ann")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Log in").click()
            page.get_by_role("link", name="Notices").click()
            page.get_by_label("URL, or address of mail").fill(inbox.url)
            page.get_by_label("fast-growing issues").uncheck()
            page.get_by_role("button", name="Add").click()
            expect(page.get_by_role("status")).to_contain_text("whsec_")
            page.get_by_role("button", name="Send a test").click()
            expect(page.locator("section .pill.resolved")).to_have_text("sent")
            site.send(trace())
            until(lambda: len(inbox.told) == 2)
            page.get_by_role("button", name="Remove").click()
            expect(page.get_by_text("Nobody is told yet.")).to_be_visible()
    finally:
        site.stop()
        inbox.close()
    test, new = inbox.told
    assert (test["type"], new["type"]) == ("test", "issue.new")
    assert new["data"]["url"].startswith("https://errors.example.com/issues/")
