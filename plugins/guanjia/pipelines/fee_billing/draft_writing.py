"""Writing drafts: run rows, bills, lines and exceptions, into the shared partition or into partitions of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.partitions import Partitioned, fill_partition, finish_partition, make_partition, next_batch
from guanjia.store.runs import Run
from guanjia.store.sql import execute

if TYPE_CHECKING:
    from guanjia.pipelines.fee_billing.drafting import Draft

_STATEMENTS: Final[Mapping[Partitioned, str]] = {
    "bills": "fee_billing/insert_draft_bills",
    "bill_lines": "fee_billing/insert_draft_lines",
}
"""Table → statement that fills it; bills before lines."""


def batch_of(transaction: Transaction, as_of: datetime, drafts: Sequence[Draft]) -> int:
    """Number of a partition for drafts of many lines; 0: they are few, and share one with other runs."""
    lines = sum(draft.measured.lines for draft in drafts)
    today = as_of.astimezone(TIME_ZONE).date()
    is_large = lines >= int(str(required_setting(transaction, "billing_batch_rows", today)))
    return next_batch(transaction) if drafts and is_large else 0


def write_drafts(
    transaction: Transaction,
    run: Run,
    as_of: datetime,
    drafts: Sequence[Draft],
    replaced: Sequence[str],
    batch_no: int,
) -> dict[str, int]:
    """Write the runs of drafts with their bills, lines and exceptions from the temporary tables.

    Args:
        transaction: open transaction that holds ``draft_lines``, ``draft_bills`` and ``due_exceptions``.
        run: run of the pipeline that drafts.
        as_of: aware instant the drafts were computed for.
        drafts: the drafts.
        replaced: undecided runs of their communities, already superseded.
        batch_no: number of their partition, see `batch_of`.

    Returns:
        Rows written: ``runs``, ``bills``, ``lines``, ``exceptions``.
    """
    if not drafts:
        return {}
    lines = sum(draft.measured.lines for draft in drafts)
    communities = [draft.month.community_code for draft in drafts]
    written = execute(
        transaction,
        "fee_billing/insert_draft_runs",
        community_codes=communities,
        periods=[draft.month.period for draft in drafts],
        bills=[draft.measured.bills for draft in drafts],
        lines=[draft.measured.lines for draft in drafts],
        totals=[draft.measured.total for draft in drafts],
        exceptions=[draft.measured.exceptions for draft in drafts],
        digests=[draft.digest for draft in drafts],
        requested_by=[draft.requested_by for draft in drafts],
        batch_no=batch_no,
        drafted_at=as_of,
        run_id=run.run_id,
    ).all()
    codes = {row.community_code: row.run_code for row in written}
    execute(transaction, "fee_billing/name_successors", run_codes=list(replaced), successors=list(codes.values()))
    execute(transaction, "fee_billing/create_draft_codes", run_codes=list(codes.values()))
    execute(transaction, "fee_billing/analyse_draft_codes")
    for table, statement in _STATEMENTS.items():
        _fill(transaction, table, statement, batch_no)
    exceptions = execute(transaction, "fee_billing/insert_billing_exceptions").rowcount
    bills = sum(draft.measured.bills for draft in drafts)
    return {"runs": len(drafts), "bills": int(bills), "lines": int(lines), "exceptions": exceptions}


def _fill(transaction: Transaction, table: Partitioned, statement: str, batch_no: int) -> None:
    """Insert the rows of a table: few into the shared partition, many into a bare one that is then attached."""
    if not batch_no:
        execute(transaction, statement, batch_no=0)
        return
    make_partition(transaction, table, batch_no)
    fill_partition(transaction, table, batch_no, statement, batch_no=batch_no)
    finish_partition(transaction, table, batch_no)
