# -*- coding: utf-8 -*-
"""What the interpreter itself knows about an exception: the truth that parsers are held to.

Runs in Python 2.7, 3.6 and later. The truth comes from the exception objects and `traceback.extract_tb`, never from printed text:

    {"kind": "errors", "traces": [TRACE...], FLAGS}
    {"kind": "snapshot", "threads": [{"id", "current", "frames"}], "reason"}
    TRACE: {"error": ERROR, "thread", "ignored_in", "log": {"level", "logger", "message"}, "stack": true}
    ERROR: {"type", "message", "notes", "frames", "cause", "cause_kind", "children", "syntax", "remote", ...}
    FRAME: {"function", "file", "line", "source", "locals"}   innermost first

A SyntaxError's "syntax" is the place it names: {"file", "line", "text"}; it is not among the frames.
A trace with "stack" is a logged stack without an exception: its error has no type.
Flags of the whole case:

    headless    no "Traceback" header is printed: text alone cannot announce it
    open_end    text alone cannot tell where the message ends, or what in it is a note
    drift       the interpreter adds advice ("Did you mean") to the message
    ansi        the text holds colour codes; in a message they belong to it, and a reader may take them out
    logging_error  the text goes on after the stack with "Message:" and "Arguments:"
    python2_ignored  the one-line form of Python 2 for an error that cannot be raised
"""

from __future__ import print_function

import json
import os
import sys
import traceback

V = sys.version_info[:2]
PY2 = V < (3,)
HERE = os.path.dirname(os.path.abspath(__file__))
DISPLAY_LIMIT = 1000
SHAPES = []  # functions that raise
REPORTS = []  # functions that return (text, truth)
PROCESSES = []  # functions that end their process, and write their truth before


def registering(shapes):
    def decorator(since=(2, 7), until=(9, 9), **flags):
        """Register a function under its own name; `since` and `until` are inclusive versions."""

        def register(function):
            if since <= V <= until:
                shapes.append((function.__name__, function, flags))
            return function

        return register

    return decorator


shape, report, process = registering(SHAPES), registering(REPORTS), registering(PROCESSES)


# ---------------------------------------------------------------------------------------------- the truth


def frame_truth(summary):
    filename, line, function, source = tuple(summary)[:4]
    truth = {"function": function, "file": filename, "line": line, "source": source or None}
    if getattr(summary, "locals", None):
        truth["locals"] = dict(summary.locals)
    return truth


def frames_truth(tb, native, **options):
    if options:
        stack = traceback.StackSummary.extract(traceback.walk_tb(tb), **options)
    else:
        stack = traceback.extract_tb(tb)
    frames = [frame_truth(each) for each in reversed(stack)]
    return frames[:DISPLAY_LIMIT] if native and V < (3, 13) else frames


def type_name(kind, native):
    """The name as this interpreter prints it: its two printers differ before 3.11."""
    name = kind.__name__
    if PY2:
        return name if not native or kind.__module__ == "exceptions" else kind.__module__ + "." + name
    hidden = ("builtins", "__main__") if V >= (3, 11) or not native else ("builtins",)
    name = kind.__qualname__
    if native and V < (3, 9):
        name = name.rpartition(".")[2]
    return name if kind.__module__ in hidden else kind.__module__ + "." + name


def message_of(value, native):
    if isinstance(value, SyntaxError):
        return value.msg
    try:
        text = str(value)
    except Exception:
        if native or V >= (3, 11):
            return "<exception str() failed>"
        return "<unprintable %s object>" % type(value).__name__
    if PY2:
        text = text.decode("utf-8", "replace")
    return text


def error_truth(value, tb=None, native=False, seen=None, depth=0, **options):
    """What the interpreter knows about an exception, as far as it prints it."""
    seen = set() if seen is None else seen
    seen.add(id(value))
    truth = {
        "type": type_name(type(value), native),
        "message": message_of(value, native) or None,
        "notes": [],
        "frames": frames_truth(tb, native, **options) if tb else [],
        "cause": None,
        "cause_kind": None,
        "children": [],
    }
    if isinstance(value, SyntaxError) and value.filename:
        text = value.text.strip() if value.text else None
        truth["syntax"] = {"file": value.filename, "line": value.lineno, "text": text}
    notes = getattr(value, "__notes__", None)
    if notes and V >= (3, 11):
        truth["notes"] = [str(each) for each in notes]
    if PY2:
        return truth
    cause, kind = value.__cause__, "cause"
    if cause is None and not value.__suppress_context__:
        cause, kind = value.__context__, "context"
    if cause is not None and id(cause) not in seen:
        remote = getattr(value, "remote_truth", None)
        if remote and kind == "cause":
            truth["cause"] = dict(json.loads(remote), remote=True)
        else:
            truth["cause"] = error_truth(cause, cause.__traceback__, native, seen, depth, **options)
        truth["cause_kind"] = kind
    if V >= (3, 11) and isinstance(value, BaseExceptionGroup):  # noqa: F821
        truth["children_total"] = len(value.exceptions)
        for each in value.exceptions[:15]:
            if depth == 9 and isinstance(each, BaseExceptionGroup):  # noqa: F821
                truth["truncated"] = True
            else:
                child = error_truth(each, each.__traceback__, native, seen, depth + 1, **options)
                truth["children"].append(child)
    return truth


def truth_now(native=False):
    """What is known of the exception being handled."""
    kind, value, tb = sys.exc_info()
    return error_truth(value, tb, native)


def caught(function, *arguments):
    try:
        function(*arguments)
    except Exception as error:
        return error


def errors(*traces, **more):
    return dict({"kind": "errors", "traces": list(traces)}, **more)


def trace(error, **more):
    return dict({"error": error}, **more)


def logged_stack(frames):
    unknown = {"type": None, "message": None, "cause": None, "cause_kind": None}
    return dict(unknown, notes=[], frames=frames, children=[])


def stack_truth(frame):
    """Frames of a running stack, innermost first."""
    return [frame_truth(each) for each in reversed(traceback.extract_stack(frame))]


class Captured(object):
    """Stands in for stderr and keeps what is written."""

    def __init__(self):
        self.parts = []

    def write(self, text):
        if PY2 and isinstance(text, unicode):  # noqa: F821
            text = text.encode("utf-8")
        self.parts.append(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        pass

    def text(self):
        text = "".join(self.parts)
        return text.decode("utf-8", "replace") if PY2 else text


class stderr_captured(object):
    def __enter__(self):
        self.saved, sys.stderr = sys.stderr, Captured()
        return sys.stderr

    def __exit__(self, *_):
        sys.stderr = self.saved


def shown_by_interpreter(kind, value, tb):
    with stderr_captured() as out:
        sys.__excepthook__(kind, value, tb)
    return out.text()


def shown_by_module(kind, value, tb):
    text = "".join(traceback.format_exception(kind, value, tb))
    return text.decode("utf-8", "replace") if PY2 else text
