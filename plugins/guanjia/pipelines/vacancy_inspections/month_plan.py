"""The month's plan: every vacant unit and basement once, evenly over inspectors and days, building by building."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import text

from guanjia.pipelines.vacancy_inspections.plan_day import PlanDay
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

_BULK_UNITS: Final = 5_000


def plan_month(transaction: Transaction, run: Run, at: datetime, today: PlanDay) -> dict[str, int]:
    """Units that have no inspection this month yet get one: all of them on the first day, later those that join.

    Inspections that nobody would make (no inspector, or one who is not there any more) look for a place again. Each
    unit takes a place with its community's own inspectors; a community without any, and what goes beyond their
    capacity, with those of the whole company. What finds no place is planned without an inspector and told.

    Args:
        transaction: open transaction with the temporary tables of `planning`; the day's slots are left in them.
        run: run the rows are written by.
        at: instant the run works at.
        today: day that is planned.

    Returns:
        Counts: ``planned``, ``revived``, ``reseated`` (another inspector or day), ``unassigned`` (of all these: without
        an inspector from now on).
    """
    units, waiting, left = place_month(transaction, today)
    if not units + waiting:
        return {}
    planned = _insert(transaction, run, today, is_bulk=units >= _BULK_UNITS) if units else 0
    revived = units - planned
    if revived:
        execute(transaction, "vacancy_inspections/revive_inspections", run_id=run.run_id)
    reseated = 0
    if waiting:
        reseated = execute(transaction, "vacancy_inspections/reseat_inspections", run_id=run.run_id).rowcount
        if reseated:
            execute(transaction, "vacancy_inspections/remove_seated_remarks", period=today.period)
    if left or reseated:
        _tell_unassigned(transaction, run, at, today)
    execute(transaction, "vacancy_inspections/clear_inspection_placements")
    return {"planned": planned, "revived": revived, "reseated": reseated, "unassigned": left}


def place_month(transaction: Transaction, today: PlanDay) -> tuple[int, int, int]:
    """Work out who sees which unit on which day, for all units that have no inspection this month yet, or nobody.

    Args:
        transaction: open transaction with the temporary tables of `planning`; the day's slots and placements are left
            in them.
        today: day that is planned.

    Returns:
        Units placed; inspections that had nobody to make them; how many of both have nobody from now on.
    """
    execute(transaction, "vacancy_inspections/clear_inspection_slots")
    execute(transaction, "vacancy_inspections/clear_inspection_walks")
    execute(
        transaction,
        "vacancy_inspections/find_walks",
        day=today.day,
        month_start=today.month_start,
        month_end=today.month_end,
    )
    execute(transaction, "vacancy_inspections/find_slots", day=today.day, period=today.period)
    execute(transaction, "vacancy_inspections/prefer_sorted_joins")
    units = execute(
        transaction,
        "vacancy_inspections/place_units",
        day=today.day,
        month_start=today.month_start,
        period=today.period,
    ).rowcount
    execute(transaction, "vacancy_inspections/allow_all_joins")
    waiting = execute(
        transaction, "vacancy_inspections/find_waiting_inspections", day=today.day, period=today.period
    ).rowcount
    return units, waiting, _place_the_rest(transaction, today) if units + waiting else 0


def _insert(transaction: Transaction, run: Run, today: PlanDay, *, is_bulk: bool) -> int:
    """Write the month's inspections; the references of many at once need no second look.

    Every unit and inspector comes out of its register in this very transaction. Looking each up again, row by row, is
    two thirds of the time a large plan takes.
    """
    skips = is_bulk and bool(execute(transaction, "vacancy_inspections/ask_reference_right").scalar_one())
    if skips:
        transaction.execute(text("SET LOCAL session_replication_role = replica"))
    written: int = execute(
        transaction,
        "vacancy_inspections/insert_monthly_inspections",
        run_id=run.run_id,
        day=today.day,
        period=today.period,
    ).rowcount
    if skips:
        transaction.execute(text("SET LOCAL session_replication_role = DEFAULT"))
    return written


def _place_the_rest(transaction: Transaction, today: PlanDay) -> int:
    """Free seats for what was not dealt out: own inspectors first, then the company's, then nobody's."""
    waiting = execute(transaction, "vacancy_inspections/count_unplaced").all()
    if not waiting:
        return 0
    left = sum(int(row.units) for row in waiting)
    for by_company in (False, True):
        for row in waiting:
            left -= execute(
                transaction,
                "vacancy_inspections/fill_seats",
                by_company=by_company,
                calendar_code=row.calendar_code,
            ).rowcount
    if not left:
        return 0
    unassigned: int = execute(
        transaction, "vacancy_inspections/place_unassigned", day=today.day, month_end=today.month_end
    ).rowcount
    return unassigned


def _tell_unassigned(transaction: Transaction, run: Run, at: datetime, today: PlanDay) -> None:
    """Remarks on the communities that have units nobody can walk to."""
    execute(
        transaction,
        "vacancy_inspections/note_unassigned",
        run_id=run.run_id,
        at=at,
        day=today.day,
        month_end=today.month_end,
        period=today.period,
    )
