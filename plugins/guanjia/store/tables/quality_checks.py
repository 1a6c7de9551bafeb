"""Quality checks (QC-01 to 06): draws, samples and their probabilities, scores judged, appeals, corrections."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from guanjia.store.tables.columns import metadata
from guanjia.store.tables.plain_columns import (
    count_column,
    export_info,
    flag_column,
    instant_column,
    number_column,
    one_of,
    run_column,
    text_column,
)

_RUN_KEY = (["run_id"], ["runs.run_id"])
_DRAW_KEY = (["draw_code"], ["quality_draws.draw_code"])
_SAMPLE_KEY = (["sample_code"], ["samples.sample_code"])
_KINDS = ("call", "case")
_REASONS = ("random", "risk", "minimum", "top_up", "audit")
_STATES = ("waiting", "scored", "appealed", "final", "expired")


# -- the draw ---------------------------------------------------------------------------------------------------------

quality_draws = Table(
    "quality_draws",
    metadata,
    text_column(
        "draw_code", "Draw: week or month, and section where there are several, such as W2026-47 or M2026-10/001"
    ),
    text_column("kind", "weekly or month_end"),
    text_column("period", "Week (2026-W47) or month (2026-10)"),
    text_column("section", "Community with reviewers of its own; company: all the others"),
    instant_column("frame_from", "Start of the period, inclusive", nullable=False),
    instant_column("frame_to", "End of the period, exclusive; facts from then on are not looked at", nullable=False),
    text_column("seed_word", "Word the seeds come from: the setting's, and the period"),
    Column("random_seed", BigInteger, nullable=False, comment="Seed of the random part's keyed hash"),
    Column("risk_seed", BigInteger, nullable=False, comment="Seed of the risk part's keyed hash"),
    Column("double_seed", BigInteger, nullable=False, comment="Seed of double scoring and of who scores what"),
    text_column(
        "frame_digest", "sha256 of the frame: strata and risk classes with their items' hashes, in any row order"
    ),
    Column("frame_items", BigInteger, nullable=False, comment="Calls and cases closed in the period"),
    Column(
        "population", BigInteger, nullable=False, comment="Of these, could be drawn: judgeable and never drawn before"
    ),
    count_column("late_items", "Of these, came in after the draw of their own week"),
    count_column("capacity", "Items the reviewers can score, second scores included"),
    count_column("minimum_needed", "Items that the minimum of every agent calls for"),
    count_column("random_items", "Drawn at random in proportion"),
    count_column("minimum_items", "Drawn at random for the minimum"),
    count_column("risk_items", "Drawn by risk and not at random too"),
    count_column("top_up_items", "Drawn for the acceptance plans"),
    count_column("audit_items", "Corrections looked at again"),
    count_column("double_items", "Scored twice"),
    count_column("dropped_items", "Minimum, top-up or second scores that found no room"),
    Column("explanation", JSONB, nullable=False, comment="Policies, capacity by reviewer, what was dropped and why"),
    instant_column("drawn_at", "as_of of the run that drew it", nullable=False),
    Column("due_on", Date, nullable=False, comment="Day by which it is scored"),
    instant_column("told_at", "as_of of the run that told the reviewers and team leaders; blank: not yet"),
    run_column(),
    PrimaryKeyConstraint("draw_code"),
    UniqueConstraint("period", "section"),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("kind", "weekly", "month_end"),
    CheckConstraint("frame_to > frame_from", name="to_after_from"),
    CheckConstraint("population <= frame_items", name="population_in_frame"),
    comment="One row per draw: the frame it was drawn from, its seeds and what came of it.",
    info=export_info("质检抽样批次", "quality_draws", "draw_code", hidden=("told_at",)),
)

quality_strata = Table(
    "quality_strata",
    metadata,
    text_column("draw_code", "Draw"),
    text_column("stratum", "Kind, agent and channel, such as call:A001:in; pooled: call:A001:*, call:*:*"),
    text_column("subject_kind", "call or case"),
    text_column("staff_code", "Agent; blank: agents pooled, as there is no room for one item of each", nullable=True),
    text_column("channel", "in or out of calls, channel of cases; blank: pooled", nullable=True),
    Column("population", BigInteger, nullable=False, comment="Items it holds"),
    count_column("random_items", "Of its sample, in proportion to its size"),
    count_column("minimum_items", "Of its sample, for the minimum"),
    Column(
        "last_hash",
        BigInteger,
        nullable=True,
        comment="Hash of the last item drawn: items with a smaller or equal one are the sample; blank: nothing drawn",
    ),
    text_column("digest", "Exclusive or of the items' hashes"),
    run_column(),
    PrimaryKeyConstraint("draw_code", "stratum"),
    ForeignKeyConstraint(*_DRAW_KEY),
    ForeignKeyConstraint(["staff_code"], ["staff.staff_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("subject_kind", *_KINDS),
    CheckConstraint("random_items >= 0 AND minimum_items >= 0", name="never_negative"),
    CheckConstraint("random_items + minimum_items <= population", name="sample_in_population"),
    comment="One row per draw and stratum of the random part: its size and the sample taken from it.",
    info=export_info("质检分层", "quality_strata", "draw_code", "stratum"),
)

quality_risk_classes = Table(
    "quality_risk_classes",
    metadata,
    text_column("draw_code", "Draw"),
    text_column("risk_class", "Kind and what makes it risky, such as case:complaint+reopened"),
    text_column("subject_kind", "call or case"),
    Column("weight", Numeric, nullable=False, comment="Sum of the policy's weights"),
    Column("population", BigInteger, nullable=False, comment="Items it holds"),
    count_column("risk_items", "Of these, drawn by risk (some of them at random too)"),
    Column("last_hash", BigInteger, nullable=True, comment="Hash of the last item drawn; blank: nothing drawn"),
    text_column("digest", "Exclusive or of the items' hashes"),
    run_column(),
    PrimaryKeyConstraint("draw_code", "risk_class"),
    ForeignKeyConstraint(*_DRAW_KEY),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("subject_kind", *_KINDS),
    CheckConstraint("risk_items BETWEEN 0 AND population", name="sample_in_population"),
    comment="One row per draw and class of equal risk: its size and the sample taken from it.",
    info=export_info("质检风险分类", "quality_risk_classes", "draw_code", "risk_class"),
)

quality_populations = Table(
    "quality_populations",
    metadata,
    text_column("draw_code", "Draw"),
    text_column("staff_code", "Agent"),
    text_column("team_code", "Team of the agent on the day of the items; empty: none"),
    text_column("community_code", "Community; empty: none"),
    text_column("subject_kind", "call or case"),
    Column("frame_items", BigInteger, nullable=False, comment="Items closed in the period"),
    Column("population", BigInteger, nullable=False, comment="Of these, could be drawn"),
    run_column(),
    PrimaryKeyConstraint("draw_code", "staff_code", "team_code", "community_code", "subject_kind"),
    ForeignKeyConstraint(*_DRAW_KEY),
    ForeignKeyConstraint(["staff_code"], ["staff.staff_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("subject_kind", *_KINDS),
    comment="One row per draw, agent, team, community and kind: how many items there were (the results' populations).",
)

quality_draw_criteria = Table(
    "quality_draw_criteria",
    metadata,
    text_column("draw_code", "Draw"),
    text_column("criterion", "Criterion"),
    Column("position", Integer, nullable=False, comment="Place in the workbook, from 1"),
    Column("weight", Numeric, nullable=False, comment="Weight in the score"),
    flag_column("is_critical", "A failure is a critical error"),
    Column("pass_score", Numeric, nullable=False, comment="Score from which it is passed"),
    run_column(),
    PrimaryKeyConstraint("draw_code", "criterion"),
    ForeignKeyConstraint(*_DRAW_KEY),
    ForeignKeyConstraint(*_RUN_KEY),
    CheckConstraint("weight > 0", name="weight_above"),
    comment="One row per draw and criterion its items are scored by: later changes of the criteria leave it alone.",
)

quality_reviewers = Table(
    "quality_reviewers",
    metadata,
    text_column("draw_code", "Draw"),
    text_column("staff_code", "Reviewer"),
    count_column("days", "Days at work in the week of scoring"),
    count_column("capacity", "Items the reviewer can score in it, less what was open before"),
    count_column("first_items", "Items to be scored first"),
    count_column("second_items", "Items to be scored a second time, blind"),
    Column("edition", Integer, nullable=False, server_default=text("1"), comment="Edition of the workbook"),
    instant_column("told_at", "as_of of the run that mailed the workbook; blank: not yet"),
    run_column(),
    PrimaryKeyConstraint("draw_code", "staff_code"),
    ForeignKeyConstraint(*_DRAW_KEY),
    ForeignKeyConstraint(["staff_code"], ["staff.staff_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    comment="One row per draw and reviewer: days at work, room, and how many items fell to them.",
    info=export_info("质检员负荷", "quality_reviewers", "draw_code", "staff_code", hidden=("told_at",)),
)

samples = Table(
    "samples",
    metadata,
    text_column("sample_code", "Sample code, such as Q2647-0001"),
    text_column("period", "Week or month sampled"),
    text_column("stratum", "Stratum it was drawn in"),
    text_column("subject_kind", "call or case"),
    text_column("subject_code", "Call or case"),
    text_column("staff_code", "Agent"),
    text_column("reviewer", "Reviewer", nullable=True),
    text_column("second_reviewer", "Second, blind reviewer", nullable=True),
    text_column("reason", "random, risk, minimum, top_up or audit"),
    Column("probability", Numeric, nullable=False, comment="Probability of being in the whole sample, 0 to 1"),
    number_column("random_probability", "Probability of being in its random part; blank: top-up or audit"),
    number_column("risk_probability", "Probability of being in its risk part; blank: top-up or audit"),
    flag_column("is_random", "In the random part (reason random or minimum)"),
    flag_column("is_risk", "In the risk part, perhaps in the random one too"),
    text_column("risk_class", "Class of equal risk; blank: no risk", nullable=True),
    text_column("draw_code", "Draw; blank: before draws were kept", nullable=True),
    instant_column("occurred_at", "Instant the call ended or the case was closed"),
    text_column("channel", "Channel", nullable=True),
    text_column("team_code", "Team of the agent on that day; blank: none", nullable=True),
    text_column("community_code", "Community; blank: none", nullable=True),
    text_column("outcome", "Call: answered or not; case: its kind", nullable=True),
    flag_column("is_late", "Came in after the draw of its own week"),
    text_column("audits_code", "Sample whose correction is looked at again", nullable=True),
    text_column("unassigned_reason", "Why nobody scores it: no_reviewer, own_team or no_room", nullable=True),
    text_column("state", "waiting, scored, appealed, final or expired (not scored in time)", nullable=True),
    number_column("score", "Weighted score, 0 to 100; blank: not scored"),
    Column("is_critical", Boolean, nullable=True, comment="Has a critical error; blank: not scored"),
    Column("is_nonconforming", Boolean, nullable=True, comment="Critical error, or score under the pass mark"),
    text_column("scored_by", "Whose score counts", nullable=True),
    instant_column("scored_at", "Instant of the last score it is made of"),
    number_column("second_score", "Score of the second reviewer"),
    Column("second_nonconforming", Boolean, nullable=True, comment="The second reviewer found it nonconforming"),
    instant_column("told_at", "as_of of the run that told the agent of the score; blank: not yet"),
    instant_column("appeal_until", "End of the time for an appeal, inclusive; blank: not told yet"),
    instant_column("final_at", "as_of of the run that closed the score; blank: open"),
    run_column(),
    PrimaryKeyConstraint("sample_code"),
    UniqueConstraint("subject_kind", "subject_code"),
    ForeignKeyConstraint(["staff_code"], ["staff.staff_code"]),
    ForeignKeyConstraint(["reviewer"], ["staff.staff_code"]),
    ForeignKeyConstraint(["second_reviewer"], ["staff.staff_code"]),
    ForeignKeyConstraint(["scored_by"], ["staff.staff_code"]),
    ForeignKeyConstraint(*_DRAW_KEY),
    ForeignKeyConstraint(["community_code"], ["communities.community_code"]),
    ForeignKeyConstraint(["audits_code"], ["samples.sample_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("subject_kind", *_KINDS),
    one_of("reason", *_REASONS),
    one_of("state", *_STATES),
    one_of("unassigned_reason", "no_reviewer", "own_team", "no_room"),
    CheckConstraint("probability > 0 AND probability <= 1", name="probability_range"),
    CheckConstraint("random_probability >= 0 AND random_probability <= 1", name="random_probability_range"),
    CheckConstraint("risk_probability >= 0 AND risk_probability <= 1", name="risk_probability_range"),
    CheckConstraint("score BETWEEN 0 AND 100", name="score_range"),
    CheckConstraint("second_reviewer <> reviewer", name="two_reviewers"),
    CheckConstraint("reviewer <> staff_code AND second_reviewer <> staff_code", name="never_oneself"),
    CheckConstraint("(reason = 'audit') = (audits_code IS NOT NULL)", name="audit_has_source"),
    comment="One row per item drawn for the quality check.",
    info=export_info("质检抽样", "samples", "sample_code", hidden=("told_at",)),
)
Index("samples_draw_idx", samples.c.draw_code)
Index("samples_run_idx", samples.c.run_id)
Index("samples_agent_idx", samples.c.staff_code, samples.c.occurred_at)
Index("samples_occurred_idx", samples.c.occurred_at.desc(), samples.c.sample_code)
Index(
    "samples_open_idx",
    samples.c.sample_code,
    postgresql_where=text("state IN ('waiting', 'scored', 'appealed')"),
)
Index(
    "samples_nonconforming_idx",
    samples.c.sample_code,
    postgresql_where=text("state = 'final' AND is_nonconforming"),
)

quality_late_items = Table(
    "quality_late_items",
    metadata,
    text_column("subject_kind", "call or case"),
    text_column("subject_code", "Call or case"),
    one_of("subject_kind", *_KINDS),
    comment="One row per call or closing of a case that came in after the draw of its week, several allowed; filled by "
    "triggers, emptied by the next draw, whose frame it joins. Without key or index, so that loading stays cheap.",
)

quality_score_changes = Table(
    "quality_score_changes",
    metadata,
    text_column("sample_code", "Sample of which scores were written"),
    comment="One row per sample and statement that wrote scores of it, several allowed; filled by triggers, emptied by "
    "the run that judges them. Without key or index, so that loading stays cheap.",
)

# -- scores, appeals, corrections -------------------------------------------------------------------------------------

quality_judgements = Table(
    "quality_judgements",
    metadata,
    text_column("sample_code", "Sample"),
    text_column("reviewer", "Who scored"),
    text_column("criterion", "Criterion"),
    Column("edition", Integer, nullable=False, comment="1, and one more each time the content changed"),
    Column("score", Numeric, nullable=False, comment="Score, 0 to 100"),
    flag_column("is_critical", "Critical error found"),
    text_column("remark", "What the reviewer wrote", nullable=True),
    instant_column("scored_at", "Instant of the score", nullable=False),
    text_column("verdict", "counted, second (blind), superseded or kept (true, but it does not count)"),
    text_column(
        "reason",
        "Why it does not count: not_assigned, own_work, own_team, before_draw, after_close, other_criterion or expired",
        nullable=True,
    ),
    text_column("content_digest", "Digest of the content as it was judged; another content is judged anew"),
    Column("loaded_from", BigInteger, nullable=True, comment="intake_files row it came from when judged"),
    instant_column("judged_at", "as_of of the run that judged it", nullable=False),
    instant_column("told_at", "as_of of the run that told of it; blank: not yet, or nothing to tell"),
    run_column(),
    PrimaryKeyConstraint("sample_code", "reviewer", "criterion", "edition"),
    ForeignKeyConstraint(*_SAMPLE_KEY),
    ForeignKeyConstraint(["reviewer"], ["staff.staff_code"]),
    ForeignKeyConstraint(["loaded_from"], ["intake_files.file_id"]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("verdict", "counted", "second", "superseded", "kept"),
    one_of(
        "reason",
        "not_assigned",
        "own_work",
        "own_team",
        "before_draw",
        "after_close",
        "other_criterion",
        "expired",
    ),
    CheckConstraint("score BETWEEN 0 AND 100", name="score_range"),
    CheckConstraint("(verdict = 'kept') = (reason IS NOT NULL)", name="kept_has_reason"),
    comment="One row per score reported and content it was judged with: nothing reported is lost.",
    info=export_info(
        "质检评分认定",
        "quality_judgements",
        "sample_code",
        "reviewer",
        "criterion",
        "edition",
        hidden=("content_digest", "loaded_from", "told_at"),
    ),
)
Index("quality_judgements_judged_idx", quality_judgements.c.judged_at)
Index("quality_judgements_run_idx", quality_judgements.c.run_id)
Index(
    "quality_judgements_unasked_idx",
    quality_judgements.c.sample_code,
    quality_judgements.c.reviewer,
    postgresql_where=text("reason IN ('not_assigned', 'own_team')"),
)

quality_appeal_verdicts = Table(
    "quality_appeal_verdicts",
    metadata,
    text_column("sample_code", "Sample"),
    instant_column("appealed_at", "Instant of the appeal", nullable=False),
    text_column("staff_code", "Who appealed"),
    text_column("verdict", "accepted or refused"),
    text_column("reason", "Why refused: late, not_entitled, not_scored, again or expired", nullable=True),
    text_column("reviewer", "Who looks at it again; blank: nobody could be found", nullable=True),
    Column("due_on", Date, nullable=True, comment="Day by which it is decided"),
    text_column("outcome", "upheld or changed; blank: open", nullable=True),
    number_column("score_before", "Score it was about"),
    number_column("score_after", "Score that counts since; blank: open"),
    instant_column("judged_at", "as_of of the run that took it", nullable=False),
    instant_column("decided_at", "as_of of the run that took the decision; blank: open"),
    instant_column("told_at", "as_of of the run that told those concerned of the last step; blank: not yet"),
    run_column(),
    PrimaryKeyConstraint("sample_code", "appealed_at"),
    ForeignKeyConstraint(
        ["sample_code", "appealed_at"], ["quality_appeals.sample_code", "quality_appeals.appealed_at"]
    ),
    ForeignKeyConstraint(*_SAMPLE_KEY),
    ForeignKeyConstraint(["staff_code"], ["staff.staff_code"]),
    ForeignKeyConstraint(["reviewer"], ["staff.staff_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("verdict", "accepted", "refused"),
    one_of("reason", "late", "not_entitled", "not_scored", "again", "expired"),
    one_of("outcome", "upheld", "changed"),
    CheckConstraint("(verdict = 'refused') = (reason IS NOT NULL)", name="refused_has_reason"),
    CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="decided_has_outcome"),
    comment="One row per appeal: whether it was taken, who looks at it again, what came of it.",
    info=export_info("质检申诉认定", "quality_appeal_verdicts", "sample_code", "appealed_at", hidden=("told_at",)),
)
Index(
    "quality_appeal_verdicts_open_key",
    quality_appeal_verdicts.c.sample_code,
    unique=True,
    postgresql_where=text("verdict = 'accepted' AND outcome IS NULL"),
)

quality_cases = Table(
    "quality_cases",
    metadata,
    text_column("case_code", "Case opened"),
    text_column("sample_code", "Sample whose error it corrects"),
    text_column("staff_code", "Agent whose error it was"),
    text_column("criteria", "Criteria that were failed, comma-separated"),
    text_column("department", "Department it went to"),
    instant_column("opened_at", "Instant it was opened", nullable=False),
    text_column(
        "audit_code", "Sample in which it is looked at again; blank: not closed yet, or not drawn yet", nullable=True
    ),
    instant_column("told_at", "as_of of the run that told the department; blank: not yet"),
    run_column(),
    PrimaryKeyConstraint("case_code"),
    UniqueConstraint("sample_code"),
    ForeignKeyConstraint(["case_code"], ["cases.case_code"]),
    ForeignKeyConstraint(*_SAMPLE_KEY),
    ForeignKeyConstraint(["staff_code"], ["staff.staff_code"]),
    ForeignKeyConstraint(["audit_code"], ["samples.sample_code"]),
    ForeignKeyConstraint(*_RUN_KEY),
    comment="One row per case that an error opened for correction and prevention (QC-06).",
    info=export_info("质检整改工单", "quality_cases", "case_code", hidden=("told_at",)),
)
Index("quality_cases_opened_idx", quality_cases.c.opened_at.desc(), quality_cases.c.case_code)

quality_findings = Table(
    "quality_findings",
    metadata,
    text_column("period", "Week in which it became known, such as 2026-W47"),
    text_column("check_name", "blank_fields, answered_late, no_callback or promise_broken"),
    text_column("subject_kind", "call or case"),
    text_column("subject_code", "Call or case"),
    text_column("staff_code", "Agent responsible; blank: nobody is known", nullable=True),
    text_column("team_code", "Team of the agent on that day; blank: none", nullable=True),
    text_column("community_code", "Community; blank: none", nullable=True),
    instant_column("occurred_at", "Instant of the fact", nullable=False),
    text_column(
        "detail", "Columns left blank, milestone missed, callback concerned; codes, comma-separated", nullable=True
    ),
    run_column(),
    PrimaryKeyConstraint("period", "check_name", "subject_kind", "subject_code"),
    ForeignKeyConstraint(*_RUN_KEY),
    one_of("check_name", "blank_fields", "answered_late", "no_callback", "promise_broken"),
    one_of("subject_kind", *_KINDS),
    comment="One row per week, automatic check and item that fails it (CASE-04); all items are checked, not a sample.",
    info=export_info("自动检查", "quality_findings", "period", "check_name", "subject_kind", "subject_code"),
)
