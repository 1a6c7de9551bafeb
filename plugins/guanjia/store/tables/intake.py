"""What intake keeps: files and their sheets, rejected rows whole, the history of registers, changes that wait."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from guanjia.store.tables.columns import metadata
from guanjia.store.tables.plain_columns import one_of, text_column


def _instant(name: str, comment: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=nullable, comment=comment)


def _count(name: str, comment: str) -> Column[Any]:
    return Column(name, BigInteger, nullable=False, server_default=text("0"), comment=comment)


intake_files = Table(
    "intake_files",
    metadata,
    Column("file_id", BigInteger, Identity(), nullable=False, comment="Technical key, in the order of taking in"),
    text_column("file", "File name as it came"),
    _instant("received_at", "Wall clock when it was taken in"),
    _instant("as_of", "Instant by which it was judged"),
    text_column("digest", "SHA-256 of its content, hexadecimal"),
    Column("size_bytes", BigInteger, nullable=False, comment="Size in bytes"),
    text_column("place", "inbox, restricted (inbox) or command"),
    text_column("sent_by", "System user who owns the file, or gave the command", nullable=True),
    text_column("outcome", "read, or refused as a whole"),
    text_column("reason_code", "Why it was refused; blank: it was read", nullable=True),
    text_column("reason", "The same in Chinese, with what to do", nullable=True),
    text_column("reason_en", "The same in English", nullable=True),
    Column("same_as", BigInteger, nullable=True, comment="File with the same content loaded before; blank: none"),
    Column(
        "is_forced",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="Loaded although its content was loaded before",
    ),
    Column("run_id", BigInteger, nullable=True, comment="Run that took it in"),
    text_column(
        "moved_to", "Place in archive/ or rejected/; blank: not moved (yet, or it came by command)", nullable=True
    ),
    text_column(
        "inbox_mark", "Path, size and time of change in the inbox, to find a move that was cut off", nullable=True
    ),
    _instant("reported_at", "Wall clock when the mail about it was written; blank: not yet", nullable=True),
    PrimaryKeyConstraint("file_id"),
    ForeignKeyConstraint(["same_as"], ["intake_files.file_id"]),
    ForeignKeyConstraint(["run_id"], ["runs.run_id"]),
    one_of("place", "inbox", "restricted", "command"),
    one_of("outcome", "read", "refused"),
    CheckConstraint("(outcome = 'refused') = (reason_code IS NOT NULL)", name="refusal_has_reason"),
    comment="One row per file taken in or refused.",
)
Index("intake_files_digest_idx", intake_files.c.digest)
Index("intake_files_unreported_idx", intake_files.c.file_id, postgresql_where=intake_files.c.reported_at.is_(None))
Index("intake_files_unmoved_idx", intake_files.c.inbox_mark, postgresql_where=intake_files.c.moved_to.is_(None))

intake_sheets = Table(
    "intake_sheets",
    metadata,
    Column("file_id", BigInteger, nullable=False, comment="File"),
    Column("sheet_no", Integer, nullable=False, comment="Place of the sheet in the file, from 1"),
    text_column("sheet", "Name of the sheet; blank: a CSV", nullable=True),
    text_column("dataset", "Dataset it holds; blank: none, the sheet was ignored", nullable=True),
    text_column("outcome", "read, ignored (no dataset), refused (not permitted) or known (content loaded before)"),
    text_column("note", "Why it was ignored or refused: reason code or remark", nullable=True),
    Column("header_row", Integer, nullable=True, comment="Row number of the header; blank: none was looked for"),
    Column("titles", JSONB, nullable=False, comment="Headings of all columns, as found"),
    Column("columns", JSONB, nullable=False, comment="Contract column → place of the column, from 0"),
    Column("surplus", JSONB, nullable=False, comment="Headings the contract does not know, ignored"),
    _count("rows_read", "Lines between the header and the last filled line"),
    _count("accepted", "Rows taken in, or equal to what was there"),
    _count("unchanged", "Of those: equal to what was there"),
    _count("updated", "Of those: changed what was there"),
    _count("pending", "Of those: wait for a second person"),
    _count("rejected", "Rows rejected"),
    _count("skipped_blank", "Blank lines"),
    _count("skipped_total", "合计, 小计 and 总计 lines"),
    _count("skipped_header", "Repeated headers"),
    _count("skipped_below", "Lines below the 合计 line"),
    _count("skipped_unfilled", "Rows of a list we sent out that nobody filled in"),
    PrimaryKeyConstraint("file_id", "sheet_no"),
    ForeignKeyConstraint(["file_id"], ["intake_files.file_id"]),
    one_of("outcome", "read", "ignored", "refused", "known"),
    CheckConstraint(
        "rows_read = accepted + rejected + skipped_blank + skipped_total + skipped_header + skipped_below"
        " + skipped_unfilled",
        name="every_row_counted",
    ),
    CheckConstraint("unchanged + updated + pending <= accepted", name="parts_of_accepted"),
    comment="One row per sheet of a file: what was read and what became of its rows.",
)
Index("intake_sheets_dataset_idx", intake_sheets.c.dataset, intake_sheets.c.file_id)

rejected_rows = Table(
    "rejected_rows",
    metadata,
    Column("file_id", BigInteger, nullable=False, comment="File"),
    Column("sheet_no", Integer, nullable=False, comment="Sheet"),
    Column("row_no", Integer, nullable=False, comment="Row number as a spreadsheet shows it"),
    text_column("dataset", "Dataset"),
    Column("cells", JSONB, nullable=False, comment="The whole row as found, surplus columns included"),
    text_column(
        "state", "open, taken_in (by a retry or a corrected row) or dismissed (a later file has the last word)"
    ),
    Column(
        "may_come_right",
        Boolean,
        nullable=False,
        comment="All its faults can pass without a correction, such as a missing reference: it is tried again",
    ),
    Column("closed_by", BigInteger, nullable=True, comment="File whose row corrected or replaced it; blank: a retry"),
    _instant("closed_at", "Wall clock when it was no longer open", nullable=True),
    PrimaryKeyConstraint("file_id", "sheet_no", "row_no"),
    ForeignKeyConstraint(["file_id", "sheet_no"], ["intake_sheets.file_id", "intake_sheets.sheet_no"]),
    ForeignKeyConstraint(["closed_by"], ["intake_files.file_id"]),
    one_of("state", "open", "taken_in", "dismissed"),
    CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_has_instant"),
    comment="One row per rejected row, kept whole.",
)
Index(
    "rejected_rows_open_idx",
    rejected_rows.c.dataset,
    rejected_rows.c.file_id,
    postgresql_where=rejected_rows.c.state == "open",
)

rejects = Table(
    "rejects",
    metadata,
    text_column("file", "File"),
    text_column("sheet", "Sheet; blank: a CSV", nullable=True),
    Column("row", Integer, nullable=False, comment="Row number as a spreadsheet shows it"),
    text_column("column", "Column, English name"),
    text_column("value", "Value as found"),
    text_column("reason_code", "Reason code of the data contract"),
    text_column("reason", "The reason in Chinese, with what is expected"),
    text_column("reason_en", "The same in English"),
    text_column("state", "open, taken_in or dismissed, as the row's"),
    Column("file_id", BigInteger, nullable=False, comment="File"),
    Column("sheet_no", Integer, nullable=False, comment="Sheet"),
    Column("fault_no", Integer, nullable=False, comment="Number of the fault in its row, from 1"),
    PrimaryKeyConstraint("file_id", "sheet_no", "row", "fault_no"),
    ForeignKeyConstraint(
        ["file_id", "sheet_no", "row"],
        ["rejected_rows.file_id", "rejected_rows.sheet_no", "rejected_rows.row_no"],
    ),
    one_of("state", "open", "taken_in", "dismissed"),
    comment="One row per fault of a rejected row.",
    info={
        "dataset": "rejects",
        "zh": "拒收行",
        "direction": "out",
        "key": ("file_id", "sheet_no", "row", "fault_no"),
        "columns": ("file", "sheet", "row", "column", "value", "reason_code", "reason", "state"),
        "hidden": ("file_id", "sheet_no", "fault_no"),
    },
)

register_history = Table(
    "register_history",
    metadata,
    Column("history_id", BigInteger, Identity(), nullable=False, comment="Technical key, in the order of change"),
    text_column("dataset", "Register"),
    Column("key", JSONB, nullable=False, comment="Key columns of the row"),
    text_column("action", "updated, or replaced (by rows that overlap it)"),
    Column("before", JSONB, nullable=False, comment="The row as it was"),
    Column("after", JSONB, nullable=True, comment="The row as it became; blank: it is gone"),
    Column("previous_from", BigInteger, nullable=True, comment="File the former content came from; blank: shipped"),
    Column("changed_from", BigInteger, nullable=False, comment="File that changed it"),
    Column("changed_row", Integer, nullable=True, comment="Row number in that file"),
    _instant("changed_at", "Wall clock of the change"),
    text_column("confirmed_by", "Second person who confirmed the change; blank: none was needed", nullable=True),
    PrimaryKeyConstraint("history_id"),
    ForeignKeyConstraint(["previous_from"], ["intake_files.file_id"]),
    ForeignKeyConstraint(["changed_from"], ["intake_files.file_id"]),
    one_of("action", "updated", "replaced"),
    comment="One row per change of a register's row: what stood there before.",
)
Index("register_history_key_idx", register_history.c.dataset, register_history.c.key, postgresql_using="btree")

intake_changes = Table(
    "intake_changes",
    metadata,
    Column("change_id", BigInteger, Identity(), nullable=False, comment="Technical key"),
    text_column("change_code", "Code people use"),
    text_column("dataset", "Restricted dataset that would change"),
    Column("file_id", BigInteger, nullable=False, comment="File the rows came from"),
    Column("sheet_no", Integer, nullable=False, comment="Its sheet"),
    text_column("state", "pending, confirmed or declined"),
    text_column("proposed_by", "System user who sent the file", nullable=True),
    _instant("proposed_at", "Wall clock when the file was taken in"),
    text_column("decided_by", "Staff code or Airflow user of the second person", nullable=True),
    _instant("decided_at", "Wall clock of the decision", nullable=True),
    text_column("decision_note", "Why it was declined", nullable=True),
    PrimaryKeyConstraint("change_id"),
    UniqueConstraint("change_code"),
    ForeignKeyConstraint(["file_id", "sheet_no"], ["intake_sheets.file_id", "intake_sheets.sheet_no"]),
    one_of("state", "pending", "confirmed", "declined"),
    CheckConstraint("(state = 'pending') = (decided_at IS NULL)", name="decided_has_instant"),
    CheckConstraint("state = 'pending' OR decided_by IS NOT NULL", name="decided_by_somebody"),
    comment="One row per change of a restricted dataset that waits, or waited, for a second person.",
)
Index("intake_changes_pending_idx", intake_changes.c.change_id, postgresql_where=intake_changes.c.state == "pending")

intake_change_rows = Table(
    "intake_change_rows",
    metadata,
    Column("change_id", BigInteger, nullable=False, comment="Change"),
    Column("row_no", Integer, nullable=False, comment="Row number in the file"),
    text_column("action", "added or updated"),
    Column("key", JSONB, nullable=False, comment="Key columns of the row"),
    Column("before", JSONB, nullable=True, comment="The row as it stands; blank: it is new"),
    Column("after", JSONB, nullable=False, comment="The row as it would become"),
    PrimaryKeyConstraint("change_id", "row_no"),
    ForeignKeyConstraint(["change_id"], ["intake_changes.change_id"]),
    one_of("action", "added", "updated"),
    comment="One row per row of a change: what stands there and what would.",
)
