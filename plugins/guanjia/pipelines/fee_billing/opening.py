"""Balances from before we went live: posted as they are, so that arrears are right by age from the first day (0.4)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Row

from guanjia.pipelines.fee_billing import books
from guanjia.pipelines.fee_billing.posting import use_credit
from guanjia.pipelines.fee_billing.runs import lock_community
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_setting, settings_by_community
from guanjia.store.engine import Transaction
from guanjia.store.partitions import next_batch
from guanjia.store.runs import Run
from guanjia.store.sql import execute


def post_opening(transaction: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
    """Post the rows of `opening_balances` of served communities that are not posted as they stand now.

    One run of kind `opening` per community with a difference, posted without an approval: it bills nothing new. One
    bill per unit, customer and due day, due on that day. A row that changes later is posted as the difference; a
    negative one is a credit note.

    Args:
        transaction: open transaction.
        run: run of the pipeline.
        as_of: aware instant; entries get its day, or the first open one after it.

    Returns:
        `opening_runs`, `opening_bills` and what credit paid of them; zeros the second time.

    Source:
        pipelines.md 0.4 and fee billing; going live in the middle of a year.
    """
    live = _served(transaction, as_of)
    counts = {"opening_runs": 0, "opening_bills": 0}
    for community in sorted(live):
        lock_community(transaction, community)
    execute(transaction, "books/drop_opening_lines")
    execute(transaction, "books/create_opening_lines", community_codes=sorted(live))
    found = execute(transaction, "books/sum_opening_lines").all()
    for sums in found:
        _post_community(transaction, run, sums, f"{live[sums.community_code]:%Y-%m}", as_of)
        counts["opening_runs"] += 1
        counts["opening_bills"] += sums.bills
    if found:
        counts |= use_credit(transaction, run, as_of, [sums.community_code for sums in found])
    return counts


def _served(transaction: Transaction, as_of: datetime) -> dict[str, date]:
    """Communities with balances from before that are served at an instant, with their first day."""
    today = as_of.astimezone(TIME_ZONE).date()
    codes = execute(transaction, "books/list_opening_communities").scalars().all()
    live = settings_by_community(transaction, ["live_from"], today, list(codes))
    return {code: day for code in codes if isinstance(day := live[code]["live_from"], date) and day <= today}


def _post_community(
    transaction: Transaction, run: Run, sums: Row[tuple[object, ...]], period: str, as_of: datetime
) -> None:
    community = sums.community_code
    posted_on = books.posting_day(transaction, as_of)
    attempt = books.next_attempt(transaction, "opening", period, community)
    code = books.make_run_code("opening", period, community, attempt)
    large = int(str(required_setting(transaction, "billing_batch_rows", posted_on)))
    batch_no = next_batch(transaction) if sums.lines >= large else 0
    execute(
        transaction,
        "books/insert_opening_run",
        run_code=code,
        period=period,
        community_code=community,
        attempt=attempt,
        batch_no=batch_no,
        post_no=books.next_post_no(transaction, community),
        bills=sums.bills,
        lines=sums.lines,
        total=sums.total,
        as_of=as_of,
        posted_on=posted_on,
        run_id=run.run_id,
    )
    books.write_rows(transaction, "bills", batch_no, "books/insert_opening_bills", run_code=code)
    books.write_rows(transaction, "bill_lines", batch_no, "books/insert_opening_lines", run_code=code)
    books.write_entries(transaction, code, batch_no, posted_on)
