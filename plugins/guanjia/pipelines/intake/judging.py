"""Judging the rows of a sheet: form, references, rules between columns and against what is there, the same key twice.

Nothing is written here. A row is accepted or rejected on its own; every fault of it is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection, and_, exists, select

from guanjia.domain.cells import Fault, Header, fault
from guanjia.gateways.spreadsheets import Table
from guanjia.pipelines.intake.columns import Frame, Rows, read_column
from guanjia.pipelines.intake.contract import VERSIONED, Dataset
from guanjia.pipelines.intake.references import check_references, not_yet_told
from guanjia.pipelines.intake.row_rules import MATTER, check_rows, overlapping_hours, resolve_shifts
from guanjia.pipelines.intake.staging import as_kept, copy_rows, places, temporary_table
from guanjia.pipelines.intake.standing_rules import check_against_standing

_MISSING = Fault("missing_required", "missing")


Faults = dict[int, list[tuple[str, Fault]]]
"""Row → column and what is wrong."""

Where = tuple[str, int]
"""Name of a sheet (empty: the only one) and row number in it."""


@dataclass
class Judged:
    """What became of the rows of a sheet.

    Attributes:
        dataset: the dataset.
        frame: its columns, complete: references and shift times resolved.
        present: columns the sheet has.
        numbers: row number of every line, as a spreadsheet shows it (NumPy).
        sheets: name of every line's sheet (NumPy); None: all lines are of one sheet.
        faults: row → column and fault, in the order they were found.
        accepted: places of accepted rows that are to be written (NumPy).
        repeated: places of accepted rows that equal an earlier one of the sheet.
        standing: which rows have a key the register holds (mask).
    """

    dataset: Dataset
    frame: Frame
    present: tuple[str, ...]
    numbers: Rows
    sheets: Rows = None
    faults: Faults = field(default_factory=dict)
    accepted: Rows = None
    repeated: list[int] = field(default_factory=list)
    standing: Rows = None

    def note(self, found: Iterable[tuple[int, str, Fault]], rows: Rows) -> None:
        """Keep what is wrong with the given rows (mask)."""
        for row, column, told in found:
            if rows[row]:
                self.faults.setdefault(row, []).append((column, told))

    def where(self, row: int) -> Where:
        """Where a row stands in its file."""
        return ("" if self.sheets is None else str(self.sheets[row])), int(self.numbers[row])

    def clean(self, rows: Rows) -> Rows:
        """Which of the rows have no fault (mask)."""
        found = rows.copy()
        found[list(self.faults)] = False
        return found


def read_frame(dataset: Dataset, table: Table, header: Header, lines: int) -> tuple[Frame, Faults]:
    """Read every cell of a sheet's known columns.

    Args:
        dataset: the dataset.
        table: rows below the header.
        header: the header.
        lines: lines down to the last filled one.

    Returns:
        The columns, and row → column and fault of the cells that cannot be read.
    """
    faults: Faults = {}
    columns = {}
    for name in dataset.rules:
        if name in header.columns:
            read = read_column(dataset.rules[name], table, header.columns[name])
            columns[name] = read.values.slice(0, lines)
            for row, told in read.faults.items():
                if row < lines:
                    faults.setdefault(row, []).append((name, told))
    instants = frozenset(name for name, rule in dataset.rules.items() if rule.kind in ("timestamp", "shift_time"))
    frame = Frame(columns, lines, instants)
    if dataset.name == "roster":
        for row, name, told in resolve_shifts(frame):
            faults.setdefault(row, []).append((name, told))
    return frame, faults


def judge(
    transaction: Connection,
    dataset: Dataset,
    frame: Frame,
    faults: Faults,
    rows: Rows,
    *,
    numbers: Rows,
    as_of: datetime,
    sheets: Rows = None,
    conflicts: Mapping[int, Fault] | None = None,
) -> Judged:
    """Judge rows.

    Args:
        transaction: open transaction; nothing is written but temporary tables.
        dataset: the dataset.
        frame: its columns, read.
        faults: row → column and fault of cells that could not be read.
        rows: which lines are rows (mask).
        numbers: row number of every line (NumPy).
        as_of: instant after which nothing can have happened; aware, in Asia/Shanghai.
        sheets: name of every line's sheet (NumPy); None: all lines are of one sheet.
        conflicts: rows whose key other sheets of the file give otherwise, and what is told; they have no other fault.
    """
    all_rows, conflicts = rows, conflicts or {}
    rows = all_rows.copy()
    rows[list(conflicts)] = False
    judged = Judged(dataset, frame, tuple(frame.columns), numbers, sheets)
    for name in dataset.key:
        if name not in frame and not dataset.rules[name].required:
            frame.columns[name] = pa.nulls(frame.rows, pa.string())
    judged.note(((row, column, told) for row, found in faults.items() for column, told in found), rows)
    late = not_yet_told(dataset, frame)
    judged.note(check_references(transaction, dataset, frame, rows), rows)
    judged.standing = _find_standing(transaction, judged, rows)
    if late:
        judged.note(check_references(transaction, dataset, frame, rows, only=late), rows)
    _note_absent(judged, rows)
    at_fault = {(row, column) for row, found in judged.faults.items() for column, _ in found}
    judged.note(check_rows(dataset, frame, as_of, at_fault), rows)
    judged.note(check_against_standing(transaction, dataset, frame, judged.clean(rows)), rows)
    if dataset.name in ("calendars", "calendar_days"):
        judged.note(list(overlapping_hours(dataset, frame, judged.clean(rows), numbers)), rows)
    _note_conflicts(judged, rows)
    judged.note(((row, dataset.key_column, told) for row, told in conflicts.items()), all_rows)
    clean = judged.clean(rows)
    clean[judged.repeated] = False
    judged.accepted = np.flatnonzero(clean)
    return judged


def _find_standing(transaction: Connection, judged: Judged, rows: Rows) -> Rows:
    """Which rows the register holds already; from there come columns the sheet lacks and a rule needs."""
    dataset, frame = judged.dataset, judged.frame
    standing = np.zeros(frame.rows, bool)
    missing = [name for name in dataset.key if name not in frame and dataset.rules[name].required]
    if missing or not transaction.scalar(select(exists(select(1).select_from(dataset.table)))):
        return standing
    keyed = rows.copy()
    for row, found in judged.faults.items():
        keyed[row] = keyed[row] and not any(column in dataset.key for column, _ in found)
    needed = MATTER.get(dataset.name, frozenset()) | {*dataset.required, *VERSIONED.get(dataset.name, ())}
    wanted = [name for name in dataset.rules if name in needed and name not in frame]
    kept = _standing_values(transaction, dataset, frame, np.flatnonzero(keyed), wanted)
    standing[list(kept)] = True
    for place, name in enumerate(wanted):
        values: list[str | None] = [None] * frame.rows
        for row, stands in kept.items():
            values[row] = stands[place]
        if kept:
            frame.columns[name] = pa.array(values, pa.string())
    return standing


def _standing_values(
    transaction: Connection, dataset: Dataset, frame: Frame, rows: Rows, wanted: Sequence[str]
) -> dict[int, tuple[Any, ...]]:
    table = dataset.table
    incoming = temporary_table(transaction, "incoming_keys", [table.c[name] for name in dataset.key])
    absent = pa.nulls(frame.rows, pa.string())
    copy_rows(
        transaction,
        "incoming_keys",
        [
            ("row_place", places(np.arange(frame.rows))),
            *((name, frame.columns.get(name, absent)) for name in dataset.key),
        ],
        rows,
    )
    found = transaction.execute(
        select(incoming.c.row_place, *(as_kept(table.c[name]) for name in wanted)).where(same_key(dataset, incoming))
    )
    return {row[0]: tuple(row)[1:] for row in found}


def same_key(dataset: Dataset, incoming: Any) -> Any:
    """The condition under which a row of a temporary table has the key of a register's row."""
    table = dataset.table
    return and_(
        *(
            table.c[name].is_not_distinct_from(incoming.c[name])
            if table.c[name].nullable
            else table.c[name] == incoming.c[name]
            for name in dataset.key
        )
    )


