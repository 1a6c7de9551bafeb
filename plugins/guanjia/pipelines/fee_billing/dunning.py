"""Chasing what is overdue: a ladder of three letters per bill, one letter per customer and run (BILL-05).

`plan_notices` decides who gets a letter, `tell` writes the mails, `note_sent` notes what went out. What cannot be
mailed is printed (`print_letters`). A letter that has not left the house binds nobody: the next run plans it anew, or
cancels it when it was paid in between. The state of the ladder stands in the letters themselves, so a Monday that was
missed is made up for by the next run, one level at a time.

Example: due on 1 October, nothing paid, Mondays 12 October (11 days: level 1), 2 November (32 days: level 2, 21 days
after level 1), 30 November (60 days: level 3). A bill found 70 days overdue begins with level 1 all the same.
"""

from __future__ import annotations

from datetime import datetime

from guanjia.pipelines.fee_billing.collecting import SCOPE, day_of, look_at_debtors
from guanjia.pipelines.fee_billing.dunning_telling import tell
from guanjia.store.engine import Transaction
from guanjia.store.locks import lock_scope
from guanjia.store.runs import Run
from guanjia.store.sql import execute

__all__ = ["note_sent", "plan_notices", "tell"]

_WITHDRAWN = "Withdrawn before it was sent: paid, or disputed, in the meantime."


def plan_notices(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Plan the letters whose turn has come and cancel planned ones that are not needed any more.

    Args:
        transaction: open transaction.
        run: run the rows are written by.
        as_of: aware instant; payments, disputes and bills after it are invisible.

    Returns:
        Counts: ``notices_sent`` and ``notices_to_paper`` (noted of earlier runs), ``notices_cancelled``,
        ``notices_planned`` and ``bills_chased``.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    counts = note_sent(transaction, run, as_of)
    look_at_debtors(transaction, as_of)
    today = day_of(as_of)
    cancelled = len(execute(transaction, "fee_collection/cancel_notices", on_day=today).all())
    if cancelled:
        execute(transaction, "fee_collection/withdraw_mails", reply=_WITHDRAWN)
    execute(transaction, "fee_collection/create_planned_notices", on_day=today)
    kept = execute(transaction, "fee_collection/keep_matching_notices", on_day=today, run_id=run.run_id)
    codes = list(kept.scalars())
    execute(transaction, "fee_collection/forget_notice_bills", kept=codes)
    execute(transaction, "fee_collection/forget_notices", kept=codes)
    planned = execute(transaction, "fee_collection/insert_notices", on_day=today, run_id=run.run_id).rowcount
    chased = execute(transaction, "fee_collection/insert_notice_bills", on_day=today, run_id=run.run_id).rowcount
    return counts | {"notices_cancelled": cancelled, "notices_planned": planned, "bills_chased": chased}


def note_sent(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Note which letters went out, from the state of their mails; what cannot be mailed goes out on paper.

    Args:
        transaction: open transaction.
        run: run that notes it.
        as_of: aware instant of the run.

    Returns:
        Counts ``notices_sent`` and ``notices_to_paper``.
    """
    lock_scope(transaction, SCOPE)
    sent = execute(transaction, "fee_collection/note_sent_notices", as_of=as_of).rowcount
    to_paper = execute(transaction, "fee_collection/print_failed_notices").rowcount
    return {"notices_sent": sent, "notices_to_paper": to_paper}
