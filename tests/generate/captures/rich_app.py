import sys

from rich.console import Console
from rich.traceback import Traceback

import shop

width, show_locals = int(sys.argv[1]), sys.argv[2] == "locals"
console = Console(file=sys.stdout, width=width, force_terminal="colour" in sys.argv)
for name in sys.argv[3].split(","):
    try:
        shop.FAILURES[name]()
    except Exception:
        console.print(Traceback(show_locals=show_locals, extra_lines=1))
try:
    compile("x = = 1", "/srv/app/bad.py", "exec")
except SyntaxError:
    console.print(Traceback())
try:
    raise ExceptionGroup("two", [ValueError("a"), KeyError("b")])
except ExceptionGroup as error:
    error.add_note("seen twice")
    console.print(Traceback())
