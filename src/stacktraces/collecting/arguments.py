"""The command line."""

import optparse
import re

from .basics import DEFAULT_TIMEOUT, VERSION, CollectError, one_line
from .request import Request
from .tools.base import known_tools

PYTHON_ONLY = "cpython"  # the tool that is built in


class Parser(optparse.OptionParser):
    """Says what is wrong with the arguments in one sentence."""

    def error(self, msg):  # type: ignore[override]  # optparse's own never returns
        # type: (str) -> None
        raise CollectError("%s. See collect.py --help." % (msg[:1].upper() + msg[1:]).rstrip("."))


def make_parser():
    # type: () -> Parser
    parser = Parser(
        prog="collect.py",
        version="collect.py " + VERSION,
        usage="%prog -p PID | -c CORE [-e EXE] -l FILE [options]",
        description="Collect the stack traces of a live process or a core file.",
        epilog="Exit status: 0 done, 2 nothing collected, 3 something is missing, 130 interrupted. "
        "The file may hold secrets (command line, arguments, local variables); only its owner can read it.",
    )
    add = parser.add_option
    add("-p", "--pid", metavar="PID", help="the process to look at")
    add("-c", "--corefile", metavar="CORE", help="the core file to look at")
    add("-e", "--exe", metavar="EXE", help="the program's executable; found when left out")
    add("-l", "--debuglog", metavar="FILE", help="where to write, - for standard output")
    add(
        "--tool",
        metavar="NAME",
        action="append",
        default=[],
        dest="tools",
        help="use this tool; may be repeated: " + ", ".join(tool.name for tool in known_tools()),
    )
    add("--children", action="store_true", default=False, help="look at all processes below PID too")
    add("--samples", metavar="N", default="1", help="how often to look (default 1)")
    add("--interval", metavar="SECONDS", default="1", help="from one look to the next (default 1)")
    add(
        "--python-only",
        action="store_true",
        default=False,
        help="read the threads of CPython alone: needs no debugger and holds the process for an instant",
    )
    add(
        "--nonblocking",
        action="store_true",
        default=False,
        help="with --python-only: do not hold the process at all",
    )
    add(
        "--no-locals",
        action="store_false",
        default=True,
        dest="with_locals",
        help="leave out local variables",
    )
    add(
        "--timeout",
        metavar="SECONDS",
        default="%g" % DEFAULT_TIMEOUT,
        help="how long one look at one process may take (default %g)" % DEFAULT_TIMEOUT,
    )
    return parser


def number(parser, name, text, least):
    # type: (Parser, str, str, float) -> float
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not least <= value < 1e9:
        parser.error("%s must be a number from %g on, not %s" % (name, least, one_line(text)))
    return value


def read_arguments(argv):
    # type: (list[str]) -> tuple[Request, str]
    """Return what is wanted and the file to write; CollectError when the arguments make no sense."""
    parser = make_parser()
    options, rest = parser.parse_args(argv)
    if rest:
        parser.error("unexpected argument %s" % one_line(rest[0]))
    if (options.pid is None) == (options.corefile is None):
        parser.error("give either a process with -p or a core file with -c")
    if options.debuglog is None:
        parser.error("say where to write with -l FILE, or -l - for standard output")
    if options.pid is not None and not re.match("0*[1-9][0-9]{0,9}$", options.pid):
        parser.error("a PID is a positive number, not %s" % one_line(options.pid))
    request = Request(options.pid and int(options.pid), options.corefile, options.exe, tuple(options.tools))
    request.with_locals = options.with_locals
    request.children = options.children
    request.nonblocking = options.nonblocking
    if options.python_only and request.tools:
        parser.error("--python-only and --tool exclude each other")
    if options.python_only:
        request.tools = (PYTHON_ONLY,)
    if request.nonblocking and request.tools != (PYTHON_ONLY,):
        parser.error("--nonblocking needs --python-only: a debugger holds the process")
    request.timeout = number(parser, "--timeout", options.timeout, 0.1)
    request.samples = int(number(parser, "--samples", options.samples, 1))
    request.interval = number(parser, "--interval", options.interval, 0)
    if request.corefile is not None and (request.children or request.samples > 1):
        parser.error("--children and --samples need a live process")
    unknown = [name for name in request.tools if name not in [tool.name for tool in known_tools()]]
    if unknown:
        parser.error("unknown tool %s" % one_line(unknown[0]))
    return request, options.debuglog
