"""C and C++ as debuggers print them: compiler clones, libc's decorations, templates, lambdas."""

from __future__ import annotations

import functools
import re

from ..._regex import regex
from .._cplusplus import plain_name
from .._mangled import plain_symbol
from .._naming import NameRules, Role, Symbol
from .._paths import own_place
from .roles import CRASH, CRASH_PATTERN, ENTRY, GLUE_PATTERN, INTERPRETER_PATTERN

# foo.isra.0.constprop.1, foo.cold, foo.lto_priv.3, foo.llvm.1234, foo [clone .part.0]; gcc's function-local
# static numbers (foo.1234) as well.
_CLONE = regex(
    r" \[clone [^\]]*\]|\.(?:isra|part|constprop|cold|lto_priv|llvm|localalias|clone|resolver|default|"
    r"ipa_ra|simd|ifunc|nonoverlapping|arch_\w+|avx\w*|sse\w*|\d+)"
)
# shop::pick::h0123456789abcdef: Rust, as minidumps tell it.
_RUST_HASH = regex(r"::h[0-9a-f]{16}\Z")
# foo@plt, foo@@GLIBC_2.3.2, foo@GLIBC_2.2.5; macOS: read$NOCANCEL, select$DARWIN_EXTSN$NOCANCEL
_VERSION = regex(
    r"@(?:plt|got|@?[A-Z][\w.]{0,80})\Z|(?:\$(?:VARIANT\$\w{1,40}|NOCANCEL|UNIX2003|DARWIN_EXTSN|INODE64)){1,8}\Z"
)
# What a library calls itself by, so that nobody can come between: GLib, GTK+, fontconfig; cairo. Older
# versions of gdb print such names with the assembler's mark, "*".
_ALIAS = regex(r"\*?IA__(?=[A-Za-z_])|\*INT_(?=[A-Za-z_])|INT_(?=cairo_)")
# _IO_puts, _IO_new_fclose, _IO_vfprintf_internal: glibc's own names of puts, fclose, vfprintf.
_STDIO = regex(r"_IO_(?:new_|old_)?(?=[a-z])")
# __GI_raise, *__GI_abort (older gdb), __libc_malloc; but __libc_message has no plain name.
_LIBC_PREFIX = regex(
    r"\*?(?:_{2,}(?:GI|EI|new|old|nptl)_|_{2,}+(?:libc_(?!start|message|fatal|csu|check|init))?)+(?=[a-z_])"
)
_LIBC_SUFFIX = regex(r"(?:_nocancel|_time64|_internal|_chk){1,8}\Z")
# __memmove_avx_unaligned_erms, __strlen_sse2, __memset_evex512_unaligned
_VARIANT = regex(
    r"_{0,2}(w?mem[a-z]{3,4}|(?:raw)?mem[a-z]+|str[a-z]+|stpn?cpy|wcs[a-z]+)(?:_chk)?"
    r"(?:_(?:s?sse\d|sse\d_?\d|avx|evex|generic|neon|sve|falkor|thunderx|power|z13|asimd|ia32|i\d86"
    r"|unaligned|erms)\w*)"
)
_MODULE_VERSION = regex(
    r"(?:[-_.]\d[\w.+-]{0,100})?\.(?:so|dylib|dll|exe)[.\d]{0,40}\Z|-\d[\d.]{0,40}\Z", re.IGNORECASE
)
# Sources of glibc, libstdc++ and the like as their packages print them.
_SYSTEM_SOURCE = regex(
    r"\.\.?/(?:sysdeps|nptl|csu|libio|malloc|stdlib|string|posix|io|elf|socket|time|signal)/|"
    r"/usr/(?:include|src/debug)/|/build/(?:e?glibc|gcc)|(?:malloc|libio|nptl|csu|stdlib|sysdeps)/"
)
# The sanitizers' own runtime, as its packages print its sources.
_SANITIZER_SOURCE = regex(r"(?:/|\A)(?:libsanitizer|compiler-rt/lib)/")
# What the sanitizers put their own in the place of: it stands in the program, and is never its own code.
_ALLOCATORS = frozenset(
    {"malloc", "calloc", "realloc", "free", "operator new", "operator delete", "pthread_create"}
)
_STANDARD = regex(r"(?:std|__gnu_cxx|__cxxabiv1|__gnu_debug|__gnu_parallel)::")
_RUNTIMES = frozenset(
    {
        "libc", "libpthread", "libstdc++", "libc++", "ld", "ld-linux-x86-64", "ld-linux", "ld-musl-x86_64",
        "ntdll", "kernel32", "KERNEL32", "KERNELBASE", "kernelbase", "ucrtbase", "user32", "USER32", "win32u",
        "libsystem_pthread", "libsystem_c", "libthr",
    }
)  # fmt: skip
_SYSTEM = regex(
    r"/(?:usr/)?(?:local/)?lib(?:32|64|exec)?/|/System/|[A-Za-z]:\\Windows\\"
    r"|/(?:system|system_ext|apex|vendor|product|odm)/"
)
# Frameworks and libraries of Apple's systems, which print no path.
_APPLE = regex(
    r"(?:libsystem_\w+|libdispatch|libobjc(?:\.A)?|libswift\w+|dyld\w*|libdyld|CoreFoundation"
    r"|Foundation|AppKit|UIKit(?:Core)?"
    r"|GraphicsServices|QuartzCore|HIToolbox|CFNetwork|WebKit|WebCore|JavaScriptCore"
    r"|SwiftUI(?:Core)?|AttributeGraph"
    r"|FrontBoardServices|BaseBoard|RunningBoardServices|CoreAutoLayout|CoreData|CoreGraphics|Metal"
    r"|libxpc)(?:\.dylib)?\Z"
)
_WINDOWS = regex(r"(?:nt|ntdll|ntkrnlmp|KERNELBASE|kernel32|KERNEL32|ucrtbase|hal|win32k\w*)!")


