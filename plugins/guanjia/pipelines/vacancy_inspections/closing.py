"""What ends without a visit: missed in its time, or its unit is vacant no more (INS-02)."""

from __future__ import annotations

from datetime import datetime

from guanjia.pipelines.vacancy_inspections.plan_day import PlanDay
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute


def close_inspections_of_day(transaction: Transaction, run: Run, at: datetime, today: PlanDay) -> dict[str, int]:
    """Missed and cancelled inspections as of the morning of a day.

    Args:
        transaction: open transaction with the temporary tables of `planning`.
        run: run the rows are written by.
        at: instant the run works at.
        today: day that is planned.

    Returns:
        Counts: ``missed``, ``cancelled``.
    """
    missed = execute(
        transaction,
        "vacancy_inspections/close_missed",
        run_id=run.run_id,
        at=at,
        day=today.day,
        month_start=today.month_start,
    )
    cancelled = execute(
        transaction, "vacancy_inspections/cancel_ended", run_id=run.run_id, day=today.day, period=today.period
    )
    return {"missed": missed.rowcount, "cancelled": cancelled.rowcount}
