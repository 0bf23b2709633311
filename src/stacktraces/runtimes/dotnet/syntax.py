"""The lines that .NET and Mono print, each by the pattern that tells it.

========================================================================  ==================================
line                                                                      what it is
========================================================================  ==================================
``   at Shop.Store`1.Price(String sku) in /srv/Shop.cs:line 5``           a frame of .NET
``  at Shop.Store`1[T].Price (System.String sku) [0x00008] in F.cs:5 ``   a frame of Mono
``   at Shop.Program.Main(String[]) + 0x1f``                              a frame of a native program
``   at async Shop.Fn.Run(Id id) at C:\\Fn.cs : 20``                        a frame of Azure Functions
``   at int Shop.Store.Price(string sku) in /srv/Shop.cs:line 5``         Demystifier's, with what it returns
``Shop.Buy (System.Int32 id) (at Assets/Scripts/Shop.cs:17)``             a frame of Unity
``   --- End of inner exception stack trace ---``                         a stack's end: the outer one follows
``--- End of stack trace from previous location ---``                     the same stack goes on
`` ---> (Inner Exception #1) System.ArgumentException: no sku``           a member of an AggregateException
========================================================================  ==================================

The words ``at``, ``in`` and ``line`` are in the language of the machine.
"""

from __future__ import annotations

import re
from sys import intern
from typing import NamedTuple

from ..._number import to_number
from ..._regex import regex
from ...log_records.records import starts_record
from ...model import Frame
from .._remembered import remembered_frame

_AT = r"(?:at(?: async)?|bei|à|em|en|in|w|v|vid|ved|bij|場所|在|於|в|위치:|konum:)"
_FRAME = regex(
    rf"(?P<indent>\s*+){_AT} (?:\(wrapper [\w-]++\) )?(?:[\w.<>\[\]?]++ )?(?P<name>[^\s()]++)(?:"
    r"(?P<mono> )\((?P<mono_args>[^()]*+)\) (?:\[0x[0-9a-f]++\]|<0x[0-9a-f]++ \+ 0x[0-9a-f]++>)"
    r" in (?P<mono_file>.{1,1000}):(?P<mono_line>\d{1,9}+)"
    r"|\((?P<args>[^()]*+)\)(?: \+ 0x[0-9a-f]++)?+(?:\+\S.{0,200}?)?"
    r"(?: (?:(?P<turkish>\S.{1,1000}) içinde: satır |[^\W\d_]{1,20} (?P<file>.{1,1000}?) ?:\s?(?:\S{1,12} )?)"
    r"(?P<line>\d{1,9}+)\.?)?"
    r")(?: \[[^\[\]]{1,1000}proj\])?\s*\Z"
)
_UNITY = regex(
    r"(?P<name>[^\s()]{1,500}+) ?\((?P<args>[^()]{0,2000}+)\) "
    r"\(at (?P<file>[^()\n]{1,1000}?):(?P<line>\d{1,9})\)\s*\Z"
)
_OTHER_PLACES = regex(
    r".*:\d++\Z|.*\.(?:java|kt|kts|scala|groovy|clj|js|ts)\Z|Native Method\Z|Unknown Source\Z"
)
"""What stands between the parentheses of a frame of Java or Node."""
_MARKER = regex(
    r"(?P<indent>\s*+)(?:--- (?P<words>\S.{3,120}) ---|(?P<bare>(?<=\s)End of inner exception))"
    r"(?: \[[^\[\]]{1,1000}proj\])?\s*\Z"
)
_TYPE = r"(?P<type>[^\W\d]\w*+(?:[.+][^\W\d]\w*+){0,40}+(?:`\d++)?(?:\[[^\]\n]{0,300}\])?)"
_HEADER = regex(
    rf"{_TYPE}(?: \((?:0x)?-?[0-9A-Fa-f]++(?:, 0x[0-9A-Fa-f]++)?\))?"
    r"(?:(?P<blank> )?: ?(?P<message>.*)|\s*)\Z",
    re.DOTALL,
)
_IN_RECORD = regex(rf"(?<![\w.+$`]){_TYPE}(?=: | \(0x|\s*\Z)")
INNER = regex(
    r"(?:(?:\A|\n)\s{0,16}| )---> (?:\(Inner Exception #\d{1,9}+\) )?"
    rf"(?={_TYPE}(?:[:\s(]|\Z))"
)
"""Where the text of an inner exception starts: on a line of its own, or behind the outer one's message."""
MEMBER = regex(r"\s*+---> \((?P<words>[^()#]{1,40})#(?P<number>\d{1,9}+)\) ")
MEMBER_END = "<---"
UNHANDLED = regex(r".{0,200}?(?:Unhandled exception\. |Unhandled Exception: )(?=\S)")
MONO_UNHANDLED = "Unhandled Exception:"
FATAL = "[ERROR] FATAL UNHANDLED EXCEPTION: "
_LABEL = "Exception: "
_FAILURES = ("Exception", "Error", "Failure", "Fault")


