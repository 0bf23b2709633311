"""How alike two stacks are, and why.

The alignment is that of FaST (Rodrigues, Aloise, Fernandes: "FaST: A linear time stack trace alignment
heuristic for crash report deduplication", MSR 2022): a frame's weight falls with its distance from the
crash and with how common its function is; the n-th occurrence of a function is matched with the n-th of
the other stack; a match decays with its shift. What differs: how common a function is is told by the
number of *issues* it occurs in, not of reports, so that one frequent bug does not make its own frames
worthless; rarity is an inverse document frequency scaled to 0..1; frames known by their module only, or
not at all, weigh less.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

import msgspec

from .._regex import regex
from .document import MAX_FRAMES, StackDocument
from .message import mask

SHIFT = 0.1
"""A match decays by exp(-SHIFT) for each frame it is shifted (FaST's gamma)."""
MODULE_ONLY = 0.35
"""Weight of a frame that is known by its module only."""
NAMELESS = 0.15
"""Weight of a frame of which nothing is known."""
PRIOR_ISSUES = 50
"""A function is taken to be rare until so many issues were seen without it."""

ISOLATED = 0.5
"""What a match is worth whose neighbours on both sides differ: a helper is called from anywhere."""

POSITION = tuple(1 / position for position in range(1, MAX_FRAMES + 1))
"""The weight of a frame by its distance from the crash (FaST's alpha is 1)."""
DECAY = tuple(math.exp(-SHIFT * shift) for shift in range(MAX_FRAMES))


class Weights(dict[str, float]):
    """What each token weighs, 0 to 1, worked out when it is first asked for.

    ``frequency`` holds in how many of ``issues`` issues a token occurs.
    """

    def __init__(self, frequency: Mapping[str, int], issues: int) -> None:
        super().__init__()
        self._frequency = frequency
        self._known = issues + PRIOR_ISSUES + 1

    def __missing__(self, token: str) -> float:
        rarity = math.log(self._known / (self._frequency.get(token, 0) + 0.5)) / math.log(self._known * 2)
        weight = max(rarity, 0.0) ** 2 * _quality(token)
        self[token] = weight
        return weight


def _quality(token: str) -> float:
    if not token.startswith("?"):
        return 1.0
    return MODULE_ONLY if len(token) > 1 else NAMELESS


class Evidence(msgspec.Struct, frozen=True):
    """What two stacks have in common, as numbers."""

    alignment: float = 0.0
    """The share of both stacks' weight that agrees, 0 to 1."""
    matched: float = 0.0
    """The weight that agrees, by the first stack's positions: few rare frames, or many common ones."""
    addresses: float = 0.0
    """The share of places in the code that agree, 0 to 1; estimated where addresses are unknown."""
    raised: bool = True
    """Both processes ended themselves, or neither did."""
    error_type: bool | None = None
    """The error's type agrees; ``None`` where one of them is unknown, or both are signals that differ."""
    causes: bool | None = None
    """So do the types of its causes; ``None`` where neither has any."""
    message: bool | None = None
    """So does the masked message, with the names in it."""
    rarest: float = 0.0
    """The weight of the rarest token that stands in both, 0 to 1."""
    nested: bool = False
    """The innermost frame of one is a caller in the other: it failed itself there, what it called here."""
    fingerprint: bool | None = None
    """The issue holds the very fingerprint; ``None`` where that it does not says nothing: no fingerprint was
    given, or the stack is one of native code, of which builds and tools show more or less."""


Side: TypeAlias = Literal["both", "first", "second"]


class AlignedFrame(msgspec.Struct, frozen=True):
    """A frame of two aligned stacks."""

    token: str
    side: Side
    first: int | None
    """Its index in the first stack."""
    second: int | None
    weight: float
    """Its share of the whole weight, 0 to 1."""
    agreement: float
    """How much of that counts as agreeing: less than 1 for a match that is shifted."""


def aligned(first: Sequence[str], second: Sequence[str], weights: Weights) -> list[AlignedFrame]:
    """The frames of both stacks, those that weigh most first: what agrees and what does not."""
    places: dict[str, list[int]] = {}
    for index, token in enumerate(second):
        places.setdefault(token, []).append(index)
    raw: list[tuple[str, int | None, int | None, float]] = []
    used: set[int] = set()
    taken: dict[str, int] = {}
    for index, token in enumerate(first):
        rank = taken.get(token, 0)
        taken[token] = rank + 1
        there = places.get(token, ())
        other = there[rank] if rank < len(there) else None
        weight = weights[token] * (POSITION[index] + (POSITION[other] if other is not None else 0.0))
        raw.append((token, index, other, weight))
        if other is not None:
            used.add(other)
    raw.extend(
        (token, None, index, weights[token] * POSITION[index])
        for index, token in enumerate(second)
        if index not in used
    )
    total = sum(weight for *_, weight in raw) or 1.0
    frames = [
        AlignedFrame(
            token=token,
            side="first" if other is None else "second" if at is None else "both",
            first=at,
            second=other,
            weight=weight / total,
            agreement=0.0 if at is None or other is None else _agreement(first, at, second, other),
        )
        for token, at, other, weight in raw
    ]
    return sorted(frames, key=lambda each: -each.weight)


def _agreement(first: Sequence[str], at: int, second: Sequence[str], other: int) -> float:
    return DECAY[abs(at - other)] * (ISOLATED if is_isolated(first, at, second, other) else 1.0)


def is_isolated(first: Sequence[str], at: int, second: Sequence[str], other: int) -> bool:
    """Whether neither the callers nor the callees of two matched frames are the same.

    A stack that ends says nothing of the callers further out.
    """
    if at + 1 >= len(first) or other + 1 >= len(second) or first[at + 1] == second[other + 1]:
        return False
    return not (at and other and first[at - 1] == second[other - 1])


class Profile:
    """A stack prepared to be compared with many others."""

    def __init__(self, document: StackDocument, weights: Weights) -> None:
        self.document = document
        self.places: dict[str, list[int]] = {}
        for index, token in enumerate(document.frames):
            self.places.setdefault(token, []).append(index)
        self.total = sum(
            weights[token] * sum(POSITION[index] for index in indices)
            for token, indices in self.places.items()
        )
        self.address_places: dict[int, list[int]] = {}
        for index, address in enumerate(document.addresses):
            if address:
                self.address_places.setdefault(address, []).append(index)
        self.address_total = sum(POSITION[i] for indices in self.address_places.values() for i in indices)

    def compare(self, other: StackDocument, weights: Weights) -> Evidence:
        """The evidence that this stack and ``other`` have the same cause."""
        alignment, matched, rarest = self._align(other.frames, weights)
        return Evidence(
            alignment=alignment,
            matched=matched,
            addresses=self._align_addresses(other.addresses, alignment),
            raised=self.document.raised == other.raised,
            error_type=_agree_types(self.document.error_type, other.error_type),
            causes=_agree_causes(self.document, other),
            message=agree_messages(self.document.message, other.message),
            rarest=rarest,
            nested=_is_nested(self.document.frames, other.frames),
        )

    def _align(self, frames: Sequence[str], weights: Weights) -> tuple[float, float, float]:
        own, places = self.document.frames, self.places
        agreed = matched = rarest = 0.0
        total = self.total
        taken: dict[str, int] = {}
        for index, token in enumerate(frames):
            weight = weights[token]
            total += weight * POSITION[index]
            here = places.get(token)
            if here is None:
                continue
            rank = taken.get(token, 0)
            if rank < len(here):
                taken[token] = rank + 1
                place = here[rank]
                if is_isolated(own, place, frames, index):
                    weight *= ISOLATED
                rarest = max(rarest, weight)
                weight *= DECAY[place - index if place > index else index - place]
                matched += weight * POSITION[place]
                agreed += weight * (POSITION[place] + POSITION[index])
        return (agreed / total if total else 0.0), matched, rarest

    def _align_addresses(self, addresses: Sequence[int], alignment: float) -> float:
        if not self.address_total or not addresses:
            return ADDRESSES_GIVEN_FRAMES * alignment
        agreed, total = 0.0, self.address_total
        taken: dict[int, int] = {}
        for index, address in enumerate(addresses):
            if not address:
                continue
            total += POSITION[index]
            here = self.address_places.get(address, ())
            rank = taken.get(address, 0)
            if rank < len(here):
                taken[address] = rank + 1
                place = here[rank]
                agreed += DECAY[abs(place - index)] * (POSITION[place] + POSITION[index])
        return agreed / total if total else 0.0


# Python 2.7 names a missing module without quotes.
_QUOTES = regex(r"['\"`]")
_OF_ONE_KIND = regex(
    "OSError|BlockingIOError|ChildProcessError|BrokenPipeError|Connection(?:Aborted|Refused|Reset)?Error|FileExistsError|"
    "FileNotFoundError|InterruptedError|IsADirectoryError|NotADirectoryError|PermissionError|ProcessLookupError|"
    "TimeoutError"
)
ADDRESSES_GIVEN_FRAMES = 0.5
"""What share of the addresses is expected to agree for each share of the frames that does."""


def _is_nested(one: Sequence[str], other: Sequence[str]) -> bool:
    if not one or not other or one[0] == other[0]:
        return False
    return one[0] in other or other[0] in one


def _agree(one: str | None, other: str | None) -> bool | None:
    return None if one is None or other is None else one == other


def agree_messages(one: str | None, other: str | None) -> bool | None:
    """Whether two masked messages say the same; ``None`` where one of them says nothing.

    Messages that were stored before names were kept in them hold ``<value>`` in their places.
    """
    if one is None or other is None:
        return None
    if one == other or _QUOTES.sub("", one) == _QUOTES.sub("", other):
        return True
    plain, others = mask(one), mask(other)
    return plain == others and (one == plain or other == others)


def _agree_types(one: str | None, other: str | None) -> bool | None:
    """Which signal a broken pointer ends in is chance; exceptions of different types are different errors.

    Which of Python's types a failed system call has is told by its number, as the message does.
    """
    agreed = _agree(one, other)
    if agreed is False and one and other:
        related = _OF_ONE_KIND.fullmatch(one), _OF_ONE_KIND.fullmatch(other)
        if all(related) or (one.startswith("SIG") and other.startswith("SIG")):
            return None
    return agreed


def _agree_causes(one: StackDocument, other: StackDocument) -> bool | None:
    return one.causes == other.causes if one.causes or other.causes else None
