"""The books: the day entries get, the place of a run in them, and its balanced entries (BILL-10).

Everything that writes into the ledger asks `posting_day` first: it holds off the closing of a month until the
transaction ends, and never gives a day in a closed month.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from guanjia.domain.errors import BooksRefused
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction
from guanjia.store.locks import share_scope
from guanjia.store.partitions import Partitioned, load_partition
from guanjia.store.sql import execute

SCOPE: Final = "books"
"""Shared by everything that writes entries, locked by the closing of a month."""

LETTERS: Final = {"billing": "B", "opening": "O", "reversal": "R"}
"""First letter of a run's code, by its kind."""


def posting_day(transaction: Transaction, as_of: datetime) -> date:
    """Day of entries made at an instant: its own, or the first one after the last closed month if that is later.

    No month is closed between the call and the end of the transaction.

    Example: October is closed; what is posted at 31 October 23:00 stands in the books on 1 November.

    Args:
        transaction: open transaction.
        as_of: aware instant of the run.
    """
    share_scope(transaction, SCOPE)
    day: date = execute(transaction, "books/read_posting_day", day=as_of.astimezone(TIME_ZONE).date()).scalar_one()
    return day


def make_run_code(kind: str, period: str, community: str, attempt: int) -> str:
    """Code of a run: letter of its kind, month, community (`-` doubled) and attempt, such as ``R2610-001-1``."""
    return f"{LETTERS[kind]}{period[2:4]}{period[5:]}-{community.replace('-', '--')}-{attempt}"


def next_attempt(transaction: Transaction, kind: str, period: str, community: str) -> int:
    """Number of the next run of a kind for a month and community, from 1."""
    return int(
        execute(transaction, "books/read_next_attempt", kind=kind, period=period, community_code=community).scalar_one()
    )


def next_post_no(transaction: Transaction, community: str) -> int:
    """Next place in a community's sequence of posted runs, from 1."""
    return int(execute(transaction, "books/read_next_post_no", community_code=community).scalar_one())


def check_open(transaction: Transaction, day: date) -> None:
    """Refuse a day in a closed month; the database's own check does not see rows that are loaded as a partition.

    Raises:
        BooksRefused: the month is closed.
    """
    closed = execute(transaction, "fee_billing/find_period_close", period=f"{day:%Y-%m}").one_or_none()
    if closed is not None:
        raise BooksRefused(
            f"{day:%Y-%m} is closed and takes no entry; corrections and reversals are posted in the open month."
        )


def write_entries(transaction: Transaction, run_code: str, batch_no: int, posted_on: date) -> int:
    """Write the balanced entries of a run: one statement, for a large run into a partition of its own.

    Args:
        transaction: open transaction.
        run_code: run whose bills and lines are posted.
        batch_no: its batch; 0: it shares the partition of small runs.
        posted_on: day of the entries.

    Returns:
        Rows written.

    Raises:
        BooksRefused: the day lies in a closed month.
    """
    check_open(transaction, posted_on)
    return write_rows(transaction, "ledger", batch_no, "books/post_entries", run_code=run_code, posted_on=posted_on)


def write_rows(transaction: Transaction, table: Partitioned, batch_no: int, name: str, /, **parameters: Any) -> int:
    """Run an `INSERT` file: into the partition small runs share, or for a large run into one of its own, then attached.

    Args:
        transaction: open transaction.
        table: table the file inserts into; `bills` before `bill_lines`.
        batch_no: batch of the run; 0: it shares the partition of small runs.
        name: path of the file below `sql/` without ending.
        parameters: exactly those the file declares.

    Returns:
        Rows written.
    """
    if batch_no == 0:
        return int(execute(transaction, name, **parameters).rowcount)
    from guanjia.pipelines.fee_billing.allocation import lock_books

    # Attaching locks tables that whoever assigns money writes to; that lock comes first there, so it does here.
    lock_books(transaction)
    return int(load_partition(transaction, table, batch_no, name, **parameters).rowcount)
