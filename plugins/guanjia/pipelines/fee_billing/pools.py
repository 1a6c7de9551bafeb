"""Shared meters (BILL-03): their cost split over the units to the cent, an abnormal month held until it is released.

Every statement works on all pools of the months at once. A posted pool keeps its shares for as long as its own cost
stays the same; another cost is a new edition, whose difference falls out as corrections.
"""

from __future__ import annotations

from datetime import datetime

from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute


def charge_pools(transaction: Transaction) -> None:
    """Split the costs of the shared meters over the units, with what the company bears for vacancies as relief.

    Example: 425.00 over 1,000 units of 90 m²: 42 fen each and one more for the first 500 by unit code.

    Args:
        transaction: open transaction, after `metered.measure_use`.
    """
    execute(transaction, "fee_billing/create_due_pool_units")
    execute(transaction, "fee_billing/index_due_pool_units")
    execute(transaction, "fee_billing/analyse_due_pool_units")
    for name in ("pools", "pool_shares"):
        execute(transaction, f"fee_billing/create_due_{name}")
        execute(transaction, f"fee_billing/analyse_due_{name}")
    for statement in ("charge_pool_shares", "hold_faulty_pools", "list_faulty_pools"):
        execute(transaction, f"fee_billing/{statement}")
    for listing in ("list_faulty_meters", "list_use_tariff_faults", "list_unpriced_meters"):
        execute(transaction, f"fee_billing/{listing}")


def keep_pools(transaction: Transaction, run: Run | None, as_of: datetime) -> int:
    """Keep what the shared meters' months come to, as just computed.

    Args:
        transaction: open transaction, after `compute_due` with the default charges.
        run: run that writes.
        as_of: aware instant the months were computed for.

    Returns:
        Pools that are new or changed.
    """
    del as_of
    return execute(transaction, "fee_billing/keep_pools", run_id=None if run is None else run.run_id).rowcount
