"""Exact fingerprints: one short text for all occurrences of one bug, and why it is that text.

What counts is written down in ``docs/fingerprints.md``. Source text, line numbers, addresses and
arguments never do; messages only where an error has no frame that says anything.
"""

from __future__ import annotations

import re

import msgspec

from .._regex import regex
from ..model import Error, Frame, Thread
from ..naming import name_rules
from ._frames import Selection, select_frames
from .fatal import thread_error
from .message import mask

try:
    from _blake2 import blake2b  # hashlib loads OpenSSL to give the same function.
except ImportError:
    from hashlib import blake2b

VERSION = 4
"""The version of the algorithm, of which the normalisers of names are a part; the first part of every
fingerprint. Whatever changes the fingerprint of a stack raises it."""

_DEPTH = 16
"""Groups within groups that are looked into."""

_MANY = 12
"""A stack of more different names than that is never weak."""
_NAMELESS = "??"
WEAK = "no frame and no message tells it from others of its type; different bugs may share it"
"""What a weak fingerprint means, in words."""
_PLACEHOLDER = regex(r"<\w+>")
# Functions that fail on behalf of whoever called them, in any program.
_HELPER = regex(
    r"(?:.*[.:#])?(?:assert|raise|throw|fail|check|verify|ensure|require|expect|execute|query|panic|abort|error|die)"
    r"(?:_\w*+|[A-Z]\w*+|s)?",
    re.DOTALL,
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
    runtime: str | None
    """The name of the runtime that printed it; ``None`` where it is not known."""
    printed: str | None
    """The type as printed."""
    type: str
    """The type as hashed."""
    frames: list[Frame]
    selection: Selection
    """Which of the frames count."""
    tokens: list[str]
    """The tokens of those, which are hashed, innermost first."""
    message: str | None = None
    """The masked message, where it was hashed for want of frames with a function."""
    root: Part | None = None
    """The root cause, where there is a chain."""
    weak: bool = False
    """No frame of it says anything."""
    overflow: bool = False
    """The error is that the stack was full: its frames have no first, and are hashed in sorted order."""
    skipped: int = 0
    """Errors between this one and its root cause, which do not count."""
    members: list[Part] = []
    """The members of a group, those alike once."""

    @property
    def steps(self) -> list[Step]:
        """What became of each frame, innermost first; made when a person asks."""
        symbols, dropped = self.selection.symbols, self.selection.dropped
        return [
            Step(frame=frame, token=each.token, kept=reason is None, reason=reason or each.reason)
            for frame, each, reason in zip(self.frames, symbols, dropped, strict=True)
        ]


class Explanation(msgspec.Struct, frozen=True):
    """A fingerprint and what it was made of."""

    fingerprint: str
    part: Part
    hashed: list[str]
    """The lines that were hashed, in order; those of a root cause or a member are indented."""

    @property
    def weak(self) -> bool:
        """No frame with a name of its own and no word of a message tells this bug from others of its type:
        different bugs may share it."""
        return _is_weak(self.part)


def version(fingerprint: str) -> int | None:
    """The version of the algorithm that made ``fingerprint``; ``None`` when it is no fingerprint."""
    head, separator, digest = fingerprint.partition("-")
    return int(head) if separator and digest and head.isascii() and head.isdigit() else None


def fingerprint(error: Error, runtime: str | None) -> str:
    """The fingerprint of ``error``: ``VERSION-DIGEST``, the digest 16 hexadecimal digits (64 bits).

    ``runtime`` is the name of the one that printed it (``Trace.runtime``), ``None`` where that is not known.
    """
    return _named(_lines(_part(error, "error", _DEPTH, runtime or error.runtime), None))


def explain(error: Error, runtime: str | None) -> Explanation:
    """The :func:`fingerprint` of ``error``, with what was hashed and what was dropped, by frame, and why."""
    part = _part(error, "error", _DEPTH, runtime or error.runtime)
    lines = _lines(part, None)
    return Explanation(fingerprint=_named(lines), part=part, hashed=lines)


def is_weak(error: Error, runtime: str | None) -> bool:
    """:attr:`Explanation.weak` of ``error``, which ``runtime`` printed."""
    return not _has_many_names(error.frames) and explain(error, runtime).weak


def _has_many_names(frames: list[Frame]) -> bool:
    """More names than what starts and ends a process has."""
    return len({frame.function for frame in frames}) > _MANY


def _is_weak(part: Part) -> bool:
    if part.root is not None or _has_many_names(part.frames):
        return False
    names = () if part.weak else part.tokens
    # Every signal has its own message, the same for all bugs.
    message = "" if part.type.startswith("SIG") else _PLACEHOLDER.sub("", part.message or "")
    says_something = any(not token.endswith(_NAMELESS) and token != "main" for token in names)
    return not (says_something or any(map(str.isalpha, message))) and all(map(_is_weak, part.members))


def explain_thread(thread: Thread, runtime: str | None) -> Explanation:
    """:func:`explain` for a crashed thread; ``runtime`` is that of the snapshot's format."""
    return explain(thread_error(thread), runtime)


def shows_dying(thread: Thread, runtime: str | None) -> bool:
    """Whether the stack of ``thread`` holds what a process dies in: abort, a signal handler, a panic.

    ``runtime`` is that of the snapshot's format.
    """
    return any(each.role == "crash" for each in select_frames(thread.frames, name_rules(runtime)).symbols)


def digest(lines: list[str]) -> str:
    """16 hexadecimal digits (64 bits) that stand for ``lines``."""
    return blake2b("\n".join(lines).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _named(lines: list[str]) -> str:
    return f"{VERSION}-{digest(lines)}"


def _lines(part: Part, outer: str | None) -> list[str]:
    """The lines that are hashed of ``part``, which an error of the runtime ``outer`` holds."""
    lines = [f"runtime {part.runtime}"] if part.runtime != outer else []
    # A recursion that fills the stack may be cut anywhere.
    tokens = sorted(part.tokens) if part.overflow else part.tokens
    lines += [f"error {part.type}", *[f"frame {token}" for token in tokens]]
    if part.message is not None:
        lines.append(f"message {part.message}")
    if part.root is not None:
        lines += ["root cause", *[f"  {line}" for line in _lines(part.root, part.runtime)]]
    for member in part.members:
        lines += ["member", *[f"  {line}" for line in _lines(member, part.runtime)]]
    return lines


def _root(error: Error) -> tuple[Error | None, int]:
    """The last error of the chain below ``error``, and how many stand between."""
    causes = error.chain()[1:]
    return (causes[-1], len(causes) - 1) if causes else (None, 0)


def _says_enough(selection: Selection) -> bool:
    """Whether the frames that count tell a bug: one file without a function, or a helper, serves many."""
    kept = [selection.symbols[index].function for index in selection.kept()]
    return (len(kept) > 1 or any(kept)) and not all(map(_HELPER.fullmatch, kept))


def _members(error: Error, depth: int, runtime: str | None) -> list[Part]:
    if depth == 0:
        return []
    distinct = {}
    for child in error.children:
        part = _part(child, "member", depth - 1, runtime)
        distinct["\n".join(_lines(part, None))] = part
    return [distinct[key] for key in sorted(distinct)]


def _part(error: Error, role: str, depth: int, runtime: str | None) -> Part:
    """``runtime`` is that of the trace; an error within it may be of another one."""
    own = error.runtime or runtime
    rules = name_rules(own)
    kind = rules.error(error.type or "", error.message or "")
    overflow = kind in rules.overflows
    selection = select_frames(error.frames, rules, overflow=overflow)
    tokens = selection.tokens()
    # Where it is, is all that each version of the runtime says alike.
    is_worded = kind in rules.worded and bool(tokens)
    root, between = _root(error) if role != "root cause" else (None, 0)
    return Part(
        role=role,
        runtime=own,
        printed=error.type,
        type=" ".join(kind.split()),
        frames=error.frames,
        selection=selection,
        tokens=tokens,
        message=None if _says_enough(selection) or is_worded else mask(error.message or ""),
        root=_part(root, "root cause", depth, runtime) if root is not None else None,
        weak=selection.weak,
        overflow=overflow,
        skipped=between,
        members=_members(error, depth, runtime) if error.children else [],
    )
