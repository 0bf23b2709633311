"""``make bench``: the figures of ``docs/performance.md``."""

from . import runtimes
from .scanning import main

main()
print()
runtimes.table(runtimes.SIZE, 3, lambda line: print(line, flush=True))
