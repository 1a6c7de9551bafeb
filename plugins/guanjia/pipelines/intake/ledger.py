"""Intake's own books: files, sheets and rejected rows, written in the transaction of the rows themselves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, insert, update

from guanjia.domain.cells import as_found
from guanjia.domain.cells.faults import Fault
from guanjia.domain.cells.raw import Raw, stored
from guanjia.pipelines.intake.contract import Dataset
from guanjia.pipelines.intake.receipts import FileReceipt, RejectLine, SheetReceipt
from guanjia.pipelines.intake.sentences import fault_text
from guanjia.pipelines.intake.staging import copy_rows
from guanjia.store.tables.intake import intake_files, intake_sheets, rejected_rows, rejects

_PASSING = frozenset(("unknown_reference",))
_PASSING_DETAILS = frozenset(("after_as_of", "before_case", "falling", "above_next"))


@dataclass(frozen=True)
class Rejected:
    """A rejected row.

    Attributes:
        row: its number.
        cells: the whole row as found.
        faults: column and what is wrong.
        values: value as found of each fault.
    """

    row: int
    cells: Sequence[Raw]
    faults: Sequence[tuple[str, Fault]]
    values: Sequence[str]


def may_come_right(faults: Iterable[tuple[str, Fault]]) -> bool:
    """Whether all faults of a row can pass without a correction: what is missing may arrive, time may pass."""
    return all(told.reason in _PASSING or told.detail in _PASSING_DETAILS for _, told in faults)


def write_file(transaction: Connection, receipt: FileReceipt, **facts: Any) -> int:
    """Write the file's row; returns its key, also kept in the receipt."""
    receipt.file_id = transaction.execute(
        insert(intake_files)
        .values(
            file=receipt.file,
            outcome=receipt.outcome,
            reason_code=receipt.reason_code,
            reason=receipt.reason or None,
            reason_en=receipt.reason_en or None,
            **facts,
        )
        .returning(intake_files.c.file_id)
    ).scalar_one()
    return receipt.file_id


def write_sheet(
    transaction: Connection,
    file_id: int,
    sheet_no: int,
    receipt: SheetReceipt,
    *,
    header_row: int | None = None,
    titles: Sequence[str] = (),
    columns: dict[str, int] | None = None,
) -> None:
    """Write a sheet's row with its counts."""
    transaction.execute(
        insert(intake_sheets).values(
            file_id=file_id,
            sheet_no=sheet_no,
            sheet=receipt.sheet,
            dataset=receipt.dataset,
            outcome=receipt.outcome,
            note=receipt.note,
            header_row=header_row,
            titles=[_kept_text(title) for title in titles],
            columns=columns or {},
            surplus=[_kept_text(title) for title in receipt.surplus],
            **_counts(receipt),
        )
    )


def write_counts(transaction: Connection, file_id: int, sheet_no: int, receipt: SheetReceipt) -> None:
    """Write a sheet's counts anew."""
    transaction.execute(
        update(intake_sheets)
        .where(intake_sheets.c.file_id == file_id, intake_sheets.c.sheet_no == sheet_no)
        .values(**_counts(receipt))
    )


def _kept_text(text: str) -> str:
    """Text a database can keep."""
    return text.replace("\x00", "\ufffd")


def _counts(receipt: SheetReceipt) -> dict[str, int]:
    return {
        "rows_read": receipt.rows_read,
        "accepted": receipt.accepted,
        "unchanged": receipt.unchanged,
        "updated": receipt.updated,
        "pending": receipt.pending,
        "rejected": receipt.rejected,
        "skipped_blank": receipt.blank,
        "skipped_total": receipt.total,
        "skipped_header": receipt.header,
        "skipped_below": receipt.below,
        "skipped_unfilled": receipt.unfilled,
    }


def lines_of(dataset: Dataset, rejected: Iterable[Rejected]) -> list[RejectLine]:
    """One line per fault."""
    return [
        RejectLine(
            row=each.row,
            column=column,
            value=value,
            reason_code=told.reason,
            reason=fault_text(dataset.name, column, told, "zh"),
            reason_en=fault_text(dataset.name, column, told, "en"),
        )
        for each in rejected
        for (column, told), value in zip(each.faults, each.values, strict=True)
    ]


@dataclass
class Reckoned:
    """Rejected rows ready to be written: each whole, and its fault lines."""

    rows: list[tuple[str, ...]] = field(default_factory=list)
    lines: list[RejectLine] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)

    def add(self, dataset: Dataset, rejected: Sequence[Rejected]) -> None:
        """Make further rows ready."""
        self.rows += [
            (str(each.row), _as_json(each.cells), "true" if may_come_right(each.faults) else "false")
            for each in rejected
        ]
        self.lines += lines_of(dataset, rejected)
        self.numbers += [number for each in rejected for number in range(1, len(each.faults) + 1)]


