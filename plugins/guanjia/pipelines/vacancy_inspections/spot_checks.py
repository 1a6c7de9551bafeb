"""The centre head's spot checks: a seeded sample of each inspector's inspections of the month before (INS-06)."""

from __future__ import annotations

from datetime import datetime

from guanjia.pipelines.vacancy_inspections.plan_day import PlanDay
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute


def draw_spot_checks(transaction: Transaction, run: Run, at: datetime, today: PlanDay) -> dict[str, int]:
    """Draw from the inspections made in the month before, until each inspector has as many as are called for.

    Drawn on the first day of a month; results that come in later call for more on the days after. What is drawn stays.

    Args:
        transaction: open transaction with the temporary tables of `planning`.
        run: run the rows are written by.
        at: instant the run works at.
        today: day that is planned.

    Returns:
        Counts: ``spot_checks``.
    """
    checked = today.month_before
    drawn = 0
    while _find_needs(transaction, today):
        found = _draw(transaction, run, today, is_unit_again=False)
        drawn += found
        if not found:  # no other units are left: the same unit is looked at for a second inspector
            drawn += _draw(transaction, run, today, is_unit_again=True)
            break
    if drawn:
        execute(
            transaction,
            "vacancy_inspections/note_no_spot_checker",
            run_id=run.run_id,
            at=at,
            checked_period=checked.period,
        )
    return {"spot_checks": drawn}


def _find_needs(transaction: Transaction, today: PlanDay) -> int:
    """Put the inspectors who need more spot checks into their temporary table; how many they are."""
    execute(transaction, "vacancy_inspections/clear_spot_check_needs")
    checked = today.month_before
    inspectors: int = execute(
        transaction,
        "vacancy_inspections/find_spot_check_needs",
        day=today.day,
        checked_from=checked.month_start,
        checked_period=checked.period,
    ).rowcount
    return inspectors


def _draw(transaction: Transaction, run: Run, today: PlanDay, *, is_unit_again: bool) -> int:
    checked = today.month_before
    drawn: int = execute(
        transaction,
        "vacancy_inspections/draw_spot_checks",
        run_id=run.run_id,
        day=today.day,
        month_end=today.month_end,
        checked_from=checked.month_start,
        checked_period=checked.period,
        seed=str(required_setting(transaction, "spot_check_seed", today.day)),
        is_unit_again=is_unit_again,
    ).rowcount
    return drawn
