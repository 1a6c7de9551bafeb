"""Reports: editions, and the figures all that is mailed and shown comes from, each a pair that adds up."""

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
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from guanjia.store.tables.columns import metadata

_RUN_KEY = (["run_id"], ["runs.run_id"])
_EDITION = ("report", "period", "edition")
_REPORTS = ("weekly", "daily", "monthly")
_STATES = ("computed", "told", "preview", "reconstructed", "not_sent")


def _text(name: str, comment: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=nullable, comment=comment)


def _at(name: str, comment: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=nullable, comment=comment)


def _number(name: str, comment: str) -> Column[Any]:
    return Column(name, Numeric, nullable=True, comment=comment)


def _in(name: str, *words: str) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{name} IN ({listed})", name=f"{name}_choice")


def _of_an_edition() -> tuple[Column[Any], ...]:
    return (
        _text("report", "Report: weekly, daily or monthly"),
        _text("period", "Period: its last day, or the month"),
        Column("edition", Integer, nullable=False, comment="Edition; 0: computed afterwards, for the trend only"),
    )


def _export(zh: str, dataset: str, *order: str, hidden: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"dataset": dataset, "zh": zh, "direction": "out", "key": order, "hidden": hidden}


report_editions = Table(
    "report_editions",
    metadata,
    *_of_an_edition(),
    _at("period_start", "First instant it covers"),
    _at("period_end", "First instant it no longer covers"),
    _at("as_of", "Facts of a later time of their own are not in it"),
    _text("state", "computed, told, preview, reconstructed (for the trend) or not_sent (a later one was)"),
    Column("shown_edition", Integer, nullable=True, comment="Number its readers see; blank: it had none"),
    _text("reason", "Why it was corrected; blank: it is the first", nullable=True),
    _text("requested_by", "Airflow user who asked for it; blank: the schedule", nullable=True),
    _text("calendar_state", "published, or pattern: no calendar covers it and weekdays were taken"),
    _text("digest", "Digest of its figures: an edition with the same says nothing new"),
    _at("told_at", "as_of of the run that mailed it; blank: not mailed", nullable=True),
    Column("run_id", BigInteger, nullable=False, comment="Run that computed it"),
    PrimaryKeyConstraint(*_EDITION),
    ForeignKeyConstraint(*_RUN_KEY),
    _in("report", *_REPORTS),
    _in("state", *_STATES),
    _in("calendar_state", "published", "pattern"),
    CheckConstraint("period_start < period_end", name="period_not_empty"),
    CheckConstraint("(state = 'told') = (told_at IS NOT NULL)", name="told_has_instant"),
    CheckConstraint("(edition = 0) = (state = 'reconstructed')", name="only_0_is_reconstructed"),
    comment="One row per report, period and edition.",
    info=_export("报表版次", "report_editions", *_EDITION),
)
Index(
    "report_editions_shown_key",
    report_editions.c.report,
    report_editions.c.period,
    report_editions.c.shown_edition,
    unique=True,
    postgresql_where=report_editions.c.shown_edition.is_not(None),
)

report_definitions = Table(
    "report_definitions",
    metadata,
    *_of_an_edition(),
    _text("figure", "Figure"),
    Column("place", Integer, nullable=False, comment="Place among the edition's figures, from 1"),
    _text("subject", "Chapter of the report it stands in"),
    _text("title_zh", "Name its readers see, in Chinese"),
    _text("title_en", "The same in English"),
    _text("unit", "count, yuan, share, points or seconds; a share lies between 0 and 1"),
    _text("better", "more, less or neither: which way it should move"),
    _text("formula_zh", "How it is worked out, in Chinese"),
    _text("formula_en", "The same in English"),
    _text("source", "Datasets it is counted in, comma-separated"),
    PrimaryKeyConstraint(*_EDITION, "figure"),
    ForeignKeyConstraint(_EDITION, [f"report_editions.{part}" for part in _EDITION]),
    _in("better", "more", "less", "neither"),
    comment="One row per edition and figure: what it means; later versions of the product leave it alone.",
    info=_export("报表指标", "report_definitions", *_EDITION, "figure"),
)

report_base = Table(
    "report_base",
    metadata,
    *_of_an_edition(),
    _text("community_code", "Community; blank: belongs to none, in the company's only"),
    _text("figure", "Figure"),
    _number("numerator", "What is counted; blank: nothing could be"),
    _number("denominator", "What it is a share or mean of; blank: the figure is the numerator"),
    _number("previous_numerator", "The same of the period before, as known now"),
    _number("previous_denominator", "Its denominator"),
    Column(
        "is_provisional",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="Rests on a calendar that is not published yet",
    ),
    PrimaryKeyConstraint(*_EDITION, "community_code", "figure"),
    ForeignKeyConstraint(_EDITION, [f"report_editions.{part}" for part in _EDITION]),
    comment="One row per edition, community and figure: what scopes are added up from.",
    info=_export("报表小区数据", "report_base", *_EDITION, "community_code", "figure"),
)

