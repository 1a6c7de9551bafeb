"""Appeals against scores: who may, until when, who looks at it again, and when a score is final (QC-01)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.quality_scores import AppealStanding, refuse_appeal
from guanjia.pipelines.quality_sampling import served
from guanjia.pipelines.quality_sampling.eligibility import Item, people_of
from guanjia.pipelines.quality_sampling.frame import prepare_teams
from guanjia.pipelines.quality_sampling.judging import criteria_of, judged_of, note_remarks, samples_of
from guanjia.pipelines.quality_sampling.score_rows import Content, JudgedSample, Remark
from guanjia.pipelines.quality_sampling.scoring import WholeScore, after_close, counting_of, whole_score
from guanjia.pipelines.quality_sampling.working_days import calendars_of, days_after, end_of
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.people import holders
from guanjia.store.runs import Run
from guanjia.store.sql import execute

_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """An appeal and what it came to."""

    row: Row[Any]
    reason: str
    reviewer: str | None
    due_on: date | None


@dataclass(frozen=True, slots=True)
class _Decision:
    """What came of an appeal: the score that counts since."""

    row: Row[Any]
    sample: JudgedSample
    score: Decimal | None
    is_critical: bool | None
    is_nonconforming: bool | None
    scored_by: str | None
    scored_at: datetime | None


def take_appeals(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Take or refuse the appeals that are new, decide those that were looked at again, and close what nobody contests.

    An appeal is taken from the agent or the leader of the team of that day, once, until the end of the time for it;
    when it was made counts, not when it came in. Somebody who scored none of it looks at it again; ``upheld`` leaves
    the score, ``changed`` puts the new one in its place once it is complete. Then the score is final. A score nobody
    appealed against is final when the time for it is over.

    Args:
        transaction: open transaction, after scores were taken for the same as_of.
        run: run the rows are written by.
        as_of: aware instant; appeals made after it are invisible.

    Returns:
        Counts of rows written: ``appeals``, ``appeals_handed_over``, ``appeals_decided``, ``samples_closed``,
        ``appeal_remarks`` and ``appeal_remarks_taken_back``.

    Raises:
        SettingsError: a stored setting cannot be read, or a calendar is missing.
    """
    at = served.begin(transaction, as_of)
    verdicts = _judge(transaction, at)
    remarks = [_remark_of(each) for each in verdicts if each.reason or each.reviewer is None]
    taken = _write(transaction, run, at, verdicts)
    decisions, missing = _decide(transaction, served.day_of(at))
    decided = _write_decisions(transaction, run, at, decisions)
    handed = _hand_over(transaction, run, at)  # what who has left decided is decided
    if handed:
        _none, missing = _decide(transaction, served.day_of(at))  # of those who look at them now
    remarks += missing
    remarks += [
        after_close(each.sample, each.score)
        for each in decisions
        if each.sample.is_month_closed and not each.sample.is_audit and each.score != each.sample.score
    ]
    noted = note_remarks(transaction, run, at, remarks)
    return {
        "appeals": taken,
        "appeals_handed_over": handed,
        "appeals_decided": decided,
        "samples_closed": execute(transaction, "quality_sampling/close_samples", at=at, run_id=run.run_id).rowcount,
        "appeal_remarks": noted,
        "appeal_remarks_taken_back": execute(
            transaction,
            "quality_sampling/remove_settled_appeal_remarks",
            kinds=[each.kind for each in missing],
            subjects=[each.subject for each in missing],
        ).rowcount,
    }


def appeal_ends(transaction: Transaction, at: datetime, communities: Iterable[str]) -> dict[str, datetime]:
    """Until when an agent who is told of a score may appeal: the end of the last of so many working days.

    Worked example: told on Friday 2026-11-27, three working days: Wednesday 2026-12-02, 23:59:59.

    Args:
        transaction: open transaction.
        at: aware instant the agents are told at.
        communities: communities of the samples; each has its own calendar.

    Returns:
        Community → last instant, inclusive.

    Raises:
        SettingsError: a stored setting cannot be read, or a calendar is missing.
    """
    day = served.day_of(at)
    count = int(str(required_setting(transaction, "quality_appeal_working_days", day)))
    calendars = calendars_of(transaction, communities)
    ends = {name: days_after(transaction, [day], count, name)[day] for name in set(calendars.values())}
    return {community: end_of(ends[calendar]) - _SECOND for community, calendar in calendars.items()}


