"""What the reader of values does not tell of an old workbook (.xls): all-zeros formats and cells with errors."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Final

from guanjia.gateways.spreadsheets import refusals
from guanjia.gateways.spreadsheets.package import ALL_ZEROS, MAX_CELLS
from guanjia.gateways.spreadsheets.refusals import Unreadable

_UNKNOWN_ERROR: Final = "#ERROR"


class OldPackage:
    """An old workbook, looked at a second time for what marks its cells.

    Args:
        path: the file; its size and kind are checked already.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._book: Any = None
        self._widths: dict[int, int] = {}
        self._cells = 0

    def marked_cells(self, sheet: str) -> tuple[dict[tuple[int, int], int], dict[tuple[int, int], str]]:
        """Cells the reader of values does not tell apart.

        Args:
            sheet: name of the sheet.

        Returns:
            (row, column) from 0 → digits of an all-zeros format, and (row, column) → error shown.

        Raises:
            Unreadable: it is damaged or too large.
        """
        import xlrd  # type: ignore[import-untyped]  # it has no types

        try:
            if self._book is None:
                self._open()
            if sheet not in self._book.sheet_names():
                return {}, {}  # a sheet that holds a chart
            found = self._book.sheet_by_name(sheet)
            self._cells += sum(map(found.row_len, range(found.nrows)))
            self._book.unload_sheet(sheet)
            if self._cells > MAX_CELLS:
                raise Unreadable(refusals.TOO_MANY_CELLS, limit=MAX_CELLS)
            return self._marks(found, (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_ERROR), xlrd.error_text_from_code)
        except (Unreadable, OSError, MemoryError):
            raise
        except Exception as error:  # the reader raises whatever a damaged file leads it to
            raise Unreadable(refusals.DAMAGED) from error

    def _open(self) -> None:
        import xlrd

        book = self._book = xlrd.open_workbook(
            str(self._path), logfile=io.StringIO(), on_demand=True, formatting_info=True, ragged_rows=True
        )
        for place, style in enumerate(book.xf_list):
            known = book.format_map.get(style.format_key)
            zeros = ALL_ZEROS.fullmatch(known.format_str) if known is not None else None
            if zeros:
                self._widths[place] = len(zeros[1])

    def _marks(
        self, sheet: Any, kinds: tuple[int, int], error_texts: dict[int, str]
    ) -> tuple[dict[tuple[int, int], int], dict[tuple[int, int], str]]:
        number, error = kinds
        widths: dict[tuple[int, int], int] = {}
        errors: dict[tuple[int, int], str] = {}
        for row in range(sheet.nrows):
            types = sheet.row_types(row)
            if error in types:
                for column, value in enumerate(sheet.row_values(row)):
                    if types[column] == error:
                        errors[row, column] = error_texts.get(value, _UNKNOWN_ERROR)
            if self._widths and number in types:
                for column, kind in enumerate(types):
                    if kind == number:
                        width = self._widths.get(sheet.cell_xf_index(row, column))
                        if width is not None:
                            widths[row, column] = width
        return widths, errors
