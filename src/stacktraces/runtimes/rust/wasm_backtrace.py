"""The stack of WebAssembly that wasmtime prints in the text of a cause.

======================================================  ==============
line                                                    what comes next
======================================================  ==============
``error while executing at wasm backtrace:``            frames
``    0:  0x1f5 - shop.wasm!shop::price``               place, frame
``                    at /srv/shop/src/lib.rs:3:5``     frame
======================================================  ==============
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...model import Error, Frame

_HEADING = "error while executing at wasm backtrace:"
_FRAME = regex(
    r"\d{1,6}: {1,4}(?P<address>0x[0-9a-f]{1,16}) - (?P<module>[^!\s]{1,400})!(?P<function>.{1,2000})\Z"
)
_PLACE = regex(r"at (?P<file>\S.{0,1000}?):(?P<line>\d{1,9})(?::(?P<column>\d{1,9}))?\Z")


def error_with_frames(message: str) -> Error:
    """The error of a cause's ``message``, whose lines below a heading are frames."""
    first, _, rest = message.partition("\n")
    if first != _HEADING:
        return Error(message=message)
    frames: list[Frame] = []
    for line in rest.split("\n"):
        if found := _FRAME.match(line.strip()):
            frames.append(
                Frame(
                    function=intern(found["function"]),
                    module=intern(found["module"]),
                    offset=to_number(found["address"][2:], 16),
                )
            )
        elif frames and (found := _PLACE.match(line.strip())):
            frames[-1].file, frames[-1].line = intern(found["file"]), to_number(found["line"])
            frames[-1].column = to_number(found["column"]) if found["column"] else None
    return Error(message=first if frames else message, frames=frames)
