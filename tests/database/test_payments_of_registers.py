"""The payments of an office's own registers: whose they are, and the transfer that the bank booked twice."""

from __future__ import annotations

from decimal import Decimal

import pytest

from guanjia.cli.settled import as_json
from guanjia.pipelines.fee_billing.settled import read_standing
from tests.conftest import Database
from tests.database.billing_house import BillingHouse
from tests.database.payment_house import AS_OF, PaymentHouse
from tests.support.inspection_year import OFFICE_REGISTERS, load_office

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(not OFFICE_REGISTERS.is_dir(), reason="the registers from outside are not beside this checkout"),
]
FIRST, SECOND = "YH202611199007", "YH202611199008"


@pytest.mark.rule("BILL-05")
def test_an_offices_payments_find_their_customers(database: Database) -> None:
    load_office(database)
    house = PaymentHouse(BillingHouse(database))
    ((received, total),) = house.rows("SELECT count(*), sum(amount) FROM payments")
    counts = house.run()
    assert counts["assigned"] + counts["suspense"] == received > 140
    assert counts["allocated"] == 0
    assert house.balance("bank") == total
    assert house.balance("credit") + house.balance("suspense") == -total
    assigned = house.assigned()
    nowhere = {code: reason for code, (state, _customer, reason) in assigned.items() if state == "suspense"}
    assert assigned[FIRST][0] == "assigned"
    assert nowhere[SECOND] == "possible_duplicate"
    places = "SELECT payment_code FROM payments WHERE community_code IS NULL OR unit_code IS NULL"
    without = {code for (code,) in house.rows(places)}
    assert {code for code, reason in nowhere.items() if reason == "no_unit"} == without != set()
    by_name = [code for code, (_state, _customer, reason) in assigned.items() if reason == "name"]
    assert len(by_name) > received * 0.8
    assert set(house.run().values()) == {0}
    (customer,) = {customer for code, (_state, customer, _reason) in assigned.items() if code == FIRST}
    assert customer is not None
    house.post(("1-0101", customer, "1000.00"), community="002", period="2026-09", due="10-20")
    house.run()
    with database.transaction("read") as tx:
        standing = read_standing(tx, "002", "1-0101", AS_OF)
    assert standing.waiting_amount >= Decimal("880.00")
    assert as_json(standing)["in_suspense"]["payments"] >= 1
