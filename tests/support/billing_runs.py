"""Drafting and posting billing runs in tests, and what they leave."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select, text

from guanjia.pipelines.fee_billing.drafting import draft_runs
from guanjia.pipelines.fee_billing.due import CommunityMonth
from guanjia.pipelines.fee_billing.months import find_months
from guanjia.store.runs import Run, open_run
from guanjia.store.tables import metadata
from tests.database.billing_house import AS_OF, COMMUNITY, BillingHouse

LineKey = tuple[str, str, str, str, str]
"""unit, charge_kind, charge_source, period, customer"""


def draft(
    house: BillingHouse,
    *periods: str,
    as_of: datetime = AS_OF,
    requested_by: str | None = "op",
    community: str = COMMUNITY,
    run: Run | None = None,
) -> dict[str, int]:
    """Draft months of a community; the counts."""
    months = [CommunityMonth(community, period) for period in periods]
    with house.database.transaction() as tx:
        return draft_runs(tx, run or open_run(tx, "fee_billing", as_of), as_of, months, requested_by)


def bill(house: BillingHouse, period: str, as_of: datetime = AS_OF) -> dict[LineKey, Decimal]:
    """Draft a month and post it; the lines of the run, none when there is no run."""
    draft(house, period, as_of=as_of)
    found: dict[LineKey, Decimal] = {}
    for code in post(house, as_of):
        found |= lines_of(house, code)
    return found


def scheduled(house: BillingHouse, as_of: datetime) -> list[str]:
    """Months of the community the schedule would look at."""
    with house.database.transaction() as tx:
        return [month.period for month in find_months(tx, as_of)]


def decide(house: BillingHouse, state: str) -> None:
    """Put what is undecided into a state, as approvals do."""
    decision = state if state in ("approved", "rejected") else None
    with house.database.transaction() as tx:
        tx.execute(
            text(
                "UPDATE billing_runs SET state = :state, decision = :decision, decision_digest = digest,"
                " decided_at = CASE WHEN CAST(:decision AS text) IS NOT NULL THEN drafted_at END"
                " WHERE state IN ('draft', 'checked', 'awaiting_approval', 'approved')"
            ),
            {"state": state, "decision": decision},
        )


def post(house: BillingHouse, as_of: datetime = AS_OF) -> list[str]:
    """Mark what is undecided as posted, without books; the codes."""
    with house.database.transaction() as tx:
        return post_in(tx, as_of)


def post_in(transaction: Connection, as_of: datetime) -> list[str]:
    """The same in an open transaction."""
    return list(
        transaction.scalars(
            text(
                "UPDATE billing_runs SET state = 'posted', decision = 'approved', decided_at = :at,"
                " decision_digest = digest, approved_by = 'boss', posted_at = :at, posted_on = :day, due_on = :due"
                " WHERE state IN ('draft', 'checked', 'awaiting_approval', 'approved') RETURNING run_code"
            ),
            {"at": as_of, "day": as_of.date(), "due": as_of.date() + timedelta(days=15)},
        )
    )


def rows(house: BillingHouse) -> dict[str, list[dict[str, Any]]]:
    """All rows of the billing tables, for comparing; who wrote them last stays out."""
    found = {}
    with house.database.transaction() as tx:
        for name in ("billing_runs", "bills", "bill_lines", "billing_exceptions"):
            listed = [dict(row) for row in tx.execute(select(metadata.tables[name])).mappings()]
            found[name] = sorted(
                ({key: value for key, value in row.items() if key != "run_id"} for row in listed), key=str
            )
    return found


def lines_of(house: BillingHouse, run_code: str) -> dict[LineKey, Decimal]:
    """Lines of a billing run: key → amount."""
    with house.database.transaction() as tx:
        listed = tx.execute(
            text(
                "SELECT l.unit_code, l.charge_kind, l.charge_source, l.period, l.customer_code, l.amount"
                " FROM bill_lines AS l JOIN bills AS b USING (batch_no, bill_code) WHERE b.run_code = :run_code"
            ),
            {"run_code": run_code},
        )
        return {(row[0], row[1], row[2], row[3], row[4]): row[5] for row in listed}


def posted(house: BillingHouse) -> dict[LineKey, Decimal]:
    """Σ of all posted lines per key, without keys that come to nothing."""
    with house.database.transaction() as tx:
        return posted_in(tx)


def posted_in(transaction: Connection) -> dict[LineKey, Decimal]:
    """The same in an open transaction."""
    listed = transaction.execute(
        text(
            "SELECT l.unit_code, l.charge_kind, l.charge_source, l.period, l.customer_code, sum(l.amount)"
            " FROM bill_lines AS l JOIN bills AS b USING (batch_no, bill_code)"
            " JOIN billing_runs AS r USING (run_code) WHERE r.state IN ('posted', 'reversed')"
            " GROUP BY 1, 2, 3, 4, 5 HAVING sum(l.amount) <> 0"
        )
    )
    return {(row[0], row[1], row[2], row[3], row[4]): row[5] for row in listed}
