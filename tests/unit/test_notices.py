"""Notices on SQLite, and as they are documented."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stacktraces.known import Issue
from stacktraces.serve.notices import forms, messages
from stacktraces.serve.notices.messages import Content, Named, Project
from tests.notices_contract import NoticesContract

SHOP = Project("shop", "Shop")
HOSTILE = "<!channel> @channel ```\n</script> [x](https://evil.example) *a* _b_ \x1b[31m\u202e\udc80"


class TestNoticesOnSqlite(NoticesContract):
    @pytest.fixture
    def database(self, tmp_path: Path) -> str:
        return str(tmp_path / "site.db")


def _posted(name: str, content: Content, secret: str = "") -> tuple[dict[str, str], bytes]:
    """What a receiver of that form is sent."""
    sent: list[tuple[dict[str, str], bytes]] = []

    class Poster:
        def post(self, _: str, body: bytes, headers: dict[str, str]) -> None:
            sent.append((headers, body))

    form = forms.find(name)
    assert form is not None
    ways = forms.Ways(Poster, None)  # type: ignore[arg-type]
    form.send(forms.Parcel("msg_1", "https://r", secret, content), ways)
    (found,) = sent
    return found


def _texts(found: Any) -> Iterator[dict[str, Any]]:
    """Each text in a message of a chat, as the object that holds it."""
    if isinstance(found, dict):
        if isinstance(found.get("text"), str):
            yield found
        for each in found.values():
            yield from _texts(each)
    elif isinstance(found, list):
        for each in found:
            yield from _texts(each)


def _is_inert(form: str, holder: dict[str, Any]) -> bool:
    """Whether the chat shows the text that ``holder`` holds as it is."""
    text = holder["text"]
    if form == "slack":
        return holder.get("type") == "plain_text" or "<!" not in text
    if form == "teams":
        return re.search(r"(?<!\\)[<>`*_\[\]()]", text) is None
    return re.fullmatch(r"```\n[^`]+\n```\nhttps://s/issues(/1-00)?", text) is not None


@pytest.mark.parametrize("form", ["slack", "teams", "mattermost"])
@pytest.mark.parametrize("kind", ["issue", "digest"])
def test_chats_show_what_stands_in_a_trace_as_text(form: str, kind: str) -> None:
    issue = messages.about(Issue("1-00", HOSTILE), "https://s")
    one = messages.of_event("new", SHOP, issue, HOSTILE, None, "2026-03-01T10:00:00Z")
    many = messages.digest(SHOP, {"new": 12}, [Named("new", issue)], "https://s")
    headers, body = _posted(form, one if kind == "issue" else many)
    assert "webhook-signature" not in headers
    holders = [each for each in _texts(json.loads(body)) if "channel" in each["text"]]
    assert holders
    assert [each for each in holders if not _is_inert(form, each)] == []
    assert b"https://s/issues" in body
    assert "\u202e".encode() not in body
    assert b"\\u001b" not in body


def _blocks(language: str) -> list[str]:
    text = (Path(__file__).parents[2] / "docs" / "serve.md").read_text()
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_the_message_in_the_documents_is_one() -> None:
    (documented,) = (each for each in _blocks("json") if "issue.growing" in each)
    content = messages.decode(documented)
    assert json.loads(messages.encode(content)) == json.loads(documented)
    assert content.data.growth is not None
    assert content.data.reason == content.data.growth.reason


def test_the_receiver_in_the_documents_takes_what_is_signed_and_nothing_else() -> None:
    (documented,) = (each for each in _blocks("python") if "is_ours" in each)
    names: dict[str, Any] = {"base64": base64, "hashlib": hashlib, "hmac": hmac, "time": time}
    exec(documented, names)
    secret = "whsec_" + base64.b64encode(b"k" * 32).decode()
    headers, body = _posted("json", messages.test(SHOP, "https://s"), secret)
    assert names["is_ours"](headers, body, secret)
    assert not names["is_ours"](headers, body + b" ", secret)
    assert not names["is_ours"]({**headers, "webhook-id": "msg_2"}, body, secret)
    assert not names["is_ours"]({**headers, "webhook-timestamp": "1700000000"}, body, secret)
