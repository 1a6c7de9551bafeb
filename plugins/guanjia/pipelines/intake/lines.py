"""Which lines below a header are rows: not blank lines, totals, repeated headers and what stands below the total.

Nor rows of a list we sent out in which nobody filled anything in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from guanjia.domain.cells import Header, header_name, is_blank
from guanjia.domain.cells.headers import closes_table, is_total, repeats_header
from guanjia.gateways.spreadsheets import BulkTable, CellTable, Table
from guanjia.pipelines.intake.columns import Rows, combined
from guanjia.pipelines.intake.contract import Dataset

_BLANK: Final = r"^[\s\p{Z}\x{180e}\x{200b}\x{2060}\x{feff}]*$"
_SURE: Final = r"^[A-Za-z0-9_\-]*[0-9][A-Za-z0-9_\-]*$"
"""A cell with a digit and nothing but letters and hyphens besides: neither blank, nor a total, nor a heading."""
_TOTAL: Final = r"^[\s\p{Z}\x{200b}\x{feff}]*[合小总][\s\p{Z}]*计"


@dataclass(frozen=True)
class Lines:
    """The lines below a header.

    Attributes:
        read: lines down to the last filled one.
        is_row: which of them are rows (NumPy mask).
        blank: blank lines.
        total: 合计, 小计 and 总计 lines.
        header: repeated headers.
        below: lines below the 合计 line.
        unfilled: rows of a list we sent out that nobody filled in.
    """

    read: int
    is_row: Rows
    blank: int
    total: int
    header: int
    below: int
    unfilled: int = 0

    @property
    def skipped(self) -> int:
        """Lines that are no rows."""
        return self.blank + self.total + self.header + self.below + self.unfilled


def find_lines(table: Table, header: Header) -> Lines:
    """Tell rows from other lines.

    Args:
        table: what stands below the header.
        header: the header.
    """
    blank, totals, headers = (_of_bulk if isinstance(table, BulkTable) else _of_cells)(table, header)  # type: ignore[arg-type]  # each reads its own
    filled = np.flatnonzero(~blank)
    read = int(filled[-1]) + 1 if len(filled) else 0
    is_row = ~blank[:read]
    closing = next((row for row in totals if closes_table(table.own_cells(row))), read)
    below = int(is_row[closing + 1 :].sum())
    is_row[closing + 1 :] = False
    totals = [row for row in totals if row <= closing]
    headers = [row for row in headers if row < closing]
    is_row[totals + headers] = False
    return Lines(read, is_row, int(blank[:read].sum()), len(totals), len(headers), below)


def without_unfilled(lines: Lines, dataset: Dataset, table: Table, header: Header) -> Lines:
    """The lines without rows of a list we sent out in which only what we wrote ourselves stands.

    What is asked for once for several rows, the instant of all scores of an item, say, does not fill a row either.

    A row of another sheet that holds no more than a code is at fault, as any row that lacks what is required.

    Args:
        lines: what `find_lines` told.
        dataset: the dataset.
        table: what stands below the header.
        header: the header.
    """
    if not dataset.is_list_of_ours(header):
        return lines
    known = dataset.prefilled | dataset.shared
    to_fill = [place for name, place in header.columns.items() if name not in known]
    rows = [int(row) for row in np.flatnonzero(lines.is_row)]
    cells = table.rows_at(rows)
    empty = [row for row, each in zip(rows, cells, strict=True) if all(is_blank(each[place]) for place in to_fill)]
    is_row = lines.is_row.copy()
    is_row[empty] = False
    return replace(lines, is_row=is_row, unfilled=len(empty))


def _of_cells(table: CellTable, header: Header) -> tuple[Any, list[int], list[int]]:
    titles = [header_name(title) for title in header.titles]
    pending: Sequence[int] = range(table.rows)
    totals: list[int] = []
    headers: list[int] = []
    for place, column in enumerate(table.columns):
        filled_down = table.filled_down.get(place, frozenset())
        title = titles[place] if place < len(titles) else ""
        waiting: list[int] = []
        for row in pending:
            cell = column[row]
            if is_blank(cell) or row in filled_down:
                waiting.append(row)
            elif isinstance(cell, str):
                name = header_name(cell)
                if name[:2] in ("合计", "小计", "总计") and is_total(table.own_cells(row)):
                    totals.append(row)
                elif name == title and repeats_header(table.row(row), header):
                    headers.append(row)
        pending = waiting
        if not pending:
            break
    blank = np.zeros(table.rows, bool)
    blank[list(pending)] = True
    return blank, sorted(totals), sorted(headers)


def _of_bulk(table: BulkTable, header: Header) -> tuple[Any, list[int], list[int]]:
    pending = np.arange(table.rows)
    totals: list[int] = []
    headers: list[int] = []
    for place, chunks in enumerate(table.columns):
        column = combined(chunks)
        cells = column if len(pending) == table.rows else column.take(pa.array(pending))
        doubtful = ~_true(pc.fill_null(pc.match_substring_regex(cells, _SURE), False))
        if not doubtful.any():
            pending = pending[:0]
            break
        pending, cells = pending[doubtful], cells.filter(pa.array(doubtful))
        is_empty = _true(pc.fill_null(pc.match_substring_regex(cells, _BLANK), True))
        for row in pending[_true(pc.fill_null(pc.match_substring_regex(cells, _TOTAL), False))]:
            if is_total(table.row(int(row))):
                totals.append(int(row))
        if place < len(header.titles) and header.titles[place].strip():
            same = pc.fill_null(pc.equal(pc.utf8_trim_whitespace(cells), header.titles[place].strip()), False)
            headers += [int(row) for row in pending[_true(same)] if repeats_header(table.row(int(row)), header)]
        pending = pending[is_empty]
        if not len(pending):
            break
    blank = np.zeros(table.rows, bool)
    blank[pending] = True
    return blank, sorted(totals), sorted(headers)


def _true(mask: Any) -> Any:
    return mask.to_numpy(zero_copy_only=False).astype(bool)
