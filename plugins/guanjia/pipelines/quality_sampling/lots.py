"""What came of lots: verdicts by GB/T 2828.1, and how the next lot of each agent is inspected."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from guanjia.domain.quality_periods import month_bounds
from guanjia.domain.sampling_plans import Lot, Standing, resumed, standing_after
from guanjia.pipelines.quality_sampling.assigning import note_remark
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

NONE: Final = "none"
"""Verdict on a lot of which fewer than n items are scored."""

_STEADY_MONTHS: Final = 2


@dataclass(frozen=True)
class History:
    """An agent's lots so far.

    Attributes:
        standing: how the next one is inspected, and what has led there.
        periods: months looked back at.
        is_steady: each of the last two months with items had a verdict.
    """

    standing: Standing
    periods: tuple[str, ...]
    is_steady: bool


@dataclass(frozen=True)
class _Judged:
    """A lot with what came of it."""

    staff_code: str
    scored: int
    nonconforming: int
    verdict: str
    standing: Standing
    next_inspection: str
    because: str | None
    explanation: Mapping[str, Any]


def judge_lots(
    transaction: Transaction, at: datetime, month: str, run: Run | None = None, *, is_closed: bool = False
) -> int:
    """Judge the lots of a month by what is scored; lots of closed months stay as they are.

    The verdict rests on the first n scored items in the order of the month's draw: those drawn at random and the
    top-ups; of lots all of whose items are looked at, every one. Fewer than n scored: no verdict, and nothing switches.

    Args:
        transaction: open transaction; the lock is held.
        at: instant worked at.
        month: month, YYYY-MM, whose plans are drawn.
        run: run the rows are written by; None: rows keep the run that wrote them.
        is_closed: the month is closed with this: whose inspection is discontinued is told.

    Returns:
        Lots whose judgement changed.
    """
    lots = execute(transaction, "quality_sampling/list_lots", month=month, is_it=True).all()
    if not lots:
        return 0
    histories = histories_before(transaction, month)
    scores = _scores(transaction, month)
    judged = [
        _judge(row, histories.get(row.staff_code, History(Standing(), (), False)), scores[row.staff_code])
        for row in lots
    ]
    written = _write(transaction, at, month, run, judged)
    if is_closed and run is not None:
        for each in judged:
            if each.next_inspection == "discontinued" and each.because:
                facts = {"month": month, "staff_code": each.staff_code}
                note_remark(transaction, run, at, "discontinued", f"{month} {each.staff_code}", None, **facts)
    return written


def histories_before(transaction: Transaction, month: str) -> dict[str, History]:
    """What the lots before a month have led to, by agent; agents without any are missing.

    Args:
        transaction: open transaction.
        month: month, YYYY-MM; earlier ones are looked back at, all of them.
    """
    by_agent: dict[str, list[Any]] = defaultdict(list)
    for row in execute(transaction, "quality_sampling/list_lots", month=month, is_it=False):
        by_agent[row.staff_code].append(row)
    return {agent: _history(rows) for agent, rows in by_agent.items()}


def _history(rows: Sequence[Any]) -> History:
    standing = Standing()
    for row in rows:
        if row.verdict != NONE:
            standing = standing_after(
                resumed(standing), _lot_of(row.nonconforming, row.acceptance_number, row.explanation)
            )
    last = rows[-_STEADY_MONTHS:]
    is_steady = len(last) == _STEADY_MONTHS and all(row.verdict != NONE for row in last)
    return History(standing, tuple(row.period for row in rows), is_steady)


def _lot_of(nonconforming: int, acceptance: int, explanation: Mapping[str, Any]) -> Lot:
    return Lot(
        nonconforming,
        acceptance,
        explanation.get("tighter_acceptance"),
        bool(explanation.get("is_steady")),
        bool(explanation.get("is_approved")),
    )


def _scores(transaction: Transaction, month: str) -> dict[str, list[Any]]:
    """Scored items of a month by agent, in the order of its draw."""
    starts_at, ends_at = month_bounds(month, TIME_ZONE)
    seed = execute(transaction, "quality_sampling/find_month_seed", period=month).scalar_one()
    found: dict[str, list[Any]] = defaultdict(list)
    rows = execute(
        transaction, "quality_sampling/list_lot_scores", starts_at=starts_at, ends_at=ends_at, random_seed=seed
    )
    for row in rows:
        found[row.staff_code].append(row)
    return found


def _judge(row: Any, history: History, scores: Iterable[Any]) -> _Judged:
    terms = row.explanation
    of_plan = [
        each.is_nonconforming
        for each in scores
        if each.subject_kind in terms["kinds"] and (each.is_of_plan or terms["is_every_item"])
    ]
    nonconforming = sum(of_plan[: row.sample_size])
    is_judged = len(of_plan) >= row.sample_size
    before = history.standing
    lot = _lot_of(nonconforming, row.acceptance_number, terms)
    after = standing_after(resumed(before), lot) if is_judged else before
    because = None
    if after.inspection != row.inspection:
        because = after.because or ("resumed" if row.inspection == "discontinued" else None)
    return _Judged(
        staff_code=row.staff_code,
        scored=len(of_plan),
        nonconforming=nonconforming,
        verdict=NONE if not is_judged else "accept" if lot.is_accepted else "reject",
        standing=after,
        next_inspection=after.inspection,
        because=because,
        explanation={
            "lots": list(history.periods),
            "last_on_normal": list(after.outcomes) if after.inspection == "normal" else [],
            "accepted_in_a_row": len(after.outcomes) if after.inspection == "tightened" else 0,
            "rejected_on_tightened": after.rejected,
        },
    )


def _write(transaction: Transaction, at: datetime, month: str, run: Run | None, judged: Sequence[_Judged]) -> int:
    return execute(
        transaction,
        "quality_sampling/judge_lots",
        period=month,
        staff_codes=[each.staff_code for each in judged],
        scored=[each.scored for each in judged],
        nonconforming=[each.nonconforming for each in judged],
        verdicts=[each.verdict for each in judged],
        switching_scores=[each.standing.score for each in judged],
        next_inspections=[each.next_inspection for each in judged],
        reasons=[each.because for each in judged],
        explanations=[json.dumps(each.explanation) for each in judged],
        at=at,
        run_id=None if run is None else run.run_id,
    ).rowcount
