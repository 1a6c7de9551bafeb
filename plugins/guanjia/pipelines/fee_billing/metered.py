"""Metered use of units (BILL-01): closing less opening reading × multiplier × rate, for each meter of a unit and month.

One month's close opens the next: a boundary has one reading, and neighbouring months share it, so that no use is lost
or billed twice. Where tariff, payer or multiplier change inside the month, that day's reading divides it, else the days
do; a multiplier never changes unread.
"""

from __future__ import annotations

from guanjia.store.engine import Transaction
from guanjia.store.sql import execute


def measure_use(transaction: Transaction) -> None:
    """Work out the use of every meter of the months, of units and shared ones; see `compute_due`.

    Leaves the temporary tables ``due_meters``, ``due_readings``, ``due_meter_pieces``, ``due_metered`` and
    ``due_meter_faults``.

    Args:
        transaction: open transaction in which the units of the months were prepared.
    """
    for name in ("meters", "readings", "meter_pieces", "metered", "meter_faults"):
        execute(transaction, f"fee_billing/create_due_{name}")
        execute(transaction, f"fee_billing/analyse_due_{name}")


def charge_metered_use(transaction: Transaction) -> None:
    """Bill the water and electricity of the units' own meters; hold back what has no reading, fell, or has no tariff.

    Example: from 103 t to 112 t at 3.27 are 9 × 3.27 = 29.43.

    Args:
        transaction: open transaction, after `measure_use`.
    """
    for statement in ("charge_simple_meters", "charge_cut_meters", "hold_faulty_meters"):
        execute(transaction, f"fee_billing/{statement}")
