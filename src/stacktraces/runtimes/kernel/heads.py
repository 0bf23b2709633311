"""The lines that say what happened: the first of a report, or the first that names it.

The type of an error is what such a line says up to what varies: ``BUG: KASAN: slab-use-after-free``,
``WARNING: possible circular locking dependency detected``, ``general protection fault``.
"""

from __future__ import annotations

import msgspec

from ..._number import to_number
from ..._regex import regex
from .kernel_lines import split

CUT_HERE = "[ cut here ]---"


class Head(msgspec.Struct, frozen=True):
    """What a head says."""

    type: str
    message: str
    """Its text as printed."""
    alone: bool
    """It says enough where no stack follows."""
    trap: bool = False
    """It may follow another head of the same event: how the processor, or the kernel's handler, saw it."""
    of_locks: bool = False
    """It is lockdep's: the stacks of other locks come before the error's."""
    function: str | None = None
    """Where it happened, where the head names a place in the sources: the function, the file and the line."""
    file: str | None = None
    line: int | None = None


_LOCKDEP = (
    r"possible (?:recursive|circular) locking dependency detected"
    r"|possible recursive locking detected"
    r"|possible irq lock inversion dependency detected|possible reason: unannotated irqs-(?:on|off)"
    r"|inconsistent lock state|suspicious RCU usage|bad unlock balance detected|bad contention detected"
    r"|lock held when returning to user space|held lock freed|Nested lock was not taken"
    r"|(?:SOFT|HARD)IRQ(?:-READ)?-safe -> (?:SOFT|HARD)IRQ(?:-READ)?-unsafe lock order detected"
    r"|still has locks held|Invalid wait context"
)
_PLACED = regex(
    r"(?P<type>WARNING): (?:CPU: \d++ PID: \d++ )?at (?P<file>[^\s:]++):(?P<line>\d++)"
    r"(?: (?:at )?(?P<function>[\w.$]++)\+0x.*)?$"
    r"|(?P<new>WARNING): (?:(?P<new_file>[^\s:]++):(?P<new_line>\d++) at )"
    r"(?P<new_function>[\w.$]++)\+0x.*, CPU#\d++: .*$"
    r"|(?P<bug>[Kk]ernel BUG) at (?P<bug_file>[^\s:]++):(?P<bug_line>\d++)!"
    r"|(?P<ubsan>UBSAN: [^:]+?) in (?P<ubsan_file>[^\s:]++):(?P<ubsan_line>\d++)(?::\d++)?$"
)
_LOCK = regex(rf"(?:\[ )?(?P<type>(?:WARNING|INFO|BUG): (?:{_LOCKDEP}))[.! \]]*+$")
_STRONG = regex(
    r"(?:NMI watchdog: |watchdog: |rcu: |traps: |CPU \d+ )?"
    r"(?P<type>BUG: soft lockup|(?:Watchdog detected )?hard LOCKUP(?= on cpu)"
    r"|BUG: workqueue lockup|Kernel panic - not syncing|PANIC: double fault"
    r"|INFO: task(?= .{1,80} blocked for more than \d)|INFO: \w+ self-detected stall(?= on CPU)"
    r"|INFO: \w+ detected (?:expedited )?stalls(?= on CPUs)"
    r"|BUG: (?:kernel|Kernel) NULL pointer dereference|BUG: [uU]nable to handle (?:kernel )?[a-zA-Z ]+?"
    r"(?= (?:at|for|on) |$)|Unable to handle kernel [a-zA-Z ]+?(?= (?:at|in) virtual )"
    r"|Unhandled (?:fault|prefetch abort)(?=: )|BUG: Bad rss-counter state)"
    r"(?P<rest>.*)$"
)
_TRAP = regex(
    r"(?P<type>(?:Oops: )?(?:general protection fault|stack segment|invalid opcode|divide error"
    r"|double fault|int3"
    r"|bounds|alignment check|segment not present|invalid TSS|SIMD exception|trap))"
    r"(?:, [^:]*)?(?:: | )[^:]{0,80}?(?:: )?[0-9a-f]{4} \[#\d++\].*$"
    r"|(?P<oops>(?:Oops: (?=Oops))*+Oops)(?:: (?:[0-9a-f]{4}|(?P<why>[A-Z][^,\[]+)(?:, sig: \d+)?))?"
    r" \[#\d++\].*$"
    r"|(?P<internal>Internal error: (?:Oops(?: - [^:\[]{1,60})?|[a-zA-Z/ ]{0,60})): [0-9a-f]++ \[#\d++\].*$"
    r"|(?P<kernel_bug>Kernel BUG) \[#\d++\].*$"
    r"|(?P<kasan>KASAN: [\w-]+) in range \[.*$"
)
_WEAK = regex(
    r"(?P<type>BUG: K[A-Z]{3,5}: [\w-]+(?: [\w-]+){0,4}?(?= (?:in|on|at) |$)"
    r"|BUG: sleeping function called from invalid context"
    r"|BUG: scheduling while atomic|BUG: Bad page (?:state|map)|BUG: using \w+\(\) in preemptible"
    r"|BUG: (?:spin|rw)lock [a-z ]+?"
    r"(?= on CPU)|BUG: memory leak|BUG: (?:TASK |IRQ )?stack guard page was hit"
    r"|BUG: looking up invalid subclass"
    r"|BUG: MAX_LOCK\w+ too low|INFO: trying to register non-static key"
    r"|unchecked MSR access error)(?P<rest>\b.*|\W.*|)$"
)
_LEAK = regex(r"(?P<type>unreferenced object) 0x[0-9a-f]++ \(size ")
_MEMORY = regex(
    r"\S.{0,60}?(?:: (?P<type>page allocation failure): order:| (?P<oom>invoked oom-killer): )\S.*$"
    r"|irq \d{1,5}: (?P<irq>nobody cared).*$"
)
_HUNG = "INFO: task"
_SAYS_WHY = "Kernel panic - not syncing"


