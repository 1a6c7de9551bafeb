"""Prospects without interest go to the dropped list with the reason, and come back when there is interest (CB-05)."""

from __future__ import annotations

from datetime import date, datetime

from guanjia.pipelines.scheduled_callbacks.served import PROSPECTS
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute


def drop_prospects(transaction: Transaction, run: Run, at: datetime, day: date) -> dict[str, int]:
    """Bring the dropped list up to a day: what the register says, refusals, numbers that are missing or wrong.

    Args:
        transaction: open transaction with the temporary table ``scopes_of_day``; where prospects are not in it, nothing
            is done.
        run: run the rows are written by.
        at: aware instant the day is planned at.
        day: the day, in Asia/Shanghai.

    Returns:
        Counts of rows: prospects dropped and returned.
    """
    known = {"run_id": run.run_id, "day": day, "at": at, "prospects": PROSPECTS}
    returned = execute(transaction, "scheduled_callbacks/return_prospects", **known).rowcount
    dropped = execute(transaction, "scheduled_callbacks/insert_dropped_prospects", **known).rowcount
    return {"prospects_dropped": dropped, "prospects_returned": returned}
