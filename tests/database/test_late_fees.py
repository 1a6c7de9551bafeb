"""Late fees: simple interest by days on what is open, from the day after due and grace, capped, never on themselves."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from guanjia.settings import TIME_ZONE
from tests.conftest import Database
from tests.database.billing_house import AS_OF, COMMUNITY, BillingHouse, billing_house, on

pytestmark = pytest.mark.rule("BILL-05")
BILL = "B2609-001-1-000001"


@pytest.fixture
def house(database: Database) -> BillingHouse:
    """A's bill of 500.00 for September, due on 20 October; late fees are on."""
    house = billing_house(database)
    house.unit("0101")
    house.payer("0101", "A")
    house.tariff("P", "0")
    house.add("settings", setting="late_fees", community_code=COMMUNITY, value="yes")
    _bill(house)
    return house


def _bill(house: BillingHouse, *lines: tuple[str, str], number: int = 1, due: str = "10-20") -> str:
    lines = lines or (("property", "500.00"),)
    run = f"B2609-001-{number}"
    house.add(
        "billing_runs",
        run_code=run,
        period="2026-09",
        community_code=COMMUNITY,
        state="posted",
        kind="billing",
        attempt=number,
        post_no=number,
        drafted_at=datetime(2026, 10, 5, tzinfo=TIME_ZONE),
        digest="d",
        decision="approved",
        decision_digest="d",
        decided_at=datetime(2026, 10, 5, tzinfo=TIME_ZONE),
        posted_at=datetime(2026, 10, 5, tzinfo=TIME_ZONE),
        posted_on=date(2026, 10, 5),
        due_on=on(due),
    )
    keys = {"community_code": COMMUNITY, "unit_code": "0101", "customer_code": "A", "bill_code": f"{run}-000001"}
    total = sum(Decimal(amount) for _, amount in lines)
    house.add("bills", run_code=run, period="2026-09", total=total, **keys)
    for kind, amount in lines:
        house.add(
            "bill_lines",
            charge_kind=kind,
            charge_source="tariff",
            period="2026-09",
            amount=Decimal(amount),
            correction_no=0,
            **keys,
        )
    return f"{run}-000001"


def _pay(
    house: BillingHouse, amount: str, received: str, allocated: str | None = None, bill: str = BILL, **undone: Any
) -> None:
    code = f"Z{received}{amount}"
    house.add(
        "payments",
        payment_code=code,
        community_code=COMMUNITY,
        unit_code="0101",
        amount=Decimal(amount),
        received_on=on(received),
    )
    _allocate(house, "payment", code, amount, bill, allocated or received, **undone)


def _allocate(house: BillingHouse, kind: str, code: str, amount: str, bill: str, allocated: str, **undone: Any) -> None:
    house.add(
        "allocations",
        source_kind=kind,
        source_code=code,
        batch_no=0,
        bill_code=bill,
        community_code=COMMUNITY,
        unit_code="0101",
        customer_code="A",
        amount=Decimal(amount),
        allocated_on=on(allocated),
        allocated_at=datetime.combine(on(allocated), datetime.min.time(), TIME_ZONE),
        **undone,
    )


def _fees(due: Any) -> dict[tuple[str, str], Decimal]:
    return {(key[2], key[3]): amount for key, amount in due.lines.items() if key[1] == "late_fee"}


def test_they_are_off_unless_the_setting_says_otherwise(database: Database) -> None:
    house = billing_house(database)
    house.unit("0101")
    house.payer("0101", "A")
    _bill(house)
    assert _fees(house.due()) == {}


def test_a_day_late_is_a_day_and_the_day_of_the_money_counts(house: BillingHouse) -> None:
    _pay(house, "500.00", "10-30")
    due = house.due()
    assert _fees(due) == {(BILL, "2026-10"): Decimal("2.50")}, "21 to 30 October: 10 days × 0.0005 × 500.00"
    explained = due.explained["0101", "late_fee", BILL, "2026-10", "A"]
    assert explained["segments"] == [{"from": "2026-10-21", "to": "2026-10-30", "days": 10, "open": "500.00"}]
    assert explained["late"]["principal"] == "500.00"


