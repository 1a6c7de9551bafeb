"""A seal for a row of a list that goes out and comes back: it tells whether what was printed there was changed.

It guards against slips (a code typed over, a row pasted one line too low), not against people who mean harm: there is
no secret in it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final, Literal

_LENGTH: Final = 8
_SEPARATOR: Final = "\x1f"
_SEAL_JOIN: Final = "-"
_CODE_JOIN: Final = "|"

Verdict = Literal["whole", "code_changed", "shown_changed", "unreadable"]


def joined_code(codes: Sequence[str]) -> str:
    """The code of a row that is known by several, such as a sample and a criterion; of one alone, that one."""
    return _CODE_JOIN.join(codes)


def seal(code: str, shown: Sequence[str]) -> str:
    """The seal of a row.

    Args:
        code: the code by which the row is known when it comes back.
        shown: texts of the other cells that are not to be changed, in order; an empty cell is an empty text.

    Returns:
        Two groups of eight hexadecimal digits, such as ``1f0c9a3e-7b21d004``: of the code, and of the code with what is
        shown. Spaces, width and case of letters do not matter, for spreadsheet programs change them.
    """
    return f"{_digest([code])}{_SEAL_JOIN}{_digest([code, *shown])}"


def judge_seal(found: str, code: str, shown: Sequence[str]) -> Verdict:
    """Whether a row came back as it went out.

    Args:
        found: seal that stands in the row.
        code: code that stands in the row.
        shown: texts of the other cells, as for `seal`.

    Returns:
        ``whole``; ``code_changed``: the row is of another one than the seal; ``shown_changed``: something else that was
        printed was changed; ``unreadable``: there is no seal, or half of one.
    """
    parts = _plain(found).split(_SEAL_JOIN)
    if len(parts) != 2 or any(len(part) != _LENGTH or set(part) - set("0123456789abcdef") for part in parts):
        return "unreadable"
    if parts[0] != _digest([code]):
        return "code_changed"
    return "whole" if parts[1] == _digest([code, *shown]) else "shown_changed"


def owner(shown: Sequence[str], seals: Mapping[str, str]) -> str | None:
    """The row whose printed cells stand somewhere else: pasted a line off, or sorted without its code.

    Args:
        shown: texts found, as for `seal`.
        seals: code → seal of rows of the same list.

    Returns:
        The code of the row they were printed in; None: of none of these.
    """
    texts = _SEPARATOR.join(map(_plain, shown))
    for code, found in seals.items():
        joined = f"{_plain(code)}{_SEPARATOR}{texts}"
        if _plain(found).endswith(_SEAL_JOIN + sha256(joined.encode()).hexdigest()[:_LENGTH]):
            return code
    return None


def _digest(texts: Sequence[str]) -> str:
    joined = _SEPARATOR.join(_plain(text) for text in texts)
    return sha256(joined.encode()).hexdigest()[:_LENGTH]


def _plain(text: str) -> str:
    """A text without what a spreadsheet program may do to it: spaces, line breaks, width, case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
