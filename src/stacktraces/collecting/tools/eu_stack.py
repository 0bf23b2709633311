"""eu-stack, of elfutils."""

from ..request import Request
from ..targets import Target
from .base import Tool, register


@register
class EuStack(Tool):
    name = "eu-stack"
    rank = 20
    evidence = b"\n#0 "

    def commands(self, program, target, request):
        # type: (str, Target, Request) -> list[tuple[list[str], bytes]]
        words = [program, "-n", "0", "--inlines", "--module", "--source"]
        if target.is_live():
            return [(words + ["--pid=%s" % target.pid], b"")]
        if target.symbols:
            words.append("--executable=" + target.symbols)
        return [(words + ["--core=%s" % target.corefile], b"")]
