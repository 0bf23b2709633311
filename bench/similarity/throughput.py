"""How many unknown stacks a second are matched, and what a stored stack costs."""

from __future__ import annotations

import itertools
import random
import time
import tracemalloc
from collections.abc import Iterator

from stacktraces.signatures.document import StackDocument
from stacktraces.signatures.index import IssueIndex

SIZES = (10_000, 100_000)
QUERIES = 2_000
FRAMES = (6, 60)


class Generator:
    """Stacks like those of programs: own code innermost, frameworks further out, one seed, one result."""

    def __init__(self, issues: int, seed: int = 7) -> None:
        self._chance = random.Random(seed)
        self._own = [f"app_{number:x}_function" for number in range(issues * 2)]
        self._shared = [f"framework_{number:x}" for number in range(3_000)]
        self._weights = list(itertools.accumulate(1 / rank for rank in range(1, len(self._shared) + 1)))

    def stacks(self, count: int) -> Iterator[StackDocument]:
        chance = self._chance
        for _ in range(count):
            length = chance.randint(*FRAMES)
            own = chance.randint(1, 6)
            frames = chance.choices(self._own, k=own)
            frames += chance.choices(self._shared, cum_weights=self._weights, k=length - own)
            if chance.random() < 0.3:
                frames.insert(0, self._shared[chance.randrange(20)])
            yield StackDocument(frames=tuple(frames))

    def change(self, document: StackDocument) -> StackDocument:
        """The same bug from another build: some frames differ."""
        frames = [
            each if self._chance.random() > 0.2 else self._chance.choice(self._shared)
            for each in document.frames
        ]
        return StackDocument(frames=tuple(frames))


def measure(issues: int) -> None:
    generator = Generator(issues)
    tracemalloc.start()
    stored = list(generator.stacks(issues))
    text = tracemalloc.get_traced_memory()[0]
    index = IssueIndex()
    for number, document in enumerate(stored):
        index.add(f"issue-{number}", document)
    index.match(stored[0])
    size = tracemalloc.get_traced_memory()[0] - text
    tracemalloc.stop()
    unknown = list(generator.stacks(QUERIES))
    similar = [generator.change(document) for document in stored[: QUERIES * 5 : 5]]
    for title, queries in (("unknown", unknown), ("similar", similar)):
        start = time.process_time()
        labels = [index.match(document).label for document in queries]
        rate = len(queries) / (time.process_time() - start)
        share = labels.count("known") / len(labels)
        print(f"{issues:8,} issues, {title} stacks: {rate:7,.0f} a second ({share:.0%} called known)")
    print(f"{issues:8,} issues: {size / issues:,.0f} bytes a stored stack beside its {text / issues:,.0f}")


def main() -> None:
    """Print the figures; they hold for one core of the machine at hand."""
    for issues in SIZES:
        measure(issues)
