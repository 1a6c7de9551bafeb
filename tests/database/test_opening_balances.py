"""Going live in the middle of a year: what was owed before stands in the books once, with its own age (0.4)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import text

from guanjia.domain.errors import BooksRefused
from guanjia.pipelines.fee_billing.opening import post_opening
from guanjia.store.runs import open_run
from tests.conftest import Database
from tests.database.billing_house import COMMUNITY, BillingHouse, billing_house, on
from tests.database.books_house import at, balances, bill, check_books, open_bills, paid, reverse, with_approver
from tests.support.billing_runs import rows

D = Decimal


@pytest.fixture
def house(database: Database) -> BillingHouse:
    found = with_approver(billing_house(database))
    found.unit("0101", "84")
    found.payer("0101", "A")
    return found


def owed(house: BillingHouse, due_on: str, amount: str, kind: str = "property", customer: str = "A") -> None:
    house.add(
        "opening_balances",
        community_code=COMMUNITY,
        unit_code="0101",
        customer_code=customer,
        charge_kind=kind,
        due_on=on(due_on),
        amount=D(amount),
    )


def opened(house: BillingHouse, as_of: datetime) -> dict[str, int]:
    with house.database.transaction() as tx:
        return post_opening(tx, open_run(tx, "fee_billing", as_of), as_of)


@pytest.mark.rule("BILL-05")
def test_balances_from_before_are_arrears_by_age_from_the_first_day(house: BillingHouse) -> None:
    owed(house, "2025-03-15", "100.00")
    owed(house, "05-15", "200.00")
    owed(house, "05-15", "50.00", "parking")
    owed(house, "09-15", "7.00")
    assert opened(house, at("09-01"))["opening_bills"] == 3
    assert balances(house) == {"receivable": D("357.00"), "opening": D("-357.00")}
    with house.database.transaction() as tx:
        tx.execute(text("SELECT set_config('guanjia.as_of', '2026-09-01T12:00+08', TRUE)"))
        aged = tx.execute(
            text("SELECT balance, days_over_365, days_91_180, not_yet_due, oldest_due_on FROM arrears")
        ).one()
    assert tuple(aged) == (D("357.00"), D("100.00"), D("250.00"), D("7.00"), on("2025-03-15"))
    check_books(house)
    before = rows(house)
    assert not any(opened(house, at("09-02")).values())
    assert rows(house) == before


def test_a_changed_row_is_posted_as_the_difference(house: BillingHouse) -> None:
    owed(house, "05-15", "200.00")
    opened(house, at("09-01"))
    with house.database.transaction() as tx:
        tx.execute(text("UPDATE opening_balances SET amount = 150"))
    owed(house, "06-15", "30.00")
    assert opened(house, at("09-03"))["opening_bills"] == 2
    assert open_bills(house) == {"O2609-001-1-000001": D("150.00"), "O2609-001-2-000002": D("30.00")}
    with house.database.transaction() as tx:
        lines = tx.execute(
            text("SELECT bill_code, charge_source, period, amount, correction_no FROM bill_lines ORDER BY 1, 2")
        ).all()
    assert [tuple(line) for line in lines] == [
        ("O2609-001-1-000001", "opening/2026-05-15", "2026-05", D("200.00"), 0),
        ("O2609-001-2-000001", "opening/2026-05-15", "2026-05", D("-50.00"), 1),
        ("O2609-001-2-000002", "opening/2026-06-15", "2026-06", D("30.00"), 0),
    ]
    check_books(house)


def test_payments_reach_balances_from_before_first_and_billing_leaves_them_alone(house: BillingHouse) -> None:
    house.tariff("T", "2.80")
    owed(house, "09-20", "100.00")
    opened(house, at("09-01"))
    code = bill(house, "2026-09", at("10-05"))
    assert open_bills(house) == {"O2609-001-1-000001": D("100.00"), f"{code}-000001": D("235.20")}
    paid(house, "P1", "0101", "A", "120.00", at("10-06"))
    assert open_bills(house) == {f"{code}-000001": D("215.20")}
    check_books(house)
    assert bill(house, "2026-09", at("10-07")) == ""


def test_a_community_that_is_not_served_yet_waits(database: Database) -> None:
    house = billing_house(database, live_from="2026-12-01")
    house.unit("0101", "84")
    owed(house, "05-15", "200.00")
    assert not any(opened(house, at("11-30")).values())
    assert opened(house, at("12-01"))["opening_runs"] == 1


def test_credit_from_before_pays_the_next_bills(house: BillingHouse) -> None:
    owed(house, "08-31", "-300.00")
    opened(house, at("09-01"))
    house.tariff("T", "2.80")
    code = bill(house, "2026-09", at("10-05"))
    assert open_bills(house) == {"O2609-001-1-000001": D("-64.80")}
    check_books(house)
    reverse(house, code, at("10-06"))
    assert open_bills(house) == {"O2609-001-1-000001": D("-300.00")}


def test_balances_from_before_are_corrected_in_the_register_not_reversed(house: BillingHouse) -> None:
    owed(house, "05-15", "200.00")
    opened(house, at("09-01"))
    with pytest.raises(BooksRefused, match="opening_balances"):
        reverse(house, "O2609-001-1", at("09-02"))
