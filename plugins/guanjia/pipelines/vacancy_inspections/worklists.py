"""The worklists of a day: who goes where this morning (INS-02, 04, 06, 10).

An inspection goes to the inspector it was planned for, if that person is there; else to others of the community with
room, else to those who serve all communities. What finds no room waits for the next day.
"""

from __future__ import annotations

from datetime import datetime

from guanjia.pipelines.vacancy_inspections.served import begin, day_of
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute


def make_worklists(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Write the worklists of the day of as_of.

    Order in which room is given: weather, fit-outs, what is due that day, what was carried over (the oldest first).
    Weather inspections are given out even beyond ``inspections_per_day``, for all of them must be made. Lists are made
    on the community's working days, and on other days for whom the roster names. A row of a day stays as it is; a later
    run of the same day adds only what was planned since, such as a storm's inspections.

    Args:
        transaction: open transaction.
        run: run the rows are written by; everything up to as_of was planned before.
        as_of: aware instant.

    Returns:
        Counts of rows written: inspections ``listed``, and remarks on ``unmanned_days``.
    """
    at = begin(transaction, as_of)
    day = day_of(at)
    execute(transaction, "vacancy_inspections/gather_listable_inspections", day=day)
    execute(transaction, "vacancy_inspections/gather_listing_inspectors", day=day)
    for is_weather in (True, False):
        execute(transaction, "vacancy_inspections/assign_planned_inspections", is_weather=is_weather)
        for by_company in (False, True):
            execute(transaction, "vacancy_inspections/share_inspections", is_weather=is_weather, by_company=by_company)
    listed = execute(transaction, "vacancy_inspections/write_worklists", day=day, run_id=run.run_id).rowcount
    unmanned = execute(
        transaction, "vacancy_inspections/note_unmanned_days", day=day, as_of=at, run_id=run.run_id
    ).rowcount
    return {"listed": listed, "unmanned_days": unmanned}
