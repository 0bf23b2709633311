"""Writes the table of where CPython keeps what: ``make cpython-offsets``.

gdb reads it from the debug information of each CPython that is found, whose ``libpython`` and
``_asyncio`` were built with ``-g``, as pyenv does. A version that is not found keeps what the table says.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "src/stacktraces/collecting/cpython/table.py"

_RUNTIME, _INTERPRETER, _THREAD = "struct pyruntimestate", "PyInterpreterState", "PyThreadState"
_FRAME, _CODE, _TASK = ("struct _PyInterpreterFrame", "struct _frame"), "PyCodeObject", "TaskObj"
_KEYS = "struct _dictkeysobject"

FIELDS: dict[str, list[tuple[str | tuple[str, ...], str]]] = {
    "runtime.interpreters": [(_RUNTIME, "interpreters.head")],
    "runtime.gil_holder": [(_RUNTIME, "ceval.gil.last_holder")],
    "runtime.gil_locked": [(_RUNTIME, "ceval.gil.locked")],
    "gil.holder": [("struct _gil_runtime_state", "last_holder")],
    "gil.locked": [("struct _gil_runtime_state", "locked")],
    "interpreter.next": [(_INTERPRETER, "next")],
    "interpreter.threads": [(_INTERPRETER, "threads.head"), (_INTERPRETER, "tstate_head")],
    "interpreter.modules": [(_INTERPRETER, "imports.modules"), (_INTERPRETER, "modules")],
    "interpreter.gil": [(_INTERPRETER, "ceval.gil")],
    "thread.next": [(_THREAD, "next")],
    "thread.interpreter": [(_THREAD, "interp")],
    "thread.frame": [(_THREAD, "current_frame"), (_THREAD, "frame")],
    "thread.cframe": [(_THREAD, "cframe")],
    "cframe.frame": [("struct _PyCFrame", "current_frame"), ("CFrame", "current_frame")],
    "thread.handle": [(_THREAD, "thread_id")],
    "thread.lwp": [(_THREAD, "native_thread_id")],
    "thread.handled": [(_THREAD, "exc_info")],
    "thread.exception": [(_THREAD, "exc_value")],
    "handled.exception": [("struct _err_stackitem", "exc_value")],
    "handled.previous": [("struct _err_stackitem", "previous_item")],
    "frame.previous": [(_FRAME, "previous"), (_FRAME, "f_back")],
    "frame.code": [(_FRAME, "f_executable"), (_FRAME, "f_code")],
    "frame.instruction": [(_FRAME, "instr_ptr"), (_FRAME, "prev_instr"), (_FRAME, "f_lasti")],
    "frame.entry": [(_FRAME, "is_entry")],
    "frame.owner": [(_FRAME, "owner")],
    "frame.top": [(_FRAME, "stacktop"), (_FRAME, "f_stackdepth"), (_FRAME, "f_stacktop")],
    "frame.stack": [(_FRAME, "f_valuestack")],
    "frame.values": [(_FRAME, "localsplus"), (_FRAME, "f_localsplus")],
    "code.name": [(_CODE, "co_name")],
    "code.file": [(_CODE, "co_filename")],
    "code.first_line": [(_CODE, "co_firstlineno")],
    "code.lines": [(_CODE, "co_linetable"), (_CODE, "co_lnotab")],
    "code.instructions": [(_CODE, "co_code_adaptive")],
    "code.locals": [(_CODE, "co_nlocalsplus"), (_CODE, "co_nlocals")],
    "code.stack_size": [(_CODE, "co_stacksize")],
    "bytes.size": [("PyBytesObject", "ob_base.ob_size"), ("PyStringObject", "ob_size")],
    "bytes.value": [("PyBytesObject", "ob_sval"), ("PyStringObject", "ob_sval")],
    "unicode.length": [("PyASCIIObject", "length"), ("PyUnicodeObject", "length")],
    "unicode.state": [("PyASCIIObject", "state")],
    "dict.keys": [("PyDictObject", "ma_keys")],
    "dict.values": [("PyDictObject", "ma_values")],
    "keys.size": [(_KEYS, "dk_size")],
    "keys.log2_size": [(_KEYS, "dk_log2_size")],
    "keys.log2_index_bytes": [(_KEYS, "dk_log2_index_bytes")],
    "keys.kind": [(_KEYS, "dk_kind")],
    "keys.count": [(_KEYS, "dk_nentries")],
    "keys.indices": [(_KEYS, "dk_indices")],
    "values.items": [("struct _dictvalues", "values")],
    "values.valid": [("struct _dictvalues", "valid")],
    "set.mask": [("PySetObject", "mask")],
    "set.table": [("PySetObject", "table")],
    "type.name": [("PyTypeObject", "tp_name")],
    "type.basic_size": [("PyTypeObject", "tp_basicsize")],
    "type.dict_offset": [("PyTypeObject", "tp_dictoffset")],
    "type.flags": [("PyTypeObject", "tp_flags")],
    "type.cached_keys": [("PyHeapTypeObject", "ht_cached_keys")],
    "weakref.object": [("struct _PyWeakReference", "wr_object")],
    "generator.frame": [("PyGenObject", "gi_iframe"), ("PyGenObject", "gi_frame")],
    "generator.state": [("PyGenObject", "gi_frame_state")],
    "lock.lock": [("lockobject", "lock_lock"), ("lockobject", "lock")],
    "rlock.lock": [("rlockobject", "rlock_lock"), ("rlockobject", "lock")],
    "rlock.owner": [("rlockobject", "rlock_owner"), ("rlockobject", "lock.thread")],
    "task.state": [(_TASK, "task_state")],
    "task.waiter": [(_TASK, "task_fut_waiter")],
    "task.coroutine": [(_TASK, "task_coro")],
    "task.name": [(_TASK, "task_name")],
}
"""Where each of the table's fields is found: the first of these structures and members that exists."""

