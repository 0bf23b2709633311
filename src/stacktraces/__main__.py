"""``python -m stacktraces`` is the command ``stacktraces``."""

from .cli import main

main()
