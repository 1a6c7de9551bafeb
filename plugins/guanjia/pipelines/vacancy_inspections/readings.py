"""Readings that inspectors bring along become meter readings (INS-03)."""

from __future__ import annotations

from datetime import datetime

from guanjia.pipelines.vacancy_inspections.served import day_of
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute


def take_readings(transaction: Transaction, run: Run, at: datetime) -> tuple[int, int]:
    """Write the readings of the judged results as meter readings; what cannot be one is told.

    Args:
        transaction: open transaction, with the temporary table ``judged_results``.
        run: run the remarks are written by.
        at: aware instant of the run.

    Returns:
        Meter readings written or withdrawn, and remarks written: reading_differs (another stands for that day),
        reading_falls (lower than before or higher than after), no_meter, several_meters.
    """
    execute(transaction, "vacancy_inspections/find_visit_readings", today=day_of(at))
    withdrawn = execute(transaction, "vacancy_inspections/withdraw_corrected_readings", as_of=at).rowcount
    execute(transaction, "vacancy_inspections/analyse_visit_readings")
    execute(transaction, "vacancy_inspections/judge_visit_readings")
    written = execute(transaction, "vacancy_inspections/write_visit_readings").rowcount
    remarks = execute(transaction, "vacancy_inspections/remark_readings", as_of=at, run_id=run.run_id).rowcount
    return withdrawn + written, remarks