report_figures = Table(
    "report_figures",
    metadata,
    _text("report", "Report"),
    _text("period", "Period it covers"),
    _text("scope", "company, region:NAME, or a community"),
    _text("figure", "Figure"),
    Column("edition", Integer, nullable=False, server_default=text("1"), comment="Edition; a correction is a new one"),
    _number("value", "Value; blank: n/a"),
    _number("previous", "Value of the period before, as known now; blank: n/a"),
    _number("target", "Target; blank: none"),
    Column(
        "is_provisional",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="May still change: rests on a calendar that is not published yet",
    ),
    Column("run_id", BigInteger, nullable=True, comment="Run that wrote the row"),
    _number("numerator", "What is counted"),
    _number("denominator", "What it is a share or mean of; blank: the figure is the numerator"),
    PrimaryKeyConstraint("report", "period", "scope", "figure", "edition"),
    ForeignKeyConstraint(*_RUN_KEY),
    comment="One row per figure of a report's edition.",
    info=_export("报表数据", "report_figures", "report", "period", "scope", "figure")
    | {"columns": ("report", "period", "scope", "figure", "value", "previous", "target")},
)

report_breakdowns = Table(
    "report_breakdowns",
    metadata,
    *_of_an_edition(),
    _text("scope", "company, region:NAME, or a community"),
    _text("kind", "team, department, cause or agent"),
    _text("code", "Its code or name; blank: not said"),
    _text("figure", "Figure"),
    _number("numerator", "What is counted"),
    _number("denominator", "What it is a share or mean of; blank: the figure is the numerator"),
    PrimaryKeyConstraint(*_EDITION, "scope", "kind", "code", "figure"),
    ForeignKeyConstraint(_EDITION, [f"report_editions.{part}" for part in _EDITION]),
    _in("kind", "team", "department", "cause", "agent"),
    comment="One row per edition, scope and part of a figure: by team, department, cause or agent.",
    info=_export("报表细分", "report_breakdowns", *_EDITION, "scope", "kind", "code", "figure"),
)

report_quotes = Table(
    "report_quotes",
    metadata,
    *_of_an_edition(),
    _text("scope", "company, region:NAME, or a community"),
    _text("kind", "open_case, quality, supervision or ranking"),
    Column("place", Integer, nullable=False, comment="Place among the scope's lines of the kind, from 1"),
    Column("content", JSONB, nullable=False, comment="Codes and numbers of the line, never names"),
    PrimaryKeyConstraint(*_EDITION, "scope", "kind", "place"),
    ForeignKeyConstraint(_EDITION, [f"report_editions.{part}" for part in _EDITION]),
    _in("kind", "open_case", "quality", "supervision", "ranking"),
    comment="One row per edition, scope and line quoted as it stood: oldest open cases, quality results, the ranking.",
    info=_export("报表引用", "report_quotes", *_EDITION, "scope", "kind", "place"),
)

report_changes = Table(
    "report_changes",
    metadata,
    *_of_an_edition(),
    _text("scope", "company, region:NAME, or a community"),
    _text("figure", "Figure"),
    _number("before", "Value of the edition its readers had; blank: n/a"),
    _number("after", "Value of this one; blank: n/a"),
    PrimaryKeyConstraint(*_EDITION, "scope", "figure"),
    ForeignKeyConstraint(_EDITION, [f"report_editions.{part}" for part in _EDITION]),
    CheckConstraint("before IS DISTINCT FROM after", name="changed"),
    comment="One row per corrected edition and figure it changed.",
    info=_export("报表更正", "report_changes", *_EDITION, "scope", "figure"),
)

report_remarks = Table(
    "report_remarks",
    metadata,
    Column("remark_id", BigInteger, Identity(), nullable=False, comment="Technical key"),
    _text("kind", "What is amiss, such as unknown_scope, no_recipient, not_sent or nothing_changed"),
    _text("subject", "What it is about: address and scope, or report and period"),
    Column("detail", JSONB, nullable=False, comment="Values that the sentence about it needs; codes, never names"),
    _at("noted_at", "as_of of the run that noted it"),
    _at("told_at", "as_of of the run that told of it; blank: not yet", nullable=True),
    Column("run_id", BigInteger, nullable=False, comment="Run that noted it"),
    PrimaryKeyConstraint("remark_id"),
    ForeignKeyConstraint(*_RUN_KEY),
    comment="One row per thing the reports could not take as it is, or that somebody must know of.",
    info=_export("报表提示", "report_remarks", "remark_id", hidden=("remark_id",)),
)
Index("report_remarks_kind_subject_key", report_remarks.c.kind, report_remarks.c.subject, unique=True)
