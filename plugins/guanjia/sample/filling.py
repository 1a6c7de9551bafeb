"""Fills in the workbook an inspector was mailed, as the inspector would in a spreadsheet program."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

from guanjia.sample.inspectors import HEADERS, Result

COLUMNS: Final = (
    "inspection_code",
    "inspected_at",
    "staff_code",
    "entered",
    "valves_off",
    "installations_ok",
    "hygiene_ok",
    "structure_ok",
    "water_reading",
    "electricity_reading",
    "finding",
)
_BESIDE = re.compile(r"[（(].*?[)）]|[\s*]", re.S)


def fill_in(workbook: bytes, results: Iterable[Result]) -> bytes:
    """Writes results into the rows of their inspections; rows without one stay empty.

    Args:
        workbook: as it was mailed, in either language.
        results: of the day of the list; those of other lists, or with a code that is on none, are left out.

    Returns:
        The workbook as it is saved.
    """
    import openpyxl

    book = openpyxl.load_workbook(BytesIO(workbook))
    by_code = {result.inspection_code: result for result in results}
    for sheet in book.worksheets:
        head, places = _find_head(sheet)
        if head is None:
            continue
        for row in range(head + 1, sheet.max_row + 1):
            result = by_code.get(str(sheet.cell(row, places["inspection_code"]).value))
            if result is not None:
                for name, cell in zip(COLUMNS, result.cells(), strict=True):
                    if name != "inspection_code" and cell:
                        sheet.cell(row, places[name]).value = _typed(name, cell)
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def _find_head(sheet: Any) -> tuple[int | None, dict[str, int]]:
    """Row and columns of the headings, whatever stands beside their names."""
    for row in range(1, min(sheet.max_row, 10) + 1):
        places = {}
        for column in range(1, sheet.max_column + 1):
            heading = _BESIDE.sub("", str(sheet.cell(row, column).value or "")).casefold()
            for name, header in zip(COLUMNS, HEADERS, strict=True):
                if heading in (header, name.replace("_", "")):
                    places[name] = column
        if set(places) >= set(COLUMNS):
            return row, places
    return None, {}


def _typed(name: str, cell: str) -> str | datetime | Decimal:
    """What a spreadsheet program makes of what is typed."""
    if name == "inspected_at":
        return datetime.fromisoformat(cell)
    return Decimal(cell) if name.endswith("_reading") else cell
