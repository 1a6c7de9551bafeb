"""Texts of cells: what is trimmed, what is dropped, what is refused.

White space at both ends is never part of a value. In codes, numbers, dates and choices full-width characters are read
as half-width ones and zero-width characters are dropped; free text is kept as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

ZERO_WIDTH: Final = (
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
)
"""Characters that show nothing: zero-width spaces and joiners, direction marks, the byte order mark."""

_SPACE: Final = "\\s\u00a0\u3000\u180e\u200b\u2060\ufeff"
_ENDS: Final = re.compile(f"^[{_SPACE}]+|[{_SPACE}]+$")
_BLANK: Final = re.compile(f"[{_SPACE}]*")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_ANY_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")
_HALF_WIDTH: Final = (
    {0xFF01 + offset: 0x21 + offset for offset in range(94)}
    | {0x3000: " ", 0x00A0: " ", 0xFFE5: "¥", 0x3002: ".", 0x2212: "-"}
    | dict.fromkeys(map(ord, ZERO_WIDTH))
)
_PLAIN: Final = re.compile(r"[\x21-\x7e]*")
_DOTS: Final = dict.fromkeys(map(ord, "・•‧∙⋅･．"), "·")
_EMPTY_WORDS: Final = frozenset(("/", "-", "—", "——", "–", "无", "N/A"))


def trimmed(text: str) -> str:
    """Text without white space at both ends."""
    return _ENDS.sub("", text)


def is_blank_text(text: str) -> bool:
    """Nothing but white space."""
    return _BLANK.fullmatch(text) is not None


def half_width(text: str) -> str:
    """Text as codes, numbers and dates are read: half width, trimmed, without characters that show nothing."""
    if _PLAIN.fullmatch(text):
        return text
    return trimmed(text.translate(_HALF_WIDTH))


def folded(text: str) -> str:
    """Text as words are compared: any width and case, without white space, hyphens and underscores."""
    flat = unicodedata.normalize("NFKC", half_width(text)).translate(_DOTS).casefold()
    return re.sub(r"[\s_\-]+", "", flat)


def has_control(text: str, *, lines_allowed: bool) -> bool:
    """Whether it holds a control character.

    Args:
        text: the text.
        lines_allowed: line breaks and tabs are not counted (free text).
    """
    return (_CONTROL if lines_allowed else _ANY_CONTROL).search(text) is not None


def undefused(text: str) -> str:
    """Text as it was before an export put an apostrophe before what a spreadsheet would take for a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def means_empty(text: str) -> bool:
    """Whether a cell says in words that there is nothing: ``/ - — 无 N/A`` alone."""
    return half_width(text).upper() in _EMPTY_WORDS
