"""What a cell of a spreadsheet holds before anybody has judged it, and how it is shown to people.

A CSV gives texts only. A workbook gives numbers, booleans, dates and times as well; a number keeps the width of an
all-zeros format (``000000``), because there leading zeros belong to a code.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from guanjia.domain.cells.text import is_blank_text

SIGNIFICANT_DIGITS: Final = 15
"""Digits a spreadsheet keeps of a number; what a float shows beyond them is noise."""


class PaddedNumber(float):
    """A number shown with leading zeros by its cell's format.

    Attributes:
        width: digits the format shows at least.
    """

    width: int

    def __new__(cls, value: float, width: int) -> PaddedNumber:
        """A number and the number of digits its format shows."""
        self = super().__new__(cls, value)
        self.width = width
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PaddedNumber) and (float(self), self.width) == (float(other), other.width)

    def __hash__(self) -> int:
        return hash((float(self), self.width))


class CellError(str):
    """A cell whose formula failed: ``#N/A``, ``#REF!``, ``#DIV/0!``."""

    __slots__ = ()


Raw = str | float | int | bool | date | time | timedelta | None
"""A cell as read: text, number (`PaddedNumber` too), boolean, date or datetime, time, span, `CellError`, or nothing."""


def is_blank(raw: Raw) -> bool:
    """Nothing but white space (NBSP, ideographic and zero-width space too) or nothing at all."""
    return raw is None or (isinstance(raw, str) and is_blank_text(raw))


def number_text(value: float) -> str:
    """A number as a spreadsheet means it: 15 significant digits, no exponent, no trailing zeros.

    862.8000000000001 is ``862.8``, 10304.0 is ``10304``.
    """
    if isinstance(value, int):
        return str(value)
    short = f"{value:.{SIGNIFICANT_DIGITS}g}"
    return format(Decimal(short), "f") if "e" in short else short


def as_found(raw: Raw) -> str:
    """The cell as a person would read it, for receipts and reject workbooks; text stays exactly as written."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        return str(raw)
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, PaddedNumber):
        return number_text(float(raw)).zfill(raw.width)
    if isinstance(raw, float | int):
        return number_text(raw)
    if isinstance(raw, datetime):
        return raw.isoformat(sep=" ", timespec="seconds")
    return str(raw)


def stored(raw: Raw) -> Any:
    """The cell as JSON a database takes, which `restored` turns back into the very same cell."""
    if raw is None or isinstance(raw, bool):
        return raw
    if isinstance(raw, CellError):
        return {"error": str(raw)}
    if isinstance(raw, str):
        return {"escaped": raw.replace("\\", "\\\\").replace("\x00", "\\0")} if "\x00" in raw else raw
    if isinstance(raw, PaddedNumber):
        return {"number": repr(float(raw)), "width": raw.width}
    if isinstance(raw, float | int):
        return {"number": repr(raw)}
    if isinstance(raw, timedelta):
        return {"span": raw.total_seconds()}
    return {type(raw).__name__: raw.isoformat()}


def restored(kept: Any) -> Raw:
    """The cell that `stored` wrote down."""
    if not isinstance(kept, dict):
        found: Raw = kept
        return found
    if "number" in kept:
        number = float(kept["number"]) if not kept["number"].lstrip("-").isdigit() else int(kept["number"])
        return PaddedNumber(number, kept["width"]) if "width" in kept else number
    if "escaped" in kept:
        return re.sub(r"\\(.)", lambda sign: "\x00" if sign[1] == "0" else sign[1], kept["escaped"])
    if "error" in kept:
        return CellError(kept["error"])
    if "span" in kept:
        return timedelta(seconds=kept["span"])
    if "datetime" in kept:
        return datetime.fromisoformat(kept["datetime"])
    return date.fromisoformat(kept["date"]) if "date" in kept else time.fromisoformat(kept["time"])
