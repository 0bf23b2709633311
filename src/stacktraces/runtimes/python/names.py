"""Python: module paths relative to their package, frames that come and go between versions."""

from __future__ import annotations

import functools
import re

from ..._regex import regex
from .._naming import NameRules, Role, Symbol
from .._paths import clean, own_place

# What follows the last of these is relative to a root of installed packages.
_PACKAGES = regex(
    r".*(?:/|\A)(?:(?:site|dist)-packages|var/runtime|opt/python|[^/]+\.(?:egg|whl|pex))(?:/[^/]+\.egg)?/",
    re.DOTALL,
)
# /usr/lib/python3.11/, /opt/python/lib/python3.13t/, C:/Python27/lib/, cpython/Lib/, python311.zip/
_STANDARD = regex(
    r".*?/(?:lib(?:32|64)?/(?:python|pypy)\d[\w.]*|[Pp]ython-?\d[\d.]*/[Ll]ib|cpython/Lib|python\d+\.zip|"
    r"lib-python/\d[\d.]*|lib_pypy)/(?:lib-dynload/)?",
    re.DOTALL,
)
# Archives and trees that hold the user's own code: what follows is relative to a root.
_ARCHIVES = regex(r".*(?:\.runfiles/[^/]+|\.(?:pyz|zip|par))/", re.DOTALL)
# The scripts that installers make for a package's commands.
_COMMANDS = regex(
    r"/usr/(?:local/)?s?bin/[^/.]+\Z|"
    r".*/(?:\.?v?env|\.?(?:virtualenvs|tox|nox|envs|versions)/[^/]+|conda\d?)/(?:bin|Scripts)/[^/.]+\Z",
    re.DOTALL,
)
_NUMBERS = regex(r"\d+|(?<=-)[0-9a-f]{8,}")

# PEP 709: since 3.12 a comprehension is no call of its own.
_INLINED = frozenset({"<listcomp>", "<dictcomp>", "<setcomp>"})
_MACHINERY = ("importlib._bootstrap", "importlib._bootstrap_external", "zipimport", "runpy")

_GLUE = {
    "runpy": "how Python was started",
    "zipimport": "import machinery",
    "codecs": "codecs are written in C or in Python, by version",
    "encodings": "codecs are written in C or in Python, by version",
}

# PEP 3108 and its kind: the standard modules that 3.0 renamed.
_RENAMED = {
    "BaseHTTPServer": "http",
    "ConfigParser": "configparser",
    "Cookie": "http",
    "HTMLParser": "html",
    "Queue": "queue",
    "SimpleHTTPServer": "http",
    "SimpleXMLRPCServer": "xmlrpc",
    "SocketServer": "socketserver",
    "StringIO": "io",
    "UserDict": "collections",
    "cookielib": "http",
    "httplib": "http",
    "robotparser": "urllib",
    "urllib2": "urllib",
    "urlparse": "urllib",
    "xmlrpclib": "xmlrpc",
    "_collections_abc": "collections",
}

# PEP 3151: since 3.3 these errno values (Linux) have types of their own.
_ERRNO = {
    "1": "PermissionError", "2": "FileNotFoundError", "3": "ProcessLookupError", "4": "InterruptedError",
    "10": "ChildProcessError", "11": "BlockingIOError", "13": "PermissionError", "17": "FileExistsError",
    "20": "NotADirectoryError", "21": "IsADirectoryError", "32": "BrokenPipeError",
    "103": "ConnectionAbortedError", "104": "ConnectionResetError", "108": "BrokenPipeError",
    "110": "TimeoutError", "111": "ConnectionRefusedError", "114": "BlockingIOError",
    "115": "BlockingIOError",
}  # fmt: skip
_OS_ERRORS = frozenset({"IOError", "OSError", "EnvironmentError", "WindowsError", "error"})
_OS_MODULES = frozenset({"", "socket", "select", "os", "mmap", "exceptions"})
# What 2.7's json says in a ValueError, and 3.5 and later in a JSONDecodeError.
_JSON_MESSAGE = regex(r"No JSON object could be decoded|[^\n]{0,200}: line \d+ column \d+ \(char \d+")
_ERRNO_MESSAGE = regex(r"\[Errno (-?\d+)\]")


def normalise(name: str) -> str:
    """The last component of a function's name: 2.7 to 3.14 print it bare, samplers may qualify it."""
    if name.startswith("<cell line:"):  # IPython 8.0 to 8.4
        return "<module>"
    if not name.startswith("<"):
        name = name.partition("(")[0].rpartition(".")[2]
    if name.startswith("__bootstrap"):  # 2.7's threading, before 3.0 renamed it
        return name[1:]
    return name


