"""Lines of a report that are neither heads nor frames: registers, memory, locks, what starts a stack."""

from __future__ import annotations

from ..._regex import regex

STACK = regex(r"\s*+(?:Call [Tt]race|[Bb]acktrace|stack backtrace)(?: \(crc [0-9a-f]+\))?: ?")
"""The line before the frames of a stack; frames may follow on it."""

CLOSES = regex(r"---\[ end trace ")
PANIC_ENDS = regex(r"---\[ end Kernel panic |Rebooting in \d+ seconds")
RULE = regex(r"={18,}\s*$")
TASK = regex(
    r"CPU: \d+ (?:UID: \d+ )?PID: (?P<pid>\d+) Comm: (?P<name>.{1,64}?) (?:Not tainted|Tainted:|[Kk]dump:)"
)
OLD_TASK = regex(r"Pid: (?P<pid>\d+), comm: (?P<name>\S+) ")
ACCESS = regex(
    r"(?:(?:Read|Write|Access) of size \S+ |Free of addr |index \d+ is out|shift exponent |load of "
    r"|signed integer "
    r"|division by zero|member access |negation of |left shift of |value .* (?:is )?outside "
    r"|call to function )"
)
"""A line behind the head that says more of the error."""

HEADING = regex(
    r"(?:(?:Allocated|Freed) (?:by|in) .*:|Last (?:potentially related work creation|call_rcu\(\)):"
    r"|Second to last .*:|Uninit was (?:created|stored to memory) at:|Local variable .* created at:"
    r"|\s?(?:assert no accesses|race at unknown origin|(?:read|write)(?:-write)?(?: \([\w, ]+\))?) (?:to"
    r"|with|reordered) .*"
    r"|-> ?#\d+ \(.*|.*-> ?#\d+ \(.*|NMI backtrace for cpu .*|kfence-#\d+.*|(?:allocated|freed) by task .*:"
    r"|(?:page last|page_owner|last) (?:allocated|free|free pid).*|page has been migrated.*|task:\S.*"
    r"|Preemption disabled at:"
    r"|page last free .*stack trace:|hardirqs? last .*|rcu: RCU grace-period kthread stack dump:"
    r"|Kernel panic - not syncing.*"
    r"|Last Breaking-Event-Address:|the .{0,400}-irq-.*lock.*|.* at:\s*)$"
)
"""What says whose stack follows."""

_REGISTERS = (
    r"R[A-Z0-9]{2}:|E[A-Z]{2}:|[C-G]S: |[CD]R\d+:|PKRU:|EFLAGS:|RSP|ORIG_RAX|[DE]S: |x\d{1,2}\s?: "
    r"|r\d{1,2}\s*: | ?r\d{1,2}:[0-9a-f]"
    r"|[sfil]p\s?: |lr : |pc : |psr|pstate: |LR is at|PC is at|Flags: |Control: |\s*(?:sp|gp|tp|t\d|s\d+"
    r"|a\d|ra|epc|era|ERA|PRMD|CRMD"
    r"|EUEN|ECFG|ESTAT|BADV|PRID)\s*: ?|status: |badaddr: |\$\s?\d+\s+: |Hi\s+: |Lo\s+: |Status: "
    r"|Cause : |BadVA : |PrId\s+: "
    r"|NIP|LR |MSR: |CFAR: |GPR\d\d: |REGS: |CTR: |Krnl|User|ACC: |\s+R:\d|Last Breaking|FP : |TSTATE"
    r"|g\d: |o\d: |l\d: |i\d: "
    r"|RIP:? |IP: |EIP:? |Code: |Insn dump|\s[0-9a-f#>*\s]{8,}: ?[0-9a-f(<*]"
    r"|\s*[0-9a-f]{4,16}: [0-9a-f(]|\s+[0-9a-f]{8,16} [0-9a-f]{8,16}"
)
_FAULT = (
    r"#PF: |PGD |\*pd|pgd = |\[[0-9a-f]{8,16}\] |Oops|SMP|PREEMPT|Mem abort info|Data abort info"
    r"|\s+(?:ESR|EC|SET|EA|FSC|ISV|CM"
    r"|GCS) = |(?:swapper|user) pgtable: |Faulting instruction|KASAN: |kasan: |LE PAGE|BE PAGE"
    r"|Internal error|invalid opcode"
    r"|CPU: |CPU#|Hardware name: |Modules linked in|Workqueue: |Comm: |Pid: |Tainted: |Process "
    r"|Stack\s*:|Thread overran"
    r"|task: |task\.stack|ti: |Register r|last sysfs file|Unloaded tainted|Sched_clock|Showing "
    r"|preempt_count|in_atomic\(\)"
    r"|RCU nest depth|caller is |Kernel Offset|Dumping ftrace|\s*\(ftrace buffer empty|Disabling lock"
    r"|note: |Fixing recursive"
    r"|---\[|-----|=====|irq event stamp|(?:hard|soft)irqs last|CPU\d* |Rebooting"
    r"|CPU: \d|kernel BUG|refcount_t: |list_(?:add|del)"
    r"|Mem-Info|\s*\w+_anon:|\"echo 0 >|\s+(?:Not t|T)ainted[: ]|(?:INFO: )?lockdep is turned off"
    r"|Build ID|compat"
)
_SANITIZERS = (
    r"Read of |Write of |Access of |Free of |The buggy |which belongs|The (?:address|memory)"
    r"|\s*allocated \d|flags: |raw: |head: "
    r"|page(?:: |dumped|_type| dumped)|pfn:|Memory (?:state|access)|>?\s?[0-9a-f]{8,16}: |\s+\^"
    r"|Reported by |value changed: "
    r"|\s*comm \"|\s+hex dump|\s+[0-9a-f]{2}(?: [0-9a-f]{2}){3}|Bytes? \d|Data copied|CPU \d|\S.*(?:is"
    r"|are) (?:out of range|too large)"
    r"|page last |set_page_owner|aops:|anon flags|CHECK"
)
_LOCKS = (
    r"but (?:task|there)|the existing|other info|Chain exists|\s*Possible |\s*CPU0|\s+(?:<Interrupt>"
    r"|lock\(|local_irq|rlock\()"
    r"|\s*\*\*\* |\d+ locks? |no locks |\s?#\d+: |.* is trying to |and this task|which |.* --> "
    r"|\(detected|\s*\(t=|\s*\(detected"
    r"|rcu: |Sending NMI|\s+\d+-|\d+\.\d+\.\d|.*used illegally|rcu_scheduler_active|\{|\s*\{"
    r"|.* just changed|\S+ is freeing"
    r"|.*already (?:depends|held)|stack backtrace|to a .*lock|.* locks:|turning off|.* is leaving"
    r"|Showing|Blocked by|.*blocked on a"
    r"|NMI backtrace|watchdog: |Modules"
)
KNOWN = regex(rf"\s*$|{_REGISTERS}|{_FAULT}|{_SANITIZERS}|{_LOCKS}|</?[A-Z#][\w#]*>")
MARKS = regex(r"\s*+</?[A-Z#][\w#]{0,15}>\s*$")
"""``<TASK>``, ``<IRQ>``: whose part of a stack follows."""