SIZES = {"size.ascii": "PyASCIIObject", "size.compact": "PyCompactUnicodeObject"}
_HEADING = '''"""Where CPython keeps what: ``make cpython-offsets``.

Offsets are bytes from the start of each structure. A version says what differs from the one before it;
None stands for what it does not have.
"""

TABLE = (
'''


def interpreters() -> Iterator[tuple[tuple[int, int], Path]]:
    """The version and the folder of each CPython below pyenv's that has debug information, by version."""
    found = {}
    for folder in Path.home().glob(".pyenv/versions/*"):
        if version := re.match(r"([23])\.(\d+)\.\d+$", folder.name):
            found[int(version[1]), int(version[2])] = folder
    yield from sorted(found.items())


def read_offsets(folder: Path) -> dict[str, int]:
    """The offsets of one CPython, from its debug information; empty where it has none."""
    library = next(iter(sorted(folder.glob("lib/libpython[23].*.so.1.0"))), None)
    module = next(iter(sorted(folder.glob("lib/python*/lib-dynload/_asyncio*.so"))), None)
    if library is None:
        return {}
    tasks = {name: where for name, where in FIELDS.items() if name.startswith("task.")}
    rest = {name: where for name, where in FIELDS.items() if name not in tasks}
    found = _ask(library, rest, SIZES)
    return found | (_ask(module, tasks, {}) if module and found else {})


def _ask(
    library: Path, fields: dict[str, list[tuple[str | tuple[str, ...], str]]], sizes: dict[str, str]
) -> dict[str, int]:
    words = ["gdb", "-nx", "-batch"]
    for name, places in fields.items():
        for structures, member in places:
            for structure in (structures,) if isinstance(structures, str) else structures:
                words += ["-ex", f'printf "{name} %ld\\n", (long) &(({structure} *) 0)->{member}']
    for name, structure in sizes.items():
        words += ["-ex", f'printf "{name} %ld\\n", (long) sizeof({structure})']
    shown = subprocess.run([*words, library], capture_output=True, text=True, check=False).stdout
    found: dict[str, int] = {}
    for line in shown.splitlines():
        name, _, value = line.partition(" ")
        if value.isdigit():
            found.setdefault(name, int(value))
    return found


def table_text(versions: dict[tuple[int, int], dict[str, int]]) -> str:
    """The module that holds the table."""
    lines = [_HEADING]
    before: dict[str, int] = {}
    for version, offsets in sorted(versions.items()):
        changed = {
            name: offsets.get(name) for name in (*FIELDS, *SIZES) if offsets.get(name) != before.get(name)
        }
        pairs = "".join(f'"{name}": {value},\n' for name, value in changed.items())
        lines.append(f"({version}, {{\n{pairs}}}),\n")
        before = offsets
    lines.append(")\n")
    return _formatted("".join(lines))


def _formatted(text: str) -> str:
    ruff = Path(sys.executable).with_name("ruff")
    words = [ruff, "format", "--stdin-filename", TABLE, "-"]
    return subprocess.run(words, input=text, capture_output=True, text=True, check=True).stdout


def main() -> None:
    """Write the table anew."""
    from stacktraces.collecting.cpython.offsets import offsets_by_version

    known = {version: dict(offsets) for version, offsets in offsets_by_version().items()}
    for version, folder in interpreters():
        if offsets := read_offsets(folder):
            known[version] = offsets
    TABLE.write_text(table_text(known), "utf-8")


if __name__ == "__main__":
    main()
