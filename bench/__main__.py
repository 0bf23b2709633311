"""``make bench``: the figures of ``docs/performance.md``."""

from . import distinct, prefixed, runtimes, small
from .scan import main

main()
print()
runtimes.table(runtimes.SIZE, 3, lambda line: print(line, flush=True))
print()
prefixed.table(prefixed.SIZE, 3, lambda line: print(line, flush=True))
print()
small.table(small.FILES, 3, lambda line: print(line, flush=True))
print()
distinct.table(distinct.SIZE, 3, lambda line: print(line, flush=True))
