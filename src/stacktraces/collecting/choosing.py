"""Which tools are run."""

from .basics import CollectError
from .request import Request
from .targets import Target
from .tools.base import Tool, known_tools


def choose_tools(target, request):
    # type: (Target, Request) -> list[tuple[Tool, str]]
    """Return the tools to run and their paths: those asked for, or a debugger and the runtime's own.

    Of the runtime's own each one but the first is for the case that those before it show nothing.
    """
    usable = [tool for tool in known_tools() if target.is_live() or tool.reads_cores]
    if request.tools:
        return [find_tool(name, usable, target) for name in request.tools]
    found = [(tool, tool.find()) for tool in usable]
    present = [(tool, path) for tool, path in found if path]
    native = [(tool, path) for tool, path in present if not tool.runtime]
    own = [(tool, path) for tool, path in present if tool.runtime and tool.runtime == target.runtime()]
    if not native and not own:
        raise CollectError("There is no debugger on PATH. Install gdb (or eu-stack from elfutils, or lldb).")
    return native[:1] + own


def find_tool(name, usable, target):
    # type: (str, list[Tool], Target) -> tuple[Tool, str]
    for tool in usable:
        path = tool.find() if tool.name == name else None
        if path:
            return tool, path
        if tool.name == name:
            raise CollectError("There is no %s on PATH. Install it or choose another --tool." % name)
    raise CollectError(
        "%s cannot show a %s. Choose another --tool: %s."
        % (name, "live process" if target.is_live() else "core file", ", ".join(tool.name for tool in usable))
    )