class Header(NamedTuple):
    """The type and the first line of the message."""

    type: str
    message: str | None


@remembered_frame
def match_frame(line: str) -> Frame | None:
    """The frame that ``line`` prints, without the end of a member's text behind it."""
    if "(" not in line:
        return None
    if (unity := _UNITY.match(line)) and not line.startswith((" ", "\t")):
        name = unity["name"].replace(":", ".")
        return Frame(
            function=intern(name),
            file=intern(unity["file"]),
            line=to_number(unity["line"]),
            args=unity["args"],
        )
    found = _FRAME.match(line.rstrip().removesuffix(MEMBER_END))
    if found is None or (
        "." not in found["name"].strip(".") and not found["name"].startswith("lambda_method")
    ):
        return None
    if found["mono"] is not None:
        args, file, line_number = found["mono_args"], found["mono_file"], found["mono_line"]
        if file.startswith("<"):
            file = line_number = None
    else:
        args, file, line_number = found["args"], found["file"] or found["turkish"], found["line"]
        if _OTHER_PLACES.match(args):
            return None
    return Frame(
        function=intern(found["name"]),
        file=intern(file) if file else None,
        line=to_number(line_number) if line_number else None,
        args=args,
    )


def match_marker(line: str) -> tuple[bool, int] | None:
    """Whether ``line`` ends an inner exception's stack, or only a part of it, and how deep it is indented."""
    found = _MARKER.match(line)
    if found is None:
        return None
    words = found["words"] or found["bare"].lower()
    indent = len(found["indent"])
    if "previous location" in words:
        return False, indent
    return "inner exception" in words or indent > 0, indent


def match_header(text: str, *, certain: bool = False) -> Header | None:
    """The header that ``text`` is; ``certain`` where the line says that an exception follows."""
    text = text.strip()
    if text.startswith(_LABEL) and (labelled := match_header(text[len(_LABEL) :])) and "." in labelled.type:
        return labelled
    found = _HEADER.match(text)
    if found is None:
        return None
    kind = found["type"]
    simple = kind.partition("`")[0].replace("+", ".").rpartition(".")
    named = simple[2].endswith(_FAILURES)
    if found["blank"] and not named:  # NUnit and xUnit put a blank before the colon, as much prose does.
        return None
    if not (certain or named or (simple[0] and simple[2][:1].isupper() and found["message"] is not None)):
        return None
    return Header(intern(kind), found["message"])


def find_in_record(line: str) -> int:
    """Where the header stands at the end of a log's line; -1 where it has none."""
    for found in _IN_RECORD.finditer(line):
        simple = found["type"].partition("`")[0]
        if "." in simple and simple.endswith(_FAILURES) and match_header(line[found.start() :]):
            return found.start()
    return -1


def starts_here(line: str, following: str) -> bool:
    """See :attr:`stacktraces.runtimes.Runtime.starts`."""
    if line.startswith("Unhandled exception. "):
        return True
    if line.rstrip() == MONO_UNHANDLED:
        return match_header(following) is not None
    if "xception" not in line or not (match_frame(following) or INNER.match(following)):
        return False
    return match_header(line) is not None or (starts_record(line) and find_in_record(line) >= 0)
