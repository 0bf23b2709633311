"""What people and programs do with receivers of notices, with its entry in the audit log."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, TypeAlias

from .accounts import Accounts
from .notices import Notices, Receiver
from .store import SiteStore

Action: TypeAlias = Literal["test", "pause", "resume", "remove"]
_TOLD: dict[Action, str] = {
    "test": "sent a test to",
    "pause": "paused",
    "resume": "resumed",
    "remove": "removed",
}
ACTIONS: tuple[Action, ...] = tuple(_TOLD)


class Receivers:
    """Changes receivers in the name of ``who``. Every method raises ``UsageError`` and ``StoreError``."""

    def __init__(self, store: SiteStore, accounts: Accounts, notices: Notices, who: str) -> None:
        self._store = store
        self._accounts = accounts
        self._notices = notices
        self._who = who

    def add(self, project: str, form: str, target: str, kinds: Collection[str]) -> Receiver:
        """Set one up."""
        with self._store.together():
            made = self._notices.add(project, form, target, kinds)
            self._note("made", made)
        return made

    def do(self, name: str, action: Action) -> Receiver:
        """Do ``action`` to the receiver ``name``; gives it as it was before."""
        receiver = self._notices.receiver(name)
        if action == "test":  # Its server is waited for: no transaction may last so long.
            self._notices.test(name)
            self._note(_TOLD[action], receiver)
            return receiver
        with self._store.together():
            if action == "remove":
                self._notices.remove(name)
            else:
                self._notices.pause(name, f"paused by {self._who}" if action == "pause" else None)
            self._note(_TOLD[action], receiver)
        return receiver

    def _note(self, told: str, receiver: Receiver) -> None:
        what = f"{told} the receiver {receiver.id}: {receiver.form} {receiver.shown}"
        self._accounts.did(self._who, what, receiver.project)
