"""Billing runs as rows: one per community, month and attempt; at most one undecided per community (pipelines 5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Row

from guanjia.domain.errors import UnknownName
from guanjia.store.engine import Transaction
from guanjia.store.locks import lock_scope
from guanjia.store.sql import execute

SCOPE: Final = "fee_billing"
"""Steps hold the lock `fee_billing/<community>`: different communities do not wait for each other."""


@dataclass(frozen=True)
class BillingRun:
    """A row of ``billing_runs``.

    Attributes:
        run_code: code people use, such as B2610-001-1.
        period: month billed, YYYY-MM.
        community_code: community.
        state: draft, checked, awaiting_approval, approved, posted, rejected, superseded or reversed.
        kind: billing, opening or reversal.
        attempt: number of the attempt for this month and community, from 1.
        bills: bills.
        lines: bill lines.
        exceptions: things not billed.
        total: sum of the bills, yuan.
        batch_no: partition of its bills; 0: shared by small runs.
        post_no: place in the community's sequence of posted runs it was drafted for.
        digest: digest of the draft; see `digest.stored_digest`.
        requested_by: who triggered it, or last changed its inputs; None: nobody is known.
        drafted_at: as_of it was computed for, aware, like all instants here.
        checked_at: the gates let it pass.
        shown_at: its approval was asked for.
        shown_digest: digest of the draft that was shown.
        waiting_task: Airflow task that waits for the decision.
        decision: approved or rejected; None: none yet.
        decision_digest: digest of the draft decided on.
        decision_reason: why, or a remark.
        decided_at: instant of the decision.
        approved_by: who decided.
        superseded_by: newer run in its place.
        posted_at: as_of it was posted for.
        posted_on: day of its entries in the books.
        due_on: day its bills are due.
        reverses: run it reverses.
        overdue_told_at: its approvers were told that it waits too long.
        run_id: pipeline run that wrote it last.
    """

    run_code: str
    period: str
    community_code: str
    state: str
    kind: str
    attempt: int
    bills: int
    lines: int
    exceptions: int
    total: Decimal
    batch_no: int
    post_no: int
    digest: str | None
    requested_by: str | None
    drafted_at: datetime
    checked_at: datetime | None
    shown_at: datetime | None
    shown_digest: str | None
    waiting_task: str | None
    decision: str | None
    decision_digest: str | None
    decision_reason: str | None
    decided_at: datetime | None
    approved_by: str | None
    superseded_by: str | None
    posted_at: datetime | None
    posted_on: date | None
    due_on: date | None
    reverses: str | None
    overdue_told_at: datetime | None
    run_id: int | None


def read_run(transaction: Transaction, run_code: str) -> BillingRun:
    """The billing run of that code.

    Raises:
        UnknownName: there is none.
    """
    row = execute(transaction, "fee_billing/read_billing_run", run_code=run_code).one_or_none()
    if row is None:
        raise UnknownName(f"There is no billing run {run_code}. `guanjia export billing_runs` lists those there are.")
    return _of(row)


def undecided_runs(transaction: Transaction, community: str | None = None) -> list[BillingRun]:
    """Runs in state draft, checked, awaiting_approval or approved, by community; at most one of each.

    Args:
        transaction: open transaction.
        community: only this community's; None: of all.
    """
    rows = execute(transaction, "fee_billing/list_undecided_runs", community_code=community)
    return [_of(row) for row in rows]


def lock_community(transaction: Transaction, community: str) -> None:
    """Hold the lock on a community's billing until the transaction ends; several: take them in their order."""
    lock_scope(transaction, f"{SCOPE}/{community}")


def _of(row: Row[Any]) -> BillingRun:
    return BillingRun(**row._mapping)
