"""A loop behind a progress bar fails: the trace's header stands on the bar's line."""

import time

from shop import main
from tqdm import tqdm

for step in tqdm(range(30), desc="orders", mininterval=0):
    time.sleep(0.005)
    if step == 7:
        main()
