"""Mail: to a real server on loopback; what stands in a trace cannot add a header or a recipient."""

from __future__ import annotations

import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from stacktraces.errors import UsageError
from stacktraces.serve.notices import forms, messages
from stacktraces.serve.notices.mail import MailSettings, checked_address, mail_settings, send
from stacktraces.serve.notices.messages import About, Content, Named, Project
from stacktraces.serve.notices.outcome import Refused
from tests.live.programs import free_port

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH")

HOSTILE = "x\r\nBcc: eve@example.com\r\n\r\n<b>\x1b[31m\u202e\u2028\udc80" + "y" * 5000


class Box:
    """What a server has taken; refuses whom it is told to."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], EmailMessage]] = []
        self.answer = "250 OK"

    async def handle_RCPT(self, _s: Any, _session: Any, envelope: Any, address: str, _o: Any) -> str:
        if self.answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        mail = BytesParser(_class=EmailMessage, policy=email.policy.default).parsebytes(envelope.content)
        self.mails.append((envelope.rcpt_tos, mail))
        return "250 OK"


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def server(box: Box) -> Iterator[Controller]:
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=lambda *given: AuthResult(success=given[4].password == b"p:w/d", handled=False),
        auth_require_tls=False,
        auth_required=True,
    )
    controller.start()
    yield controller
    controller.stop()


def settings(server: Controller, password: str = "p%3Aw%2Fd") -> MailSettings:
    return mail_settings(
        f"smtp://ann:{password}@127.0.0.1:{server.port}/?from=errors@example.com&starttls=no"
    )


def about(title: str) -> About:
    return About(
        "1-00", messages._short(title), "open", 3, "https://s/issues/1-00", None, "2026-03-01T10:00:00Z"
    )


def sent(content: Content, server: Controller) -> None:
    form = forms.find("mail")
    assert form is not None
    ways = forms.Ways(lambda: pytest.fail("a mail is no webhook"), settings(server))
    form.send(forms.Parcel("msg_1", "team@example.com", "", content), ways)


def test_a_mail_is_short_plain_and_named(server: Controller, box: Box) -> None:
    sent(
        messages.of_event(
            "new", Project("shop", "Shop"), about("KeyError: 'x' in total"), "it is new", None, ""
        ),
        server,
    )
    ((recipients, mail),) = box.mails
    assert recipients == ["team@example.com"]
    assert mail["Subject"] == "New issue in Shop: KeyError: 'x' in total"
    assert mail["From"] == "errors@example.com"
    assert mail["Message-ID"] == "<msg_1@example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().splitlines() == [
        "seen 3 times, first 2026-03-01 10:00:00 UTC, last at an unknown time",
        "it is new",
        "",
        "https://s/issues/1-00",
    ]


def test_what_stands_in_a_trace_adds_no_header(server: Controller, box: Box) -> None:
    project = Project("shop", HOSTILE)
    sent(messages.of_event("regressed", project, about(HOSTILE), HOSTILE, None, ""), server)
    sent(messages.digest(project, {"new": 12}, [Named("new", about(HOSTILE))], "https://s"), server)
    assert len(box.mails) == 2
    for recipients, mail in box.mails:
        assert recipients == ["team@example.com"]
        assert mail["Bcc"] is None
        assert "\\r\\nBcc: eve@example.com" in str(mail["Subject"]).replace("\\x0d", "\\r")
        text = mail.get_content()
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert len(text) < 2000


def test_a_subject_that_comes_raw_is_one_line(server: Controller, box: Box) -> None:
    send(settings(server), "team@example.com", "a\r\nBcc: eve@example.com", "text", "1")
    ((recipients, mail),) = box.mails
    assert (recipients, mail["Bcc"], mail["Subject"]) == (
        ["team@example.com"],
        None,
        "a Bcc: eve@example.com",
    )


@pytest.mark.parametrize(("answer", "again"), [("450 busy", True), ("550 nobody", False)])
def test_a_recipient_that_is_refused(server: Controller, box: Box, answer: str, again: bool) -> None:
    box.answer = answer
    with pytest.raises(Refused, match=f"refuses the recipient .{answer[:3]}.") as refused:
        send(settings(server), "team@example.com", "s", "t", "1")
    assert refused.value.again is again


def test_a_wrong_password_is_said_without_it(server: Controller) -> None:
    with pytest.raises(Refused, match="refuses the user or the password") as refused:
        send(settings(server, "sesame"), "team@example.com", "s", "t", "1")
    assert "sesame" not in str(refused.value)


def test_a_server_that_is_away_is_tried_again() -> None:
    with pytest.raises(Refused, match="cannot be used") as refused:
        send(mail_settings("smtp://127.0.0.1:9/?from=a@b"), "team@example.com", "s", "t", "1")
    assert refused.value.again


def test_nothing_is_sent_without_tls_unless_that_is_said(server: Controller, box: Box) -> None:
    port = server.port
    for url in (f"smtp://127.0.0.1:{port}/?from=a@b", f"smtps://127.0.0.1:{port}/?from=a@b"):
        with pytest.raises(Refused, match="cannot be used"):
            send(mail_settings(url), "team@example.com", "s", "t", "1")
    assert box.mails == []


def test_urls_of_servers() -> None:
    full = mail_settings("smtp://a%40b:c%2F@mail.example.com/?from=errors@example.com")
    assert full == MailSettings("mail.example.com", 587, "errors@example.com", "starttls", "a@b", "c/")
    assert mail_settings("smtps://h?from=a@b").port == 465
    assert mail_settings("smtp://h?from=a@b&starttls=no").port == 25


@pytest.mark.parametrize(
    "url",
    [
        "", "mail.example.com", "http://h/?from=a@b", "smtp://:secret@?from=a@b", "smtp://u:secret@h", "smtp://u:secret@h:x/",
        "smtp://u:secret@h/?from=a", "smtp://u:secret@h/?from=a@b&more=1", "smtp://u:secret@h/?from=a@b&starttls=perhaps",
        "smtp://u:secret@h/path?from=a@b", "smtp://u:secret@[::1/?from=a@b",
    ],
)  # fmt: skip
def test_what_is_no_url_of_a_server(url: str) -> None:
    with pytest.raises(UsageError) as refused:
        mail_settings(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "", "team", "@example.com", "team@", "a@b, c@d", "a@b\r\nBcc: c@d", "Team <team@example.com>", "<a@b>", "a@b>",
        "tëam@example.com", "a b@example.com", "a@b@c", '"a\\"@b', "a@" + "b" * 300, "a@b;c@d", "a,b@c",
    ],
)  # fmt: skip
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(UsageError, match=r"team@example\.com"):
        checked_address(text)


def test_ordinary_addresses() -> None:
    for text in ("a@b", "first.last+tag@sub.example.com", "a@[127.0.0.1]"):
        assert checked_address(text) == text


def test_without_a_server_nobody_can_be_added() -> None:
    form = forms.find("mail")
    assert form is not None
    with pytest.raises(UsageError, match="--mail"):
        form.check("a@b", forms.Ways(lambda: pytest.fail("no webhook"), None))
