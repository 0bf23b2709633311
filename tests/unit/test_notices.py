"""Notices on SQLite, and as they are documented."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from stacktraces.serve.notices import forms, messages
from tests.notices_contract import NoticesContract


class TestNoticesOnSqlite(NoticesContract):
    @pytest.fixture
    def database(self, tmp_path: Path) -> str:
        return str(tmp_path / "site.db")


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
    sent: list[tuple[dict[str, str], bytes]] = []

    class Poster:
        def post(self, _: str, body: bytes, headers: dict[str, str]) -> None:
            sent.append((headers, body))

    form, secret = forms.find("json"), "whsec_" + base64.b64encode(b"k" * 32).decode()
    assert form is not None
    content = messages.test(messages.Project("shop", "Shop"), "https://s")
    ways = forms.Ways(Poster, None)  # type: ignore[arg-type]
    form.send(forms.Parcel("msg_1", "https://r", secret, content), ways)
    ((headers, body),) = sent
    assert names["is_ours"](headers, body, secret)
    assert not names["is_ours"](headers, body + b" ", secret)
    assert not names["is_ours"]({**headers, "webhook-id": "msg_2"}, body, secret)
    assert not names["is_ours"]({**headers, "webhook-timestamp": "1700000000"}, body, secret)
