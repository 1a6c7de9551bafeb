"""Scores that reviewers report: which of them count, and what they make of the samples (QC-01, QC-03)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from guanjia.domain.quality_scores import Criterion
from guanjia.pipelines.quality_sampling import served
from guanjia.pipelines.quality_sampling.frame import prepare_teams
from guanjia.pipelines.quality_sampling.score_rows import Content, JudgedContent, JudgedSample, Outcomes, Remark
from guanjia.pipelines.quality_sampling.scoring import Terms, judge_sample
from guanjia.pipelines.quality_sampling.working_days import days_after, end_of, start_of
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

_COUNTS: Final = ("judgements", "scored_samples", "score_remarks", "score_remarks_taken_back")


def take_scores(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Judge the scores that are new or were changed, up to as_of, and end the time for scoring of what waits too long.

    The first reviewer's score counts; the blind second one's only where the first has not come in time. What does not
    count (of another reviewer, of one's own team, for another criterion, too late, after the close) is kept with its
    reason, told, and changes no figure. A score that is changed before the close counts in place of the former one; the
    agent is told anew.

    Args:
        transaction: open transaction.
        run: run the rows are written by.
        as_of: aware instant; scores made after it are invisible.

    Returns:
        Counts of rows written: ``judgements``, ``scored_samples`` (those that expired included), ``score_remarks`` and
        ``score_remarks_taken_back``.

    Raises:
        SettingsError: a stored setting cannot be read, or the office's calendar is missing.
    """
    at = served.begin(transaction, as_of)
    over = [code for code, (_starts, ends, _due) in _terms_of(transaction, None, at).items() if at >= ends]
    changed = list(execute(transaction, "quality_sampling/take_scored_samples", at=at).scalars())
    codes = list(
        execute(
            transaction, "quality_sampling/choose_scored_samples", changed_samples=changed, at=at, over_draws=over
        ).scalars()
    )
    if not codes:
        return dict.fromkeys(_COUNTS, 0)
    found = _judge(transaction, codes, at)
    remarks = [*found.remarks, *_expired(found), *_audits_waiting(found)]
    counts = (
        _write_judgements(transaction, run, at, found),
        _write_samples(transaction, run, found),
        note_remarks(transaction, run, at, remarks),
        execute(transaction, "quality_sampling/remove_settled_disagreements", sample_codes=found.agreeing).rowcount,
    )
    return dict(zip(_COUNTS, counts, strict=True))


def samples_of(transaction: Transaction, codes: Sequence[str]) -> list[JudgedSample]:
    """Samples as they stand, by code; those drawn before draws were kept are left out."""
    rows = execute(transaction, "quality_sampling/list_judged_samples", sample_codes=codes)
    return [JudgedSample(**row._mapping) for row in rows]


def criteria_of(transaction: Transaction, codes: Sequence[str]) -> dict[str, list[Criterion]]:
    """Sample → the criteria it is scored by, in their order."""
    found: dict[str, list[Criterion]] = defaultdict(list)
    for row in execute(transaction, "quality_sampling/list_score_criteria", sample_codes=codes):
        found[row.sample_code].append(Criterion(row.criterion, row.weight, row.is_critical, row.pass_score))
    return found


def judged_of(transaction: Transaction, codes: Sequence[str]) -> dict[str, list[JudgedContent]]:
    """Sample → its scores as they were judged, by reviewer, criterion and number."""
    found: dict[str, list[JudgedContent]] = defaultdict(list)
    for row in execute(transaction, "quality_sampling/list_judged_scores", sample_codes=codes):
        found[row.sample_code].append(JudgedContent(**row._mapping))
    return found


def note_remarks(transaction: Transaction, run: Run, at: datetime, remarks: Sequence[Remark]) -> int:
    """Keep what somebody must know of; what was noted before is not noted again.

    Returns:
        Rows written.
    """
    if not remarks:
        return 0
    return execute(
        transaction,
        "quality_sampling/note_remarks",
        kinds=[each.kind for each in remarks],
        subjects=[each.subject for each in remarks],
        community_codes=[each.community_code for each in remarks],
        details=[json.dumps(each.detail, ensure_ascii=False) for each in remarks],
        at=at,
        run_id=run.run_id,
    ).rowcount


