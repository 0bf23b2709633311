"""What people do with the site, in a real browser."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytest.importorskip("axe_playwright_python", reason="axe is not installed")
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.support import PASSWORD, Site, browser, page_of
from tests.serve_site import until

CORPUS = Path(__file__).parents[1] / "corpus"
PICTURES = os.environ.get("PICTURES")
"""A folder for pictures of the pages, to be looked at."""
CHAINED = """\
2026-03-01 10:00:00 INFO GET /pay
2026-03-01 10:00:01 ERROR payment failed
Traceback (most recent call last):
  File "/srv/shop/stock.py", line 8, in price
    return prices[item]
KeyError: 'tea'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/usr/lib/python3/dist-packages/flask/app.py", line 1, in full_dispatch
    return self.dispatch()
  File "/srv/shop/cart.py", line 3, in total
    return sum(price(item) for item in items)
shop.CartError: no total
2026-03-01 10:00:02 INFO done
"""
OTHER = """\
2026-03-01 10:05:00 ERROR payment failed
Traceback (most recent call last):
  File "/srv/shop/pay.py", line 5, in pay
    raise ValueError("no card")
ValueError: no card

"""
NARROW = 360
ALL_RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
COLOURS = {"type": "rule", "values": ["color-contrast"]}
LATER = "2099" + OTHER[4:]

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    with page_of(chromium) as found:
        yield found


def _log_in(page: Page, site: Site) -> None:
    site.accounts.add("ann", PASSWORD, "admin")
    page.goto(f"{site.url}/login")
    page.get_by_label("Name").fill("ann")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Issues")).to_be_visible()


def _shows(page: Page, site: Site, title: str) -> None:
    """The list of issues has it: the worker needs a moment."""
    for _ in range(20):
        page.goto(f"{site.url}/issues")
        if page.get_by_role("link", name=title).count():
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{title} is not in the list")


def test_paste_a_log_and_reach_the_cause(page: Page, site: Site) -> None:
    page.goto(site.url)
    page.get_by_label("Text", exact=True).fill(CHAINED)
    page.get_by_role("button", name="Look").click()
    expect(page.get_by_role("heading", name="shop.CartError: no total")).to_be_visible()
    expect(page.get_by_text("KeyError: 'tea'", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Caused by: KeyError")).to_be_visible()
    assert re.fullmatch(rf"{site.url}/look/[\w-]{{22}}", page.url)
    _keeps_to_wcag_aa_and_to_its_width(page)


def test_upload_the_snapshot_of_a_deadlock(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/look")
    page.get_by_label("or a file").set_input_files(CORPUS / "locks/bank-java.txt")
    page.get_by_role("button", name="Look").click()
    expect(page.locator("#findings")).to_contain_text("Deadlock")
    _keeps_to_wcag_aa_and_to_its_width(page)
    page.locator("#search").fill("audit")  # its script runs, by the page's policy
    expect(page.locator("#matches")).not_to_be_empty()
    page.get_by_role("link", name="Another text").click()
    expect(page.get_by_role("heading", name="Upload and look")).to_be_visible()


def test_look_at_snapshots_of_two_hosts(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/fleet")
    names = ("locks/ledger.txt", "locks/bank-java.txt")
    plain = {"name": "web7.txt", "mimeType": "text/plain", "buffer": b""}
    text = (CORPUS / "gdb/httpd-2.4-event-parent.txt").read_bytes().replace(b"REM HOST", b"REM GUEST")
    files = [{**plain, "name": name, "buffer": (CORPUS / name).read_bytes()} for name in names]
    page.get_by_label("Files").set_input_files([*files, {**plain, "buffer": text}])  # type: ignore[arg-type]
    page.get_by_role("button", name="Look").click()
    expect(page.locator("#findings")).to_contain_text("Deadlock in process 6565 on www1")
    expect(page.locator("#hosts tr", has_text="web7")).to_be_visible()
    _keeps_to_wcag_aa_and_to_its_width(page)
    page.get_by_role("link", name="Add snapshots").click()
    expect(page.get_by_text("3 snapshots were added")).to_be_visible()


def test_log_in_and_out(page: Page, site: Site) -> None:
    _log_in(page, site)
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    page.goto(f"{site.url}/issues?text=card")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    page.get_by_label("Name").fill("ann")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(f"{site.url}/issues?text=card")


def test_the_first_link_leads_to_the_first_traces(page: Page, site: Site, tmp_path: Path) -> None:
    page.goto(f"{site.url}/setup/{site.accounts.first_token()}")
    page.get_by_label("Name").fill("ann")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    page.get_by_role("button", name="Make a token").click()
    folder = tmp_path / "client"
    folder.mkdir()
    (folder / "app.log").write_text(CHAINED)
    (folder / "app.py").write_text(_recipe(page, "Python"))
    commands = [*_recipe(page, "curl").splitlines(), _recipe(page, "stacktraces push"), "python3 app.py"]
    direct = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    for command in commands:
        subprocess.run(["sh", "-c", command], cwd=folder, env=direct, capture_output=True, check=False)
    until(lambda: sum(issue.count for issue in site.store.known.issues()) == 4)
    page.goto(f"{site.url}/issues")
    expect(page.locator(".issues [data-count]")).to_have_text(["1", "1", "2"])  # <string>, app.py, app.log


def _recipe(page: Page, client: str) -> str:
    """What a person copies of the page that says how to send traces."""
    return page.locator(f'pre[data-copy="{client}"]').inner_text()


def test_resolve_and_see_it_regress_by_keys_while_it_comes_in(page: Page, site: Site) -> None:
    site.send(OTHER)
    _log_in(page, site)
    _shows(page, site, "ValueError: no card")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="All issues")).to_be_visible()
    page.wait_for_load_state("load")
    site.send(OTHER.replace("10:05", "10:06"))
    page.get_by_role("link", name="It was seen again").click()  # by server-sent events
    expect(page.locator("main [data-count]")).to_have_text("2")
    page.wait_for_load_state("load")
    page.keyboard.press("r")
    expect(page.locator("main .pill")).to_have_text("resolved")
    page.wait_for_load_state("load")
    page.keyboard.press("u")
    expect(page.locator(".issues .pill")).to_have_text("resolved")
    site.send(LATER)
    expect(page.locator(".issues [data-count]")).to_have_text("3")  # by server-sent events
    page.reload()
    expect(page.locator(".issues .pill")).to_have_text("regressed")


def test_merge_and_split(page: Page, site: Site) -> None:
    site.send(OTHER)
    site.send(CHAINED)
    _log_in(page, site)
    _shows(page, site, "ValueError: no card")
    _shows(page, site, "shop.CartError: no total")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Merge ticked").click()
    expect(page.locator("main [data-count]")).to_have_text("2")
    page.get_by_text("Mute, merge, split").click()
    page.get_by_role("button", name="Split").click()
    expect(page.locator("main [data-count]")).to_have_text("1")
    page.goto(f"{site.url}/issues")
    expect(page.locator(".issues > li")).to_have_count(2)


def _add_receivers(site: Site) -> None:
    """One that was sent a test, which failed, and one that is paused."""
    notices = site.application.state.notices
    notices.test(notices.add("shop", "json", "https://stacktraces.invalid/hook", ["new", "growing"]).id)
    other = notices.add("shop", "slack", "https://hooks.slack.com/services/T0/B0/x", ["regressed"])
    notices.pause(other.id, "paused by ann")


def _pages(page: Page, site: Site) -> Iterator[str]:
    """The paths of all pages, each in the state that holds most."""
    (issue, *_) = site.store.known.ids()
    spans = urlencode(
        {"from": "2026-02-01", "to": "2026-03-01", "and_from": "2026-03-01", "and_to": "2026-03-02"}
    )
    yield from (
        "/issues",
        f"/issues/{issue}",
        "/issues?text=nothing",
        f"/issues-compared?{spans}",
        "/compare",
    )
    yield from (
        "/start",
        "/people",
        "/notices",
        "/storage",
        "/scrubbing",
        "/tokens",
        "/account",
        "/fleet",
        "/look",
        "/nothing",
    )
    for text in (CHAINED + OTHER, "all is well"):
        yield page.request.post(f"{site.url}/look", data=text).text().strip().removeprefix(site.url)


def test_pages_keep_to_wcag_aa_and_to_their_width(chromium: Browser, site: Site) -> None:
    site.send(CHAINED)
    site.send(OTHER)
    _add_receivers(site)
    with page_of(chromium, refused=["/nothing"]) as page:
        _log_in(page, site)
        _shows(page, site, "ValueError: no card")
        _shows(page, site, "shop.CartError: no total")
        for path in _pages(page, site):
            page.goto(site.url + path)
            _keeps_to_wcag_aa_and_to_its_width(page)


def _keeps_to_wcag_aa_and_to_its_width(page: Page) -> None:
    path = urlsplit(page.url).path
    name = path.strip("/").replace("/", "-")
    for dark, width in ((False, NARROW), (True, 1200), (False, 1200)):
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.set_viewport_size({"width": width, "height": 900})
        if PICTURES:
            picture = Path(PICTURES) / f"{name}-{'dark' if dark else 'light'}-{width}.png"
            page.screenshot(path=picture, full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        if width > NARROW:
            found = Axe().run(page, options={"runOnly": COLOURS if dark else ALL_RULES})
            assert found.violations_count == 0, f"{path}: {found.generate_report()}"
