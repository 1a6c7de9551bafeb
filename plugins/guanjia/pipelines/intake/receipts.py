"""What became of a file: its outcome, and of each sheet the rows read, accepted, rejected and skipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class RejectLine:
    """One fault of a rejected row.

    Attributes:
        row: row number; None: the sheet as a whole.
        column: English name; None: the sheet as a whole.
        value: value as found.
        reason_code: the contract's reason code.
        reason: the reason in Chinese.
        reason_en: the reason in English.
    """

    row: int | None
    column: str | None
    value: str | None
    reason_code: str
    reason: str = ""
    reason_en: str = ""


@dataclass
class SheetReceipt:
    """What became of a sheet; `rows_read` = `accepted` + `rejected` + `skipped`, always.

    Of the accepted, `edited_rows` are row numbers in which something a list of ours had printed was changed.
    """

    sheet: str | None
    dataset: str | None
    outcome: str = "read"
    note: str | None = None
    rows_read: int = 0
    accepted: int = 0
    unchanged: int = 0
    updated: int = 0
    pending: int = 0
    rejected: int = 0
    blank: int = 0
    total: int = 0
    header: int = 0
    below: int = 0
    unfilled: int = 0
    surplus: Sequence[str] = ()
    edited_rows: Sequence[int] = ()
    change_code: str | None = None
    rejects: list[RejectLine] = field(default_factory=list)

    @property
    def skipped(self) -> int:
        """Lines that are no rows: blank, total, repeated header, below the total, or of our lists and unfilled."""
        return self.blank + self.total + self.header + self.below + self.unfilled

    def as_json(self) -> dict[str, Any]:
        """As `guanjia load --json` prints it."""
        return {
            "sheet": self.sheet,
            "dataset": self.dataset,
            "rows_read": self.rows_read,
            "accepted": self.accepted,
            "unchanged": self.unchanged,
            "updated": self.updated,
            "pending": self.pending,
            "rejected": self.rejected,
            "skipped": self.skipped,
            "outcome": self.outcome,
            "note": self.note,
            "change": self.change_code,
            "surplus_columns": list(self.surplus),
            "edited_rows": list(self.edited_rows),
            "rejects": [
                {
                    "row": line.row,
                    "column": line.column,
                    "value": line.value,
                    "reason_code": line.reason_code,
                    "reason": line.reason,
                }
                for line in self.rejects
            ],
        }


@dataclass
class FileReceipt:
    """What became of a file.

    Attributes:
        file: its name.
        outcome: read, or refused as a whole.
        reason_code: why it was refused.
        reason: the same in Chinese.
        reason_en: the same in English.
        same_as: name of the file with the same content loaded before.
        sheets: its sheets.
        file_id: its key; None: it left no trace.
    """

    file: str
    outcome: str = "read"
    reason_code: str | None = None
    reason: str = ""
    reason_en: str = ""
    same_as: str | None = None
    sheets: list[SheetReceipt] = field(default_factory=list)
    file_id: int | None = None

    def as_json(self) -> dict[str, Any]:
        """As `guanjia load --json` prints it."""
        return {
            "file": self.file,
            "outcome": self.outcome,
            "reason_code": self.reason_code,
            "reason": self.reason or None,
            "same_as": self.same_as,
            "sheets": [sheet.as_json() for sheet in self.sheets],
        }