def error(printed: str, message: str) -> str:
    """The type of a Python error, the same in 2.7 and 3: its last component, as 3 names it.

    2.7's ``traceback`` prints no module, the interpreter does, so the module cannot count. Errors that
    PEP 3151 and later releases gave types of their own are told by their message.
    """
    module, _, name = printed.rpartition(".")
    if name in _OS_ERRORS and module in _OS_MODULES:
        found = _ERRNO_MESSAGE.match(message)
        if found is not None:
            return _ERRNO.get(found.group(1), "OSError")
        return name if name == "error" and module not in ("socket", "select") else "OSError"
    if name == "error" and module in ("re", "sre_constants"):
        return "PatternError"
    if name == "timeout" and module in ("", "socket"):
        return "TimeoutError"
    if name == "ImportError" and message.startswith("No module named"):
        return "ModuleNotFoundError"
    if name == "ValueError" and _JSON_MESSAGE.match(message):
        return "JSONDecodeError"
    if name == "RuntimeError" and message.startswith("maximum recursion depth"):
        return "RecursionError"
    return name


def _source(name: str) -> str:
    return name[:-1] if name.endswith((".pyc", ".pyo")) else name


def _standard(relative: str, function: str) -> Symbol:
    top = relative.partition("/")[0].removesuffix(".py")
    top = _RENAMED.get(top, top)
    if top in _GLUE:
        return Symbol(function, top, "glue", _GLUE[top])
    return Symbol(function, top, "platform", "standard library")


def _no_file(file: str, function: str) -> Symbol:
    inner = file[1:].removesuffix(">")
    if inner.startswith("frozen "):
        module = inner[7:]
        if module in _MACHINERY:
            return Symbol(function, module, "glue", "import machinery")
        return _standard(module.replace(".", "/"), function)
    return Symbol(function, f"<{_NUMBERS.sub('', inner)}>", "library", "code without a file")


@functools.lru_cache(maxsize=4096)
def _place(file: str, root: str | None) -> tuple[str, Role, str]:
    path = _source(clean(file))
    installed = _PACKAGES.match(path)
    if installed is not None:
        return path[installed.end() :], "library", "third-party code"
    standard = _STANDARD.match(path)
    if standard is not None:
        return path[standard.end() :], "platform", "standard library"
    if path.endswith((".pyx", ".pxi", ".pxd")) and not path.startswith("/"):
        return own_place(path, None), "library", "a compiled extension"
    if ("bin/" in path or "Scripts/" in path) and _COMMANDS.match(path):
        return path.rpartition("/")[2], "library", "an installed package's command"
    if "/ipykernel_" in path:
        return "<notebook>", "own", "own code"
    archived = _ARCHIVES.match(path)
    path = path[archived.end() :] if archived is not None else path
    return own_place(path, root), "own", "own code"


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a frame: place is the path from its package's root, see ``docs/fingerprints.md``."""
    name = normalise(function)
    if name in _INLINED:
        return Symbol(name, "", "glue", "comprehensions are no calls since Python 3.12")
    if file.startswith("<"):
        if file.startswith(("<ipython-input", "<python-input", "<stdin>", "<command-")):
            return Symbol(name, "<notebook>", "own", "own code")
        return _no_file(file, name)
    if file.startswith(_CELLS):
        return Symbol(name or "<module>", "<notebook>", "own", "own code")
    if not file:
        return Symbol(name, module, "library", "code without a file") if name else _UNKNOWN
    place, role, reason = _place(file, root)
    return _standard(place, name) if role == "platform" else Symbol(name, place, role, reason)


_CELLS = ("Cell In[", "Cell In [", "Input In [")
_UNKNOWN = Symbol("", "", "unknown", "nothing is known of it")

NAMES = NameRules(
    name="python",
    suffixes=(".py", ".pyw", ".pyc", ".pyo", ".pyx", ".pxd", ".pxi", ".ipynb"),
    marks=(
        "<frozen ", "<string>", "<stdin>", "<console>", "<input>", "<ipython-input", "<python-input",
        "<doctest", "<attrs ", "<command-", *_CELLS,
    ),
    normalise=normalise,
    symbol=symbol,
    error=error,
    overflows=frozenset({"RecursionError"}),
    worded=frozenset({"SyntaxError", "IndentationError", "TabError"}),
    main=frozenset({"<module>"}),
    fold_platform=True,
)  # fmt: skip
