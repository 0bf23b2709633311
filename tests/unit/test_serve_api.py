"""The interface for programs on SQLite, its errors, and the document of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate
from prometheus_client.parser import text_string_to_metric_families
from starlette.routing import Route
from starlette.testclient import TestClient

from stacktraces._folder import modules_in
from stacktraces.serve import routes
from stacktraces.serve.api import ApiRoute
from stacktraces.serve.routes.issues import IssueQuery
from stacktraces.serve.store import Filter
from tests.serve_api_contract import ApiContract, trace
from tests.serve_contract import Site


class TestApiOnSqlite(ApiContract):
    @pytest.fixture
    def database(self, tmp_path: Path) -> str:
        return str(tmp_path / "site.db")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One for all tests below; it holds an issue."""
    folder = tmp_path_factory.mktemp("site")
    site = Site(folder, str(folder / "site.db"))
    site.client.post("/api/text", content=trace("cart"), headers=site.write)
    site.settle()
    yield site
    site.store.close()


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("limit=x", "The query is wrong: Expected `int`, got `str` - at `$.limit`."),
        ("limit=201", "The query is wrong: Expected `int` <= 200 - at `$.limit`."),
        ("colour=red", "The query is wrong: Object contains unknown field `colour`."),
    ],
)
def test_a_wrong_query_is_told_in_a_sentence(site: Site, query: str, says: str) -> None:
    answer = site.client.get(f"/api/issues?{query}", headers=site.read)
    assert (answer.status_code, answer.json()) == (400, {"error": says})


@pytest.mark.parametrize(
    ("action", "body", "status", "says"),
    [
        (
            "mute",
            b'{"until": "soon"}',
            422,
            "Say until when: date 2027-01-31, version 1.4 or count 1000.",
        ),
        ("merge", b'{"others": ["9-9"]}', 404, "No issue is called 9-9; GET /api/issues lists them."),
        ("resolve", b"[" * 5000, 422, "The body is wrong: Expected `object`, got `array`."),
        ("comments", b'{"text": "a', 400, "The body is no JSON: Input data was truncated."),
        (
            "comments",
            b'{"text": ""}',
            422,
            "The body is wrong: Expected `str` of length >= 1 - at `$.text`.",
        ),
    ],
)
def test_a_wrong_change_is_told_in_a_sentence(
    site: Site, action: str, body: bytes, status: int, says: str
) -> None:
    (issue,) = site.store.known.ids()
    change = {"Authorization": f"Bearer {site.store.add_token('shop', 'change', 'robot')}"}
    answer = site.client.post(f"/api/issues/{issue}/{action}", content=body, headers=change)
    assert (answer.status_code, answer.json()) == (status, {"error": says})


def test_what_nobody_foresaw_is_told_in_a_sentence(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(site.store, "issues", fail)
    client = TestClient(site.application, raise_server_exceptions=False)
    answer = client.get("/api/issues", headers=site.read)
    assert (answer.status_code, answer.json()) == (
        500,
        {"error": "The site failed: its log says why; please report it."},
    )


@pytest.mark.parametrize(
    ("method", "path", "status", "says"),
    [
        ("GET", "/api/nothing", 404, "There is nothing at this address;"),
        ("DELETE", "/api/issues", 405, "This address does not take this method;"),
        ("GET", "/api/issues", 401, "Send the header Authorization: Bearer TOKEN."),
    ],
)
def test_what_no_route_takes(site: Site, method: str, path: str, status: int, says: str) -> None:
    answer = site.client.request(method, path)
    assert answer.status_code == status
    assert answer.json()["error"].startswith(says)


def test_an_upload_is_told_and_given_back(site: Site) -> None:
    text = trace("cart").encode()
    made = site.client.post("/api/uploads?name=app.log", content=text)
    assert made.status_code == 201
    upload = made.json()
    assert (upload["kind"], upload["name"], upload["size"]) == ("trace", "app.log", len(text))
    address = f"/api/uploads/{upload['id']}"
    assert site.client.get(address).json() == upload
    assert site.client.get(f"{address}/text").content == text
    (group,) = site.client.get(f"{address}/result").json()["groups"]
    assert group["error"]["type"] == "KeyError"
    assert site.client.get("/api/uploads/nothing").status_code == 404
    assert site.client.post("/api/uploads", content=b" ").status_code == 400


def test_whatever_issues_are_chosen_by_is_a_parameter() -> None:
    paging = {"limit", "offset"}
    assert set(IssueQuery.__struct_fields__) - paging == set(Filter.__struct_fields__)


def test_metrics_are_what_prometheus_reads(tmp_path: Path) -> None:
    site = Site(tmp_path, str(tmp_path / "site.db"))
    token = {"Authorization": f"Bearer {site.store.add_token(None, 'metrics', 'prometheus')}"}
    assert site.client.get("/metrics", headers=site.read).status_code == 403
    for content in (trace("cart"), "x" * 20_000, trace("stock")):
        site.client.post("/api/text", content=content, headers=site.write)
    waiting = _samples(site, token)
    assert waiting["stacktraces_waiting", ()] == 2
    assert waiting["stacktraces_waiting_oldest_seconds", ()] > 0
    assert ("stacktraces_issues", (("status", "open"),)) not in waiting
    site.application.state.worker.empty()
    site.application.state.spool.put("shop", "sentry", b"no envelope")
    site.application.state.worker.empty()
    found = _samples(site, token)
    assert found["stacktraces_stored_occurrences_total", ()] == 2
    assert found["stacktraces_storing_seconds_count", ()] == 2
    assert found["stacktraces_not_stored_total", (("why", "unreadable"),)] == 1
    assert found["stacktraces_database_errors_total", ()] == found["stacktraces_waiting", ()] == 0
    assert found["process_resident_memory_bytes", ()] > 1 << 20
    sent = {"202": 2, "413": 1}
    for status, count in sent.items():
        labels = (("operation", "send_text"), ("status", status))
        assert found["stacktraces_answers_total", labels] == count
    site.store.close()


def _samples(site: Site, token: dict[str, str]) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    answer = site.client.get("/metrics", headers=token)
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        (each.name, tuple(sorted(each.labels.items()))): each.value
        for family in text_string_to_metric_families(answer.text)
        for each in family.samples
    }


def _described(document: dict[str, Any]) -> set[tuple[str, str]]:
    return {(method.upper(), path) for path, item in document["paths"].items() for method in item}


def test_the_document_has_each_route_for_programs_and_no_other(site: Site) -> None:
    document = site.client.get("/openapi.json").json()
    validate(document)
    known = [each for each in site.application.routes if isinstance(each, Route)]
    described = {(each.method, each.path_format) for each in known if isinstance(each, ApiRoute)}
    assert _described(document) == described
    room = [route for module in modules_in(routes.__name__, routes.__path__) for route in module.routes]
    assert [each.path for each in room if not isinstance(each, ApiRoute)] == []
    names = [each["operationId"] for item in document["paths"].values() for each in item.values()]
    assert len(names) == len(set(names))
    assert all(each["summary"] for item in document["paths"].values() for each in item.values())
