"""Tables as they come out of a file: columns of raw cells below a header, rows numbered as a spreadsheet shows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from guanjia.domain.cells.raw import Raw

if TYPE_CHECKING:
    import pyarrow as pa

HEAD_ROWS = 100
"""Rows in which a header is looked for: titles and a bank's preamble are shorter."""


@dataclass(frozen=True)
class CellTable:
    """Cells of a small table, column by column.

    Attributes:
        first_row: number of the first row below the header; rows follow each other without gap.
        columns: cells of each column, all of the same length.
        filled_down: place of a column → rows whose cell repeats the merged cell above; such a cell does not fill a row.
    """

    first_row: int
    columns: Sequence[Sequence[Raw]]
    filled_down: dict[int, frozenset[int]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.columns[0]) if self.columns else 0

    def row(self, index: int) -> list[Raw]:
        """Cells of a row, by its place from 0."""
        return [column[index] for column in self.columns]

    def rows_at(self, indices: Sequence[int]) -> list[tuple[Raw, ...]]:
        """Cells of some rows, by their places from 0."""
        return [tuple(self.row(index)) for index in indices]

    def own_cells(self, index: int) -> list[Raw]:
        """Cells of a row without those a merged cell above filled in."""
        return [
            None if index in self.filled_down.get(place, ()) else column[index]
            for place, column in enumerate(self.columns)
        ]


@dataclass(frozen=True)
class BulkTable:
    """Cells of a large text table as Arrow columns of strings; blank cells are null.

    Attributes:
        first_row: number of the first row below the header; rows follow each other without gap.
        columns: one Arrow array (in chunks, the same for every column) of strings per column.
    """

    first_row: int
    columns: Sequence[pa.ChunkedArray]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.columns[0]) if self.columns else 0

    def row(self, index: int) -> list[Raw]:
        """Cells of a row, by its place from 0."""
        return [column[index].as_py() for column in self.columns]

    own_cells = row

    def rows_at(self, indices: Sequence[int]) -> list[tuple[Raw, ...]]:
        """Cells of some rows, by their places from 0."""
        if not indices:
            return []  # Arrow cannot take by an empty list: it has no type
        columns = [column.take(list(indices)).to_pylist() for column in self.columns]
        return list(zip(*columns, strict=True))


Table = CellTable | BulkTable


class View(Protocol):
    """One way to read a sheet: a sheet of a workbook has one, a CSV has one per delimiter."""

    @property
    def delimiter(self) -> str | None:
        """Delimiter of a CSV; None for a sheet of a workbook."""

    def head(self) -> Sequence[Sequence[Raw]]:
        """The first rows, up to `HEAD_ROWS`."""

    def table(self, header_index: int) -> Table:
        """The rows below the header.

        Args:
            header_index: place of the header row in `head`.

        Raises:
            Unreadable: what follows cannot be read.
        """

    def pieces(self, header_index: int) -> Iterator[BulkTable] | None:
        """The rows below the header of a large text, piece by piece; None: it is read as a whole.

        Args:
            header_index: place of the header row in `head`.
        """


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook, or the only one of a CSV.

    Attributes:
        name: name of the sheet; None for a CSV.
        views: ways to read it.
    """

    name: str | None
    views: Sequence[View]


@dataclass(frozen=True)
class Spreadsheet:
    """A file that was opened.

    Attributes:
        format: csv, xlsx or xls.
        sheets: its sheets in the order of the workbook.
    """

    format: str
    sheets: Sequence[Sheet]
