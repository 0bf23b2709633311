"""Small programs that fail, in several languages: the same bug after an edit, and other bugs at its place.

A program is a chain of functions, each in a module of its own, of which the last one fails. What an edit
does to it is the same in every language; how it is written is in :mod:`.languages`.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import msgspec

WORDS = (
    *(
        "account",
        "article",
        "basket",
        "billing",
        "bonus",
        "branch",
        "budget",
        "calendar",
        "campaign",
        "carrier",
    ),
    *(
        "channel",
        "claim",
        "client",
        "contract",
        "coupon",
        "customer",
        "delivery",
        "deposit",
        "discount",
        "draft",
    ),
    *("event", "export", "feed", "filter", "folder", "forecast", "gateway", "import", "index", "inventory"),
    *("invoice", "ledger", "license", "locale", "margin", "market", "member", "message", "order", "package"),
    *("parcel", "partner", "payment", "period", "policy", "price", "product", "profile", "quota", "rating"),
    *("receipt", "refund", "region", "report", "reserve", "route", "salary", "sample", "schedule", "segment"),
    *(
        "session",
        "shipment",
        "snapshot",
        "stock",
        "supplier",
        "tariff",
        "ticket",
        "token",
        "transfer",
        "voucher",
    ),
)
VERBS = (
    *("apply", "build", "check", "close", "collect", "compute", "convert", "create", "decode", "derive"),
    *("expand", "fetch", "find", "handle", "load", "merge", "open", "parse", "prepare", "publish"),
    *("read", "render", "resolve", "save", "select", "send", "sort", "split", "store", "update"),
)
FAILURES = (
    "key",
    "attribute",
    "none",
    "zero",
    "value",
    "own type",
    "unpack",
    "arguments",
    "undefined",
    "file",
)
"""What a program fails with; a language leaves out what it does not have."""
NAMED = frozenset({"key", "attribute", "value", "own type", "undefined"})
"""Those whose message, or type, names the subject."""


class Step(msgspec.Struct, frozen=True):
    """A function that calls the next one, or fails."""

    module: str
    function: str
    lines: int = 1
    """Statements before the one that counts."""


class Program(msgspec.Struct, frozen=True):
    """A chain of functions, the outermost first."""

    steps: tuple[Step, ...]
    failure: str
    subject: str
    """The name of the key, the attribute and so on that is missing."""
    value: int = 17
    """What is worked on; it stands in messages."""
    wrapped: bool = False
    """The function that fails is called through a wrapper, as a decorator makes it."""


class Way(msgspec.Struct, frozen=True):
    """How a program is run."""

    interpreter: int = 0
    """The number of the interpreter, of those of the language."""
    place: int = 0
    """The number of the installation."""


def make(chance: random.Random) -> Program:
    """A program of five to eight functions."""
    steps = []
    for word in chance.sample(WORDS, chance.randint(5, 8)):
        steps.append(
            Step(f"{word}_{chance.choice(('views', 'service', 'rules', 'tools'))}", _function(chance))
        )
    return Program(tuple(steps), chance.choice(FAILURES), chance.choice(WORDS), chance.randint(10, 99))


def _function(chance: random.Random) -> str:
    return f"{chance.choice(VERBS)}_{chance.choice(WORDS)}"


def _with(program: Program, at: int, **changes: object) -> Program:
    steps = list(program.steps)
    steps[at] = msgspec.structs.replace(steps[at], **changes)
    return msgspec.structs.replace(program, steps=tuple(steps))


def another_value(program: Program, chance: random.Random) -> Program:
    return msgspec.structs.replace(program, value=program.value + chance.randint(1, 5000))


def lines_moved(program: Program, chance: random.Random) -> Program:
    steps = (msgspec.structs.replace(each, lines=chance.randint(1, 40)) for each in program.steps)
    return msgspec.structs.replace(another_value(program, chance), steps=tuple(steps))


def caller_renamed(program: Program, chance: random.Random) -> Program:
    return _with(lines_moved(program, chance), -2, function=_function(chance))


def outer_renamed(program: Program, chance: random.Random) -> Program:
    return _with(lines_moved(program, chance), 1, function=_function(chance))


def function_renamed(program: Program, chance: random.Random) -> Program:
    return _with(lines_moved(program, chance), -1, function=_function(chance))


def file_moved(program: Program, chance: random.Random) -> Program:
    return _with(lines_moved(program, chance), -2, module=f"{chance.choice(WORDS)}_moved")


def wrapped(program: Program, chance: random.Random) -> Program:
    return msgspec.structs.replace(lines_moved(program, chance), wrapped=True)


def step_added(program: Program, chance: random.Random) -> Program:
    steps = list(program.steps)
    steps.insert(-2, Step(f"{chance.choice(WORDS)}_added", _function(chance)))
    return msgspec.structs.replace(another_value(program, chance), steps=tuple(steps))


Edit = Callable[[Program, random.Random], Program]
SAME: dict[str, Edit] = {
    "another value": another_value,
    "lines moved": lines_moved,
    "caller renamed": caller_renamed,
    "outer function renamed": outer_renamed,
    "function renamed": function_renamed,
    "file moved": file_moved,
    "wrapped by a decorator": wrapped,
    "a function between": step_added,
}
"""Edits after which it is the same bug."""


def other_failure(program: Program, chance: random.Random) -> Program:
    others = [each for each in FAILURES if each != program.failure]
    return msgspec.structs.replace(program, failure=chance.choice(others))


def other_subject(program: Program, chance: random.Random) -> Program:
    failure = program.failure if program.failure in NAMED else chance.choice(sorted(NAMED))
    others = [each for each in WORDS if each != program.subject]
    return msgspec.structs.replace(program, failure=failure, subject=chance.choice(others))


def other_callers(program: Program, chance: random.Random) -> Program:
    return msgspec.structs.replace(program, steps=(*make(chance).steps[:-1], program.steps[-1]))


def caller_fails(program: Program, chance: random.Random) -> Program:
    return msgspec.structs.replace(program, steps=program.steps[:-1])


def neighbour_fails(program: Program, chance: random.Random) -> Program:
    steps = (*program.steps[:2], *make(chance).steps[2:])
    return msgspec.structs.replace(program, steps=steps, subject=chance.choice(WORDS))


OTHER: dict[str, Edit] = {
    "another failure at the place": other_failure,
    "another subject at the place": other_subject,
    "other callers of the place": other_callers,
    "its caller fails": caller_fails,
    "a neighbour fails": neighbour_fails,
}
"""Changes after which it is another bug."""
