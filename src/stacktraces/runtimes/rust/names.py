"""Rust: hashes and disambiguators of a build, closures, generic arguments."""

from __future__ import annotations

import functools

from ..._regex import regex
from .._cplusplus import without_brackets
from .._naming import NameRules, Symbol

# foo::h0123456789abcdef, foo[0123456789abcdef]
_HASH = regex(r"::h[0-9a-f]{16}\Z|\[[0-9a-f]{16}\]")
_CLOSURE = regex(r"\{\{?closure(?:\}\}|#\d+\}|_env#\d+\})")
_ANGLE = regex(r"<|(?<!-)>")
_CRASH = regex(
    r"(?:core::panicking|std::panicking|core::(?:option|result)::(?:unwrap|expect)_failed|std::sys::backtrace|"
    r"std::backtrace|core::slice::index::slice_|alloc::raw_vec::(?:handle_error|capacity_overflow))|"
    r"_?_?rust_(?:panic|begin_unwind|start_panic|end_short)|rust_panic|core::panic|std::process::abort"
)
_ENTRY = regex(
    r"(?:std::rt::|std::sys::(?:pal::\w+::)?thread|std::thread::|core::ops::function::FnOnce::call_once|"
    r"std::panic::catch_unwind|std::sys::backtrace::__rust_begin_short_backtrace|main\Z|start_thread\Z|"
    r"__libc_start|_start\Z|clone3?\Z|alloc::boxed::Box::call_once)"
)
_GLUE = regex(r"core::ops::function::|alloc::boxed::Box::(?:call|poll)|std::panic::AssertUnwindSafe")
_PLATFORM = regex(r"(?:std|core|alloc)::")


def _without_trait(name: str) -> str:
    """``<T as Trait>::f`` and ``<T>::f`` are ``T::f``."""
    depth = 0
    for found in _ANGLE.finditer(name) if name.startswith("<") else ():
        depth += 1 if found.group() == "<" else -1
        if depth == 0:
            kind = name[1 : found.start()].partition(" as ")[0].lstrip("<&*")
            return kind + name[found.end() :]
    return name


@functools.lru_cache(maxsize=1024)
def normalise(name: str) -> str:
    """A path without hash, generic arguments and the trait it implements: ``<T as Tr>::f`` is ``T::f``."""
    name = _CLOSURE.sub("\x00", _HASH.sub("", name))
    name = _without_trait(name)
    return without_brackets(name).replace("\x00", "{closure}").replace("::::", "::").strip("&* ")


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a Rust frame; its path names its crate."""
    name = normalise(function)
    if not name or name == "<unknown>":
        return Symbol("", "", "unknown", "nothing is known of it")
    if _ENTRY.match(name) and not file.endswith("src/main.rs"):
        return Symbol(name, "", "entry", "starts the program or a thread")
    if _CRASH.match(name):
        return Symbol(name, "", "crash", "reports the panic")
    if _GLUE.match(name):
        return Symbol(name, "", "glue", "calls a closure")
    if _PLATFORM.match(name) or "/rustc/" in file:
        return Symbol(name, "", "platform", "standard library")
    if "/.cargo/registry/" in file or "/.cargo/git/" in file:
        return Symbol(name, "", "library", "third-party code")
    return Symbol(name, "", "own", "own code")


NAMES = NameRules(name="rust", suffixes=(".rs",), normalise=normalise, symbol=symbol)
