"""Who owes what by age, as of any instant, with what was owed before we went live (BILL-05)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from guanjia.pipelines.fee_billing.settled import see_instant
from tests.conftest import Database
from tests.database.payment_house import PaymentHouse, at, payment_house

AGES = ("not_yet_due", "days_0_30", "days_31_90", "days_91_180", "days_181_365", "days_over_365")


@pytest.fixture
def house(database: Database) -> PaymentHouse:
    return payment_house(database)


def _arrears(house: PaymentHouse, day: str) -> dict[tuple[str, str], dict[str, object]]:
    with house.database.transaction("read") as tx:
        see_instant(tx, at(day))
        rows = tx.execute(text("SELECT * FROM arrears")).mappings().all()
    return {(row["unit_code"], row["customer_code"]): dict(row) for row in rows}


def _ages(row: dict[str, object]) -> dict[str, object]:
    return {name: row[name] for name in AGES if row[name]}


@pytest.mark.rule("BILL-05")
@pytest.mark.parametrize(
    ("day", "age"),
    [
        ("11-19", "not_yet_due"),
        ("11-20", "days_0_30"),
        ("12-20", "days_0_30"),
        ("12-21", "days_31_90"),
        ("2027-02-18", "days_31_90"),
        ("2027-02-19", "days_91_180"),
        ("2027-05-19", "days_91_180"),
        ("2027-05-20", "days_181_365"),
        ("2027-11-20", "days_181_365"),
        ("2027-11-21", "days_over_365"),
    ],
)
def test_a_bill_is_as_old_as_the_days_since_it_was_due(house: PaymentHouse, day: str, age: str) -> None:
    house.post(("0101", "A", "100.00"), due="11-20")
    (row,) = _arrears(house, day).values()
    assert _ages(row) == {age: Decimal("100.00")}
    assert (row["balance"], row["oldest_due_on"], row["settled"]) == (Decimal("100.00"), date(2026, 11, 20), False)


@pytest.mark.rule("BILL-05")
def test_what_was_owed_before_has_its_age_from_the_first_day(house: PaymentHouse) -> None:
    """Bills of an opening run carry their own due days."""
    codes = house.post(("0101", "A", "10.00"), ("0101", "A", "20.00"), ("0101", "A", "30.00"), at=at("09-01", 3))
    with house.database.transaction() as tx:
        tx.execute(text("UPDATE billing_runs SET kind = 'opening'"))
        for code, due in zip(codes, ("2025-01-31", "2026-06-30", "2026-08-31"), strict=True):
            tx.execute(text("UPDATE bills SET due_on = :due WHERE bill_code = :code"), {"due": due, "code": code})
    (row,) = _arrears(house, "09-01").values()
    assert _ages(row) == {
        "days_over_365": Decimal("10.00"),
        "days_31_90": Decimal("20.00"),
        "days_0_30": Decimal("30.00"),
    }
    assert row["oldest_due_on"] == date(2025, 1, 31)
    assert _arrears(house, "08-31") == {}
    house.pay("P1", "0101", "王甲", "25.00", "09-02")
    house.run(at("09-02"))
    (row,) = _arrears(house, "09-02").values()
    assert _ages(row) == {"days_31_90": Decimal("5.00"), "days_0_30": Decimal("30.00")}
    assert row["oldest_due_on"] == date(2026, 6, 30)


@pytest.mark.rule("BILL-05")
def test_arrears_of_the_past_do_not_change_with_what_came_later(house: PaymentHouse) -> None:
    house.post(("0101", "A", "100.00"), ("0103", "B", "50.00"), due="11-20")
    before = _arrears(house, "11-09")
    house.pay("P1", "0101", "王甲", "100.00", "11-10")
    house.run(at("11-10"))
    assert _arrears(house, "11-09") == before
    row = _arrears(house, "11-10")["0101", "A"]
    assert (row["balance"], row["settled"], row["oldest_due_on"]) == (Decimal(0), True, None)
    house.pay("N1", None, None, "-100.00", "11-12", reference="P1")
    house.run(at("11-12"))
    assert _arrears(house, "11-09") == before
    assert _arrears(house, "11-11")["0101", "A"]["balance"] == 0
    assert _arrears(house, "11-12")["0101", "A"]["balance"] == Decimal("100.00")


@pytest.mark.rule("BILL-05")
def test_drafts_and_reversed_bills_are_owed_by_nobody(house: PaymentHouse) -> None:
    house.post(("0101", "A", "100.00"))
    house.post(("0103", "B", "50.00"))
    with house.database.transaction() as tx:
        tx.execute(text("UPDATE billing_runs SET state = 'approved', posted_at = NULL WHERE attempt = 1"))
    assert set(_arrears(house, "11-20")) == {("0103", "B")}
