"""Callbacks: contacts, lists, attempts, conflicts, cases, events

Revision: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

from guanjia.settings import environment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

FUNCTIONS = ("note_callback_cases.sql",)
"""Files of sql/migrations this revision creates the functions and triggers from."""


CHECKS = (
    ("callbacks_satisfaction_range_check", "satisfaction BETWEEN 1 AND 5"),
    ("callbacks_channel_choice_check", "channel IN ('call', 'mail', 'manager')"),
    ("callbacks_due_after_not_before_check", "due_by >= not_before"),
    ("callbacks_closed_has_instant_check", "(state = 'planned') = (closed_at IS NULL)"),
    (
        "callbacks_closed_reason_choice_check",
        "closed_reason IN ('exhausted', 'wrong_number', 'window_missed', 'satisfied', 'reopened', 'customer_gone', "
        "'do_not_call', 'dropped', 'rule_gone')",
    ),
    ("callbacks_nobody_goes_to_manager_check", "customer_code IS NOT NULL OR channel = 'manager'"),
)
"""Checks of callbacks, with their conditions."""


def upgrade() -> None:
    """Create and widen the tables."""
    op.create_table(
        "callback_case_changes",
        sa.Column(
            "case_code",
            sa.Text(),
            nullable=False,
            comment="Case whose finishing events, row or paid lines were written",
        ),
        comment="One row per case written since the last plan, several allowed; filled by triggers, emptied by the run. Without key or index, so that loading events stays cheap.",
    )
    op.create_table(
        "callback_days",
        sa.Column("work_date", sa.Date(), nullable=False, comment="Calling day"),
        sa.Column("scope", sa.Text(), nullable=False, comment="Community code; prospects: the word prospects"),
        sa.Column("agents", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="Agents on the lists"),
        sa.Column(
            "capacity", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="Calls they could make"
        ),
        sa.Column(
            "listed", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="Callbacks on the lists"
        ),
        sa.Column(
            "carried_over", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="Of these, carried over"
        ),
        sa.Column(
            "waiting",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Open, due by then, and on no list",
        ),
        sa.Column(
            "attempted",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Attempts reported, counted or not",
        ),
        sa.Column("reached", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="Callbacks reached"),
        sa.Column("refused", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="Callbacks refused"),
        sa.Column("unreached", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="Callbacks given up"),
        sa.Column(
            "satisfied",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Reached with a satisfaction above the bound",
        ),
        sa.Column(
            "dissatisfied",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Reached with a satisfaction up to the bound",
        ),
        sa.Column(
            "missed",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Contacts whose window passed that day",
        ),
        sa.Column(
            "not_reported",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Listed callbacks of which nothing came back",
        ),
        sa.Column(
            "computed_at", sa.DateTime(timezone=True), nullable=False, comment="as_of of the run that computed it last"
        ),
        sa.Column(
            "told_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that told of it; blank: not yet",
        ),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("callback_days_run_id_fk")),
        sa.PrimaryKeyConstraint("work_date", "scope", name=op.f("callback_days_pk")),
        comment="One row per calling day and community: the day's figures.",
        info={
            "dataset": "callback_days",
            "zh": "回访日报",
            "direction": "out",
            "key": ("work_date", "scope"),
            "hidden": ("told_at",),
        },
    )
    op.create_table(
        "callback_progress",
        sa.Column("scope", sa.Text(), nullable=False, comment="Community code; prospects: the word prospects"),
        sa.Column("planned_to", sa.Date(), nullable=False, comment="Last day up to which everything is planned"),
        sa.Column("listed_to", sa.Date(), nullable=True, comment="Last day whose lists were made"),
        sa.Column(
            "computed_to",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="Latest as_of a step worked for; time never runs backwards",
        ),
        sa.Column(
            "live_from",
            sa.Date(),
            nullable=True,
            comment="live_from it was planned with; an earlier one looks at all cases anew",
        ),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("callback_progress_run_id_fk")),
        sa.PrimaryKeyConstraint("scope", name=op.f("callback_progress_pk")),
        comment="One row per community served, and one for prospects: how far callbacks are planned.",
    )
    op.create_table(
        "callback_remarks",
        sa.Column("remark_id", sa.BigInteger(), sa.Identity(always=False), nullable=False, comment="Technical key"),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="What is amiss, such as result_before_plan, no_agent, visit_not_signed or form_edited",
        ),
        sa.Column(
            "subject",
            sa.Text(),
            nullable=False,
            comment="What it is about: callback, case, customer, visit, file, or community and day",
        ),
        sa.Column("community_code", sa.Text(), nullable=True, comment="Community; blank: none"),
        sa.Column(
            "detail",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="Values that the sentence about it needs; codes, never names",
        ),
        sa.Column(
            "noted_at", sa.DateTime(timezone=True), nullable=False, comment="as_of of the run that noticed it first"
        ),
        sa.Column(
            "told_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that told of it; blank: not yet",
        ),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.ForeignKeyConstraint(
            ["community_code"], ["communities.community_code"], name=op.f("callback_remarks_community_code_fk")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("callback_remarks_run_id_fk")),
        sa.PrimaryKeyConstraint("remark_id", name=op.f("callback_remarks_pk")),
        sa.UniqueConstraint("kind", "subject", name=op.f("callback_remarks_kind_subject_key")),
        comment="One row per thing the callback pipeline could not take as it is, or that somebody must know of.",
        info={
            "dataset": "callback_remarks",
            "zh": "回访提示",
            "direction": "out",
            "key": ("kind", "subject"),
            "hidden": ("remark_id", "told_at"),
        },
    )
    op.create_table(
        "community_events",
        sa.Column("event_code", sa.Text(), nullable=False, comment="Event, such as RECEPTION-001-2026-11"),
        sa.Column("rule_code", sa.Text(), nullable=False, comment="Rule it comes from"),
        sa.Column("event", sa.Text(), nullable=False, comment="reception_day, mailbox or committee"),
        sa.Column("community_code", sa.Text(), nullable=False, comment="Community"),
        sa.Column(
            "period",
            sa.Text(),
            nullable=False,
            comment="Month, week or half-year it belongs to, such as 2026-11, 2026-W47, 2026-H1",
        ),
        sa.Column("event_on", sa.Date(), nullable=True, comment="Day it takes place; blank: no day was left"),
        sa.Column("announce_on", sa.Date(), nullable=True, comment="Day from which it is announced"),
        sa.Column("remind_on", sa.Date(), nullable=True, comment="Day from which those who hold it are reminded"),
        sa.Column("state", sa.Text(), nullable=False, comment="planned, announced, reminded or impossible"),
        sa.Column("reason", sa.Text(), nullable=True, comment="Why impossible or moved: too_late, no_free_day"),
        sa.Column(
            "announced_at", sa.DateTime(timezone=True), nullable=True, comment="as_of of the run that announced it"
        ),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True, comment="as_of of the run that reminded"),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.CheckConstraint(
            "(state = 'impossible') = (event_on IS NULL)", name=op.f("community_events_impossible_has_no_day_check")
        ),
        sa.CheckConstraint(
            "event IN ('reception_day', 'mailbox', 'committee')", name=op.f("community_events_event_choice_check")
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'announced', 'reminded', 'impossible')",
            name=op.f("community_events_state_choice_check"),
        ),
        sa.ForeignKeyConstraint(
            ["community_code"], ["communities.community_code"], name=op.f("community_events_community_code_fk")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("community_events_run_id_fk")),
        sa.PrimaryKeyConstraint("event_code", name=op.f("community_events_pk")),
        sa.UniqueConstraint(
            "rule_code", "community_code", "period", name=op.f("community_events_rule_code_community_code_period_key")
        ),
        comment="One row per community, rule and period: reception day, mailbox or owners' committee (CB-09, 10).",
        info={"dataset": "community_events", "zh": "小区活动", "direction": "out", "key": ("event_code",)},
    )
    op.create_table(
        "callback_lists",
        sa.Column("work_date", sa.Date(), nullable=False, comment="Day of the list"),
        sa.Column("callback_code", sa.Text(), nullable=False, comment="Callback on it"),
        sa.Column("staff_code", sa.Text(), nullable=False, comment="Whose list it is"),
        sa.Column("position", sa.Integer(), nullable=False, comment="Place on that person's list of that day, from 1"),
        sa.Column(
            "tries",
            sa.Integer(),
            nullable=False,
            comment="Calls reserved for it that day; more than one on its last day",
        ),
        sa.Column(
            "parts", sa.Text(), nullable=False, comment="Numbers of the day parts to try in, in order, comma-separated"
        ),
        sa.Column(
            "call_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Instant promised to the customer; blank: any within the parts",
        ),
        sa.Column(
            "is_carried_over",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Stood on an earlier list, or found no room before",
        ),
        sa.Column(
            "why_agent", sa.Text(), nullable=False, comment="Why this agent: promised, familiar, even, reassigned"
        ),
        sa.Column(
            "edition",
            sa.Integer(),
            server_default=sa.text("1"),
            nullable=False,
            comment="Edition of the person's list of that day",
        ),
        sa.Column(
            "withdrawn_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that took it off: the agent is away; blank: stands",
        ),
        sa.Column(
            "told_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that mailed the list; blank: not yet",
        ),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.CheckConstraint(
            "why_agent IN ('promised', 'familiar', 'even', 'reassigned')",
            name=op.f("callback_lists_why_agent_choice_check"),
        ),
        sa.CheckConstraint("position >= 1 AND edition >= 1", name=op.f("callback_lists_counted_from_one_check")),
        sa.CheckConstraint("tries BETWEEN 1 AND 9", name=op.f("callback_lists_tries_range_check")),
        sa.ForeignKeyConstraint(
            ["callback_code"], ["callbacks.callback_code"], name=op.f("callback_lists_callback_code_fk")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("callback_lists_run_id_fk")),
        sa.ForeignKeyConstraint(["staff_code"], ["staff.staff_code"], name=op.f("callback_lists_staff_code_fk")),
        sa.PrimaryKeyConstraint("work_date", "callback_code", "staff_code", name=op.f("callback_lists_pk")),
        comment="One row per day, callback and agent on whose worklist of that day it stands or stood.",
        info={
            "dataset": "callback_lists",
            "zh": "回访清单",
            "direction": "out",
            "key": ("work_date", "callback_code", "staff_code"),
            "hidden": ("told_at",),
        },
    )
    op.create_index("callback_lists_agent_idx", "callback_lists", ["staff_code", "work_date"], unique=False)
    op.create_index("callback_lists_callback_idx", "callback_lists", ["callback_code"], unique=False)
    op.create_index(
        "callback_lists_standing_key",
        "callback_lists",
        ["work_date", "callback_code"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "callback_warnings",
        sa.Column("callback_code", sa.Text(), nullable=False, comment="Callback that would miss its window"),
        sa.Column(
            "due_by",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="Latest instant it had when the warning was given",
        ),
        sa.Column(
            "reckoned_on",
            sa.Date(),
            nullable=True,
            comment="Day its turn comes by the capacity known; blank: none in sight",
        ),
        sa.Column(
            "reason",
            sa.Text(),
            nullable=False,
            comment="no_agent, no_capacity or last_day (one more day part is all that is left)",
        ),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=False, comment="as_of of the run that saw it"),
        sa.Column(
            "told_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that told the manager; blank: not yet",
        ),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.CheckConstraint(
            "reason IN ('no_agent', 'no_capacity', 'last_day')", name=op.f("callback_warnings_reason_choice_check")
        ),
        sa.ForeignKeyConstraint(
            ["callback_code"], ["callbacks.callback_code"], name=op.f("callback_warnings_callback_code_fk")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("callback_warnings_run_id_fk")),
        sa.PrimaryKeyConstraint("callback_code", "due_by", name=op.f("callback_warnings_pk")),
        comment="One row per callback and window it was seen to miss before it did.",
        info={
            "dataset": "callback_warnings",
            "zh": "回访预警",
            "direction": "out",
            "key": ("callback_code", "due_by"),
            "hidden": ("told_at",),
        },
    )
    op.create_table(
        "dropped_prospects",
        sa.Column("customer_code", sa.Text(), nullable=False, comment="Prospect"),
        sa.Column("dropped_on", sa.Date(), nullable=False, comment="Day as of which the prospect was dropped"),
        sa.Column(
            "reason",
            sa.Text(),
            nullable=False,
            comment="register (a reason stands there), not_interested, interest_unknown, refused or unreachable",
        ),
        sa.Column("words", sa.Text(), nullable=True, comment="The register's or the agent's words; blank: none"),
        sa.Column("callback_code", sa.Text(), nullable=True, comment="Callback in which it was refused or given up"),
        sa.Column(
            "returned_on", sa.Date(), nullable=True, comment="Day as of which there was interest again; blank: dropped"
        ),
        sa.Column(
            "told_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that told of it; blank: not yet",
        ),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.CheckConstraint(
            "reason IN ('register', 'not_interested', 'interest_unknown', 'refused', 'unreachable')",
            name=op.f("dropped_prospects_reason_choice_check"),
        ),
        sa.CheckConstraint("returned_on >= dropped_on", name=op.f("dropped_prospects_returned_after_dropped_check")),
        sa.ForeignKeyConstraint(
            ["callback_code"], ["callbacks.callback_code"], name=op.f("dropped_prospects_callback_code_fk")
        ),
        sa.ForeignKeyConstraint(
            ["customer_code"], ["customers.customer_code"], name=op.f("dropped_prospects_customer_code_fk")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("dropped_prospects_run_id_fk")),
        sa.PrimaryKeyConstraint("customer_code", "dropped_on", name=op.f("dropped_prospects_pk")),
        comment="One row per prospect and day it was dropped, with the reason (CB-05).",
        info={
            "dataset": "dropped_prospects",
            "zh": "淘汰客户",
            "direction": "out",
            "key": ("customer_code", "dropped_on"),
            "hidden": ("told_at",),
        },
    )
    op.create_index(
        "dropped_prospects_standing_key",
        "dropped_prospects",
        ["customer_code"],
        unique=True,
        postgresql_where=sa.text("returned_on IS NULL"),
    )
    op.create_table(
        "callback_attempts",
        sa.Column("callback_code", sa.Text(), nullable=False, comment="Callback"),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=False, comment="Instant of the attempt"),
        sa.Column(
            "edition", sa.Integer(), nullable=False, comment="1, and one more each time the result's content changed"
        ),
        sa.Column("staff_code", sa.Text(), nullable=False, comment="Who called"),
        sa.Column("outcome", sa.Text(), nullable=False, comment="How it went, as it was reported"),
        sa.Column("satisfaction", sa.Integer(), nullable=True, comment="Satisfaction, 1 to 5"),
        sa.Column("call_later_at", sa.DateTime(timezone=True), nullable=True, comment="Instant the customer asked for"),
        sa.Column(
            "verdict",
            sa.Text(),
            nullable=False,
            comment="counted, noted (true, but no attempt that counts), conflicting or superseded",
        ),
        sa.Column(
            "reason",
            sa.Text(),
            nullable=True,
            comment="Why not counted: before_plan, after_close, too_soon, same_day_part, outside_hours, too_many, by_leaver or off_roster",
        ),
        sa.Column(
            "day_part",
            sa.Integer(),
            nullable=True,
            comment="Number of the day part, from 1; blank: outside calling hours",
        ),
        sa.Column(
            "content_digest",
            sa.Text(),
            nullable=False,
            comment="Digest of the result as it was judged; another content is judged anew",
        ),
        sa.Column("loaded_from", sa.BigInteger(), nullable=True, comment="intake_files row it came from when judged"),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False, comment="as_of of the run that judged it"),
        sa.Column(
            "told_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that told of it; blank: not yet, or nothing to tell",
        ),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.CheckConstraint(
            "reason IN ('before_plan', 'after_close', 'too_soon', 'same_day_part', 'outside_hours', 'too_many', 'by_leaver', 'off_roster')",
            name=op.f("callback_attempts_reason_choice_check"),
        ),
        sa.CheckConstraint(
            "verdict IN ('counted', 'noted', 'conflicting', 'superseded')",
            name=op.f("callback_attempts_verdict_choice_check"),
        ),
        sa.ForeignKeyConstraint(
            ["callback_code", "attempted_at"],
            ["callback_results.callback_code", "callback_results.attempted_at"],
            name=op.f("callback_attempts_callback_code_attempted_at_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["loaded_from"], ["intake_files.file_id"], name=op.f("callback_attempts_loaded_from_fk")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("callback_attempts_run_id_fk")),
        sa.PrimaryKeyConstraint("callback_code", "attempted_at", "edition", name=op.f("callback_attempts_pk")),
        comment="One row per reported attempt and content it was judged with (CB-11): nothing reported is lost.",
        info={
            "dataset": "callback_attempts",
            "zh": "回访记录",
            "direction": "out",
            "key": ("callback_code", "attempted_at", "edition"),
            "hidden": ("content_digest", "loaded_from", "told_at"),
        },
    )
    op.create_index("callback_attempts_judged_idx", "callback_attempts", ["judged_at"], unique=False)
    op.create_table(
        "callback_bad_numbers",
        sa.Column("customer_code", sa.Text(), nullable=False, comment="Customer"),
        sa.Column(
            "phone",
            sa.Text(),
            nullable=False,
            comment="Number that was wrong; another one in the register may be called again",
        ),
        sa.Column("callback_code", sa.Text(), nullable=False, comment="Callback in which it turned out"),
        sa.Column("case_code", sa.Text(), nullable=False, comment="Case to correct the register"),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False, comment="Instant of the attempt"),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.ForeignKeyConstraint(
            ["callback_code"], ["callbacks.callback_code"], name=op.f("callback_bad_numbers_callback_code_fk")
        ),
        sa.ForeignKeyConstraint(["case_code"], ["cases.case_code"], name=op.f("callback_bad_numbers_case_code_fk")),
        sa.ForeignKeyConstraint(
            ["customer_code"], ["customers.customer_code"], name=op.f("callback_bad_numbers_customer_code_fk")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("callback_bad_numbers_run_id_fk")),
        sa.PrimaryKeyConstraint("customer_code", "phone", name=op.f("callback_bad_numbers_pk")),
        comment="One row per customer and telephone number that proved wrong; it is not called again.",
    )
    op.create_table(
        "callback_cases",
        sa.Column("case_code", sa.Text(), nullable=False, comment="Case opened"),
        sa.Column(
            "purpose", sa.Text(), nullable=False, comment="correction (CB-03) or register_correction (wrong number)"
        ),
        sa.Column("callback_code", sa.Text(), nullable=True, comment="Callback it came from; blank: a home visit"),
        sa.Column("visit_code", sa.Text(), nullable=True, comment="Home visit it came from"),
        sa.Column(
            "source_case_code", sa.Text(), nullable=True, comment="Case whose work was found wanting; blank: none"
        ),
        sa.Column("customer_code", sa.Text(), nullable=True, comment="Customer concerned"),
        sa.Column("department", sa.Text(), nullable=False, comment="Department it went to"),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False, comment="Instant it was opened"),
        sa.Column(
            "told_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that told the department; blank: not yet",
        ),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.CheckConstraint(
            "purpose IN ('correction', 'register_correction')", name=op.f("callback_cases_purpose_choice_check")
        ),
        sa.CheckConstraint("num_nonnulls(callback_code, visit_code) = 1", name=op.f("callback_cases_one_origin_check")),
        sa.ForeignKeyConstraint(
            ["callback_code"], ["callbacks.callback_code"], name=op.f("callback_cases_callback_code_fk")
        ),
        sa.ForeignKeyConstraint(["case_code"], ["cases.case_code"], name=op.f("callback_cases_case_code_fk")),
        sa.ForeignKeyConstraint(
            ["customer_code"], ["customers.customer_code"], name=op.f("callback_cases_customer_code_fk")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("callback_cases_run_id_fk")),
        sa.ForeignKeyConstraint(
            ["source_case_code"], ["cases.case_code"], name=op.f("callback_cases_source_case_code_fk")
        ),
        sa.ForeignKeyConstraint(["visit_code"], ["home_visits.visit_code"], name=op.f("callback_cases_visit_code_fk")),
        sa.PrimaryKeyConstraint("case_code", name=op.f("callback_cases_pk")),
        comment="One row per case that a callback or home visit opened, with where it came from and where it went.",
        info={
            "dataset": "callback_cases",
            "zh": "回访所开工单",
            "direction": "out",
            "key": ("case_code",),
            "hidden": ("told_at",),
        },
    )
    op.create_index("callback_cases_callback_idx", "callback_cases", ["callback_code"], unique=False)
    op.create_index("callback_cases_visit_idx", "callback_cases", ["visit_code"], unique=False)
    op.create_table(
        "callback_contacts",
        sa.Column("rule_code", sa.Text(), nullable=False, comment="Rule that made it due; kept although rules change"),
        sa.Column("subject", sa.Text(), nullable=False, comment="What it is about: case:CODE or customer:CODE"),
        sa.Column(
            "occasion",
            sa.Text(),
            nullable=False,
            comment="Occurrence of the case (1, 2 …), or period: month, quarter, year, or day it fell due",
        ),
        sa.Column("trigger", sa.Text(), nullable=False, comment="What made it due"),
        sa.Column("customer_code", sa.Text(), nullable=True, comment="Customer; blank: nobody is known"),
        sa.Column("case_code", sa.Text(), nullable=True, comment="Case it follows; blank: none"),
        sa.Column("community_code", sa.Text(), nullable=True, comment="Community; blank: a prospect"),
        sa.Column(
            "triggered_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="Instant of the fact that made it due; of a period: its first instant",
        ),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False, comment="Earliest instant"),
        sa.Column("due_by", sa.DateTime(timezone=True), nullable=False, comment="Latest instant"),
        sa.Column("priority", sa.Integer(), nullable=False, comment="Lower is called first"),
        sa.Column("max_attempts", sa.Integer(), nullable=False, comment="Attempts before it is given up"),
        sa.Column("channel", sa.Text(), nullable=False, comment="How it is made: call, mail or manager"),
        sa.Column(
            "channel_reason",
            sa.Text(),
            nullable=True,
            comment="Why not by telephone: do_not_call, no_phone, bad_number, no_customer or questionnaire",
        ),
        sa.Column(
            "state",
            sa.Text(),
            nullable=False,
            comment="planned, reached, unreached, refused, cancelled, satisfied or missed",
        ),
        sa.Column("callback_code", sa.Text(), nullable=False, comment="Callback it is part of"),
        sa.Column("satisfaction", sa.Integer(), nullable=True, comment="Satisfaction said in it, 1 to 5"),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True, comment="Instant it ended; blank: planned"),
        sa.Column(
            "closed_reason", sa.Text(), nullable=True, comment="Why it ended without being reached, as of callbacks"
        ),
        sa.Column(
            "satisfied_by",
            sa.Text(),
            nullable=True,
            comment="Call or callback that reached the customer in its period: call:CODE, callback:CODE",
        ),
        sa.Column(
            "missed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that found its window past",
        ),
        sa.Column(
            "missed_reason",
            sa.Text(),
            nullable=True,
            comment="Why: no_agent, no_capacity, not_made, not_reached, not_listed or no_answer_by_mail",
        ),
        sa.Column(
            "missed_told_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that reported it missed",
        ),
        sa.Column(
            "explanation",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="Inputs: event, choice of the customer, the day's share of a period",
        ),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.CheckConstraint(
            "(state = 'planned') = (closed_at IS NULL)", name=op.f("callback_contacts_closed_has_instant_check")
        ),
        sa.CheckConstraint(
            "channel IN ('call', 'mail', 'manager')", name=op.f("callback_contacts_channel_choice_check")
        ),
        sa.CheckConstraint(
            "channel_reason IN ('do_not_call', 'no_phone', 'bad_number', 'no_customer', 'questionnaire')",
            name=op.f("callback_contacts_channel_reason_choice_check"),
        ),
        sa.CheckConstraint(
            "missed_reason IN ('no_agent', 'no_capacity', 'not_made', 'not_reached', 'not_listed', 'no_answer_by_mail')",
            name=op.f("callback_contacts_missed_reason_choice_check"),
        ),
        sa.CheckConstraint(
            "state <> 'missed' OR missed_at IS NOT NULL", name=op.f("callback_contacts_missed_has_instant_check")
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'reached', 'unreached', 'refused', 'cancelled', 'satisfied', 'missed')",
            name=op.f("callback_contacts_state_choice_check"),
        ),
        sa.CheckConstraint(
            "trigger IN ('repair_resolved', 'complaint_answered', 'correction_resolved', 'care', 'prospect', 'year_end', 'paid_service_done')",
            name=op.f("callback_contacts_trigger_choice_check"),
        ),
        sa.CheckConstraint(
            "(missed_at IS NULL) = (missed_reason IS NULL)", name=op.f("callback_contacts_missed_has_reason_check")
        ),
        sa.CheckConstraint("due_by >= not_before", name=op.f("callback_contacts_due_after_not_before_check")),
        sa.ForeignKeyConstraint(
            ["callback_code"], ["callbacks.callback_code"], name=op.f("callback_contacts_callback_code_fk")
        ),
        sa.ForeignKeyConstraint(["case_code"], ["cases.case_code"], name=op.f("callback_contacts_case_code_fk")),
        sa.ForeignKeyConstraint(
            ["community_code"], ["communities.community_code"], name=op.f("callback_contacts_community_code_fk")
        ),
        sa.ForeignKeyConstraint(
            ["customer_code"], ["customers.customer_code"], name=op.f("callback_contacts_customer_code_fk")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("callback_contacts_run_id_fk")),
        sa.PrimaryKeyConstraint("rule_code", "subject", "occasion", name=op.f("callback_contacts_pk")),
        comment="One row per contact a rule made due; contacts of one customer are merged into one callback.",
        info={
            "dataset": "callback_contacts",
            "zh": "应回访事项",
            "direction": "out",
            "key": ("rule_code", "subject", "occasion"),
            "hidden": ("missed_told_at",),
        },
    )
    op.create_index("callback_contacts_callback_idx", "callback_contacts", ["callback_code"], unique=False)
    op.create_index("callback_contacts_case_idx", "callback_contacts", ["case_code"], unique=False)
    op.create_index("callback_contacts_customer_idx", "callback_contacts", ["customer_code", "trigger"], unique=False)
    op.create_index(
        "callback_contacts_missed_idx",
        "callback_contacts",
        ["missed_at"],
        unique=False,
        postgresql_where=sa.text("missed_at IS NOT NULL"),
    )
    op.create_index(
        "callback_contacts_open_idx",
        "callback_contacts",
        ["due_by"],
        unique=False,
        postgresql_where=sa.text("state = 'planned'"),
    )
    op.create_index(
        "callback_contacts_untold_idx",
        "callback_contacts",
        ["community_code"],
        unique=False,
        postgresql_where=sa.text("missed_at IS NOT NULL AND missed_told_at IS NULL"),
    )
    op.create_table(
        "callback_conflicts",
        sa.Column("callback_code", sa.Text(), nullable=False, comment="Callback"),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False, comment="Instant of the one attempt"),
        sa.Column("first_edition", sa.Integer(), nullable=False, comment="Its edition"),
        sa.Column(
            "second_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="Instant of the other; the same for a result that was changed",
        ),
        sa.Column("second_edition", sa.Integer(), nullable=False, comment="Its edition"),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="outcome (reached and not reached), satisfaction (two answers) or changed (one result, two contents)",
        ),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False, comment="as_of of the run that noticed it"),
        sa.Column(
            "told_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that told the team leader; blank: not yet",
        ),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.CheckConstraint(
            "kind IN ('outcome', 'satisfaction', 'changed')", name=op.f("callback_conflicts_kind_choice_check")
        ),
        sa.ForeignKeyConstraint(
            ["callback_code", "first_at", "first_edition"],
            ["callback_attempts.callback_code", "callback_attempts.attempted_at", "callback_attempts.edition"],
            name=op.f("callback_conflicts_callback_code_first_at_first_edition_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["callback_code", "second_at", "second_edition"],
            ["callback_attempts.callback_code", "callback_attempts.attempted_at", "callback_attempts.edition"],
            name=op.f("callback_conflicts_callback_code_second_at_second_edition_fk"),
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("callback_conflicts_run_id_fk")),
        sa.PrimaryKeyConstraint(
            "callback_code",
            "first_at",
            "first_edition",
            "second_at",
            "second_edition",
            name=op.f("callback_conflicts_pk"),
        ),
        comment="One row per pair of results of one callback that cannot both be right; both are kept.",
        info={
            "dataset": "callback_conflicts",
            "zh": "回访结果冲突",
            "direction": "out",
            "key": ("callback_code", "first_at", "second_at"),
            "hidden": ("told_at",),
        },
    )
    op.create_index("callback_results_attempted_at_idx", "callback_results", ["attempted_at"], unique=False)
    op.add_column("callback_rules", sa.Column("enabled", sa.Boolean(), nullable=True, comment="In force; blank: yes"))
    op.add_column(
        "messages",
        sa.Column(
            "reply_to", sa.Text(), nullable=True, comment="Mail address that answers go to; blank: they are not read"
        ),
    )
    op.add_column(
        "callbacks",
        sa.Column(
            "channel",
            sa.Text(),
            server_default=sa.text("'call'"),
            nullable=False,
            comment="call, mail, or manager (by hand)",
        ),
    )
    op.add_column(
        "callbacks", sa.Column("planned_on", sa.Date(), nullable=True, comment="Day as of which it was planned")
    )
    op.add_column(
        "callbacks",
        sa.Column(
            "priority", sa.Integer(), server_default=sa.text("100"), nullable=False, comment="Lower is called first"
        ),
    )
    op.add_column(
        "callbacks",
        sa.Column(
            "max_attempts",
            sa.Integer(),
            server_default=sa.text("3"),
            nullable=False,
            comment="Attempts before it is given up",
        ),
    )
    op.add_column(
        "callbacks",
        sa.Column(
            "used_parts",
            sa.Text(),
            nullable=True,
            comment="Numbers of the day parts tried in this round, comma-separated, ascending",
        ),
    )
    op.add_column(
        "callbacks",
        sa.Column(
            "last_attempt_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Instant of the last attempt, counted or not",
        ),
    )
    op.add_column(
        "callbacks",
        sa.Column(
            "next_from",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Earliest instant of the next attempt; blank: not_before",
        ),
    )
    op.add_column(
        "callbacks",
        sa.Column(
            "promised_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Instant the customer asked to be called at; blank: none, or past",
        ),
    )
    op.add_column(
        "callbacks",
        sa.Column(
            "promises",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Times the customer asked for another time",
        ),
    )
    op.add_column(
        "callbacks",
        sa.Column("familiar_code", sa.Text(), nullable=True, comment="Agent the customer knows; blank: none"),
    )
    op.add_column(
        "callbacks",
        sa.Column(
            "mailed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that wrote the customer's mail; blank: none",
        ),
    )
    op.add_column(
        "callbacks",
        sa.Column(
            "missed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that found its window past; it may still be made",
        ),
    )
    op.add_column(
        "callbacks",
        sa.Column(
            "closed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Instant it ended: the attempt's, or as_of of the run that closed it; blank: planned",
        ),
    )
    op.add_column(
        "callbacks",
        sa.Column(
            "closed_reason",
            sa.Text(),
            nullable=True,
            comment="Why unreached or cancelled: exhausted, wrong_number, window_missed, satisfied, reopened, customer_gone, do_not_call, dropped or rule_gone",
        ),
    )
    op.add_column(
        "callbacks",
        sa.Column(
            "told_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that told the manager of it (manager's list, unreached); blank: not yet",
        ),
    )
    op.alter_column(
        "callbacks",
        "callback_code",
        existing_type=sa.TEXT(),
        comment="Callback code, such as H261122-C0001",
        existing_comment="Callback code",
        existing_nullable=False,
    )
    op.alter_column(
        "callbacks",
        "rules",
        existing_type=sa.TEXT(),
        comment="Rules it answers, comma-separated, by priority",
        existing_comment="Rules it answers, comma-separated",
        existing_nullable=False,
    )
    op.alter_column(
        "callbacks",
        "customer_code",
        existing_type=sa.TEXT(),
        comment="Customer; blank: nobody is known to be called",
        existing_comment="Customer",
        existing_nullable=True,
    )
    op.alter_column(
        "callbacks",
        "community_code",
        existing_type=sa.TEXT(),
        nullable=True,
        comment="Community; blank: a prospect, who belongs to none",
        existing_comment="Community",
    )
    op.alter_column(
        "callbacks",
        "staff_code",
        existing_type=sa.TEXT(),
        comment="Agent on whose list it stands or stood last; blank: it waits",
        existing_comment="Agent",
        existing_nullable=True,
    )
    op.alter_column(
        "callbacks",
        "attempts",
        existing_type=sa.INTEGER(),
        comment="Attempts made that count",
        existing_comment="Attempts made",
        existing_nullable=False,
        existing_server_default=sa.text("0"),
    )
    op.alter_column(
        "callbacks",
        "run_id",
        existing_type=sa.BIGINT(),
        comment="Run that wrote the row last",
        existing_comment="Run that wrote the row",
        existing_nullable=True,
    )
    op.create_index(
        "callbacks_closed_idx",
        "callbacks",
        ["closed_at"],
        unique=False,
        postgresql_where=sa.text("state != 'planned'"),
    )
    op.create_index("callbacks_customer_idx", "callbacks", ["customer_code", "closed_at"], unique=False)
    op.create_index(
        "callbacks_one_voice_key",
        "callbacks",
        ["customer_code"],
        unique=True,
        postgresql_where=sa.text("state = 'planned'"),
    )
    op.create_index(
        "callbacks_open_idx", "callbacks", ["due_by"], unique=False, postgresql_where=sa.text("state = 'planned'")
    )
    op.create_index(
        "callbacks_untold_idx",
        "callbacks",
        ["callback_code"],
        unique=False,
        postgresql_where=sa.text("told_at IS NULL AND (channel = 'manager' OR state = 'unreached')"),
    )
    op.create_foreign_key(op.f("callbacks_familiar_code_fk"), "callbacks", "staff", ["familiar_code"], ["staff_code"])
    op.create_table_comment(
        "callbacks",
        "One row per callback planned: one conversation with one customer, whatever rules it answers.",
        existing_comment="One row per callback planned.",
        schema=None,
    )
    op.execute("UPDATE callbacks SET closed_at = due_by WHERE state <> 'planned'")
    for name, condition in CHECKS:
        op.create_check_constraint(op.f(name), "callbacks", condition)
    for name in FUNCTIONS:
        source = (environment().project_root / "sql" / "migrations" / name).read_text(encoding="utf-8")
        op.get_bind().exec_driver_sql(source.replace("%", "%%"))


def downgrade() -> None:
    """Not offered: restore the backup made before the upgrade (``guanjia restore``)."""
    raise NotImplementedError("Restore the backup made before the upgrade.")
