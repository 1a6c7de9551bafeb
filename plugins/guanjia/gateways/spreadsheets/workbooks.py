"""Workbooks (.xlsx, .xls): values by python-calamine, what it does not tell by the package itself."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from guanjia.domain.cells.raw import CellError, PaddedNumber, Raw
from guanjia.gateways.spreadsheets import refusals
from guanjia.gateways.spreadsheets.old_package import OldPackage
from guanjia.gateways.spreadsheets.package import MAX_COLUMNS, Package, inspect
from guanjia.gateways.spreadsheets.refusals import Unreadable
from guanjia.gateways.spreadsheets.tables import HEAD_ROWS, CellTable, Sheet, Spreadsheet

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

MAX_SHEETS: Final = 200
Merge = tuple[tuple[int, int], tuple[int, int]]


def open_workbook(path: Path, suffix: str) -> Spreadsheet:
    """Open a workbook.

    Args:
        path: the file; its first bytes are those of its kind.
        suffix: `.xlsx` or `.xls`.

    Raises:
        Unreadable: it is damaged, protected, hostile or too large.
    """
    package = inspect(path) if suffix == ".xlsx" else OldPackage(path)
    book = _opened(path)
    names = book.sheet_names
    if len(names) > MAX_SHEETS:
        raise Unreadable(refusals.TOO_MANY_SHEETS, found=len(names), limit=MAX_SHEETS)
    return Spreadsheet(suffix[1:], [Sheet(name, [_SheetView(book, package, name)]) for name in names])


def _opened(path: Path) -> CalamineWorkbook:
    from python_calamine import CalamineWorkbook

    try:
        return CalamineWorkbook.from_path(path)
    except Exception as error:
        raise _refusal(error) from error
    except BaseException as panic:  # a panic of the reader is no Exception
        if type(panic).__name__ != "PanicException":
            raise
        raise Unreadable(refusals.DAMAGED) from panic


def _refusal(error: Exception) -> Unreadable:
    protected = "password" in str(error).lower() or type(error).__name__ == "PasswordError"
    return Unreadable(refusals.PASSWORD if protected else refusals.DAMAGED)


class _SheetView:
    """A sheet, read when it is first looked at."""

    delimiter = None

    def __init__(self, book: CalamineWorkbook, package: Package | OldPackage, name: str) -> None:
        self._book = book
        self._package = package
        self._name = name
        self._rows: list[list[Raw]] | None = None
        self._merges: Sequence[Merge] = ()

    def head(self) -> Sequence[Sequence[Raw]]:
        """The first rows, merged cells filled downward."""
        rows = [list(row) for row in islice(self._read(), HEAD_ROWS)]
        for (top, left), (bottom, _) in self._merges:
            for row in range(top + 1, min(bottom, len(rows) - 1) + 1):
                rows[row][left] = rows[top][left]
        return rows

    def table(self, header_index: int) -> CellTable:
        """The rows below the header, merged cells filled downward."""
        rows, first = self._read(), header_index + 1
        width = len(rows[0]) if rows else 0
        columns: list[Sequence[Raw]] = list(zip(*rows[first:], strict=True)) or [()] * width
        filled: dict[int, set[int]] = {}
        for (top, left), (bottom, _) in self._merges:
            if left >= width or top >= len(rows):
                continue
            below = range(max(top + 1, first) - first, min(bottom, len(rows) - 1) + 1 - first)
            if below:
                kept = columns[left] = list(columns[left])
                kept[below.start : below.stop] = [rows[top][left]] * len(below)
                filled.setdefault(left, set()).update(below)
        return CellTable(first + 1, columns, {place: frozenset(found) for place, found in filled.items()})

    def pieces(self, header_index: int) -> None:
        """A workbook is read as a whole."""

    def _read(self) -> list[list[Raw]]:
        if self._rows is None:
            self._rows = self._values()
            self._mark()
        return self._rows

    def _values(self) -> list[list[Raw]]:
        try:
            sheet = self._book.get_sheet_by_name(self._name)
            if sheet.total_width > MAX_COLUMNS:
                raise Unreadable(refusals.TOO_MANY_COLUMNS, limit=MAX_COLUMNS)
            self._merges = sheet.merged_cell_ranges or ()
            found: list[list[Raw]] = sheet.to_python(skip_empty_area=False)  # type: ignore[assignment]  # its cells are ours
        except Unreadable:
            raise
        except Exception as error:
            raise _refusal(error) from error
        except BaseException as panic:
            if type(panic).__name__ != "PanicException":
                raise
            raise Unreadable(refusals.DAMAGED) from panic
        return found

    def _mark(self) -> None:
        """Give numbers the width of their all-zeros format, and cells with errors their error."""
        if self._rows is None:
            return
        rows = self._rows
        widths, errors = self._package.marked_cells(self._name)
        for (row, column), width in widths.items():
            if row < len(rows) and column < len(rows[row]):
                value = rows[row][column]
                if isinstance(value, float | int) and not isinstance(value, bool):
                    rows[row][column] = PaddedNumber(value, width)
        for (row, column), shown in errors.items():
            if row < len(rows) and column < len(rows[row]):
                rows[row][column] = CellError(shown)
