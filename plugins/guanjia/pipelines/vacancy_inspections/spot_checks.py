"""The centre head's spot checks: a seeded sample of each inspector's inspections of the month before (INS-06)."""

from __future__ import annotations

from datetime import datetime

from guanjia.pipelines.vacancy_inspections.plan_day import PlanDay
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute


def draw_spot_checks(transaction: Transaction, run: Run, at: datetime, today: PlanDay) -> dict[str, int]:
    """Draw on the first day of a month from the inspections made in the month before.

    Args:
        transaction: open transaction with the temporary tables of `planning`.
        run: run the rows are written by.
        at: instant the run works at.
        today: day that is planned, the first of a month.

    Returns:
        Counts: ``spot_checks``.
    """
    checked = today.month_before
    drawn = execute(
        transaction,
        "vacancy_inspections/draw_spot_checks",
        run_id=run.run_id,
        day=today.day,
        month_end=today.month_end,
        checked_from=checked.month_start,
        checked_period=checked.period,
        seed=str(required_setting(transaction, "spot_check_seed", today.day)),
    ).rowcount
    if drawn:
        execute(
            transaction,
            "vacancy_inspections/note_no_spot_checker",
            run_id=run.run_id,
            at=at,
            checked_period=checked.period,
        )
    return {"spot_checks": drawn}
