"""Which bills money pays: oldest due first, never more than paid or owed, over any history (BILL-05)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from guanjia.pipelines.fee_billing.allocation import allocate, undo_runs
from tests.conftest import Database
from tests.database.payment_house import AS_OF, PaymentHouse, at, payment_house
from tests.support.examples import examples


@pytest.fixture
def house(database: Database) -> PaymentHouse:
    return payment_house(database)


@pytest.mark.rule("BILL-05")
def test_the_oldest_due_of_the_unit_paid_for_goes_first_then_the_customers_others(house: PaymentHouse) -> None:
    (september,) = house.post(("0101", "A", "70.00"), period="2026-09", due="10-20")
    october, other = house.post(("0101", "A", "60.00"), ("0102", "A", "40.00"))
    (oldest_other,) = house.post(("0102", "A", "10.00"), period="2026-09", due="10-01")
    house.pay("P1", "0101", "王甲", "100.00", "11-09")
    house.pay("P2", "0101", "王甲", "75.00", "11-10")
    house.run()
    assert house.paid() == {
        ("P1", september): Decimal("70.00"),
        ("P1", october): Decimal("30.00"),
        ("P2", october): Decimal("30.00"),
        ("P2", oldest_other): Decimal("10.00"),
        ("P2", other): Decimal("35.00"),
    }
    assert house.balance("credit") == 0


@pytest.mark.rule("BILL-05")
def test_more_than_owed_stays_the_customers_credit_and_pays_the_next_bill_when_it_is_posted(
    house: PaymentHouse,
) -> None:
    house.pay("P1", "0101", "王甲", "100.00")
    house.run()
    assert house.balance("credit", "0101", "A") == Decimal("-100.00")
    (bill,) = house.post(("0101", "A", "30.00"), at=at("12-05"), due="12-20", period="2026-11")
    with house.database.transaction() as tx:
        assert allocate(tx, None, at("12-04")) == {"allocated": 0}
        assert allocate(tx, None, at("12-05"), ["002"]) == {"allocated": 0}
        assert allocate(tx, None, at("12-05"), ["001"]) == {"allocated": 1}
        assert allocate(tx, None, at("12-05")) == {"allocated": 0}
    assert house.paid() == {("P1", bill): Decimal("30.00")}
    assert house.balance("credit", "0101", "A") == Decimal("-70.00")
    house.check_books(at("12-05"))


@pytest.mark.rule("BILL-05")
def test_money_of_one_community_pays_no_bill_of_another(house: PaymentHouse) -> None:
    house.house.add("communities", community_code="002", community_name="梧桐里")
    house.house.add("buildings", community_code="002", building_code="01")
    house.house.add("settings", setting="live_from", community_code="002", value="2026-09-01")
    house.house.unit("1-1", community_code="002")
    house.post(("1-1", "A", "30.00"), community="002")
    house.pay("P1", "0101", "王甲", "100.00")
    house.run()
    assert house.paid() == {}


@pytest.mark.rule("BILL-10")
def test_bills_of_a_reversed_run_give_the_money_back_and_it_pays_others(house: PaymentHouse) -> None:
    (bad,) = house.post(("0101", "A", "70.00"), period="2026-09", due="10-20")
    house.pay("P1", "0101", "王甲", "100.00")
    house.run()
    with house.database.transaction() as tx:
        assert undo_runs(tx, None, AS_OF, [bad[:-7]], "R2609-001-1") == 1
        assert undo_runs(tx, None, AS_OF, [bad[:-7]], "R2609-001-1") == 0
    assert house.paid() == {}
    assert house.balance("credit", "0101", "A") == Decimal("-100.00")
    house.check_books(AS_OF)


@pytest.mark.rule("BILL-05")
def test_a_bill_paid_in_part_that_opens_again_holds_one_allocation_of_the_whole(house: PaymentHouse) -> None:
    (bill,) = house.post(("0101", "A", "100.00"))
    house.pay("P1", "0101", "王甲", "90.00", "11-01")
    house.pay("P2", "0101", "王甲", "90.00", "11-02")
    house.run()
    assert house.paid() == {("P1", bill): Decimal("90.00"), ("P2", bill): Decimal("10.00")}
    house.pay("N1", None, None, "-90.00", "11-03", reference="P1")
    house.run()
    assert house.paid() == {("P2", bill): Decimal("90.00")}
    assert house.open_bills() == {bill: Decimal("10.00")}


# -- any history -------------------------------------------------------------------------------------------------------

UNITS = {"0101": "A", "0102": "A", "0103": "B"}
NAMES = {"A": "王甲", "B": "李乙", None: "路人"}
MONEY = st.integers(1, 30_000).map(lambda fen: Decimal(fen) / 100)

BILLS = st.tuples(st.just("bill"), st.sampled_from(sorted(UNITS)), MONEY, st.integers(-60, 30))
PAYMENTS = st.tuples(
    st.just("pay"), st.sampled_from([*sorted(UNITS), "0104", None]), MONEY, st.sampled_from(["A", "B", None])
)
REVERSALS = st.tuples(st.just("take_back"), st.integers(1, 12), MONEY)
CORRECTIONS = st.tuples(st.just("correct"), st.integers(1, 12), MONEY, st.sampled_from([*sorted(UNITS), "0104"]))
HISTORIES = st.lists(st.one_of(BILLS, PAYMENTS, PAYMENTS, REVERSALS, CORRECTIONS), min_size=1, max_size=12)
EMPTY = "TRUNCATE allocations, payment_assignments, payments, ledger, bill_lines, bills, billing_runs CASCADE"


def _live(house: PaymentHouse, number: int, day: date, step: tuple[Any, ...]) -> None:
    """One thing that happens."""
    match step:
        case ("bill", unit, amount, due):
            posted = at(f"{day:%m-%d}", 3)
            late = (day + timedelta(days=due)).isoformat()
            house.post((unit, UNITS[unit], str(amount)), at=posted, due=late)
        case ("pay", unit, amount, payer):
            house.pay(f"P{number}", unit, NAMES[payer], str(amount), f"{day:%m-%d}")
        case ("take_back", other, amount):
            house.pay(f"N{number}", None, None, str(-amount), f"{day:%m-%d}", reference=f"P{other}")
        case ("correct", other, amount, unit):
            if house.rows("SELECT 1 FROM payments WHERE payment_code = :code", code=f"P{other}"):
                house.correct(f"P{other}", amount=amount, unit_code=unit, community_code="001")


@pytest.mark.rule("BILL-05")
@pytest.mark.hypothesis
def test_over_any_history_no_yuan_is_lost_or_used_twice(database: Database) -> None:
    house = payment_house(database)

    @settings(max_examples=examples(8))
    @given(HISTORIES)
    def check(history: list[tuple[Any, ...]]) -> None:
        with database.transaction("owner") as tx:
            tx.execute(text(EMPTY))
        house.runs = 0
        for number, step in enumerate(history, 1):
            day = date(2026, 11, 1) + timedelta(days=number)
            _live(house, number, day, step)
            house.run(at(f"{day:%m-%d}"))
            assert set(house.run(at(f"{day:%m-%d}")).values()) == {0}
            _assert_oldest_first(house)

    check()


def _assert_oldest_first(house: PaymentHouse) -> None:
    """Nobody has credit and an open bill; no older bill of a unit is open while money of the unit pays a newer one."""
    owing = house.rows(
        "SELECT DISTINCT community_code, customer_code FROM bill_states WHERE open_balance > 0"
        " INTERSECT SELECT community_code, customer_code FROM ledger WHERE account = 'credit'"
        " GROUP BY community_code, unit_code, customer_code HAVING sum(debit) <> sum(credit)"
    )
    assert owing == []
