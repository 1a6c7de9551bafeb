"""Numbers of cells: decimals with a limit of places, whole numbers, and numbers that lost digits."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from guanjia.domain.cells.faults import Fault, fault
from guanjia.domain.cells.raw import SIGNIFICANT_DIGITS, CellError, Raw, number_text
from guanjia.domain.cells.text import half_width

_DECIMAL: Final = re.compile(
    r"(?P<sign>[+-]?)\s*¥?\s*(?P<inner>[+-]?)(?P<whole>\d{1,3}(?:,\d{3})+|\d+)?(?:\.(?P<places>\d+))?\s*元?"
)
_SCIENTIFIC: Final = re.compile(r"(?P<sign>[+-]?)(?P<whole>\d)(?:\.(?P<places>\d+))?[eE](?P<exponent>[+-]?\d{1,3})")
_SHOWN_DIGITS: Final = 8
"""A spreadsheet that runs out of width shows at most six digits before the exponent; a program that writes the number
itself leaves out only the zeros at its end. From eight digits on it is the latter."""

_NOT_A_NUMBER: Final = Fault("bad_number", "not_a_number")
_LOST_DIGITS: Final = Fault("bad_number", "digits_lost")
_NOT_WHOLE: Final = Fault("bad_number", "not_whole")


def full_digits(text: str) -> str | None:
    """The digits a number in scientific form stands for, if it holds every one of them.

    ``1.5412345678E+10`` is 15412345678; ``1.549636948E+10`` is 15496369480 (a zero at the end was left out);
    ``1.61E+10`` has lost digits and gives None. So does what is not in scientific form or not a whole number.
    """
    found = _SCIENTIFIC.fullmatch(text)
    if found is None:
        return None
    exponent, places = int(found["exponent"]), found["places"] or ""
    missing = exponent - len(places)
    if exponent < 0 or missing < 0 or (missing > 0 and 1 + len(places) < _SHOWN_DIGITS):
        return None
    return found["sign"].replace("+", "") + found["whole"] + places + "0" * missing


def decimal(raw: Raw, *, places: int | None = None) -> Decimal | Fault:
    """Read a decimal; never rounds.

    Places are counted as written in a text (``12.500`` has three), by value in a number cell, where 15 significant
    digits count (0.30000000000000004 is 0.3).

    Args:
        raw: the cell, not blank.
        places: decimal places allowed; None: any.

    Returns:
        The number, or the fault `bad_number` or `too_many_decimals`.
    """
    if isinstance(raw, bool | CellError) or not isinstance(raw, str | float | int):
        return _NOT_A_NUMBER
    if not isinstance(raw, str):
        value = Decimal(number_text(float(raw) if isinstance(raw, float) else raw))
        if not value.is_finite():
            return _NOT_A_NUMBER
        return _limited(value, _places(value), places)
    return _written(half_width(raw), places)


def _written(text: str, places: int | None) -> Decimal | Fault:
    if _SCIENTIFIC.fullmatch(text):
        digits = full_digits(text)
        value = Decimal(digits if digits is not None else text)
        if digits is None and int(value.as_tuple().exponent) >= 0:
            return _LOST_DIGITS
        return _limited(value, _places(value), places)
    found = _DECIMAL.fullmatch(text)
    if found is None or (found["whole"] is None and found["places"] is None) or (found["sign"] and found["inner"]):
        return _NOT_A_NUMBER
    whole = (found["whole"] or "0").replace(",", "")
    sign = "-" if "-" in (found["sign"], found["inner"]) else ""
    decimals = found["places"] or ""
    return _limited(Decimal(f"{sign}{whole}.{decimals or '0'}"), len(decimals), places)


def _places(value: Decimal) -> int:
    return max(0, -int(value.normalize().as_tuple().exponent)) if value else 0


def _limited(value: Decimal, found: int, allowed: int | None) -> Decimal | Fault:
    if allowed is not None and found > allowed:
        return fault("too_many_decimals", "too_many_decimals", found=found, places=allowed)
    return value


def integer(raw: Raw) -> int | Fault:
    """Read a whole number; ``3.0``, as programs write it, is 3.

    Args:
        raw: the cell, not blank.
    """
    value = decimal(raw)
    if isinstance(value, Fault):
        return value
    return int(value) if value == value.to_integral_value() else _NOT_WHOLE


def plain(value: Decimal) -> str:
    """A decimal as the database takes it: no exponent, no zeros at the end (``280.00`` is ``280``)."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def lost_digits(value: float) -> bool:
    """Whether a number cell is too long for the digits a spreadsheet keeps, so that a code in it is not the code."""
    return not isinstance(value, int) and abs(value) >= 10**SIGNIFICANT_DIGITS
