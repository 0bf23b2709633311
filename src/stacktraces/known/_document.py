"""A baseline file's text: TOML, an entry an issue, sorted, each entry left as it is until it changes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

import msgspec
import tomli_w

from .. import _toml
from .._regex import regex
from ..errors import StoreError
from ..model import Status
from ..render._safe import safe
from . import _layout, mute, times
from ._sound import is_too_large
from .exemplar import ErrorData, from_data, to_data
from .issue import MOST, Issue, Stack

FORMAT = 2
"""Since 2 an exemplar names its runtime."""
_CONFLICT = regex(r"^(<{7}|>{7}|={7}|\|{7})(?=[ \n]|\Z)", re.MULTILINE)
_MARK = regex(r"^format[ \t]*+=", re.MULTILINE)


class Entry(msgspec.Struct):
    """An issue, and where and how it stands in the file."""

    issue: Issue
    line: int = 1
    text: str | None = None
    """Its text as it stood; ``None`` for an issue that changed."""


class _StackData(ErrorData, forbid_unknown_fields=True, kw_only=True):
    fingerprint: str
    count: int = 0
    first_seen: str | None = None
    last_seen: str | None = None
    versions: list[str] = msgspec.field(default_factory=list)


class _IssueData(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    status: Status = "open"
    resolved_at: str | None = None
    resolved_in: str | None = None
    muted_until: str | None = None
    link: str | None = None
    note: str | None = None
    aliases: list[str] = []
    stacks: list[_StackData] = []


def read(text: str, name: str) -> tuple[str, dict[str, Entry]]:
    """The head's comments and the entries of a baseline called ``name``.

    Raises ``StoreError`` that names file and line of the first thing that is wrong.
    """
    wrong: list[StoreError] = []
    head, entries = _read(text, name, wrong)
    if wrong:
        raise wrong[0]
    return head, entries


def complaints(text: str, name: str) -> list[str]:
    """All that is wrong with a baseline called ``name``, a sentence each."""
    wrong: list[StoreError] = []
    try:
        _read(text, name, wrong)
    except StoreError as error:
        wrong.append(error)
    return [str(each) for each in wrong]


def _read(text: str, name: str, wrong: list[StoreError]) -> tuple[str, dict[str, Entry]]:
    """The same; adds to ``wrong`` what is wrong with entries, which are left out then."""
    try:
        data = _toml.loads(text)
        head, parts = _layout.split(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(text, name, error) from error
    _check_top(data, name, text)
    entries: dict[str, Entry] = {}
    for issue_id, fields in data.get("issues", {}).items():
        line, part = parts.get(issue_id, (1, None))
        try:
            entries[issue_id] = Entry(_issue(issue_id, fields, f"{name}:{line}"), line, part)
        except StoreError as error:
            wrong.append(error)
    wrong += _shared(entries, name)
    return head, entries


def is_marked(text: str) -> bool:
    """``text`` names the format of a baseline, as all do that were written here."""
    return _MARK.search(text) is not None


def _syntax_error(text: str, name: str, error: tomllib.TOMLDecodeError) -> StoreError:
    marker = _CONFLICT.search(text)
    if marker is not None:
        line = text.count("\n", 0, marker.start()) + 1
        return StoreError(
            f"{name}:{line}: the conflict marker {marker.group(1)} of a merge was left there; keep what is "
            "right of both sides and take the markers out. Nothing was changed."
        )
    reason, _, place = str(error).rpartition(" (at ")
    found = re.match(r"line (\d+)", place)
    line = int(found.group(1)) if found else text.rstrip().count("\n") + 1
    return StoreError(f"{name}:{line}: this is not TOML ({reason or error}); nothing was changed.")


def _check_top(data: dict[str, Any], name: str, text: str) -> None:
    unknown = sorted(data.keys() - {"format", "issues"})
    if unknown:
        line = next((n for n, each in enumerate(text.split("\n"), 1) if unknown[0] in each), 1)
        raise StoreError(f"{name}:{line}: unknown key {unknown[0]!r}; nothing was changed.")
    version = data.get("format", FORMAT)
    if not isinstance(version, int) or version > FORMAT:
        raise StoreError(
            f"{name} has format {version!r} and this stacktraces reads up to {FORMAT}; "
            "upgrade stacktraces. Nothing was changed."
        )
    if not isinstance(data.get("issues", {}), dict):
        raise StoreError(f"{name}:1: 'issues' has to be a table; nothing was changed.")


def _issue(issue_id: str, fields: object, place: str) -> Issue:
    """The issue that ``fields`` tell of. Raises ``StoreError`` that names ``place``."""
    try:
        data = msgspec.convert(_texts_for_dates(fields), _IssueData)
        stacks = [_stack(each, place, issue_id) for each in data.stacks]
    except msgspec.ValidationError as error:
        reason = str(error).replace(" - at `$.", " at `").replace(" - at `$`", "")
        raise _bad(place, issue_id, reason) from error
    except RecursionError:
        raise _bad(place, issue_id, "its values are nested too deeply") from None
    if not all(data.aliases):
        raise _bad(place, issue_id, "one of the `aliases` is empty")
    resolved_at = _time(data.resolved_at, "resolved_at", place, issue_id)
    if data.status == "resolved" and not (resolved_at or data.resolved_in):
        raise _bad(place, issue_id, "a resolved issue needs `resolved_at` or `resolved_in`")
    muted_until = mute.parse(data.muted_until)
    if (data.muted_until is not None and muted_until is None) or (data.status == "muted") != bool(
        muted_until
    ):
        raise _bad(place, issue_id, "a muted issue needs `muted_until`: date D, version V or count N")
    return Issue(
        id=issue_id,
        title=data.title,
        status=data.status,
        resolved_at=resolved_at,
        resolved_in=data.resolved_in,
        muted_until=str(muted_until) if muted_until else None,
        link=data.link,
        note=data.note,
        aliases=data.aliases,
        stacks=stacks,
    ).copy()


def _stack(data: _StackData, place: str, issue_id: str) -> Stack:
    error = from_data(data)
    if error is not None and is_too_large(error):
        raise _bad(place, issue_id, "a stack has too many causes or frames")
    if not data.fingerprint:
        raise _bad(place, issue_id, "a `fingerprint` is empty")
    if not 0 <= data.count <= MOST:
        raise _bad(place, issue_id, "`count` has to be a number from 0 on")
    return Stack(
        fingerprint=data.fingerprint,
        error=error,
        count=data.count,
        first_seen=_time(data.first_seen, "first_seen", place, issue_id),
        last_seen=_time(data.last_seen, "last_seen", place, issue_id),
        versions=sorted(data.versions),
    )


def _bad(place: str, issue_id: str, reason: str) -> StoreError:
    return StoreError(f"{place}: the entry of {issue_id} is wrong: {reason}; nothing was changed.")


def _time(text: str | None, field: str, place: str, issue_id: str) -> str | None:
    moment = times.normalise(text)
    if text is not None and moment is None:
        raise _bad(place, issue_id, f"`{field}` has to be a date or a time such as 2026-01-31, not {text!r}")
    return moment


def _texts_for_dates(value: object) -> object:
    """TOML has dates of its own; both spellings are read."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _texts_for_dates(each) for key, each in value.items()}
    return [_texts_for_dates(each) for each in value] if isinstance(value, list) else value


