"""Results of inspections: which visits count, what they found, and what the meters showed (INS-03, INS-05)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from guanjia.pipelines.vacancy_inspections.findings import open_cases
from guanjia.pipelines.vacancy_inspections.readings import take_readings
from guanjia.pipelines.vacancy_inspections.served import begin, day_of
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

_COUNTS: Final = ("finding_cases", "visits", "visited_inspections", "readings", "result_remarks", "remarks_taken_back")


def take_results(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Judge the inspection results up to as_of that are new or were corrected, and act on them.

    A visit counts when its inspector was employed, the inspection was planned, not cancelled, its time not over and the
    unit not entered before: then the inspection is done, or not entered. A result that came late for a visit in time
    turns missed into done. A visit that does not count is kept and told. Its finding opens a case and its readings
    become meter readings all the same.

    Args:
        transaction: open transaction.
        run: run the rows are written by.
        as_of: aware instant; visits after it are invisible.

    Returns:
        Counts of rows written: ``finding_cases``, ``visits``, ``visited_inspections``, ``readings``,
        ``result_remarks`` on what could not be taken as it is, and ``remarks_taken_back`` that lost their reason.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    at = begin(transaction, as_of)
    settled = execute(transaction, "vacancy_inspections/find_settled_remarks", today=day_of(at)).rowcount
    touched = execute(
        transaction, "vacancy_inspections/choose_touched_inspections", as_of=at, today=day_of(at)
    ).rowcount
    if not touched and not settled:
        return dict.fromkeys(_COUNTS, 0)
    execute(transaction, "vacancy_inspections/judge_results", as_of=at)
    execute(transaction, "vacancy_inspections/analyse_judged_results")
    cases = open_cases(transaction, at)
    visits = execute(transaction, "vacancy_inspections/write_visits", run_id=run.run_id).rowcount
    inspections = execute(transaction, "vacancy_inspections/close_inspections", run_id=run.run_id).rowcount
    remarks = execute(transaction, "vacancy_inspections/remark_results", as_of=at, run_id=run.run_id).rowcount
    readings, remarks_on_readings = take_readings(transaction, run, at)
    taken_back = execute(transaction, "vacancy_inspections/remove_settled_remarks").rowcount
    counts = (cases, visits, inspections, readings, remarks + remarks_on_readings, taken_back)
    return dict(zip(_COUNTS, counts, strict=True))
