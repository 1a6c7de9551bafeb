"""What pipelines plan and produce, as far as the data contract names it: the tables results refer to, and the exports.

The pipelines that fill them add what they need; until then they are empty and exports of them hold a header.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from guanjia.store.tables.columns import metadata


def _text(name: str, comment: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=nullable, comment=comment)


def _run() -> Column[Any]:
    return Column("run_id", BigInteger, nullable=True, comment="Run that wrote the row")


_RUN_KEY = (["run_id"], ["runs.run_id"])


def _export(zh: str, dataset: str, *order: str) -> dict[str, Any]:
    return {"dataset": dataset, "zh": zh, "direction": "out", "key": order}


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
