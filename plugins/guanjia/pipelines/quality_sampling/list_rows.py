"""Items of the quality check as workbooks and printed pages show them: to reviewers, to agents, after an appeal.

Nothing tells why an item was drawn, or whether somebody else scores it too; no column names the agent (the text of a
correction that is looked at again does). Customers' names and telephone numbers are masked: who scores needs the call,
not the person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.masking import mask_name, mask_text
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

_LONGEST_TEXT: Final = 160
"""Characters of what customers and colleagues wrote that a list shows."""
_OPEN: Final = ("waiting", "scored")
_BLIND: Final = (*_OPEN, "appealed", "final")
"""States in which a second score is still of use: it measures agreement, whatever became of the first."""


@dataclass(frozen=True, slots=True)
class ListedCriterion:
    """What an item is scored by."""

    name: str
    weight: Decimal
    """Share of the item's score, in percent of all its criteria, to the tenth."""
    is_critical: bool
    """Failing it is a critical error."""
    pass_score: Decimal
    """Score from which it is passed, 0 to 100."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The call or case that was drawn; texts are masked and shortened."""

    sample_code: str
    kind: str
    """call or case."""
    code: str
    channel: str
    """in or out of calls, channel of cases; empty: none."""
    occurred_at: datetime
    """Call: end; case: closed."""
    started_at: datetime | None
    """Of a call."""
    queue_seconds: int | None
    case_code: str | None
    """The case, or the one the call concerned."""
    case_kind: str | None
    opened_at: datetime | None
    """Of the case."""
    case_text: str | None
    done_note: str | None
    """What was noted when it was answered, done or closed."""
    is_audit: bool
    """A correction looked at again."""


@dataclass(frozen=True, slots=True)
class ListedSample:
    """One item on a reviewer's list."""

    number: int
    """Place on the list, from 1; the same in every edition."""
    sample_code: str
    reviewer: str
    """Staff code: results come back under it."""
    reviewer_name: str
    draw_code: str
    period: str
    drawn_at: datetime
    """Scores from before its day do not count."""
    due_on: date
    edition: int
    subject: Subject
    criteria: tuple[ListedCriterion, ...]


@dataclass(frozen=True, slots=True)
class FailedCriterion:
    """A criterion an item failed."""

    name: str
    score: Decimal
    is_critical: bool
    remark: str | None
    """What the reviewer wrote, on one line; numbers and addresses are masked."""


@dataclass(frozen=True, slots=True)
class ScoredSample:
    """One item that was scored, as its agent is told of it."""

    number: int
    """Place among those told together, from 1."""
    sample_code: str
    staff_code: str
    staff_name: str
    score: Decimal
    is_critical: bool
    appeal_until: datetime | None
    failed: tuple[FailedCriterion, ...]
    subject: Subject


@dataclass(frozen=True, slots=True)
class ListedAppeal:
    """An appeal that is open, as the one who looks at it again gets it."""

    appealed_at: datetime
    staff_code: str
    """Who appealed."""
    reason: str
    score_before: Decimal
    appeal_until: datetime | None
    failed: tuple[FailedCriterion, ...]
    """By the score that is appealed against."""
    sample: ListedSample
    """To be scored again by the same criteria; due_on is the appeal's."""


def read_list(transaction: Transaction, reviewer: str, draw_code: str, *, only_open: bool = True) -> list[ListedSample]:
    """What a reviewer has to score of a draw.

    Args:
        transaction: open transaction.
        reviewer: staff code.
        draw_code: draw.
        only_open: without items that are closed, or that this reviewer has scored by all criteria.

    Returns:
        A row per item, ordered by sample code, first and second scores alike.
    """
    lines = execute(transaction, "quality_sampling/list_samples", reviewer=reviewer, draw_code=draw_code).all()
    codes = [line.sample_code for line in lines if not only_open or line.state in (_BLIND if line.is_second else _OPEN)]
    subjects = _subjects(transaction, codes)
    criteria = _criteria(transaction, codes)
    scored = _scored(transaction, codes, reviewer)
    unscored = {code for code, wanted in criteria.items() if {each.name for each in wanted} - scored[code]}
    return [
        ListedSample(
            number=line.number,
            sample_code=line.sample_code,
            reviewer=line.reviewer,
            reviewer_name=line.reviewer_name,
            draw_code=line.draw_code,
            period=line.period,
            drawn_at=line.drawn_at,
            due_on=line.due_on,
            edition=line.edition,
            subject=_subject(subjects[line.sample_code]),
            criteria=criteria[line.sample_code],
        )
        for line in lines
        if line.sample_code in subjects and criteria.get(line.sample_code)
        if not only_open or line.sample_code in unscored
    ]


def read_scored(transaction: Transaction, sample_codes: Sequence[str]) -> list[ScoredSample]:
    """Items that have a score, as their agents are told of them.

    Args:
        transaction: open transaction.
        sample_codes: samples, in the order wanted; those without a score are left out.

    Returns:
        A row per sample, numbered from 1.
    """
    subjects = _subjects(transaction, sample_codes)
    failed = _failed(transaction, sample_codes)
    found = [subjects[code] for code in dict.fromkeys(sample_codes) if code in subjects]
    return [
        ScoredSample(
            number=number,
            sample_code=row.sample_code,
            staff_code=row.staff_code,
            staff_name=row.staff_name,
            score=row.score,
            is_critical=bool(row.is_critical),
            appeal_until=row.appeal_until,
            failed=failed[row.sample_code],
            subject=_subject(row),
        )
        for number, row in enumerate((row for row in found if row.score is not None), start=1)
    ]


