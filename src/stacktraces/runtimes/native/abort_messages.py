"""What a C or C++ program says of itself before it aborts: one line, or two, and no stack.

======================================================================  ===================================
sample                                                                  what it is
======================================================================  ===================================
``terminate called after throwing an instance of 'std::out_of_range'``  libstdc++; `  what():  m` may follow
``Terminate called after throwing an instance of T: m``                 cpptrace
``libc++abi: terminating due to uncaught exception of type T: m``       libc++
``app: a.cc:15: void f(int): Assertion `n == 6' failed.``               assert of glibc
``Assertion failed: (n == 6), function f, file a.c, line 3.``           assert of macOS and the BSDs
``Assertion failed: n == 6 (a.c: f: 3)``                                assert of musl
``assertion "n == 6" failed: file "a.c", line 3, function: f``          assert of newlib
``/usr/include/vector:1393: assertion n < size() failed: …``            libc++ that checks its callers
``Fatal glibc error: malloc.c:4189 (_int_malloc): assertion failed: …`` glibc's own
``ASSERT: "n == 6" in file a.cpp, line 3``                              Qt
``ERROR:a.c:3:f: assertion failed: (n == 6)``                           GLib; ``Bail out!`` repeats it
``(app:123): GLib-ERROR **: 20:00:10.671: m``                           GLib, what is fatal
``app(123,0x1f5b1a) malloc: *** error for object 0x600: m``             the heap of macOS
``pure virtual method called``                                          libstdc++, libc++
``free(): double free detected in tcache 2``                            glibc's heap
``*** stack smashing detected ***: terminated``                         glibc's fortified functions
``*** Error in `app': double free or corruption (fasttop): 0x10 ***``   glibc before 2.26
``src/tcmalloc.cc:332] Attempt to free invalid pointer 0x55d0``         tcmalloc's heap
``<jemalloc>: src/jemalloc.c:1234: Failed assertion: "ret == sz"``      jemalloc's heap
======================================================================  ===================================
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame

ABORT = "SIGABRT"
"""The type of what names none: the signal that it ends the process with."""
ASSERTION = "Assertion failed"

MESSAGE_LINES = 20
"""Lines of one ``what()`` that are read."""

_TERMINATE = regex(
    r"[Tt]erminate called (?:after throwing an instance of (?:'(?P<type>[^\n]+)'"
    r"|(?P<named>[^\s':][^:]*+(?:::[^:]++)*+): (?P<message>.*))|(?P<text>.+))$"
)
_WHAT = "  what():  "
_FIRST_FRAME = regex(r" {1,3}0# ")
"""Of a stack that a handler prints behind the message."""
_LIBCXX = regex(
    r"libc\+\+abi(?:\.dylib)?: terminating (?:due to|with) uncaught (?:foreign )?exception"
    r"(?: of type (?P<type>[^:]++(?:::[^:]++)*+)(?:: (?P<message>.*))?)?$"
)
_GLIBC = regex(
    r"(?:(?P<program>[^\s:]++): )?(?P<file>[^\s:][^:]*+):(?P<line>\d++): "
    r"(?>(?:(?P<function>.+?): )?(?=Assertion [`']))"
    r"(?P<message>Assertion [`'].*' failed\.?)$"
)
_APPLE = regex(
    r"Assertion failed: (?P<message>.*), function (?P<function>[^,]++), file (?P<file>.{1,400}), line"
    r" (?P<line>\d++)\.?$"
)
_NEWLIB = regex(
    r"assertion \"(?P<message>.*)\" failed: file \"(?P<file>[^\"]++)\", line (?P<line>\d++)"
    r"(?:, function: (?P<function>.+))?$"
)
_HARDENED = regex(
    r"(?P<file>/[^\s:]++):(?P<line>\d++): (?:libc\+\+ Hardening )?(?P<message>assertion .* failed(?::.*)?)$"
)
_GLIBC_FATAL = regex(
    r"Fatal glibc error: (?P<file>[^\s:]++):(?P<line>\d++) \((?P<function>[^()]++)\): assertion"
    r" failed: (?P<message>.*)$"
)
_QT = regex(
    r"ASSERT(?:: \"(?P<message>.*)\" in"
    r"| failure in (?P<function>.{1,400}?): \"(?P<said>.*)\",) file (?P<file>.{1,400}), "
    r"line (?P<line>\d++)$"
)
_GLIB = regex(
    r"(?:Bail out! )?(?:[\w-]{1,60}:)?ERROR:(?P<file>[^\s:]++):(?P<line>\d++):(?P<function>[^\s:]++): "
    r"(?P<message>(?:assertion failed|code should not be reached|unexpected ).*|.* should be .*)$"
)
_GLIB_FATAL = regex(
    r"\((?:process|[^()\s:]{1,100}):\d{1,10}\): (?P<type>(?:[\w-]{1,60}-)?ERROR) \*\*: "
    r"(?:\d\d:\d\d:\d\d\.\d{3}: )?(?P<message>.*)$"
)
_APPLE_HEAP = regex(
    r"[^\n(]{1,100}\(\d{1,10},0x[0-9a-f]{1,16}\) malloc: \*\*\* (?P<text>error for object .*)$"
)
_SET_BREAKPOINT = "malloc: *** set a breakpoint in malloc_error_break to debug"
_PURE = regex(r"(?:libc\+\+abi(?:\.dylib)?: )?[Pp]ure virtual (?:method|function) called!?$")
_NO_EXCEPTION = "terminate called without an active exception"
_BSD = regex(
    r"Assertion failed: (?P<message>.*), (?:function (?P<function>.{1,400}), )?"
    r"file (?P<file>.{1,200}), line (?P<line>\d++)\.?$"
)
_MUSL = regex(
    r"Assertion failed: (?P<message>.*) \((?P<file>[^():]++): (?P<function>[^():]++): (?P<line>\d++)\)$"
)
_HEAP = regex(
    r"(?:double free or corruption \([^()\s]++\)"
    r"|(?:free|malloc|realloc|calloc|munmap_chunk|malloc_consolidate|memalign|mremap_chunk|unlink_chunk"
    r"|_int_malloc|_int_free|sysmalloc|tcache_\w++)\(\): .+"
    r"|corrupted (?:size vs\. prev_size|double-linked list)\b.*|break adjusted to free malloc space"
    r"|invalid fastbin .*)$"
)
_FORTIFIED = regex(r"\*\*\* (?P<text>[^*]+?) \*\*\*(?:: .*)?(?: terminated)?$")
_SAID = ("stack smashing detected", "buffer overflow detected", "%n in writable segment", "invalid %N$")
_OLD_HEAP = regex(
    r"\*\*\* (?:Error in `(?P<program>.{0,400})'|glibc detected \*\*\* \S++): "
    r"(?P<text>.*?): 0x[0-9a-f]++ \*\*\*$"
)
_TCMALLOC = regex(r"\S{0,400}?tcmalloc[\w/.-]{0,100}\.(?:cc|h):\d{1,9}\] (?P<text>Attempt to .*)$")
_JEMALLOC = regex(r"<jemalloc>: (?P<file>[^\s:]++):(?P<line>\d++): Failed assertion: \"(?P<message>.*)\"$")
_JEMALLOC_HEAP = regex(
    r"<jemalloc>: (?P<text>(?:Error in |size mismatch |.{0,40}?double.free|.{0,40}?corrupt).*)$"
)

ANCHORS = (
    b"tcmalloc.cc:",
    b"<jemalloc>: ",
    b"erminate called ",
    b"libc++abi: terminating ",
    b"libc++abi.dylib: terminating ",
    b": Assertion `",
    b": Assertion '",
    b"Assertion failed: ",
    b"double free or corruption ",
    b"free(): ",
    b"malloc(): ",
    b"realloc(): ",
    b"munmap_chunk(): ",
    b"malloc_consolidate(): ",
    b"corrupted size vs. prev_size",
    b"corrupted double-linked list",
    b"Fatal glibc error: ",
    b'assertion "',
    b": assertion ",
    b"Hardening assertion ",
    b'ASSERT: "',
    b"ASSERT failure in ",
    b"ERROR **: ",
    b":ERROR:",
    b"out! ERROR:",
    b"ERROR:../",
    b" malloc: *** error for object ",
    b"ure virtual method called",
    b"ure virtual function called",
    b"*** stack smashing detected ***",
    b"*** buffer overflow detected ***",
    b"*** Error in `",
    b"*** glibc detected ***",
)


def read_message(cursor: Cursor) -> Error | None:
    """The error that the cursor's line tells of, without frames but for the place of an assertion.

    The cursor is left behind it; where the line tells of none the cursor stays.
    """
    line = (cursor.line or "").rstrip()
    for pattern, make in _SHAPES:
        if (found := pattern.match(line)) is not None and (error := make(found)) is not None:
            cursor.advance()
            _take_rest(cursor, error, pattern)
            return error
    return None


def _take_rest(cursor: Cursor, error: Error, pattern: re.Pattern[str]) -> None:
    """Take what says the same again, or more of it, behind the line of ``pattern``."""
    line = cursor.line or ""
    if pattern is _TERMINATE:
        _read_what(cursor, error)
    elif (
        (pattern is _PURE and line.startswith(_NO_EXCEPTION))
        or (pattern is _GLIB and line.startswith("Bail out! "))
        or (pattern is _APPLE_HEAP and line.endswith(_SET_BREAKPOINT))
    ):
        cursor.advance()


def _terminate(found: re.Match[str]) -> Error | None:
    if found["named"]:
        return Error(type=found["named"], message=found["message"] or None)
    if found["type"] is None and found["text"] not in ("without an active exception", "recursively"):
        return None
    return Error(type=found["type"]) if found["type"] else Error(type=ABORT, message=found[0])


def _libcxx(found: re.Match[str]) -> Error:
    return Error(type=found["type"] or ABORT, message=found["message"] if found["type"] else found[0])


def _assertion(found: re.Match[str]) -> Error:
    groups = found.groupdict()
    frame = Frame(function=groups.get("function"), file=found["file"], line=to_number(found["line"]))
    return Error(type=ASSERTION, message=found["message"] or groups.get("said"), frames=[frame])


def _glib_fatal(found: re.Match[str]) -> Error:
    return Error(type=found["type"], message=found["message"])


def _heap(found: re.Match[str]) -> Error:
    return Error(type=ABORT, message=found[0])


def _old_heap(found: re.Match[str]) -> Error:
    return Error(type=ABORT, message=found["text"])


def _fortified(found: re.Match[str]) -> Error | None:
    return Error(type=ABORT, message=found["text"]) if found["text"].startswith(_SAID) else None


_SHAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Error | None]], ...] = (
    (_TERMINATE, _terminate),
    (_LIBCXX, _libcxx),
    (_GLIBC, _assertion),
    (_APPLE, _assertion),
    (_BSD, _assertion),
    (_NEWLIB, _assertion),
    (_HARDENED, _assertion),
    (_GLIBC_FATAL, _assertion),
    (_QT, _assertion),
    (_GLIB, _assertion),
    (_GLIB_FATAL, _glib_fatal),
    (_APPLE_HEAP, _old_heap),
    (_PURE, _heap),
    (_MUSL, _assertion),
    (_HEAP, _heap),
    (_OLD_HEAP, _old_heap),
    (_FORTIFIED, _fortified),
    (_TCMALLOC, _old_heap),
    (_JEMALLOC, _assertion),
    (_JEMALLOC_HEAP, _old_heap),
)


def _read_what(cursor: Cursor, error: Error) -> None:
    """Take the line ``what():``; its text may go on over lines, as far as they are indented or blank."""
    line = cursor.line or ""
    if not line.startswith(_WHAT):
        return
    message = [line.removeprefix(_WHAT)]
    cursor.advance()
    for _ in range(MESSAGE_LINES):
        if not (cursor.line or "").startswith((" ", "\t")) or _FIRST_FRAME.match(cursor.line or ""):
            break
        message.append(cursor.line or "")
        cursor.advance()
    error.message = "\n".join(message)