def _judge(transaction: Transaction, at: datetime) -> list[_Verdict]:
    """What the new appeals come to; of several about a sample the first one that may be taken is."""
    today = served.day_of(at)
    prepare_teams(transaction)
    rows = execute(transaction, "quality_sampling/list_new_appeals", at=at, today=today).all()
    if not rows:
        return []
    taken: dict[str, Row[Any]] = {}
    reasons: list[tuple[Row[Any], str]] = []
    for row in rows:
        standing = AppealStanding(
            staff_code=row.agent,
            leaders=frozenset(row.leaders or ()),
            state=row.state,
            appeal_until=row.appeal_until,
            was_decided=row.was_decided or row.sample_code in taken,
        )
        reason = refuse_appeal(standing, row.staff_code, row.appealed_at)
        reasons.append((row, reason))
        if not reason:
            taken[row.sample_code] = row
    reviewers = _reviewers(transaction, list(taken.values()), at)
    due_on = _due_on(transaction, today)
    return [
        _Verdict(row, reason, None if reason else reviewers.get(row.sample_code), None if reason else due_on)
        for row, reason in reasons
    ]


def _reviewers(transaction: Transaction, rows: Sequence[Row[Any]], at: datetime) -> dict[str, str]:
    """Sample → who looks at it again; several of one run are spread over those who may."""
    if not rows:
        return {}
    candidates = _candidates(transaction, [row.sample_code for row in rows], served.day_of(at))
    given: dict[str, int] = {}
    found: dict[str, str] = {}
    for row in rows:
        several = candidates.get(row.sample_code)
        if several:
            best = min(several, key=lambda code: given.get(code, 0))
            found[row.sample_code] = best
            given[best] = given.get(best, 0) + 1
    return found | _heads(transaction, [row for row in rows if row.sample_code not in found], at)


def _due_on(transaction: Transaction, today: date) -> date:
    """The day by which whoever gets an appeal today decides it."""
    days = int(str(required_setting(transaction, "quality_appeal_due_working_days", today)))
    return days_after(transaction, [today], days)[today]


def _candidates(transaction: Transaction, codes: Sequence[str], today: date) -> dict[str, list[str]]:
    """Sample → reviewers who may look at it again, best first: of another department before the agent's own."""
    rows = execute(transaction, "quality_sampling/list_appeal_reviewers", sample_codes=codes, today=today).all()
    people = people_of(transaction, {row.reviewer for row in rows})
    found: dict[str, list[str]] = {}
    last: dict[str, list[str]] = {}
    for row in rows:
        item = Item(row.staff_code, row.team_code, row.department, row.day)
        person = people[row.reviewer]
        if person.barred_from(item, today) is None:
            choice = last if person.is_colleague_of(item) else found
            choice.setdefault(row.sample_code, []).append(row.reviewer)
    return {code: found.get(code, []) + last.get(code, []) for code in codes}


def _heads(transaction: Transaction, rows: Sequence[Row[Any]], at: datetime) -> dict[str, str]:
    """Where no reviewer is left, who heads the quality check looks at it, unless it is their own work or score."""
    if not rows:
        return {}
    role = str(required_setting(transaction, "quality_head_role", served.day_of(at)))
    heads = holders(transaction, sorted({row.community_code for row in rows if row.community_code}), role, at)
    barred = {
        sample.sample_code: {sample.staff_code, sample.reviewer, sample.second_reviewer}
        for sample in samples_of(transaction, [row.sample_code for row in rows])
    }
    return {
        row.sample_code: heads[row.community_code].staff_code
        for row in rows
        if row.community_code in heads and heads[row.community_code].staff_code not in barred[row.sample_code]
    }


def _hand_over(transaction: Transaction, run: Run, at: datetime) -> int:
    """Find somebody for the open appeals nobody looks at."""
    rows = execute(transaction, "quality_sampling/list_orphaned_appeals", today=served.day_of(at)).all()
    found = _reviewers(transaction, rows, at)
    if not found:
        return 0
    return execute(
        transaction,
        "quality_sampling/hand_appeals",
        sample_codes=list(found),
        reviewers=list(found.values()),
        due_on=_due_on(transaction, served.day_of(at)),
        run_id=run.run_id,
    ).rowcount


