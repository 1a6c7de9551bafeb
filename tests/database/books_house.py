"""Billing runs through their whole life in tests: drafted, decided on and posted; what the books then say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import text

from guanjia.pipelines.confirm_changes import Person
from guanjia.pipelines.fee_billing.posting import post_run
from guanjia.pipelines.fee_billing.reversing import reverse_run
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import Run, open_run
from tests.database.billing_house import AS_OF, COMMUNITY, BillingHouse
from tests.support.billing_runs import draft

BOSS = Person("boss")


def at(written: str) -> datetime:
    """An instant of 2026 (`11-05` at 10:00, `11-05T14:30`), or one with its year."""
    day = written if written.count("-") == 2 else f"2026-{written}"
    found = datetime.fromisoformat(day if "T" in day else f"{day}T10:00")
    return found.replace(tzinfo=TIME_ZONE)


def with_approver(house: BillingHouse) -> BillingHouse:
    """The house with somebody who may approve and reverse."""
    house.add("settings", setting="billing_approvers", value="boss")
    return house


def approve(house: BillingHouse, as_of: datetime = AS_OF) -> list[str]:
    """Approve what is drafted, as it stands; the codes."""
    with house.database.transaction() as tx:
        return list(
            tx.scalars(
                text(
                    "UPDATE billing_runs SET state = 'approved', decision = 'approved', decided_at = :at,"
                    " shown_digest = digest, decision_digest = digest, approved_by = 'boss'"
                    " WHERE state IN ('draft', 'checked', 'awaiting_approval') RETURNING run_code"
                ),
                {"at": as_of},
            )
        )


def post(house: BillingHouse, run_code: str, as_of: datetime = AS_OF) -> dict[str, int]:
    """Post an approved run."""
    with house.database.transaction() as tx:
        return post_run(tx, open_run(tx, "fee_billing", as_of), run_code, as_of)


def post_as(house: BillingHouse, run_code: str, as_of: datetime = AS_OF) -> Run:
    """Post an approved run; the run of the pipeline that did it."""
    with house.database.transaction() as tx:
        run = open_run(tx, "fee_billing", as_of)
        post_run(tx, run, run_code, as_of)
        return run


def bill(house: BillingHouse, period: str, as_of: datetime = AS_OF) -> str:
    """Draft, approve and post a month; the code, empty when there is nothing to bill."""
    draft(house, period, as_of=as_of)
    codes = approve(house, as_of)
    for code in codes:
        post(house, code, as_of)
    return codes[0] if codes else ""


def reverse(house: BillingHouse, run_code: str, as_of: datetime = AS_OF, reason: str = "falsch") -> str:
    """Reverse a posted run; the reversal's code."""
    with house.database.transaction() as tx:
        return reverse_run(tx, open_run(tx, "fee_billing", as_of), run_code, BOSS, reason, as_of)


def balances(house: BillingHouse) -> dict[str, Decimal]:
    """Account → debit minus credit; none of 0."""
    with house.database.transaction() as tx:
        rows = tx.execute(text("SELECT account, sum(debit - credit) FROM ledger GROUP BY account")).all()
    return {account: amount for account, amount in rows if amount}


def open_bills(house: BillingHouse, as_of: datetime | None = None) -> dict[str, Decimal]:
    """Bill → open balance; none of 0."""
    with house.database.transaction() as tx:
        if as_of is not None:
            tx.execute(text("SELECT set_config('guanjia.as_of', :at, TRUE)"), {"at": as_of.isoformat()})
        rows = tx.execute(text("SELECT bill_code, open_balance FROM bill_states")).all()
    return {code: amount for code, amount in rows if amount}


def check_books(house: BillingHouse, communities: Sequence[str] = (COMMUNITY,)) -> None:
    """Each journal balances; receivable is what is open, per unit and payer."""
    with house.database.transaction() as tx:
        torn = tx.execute(
            text("SELECT journal_code FROM ledger GROUP BY journal_code HAVING sum(debit) <> sum(credit)")
        ).all()
        assert torn == []
        owed = "SELECT unit_code, customer_code, {} FROM {} WHERE {} GROUP BY 1, 2 HAVING {} <> 0 ORDER BY 1, 2"
        book = tx.execute(
            text(owed.format("sum(debit - credit)", "ledger", "account = 'receivable'", "sum(debit - credit)"))
        ).all()
        bills = tx.execute(
            text(owed.format("sum(open_balance)", "bill_states", "state <> 'draft'", "sum(open_balance)"))
        ).all()
        assert book == bills


def pay(house: BillingHouse, as_of: datetime = AS_OF) -> None:
    """Assign and allocate what was paid."""
    from guanjia.pipelines.fee_billing import allocation, payments

    with house.database.transaction() as tx:
        run = open_run(tx, "payments", as_of)
        payments.assign_payments(tx, run, as_of)
        allocation.allocate(tx, run, as_of)


def paid(house: BillingHouse, code: str, unit: str, payer: str, amount: str, as_of: datetime) -> None:
    """A payment that came in on the day, assigned and allocated."""
    house.add(
        "payments",
        payment_code=code,
        received_on=as_of.date(),
        community_code=COMMUNITY,
        unit_code=unit,
        payer=payer,
        amount=Decimal(amount),
    )
    pay(house, as_of)
