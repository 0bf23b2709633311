"""The logs of Java's application servers: GlassFish and Payara, WebLogic, WebSphere and Liberty.

Only an event's first line bears the fields.
"""

from __future__ import annotations

from . import Sample
from ._prefix import prefix_carrier

_STAMP = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:?\d\d"

CARRIER = prefix_carrier(
    "app-servers",
    "Java application servers",
    "application",
    (
        rb"\[#\|(?P<time>"
        + _STAMP
        + rb")\|(?P<level>[A-Z]{4,10})\|[^|\n]{0,99}\|(?:null|(?P<logger>[^|\n]{0,199}))\|"
        rb"(?:[^|\n]{0,299}?_ThreadName=(?P<thread>[^;|\n]{1,120});)?[^|\n]{0,299}\|",
        rb"\[(?P<time>" + _STAMP + rb")\] \[[^\]\n]{1,99}\] \[(?P<level>[A-Z]{4,10})\] \[[^\]\n]{0,99}\] "
        rb"\[(?P<logger>[^\]\n]{0,199})\] \[tid: _ThreadID=\d{1,9} _ThreadName=(?P<thread>[^\]\n]{1,120})\] "
        rb"(?:\[\w{1,20}: [^\]\n]{0,99}\] ){0,9}\[\[",
        rb"####<(?P<time>[^>\n]{1,60})> <(?P<level>[A-Z]\w{2,12})> <(?P<logger>[^>\n]{1,99})> "
        rb"<(?P<host>[^>\n]{0,99})> <[^>\n]{0,99}> <(?P<thread>(?:[^<>\n]|<\w{1,40}>){0,199})> ",
        rb"\[(?P<time>\d{1,2}/\d{1,2}/\d\d \d{1,2}:\d\d:\d\d:\d{3} [A-Z]{2,5})\] (?P<thread>[0-9a-f]{8}) "
        rb"(?P<logger>\S{1,99}) {1,20}(?P<level>[A-Z]) ",
    ),
    (
        Sample(
            b"[#|2008-10-31T12:12:34.890-0400|SEVERE|glassfish|javax.web|_ThreadID=18;_ThreadName=Thread-4;|failed",
            b"failed",
            "2008-10-31T12:12:34.890-0400",
            {"level": "SEVERE", "logger": "javax.web", "thread": "Thread-4"},
        ),
        Sample(
            b"[2023-02-01T10:11:12.345+0000] [Payara 5.2021.10] [SEVERE] [] [javax.web] "
            b"[tid: _ThreadID=29 _ThreadName=http-listener-1(1)] [timeMillis: 1675246272345] [levelValue: 1000] [[",
            b"",
            "2023-02-01T10:11:12.345+0000",
            {"level": "SEVERE", "logger": "javax.web", "thread": "http-listener-1(1)"},
        ),
        Sample(
            b"####<Apr 12, 2021 4:14:07,878 PM UTC> <Error> <HTTP> <host1> <AdminServer> <[ACTIVE] ExecuteThread: '0'> "
            b"<<WLS Kernel>> <> <a1b2> <1618200847878> <BEA-101020> <failed",
            b"<<WLS Kernel>> <> <a1b2> <1618200847878> <BEA-101020> <failed",
            "Apr 12, 2021 4:14:07,878 PM UTC",
            {"level": "Error", "logger": "HTTP", "host": "host1", "thread": "[ACTIVE] ExecuteThread: '0'"},
        ),
        Sample(
            b"[4/12/21 4:14:07:878 EDT] 000000a3 servlet       E com.ibm.ws.Wrapper service failed",
            b"com.ibm.ws.Wrapper service failed",
            "4/12/21 4:14:07:878 EDT",
            {"thread": "000000a3", "logger": "servlet", "level": "E"},
        ),
    ),
    near_misses=(b"[#|x|y|", b"#### <x>", b"[4/12/21] x"),
    bare_continuation=True,
)
