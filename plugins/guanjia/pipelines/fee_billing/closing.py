"""Month-end close: trial balance and carry-forward; a closed month takes no entry any more (BILL-10)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from guanjia.domain.errors import BooksRefused, UsageError
from guanjia.pipelines.fee_billing import books
from guanjia.pipelines.fee_billing.due import CommunityMonth, compute_due
from guanjia.pipelines.fee_billing.months import last_complete_month
from guanjia.store.business_settings import settings_by_community
from guanjia.store.engine import Transaction
from guanjia.store.locks import lock_scope
from guanjia.store.sql import execute

_PERIOD: Final = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_NAMED: Final = 5


@dataclass(frozen=True)
class Close:
    """A month that is closed.

    Attributes:
        period: month, YYYY-MM.
        debit: sum of its debits, yuan; that of its credits is the same.
        accounts: rows of its trial balance; 0: it was closed before.
        is_new: it was closed just now.
    """

    period: str
    debit: Decimal
    accounts: int
    is_new: bool


def close_period(
    transaction: Transaction, period: str, by: str, at: datetime, *, leave_unbilled: bool = False
) -> Close:
    """Close a month: its trial balance per community and account, with what is carried forward.

    Entries of corrections, reversals and late payments stand in the next open month from then on. Closing it again
    changes nothing.

    Args:
        transaction: open transaction.
        period: month, YYYY-MM.
        by: who closes.
        at: aware instant; the month is over by then.
        leave_unbilled: close it although something of it was never billed, and will not be any more.

    Raises:
        UsageError: the month is misspelt or not over.
        BooksRefused: an earlier month is open, a run waits, or something of the month is not billed; says what to do.

    Source:
        BILL-10.
    """
    if not _PERIOD.fullmatch(period):
        raise UsageError(f"A month is written like 2026-10; found {period!r}.")
    last = last_complete_month(at)
    if period > last:
        raise UsageError(f"{period} is not over at {at:%Y-%m-%d %H:%M}; the last month that can be closed is {last}.")
    # Whoever is writing entries is waited for, and sees the month closed afterwards.
    lock_scope(transaction, books.SCOPE)
    if execute(transaction, "fee_billing/find_period_close", period=period).one_or_none() is not None:
        return Close(period, Decimal(0), 0, is_new=False)
    _check_blocks(transaction, period)
    if not leave_unbilled:
        _check_billed(transaction, period, at)
    sums = execute(transaction, "books/insert_close", period=period, closed_at=at, closed_by=by).one()
    accounts = execute(transaction, "books/insert_trial_balance", period=period).rowcount
    return Close(period, sums.debit, accounts, is_new=True)


def _check_blocks(transaction: Transaction, period: str) -> None:
    blocks = execute(transaction, "books/find_blocks_of_close", period=period).all()
    for kind, told in (
        ("open_month", "{} has entries and is open: close it first (`guanjia close {}`)"),
        ("not_posted", "{} is approved and not posted: approve it once more (`guanjia approve {}`), which posts it"),
        ("undecided", "{} waits for its approval: decide on it first (`guanjia approve {}` or `guanjia reject`)"),
    ):
        named = [block.subject for block in blocks if block.kind == kind]
        if named:
            listed = ", ".join(named[:_NAMED]) + (f" and {len(named) - _NAMED} more" if len(named) > _NAMED else "")
            raise BooksRefused(
                f"{period} cannot be closed: " + told.format(listed, named[0]) + ". Nothing was changed."
            )


def _check_billed(transaction: Transaction, period: str, at: datetime) -> None:
    """A closed month is not billed any more: nothing of it may be forgotten."""
    last_day = CommunityMonth("", period).last_day
    codes = [row.community_code for row in execute(transaction, "books/list_unbilled_communities", period=period)]
    live = settings_by_community(transaction, ["live_from"], last_day, codes)
    months = [
        CommunityMonth(code, period)
        for code in codes
        if isinstance(day := live[code]["live_from"], date) and day <= last_day
    ]
    if not months:
        return
    compute_due(transaction, months, at)
    unbilled = execute(transaction, "books/list_due_communities").scalars().all()
    if unbilled:
        raise BooksRefused(
            f"{period} cannot be closed: it was never billed for {', '.join(unbilled[:_NAMED])}, and a closed month is "
            f"not billed any more. Bill it first (`guanjia run fee_billing --param period={period}`), or close it "
            "as it is with --unbilled. Nothing was changed."
        )
