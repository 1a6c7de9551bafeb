"""The ladder: steps that are due are raised, each once, at their own instant and with the roster of that instant."""

from __future__ import annotations

from datetime import datetime

from guanjia.pipelines.overdue_escalations.deadlines import SCOPE
from guanjia.pipelines.overdue_escalations.rules import effective_as_of
from guanjia.store.engine import Transaction
from guanjia.store.locks import lock_scope
from guanjia.store.runs import Run
from guanjia.store.sql import execute


def raise_escalations(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Raise every step whose instant lies before as_of and before its deadline ended (ESC-08, 09, 11).

    After days of standstill one run raises what running every five minutes would have raised: the same instants, levels
    and people. Steps of deadlines that have ended by now are stood down at once and never mailed.

    Args:
        transaction: open transaction, after the deadlines were computed for the same as_of.
        run: run the rows are written by.
        as_of: aware instant.

    Returns:
        Counts: ``raised``.
    """
    lock_scope(transaction, SCOPE)
    at = effective_as_of(transaction, as_of)
    if not execute(transaction, "overdue_escalations/find_looks", as_of=at).scalar_one():
        return {"raised": 0}
    execute(transaction, "overdue_escalations/find_due_steps", as_of=at)
    execute(transaction, "overdue_escalations/analyse_due_steps")
    raised = execute(transaction, "overdue_escalations/raise_escalations", run_id=run.run_id).rowcount
    execute(transaction, "overdue_escalations/schedule_looks", as_of=at)
    return {"raised": raised}
