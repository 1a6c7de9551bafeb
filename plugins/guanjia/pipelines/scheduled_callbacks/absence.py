"""An agent is away: what stands on that list goes to others the same day (CB-11)."""

from __future__ import annotations

from datetime import datetime

from guanjia.pipelines.scheduled_callbacks.listing import list_callbacks, withdraw_absent
from guanjia.pipelines.scheduled_callbacks.served import begin
from guanjia.pipelines.scheduled_callbacks.warnings import warn_of_misses
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run


def reassign(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Take lines off the lists of agents who are away and give them to others with what is left of the day.

    Away is who is absent, on leave, has left or stands on the roster no more. A callback that was tried that day stays
    where it is. What finds no room waits for tomorrow, and is warned of when that is too late.

    Args:
        transaction: open transaction.
        run: run the rows are written by.
        as_of: aware instant.

    Returns:
        Counts of rows written: lines ``withdrawn`` and ``reassigned``, callbacks ``warned`` of, and remarks on
        communities with ``no_agents``.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    at = begin(transaction, as_of)
    withdrawn = withdraw_absent(transaction, run, at)
    reassigned, unmanned = list_callbacks(transaction, run, at, only_withdrawn=True)
    warned = warn_of_misses(transaction, run, at) if withdrawn else 0
    return {"withdrawn": withdrawn, "reassigned": reassigned, "warned": warned, "no_agents": unmanned}
