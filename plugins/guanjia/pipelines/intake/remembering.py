"""Receipts of earlier loads, read back from intake's books."""

from __future__ import annotations

from sqlalchemy import Connection, select

from guanjia.pipelines.intake.receipts import FileReceipt, RejectLine, SheetReceipt
from guanjia.store.tables.intake import intake_changes, intake_files, intake_sheets, rejects


def stored_receipt(transaction: Connection, file_id: int) -> FileReceipt:
    """The receipt of a file that was taken in before, as it stands now."""
    file = transaction.execute(select(intake_files).where(intake_files.c.file_id == file_id)).one()
    same = transaction.scalar(select(intake_files.c.file).where(intake_files.c.file_id == file.same_as))
    sheets = transaction.execute(
        select(intake_sheets.c.sheet_no).where(intake_sheets.c.file_id == file_id).order_by(intake_sheets.c.sheet_no)
    ).scalars()
    return FileReceipt(
        file=file.file,
        outcome=file.outcome,
        reason_code=file.reason_code,
        reason=file.reason or "",
        reason_en=file.reason_en or "",
        same_as=same,
        sheets=[stored_sheet(transaction, file_id, number) for number in sheets],
        file_id=file_id,
    )


def stored_sheet(transaction: Connection, file_id: int, sheet_no: int) -> SheetReceipt:
    """What became of a sheet that was taken in before."""
    row = transaction.execute(
        select(intake_sheets).where(intake_sheets.c.file_id == file_id, intake_sheets.c.sheet_no == sheet_no)
    ).one()
    lines = transaction.execute(
        select(rejects)
        .where(rejects.c.file_id == file_id, rejects.c.sheet_no == sheet_no)
        .order_by(rejects.c.row, rejects.c.fault_no)
    )
    return SheetReceipt(
        sheet=row.sheet,
        dataset=row.dataset,
        outcome=row.outcome,
        note=row.note,
        rows_read=row.rows_read,
        accepted=row.accepted,
        unchanged=row.unchanged,
        updated=row.updated,
        pending=row.pending,
        rejected=row.rejected,
        blank=row.skipped_blank,
        total=row.skipped_total,
        header=row.skipped_header,
        below=row.skipped_below,
        unfilled=row.skipped_unfilled,
        surplus=row.surplus,
        change_code=transaction.scalar(
            select(intake_changes.c.change_code).where(
                intake_changes.c.file_id == file_id, intake_changes.c.sheet_no == sheet_no
            )
        ),
        rejects=[
            RejectLine(line.row, line.column, line.value, line.reason_code, line.reason, line.reason_en)
            for line in lines
        ],
    )


def known_sheet(transaction: Connection, file_id: int, sheet_no: int) -> SheetReceipt:
    """What became of a sheet when it was loaded first, all accepted rows as unchanged."""
    found = stored_sheet(transaction, file_id, sheet_no)
    found.outcome, found.unchanged, found.updated, found.pending = "known", found.accepted, 0, 0
    found.change_code = None
    return found
