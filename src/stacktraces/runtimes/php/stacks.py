"""The lines of a stack: numbered, innermost first, each with the caller's place."""

from __future__ import annotations

from sys import intern

import msgspec

from ...model import Frame
from .lines import Lines
from .syntax import XDEBUG_HEADINGS, Call, match_call, match_xdebug

MOST_FRAMES = 1000
_MOST_LINES_OF_ARGUMENTS = 16


class Stack(msgspec.Struct):
    """The calls of one stack."""

    calls: list[Call] = []
    left_out: int = 0
    complete: bool = False
    """``{main}`` was met."""

    def frames(self, place: Frame | None) -> list[Frame]:
        """Each function with the place inside it; ``place`` is that of the innermost one, where known."""
        frames: list[Frame] = []
        inside = place or Frame()
        for call in self.calls:
            args = call.args and call.args.removesuffix(")")
            frames.append(Frame(call.function or None, file=inside.file, line=inside.line, args=args))
            inside = call.caller
        if not self.complete and not self.left_out and inside.file:
            frames.append(inside)
        return frames


def read_stack(lines: Lines) -> Stack:
    """The stack whose line ``#0`` is the current one; passes over it. Empty where there is none."""
    stack = Stack()
    number = 0
    while (line := lines.line) is not None:
        call = match_call(line)
        if call is None or call.number != number:
            if not stack.calls or not _goes_on(lines, stack, number):
                break
            continue
        lines.advance()
        number += 1
        if len(stack.calls) < MOST_FRAMES:
            stack.calls.append(call)
        else:
            stack.left_out += 1
        if call.args is None:
            stack.complete = True
            break
    return stack


def _goes_on(lines: Lines, stack: Stack, number: int) -> bool:
    """Take the further lines of the last call's arguments, where the call ``number`` stands behind them."""
    here = lines.mark()
    text: list[str] = []
    while (line := lines.line) is not None and len(text) < _MOST_LINES_OF_ARGUMENTS:
        call = match_call(line)
        if call is not None and call.number == number:
            last = stack.calls[-1]
            last.args = intern("\n".join([last.args or "", *text]))
            return True
        if lines.starts_record:
            break
        text.append(line)
        lines.advance()
    lines.reset(here)
    return False


def read_xdebug(lines: Lines, place: Frame | None) -> list[Frame]:
    """The frames of a stack that Xdebug printed below a heading on the current line; passes over it."""
    here = lines.mark()
    if (line := lines.line) is None or not line.strip().endswith(XDEBUG_HEADINGS):
        return []
    lines.advance()
    stack = Stack(complete=True)
    while (call := match_xdebug(lines.line or "")) and call.number == len(stack.calls) + 1:
        if len(stack.calls) >= MOST_FRAMES:
            break
        stack.calls.append(call)
        lines.advance()
    if not stack.calls:
        lines.reset(here)
        return []
    stack.calls.reverse()
    return stack.frames(place)
