"""Vacancy and inspections: judged registrations, grounds and intervals of vacancy, plans, lists, visits, meter use."""

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
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint

from guanjia.store.tables.columns import metadata

_RUN_KEY = (["run_id"], ["runs.run_id"])
_UNIT_KEY = (["community_code", "unit_code"], ["units.community_code", "units.unit_code"])
_PLANS = ("monthly", "basement", "rain", "severe_weather", "fit_out", "spot_check")
_STATES = ("planned", "done", "not_entered", "missed", "cancelled")
_GROUNDS = ("unsold", "not_fitted_out", "registered")


def _text(name: str, comment: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=nullable, comment=comment)


def _at(name: str, comment: str, *, nullable: bool = True) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=nullable, comment=comment)


def _in(name: str, *words: str) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{name} IN ({listed})", name=f"{name}_choice")


def _run() -> Column[Any]:
    return Column("run_id", BigInteger, nullable=True, comment="Run that wrote the row last")


vacancy_registrations = Table(
    "vacancy_registrations",
    metadata,
    _text("application_code", "Application that was judged"),
    _text("state", "accepted or refused"),
    _text("reason", "Why refused: too_short, identity_not_checked, no_meter_reading or overlapping", nullable=True),
    _text("overlaps_code", "Accepted application it overlaps", nullable=True),
    Column("first_day", Date, nullable=True, comment="First day that counts; blank: refused"),
    Column("last_day", Date, nullable=True, comment="Last day that counts, included; blank: refused"),
    _text("case_code", "Case for shutting off water and electricity", nullable=True),
    _at("judged_at", "as_of of the run that came to this judgement", nullable=False),
    _at("told_at", "as_of of the run that told the owner of it; blank: not yet, or nobody is to be told"),
    _run(),
    PrimaryKeyConstraint("application_code"),
    ForeignKeyConstraint(["application_code"], ["vacancy_applications.application_code"]),
    ForeignKeyConstraint(["overlaps_code"], ["vacancy_applications.application_code"]),
    ForeignKeyConstraint(["case_code"], ["cases.case_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    _in("state", "accepted", "refused"),
    _in("reason", "too_short", "identity_not_checked", "no_meter_reading", "overlapping"),
    CheckConstraint("(state = 'refused') = (reason IS NOT NULL)", name="refused_has_reason"),
    CheckConstraint(
        "(state = 'accepted') = (first_day IS NOT NULL AND last_day IS NOT NULL)", name="accepted_has_days"
    ),
    comment="One row per vacancy application judged (INS-07).",
    info={"dataset": "vacancy_registrations", "zh": "空置登记", "direction": "out", "key": ("application_code",)},
)

vacancy_reminders = Table(
    "vacancy_reminders",
    metadata,
    _text("application_code", "Accepted application about to end"),
    Column("days_before", Integer, nullable=False, comment="Days before the end this reminder belongs to"),
    _at("reminded_at", "as_of of the run that reminded", nullable=False),
    _run(),
    PrimaryKeyConstraint("application_code", "days_before"),
    ForeignKeyConstraint(["application_code"], ["vacancy_registrations.application_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    comment="One row per accepted application and reminder that went out before its end.",
)

vacancy_grounds = Table(
    "vacancy_grounds",
    metadata,
    _text("community_code", "Community"),
    _text("unit_code", "Unit"),
    _text("ground", "unsold, not_fitted_out or registered"),
    Column("start_date", Date, nullable=False, comment="First day the ground holds"),
    Column("end_date", Date, nullable=True, comment="Last day it holds, included; blank: still"),
    Column("known_on", Date, nullable=False, comment="First day on which it was known that it holds"),
    _text("application_code", "Registration it rests on", nullable=True),
    _run(),
    PrimaryKeyConstraint("community_code", "unit_code", "ground", "start_date"),
    ForeignKeyConstraint(*_UNIT_KEY),
    ForeignKeyConstraint(["application_code"], ["vacancy_applications.application_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    _in("ground", *_GROUNDS),
    CheckConstraint("end_date >= start_date", name="end_after_start"),
    CheckConstraint("(ground = 'registered') = (application_code IS NOT NULL)", name="registered_has_application"),
    comment="One row per unit, ground and interval on which it makes the unit vacant; grounds of a unit may overlap.",
)

vacancies = Table(
    "vacancies",
    metadata,
    _text("community_code", "Community"),
    _text("unit_code", "Unit"),
    _text("reason", "unsold, not_fitted_out or registered"),
    Column("start_date", Date, nullable=False, comment="First day vacant"),
    Column("end_date", Date, nullable=True, comment="Last day vacant, included; blank: still"),
    _text("application_code", "Registration it rests on", nullable=True),
    _run(),
    PrimaryKeyConstraint("community_code", "unit_code", "start_date"),
    ForeignKeyConstraint(*_UNIT_KEY),
    ForeignKeyConstraint(["application_code"], ["vacancy_applications.application_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    _in("reason", *_GROUNDS),
    # One hash of the unit's key instead of two texts: the index grows four times as fast.
    ExcludeConstraint(
        (text("hashtextextended(unit_code, hashtextextended(community_code, 0))"), "="),
        (text("daterange(start_date, end_date, '[]')"), "&&"),
        name="vacancies_overlap_excl",
        using="gist",
    ),
    comment="One row per unit and interval of days on which it is vacant; intervals of a unit never overlap.",
    info={
        "dataset": "vacancies",
        "zh": "空置",
        "direction": "out",
        "key": ("community_code", "unit_code", "start_date"),
    },
)

vacancy_use = Table(
    "vacancy_use",
    metadata,
    _text("application_code", "Registration"),
    _text("period", "Calendar month, YYYY-MM"),
    _text("community_code", "Community"),
    _text("unit_code", "Unit"),
    Column("water_use", Numeric, nullable=True, comment="Water used in the month's registered days, t"),
    Column("electricity_use", Numeric, nullable=True, comment="Electricity likewise, kWh; blank: not read"),
    Column("water_known_to", Date, nullable=True, comment="Last day the water readings cover"),
    Column("electricity_known_to", Date, nullable=True, comment="Last day the electricity readings cover"),
    Column("is_occupied", Boolean, nullable=False, comment="The month's registered days count as occupied (INS-09)"),
    Column("explanation", JSONB, nullable=False, comment="Stretches between readings: meter, days, use, share"),
    _at("told_at", "as_of of the run that put it on the manager's list; blank: not yet, or not occupied"),
    _run(),
    PrimaryKeyConstraint("application_code", "period"),
    ForeignKeyConstraint(["application_code"], ["vacancy_registrations.application_code"]),
    ForeignKeyConstraint(*_UNIT_KEY),
    ForeignKeyConstraint(*_RUN_KEY),
    CheckConstraint(r"period ~ '^\d{4}-\d{2}$'", name="period_form"),
    comment="One row per accepted registration and calendar month: meter use and whether it counts as occupied.",
    info={
        "dataset": "vacancy_use",
        "zh": "空置用量",
        "direction": "out",
        "key": ("application_code", "period"),
        "hidden": ("told_at",),
    },
)
Index("vacancy_use_unit_idx", vacancy_use.c.community_code, vacancy_use.c.unit_code)

weather_events = Table(
    "weather_events",
    metadata,
    _text("event_code", "Event, such as W20261122-1"),
    _text("plan", "severe_weather or rain"),
    _text("event", "What it is called"),
    _text("areas", "Communities, comma-separated, sorted"),
    _at("deadline", "Instant by which every unit must be inspected", nullable=False),
    Column("includes_basements", Boolean, nullable=False, comment="Basements are inspected too"),
    _at("started_at", "as_of of the run that planned it", nullable=False),
    _text("requested_by", "Airflow user or staff code", nullable=True),
    _at("told_at", "as_of of the run that told the managers; blank: not yet"),
    _run(),
    PrimaryKeyConstraint("event_code"),
    UniqueConstraint("plan", "event", "areas", "deadline"),
    ForeignKeyConstraint(*_RUN_KEY),
    _in("plan", "severe_weather", "rain"),
    comment="One row per severe weather (or heavy rain) for which an operator had all vacant units inspected.",
)

inspections = Table(
    "inspections",
    metadata,
    _text("inspection_code", "Inspection code"),
    _text("plan", "monthly, basement, rain, severe_weather, fit_out or spot_check"),
    _text("period", "Month, YYYY-MM, or event"),
    _text("community_code", "Community"),
    _text("unit_code", "Unit"),
    _text("staff_code", "Inspector it is planned for; blank: nobody available", nullable=True),
    Column("due_on", Date, nullable=False, comment="Day planned"),
    _text("state", "planned, done, not_entered, missed or cancelled"),
    _text("finding_case_code", "Case a finding opened", nullable=True),
    Column(
        "occasion",
        Text,
        nullable=False,
        server_default=text("''"),
        comment="Fit-out: day of the visit; second spot check of a unit: whose visit it checks; else empty",
    ),
    _text("building_code", "Building of the unit"),
    Column("planned_on", Date, nullable=False, comment="Day as of which it was planned"),
    _text("checklist", "Points to look at, comma-separated"),
    _at("deadline", "Instant by which it must be done, for a weather event"),
    _text("stages", "Fit-out stages under way, comma-separated", nullable=True),
    _text("checks_code", "Inspection a spot check looks at again", nullable=True),
    _at("inspected_at", "Instant of the visit that counts"),
    _text("inspected_by", "Who made it", nullable=True),
    _text("cancelled_reason", "Why cancelled: vacancy_ended or fit_out_ended", nullable=True),
    _at("missed_at", "as_of of the run that found it missed"),
    _at("missed_told_at", "as_of of the run that told the centre head"),
    _run(),
    PrimaryKeyConstraint("inspection_code"),
    UniqueConstraint("period", "community_code", "unit_code", "plan", "occasion"),  # finds months, communities, units
    ForeignKeyConstraint(*_UNIT_KEY),
    ForeignKeyConstraint(["staff_code"], ["staff.staff_code"]),
    ForeignKeyConstraint(["inspected_by"], ["staff.staff_code"]),
    ForeignKeyConstraint(["finding_case_code"], ["cases.case_code"]),
    ForeignKeyConstraint(["checks_code"], ["inspections.inspection_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    _in("plan", *_PLANS),
    _in("state", *_STATES),
    comment="One row per inspection planned.",
    info={
        "dataset": "inspections",
        "zh": "巡检计划",
        "direction": "out",
        "key": ("inspection_code",),
        "hidden": ("missed_told_at",),
    },
)
Index(
    "inspections_open_idx",
    inspections.c.community_code,
    inspections.c.due_on,
    postgresql_where=text("state IN ('planned', 'not_entered')"),
)
Index(
    "inspections_untold_idx",
    inspections.c.community_code,
    postgresql_where=text("state = 'missed' AND missed_told_at IS NULL"),
)

inspection_lists = Table(
    "inspection_lists",
    metadata,
    Column("work_date", Date, nullable=False, comment="Day of the list"),
    _text("inspection_code", "Inspection on it"),
    _text("staff_code", "Whose list it is"),
    Column("position", Integer, nullable=False, comment="Place on that person's list of that day, from 1"),
    Column("is_carried_over", Boolean, nullable=False, comment="Was due earlier, or is tried again"),
    _at("told_at", "as_of of the run that mailed the list; blank: not yet"),
    _run(),
    PrimaryKeyConstraint("work_date", "inspection_code"),
    UniqueConstraint("work_date", "staff_code", "position"),
    ForeignKeyConstraint(["inspection_code"], ["inspections.inspection_code"]),
    ForeignKeyConstraint(["staff_code"], ["staff.staff_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    comment="One row per day and inspection that stands on somebody's worklist of that day.",
    info={
        "dataset": "inspection_lists",
        "zh": "巡检清单",
        "direction": "out",
        "key": ("work_date", "inspection_code"),
        "hidden": ("told_at",),
    },
)

inspection_visits = Table(
    "inspection_visits",
    metadata,
    _text("inspection_code", "Inspection"),
    _at("inspected_at", "Instant of the visit", nullable=False),
    _text(
        "verdict",
        "counted, or why it does not count: before_plan, already_done, after_close, cancelled or by_leaver",
    ),
    _text("content_digest", "Digest of the result as it was judged; another content is judged anew"),
    _text("case_code", "Case its finding opened", nullable=True),
    _at("told_at", "as_of of the run that told of its finding; blank: not yet, or nothing found"),
    _run(),
    PrimaryKeyConstraint("inspection_code", "inspected_at"),
    ForeignKeyConstraint(
        ["inspection_code", "inspected_at"],
        ["inspection_results.inspection_code", "inspection_results.inspected_at"],
    ),
    ForeignKeyConstraint(["case_code"], ["cases.case_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    _in("verdict", "counted", "before_plan", "already_done", "after_close", "cancelled", "by_leaver"),
    comment="One row per inspection result judged: whether it counts, and the case its finding opened.",
)

inspection_remarks = Table(
    "inspection_remarks",
    metadata,
    Column("remark_id", BigInteger, Identity(), nullable=False, comment="Technical key"),
    _text("kind", "What is amiss, such as result_after_close or no_inspector"),
    _text("subject", "What it is about: inspection, application, meter, or community and month"),
    _text("community_code", "Community"),
    _text("unit_code", "Unit", nullable=True),
    Column("detail", JSONB, nullable=False, comment="Values that the sentence about it needs; codes, never names"),
    _at("noted_at", "as_of of the run that noticed it first", nullable=False),
    _at("told_at", "as_of of the run that told the managers; blank: not yet"),
    _run(),
    PrimaryKeyConstraint("remark_id"),
    UniqueConstraint("kind", "subject"),
    ForeignKeyConstraint(["community_code"], ["communities.community_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    comment="One row per thing the vacancy pipeline could not take as it is, or that somebody must know of.",
    info={
        "dataset": "inspection_remarks",
        "zh": "巡检提示",
        "direction": "out",
        "key": ("kind", "subject"),
        "hidden": ("remark_id", "told_at"),
    },
)

inspection_progress = Table(
    "inspection_progress",
    metadata,
    _text("community_code", "Community served"),
    Column("planned_to", Date, nullable=False, comment="Last day up to which everything is planned"),
    _text("plan_told_for", "Last month whose plan was told to the managers, YYYY-MM", nullable=True),
    _run(),
    PrimaryKeyConstraint("community_code"),
    ForeignKeyConstraint(["community_code"], ["communities.community_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    comment="One row per community served: how far the days are planned.",
)

vacancy_progress = Table(
    "vacancy_progress",
    metadata,
    Column("only_row", Boolean, nullable=False, server_default=text("true"), comment="Always true"),
    _at("computed_to", "Latest as_of that vacancies were derived for", nullable=False),
    PrimaryKeyConstraint("only_row"),
    CheckConstraint("only_row", name="one_row"),
    comment="One row: how far vacancy is derived; a run for an earlier instant works at this one.",
)
