"""Rules of a team's own, by which errors are grouped, kept apart, ignored, titled or owned.

The first rule that matches an error decides. See ``docs/issue-rules.md``.
"""

from __future__ import annotations

import fnmatch
import functools
import re
from collections.abc import Iterator

import msgspec

from ..model import Error, Frame, GroupRule
from .fingerprint import digest, fingerprint

GROUP, APART, PART = "group-", "apart-", "part-"
"""What the fingerprints start with of errors that a rule groups, keeps apart, or tells from their like."""
OF_RULES = (GROUP, APART, PART)
_DEPTH = 64
"""Errors of a chain that are looked at."""
_LONGEST = 2000
"""Characters of a text that a pattern looks at."""


class Conditions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What an error must be like. Each is a glob, or several of which one must match; all given must hold."""

    runtime: str | list[str] = []
    fingerprint: str | list[str] = []
    """The start of a fingerprint, without rules; no glob."""
    type: str | list[str] = []
    """Of the error or of one of its causes: whole, or without what stands before its last dot;"""
    message: str | list[str] = []
    """and the message of that same error."""
    module: str | list[str] = []
    """Of one frame: whole, or its last part;"""
    function: str | list[str] = []
    """of that same frame, likewise;"""
    file: str | list[str] = []
    """and its file: whole, or its last parts."""


class IssueRule(msgspec.Struct, frozen=True):
    """One rule."""

    name: str
    match: Conditions
    line: int = 0
    """Where it stands in its file, from 1."""
    group: str | None = None
    """All that match are one group, which bears this name."""
    apart: bool = False
    """What matches is a group of its own beside what else has its fingerprint, and like no other issue."""
    title: str | None = None
    owner: str | None = None
    severity: str | None = None
    ignore: bool = False

    @property
    def told(self) -> GroupRule:
        """What a group says of it."""
        return GroupRule(self.name, self.title or self.group, self.owner, self.severity, self.ignore)

    def fingerprint(self, plain: str) -> str:
        """The fingerprint of a matching error that would have ``plain`` without rules."""
        if self.group is not None:
            return GROUP + digest(["group", self.group])
        if self.apart:
            return APART + digest(["apart", self.name, plain])
        # What is told of a message must not be told of others that have the same fingerprint, and what does
        # not match must not be ignored with them.
        if self.match.message or self.ignore:
            return PART + digest(["part", self.name, plain])
        return plain


class IssueRules(msgspec.Struct, frozen=True):
    """The rules of a file, in order."""

    rules: tuple[IssueRule, ...] = ()
    path: str = ""

    def match(self, error: Error, runtime: str | None, plain: str) -> IssueRule | None:
        """The first rule that matches ``error``, which ``runtime`` printed; ``None`` where none does.

        ``plain`` is its fingerprint without rules.
        """
        return next((each for each in self.rules if matches(each.match, error, runtime, plain)), None)

    def needs_message(self, error: Error, runtime: str | None, plain: str) -> bool:
        """Whether another message could make another rule match."""
        return any(
            each.match.message
            and matches(msgspec.structs.replace(each.match, message=[]), error, runtime, plain)
            for each in self.rules
        )


def named(error: Error, runtime: str | None, rules: IssueRules | None = None) -> tuple[str, GroupRule | None]:
    """The fingerprint of ``error``, which ``runtime`` printed, and what the rule says that matches it."""
    plain = fingerprint(error, runtime)
    rule = rules.match(error, runtime, plain) if rules is not None else None
    return (plain, None) if rule is None else (rule.fingerprint(plain), rule.told)


def matches(wanted: Conditions, error: Error, runtime: str | None, plain: str) -> bool:
    """Whether ``error`` is like ``wanted``; other arguments as those of :meth:`IssueRules.match`."""
    if wanted.runtime and not _any_of(wanted.runtime, runtime or error.runtime or ""):
        return False
    if wanted.fingerprint and not plain.startswith(tuple(_texts(wanted.fingerprint))):
        return False
    errors = list(_chain(error, _DEPTH))
    if (wanted.type or wanted.message) and not any(_says(wanted, each) for each in errors):
        return False
    if wanted.module or wanted.function or wanted.file:
        return any(_stands(wanted, frame) for each in errors for frame in each.frames)
    return True


def _chain(error: Error, depth: int) -> Iterator[Error]:
    yield error
    if depth:
        for each in (*([error.cause] if error.cause else ()), *error.children):
            yield from _chain(each, depth - 1)


def _says(wanted: Conditions, error: Error) -> bool:
    kind = error.type or ""
    if wanted.type and not (_any_of(wanted.type, kind) or _any_of(wanted.type, kind.rpartition(".")[2])):
        return False
    return not wanted.message or _any_of(wanted.message, error.message or "")


def _stands(wanted: Conditions, frame: Frame) -> bool:
    return (
        _any_name(wanted.module, frame.module, "/")
        and _any_name(wanted.function, frame.function, ".")
        and (not wanted.file or _any_of(wanted.file, (frame.file or "").replace("\\", "/"), of_path=True))
    )


def _any_name(wanted: str | list[str], name: str | None, separator: str) -> bool:
    if not wanted:
        return True
    text = name or ""
    return _any_of(wanted, text) or _any_of(wanted, text.rpartition(separator)[2])


def _texts(wanted: str | list[str]) -> list[str]:
    return [wanted] if isinstance(wanted, str) else wanted


def _any_of(wanted: str | list[str], text: str, *, of_path: bool = False) -> bool:
    return any(_compiled(each, of_path).match(text[:_LONGEST]) for each in _texts(wanted))


@functools.lru_cache(maxsize=1 << 16)
def _compiled(glob: str, of_path: bool) -> re.Pattern[str]:
    # fnmatch makes patterns that look for what follows a star only once: they take no more than a star's time
    # the text's length.
    return re.compile(("(?s:.*/)?" if of_path else "") + fnmatch.translate(glob))
