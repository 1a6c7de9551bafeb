"""One voice: contacts of a customer merge into one conversation, and what is closed leaves it (CB-01 to 07)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

_COUNTS: Final = ("contacts_planned", "callbacks_planned", "callbacks_changed", "callbacks_ended")


def prepare_merging(transaction: Transaction) -> None:
    """Make room for a day's contacts: the temporary tables ``new_contacts`` and ``touched_callbacks``, empty.

    Who finds a contact due writes it into the first; who closes or changes one that is planned writes its callback into
    the second. Both last as long as the transaction.

    Args:
        transaction: open transaction.
    """
    execute(transaction, "scheduled_callbacks/create_new_contacts")
    execute(transaction, "scheduled_callbacks/create_touched_callbacks")
    execute(transaction, "scheduled_callbacks/clear_contacts_of_day")


def merge_contacts(transaction: Transaction, run: Run, at: datetime, day: date) -> dict[str, int]:
    """Write the day's contacts, each into the customer's planned callback or a new one, and reckon callbacks anew.

    A callback has the window of the contact with the earlier one, the rules and cases of all, the strongest channel
    (call, mail, manager), the highest priority and the most attempts. One without an open contact ends.

    Args:
        transaction: open transaction after `prepare_merging`, with the temporary table ``calling_parts``.
        run: run the rows are written by.
        at: aware instant the day is planned at.
        day: the day, in Asia/Shanghai.

    Returns:
        Counts of rows: contacts and callbacks planned, callbacks changed and ended.
    """
    if not execute(transaction, "scheduled_callbacks/find_day_contacts").scalar_one():
        return dict.fromkeys(_COUNTS, 0)
    execute(transaction, "scheduled_callbacks/analyse_new_contacts")
    execute(transaction, "scheduled_callbacks/place_new_contacts", day=day)
    execute(transaction, "scheduled_callbacks/drop_merged_callbacks")
    execute(transaction, "scheduled_callbacks/create_merged_callbacks")
    execute(transaction, "scheduled_callbacks/analyse_merged_callbacks")
    changed = execute(transaction, "scheduled_callbacks/update_merged_callbacks", run_id=run.run_id).rowcount
    planned = execute(transaction, "scheduled_callbacks/insert_callbacks", run_id=run.run_id, day=day).rowcount
    contacts = execute(transaction, "scheduled_callbacks/insert_contacts", run_id=run.run_id).rowcount
    ended = execute(transaction, "scheduled_callbacks/close_empty_callbacks", run_id=run.run_id, at=at).rowcount
    return dict(zip(_COUNTS, (contacts, planned, changed, ended), strict=True))