def _note_absent(judged: Judged, rows: Rows) -> None:
    """A required column the sheet does not have: fine for rows that are there, missing for new ones."""
    for name in judged.dataset.required:
        if name not in judged.present:
            new = rows & ~judged.standing
            judged.note(((int(row), name, _MISSING) for row in np.flatnonzero(new)), rows)


def _note_conflicts(judged: Judged, rows: Rows) -> None:
    """The same key twice in one sheet: equal rows count once, others are all rejected and name each other.

    Only rows that are otherwise acceptable are looked at.
    """
    frame, dataset = judged.frame, judged.dataset
    key = [name for name in dataset.key if name in frame]
    for group in frame.same_keys(key, np.flatnonzero(judged.clean(rows))):
        if len(set(frame.contents(judged.present, group))) == 1:
            judged.repeated += group[1:]
            continue
        where = [judged.where(row) for row in group]
        for row, here in zip(group, where, strict=True):
            judged.note([(row, dataset.key_column, conflict_with(here, where))], rows)


def conflict_with(here: Where, where: Iterable[Where]) -> Fault:
    """What a row is told whose key stands elsewhere in the file with other content: where.

    Args:
        here: the row's sheet and row number.
        where: sheets and row numbers of all rows of the key; a row of another sheet is told as ``sheet!row``.
    """
    others = (
        str(number) if sheet == here[0] else f"{sheet}!{number}" for sheet, number in where if (sheet, number) != here
    )
    return fault("duplicate_conflict", "conflict", rows=", ".join(others))
