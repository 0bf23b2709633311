"""CPython's own calls are left out where Python's frames say what they carry out."""

from __future__ import annotations

from stacktraces.model import Frame
from stacktraces.snapshots.folding import fold


def native(function: str | None, file: str | None = None, module: str | None = None) -> Frame:
    return Frame(function=function, file=file, module=module, address=1)


WORK = Frame(function="work", file="/srv/app.py", line=1)


def kept(*frames: Frame, executable: str | None = "/usr/bin/python3.11") -> list[str | None]:
    return [frame.function for frame in fold([*frames, WORK], executable)]


def test_calls_of_the_interpreter_are_left_out() -> None:
    assert kept(
        native("__GI___clock_nanosleep", "../sysdeps/unix/sysv/linux/clock_nanosleep.c"),
        native("pysleep", "./Modules/timemodule.c"),
        native("cfunction_vectorcall_O", "Objects/methodobject.c"),
        native("_PyEval_EvalFrameDefault", module="/lib/libpython3.11.so.1.0"),
        native("list_sort"),
        native(None),
    ) == ["__GI___clock_nanosleep", "work"]


def test_extensions_stay() -> None:
    assert kept(
        native("cblas_dgemm", module="/lib/libblas.so.3"),
        native("DOUBLE_matmul", module="/usr/lib/python3/dist-packages/numpy/core/_multiarray_umath.so"),
        native("PyArray_MatrixProduct2", "numpy/core/src/multiarray/multiarraymodule.c"),
    ) == ["cblas_dgemm", "DOUBLE_matmul", "PyArray_MatrixProduct2", "work"]


def test_functions_of_another_program_stay() -> None:
    assert kept(native("uwsgi_request"), executable="/usr/bin/uwsgi") == ["uwsgi_request", "work"]


def test_without_python_frames_or_without_native_ones_all_stay() -> None:
    alone = [native("_PyEval_EvalFrameDefault", "Python/ceval.c")]
    assert fold(alone, "/usr/bin/python3") == alone
    assert fold([WORK], "/usr/bin/python3") == [WORK]
