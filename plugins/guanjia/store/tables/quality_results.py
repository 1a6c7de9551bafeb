"""What comes of quality checks: results with intervals, lots and verdicts, agreement, ranking, remarks, progress."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from guanjia.store.tables.columns import metadata

_RUN_KEY = (["run_id"], ["runs.run_id"])
_VERDICTS = ("accept", "reject", "none")
_INSPECTIONS = ("normal", "tightened", "reduced", "discontinued")


def _text(name: str, comment: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=nullable, comment=comment)


def _at(name: str, comment: str, *, nullable: bool = True) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=nullable, comment=comment)


def _count(name: str, comment: str) -> Column[Any]:
    return Column(name, Integer, nullable=False, server_default=text("0"), comment=comment)


def _number(name: str, comment: str, *, nullable: bool = True) -> Column[Any]:
    return Column(name, Numeric, nullable=nullable, comment=comment)


def _flag(name: str, comment: str) -> Column[Any]:
    return Column(name, Boolean, nullable=False, server_default=text("false"), comment=comment)


def _in(name: str, *words: str) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{name} IN ({listed})", name=f"{name}_choice")


def _run() -> Column[Any]:
    return Column("run_id", BigInteger, nullable=True, comment="Run that wrote the row last")


def _export(zh: str, dataset: str, *order: str, hidden: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"dataset": dataset, "zh": zh, "direction": "out", "key": order, "hidden": hidden}


quality_results = Table(
    "quality_results",
    metadata,
    _text("period", "Week or month"),
    _text("scope_kind", "staff, team, community or company"),
    _text("scope_code", "Its code"),
    Column("population", Integer, nullable=False, comment="Items that could be drawn"),
    Column("sampled", Integer, nullable=False, comment="Items scored"),
    Column("mean_score", Numeric, nullable=True, comment="Mean score, 0 to 100; blank: no sample"),
    Column("low_95", Numeric, nullable=True, comment="Lower bound of the 95 % interval"),
    Column("high_95", Numeric, nullable=True, comment="Upper bound of the 95 % interval"),
    Column("critical_rate", Numeric, nullable=True, comment="Share with a critical error, 0 to 1"),
    _text("verdict", "accept, reject or none"),
    _number("critical_low_95", "Lower bound of its 95 % interval (Wilson, effective sample size)"),
    _number("critical_high_95", "Upper bound of its 95 % interval"),
    _count("drawn", "Items drawn for it, scored or not"),
    _count("random_sampled", "Items of the random part scored"),
    _number("random_mean", "Mean score by the random part alone"),
    _number("random_low_95", "Lower bound of its 95 % interval"),
    _number("random_high_95", "Upper bound of its 95 % interval"),
    _number("degrees", "Degrees of freedom of the mean's interval"),
    _flag("is_small", "Too few items scored to compare by"),
    _number("covered_share", "Share of the population in strata of which something was scored"),
    _flag("is_final", "Nothing is open any more: closed, appeals decided"),
    _at("computed_at", "as_of of the run that computed it last"),
    _at("told_at", "as_of of the run that told of it; blank: not yet"),
    _run(),
    PrimaryKeyConstraint("period", "scope_kind", "scope_code"),
    ForeignKeyConstraint(*_RUN_KEY),
    _in("scope_kind", "staff", "team", "community", "company"),
    _in("verdict", *_VERDICTS),
    comment="One row per period and scope of the quality check's result.",
    info=_export("质检结果", "quality_results", "period", "scope_kind", "scope_code", hidden=("told_at",)),
)
Index("quality_results_open_idx", quality_results.c.period, postgresql_where=text("NOT is_final"))
Index("quality_results_untold_idx", quality_results.c.period, postgresql_where=text("told_at IS NULL"))

quality_lots = Table(
    "quality_lots",
    metadata,
    _text("period", "Month, YYYY-MM"),
    _text("staff_code", "Agent"),
    Column("lot_size", Integer, nullable=False, comment="Items of the month that could be drawn"),
    Column("aql", Numeric, nullable=False, comment="Acceptance quality limit, percent"),
    _text("inspection_level", "Inspection level: I, II or III"),
    _text("inspection", "Inspection in force for this lot: normal, tightened, reduced or discontinued"),
    _text("code_letter", "Code letter of the lot; blank: nothing to sample", nullable=True),
    Column("sample_size", Integer, nullable=False, comment="n of the plan; the whole lot when it is smaller"),
    Column("acceptance_number", Integer, nullable=False, comment="Ac of the plan: nonconforming items still accepted"),
    _count("random_items", "Random items of the month there were before"),
    _count("top_up_items", "Items drawn to complete the plan"),
    _count("missing_items", "Items that found no room"),
    _count("scored", "Items scored"),
    _count("nonconforming", "Of the first n scored, nonconforming"),
    _text("verdict", "accept, reject or none (fewer than n scored)"),
    Column("switching_score", Integer, nullable=False, comment="Switching score after this lot, counted on normal"),
    _text("next_inspection", "Inspection after this lot"),
    _text("switched_because", "Why it switched; blank: it did not", nullable=True),
    Column("explanation", JSONB, nullable=False, comment="Lots looked back at, plan one step tighter, conditions"),
    _flag("is_final", "The month is closed; scores that change later do not change it"),
    _at("computed_at", "as_of of the run that computed it last", nullable=False),
    _run(),
    PrimaryKeyConstraint("period", "staff_code"),
    ForeignKeyConstraint(["staff_code"], ["staff.staff_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    CheckConstraint(r"period ~ '^\d{4}-\d{2}$'", name="period_form"),
    _in("inspection", *_INSPECTIONS),
    _in("next_inspection", *_INSPECTIONS),
    _in("inspection_level", "I", "II", "III"),
    _in("verdict", *_VERDICTS),
    CheckConstraint("sample_size <= lot_size", name="sample_in_lot"),
    comment="One row per agent and month: the acceptance plan of GB/T 2828.1 and what came of it.",
    info=_export("质检批次判定", "quality_lots", "period", "staff_code"),
)
Index("quality_lots_staff_idx", quality_lots.c.staff_code, quality_lots.c.period)

quality_agreements = Table(
    "quality_agreements",
    metadata,
    _text("period", "Week or month"),
    Column("pairs", Integer, nullable=False, comment="Items scored by both reviewers"),
    _count("both_conforming", "Both found them conforming"),
    _count("first_only", "Only the first found them nonconforming"),
    _count("second_only", "Only the second found them nonconforming"),
    _count("both_nonconforming", "Both found them nonconforming"),
    _number("kappa", "Cohen's kappa, -1 to 1; blank: undefined"),
    _number("low_95", "Lower bound of its 95 % interval; blank: undefined"),
    _number("high_95", "Upper bound of its 95 % interval"),
    _number("mean_difference", "Mean absolute difference of the two scores; blank: no pair"),
    _at("computed_at", "as_of of the run that computed it last", nullable=False),
    _text(
        "inputs_digest",
        "Digest of what the period's results were computed from; the same: nothing is computed anew",
        nullable=True,
    ),
    _run(),
    PrimaryKeyConstraint("period"),
    ForeignKeyConstraint(*_RUN_KEY),
    comment="One row per period: how far two reviewers who scored the same item, blind, agree.",
    info=_export("质检一致性", "quality_agreements", "period", hidden=("inputs_digest",)),
)

quality_rankings = Table(
    "quality_rankings",
    metadata,
    _text("period", "Month, YYYY-MM"),
    _text("staff_code", "Agent"),
    _text("team_code", "Team at the end of the month; blank: none", nullable=True),
    Column(
        "place",
        Integer,
        nullable=True,
        comment="Place among all ranked, from 1, equal totals share it; blank: unranked",
    ),
    Column("team_place", Integer, nullable=True, comment="Place within the team"),
    _number("total", "Weighted points, 0 to 100; blank: unranked"),
    _number("quality_points", "Mean score of the month; blank: no sample"),
    _number("volume_points", "Items a day against the best quarter of colleagues, at most 100; blank: no day at work"),
    _number("attendance_points", "Percent of due shifts attended; blank: none due"),
    _number("adherence_points", "Percent of attended shift time logged in, at most 100; blank: not recorded"),
    _count("items", "Calls and cases of the month"),
    _count("shifts_attended", "Shifts attended"),
    _count("shifts_due", "Shifts due: attended or missed, leave left out"),
    _count("shift_minutes", "Minutes of the shifts attended with a record of log-in"),
    _count("logged_in_minutes", "Of these, logged in"),
    _text("unranked_reason", "Why unranked: too_few_scored or too_few_shifts", nullable=True),
    Column(
        "explanation",
        JSONB,
        nullable=False,
        comment="Weights used, the best quarter's items a day, interval of the mean",
    ),
    _at("computed_at", "as_of of the run that computed it", nullable=False),
    _run(),
    PrimaryKeyConstraint("period", "staff_code"),
    ForeignKeyConstraint(["staff_code"], ["staff.staff_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    CheckConstraint(r"period ~ '^\d{4}-\d{2}$'", name="period_form"),
    _in("unranked_reason", "too_few_scored", "too_few_shifts"),
    CheckConstraint("(place IS NULL) = (total IS NULL)", name="ranked_has_total"),
    CheckConstraint("(place IS NULL) = (unranked_reason IS NOT NULL)", name="unranked_has_reason"),
    comment="One row per agent and month: the ranking by quality, volume, attendance and adherence (QC-01).",
    info=_export("质检排名", "quality_rankings", "period", "staff_code"),
)

quality_roster_warnings = Table(
    "quality_roster_warnings",
    metadata,
    Column("day", Date, nullable=False, comment="Day short of support people"),
    Column("on_duty", Integer, nullable=False, comment="Support people on the roster when it was noted last"),
    Column("needed", Integer, nullable=False, comment="Support people needed"),
    _at("noted_at", "as_of of the run that noted it, or noted it getting worse", nullable=False),
    _at("resolved_at", "as_of of the run that found enough again; blank: stands"),
    _at("told_at", "as_of of the run that told of it; blank: not yet"),
    _run(),
    PrimaryKeyConstraint("day"),
    ForeignKeyConstraint(*_RUN_KEY),
    CheckConstraint("on_duty >= 0 AND needed >= 1", name="never_negative"),
    comment="One row per day whose roster has too few people of quality check and case handling (QC-02).",
    info=_export("现场支撑不足", "quality_roster_warnings", "day", hidden=("told_at",)),
)

quality_remarks = Table(
    "quality_remarks",
    metadata,
    Column("remark_id", BigInteger, Identity(), nullable=False, comment="Technical key"),
    _text("kind", "What is amiss, such as below_minimum, no_reviewer, score_not_assigned or appeal_late"),
    _text("subject", "What it is about: draw, sample, score, appeal, agent and month, or policy"),
    _text("community_code", "Community; blank: none", nullable=True),
    Column("detail", JSONB, nullable=False, comment="Values that the sentence about it needs; codes, never names"),
    _at("noted_at", "as_of of the run that noticed it first", nullable=False),
    _at("told_at", "as_of of the run that told of it; blank: not yet"),
    _run(),
    PrimaryKeyConstraint("remark_id"),
    UniqueConstraint("kind", "subject"),
    ForeignKeyConstraint(["community_code"], ["communities.community_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    comment="One row per thing the quality check could not take as it is, or that somebody must know of.",
    info=_export("质检提示", "quality_remarks", "kind", "subject", hidden=("remark_id", "told_at")),
)
Index("quality_remarks_untold_idx", quality_remarks.c.remark_id, postgresql_where=text("told_at IS NULL"))

quality_progress = Table(
    "quality_progress",
    metadata,
    Column("only_row", Boolean, nullable=False, server_default=text("true"), comment="Always true"),
    _at("drawn_to", "End of the last week drawn, exclusive: what is older and comes in now is late"),
    _text("month_drawn", "Last month whose acceptance plans were drawn, YYYY-MM", nullable=True),
    _text("month_closed", "Last month whose lots and ranking were closed, YYYY-MM", nullable=True),
    Column("first_day", Date, nullable=True, comment="First day sampled: the earliest live_from at the first draw"),
    _at("computed_to", "Latest as_of a step worked for; time never runs backwards", nullable=False),
    _run(),
    PrimaryKeyConstraint("only_row"),
    ForeignKeyConstraint(*_RUN_KEY),
    CheckConstraint("only_row", name="one_row"),
    comment="One row: how far weeks and months are drawn and closed.",
)
