"""PHP: closures and anonymous classes have places in their names, packages lie below ``vendor``."""

from __future__ import annotations

import functools
import re

from ..._regex import regex
from .._naming import NameRules, Role, Symbol
from .._paths import clean, own_place

_CLOSURE = regex(r"(?:(?<![\w\\])[\w\\]++(?<=[\w\\]\\))?\{closure(?::(?P<where>[^}]{0,1000}))?\}")
_LINE = regex(r":\d+\Z")
_ANONYMOUS = regex(r"(?<=@anonymous)(?:[^\s(]{0,1000}?:\d++\$[0-9a-f]++|\0[^\s(>]*+)")
_VENDOR = regex(r"(?:.*/)?vendor/([^/]+/[^/]+)/", re.DOTALL)
_SYSTEM = regex(r"/usr/(?:local/)?(?:share|lib)/(?:php\d*|pear)/")
"""Where distributions keep packages."""
_CODEIGNITER = ("SYSTEMPATH/", "VENDORPATH/")
"""What CodeIgniter writes for its own folders; that of the application is ``APPPATH/``."""
_PHAR = regex(r"phar://.*?/([^/]+\.phar)/", re.DOTALL)
_VIEW = regex(r".*/(storage/framework/views)/[0-9a-f]{32,64}\.php\Z", re.DOTALL)
_CACHE = regex(r".*/var/cache/[^/]+/", re.DOTALL)
_HASHED = regex(r"(?<=Container)[A-Za-z0-9_]{7}(?=/)|_[A-Za-z0-9]{7}(?=\.php)")


def normalise(name: str) -> str:
    """The name without the lines of closures and the files of anonymous classes."""
    if "{closure" in name:
        name = _CLOSURE.sub(_closure, name)
    return _ANONYMOUS.sub("", name) if "@anonymous" in name else name


def _closure(found: re.Match[str]) -> str:
    """From 8.4 on a closure tells the function that it is in; one at a file's top only the file."""
    where = _LINE.sub("", found["where"] or "")
    return f"{{closure:{where}}}" if where.endswith("()") else "{closure}"


@functools.lru_cache(maxsize=4096)
def _place(file: str, root: str | None) -> tuple[str, Role, str]:
    path = clean(file)
    if path.startswith(_CODEIGNITER):
        return path, "library", "the framework"
    if package := _VENDOR.match(path):
        return f"{package.group(1)}/{path[package.end() :]}", "library", "third-party code"
    if installed := _SYSTEM.match(path):
        return path[installed.end() :], "library", "third-party code"
    if archive := _PHAR.match(path):
        return f"{archive.group(1)}/{path[archive.end() :]}", "library", "a program in an archive"
    if view := _VIEW.match(path):
        return view.group(1), "own", "a compiled template"
    if cache := _CACHE.match(path):
        return _HASHED.sub("", path[cache.end() :]), "glue", "code that the framework made"
    return own_place(path, root), "own", "own code"


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a PHP frame."""
    name = normalise(function)
    if not file:
        return Symbol(name, "", "platform" if name else "unknown", "a function of PHP's own")
    place, role, reason = _place(file, root)
    return Symbol(name, place, role, reason)


def error(printed: str, message: str) -> str:
    """The type without the file of an anonymous class."""
    return _ANONYMOUS.sub("", printed) if "@anonymous" in printed else printed


NAMES = NameRules(
    name="php",
    suffixes=(".php", ".phtml"),
    marks=("phar://",),
    normalise=normalise,
    symbol=symbol,
    error=error,
    main=frozenset({"{main}"}),
    fold_platform=True,
)
