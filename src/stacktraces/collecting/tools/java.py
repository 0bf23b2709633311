"""jcmd and jstack, which show the threads of a JVM."""

from ..request import Request
from ..targets import Target
from .base import Tool, register


@register
class Jcmd(Tool):
    name = "jcmd"
    rank = 80
    evidence = b"Full thread dump"
    runtime = "java"
    reads_cores = False
    traces = False

    def commands(self, program, target, request):
        # type: (str, Target, Request) -> list[tuple[list[str], bytes]]
        return [([program, str(target.pid), "Thread.print", "-l"], b"")]


@register
class Jstack(Jcmd):
    name = "jstack"
    rank = 90

    def commands(self, program, target, request):
        # type: (str, Target, Request) -> list[tuple[list[str], bytes]]
        return [([program, "-l", str(target.pid)], b"")]
