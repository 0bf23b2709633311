"""``make bench``: the figures of ``docs/performance.md``."""

from .scan import main

main()
