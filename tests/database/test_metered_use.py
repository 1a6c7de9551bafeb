"""Metered use: one month's close opens the next, changes inside the month, readings that are missing or fall."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from guanjia.settings import TIME_ZONE
from tests.conftest import Database
from tests.database.billing_house import AS_OF, DEVELOPER, BillingHouse, billing_house

pytestmark = pytest.mark.rule("BILL-01")


def _key(unit: str, customer: str, meter: str = "M1", period: str = "2026-10", kind: str = "electricity") -> Any:
    return unit, kind, meter, period, customer


@pytest.fixture
def house(database: Database) -> BillingHouse:
    """A unit that A pays for, with a meter and a price of 0.53."""
    house = billing_house(database)
    house.unit("0101")
    house.payer("0101", "A")
    house.tariff("P", "0")
    house.tariff("E", "0.53", charge_kind="electricity", basis="consumption")
    house.meter("M1", "0101")
    return house


def _lines(due: Any) -> dict[Any, Decimal]:
    return {key: amount for key, amount in due.lines.items() if key[1] in ("water", "electricity")}


def test_use_is_closing_less_opening_times_multiplier_times_rate(house: BillingHouse) -> None:
    house.meter("M2", "0101", utility="water", multiplier=Decimal("2.5"))
    house.tariff("W", "3.27", charge_kind="water", basis="consumption")
    house.read("M1", ("09-30", "1000.5"), ("10-31", "1101.7"))
    house.read("M2", ("09-30", "10"), ("10-31", "13"))
    due = house.due()
    assert _lines(due) == {
        _key("0101", "A"): Decimal("53.64"),
        _key("0101", "A", "M2", kind="water"): Decimal("24.53"),
    }, "101.2 × 0.53 = 53.636; 3 × 2.5 × 3.27 = 24.525"
    explained = due.explained[_key("0101", "A")]
    assert explained["metered"] == {
        "meter": "M1",
        "opening": {"on": "2026-09-30", "reading": "1000.5"},
        "closing": {"on": "2026-10-31", "reading": "1101.7"},
        "multiplier": "1",
        "use": "101.2",
    }
    assert explained["segments"][0]["quantity"] == "101.2"


def test_the_nearest_reading_counts_then_the_actual_one_then_the_earlier(house: BillingHouse) -> None:
    house.read("M1", ("09-28", "100"), ("10-02", "110"), ("10-03", "111"))
    house.read("M1", ("10-30", "210"), estimated=True)
    house.read("M1", ("11-01", "220"))
    assert _lines(house.due()) == {_key("0101", "A"): Decimal("63.60")}, "from 100 to 220: equally near, the actual one"


def test_a_reading_outside_the_window_is_none(house: BillingHouse) -> None:
    house.read("M1", ("09-22", "100"), ("10-31", "200"))
    due = house.due()
    assert _lines(due) == {}
    assert due.exceptions == {("no_reading", "M1"): {"boundary": "2026-09-30", "window": 7}}
    assert due.holds == {("0101", "electricity", "no_reading")}


def test_neighbouring_months_share_one_reading_so_nothing_is_lost_or_billed_twice(house: BillingHouse) -> None:
    house.read("M1", ("08-31", "0"), ("10-04", "340"), ("10-31", "610"))
    due = house.due("2026-09", "2026-10")
    assert _lines(due) == {
        _key("0101", "A", period="2026-09"): Decimal("180.20"),
        _key("0101", "A"): Decimal("143.10"),
    }
    house.read("M1", ("09-30", "300"))
    due = house.due("2026-09", "2026-10")
    assert _lines(due) == {
        _key("0101", "A", period="2026-09"): Decimal("159.00"),
        _key("0101", "A"): Decimal("164.30"),
    }, "a reading that comes late moves use from one month to the other"


def test_a_reading_after_as_of_is_not_seen(house: BillingHouse) -> None:
    house.read("M1", ("09-30", "0"), ("11-04", "100"))
    assert _lines(house.due(as_of=datetime(2026, 11, 3, 2, tzinfo=TIME_ZONE))) == {}
    assert _lines(house.due(as_of=AS_OF)) == {_key("0101", "A"): Decimal("53.00")}


def test_the_first_month_opens_at_live_from(database: Database) -> None:
    house = billing_house(database, live_from="2026-10-11")
    house.unit("0101")
    house.payer("0101", "A")
    house.tariff("E", "1", charge_kind="electricity", basis="consumption")
    house.meter("M1", "0101")
    house.read("M1", ("09-30", "0"), ("10-10", "100"), ("10-31", "310"))
    assert _lines(house.due("2026-09", "2026-10")) == {_key("0101", "A"): Decimal("210.00")}


def test_a_falling_reading_holds_the_charge_back_and_nothing_else(house: BillingHouse) -> None:
    house.meter("M2", "0101", utility="water")
    house.tariff("W", "3", charge_kind="water", basis="consumption")
    house.read("M1", ("09-30", "100"), ("10-31", "99"))
    house.read("M2", ("09-30", "1"), ("10-31", "2"))
    due = house.due()
    assert _lines(due) == {_key("0101", "A", "M2", kind="water"): Decimal("3.00")}
    assert due.holds == {("0101", "electricity", "falling_reading")}
    detail = due.exceptions["falling_reading", "M1"]
    assert (detail["opening"]["reading"], detail["closing"]["reading"]) == ("100", "99")


def test_a_change_of_payer_goes_by_that_days_reading(house: BillingHouse) -> None:
    house.unit("0102")
    house.payer("0102", "A", end="10-10")
    house.payer("0102", "B", "10-11")
    house.meter("M2", "0102")
    house.read("M2", ("09-30", "0"), ("10-11", "50"), ("10-31", "60"))
    due = house.due()
    assert _lines(due) == {_key("0102", "A", "M2"): Decimal("26.50"), _key("0102", "B", "M2"): Decimal("5.30")}
    explained = due.explained[_key("0102", "B", "M2")]
    assert (explained["month"], explained["payer_use"]) == ("31.80", "10")
    assert [segment.get("reading") for segment in explained["segments"]] == [None, "50"]


def test_a_change_of_payer_without_a_reading_goes_by_days(house: BillingHouse) -> None:
    house.unit("0102")
    house.payer("0102", "A", end="10-10")
    house.payer("0102", "B", "10-11")
    house.meter("M2", "0102")
    house.read("M2", ("09-30", "0"), ("10-31", "60"), ("10-12", "60"))
    assert _lines(house.due()) == {
        _key("0102", "A", "M2"): Decimal("10.26"),
        _key("0102", "B", "M2"): Decimal("21.54"),
    }, "31.80 by 10 and 21 days: 10.258 and 21.542"


def test_unsold_days_of_a_meter_go_to_the_developer(house: BillingHouse) -> None:
    house.unit("0102", handover="2026-10-17")
    house.payer("0102", "B", "10-17")
    house.meter("M2", "0102")
    house.read("M2", ("09-30", "0"), ("10-17", "1"), ("10-31", "11"))
    assert _lines(house.due()) == {
        _key("0102", DEVELOPER, "M2"): Decimal("0.53"),
        _key("0102", "B", "M2"): Decimal("5.30"),
    }


@pytest.mark.parametrize(("reading", "amount"), [(None, "81.29"), ("10", "110.00")])
def test_a_tariff_that_changes_goes_by_that_days_reading_else_by_days(
    house: BillingHouse, reading: str | None, amount: str
) -> None:
    house.tariff("W1", "1", valid_to="10-20", charge_kind="water", basis="consumption")
    house.tariff("W2", "2", "10-21", charge_kind="water", basis="consumption")
    house.meter("M2", "0101", utility="water")
    house.read("M1", ("09-30", "0"), ("10-31", "0"))
    house.read("M2", ("09-30", "0"), ("10-31", "60"))
    if reading:
        house.read("M2", ("10-21", reading))
    assert _lines(house.due()) == {_key("0101", "A", "M2", kind="water"): Decimal(amount)}, "60 × (20 + 2 × 11) ÷ 31"


def test_a_multiplier_never_changes_unread(house: BillingHouse) -> None:
    for day, multiplier in (("0001-01-01", 1), ("2026-10-11", 20)):
        house.add("meter_versions", meter_code="M1", valid_from=date.fromisoformat(day), multiplier=multiplier)
    house.read("M1", ("09-30", "0"), ("10-31", "60"))
    due = house.due()
    assert _lines(due) == {}
    assert due.exceptions == {("no_reading", "M1"): {"boundary": "2026-10-11", "window": 0}}
    house.read("M1", ("10-11", "50"))
    assert _lines(house.due()) == {_key("0101", "A"): Decimal("132.50")}, "(50 + 10 × 20) × 0.53"


def test_a_meter_that_is_exchanged_is_billed_on_both(house: BillingHouse) -> None:
    house.add(
        "meters",
        meter_code="M2",
        community_code="001",
        unit_code="0101",
        utility="electricity",
        valid_from=date(2026, 10, 16),
    )
    with house.database.transaction() as tx:
        tx.execute(text("UPDATE meters SET valid_to = '2026-10-15' WHERE meter_code = 'M1'"))
    house.read("M1", ("09-30", "900"), ("10-15", "1000"))
    house.read("M2", ("10-16", "0"), ("10-31", "10"))
    assert _lines(house.due()) == {_key("0101", "A"): Decimal("53.00"), _key("0101", "A", "M2"): Decimal("5.30")}


def test_tariffs_by_use_that_gap_or_tie_hold_the_charge_back(house: BillingHouse) -> None:
    house.unit("S1", unit_use="shop")
    house.payer("S1", "B")
    house.meter("M2", "S1")
    house.meter("M3", "S1", utility="water")
    house.tariff("E2", "1", charge_kind="electricity", basis="consumption", unit_use="shop")
    house.tariff("E3", "2", "10-31", charge_kind="electricity", basis="consumption", unit_use="shop")
    house.tariff("W", "2", "10-02", charge_kind="water", basis="consumption", unit_use="shop")
    for meter in ("M1", "M2", "M3"):
        house.read(meter, ("09-30", "0"), ("10-31", "10"))
    due = house.due()
    assert _lines(due) == {_key("0101", "A"): Decimal("5.30")}
    assert due.holds == {("S1", "electricity", "tariff_tie"), ("S1", "water", "tariff_gap")}
    assert due.exceptions["tariff_tie", "electricity/shop/consumption"]["stretches"] == [
        {"from": "2026-10-31", "to": "2026-10-31", "tariffs": ["E2", "E3"]}
    ]
    assert due.exceptions["tariff_gap", "water/shop/consumption"]["stretches"][0]["to"] == "2026-10-01"


def test_meters_of_a_use_without_a_tariff_are_listed_once(house: BillingHouse) -> None:
    house.unit("0102")
    house.payer("0102", "A")
    house.meter("M2", "0101", utility="water")
    house.meter("M3", "0102", utility="water")
    house.read("M1", ("09-30", "0"), ("10-31", "0"))
    due = house.due()
    assert due.exceptions == {("no_tariff", "water/residential"): {"first_unit": "0101"}}


def test_a_unit_without_a_payer_is_held_back_whole(house: BillingHouse) -> None:
    for unit, end in (("0102", "10-10"), ("0103", "09-10")):
        house.unit(unit)
        house.payer(unit, "B", end=end)
        house.meter(f"M{unit}", unit)
        house.read(f"M{unit}", ("09-30", "0"), ("10-31", "10"))
    house.read("M1", ("09-30", "0"), ("10-31", "10"))
    due = house.due()
    assert _lines(due) == {_key("0101", "A"): Decimal("5.30")}
    assert set(due.exceptions) == {("no_payer", "0102"), ("no_payer", "0103")}
