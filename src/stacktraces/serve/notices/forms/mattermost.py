"""An incoming webhook of Mattermost, whose text is Markdown: what is not ours stands in a block of code."""

from __future__ import annotations

from typing import Any

from ..messages import Content, lines, subject
from ._form import webhook


def _body(content: Content) -> Any:
    text = "\n".join([subject(content), *lines(content)]).replace("`", "'")
    return {"text": f"```\n{text}\n```\n{content.data.url}"}


FORM = webhook("Mattermost", _body)
