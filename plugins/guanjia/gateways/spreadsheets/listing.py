"""A list as a workbook to read: bold headings that stay in sight, a filter, and no cell that is carried out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Final
from zoneinfo import ZoneInfo

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""MIME type of a workbook."""

SHEET_ROWS: Final = 1_048_575
"""Rows an Excel sheet holds below its headings."""

_CELL_CHARACTERS: Final = 32_767
_ZONE: Final = ZoneInfo("Asia/Shanghai")


def listing_workbook(
    sheet_name: str,
    headings: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[str]],
    *,
    made_at: datetime,
) -> bytes:
    """A workbook of one sheet. Every cell is text, so that ``=cmd…`` from outside stays text.

    Args:
        sheet_name: name of the sheet, at most 31 characters.
        headings: heading and width of each column, in characters.
        rows: cells of each row, in the same order; rows beyond ``SHEET_ROWS`` are left out.
        made_at: aware; shown as the instant it was made.

    Returns:
        The bytes of the file.
    """
    import xlsxwriter

    made = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(made, options) as book:
        book.set_properties({"created": made_at.astimezone(_ZONE).replace(tzinfo=None)})
        bold = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(sheet_name[:31])
        for place, (heading, width) in enumerate(headings):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, heading, bold)
        last = 0
        for number, cells in enumerate(rows, start=1):
            if number > SHEET_ROWS:
                break
            for place, cell in enumerate(cells):
                sheet.write_string(number, place, cell[:_CELL_CHARACTERS], wrapped)
            last = number
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, last, len(headings) - 1)
    return made.getvalue()
