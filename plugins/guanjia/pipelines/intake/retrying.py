"""Trying rejected rows once more: what was missing may have arrived. Goes on until a pass takes nothing in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np
import psycopg
from sqlalchemy import Connection, delete, select, tuple_, update
from sqlalchemy.exc import DataError, IntegrityError

from guanjia.domain.cells import Header, fault
from guanjia.domain.cells.faults import Fault
from guanjia.domain.cells.raw import Raw, restored
from guanjia.gateways.spreadsheets import CellTable
from guanjia.logs import get_logger
from guanjia.pipelines.intake import ledger
from guanjia.pipelines.intake.changes import needs_confirmation, propose
from guanjia.pipelines.intake.contract import Dataset, incoming, loading_order
from guanjia.pipelines.intake.judging import Judged, judge, read_frame, same_key
from guanjia.pipelines.intake.merging import Origin, incoming_table, merge, stage
from guanjia.pipelines.intake.receipts import FileReceipt, RejectLine, SheetReceipt
from guanjia.pipelines.intake.seal_check import check_seals, note_edited
from guanjia.store.locks import lock_scope
from guanjia.store.tables.intake import intake_files, intake_sheets, rejected_rows, rejects

_log = get_logger(__name__)

_REFUSED: Final = (IntegrityError, DataError, psycopg.IntegrityError, psycopg.DataError)
"""How the database says no to a row; what the driver is told directly, it answers itself."""

Place = tuple[int, int]
"""File and sheet number."""


@dataclass
class _Group:
    """Rejected rows of one sheet that may come right."""

    dataset: Dataset
    place: Place
    file: str
    sheet: str | None
    titles: Sequence[str]
    columns: dict[str, int]
    rows: list[int]
    cells: list[list[Raw]]
    sent_by: str | None = None


def retry(
    transaction: Connection,
    *,
    as_of: datetime,
    at: datetime,
    run_id: int | None,
    dataset: Dataset | None = None,
    sent_by: str | None = None,
) -> list[FileReceipt]:
    """Try all rejected rows once more whose faults may have passed.

    Args:
        transaction: the retry's own transaction.
        as_of: instant by which they are judged; aware, in Asia/Shanghai.
        at: wall clock.
        run_id: run that tries.
        dataset: only this one; None: all.
        sent_by: who asked for it; stands for the sender of a file of which nobody knows who sent it.

    Returns:
        One receipt per file, with the rows tried as read, those taken in as accepted, and why others stay rejected.
    """
    lock_scope(transaction, "intake")
    waiting = set(
        transaction.scalars(
            select(rejected_rows.c.dataset)
            .where(rejected_rows.c.state == "open", rejected_rows.c.may_come_right)
            .distinct()
        )
    )
    names = [name for name in loading_order() if name in waiting and (dataset is None or name == dataset.name)]
    receipts: dict[Place, SheetReceipt] = {}
    files: dict[int, FileReceipt] = {}
    while sum(_pass(transaction, name, receipts, files, as_of, at, run_id, sent_by) for name in names):
        pass
    return [files[file_id] for file_id in sorted(files)]


def _pass(
    transaction: Connection,
    name: str,
    receipts: dict[Place, SheetReceipt],
    files: dict[int, FileReceipt],
    as_of: datetime,
    at: datetime,
    run_id: int | None,
    sent_by: str | None,
) -> int:
    """One pass over a dataset; returns the rows taken in."""
    taken = 0
    for group in _groups(transaction, incoming()[name]):
        group.sent_by = group.sent_by or sent_by
        receipt = receipts.get(group.place)
        if receipt is None:
            receipt = receipts[group.place] = SheetReceipt(group.sheet, name, rows_read=len(group.rows))
            files.setdefault(group.place[0], FileReceipt(group.file, file_id=group.place[0])).sheets.append(receipt)
        taken += _try_safely(transaction, group, receipt, Origin(group.place[0], as_of, at), run_id)
    return taken


def _groups(transaction: Connection, dataset: Dataset) -> list[_Group]:
    found = transaction.execute(
        select(
            rejected_rows.c.file_id,
            rejected_rows.c.sheet_no,
            rejected_rows.c.row_no,
            rejected_rows.c.cells,
            intake_files.c.file,
            intake_files.c.sent_by,
            intake_sheets.c.sheet,
            intake_sheets.c.titles,
            intake_sheets.c.columns,
        )
        .join(intake_files, intake_files.c.file_id == rejected_rows.c.file_id)
        .join(
            intake_sheets,
            (intake_sheets.c.file_id == rejected_rows.c.file_id)
            & (intake_sheets.c.sheet_no == rejected_rows.c.sheet_no),
        )
        .where(
            rejected_rows.c.dataset == dataset.name,
            rejected_rows.c.state == "open",
            rejected_rows.c.may_come_right,
        )
        .order_by(rejected_rows.c.file_id, rejected_rows.c.sheet_no, rejected_rows.c.row_no)
    )
    groups: dict[Place, _Group] = {}
    for row in found:
        place = (row.file_id, row.sheet_no)
        group = groups.setdefault(
            place, _Group(dataset, place, row.file, row.sheet, row.titles, dict(row.columns), [], [], row.sent_by)
        )
        group.rows.append(row.row_no)
        group.cells.append([restored(cell) for cell in row.cells])
    return list(groups.values())


def _try_safely(
    transaction: Connection, group: _Group, receipt: SheetReceipt, origin: Origin, run_id: int | None
) -> int:
    """Try a group; where the database refuses it, its halves: a row that breaks us must not keep the others out."""
    try:
        with transaction.begin_nested():
            return _try(transaction, group, receipt, origin, run_id)
    except _REFUSED as error:
        if len(group.rows) == 1:
            place = {"file": group.file, "sheet": group.sheet, "row": group.rows[0]}
            _log.error("the database refuses a row that was tried once more", **place, rule=_rule_of(error))
            return 0
    middle, taken = len(group.rows) // 2, 0
    lines: list[RejectLine] = []
    for part in (slice(None, middle), slice(middle, None)):
        half = replace(group, rows=group.rows[part], cells=group.cells[part])
        receipt.rejects = []
        taken += _try_safely(transaction, half, receipt, origin, run_id)
        lines += receipt.rejects
    receipt.rejects = lines
    return taken


def _rule_of(error: Exception) -> str:
    """The constraint that says no; the database's own words quote the row, which is nobody's business."""
    told = getattr(error, "orig", error)
    return (told.diag.constraint_name if isinstance(told, psycopg.Error) else None) or type(told).__name__


def _try(transaction: Connection, group: _Group, receipt: SheetReceipt, origin: Origin, run_id: int | None) -> int:
    dataset, (file_id, sheet_no) = group.dataset, group.place
    width = max(len(cells) for cells in group.cells)
    padded = [[*cells, *[None] * (width - len(cells))] for cells in group.cells]
    table = CellTable(1, list(zip(*padded, strict=True)))
    header = Header(0, group.columns, tuple(group.titles))
    frame, faults = read_frame(dataset, table, header, len(padded))
    seals = check_seals(dataset, table, header, range(len(padded)))
    for row, found in seals.faults.items():
        faults.setdefault(row, []).extend(found)
    everything = np.ones(len(padded), bool)
    judged = judge(transaction, dataset, frame, faults, everything, numbers=np.array(group.rows), as_of=origin.as_of)
    superseded = _settle_standing(transaction, judged, origin)
    waiting: Sequence[int] = ()
    code: str | None = None
    if dataset.restricted and needs_confirmation(transaction, dataset, run_id, -1):
        waiting, code = propose(transaction, judged, origin, sheet_no, group.sent_by)
    else:
        merge(transaction, judged, origin)
        note_edited(transaction, judged, seals.edited, group.file, origin)
    taken = [int(row) for row in (*judged.accepted, *judged.repeated)]
    for rows, state in ((taken, "taken_in"), (superseded, "dismissed")):
        keys = [(file_id, sheet_no, group.rows[row]) for row in rows]
        ledger.close_rejects(transaction, keys, state, dataset=dataset.name, closed_at=origin.changed_at)
    _tell_anew(transaction, group, judged, receipt)
    receipt.accepted += len(taken)
    receipt.pending += len(waiting)
    receipt.change_code = ", ".join(each for each in (receipt.change_code, code) if each) or None
    receipt.rejected = receipt.rows_read - receipt.accepted
    return len(taken)


def _settle_standing(transaction: Connection, judged: Judged, origin: Origin) -> list[int]:
    """Rows whose key stands with other content: a later file has the last word, and so has the same one.

    Returns:
        Places of rows that a later file has made void.
    """
    standing = judged.accepted[judged.standing[judged.accepted]]
    if not len(standing):
        return []
    differing = stage(transaction, judged, standing, origin)
    if not len(differing):
        return []
    table, kept = judged.dataset.table, incoming_table(judged)
    found = transaction.execute(
        select(kept.c.row_place, table.c.loaded_from, table.c.loaded_row)
        .join_from(kept, table, same_key(judged.dataset, kept))
        .where(table.c.loaded_from >= origin.file_id)
    ).all()
    conflict = {row.row_place: row.loaded_row for row in found if row.loaded_from == origin.file_id}
    for row, other in conflict.items():
        told: Fault = fault("duplicate_conflict", "conflict", rows=other)
        judged.note([(row, judged.dataset.key_column, told)], np.ones(judged.frame.rows, bool))
    void = [row.row_place for row in found if row.loaded_from > origin.file_id]
    judged.accepted = np.setdiff1d(judged.accepted, np.array([*conflict, *void], np.int64))
    return void


def _tell_anew(transaction: Connection, group: _Group, judged: Judged, receipt: SheetReceipt) -> None:
    """Where a row stays rejected for other faults than before, its lines are written anew."""
    file_id, sheet_no = group.place
    here = (rejects.c.file_id == file_id, rejects.c.sheet_no == sheet_no)
    known: dict[int, list[tuple[str, str]]] = {}
    for line in transaction.execute(
        select(rejects.c.row, rejects.c.column, rejects.c.reason)
        .where(*here, rejects.c.row.in_(group.rows))
        .order_by(rejects.c.row, rejects.c.fault_no)
    ):
        known.setdefault(line.row, []).append((line.column, line.reason))
    rejected = [
        ledger.Rejected(
            group.rows[row], group.cells[row], found, ledger.values_found(group.cells[row], group.columns, found)
        )
        for row, found in sorted(judged.faults.items())
    ]
    receipt.rejects = ledger.lines_of(group.dataset, rejected)
    told: dict[int, list[tuple[str, str]]] = {}
    for fresh in receipt.rejects:
        told.setdefault(fresh.row or 0, []).append((fresh.column or "", fresh.reason))
    changed = [each for each in rejected if known.get(each.row) != told[each.row]]
    if not changed:
        return
    numbers = [each.row for each in changed]
    transaction.execute(delete(rejects).where(*here, rejects.c.row.in_(numbers)))
    ledger.write_fault_lines(transaction, group.dataset, file_id, sheet_no, group.file, group.sheet, changed)
    lasting = [(file_id, sheet_no, each.row) for each in changed if not ledger.may_come_right(each.faults)]
    if lasting:
        place = tuple_(rejected_rows.c.file_id, rejected_rows.c.sheet_no, rejected_rows.c.row_no)
        transaction.execute(update(rejected_rows).where(place.in_(lasting)).values(may_come_right=False))
