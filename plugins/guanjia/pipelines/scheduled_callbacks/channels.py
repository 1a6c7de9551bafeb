"""How a customer is addressed: by telephone, by mail, or by the manager (CB-01 to 07, do_not_call)."""

from __future__ import annotations

from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute


def change_channels(transaction: Transaction, run: Run) -> int:
    """Let open contacts go the way the register calls for now; what was mailed stays.

    Nobody known, the wish not to be called, no number or one that proved wrong, in this order: by mail where there is
    an address, else on the manager's list. A questionnaire goes by mail; without an address it is asked by telephone.

    Args:
        transaction: open transaction with the temporary tables ``open_contacts``, ``contact_ends``,
            ``contact_channels`` and ``touched_callbacks``.
        run: run the rows are written by.

    Returns:
        How many changed.
    """
    changed = execute(transaction, "scheduled_callbacks/find_other_channels").rowcount
    if changed:
        execute(transaction, "scheduled_callbacks/analyse_contact_channels")
        execute(transaction, "scheduled_callbacks/change_channels", run_id=run.run_id)
    return changed
