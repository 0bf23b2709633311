"""Details of reading what Dart prints."""

from __future__ import annotations

from stacktraces.model import Trace
from stacktraces.parsing import iterate
from stacktraces.runtimes.dart.names import normalise, symbol

FRAME = "#0      f (package:shop/a.dart:1:2)\n"


def test_two_behind_each_other_stay_two() -> None:
    text = f"Unhandled exception:\nFormatException: no\n{FRAME}" * 2 + "exit status 255\n"
    found = [each for each in iterate(text.encode()) if isinstance(each, Trace)]
    assert [(each.error.type, len(each.error.frames)) for each in found] == [("FormatException", 1)] * 2


def test_a_thrown_text_has_no_type() -> None:
    (found,) = iterate(f"Unhandled exception:\nplum\n{FRAME}".encode())
    assert isinstance(found, Trace)
    assert (found.error.type, found.error.message) == (None, "plum")


def test_the_file_tells_whose_a_function_is() -> None:
    files = ("dart:core/list.dart", "package:flutter/src/a.dart", "package:shop/a.dart", "file:///srv/a.dart")
    assert [symbol("f", "", each, None).role for each in files] == ["platform", "platform", "own", "own"]
    assert normalise("f.<anonymous closure>.<anonymous closure>") == "f.<anonymous closure>"
