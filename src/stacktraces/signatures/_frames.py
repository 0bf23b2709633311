"""Which frames of a stack count, and what stands for each."""

from __future__ import annotations

from collections import Counter

from ..model import Frame
from ..naming import script_folder, symbol
from ..runtimes import NameRules, Symbol

_AWAY = frozenset({"glue", "unknown"})
_COUNTING = frozenset({"own", "library"})
_HANDLER = "<signal handler>"


class Selection:
    """Which frames of one stack count: their symbols, innermost first, and for each why it was dropped.

    ``dropped`` holds ``None`` for a frame that is kept.
    """

    def __init__(self, frames: list[Frame], rules: NameRules) -> None:
        self.weak = not frames
        root = script_folder(frames, rules)
        found = [symbol(frame, rules, root) for frame in frames]
        self.symbols: list[Symbol] = [each for each, _ in found]
        self.dropped: list[str | None] = [None] * len(frames)
        self._folding: list[bool] = []
        self._tokens: list[str] | None = None
        """Those of all frames, once it is known that all of them count."""
        odd = [each for each in self.symbols if each.role not in _COUNTING or each.function == _HANDLER]
        self._all_count = not odd and True not in [frame.unreliable for frame in frames]
        if self._all_count:
            return
        self.dropped = [
            each.reason if each.role in _AWAY else "a guess of the tool" if frame.unreliable else None
            for frame, each in zip(frames, self.symbols, strict=True)
        ]
        self._folding = [fold and each.role == "platform" for each, fold in found]

    def kept(self) -> list[int]:
        """The indices of the frames that still count, innermost first."""
        return [index for index, reason in enumerate(self.dropped) if reason is None]

    def tokens(self) -> list[str]:
        """The tokens of the frames that still count, innermost first."""
        if self._tokens is not None:
            return self._tokens
        return [self.symbols[index].token for index in self.kept()]

    def drop_machinery(self) -> None:
        """Drops what the process died in, inside, and what started it, outside."""
        if self._all_count:
            return
        handlers = [i for i, each in enumerate(self.symbols) if each.function == _HANDLER]
        inside = handlers[-1] if handlers else -1
        for index in range(inside):
            self.dropped[index] = "runs in the signal handler"
        for index in range(inside + 1, len(self.symbols)):
            if self.dropped[index] is None and self.symbols[index].role != "crash":
                break
            inside = index
        for index in range(inside + 1):
            self.dropped[index] = self.dropped[index] or self.symbols[index].reason
        for index in range(len(self.symbols) - 1, -1, -1):
            found = self.symbols[index]
            nameless = found.function == "??" and found.role == "platform"
            if self.dropped[index] is None and not nameless and found.role != "entry":
                break
            reason = "a nameless frame of the system's own" if nameless else found.reason
            self.dropped[index] = self.dropped[index] or reason

    def fold_platform(self) -> None:
        """Keeps of each run of the standard library's frames the one by which it was entered.

        What it does inside differs between versions. A run that nobody entered runs the program.
        """
        if self._all_count:
            return
        kept = self.kept()
        if all(self._folding[index] for index in kept):
            return
        caller: int | None = None
        for index in reversed(kept):
            if self._folding[index]:
                if caller is None:
                    self.dropped[index] = "the standard library, which runs the program"
                elif self._folding[caller]:
                    self.dropped[index] = "inside the standard library, differs between versions"
            caller = index if caller is not None or not self._folding[index] else None

    def fold_recursion(self, overflow: bool) -> None:
        """Keeps of each token the outermost frame, and where the error was raised.

        With ``overflow`` (the error is that the stack was full) only what repeats is kept: where the
        stack was full is chance, and printers cut its outer end.
        """
        if self._all_count and not overflow:
            tokens = [each.token for each in self.symbols]
            if len(set(tokens)) == len(tokens):
                self._tokens = tokens
                return
        kept = self.kept()
        tokens = [self.symbols[index].token for index in kept]
        if overflow:
            counts = Counter(tokens)
            # Of a cycle all frames repeat about as often; a decorator that is met twice is no part of it.
            enough = max(2, max(counts.values(), default=0) // 8)
            if any(count >= enough for count in counts.values()):
                for index, token in zip(kept, tokens, strict=True):
                    if counts[token] < enough:
                        self.dropped[index] = "no part of the recursion that filled the stack"
                kept = self.kept()
                tokens = [self.symbols[index].token for index in kept]
        seen: set[str] = set()
        last = ""
        for at in range(len(kept) - 1, -1, -1):
            raised_here = at == 0 and not overflow and tokens[at] != last
            if tokens[at] in seen and not raised_here:
                self.dropped[kept[at]] = "recursion: stands further out already"
            else:
                seen.add(tokens[at])
                last = tokens[at]

    def rescue(self) -> None:
        """Where nothing is left, what has a name counts after all; then ``weak`` is set."""
        if self._tokens:
            return
        self.weak = not self.kept()
        if self.weak:
            seen: set[str] = set()
            for index in range(len(self.symbols) - 1, -1, -1):
                token = self.symbols[index].token
                if token and token not in seen:
                    self.dropped[index] = None
                    seen.add(token)


def select_frames(frames: list[Frame], rules: NameRules, *, overflow: bool = False) -> Selection:
    """Which of ``frames`` count, by the ``rules`` of the runtime that printed them."""
    selection = Selection(frames, rules)
    selection.drop_machinery()
    selection.fold_platform()
    selection.fold_recursion(overflow)
    selection.rescue()
    return selection
