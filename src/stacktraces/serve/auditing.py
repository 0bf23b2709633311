"""What the site itself adds to the audit log: settings of a start that are others than those of the last."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from .accounts import Accounts
from .settings import Settings

SITE = "the site"
"""Who did it."""


class _Setting(NamedTuple):
    subject: str
    told: str
    unless: str
    """What holds where nobody said anything."""


def note_start(accounts: Accounts, settings: Settings) -> None:
    """Add which rules and limits hold, where others did before. Raises ``StoreError`` and ``OSError``."""
    for each in _settings(settings):
        last = accounts.log(subject=each.subject, most=1)
        if each.told != (last[0].text if last else each.unless):
            accounts.did(SITE, each.told, each.subject)


def _settings(settings: Settings) -> Iterator[_Setting]:
    none = "no rules of one's own"
    yield _Setting("issue rules", _file(settings.issue_rules) or none, none)
    yield _Setting("scrubbing rules", _file(settings.scrubbing_rules) or none, none)
    limits = settings.limits
    yield _Setting("limits", _limits(limits), _limits(type(limits)()))


def _file(path: str | None) -> str | None:
    """A file and what names its content."""
    if path is None:
        return None
    return f"{Path(path).name}, SHA-256 {hashlib.sha256(Path(path).read_bytes()).hexdigest()[:16]}"


def _limits(limits: msgspec.Struct) -> str:
    return ", ".join(f"{name} {value:,}" for name, value in msgspec.structs.asdict(limits).items())
