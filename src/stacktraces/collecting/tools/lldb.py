"""lldb."""

from ..request import Request
from ..targets import Target
from .base import Tool, register


@register
class Lldb(Tool):
    name = "lldb"
    rank = 30
    evidence = b"frame #0"

    def commands(self, program, target, request):
        # type: (str, Target, Request) -> list[tuple[list[str], bytes]]
        words = [program, "--batch", "--no-lldbinit", "--no-use-colors"]
        words += ["-O", "settings set symbols.enable-external-lookup false"]
        if target.is_live():
            words += ["-o", "process attach --pid %s" % target.pid]
            words += ["-o", "thread list", "-o", "bt all", "-o", "detach"]
            return [(words, b"")]
        words += ["--core", str(target.corefile)]
        if target.symbols:
            words += ["--file", target.symbols]
        return [(words + ["-o", "bt all"], b"")]
