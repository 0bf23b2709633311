"""What the kernel puts before each line, and the lines of one of its writers among those of others.

=====================================================  ==============================================
sample                                                 printed by
=====================================================  ==============================================
``[   55.468844] BUG: …``                              the console, ``dmesg``
``[   55.468844][   T28] BUG: …``                      the same with the task (T) or processor (C)
``[   55.468844] [     T28] BUG: …``                   ``dmesg`` of util-linux 2.41
``<4>[   55.468844] BUG: …``                           ``dmesg --raw``, a serial console's log
``kern  :warn  : [   55.468844] BUG: …``               ``dmesg --decode``
``[Thu Mar 11 10:22:33 2021] BUG: …``                  ``dmesg --ctime``
``[Mar11 10:22] BUG: …``, ``[  +0.001211] Call Trace:``  ``dmesg --reltime``, ``dmesg --human``
``2021-03-11T10:22:33,123456+01:00 BUG: …``            ``dmesg --time-format iso``
``4,1234,55468844,-,caller=T28;BUG: …``                ``/dev/kmsg``
``[   55.468844]  (1)[28:kworker/1:0]BUG: …``          kernels of some phones
``Mar 11 10:22:33 web1 kernel: [   55.468844] BUG: …``  syslog, journalctl
``[   55.468844] web1 kernel: BUG: …``                 ``journalctl -o short-monotonic``
=====================================================  ==============================================
"""

from __future__ import annotations

from collections.abc import Callable

from ..._regex import regex
from ...cursor import Cursor

_SYSLOG = (
    r"(?:(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})?|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S{0,20}"
    r"|[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \w{1,6}|\d{10}\.\d{6}) )?"
    r"[\w.:-]{1,255}+ kernel: "
)
_CALLER = r"(?: ?\[ *+(?P<mark>[TC]\d{1,9})\])?(?: {1,2}\(\d{1,3}\)\[(?P<task>\d{1,7}:[^\]\n]{1,40})\])? ?"
_PREFIX = regex(
    r"\d{1,3},\d{1,12},\d{1,20},[-c+](?:,caller=(?P<caller>[TC]\d{1,9}))?(?:,[\w=]{1,40})*+;"
    rf"|(?:{_SYSLOG})?(?:<\d{{1,3}}>|[a-z]{{1,8}} *+:[a-z]{{1,6}} *+: )?"
    r"(?:\[ *+\+?\d{1,9}\.\d{6}(?: <[ \d.]{1,16}>)?\]|\[[A-Z][a-z]{2} ?\d{1,2} \d\d:\d\d\]"
    r"|\[[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\]"
    rf"|\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d,\d{{6}}[+-]\d\d:\d\d){_CALLER}(?:[\w.:-]{{1,255}}+ kernel: )?"
    rf"| ?\(\d{{1,3}}\)\[(?P<alone>\d{{1,7}}:[^\]\n]{{1,40}})\]|{_SYSLOG}|<\d{{1,3}}>"
)
_FOREIGN_LINES = 200
"""Lines of other writers that may stand between two of one."""


def split(line: str) -> tuple[str | None, str]:
    """Who wrote a line, ``None`` where it does not say, and its text."""
    found = _PREFIX.match(line)
    if found is None:
        return None, line
    return found["caller"] or found["mark"] or found["task"] or found["alone"], line[found.end() :]


class KernelLines:
    """The lines of the writer that the cursor's line is of, without what stands before them."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.writer, self._text = split(cursor.line or "")
        self._at = cursor.offset

    @property
    def text(self) -> str | None:
        """The current line's text; ``None`` at the end."""
        line = self.cursor.line
        if line is None:
            return None
        if self.cursor.offset != self._at:
            self._at, self._text = self.cursor.offset, split(line)[1]
        return self._text

    def advance(self, pass_over: Callable[[Cursor], None] | None = None) -> None:
        """Go to the writer's next line; where none is near, to the line behind.

        ``pass_over`` is told of each line of others between.
        """
        self.cursor.advance()
        here = self.cursor.offset
        for _ in range(_FOREIGN_LINES):
            line = self.cursor.line
            if line is None or self.writer is None or split(line)[0] in (self.writer, None):
                return
            if pass_over is not None:
                pass_over(self.cursor)
            self.cursor.advance()
        self.cursor.seek(here)

    def back(self) -> bool:
        """Go to the writer's line before; False, and no move, where none is near."""
        here = self.cursor.offset
        for _ in range(_FOREIGN_LINES):
            if not self.cursor.back():
                break
            if split(self.cursor.line or "")[0] == self.writer:
                return True
        self.cursor.seek(here)
        return False
