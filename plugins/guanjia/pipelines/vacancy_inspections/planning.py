"""Planning inspections day by day, so that days without a run are planned as their own runs would have (INS-02, 04)."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Final

from guanjia.pipelines.vacancy_inspections.closing import close_inspections_of_day
from guanjia.pipelines.vacancy_inspections.fit_out_visits import plan_fit_out_visits, visit_rhythms
from guanjia.pipelines.vacancy_inspections.month_plan import plan_month
from guanjia.pipelines.vacancy_inspections.plan_day import PlanDay, days_between
from guanjia.pipelines.vacancy_inspections.plan_settings import days_to_read_settings, use_settings_of
from guanjia.pipelines.vacancy_inspections.served import begin, day_of
from guanjia.pipelines.vacancy_inspections.spot_checks import draw_spot_checks
from guanjia.pipelines.vacancy_inspections.weather import plan_open_events
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

COUNTS: Final = (
    "planned",
    "revived",
    "reseated",
    "unassigned",
    "cancelled",
    "missed",
    "fit_out_visits",
    "spot_checks",
)

_LONGEST_HOLIDAY: Final = timedelta(days=31)
"""A fit-out visit that falls on a day off moves to the next working day; so far back is looked for it."""


def plan_inspections(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Plan every day not planned yet, up to as_of, one after the other.

    Each day, by the settings in force on it: what was missed is closed; what is vacant no more is cancelled; the first
    of a month plans the month; on the others what became vacant joins, and what has no inspector gets one when there is
    room; fit-outs get their visits; spot checks of the month before are drawn as far as they are called for. The day of
    as_of itself, when it was planned before, is looked at once more: what was loaded since then still finds its place,
    and unchanged data writes nothing.

    Args:
        transaction: open transaction, after vacancy was derived for the same as_of.
        run: run the rows are written by.
        as_of: aware instant.

    Returns:
        Counts of rows written, see `COUNTS`.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    at = begin(transaction, as_of)
    last_day = day_of(at)
    first_day = open_days(transaction, last_day)
    counts = Counter(dict.fromkeys(COUNTS, 0))
    if first_day is None:
        return dict(counts)
    changes = days_to_read_settings(transaction, first_day, last_day)
    rhythms = visit_rhythms(transaction, first_day)
    for today in days_between(first_day, last_day):
        if today.day in changes:
            use_settings_of(transaction, today.day)
            rhythms = visit_rhythms(transaction, today.day)
        counts.update(close_inspections_of_day(transaction, run, at, today))
        counts.update(plan_month(transaction, run, at, today))
        counts.update(plan_fit_out_visits(transaction, run, today, rhythms))
        counts.update(draw_spot_checks(transaction, run, at, today))
    execute(transaction, "vacancy_inspections/note_planned_days", run_id=run.run_id, last_day=last_day)
    counts["planned"] += plan_open_events(transaction, run, at)
    return dict(counts)


def open_days(transaction: Transaction, last_day: date) -> date | None:
    """Find the days to be planned and make room for them: temporary tables that last as long as the transaction.

    Args:
        transaction: open transaction in which `served.begin` was called.
        last_day: day up to which everything is to be planned, inclusive.

    Returns:
        The first day to be planned for any community; None: none is served.
    """
    execute(transaction, "vacancy_inspections/create_planned_communities", last_day=last_day)
    first_day: date | None = execute(transaction, "vacancy_inspections/find_first_planned_day").scalar_one()
    if first_day is not None:
        execute(
            transaction,
            "vacancy_inspections/create_inspection_work_days",
            first_day=first_day - _LONGEST_HOLIDAY,
            last_day=PlanDay(last_day).month_end,
        )
        execute(transaction, "vacancy_inspections/create_inspection_walks")
        execute(transaction, "vacancy_inspections/create_inspection_slots")
        execute(transaction, "vacancy_inspections/create_inspection_placements")
        execute(transaction, "vacancy_inspections/create_fit_out_visits")
        execute(transaction, "vacancy_inspections/create_spot_check_needs")
    return first_day
