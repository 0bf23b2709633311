"""PHP: what it displays and logs, what its servers and frameworks make of it."""

from __future__ import annotations

from typing import Any

from ...cursor import Cursor
from ...model import Trace
from ...trace_lines import LineKind, TraceLines
from .. import Format, Grammar, NameRules, Runtime, reader_of


def names() -> NameRules:
    from .names import NAMES

    return NAMES


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    from .reader import read

    return read(cursor)


def grammar() -> Grammar:
    from .grammar import GRAMMAR

    return GRAMMAR


def render(value: Any) -> str | None:
    """See :attr:`stacktraces.trace_lines.TraceLines.render`."""
    from .structured import render

    return render(value)


def starts_trace(line: str, following: str) -> bool:
    """See :attr:`stacktraces.runtimes.Runtime.starts`."""
    if "PHP " not in line and "<b>" not in line and " Uncaught " not in line:
        return False
    from .syntax import match_banner

    banner = match_banner(line)
    return banner is not None and banner.certain


_WARNINGS = (
    b"PHP Fatal error: ", b"PHP Parse error: ", b"PHP Warning: ", b"PHP Notice: ", b"PHP Deprecated: ",
    b"PHP Recoverable fatal error: ", b"PHP Core ", b"PHP Compile ", b".php on line ", b"code on line ",
    b".php line ", b".php:", b".phtml on line ", b".inc on line ", b".module on line ", b"</b> on line <b>",
)  # fmt: skip
"""In errors without a stack: logged, and displayed, also by consoles and by PHPUnit.

`` on line `` alone would be in too many lines.
"""

FORMAT = Format(
    name="php",
    title="PHP error",
    anchors=(
        b"Fatal error: Uncaught ",
        b"Fatal error:  Uncaught ",
        b"Fatal error</b>:  Uncaught ",
        b"Stack trace:",
        b"[stacktrace]",
        b"[object] (",
        b" {main}",
        # Symfony's console, CakePHP, Magento, Drupal, CodeIgniter
        b"Exception trace:",
        b"Stack Trace:",
        b") called at [",
        b"() (line ",
        b" --> ",
        b"WordPress database error ",
        *_WARNINGS,
    ),
    read=read,
    grammar=grammar,
)

THINKPHP = Format(
    name="thinkphp",
    title="error in ThinkPHP's log",
    anchors=(b"[ error ] [", *(b"[error] [%d]" % code for code in (0, 1, 2, 4, 8, 404, 500, 10500, 10501))),
    read=reader_of(f"{__name__}.thinkphp"),
    precedence=1,
)

LINES = TraceLines(
    header=LineKind(
        rb"Stack trace:(?! 0x)|\[stacktrace\]|(?:PHP )?(?:Fatal|Parse) error: {1,2}",
        (b"tack", b"Fatal error: ", b"Parse error: "),
    ),
    frame=LineKind(
        rb"#\d{1,4} (?:[^\n]{1,1000}?\(\d{1,9}\): |\[internal function\]: |\{main\})",
        (b"#0 ", b"#1 ", b"#2 "),
    ),
    render=render,
    goes_on=rb"#\d{1,4} |Next [A-Za-z_\\]|\[previous exception\] |PHP {1,4}\d{1,4}\. |\"\}",
)

RUNTIME = Runtime(
    name="php",
    title="PHP",
    names=names,
    formats=(FORMAT, THINKPHP),
    lines=LINES,
    starts=starts_trace,
    versions="PHP 8.2, 8.4 and 8.5 (WebAssembly)",
    reads="errors that nobody caught, displayed as text and HTML and logged, with all that led to them; what "
    "php-fpm, nginx and Apache make of them; errors and warnings without a stack, with their place; "
    "exceptions that a program logs as text, or through Monolog (also as JSON) and Laravel; stacks that "
    "Xdebug logs; what PHPUnit and the consoles of Symfony, Laravel and Pest print; logs of CakePHP, "
    "CodeIgniter, Drupal, Hyperf, Magento, MediaWiki, Nextcloud, Slim, ThinkPHP, WordPress and Yii",
    not_read="the HTML tables of Xdebug; boxes of Symfony's console before 3.4 without a stack",
)
