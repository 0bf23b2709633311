"""Dart: the URI of a file tells whose it is."""

from __future__ import annotations

from .._naming import NameRules, Symbol
from .._paths import own_place

_FRAMEWORK = ("flutter/", "flutter_test/", "sky_engine/")
_LIBRARIES = tuple(
    f"{each}/"
    for each in (
        *("async", "args", "bloc", "collection", "crypto", "cloud_firestore", "dio", "drift", "equatable"),
        *("firebase_core", "flutter_bloc", "flutter_riverpod", "get", "get_it", "go_router", "grpc", "hive"),
        *("http", "intl", "isar", "logger", "logging", "matcher", "meta", "mockito", "mocktail", "path"),
        *("protobuf", "provider", "riverpod", "rxdart", "sentry", "sentry_flutter", "shared_preferences"),
        *("shelf", "sqflite", "stack_trace", "stream_channel", "test", "test_api", "web_socket_channel"),
    )
)
"""Packages that many programs use: a package's URI does not tell whether it is the program's own."""
_COMPILED = "_kDartIsolateSnapshotInstructions"
_CLOSURE = ".<anonymous closure>"
_TERSE_CLOSURE = ".<fn>"


def normalise(name: str) -> str:
    """The function, with closures of closures as one; package:stack_trace calls a closure ``<fn>``."""
    name = name.replace(_TERSE_CLOSURE, _CLOSURE)
    while name.endswith(_CLOSURE + _CLOSURE):
        name = name.removesuffix(_CLOSURE)
    return name


def symbol(function: str, module: str, file: str, root: str | None) -> Symbol:
    """The symbol of a frame, by the scheme of its file's URI."""
    name = normalise(function)
    scheme, mark, path = file.partition(":")
    if scheme == "dart":
        return Symbol(name, file, "platform", "Dart's own library")
    if scheme == "package":
        if path.startswith(_FRAMEWORK):
            return Symbol(name, path, "platform", "the Flutter framework")
        if path.startswith(_LIBRARIES) or (path and "/" not in path):
            return Symbol(name, path, "library", "third-party code")
        return Symbol(name, path, "own", "code of a package")
    if name.startswith(_COMPILED):
        return Symbol(name, "", "own", "code that was compiled ahead of time")
    if mark or file:
        return Symbol(name, own_place(path or file, root), "own", "own code")
    return Symbol(name, "", "unknown", "no file")


NAMES = NameRules(
    name="dart",
    suffixes=(".dart",),
    marks=("dart:", "package:"),
    normalise=normalise,
    symbol=symbol,
    overflows=frozenset({"StackOverflowError", "Stack Overflow"}),
    fold_platform=True,
)
