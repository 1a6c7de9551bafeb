"""Vacancy and inspections: judged registrations, grounds and intervals of vacancy, plans, lists, visits, meter use."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
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
from guanjia.store.tables.plain_columns import instant_column, one_of, run_column, text_column

_RUN_KEY = (["run_id"], ["runs.run_id"])
_UNIT_KEY = (["community_code", "unit_code"], ["units.community_code", "units.unit_code"])
_PLANS = ("monthly", "basement", "rain", "severe_weather", "fit_out", "spot_check")
_STATES = ("planned", "done", "not_entered", "missed", "cancelled")
_GROUNDS = ("unsold", "not_fitted_out", "registered")


vacancy_registrations = Table(
    "vacancy_registrations",
    metadata,
    text_column("application_code", "Application that was judged"),
    text_column("state", "accepted or refused"),
    text_column(
        "reason", "Why refused: too_short, identity_not_checked, no_meter_reading or overlapping", nullable=True
    ),
    text_column("overlaps_code", "Accepted application it overlaps", nullable=True),
    Column("first_day", Date, nullable=True, comment="First day that counts; blank: refused"),
    Column("last_day", Date, nullable=True, comment="Last day that counts, included; blank: refused"),
    text_column("case_code", "Case for shutting off water and electricity", nullable=True),
    instant_column("judged_at", "as_of of the run that came to this judgement", nullable=False),
    instant_column("told_at", "as_of of the run that told the owner of it; blank: not yet, or nobody is to be told"),
    run_column(),
    PrimaryKeyConstraint("application_code"),
    ForeignKeyConstraint(["application_code"], ["vacancy_applications.application_code"]),
    ForeignKeyConstraint(["overlaps_code"], ["vacancy_applications.application_code"]),
    ForeignKeyConstraint(["case_code"], ["cases.case_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("state", "accepted", "refused"),
    one_of("reason", "too_short", "identity_not_checked", "no_meter_reading", "overlapping"),
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
    text_column("application_code", "Accepted application about to end"),
    Column("days_before", Integer, nullable=False, comment="Days before the end this reminder belongs to"),
    instant_column("reminded_at", "as_of of the run that reminded", nullable=False),
    run_column(),
    PrimaryKeyConstraint("application_code", "days_before"),
    ForeignKeyConstraint(["application_code"], ["vacancy_registrations.application_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    comment="One row per accepted application and reminder that went out before its end.",
)

vacancy_grounds = Table(
    "vacancy_grounds",
    metadata,
    text_column("community_code", "Community"),
    text_column("unit_code", "Unit"),
    text_column("ground", "unsold, not_fitted_out or registered"),
    Column("start_date", Date, nullable=False, comment="First day the ground holds"),
    Column("end_date", Date, nullable=True, comment="Last day it holds, included; blank: still"),
    Column("known_on", Date, nullable=False, comment="First day on which it was known that it holds"),
    text_column("application_code", "Registration it rests on", nullable=True),
    run_column(),
    PrimaryKeyConstraint("community_code", "unit_code", "ground", "start_date"),
    ForeignKeyConstraint(*_UNIT_KEY),
    ForeignKeyConstraint(["application_code"], ["vacancy_applications.application_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("ground", *_GROUNDS),
    CheckConstraint("end_date >= start_date", name="end_after_start"),
    CheckConstraint("(ground = 'registered') = (application_code IS NOT NULL)", name="registered_has_application"),
    comment="One row per unit, ground and interval on which it makes the unit vacant; grounds of a unit may overlap.",
)

vacancies = Table(
    "vacancies",
    metadata,
    text_column("community_code", "Community"),
    text_column("unit_code", "Unit"),
    text_column("reason", "unsold, not_fitted_out or registered"),
    Column("start_date", Date, nullable=False, comment="First day vacant"),
    Column("end_date", Date, nullable=True, comment="Last day vacant, included; blank: still"),
    text_column("application_code", "Registration it rests on", nullable=True),
    run_column(),
    PrimaryKeyConstraint("community_code", "unit_code", "start_date"),
    ForeignKeyConstraint(*_UNIT_KEY),
    ForeignKeyConstraint(["application_code"], ["vacancy_applications.application_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("reason", *_GROUNDS),
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
    text_column("application_code", "Registration"),
    text_column("period", "Calendar month, YYYY-MM"),
    text_column("community_code", "Community"),
    text_column("unit_code", "Unit"),
    Column("water_use", Numeric, nullable=True, comment="Water used in the month's registered days, t"),
    Column("electricity_use", Numeric, nullable=True, comment="Electricity likewise, kWh; blank: not read"),
    Column("water_known_to", Date, nullable=True, comment="Last day the water readings cover"),
    Column("electricity_known_to", Date, nullable=True, comment="Last day the electricity readings cover"),
    Column("is_occupied", Boolean, nullable=False, comment="The month's registered days count as occupied (INS-09)"),
    Column("explanation", JSONB, nullable=False, comment="Stretches between readings: meter, days, use, share"),
    instant_column("told_at", "as_of of the run that put it on the manager's list; blank: not yet, or not occupied"),
    run_column(),
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
    text_column("event_code", "Event, such as W20261122-1"),
    text_column("plan", "severe_weather or rain"),
    text_column("event", "What it is called"),
    text_column("areas", "Communities, comma-separated, sorted"),
    instant_column("deadline", "Instant by which every unit must be inspected", nullable=False),
    Column("includes_basements", Boolean, nullable=False, comment="Basements are inspected too"),
    instant_column("started_at", "as_of of the run that planned it", nullable=False),
    text_column("requested_by", "Airflow user or staff code", nullable=True),
    instant_column("told_at", "as_of of the run that told the managers; blank: not yet"),
    run_column(),
    PrimaryKeyConstraint("event_code"),
    UniqueConstraint("plan", "event", "areas", "deadline"),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("plan", "severe_weather", "rain"),
    comment="One row per severe weather (or heavy rain) for which an operator had all vacant units inspected.",
)

inspections = Table(
    "inspections",
    metadata,
    text_column("inspection_code", "Inspection code"),
    text_column("plan", "monthly, basement, rain, severe_weather, fit_out or spot_check"),
    text_column("period", "Month, YYYY-MM, or event"),
    text_column("community_code", "Community"),
    text_column("unit_code", "Unit"),
    text_column("staff_code", "Inspector it is planned for; blank: nobody available", nullable=True),
    Column("due_on", Date, nullable=False, comment="Day planned"),
    text_column("state", "planned, done, not_entered, missed or cancelled"),
    text_column("finding_case_code", "Case a finding opened", nullable=True),
    Column(
        "occasion",
        Text,
        nullable=False,
        server_default=text("''"),
        comment="Fit-out: day of the visit; second spot check of a unit: whose visit it checks; else empty",
    ),
    text_column("building_code", "Building of the unit"),
    Column("planned_on", Date, nullable=False, comment="Day as of which it was planned"),
    text_column("checklist", "Points to look at, comma-separated"),
    instant_column("deadline", "Instant by which it must be done, for a weather event"),
    text_column("stages", "Fit-out stages under way, comma-separated", nullable=True),
    text_column("checks_code", "Inspection a spot check looks at again", nullable=True),
    instant_column("inspected_at", "Instant of the visit that counts"),
    text_column("inspected_by", "Who made it", nullable=True),
    text_column("cancelled_reason", "Why cancelled: vacancy_ended or fit_out_ended", nullable=True),
    instant_column("missed_at", "as_of of the run that found it missed"),
    instant_column("missed_told_at", "as_of of the run that told the centre head"),
    run_column(),
    PrimaryKeyConstraint("inspection_code"),
    UniqueConstraint("period", "community_code", "unit_code", "plan", "occasion"),  # finds months, communities, units
    ForeignKeyConstraint(*_UNIT_KEY),
    ForeignKeyConstraint(["staff_code"], ["staff.staff_code"]),
    ForeignKeyConstraint(["inspected_by"], ["staff.staff_code"]),
    ForeignKeyConstraint(["finding_case_code"], ["cases.case_code"]),
    ForeignKeyConstraint(["checks_code"], ["inspections.inspection_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("plan", *_PLANS),
    one_of("state", *_STATES),
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
    text_column("inspection_code", "Inspection on it"),
    text_column("staff_code", "Whose list it is"),
    Column("position", Integer, nullable=False, comment="Place on that person's list of that day, from 1"),
    Column("is_carried_over", Boolean, nullable=False, comment="Was due earlier, or is tried again"),
    instant_column("told_at", "as_of of the run that mailed the list; blank: not yet"),
    run_column(),
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
    text_column("inspection_code", "Inspection"),
    instant_column("inspected_at", "Instant of the visit", nullable=False),
    text_column(
        "verdict",
        "counted, or why it does not count: before_plan, already_done, after_close, cancelled or by_leaver",
    ),
    text_column("content_digest", "Digest of the result as it was judged; another content is judged anew"),
    text_column("case_code", "Case its finding opened", nullable=True),
    instant_column("told_at", "as_of of the run that told of its finding; blank: not yet, or nothing found"),
    run_column(),
    PrimaryKeyConstraint("inspection_code", "inspected_at"),
    ForeignKeyConstraint(
        ["inspection_code", "inspected_at"],
        ["inspection_results.inspection_code", "inspection_results.inspected_at"],
    ),
    ForeignKeyConstraint(["case_code"], ["cases.case_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("verdict", "counted", "before_plan", "already_done", "after_close", "cancelled", "by_leaver"),
    comment="One row per inspection result judged: whether it counts, and the case its finding opened.",
)

inspection_remarks = Table(
    "inspection_remarks",
    metadata,
    Column("remark_id", BigInteger, Identity(), nullable=False, comment="Technical key"),
    text_column("kind", "What is amiss, such as result_after_close or no_inspector"),
    text_column("subject", "What it is about: inspection, application, meter, or community and month"),
    text_column("community_code", "Community"),
    text_column("unit_code", "Unit", nullable=True),
    Column("detail", JSONB, nullable=False, comment="Values that the sentence about it needs; codes, never names"),
    instant_column("noted_at", "as_of of the run that noticed it first", nullable=False),
    instant_column("told_at", "as_of of the run that told the managers; blank: not yet"),
    run_column(),
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
    text_column("community_code", "Community served"),
    Column("planned_to", Date, nullable=False, comment="Last day up to which everything is planned"),
    text_column("plan_told_for", "Last month whose plan was told to the managers, YYYY-MM", nullable=True),
    run_column(),
    PrimaryKeyConstraint("community_code"),
    ForeignKeyConstraint(["community_code"], ["communities.community_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    comment="One row per community served: how far the days are planned.",
)

vacancy_progress = Table(
    "vacancy_progress",
    metadata,
    Column("only_row", Boolean, nullable=False, server_default=text("true"), comment="Always true"),
    instant_column("computed_to", "Latest as_of that vacancies were derived for", nullable=False),
    PrimaryKeyConstraint("only_row"),
    CheckConstraint("only_row", name="one_row"),
    comment="One row: how far vacancy is derived; a run for an earlier instant works at this one.",
)
