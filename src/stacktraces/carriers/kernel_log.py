"""The Linux kernel's own log: ``[   55.468844][   T28] text``, as consoles, dmesg and /dev/kmsg show it.

What printed a line, a task (``T28``) or a processor (``C1``), is told where the kernel is built with
CONFIG_PRINTK_CALLER: reports of two that are printed at the same time are taken apart by it.
"""

from . import Sample
from ._prefix import prefix_carrier

_CALLER = rb"(?: ?\[ *+(?P<thread>[TC]\d{1,9})\])?(?: |(?=\r?(?:\n|\Z)))"

CARRIER = prefix_carrier(
    "kernel",
    "Linux kernel log (dmesg)",
    "envelope",
    (
        rb"(?:<\d{1,3}>|[a-z]{1,8} *+:[a-z]{1,6} *+: )?\[ *+\+?\d{1,9}\.\d{6}(?: <[ \d.]{1,16}>)?\]"
        + _CALLER,
        rb"\[[A-Z][a-z]{2} ?\d{1,2} \d\d:\d\d\]" + _CALLER,
        rb"\[(?P<time>[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})\]" + _CALLER,
        rb"\d{1,3},\d{1,12},\d{1,20},[-c+](?:,caller=(?P<thread>[TC]\d{1,9}))?(?:,[\w=]{1,40})*+;",
    ),
    (
        Sample(b"[   55.468844]  genl_rcv+0x24/0x40", b" genl_rcv+0x24/0x40"),
        Sample(b"[   55.468844][   T28] Call Trace:", b"Call Trace:", fields={"thread": "T28"}),
        Sample(b"<4>[   55.468844] [     C1] Call Trace:", b"Call Trace:", fields={"thread": "C1"}),
        Sample(b"kern  :warn  : [   55.468844] Call Trace:", b"Call Trace:"),
        Sample(b"[Thu Mar 11 10:22:33 2021] usb 1-1: reset", b"usb 1-1: reset", "Thu Mar 11 10:22:33 2021"),
        Sample(b"[Mar11 10:22] Call Trace:", b"Call Trace:"),
        Sample(b"[  +0.001211] Call Trace:", b"Call Trace:"),
        Sample(b"4,1234,55468844,-,caller=T28;Call Trace:", b"Call Trace:", fields={"thread": "T28"}),
        Sample(b"6,339,5140900,-;NET: Registered", b"NET: Registered"),
    ),
    near_misses=(
        b"[   55.468] (II) loading",
        b"[Thu Mar 11 10:22:33.123456 2021] [core:error] [pid 9] x",
        b"[  OK  ] Started x",
        b"4,1234,55468844;x",
        b"[55.468844]x",
    ),
)
