"""Writes a selection of the generated cases to `tests/corpus/python`.

    python -m tests.generate.corpus [VERSION...]

The shapes run from /srv/app (which this script makes and empties), so that the tracebacks name no directory of the
machine; the interpreter's library is renamed to /usr/lib/pythonX.Y in text and truth alike. Nothing else is changed.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from tests.generate.runner import Case, interpreters, run_interpreter

CORPUS = Path(__file__).parents[1] / "corpus" / "python"
APPLICATION = Path("/srv/app")
LARGEST = 8000

EVERYWHERE = ("plain.native", "unraisable_in_del")
SELECTED = {
    "2.7": (
        "thread_exception",
        "repeats_once_more.native",
        "error_in_excepthook",
        "unicode_message.native",
        "class_local.module",
    ),
    "3.6": (
        "class_in_main.native",
        "object_allocated_at",
        "chain_of_both_kinds.native",
        "fatal_segfault",
        "thread_exception",
    ),
    "3.8": ("explicit_cause.native", "futures_process_pool", "asyncio_callback", "multi_line_call.native"),
    "3.9": ("class_local.native", "logging_error", "logging_exception_chain", "mutual_recursion.native"),
    "3.10": ("attribute_error_suggests.native", "tracebacklimit_zero_chain", "faulthandler_all_threads"),
    "3.11": (
        "group_nested.native",
        "group_with_notes.native",
        "group_multi_line.native",
        "group_too_wide.native",
        "group_too_deep.native",
        "group_with_causes.module",
        "notes_many.native",
        "multi_line_message_with_blank.native",
        "fake_header_message.native",
        "fake_frames_message.native",
        "repeats.native",
        "locals_shown",
        "logging_exception_with_stack",
    ),
    "3.12": (
        "multiprocessing_pool",
        "asyncio_task_never_retrieved",
        "fatal_in_thread",
        "timeout_dump",
        "uncaught_after_output",
        "odd_file_name_frame.native",
        "keyboard_interrupt.native",
        "cause_without_traceback.native",
        "import_frame.native",
        "name_error_forgot_import.native",
        "logging_two_in_a_row",
        "syntax_error_direct.native",
        "syntax_error_import.native",
    ),
    "3.13": (
        "colours_chain",
        "colours_group",
        "colours_syntax",
        "multi_line_call.native",
        "group_multi_line.module",
        "exec_frame.native",
        "object_allocated_at",
        "separators_message.native",
        "indented_message.native",
    ),
}


def neutral(text: str, version: str) -> str:
    """The text with the interpreter's own library at a usual place."""
    return re.sub(rf'/[^\s"\']*?/lib/python{re.escape(version)}/', f"/usr/lib/python{version}/", text)


def save(case: Case) -> None:
    """Write one case: its text, and its truth beside it."""
    text = neutral(case.text.decode(), case.version)
    truth = neutral(json.dumps(case.truth, indent=1, sort_keys=True), case.version)
    if len(text) > LARGEST:
        raise ValueError(f"{case.version} {case.shape} is too large for the corpus: {len(text)} characters")
    name = CORPUS / f"{case.version}-{case.shape}"
    name.with_name(name.name + ".txt").write_text(text, newline="")
    name.with_name(name.name + ".truth.json").write_text(truth + "\n")


def main(wanted: list[str]) -> None:
    """Run the interpreters named (all that are found if none is) and save their part of the selection."""
    CORPUS.mkdir(parents=True, exist_ok=True)
    for version, python in interpreters().items():
        if wanted and version not in wanted:
            continue
        by_shape = {case.shape: case for case in run_interpreter(version, python, APPLICATION)}
        for shape in (*EVERYWHERE, *SELECTED.get(version, ())):
            save(by_shape[shape])


if __name__ == "__main__":
    main(sys.argv[1:])
