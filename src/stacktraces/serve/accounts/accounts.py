"""Accounts, sessions, comments and the audit log in the site's database."""

from __future__ import annotations

import functools
import secrets
import threading
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple, TypeAlias, get_args

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, func, select

from ...errors import UsageError
from ...known import times
from ...known.issue import clean
from ...known.sql import SqlStore
from ..tokens import digest
from .attempts import Attempts
from .tables import ACCOUNT, AUDIT, COMMENT, SESSION

Role: TypeAlias = Literal["admin", "member", "viewer"]
SESSION_DAYS = 14
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 256
_LONGEST_NAME = 80
_HASHED_AT_ONCE = 2
_LONGEST_COMMENT = 10_000


class Account(msgspec.Struct, frozen=True):
    """A person who may log in."""

    name: str
    role: Role

    @property
    def may_change(self) -> bool:
        """May change issues; a viewer only looks."""
        return self.role != "viewer"


class Entry(NamedTuple):
    """What somebody wrote, or did, and when (ISO 8601 in UTC)."""

    at: str
    account: str
    text: str
    subject: str


class Accounts:
    """Every method raises ``StoreError`` where the database fails."""

    def __init__(self, known: SqlStore) -> None:
        self._store = known
        self._hasher = PasswordHasher()
        # Each takes 64 MB.
        self._hashing = threading.BoundedSemaphore(_HASHED_AT_ONCE)
        self.attempts = Attempts()
        self._first: str | None = None

    def first_token(self) -> str | None:
        """The secret that lets somebody make the first administrator; ``None`` where there is an account."""
        if self._count():
            self._first = None
        elif self._first is None:
            self._first = secrets.token_urlsafe(16)
        return self._first

    def add_first(self, token: str, name: str, password: str) -> Account:
        """Make the first administrator; the token is of no use afterwards. Raises ``UsageError``."""
        wanted = self.first_token()
        if wanted is None or not secrets.compare_digest(wanted.encode(), token.encode()):
            raise UsageError("This link was used, or is none of this start of the site.")
        return self._add(name, password, "admin", name.strip(), "set up the site", "")

    def add(self, name: str, password: str, role: Role, *, by: str = "") -> Account:
        """Make an account, as ``by`` asks. Raises ``UsageError`` for what cannot be one."""
        return self._add(name, password, role, by, f"made the {role}", name.strip())

    def _add(self, name: str, password: str, role: Role, by: str, told: str, of: str) -> Account:
        name = name.strip()
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            raise UsageError(f"A name has 1 to {_LONGEST_NAME} characters that can be printed.")
        if role not in get_args(Role):
            raise UsageError(f"A role is one of {', '.join(get_args(Role))}.")
        stored = self._hashed(password)
        row = {"name": name, "password": stored, "role": role, "created": times.now()}
        with self._store.connection(writes=True) as connection:
            if connection.scalar(select(ACCOUNT.c.name).where(ACCOUNT.c.name == name)) is not None:
                raise UsageError(f"There is an account {name} already.")
            connection.execute(ACCOUNT.insert().values(row))
            _note(connection, by, told, of)
        return Account(name, role)

    def change_password(self, name: str, old: str, new: str) -> None:
        """Set the password of an account and end its sessions. Raises ``UsageError``."""
        if not self._is_password(name, old):
            raise UsageError("The password that you have now is another one.")
        stored = self._hashed(new)
        with self._store.connection(writes=True) as connection:
            connection.execute(ACCOUNT.update().where(ACCOUNT.c.name == name).values(password=stored))
            connection.execute(SESSION.delete().where(SESSION.c.account == name))
            _note(connection, name, "changed the password", name)

    def remove(self, name: str, *, by: str = "") -> None:
        """End an account and its sessions, as ``by`` asks.

        Raises ``UsageError``: it is none, or the only administrator's.
        """
        with self._store.connection(writes=True) as connection:
            role = connection.scalar(select(ACCOUNT.c.role).where(ACCOUNT.c.name == name))
            if role is None:
                raise UsageError("There is no such account; it may have been removed already.")
            others = (ACCOUNT.c.role == "admin") & (ACCOUNT.c.name != name)
            if not connection.scalar(select(func.count()).select_from(ACCOUNT).where(others)):
                raise UsageError("This is the only administrator: make another one first.")
            connection.execute(ACCOUNT.delete().where(ACCOUNT.c.name == name))
            connection.execute(SESSION.delete().where(SESSION.c.account == name))
            _note(connection, by, "removed the account", name)

    def everybody(self) -> list[Account]:
        """All accounts, by name."""
        with self._store.connection(writes=False) as connection:
            rows = connection.execute(select(ACCOUNT.c.name, ACCOUNT.c.role).order_by(ACCOUNT.c.name))
            return [Account(row[0], row[1]) for row in rows]

    def log_in(self, name: str, password: str) -> str | None:
        """The token of a new session; ``None`` where name or password is wrong.

        An unknown name takes as long as a wrong password.
        """
        return self.begin(name.strip()) if self._is_password(name.strip(), password) else None

    @functools.cached_property
    def _nobody(self) -> str:
        """A hash of no password, which is compared where there is no account."""
        return self._hasher.hash(secrets.token_hex())

    def _is_password(self, name: str, password: str) -> bool:
        nobody = self._nobody  # made at the first try of anybody: it must not tell that there is no account
        with self._store.connection(writes=False) as connection:
            stored = connection.scalar(select(ACCOUNT.c.password).where(ACCOUNT.c.name == name))
        try:
            with self._hashing:
                self._hasher.verify(stored or nobody, password[: LONGEST_PASSWORD + 1])
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    def _hashed(self, password: str) -> str:
        """What is kept of a new ``password``. Raises ``UsageError`` for one that cannot be taken."""
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise UsageError(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
        with self._hashing:
            return self._hasher.hash(password)

    def begin(self, name: str) -> str:
        """The token of a new session of the account ``name``; only its digest is kept."""
        token = secrets.token_urlsafe(32)
        until = (datetime.now(UTC) + timedelta(days=SESSION_DAYS)).strftime("%Y-%m-%dT%H:%M:%SZ")
        with self._store.connection(writes=True) as connection:
            connection.execute(SESSION.delete().where(SESSION.c.until < times.now()))
            row = {"digest": digest(token), "account": name, "until": until}
            connection.execute(SESSION.insert().values(row))
        return token

    def of_session(self, token: str) -> Account | None:
        """Whose session it is; ``None`` where it is none, or over."""
        wanted = (SESSION.c.digest == digest(token)) & (SESSION.c.until >= times.now())
        statement = select(ACCOUNT.c.name, ACCOUNT.c.role).join(SESSION, SESSION.c.account == ACCOUNT.c.name)
        with self._store.connection(writes=False) as connection:
            row = connection.execute(statement.where(wanted)).one_or_none()
        return Account(row[0], row[1]) if row is not None else None

    def end(self, token: str) -> None:
        """End a session."""
        with self._store.connection(writes=True) as connection:
            connection.execute(SESSION.delete().where(SESSION.c.digest == digest(token)))

    def comment(self, subject: str, account: str, text: str) -> None:
        """Keep what somebody says of the issue ``subject``. Raises ``UsageError`` where that is too long."""
        if not text.strip() or len(text) > _LONGEST_COMMENT:
            raise UsageError(f"A comment has 1 to {_LONGEST_COMMENT:,} characters.")
        row = {"subject": subject, "account": account, "written": times.now(), "text": clean(text)}
        with self._store.connection(writes=True) as connection:
            connection.execute(COMMENT.insert().values(row))

    def comments(self, subjects: list[str]) -> list[Entry]:
        """What was said of the issues of those ids, the oldest first."""
        columns = COMMENT.c
        statement = select(columns.written, columns.account, columns.text, columns.subject)
        statement = statement.where(columns.subject.in_(subjects)).order_by(columns.number)
        with self._store.connection(writes=False) as connection:
            return [Entry(*row) for row in connection.execute(statement)]

    def did(self, account: str, action: str, subject: str) -> None:
        """Add to the audit log: within ``together`` of the store, only where the rest is done as well."""
        with self._store.connection(writes=True) as connection:
            _note(connection, account, action, subject)

    def log(self, *, subject: str | None = None, most: int = 200) -> list[Entry]:
        """What was done last, to one issue or to all, the latest first."""
        statement = select(AUDIT.c.at, AUDIT.c.account, AUDIT.c.action, AUDIT.c.subject)
        if subject is not None:
            statement = statement.where(AUDIT.c.subject == subject)
        with self._store.connection(writes=False) as connection:
            rows = connection.execute(statement.order_by(AUDIT.c.number.desc()).limit(most))
            return [Entry(*row) for row in rows]

    def _count(self) -> int:
        with self._store.connection(writes=False) as connection:
            return connection.scalar(select(func.count()).select_from(ACCOUNT)) or 0


def _note(connection: Connection, account: str, action: str, subject: str) -> None:
    row = {"at": times.now(), "account": account, "action": clean(action), "subject": subject}
    connection.execute(AUDIT.insert().values(row))
