"""Quality checks: draws, samples, scores, appeals, lots, results, ranking

Revision: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

from guanjia.settings import environment

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

FUNCTIONS = ("note_late_items.sql", "note_scored_samples.sql", "group_statistics_of_cases.sql")
"""Files of sql/migrations this revision creates functions, triggers and statistics from."""

CHECKS = (
    ("samples_random_probability_range_check", "random_probability >= 0 AND random_probability <= 1"),
    ("samples_risk_probability_range_check", "risk_probability >= 0 AND risk_probability <= 1"),
    ("samples_state_choice_check", "state IN ('waiting', 'scored', 'appealed', 'final', 'expired')"),
    ("samples_unassigned_reason_choice_check", "unassigned_reason IN ('no_reviewer', 'own_team', 'no_room')"),
    ("samples_score_range_check", "score BETWEEN 0 AND 100"),
    ("samples_two_reviewers_check", "second_reviewer <> reviewer"),
    ("samples_never_oneself_check", "reviewer <> staff_code AND second_reviewer <> staff_code"),
    ("samples_audit_has_source_check", "(reason = 'audit') = (audits_code IS NOT NULL)"),
)
"""Checks of samples, with their conditions."""


def upgrade() -> None:
    """Create and widen the tables."""
    op.create_table(
        "quality_late_items",
        sa.Column("subject_kind", sa.Text(), nullable=False, comment="call or case"),
        sa.Column("subject_code", sa.Text(), nullable=False, comment="Call or case"),
        sa.CheckConstraint(
            "subject_kind IN ('call', 'case')", name=op.f("quality_late_items_subject_kind_choice_check")
        ),
        comment="One row per call or closing of a case that came in after the draw of its week, several allowed; filled by triggers, emptied by the next draw, whose frame it joins. Without key or index, so that loading stays cheap.",
    )
    op.create_table(
        "quality_score_changes",
        sa.Column("sample_code", sa.Text(), nullable=False, comment="Sample of which scores were written"),
        comment="One row per sample and statement that wrote scores of it, several allowed; filled by triggers, emptied by the run that judges them. Without key or index, so that loading stays cheap.",
    )
    op.create_table(
        "quality_agreements",
        sa.Column("period", sa.Text(), nullable=False, comment="Week or month"),
        sa.Column("pairs", sa.Integer(), nullable=False, comment="Items scored by both reviewers"),
        sa.Column(
            "both_conforming",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Both found them conforming",
        ),
        sa.Column(
            "first_only",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Only the first found them nonconforming",
        ),
        sa.Column(
            "second_only",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Only the second found them nonconforming",
        ),
        sa.Column(
            "both_nonconforming",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Both found them nonconforming",
        ),
        sa.Column("kappa", sa.Numeric(), nullable=True, comment="Cohen's kappa, -1 to 1; blank: undefined"),
        sa.Column("low_95", sa.Numeric(), nullable=True, comment="Lower bound of its 95 % interval; blank: undefined"),
        sa.Column("high_95", sa.Numeric(), nullable=True, comment="Upper bound of its 95 % interval"),
        sa.Column(
            "mean_difference",
            sa.Numeric(),
            nullable=True,
            comment="Mean absolute difference of the two scores; blank: no pair",
        ),
        sa.Column(
            "computed_at", sa.DateTime(timezone=True), nullable=False, comment="as_of of the run that computed it last"
        ),
        sa.Column(
            "inputs_digest",
            sa.Text(),
            nullable=True,
            comment="Digest of what the period's results were computed from; the same: nothing is computed anew",
        ),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("quality_agreements_run_id_fk")),
        sa.PrimaryKeyConstraint("period", name=op.f("quality_agreements_pk")),
        comment="One row per period: how far two reviewers who scored the same item, blind, agree.",
        info={
            "dataset": "quality_agreements",
            "zh": "质检一致性",
            "direction": "out",
            "key": ("period",),
            "hidden": ("inputs_digest",),
        },
    )
    op.create_table(
        "quality_draws",
        sa.Column(
            "draw_code",
            sa.Text(),
            nullable=False,
            comment="Draw: week or month, and section where there are several, such as W2026-47 or M2026-10/001",
        ),
        sa.Column("kind", sa.Text(), nullable=False, comment="weekly or month_end"),
        sa.Column("period", sa.Text(), nullable=False, comment="Week (2026-W47) or month (2026-10)"),
        sa.Column(
            "section", sa.Text(), nullable=False, comment="Community with reviewers of its own; company: all the others"
        ),
        sa.Column("frame_from", sa.DateTime(timezone=True), nullable=False, comment="Start of the period, inclusive"),
        sa.Column(
            "frame_to",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="End of the period, exclusive; facts from then on are not looked at",
        ),
        sa.Column(
            "seed_word", sa.Text(), nullable=False, comment="Word the seeds come from: the setting's, and the period"
        ),
        sa.Column("random_seed", sa.BigInteger(), nullable=False, comment="Seed of the random part's keyed hash"),
        sa.Column("risk_seed", sa.BigInteger(), nullable=False, comment="Seed of the risk part's keyed hash"),
        sa.Column(
            "double_seed", sa.BigInteger(), nullable=False, comment="Seed of double scoring and of who scores what"
        ),
        sa.Column(
            "frame_digest",
            sa.Text(),
            nullable=False,
            comment="sha256 of the frame: strata and risk classes with their items' hashes, in any row order",
        ),
        sa.Column("frame_items", sa.BigInteger(), nullable=False, comment="Calls and cases closed in the period"),
        sa.Column(
            "population",
            sa.BigInteger(),
            nullable=False,
            comment="Of these, could be drawn: judgeable and never drawn before",
        ),
        sa.Column(
            "late_items",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Of these, came in after the draw of their own week",
        ),
        sa.Column(
            "capacity",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Items the reviewers can score, second scores included",
        ),
        sa.Column(
            "minimum_needed",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Items that the minimum of every agent calls for",
        ),
        sa.Column(
            "random_items",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Drawn at random in proportion",
        ),
        sa.Column(
            "minimum_items",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Drawn at random for the minimum",
        ),
        sa.Column(
            "risk_items",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Drawn by risk and not at random too",
        ),
        sa.Column(
            "top_up_items",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Drawn for the acceptance plans",
        ),
        sa.Column(
            "audit_items",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Corrections looked at again",
        ),
        sa.Column("double_items", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="Scored twice"),
        sa.Column(
            "dropped_items",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Minimum, top-up or second scores that found no room",
        ),
        sa.Column(
            "explanation",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="Policies, capacity by reviewer, what was dropped and why",
        ),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False, comment="as_of of the run that drew it"),
        sa.Column("due_on", sa.Date(), nullable=False, comment="Day by which it is scored"),
        sa.Column(
            "told_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that told the reviewers and team leaders; blank: not yet",
        ),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.CheckConstraint("kind IN ('weekly', 'month_end')", name=op.f("quality_draws_kind_choice_check")),
        sa.CheckConstraint("frame_to > frame_from", name=op.f("quality_draws_to_after_from_check")),
        sa.CheckConstraint("population <= frame_items", name=op.f("quality_draws_population_in_frame_check")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("quality_draws_run_id_fk")),
        sa.PrimaryKeyConstraint("draw_code", name=op.f("quality_draws_pk")),
        sa.UniqueConstraint("period", "section", name=op.f("quality_draws_period_section_key")),
        comment="One row per draw: the frame it was drawn from, its seeds and what came of it.",
        info={
            "dataset": "quality_draws",
            "zh": "质检抽样批次",
            "direction": "out",
            "key": ("draw_code",),
            "hidden": ("told_at",),
        },
    )
    op.create_table(
        "quality_findings",
        sa.Column("period", sa.Text(), nullable=False, comment="Week in which it became known, such as 2026-W47"),
        sa.Column(
            "check_name",
            sa.Text(),
            nullable=False,
            comment="blank_fields, answered_late, no_callback or promise_broken",
        ),
        sa.Column("subject_kind", sa.Text(), nullable=False, comment="call or case"),
        sa.Column("subject_code", sa.Text(), nullable=False, comment="Call or case"),
        sa.Column("staff_code", sa.Text(), nullable=True, comment="Agent responsible; blank: nobody is known"),
        sa.Column("team_code", sa.Text(), nullable=True, comment="Team of the agent on that day; blank: none"),
        sa.Column("community_code", sa.Text(), nullable=True, comment="Community; blank: none"),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False, comment="Instant of the fact"),
        sa.Column(
            "detail",
            sa.Text(),
            nullable=True,
            comment="Columns left blank, milestone missed, callback concerned; codes, comma-separated",
        ),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.CheckConstraint(
            "check_name IN ('blank_fields', 'answered_late', 'no_callback', 'promise_broken')",
            name=op.f("quality_findings_check_name_choice_check"),
        ),
        sa.CheckConstraint("subject_kind IN ('call', 'case')", name=op.f("quality_findings_subject_kind_choice_check")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("quality_findings_run_id_fk")),
        sa.PrimaryKeyConstraint(
            "period", "check_name", "subject_kind", "subject_code", name=op.f("quality_findings_pk")
        ),
        comment="One row per week, automatic check and item that fails it (CASE-04); all items are checked, not a sample.",
        info={
            "dataset": "quality_findings",
            "zh": "自动检查",
            "direction": "out",
            "key": ("period", "check_name", "subject_kind", "subject_code"),
            "hidden": (),
        },
    )
    op.create_table(
        "quality_progress",
        sa.Column("only_row", sa.Boolean(), server_default=sa.text("true"), nullable=False, comment="Always true"),
        sa.Column(
            "drawn_to",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="End of the last week drawn, exclusive: what is older and comes in now is late",
        ),
        sa.Column(
            "month_drawn", sa.Text(), nullable=True, comment="Last month whose acceptance plans were drawn, YYYY-MM"
        ),
        sa.Column(
            "month_closed", sa.Text(), nullable=True, comment="Last month whose lots and ranking were closed, YYYY-MM"
        ),
        sa.Column(
            "first_day", sa.Date(), nullable=True, comment="First day sampled: the earliest live_from at the first draw"
        ),
        sa.Column(
            "computed_to",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="Latest as_of a step worked for; time never runs backwards",
        ),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.CheckConstraint("only_row", name=op.f("quality_progress_one_row_check")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("quality_progress_run_id_fk")),
        sa.PrimaryKeyConstraint("only_row", name=op.f("quality_progress_pk")),
        comment="One row: how far weeks and months are drawn and closed.",
    )
    op.create_table(
        "quality_roster_warnings",
        sa.Column("day", sa.Date(), nullable=False, comment="Day short of support people"),
        sa.Column(
            "on_duty", sa.Integer(), nullable=False, comment="Support people on the roster when it was noted last"
        ),
        sa.Column("needed", sa.Integer(), nullable=False, comment="Support people needed"),
        sa.Column(
            "noted_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="as_of of the run that noted it, or noted it getting worse",
        ),
        sa.Column(
            "resolved_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that found enough again; blank: stands",
        ),
        sa.Column(
            "told_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that told of it; blank: not yet",
        ),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.CheckConstraint("on_duty >= 0 AND needed >= 1", name=op.f("quality_roster_warnings_never_negative_check")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("quality_roster_warnings_run_id_fk")),
        sa.PrimaryKeyConstraint("day", name=op.f("quality_roster_warnings_pk")),
        comment="One row per day whose roster has too few people of quality check and case handling (QC-02).",
        info={
            "dataset": "quality_roster_warnings",
            "zh": "现场支撑不足",
            "direction": "out",
            "key": ("day",),
            "hidden": ("told_at",),
        },
    )
    op.create_table(
        "quality_draw_criteria",
        sa.Column("draw_code", sa.Text(), nullable=False, comment="Draw"),
        sa.Column("criterion", sa.Text(), nullable=False, comment="Criterion"),
        sa.Column("position", sa.Integer(), nullable=False, comment="Place in the workbook, from 1"),
        sa.Column("weight", sa.Numeric(), nullable=False, comment="Weight in the score"),
        sa.Column(
            "is_critical",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="A failure is a critical error",
        ),
        sa.Column("pass_score", sa.Numeric(), nullable=False, comment="Score from which it is passed"),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.CheckConstraint("weight > 0", name=op.f("quality_draw_criteria_weight_above_check")),
        sa.ForeignKeyConstraint(
            ["draw_code"], ["quality_draws.draw_code"], name=op.f("quality_draw_criteria_draw_code_fk")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("quality_draw_criteria_run_id_fk")),
        sa.PrimaryKeyConstraint("draw_code", "criterion", name=op.f("quality_draw_criteria_pk")),
        comment="One row per draw and criterion its items are scored by: later changes of the criteria leave it alone.",
    )
    op.create_table(
        "quality_risk_classes",
        sa.Column("draw_code", sa.Text(), nullable=False, comment="Draw"),
        sa.Column(
            "risk_class",
            sa.Text(),
            nullable=False,
            comment="Kind and what makes it risky, such as case:complaint+reopened",
        ),
        sa.Column("subject_kind", sa.Text(), nullable=False, comment="call or case"),
        sa.Column("weight", sa.Numeric(), nullable=False, comment="Sum of the policy's weights"),
        sa.Column("population", sa.BigInteger(), nullable=False, comment="Items it holds"),
        sa.Column(
            "risk_items",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Of these, drawn by risk (some of them at random too)",
        ),
        sa.Column(
            "last_hash", sa.BigInteger(), nullable=True, comment="Hash of the last item drawn; blank: nothing drawn"
        ),
        sa.Column("digest", sa.Text(), nullable=False, comment="Exclusive or of the items' hashes"),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.CheckConstraint(
            "subject_kind IN ('call', 'case')", name=op.f("quality_risk_classes_subject_kind_choice_check")
        ),
        sa.CheckConstraint(
            "risk_items BETWEEN 0 AND population", name=op.f("quality_risk_classes_sample_in_population_check")
        ),
        sa.ForeignKeyConstraint(
            ["draw_code"], ["quality_draws.draw_code"], name=op.f("quality_risk_classes_draw_code_fk")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("quality_risk_classes_run_id_fk")),
        sa.PrimaryKeyConstraint("draw_code", "risk_class", name=op.f("quality_risk_classes_pk")),
        comment="One row per draw and class of equal risk: its size and the sample taken from it.",
        info={
            "dataset": "quality_risk_classes",
            "zh": "质检风险分类",
            "direction": "out",
            "key": ("draw_code", "risk_class"),
            "hidden": (),
        },
    )
    op.create_table(
        "quality_remarks",
        sa.Column("remark_id", sa.BigInteger(), sa.Identity(always=False), nullable=False, comment="Technical key"),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="What is amiss, such as below_minimum, no_reviewer, score_not_assigned or appeal_late",
        ),
        sa.Column(
            "subject",
            sa.Text(),
            nullable=False,
            comment="What it is about: draw, sample, score, appeal, agent and month, or policy",
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
            ["community_code"], ["communities.community_code"], name=op.f("quality_remarks_community_code_fk")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("quality_remarks_run_id_fk")),
        sa.PrimaryKeyConstraint("remark_id", name=op.f("quality_remarks_pk")),
        sa.UniqueConstraint("kind", "subject", name=op.f("quality_remarks_kind_subject_key")),
        comment="One row per thing the quality check could not take as it is, or that somebody must know of.",
        info={
            "dataset": "quality_remarks",
            "zh": "质检提示",
            "direction": "out",
            "key": ("kind", "subject"),
            "hidden": ("remark_id", "told_at"),
        },
    )
    op.create_table(
        "quality_lots",
        sa.Column("period", sa.Text(), nullable=False, comment="Month, YYYY-MM"),
        sa.Column("staff_code", sa.Text(), nullable=False, comment="Agent"),
        sa.Column("lot_size", sa.Integer(), nullable=False, comment="Items of the month that could be drawn"),
        sa.Column("aql", sa.Numeric(), nullable=False, comment="Acceptance quality limit, percent"),
        sa.Column("inspection_level", sa.Text(), nullable=False, comment="Inspection level: I, II or III"),
        sa.Column(
            "inspection",
            sa.Text(),
            nullable=False,
            comment="Inspection in force for this lot: normal, tightened, reduced or discontinued",
        ),
        sa.Column("code_letter", sa.Text(), nullable=True, comment="Code letter of the lot; blank: nothing to sample"),
        sa.Column(
            "sample_size", sa.Integer(), nullable=False, comment="n of the plan; the whole lot when it is smaller"
        ),
        sa.Column(
            "acceptance_number",
            sa.Integer(),
            nullable=False,
            comment="Ac of the plan: nonconforming items still accepted",
        ),
        sa.Column(
            "random_items",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Random items of the month there were before",
        ),
        sa.Column(
            "top_up_items",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Items drawn to complete the plan",
        ),
        sa.Column(
            "missing_items",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Items that found no room",
        ),
        sa.Column("scored", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="Items scored"),
        sa.Column(
            "nonconforming",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Of the first n scored, nonconforming",
        ),
        sa.Column("verdict", sa.Text(), nullable=False, comment="accept, reject or none (fewer than n scored)"),
        sa.Column(
            "switching_score", sa.Integer(), nullable=False, comment="Switching score after this lot, counted on normal"
        ),
        sa.Column("next_inspection", sa.Text(), nullable=False, comment="Inspection after this lot"),
        sa.Column("switched_because", sa.Text(), nullable=True, comment="Why it switched; blank: it did not"),
        sa.Column(
            "explanation",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="Lots looked back at, plan one step tighter, conditions",
        ),
        sa.Column(
            "is_final",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="The month is closed; scores that change later do not change it",
        ),
        sa.Column(
            "computed_at", sa.DateTime(timezone=True), nullable=False, comment="as_of of the run that computed it last"
        ),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.CheckConstraint(
            "inspection IN ('normal', 'tightened', 'reduced', 'discontinued')",
            name=op.f("quality_lots_inspection_choice_check"),
        ),
        sa.CheckConstraint(
            "inspection_level IN ('I', 'II', 'III')", name=op.f("quality_lots_inspection_level_choice_check")
        ),
        sa.CheckConstraint(
            "next_inspection IN ('normal', 'tightened', 'reduced', 'discontinued')",
            name=op.f("quality_lots_next_inspection_choice_check"),
        ),
        sa.CheckConstraint("period ~ '^\\d{4}-\\d{2}$'", name=op.f("quality_lots_period_form_check")),
        sa.CheckConstraint("verdict IN ('accept', 'reject', 'none')", name=op.f("quality_lots_verdict_choice_check")),
        sa.CheckConstraint("sample_size <= lot_size", name=op.f("quality_lots_sample_in_lot_check")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("quality_lots_run_id_fk")),
        sa.ForeignKeyConstraint(["staff_code"], ["staff.staff_code"], name=op.f("quality_lots_staff_code_fk")),
        sa.PrimaryKeyConstraint("period", "staff_code", name=op.f("quality_lots_pk")),
        comment="One row per agent and month: the acceptance plan of GB/T 2828.1 and what came of it.",
        info={
            "dataset": "quality_lots",
            "zh": "质检批次判定",
            "direction": "out",
            "key": ("period", "staff_code"),
            "hidden": (),
        },
    )
    op.create_index("quality_lots_staff_idx", "quality_lots", ["staff_code", "period"], unique=False)
    op.create_table(
        "quality_populations",
        sa.Column("draw_code", sa.Text(), nullable=False, comment="Draw"),
        sa.Column("staff_code", sa.Text(), nullable=False, comment="Agent"),
        sa.Column(
            "team_code", sa.Text(), nullable=False, comment="Team of the agent on the day of the items; empty: none"
        ),
        sa.Column("community_code", sa.Text(), nullable=False, comment="Community; empty: none"),
        sa.Column("subject_kind", sa.Text(), nullable=False, comment="call or case"),
        sa.Column("frame_items", sa.BigInteger(), nullable=False, comment="Items closed in the period"),
        sa.Column("population", sa.BigInteger(), nullable=False, comment="Of these, could be drawn"),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.CheckConstraint(
            "subject_kind IN ('call', 'case')", name=op.f("quality_populations_subject_kind_choice_check")
        ),
        sa.ForeignKeyConstraint(
            ["draw_code"], ["quality_draws.draw_code"], name=op.f("quality_populations_draw_code_fk")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("quality_populations_run_id_fk")),
        sa.ForeignKeyConstraint(["staff_code"], ["staff.staff_code"], name=op.f("quality_populations_staff_code_fk")),
        sa.PrimaryKeyConstraint(
            "draw_code",
            "staff_code",
            "team_code",
            "community_code",
            "subject_kind",
            name=op.f("quality_populations_pk"),
        ),
        comment="One row per draw, agent, team, community and kind: how many items there were (the results' populations).",
    )
    op.create_table(
        "quality_rankings",
        sa.Column("period", sa.Text(), nullable=False, comment="Month, YYYY-MM"),
        sa.Column("staff_code", sa.Text(), nullable=False, comment="Agent"),
        sa.Column("team_code", sa.Text(), nullable=True, comment="Team at the end of the month; blank: none"),
        sa.Column(
            "place",
            sa.Integer(),
            nullable=True,
            comment="Place among all ranked, from 1, equal totals share it; blank: unranked",
        ),
        sa.Column("team_place", sa.Integer(), nullable=True, comment="Place within the team"),
        sa.Column("total", sa.Numeric(), nullable=True, comment="Weighted points, 0 to 100; blank: unranked"),
        sa.Column("quality_points", sa.Numeric(), nullable=True, comment="Mean score of the month; blank: no sample"),
        sa.Column(
            "volume_points",
            sa.Numeric(),
            nullable=True,
            comment="Items a day against the best quarter of colleagues, at most 100; blank: no day at work",
        ),
        sa.Column(
            "attendance_points", sa.Numeric(), nullable=True, comment="Percent of due shifts attended; blank: none due"
        ),
        sa.Column(
            "adherence_points",
            sa.Numeric(),
            nullable=True,
            comment="Percent of attended shift time logged in, at most 100; blank: not recorded",
        ),
        sa.Column(
            "items", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="Calls and cases of the month"
        ),
        sa.Column(
            "shifts_attended", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="Shifts attended"
        ),
        sa.Column(
            "shifts_due",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Shifts due: attended or missed, leave left out",
        ),
        sa.Column(
            "shift_minutes",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Minutes of the shifts attended with a record of log-in",
        ),
        sa.Column(
            "logged_in_minutes",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Of these, logged in",
        ),
        sa.Column(
            "unranked_reason", sa.Text(), nullable=True, comment="Why unranked: too_few_scored or too_few_shifts"
        ),
        sa.Column(
            "explanation",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="Weights used, the best quarter's items a day, interval of the mean",
        ),
        sa.Column(
            "computed_at", sa.DateTime(timezone=True), nullable=False, comment="as_of of the run that computed it"
        ),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.CheckConstraint("period ~ '^\\d{4}-\\d{2}$'", name=op.f("quality_rankings_period_form_check")),
        sa.CheckConstraint(
            "unranked_reason IN ('too_few_scored', 'too_few_shifts')",
            name=op.f("quality_rankings_unranked_reason_choice_check"),
        ),
        sa.CheckConstraint("(place IS NULL) = (total IS NULL)", name=op.f("quality_rankings_ranked_has_total_check")),
        sa.CheckConstraint(
            "(place IS NULL) = (unranked_reason IS NOT NULL)", name=op.f("quality_rankings_unranked_has_reason_check")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("quality_rankings_run_id_fk")),
        sa.ForeignKeyConstraint(["staff_code"], ["staff.staff_code"], name=op.f("quality_rankings_staff_code_fk")),
        sa.PrimaryKeyConstraint("period", "staff_code", name=op.f("quality_rankings_pk")),
        comment="One row per agent and month: the ranking by quality, volume, attendance and adherence (QC-01).",
        info={
            "dataset": "quality_rankings",
            "zh": "质检排名",
            "direction": "out",
            "key": ("period", "staff_code"),
            "hidden": (),
        },
    )
    op.create_table(
        "quality_reviewers",
        sa.Column("draw_code", sa.Text(), nullable=False, comment="Draw"),
        sa.Column("staff_code", sa.Text(), nullable=False, comment="Reviewer"),
        sa.Column(
            "days",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Days at work in the week of scoring",
        ),
        sa.Column(
            "capacity",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Items the reviewer can score in it, less what was open before",
        ),
        sa.Column(
            "first_items", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="Items to be scored first"
        ),
        sa.Column(
            "second_items",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Items to be scored a second time, blind",
        ),
        sa.Column(
            "edition", sa.Integer(), server_default=sa.text("1"), nullable=False, comment="Edition of the workbook"
        ),
        sa.Column(
            "told_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that mailed the workbook; blank: not yet",
        ),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.ForeignKeyConstraint(
            ["draw_code"], ["quality_draws.draw_code"], name=op.f("quality_reviewers_draw_code_fk")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("quality_reviewers_run_id_fk")),
        sa.ForeignKeyConstraint(["staff_code"], ["staff.staff_code"], name=op.f("quality_reviewers_staff_code_fk")),
        sa.PrimaryKeyConstraint("draw_code", "staff_code", name=op.f("quality_reviewers_pk")),
        comment="One row per draw and reviewer: days at work, room, and how many items fell to them.",
        info={
            "dataset": "quality_reviewers",
            "zh": "质检员负荷",
            "direction": "out",
            "key": ("draw_code", "staff_code"),
            "hidden": ("told_at",),
        },
    )
    op.create_table(
        "quality_strata",
        sa.Column("draw_code", sa.Text(), nullable=False, comment="Draw"),
        sa.Column(
            "stratum",
            sa.Text(),
            nullable=False,
            comment="Kind, agent and channel, such as call:A001:in; pooled: call:A001:*, call:*:*",
        ),
        sa.Column("subject_kind", sa.Text(), nullable=False, comment="call or case"),
        sa.Column(
            "staff_code",
            sa.Text(),
            nullable=True,
            comment="Agent; blank: agents pooled, as there is no room for one item of each",
        ),
        sa.Column("channel", sa.Text(), nullable=True, comment="in or out of calls, channel of cases; blank: pooled"),
        sa.Column("population", sa.BigInteger(), nullable=False, comment="Items it holds"),
        sa.Column(
            "random_items",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Of its sample, in proportion to its size",
        ),
        sa.Column(
            "minimum_items",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Of its sample, for the minimum",
        ),
        sa.Column(
            "last_hash",
            sa.BigInteger(),
            nullable=True,
            comment="Hash of the last item drawn: items with a smaller or equal one are the sample; blank: nothing drawn",
        ),
        sa.Column("digest", sa.Text(), nullable=False, comment="Exclusive or of the items' hashes"),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.CheckConstraint("subject_kind IN ('call', 'case')", name=op.f("quality_strata_subject_kind_choice_check")),
        sa.CheckConstraint(
            "random_items + minimum_items <= population", name=op.f("quality_strata_sample_in_population_check")
        ),
        sa.CheckConstraint(
            "random_items >= 0 AND minimum_items >= 0", name=op.f("quality_strata_never_negative_check")
        ),
        sa.ForeignKeyConstraint(["draw_code"], ["quality_draws.draw_code"], name=op.f("quality_strata_draw_code_fk")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("quality_strata_run_id_fk")),
        sa.ForeignKeyConstraint(["staff_code"], ["staff.staff_code"], name=op.f("quality_strata_staff_code_fk")),
        sa.PrimaryKeyConstraint("draw_code", "stratum", name=op.f("quality_strata_pk")),
        comment="One row per draw and stratum of the random part: its size and the sample taken from it.",
        info={
            "dataset": "quality_strata",
            "zh": "质检分层",
            "direction": "out",
            "key": ("draw_code", "stratum"),
            "hidden": (),
        },
    )
    op.create_table(
        "quality_judgements",
        sa.Column("sample_code", sa.Text(), nullable=False, comment="Sample"),
        sa.Column("reviewer", sa.Text(), nullable=False, comment="Who scored"),
        sa.Column("criterion", sa.Text(), nullable=False, comment="Criterion"),
        sa.Column("edition", sa.Integer(), nullable=False, comment="1, and one more each time the content changed"),
        sa.Column("score", sa.Numeric(), nullable=False, comment="Score, 0 to 100"),
        sa.Column(
            "is_critical", sa.Boolean(), server_default=sa.text("false"), nullable=False, comment="Critical error found"
        ),
        sa.Column("remark", sa.Text(), nullable=True, comment="What the reviewer wrote"),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False, comment="Instant of the score"),
        sa.Column(
            "verdict",
            sa.Text(),
            nullable=False,
            comment="counted, second (blind), superseded or kept (true, but it does not count)",
        ),
        sa.Column(
            "reason",
            sa.Text(),
            nullable=True,
            comment="Why it does not count: not_assigned, own_work, own_team, before_draw, after_close, other_criterion or expired",
        ),
        sa.Column(
            "content_digest",
            sa.Text(),
            nullable=False,
            comment="Digest of the content as it was judged; another content is judged anew",
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
            "(verdict = 'kept') = (reason IS NOT NULL)", name=op.f("quality_judgements_kept_has_reason_check")
        ),
        sa.CheckConstraint(
            "reason IN ('not_assigned', 'own_work', 'own_team', 'before_draw', 'after_close', 'other_criterion', 'expired')",
            name=op.f("quality_judgements_reason_choice_check"),
        ),
        sa.CheckConstraint(
            "verdict IN ('counted', 'second', 'superseded', 'kept')",
            name=op.f("quality_judgements_verdict_choice_check"),
        ),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("quality_judgements_score_range_check")),
        sa.ForeignKeyConstraint(
            ["loaded_from"], ["intake_files.file_id"], name=op.f("quality_judgements_loaded_from_fk")
        ),
        sa.ForeignKeyConstraint(["reviewer"], ["staff.staff_code"], name=op.f("quality_judgements_reviewer_fk")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("quality_judgements_run_id_fk")),
        sa.ForeignKeyConstraint(
            ["sample_code"], ["samples.sample_code"], name=op.f("quality_judgements_sample_code_fk")
        ),
        sa.PrimaryKeyConstraint("sample_code", "reviewer", "criterion", "edition", name=op.f("quality_judgements_pk")),
        comment="One row per score reported and content it was judged with: nothing reported is lost.",
        info={
            "dataset": "quality_judgements",
            "zh": "质检评分认定",
            "direction": "out",
            "key": ("sample_code", "reviewer", "criterion", "edition"),
            "hidden": ("content_digest", "loaded_from", "told_at"),
        },
    )
    op.create_index("quality_judgements_judged_idx", "quality_judgements", ["judged_at"], unique=False)
    op.create_index("quality_judgements_run_idx", "quality_judgements", ["run_id"], unique=False)
    op.create_index(
        "quality_judgements_unasked_idx",
        "quality_judgements",
        ["sample_code", "reviewer"],
        unique=False,
        postgresql_where=sa.text("reason IN ('not_assigned', 'own_team')"),
    )
    op.create_table(
        "quality_appeal_verdicts",
        sa.Column("sample_code", sa.Text(), nullable=False, comment="Sample"),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=False, comment="Instant of the appeal"),
        sa.Column("staff_code", sa.Text(), nullable=False, comment="Who appealed"),
        sa.Column("verdict", sa.Text(), nullable=False, comment="accepted or refused"),
        sa.Column(
            "reason", sa.Text(), nullable=True, comment="Why refused: late, not_entitled, not_scored, again or expired"
        ),
        sa.Column("reviewer", sa.Text(), nullable=True, comment="Who looks at it again; blank: nobody could be found"),
        sa.Column("due_on", sa.Date(), nullable=True, comment="Day by which it is decided"),
        sa.Column("outcome", sa.Text(), nullable=True, comment="upheld or changed; blank: open"),
        sa.Column("score_before", sa.Numeric(), nullable=True, comment="Score it was about"),
        sa.Column("score_after", sa.Numeric(), nullable=True, comment="Score that counts since; blank: open"),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False, comment="as_of of the run that took it"),
        sa.Column(
            "decided_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that took the decision; blank: open",
        ),
        sa.Column(
            "told_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that told those concerned of the last step; blank: not yet",
        ),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.CheckConstraint(
            "(verdict = 'refused') = (reason IS NOT NULL)",
            name=op.f("quality_appeal_verdicts_refused_has_reason_check"),
        ),
        sa.CheckConstraint(
            "outcome IN ('upheld', 'changed')", name=op.f("quality_appeal_verdicts_outcome_choice_check")
        ),
        sa.CheckConstraint(
            "reason IN ('late', 'not_entitled', 'not_scored', 'again', 'expired')",
            name=op.f("quality_appeal_verdicts_reason_choice_check"),
        ),
        sa.CheckConstraint(
            "verdict IN ('accepted', 'refused')", name=op.f("quality_appeal_verdicts_verdict_choice_check")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_at IS NULL)", name=op.f("quality_appeal_verdicts_decided_has_outcome_check")
        ),
        sa.ForeignKeyConstraint(["reviewer"], ["staff.staff_code"], name=op.f("quality_appeal_verdicts_reviewer_fk")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("quality_appeal_verdicts_run_id_fk")),
        sa.ForeignKeyConstraint(
            ["sample_code", "appealed_at"],
            ["quality_appeals.sample_code", "quality_appeals.appealed_at"],
            name=op.f("quality_appeal_verdicts_sample_code_appealed_at_fk"),
        ),
        sa.ForeignKeyConstraint(
            ["sample_code"], ["samples.sample_code"], name=op.f("quality_appeal_verdicts_sample_code_fk")
        ),
        sa.ForeignKeyConstraint(
            ["staff_code"], ["staff.staff_code"], name=op.f("quality_appeal_verdicts_staff_code_fk")
        ),
        sa.PrimaryKeyConstraint("sample_code", "appealed_at", name=op.f("quality_appeal_verdicts_pk")),
        comment="One row per appeal: whether it was taken, who looks at it again, what came of it.",
        info={
            "dataset": "quality_appeal_verdicts",
            "zh": "质检申诉认定",
            "direction": "out",
            "key": ("sample_code", "appealed_at"),
            "hidden": ("told_at",),
        },
    )
    op.create_index(
        "quality_appeal_verdicts_open_key",
        "quality_appeal_verdicts",
        ["sample_code"],
        unique=True,
        postgresql_where=sa.text("verdict = 'accepted' AND outcome IS NULL"),
    )
    op.create_table(
        "quality_cases",
        sa.Column("case_code", sa.Text(), nullable=False, comment="Case opened"),
        sa.Column("sample_code", sa.Text(), nullable=False, comment="Sample whose error it corrects"),
        sa.Column("staff_code", sa.Text(), nullable=False, comment="Agent whose error it was"),
        sa.Column("criteria", sa.Text(), nullable=False, comment="Criteria that were failed, comma-separated"),
        sa.Column("department", sa.Text(), nullable=False, comment="Department it went to"),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False, comment="Instant it was opened"),
        sa.Column(
            "audit_code",
            sa.Text(),
            nullable=True,
            comment="Sample in which it is looked at again; blank: not closed yet, or not drawn yet",
        ),
        sa.Column(
            "told_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that told the department; blank: not yet",
        ),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="Run that wrote the row last"),
        sa.ForeignKeyConstraint(["audit_code"], ["samples.sample_code"], name=op.f("quality_cases_audit_code_fk")),
        sa.ForeignKeyConstraint(["case_code"], ["cases.case_code"], name=op.f("quality_cases_case_code_fk")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("quality_cases_run_id_fk")),
        sa.ForeignKeyConstraint(["sample_code"], ["samples.sample_code"], name=op.f("quality_cases_sample_code_fk")),
        sa.ForeignKeyConstraint(["staff_code"], ["staff.staff_code"], name=op.f("quality_cases_staff_code_fk")),
        sa.PrimaryKeyConstraint("case_code", name=op.f("quality_cases_pk")),
        sa.UniqueConstraint("sample_code", name=op.f("quality_cases_sample_code_key")),
        comment="One row per case that an error opened for correction and prevention (QC-06).",
        info={
            "dataset": "quality_cases",
            "zh": "质检整改工单",
            "direction": "out",
            "key": ("case_code",),
            "hidden": ("told_at",),
        },
    )
    op.add_column(
        "quality_criteria", sa.Column("enabled", sa.Boolean(), nullable=True, comment="Scored by; blank: yes")
    )
    op.add_column(
        "quality_results",
        sa.Column(
            "critical_low_95",
            sa.Numeric(),
            nullable=True,
            comment="Lower bound of its 95 % interval (Wilson, effective sample size)",
        ),
    )
    op.add_column(
        "quality_results",
        sa.Column("critical_high_95", sa.Numeric(), nullable=True, comment="Upper bound of its 95 % interval"),
    )
    op.add_column(
        "quality_results",
        sa.Column(
            "drawn",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Items drawn for it, scored or not",
        ),
    )
    op.add_column(
        "quality_results",
        sa.Column(
            "random_sampled",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Items of the random part scored",
        ),
    )
    op.add_column(
        "quality_results",
        sa.Column("random_mean", sa.Numeric(), nullable=True, comment="Mean score by the random part alone"),
    )
    op.add_column(
        "quality_results",
        sa.Column("random_low_95", sa.Numeric(), nullable=True, comment="Lower bound of its 95 % interval"),
    )
    op.add_column(
        "quality_results",
        sa.Column("random_high_95", sa.Numeric(), nullable=True, comment="Upper bound of its 95 % interval"),
    )
    op.add_column(
        "quality_results",
        sa.Column("degrees", sa.Numeric(), nullable=True, comment="Degrees of freedom of the mean's interval"),
    )
    op.add_column(
        "quality_results",
        sa.Column(
            "is_small",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Too few items scored to compare by",
        ),
    )
    op.add_column(
        "quality_results",
        sa.Column(
            "covered_share",
            sa.Numeric(),
            nullable=True,
            comment="Share of the population in strata of which something was scored",
        ),
    )
    op.add_column(
        "quality_results",
        sa.Column(
            "is_final",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Nothing is open any more: closed, appeals decided",
        ),
    )
    op.add_column(
        "quality_results",
        sa.Column(
            "computed_at", sa.DateTime(timezone=True), nullable=True, comment="as_of of the run that computed it last"
        ),
    )
    op.add_column(
        "quality_results",
        sa.Column(
            "told_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that told of it; blank: not yet",
        ),
    )
    op.alter_column(
        "quality_results",
        "run_id",
        existing_type=sa.BIGINT(),
        comment="Run that wrote the row last",
        existing_comment="Run that wrote the row",
        existing_nullable=True,
    )
    op.create_index("quality_scores_scored_at_idx", "quality_scores", ["scored_at"], unique=False)
    op.add_column(
        "samples",
        sa.Column(
            "random_probability",
            sa.Numeric(),
            nullable=True,
            comment="Probability of being in its random part; blank: top-up or audit",
        ),
    )
    op.add_column(
        "samples",
        sa.Column(
            "risk_probability",
            sa.Numeric(),
            nullable=True,
            comment="Probability of being in its risk part; blank: top-up or audit",
        ),
    )
    op.add_column(
        "samples",
        sa.Column(
            "is_random",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="In the random part (reason random or minimum)",
        ),
    )
    op.add_column(
        "samples",
        sa.Column(
            "is_risk",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="In the risk part, perhaps in the random one too",
        ),
    )
    op.add_column(
        "samples", sa.Column("risk_class", sa.Text(), nullable=True, comment="Class of equal risk; blank: no risk")
    )
    op.add_column(
        "samples", sa.Column("draw_code", sa.Text(), nullable=True, comment="Draw; blank: before draws were kept")
    )
    op.add_column(
        "samples",
        sa.Column(
            "occurred_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Instant the call ended or the case was closed",
        ),
    )
    op.add_column("samples", sa.Column("channel", sa.Text(), nullable=True, comment="Channel"))
    op.add_column(
        "samples",
        sa.Column("team_code", sa.Text(), nullable=True, comment="Team of the agent on that day; blank: none"),
    )
    op.add_column("samples", sa.Column("community_code", sa.Text(), nullable=True, comment="Community; blank: none"))
    op.add_column(
        "samples", sa.Column("outcome", sa.Text(), nullable=True, comment="Call: answered or not; case: its kind")
    )
    op.add_column(
        "samples",
        sa.Column(
            "is_late",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Came in after the draw of its own week",
        ),
    )
    op.add_column(
        "samples",
        sa.Column("audits_code", sa.Text(), nullable=True, comment="Sample whose correction is looked at again"),
    )
    op.add_column(
        "samples",
        sa.Column(
            "unassigned_reason",
            sa.Text(),
            nullable=True,
            comment="Why nobody scores it: no_reviewer, own_team or no_room",
        ),
    )
    op.add_column(
        "samples",
        sa.Column(
            "state",
            sa.Text(),
            nullable=True,
            comment="waiting, scored, appealed, final or expired (not scored in time)",
        ),
    )
    op.add_column(
        "samples",
        sa.Column("score", sa.Numeric(), nullable=True, comment="Weighted score, 0 to 100; blank: not scored"),
    )
    op.add_column(
        "samples",
        sa.Column("is_critical", sa.Boolean(), nullable=True, comment="Has a critical error; blank: not scored"),
    )
    op.add_column(
        "samples",
        sa.Column(
            "is_nonconforming", sa.Boolean(), nullable=True, comment="Critical error, or score under the pass mark"
        ),
    )
    op.add_column("samples", sa.Column("scored_by", sa.Text(), nullable=True, comment="Whose score counts"))
    op.add_column(
        "samples",
        sa.Column(
            "scored_at", sa.DateTime(timezone=True), nullable=True, comment="Instant of the last score it is made of"
        ),
    )
    op.add_column(
        "samples", sa.Column("second_score", sa.Numeric(), nullable=True, comment="Score of the second reviewer")
    )
    op.add_column(
        "samples",
        sa.Column(
            "second_nonconforming", sa.Boolean(), nullable=True, comment="The second reviewer found it nonconforming"
        ),
    )
    op.add_column(
        "samples",
        sa.Column(
            "told_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that told the agent of the score; blank: not yet",
        ),
    )
    op.add_column(
        "samples",
        sa.Column(
            "appeal_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="End of the time for an appeal, inclusive; blank: not told yet",
        ),
    )
    op.add_column(
        "samples",
        sa.Column(
            "final_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that closed the score; blank: open",
        ),
    )
    op.alter_column(
        "samples",
        "sample_code",
        existing_type=sa.TEXT(),
        comment="Sample code, such as Q2647-0001",
        existing_comment="Sample code",
        existing_nullable=False,
    )
    op.alter_column(
        "samples",
        "probability",
        existing_type=sa.NUMERIC(),
        comment="Probability of being in the whole sample, 0 to 1",
        existing_comment="Inclusion probability, 0 to 1",
        existing_nullable=False,
    )
    op.alter_column(
        "samples",
        "run_id",
        existing_type=sa.BIGINT(),
        comment="Run that wrote the row last",
        existing_comment="Run that wrote the row",
        existing_nullable=True,
    )
    op.create_index("samples_agent_idx", "samples", ["staff_code", "occurred_at"], unique=False)
    op.create_index("samples_draw_idx", "samples", ["draw_code"], unique=False)
    op.create_index("samples_run_idx", "samples", ["run_id"], unique=False)
    op.create_index(
        "samples_occurred_idx", "samples", [sa.literal_column("occurred_at DESC"), "sample_code"], unique=False
    )
    op.create_index(
        "quality_cases_opened_idx",
        "quality_cases",
        [sa.literal_column("opened_at DESC"), "case_code"],
        unique=False,
    )
    op.create_index(
        "deadlines_missed_idx",
        "deadlines",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text(
            "milestone IN ('answer', 'response', 'arrival')"
            " AND coalesce(met_at, ended_at, CAST('infinity' AS timestamptz)) > due_at"
        ),
    )
    op.create_index(
        "samples_open_idx",
        "samples",
        ["sample_code"],
        unique=False,
        postgresql_where=sa.text("state IN ('waiting', 'scored', 'appealed')"),
    )
    op.create_index(
        "samples_nonconforming_idx",
        "samples",
        ["sample_code"],
        unique=False,
        postgresql_where=sa.text("state = 'final' AND is_nonconforming"),
    )
    op.alter_column(
        "quality_results",
        "population",
        existing_type=sa.Integer(),
        existing_nullable=False,
        existing_comment="Items in the frame",
        comment="Items that could be drawn",
    )
    op.create_index(
        "quality_results_open_idx",
        "quality_results",
        ["period"],
        unique=False,
        postgresql_where=sa.text("NOT is_final"),
    )
    op.create_index(
        "quality_results_untold_idx",
        "quality_results",
        ["period"],
        unique=False,
        postgresql_where=sa.text("told_at IS NULL"),
    )
    op.create_index(
        "quality_remarks_untold_idx",
        "quality_remarks",
        ["remark_id"],
        unique=False,
        postgresql_where=sa.text("told_at IS NULL"),
    )
    op.create_index(
        "cases_complaints_idx", "cases", ["case_code"], unique=False, postgresql_where=sa.text("kind = 'complaint'")
    )
    op.create_index(
        "case_events_reopened_idx",
        "case_events",
        ["case_code", "event_at"],
        unique=False,
        postgresql_where=sa.text("event = 'reopened'"),
    )
    op.create_index(
        "callback_contacts_satisfaction_idx",
        "callback_contacts",
        ["satisfaction"],
        unique=False,
        postgresql_where=sa.text("satisfaction IS NOT NULL"),
    )
    op.create_foreign_key(op.f("samples_audits_code_fk"), "samples", "samples", ["audits_code"], ["sample_code"])
    op.create_foreign_key(op.f("samples_draw_code_fk"), "samples", "quality_draws", ["draw_code"], ["draw_code"])
    op.create_foreign_key(
        op.f("samples_community_code_fk"), "samples", "communities", ["community_code"], ["community_code"]
    )
    op.create_foreign_key(op.f("samples_scored_by_fk"), "samples", "staff", ["scored_by"], ["staff_code"])
    op.execute("UPDATE samples SET reason = 'top_up' WHERE reason = 'audit'")  # of no release: audits name their source
    for name, condition in CHECKS:
        op.create_check_constraint(op.f(name), "samples", condition)
    for name in FUNCTIONS:
        source = (environment().project_root / "sql" / "migrations" / name).read_text(encoding="utf-8")
        op.get_bind().exec_driver_sql(source.replace("%", "%%"))


def downgrade() -> None:
    """Not offered: restore the backup made before the upgrade (``guanjia restore``)."""
    raise NotImplementedError("Restore the backup made before the upgrade.")
