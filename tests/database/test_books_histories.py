"""Whatever happens to bills and money: the books are the open bills; a reversal restores every balance (BILL-10)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from decimal import Decimal
from typing import cast

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import Connection, create_engine, text

from guanjia.pipelines.fee_billing import books
from guanjia.pipelines.fee_billing.closing import close_period
from guanjia.pipelines.fee_billing.opening import post_opening
from guanjia.store.engine import database_url
from guanjia.store.runs import open_run
from tests.conftest import Database
from tests.database.billing_house import COMMUNITY, BillingHouse, billing_house, on
from tests.database.books_house import at, balances, bill, check_books, pay, reverse, with_approver
from tests.support.billing_runs import posted
from tests.support.examples import examples

PERIODS = ("2026-09", "2026-10", "2026-11")
UNITS = ("0101", "0102", "0103")
SETTLED = ("receivable", "credit")
"""Accounts between which payments of a reversed bill move; all others are exactly as before the run."""


class _OneTransaction:
    """A database whose every transaction is the same one, undone in the end."""

    def __init__(self) -> None:
        self.engine = create_engine(database_url())
        self.connection = self.engine.connect()
        self.attempt = self.connection.begin()

    def transaction(self, role: str = "app") -> AbstractContextManager[Connection]:
        del role
        return nullcontext(self.connection)

    def undo(self) -> None:
        self.attempt.rollback()
        self.connection.close()
        self.engine.dispose()


class Histories(RuleBasedStateMachine):
    """Months are billed, corrected and reversed; money comes in and goes back; months are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.database = _OneTransaction()
        house = with_approver(billing_house(cast(Database, self.database)))
        for unit, payer in zip(UNITS, ("A", "B", "A"), strict=True):
            house.unit(unit, "84.37")
            house.payer(unit, payer, end="2026-10-12" if unit == "0103" else None)
        house.payer("0103", "C", "2026-10-13")
        house.tariff("T", "2.80")
        house.contract(
            "D1", "0102", "B", "2026-10-10", charge_kind="deposit", amount_month=None, amount_once=Decimal(500)
        )
        self.house: BillingHouse = house
        self.now = at("12-05")
        self.posted: list[str] = []
        self.payments: list[str] = []

    def teardown(self) -> None:
        self.database.undo()

    def _later(self) -> datetime:
        self.now += timedelta(hours=5)
        return self.now

    def _sql(self, statement: str, **values: object) -> None:
        self.database.connection.execute(text(statement), values)

    @rule(period=st.sampled_from(PERIODS))
    def bill_a_month(self, period: str) -> None:
        code = bill(self.house, period, self._later())
        if code:
            self.posted.append(code)
        assert bill(self.house, period, self._later()) == "", "again changes nothing"

    @rule(rate=st.sampled_from(["2.80", "2.10", "3.33", "0.35"]))
    def change_the_tariff(self, rate: str) -> None:
        self._sql("UPDATE tariffs SET rate = CAST(:rate AS numeric)", rate=rate)

    @rule(unit=st.sampled_from(UNITS), payer=st.sampled_from(["A", "B", "C"]), fen=st.integers(1, 90_000))
    def receive_money(self, unit: str, payer: str, fen: int) -> None:
        self._pay(f"P{len(self.payments)}", unit, payer, Decimal(fen) / 100, None)

    @precondition(lambda self: self.payments)
    @rule(data=st.data())
    def take_money_back(self, data: st.DataObject) -> None:
        code = data.draw(st.sampled_from(self.payments))
        row = self.database.connection.execute(
            text("SELECT unit_code, payer, amount FROM payments WHERE payment_code = :code"), {"code": code}
        ).one()
        if row.amount > 0:
            self._pay(f"P{len(self.payments)}", row.unit_code, row.payer, -row.amount, code)

    def _pay(self, code: str, unit: str, payer: str, amount: Decimal, reference: str | None) -> None:
        as_of = self._later()
        self.house.add(
            "payments",
            payment_code=code,
            received_on=as_of.date(),
            community_code=COMMUNITY,
            unit_code=unit,
            payer=payer,
            amount=amount,
            reference=reference,
        )
        self.payments.append(code)
        pay(self.house, as_of)

    @precondition(lambda self: self.posted)
    @rule(data=st.data())
    def reverse_a_run(self, data: st.DataObject) -> None:
        code = data.draw(st.sampled_from(self.posted))
        self.posted.remove(code)
        booked = self._journal(code)
        before = balances(self.house)
        reversal = reverse(self.house, code, self._later())
        after = balances(self.house)
        for account in {*before, *after, *booked} - set(SETTLED):
            assert after.get(account, 0) == before.get(account, 0) - booked.get(account, 0), account
        moved = sum(after.get(account, Decimal(0)) - before.get(account, Decimal(0)) for account in SETTLED)
        assert moved == -booked.get("receivable", Decimal(0))
        assert self._journal(reversal) == {account: -amount for account, amount in booked.items()}

    def _journal(self, code: str) -> dict[str, Decimal]:
        rows = self.database.connection.execute(
            text("SELECT account, sum(debit - credit) FROM ledger WHERE journal_code = :code GROUP BY account"),
            {"code": f"R/{code}"},
        )
        return {row[0]: row[1] for row in rows if row[1]}

    @rule(amount=st.integers(-300, 900))
    def change_what_was_owed_before(self, amount: int) -> None:
        self._sql(
            "INSERT INTO opening_balances (community_code, unit_code, customer_code, charge_kind, due_on, amount)"
            " VALUES (:community, '0101', 'A', 'property', :day, CAST(:amount AS numeric))"
            " ON CONFLICT (community_code, unit_code, customer_code, charge_kind, due_on)"
            " DO UPDATE SET amount = excluded.amount",
            community=COMMUNITY,
            day=on("06-15"),
            amount=amount,
        )
        as_of = self._later()
        post_opening(self.database.connection, open_run(self.database.connection, "fee_billing", as_of), as_of)

    @rule()
    def close_the_month(self) -> None:
        period = f"{self.now:%Y-%m}"
        self.now = (self.now.replace(day=1, hour=3) + timedelta(days=32)).replace(day=1)
        close_period(self.database.connection, period, "boss", self.now, leave_unbilled=True)
        assert books.posting_day(self.database.connection, at("12-06")) == self.now.date()

    @invariant()
    def the_books_are_the_open_bills(self) -> None:
        check_books(self.house)
        received = self.database.connection.execute(text("SELECT coalesce(sum(amount), 0) FROM payments")).scalar_one()
        assert balances(self.house).get("bank", Decimal(0)) == received
        held = balances(self.house).get("deposits", Decimal(0))
        assert held == -sum(amount for key, amount in posted(self.house).items() if key[1] == "deposit")

    @invariant()
    def no_number_of_a_charge_is_used_twice(self) -> None:
        rows = self.database.connection.execute(
            text(
                "SELECT count(*) <> max(correction_no) + 1 OR count(DISTINCT correction_no) <> count(*)"
                " FROM bill_lines GROUP BY unit_code, charge_kind, charge_source, period, customer_code"
            )
        )
        assert not any(rows.scalars())

    @invariant()
    def nothing_is_paid_twice(self) -> None:
        rows = self.database.connection.execute(
            text(
                "SELECT b.bill_code FROM bills AS b JOIN allocations AS a USING (batch_no, bill_code)"
                " WHERE a.undone_at IS NULL GROUP BY b.bill_code, b.total HAVING sum(a.amount) > b.total"
            )
        )
        assert rows.all() == []


@pytest.fixture
def fresh(database: Database) -> Iterator[None]:
    del database
    yield


@pytest.mark.rule("BILL-10")
@pytest.mark.usefixtures("fresh")
@pytest.mark.hypothesis
def test_after_any_history_the_books_are_the_open_bills() -> None:
    run_state_machine_as_test(
        Histories,
        settings=settings(
            phases=[Phase.generate],
            max_examples=examples(3),
            stateful_step_count=14,
        ),
    )
