"""Closing the loop: who was dissatisfied gets a case with the department whose work it was (CB-03, CB-08)."""

from __future__ import annotations

from datetime import datetime

from guanjia.pipelines.scheduled_callbacks.served import begin, day_of
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute


def close_loop(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Open the cases that dissatisfied answers call for, and note home visits that were not signed.

    A callback about work of two departments opens a case for each. When such a case is resolved, the plan makes the
    recheck due. Answers of callbacks and of home visits count alike.

    Args:
        transaction: open transaction, after results were taken for the same as_of.
        run: run the rows are written by.
        as_of: aware instant.

    Returns:
        Counts of rows written: ``correction_cases``, ``visit_cases``, ``visit_remarks`` and
        ``visit_remarks_taken_back``.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    at = begin(transaction, as_of)
    today = day_of(at)
    bound = int(str(required_setting(transaction, "callback_dissatisfied_up_to", today)))
    department = str(required_setting(transaction, "callback_department", today))
    opened = execute(
        transaction,
        "scheduled_callbacks/open_correction_cases",
        at=at,
        dissatisfied_up_to=bound,
        department=department,
        run_id=run.run_id,
    ).rowcount
    execute(
        transaction,
        "scheduled_callbacks/find_visits_to_judge",
        at=at,
        dissatisfied_up_to=bound,
        department=department,
    )
    return {
        "correction_cases": opened,
        "visit_cases": execute(transaction, "scheduled_callbacks/open_visit_cases", at=at, run_id=run.run_id).rowcount,
        "visit_remarks": execute(
            transaction, "scheduled_callbacks/note_visit_remarks", at=at, run_id=run.run_id
        ).rowcount,
        "visit_remarks_taken_back": execute(transaction, "scheduled_callbacks/remove_signed_visits").rowcount,
    }
