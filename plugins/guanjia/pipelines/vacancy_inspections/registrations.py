"""Owners' vacancy registrations: accepted or refused with the reason, and the case an acceptance opens (INS-07)."""

from __future__ import annotations

from datetime import datetime

from guanjia.pipelines.vacancy_inspections.served import begin, day_of
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute


def judge_registrations(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Judge every vacancy application made by as_of; a corrected application is judged anew.

    Refused, in this order: identity not checked, no meter reading, not longer than the months demanded (from 1 January,
    31 March is exactly three months: refused; 1 April: accepted), overlapping one accepted before. Who was accepted
    stays accepted when a later one overlaps. An acceptance counts from start_date, at most 60 days before the
    application, to end_date or the early end announced; it opens a case for shutting off water and electricity unless
    the application was made before the community was served. An announced end before the first day that counts leaves
    an acceptance without a day (last_day is the day before first_day), no case, and a remark. An application corrected
    to another unit gets a case for that one; the former is void and told. So are units never vacant by their use.

    Args:
        transaction: open transaction.
        run: run the rows are written by.
        as_of: aware instant; applications after its day are not seen.

    Returns:
        Counts of rows written: ``registrations_judged``, ``registrations_judged_anew``, ``registration_cases``,
        ``registration_remarks``.

    Raises:
        SettingsError: a stored setting cannot be read.

    Source:
        INS-07.
    """
    at = begin(transaction, as_of)
    execute(transaction, "vacancy_inspections/create_judged_applications", day=day_of(at))
    while execute(transaction, "vacancy_inspections/decide_applications").rowcount:
        pass
    execute(transaction, "vacancy_inspections/find_moved_registrations")
    execute(transaction, "vacancy_inspections/void_moved_cases")
    changed = execute(transaction, "vacancy_inspections/update_registrations", as_of=at, run_id=run.run_id)
    judged = execute(transaction, "vacancy_inspections/insert_registrations", as_of=at, run_id=run.run_id)
    opened = execute(transaction, "vacancy_inspections/open_registration_cases", as_of=at)
    moved = execute(transaction, "vacancy_inspections/note_moved_registrations", as_of=at, run_id=run.run_id)
    never = execute(transaction, "vacancy_inspections/note_never_vacant", as_of=at, run_id=run.run_id)
    mended = execute(transaction, "vacancy_inspections/remove_mended_registrations")
    remarked = execute(transaction, "vacancy_inspections/note_empty_registrations", as_of=at, run_id=run.run_id)
    return {
        "registrations_judged": judged.rowcount,
        "registrations_judged_anew": changed.rowcount,
        "registration_cases": opened.rowcount,
        "registration_remarks": moved.rowcount + never.rowcount + mended.rowcount + remarked.rowcount,
    }
