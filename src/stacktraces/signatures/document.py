"""What similarity looks at: a stack as names that outlive a build, with what else tells its bug."""

from __future__ import annotations

from array import array
from zlib import crc32

import msgspec

from .._regex import regex
from ..model import Error, Frame
from ..naming import name_rules
from ..runtimes import Symbol
from ._frames import Selection
from .message import template

MAX_FRAMES = 100
"""Frames that are compared: what lies further out weighs next to nothing."""
MAX_CAUSES = 8
_MASKED = regex(r"<[a-z]+>")
_WORD = regex(r"\w")
_MAX_PERIOD = 4
_FIRST_PAGE = 0x1000
_END_OF_EXECUTABLE = 0x1000_0000
"""Below this, code lies where the linker put it: the whole address tells the place."""


class StackDocument(msgspec.Struct, frozen=True, omit_defaults=True):
    """A stack made ready to be compared."""

    runtime: str | None = None
    """The name of the runtime that printed it; ``None`` where it is not known."""
    frames: tuple[str, ...] = ()
    """A token for each frame that may say something, innermost first: the normalised function, or
    ``?`` and the module's name, or ``?`` alone."""
    addresses: array[int] = array("I")
    """For each frame a number for its place in the code, the same wherever the same build is loaded;
    0 where unknown. Empty where none is known."""
    error_type: str | None = None
    causes: tuple[str, ...] = ()
    """The types down the chain of causes."""
    message: str | None = None
    """The message, and that of the root cause, with variable parts masked and names kept."""
    raised: bool = False
    """The process ended itself (abort, a failed assertion), as its frames say."""
    truncated: bool = True
    """The outermost frames are missing: what starts a program or thread was not seen."""


def document(error: Error, runtime: str | None) -> StackDocument:
    """What is compared of ``error``: its runtime, frames and type, its causes' types, its masked message.

    ``runtime`` is the name of the one that printed it, ``None`` where that is not known.

    The frames of what it all began with, the root cause or a member of a group, stand inside its own.
    """
    runtime = runtime or error.runtime
    chain = _chain(error)
    selected = [(each, _select(each, runtime)) for each in (chain[-1], error)[len(chain) == 1 :]]
    tokens: list[str] = []
    addresses: list[int] = []
    for each, selection in selected:
        _take(each.frames, selection, tokens, addresses)
    roles = {symbol.role for _, selection in selected for symbol in selection.symbols}
    return StackDocument(
        runtime=error.runtime or runtime,
        frames=tuple(tokens),
        addresses=array("I", addresses if any(addresses) else ()),
        error_type=_type(error, runtime) if error.type else None,
        causes=tuple(_type(each, runtime) for each in chain[1:]),
        message=_message(chain),
        raised="crash" in roles,
        truncated="entry" not in roles,
    )


def _chain(error: Error) -> list[Error]:
    """``error`` and what led to it, the root last; of a group the member whose type comes first."""
    chain = [error]
    while len(chain) <= MAX_CAUSES:
        last = chain[-1]
        if last.cause is not None:
            chain.append(last.cause)
        elif last.children:
            chain.append(min(last.children, key=lambda child: child.type or ""))
        else:
            break
    return chain


def _type(error: Error, runtime: str | None) -> str:
    return name_rules(error.runtime or runtime).error(error.type or "", error.message or "")


def _select(error: Error, runtime: str | None) -> Selection:
    selection = Selection(error.frames, name_rules(error.runtime or runtime))
    selection.drop_machinery()
    selection.fold_platform()
    return selection


def _message(chain: list[Error]) -> str | None:
    """What the errors at both ends of ``chain`` say; ``None`` where only values are left, which say nothing.

    A signal's text is the same for all bugs.
    """
    ends = (chain[0], chain[-1])[: len(chain)]
    said = [
        template(each.message) for each in ends if each.message and not (each.type or "").startswith("SIG")
    ]
    telling = [each for each in said if _WORD.search(_MASKED.sub("", each))]
    return " <- ".join(telling) or None


def _take(frames: list[Frame], selection: Selection, tokens: list[str], addresses: list[int]) -> None:
    """Adds those of ``frames`` that may say something, up to what starts the program or thread."""
    before = len(tokens)
    for frame, symbol, dropped in zip(frames, selection.symbols, selection.dropped, strict=True):
        if len(tokens) == MAX_FRAMES or (symbol.role == "entry" and len(tokens) > before):
            return
        if symbol.role == "crash" or (dropped is not None and symbol.role != "unknown"):
            continue
        if symbol.role == "unknown" and not _is_code(frame.address):
            continue
        tokens.append(_token(symbol))
        addresses.append(_place(frame, symbol))
        _fold(tokens, addresses)


def _token(symbol: Symbol) -> str:
    if symbol.function in ("", "??"):
        return "?" + symbol.place
    return symbol.token


def _is_code(address: int | None) -> bool:
    """Whether a frame without a name can be a call, and no data that the unwinder took for one."""
    if address is None or address < _FIRST_PAGE:
        return False
    # The stacks of Linux processes: the last pages below 3 GiB, and below 2**47.
    return not (0xBF00_0000 <= address <= 0xC000_0000 or address >> 36 == 0x7FF or address >> 47)


def _place(frame: Frame, symbol: Symbol) -> int:
    """Modules are moved by whole pages: the offset within the page is the same in each process.

    Only where it is all that is known of a frame, for no more is stored of it.
    """
    if frame.address is None or frame.function:
        return 0
    if symbol.role == "unknown" and frame.address < _END_OF_EXECUTABLE:
        return crc32(b"%x" % frame.address) or 1
    return crc32(f"{_token(symbol)}+{frame.address & 0xFFF:03x}".encode("utf-8", "replace")) or 1


def _fold(tokens: list[str], addresses: list[int]) -> None:
    """Takes the last tokens away again where they repeat those before them: recursion."""
    for period in range(1, _MAX_PERIOD + 1):
        last = tokens[-period:]
        if last == tokens[-2 * period : -period] and not all(each.startswith("?") for each in last):
            del tokens[-period:], addresses[-period:]
            return
