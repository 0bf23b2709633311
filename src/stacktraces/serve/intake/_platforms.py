"""How the SDKs of each platform write what its runtime prints: names of types and functions, and files.

A structured stack becomes the frames that reading the same stack as text gives, so that an error has one
fingerprint, whichever way it came.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...model import Frame
from ._json import fields, number, shown, text

_RUNTIMES = {
    "python": "python", "java": "java", "javascript": "javascript", "node": "javascript", "go": "go",
    "ruby": "ruby", "php": "php", "perl": "perl", "csharp": "dotnet", "native": "native", "c": "native",
    "cocoa": "swift", "swift": "swift", "objc": "native", "elixir": "erlang", "erlang": "erlang",
    "dart": "dart", "rust": "rust",
}  # fmt: skip
_UNPRINTED_MODULES = frozenset({"builtins", "__main__", "exceptions"})
_QUALIFIED = frozenset({"java", "go", "erlang"})
"""Runtimes that print a function behind the name of its class or package."""
_NAMELESS = frozenset({"?", "<anonymous>", "<unknown>"})


def runtime_for(platform: object, sdk: object) -> str | None:
    """The name of the runtime that an event of ``platform`` is of; ``sdk`` is the name of its SDK."""
    if isinstance(sdk, str) and sdk.startswith("sentry.rust"):
        return "rust"
    return _RUNTIMES.get(platform) if isinstance(platform, str) else None


def type_name(value: dict[str, Any], runtime: str | None) -> str | None:
    """The type of an exception, as ``runtime`` prints it."""
    name, module = text(value.get("type")), text(value.get("module"))
    if name is None or module is None or name.startswith(f"{module}."):
        return name
    if runtime == "java" or (runtime == "python" and module not in _UNPRINTED_MODULES):
        return f"{module}.{name}"
    return name


def frames_of(stacktrace: object, runtime: str | None) -> list[Frame]:
    """The frames of a stack trace of Sentry's protocol, innermost first."""
    given = [each for each in fields(stacktrace).get("frames") or () if isinstance(each, dict)]
    name = _FUNCTIONS.get(runtime or "", _as_it_is)
    return [_frame(each, runtime, name) for each in reversed(given)]


def _frame(given: dict[str, Any], runtime: str | None, name: Callable[[str, str | None], str]) -> Frame:
    function, module = text(given.get("function")), text(given.get("module"))
    if function is not None and function in _NAMELESS:
        function = None
    if runtime == "php" and function is None:
        function = "{main}"
    if function is not None:
        function = name(function, module)
    values = fields(given.get("vars"))
    source = text(given.get("context_line"))
    return Frame(
        function=function,
        module=text(given.get("package")) if runtime in ("native", "swift") else None,
        file=_file(given, runtime),
        line=number(given.get("lineno")) or None,
        column=number(given.get("colno")) or None,
        address=_address(given.get("instruction_addr")),
        locals={key: shown(value) or "" for key, value in values.items()} or None,
        source=source.strip() if source is not None else None,
    )


def _file(given: dict[str, Any], runtime: str | None) -> str | None:
    file, path = text(given.get("filename")), text(given.get("abs_path"))
    if runtime == "java":
        return file  # Java prints no folders.
    chosen = path or file
    return None if chosen in _NAMELESS else chosen


def _address(value: object) -> int | None:
    if isinstance(value, str) and value.startswith("0x") and len(value) <= 18:
        try:
            return int(value, 16)
        except ValueError:
            return None
    return None


def _as_it_is(function: str, _: str | None) -> str:
    return function


def _qualified(function: str, module: str | None) -> str:
    if module is None or function.startswith(f"{module}."):
        return function
    return f"{module}.{function}"


def _javascript(function: str, _: str | None) -> str:
    """The SDK writes ``Object.?`` of what V8 prints as ``Object.<anonymous>``."""
    return f"{function[:-1]}<anonymous>" if function.endswith(".?") else function


def _dotnet(function: str, module: str | None) -> str:
    """``Void Add(Item)`` of ``Shop.Cart`` is printed as ``Shop.Cart.Add``."""
    bare = function.partition("(")[0].rpartition(" ")[2]
    return _qualified(bare, module)


def _php(function: str, _: str | None) -> str:
    return function.replace("::", "->") if function != "{main}" else function


def _ruby(function: str, module: str | None) -> str:
    """Since Ruby 3.4 a name holds its class; the SDK tells it apart."""
    return function if module is None or "#" in function else f"{module}#{function}"


_FUNCTIONS: dict[str, Callable[[str, str | None], str]] = {
    **dict.fromkeys(_QUALIFIED, _qualified),
    "dotnet": _dotnet,
    "javascript": _javascript,
    "php": _php,
    "ruby": _ruby,
}
