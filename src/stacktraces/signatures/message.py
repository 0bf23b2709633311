"""An error's message with its variable parts masked: what is left names the kind of error."""

from __future__ import annotations

import re

import msgspec

from .._regex import regex

LIMIT = 2000
"""Characters of a message that are looked at."""


class Mask(msgspec.Struct, frozen=True):
    """One kind of variable text."""

    name: str
    """What takes its place, in angle brackets."""
    pattern: str
    """A regular expression that runs in linear time: bounded or possessive repeats only."""
    sample: str
    """A text that it matches whole."""


_UNIT = r"[ ]?(?:[KMGTP]i?B|[kmgt]i?b|kB|bytes?|[kMG]?Hz|[kKMG]?bps|rpm|px|°[CF])\b(?:/s\b)?"

# Tried in this order at each place of the message: the longer and more special ones first.
MASKS = (
    Mask("url", r"\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s'\"<>)\]}]++", "https://example.org:8443/a?b=1"),
    Mask("email", r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\b", "jane.doe@example.org"),
    Mask(
        "uuid",
        r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b",
        "9f86d081-884c-4d65-9a2f-eaa0c55ad015",
    ),
    # ISO 8601, and the same with a space; an offset or Z may follow.
    Mask(
        "date",
        r"\b\d{4}[-/]\d{1,2}[-/]\d{1,2}"
        r"(?:[T ]\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})\b)?)?",
        "2024-05-01T12:00:00.123Z",
    ),
    # The reprs of datetime.datetime and datetime.date.
    Mask(
        "date", r"\bdatetime\.(?:datetime|date|time)\([\d, ]{1,60}\)", "datetime.datetime(2024, 5, 1, 12, 0)"
    ),
    # Wed, 01 May 2024 12:00:00 GMT and Sat Apr 18 21:34:03 2015
    Mask(
        "date",
        r"\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? )?(?:\d{1,2}[ /-])?"
        r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?:[a-z]{1,6})?[ /-](?:\d{1,2},? )?"
        r"(?:\d{1,2}:\d{2}:\d{2} )?\d{4}(?:[ :]\d{1,2}:\d{2}:\d{2})?",
        "Sat Apr 18 21:34:03 2015",
    ),
    Mask("time", r"\b\d{1,2}:\d{2}(?::\d{2})? ?[AaPp][Mm]\b", "11:30 PM"),
    Mask("id", r"\b[0-9a-fA-F]{2}(?:[:-][0-9a-fA-F]{2}){5}\b", "00:1a:2b:3c:4d:5e"),
    Mask("time", r"\b\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?\b", "12:00:00.123"),
    Mask("ip", r"\b\d{1,3}(?:\.\d{1,3}){3}\b(?::\d{1,5}\b)?", "10.0.0.1:5432"),
    # Eight groups, or fewer around one `::`; in brackets with a port.
    Mask(
        "ip",
        r"\[?(?<![\w:])(?=[a-fA-F:]{0,39}\d)(?:::(?:ffff:)?\d{1,3}(?:\.\d{1,3}){3}|"
        r"(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|"
        r"(?:[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4}){0,6})?::(?:[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4}){0,6})?)"
        r"(?![\w:])(?:%\w{1,16})?(?:\](?::\d{1,5})?)?",
        "[fe80::1]:8080",
    ),
    Mask("hex", r"\b0[xX][0-9a-fA-F]++\b", "0x7f3a5c0010"),
    # Windows and POSIX paths, quoted or not: at least two components.
    Mask("path", r"\b[a-zA-Z]:[\\/][^\s'\"<>|:*?]++", r"C:\Temp\x.txt"),
    Mask(
        "path", r"(?<![\w/<])~?(?:/[\w.@%+=-]++){2,}+/?|(?<![\w/<])/[\w.@%+-]++(?=['\"])", "/var/lib/app/x.db"
    ),
    # A quoted value; an apostrophe within a word opens none.
    Mask("value", r"(?<!\w)[bBuUrR]{0,2}'[^']{0,400}+'(?!\w)", "'missing'"),
    Mask("value", r"(?<!\w)[bBuUrR]{0,2}\"[^\"]{0,400}+\"(?!\w)", '"missing"'),
    Mask("value", r"(?<!\w)`[^`']{0,400}+[`']", "`missing'"),
    Mask(
        "duration",
        r"\b\d++(?:\.\d++)?\s?(?:ns|us|µs|ms|s|sec|secs|seconds?|min|mins|minutes?|h|hours?|days?)\b",
        "30.5 s",
    ),
    Mask("duration", r"\b(?:\d{1,9}(?:\.\d{1,9})?(?:h|ms|m|us|µs|ns|s)){2,16}+\b", "1h30m0.5s"),
    # A pod: its owner's name, the digest of its template, five characters of its own.
    Mask(
        "id", r"\b[a-z][a-z0-9-]{0,60}?-(?=[a-f]{0,10}\d)[0-9a-f]{6,10}-[a-z0-9]{5}\b", "web-7d4b9c6f5-x2x8z"
    ),
    Mask("path", r"\btmp[a-z0-9_]{8}\b", "tmpx8_2k4qa"),
    # Digests, object ids: seven or more hexadecimal digits, with a letter and a digit among them.
    Mask("hex", r"\b(?=[a-fA-F]{0,40}\d)(?=\d{0,40}[a-fA-F])[0-9a-fA-F]{7,}+\b", "9f86d081884c7d65"),
    # The digest at the end of a name: worker-7d9f.
    Mask("hex", r"(?<=[a-zA-Z]-)(?=[a-f]{0,6}\d)(?=\d{0,6}[a-f])[0-9a-f]{4,6}\b(?!-)", "7d9f"),
    # ULIDs, object names of clouds.
    Mask("id", r"\b(?=[A-Z]{0,40}\d)(?=\d{0,40}[A-Z])[0-9A-Z]{16,}+\b", "01ARZ3NDEKTSV4RRFFQ69G5FAV"),
    Mask("id", r"\b[A-Za-z0-9+/]{8,1000}+==(?![=\w])", "dGhpcyBpcyBhIHRva2Vu=="),
    # Base64 and its like: long, of both cases, with three digits or more.
    Mask(
        "id",
        r"\b(?=(?:[A-Za-z+/_-]{0,80}+\d){3})(?=[a-z0-9+/_-]{0,80}+[A-Z])(?=[A-Z0-9+/_-]{0,80}+[a-z])"
        r"[A-Za-z0-9+/_-]{20,}+={0,2}",
        "dGhpcyBpcyBhIHRva2VuIDEyMzQ1Njc4",
    ),
    # A prefix and what is no word with a number at its end: cus_9s6XKzkNR, ORD-4TX81.
    Mask(
        "id", r"\b[A-Za-z]{2,12}[-_](?=[A-Za-z]{0,40}+\d{1,40}+[A-Za-z])[A-Za-z0-9]{5,}+\b", "cus_9s6XKzkNR"
    ),
    Mask(
        "number",
        r"(?<![\w.])[+-]?\d++(?:[.,_]\d++)*+(?:[eE][+-]?\d++)?"
        rf"(?:%|{_UNIT}|[KMGTB]\b)?",
        "-1,234.5e-3",
    ),
    # A number that ends a word: worker3, Thread-12, item_7, python3.11.
    Mask("number", r"(?<=[a-zA-Z_-])\d++(?:\.\d++)*+\b", "3"),
)

