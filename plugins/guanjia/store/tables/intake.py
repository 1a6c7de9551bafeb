"""What intake keeps of files and rows."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Identity, PrimaryKeyConstraint, Table, Text

from guanjia.store.tables.columns import metadata

intake_files = Table(
    "intake_files",
    metadata,
    Column("file_id", BigInteger, Identity(), nullable=False, comment="Technical key"),
    Column("file", Text, nullable=False, comment="File name as it came"),
    Column("received_at", DateTime(timezone=True), nullable=False, comment="Wall clock when it was taken in"),
    PrimaryKeyConstraint("file_id"),
    comment="One row per file taken in or refused.",
)
