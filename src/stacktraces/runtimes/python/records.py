"""Where a log record starts, or an input at one of Python's prompts: a trace before it has ended."""

from __future__ import annotations

import re

from ..._regex import regex
from ...log_records import records

_PROMPTS = r">>> |In \[\d+\]: "
RECORD_START = rf"(?:{records.RECORD_START}|{_PROMPTS})"
"""A regular expression, for text and (encoded) for bytes."""

_PROMPT = regex(_PROMPTS)


def starts_record(line: str, learnt: re.Pattern[str] | None = None) -> bool:
    """Whether ``line`` starts a log record or follows a prompt; see :func:`records.starts_record`."""
    return records.starts_record(line, learnt) or _PROMPT.match(line, line.rfind("\r") + 1) is not None