# Hints that the interpreter adds in some versions: they say nothing of the error.
_HINT = regex(r"(?:\. |; )?(?:Did you mean|Did you forget to|Perhaps you forgot)\b[^?\n]{0,500}\?")
_SPACE = regex(r"\s+")
# A list is as long as it happens to be.
_REPEATED = regex(r"(<\w+>(?:: ?<\w+>)?)(?:, ?\1)++(?:, ?\.\.\.)?+")
# One row, two rows.
_PLURAL = regex(r"(?<=<number> )((?!does\b)(?:[a-z]{3,20} )?[a-z]{2,30}[^\Wsui\d_])s\b")
# As the messages of exemplars of version 3 hold it.
_NUMBER_OF = regex(rf"<number>{_UNIT}")


_PATTERN = regex("|".join(f"(?P<m{index}>{mask.pattern})" for index, mask in enumerate(MASKS)))
_NAMES = {f"m{index}": f"<{mask.name}>" for index, mask in enumerate(MASKS)}


# What an error is about, by its name in the code: two missing modules are two errors. What holds a digit is
# taken for a value.
_QUOTED = r"['\"`\u2018][A-Za-z_$][A-Za-z_.$:/()<>-]{0,80}+['\"`\u2019]"
_BEFORE = (
    r"module|named?|attribute|argument|key|column|table|relation|function|procedure|method|property|field|"
    r"reading|variable|local|global|upvalue|constant|class|type|schema|constraint|import|symbol|label|trait|"
    r"package|requirement|option|setting"
)
_NAMED = (
    rf"\A{_QUOTED}\Z",
    rf"\b(?:{_BEFORE})s?:? (?:named? )?{_QUOTED}",
    rf"\bkey not found: (?:{_QUOTED}|:[A-Za-z_]\w{{0,80}}+)",
    rf"{_QUOTED} (?:object|instance)\b",
    r"\b(?i:HTTP(?: (?:status|error|code)){0,2}+|status(?: code)?|code|errno|SQLSTATE|ORA|WinError|signal)"
    r"(?:/\d(?:\.\d)?)?[ =:-]{0,3}+[\[(]?\d{1,5}\b",
    r"\A\(?\d{3,4}\b(?=,|:? [A-Z])",
)
_TEMPLATE = regex("|".join((f"(?P<kept>{'|'.join(_NAMED)})", _PATTERN.pattern)))


def _keep(found: re.Match[str]) -> str:
    return found.group() if found.lastgroup == "kept" else _name(found)


def template(message: str) -> str:
    """:func:`mask` of ``message``, with the names and codes kept that say what the error is about.

    These are the names of modules, attributes, keys and tables, and the status codes of HTTP and databases.
    """
    return _folded(_TEMPLATE.sub(_keep, _plain(message)))


def _name(found: re.Match[str]) -> str:
    return _NAMES[found.lastgroup or "m0"]


def mask(message: str) -> str:
    """``message`` with each variable part replaced by its kind in angle brackets.

    Only the first :data:`LIMIT` characters are looked at; white space is folded. Runs in linear time.
    """
    return _folded(_PATTERN.sub(_name, _plain(message)))


def _folded(masked: str) -> str:
    return _PLURAL.sub(r"\1", _REPEATED.sub(r"\1", _NUMBER_OF.sub("<number>", masked)))


def _plain(message: str) -> str:
    return _SPACE.sub(" ", _HINT.sub("", message[:LIMIT])).strip()
