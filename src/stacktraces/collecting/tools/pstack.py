"""pstack and gstack, which are scripts around gdb, and the pstack of Solaris."""

from ..basics import find_program
from ..request import Request
from ..targets import Target
from .base import Tool, register


@register
class Pstack(Tool):
    name = "pstack"
    rank = 40
    evidence = b"0x"
    reads_cores = False

    def commands(self, program, target, request):
        # type: (str, Target, Request) -> list[tuple[list[str], bytes]]
        return [([program, str(target.pid)], b"")]


@register
class Gstack(Pstack):
    name = "gstack"
    rank = 50
    evidence = b"#0 "


@register
class SolarisPstack(Tool):
    name = "pstack"
    rank = 10
    solaris = True
    evidence = b"\n "

    def commands(self, program, target, request):
        # type: (str, Target, Request) -> list[tuple[list[str], bytes]]
        programs = [program] + [path for path in map(find_program, ("pldd", "pflags")) if path]
        return [([path, target.corefile or str(target.pid)], b"") for path in programs]
