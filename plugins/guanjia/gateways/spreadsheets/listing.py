"""A list as a workbook to read: bold headings that stay in sight, a filter, and no cell that is carried out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Final, TypeAlias
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Cell: TypeAlias = str | int | Decimal | None
"""Text stays text, whatever it looks like; numbers can be reckoned with; None is an empty cell."""

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""MIME type of a workbook."""

SHEET_ROWS: Final = 1_048_575
"""Rows an Excel sheet holds below its headings."""

_CELL_CHARACTERS: Final = 32_767
_A4: Final = 9
_ZONE: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Listing:
    """One sheet.

    Attributes:
        sheet_name: its name, at most 31 characters.
        headings: heading and width of each column, in characters.
        rows: cells of each row, in the same order; rows beyond ``SHEET_ROWS`` are left out.
    """

    sheet_name: str
    headings: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[Cell]]


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
    return listings_workbook([Listing(sheet_name, headings, rows)], made_at=made_at)


def listings_workbook(listings: Sequence[Listing], *, made_at: datetime) -> bytes:
    """A workbook of several sheets, each with bold headings that stay in sight and a filter.

    Args:
        listings: the sheets, in their order; at least one.
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
        for listing in listings:
            _write(book.add_worksheet(listing.sheet_name[:31]), listing, bold, wrapped)
    return made.getvalue()


def _write(sheet: Worksheet, listing: Listing, bold: Format, wrapped: Format) -> None:
    for place, (heading, width) in enumerate(listing.headings):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, heading, bold)
    last = 0
    for number, cells in enumerate(listing.rows, start=1):
        if number > SHEET_ROWS:
            break
        for place, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(number, place, cell[:_CELL_CHARACTERS], wrapped)
            elif cell is not None:
                sheet.write_number(number, place, float(cell), wrapped)
        last = number
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, len(listing.headings) - 1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)  # printed, all columns stand on one page, with the headings on each
    sheet.repeat_rows(0)
    sheet.set_footer("&L&8&A&R&8&P / &N")
