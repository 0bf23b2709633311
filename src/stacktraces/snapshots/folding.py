"""Which frames of a stack are an interpreter's own, and say nothing beside those of the code that it runs."""

from __future__ import annotations

from collections.abc import Sequence

from .._regex import regex
from ..model import Frame

_PYTHON_FILE = regex(r".*\.pyw?|<[^<>]*>")
# Where CPython is built; gdb shows paths as the compiler was given them.
_SOURCE = regex(r"(?:.*/)?(?:Objects|Python|Modules|Include|Parser|Programs)/\S{0,200}\.[ch]")
_LIBRARY = regex(r"(?:.*/)?libpython\d[^\s/]*")
_PROGRAM = regex(r"(?:.*/)?python\d?[\d.]*")
_FUNCTION = regex(r"_?_?Py[A-Z_]\w*|Py_\w+")


def fold(frames: Sequence[Frame], executable: str | None) -> list[Frame]:
    """``frames`` without CPython's own calls, where Python's frames stand among them; else all of them.

    What C extensions and other libraries do stays, and what the innermost call waits in.
    """
    if not any(map(is_python, frames)) or not any(frame.address is not None for frame in frames):
        return list(frames)
    is_program = _PROGRAM.fullmatch(executable or "") is not None
    return [frame for frame in frames if is_python(frame) or not _is_interpreter(frame, is_program)]


def is_python(frame: Frame) -> bool:
    """Whether the frame is one of Python's, as a tool shows it that knows the interpreter."""
    return frame.address is None and _PYTHON_FILE.fullmatch(frame.file or "") is not None


def _is_interpreter(frame: Frame, is_program: bool) -> bool:
    """Whether the frame is CPython's or nameless; ``is_program`` says that the program is the interpreter."""
    if frame.function is None:
        return True
    if frame.module is not None:
        return _LIBRARY.fullmatch(frame.module) is not None
    if frame.file is not None:
        return _SOURCE.fullmatch(frame.file) is not None
    if _FUNCTION.fullmatch(frame.function):
        return True
    return is_program and not frame.function.startswith(("__GI_", "__libc_"))
