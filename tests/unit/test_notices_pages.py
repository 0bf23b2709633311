"""The page where administrators say who is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.test_serve_pages import Site

URL = "https://hooks.example.com/services/T0/B0/sesame"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One for all tests: to log in takes long."""
    made = Site(tmp_path_factory.mktemp("site"))
    made.log_in()
    yield made
    made.store.close()


@pytest.fixture
def site(started: Site) -> Iterator[Site]:
    yield started
    for each, _ in started.application.state.notices.receivers():
        started.application.state.notices.remove(each.id)


def add(site: Site, target: str = URL, form: str = "json", **more: object):  # type: ignore[no-untyped-def]
    data = {"project": "shop", "form": form, "target": target, "kind": ["new", "growing"], **more}
    return site.post("/notices", data)


def only(site: Site) -> str:
    ((receiver, _),) = site.application.state.notices.receivers()
    return str(receiver.id)


def test_it_is_for_administrators(tmp_path: Path) -> None:
    site = Site(tmp_path)
    assert site.client.get("/notices").url.path == "/login"
    site.log_in("member")
    assert site.client.get("/notices").status_code == 403
    assert site.post("/notices", {"project": "shop"}, "/issues").status_code == 403
    assert site.post("/notices/1", {"action": "remove"}, "/issues").status_code == 403
    site.store.close()


def test_a_form_without_its_token_changes_nothing(site: Site) -> None:
    data = {"project": "shop", "form": "json", "target": URL, "kind": "new"}
    assert site.client.post("/notices", data=data).status_code == 403
    assert site.application.state.notices.receivers() == []


def test_the_secret_is_shown_once_and_the_url_never(site: Site) -> None:
    page = add(site).text
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]{44}", page)
    again = site.client.get("/notices").text
    assert secret not in again
    for text in (page, again, site.client.get("/people").text):
        assert "sesame" not in text
        assert "https://hooks.example.com/…" in text
    assert "admin</td><td>made the receiver" in site.client.get("/people").text
    assert "Told of new issues, fast-growing issues in Shop." in again


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"target": "http://169.254.169.254/latest"}, "--allow-private-webhooks"),
        ({"target": "ftp://example.com"}, "has to begin with https"),
        ({"kind": []}, "at least one kind"),
        ({"project": "none"}, "no such project"),
        ({"form": "../json"}, "A receiver is one of json, mail"),
        ({"form": "mail", "target": "a@b.example"}, "start it with --mail"),
    ],
)
def test_what_cannot_be_one_is_said(site: Site, more: dict[str, object], told: str) -> None:
    answer = add(site, **more)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert told in answer.text
    assert site.application.state.notices.receivers() == []


def test_a_test_says_why_it_failed_and_is_logged(site: Site) -> None:
    add(site, "https://127.1.2.3.nip.invalid/")
    page = site.post(f"/notices/{only(site)}", {"action": "test"}, "/notices")
    assert page.url.path == "/notices"
    assert "has no address" in page.text
    assert ">failed<" in page.text
    assert "sent a test to the receiver" in site.client.get("/people").text


def test_pause_resume_remove(site: Site) -> None:
    add(site)
    path = f"/notices/{only(site)}"
    assert "paused by admin" in site.post(path, {"action": "pause"}, "/notices").text
    assert "paused by admin" not in site.post(path, {"action": "resume"}, "/notices").text
    assert site.post(path, {"action": "explode"}, "/notices").status_code == 422
    assert "Nobody is told yet" in site.post(path, {"action": "remove"}, "/notices").text
    assert site.post(path, {"action": "test"}, "/notices").status_code == 422


def test_a_project_has_a_bounded_number_of_receivers(site: Site) -> None:
    for _ in range(20):
        site.application.state.notices.add("shop", "json", URL, ["new"])
    assert "remove one first" in add(site).text
