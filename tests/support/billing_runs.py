"""Drafting and posting billing runs in tests, and what they leave."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text

from guanjia.pipelines.fee_billing.drafting import draft_runs
from guanjia.pipelines.fee_billing.due import CommunityMonth
from guanjia.store.runs import open_run
from guanjia.store.tables import metadata
from tests.database.billing_house import AS_OF, COMMUNITY, BillingHouse

LineKey = tuple[str, str, str, str, str]
"""unit, charge_kind, charge_source, period, customer"""


def draft(house: BillingHouse, *periods: str, as_of: datetime = AS_OF, requested_by: str | None = "op") -> dict[str, int]:
    """Draft months of the community; the counts."""
    with house.database.transaction() as tx:
        run = open_run(tx, "fee_billing", as_of)
        return draft_runs(tx, run, as_of, [CommunityMonth(COMMUNITY, period) for period in periods], requested_by)


def post(house: BillingHouse, as_of: datetime = AS_OF) -> list[str]:
    """Mark what is undecided as posted, without books; the codes."""
    with house.database.transaction() as tx:
        return list(
            tx.scalars(
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
        listed = tx.execute(
            text(
                "SELECT l.unit_code, l.charge_kind, l.charge_source, l.period, l.customer_code, sum(l.amount)"
                " FROM bill_lines AS l JOIN bills AS b USING (batch_no, bill_code)"
                " JOIN billing_runs AS r USING (run_code) WHERE r.state IN ('posted', 'reversed')"
                " GROUP BY 1, 2, 3, 4, 5 HAVING sum(l.amount) <> 0"
            )
        )
        return {(row[0], row[1], row[2], row[3], row[4]): row[5] for row in listed}