def write_rejects(
    transaction: Connection,
    dataset: Dataset,
    file_id: int,
    sheet_no: int,
    file: str,
    sheet: str | None,
    rejected: Sequence[Rejected] | Reckoned,
) -> list[RejectLine]:
    """Keep rejected rows whole, with one line per fault; returns the lines."""
    reckoned = rejected if isinstance(rejected, Reckoned) else Reckoned()
    if not isinstance(rejected, Reckoned):
        reckoned.add(dataset, rejected)
    if reckoned.rows:
        constants = {"file_id": str(file_id), "sheet_no": str(sheet_no), "dataset": dataset.name, "state": "open"}
        _copy(transaction, "rejected_rows", ("row_no", "cells", "may_come_right"), reckoned.rows, constants)
        _write_lines(transaction, file_id, sheet_no, file, sheet, reckoned)
    return reckoned.lines


def _as_json(cells: Sequence[Raw]) -> str:
    """The cells of a row as JSON; the texts of a CSV, most of all, just as they are."""
    if all(cell is None or (type(cell) is str and cell and "\x00" not in cell) for cell in cells):
        return _ENCODE(cells)
    return _ENCODE([None if cell == "" else stored(cell) for cell in cells])


_ENCODE = json.JSONEncoder(ensure_ascii=False).encode


def write_fault_lines(
    transaction: Connection,
    dataset: Dataset,
    file_id: int,
    sheet_no: int,
    file: str,
    sheet: str | None,
    rejected: Sequence[Rejected],
) -> list[RejectLine]:
    """Write one line per fault; returns the lines."""
    reckoned = Reckoned()
    reckoned.add(dataset, rejected)
    _write_lines(transaction, file_id, sheet_no, file, sheet, reckoned)
    return reckoned.lines


def _write_lines(
    transaction: Connection, file_id: int, sheet_no: int, file: str, sheet: str | None, reckoned: Reckoned
) -> None:
    rows = [
        (
            str(line.row),
            line.column,
            _kept_text(line.value or ""),
            line.reason_code,
            line.reason,
            line.reason_en,
            str(number),
        )
        for line, number in zip(reckoned.lines, reckoned.numbers, strict=True)
    ]
    names = ("row", "column", "value", "reason_code", "reason", "reason_en", "fault_no")
    constants = {"file": file, "sheet": sheet, "file_id": str(file_id), "sheet_no": str(sheet_no), "state": "open"}
    _copy(transaction, "rejects", names, rows, constants)


def _copy(
    transaction: Connection,
    table: str,
    names: Sequence[str],
    rows: Sequence[Sequence[str | None]],
    constants: Mapping[str, str | None],
) -> None:
    import pyarrow as pa

    if not rows:
        return
    columns = [
        (name, pa.array(values, pa.string())) for name, values in zip(names, zip(*rows, strict=True), strict=True)
    ]
    columns += [(name, pa.repeat(pa.scalar(value, pa.string()), len(rows))) for name, value in constants.items()]
    copy_rows(transaction, table, columns, np.arange(len(rows)))


def values_found(cells: Sequence[Raw], columns: Mapping[str, int], faults: Iterable[tuple[str, Fault]]) -> list[str]:
    """The value as found of each fault; nothing where the sheet lacks the column."""
    return [
        as_found(cells[columns[column]]) if column in columns and columns[column] < len(cells) else ""
        for column, _ in faults
    ]


def close_rejects(
    transaction: Connection,
    keys: Sequence[tuple[int, int, int]],
    state: str,
    *,
    dataset: str,
    closed_at: datetime,
    closed_by: int | None = None,
) -> int:
    """End open rejects.

    Args:
        transaction: open transaction.
        keys: file, sheet number and row number of each.
        state: taken_in or dismissed.
        dataset: their dataset; others are left alone.
        closed_at: wall clock.
        closed_by: file whose row corrected or replaced them; None: a retry.

    Returns:
        Rows that were open.
    """
    closed = 0
    for file_id, sheet_no in sorted({key[:2] for key in keys}):
        rows = [key[2] for key in keys if key[:2] == (file_id, sheet_no)]
        ended = transaction.execute(
            update(rejected_rows)
            .where(
                rejected_rows.c.file_id == file_id,
                rejected_rows.c.sheet_no == sheet_no,
                rejected_rows.c.row_no.in_(rows),
                rejected_rows.c.dataset == dataset,
                rejected_rows.c.state == "open",
            )
            .values(state=state, closed_at=closed_at, closed_by=closed_by)
            .returning(rejected_rows.c.row_no)
        )
        rows = list(ended.scalars())
        closed += len(rows)
        transaction.execute(
            update(rejects)
            .where(
                rejects.c.file_id == file_id,
                rejects.c.sheet_no == sheet_no,
                rejects.c.row.in_(rows),
            )
            .values(state=state)
        )
    return closed
