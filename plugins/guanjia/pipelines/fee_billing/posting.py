"""Posting: what a second person approved goes into the books, as it was shown and never twice (BILL-10).

Only the stored decision counts, and only while what would be billed at the draft's own instant is still what was
decided on. Entries, shares of pools, the state of the run and the use of waiting credit are one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from guanjia.domain.errors import BooksRefused, InputsChanged
from guanjia.pipelines.fee_billing import allocation, books, digest, pools
from guanjia.pipelines.fee_billing.runs import BillingRun, lock_community, read_run
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

SUITES: Final = ("fee_billing/ledger", "fee_billing/receivables", "fee_billing/posted_lines")
"""What must hold of everything a run posted, before any bill leaves the house."""


def post_run(transaction: Transaction, run: Run | None, run_code: str, as_of: datetime) -> dict[str, int]:
    """Post an approved billing run: balanced entries, shares of pools, due day; then waiting credit pays its bills.

    The run is computed anew at the instant it was drafted for. Posting it again changes nothing. One run per
    transaction.

    Args:
        transaction: open transaction.
        run: run that posts; None: the one that drafted it stays named.
        run_code: billing run.
        as_of: aware instant of the posting; entries get its day, or the first open one after it.

    Returns:
        `posted` 1 or 0 (it was posted before), `entries` and `credit_notes_used`, and what waiting credit paid.

    Raises:
        UnknownName: there is no such run.
        BooksRefused: the run is not approved, or was drafted for a later instant.
        InputsChanged: what would be billed is no longer what was decided on; nothing is posted.

    Source:
        BILL-10; pipelines.md, fee billing: states and books.
    """
    found = lock_run(transaction, run_code)
    if found.state in ("posted", "reversed"):
        return {"posted": 0, "entries": 0}
    _check_decided(found, as_of)
    _check_unchanged(transaction, found)
    posted_on = books.posting_day(transaction, as_of)
    entries = finish_posting(transaction, run, found, as_of, posted_on)
    used = use_credit(transaction, run, as_of, [found.community_code])
    return {"posted": 1, "entries": entries, **used}


def lock_run(transaction: Transaction, run_code: str) -> BillingRun:
    """The run as it stands, with its community held against everybody else until the transaction ends.

    Raises:
        UnknownName: there is no such run.
    """
    lock_community(transaction, read_run(transaction, run_code).community_code)
    execute(transaction, "books/lock_run", run_code=run_code)
    return read_run(transaction, run_code)


def finish_posting(
    transaction: Transaction, run: Run | None, found: BillingRun, as_of: datetime, posted_on: date
) -> int:
    """Write the entries of a run that may be posted, and mark it and its pools; returns the entries' rows."""
    entries = books.write_entries(transaction, found.run_code, found.batch_no, posted_on)
    if found.kind == "billing":
        pools.mark_posted(transaction, found.run_code)
    execute(
        transaction,
        "books/mark_posted",
        run_code=found.run_code,
        post_no=books.next_post_no(transaction, found.community_code),
        posted_at=as_of,
        posted_on=posted_on,
        due_on=due_day(transaction, found.community_code, posted_on),
        run_id=None if run is None else run.run_id,
    )
    return entries


def due_day(transaction: Transaction, community: str, posted_on: date) -> date:
    """Day the bills of a community are due that were posted on a day."""
    days = required_setting(transaction, "billing_due_days", posted_on, community)
    return posted_on + timedelta(days=int(str(days)))


def use_credit(
    transaction: Transaction, run: Run | None, as_of: datetime, communities: Sequence[str]
) -> dict[str, int]:
    """Credit notes, then the payers' money that waits, pay open bills, oldest due first."""
    used = apply_credit_notes(transaction, run, as_of, communities)
    return used | allocation.allocate(transaction, run, as_of, communities)


def apply_credit_notes(
    transaction: Transaction, run: Run | None, as_of: datetime, communities: Sequence[str]
) -> dict[str, int]:
    """Credit notes pay bills of the same unit and payer, oldest due first, as far as they reach.

    Example: a note of 50.00 and bills of 30.00 due in May and 40.00 due in June: May is paid, 20.00 of June stays open.

    Args:
        transaction: open transaction.
        run: run that does it; None: none is named.
        as_of: aware instant of the run.
        communities: communities looked at.

    Returns:
        `credit_notes_used`: rows written; 0 when it is done again.

    Source:
        pipelines.md, fee billing: difference, not repetition.
    """
    allocation.lock_books(transaction)
    execute(transaction, "books/drop_credit_shares")
    execute(transaction, "books/create_credit_shares", community_codes=list(communities), as_of=as_of)
    day = books.posting_day(transaction, as_of)
    run_id = None if run is None else run.run_id
    execute(transaction, "books/end_widened_shares", undone_on=day, undone_at=as_of, run_id=run_id)
    written = execute(transaction, "books/insert_credit_shares", allocated_on=day, allocated_at=as_of, run_id=run_id)
    return {"credit_notes_used": int(written.rowcount)}


def _check_decided(found: BillingRun, as_of: datetime) -> None:
    if found.kind != "billing":
        raise BooksRefused(f"{found.run_code} is no billing run of its own; it was posted as it was made.")
    if found.state != "approved" or found.decision != "approved":
        raise BooksRefused(
            f"{found.run_code} is {found.state}, not approved: nothing was posted. "
            "A second person approves it first (`guanjia approve`, or the approval in Airflow's pages)."
        )
    if as_of < found.drafted_at:
        raise BooksRefused(
            f"{found.run_code} was drafted for {found.drafted_at:%Y-%m-%d %H:%M} and cannot be posted "
            f"for {as_of:%Y-%m-%d %H:%M}, before it."
        )


def _check_unchanged(transaction: Transaction, found: BillingRun) -> None:
    if digest.recomputed_digest(transaction, found.run_code) != found.decision_digest:
        raise InputsChanged(
            f"{found.run_code} is not what was approved any more: registers or posted bills changed since it was "
            "shown. Nothing was posted; it is drafted anew and shown again."
        )
