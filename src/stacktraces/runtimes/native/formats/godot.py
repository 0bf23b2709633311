"""Crashes of the Godot engine.

=======  =====================================================================  ===============
line     sample                                                                 what comes next
=======  =====================================================================  ===============
said     ``handle_crash: Program crashed with signal 11``                       passed
passed   ``Engine version: Godot Engine v4.2.1.stable.official (b09f793f)``     passed, frame
frame    ``[2] ./godot(Node::add_child(Node*)+0x2c) [0x55d6] (node.cpp:1428)``  frame
frame    ``[1] Object::call_deferred (core/object.cpp:12)``                     frame
passed   ``-- END OF BACKTRACE --``                                             nothing
=======  =====================================================================  ===============
"""

from __future__ import annotations

from ...._regex import regex
from ....cursor import Cursor
from ....model import Trace
from ..told_stacks import Dialect, read_told

_DIALECT = Dialect(
    name="godot",
    frames=(
        regex(
            r"\[(?P<id>\d{1,4})\]"
            r" (?P<module>[^()\[\]]{1,400}?)\((?P<function>[^\n]*?)(?:\+(?P<offset>0x[0-9a-f]+))?\)"
            r" \[(?P<address>0x[0-9a-f]+)\](?: \((?P<file>[^():]{1,400}):(?P<line>\d{1,9})\))?$"
        ),
        regex(
            r"\[(?P<id>\d{1,4})\] (?P<function>[^\n]+?)"
            r" \((?P<file>(?:[A-Za-z]:)?[^():]{1,400}):(?P<line>\d{1,9})\)$"
        ),
        regex(r"\[(?P<id>\d{1,4})\] (?P<function>error\(-?\d{1,4}\)|[\w:~<>]{1,400}+)$"),
    ),
    said=(
        regex(
            r"(?:handle_crash|CrashHandlerException): Program crashed(?: with signal (?P<signal>\d{1,2}))?"
        ),
    ),
    passed=regex(
        r"\s*$|=+$|Engine version: |Dumping the backtrace\.|-- END OF (?:GDSCRIPT )?BACKTRACE --"
        r"|Handling crash"
    ),
    type="crash",
)


def read(cursor: Cursor) -> Trace | None:
    """The report that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    return read_told(cursor, _DIALECT)
