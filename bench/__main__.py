"""``make bench``: the figures of ``docs/performance.md``."""

from . import runtimes
from .scan import main

main()
print()
runtimes.table(runtimes.SIZE, 3, lambda line: print(line, flush=True))
