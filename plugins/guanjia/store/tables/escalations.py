"""Overdue escalations: the compiled working clock, deadlines, escalations, and what a run must look at again.

Compiled tables (``working_…``, ``deadline_choices``, ``ladder_steps``) are derived from the policy datasets and written
anew only when those change; people read them to see what the rules came to.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TSTZMULTIRANGE

from guanjia.store.tables.columns import metadata
from guanjia.store.tables.plain_columns import export_info, one_of, text_column

_CASE_KEY = (["case_code"], ["cases.case_code"])
_RUN_KEY = (["run_id"], ["runs.run_id"])
_DEADLINE = ("case_code", "milestone", "occurrence")


def _instant(name: str, comment: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=nullable, comment=comment)


def _run() -> Column[Any]:
    return Column("run_id", BigInteger, nullable=False, comment="Run that wrote the row as it stands")


# -- the working clock, compiled from calendars, published holidays and the owner's own days --------------------------

working_calendars = Table(
    "working_calendars",
    metadata,
    text_column("calendar_code", "Calendar"),
    Column("axis", Integer, nullable=False, comment="Number of the calendar on the common time axis, from 1"),
    text_column("time_zone", "IANA time zone its hours are read in"),
    Column("is_cn", Boolean, nullable=False, comment="Official Chinese holidays and make-up days hold"),
    _instant("published_to", "End of the published years, exclusive; blank: holidays do not matter", nullable=True),
    _instant("covers_from", "First instant the compiled clock covers"),
    _instant("serves_to", "Latest start for which every budget ends inside the compiled clock"),
    _instant("covers_to", "End of the compiled clock, exclusive"),
    text_column("digest", "Digest of the calendar's rows and the holidays it follows"),
    Column("version", Integer, nullable=False, comment="Counts changes of what the calendar says; 1: first"),
    _run(),
    PrimaryKeyConstraint("calendar_code"),
    UniqueConstraint("axis"),
    ForeignKeyConstraint(*_RUN_KEY),
    CheckConstraint("covers_to > covers_from", name="covers_to_after_from"),
    comment="One row per calendar whose working clock is compiled.",
)

working_segments = Table(
    "working_segments",
    metadata,
    text_column("calendar_code", "Calendar"),
    _instant("opens_at", "Start of an unbroken stretch of working time"),
    _instant("closes_at", "Its end, exclusive"),
    Column("seconds_before", BigInteger, nullable=False, comment="Working seconds from covers_from to opens_at"),
    PrimaryKeyConstraint("calendar_code", "opens_at"),
    ForeignKeyConstraint(["calendar_code"], ["working_calendars.calendar_code"], ondelete="CASCADE"),
    CheckConstraint("closes_at >= opens_at", name="closes_after_opens"),
    comment="One row per calendar and unbroken stretch of working time, the first of length zero at covers_from.",
)

working_days = Table(
    "working_days",
    metadata,
    text_column("calendar_code", "Calendar"),
    Column("day", Date, nullable=False, comment="Working day by the calendar's own clock"),
    _instant("opens_at", "First opening of the day"),
    _instant("closes_at", "Last closing of the day"),
    Column("hours", TSTZMULTIRANGE, nullable=False, comment="Hours worked, from opening to closing (exclusive)"),
    PrimaryKeyConstraint("calendar_code", "day"),
    ForeignKeyConstraint(["calendar_code"], ["working_calendars.calendar_code"], ondelete="CASCADE"),
    CheckConstraint("closes_at > opens_at", name="closes_after_opens"),
    comment="One row per calendar and working day.",
)

# -- policies, compiled ------------------------------------------------------------------------------------------------

deadline_choices = Table(
    "deadline_choices",
    metadata,
    Column("choice_id", BigInteger, Identity(), nullable=False, comment="Technical key"),
    Column(
        "policy_slot", Integer, nullable=False, comment="Number of a community with policies of its own; 0: all others"
    ),
    Column(
        "case_class",
        Integer,
        nullable=False,
        comment="Kind, area, urgency, fault level and booking, as case_class() counts",
    ),
    _instant("opened_from", "First instant of opening it holds for"),
    _instant("opened_before", "End of those instants, exclusive"),
    text_column("milestone", "Deadline"),
    text_column("policy_code", "Policy that won"),
    Column("policy_valid_from", Date, nullable=False, comment="Its first day; with policy_code the policy's key"),
    text_column("rule_id", "Rule of the rulebook"),
    Column("is_per_assessment", Boolean, nullable=False, comment="Each assessment starts an occurrence of its own"),
    Column(
        "start_source",
        Integer,
        nullable=False,
        comment="What starts it: 0 its opening, 1 the booking, else event number + 1",
    ),
    Column(
        "chain_id",
        Integer,
        nullable=False,
        comment="Number of a chain of sources, the first that exists; 0: one source",
    ),
    Column(
        "start_chain", ARRAY(Integer), nullable=True, comment="The chain, as start_source counts; blank: one source"
    ),
    Column("required_mask", Integer, nullable=False, comment="Events that must have happened, bit = event number - 1"),
    Column(
        "needs_event",
        Integer,
        nullable=True,
        comment="Event without which there is no such deadline; no step is earlier",
    ),
    Column("met_mask", Integer, nullable=False, comment="Events that meet it, bit = event number - 1"),
    Column(
        "budget_seconds", BigInteger, nullable=True, comment="Budget in working seconds; blank: counted in working days"
    ),
    Column("budget_days", Integer, nullable=True, comment="Budget in working days; blank: counted in seconds"),
    Column("is_day_end", Boolean, nullable=False, comment="Due at the closing time of the last day"),
    text_column("calendar", "office (the community's), round_the_clock or a calendar"),
    Column("axis", Integer, nullable=True, comment="Axis of that calendar; blank: of the community's office calendar"),
    Column("pauses", Boolean, nullable=False, comment="The clock stops while the case waits for the customer"),
    Column("first_percent", Numeric, nullable=True, comment="Lowest percent_of_budget of its ladder"),
    Column(
        "first_start_seconds", BigInteger, nullable=True, comment="Lowest offset from the start of its ladder, seconds"
    ),
    Column(
        "first_due_seconds",
        BigInteger,
        nullable=True,
        comment="Lowest offset from the due instant of its ladder, seconds",
    ),
    PrimaryKeyConstraint("choice_id"),
    UniqueConstraint("policy_slot", "case_class", "opened_from", "milestone"),
    CheckConstraint("opened_before > opened_from", name="before_after_from"),
    CheckConstraint("(budget_seconds IS NULL) <> (budget_days IS NULL)", name="one_budget"),
    comment="One row per policy slot, class of case, period of opening and milestone: the policy that wins.",
)

ladder_steps = Table(
    "ladder_steps",
    metadata,
    text_column("policy_code", "Deadline policy"),
    text_column("kind", "Kind of case"),
    text_column("urgency", "Urgency"),
    text_column("milestone", "Deadline"),
    text_column("step_code", "Step of escalation_steps"),
    Column("level", Integer, nullable=False, comment="Level; -1: told at once"),
    text_column("role", "Who is told"),
    text_column("offset_kind", "What the offset counts from"),
    Column("offset_percent", Numeric, nullable=True, comment="Offset in per cent of the budget"),
    Column("offset_seconds", BigInteger, nullable=True, comment="Offset in seconds"),
    text_column("calendar", "deadline (its own), office, round_the_clock or a calendar"),
    PrimaryKeyConstraint("policy_code", "milestone", "kind", "urgency", "step_code"),
    CheckConstraint("(offset_percent IS NULL) <> (offset_seconds IS NULL)", name="one_offset"),
    comment="One row per policy, milestone, kind, urgency and step of the ladder that holds for it.",
)

# -- what a run must look at again -------------------------------------------------------------------------------------

case_changes = Table(
    "case_changes",
    metadata,
    text_column("case_code", "Case whose row or events were written"),
    comment="One row per case written since the last run, several allowed; filled by triggers, emptied by the run. "
    "Without key or index, so that loading cases stays cheap.",
)

escalation_progress = Table(
    "escalation_progress",
    metadata,
    text_column("pipeline", "Always overdue_escalations"),
    _instant("computed_to", "Latest as_of deadlines were computed for; time never runs backwards here"),
    text_column("policy_digest", "Digest of the policies that are compiled"),
    _run(),
    PrimaryKeyConstraint("pipeline"),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("pipeline", "overdue_escalations"),
    comment="One row: how far deadlines are computed, and from which policies.",
)

served_communities = Table(
    "served_communities",
    metadata,
    text_column("community_code", "Community"),
    Column("live_from", Date, nullable=False, comment="First day served, as the last run found it"),
    text_column("working_calendar", "Office calendar, as the last run found it"),
    Column(
        "policy_slot", Integer, nullable=False, comment="Its number among communities with policies of their own, or 0"
    ),
    _run(),
    PrimaryKeyConstraint("community_code"),
    ForeignKeyConstraint(["community_code"], ["communities.community_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    comment="One row per community whose cases are escalated.",
)

open_cases = Table(
    "open_cases",
    metadata,
    text_column("case_code", "Case"),
    text_column("community_code", "Community"),
    _instant("opened_at", "Instant it was opened, or reopened last"),
    PrimaryKeyConstraint("case_code"),
    ForeignKeyConstraint(*_CASE_KEY),
    comment="One row per case of a served community that is neither resolved nor closed; what a shift hands over.",
)
Index("open_cases_community_idx", open_cases.c.community_code, open_cases.c.opened_at)

# -- deadlines and escalations -----------------------------------------------------------------------------------------

deadlines = Table(
    "deadlines",
    metadata,
    text_column("case_code", "Case"),
    text_column(
        "milestone",
        "Which deadline: answer, response, contact, visit, arrival, back_on_site, tell_superior, outcome, restored",
    ),
    Column("occurrence", Integer, nullable=False, comment="1; one more for each reopening, or each further assessment"),
    _instant("starts_at", "Instant the clock starts"),
    _instant("due_at", "Due instant, pauses so far included; blank while paused", nullable=True),
    Column(
        "provisional",
        Boolean,
        nullable=False,
        comment="Lies beyond the published holidays; computed on the known pattern",
    ),
    _instant("met_at", "Instant it was met; blank: not met", nullable=True),
    text_column("state", "running, paused, met, met_late or cancelled"),
    text_column("working_calendar", "Calendar its budget counts in"),
    Column("paused_seconds", BigInteger, nullable=False, comment="Working seconds added by pauses"),
    Column(
        "pause_minutes",
        Integer,
        Computed("CAST(round(paused_seconds / 60.0) AS integer)", persisted=True),
        nullable=True,
        comment="The same in minutes, rounded",
    ),
    _instant("ended_at", "Instant it was met or cancelled; blank: not ended", nullable=True),
    text_column(
        "ended_by", "met, case_ended (resolved or closed), or withdrawn (no policy gives it any more)", nullable=True
    ),
    Column("budget_seconds", BigInteger, nullable=False, comment="Working seconds from start to due without pauses"),
    text_column("policy_code", "Policy that gives it"),
    Column("policy_valid_from", Date, nullable=False, comment="First day of that policy; with policy_code its key"),
    text_column("rule_id", "Rule of the rulebook"),
    _instant(
        "needed_at", "Instant of the event without which there is no such deadline; no step is earlier", nullable=True
    ),
    Column("calendar_version", Integer, nullable=False, comment="Version of the calendar it was computed with"),
    _instant("next_look_at", "No step of its ladder is due earlier; blank: none will be", nullable=True),
    _run(),
    PrimaryKeyConstraint(*_DEADLINE),
    ForeignKeyConstraint(*_CASE_KEY),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("state", "running", "paused", "met", "met_late", "cancelled"),
    one_of("ended_by", "met", "case_ended", "withdrawn"),
    CheckConstraint("occurrence >= 1", name="occurrence_minimum"),
    CheckConstraint(
        "CASE WHEN state = 'paused' THEN due_at IS NULL ELSE due_at IS NOT NULL OR ended_by = 'withdrawn' END",
        name="due_blank_while_paused",
    ),
    CheckConstraint("(met_at IS NOT NULL) = (state IN ('met', 'met_late'))", name="met_has_instant"),
    CheckConstraint("(ended_at IS NULL) = (state IN ('running', 'paused'))", name="ended_has_instant"),
    CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_has_reason"),
    CheckConstraint("due_at >= starts_at", name="due_after_start"),
    CheckConstraint("(state = 'met') = (met_at <= due_at) OR met_at IS NULL", name="met_in_time"),
    CheckConstraint("paused_seconds >= 0", name="paused_seconds_minimum"),
    CheckConstraint("budget_seconds >= 0", name="budget_seconds_minimum"),
    comment="One row per case, milestone and occurrence: when it is due and what became of it.",
    info={
        "dataset": "deadlines",
        "zh": "时限",
        "direction": "out",
        "key": _DEADLINE,
        "columns": (
            *_DEADLINE,
            "starts_at",
            "due_at",
            "provisional",
            "met_at",
            "state",
            "working_calendar",
            "pause_minutes",
        ),
        "hidden": ("paused_seconds", "calendar_version", "next_look_at"),
    },
)
Index("deadlines_next_look_idx", deadlines.c.next_look_at, postgresql_where=deadlines.c.next_look_at.is_not(None))
Index(
    "deadlines_missed_idx",
    deadlines.c.due_at,
    postgresql_where=text(
        "milestone IN ('answer', 'response', 'arrival')"
        " AND coalesce(met_at, ended_at, CAST('infinity' AS timestamptz)) > due_at"
    ),
)
Index("deadlines_due_at_idx", deadlines.c.due_at)
Index("deadlines_running_idx", deadlines.c.due_at, postgresql_where=deadlines.c.ended_at.is_(None))
Index("deadlines_late_idx", deadlines.c.ended_at, postgresql_where=deadlines.c.ended_at > deadlines.c.due_at)
Index(
    "deadlines_needed_late_idx",
    deadlines.c.needed_at,
    postgresql_where=deadlines.c.needed_at > deadlines.c.due_at,
)
Index("deadlines_provisional_idx", deadlines.c.working_calendar, postgresql_where=deadlines.c.provisional)

deadline_former_starts = Table(
    "deadline_former_starts",
    metadata,
    text_column("case_code", "Case"),
    text_column("milestone", "Which deadline"),
    Column("occurrence", Integer, nullable=False, comment="Occurrence"),
    _instant("starts_at", "Start in force until superseded_at"),
    _instant("superseded_at", "Instant a start of higher rank took its place"),
    _instant("due_at", "Due instant as it was; blank: paused then", nullable=True),
    Column("budget_seconds", BigInteger, nullable=False, comment="Working seconds from start to due without pauses"),
    _run(),
    PrimaryKeyConstraint(*_DEADLINE, "starts_at"),
    ForeignKeyConstraint(list(_DEADLINE), [f"deadlines.{part}" for part in _DEADLINE]),
    ForeignKeyConstraint(*_RUN_KEY),
    comment="One row per deadline and start it counted from before a better one came (visit: assigned, then answered).",
    info=export_info("时限原起算", "deadline_former_starts", *_DEADLINE, "starts_at"),
)
Index("deadline_former_starts_superseded_at_idx", deadline_former_starts.c.superseded_at)

deadline_changes = Table(
    "deadline_changes",
    metadata,
    Column("change_id", BigInteger, Identity(), nullable=False, comment="Technical key"),
    text_column("case_code", "Case"),
    text_column("milestone", "Which deadline"),
    Column("occurrence", Integer, nullable=False, comment="Occurrence"),
    _instant("changed_at", "as_of of the run that changed it"),
    text_column(
        "reason", "calendar (holidays or hours were loaded), policy, start (booking or start changed) or withdrawn"
    ),
    _instant("former_due_at", "Due instant before; blank: paused", nullable=True),
    _instant("due_at", "Due instant after; blank: paused", nullable=True),
    text_column("former_policy_code", "Policy before"),
    text_column("policy_code", "Policy after"),
    _run(),
    PrimaryKeyConstraint("change_id"),
    UniqueConstraint(*_DEADLINE, "run_id"),
    ForeignKeyConstraint(list(_DEADLINE), [f"deadlines.{part}" for part in _DEADLINE]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("reason", "calendar", "policy", "start", "withdrawn"),
    comment="One row per deadline and run that moved it for a reason other than what happened in the case: the audit.",
    info=export_info("时限变更", "deadline_changes", *_DEADLINE, "changed_at", "change_id"),
)
Index("deadline_changes_changed_at_idx", deadline_changes.c.changed_at)

escalations = Table(
    "escalations",
    metadata,
    Column("escalation_id", BigInteger, Identity(), nullable=False, comment="Technical key"),
    text_column("case_code", "Case"),
    text_column("milestone", "Which deadline"),
    Column("occurrence", Integer, nullable=False, comment="Occurrence"),
    Column("level", Integer, nullable=False, comment="-1 told at once, 0 early warning, 1 … further up"),
    text_column("role", "Role the step tells"),
    text_column("staff_code", "Who holds it; blank: nobody was found", nullable=True),
    _instant("raised_at", "Instant of the step"),
    _instant("acknowledged_at", "Instant its owner acknowledged it", nullable=True),
    _instant("stood_down_at", "Instant the deadline was met or cancelled", nullable=True),
    text_column(
        "found_by", "case (handler), assigned (last assigned), roster, community, company, next_level or nobody"
    ),
    Column("is_emergency", Boolean, nullable=False, comment="Mailed apart and at any time"),
    text_column("step_code", "Step of escalation_steps"),
    text_column("rule_id", "Rule of the rulebook"),
    _instant("told_at", "as_of of the run that mailed it; blank: not mailed", nullable=True),
    _instant("stand_down_told_at", "as_of of the run that mailed the standing down", nullable=True),
    _instant("reported_at", "as_of of the run that reported an unfilled role or a missing address", nullable=True),
    _run(),
    PrimaryKeyConstraint("escalation_id"),
    UniqueConstraint(*_DEADLINE, "level", "role"),
    ForeignKeyConstraint(list(_DEADLINE), [f"deadlines.{part}" for part in _DEADLINE]),
    ForeignKeyConstraint(["staff_code"], ["staff.staff_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("found_by", "case", "assigned", "roster", "community", "company", "next_level", "nobody"),
    CheckConstraint("(staff_code IS NULL) = (found_by = 'nobody')", name="nobody_is_blank"),
    CheckConstraint(
        "stand_down_told_at IS NULL OR (told_at IS NOT NULL AND stood_down_at IS NOT NULL)",
        name="stand_down_follows_telling",
    ),
    comment="One row per deadline, level and role: the step was raised, once and for ever.",
    info={
        "dataset": "escalations",
        "zh": "升级",
        "direction": "out",
        "key": (*_DEADLINE, "level", "role"),
        "columns": (*_DEADLINE, "level", "role", "staff_code", "raised_at", "acknowledged_at", "stood_down_at"),
        "hidden": ("escalation_id",),
    },
)
Index("escalations_raised_at_idx", escalations.c.raised_at)
Index("escalations_stood_down_at_idx", escalations.c.stood_down_at)
Index(
    "escalations_untold_idx",
    escalations.c.staff_code,
    postgresql_where=text("told_at IS NULL AND stood_down_at IS NULL"),
)
Index(
    "escalations_stand_down_untold_idx",
    escalations.c.staff_code,
    postgresql_where=text("told_at IS NOT NULL AND stood_down_at IS NOT NULL AND stand_down_told_at IS NULL"),
)
Index(
    "escalations_unreported_idx",
    escalations.c.escalation_id,
    postgresql_where=text("reported_at IS NULL AND found_by IN ('next_level', 'nobody')"),
)
Index("escalations_run_idx", escalations.c.run_id)
Index(
    "escalations_open_idx",
    escalations.c.case_code,
    escalations.c.milestone,
    escalations.c.occurrence,
    postgresql_where=escalations.c.stood_down_at.is_(None),
)

shift_handovers = Table(
    "shift_handovers",
    metadata,
    Column("handover_id", BigInteger, Identity(), nullable=False, comment="Technical key"),
    text_column("community_code", "Community the shift serves; blank: all", nullable=True),
    text_column("role", "Role of the shift"),
    _instant("ended_at", "End of the shift"),
    Column("open_cases", Integer, nullable=False, comment="Open cases handed over"),
    Column("recipients", Integer, nullable=False, comment="Members of the next shift who were mailed"),
    _run(),
    PrimaryKeyConstraint("handover_id"),
    UniqueConstraint("community_code", "role", "ended_at", postgresql_nulls_not_distinct=True),
    ForeignKeyConstraint(["community_code"], ["communities.community_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    comment="One row per community, role and end of a shift whose open cases were handed to the next shift.",
)
Index("shift_handovers_ended_at_idx", shift_handovers.c.ended_at)
