"""Rust: hashes and disambiguators of a build, closures, generic arguments, traits."""

from __future__ import annotations

import functools

from ..._regex import regex
from .._cplusplus import without_brackets
from .._naming import NameRules, Symbol
from .._paths import own_place

_MOST_NESTED = 8
_UNKNOWN = "<unknown>"
_OVERFLOW = "stack overflow"
# foo::h0123456789abcdef, foo[0123456789abcdef]
_HASH = regex(r"::h[0-9a-f]{16}\Z|\[[0-9a-f]{10,16}\]")
_CLOSURE = regex(r"\{\{?closure(?:\}\}|#\d+\}|_env#\d+\})")
_ANGLE = regex(r"<|(?<!-)>")
# What a panic and the printing of its backtrace are made of.
_CRASH = regex(
    r"core::(?:panicking|(?:option|result)::(?:unwrap|expect)_failed|slice::index::slice_|cell::panic_|fmt::(?:write\Z|rt::Argument))|"
    r"std::(?:panicking|backtrace|sys::(?:backtrace|stdio)|sys_common::backtrace|io::(?:default_write_fmt|Write::write_fmt)|"
    r"panic::panic_any|process::abort|alloc::rust_oom)|"
    r"alloc::(?:raw_vec::(?:handle_error|capacity_overflow)|alloc::handle_alloc_error)|core::panic::(?!unwind_safe)|"
    r"_{0,2}(?:rustc::_{0,2})?rust_(?:panic|begin_unwind|start_panic|end_short|alloc_error)|"
    r"(?:backtrace|color_backtrace|color_eyre|better_panic|human_panic|log_panics|tracing_panic|error_stack"
    r"|console_error_panic_hook)::|imports\.wbg\.|__wbg_|(?:anyhow|eyre)::(?:error|private|__private|kind|context|backtrace)"
)
_ENTRY = regex(
    r"std::(?:rt::|(?:sys::(?:pal::\w+::)?)?thread|panic::(?:catch_unwind|panic_count)|panicking::(?:try|catch_unwind)|"
    r"(?:sys|sys_common)::backtrace::__rust_begin_short_backtrace)|__rust_(?:begin_short_backtrace|try)|"
    r"core::ops::function::FnOnce::call_once|(?:main|start_thread|_start|clone3?)\Z|__libc_start|"
    r"alloc::boxed::Box::call_once"
)
_GLUE = regex(
    r"core::ops::function::|alloc::boxed::Box::(?:call|poll)|(?:std|core)::panic(?:::unwind_safe)?::AssertUnwindSafe|"
    r"core::ptr::drop_in_place"
)
_PLATFORM = regex(r"(?:std|core|alloc|proc_macro|test)::")
_PLATFORM_FILE = regex(
    r"/rustc[/-][^/]+/(?:library|src/lib)|/lib/rustlib/src/|(?:\A|[/:])library/(?:core|std|alloc)/src/"
)
_LIBRARY_FILE = regex(r"/(?:\.?cargo|rust)/(?:registry|git)/|/vendor/|(?:\A|/)external/")
# Crates that most programs stand on: a build without debug information prints no files.
_LIBRARIES = frozenset(
    {
        "actix_http", "actix_rt", "actix_server", "actix_web", "anyhow", "async_std", "axum", "bytes",
        "clap", "color_eyre", "crossbeam", "crossbeam_channel", "crossbeam_utils", "diesel", "env_logger",
        "eyre", "futures", "futures_core", "futures_executor", "futures_util", "h2", "hashbrown", "hyper",
        "hyper_util", "indexmap", "itertools", "log", "miette", "mio", "once_cell", "parking_lot",
        "rayon", "rayon_core", "regex", "reqwest", "rustls", "serde", "serde_json", "smol", "sqlx",
        "sqlx_core", "tokio", "tonic", "tower", "tower_http", "tracing", "tracing_core",
        "tracing_subscriber", "warp",
    }
)  # fmt: skip


def _without_trait(name: str) -> str:
    """``<T as Trait>::f`` and ``<T>::f`` are ``T::f``; of a type that is no crate's own, ``Trait::f``."""
    depth = 0
    for found in _ANGLE.finditer(name) if name.startswith("<") else ():
        depth += 1 if found.group() == "<" else -1
        if depth == 0:
            kind, _, trait = _split_trait(name[1 : found.start()])
            kind = kind.lstrip("&*").removeprefix("mut ").removeprefix("dyn ")
            is_path = "::" in without_brackets(kind) and not kind.startswith(("fn(", "(", "["))
            return (kind if is_path or not trait else trait) + name[found.end() :]
    return name


def _split_trait(text: str) -> tuple[str, str, str]:
    """``T as Trait`` parted at the `` as `` that stands outside of brackets."""
    depth = start = 0
    for at, character in enumerate(text):
        if character == "<":
            depth += 1
        elif character == ">" and text[at - 1 : at] != "-":
            depth -= 1
        elif character == " " and depth == start and text.startswith(" as ", at):
            return text[:at], " as ", text[at + 4 :]
    return text, "", ""


@functools.lru_cache(maxsize=1024)
def normalise(name: str) -> str:
    """A path without hash, generic arguments and the trait it implements: ``<T as Tr>::f`` is ``T::f``."""
    name = _CLOSURE.sub("\x00", _HASH.sub("", name))
    for _ in range(_MOST_NESTED):
        plain = _without_trait(name)
        if plain == name:
            break
        name = plain
    return without_brackets(name).replace("\x00", "{closure}").replace("::::", "::").strip("&* ").rstrip(":")


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a Rust frame; its path names its crate."""
    name = normalise(function) if function != _UNKNOWN else ""
    if not name:
        return _place_alone(file, root)
    if _ENTRY.match(name) and not file.endswith("src/main.rs"):
        return Symbol(name, "", "entry", "starts the program or a thread")
    if _CRASH.match(name):
        return Symbol(name, "", "crash", "reports the panic")
    if _GLUE.match(name):
        return Symbol(name, "", "glue", "calls a closure")
    if _PLATFORM.match(name) or _PLATFORM_FILE.search(file):
        return Symbol(name, "", "platform", "standard library")
    if _LIBRARY_FILE.search(file) or name.partition("::")[0] in _LIBRARIES:
        return Symbol(name, "", "library", "third-party code")
    return Symbol(name, "", "own", "own code")


def _place_alone(file: str, root: str | None) -> Symbol:
    """The symbol of a place without a function: a panic without a backtrace prints no more."""
    place = own_place(file, root)
    if not place:
        return Symbol("", "", "unknown", "nothing is known of it")
    if _PLATFORM_FILE.search(file):
        return Symbol("", place, "platform", "standard library")
    if _LIBRARY_FILE.search(file):
        return Symbol("", place, "library", "third-party code")
    return Symbol("", place, "own", "own code")


def error(printed: str, message: str) -> str:
    """The type of an error; that the stack was full is told by the message alone."""
    return _OVERFLOW if printed == "fatal error" and message == _OVERFLOW else printed


NAMES = NameRules(
    name="rust",
    suffixes=(".rs",),
    normalise=normalise,
    symbol=symbol,
    error=error,
    overflows=frozenset({_OVERFLOW}),
    fold_platform=True,
)