def read_appeals(transaction: Transaction, sample_codes: Sequence[str]) -> list[ListedAppeal]:
    """Open appeals that have somebody who looks at them again.

    Args:
        transaction: open transaction.
        sample_codes: samples appealed about.

    Returns:
        A row per open appeal, ordered by sample code.
    """
    appeals = execute(transaction, "quality_sampling/describe_appeals", sample_codes=sorted(set(sample_codes))).all()
    codes = [row.sample_code for row in appeals]
    subjects = _subjects(transaction, codes)
    criteria = _criteria(transaction, codes)
    failed = _failed(transaction, codes)
    return [
        ListedAppeal(
            appealed_at=row.appealed_at,
            staff_code=row.staff_code,
            reason=row.reason,
            score_before=row.score_before,
            appeal_until=subjects[row.sample_code].appeal_until,
            failed=failed[row.sample_code],
            sample=ListedSample(
                number=1,
                sample_code=row.sample_code,
                reviewer=row.reviewer,
                reviewer_name=row.reviewer_name,
                draw_code=row.draw_code,
                period=row.period,
                drawn_at=row.judged_at,
                due_on=row.due_on,
                edition=1,
                subject=_subject(subjects[row.sample_code]),
                criteria=criteria[row.sample_code],
            ),
        )
        for row in appeals
    ]


def _subjects(transaction: Transaction, codes: Sequence[str]) -> dict[str, Row[Any]]:
    """Sample → what is known of the item."""
    wanted = sorted(set(codes))
    if not wanted:
        return {}
    rows = execute(transaction, "quality_sampling/describe_samples", sample_codes=wanted)
    return {row.sample_code: row for row in rows}


def _criteria(transaction: Transaction, codes: Sequence[str]) -> dict[str, tuple[ListedCriterion, ...]]:
    """Sample → what it is scored by; weights are shares of these."""
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    wanted = sorted(set(codes))
    if wanted:
        for row in execute(transaction, "quality_sampling/list_score_criteria", sample_codes=wanted):
            found[row.sample_code].append(row)
    return {code: _listed(of_sample) for code, of_sample in found.items()}


def _listed(of_sample: Sequence[Row[Any]]) -> tuple[ListedCriterion, ...]:
    whole = sum((row.weight for row in of_sample), Decimal(0))
    return tuple(
        ListedCriterion(
            row.criterion, (row.weight * 100 / whole).quantize(Decimal("0.1")), row.is_critical, row.pass_score
        )
        for row in of_sample
    )


def _scored(transaction: Transaction, codes: Sequence[str], reviewer: str) -> Mapping[str, set[str]]:
    """Sample → criteria by which the reviewer has scored it."""
    found: dict[str, set[str]] = defaultdict(set)
    if codes:
        for row in execute(
            transaction, "quality_sampling/list_own_scores", sample_codes=sorted(set(codes)), reviewer=reviewer
        ):
            found[row.sample_code].add(row.criterion)
    return found


def _failed(transaction: Transaction, codes: Sequence[str]) -> dict[str, tuple[FailedCriterion, ...]]:
    """Sample → criteria failed by the score that counts, in their order; empty: none."""
    given: dict[tuple[str, str], Row[Any]] = {}
    if codes:
        rows = execute(transaction, "quality_sampling/list_counted_scores", sample_codes=sorted(set(codes)))
        given = {(row.sample_code, row.criterion): row for row in rows}
    found: dict[str, tuple[FailedCriterion, ...]] = dict.fromkeys(codes, ())
    for code, criteria in _criteria(transaction, codes).items():
        for each in criteria:
            row = given.get((code, each.name))
            if row is not None and (row.is_critical or row.score < each.pass_score):
                remark = mask_text(" ".join((row.remark or "").split())) or None
                found[code] += (FailedCriterion(each.name, row.score, row.is_critical, remark),)
    return found


def _subject(row: Row[Any]) -> Subject:
    return Subject(
        sample_code=row.sample_code,
        kind=row.subject_kind,
        code=row.subject_code,
        channel=row.channel or "",
        occurred_at=row.occurred_at,
        started_at=row.started_at,
        queue_seconds=row.queue_seconds,
        case_code=row.case_code,
        case_kind=row.case_kind,
        opened_at=row.opened_at,
        case_text=_masked(row.description, row),
        done_note=_masked(row.done_note, row),
        is_audit=row.audits_code is not None,
    )


def _masked(text: str | None, row: Row[Any]) -> str | None:
    """A text on one line without the customer's name and without numbers, cut where it is too long; None: none."""
    flat = " ".join((text or "").split())
    if row.customer_name and len(row.customer_name) > 1:
        flat = flat.replace(row.customer_name, mask_name(row.customer_name))
    flat = mask_text(flat)
    return (flat if len(flat) <= _LONGEST_TEXT else flat[: _LONGEST_TEXT - 1] + "…") or None
