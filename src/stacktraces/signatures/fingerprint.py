"""Exact fingerprints: one short text for all occurrences of one bug, and why it is that text.

What counts is written down in ``docs/fingerprints.md``. Source text, line numbers, addresses and
arguments never do; messages only where an error has no frame that says anything.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from .._regex import regex
from ..model import Error, Frame, Thread
from ..symbols import Language, all_languages, language_of
from ._frames import judge
from .message import mask

try:
    from _blake2 import blake2b  # hashlib loads OpenSSL to give the same function.
except ImportError:
    from hashlib import blake2b

VERSION = 1
"""The version of the algorithm; the first part of every fingerprint."""

_DEPTH = 16
"""Groups within groups that are looked into."""

_PLACEHOLDER = regex(r"<\w+>")
_OVERFLOWS = frozenset(
    {"RecursionError", "java.lang.StackOverflowError", "StackOverflowException", "SystemStackError"}
)


class Step(msgspec.Struct, frozen=True):
    """What became of one frame."""

    frame: Frame
    token: str
    """The normalised text that stands for the frame."""
    kept: bool
    """Whether the token was hashed."""
    reason: str
    """Why it was kept or dropped, in words."""


class Part(msgspec.Struct, frozen=True):
    """What became of one error of a chain or group."""

    role: str
    """``error``, ``root cause`` or ``member`` (of an exception group)."""
    printed: str | None
    """The type as printed."""
    type: str
    """The type as hashed."""
    steps: list[Step]
    """One for each frame, innermost first."""
    message: str | None = None
    """The masked message, where it was hashed for want of frames."""
    root: Part | None = None
    """The root cause, where there is a chain."""
    weak: bool = False
    """No frame of it says anything."""
    skipped: int = 0
    """Errors between this one and its root cause, which do not count."""
    members: list[Part] = []
    """The members of a group, those alike once."""


class Explanation(msgspec.Struct, frozen=True):
    """A fingerprint and what it was made of."""

    fingerprint: str
    part: Part
    hashed: list[str]
    """The lines that were hashed, in order; those of a root cause or a member are indented."""
    weak: bool
    """No frame and no word of a message tells this bug from others of its type: different bugs may
    share it."""


def version(fingerprint: str) -> int | None:
    """The version of the algorithm that made ``fingerprint``; ``None`` when it is no fingerprint."""
    head, separator, digest = fingerprint.partition("-")
    return int(head) if separator and digest and head.isascii() and head.isdigit() else None


def fingerprint(error: Error) -> str:
    """The fingerprint of ``error``: ``VERSION-DIGEST``, the digest 16 hexadecimal digits (64 bits)."""
    return _digest(list(_lines(_part(error, "error", _DEPTH, None))))


def fingerprint_thread(thread: Thread) -> str:
    """The fingerprint of a crashed thread: its fatal error's type with the thread's own stack."""
    return fingerprint(_thread_error(thread))


def explain(error: Error) -> Explanation:
    """The fingerprint of ``error`` with what was hashed and what was dropped, frame by frame, and why."""
    part = _part(error, "error", _DEPTH, None)
    lines = list(_lines(part))
    return Explanation(fingerprint=_digest(lines), part=part, hashed=lines, weak=_is_weak(part))


def _is_weak(part: Part) -> bool:
    words = _PLACEHOLDER.sub("", part.message or "")
    says_nothing = part.weak and not any(each.isalpha() for each in words)
    return says_nothing and part.root is None and all(map(_is_weak, part.members))


def explain_thread(thread: Thread) -> Explanation:
    """:func:`explain` for a crashed thread."""
    return explain(_thread_error(thread))


def shows_dying(thread: Thread) -> bool:
    """Whether the stack of ``thread`` holds what a process dies in: abort, a signal handler, a panic."""
    return any(each.role == "crash" for each in judge(thread.frames, language_of(thread.frames)).symbols)


def tokens(frames: list[Frame]) -> list[str]:
    """The tokens of ``frames`` that a fingerprint counts, innermost first."""
    judgement = judge(frames, language_of(frames))
    return [judgement.symbols[index].token for index in judgement.kept()]


def _thread_error(thread: Thread) -> Error:
    error = thread.error or Error()
    if error.frames:
        return error
    return Error(type=error.type, message=error.message, frames=thread.frames, cause=error.cause)


def _digest(lines: list[str]) -> str:
    text = "\n".join(lines).encode("utf-8", "surrogatepass")
    return f"{VERSION}-{blake2b(text, digest_size=8).hexdigest()}"


def _lines(part: Part) -> Iterator[str]:
    yield f"error {part.type}"
    frames = [f"frame {step.token}" for step in part.steps if step.kept]
    # A recursion that fills the stack may be cut anywhere: its frames have no first.
    yield from sorted(frames) if part.type in _OVERFLOWS else frames
    if part.message is not None:
        yield f"message {part.message}"
    if part.root is not None:
        yield "root cause"
        yield from (f"  {line}" for line in _lines(part.root))
    for member in part.members:
        yield "member"
        yield from (f"  {line}" for line in _lines(member))


def _root(error: Error) -> tuple[Error | None, int]:
    """The last error of the chain below ``error``, and how many stand between."""
    root, between = error.cause, -1
    found = root
    while found is not None:
        root, between, found = found, between + 1, found.cause
    return root, max(between, 0)


def _members(error: Error, depth: int, language: Language) -> list[Part]:
    if depth == 0:
        return []
    distinct = {}
    for child in error.children:
        part = _part(child, "member", depth - 1, language)
        distinct["\n".join(_lines(part))] = part
    return [distinct[key] for key in sorted(distinct)]


def _part(error: Error, role: str, depth: int, parent: Language | None) -> Part:
    """``parent`` is the language of the error that led here: a bare error has no frames to tell its own."""
    language = language_of(error.frames) if error.frames else parent or all_languages()["python"]
    kind = language.error(error.type or "", error.message or "")
    judgement = judge(error.frames, language, overflow=kind in _OVERFLOWS)
    steps = [
        Step(frame=frame, token=each.token, kept=dropped is None, reason=dropped or each.reason)
        for frame, each, dropped in zip(error.frames, judgement.symbols, judgement.dropped, strict=True)
    ]
    root, between = _root(error) if role != "root cause" else (None, 0)
    return Part(
        role=role,
        printed=error.type,
        type=" ".join(kind.split()),
        steps=steps,
        message=None if any(step.kept for step in steps) else mask(error.message or ""),
        root=_part(root, "root cause", depth, language) if root is not None else None,
        weak=judgement.weak,
        skipped=between,
        members=_members(error, depth, language),
    )