def _judge(transaction: Transaction, codes: Sequence[str], at: datetime) -> Outcomes:
    prepare_teams(transaction)
    contents: dict[str, list[Content]] = defaultdict(list)
    for row in execute(transaction, "quality_sampling/list_reported_scores", sample_codes=codes, at=at):
        contents[row.sample_code].append(Content(**row._mapping))
    judged, criteria = judged_of(transaction, codes), criteria_of(transaction, codes)
    samples = samples_of(transaction, codes)
    terms = _terms_of(transaction, {each.draw_code for each in samples}, at)
    disagreement = Decimal(str(required_setting(transaction, "quality_disagreement_points", served.day_of(at))))
    found = Outcomes()
    for sample in samples:
        code = sample.sample_code
        starts_at, expires_at, due_on = terms[sample.draw_code]
        goes_by = Terms(at, starts_at, expires_at, due_on, criteria[code], disagreement)
        judge_sample(sample, contents[code], judged[code], goes_by, found)
    return found


def _terms_of(
    transaction: Transaction, draws: Iterable[str] | None, at: datetime
) -> dict[str, tuple[datetime, datetime, date]]:
    """Draw → start and exclusive end of its time for scoring, and the day scores are due by, before the days of grace.

    A score given with a mere date is of the start of that day: all of the draw's day counts.
    """
    codes = None if draws is None else sorted(draws)
    rows = execute(transaction, "quality_sampling/list_draw_terms", draw_codes=codes).all()
    grace = int(str(required_setting(transaction, "quality_grace_working_days", served.day_of(at))))
    ends = days_after(transaction, {row.due_on for row in rows}, grace)
    return {
        row.draw_code: (start_of(served.day_of(row.drawn_at)), end_of(ends[row.due_on]), row.due_on) for row in rows
    }


def _expired(found: Outcomes) -> list[Remark]:
    """One remark per draw and reviewer for what was not scored in time."""
    return [
        Remark(
            "expired",
            f"{draw_code} {reviewer}",
            None,
            {
                "draw_code": draw_code,
                "reviewer": reviewer,
                "items": items,
                "due_on": due_on.isoformat(),
                "told_to": reviewer,
            },
        )
        for (draw_code, reviewer, due_on), items in sorted(found.expired.items())
    ]


def _audits_waiting(found: Outcomes) -> list[Remark]:
    """One remark per draw and reviewer for corrections nobody has looked at again in time; they go on waiting."""
    return [
        Remark(
            "audit_waiting",
            f"{draw_code} {reviewer}".strip(),
            None,
            {
                "draw_code": draw_code,
                "reviewer": reviewer,
                "items": len(codes),
                "samples": sorted(codes),
                "due_on": due_on.isoformat(),
                "told_to": reviewer or None,
            },
        )
        for (draw_code, reviewer, due_on), codes in sorted(found.audits_waiting.items())
    ]


def _write_judgements(transaction: Transaction, run: Run, at: datetime, found: Outcomes) -> int:
    editions = found.editions
    contents = [each.content for each in editions]
    return execute(
        transaction,
        "quality_sampling/write_judgements",
        sample_codes=[each.sample_code for each in contents],
        reviewers=[each.reviewer for each in contents],
        criteria=[each.criterion for each in contents],
        editions=[each.number for each in editions],
        scores=[each.score for each in contents],
        criticals=[each.is_critical for each in contents],
        remarks=[each.remark for each in contents],
        scored_at=[each.scored_at for each in contents],
        verdicts=[each.verdict for each in editions],
        reasons=[each.reason for each in editions],
        digests=[each.content_digest for each in contents],
        loaded_from=[each.loaded_from for each in contents],
        at=at,
        run_id=run.run_id,
    ).rowcount


def _write_samples(transaction: Transaction, run: Run, found: Outcomes) -> int:
    standings = [standing for _sample, standing, _anew in found.standings]
    return execute(
        transaction,
        "quality_sampling/write_sample_scores",
        sample_codes=[sample.sample_code for sample, _standing, _anew in found.standings],
        states=[each.state for each in standings],
        scores=[each.score for each in standings],
        criticals=[each.is_critical for each in standings],
        nonconforming=[each.is_nonconforming for each in standings],
        scored_by=[each.scored_by for each in standings],
        scored_at=[each.scored_at for each in standings],
        second_scores=[each.second_score for each in standings],
        second_nonconforming=[each.second_nonconforming for each in standings],
        told_anew=[anew for _sample, _standing, anew in found.standings],
        run_id=run.run_id,
    ).rowcount