def test_money_on_the_due_day_comes_in_time_whenever_it_was_entered(house: BillingHouse) -> None:
    _pay(house, "500.00", "10-20", allocated="11-04")
    assert _fees(house.due()) == {}


def test_an_open_bill_bears_every_day_of_the_month_and_what_is_left_after_a_part(house: BillingHouse) -> None:
    _pay(house, "100.00", "10-25")
    assert _fees(house.due("2026-09", "2026-10")) == {(BILL, "2026-10"): Decimal("2.45")}, "5 × 0.25 + 6 × 0.20"


def test_a_payment_that_was_undone_or_comes_after_as_of_has_paid_nothing(house: BillingHouse) -> None:
    _pay(
        house,
        "500.00",
        "10-20",
        undone_on=on("11-02"),
        undone_by="Z",
        undone_at=datetime(2026, 11, 2, tzinfo=TIME_ZONE),
    )
    assert _fees(house.due()) == {(BILL, "2026-10"): Decimal("2.75")}
    assert _fees(house.due(as_of=datetime(2026, 11, 1, 12, tzinfo=TIME_ZONE))) == {}, "on 1 November it still held"


def test_days_of_grace_bear_nothing(house: BillingHouse) -> None:
    house.add("settings", setting="late_fee_grace_days", community_code=COMMUNITY, value="5")
    assert _fees(house.due()) == {(BILL, "2026-10"): Decimal("1.50")}, "26 to 31 October"


def test_late_fees_bear_none_themselves(house: BillingHouse) -> None:
    code = _bill(house, ("property", "100.00"), ("late_fee", "900.00"), number=2)
    assert _fees(house.due())[code, "2026-10"] == Decimal("0.55")
    only = _bill(house, ("late_fee", "900.00"), number=3)
    assert (only, "2026-10") not in _fees(house.due())


def test_late_fees_given_back_are_no_principal_that_stays_open(house: BillingHouse) -> None:
    _pay(house, "500.00", "10-20")
    code = _bill(house, ("property", "100.00"), ("late_fee", "-5.00"), number=2)
    _pay(house, "95.00", "10-20", bill=code)
    assert _fees(house.due()) == {}, "95.00 were owed and came in time"


def test_a_credit_note_counts_from_the_day_it_was_used_also_when_it_pays_more_later(house: BillingHouse) -> None:
    _credit(house, "30.00", "10-22", undone="11-03")
    _credit(house, "50.00", "11-03")
    assert _fees(house.due()) == {(BILL, "2026-10"): Decimal("2.62")}, "2 × 0.25 + 9 × 0.235"


def _credit(house: BillingHouse, amount: str, used: str, undone: str | None = None) -> None:
    """What a credit note pays of the bill, from a day on; widened on another."""
    given: dict[str, Any] = (
        {}
        if undone is None
        else {
            "undone_on": on(undone),
            "undone_by": "note",
            "undone_at": datetime.combine(on(undone), datetime.min.time(), TIME_ZONE),
        }
    )
    _allocate(house, "credit_note", "note", amount, BILL, used, **given)


def test_the_cap_holds_over_all_months(house: BillingHouse) -> None:
    house.add("settings", setting="late_fee_cap", community_code=COMMUNITY, value="0.02")
    later = datetime(2027, 1, 5, tzinfo=TIME_ZONE)
    periods = ("2026-10", "2026-11", "2026-12")
    expected = {(BILL, "2026-10"): Decimal("2.75"), (BILL, "2026-11"): Decimal("7.25")}
    due = house.due(*periods, as_of=later)
    assert _fees(due) == expected, "2.75, 7.50 and 7.75 would be 18.00; the cap is 10.00"
    assert due.explained["0101", "late_fee", BILL, "2026-11", "A"]["late"]["capped"] is True
    one_by_one = {key: fee for period in periods for key, fee in _fees(house.due(period, as_of=later)).items()}
    assert one_by_one == expected, "a month alone knows of those before"


def test_days_before_the_community_was_served_bear_nothing(database: Database) -> None:
    house = billing_house(database, live_from="2026-10-30")
    house.unit("0101")
    house.payer("0101", "A")
    house.add("settings", setting="late_fees", community_code=COMMUNITY, value="yes")
    _bill(house)
    assert _fees(house.due(as_of=AS_OF)) == {(BILL, "2026-10"): Decimal("0.50")}
