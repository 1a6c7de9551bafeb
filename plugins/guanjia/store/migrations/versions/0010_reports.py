"""Reports: editions, figures that add up, their parts and remarks; things kept for others

Revision: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from guanjia.settings import environment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

FUNCTIONS = ("report_editions_to_tell.sql", "deadlines_as_at.sql", "facts_as_at.sql")
"""Files of sql/migrations this revision creates functions from."""


def upgrade() -> None:
    """Create and widen the tables."""
    op.create_table(
        "custody_progress",
        sa.Column("only_row", sa.Boolean(), server_default=sa.text("true"), nullable=False, comment="Always true"),
        sa.Column(
            "looked_to", sa.DateTime(timezone=True), nullable=False, comment="Instant up to which things were looked at"
        ),
        sa.Column(
            "live_from", sa.Date(), nullable=False, comment="First day looked at: nothing earlier is chased or posted"
        ),
        sa.CheckConstraint("only_row", name=op.f("custody_progress_only_one_row_check")),
        sa.PrimaryKeyConstraint("only_row", name=op.f("custody_progress_pk")),
        comment="One row: how far things kept for others are looked at.",
    )
    op.create_table(
        "custody_steps",
        sa.Column(
            "step",
            sa.Text(),
            nullable=False,
            comment="to_administration, posted, handed_over, disposal, key_chased, device_abnormal, device_unchecked",
        ),
        sa.Column("subject", sa.Text(), nullable=False, comment="Thing found, loan, or person, instant and device"),
        sa.Column("due_on", sa.Date(), nullable=False, comment="Day from whose evening it was due"),
        sa.Column(
            "community_code",
            sa.Text(),
            nullable=True,
            comment="Community of the key, or of the person's devices; blank: none",
        ),
        sa.Column("staff_code", sa.Text(), nullable=True, comment="Who checked the device, or was to"),
        sa.Column(
            "checked_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Instant of the check that found it out of order; blank: no such step",
        ),
        sa.Column(
            "device",
            sa.Text(),
            nullable=True,
            comment="Device out of order or not checked; blank: none, or none at all was",
        ),
        sa.Column(
            "until",
            sa.Date(),
            nullable=True,
            comment="Last day a notice hangs; blank: no notice, or not put up yet",
        ),
        sa.Column(
            "list_code",
            sa.Text(),
            nullable=True,
            comment="List or notice it went out with, such as F2026-11-20; blank: not told yet",
        ),
        sa.Column(
            "cancelled_on",
            sa.Date(),
            nullable=True,
            comment="Day it was found needless after all, before anybody was told",
        ),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True, comment="as_of of the run that told of it"),
        sa.Column("run_id", sa.BigInteger(), nullable=False, comment="Run that wrote the row last"),
        sa.CheckConstraint("(list_code IS NULL) = (told_at IS NULL)", name=op.f("custody_steps_told_on_a_list_check")),
        sa.CheckConstraint(
            "(step = 'device_abnormal') = (checked_at IS NOT NULL)",
            name=op.f("custody_steps_only_checks_have_instants_check"),
        ),
        sa.CheckConstraint(
            "(until IS NOT NULL) = (step = 'posted' AND told_at IS NOT NULL)",
            name=op.f("custody_steps_only_notices_hang_check"),
        ),
        sa.CheckConstraint("cancelled_on IS NULL OR told_at IS NULL", name=op.f("custody_steps_told_stays_told_check")),
        sa.CheckConstraint(
            "step IN ('to_administration', 'posted', 'handed_over', 'disposal', 'key_chased', 'device_abnormal', 'device_unchecked')",
            name=op.f("custody_steps_step_choice_check"),
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("custody_steps_run_id_fk")),
        sa.PrimaryKeyConstraint("step", "subject", "due_on", name=op.f("custody_steps_pk")),
        comment="One row per step due for something kept for others: it was told once, on its list.",
    )
    op.create_index(
        "custody_steps_once_key",
        "custody_steps",
        ["step", "subject"],
        unique=True,
        postgresql_where=sa.text("step NOT IN ('key_chased', 'device_unchecked') AND cancelled_on IS NULL"),
    )
    op.create_index(
        "custody_steps_untold_idx",
        "custody_steps",
        ["step"],
        unique=False,
        postgresql_where=sa.text("told_at IS NULL AND cancelled_on IS NULL"),
    )
    op.create_table(
        "report_editions",
        sa.Column("report", sa.Text(), nullable=False, comment="Report: weekly, daily or monthly"),
        sa.Column("period", sa.Text(), nullable=False, comment="Period: its last day, or the month"),
        sa.Column(
            "edition", sa.Integer(), nullable=False, comment="Edition; 0: computed afterwards, for the trend only"
        ),
        sa.Column("period_start", sa.DateTime(timezone=True), nullable=False, comment="First instant it covers"),
        sa.Column(
            "period_end", sa.DateTime(timezone=True), nullable=False, comment="First instant it no longer covers"
        ),
        sa.Column(
            "as_of",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="Facts of a later time of their own are not in it",
        ),
        sa.Column(
            "state",
            sa.Text(),
            nullable=False,
            comment="computed, told, preview, reconstructed (for the trend) or not_sent (a later one was)",
        ),
        sa.Column("shown_edition", sa.Integer(), nullable=True, comment="Number its readers see; blank: it had none"),
        sa.Column("reason", sa.Text(), nullable=True, comment="Why it was corrected; blank: it is the first"),
        sa.Column(
            "requested_by", sa.Text(), nullable=True, comment="Airflow user who asked for it; blank: the schedule"
        ),
        sa.Column(
            "calendar_state",
            sa.Text(),
            nullable=False,
            comment="published, or pattern: no calendar covers it and weekdays were taken",
        ),
        sa.Column(
            "missing_years",
            sa.Text(),
            nullable=True,
            comment="Years of it, or of the day it goes out, without official holidays",
        ),
        sa.Column(
            "digest",
            sa.Text(),
            nullable=False,
            comment="Digest of its figures: an edition with the same says nothing new",
        ),
        sa.Column(
            "told_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that mailed it; blank: not mailed",
        ),
        sa.Column("run_id", sa.BigInteger(), nullable=False, comment="Run that computed it"),
        sa.CheckConstraint(
            "(edition = 0) = (state = 'reconstructed')", name=op.f("report_editions_only_0_is_reconstructed_check")
        ),
        sa.CheckConstraint(
            "(state = 'told') = (told_at IS NOT NULL)", name=op.f("report_editions_told_has_instant_check")
        ),
        sa.CheckConstraint(
            "calendar_state IN ('published', 'pattern')", name=op.f("report_editions_calendar_state_choice_check")
        ),
        sa.CheckConstraint(
            "report IN ('weekly', 'daily', 'monthly')", name=op.f("report_editions_report_choice_check")
        ),
        sa.CheckConstraint(
            "state IN ('computed', 'told', 'preview', 'reconstructed', 'not_sent')",
            name=op.f("report_editions_state_choice_check"),
        ),
        sa.CheckConstraint("period_start < period_end", name=op.f("report_editions_period_not_empty_check")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("report_editions_run_id_fk")),
        sa.PrimaryKeyConstraint("report", "period", "edition", name=op.f("report_editions_pk")),
        comment="One row per report, period and edition.",
    )
    op.create_index(
        "report_editions_shown_key",
        "report_editions",
        ["report", "period", "shown_edition"],
        unique=True,
        postgresql_where=sa.text("shown_edition IS NOT NULL"),
    )
    op.create_table(
        "report_remarks",
        sa.Column("remark_id", sa.BigInteger(), sa.Identity(always=False), nullable=False, comment="Technical key"),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="What is amiss, such as unknown_scope, no_recipient, not_sent or nothing_changed",
        ),
        sa.Column(
            "subject", sa.Text(), nullable=False, comment="What it is about: address and scope, or report and period"
        ),
        sa.Column(
            "detail",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="Values that the sentence about it needs; codes, never names",
        ),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False, comment="as_of of the run that noted it"),
        sa.Column(
            "told_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="as_of of the run that told of it; blank: not yet",
        ),
        sa.Column("run_id", sa.BigInteger(), nullable=False, comment="Run that noted it"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("report_remarks_run_id_fk")),
        sa.PrimaryKeyConstraint("remark_id", name=op.f("report_remarks_pk")),
        comment="One row per thing the reports could not take as it is, or that somebody must know of.",
    )
    op.create_index("report_remarks_kind_subject_key", "report_remarks", ["kind", "subject"], unique=True)
    op.create_table(
        "report_base",
        sa.Column("report", sa.Text(), nullable=False, comment="Report: weekly, daily or monthly"),
        sa.Column("period", sa.Text(), nullable=False, comment="Period: its last day, or the month"),
        sa.Column(
            "edition", sa.Integer(), nullable=False, comment="Edition; 0: computed afterwards, for the trend only"
        ),
        sa.Column(
            "community_code",
            sa.Text(),
            nullable=False,
            comment="Community; blank: belongs to none, in the company's only",
        ),
        sa.Column("figure", sa.Text(), nullable=False, comment="Figure"),
        sa.Column("numerator", sa.Numeric(), nullable=True, comment="What is counted; blank: nothing could be"),
        sa.Column(
            "denominator",
            sa.Numeric(),
            nullable=True,
            comment="What it is a share or mean of; blank: the figure is the numerator",
        ),
        sa.Column(
            "previous_numerator", sa.Numeric(), nullable=True, comment="The same of the period before, as known now"
        ),
        sa.Column("previous_denominator", sa.Numeric(), nullable=True, comment="Its denominator"),
        sa.Column(
            "is_provisional",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Rests on a calendar that is not published yet",
        ),
        sa.ForeignKeyConstraint(
            ["report", "period", "edition"],
            ["report_editions.report", "report_editions.period", "report_editions.edition"],
            name=op.f("report_base_report_period_edition_fk"),
        ),
        sa.PrimaryKeyConstraint("report", "period", "edition", "community_code", "figure", name=op.f("report_base_pk")),
        comment="One row per edition, community and figure: what scopes are added up from.",
    )
    op.create_table(
        "report_breakdowns",
        sa.Column("report", sa.Text(), nullable=False, comment="Report: weekly, daily or monthly"),
        sa.Column("period", sa.Text(), nullable=False, comment="Period: its last day, or the month"),
        sa.Column(
            "edition", sa.Integer(), nullable=False, comment="Edition; 0: computed afterwards, for the trend only"
        ),
        sa.Column("scope", sa.Text(), nullable=False, comment="company, region:NAME, or a community"),
        sa.Column("kind", sa.Text(), nullable=False, comment="team, department, cause or agent"),
        sa.Column("code", sa.Text(), nullable=False, comment="Its code or name; blank: not said"),
        sa.Column("figure", sa.Text(), nullable=False, comment="Figure"),
        sa.Column("numerator", sa.Numeric(), nullable=True, comment="What is counted"),
        sa.Column(
            "denominator",
            sa.Numeric(),
            nullable=True,
            comment="What it is a share or mean of; blank: the figure is the numerator",
        ),
        sa.CheckConstraint(
            "kind IN ('team', 'department', 'cause', 'agent')", name=op.f("report_breakdowns_kind_choice_check")
        ),
        sa.ForeignKeyConstraint(
            ["report", "period", "edition"],
            ["report_editions.report", "report_editions.period", "report_editions.edition"],
            name=op.f("report_breakdowns_report_period_edition_fk"),
        ),
        sa.PrimaryKeyConstraint(
            "report", "period", "edition", "scope", "kind", "code", "figure", name=op.f("report_breakdowns_pk")
        ),
        comment="One row per edition, scope and part of a figure: by team, department, cause or agent.",
    )
    op.create_table(
        "report_changes",
        sa.Column("report", sa.Text(), nullable=False, comment="Report: weekly, daily or monthly"),
        sa.Column("period", sa.Text(), nullable=False, comment="Period: its last day, or the month"),
        sa.Column(
            "edition", sa.Integer(), nullable=False, comment="Edition; 0: computed afterwards, for the trend only"
        ),
        sa.Column("scope", sa.Text(), nullable=False, comment="company, region:NAME, or a community"),
        sa.Column("figure", sa.Text(), nullable=False, comment="Figure"),
        sa.Column("before", sa.Numeric(), nullable=True, comment="Value of the edition its readers had; blank: n/a"),
        sa.Column("after", sa.Numeric(), nullable=True, comment="Value of this one; blank: n/a"),
        sa.CheckConstraint("before IS DISTINCT FROM after", name=op.f("report_changes_changed_check")),
        sa.ForeignKeyConstraint(
            ["report", "period", "edition"],
            ["report_editions.report", "report_editions.period", "report_editions.edition"],
            name=op.f("report_changes_report_period_edition_fk"),
        ),
        sa.PrimaryKeyConstraint("report", "period", "edition", "scope", "figure", name=op.f("report_changes_pk")),
        comment="One row per corrected edition and figure it changed.",
    )
    op.create_table(
        "report_definitions",
        sa.Column("report", sa.Text(), nullable=False, comment="Report: weekly, daily or monthly"),
        sa.Column("period", sa.Text(), nullable=False, comment="Period: its last day, or the month"),
        sa.Column(
            "edition", sa.Integer(), nullable=False, comment="Edition; 0: computed afterwards, for the trend only"
        ),
        sa.Column("figure", sa.Text(), nullable=False, comment="Figure"),
        sa.Column("place", sa.Integer(), nullable=False, comment="Place among the edition's figures, from 1"),
        sa.Column("subject", sa.Text(), nullable=False, comment="Chapter of the report it stands in"),
        sa.Column("title_zh", sa.Text(), nullable=False, comment="Name its readers see, in Chinese"),
        sa.Column("title_en", sa.Text(), nullable=False, comment="The same in English"),
        sa.Column(
            "unit",
            sa.Text(),
            nullable=False,
            comment="count, yuan, share, points or seconds; a share lies between 0 and 1",
        ),
        sa.Column("better", sa.Text(), nullable=False, comment="more, less or neither: which way it should move"),
        sa.Column("formula_zh", sa.Text(), nullable=False, comment="How it is worked out, in Chinese"),
        sa.Column("formula_en", sa.Text(), nullable=False, comment="The same in English"),
        sa.Column("source", sa.Text(), nullable=False, comment="Datasets it is counted in, comma-separated"),
        sa.CheckConstraint(
            "better IN ('more', 'less', 'neither')", name=op.f("report_definitions_better_choice_check")
        ),
        sa.ForeignKeyConstraint(
            ["report", "period", "edition"],
            ["report_editions.report", "report_editions.period", "report_editions.edition"],
            name=op.f("report_definitions_report_period_edition_fk"),
        ),
        sa.PrimaryKeyConstraint("report", "period", "edition", "figure", name=op.f("report_definitions_pk")),
        comment="One row per edition and figure: what it means; later versions of the product leave it alone.",
    )
    op.create_table(
        "report_places",
        sa.Column("report", sa.Text(), nullable=False, comment="Report: weekly, daily or monthly"),
        sa.Column("period", sa.Text(), nullable=False, comment="Period: its last day, or the month"),
        sa.Column(
            "edition", sa.Integer(), nullable=False, comment="Edition; 0: computed afterwards, for the trend only"
        ),
        sa.Column("community_code", sa.Text(), nullable=False, comment="Community"),
        sa.Column("community_name", sa.Text(), nullable=False, comment="Its name then"),
        sa.Column("region", sa.Text(), nullable=True, comment="Its region then; blank: none"),
        sa.Column(
            "live_from",
            sa.Date(),
            nullable=True,
            comment="First day it is served; blank: not counted in the edition",
        ),
        sa.Column(
            "missing_calendar",
            sa.Text(),
            nullable=True,
            comment="Working calendar that was missing, so that its deadlines are not known; blank: none",
        ),
        sa.ForeignKeyConstraint(
            ["report", "period", "edition"],
            ["report_editions.report", "report_editions.period", "report_editions.edition"],
            name=op.f("report_places_report_period_edition_fk"),
        ),
        sa.PrimaryKeyConstraint("report", "period", "edition", "community_code", name=op.f("report_places_pk")),
        comment="One row per edition and community there was: an old edition keeps its communities, names and regions.",
    )
    op.create_table(
        "report_quotes",
        sa.Column("report", sa.Text(), nullable=False, comment="Report: weekly, daily or monthly"),
        sa.Column("period", sa.Text(), nullable=False, comment="Period: its last day, or the month"),
        sa.Column(
            "edition", sa.Integer(), nullable=False, comment="Edition; 0: computed afterwards, for the trend only"
        ),
        sa.Column("scope", sa.Text(), nullable=False, comment="company, region:NAME, or a community"),
        sa.Column("kind", sa.Text(), nullable=False, comment="open_case, quality, supervision or ranking"),
        sa.Column("place", sa.Integer(), nullable=False, comment="Place among the scope's lines of the kind, from 1"),
        sa.Column(
            "content",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="Codes and numbers of the line, never names",
        ),
        sa.CheckConstraint(
            "kind IN ('open_case', 'quality', 'supervision', 'ranking')", name=op.f("report_quotes_kind_choice_check")
        ),
        sa.ForeignKeyConstraint(
            ["report", "period", "edition"],
            ["report_editions.report", "report_editions.period", "report_editions.edition"],
            name=op.f("report_quotes_report_period_edition_fk"),
        ),
        sa.PrimaryKeyConstraint("report", "period", "edition", "scope", "kind", "place", name=op.f("report_quotes_pk")),
        comment="One row per edition, scope and line quoted as it stood: oldest open cases, quality results, the ranking.",
    )
    op.create_index("callback_attempts_attempted_at_idx", "callback_attempts", ["attempted_at"], unique=False)
    op.create_index("callback_contacts_due_by_idx", "callback_contacts", ["due_by"], unique=False)
    op.create_index("deadlines_due_at_idx", "deadlines", ["due_at"], unique=False)
    op.create_index(
        "deadlines_running_idx", "deadlines", ["due_at"], unique=False, postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_index(
        "deadlines_late_idx", "deadlines", ["ended_at"], unique=False, postgresql_where=sa.text("ended_at > due_at")
    )
    op.create_index(
        "deadlines_needed_late_idx",
        "deadlines",
        ["needed_at"],
        unique=False,
        postgresql_where=sa.text("needed_at > due_at"),
    )
    op.create_index(
        "deadline_former_starts_superseded_at_idx", "deadline_former_starts", ["superseded_at"], unique=False
    )
    op.create_index("deadline_changes_changed_at_idx", "deadline_changes", ["changed_at"], unique=False)
    op.create_index("escalations_raised_at_idx", "escalations", ["raised_at"], unique=False)
    op.create_index("escalations_stood_down_at_idx", "escalations", ["stood_down_at"], unique=False)
    op.add_column("report_figures", sa.Column("numerator", sa.Numeric(), nullable=True, comment="What is counted"))
    op.add_column(
        "report_figures",
        sa.Column(
            "denominator",
            sa.Numeric(),
            nullable=True,
            comment="What it is a share or mean of; blank: the figure is the numerator",
        ),
    )
    op.alter_column(
        "report_figures",
        "scope",
        existing_type=sa.TEXT(),
        comment="company, region:NAME, or a community",
        existing_comment="Community, region or company",
        existing_nullable=False,
    )
    op.alter_column(
        "report_figures",
        "previous",
        existing_type=sa.NUMERIC(),
        comment="Value of the period before, as known now; blank: n/a",
        existing_comment="Value of the period before",
        existing_nullable=True,
    )
    op.alter_column(
        "report_figures",
        "target",
        existing_type=sa.NUMERIC(),
        comment="Target; blank: none",
        existing_comment="Target",
        existing_nullable=True,
    )
    op.alter_column(
        "report_figures",
        "is_provisional",
        existing_type=sa.BOOLEAN(),
        comment="May still change: rests on a calendar that is not published yet",
        existing_comment="May still change",
        existing_nullable=False,
        existing_server_default=sa.text("false"),
    )
    for name in FUNCTIONS:
        source = (environment().project_root / "sql" / "migrations" / name).read_text(encoding="utf-8")
        op.get_bind().exec_driver_sql(source.replace("%", "%%"))


def downgrade() -> None:
    """Not offered: restore the backup made before the upgrade (``guanjia restore``)."""
    raise NotImplementedError("Restore the backup made before the upgrade.")
