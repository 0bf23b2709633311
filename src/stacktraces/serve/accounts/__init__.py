"""Who may use the site: accounts, sessions, comments and the audit log."""

from __future__ import annotations

from .accounts import Account, Accounts, Entry, Role

__all__ = ["Account", "Accounts", "Entry", "Role"]
