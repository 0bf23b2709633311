"""Messages of chat services: a title, lines, and a link. What is given is shown as it is, never as markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

_LONGEST_TITLE = 150
_LONGEST_TEXT = 2900
_OPEN = "Open it"


def slack(title: str, text: str, link: str | None = None) -> Any:
    """An incoming webhook of Slack: in ``plain_text`` no markup, mention or link is known.

    ``link`` is the address of a page, without anything of a trace in it.
    """
    blocks: list[Any] = [
        {"type": "header", "text": {"type": "plain_text", "text": title[:_LONGEST_TITLE], "emoji": False}}
    ]
    if text:
        shown = {"type": "plain_text", "text": text[:_LONGEST_TEXT], "emoji": False}
        blocks.append({"type": "section", "text": shown})
    if link is not None:
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": f"<{link}|{_OPEN}>"}})
    return {"text": _escaped(title)[:_LONGEST_TITLE], "blocks": blocks}


def _escaped(text: str) -> str:
    """Slack's escapes; what it would take for a mention has ``<`` in front."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def teams(title: str, lines: Sequence[str], link: str | None = None) -> Any:
    """A message of Teams' workflows: an adaptive card. Its texts know some Markdown, which is escaped."""
    content: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            {"type": "TextBlock", "text": _inert(title), "weight": "bolder", "wrap": True},
            *({"type": "TextBlock", "text": _inert(line), "wrap": True} for line in lines),
        ],
    }
    if link is not None:
        content["actions"] = [{"type": "Action.OpenUrl", "title": _OPEN, "url": link}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}
    return {"type": "message", "attachments": [attachment]}


def _inert(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]()#+!|~<>-])", r"\\\1", text)
