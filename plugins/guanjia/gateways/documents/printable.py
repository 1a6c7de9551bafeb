"""Text as it can be printed: no sign without a picture, no invisible sign that turns words round, no endless word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from guanjia.gateways.documents.fonts import shown_characters

LONGEST_WORD: Final = 18
"""Characters of a word that need not be broken; a longer one may be broken anywhere."""

_JOINERS: Final = {0x200C, 0x200D, *range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400), *range(0xE0100, 0xE01F0)}
"""Signs that shape their neighbours (emoji, rare forms of characters) and have no picture of their own."""
_SPACES: Final = {0x09, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029}
_ZERO_WIDTH_SPACE: Final = "\u200b"
_LONG_WORD: Final = re.compile(rf"[!-\u2e7f]{{{LONGEST_WORD + 1},}}")
_PLAIN: Final = re.compile(r"[ -~\u4e00-\u9fff\u3000-\u301c\uff01-\uff5e\n·—–…‘’“”²×€]*")


def printable(text: str) -> str:
    """The text with everything replaced that paper cannot show.

    Control characters and signs of writing direction are dropped (a sign that turns the reading direction round would
    print another number than the one that is kept). A character that no font has is printed as its code, ``[U+2A6A5]``,
    so that nobody signs an empty box. Long words get places where they may be broken.
    """
    if not _PLAIN.fullmatch(text):
        text = "".join(_shown(sign) for sign in text)
    return _LONG_WORD.sub(lambda word: _ZERO_WIDTH_SPACE.join(word[0]), text)


def printable_values(value: object) -> object:
    """Values for a template: texts printable, decimals and days as text, mappings and sequences likewise within.

    Raises:
        TypeError: something that is no plain value; a template reckons with nothing else.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): printable_values(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [printable_values(inner) for inner in value]
    raise TypeError(f"A document shows text, whole numbers, decimals and days, not {type(value).__name__}.")


def _shown(sign: str) -> str:
    code = ord(sign)
    if code in _SPACES:
        return " "
    if sign == "\n" or code in _JOINERS:
        return sign
    if unicodedata.category(sign) in ("Cc", "Cf"):
        return ""
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return sign if code in shown_characters() else f"[U+{code:04X}]"
