"""Callbacks (CB-01 to 11): what is due, the calls it is merged into, whose lists they stand on, what came of them."""

from __future__ import annotations

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
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from guanjia.store.tables.columns import metadata
from guanjia.store.tables.plain_columns import (
    count_column,
    flag_column,
    instant_column,
    one_of,
    run_column,
    text_column,
)

CHANNELS = ("call", "mail", "manager")
_TRIGGERS = (
    "repair_resolved",
    "complaint_answered",
    "correction_resolved",
    "care",
    "prospect",
    "year_end",
    "paid_service_done",
)
_EVENTS = ("reception_day", "mailbox", "committee")
_RUN_KEY = (["run_id"], ["runs.run_id"])


callbacks = Table(
    "callbacks",
    metadata,
    text_column("callback_code", "Callback code, such as H261122-C0001"),
    text_column("rules", "Rules it answers, comma-separated, by priority"),
    text_column("customer_code", "Customer; blank: nobody is known to be called", nullable=True),
    text_column("case_codes", "Cases it concerns, comma-separated", nullable=True),
    text_column("community_code", "Community; blank: a prospect, who belongs to none", nullable=True),
    text_column("staff_code", "Agent on whose list it stands or stood last; blank: it waits", nullable=True),
    instant_column("not_before", "Earliest instant", nullable=False),
    instant_column("due_by", "Latest instant", nullable=False),
    count_column("attempts", "Attempts made that count"),
    text_column("state", "planned, reached, unreached, refused or cancelled"),
    Column("satisfaction", Integer, nullable=True, comment="Satisfaction, 1 to 5"),
    Column("channel", Text, nullable=False, server_default=text("'call'"), comment="call, mail, or manager (by hand)"),
    Column("planned_on", Date, nullable=True, comment="Day as of which it was planned"),
    Column("priority", Integer, nullable=False, server_default=text("100"), comment="Lower is called first"),
    Column("max_attempts", Integer, nullable=False, server_default=text("3"), comment="Attempts before it is given up"),
    text_column(
        "used_parts", "Numbers of the day parts tried in this round, comma-separated, ascending", nullable=True
    ),
    instant_column("last_attempt_at", "Instant of the last attempt, counted or not"),
    instant_column("next_from", "Earliest instant of the next attempt; blank: not_before"),
    instant_column("promised_at", "Instant the customer asked to be called at; blank: none, or past"),
    count_column("promises", "Times the customer asked for another time"),
    text_column("familiar_code", "Agent the customer knows; blank: none", nullable=True),
    instant_column("mailed_at", "as_of of the run that wrote the customer's mail; blank: none"),
    instant_column("missed_at", "as_of of the run that found its window past; it may still be made"),
    instant_column("closed_at", "Instant it ended: the attempt's, or as_of of the run that closed it; blank: planned"),
    text_column(
        "closed_reason",
        "Why unreached or cancelled: exhausted, wrong_number, window_missed, satisfied, reopened, customer_gone, "
        "do_not_call, dropped or rule_gone",
        nullable=True,
    ),
    instant_column(
        "told_at", "as_of of the run that told the manager of it (manager's list, unreached); blank: not yet"
    ),
    run_column(),
    PrimaryKeyConstraint("callback_code"),
    ForeignKeyConstraint(["customer_code"], ["customers.customer_code"]),
    ForeignKeyConstraint(["community_code"], ["communities.community_code"]),
    ForeignKeyConstraint(["staff_code"], ["staff.staff_code"]),
    ForeignKeyConstraint(["familiar_code"], ["staff.staff_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("state", "planned", "reached", "unreached", "refused", "cancelled"),
    one_of("channel", *CHANNELS),
    CheckConstraint("due_by >= not_before", name="due_after_not_before"),
    CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction_range"),
    CheckConstraint("(state = 'planned') = (closed_at IS NULL)", name="closed_has_instant"),
    CheckConstraint(
        "closed_reason IN ('exhausted', 'wrong_number', 'window_missed', 'satisfied', 'reopened', 'customer_gone', "
        "'do_not_call', 'dropped', 'rule_gone')",
        name="closed_reason_choice",
    ),
    CheckConstraint("customer_code IS NOT NULL OR channel = 'manager'", name="nobody_goes_to_manager"),
    comment="One row per callback planned: one conversation with one customer, whatever rules it answers.",
    info={
        "dataset": "callbacks",
        "zh": "回访计划",
        "direction": "out",
        "key": ("callback_code",),
        "hidden": ("told_at",),
    },
)
Index(
    "callbacks_one_voice_key",
    callbacks.c.customer_code,
    unique=True,
    postgresql_where=callbacks.c.state == "planned",
)
Index("callbacks_open_idx", callbacks.c.due_by, postgresql_where=callbacks.c.state == "planned")
Index(
    "callbacks_untold_idx",
    callbacks.c.callback_code,
    postgresql_where=text("told_at IS NULL AND (channel = 'manager' OR state = 'unreached')"),
)
Index("callbacks_customer_idx", callbacks.c.customer_code, callbacks.c.closed_at)
Index("callbacks_closed_idx", callbacks.c.closed_at, postgresql_where=callbacks.c.state != "planned")

callback_contacts = Table(
    "callback_contacts",
    metadata,
    text_column("rule_code", "Rule that made it due; kept although rules change"),
    text_column("subject", "What it is about: case:CODE or customer:CODE"),
    text_column("occasion", "Occurrence of the case (1, 2 …), or period: month, quarter, year, or day it fell due"),
    text_column("trigger", "What made it due"),
    text_column("customer_code", "Customer; blank: nobody is known", nullable=True),
    text_column("case_code", "Case it follows; blank: none", nullable=True),
    text_column("community_code", "Community; blank: a prospect", nullable=True),
    instant_column(
        "triggered_at", "Instant of the fact that made it due; of a period: its first instant", nullable=False
    ),
    instant_column("not_before", "Earliest instant", nullable=False),
    instant_column("due_by", "Latest instant", nullable=False),
    Column("priority", Integer, nullable=False, comment="Lower is called first"),
    Column("max_attempts", Integer, nullable=False, comment="Attempts before it is given up"),
    text_column("channel", "How it is made: call, mail or manager"),
    text_column(
        "channel_reason",
        "Why not by telephone: do_not_call, no_phone, bad_number, no_customer or questionnaire",
        nullable=True,
    ),
    text_column("state", "planned, reached, unreached, refused, cancelled, satisfied or missed"),
    text_column("callback_code", "Callback it is part of"),
    Column("satisfaction", Integer, nullable=True, comment="Satisfaction said in it, 1 to 5"),
    instant_column("closed_at", "Instant it ended; blank: planned"),
    text_column("closed_reason", "Why it ended without being reached, as of callbacks", nullable=True),
    text_column(
        "satisfied_by",
        "Call or callback that reached the customer in its period: call:CODE, callback:CODE",
        nullable=True,
    ),
    instant_column("missed_at", "as_of of the run that found its window past"),
    text_column(
        "missed_reason",
        "Why: no_agent, no_capacity, not_made, not_reached, not_listed or no_answer_by_mail",
        nullable=True,
    ),
    instant_column("missed_told_at", "as_of of the run that reported it missed"),
    Column(
        "explanation",
        JSONB,
        nullable=False,
        comment="Inputs: event, choice of the customer, the day's share of a period",
    ),
    run_column(),
    PrimaryKeyConstraint("rule_code", "subject", "occasion"),
    ForeignKeyConstraint(["customer_code"], ["customers.customer_code"]),
    ForeignKeyConstraint(["case_code"], ["cases.case_code"]),
    ForeignKeyConstraint(["community_code"], ["communities.community_code"]),
    ForeignKeyConstraint(["callback_code"], ["callbacks.callback_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("trigger", *_TRIGGERS),
    one_of("channel", *CHANNELS),
    one_of("channel_reason", "do_not_call", "no_phone", "bad_number", "no_customer", "questionnaire"),
    one_of("state", "planned", "reached", "unreached", "refused", "cancelled", "satisfied", "missed"),
    one_of("missed_reason", "no_agent", "no_capacity", "not_made", "not_reached", "not_listed", "no_answer_by_mail"),
    CheckConstraint("(state = 'planned') = (closed_at IS NULL)", name="closed_has_instant"),
    CheckConstraint("(missed_at IS NULL) = (missed_reason IS NULL)", name="missed_has_reason"),
    CheckConstraint("state <> 'missed' OR missed_at IS NOT NULL", name="missed_has_instant"),
    CheckConstraint("due_by >= not_before", name="due_after_not_before"),
    comment="One row per contact a rule made due; contacts of one customer are merged into one callback.",
    info={
        "dataset": "callback_contacts",
        "zh": "应回访事项",
        "direction": "out",
        "key": ("rule_code", "subject", "occasion"),
        "hidden": ("missed_told_at",),
    },
)
Index("callback_contacts_callback_idx", callback_contacts.c.callback_code)
Index("callback_contacts_customer_idx", callback_contacts.c.customer_code, callback_contacts.c.trigger)
Index("callback_contacts_case_idx", callback_contacts.c.case_code)
Index("callback_contacts_due_by_idx", callback_contacts.c.due_by)
Index("callback_contacts_open_idx", callback_contacts.c.due_by, postgresql_where=callback_contacts.c.state == "planned")
Index(
    "callback_contacts_satisfaction_idx",
    callback_contacts.c.satisfaction,
    postgresql_where=callback_contacts.c.satisfaction.is_not(None),
)
Index(
    "callback_contacts_missed_idx",
    callback_contacts.c.missed_at,
    postgresql_where=callback_contacts.c.missed_at.is_not(None),
)
Index(
    "callback_contacts_untold_idx",
    callback_contacts.c.community_code,
    postgresql_where=text("missed_at IS NOT NULL AND missed_told_at IS NULL"),
)

callback_lists = Table(
    "callback_lists",
    metadata,
    Column("work_date", Date, nullable=False, comment="Day of the list"),
    text_column("callback_code", "Callback on it"),
    text_column("staff_code", "Whose list it is"),
    Column("position", Integer, nullable=False, comment="Place on that person's list of that day, from 1"),
    Column("tries", Integer, nullable=False, comment="Calls reserved for it that day; more than one on its last day"),
    text_column("parts", "Numbers of the day parts to try in, in order, comma-separated"),
    instant_column("call_at", "Instant promised to the customer; blank: any within the parts"),
    flag_column("is_carried_over", "Stood on an earlier list, or found no room before"),
    text_column("why_agent", "Why this agent: promised, familiar, even, reassigned"),
    Column(
        "edition", Integer, nullable=False, server_default=text("1"), comment="Edition of the person's list of that day"
    ),
    instant_column("withdrawn_at", "as_of of the run that took it off: the agent is away; blank: stands"),
    instant_column("told_at", "as_of of the run that mailed the list; blank: not yet"),
    run_column(),
    PrimaryKeyConstraint("work_date", "callback_code", "staff_code"),
    ForeignKeyConstraint(["callback_code"], ["callbacks.callback_code"]),
    ForeignKeyConstraint(["staff_code"], ["staff.staff_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("why_agent", "promised", "familiar", "even", "reassigned"),
    CheckConstraint("tries BETWEEN 1 AND 9", name="tries_range"),
    CheckConstraint("position >= 1 AND edition >= 1", name="counted_from_one"),
    comment="One row per day, callback and agent on whose worklist of that day it stands or stood.",
    info={
        "dataset": "callback_lists",
        "zh": "回访清单",
        "direction": "out",
        "key": ("work_date", "callback_code", "staff_code"),
        "hidden": ("told_at",),
    },
)
Index(
    "callback_lists_standing_key",
    callback_lists.c.work_date,
    callback_lists.c.callback_code,
    unique=True,
    postgresql_where=callback_lists.c.withdrawn_at.is_(None),
)
Index("callback_lists_agent_idx", callback_lists.c.staff_code, callback_lists.c.work_date)
Index("callback_lists_callback_idx", callback_lists.c.callback_code)

callback_attempts = Table(
    "callback_attempts",
    metadata,
    text_column("callback_code", "Callback"),
    instant_column("attempted_at", "Instant of the attempt", nullable=False),
    Column("edition", Integer, nullable=False, comment="1, and one more each time the result's content changed"),
    text_column("staff_code", "Who called"),
    text_column("outcome", "How it went, as it was reported"),
    Column("satisfaction", Integer, nullable=True, comment="Satisfaction, 1 to 5"),
    instant_column("call_later_at", "Instant the customer asked for"),
    text_column("verdict", "counted, noted (true, but no attempt that counts), conflicting or superseded"),
    text_column(
        "reason",
        "Why not counted: before_plan, after_close, too_soon, same_day_part, outside_hours, too_many, by_leaver or "
        "off_roster",
        nullable=True,
    ),
    Column("day_part", Integer, nullable=True, comment="Number of the day part, from 1; blank: outside calling hours"),
    text_column("content_digest", "Digest of the result as it was judged; another content is judged anew"),
    Column("loaded_from", BigInteger, nullable=True, comment="intake_files row it came from when judged"),
    instant_column("judged_at", "as_of of the run that judged it", nullable=False),
    instant_column("told_at", "as_of of the run that told of it; blank: not yet, or nothing to tell"),
    run_column(),
    PrimaryKeyConstraint("callback_code", "attempted_at", "edition"),
    ForeignKeyConstraint(
        ["callback_code", "attempted_at"], ["callback_results.callback_code", "callback_results.attempted_at"]
    ),
    ForeignKeyConstraint(["loaded_from"], ["intake_files.file_id"]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("verdict", "counted", "noted", "conflicting", "superseded"),
    one_of(
        "reason",
        "before_plan",
        "after_close",
        "too_soon",
        "same_day_part",
        "outside_hours",
        "too_many",
        "by_leaver",
        "off_roster",
    ),
    comment="One row per reported attempt and content it was judged with (CB-11): nothing reported is lost.",
    info={
        "dataset": "callback_attempts",
        "zh": "回访记录",
        "direction": "out",
        "key": ("callback_code", "attempted_at", "edition"),
        "hidden": ("content_digest", "loaded_from", "told_at"),
    },
)
Index("callback_attempts_attempted_at_idx", callback_attempts.c.attempted_at)
Index("callback_attempts_judged_idx", callback_attempts.c.judged_at)

callback_conflicts = Table(
    "callback_conflicts",
    metadata,
    text_column("callback_code", "Callback"),
    instant_column("first_at", "Instant of the one attempt", nullable=False),
    Column("first_edition", Integer, nullable=False, comment="Its edition"),
    instant_column("second_at", "Instant of the other; the same for a result that was changed", nullable=False),
    Column("second_edition", Integer, nullable=False, comment="Its edition"),
    text_column(
        "kind", "outcome (reached and not reached), satisfaction (two answers) or changed (one result, two contents)"
    ),
    instant_column("noted_at", "as_of of the run that noticed it", nullable=False),
    instant_column("told_at", "as_of of the run that told the team leader; blank: not yet"),
    run_column(),
    PrimaryKeyConstraint("callback_code", "first_at", "first_edition", "second_at", "second_edition"),
    ForeignKeyConstraint(
        ["callback_code", "first_at", "first_edition"],
        ["callback_attempts.callback_code", "callback_attempts.attempted_at", "callback_attempts.edition"],
    ),
    ForeignKeyConstraint(
        ["callback_code", "second_at", "second_edition"],
        ["callback_attempts.callback_code", "callback_attempts.attempted_at", "callback_attempts.edition"],
    ),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("kind", "outcome", "satisfaction", "changed"),
    comment="One row per pair of results of one callback that cannot both be right; both are kept.",
    info={
        "dataset": "callback_conflicts",
        "zh": "回访结果冲突",
        "direction": "out",
        "key": ("callback_code", "first_at", "second_at"),
        "hidden": ("told_at",),
    },
)

callback_cases = Table(
    "callback_cases",
    metadata,
    text_column("case_code", "Case opened"),
    text_column("purpose", "correction (CB-03) or register_correction (wrong number)"),
    text_column("callback_code", "Callback it came from; blank: a home visit", nullable=True),
    text_column("visit_code", "Home visit it came from", nullable=True),
    text_column("source_case_code", "Case whose work was found wanting; blank: none", nullable=True),
    text_column("customer_code", "Customer concerned", nullable=True),
    text_column("department", "Department it went to"),
    instant_column("opened_at", "Instant it was opened", nullable=False),
    instant_column("told_at", "as_of of the run that told the department; blank: not yet"),
    run_column(),
    PrimaryKeyConstraint("case_code"),
    ForeignKeyConstraint(["case_code"], ["cases.case_code"]),
    ForeignKeyConstraint(["callback_code"], ["callbacks.callback_code"]),
    ForeignKeyConstraint(["visit_code"], ["home_visits.visit_code"]),
    ForeignKeyConstraint(["source_case_code"], ["cases.case_code"]),
    ForeignKeyConstraint(["customer_code"], ["customers.customer_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("purpose", "correction", "register_correction"),
    CheckConstraint("num_nonnulls(callback_code, visit_code) = 1", name="one_origin"),
    comment="One row per case that a callback or home visit opened, with where it came from and where it went.",
    info={
        "dataset": "callback_cases",
        "zh": "回访所开工单",
        "direction": "out",
        "key": ("case_code",),
        "hidden": ("told_at",),
    },
)
Index("callback_cases_callback_idx", callback_cases.c.callback_code)
Index("callback_cases_visit_idx", callback_cases.c.visit_code)

callback_bad_numbers = Table(
    "callback_bad_numbers",
    metadata,
    text_column("customer_code", "Customer"),
    text_column("phone", "Number that was wrong; another one in the register may be called again"),
    text_column("callback_code", "Callback in which it turned out"),
    text_column("case_code", "Case to correct the register"),
    instant_column("noted_at", "Instant of the attempt", nullable=False),
    run_column(),
    PrimaryKeyConstraint("customer_code", "phone"),
    ForeignKeyConstraint(["customer_code"], ["customers.customer_code"]),
    ForeignKeyConstraint(["callback_code"], ["callbacks.callback_code"]),
    ForeignKeyConstraint(["case_code"], ["cases.case_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    comment="One row per customer and telephone number that proved wrong; it is not called again.",
)

dropped_prospects = Table(
    "dropped_prospects",
    metadata,
    text_column("customer_code", "Prospect"),
    Column("dropped_on", Date, nullable=False, comment="Day as of which the prospect was dropped"),
    text_column("reason", "register (a reason stands there), not_interested, interest_unknown, refused or unreachable"),
    text_column("words", "The register's or the agent's words; blank: none", nullable=True),
    text_column("callback_code", "Callback in which it was refused or given up", nullable=True),
    Column("returned_on", Date, nullable=True, comment="Day as of which there was interest again; blank: dropped"),
    instant_column("told_at", "as_of of the run that told of it; blank: not yet"),
    run_column(),
    PrimaryKeyConstraint("customer_code", "dropped_on"),
    ForeignKeyConstraint(["customer_code"], ["customers.customer_code"]),
    ForeignKeyConstraint(["callback_code"], ["callbacks.callback_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("reason", "register", "not_interested", "interest_unknown", "refused", "unreachable"),
    CheckConstraint("returned_on >= dropped_on", name="returned_after_dropped"),
    comment="One row per prospect and day it was dropped, with the reason (CB-05).",
    info={
        "dataset": "dropped_prospects",
        "zh": "淘汰客户",
        "direction": "out",
        "key": ("customer_code", "dropped_on"),
        "hidden": ("told_at",),
    },
)
Index(
    "dropped_prospects_standing_key",
    dropped_prospects.c.customer_code,
    unique=True,
    postgresql_where=dropped_prospects.c.returned_on.is_(None),
)

community_events = Table(
    "community_events",
    metadata,
    text_column("event_code", "Event, such as RECEPTION-001-2026-11"),
    text_column("rule_code", "Rule it comes from"),
    text_column("event", "reception_day, mailbox or committee"),
    text_column("community_code", "Community"),
    text_column("period", "Month, week or half-year it belongs to, such as 2026-11, 2026-W47, 2026-H1"),
    Column("event_on", Date, nullable=True, comment="Day it takes place; blank: no day was left"),
    Column("announce_on", Date, nullable=True, comment="Day from which it is announced"),
    Column("remind_on", Date, nullable=True, comment="Day from which those who hold it are reminded"),
    text_column("state", "planned, announced, reminded or impossible"),
    text_column("reason", "Why impossible or moved: too_late, no_free_day", nullable=True),
    instant_column("announced_at", "as_of of the run that announced it"),
    instant_column("reminded_at", "as_of of the run that reminded"),
    run_column(),
    PrimaryKeyConstraint("event_code"),
    UniqueConstraint("rule_code", "community_code", "period"),
    ForeignKeyConstraint(["community_code"], ["communities.community_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("event", *_EVENTS),
    one_of("state", "planned", "announced", "reminded", "impossible"),
    CheckConstraint("(state = 'impossible') = (event_on IS NULL)", name="impossible_has_no_day"),
    comment="One row per community, rule and period: reception day, mailbox or owners' committee (CB-09, 10).",
    info={"dataset": "community_events", "zh": "小区活动", "direction": "out", "key": ("event_code",)},
)

callback_warnings = Table(
    "callback_warnings",
    metadata,
    text_column("callback_code", "Callback that would miss its window"),
    instant_column("due_by", "Latest instant it had when the warning was given", nullable=False),
    Column(
        "reckoned_on", Date, nullable=True, comment="Day its turn comes by the capacity known; blank: none in sight"
    ),
    text_column("reason", "no_agent, no_capacity or last_day (one more day part is all that is left)"),
    instant_column("warned_at", "as_of of the run that saw it", nullable=False),
    instant_column("told_at", "as_of of the run that told the manager; blank: not yet"),
    run_column(),
    PrimaryKeyConstraint("callback_code", "due_by"),
    ForeignKeyConstraint(["callback_code"], ["callbacks.callback_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("reason", "no_agent", "no_capacity", "last_day"),
    comment="One row per callback and window it was seen to miss before it did.",
    info={
        "dataset": "callback_warnings",
        "zh": "回访预警",
        "direction": "out",
        "key": ("callback_code", "due_by"),
        "hidden": ("told_at",),
    },
)

callback_days = Table(
    "callback_days",
    metadata,
    Column("work_date", Date, nullable=False, comment="Calling day"),
    text_column("scope", "Community code; prospects: the word prospects"),
    count_column("agents", "Agents on the lists"),
    count_column("capacity", "Calls they could make"),
    count_column("listed", "Callbacks on the lists"),
    count_column("carried_over", "Of these, carried over"),
    count_column("waiting", "Open, due by then, and on no list"),
    count_column("attempted", "Attempts reported, counted or not"),
    count_column("reached", "Callbacks reached"),
    count_column("refused", "Callbacks refused"),
    count_column("unreached", "Callbacks given up"),
    count_column("satisfied", "Reached with a satisfaction above the bound"),
    count_column("dissatisfied", "Reached with a satisfaction up to the bound"),
    count_column("missed", "Contacts whose window passed that day"),
    count_column("not_reported", "Listed callbacks of which nothing came back"),
    instant_column("computed_at", "as_of of the run that computed it last", nullable=False),
    instant_column("told_at", "as_of of the run that told of it; blank: not yet"),
    run_column(),
    PrimaryKeyConstraint("work_date", "scope"),
    ForeignKeyConstraint(*_RUN_KEY),
    comment="One row per calling day and community: the day's figures.",
    info={
        "dataset": "callback_days",
        "zh": "回访日报",
        "direction": "out",
        "key": ("work_date", "scope"),
        "hidden": ("told_at",),
    },
)

callback_remarks = Table(
    "callback_remarks",
    metadata,
    Column("remark_id", BigInteger, Identity(), nullable=False, comment="Technical key"),
    text_column("kind", "What is amiss, such as result_before_plan, no_agent, visit_not_signed or form_edited"),
    text_column("subject", "What it is about: callback, case, customer, visit, file, or community and day"),
    text_column("community_code", "Community; blank: none", nullable=True),
    Column("detail", JSONB, nullable=False, comment="Values that the sentence about it needs; codes, never names"),
    instant_column("noted_at", "as_of of the run that noticed it first", nullable=False),
    instant_column("told_at", "as_of of the run that told of it; blank: not yet"),
    run_column(),
    PrimaryKeyConstraint("remark_id"),
    UniqueConstraint("kind", "subject"),
    ForeignKeyConstraint(["community_code"], ["communities.community_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    comment="One row per thing the callback pipeline could not take as it is, or that somebody must know of.",
    info={
        "dataset": "callback_remarks",
        "zh": "回访提示",
        "direction": "out",
        "key": ("kind", "subject"),
        "hidden": ("remark_id", "told_at"),
    },
)

callback_progress = Table(
    "callback_progress",
    metadata,
    text_column("scope", "Community code; prospects: the word prospects"),
    Column("planned_to", Date, nullable=False, comment="Last day up to which everything is planned"),
    Column("listed_to", Date, nullable=True, comment="Last day whose lists were made"),
    instant_column("computed_to", "Latest as_of a step worked for; time never runs backwards", nullable=False),
    Column(
        "live_from",
        Date,
        nullable=True,
        comment="live_from it was planned with; an earlier one looks at all cases anew",
    ),
    run_column(),
    PrimaryKeyConstraint("scope"),
    ForeignKeyConstraint(*_RUN_KEY),
    comment="One row per community served, and one for prospects: how far callbacks are planned.",
)

callback_case_changes = Table(
    "callback_case_changes",
    metadata,
    text_column("case_code", "Case whose finishing events, row or paid lines were written"),
    comment="One row per case written since the last plan, several allowed; filled by triggers, emptied by the run. "
    "Without key or index, so that loading events stays cheap.",
)
