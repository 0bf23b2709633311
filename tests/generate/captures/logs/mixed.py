"""JSON records on the way, and an error that the interpreter prints itself."""

import json
import sys

import shop


def log(**record):
    print(json.dumps(record), file=sys.stderr, flush=True)


for number in range(3):
    log(message="step %d" % number)
try:
    shop.main()
except ValueError:
    sys.excepthook(*sys.exc_info())
log(message="cleaning up")
log(message="done")
