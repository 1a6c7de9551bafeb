"""A house for the tests of payments: bills posted by hand, money received, and what the books say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import text, update

from guanjia.pipelines.fee_billing.allocation import allocate
from guanjia.pipelines.fee_billing.payments import PIPELINE, assign_payments
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import close_run, open_run
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.database.billing_house import COMMUNITY, BillingHouse, billing_house, on

T = metadata.tables
POSTED = datetime(2026, 11, 5, 3, tzinfo=TIME_ZONE)
AS_OF = datetime(2026, 11, 20, 12, tzinfo=TIME_ZONE)


def at(written: str, hour: int = 12) -> datetime:
    """An instant of a day of 2026 (`11-20`)."""
    return datetime(on(written).year, on(written).month, on(written).day, hour, tzinfo=TIME_ZONE)


@dataclass
class PaymentHouse:
    """Bills, payments and books of the small house."""

    house: BillingHouse
    runs: int = 0

    @property
    def database(self) -> Database:
        """Its database."""
        return self.house.database

    def post(
        self,
        *bills: tuple[str, str, str],
        period: str = "2026-10",
        due: str | None = "11-20",
        at: datetime = POSTED,
        community: str = COMMUNITY,
    ) -> list[str]:
        """Post a run with bills (unit, customer, total), with its entries; returns the bills' codes."""
        self.runs += 1
        run_code = f"B{period[2:4]}{period[5:]}-{community}-{self.runs}"
        self.house.add(
            "billing_runs",
            run_code=run_code,
            period=period,
            community_code=community,
            state="posted",
            kind="billing",
            attempt=self.runs,
            post_no=self.runs,
            drafted_at=at,
            posted_at=at,
            posted_on=at.date(),
            due_on=on(due) if due else (at + timedelta(days=15)).date(),
            digest="d",
            decision="approved",
            decision_digest="d",
            decided_at=at,
        )
        codes = []
        for number, (unit, customer, total) in enumerate(bills, 1):
            code, amount = f"{run_code}-{number:06}", Decimal(total)
            place = {"community_code": community, "unit_code": unit}
            owner = {**place, "customer_code": customer}
            self.house.add("bills", bill_code=code, run_code=run_code, period=period, total=amount, **owner)
            entry = {"posted_on": at.date(), "source_kind": "run", "source_code": run_code, "journal_code": f"R/{code}"}
            receivable = {"debit": max(amount, Decimal(0)), "credit": max(-amount, Decimal(0))}
            income = {"debit": max(-amount, Decimal(0)), "credit": max(amount, Decimal(0))}
            self.house.add("ledger", entry_code=f"R/{code}#1", account="receivable", **entry, **owner, **receivable)
            self.house.add(
                "ledger",
                entry_code=f"R/{code}#2",
                account="income:property",
                community_code=community,
                **entry,
                **income,
            )
            codes.append(code)
        return codes

    def pay(self, code: str, unit: str | None, payer: str | None, amount: str, day: str = "11-10", **more: Any) -> None:
        """A line of the bank."""
        row = {
            "payment_code": code,
            "received_on": on(day),
            "community_code": COMMUNITY if unit else None,
            "unit_code": unit,
            "payer": payer,
            "amount": Decimal(amount),
        }
        self.house.add("payments", **(row | more))

    def correct(self, code: str, **values: Any) -> None:
        """The line of the bank as a later file has it."""
        with self.database.transaction() as tx:
            tx.execute(update(T["payments"]).where(T["payments"].c.payment_code == code).values(**values))

    def run(self, as_of: datetime = AS_OF) -> dict[str, int]:
        """Assign and allocate; what was written, and what the books must say is checked."""
        with self.database.transaction() as tx:
            run = open_run(tx, PIPELINE, as_of)
        with self.database.transaction() as tx:
            counts = assign_payments(tx, run, as_of)
        with self.database.transaction() as tx:
            counts = counts | allocate(tx, run, as_of)
        with self.database.transaction() as tx:
            close_run(tx, run.run_id, "succeeded")
        self.check_books(as_of)
        return counts

    def rows(self, statement: str, **given: Any) -> list[tuple[Any, ...]]:
        with self.database.transaction() as tx:
            return [tuple(row) for row in tx.execute(text(statement), given)]

    def assigned(self) -> dict[str, tuple[str, str | None, str]]:
        """Payment → state, customer, reason of the assignment that holds."""
        found = self.rows(
            "SELECT payment_code, state, customer_code, reason FROM payment_assignments WHERE ended_at IS NULL"
        )
        return {code: (state, customer, reason) for code, state, customer, reason in found}

    def paid(self) -> dict[tuple[str, str], Decimal]:
        """Payment and bill → amount, of allocations that hold."""
        found = self.rows("SELECT source_code, bill_code, amount FROM allocations WHERE undone_at IS NULL")
        return {(payment, bill): amount for payment, bill, amount in found}

    def balance(self, account: str, unit: str | None = None, customer: str | None = None) -> Decimal:
        """Debit minus credit of an account, over all or of a unit and customer."""
        ((found,),) = self.rows(
            "SELECT coalesce(sum(debit - credit), 0) FROM ledger WHERE account = :account"
            " AND (CAST(:unit AS text) IS NULL OR unit_code = :unit)"
            " AND (CAST(:customer AS text) IS NULL OR customer_code = :customer)",
            account=account,
            unit=unit,
            customer=customer,
        )
        return Decimal(found)

    def open_bills(self, as_of: datetime = AS_OF) -> dict[str, Decimal]:
        """Bill → what is open at an instant, as the view says."""
        with self.database.transaction("read") as tx:
            tx.execute(text("SELECT set_config('guanjia.as_of', :at, TRUE)"), {"at": as_of.isoformat()})
            found = tx.execute(text("SELECT bill_code, open_balance FROM bill_states"))
            return {row.bill_code: row.open_balance for row in found}

    def check_books(self, as_of: datetime) -> None:
        """Entries balance; receivables are the open bills; money received is on bills, on credit or in suspense."""
        unbalanced = "SELECT journal_code FROM ledger GROUP BY journal_code HAVING sum(debit) <> sum(credit)"
        assert self.rows(unbalanced) == []
        per_community = "SELECT journal_code, community_code FROM ledger GROUP BY 1, 2 HAVING sum(debit) <> sum(credit)"
        assert self.rows(per_community) == []
        receivable = (
            "SELECT community_code, unit_code, customer_code, sum(debit - credit) FROM ledger"
            " WHERE account = 'receivable' GROUP BY 1, 2, 3 HAVING sum(debit - credit) <> 0 ORDER BY 1, 2, 3"
        )
        open_amounts = (
            "SELECT community_code, unit_code, customer_code, sum(open_balance) FROM bill_states"
            " GROUP BY 1, 2, 3 HAVING sum(open_balance) <> 0 ORDER BY 1, 2, 3"
        )
        with self.database.transaction("read") as tx:
            tx.execute(text("SELECT set_config('guanjia.as_of', :at, TRUE)"), {"at": "2099-01-01T00:00+08:00"})
            assert tx.execute(text(receivable)).all() == tx.execute(text(open_amounts)).all()
            assert (
                tx.execute(text("SELECT bill_code FROM bill_states WHERE total > 0 AND open_balance < 0")).all() == []
            )
        received = "SELECT coalesce(sum(amount), 0) FROM payment_assignments WHERE ended_at IS NULL"
        allocated = (
            "SELECT coalesce(sum(amount), 0) FROM allocations WHERE undone_at IS NULL AND source_kind = 'payment'"
        )
        ((money,),) = self.rows(received)
        ((used,),) = self.rows(allocated)
        assert self.balance("bank") == money
        assert money == used - self.balance("credit") - self.balance("suspense")
        owed = (
            "SELECT unit_code FROM ledger WHERE account = 'credit'"
            " GROUP BY community_code, unit_code, customer_code HAVING sum(debit) > sum(credit)"
        )
        assert self.rows(owed) == []


def payment_house(database: Database, live_from: str = "2026-09-01") -> PaymentHouse:
    """Units 0101 and 0102 of customer A, 0103 of B, 0104 nobody's; the customers' names are 甲, 乙, 丙."""
    house = billing_house(database, live_from)
    with database.transaction() as tx:
        for code, name in {"A": "王 甲", "B": "李乙", "C": "赵丙", "DEV": "锡澄置业有限公司"}.items():
            tx.execute(update(T["customers"]).where(T["customers"].c.customer_code == code).values(customer_name=name))
    for unit in ("0101", "0102", "0103", "0104"):
        house.unit(unit)
    house.payer("0101", "A")
    house.payer("0102", "A")
    house.payer("0103", "B")
    return PaymentHouse(house)
