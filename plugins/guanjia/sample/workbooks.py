"""Workbooks that are the same bytes on every machine: no dates of making, nothing compressed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)
OLDEST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def workbook(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """A workbook of text cells.

    Args:
        sheets: sheet name → lines of cells, the first in row 1.
    """
    import xlsxwriter

    made = BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    book.set_properties({"created": MADE_AT.replace(tzinfo=None)})
    for name, lines in sheets.items():
        sheet = book.add_worksheet(name)
        for number, cells in enumerate(lines):
            for place, cell in enumerate(cells):
                if cell:
                    sheet.write_string(number, place, cell)
    book.close()
    return _plain(made)


def _plain(made: BytesIO) -> bytes:
    """The same archive, stored, with one fixed date."""
    plain = BytesIO()
    with ZipFile(made) as before, ZipFile(plain, "w", ZIP_STORED) as after:
        for entry in before.infolist():
            after.writestr(ZipInfo(entry.filename, OLDEST_ZIP_DATE), before.read(entry))
    return plain.getvalue()