def find_head(text: str) -> Head | None:
    """What ``text``, a line without the kernel's prefix, says that happened; ``None`` for any other line."""
    if found := _PLACED.match(text):
        return _placed(found.groupdict(), text)
    if found := _LOCK.match(text):
        return Head(type=found["type"], message=text.strip("[] "), alone=False, of_locks=True)
    if found := _STRONG.match(text):
        kind, message = found["type"], text
        if kind == _HUNG:
            kind = "INFO: task blocked"
        elif kind == _SAYS_WHY:
            message = found["rest"].removeprefix(": ").strip()
        return Head(type=kind, message=message, alone=True, trap=kind.startswith(("Unable", "Unhandled")))
    if found := _TRAP.match(text):
        kind = next(each for name, each in found.groupdict().items() if each and name != "why")
        if found["why"]:
            kind = f"{kind}: {found['why'].strip()}"
        return Head(type=kind, message=text, alone=not found["kasan"], trap=True)
    if (found := _WEAK.match(text) or _LEAK.match(text)) is not None:
        return Head(type=found["type"], message=text, alone=False)
    if found := _MEMORY.match(text):
        return Head(type=found["type"] or found["oom"] or found["irq"], message=text, alone=False)
    return None


def _placed(found: dict[str, str | None], text: str) -> Head:
    """A head that names a place; the four shapes have groups of their own."""
    kind = found["type"] or found["new"] or found["bug"] or found["ubsan"] or ""
    line = found["line"] or found["new_line"] or found["bug_line"] or found["ubsan_line"] or ""
    return Head(
        type="kernel BUG" if found["bug"] else kind,
        message=text,
        alone=True,
        function=found["function"] or found["new_function"],
        file=found["file"] or found["new_file"] or found["bug_file"] or found["ubsan_file"],
        line=to_number(line),
    )


def starts_here(line: str, following: str) -> bool:
    """Whether it is certain that a report starts on ``line``."""
    text = split(line)[1]
    if CUT_HERE in text:
        return text.startswith("---")
    head = find_head(text)
    return head is not None and (head.alone or text.startswith("BUG: K"))