def _shared(entries: dict[str, Entry], name: str) -> Iterator[StoreError]:
    """Every id or alias has to lead to one issue."""
    names: dict[str, Entry] = dict(entries)
    for entry in entries.values():
        for key in entry.issue.aliases:
            other = names.setdefault(key, entry)
            if other is not entry:
                yield StoreError(
                    f"{name}:{entry.line}: {key} belongs to {entry.issue.id} and, at line {other.line}, "
                    f"to {other.issue.id}; take it out of one of them. Nothing was changed."
                )


def write(head: str, entries: Collection[Entry]) -> str:
    """The text of a baseline; entries that did not change are written as they stood."""
    kept = _layout.join(head, FORMAT, ((each.issue.id, text_of(each)) for each in entries))
    try:
        _, found = read(kept, "")
    except StoreError:
        found = {}
    if {key: each.issue for key, each in found.items()} == {each.issue.id: each.issue for each in entries}:
        return kept
    return _layout.join(head, FORMAT, ((each.issue.id, _text(each.issue)) for each in entries))


def text_of(entry: Entry | None) -> str:
    """The text of an entry, as it stood where it did not change; nothing for none."""
    return "" if entry is None else entry.text or _text(entry.issue)


def _text(issue: Issue) -> str:
    fields: dict[str, object] = {"title": issue.title}
    if issue.status != "open":
        fields["status"] = issue.status
    for key in ("resolved_at", "resolved_in", "muted_until", "link", "note"):
        if (value := getattr(issue, key)) is not None:
            fields[key] = value
    if issue.aliases:
        fields["aliases"] = sorted(issue.aliases)
    fields["stacks"] = [_stack_fields(stack) for stack in issue.stacks]
    return safe(tomli_w.dumps({"issues": {issue.id: fields}}), "toml")


def _stack_fields(stack: Stack) -> dict[str, object]:
    fields: dict[str, object] = {"fingerprint": stack.fingerprint}
    for key in ("count", "first_seen", "last_seen", "versions"):
        if value := getattr(stack, key):
            fields[key] = value
    return fields | (to_data(stack.error) if stack.error is not None else {})
