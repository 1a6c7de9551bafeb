"""Closes months: verdicts, results and ranking are final from then on, whatever becomes of scores later.

A month is closed when none of its samples is open, at the latest when the next one's acceptance plans are drawn: these
need to know the inspection its lots lead to.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from guanjia.pipelines.quality_sampling.lots import judge_lots
from guanjia.pipelines.quality_sampling.measuring import measure_period
from guanjia.pipelines.quality_sampling.ranking import rank_month
from guanjia.pipelines.quality_sampling.served import begin
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute


def close_months(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Close the months in which nothing is open any more, in order.

    Args:
        transaction: open transaction, after results were measured for the same as_of.
        run: run the rows are written by.
        as_of: aware instant.

    Returns:
        ``months_closed``, ``agents_ranked`` and ``results_measured``: rows written.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    at = begin(transaction, as_of)
    counts = Counter(months_closed=0, agents_ranked=0, results_measured=0)
    for row in execute(transaction, "quality_sampling/find_months_to_close").all():
        if row.is_open and not row.is_followed:
            break
        counts.update(_close(transaction, run, at, row.period))
    return dict(counts)


def close_months_before(transaction: Transaction, run: Run, at: datetime, month: str) -> dict[str, int]:
    """Close every month before one whose acceptance plans are about to be drawn, open samples or not.

    Args:
        transaction: open transaction; the lock is held and the communities served are known.
        run: run the rows are written by.
        at: instant worked at.
        month: month about to be drawn, YYYY-MM.

    Returns:
        As `close_months`.
    """
    counts = Counter(months_closed=0, agents_ranked=0, results_measured=0)
    for row in execute(transaction, "quality_sampling/find_months_to_close").all():
        if row.period < month:
            counts.update(_close(transaction, run, at, row.period))
    return dict(counts)


def _close(transaction: Transaction, run: Run, at: datetime, month: str) -> dict[str, int]:
    judge_lots(transaction, at, month, run, is_closed=True)
    execute(transaction, "quality_sampling/close_lots", period=month, at=at, run_id=run.run_id)
    measured = measure_period(transaction, run, at, month, is_month=True, is_closed=True)
    ranked = rank_month(transaction, run, at, month)
    execute(transaction, "quality_sampling/note_month_closed", period=month, run_id=run.run_id)
    return {"months_closed": 1, "agents_ranked": ranked, "results_measured": measured["results_measured"]}