def _without_clones(name: str) -> str:
    """One suffix after the other, from the end: a search from the start would be quadratic."""
    name = name.rstrip()
    while True:
        start = name.rfind(" [clone ") if name.endswith("]") else name.rfind(".")
        if start < 1 or _CLONE.fullmatch(name, start) is None:
            return name
        name = name[:start]


@functools.lru_cache(maxsize=1024)
def normalise(name: str) -> str:
    """A C or C++ function without arguments, template arguments, clone and version suffixes."""
    name = plain_name(_RUST_HASH.sub("", plain_symbol(_without_clones(name))))
    if "::" in name:
        return name
    name = _without_clones(_VERSION.sub("", name))
    variant = _VARIANT.fullmatch(name)
    if variant is not None:
        name = variant.group(1)
    elif name.startswith(("_", "*", "I")):
        name = _without_alias(name)
    # glibc serves both by one routine, and prints whichever name the linker kept.
    return "memcpy" if name in ("memmove", "mempcpy") else name


def _without_alias(name: str) -> str:
    """The name that a function is called by outside of its library."""
    found = _ALIAS.match(name)
    if found is not None:
        return _LIBC_SUFFIX.sub("", name[found.end() :])
    is_libc = name.startswith(("__", "*__", "_IO_"))
    found = _LIBC_PREFIX.match(name)
    name = name[found.end() :] if found is not None else name
    found = _STDIO.match(name)
    name = name[found.end() :] if found is not None else name
    return _LIBC_SUFFIX.sub("", name) if is_libc else name


def module_name(module: str) -> str:
    """A shared object's base name without its version: ``/lib/libc-2.31.so.6`` is ``libc``."""
    base = module.replace("\\", "/").rpartition("/")[2]
    return _MODULE_VERSION.sub("", base) or base


def _is_system(module: str) -> bool:
    """Whether a shared object is the system's own: by its path, or a runtime that is printed without one."""
    return (
        _SYSTEM.match(module) is not None
        or module_name(module) in _RUNTIMES
        or _APPLE.match(module) is not None
    )


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a native frame; one without a function is known by its module."""
    if function.startswith(("<signal handler called", "[KCrash Handler")) or function in (
        "_sigtramp",
        "__restore_rt",
    ):
        return Symbol("<signal handler>", "", "crash", "signal handler")
    name = normalise(function) if function and function != "??" else ""
    if not name:
        if not module and (place := own_place(file, root)):
            return Symbol("", place, "own", "own code")
        if not module:
            return Symbol("", "", "unknown", "nothing is known of it")
        place = module_name(module)
        role: Role = "platform" if place in _RUNTIMES or _APPLE.match(module) else "library"
        return Symbol("??", place, role, "no symbol: its module stands for it")
    if name in CRASH or CRASH_PATTERN.match(name) or _SANITIZER_SOURCE.search(file):
        return Symbol(name, "", "crash", CRASH.get(name, "reports the error"))
    if name in ENTRY:
        return Symbol(name, "", "entry", ENTRY[name])
    if GLUE_PATTERN.match(name):
        return Symbol(name, "", "glue", "C++ library between caller and callee")
    if INTERPRETER_PATTERN.match(name):
        return Symbol(name, "", "glue", "how CPython calls differs between versions")
    if name in _ALLOCATORS:
        return Symbol(name, "", "platform", "the C library")
    if _WINDOWS.match(name):
        return Symbol(name, "", "platform", "Windows")
    if _STANDARD.match(name):
        return Symbol(name, "", "platform", "the C++ library")
    if _SYSTEM_SOURCE.match(file) or (not file and _is_system(module)):
        return Symbol(name, "", "platform", "system library")
    return Symbol(name, "", "own", "own code")


NAMES = NameRules(
    name="native",
    suffixes=(
        ".c", ".cc", ".cpp", ".cxx", ".c++", ".h", ".hh", ".hpp", ".hxx", ".inl", ".ipp", ".tcc", ".s",
        ".m", ".mm", ".y", ".l", ".moc", ".d", ".f90", ".vala", ".swift",
    ),
    normalise=normalise,
    symbol=symbol,
)  # fmt: skip
