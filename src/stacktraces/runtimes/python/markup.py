"""Tracebacks behind a tag of HTML or XML: character references are put back, and the closing tag ends them.

===========  ==================================================================  =========================
line         sample                                                              what comes next
===========  ==================================================================  =========================
header       ``<pre>Traceback (most recent call last):``, ``<![CDATA[Trace…``    frame
frame        ``  File &quot;/srv/app.py&quot;, line 3, in f``                    source, frame, error
error        ``KeyError: &#x27;fig&#x27;</pre>``                                 end, further lines, tag
tag          ``</pre>``, ``]]></failure>``                                       nothing
===========  ==================================================================  =========================
"""

from __future__ import annotations

from ..._regex import regex
from ...model import Frame
from .lines import Lines, Members

_OPENING = regex(r".{0,400}(?:<[A-Za-z][\w:-]{0,32}(?:\s[^<>]{0,300})?>|<!\[CDATA\[)\s*$")
_CLOSING = regex(r"\]\]>|</[A-Za-z][\w:-]{0,32}>")


def opens_markup(prefix: str) -> bool:
    """Whether ``prefix``, which stands before a header on its line, ends with a tag."""
    return _OPENING.match(prefix) is not None


class MarkupLines:
    """``lines`` as text, up to the closing tag."""

    def __init__(self, lines: Lines, tag: str) -> None:
        """``tag`` is what stands before the header on its line, the current one."""
        self.whole = lines.whole
        self._lines = lines
        self._start = lines.mark()
        self._tag = tag
        self._literal = tag.rstrip().endswith("[CDATA[")
        self._end: int | None = None
        """The mark behind the line with the closing tag."""

    @property
    def line(self) -> str | None:
        line = self._lines.line
        if line is None or (self._end is not None and self._lines.mark() >= self._end):
            return None
        if self._lines.mark() == self._start:
            return line.removeprefix(self._tag)
        closing = self._closing(line)
        if closing == 0:
            return None
        line = line if closing is None else line[:closing]
        if self._literal:
            return line
        import html  # Its table of entities takes long to import, and few logs hold HTML.

        return html.unescape(line)

    def _closing(self, line: str) -> int | None:
        found = _CLOSING.search(line) if ">" in line else None
        return None if found is None or (self._literal and found.group() != "]]>") else found.start()

    def advance(self) -> None:
        line = (self._lines.line or "") if self._lines.mark() != self._start else ""
        self._lines.advance()
        if self._end is None and self._closing(line) is not None:
            self._end = self._lines.mark()

    def mark(self) -> int:
        return self._lines.mark()

    def reset(self, mark: int) -> None:
        self._lines.reset(mark)

    def members(self) -> Members | None:
        return self._lines.members()

    def plain_frames(self) -> list[Frame]:
        return []
