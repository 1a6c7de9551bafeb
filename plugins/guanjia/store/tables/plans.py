"""What pipelines plan and produce, as far as the data contract names it: the tables results refer to, and the exports.

The pipelines that fill them add what they need; until then they are empty and exports of them hold a header.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from guanjia.store.tables.columns import metadata


def _text(name: str, comment: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=nullable, comment=comment)


def _in(name: str, *words: str) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{name} IN ({listed})", name=f"{name}_choice")


def _run() -> Column[Any]:
    return Column("run_id", BigInteger, nullable=True, comment="Run that wrote the row")


_RUN_KEY = (["run_id"], ["runs.run_id"])


def _export(zh: str, dataset: str, *order: str) -> dict[str, Any]:
    return {"dataset": dataset, "zh": zh, "direction": "out", "key": order}


samples = Table(
    "samples",
    metadata,
    _text("sample_code", "Sample code"),
    _text("period", "Week or month sampled"),
    _text("stratum", "Stratum it was drawn in"),
    _text("subject_kind", "call or case"),
    _text("subject_code", "Call or case"),
    _text("staff_code", "Agent"),
    _text("reviewer", "Reviewer", nullable=True),
    _text("second_reviewer", "Second, blind reviewer", nullable=True),
    _text("reason", "random, risk, minimum, top_up or audit"),
    Column("probability", Numeric, nullable=False, comment="Inclusion probability, 0 to 1"),
    _run(),
    PrimaryKeyConstraint("sample_code"),
    UniqueConstraint("subject_kind", "subject_code"),
    ForeignKeyConstraint(["staff_code"], ["staff.staff_code"]),
    ForeignKeyConstraint(["reviewer"], ["staff.staff_code"]),
    ForeignKeyConstraint(["second_reviewer"], ["staff.staff_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    _in("subject_kind", "call", "case"),
    _in("reason", "random", "risk", "minimum", "top_up", "audit"),
    CheckConstraint("probability > 0 AND probability <= 1", name="probability_range"),
    comment="One row per item drawn for the quality check.",
    info=_export("质检抽样", "samples", "sample_code"),
)

quality_results = Table(
    "quality_results",
    metadata,
    _text("period", "Week or month"),
    _text("scope_kind", "staff, team, community or company"),
    _text("scope_code", "Its code"),
    Column("population", Integer, nullable=False, comment="Items in the frame"),
    Column("sampled", Integer, nullable=False, comment="Items scored"),
    Column("mean_score", Numeric, nullable=True, comment="Mean score, 0 to 100; blank: no sample"),
    Column("low_95", Numeric, nullable=True, comment="Lower bound of the 95 % interval"),
    Column("high_95", Numeric, nullable=True, comment="Upper bound of the 95 % interval"),
    Column("critical_rate", Numeric, nullable=True, comment="Share with a critical error, 0 to 1"),
    _text("verdict", "accept, reject or none"),
    _run(),
    PrimaryKeyConstraint("period", "scope_kind", "scope_code"),
    ForeignKeyConstraint(*_RUN_KEY),
    _in("scope_kind", "staff", "team", "community", "company"),
    _in("verdict", "accept", "reject", "none"),
    comment="One row per period and scope of the quality check's result.",
    info=_export("质检结果", "quality_results", "period", "scope_kind", "scope_code"),
)

report_figures = Table(
    "report_figures",
    metadata,
    _text("report", "Report"),
    _text("period", "Period it covers"),
    _text("scope", "Community, region or company"),
    _text("figure", "Figure"),
    Column("edition", Integer, nullable=False, server_default=text("1"), comment="Edition; a correction is a new one"),
    Column("value", Numeric, nullable=True, comment="Value; blank: n/a"),
    Column("previous", Numeric, nullable=True, comment="Value of the period before"),
    Column("target", Numeric, nullable=True, comment="Target"),
    Column("is_provisional", Boolean, nullable=False, server_default=text("false"), comment="May still change"),
    _run(),
    PrimaryKeyConstraint("report", "period", "scope", "figure", "edition"),
    ForeignKeyConstraint(*_RUN_KEY),
    comment="One row per figure of a report's edition.",
    info=_export("报表数据", "report_figures", "report", "period", "scope", "figure")
    | {"columns": ("report", "period", "scope", "figure", "value", "previous", "target")},
)
