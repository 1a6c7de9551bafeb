"""Where a second person was asked about a change, so that nobody is asked twice and each answer closes the question."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from guanjia.store.tables.columns import metadata

change_requests = Table(
    "change_requests",
    metadata,
    Column("change_id", BigInteger, nullable=False, comment="Change of a restricted dataset"),
    Column("run_id", BigInteger, nullable=False, comment="Run of confirm_changes that asks about it"),
    Column("place", Integer, nullable=False, comment="Place among the run's questions, from 0 (Airflow's map_index)"),
    Column("digest", Text, nullable=True, comment="Digest of the rows as they were shown; blank: not shown yet"),
    Column("asked_at", DateTime(timezone=True), nullable=True, comment="Wall clock when it was shown last"),
    PrimaryKeyConstraint("change_id"),
    UniqueConstraint("run_id", "place"),
    ForeignKeyConstraint(["change_id"], ["intake_changes.change_id"]),
    ForeignKeyConstraint(["run_id"], ["runs.run_id"]),
    CheckConstraint("place >= 0", name="place_minimum"),
    CheckConstraint("(digest IS NULL) = (asked_at IS NULL)", name="shown_whole"),
    comment="One row per change a second person was asked about in Airflow: where the question stands.",
)
