"""A workflow of Microsoft Teams that posts what it is sent."""

from __future__ import annotations

from typing import Any

from ....pushing.chat import teams
from ..messages import Content, lines, subject
from ._form import webhook


def _body(content: Content) -> Any:
    return teams(subject(content), lines(content), content.data.url)


FORM = webhook("Microsoft Teams", _body)
