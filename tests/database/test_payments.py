"""Whose a payment is: rule by rule, what changes, what a person decides, and the registers of an office (BILL-05)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.conftest import Database
from tests.database.payment_house import PaymentHouse, payment_house


@pytest.fixture
def house(database: Database) -> PaymentHouse:
    return payment_house(database)


@pytest.mark.rule("BILL-05")
def test_a_payment_goes_to_the_customer_of_the_unit_whose_name_is_the_payers(house: PaymentHouse) -> None:
    (bill,) = house.post(("0101", "A", "100.00"))
    house.pay("P1", "0101", "  王甲　", "60.00")
    assert house.run() == {"assigned": 1, "suspense": 0, "taken_back": 0, "undone": 0, "allocated": 1}
    assert house.assigned() == {"P1": ("assigned", "A", "name")}
    assert house.paid() == {("P1", bill): Decimal("60.00")}
    assert house.open_bills()[bill] == Decimal("40.00")
    assert set(house.run().values()) == {0}
