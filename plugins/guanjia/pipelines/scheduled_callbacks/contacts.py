"""What a day makes of contacts: those whose cause is gone end, those past their window are missed, facts make new ones.

Facts are looked for in the cases of which something was written since the last plan (CB-01, 02, 03, 07): a day's work
costs what happened, not what is stored.
"""

from __future__ import annotations

from datetime import date, datetime

from guanjia.pipelines.scheduled_callbacks.channels import change_channels
from guanjia.pipelines.scheduled_callbacks.rules import prepare_rules
from guanjia.pipelines.scheduled_callbacks.served import day_of, served_from
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute


def derive_contacts(transaction: Transaction, run: Run, at: datetime, day: date) -> dict[str, int]:
    """End, miss and find contacts of one day, with what was known at its instant.

    Args:
        transaction: open transaction after `merging.prepare_merging`, with the temporary tables ``called_communities``
            of that day, ``calling_days``, ``calling_parts`` and ``calling_slots``.
        run: run the rows are written by.
        at: aware instant the day is planned at: facts after it are invisible.
        day: the day, in Asia/Shanghai.

    Returns:
        Counts of contacts: cancelled, satisfied, missed (or ended after their days of grace), windows moved, channels
        changed, and made due. The last stand in ``new_contacts`` until they are merged; callbacks of the others in
        ``touched_callbacks``.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    if not execute(transaction, "scheduled_callbacks/find_case_facts").scalar_one():
        gather_facts(transaction, run, at)
    moved = execute(transaction, "scheduled_callbacks/move_windows", at=at, run_id=run.run_id).rowcount
    _read_open_contacts(transaction)
    return {
        "windows_moved": moved,
        **_end_contacts(transaction, run, at, day),
        "contacts_missed": _miss_contacts(transaction, run, at, day),
        "channels_changed": change_channels(transaction, run),
        "contacts_of_facts": _take_facts(transaction, run, at, day),
    }


def _read_open_contacts(transaction: Transaction) -> None:
    execute(transaction, "scheduled_callbacks/drop_open_contacts")
    execute(transaction, "scheduled_callbacks/create_open_contacts")
    execute(transaction, "scheduled_callbacks/analyse_open_contacts")
    for table in ("contact_ends", "contact_misses", "contact_channels"):
        execute(transaction, f"scheduled_callbacks/create_{table}")


def _end_contacts(transaction: Transaction, run: Run, at: datetime, day: date) -> dict[str, int]:
    """Contacts whose cause is gone, and those of whom was reached otherwise."""
    cancelled = execute(transaction, "scheduled_callbacks/find_causes_gone", at=at).rowcount
    cancelled += execute(transaction, "scheduled_callbacks/find_customers_gone", day=day).rowcount
    satisfied = execute(transaction, "scheduled_callbacks/find_contacts_satisfied", at=at).rowcount
    if cancelled + satisfied:
        execute(transaction, "scheduled_callbacks/analyse_contact_ends")
        execute(transaction, "scheduled_callbacks/end_contacts", at=at, run_id=run.run_id)
    return {"contacts_cancelled": cancelled, "contacts_satisfied": satisfied}


def _miss_contacts(transaction: Transaction, run: Run, at: datetime, day: date) -> int:
    """Contacts whose window is past by now."""
    missed = execute(transaction, "scheduled_callbacks/find_contacts_missed", at=at, day=day).rowcount
    if missed:
        execute(transaction, "scheduled_callbacks/analyse_contact_misses")
        execute(transaction, "scheduled_callbacks/miss_contacts", at=at, run_id=run.run_id)
    return missed


def _take_facts(transaction: Transaction, run: Run, at: datetime, day: date) -> int:
    """What facts of the day make due; a day without any costs next to nothing."""
    execute(transaction, "scheduled_callbacks/note_unknown_areas", at=at, run_id=run.run_id)
    execute(transaction, "scheduled_callbacks/clear_taken_facts")
    if not execute(transaction, "scheduled_callbacks/take_facts", at=at, day=day).rowcount:
        return 0
    execute(transaction, "scheduled_callbacks/analyse_taken_facts")
    return execute(transaction, "scheduled_callbacks/find_contacts_of_facts", at=at, day=day).rowcount


def gather_facts(transaction: Transaction, run: Run, at: datetime) -> None:
    """Take the cases to be looked at from the queue, and find what finished or answered them, for all days planned.

    A community planned for the first time, or served from an earlier day than before, has all its cases since then
    looked at, once.

    Args:
        transaction: open transaction in which `served.begin` was called and nothing was planned yet.
        run: run that plans; facts up to its instant are taken for good.
        at: aware instant of the first day planned; of the run, when that is later.
    """
    prepare_rules(transaction, run, at)
    computed_to = execute(transaction, "scheduled_callbacks/find_computed_to").scalar_one()
    until = max(at, run.as_of, computed_to or at)
    served = served_from(transaction, day_of(until))
    execute(transaction, "scheduled_callbacks/drop_case_facts")
    execute(transaction, "scheduled_callbacks/create_looked_cases")
    execute(transaction, "scheduled_callbacks/take_case_changes", at=until, served=list(served))
    execute(
        transaction,
        "scheduled_callbacks/look_at_all_cases",
        served=list(served),
        live_from=list(served.values()),
    )
    execute(transaction, "scheduled_callbacks/analyse_looked_cases")
    execute(transaction, "scheduled_callbacks/create_case_facts")
    execute(transaction, "scheduled_callbacks/index_case_facts")
    execute(transaction, "scheduled_callbacks/analyse_case_facts")
    execute(transaction, "scheduled_callbacks/create_waiting_facts")
    execute(transaction, "scheduled_callbacks/index_waiting_facts")
    execute(transaction, "scheduled_callbacks/analyse_waiting_facts")
    execute(transaction, "scheduled_callbacks/create_taken_facts")
