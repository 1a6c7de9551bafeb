"""Who is vacant, and why, as intervals of days; derived from the registers, never typed in (INS-01)."""

from __future__ import annotations

from datetime import datetime

from guanjia.pipelines.vacancy_inspections.served import begin, day_of
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute


def derive_vacancies(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Bring the grounds of vacancy and the intervals made of them up to as_of, writing only what differs.

    Residential units, shops and offices are vacant while unsold, while handed over and not fitted out, and on the days
    of an accepted registration. A unit handed over of which nobody says whether it is fitted out is not guessed to be
    vacant: such units are counted in a remark per community.

    Args:
        transaction: open transaction, after the registrations were judged for the same as_of.
        run: run the rows are written by.
        as_of: aware instant; handovers, stages of a fit-out and changes of use after its day are not seen.

    Returns:
        Counts of rows written: ``grounds_removed``, ``grounds_added``, ``vacancies_removed``, ``vacancies_added``,
        ``fit_out_remarks``, ``tenant_remarks``.

    Raises:
        SettingsError: a stored setting cannot be read.

    Source:
        INS-01.
    """
    at = begin(transaction, as_of)
    day = day_of(at)
    execute(transaction, "vacancy_inspections/create_derived_grounds", day=day)
    execute(transaction, "vacancy_inspections/analyse_derived_grounds")
    execute(transaction, "vacancy_inspections/create_derived_vacancies")
    execute(transaction, "vacancy_inspections/analyse_derived_vacancies")
    counts = {
        "grounds_removed": execute(transaction, "vacancy_inspections/remove_grounds", day=day).rowcount,
        "grounds_added": execute(transaction, "vacancy_inspections/insert_grounds", run_id=run.run_id).rowcount,
        "vacancies_removed": execute(transaction, "vacancy_inspections/remove_vacancies", day=day).rowcount,
        "vacancies_added": execute(transaction, "vacancy_inspections/insert_vacancies", run_id=run.run_id).rowcount,
        "fit_out_remarks": execute(
            transaction, "vacancy_inspections/note_unknown_fit_outs", as_of=at, day=day, run_id=run.run_id
        ).rowcount
        + execute(transaction, "vacancy_inspections/remove_known_fit_outs", day=day).rowcount,
        "tenant_remarks": execute(
            transaction, "vacancy_inspections/note_tenants", as_of=at, day=day, run_id=run.run_id
        ).rowcount
        + execute(transaction, "vacancy_inspections/remove_gone_tenants", day=day).rowcount,
    }
    execute(transaction, "vacancy_inspections/note_vacancy_progress", computed_to=at)
    return counts
