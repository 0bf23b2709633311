"""py-spy and pystack, which show the frames of CPython."""

from ..request import Request
from ..targets import Target
from .base import Tool, register


@register
class PySpy(Tool):
    name = "py-spy"
    rank = 60
    evidence = b"Thread "
    runtime = "python"
    reads_cores = False

    def commands(self, program, target, request):
        # type: (str, Target, Request) -> list[tuple[list[str], bytes]]
        return [([program, "dump", "--pid", str(target.pid)], b"")]


@register
class Pystack(Tool):
    name = "pystack"
    rank = 70
    evidence = b"Traceback for thread"
    runtime = "python"

    def commands(self, program, target, request):
        # type: (str, Target, Request) -> list[tuple[list[str], bytes]]
        if target.is_live():
            return [([program, "--no-color", "remote", str(target.pid)], b"")]
        return [([program, "--no-color", "core", str(target.corefile)] + [target.symbols or ""], b"")]
