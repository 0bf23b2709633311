"""JavaScript and TypeScript: bundles bear a hash in their name, dependencies a path of their own."""

from __future__ import annotations

import functools
import re

from ..._regex import regex
from .._naming import NameRules, Role, Symbol
from .._paths import clean, own_place

_LONGEST = 500

_ALIAS = regex(r" \[as [^\[\]]*\]\Z")
# V8 names what a function is called on; a bundler calls the same one on nothing.
_OBJECT = regex(r"\A(?:Object|Module|exports|module\.exports)\.(?=[A-Za-z_$])")
_CALL = regex(r"\A(?:async |new |get |set |bound )+")
# _callee$1 of a compiled async function, render$1 of a bundler that met the name twice, wasm-function[12].
_NUMBER = regex(r"\$\d*\Z|(?<=wasm-function)\[\d+\]\Z")
_ORIGIN = regex(r"\A(?:[a-z][a-z0-9+.-]*:)?//(?:React/\w+/)?[^/]*/+(?:[a-z][a-z0-9+.-]*:/+)?")
_LAYER = regex(r"\A(?:\([\w-]+\)|\[project\])/")
"""What webpack and Turbopack put before a path: ``(rsc)/./src/page.js``."""
_EVAL = regex(r"\Aeval at [^(]*\((?P<place>.*?)(?::\d+){0,2}(?<!\))\)+, ")
_DEPENDENCY = regex(
    r".*/(?:node_modules|bower_components)/(?:\.pnpm/[^/]+/node_modules/)?"
    r"|\A(?:node_modules|bower_components)/|.*/deno/npm/[^/]+/|.*/\.bun/install/cache/|/usr/share/nodejs/",
    re.DOTALL,
)
_VERSION = regex(
    r"(?<=/)v?\d++\.\d++\.\d[\w.+-]*+/|(?<=[^/])@v?\d[\w.+@-]{0,200}+(?=/)|\A\d++\.\d++\.\d[\w.+-]*+/"
)
# main.3f2a1b9c.js, chunk-5XQ2JK3L.mjs, index-BqXkdZab.js
_BUNDLE = regex(
    r"[.-](?:(?=[0-9A-Za-z_-]{0,64}\d)[0-9A-Za-z_]{8,}|(?=[0-9A-Za-z_-]{0,64}[a-z][A-Z])[0-9A-Za-z_-]{8})"
    r"(?=(?:\.min|\.chunk|\.bundle){0,4}\.[cm]?js\Z)"
)
_LIBRARY_FILE = regex(
    r"(?:.*/)?(?:zone(?:-evergreen)?|polyfills|vendors?|react(?:-dom)?(?:[.-](?:client|server|production|development|browser|profiling|min))*"
    r"|scheduler(?:[.-]\w+)*|vue(?:\.(?:runtime|esm|global|common|prod|min|browser))*|jquery(?:\.min|\.slim)*(?:[-.]\d\w*(?:\.\w*|-\d\w*)*)?)\.[cm]?js\Z"
    r"|(?:core|common|http|platform-browser|router|forms|animations|material|rxjs)\.mjs\Z"
)
"""What bundlers and frameworks call files that are none of the user's."""
_NODE = ("node:", "internal/", "ext:", "deno:", "bun:", "native:", "electron/js2c/", "chrome:", "resource:")
_LOADER = regex(
    r"(?:node:)?(?:internal/(?:modules|main|bootstrap|process/(?:execution|esm_loader))\b|module\Z|module\.js\Z|"
    r"bootstrap_node\.js\Z|internal/bootstrap|node\.js\Z|internal/timers\Z|timers(?:\.js)?\Z|"
    r"internal/process/(?:task_queues|next_tick|promises))|ext:core/|ext:cli/|bun:main|native\Z"
)
_BUILTIN = regex(
    r"(?:_(?:http|stream|tls)_\w+|assert|async_hooks|buffer|child_process|cluster|crypto|dgram|dns|domain|"
    r"events|fs|http|http2|https|module|net|node|path|querystring|readline|repl|stream|string_decoder|"
    r"timers|tls|tty|url|util|v8|vm|worker_threads|zlib|bootstrap_node)\.js\Z"
)
"""Files of Node's own library, as Node printed them up to version 15."""
_HELPERS = frozenset(
    {
        "__awaiter", "__generator", "_asyncToGenerator", "asyncGeneratorStep", "_regeneratorRuntime",
        "__webpack_require__", "__webpack_exec__", "Promise.all", "Promise.any", "Promise.allSettled",
        "Generator.next", "Generator.throw", "AsyncGenerator.next", "Promise", "Generator.invoke",
    }
)  # fmt: skip
_PLATFORM_PLACES = ("/var/runtime/", "/var/lang/lib/")
"""Where AWS Lambda keeps what calls a handler."""
_BUNDLER_PLACES = ("webpack/bootstrap", "webpack/runtime/", "webpack/before-startup", ".pnp.cjs", ".pnp.js")

