"""Codes and telephone numbers: what spreadsheets make of them is undone, nothing else is changed."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import Final

from guanjia.domain.cells.faults import Fault, fault
from guanjia.domain.cells.numbers import full_digits, lost_digits
from guanjia.domain.cells.raw import CellError, PaddedNumber, Raw, as_found, number_text
from guanjia.domain.cells.text import half_width, has_control, undefused

LONGEST_CODE: Final = 64
_LONGEST_PHONE: Final = 64
_FEWEST_DIGITS: Final = 3
_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+[eE]\+?|[eE]\+)\d{1,3}")
_FLOAT: Final = re.compile(r"(\d+)\.0+")
_LOST: Final = Fault("bad_number", "digits_lost")


def code(raw: Raw) -> str | Fault:
    """Read a code: half width, without characters that show nothing; ``10304.0`` is 10304, zeros in front stay.

    Args:
        raw: the cell, not blank.

    Returns:
        The code, or the fault: digits lost in scientific form, a control character, a date (Excel takes 3-12 for one).
    """
    text = _undone(raw)
    if isinstance(text, Fault):
        return text
    if has_control(text, lines_allowed=False):
        return Fault("bad_text", "control_character")
    return text if len(text) <= LONGEST_CODE else fault("bad_format", "too_long", longest=LONGEST_CODE)


def phone(raw: Raw) -> str | Fault:
    """Read a telephone number as written, half width; ``16470098620.0`` is 16470098620.

    Args:
        raw: the cell, not blank.
    """
    text = _undone(raw)
    if isinstance(text, Fault):
        return text
    if has_control(text, lines_allowed=False):
        return Fault("bad_text", "control_character")
    if len(text) > _LONGEST_PHONE or sum(sign.isdigit() for sign in text) < _FEWEST_DIGITS:
        return Fault("bad_format", "not_a_phone")
    return text


def _undone(raw: Raw) -> str | Fault:
    if isinstance(raw, CellError):
        return Fault("bad_text", "error_value")
    if isinstance(raw, date | time | timedelta):
        return Fault("bad_format", "became_a_date")
    if isinstance(raw, float | int) and not isinstance(raw, bool):
        return _LOST if lost_digits(raw) else as_found(raw) if isinstance(raw, PaddedNumber) else number_text(raw)
    text = undefused(half_width(as_found(raw)))
    if _SCIENTIFIC.fullmatch(text):
        return full_digits(text) or _LOST
    whole = _FLOAT.fullmatch(text)
    return whole[1] if whole else text
