"""The kernel's own tables: runs and the gates they passed."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from guanjia.store.tables.columns import metadata

runs = Table(
    "runs",
    metadata,
    Column("run_id", BigInteger, Identity(), nullable=False, comment="Technical key"),
    Column("run_code", Text, nullable=False, comment="Code people use: pipeline, as_of and a number"),
    Column("pipeline", Text, nullable=False, comment="Pipeline, the DAG's name"),
    Column("as_of", DateTime(timezone=True), nullable=False, comment="Instant the run is a function of"),
    Column("started_at", DateTime(timezone=True), nullable=False, comment="Wall clock at the start"),
    Column(
        "ended_at", DateTime(timezone=True), nullable=True, comment="Wall clock at the end; blank: under way or died"
    ),
    Column("state", Text, nullable=False, comment="running, succeeded, failed or waiting (for a person)"),
    Column("rows_in", BigInteger, nullable=False, server_default=text("0"), comment="Rows the run looked at"),
    Column("rows_out", BigInteger, nullable=False, server_default=text("0"), comment="Rows the run wrote"),
    Column(
        "detail",
        JSONB,
        nullable=False,
        server_default=text("'{}'"),
        comment="Counts by step, parameters, reason of a failure",
    ),
    Column("requested_by", Text, nullable=True, comment="Airflow user or staff code; blank: the schedule"),
    Column("external_key", Text, nullable=True, comment="DAG run it belongs to; a retried task finds its run by it"),
    PrimaryKeyConstraint("run_id"),
    UniqueConstraint("run_code"),
    UniqueConstraint("pipeline", "external_key"),
    CheckConstraint("state IN ('running', 'succeeded', 'failed', 'waiting')", name="state_choice"),
    comment="One row per run of a pipeline.",
    info={"dataset": "runs", "zh": "运行", "direction": "out", "key": ("run_code",)},
)
Index("runs_pipeline_idx", runs.c.pipeline, runs.c.run_id.desc())

gate_results = Table(
    "gate_results",
    metadata,
    Column("gate_result_id", BigInteger, Identity(), nullable=False, comment="Technical key"),
    Column("run_id", BigInteger, nullable=False, comment="Run that was checked"),
    Column("suite", Text, nullable=False, comment="Expectation suite, folder/table"),
    Column("expectation", Text, nullable=False, comment="Expectation and its column or name"),
    Column("severity", Text, nullable=False, comment="critical stops the run; warning is reported"),
    Column("outcome", Text, nullable=False, comment="met, failed or error"),
    Column("rows_checked", BigInteger, nullable=True, comment="Rows of the batch"),
    Column("rows_failed", BigInteger, nullable=True, comment="Rows that break it"),
    Column("failed_keys", JSONB, nullable=True, comment="Keys of offending rows (codes, never people), up to 1,000"),
    Column("note", Text, nullable=True, comment="Business reason of the expectation"),
    Column("checked_at", DateTime(timezone=True), nullable=False, comment="Wall clock of the check"),
    Column("attempt", Integer, nullable=False, server_default=text("1"), comment="Number of the check within the run"),
    PrimaryKeyConstraint("gate_result_id"),
    ForeignKeyConstraint(["run_id"], ["runs.run_id"]),
    CheckConstraint("outcome IN ('met', 'failed', 'error')", name="outcome_choice"),
    CheckConstraint("severity IN ('critical', 'warning', 'info')", name="severity_choice"),
    comment="One row per run, expectation and check: what a gate found.",
)
Index("gate_results_run_idx", gate_results.c.run_id)