def _write(transaction: Transaction, run: Run, at: datetime, verdicts: Sequence[_Verdict]) -> int:
    if not verdicts:
        return 0
    written = execute(
        transaction,
        "quality_sampling/write_appeal_verdicts",
        sample_codes=[each.row.sample_code for each in verdicts],
        appealed_at=[each.row.appealed_at for each in verdicts],
        staff_codes=[each.row.staff_code for each in verdicts],
        verdicts=["refused" if each.reason else "accepted" for each in verdicts],
        reasons=[each.reason or None for each in verdicts],
        reviewers=[each.reviewer for each in verdicts],
        due_on=[each.due_on for each in verdicts],
        scores=[each.row.score for each in verdicts],
        at=at,
        run_id=run.run_id,
    ).rowcount
    taken = [each.row.sample_code for each in verdicts if not each.reason]
    execute(transaction, "quality_sampling/reopen_samples", sample_codes=taken, run_id=run.run_id)
    return written


def _remark_of(verdict: _Verdict) -> Remark:
    row = verdict.row
    detail = {
        "sample_code": row.sample_code,
        "agent": row.agent,
        "staff_code": row.staff_code,
        "appealed_at": row.appealed_at.astimezone(TIME_ZONE).isoformat(),
        "appeal_until": row.appeal_until and row.appeal_until.astimezone(TIME_ZONE).isoformat(),
    }
    if verdict.reason:
        detail["told_to"] = row.staff_code
    return Remark(f"appeal_{verdict.reason or 'no_reviewer'}", _subject(row), row.community_code, detail)


def _decide(transaction: Transaction, today: date) -> tuple[list[_Decision], list[Remark]]:
    """What the open appeals come to, and what is missing to decide them."""
    rows = execute(transaction, "quality_sampling/list_appeals_to_decide").all()
    if not rows:
        return [], []
    codes = [row.sample_code for row in rows]
    criteria = criteria_of(transaction, codes)
    judged = judged_of(transaction, codes)
    samples = {each.sample_code: each for each in samples_of(transaction, codes)}
    decisions, remarks = [], []
    for row in rows:
        if row.decided is not None:
            remarks.append(_lacking("appeal_after_decision", row))
            continue
        counting: Iterable[Content] = counting_of(judged[row.sample_code])
        again = whole_score(row.reviewer, criteria[row.sample_code], counting)
        sample = samples[row.sample_code]
        if row.outcome == "upheld":
            decisions.append(_upheld(row, sample))
        elif row.outcome == "changed" and again is not None:
            decisions.append(_changed(row, sample, again))
        elif row.outcome == "changed":
            remarks.append(_lacking("appeal_no_scores", row))
        elif again is not None:
            remarks.append(_lacking("appeal_no_outcome", row))
        elif row.due_on < today and row.reviewer is not None:
            remarks.append(_lacking("appeal_waiting", row))
    return decisions, remarks


def _upheld(row: Row[Any], sample: JudgedSample) -> _Decision:
    return _Decision(
        row,
        sample,
        sample.score,
        sample.is_critical,
        sample.is_nonconforming,
        sample.scored_by,
        sample.scored_at,
    )


def _changed(row: Row[Any], sample: JudgedSample, again: WholeScore) -> _Decision:
    item = again.item
    return _Decision(row, sample, item.score, item.is_critical, item.is_nonconforming, again.reviewer, again.scored_at)


def _lacking(kind: str, row: Row[Any]) -> Remark:
    detail: Mapping[str, Any] = {
        "sample_code": row.sample_code,
        "staff_code": row.staff_code,
        "reviewer": row.reviewer,
        "due_on": row.due_on and row.due_on.isoformat(),
        "outcome": row.outcome,
        "told_to": row.reviewer,
    }
    return Remark(kind, _subject(row), row.community_code, dict(detail))


def _write_decisions(transaction: Transaction, run: Run, at: datetime, decisions: Sequence[_Decision]) -> int:
    if not decisions:
        return 0
    return execute(
        transaction,
        "quality_sampling/decide_appeals",
        sample_codes=[each.row.sample_code for each in decisions],
        outcomes=[each.row.outcome for each in decisions],
        scores=[each.score for each in decisions],
        criticals=[each.is_critical for each in decisions],
        nonconforming=[each.is_nonconforming for each in decisions],
        scored_by=[each.scored_by for each in decisions],
        scored_at=[each.scored_at for each in decisions],
        at=at,
        run_id=run.run_id,
    ).rowcount


def _subject(row: Row[Any]) -> str:
    return f"{row.sample_code} {row.appealed_at.astimezone(TIME_ZONE):%Y-%m-%d %H:%M:%S}"
