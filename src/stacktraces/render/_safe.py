"""What of an input may stand raw in an output: decided here, in one place for every kind of output."""

from __future__ import annotations

from typing import Literal, TypeAlias

from .._regex import regex

Medium: TypeAlias = Literal["text", "line", "html", "json", "toml"]
"""``text``: lines for a terminal, a pipe or a file. ``line``: a part of one such line. ``html``: a part of a
page's text or of a quoted attribute. ``json``, ``toml``: a whole document as its encoder wrote it.
"""

# What steers a terminal, a reader or a parser, and what nobody sees. In this order: control characters (C0,
# DEL, C1); separators of lines and paragraphs; surrogates, which UTF-8 has not; the general category Cf
# (bidirectional controls, joiners, tags) and Default_Ignorable_Code_Point of Unicode 16; blanks that are no
# white space.
_HIDDEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"
    "\u2028\u2029"
    "\ud800-\udfff"
    "\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
    "\u2800\U0001d159"
)
_UNSAFE = regex(f"[{_HIDDEN}]")
_UNSAFE_IN_LINE = regex(f"[\t\n{_HIDDEN}]")


def safe(text: str, medium: Medium) -> str:
    """``text`` as it may stand in an output of that kind, with what may not as escapes.

    Escapes are ``\\n``, ``\\t``, ``\\xNN``, ``\\uNNNN`` and ``\\UNNNNNNNN``; in JSON and TOML those of the
    language, so that a document means the same. Line ends and tabs stay in ``text``, and between the values
    of a document. The result can be encoded in UTF-8.
    """
    if not (text.isascii() and text.isprintable()):
        match medium:
            case "text":
                text = _UNSAFE.sub(lambda match: _escape(match.group()), text)
            case "line" | "html":
                text = _UNSAFE_IN_LINE.sub(lambda match: _escape(match.group()), text)
            case "json":
                text = _UNSAFE.sub(lambda match: _json_escape(match.group()), text)
            case "toml":
                text = _UNSAFE.sub(lambda match: _toml_escape(match.group()), text)
    if medium == "html":
        import html  # Its table of entities takes long to import, and few outputs need it.

        return html.escape(text)
    return text


def _escape(character: str) -> str:
    code = ord(character)
    if character in "\t\n":
        return "\\t" if character == "\t" else "\\n"
    return f"\\x{code:02x}" if code < 0x100 else _toml_escape(character)


def _toml_escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def printable(text: str) -> str:
    """``text`` as lines that can be shown; see :func:`safe`."""
    return safe(text, "text")


def one_line(text: str) -> str:
    """``text`` as part of a line that can be shown; see :func:`safe`."""
    return safe(text, "line")


def safe_json(encoded: bytes) -> bytes:
    """The JSON document ``encoded`` with escapes for what may not stand raw; see :func:`safe`."""
    if encoded.isascii() and b"\x7f" not in encoded:
        return encoded
    return safe(encoded.decode(), "json").encode()
