"""Whether a statement of an SQLite schema holds nothing that could run when the store is read or changed."""

from __future__ import annotations

from .._regex import regex

TABLES: dict[str, tuple[str, ...]] = {
    "stacktraces_schema": ("version",),
    "stacktraces_issue": (
        "id",
        "title",
        "status",
        "resolved_at",
        "resolved_in",
        "link",
        "note",
        "muted_until",
    ),
    "stacktraces_alias": ("id", "issue_id"),
    "stacktraces_fingerprint": ("value", "issue_id", "count", "first_seen", "last_seen", "recording"),
    "stacktraces_exemplar": ("fingerprint", "issue_id", "position", "error"),
    "stacktraces_version": ("fingerprint", "issue_id", "version"),
    "stacktraces_sighting": ("day", "fingerprint", "count"),
    "stacktraces_stack": ("number", "issue_id", "fingerprint", "document"),
    "stacktraces_posting": ("token", "stack"),
    "stacktraces_token": ("token", "issues"),
    "stacktraces_state": ("name", "value"),
}
"""The columns of each table of :mod:`.schema`, for what must not wait for SQLAlchemy."""
INDEXES = (
    "ix_stacktraces_alias_issue_id",
    "ix_stacktraces_exemplar_issue_id",
    "ix_stacktraces_fingerprint_issue_id",
    "ix_stacktraces_fingerprint_recording",
    "ix_stacktraces_stack_fingerprint",
    "ix_stacktraces_stack_issue_id",
    "ix_stacktraces_version_issue_id",
)
_WORDS = frozenset(
    (
        *("create", "table", "index", "unique", "primary", "key", "not", "null", "collate", "asc", "desc"),
        *("foreign", "references", "on", "delete", "cascade", "text", "integer", "bigint"),
        *("without", "rowid"),
    )
)
_NAMES = frozenset((*TABLES, *INDEXES)).union(*TABLES.values())
_WORD = regex(r"\w+")
_PUNCTUATION = regex(r"[\w\s(),\"\[\]`]*+")


def is_plain(sql: object, name: str = "") -> bool:
    """The statement holds nothing that could run: only words of ours, and the ``name`` that it makes."""
    if not isinstance(sql, str) or not _PUNCTUATION.fullmatch(sql):
        return False
    words = {word.lower() for word in _WORD.findall(sql)}
    return words <= _WORDS | _NAMES | {name.lower()}
