"""Reports: editions, and the figures all that is mailed and shown comes from, each a pair that adds up."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from guanjia.store.tables.columns import metadata
from guanjia.store.tables.plain_columns import (
    export_info,
    flag_column,
    instant_column,
    number_column,
    one_of,
    text_column,
)

_RUN_KEY = (["run_id"], ["runs.run_id"])
_EDITION = ("report", "period", "edition")
_REPORTS = ("weekly", "daily", "monthly")
_STATES = ("computed", "told", "preview", "reconstructed", "not_sent")


def _of_an_edition() -> tuple[Column[Any], ...]:
    return (
        text_column("report", "Report: weekly, daily or monthly"),
        text_column("period", "Period: its last day, or the month"),
        Column("edition", Integer, nullable=False, comment="Edition; 0: computed afterwards, for the trend only"),
    )


report_editions = Table(
    "report_editions",
    metadata,
    *_of_an_edition(),
    instant_column("period_start", "First instant it covers", nullable=False),
    instant_column("period_end", "First instant it no longer covers", nullable=False),
    instant_column("as_of", "Facts of a later time of their own are not in it", nullable=False),
    text_column("state", "computed, told, preview, reconstructed (for the trend) or not_sent (a later one was)"),
    Column("shown_edition", Integer, nullable=True, comment="Number its readers see; blank: it had none"),
    text_column("reason", "Why it was corrected; blank: it is the first", nullable=True),
    text_column("requested_by", "Airflow user who asked for it; blank: the schedule", nullable=True),
    text_column("calendar_state", "published, or pattern: no calendar covers it and weekdays were taken"),
    text_column("missing_years", "Years of it, or of the day it goes out, without official holidays", nullable=True),
    text_column("digest", "Digest of its figures: an edition with the same says nothing new"),
    instant_column("told_at", "as_of of the run that mailed it; blank: not mailed"),
    Column("run_id", BigInteger, nullable=False, comment="Run that computed it"),
    PrimaryKeyConstraint(*_EDITION),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("report", *_REPORTS),
    one_of("state", *_STATES),
    one_of("calendar_state", "published", "pattern"),
    CheckConstraint("period_start < period_end", name="period_not_empty"),
    CheckConstraint("(state = 'told') = (told_at IS NOT NULL)", name="told_has_instant"),
    CheckConstraint("(edition = 0) = (state = 'reconstructed')", name="only_0_is_reconstructed"),
    comment="One row per report, period and edition.",
    info=export_info("报表版次", "report_editions", *_EDITION),
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
    text_column("figure", "Figure"),
    Column("place", Integer, nullable=False, comment="Place among the edition's figures, from 1"),
    text_column("subject", "Chapter of the report it stands in"),
    text_column("title_zh", "Name its readers see, in Chinese"),
    text_column("title_en", "The same in English"),
    text_column("unit", "count, yuan, share, points or seconds; a share lies between 0 and 1"),
    text_column("better", "more, less or neither: which way it should move"),
    text_column("formula_zh", "How it is worked out, in Chinese"),
    text_column("formula_en", "The same in English"),
    text_column("source", "Datasets it is counted in, comma-separated"),
    PrimaryKeyConstraint(*_EDITION, "figure"),
    ForeignKeyConstraint(_EDITION, [f"report_editions.{part}" for part in _EDITION]),
    one_of("better", "more", "less", "neither"),
    comment="One row per edition and figure: what it means; later versions of the product leave it alone.",
    info=export_info("报表指标", "report_definitions", *_EDITION, "figure"),
)

report_places = Table(
    "report_places",
    metadata,
    *_of_an_edition(),
    text_column("community_code", "Community"),
    text_column("community_name", "Its name then"),
    text_column("region", "Its region then; blank: none", nullable=True),
    Column("live_from", Date, nullable=True, comment="First day it is served; blank: not counted in the edition"),
    text_column(
        "missing_calendar",
        "Working calendar that was missing, so that its deadlines are not known; blank: none",
        nullable=True,
    ),
    PrimaryKeyConstraint(*_EDITION, "community_code"),
    ForeignKeyConstraint(_EDITION, [f"report_editions.{part}" for part in _EDITION]),
    comment="One row per edition and community there was: an old edition keeps its communities, names and regions.",
    info=export_info("报表小区", "report_places", *_EDITION, "community_code"),
)

report_base = Table(
    "report_base",
    metadata,
    *_of_an_edition(),
    text_column("community_code", "Community; blank: belongs to none, in the company's only"),
    text_column("figure", "Figure"),
    number_column("numerator", "What is counted; blank: nothing could be"),
    number_column("denominator", "What it is a share or mean of; blank: the figure is the numerator"),
    number_column("previous_numerator", "The same of the period before, as known now"),
    number_column("previous_denominator", "Its denominator"),
    flag_column("is_provisional", "Rests on a calendar that is not published yet"),
    PrimaryKeyConstraint(*_EDITION, "community_code", "figure"),
    ForeignKeyConstraint(_EDITION, [f"report_editions.{part}" for part in _EDITION]),
    comment="One row per edition, community and figure: what scopes are added up from.",
    info=export_info("报表小区数据", "report_base", *_EDITION, "community_code", "figure"),
)

report_figures = Table(
    "report_figures",
    metadata,
    text_column("report", "Report"),
    text_column("period", "Period it covers"),
    text_column("scope", "company, region:NAME, or a community"),
    text_column("figure", "Figure"),
    Column("edition", Integer, nullable=False, server_default=text("1"), comment="Edition; a correction is a new one"),
    number_column("value", "Value; blank: n/a"),
    number_column("previous", "Value of the period before, as known now; blank: n/a"),
    number_column("target", "Target; blank: none"),
    flag_column("is_provisional", "May still change: rests on a calendar that is not published yet"),
    Column("run_id", BigInteger, nullable=True, comment="Run that wrote the row"),
    number_column("numerator", "What is counted"),
    number_column("denominator", "What it is a share or mean of; blank: the figure is the numerator"),
    PrimaryKeyConstraint("report", "period", "scope", "figure", "edition"),
    ForeignKeyConstraint(*_RUN_KEY),
    comment="One row per figure of a report's edition.",
    info=export_info("报表数据", "report_figures", "report", "period", "scope", "figure")
    | {"columns": ("report", "period", "scope", "figure", "value", "previous", "target")},
)

report_breakdowns = Table(
    "report_breakdowns",
    metadata,
    *_of_an_edition(),
    text_column("scope", "company, region:NAME, or a community"),
    text_column("kind", "team, department, cause or agent"),
    text_column("code", "Its code or name; blank: not said"),
    text_column("figure", "Figure"),
    number_column("numerator", "What is counted"),
    number_column("denominator", "What it is a share or mean of; blank: the figure is the numerator"),
    PrimaryKeyConstraint(*_EDITION, "scope", "kind", "code", "figure"),
    ForeignKeyConstraint(_EDITION, [f"report_editions.{part}" for part in _EDITION]),
    one_of("kind", "team", "department", "cause", "agent"),
    comment="One row per edition, scope and part of a figure: by team, department, cause or agent.",
    info=export_info("报表细分", "report_breakdowns", *_EDITION, "scope", "kind", "code", "figure"),
)

report_quotes = Table(
    "report_quotes",
    metadata,
    *_of_an_edition(),
    text_column("scope", "company, region:NAME, or a community"),
    text_column("kind", "open_case, quality, supervision or ranking"),
    Column("place", Integer, nullable=False, comment="Place among the scope's lines of the kind, from 1"),
    Column("content", JSONB, nullable=False, comment="Codes and numbers of the line, never names"),
    PrimaryKeyConstraint(*_EDITION, "scope", "kind", "place"),
    ForeignKeyConstraint(_EDITION, [f"report_editions.{part}" for part in _EDITION]),
    one_of("kind", "open_case", "quality", "supervision", "ranking"),
    comment="One row per edition, scope and line quoted as it stood: oldest open cases, quality results, the ranking.",
    info=export_info("报表引用", "report_quotes", *_EDITION, "scope", "kind", "place"),
)

report_changes = Table(
    "report_changes",
    metadata,
    *_of_an_edition(),
    text_column("scope", "company, region:NAME, or a community"),
    text_column("figure", "Figure"),
    number_column("before", "Value of the edition its readers had; blank: n/a"),
    number_column("after", "Value of this one; blank: n/a"),
    PrimaryKeyConstraint(*_EDITION, "scope", "figure"),
    ForeignKeyConstraint(_EDITION, [f"report_editions.{part}" for part in _EDITION]),
    CheckConstraint("before IS DISTINCT FROM after", name="changed"),
    comment="One row per corrected edition and figure it changed.",
    info=export_info("报表更正", "report_changes", *_EDITION, "scope", "figure"),
)

report_remarks = Table(
    "report_remarks",
    metadata,
    Column("remark_id", BigInteger, Identity(), nullable=False, comment="Technical key"),
    text_column("kind", "What is amiss, such as unknown_scope, no_recipient, not_sent or nothing_changed"),
    text_column("subject", "What it is about: address and scope, or report and period"),
    Column("detail", JSONB, nullable=False, comment="Values that the sentence about it needs; codes, never names"),
    instant_column("noted_at", "as_of of the run that noted it", nullable=False),
    instant_column("told_at", "as_of of the run that told of it; blank: not yet"),
    Column("run_id", BigInteger, nullable=False, comment="Run that noted it"),
    PrimaryKeyConstraint("remark_id"),
    ForeignKeyConstraint(*_RUN_KEY),
    comment="One row per thing the reports could not take as it is, or that somebody must know of.",
    info=export_info("报表提示", "report_remarks", "remark_id", hidden=("remark_id",)),
)
Index("report_remarks_kind_subject_key", report_remarks.c.kind, report_remarks.c.subject, unique=True)
