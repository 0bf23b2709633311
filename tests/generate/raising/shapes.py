"""Raises every shape of Python traceback in the running interpreter (2.7, 3.6 and later).

    python shapes.py                    one JSON object a line on stdout: {"shape", "text", "truth"}, then
                                        {"processes": [SHAPE...]}: the shapes that need a process of their own
    python shapes.py SHAPE TRUTH_FILE   one of those: its text on stderr, its truth in TRUTH_FILE
"""

import json
import sys

import display_shapes  # noqa: F401
import logging_shapes  # noqa: F401
import message_shapes  # noqa: F401
import plain_shapes  # noqa: F401
import process_shapes  # noqa: F401
import syntax_shapes  # noqa: F401
import thread_shapes  # noqa: F401
import truth

if not truth.PY2:
    import chain_shapes  # noqa: F401
if truth.V >= (3, 11):
    import group_shapes  # noqa: F401


def emit(name, text, known, flags):
    known = dict(known, **flags)
    sys.stdout.write(json.dumps({"shape": name, "text": text, "truth": known}, sort_keys=True) + "\n")


def raised(function):
    try:
        function()
    except BaseException:
        return sys.exc_info()
    raise RuntimeError("%s did not raise" % function.__name__)


def show(name, function, flags):
    """One exception through both printers: the interpreter's display and the traceback module."""
    native_only = flags.pop("native_only", False)
    kind, value, tb = raised(function)
    if flags.pop("no_traceback", False):
        tb = None
        if not truth.PY2:
            value.__traceback__ = None
    printers = [("native", truth.shown_by_interpreter), ("module", truth.shown_by_module)]
    for printer, text_of in printers[: 1 if native_only else 2]:
        known = truth.error_truth(value, tb, printer == "native")
        emit(name + "." + printer, text_of(kind, value, tb), truth.errors(truth.trace(known)), flags)


def main():
    for name, function, flags in truth.SHAPES:
        show(name, function, dict(flags))
    for name, function, flags in truth.REPORTS:
        text, known = function()
        emit(name, text, known, flags)
    sys.stdout.write(json.dumps({"processes": [name for name, _, _ in truth.PROCESSES]}) + "\n")


def main_process(wanted, path):
    for name, function, flags in truth.PROCESSES:
        if name == wanted:

            def write(known):
                with open(path, "w") as file:
                    json.dump(dict(known, **flags), file)

            function(write)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        main_process(*sys.argv[1:])