_OVERFLOW = "stack overflow"
_FULL = regex(r"Maximum call stack size exceeded|too much recursion")


@functools.lru_cache(maxsize=4096)
def normalise(name: str) -> str:
    """A function without ``async``, ``new``, the name it was called by, and numbers that a compiler gave."""
    return _NUMBER.sub("", _CALL.sub("", _ALIAS.sub("", name)))


@functools.lru_cache(maxsize=4096)
def _place(file: str, root: str | None) -> tuple[str, Role, str]:
    if file.startswith(("blob:", "data:")):
        return file.partition(":")[0], "own", "own code"
    evaluated = _EVAL.match(file)
    if evaluated is not None:
        place, role, _ = _place(evaluated["place"][:_LONGEST], root)
        return f"eval in {place}", role, "code made of a text"
    is_url = file.startswith(("http://", "https://"))
    path = clean(file.partition("?")[0].partition("#")[0])
    dependency = _DEPENDENCY.match(path)
    if dependency is not None:
        return _VERSION.sub("", path[dependency.end() :]), "library", "third-party code"
    origin = _ORIGIN.match(path)
    path = (
        path[origin.end() - 1 :] if origin is not None and file.startswith("file:") else _ORIGIN.sub("", path)
    )
    path = _LAYER.sub("", path)
    if is_url and _VERSION.search(f"/{path}"):
        return _VERSION.sub("", path), "library", "third-party code"
    if path.startswith(_PLATFORM_PLACES):
        return path.rpartition("/")[2], "glue", "what calls a function of AWS Lambda"
    if path.endswith(_BUNDLER_PLACES) or path.startswith(_BUNDLER_PLACES):
        return path, "glue", "a bundler's loader"
    if _LIBRARY_FILE.match(_BUNDLE.sub("", path)):
        return path, "library", "third-party code"
    if path.startswith(("[eval]-wrapper", "[worker eval]-wrapper")):
        return path, "glue", "Node's loader or scheduler"
    return own_place(_BUNDLE.sub("", path), root), "own", "own code"


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a JavaScript frame: names are often missing, so the file always counts."""
    name = normalise(function)
    if not file or file in ("<anonymous>", "native"):
        if name in _HELPERS:
            return Symbol(name, "", "glue", "goes on with a promise or a generator")
        if not name:
            return Symbol("", "", "unknown", "nothing is known of it")
        return Symbol(name, "", "platform", "a function of the engine")
    if file.startswith(_NODE) or _BUILTIN.match(file) is not None:
        place = file.removeprefix("node:").removesuffix(".js")
        if _LOADER.match(file) is not None:
            return Symbol(name, place, "glue", "the runtime's loader or scheduler")
        return Symbol(name, place, "platform", "the runtime's own library")
    place, role, reason = _place(file, root)
    if name in _HELPERS:
        return Symbol(name, place, "glue", "put in by a compiler")
    return Symbol(_OBJECT.sub("", name) or "<anonymous>", place, role, reason)


def error(printed: str, message: str) -> str:
    """The type of an error; that the stack was full, engines tell by the message."""
    return _OVERFLOW if printed in ("RangeError", "InternalError") and _FULL.match(message) else printed


NAMES = NameRules(
    name="javascript",
    suffixes=(".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".mts", ".cts", ".vue", ".svelte"),
    marks=(
        "node:",
        "internal/",
        "webpack",
        "<anonymous>",
        "file://",
        "http://",
        "https://",
        "eval at ",
        "ext:",
    ),
    normalise=normalise,
    symbol=symbol,
    error=error,
    overflows=frozenset({_OVERFLOW}),
    main=frozenset({"Object.<anonymous>"}),
    fold_platform=True,
)
