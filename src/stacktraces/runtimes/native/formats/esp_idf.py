"""Crashes of microcontrollers of Espressif: ESP-IDF, Arduino, ESP8266.

=========  ==================================================================  ======================
line       sample                                                              what comes next
=========  ==================================================================  ======================
said       ``Guru Meditation Error: Core  1 panic'ed (LoadProhibited). …``     registers
said       ``assert failed: cart_total cart.c:22 (items > 0)``                 backtrace
said       ``abort() was called at PC 0x400d1a2b on core 0``                   backtrace
said       ``***ERROR*** A stack overflow in task shop has been detected.``    backtrace
said       ``Exception (28):`` (ESP8266)                                       counters
registers  ``MEPC    : 0x42001a2b  RA      : 0x42001b2c`` (RISC-V)             registers, backtrace
counters   ``epc1=0x4020a1b2 epc2=0x00000000``                                 end
backtrace  ``Backtrace: 0x400d1a28:0x3ffb1c3d 0x400d1b29:0x3ffb1c5d``          looked up
looked up  ``0x400d1a28: cart_total at /srv/shop/main/cart.c:22``              inlined, looked up
inlined    `` (inlined by) add at /srv/shop/main/cart.c:12``                   looked up
closing    ``ELF file SHA256: 0a1b2c3d4e5f6a7b``, ``Rebooting...``             closing
=========  ==================================================================  ======================
"""

from __future__ import annotations

from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Origin, Trace

NAME = "esp_idf"
_GURU = regex(
    r".{0,60}?(?P<message>Guru Meditation Error: Core {1,2}(?P<core>\d) panic'ed"
    r" \((?P<type>[^()]{1,80})\)\..*)$"
)
_ASSERT = regex(
    r".{0,60}?assert failed: (?:(?P<function>[^\s:]\S*?) )?(?P<file>\S{1,200}):(?P<line>\d{1,9})"
    r" \((?P<message>.*)\)$"
)
_ABORT = regex(r".{0,60}?(?P<message>abort\(\) was called at PC (?P<address>0x[0-9a-f]{8}) on core \d)$")
_OVERFLOW = regex(
    r".{0,60}?\*\*\*ERROR\*\*\* (?P<message>A stack overflow in task"
    r" (?P<task>.{1,40}) has been detected\.)$"
)
_EXCEPTION = regex(r".{0,60}?(?P<message>Exception \((?P<number>\d{1,3})\)):$")
_EPC = regex(r"epc1=(?P<address>0x[0-9a-f]{8}) epc2=")
_PC = regex(r"(?:PC|MEPC) {1,6}: (?P<address>0x[0-9a-f]{8}) {2}")
_RETURN = regex(r".{0,40}?\bRA {1,6}: (?P<address>0x[0-9a-f]{8}) {2}")
_BACKTRACE = regex(r"Backtrace: ?(?P<pairs>0x[0-9a-f]{8}:0x[0-9a-f]{8}.*)$")
_PAIR = regex(r"(?P<address>0x[0-9a-f]{8}):0x[0-9a-f]{8}")
_CORRUPTED = "|<-CORRUPTED"
_LOOKED_UP = regex(
    r"(?:--- ?)?(?:(?P<address>0x[0-9a-f]{8}): "
    r"| {1,4}\(inlined by\) )(?P<function>.+?) at (?P<file>.{1,400}?):(?P<line>\d{1,9})"
    r"(?::\d{1,9})?(?: \(discriminator \d+\))?$"
)
_PASSED = regex(
    r"\s*$|Core {1,2}\d register dump:|[A-Z][A-Z0-9]{1,7} {0,6}: 0x|ELF file SHA256|Rebooting\.\.\."
    r"|CPU halted|Stack memory:"
    r"|[0-9a-f]{8}: {1,2}(?:0x)?[0-9a-f]{8} |epc1=|>>>stack>>>|<<<stack<<<|ctx: |sp: |-{3,}"
    r"|Setting breakpoint|Debug exception"
    r"|Memory dump at|Panic handler|Exception was|Last exception"
)
_MOST_LINES = 400
_MOST_FRAMES = 1_000


def read(cursor: Cursor) -> Trace | None:
    """The crash that the cursor's line tells of; see :data:`stacktraces.runtimes.Reader`."""
    if (cursor.line or "").startswith("epc1=") and not cursor.back():
        return None
    error, counter = _said(cursor.line or "")
    if error is None:
        return None
    origin = Origin(offset=cursor.offset)
    trace = Trace(error=error, format=NAME, origin=origin)
    cursor.advance()
    end = cursor.offset
    looked_up: dict[int, list[Frame]] = {}
    last: list[Frame] | None = None
    stack: list[Frame] = []
    returns: Frame | None = None
    for _ in range(_MOST_LINES):
        line = cursor.line
        if line is None:
            break
        text = line.rstrip()
        if found := _BACKTRACE.match(text):
            if stack:
                break
            pairs = _PAIR.finditer(found["pairs"])
            stack = [Frame(address=to_number(each["address"], 16)) for each in pairs][:_MOST_FRAMES]
            if found["pairs"].rstrip().endswith(_CORRUPTED):
                trace.uncertain.append("The end of the stack is corrupt.")
        elif found := _LOOKED_UP.match(text):
            frame = Frame(
                function=intern(found["function"]), file=intern(found["file"]), line=to_number(found["line"])
            )
            if found["address"]:
                frame.address = to_number(found["address"], 16)
                last = looked_up.setdefault(frame.address, [])
            if last is not None:
                last.append(frame)
        elif not _PASSED.match(text) or (_said(text)[0] is not None):
            break
        if found := _PC.match(text) or _EPC.match(text):
            counter = counter or Frame(address=to_number(found["address"], 16))
        if (found := _RETURN.match(text)) and returns is None:
            returns = Frame(address=to_number(found["address"], 16))
        cursor.advance()
        end = cursor.offset if text else end
    cursor.seek(end)
    if not stack:
        stack = [each for each in (counter, returns) if each is not None]
    error.frames = [frame for each in stack for frame in _resolved(each, looked_up)] or error.frames
    return trace


def _said(line: str) -> tuple[Error | None, Frame | None]:
    """The error that a line tells of, and where the processor was, if it says that."""
    line = line.rstrip()
    if found := _GURU.match(line):
        return Error(type=found["type"], message=found["message"]), None
    if found := _ASSERT.match(line):
        place = Frame(function=found["function"], file=found["file"], line=to_number(found["line"]))
        return Error(type="assert failed", message=found["message"], frames=[place]), None
    if found := _ABORT.match(line):
        return Error(type="abort", message=found["message"]), Frame(address=to_number(found["address"], 16))
    if found := _OVERFLOW.match(line):
        return Error(type="stack overflow", message=found["message"]), None
    if found := _EXCEPTION.match(line):
        return Error(type=found["message"], message=None), None
    return None, None


def _resolved(frame: Frame, looked_up: dict[int, list[Frame]]) -> list[Frame]:
    return looked_up.get(frame.address or -1) or [frame]
