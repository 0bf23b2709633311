"""An incoming webhook of Slack."""

from __future__ import annotations

from typing import Any

from ....pushing.chat import slack
from ..messages import Content, lines, subject
from ._form import webhook


def _body(content: Content) -> Any:
    return slack(subject(content), "\n".join(lines(content)), content.data.url)


FORM = webhook("Slack", _body)
