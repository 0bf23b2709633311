"""What holds of the interface for programs on every database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.serve_contract import TRACE, Site

HOOK = "https://hooks.example.com/services/T0/B0/sesame"


def trace(name: str) -> str:
    return TRACE.replace("cart", name).replace("total", name).replace("'x'", f"'{name}'")


class ApiContract:
    """A subclass has the fixture ``database``, which names one of no tables."""

    @pytest.fixture
    def site(self, tmp_path: Path, database: str) -> Iterator[Site]:
        site = Site(tmp_path, database)
        yield site
        site.store.close()

    @pytest.fixture
    def change(self, site: Site) -> dict[str, str]:
        return {"Authorization": f"Bearer {site.store.add_token('shop', 'change', 'robot')}"}

    def send(self, site: Site, *names: str) -> list[dict[str, Any]]:
        """Issues of these names, the first one first."""
        for number, name in enumerate(names):
            text = trace(name).replace("10:00:00", f"1{9 - number}:00:00")
            assert site.client.post("/api/text", content=text, headers=site.write).status_code == 202
        site.settle()
        issues: list[dict[str, Any]] = site.client.get("/api/issues", headers=site.read).json()["issues"]
        return issues

    def test_issues_are_listed_and_told_with_all_that_is_known_of_them(self, site: Site) -> None:
        first, second, third = self.send(site, "cart", "stock", "pay")
        assert (first["title"], first["count"], first["state"]) == ("KeyError: 'cart' in cart", 1, "open")
        assert first["last_seen"] == "2026-03-01T19:00:00Z"
        found = site.client.get(f"/api/issues/{first['id']}", headers=site.read).json()
        assert found["error"]["type"] == "KeyError"
        assert found["culprit"]["file"] == "/srv/shop/cart.py"
        assert found["hours"] == {"2026-03-01T19": 1}
        assert found["facets"]["own_file"] == {"/srv/shop/cart.py": 1}
        assert found["comments"] == found["similar"] == found["aliases"] == []

        def listed(query: str) -> list[str]:
            answer = site.client.get(f"/api/issues?{query}", headers=site.read)
            return [each["id"] for each in answer.json()["issues"]]

        ids = [each["id"] for each in (first, second, third)]
        assert listed("limit=2") == ids[:2]
        assert listed("sort=first_seen&limit=1") == ids[:1]
        assert listed("limit=2&offset=2") == ids[2:]
        assert listed("own_file=/srv/shop/pay.py") == listed("text=PAY") == ids[2:]
        assert listed("type=KeyError&project=shop&status=open") == ids
        assert listed("text=" + "x" * 1000) == listed("host=%00") == []

    def test_similar_issues_come_with_reasons(self, site: Site) -> None:
        lines = "".join(f'  File "/srv/shop/f{n}.py", line 1, in step{n}\n    x()\n' for n in range(8))
        head, last = TRACE.split('  File "/srv/shop/cart.py"')
        for more in ("", '  File "/srv/shop/more.py", line 2, in more\n    y()\n'):
            text = f'{head}{lines}{more}  File "/srv/shop/cart.py"{last}'
            site.client.post("/api/text", content=text, headers=site.write)
        site.settle()
        issues = site.client.get("/api/issues", headers=site.read).json()["issues"]
        assert len(issues) == 2
        found = site.client.get(f"/api/issues/{issues[0]['id']}", headers=site.read).json()["similar"]
        assert [each["id"] for each in found] == [issues[1]["id"]]
        assert "same type" in found[0]["reasons"]

    def test_an_issue_is_changed_by_a_token_that_may(self, site: Site, change: dict[str, str]) -> None:
        (issue,) = self.send(site, "cart")
        address = f"/api/issues/{issue['id']}"

        def done(action: str, **body: object) -> dict[str, Any]:
            answer = site.client.post(f"{address}/{action}", json=body, headers=change)
            assert answer.is_success, answer.text
            told: dict[str, Any] = answer.json()
            return told

        assert done("resolve", version="1.2")["resolved_in"] == "1.2"
        assert done("ignore")["state"] == "ignored"
        assert done("mute", until="count 1000")["muted_until"] == "count 1000"
        assert done("reopen")["status"] == "open"
        assert done("comments", text="look at this")["author"] == "token robot"
        assert site.client.get(address, headers=change).json()["comments"][0]["text"] == "look at this"
        log = site.application.state.accounts.log(subject=issue["id"])
        assert [(each.account, each.text) for each in log][-1] == ("token robot", "resolved in 1.2")
        for headers in (site.read, site.write):
            assert site.client.post(f"{address}/ignore", headers=headers).status_code == 403

    def test_issues_are_merged_and_split(self, site: Site, change: dict[str, str]) -> None:
        first, second = self.send(site, "cart", "stock")
        address = f"/api/issues/{first['id']}"
        merged = site.client.post(f"{address}/merge", json={"others": [second["id"]]}, headers=change).json()
        assert (merged["aliases"], merged["count"]) == ([second["id"]], 2)
        assert site.client.get(f"/api/issues/{second['id']}", headers=site.read).json()["id"] == first["id"]
        body = {"fingerprint": second["id"]}
        made = site.client.post(f"{address}/split", json=body, headers=change).json()
        assert (made["id"], made["count"]) == (second["id"], 1)
        again = site.client.post(f"{address}/split", json=body, headers=change)
        assert again.status_code == 409
        assert "is no fingerprint of" in again.json()["error"]

    def test_a_token_sees_its_project_alone(self, site: Site) -> None:
        (issue,) = self.send(site, "cart")
        site.store.add_project("other", "Other")
        stranger = {"Authorization": f"Bearer {site.store.add_token('other', 'change', 'o')}"}
        admin = {"Authorization": f"Bearer {site.store.add_token(None, 'admin', 'a')}"}
        assert site.client.get("/api/issues", headers=stranger).json() == {"issues": [], "total": 0}
        for path in ("", "/occurrences"):
            answer = site.client.get(f"/api/issues/{issue['id']}{path}", headers=stranger)
            assert answer.status_code == 404
        assert site.client.post(f"/api/issues/{issue['id']}/ignore", headers=stranger).status_code == 404
        assert site.client.get("/api/issues?project=shop", headers=stranger).status_code == 403
        assert site.client.get("/api/projects", headers=stranger).json()["projects"] == [
            {"id": "other", "name": "Other"}
        ]
        assert site.client.get("/api/issues?project=shop", headers=admin).json()["total"] == 1
        assert site.client.get("/api/issues?project=other", headers=admin).json()["total"] == 0
        assert site.client.post("/api/text", content=TRACE, headers=admin).status_code == 403

    def test_administrators_make_projects_and_tokens(self, site: Site, change: dict[str, str]) -> None:
        admin = {"Authorization": f"Bearer {site.store.add_token(None, 'admin', 'a')}"}
        project = {"id": "pay", "name": "Payments"}
        assert site.client.post("/api/projects", json=project, headers=change).status_code == 403
        assert site.client.post("/api/projects", json=project, headers=admin).status_code == 201
        assert site.client.post("/api/projects", json=project, headers=admin).status_code == 409
        wanted = {"kind": "write", "name": "ci"}
        made = site.client.post("/api/projects/pay/tokens", json=wanted, headers=admin).json()
        sent = site.client.post(
            "/api/text", content=TRACE, headers={"Authorization": f"Bearer {made['token']}"}
        )
        assert sent.status_code == 202
        assert site.client.post("/api/projects/nix/tokens", json=wanted, headers=admin).status_code == 404

    def test_administrators_say_who_is_told(self, site: Site, change: dict[str, str]) -> None:
        admin = {"Authorization": f"Bearer {site.store.add_token(None, 'admin', 'a')}"}
        path, wanted = "/api/projects/shop/receivers", {"form": "json", "target": HOOK, "kinds": ["new"]}
        assert site.client.post(path, json=wanted, headers=change).status_code == 403
        assert site.client.post("/api/projects/nix/receivers", json=wanted, headers=admin).status_code == 404
        inside = site.client.post(path, json=wanted | {"target": "http://127.0.0.1/"}, headers=admin)
        assert inside.status_code == 422
        assert "none of the public internet" in inside.json()["error"]
        made = site.client.post(path, json=wanted, headers=admin)
        assert made.status_code == 201
        told = made.json()
        assert told["secret"].startswith("whsec_")
        assert told["target"] == "https://hooks.example.com/…"
        own = f"/api/receivers/{told['id']}"
        assert site.client.post(f"{own}/pause", headers=change).status_code == 403
        assert site.client.post(f"{own}/pause", headers=admin).json()["paused"] == "paused by token a"
        (listed,) = site.client.get(path, headers=admin).json()["receivers"]
        assert (listed["id"], listed["kinds"], "secret" in listed) == (told["id"], ["new"], False)
        assert site.client.post(f"{own}/resume", headers=admin).json()["paused"] is None
        assert site.client.request("DELETE", own, headers=admin).json()["id"] == told["id"]
        assert site.client.request("DELETE", own, headers=admin).status_code == 404
        assert site.client.get(path, headers=admin).json() == {"receivers": []}
