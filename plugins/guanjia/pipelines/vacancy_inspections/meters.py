"""Use inside registered vacancies, month by month, from the readings of the unit's meters (INS-09)."""

from __future__ import annotations

from datetime import datetime

from guanjia.pipelines.vacancy_inspections.served import begin, day_of
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute


def measure_use(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Work out what was used in every registered month, and which months count as occupied.

    Use between two readings is spread evenly over the days after the first up to and including the second; a month's
    use is what falls on its registered days. Above 1 t of water or 5 kWh (not prorated) the month is occupied. Readings
    that come late or are corrected change earlier months; a registration of which nothing has changed is left alone.

    Example: registered from 1 October at 100.0 t; read 102.0 on 31 December. 92 days: October has 31/92 of 2 t, 0.67 t.

    Args:
        transaction: open transaction, after the registrations were judged and results taken for the same as_of.
        run: run the rows are written by.
        as_of: aware instant; readings of later days are invisible.

    Returns:
        Counts of rows written: ``use_months``, ``use_withdrawn``, ``use_remarks``.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    at = begin(transaction, as_of)
    today = day_of(at)
    execute(transaction, "vacancy_inspections/find_registered_meters", today=today)
    execute(transaction, "vacancy_inspections/analyse_registered_meters")
    execute(transaction, "vacancy_inspections/find_registration_inputs", today=today)
    execute(transaction, "vacancy_inspections/analyse_registration_inputs")
    execute(transaction, "vacancy_inspections/find_measured_meters")
    execute(transaction, "vacancy_inspections/analyse_measured_meters")
    execute(transaction, "vacancy_inspections/find_use_stretches", today=today)
    execute(transaction, "vacancy_inspections/analyse_use_stretches")
    execute(transaction, "vacancy_inspections/share_use_stretches")
    execute(transaction, "vacancy_inspections/analyse_use_shares")
    execute(transaction, "vacancy_inspections/compute_vacancy_use", today=today)
    execute(transaction, "vacancy_inspections/analyse_computed_use")
    withdrawn = execute(transaction, "vacancy_inspections/remove_vacancy_use", today=today).rowcount
    written = 0
    if execute(transaction, "vacancy_inspections/find_changed_use").rowcount:
        execute(transaction, "vacancy_inspections/analyse_changed_use")
        written = execute(transaction, "vacancy_inspections/write_vacancy_use", run_id=run.run_id).rowcount
    settled = execute(transaction, "vacancy_inspections/remove_settled_use_remarks").rowcount
    remarks = execute(transaction, "vacancy_inspections/remark_use", as_of=at, run_id=run.run_id).rowcount
    return {"use_months": written, "use_withdrawn": withdrawn, "use_remarks": remarks + settled}
