"""Reversing: a posted run is taken back as a whole, by a run of its own in the open month (BILL-10).

Nothing posted is changed. What was paid on the run's bills is the payers' credit again and pays their other bills;
afterwards the month can be billed anew.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from guanjia.domain.errors import BooksRefused, NotPermitted, UsageError
from guanjia.pipelines.confirm_changes import Person
from guanjia.pipelines.fee_billing import allocation, books
from guanjia.pipelines.fee_billing.approvers import approvers, names_of_person
from guanjia.pipelines.fee_billing.posting import lock_run, use_credit
from guanjia.pipelines.fee_billing.runs import BillingRun, read_run
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction, transaction
from guanjia.store.partitions import next_batch
from guanjia.store.runs import Run
from guanjia.store.sql import execute

_LONGEST_REASON: Final = 1_000


def reverse_run(
    transaction: Transaction, run: Run | None, run_code: str, by: Person, reason: str, as_of: datetime
) -> str:
    """Reverse a posted billing run: negated bills, lines and entries, payments and credit notes undone and used anew.

    Example: a bill of 268.80 paid with 300.00: after the reversal the payer has 300.00 credit, which pays the oldest
    other bill; what the bill's lines billed is what the next run finds due again.

    Args:
        transaction: open transaction.
        run: run that does it; None: a command.
        run_code: the posted billing run.
        by: who reverses, authenticated by the caller; one of the setting `billing_approvers`.
        reason: why; kept with the reversal.
        as_of: aware instant; entries get its day, or the first open one after it.

    Returns:
        Code of the reversal.

    Raises:
        UnknownName: there is no such run.
        NotPermitted: the person is no approver of billing runs.
        UsageError: no reason is given.
        BooksRefused: the run is not posted, was reversed before, or is no billing run.

    Source:
        BILL-10; pipelines.md, fee billing: states, books.
    """
    _check_person(transaction, by, as_of)
    said = " ".join(reason.split())[:_LONGEST_REASON]
    if not said:
        raise UsageError(f"Say why {run_code} is reversed (--reason). Nothing was changed.")
    found = lock_run(transaction, run_code)
    _check_state(transaction, found, as_of)
    code = _write_reversal(transaction, run, found, by, said, as_of)
    run_id = None if run is None else run.run_id
    day = books.posting_day(transaction, as_of)
    allocation.undo_runs(transaction, run, as_of, [run_code], code)
    execute(
        transaction,
        "books/end_credit_shares",
        run_code=run_code,
        undone_by=code,
        undone_on=day,
        undone_at=as_of,
        run_id=run_id,
    )
    execute(transaction, "books/mark_reversed", run_code=run_code)
    execute(transaction, "books/release_pools", run_code=run_code, run_id=run_id)
    use_credit(transaction, run, as_of, [found.community_code])
    return code


def reverse_and_tell(run: Run, run_code: str, by: Person, reason: str) -> str:
    """Reverse a run at the run's instant, check the books, and tell who got its bills that they are void.

    Opens transactions of its own. A run that was posted for a later instant (a demo house plays ahead of the clock) is
    reversed for that one.

    Returns:
        Code of the reversal.

    Raises:
        UnknownName, NotPermitted, UsageError, BooksRefused: see `reverse_run`.
        GateFailed: the books do not add up; nobody was told.
    """
    from guanjia.pipelines.fee_billing.approving import check_posted
    from guanjia.pipelines.fee_billing.telling_bills import tell_bills

    with transaction() as tx:
        as_of = max(filter(None, (run.as_of, read_run(tx, run_code).posted_at)))
        code = reverse_run(tx, run, run_code, by, reason, as_of)
    check_posted(code)
    tell_bills(run, as_of, [code])
    return code


def _check_person(transaction: Transaction, by: Person, as_of: datetime) -> None:
    on = as_of.astimezone(TIME_ZONE).date()
    names = names_of_person(transaction, by, on)
    if not any(each.names & names for each in approvers(transaction, on)):
        raise NotPermitted(
            f"{by.recorded_as} is not among those who may reverse billing runs (setting billing_approvers). "
            "Nothing was changed."
        )


def _check_state(transaction: Transaction, found: BillingRun, as_of: datetime) -> None:
    if found.state == "reversed":
        other = execute(transaction, "books/find_reversal", run_code=found.run_code).scalar_one()
        raise BooksRefused(f"{found.run_code} was reversed before, by {other}. Nothing was changed.")
    if found.kind == "reversal":
        raise BooksRefused(
            f"{found.run_code} is itself a reversal, of {found.reverses}; bill {found.period} again instead "
            f"(`guanjia run fee_billing --param period={found.period}`). Nothing was changed."
        )
    if found.kind == "opening":
        raise BooksRefused(
            f"{found.run_code} holds balances from before: correct rows of opening_balances, the next run posts the "
            "difference. Nothing was changed."
        )
    if found.state != "posted" or found.posted_at is None:
        raise BooksRefused(
            f"{found.run_code} is {found.state}, not posted: there is nothing to reverse. A run that waits for its "
            "approval is rejected (`guanjia reject`)."
        )
    if as_of < found.posted_at:
        raise BooksRefused(
            f"{found.run_code} was posted for {found.posted_at:%Y-%m-%d %H:%M} and cannot be reversed before that."
        )


def _write_reversal(
    transaction: Transaction, run: Run | None, found: BillingRun, by: Person, reason: str, as_of: datetime
) -> str:
    """The reversal's own rows and entries; a large run's in a partition of their own."""
    attempt = books.next_attempt(transaction, "reversal", found.period, found.community_code)
    code = books.make_run_code("reversal", found.period, found.community_code, attempt)
    batch_no = 0 if found.batch_no == 0 else next_batch(transaction)
    posted_on = books.posting_day(transaction, as_of)
    execute(
        transaction,
        "books/insert_reversal",
        run_code=code,
        reverses=found.run_code,
        attempt=attempt,
        batch_no=batch_no,
        post_no=books.next_post_no(transaction, found.community_code),
        reversed_by=by.recorded_as,
        reason=reason,
        as_of=as_of,
        posted_on=posted_on,
        run_id=None if run is None else run.run_id,
    )
    books.write_rows(transaction, "bills", batch_no, "books/reverse_bills", run_code=code)
    books.write_rows(transaction, "bill_lines", batch_no, "books/reverse_lines", run_code=code)
    books.write_entries(transaction, code, batch_no, posted_on)
    return code
