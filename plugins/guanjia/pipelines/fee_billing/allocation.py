"""Which bills a payment pays: oldest due first, of the unit that was paid for, then the customer's others (BILL-05).

Money that finds no open bill stays the customer's credit; it is offered to their bills each time this runs, so that it
pays the next bill when that is posted. Everything is distributed by sums over the whole set, no payment by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from guanjia.store.engine import Transaction
from guanjia.store.locks import lock_scope
from guanjia.store.runs import Run
from guanjia.store.sql import execute

_SCOPE: Final = "payments"
_WORK_MEM: Final = "128MB"
"""Memory of one sort or hash."""


def lock_books(transaction: Transaction) -> None:
    """Hold the lock on what money pays which bill until the transaction ends.

    Whoever assigns, allocates, or undoes takes it; after the lock on a community, never before it.
    """
    lock_scope(transaction, _SCOPE)


def allocate(
    transaction: Transaction, run: Run | None, as_of: datetime, communities: Sequence[str] | None = None
) -> dict[str, int]:
    """Let what customers paid and is not used yet pay their open bills, with a balanced entry for each.

    A payment pays the bills of its customer for the unit it was paid for, oldest due day first; then the customer's
    bills for other units of the community. What is left stays credit.

    Args:
        transaction: open transaction; for posting, after the run's state says posted.
        run: the run; None: a command.
        as_of: instant; bills posted and payments assigned after it are not seen.
        communities: communities to look at; None: all.

    Returns:
        `allocated`: pairs of payment and bill written; 0 the second time.
    """
    from guanjia.pipelines.fee_billing.books import posting_day

    lock_books(transaction)
    execute(transaction, "fee_billing/widen_memory", work_mem=_WORK_MEM)
    execute(transaction, "payments/drop_payment_shares")
    chosen = None if communities is None else list(communities)
    if not execute(transaction, "payments/create_free_payments", as_of=as_of, communities=chosen).rowcount:
        return {"allocated": 0}
    execute(transaction, "payments/analyse_free_payments")
    execute(transaction, "payments/create_open_bills", as_of=as_of)
    execute(transaction, "payments/analyse_open_bills")
    execute(transaction, "payments/create_payment_shares")
    for by_unit in (True, False):
        execute(transaction, "payments/share_payments", by_unit=by_unit)
        execute(transaction, "payments/analyse_payment_shares")
    widened = _widen(transaction, run, as_of)
    rows = execute(
        transaction,
        "payments/allocate_payments",
        as_of=as_of,
        posted_on=posting_day(transaction, as_of),
        run_id=None if run is None else run.run_id,
    ).rowcount
    return {"allocated": widened + rows // 2}


def _widen(transaction: Transaction, run: Run | None, as_of: datetime) -> int:
    """A bill that was paid in part by a payment and gets more of it: one allocation of the whole holds afterwards."""
    prepare_undoing(transaction)
    if not execute(transaction, "payments/find_widened_allocations").rowcount:
        return 0
    execute(transaction, "payments/remove_widened_shares")
    return undo_found(transaction, run, as_of)


def undo_runs(
    transaction: Transaction, run: Run | None, as_of: datetime, run_codes: Sequence[str], undone_by: str
) -> int:
    """Take payments back from the bills of billing runs that are reversed: they are the payers' credit again.

    Args:
        transaction: open transaction.
        run: the run; None: a command.
        as_of: instant of the reversal.
        run_codes: billing runs whose bills no longer hold.
        undone_by: billing run that reverses them.

    Returns:
        Allocations undone.
    """
    lock_books(transaction)
    prepare_undoing(transaction)
    execute(transaction, "payments/find_allocations_of_runs", run_codes=list(run_codes), undone_by=undone_by)
    return undo_found(transaction, run, as_of)


def prepare_undoing(transaction: Transaction) -> None:
    """Make the empty temporary table ``undone_allocations``."""
    execute(transaction, "payments/drop_undone_allocations")
    execute(transaction, "payments/create_undone_allocations")


def undo_found(transaction: Transaction, run: Run | None, as_of: datetime) -> int:
    """Undo what stands in ``undone_allocations``, with entries; keep the parts that still hold.

    Returns:
        Allocations undone.
    """
    from guanjia.pipelines.fee_billing.books import posting_day

    run_id = None if run is None else run.run_id
    day = posting_day(transaction, as_of)
    rows = execute(transaction, "payments/undo_allocations", as_of=as_of, posted_on=day, run_id=run_id).rowcount
    execute(transaction, "payments/keep_allocated_parts", run_id=run_id)
    return rows // 2
