"""Prints steps, then fails: steps.py NAME."""

import sys
import time

from shop import main

for step in range(3):
    print(sys.argv[1], "step", step, flush=True)
    time.sleep(0.02)
print("loading", file=sys.stderr, flush=True)
main()
