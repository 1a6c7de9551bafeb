"""What should be billed: against an independent oracle over random histories, and rule by rule (BILL-01…09, INS-08)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from guanjia.pipelines.fee_billing.due import CommunityMonth, UnitKey, compute_due
from guanjia.settings import TIME_ZONE
from tests.conftest import Database
from tests.database.billing_house import AS_OF, COMMUNITY, DEVELOPER, BillingHouse, billing_house, on, tried
from tests.support.billing_oracle import Month, Oracle, Registers, half_up
from tests.support.examples import examples

PERIODS = ("2026-09", "2026-10")


def _due_key(unit: str, customer: str, kind: str = "property", source: str = "tariff", period: str = "2026-10") -> Any:
    return unit, kind, source, period, customer


# -- rule by rule ------------------------------------------------------------------------------------------------------


@pytest.fixture
def house(database: Database) -> BillingHouse:
    return billing_house(database)


@pytest.mark.rule("BILL-02")
def test_the_property_fee_is_area_times_rate_rounded_once_half_up(house: BillingHouse) -> None:
    house.unit("0101", "51.26")
    house.payer("0101", "A")
    house.tariff("T", "1.75")
    due = house.due()
    assert due.lines == {_due_key("0101", "A"): Decimal("89.71")}
    (segment,) = due.explained[_due_key("0101", "A")]["segments"]
    assert (segment["tariff"], segment["rate"], segment["days"], segment["of_days"]) == ("T", "1.75", 31, 31)
    assert due.explained[_due_key("0101", "A")]["quantity"] == "51.26"


@pytest.mark.rule("BILL-02")
def test_a_rate_that_changes_inside_the_month_is_summed_by_days_and_rounded_once(house: BillingHouse) -> None:
    house.unit("0101", "77.17")
    house.payer("0101", "A")
    house.tariff("T1", "2.80", valid_to="10-15")
    house.tariff("T2", "3.10", "10-16")
    expected = Decimal(half_up(Fraction("77.17") * (Fraction("2.80") * 15 + Fraction("3.10") * 16) / 31)) / 100
    due = house.due()
    assert due.lines == {_due_key("0101", "A"): expected}
    assert [segment["days"] for segment in due.explained[_due_key("0101", "A")]["segments"]] == [15, 16]


@pytest.mark.rule("BILL-02")
def test_a_month_that_starts_with_live_from_is_billed_by_the_days_left(database: Database) -> None:
    house = billing_house(database, live_from="2026-02-10")
    house.unit("0101", "96")
    house.payer("0101", "A")
    house.tariff("T", "2.80")
    due = house.due("2026-01", "2026-02")
    assert due.lines == {_due_key("0101", "A", period="2026-02"): Decimal("182.40")}, "January is not billed at all"


@pytest.mark.rule("BILL-02")
def test_a_community_that_is_not_served_owes_nothing(house: BillingHouse) -> None:
    with house.database.transaction() as tx:
        tx.execute(text("DELETE FROM settings"))
    house.unit("0101")
    house.payer("0101", "A")
    house.tariff("T", "2.80")
    assert house.due().lines == {}


@pytest.mark.rule("BILL-02")
def test_a_tariff_of_the_use_beats_one_for_all(house: BillingHouse) -> None:
    house.unit("S1", "10", unit_use="shop")
    house.unit("R1", "10")
    house.payer("S1", "A")
    house.payer("R1", "B")
    house.tariff("T1", "2")
    house.tariff("T2", "5", unit_use="shop")
    assert house.due().lines == {_due_key("S1", "A"): Decimal("50.00"), _due_key("R1", "B"): Decimal("20.00")}


@pytest.mark.rule("BILL-02")
def test_tariffs_that_tie_or_leave_a_gap_hold_the_charge_back_and_nothing_else(house: BillingHouse) -> None:
    house.unit("R1", "10")
    house.unit("S1", "10", unit_use="shop")
    house.unit("O1", "10", unit_use="office")
    for unit in ("R1", "S1", "O1"):
        house.payer(unit, "A")
    house.tariff("T1", "2", unit_use="residential")
    house.tariff("T2", "3", unit_use="residential", valid_from="10-31")
    house.tariff("T3", "4", unit_use="shop", valid_to="10-30")
    house.tariff("T4", "5", unit_use="office")
    house.contract("K", "R1", "B", "10-01")
    due = house.due()
    assert due.lines == {
        _due_key("O1", "A"): Decimal("50.00"),
        _due_key("R1", "B", "parking", "K"): Decimal("280.00"),
    }
    assert due.holds == {("R1", "property", "tariff_tie"), ("S1", "property", "tariff_gap")}
    assert due.exceptions["tariff_tie", "property/residential"]["stretches"] == [
        {"from": "2026-10-31", "to": "2026-10-31", "tariffs": ["T1", "T2"]}
    ]
    assert due.exceptions["tariff_gap", "property/shop"]["stretches"][0]["from"] == "2026-10-31"


@pytest.mark.rule("BILL-02")
def test_a_use_without_a_tariff_is_listed_once_and_not_billed(house: BillingHouse) -> None:
    house.unit("R1")
    house.payer("R1", "A")
    for unit in ("X1", "X2"):
        house.unit(unit, unit_use="storage", handover=None)
    house.tariff("T", "2", unit_use="residential")
    due = house.due()
    assert due.lines == {_due_key("R1", "A"): Decimal("180.00")}
    assert set(due.exceptions) == {("no_tariff", "property/storage")}


@pytest.mark.rule("BILL-02")
def test_a_changed_area_or_use_bills_from_its_day_on(house: BillingHouse) -> None:
    house.unit("0101", "100")
    house.version("0101", "2020-01-01", area="90")
    house.version("0101", "10-11", area="100")
    house.payer("0101", "A")
    house.tariff("T", "3.10")
    assert house.due().lines == {_due_key("0101", "A"): Decimal("300.00")}


@pytest.mark.rule("BILL-02")
def test_a_unit_that_is_added_inside_the_month_owes_nothing_before(house: BillingHouse) -> None:
    house.unit("0101", "31", handover=None)
    house.version("0101", "10-16", area="31")
    house.tariff("T", "1")
    assert house.due().lines == {_due_key("0101", DEVELOPER): Decimal("16.00")}
    assert house.due().exceptions == {}


def test_payers_share_a_month_by_days_and_to_the_cent(house: BillingHouse) -> None:
    house.unit("0101", "51.26")
    house.payer("0101", "A", end="10-11")
    house.payer("0101", "B", "10-12")
    house.tariff("T", "1.75")
    due = house.due()
    assert due.lines == {_due_key("0101", "A"): Decimal("31.83"), _due_key("0101", "B"): Decimal("57.88")}
    explained = due.explained[_due_key("0101", "B")]
    assert (explained["month"], explained["payer_days"], explained["charged_days"]) == ("89.71", 20, 31)
    assert len(explained["segments"]) == 1, "a change of payer cuts no segment"


def test_one_day_of_the_month_is_a_day(house: BillingHouse) -> None:
    for unit, last in (("0101", "10-01"), ("0102", "10-30")):
        house.unit(unit, "31")
        house.payer(unit, "A", end=last)
        house.payer(unit, "B", (on(last) + timedelta(days=1)).isoformat())
    house.tariff("T", "1")
    assert house.due().lines == {
        _due_key("0101", "A"): Decimal("1.00"),
        _due_key("0101", "B"): Decimal("30.00"),
        _due_key("0102", "A"): Decimal("30.00"),
        _due_key("0102", "B"): Decimal("1.00"),
    }


def test_unsold_days_go_to_the_developer_and_the_rest_to_the_owner(house: BillingHouse) -> None:
    house.unit("0101", "31", handover="2026-10-11")
    house.unit("0102", "31", handover=None)
    house.payer("0101", "A", "10-11")
    house.tariff("T", "1")
    assert house.due().lines == {
        _due_key("0101", DEVELOPER): Decimal("10.00"),
        _due_key("0101", "A"): Decimal("21.00"),
        _due_key("0102", DEVELOPER): Decimal("31.00"),
    }


def test_no_payer_or_two_hold_the_unit_back_whole_and_only_it(house: BillingHouse) -> None:
    for unit in ("0101", "0102", "0103", "0104", "0105", "0106"):
        house.unit(unit, "10")
    house.payer("0101", "A", end="10-15")
    house.payer("0102", "A")
    house.payer("0102", "B", "10-31")
    house.payer("0103", "C")
    house.payer("0105", "A")
    house.payer("0105", "B")
    house.payer("0106", "A")
    house.payer("0106", "A", role="tenant")
    house.contract("K", "0101", "B", "10-01")
    house.tariff("T", "1")
    due = house.due()
    assert due.lines == {_due_key("0103", "C"): Decimal("10.00"), _due_key("0106", "A"): Decimal("10.00")}
    assert set(due.exceptions) == {
        ("no_payer", "0101"),
        ("two_payers", "0102"),
        ("no_payer", "0104"),
        ("two_payers", "0105"),
    }
    assert due.exceptions["no_payer", "0101"]["stretches"] == [
        {"from": "2026-10-16", "to": "2026-10-31", "customers": []}
    ]
    assert due.exceptions["two_payers", "0105"]["stretches"][0]["customers"] == ["A", "B"]


def test_a_unit_that_owes_only_by_contract_needs_no_payer(database: Database) -> None:
    house = billing_house(database, developer=None)
    house.unit("P1", "12", handover=None, unit_use="parking")
    house.contract("K", "P1", "A", "10-01")
    due = house.due()
    assert due.lines == {_due_key("P1", "A", "parking", "K"): Decimal("280.00")}
    assert set(due.exceptions) == {("no_tariff", "property/parking")}


@pytest.mark.rule("INS-08")
def test_registered_days_are_billed_at_half_and_the_last_one_too(house: BillingHouse) -> None:
    house.unit("0101", "31")
    house.payer("0101", "A")
    house.tariff("T", "2")
    house.tariff("T2", "10", charge_kind="parking", basis="fixed_month")
    house.registration("V", "0101", "07-01", "10-10")
    due = house.due()
    assert due.lines[_due_key("0101", "A")] == Decimal("52.00")
    assert due.lines[_due_key("0101", "A", "parking")] == Decimal("10.00"), "parking is not discounted"
    assert [
        (segment["days"], segment["factor"], segment.get("application"))
        for segment in due.explained[_due_key("0101", "A")]["segments"]
    ] == [(10, "0.5", "V"), (21, "1", None)]


@pytest.mark.rule("INS-09")
def test_a_month_that_counts_as_occupied_is_billed_in_full_and_says_so(house: BillingHouse) -> None:
    house.unit("0101", "31")
    house.payer("0101", "A")
    house.tariff("T", "2")
    house.registration("V", "0101", "07-01", "12-31")
    house.occupied("V", "0101", "2026-10")
    house.occupied("V", "0101", "2026-09", is_occupied=False)
    due = house.due("2026-09", "2026-10")
    assert due.lines[_due_key("0101", "A")] == Decimal("62.00")
    assert due.lines[_due_key("0101", "A", period="2026-09")] == Decimal("31.00")
    assert due.explained[_due_key("0101", "A")]["segments"][0]["reason"] == "occupied"


@pytest.mark.rule("INS-08")
def test_a_registration_applied_for_after_as_of_is_not_seen(house: BillingHouse) -> None:
    house.unit("0101", "31")
    house.payer("0101", "A")
    house.tariff("T", "2")
    house.registration("V", "0101", "10-01", "12-31", applied="11-06")
    assert house.due().lines == {_due_key("0101", "A"): Decimal("62.00")}
    later = house.due(as_of=AS_OF + timedelta(days=1))
    assert later.lines == {_due_key("0101", "A"): Decimal("31.00")}


@pytest.mark.rule("BILL-04")
def test_units_not_fitted_out_are_billed_by_their_own_factor(house: BillingHouse) -> None:
    house.add("settings", setting="not_fitted_out_factor", community_code=COMMUNITY, value="0.7")
    house.unit("0101", "10")
    house.payer("0101", "A")
    house.tariff("T", "3.10")
    house.add(
        "vacancies",
        community_code=COMMUNITY,
        unit_code="0101",
        reason="not_fitted_out",
        start_date=date(2026, 1, 1),
        end_date=date(2026, 10, 10),
    )
    assert house.due().lines == {_due_key("0101", "A"): Decimal("28.00")}


@pytest.mark.rule("BILL-01")
def test_a_contract_stands_for_the_tariff_on_its_days_and_bills_its_own_customer(house: BillingHouse) -> None:
    for unit in ("P1", "P2", "P3"):
        house.unit(unit, "0", unit_use="parking", handover=None)
    house.tariff("T", "310", charge_kind="parking", unit_use="parking", basis="fixed_month")
    house.contract("K1", "P1", "A", "10-01", "10-10")
    house.contract("K2", "P2", "A", "2025-01-01")
    due = house.due()
    assert due.lines == {
        _due_key("P1", "A", "parking", "K1"): Decimal("90.32"),
        _due_key("P1", DEVELOPER, "parking"): Decimal("210.00"),
        _due_key("P2", "A", "parking", "K2"): Decimal("280.00"),
        _due_key("P3", DEVELOPER, "parking"): Decimal("310.00"),
    }


@pytest.mark.rule("BILL-07")
def test_an_amount_paid_once_is_due_in_the_month_of_the_first_day_only(house: BillingHouse) -> None:
    house.unit("0101")
    for code, start, kind in (
        ("D1", "10-20", "deposit"),
        ("D2", "09-30", "agency_deposit"),
        ("D3", "08-31", "deposit"),
    ):
        house.contract(code, "0101", "A", start, charge_kind=kind, amount_month=None, amount_once=Decimal("2000.00"))
    due = house.due("2026-09", "2026-10")
    assert due.lines == {
        _due_key("0101", "A", "deposit", "D1"): Decimal("2000.00"),
        _due_key("0101", "A", "agency_deposit", "D2", "2026-09"): Decimal("2000.00"),
    }, "what began before we went live is not billed"


@pytest.mark.rule("BILL-09")
def test_paid_visits_are_billed_in_the_month_of_the_first_resolution(house: BillingHouse) -> None:
    house.unit("0101")
    house.payer("0101", "A", end="10-10")
    house.payer("0101", "B", "10-11")
    house.service("W1", "0101", "C", ("2026-10-03T10:00",), ("1.5", "33.33"), ("2", "10.00"))
    house.service("W2", "0101", None, ("2026-10-11T00:00", "2026-10-30T09:00"), ("1", "80.00"))
    house.service("W3", "0101", None, ("2026-09-30T23:59", "2026-10-02T09:00"), ("1", "70.00"))
    house.service("W4", "0101", "C", ("2026-11-05T03:00",), ("1", "60.00"))
    house.service("W5", "0101", "C", (), ("1", "60.00"))
    house.service("W6", None, "C", ("2026-10-05T03:00",), ("1", "60.00"))
    due = house.due()
    assert due.lines == {
        _due_key("0101", "C", "paid_service", "W1/1"): Decimal("50.00"),
        _due_key("0101", "C", "paid_service", "W1/2"): Decimal("20.00"),
        _due_key("0101", "B", "paid_service", "W2/1"): Decimal("80.00"),
    }
    assert ("no_unit", "W6") in due.exceptions


def test_only_the_units_asked_for_are_computed(house: BillingHouse) -> None:
    for unit, customer in (("0101", "A"), ("0102", "B")):
        house.unit(unit, "10")
        house.payer(unit, customer, end="10-20")
        house.payer(unit, "C", "10-21")
    house.tariff("T", "1")
    whole, one = house.due(), house.due(units=("0102",))
    assert one.lines == {key: amount for key, amount in whole.lines.items() if key[0] == "0102"}


def test_a_tariff_by_consumption_for_the_property_fee_is_told(house: BillingHouse) -> None:
    house.unit("0101", "10")
    house.payer("0101", "A")
    house.tariff("T", "1", basis="consumption")
    assert set(house.due().exceptions) == {("unusable_tariff", "T"), ("no_tariff", "property/residential")}


# -- random histories --------------------------------------------------------------------------------------------------

DAYS = st.dates(date(2026, 8, 20), date(2026, 11, 10))
INSTANTS = st.integers(0, 76 * 24 * 60).map(
    lambda minutes: datetime(2026, 8, 25, tzinfo=TIME_ZONE) + timedelta(minutes=minutes)
)
MAYBE = st.one_of(st.none(), DAYS)
USES = st.sampled_from(["residential", "shop", "parking"])
RATES = st.decimals(Decimal("0.01"), Decimal("9.9999"), places=4)
AREAS = st.decimals(Decimal("0.5"), Decimal("199.99"), places=2)


def _stretch(first: date, last: date | None) -> tuple[date, date | None]:
    return (first, last) if last is None or last >= first else (last, first)


@st.composite
def _tariff(draw: st.DrawFn, number: int) -> dict[str, Any]:
    kind = draw(st.sampled_from(["property", "property", "parking", "shared_water"]))
    first, last = _stretch(draw(st.one_of(st.just(date(2020, 1, 1)), DAYS)), draw(MAYBE))
    return {
        "tariff_code": f"T{number}",
        "community_code": COMMUNITY,
        "charge_kind": kind,
        "unit_use": draw(st.one_of(st.none(), USES)),
        "basis": draw(st.sampled_from(["area_month", "fixed_month", "area_month", "consumption"])),
        "rate": draw(RATES),
        "valid_from": first,
        "valid_to": last,
    }


@st.composite
def _unit(draw: st.DrawFn, code: str) -> dict[str, list[dict[str, Any]]]:
    unit = {"community_code": COMMUNITY, "unit_code": code}
    rows: dict[str, list[dict[str, Any]]] = {
        name: []
        for name in (
            "units",
            "unit_versions",
            "occupancies",
            "contracts",
            "vacancy_applications",
            "vacancy_registrations",
            "vacancy_use",
            "cases",
            "case_events",
            "paid_services",
        )
    }
    rows["units"].append(
        unit
        | {
            "building_code": "01",
            "unit_use": draw(USES),
            "area_m2": draw(AREAS),
            "handover_date": draw(st.one_of(st.just(date(2020, 1, 1)), MAYBE)),
        }
    )
    for valid_from in draw(st.lists(st.one_of(st.just(date(1, 1, 1)), DAYS), max_size=2, unique=True)):
        rows["unit_versions"].append(unit | {"valid_from": valid_from, "unit_use": draw(USES), "area_m2": draw(AREAS)})
    changes = sorted(draw(st.lists(DAYS, max_size=2, unique=True)))
    starts = [date(2020, 1, 1), *changes]
    ends = [day - timedelta(days=1) for day in changes] + [draw(st.one_of(st.none(), st.none(), DAYS))]
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if end is None or end >= start:
            rows["occupancies"].append(
                unit
                | {
                    "customer_code": draw(st.sampled_from("ABC")),
                    "role": "owner",
                    "pays_fees": draw(st.sampled_from([True] * 6 + [False])),
                    "start_date": start,
                    "end_date": end,
                }
            )
        del number
    for number in range(draw(st.integers(0, 2))):
        first, last = _stretch(draw(DAYS), draw(MAYBE))
        once = draw(st.booleans())
        amount = draw(st.decimals(Decimal("0.01"), Decimal("999.99"), places=2))
        rows["contracts"].append(
            unit
            | {
                "contract_code": f"K{code}{number}",
                "customer_code": draw(st.sampled_from("ABC")),
                "charge_kind": draw(st.sampled_from(["parking", "rent", "deposit"])),
                "amount_month": None if once else amount,
                "amount_once": amount if once else None,
                "start_date": first,
                "end_date": last,
            }
        )
    day = draw(DAYS)
    for number in range(draw(st.integers(0, 2))):
        last = day + timedelta(days=draw(st.integers(0, 60)))
        application = f"V{code}{number}"
        rows["vacancy_applications"].append(
            unit
            | {
                "application_code": application,
                "applied_on": draw(st.sampled_from([day, date(2026, 11, 6)])),
                "start_date": day,
                "end_date": last,
                "identity_checked": True,
                "water_reading": 1,
                "electricity_reading": 1,
            }
        )
        rows["vacancy_registrations"].append(
            {
                "application_code": application,
                "state": "accepted",
                "first_day": day,
                "last_day": last,
                "judged_at": AS_OF,
            }
        )
        rows["vacancy_use"].append(
            unit
            | {
                "application_code": application,
                "period": draw(st.sampled_from(PERIODS)),
                "is_occupied": draw(st.booleans()),
                "explanation": {},
            }
        )
        day = last + timedelta(days=draw(st.integers(1, 5)))
    for number in range(draw(st.integers(0, 1))):
        case = f"W{code}{number}"
        rows["cases"].append(
            unit
            | {
                "case_code": case,
                "customer_code": draw(st.sampled_from(["A", None])),
                "kind": "repair",
                "urgency": "ordinary",
                "opened_at": datetime(2026, 8, 1, tzinfo=TIME_ZONE),
            }
        )
        for at in draw(st.lists(INSTANTS, max_size=2, unique=True)):
            rows["case_events"].append({"case_code": case, "event": "resolved", "event_at": at})
        rows["paid_services"].append(
            {
                "case_code": case,
                "line_no": 1,
                "item": "换锁",
                "quantity": draw(st.decimals(Decimal("0.5"), Decimal("9.5"), places=1)),
                "unit_price": draw(st.decimals(Decimal("0.01"), Decimal("99.99"), places=2)),
            }
        )
    return rows


@st.composite
def _history(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {
        "tariffs": [draw(_tariff(number)) for number in range(draw(st.integers(1, 4)))]
    }
    for number in range(draw(st.integers(1, 3))):
        for table, rows in draw(_unit(f"010{number}")).items():
            found.setdefault(table, []).extend(rows)
    return found


@pytest.fixture
def lived_in(database: Database) -> BillingHouse:
    return billing_house(database, live_from="2026-09-05")


@pytest.mark.rule("BILL-02")
@settings(max_examples=examples(20))
@given(
    history=_history(), live_from=st.dates(date(2026, 8, 25), date(2026, 10, 20)), factor=st.sampled_from([0, 50, 33])
)
def test_any_history_comes_out_as_a_clerk_with_fractions_has_it(
    lived_in: BillingHouse, history: dict[str, list[dict[str, Any]]], live_from: date, factor: int
) -> None:
    chosen = {
        "settings": [
            {"setting": "vacancy_factor", "community_code": None, "value": str(Decimal(factor) / 100)},
        ]
    }
    with tried(history | chosen) as tx:
        tx.execute(text("UPDATE settings SET value = :day WHERE setting = 'live_from'"), {"day": live_from.isoformat()})
        compute_due(tx, [CommunityMonth(COMMUNITY, period) for period in PERIODS], AS_OF)
        found = {
            (row.unit_code, row.charge_kind, row.charge_source, row.period, row.customer_code): row.amount
            for row in tx.execute(text("SELECT * FROM due_lines"))
        }
        explained = tx.execute(text("SELECT amount, explanation FROM due_lines")).all()
        faults = {(row.kind, row.period, row.subject) for row in tx.execute(text("SELECT * FROM due_exceptions")).all()}
        holds = {
            (row.unit_code, row.charge_kind, row.period, row.reason)
            for row in tx.execute(text("SELECT * FROM due_holds")).all()
        }
        registers = Registers(tx)
    expected: dict[Any, Decimal] = {}
    expected_faults: set[tuple[str, str, str]] = set()
    expected_holds: set[tuple[str, str | None, str, str]] = set()
    for period in PERIODS:
        month = Month(COMMUNITY, period, live_from, AS_OF, vacancy_factor=Fraction(factor, 100))
        oracle = Oracle(registers, month).due()
        expected |= oracle.lines
        for unit, reasons in oracle.held_units.items():
            expected_faults |= {(reason, period, unit) for reason in reasons}
            expected_holds |= {(unit, None, period, reason) for reason in reasons}
        expected_holds |= {(unit, kind, period, fault) for (unit, kind), fault in oracle.held_charges.items()}
        expected_faults |= {("no_tariff", period, f"{kind}/{use}") for kind, use in oracle.no_tariff}
    assert found == expected
    assert holds == expected_holds
    assert {fault for fault in faults if fault[0] in ("no_payer", "two_payers")} == {
        fault for fault in expected_faults if fault[0] != "no_tariff"
    }
    assert {
        fault for fault in faults if fault[0] == "no_tariff" and fault[2].startswith(("property", "parking/pa"))
    } >= ({fault for fault in expected_faults if fault[0] == "no_tariff"})
    for amount, explanation in explained:
        if "segments" in explanation and "month" not in explanation and "contract" not in explanation["segments"][0]:
            total = sum(
                Fraction(s["rate"])
                * Fraction(s.get("quantity") or _quantity(s, explanation))
                * Fraction(s.get("factor", 1))
                * s["days"]
                / s["of_days"]
                for s in explanation["segments"]
            )
            assert Decimal(half_up(total)) / 100 == amount, "the explanation gives the amount"


def _quantity(segment: dict[str, Any], explanation: dict[str, Any]) -> str:
    return "1" if segment["basis"] == "fixed_month" else str(explanation["quantity"])


@pytest.mark.rule("BILL-02")
@settings(max_examples=examples(8))
@given(history=_history())
def test_months_at_once_and_units_apart_are_the_same_as_one_by_one(
    lived_in: BillingHouse, history: dict[str, list[dict[str, Any]]]
) -> None:
    def lines(periods: tuple[str, ...], units: list[UnitKey] | None = None) -> set[tuple[Any, ...]]:
        with tried(history) as tx:
            compute_due(tx, [CommunityMonth(COMMUNITY, period) for period in periods], AS_OF, units)
            rows = tx.execute(
                text(
                    "SELECT unit_code, charge_kind, charge_source, period, customer_code, amount,"
                    " CAST(explanation AS text) FROM due_lines"
                )
            ).all()
        return {tuple(row) for row in rows}

    at_once = lines(PERIODS)
    assert at_once == lines(PERIODS[:1]) | lines(PERIODS[1:])
    units = {row["unit_code"] for row in history["units"]}
    assert at_once == set().union(*(lines(PERIODS, [UnitKey(COMMUNITY, unit)]) for unit in units))


@pytest.mark.rule("BILL-09")
def test_a_paid_visit_before_its_unit_was_there_goes_to_who_paid_then_or_is_told(house: BillingHouse) -> None:
    house.tariff("T1", "1.00")
    for unit, first in (("0100", "2020-01-01"), ("0101", "10-25")):
        house.unit(unit, area="31", valid_from=on("10-16"))
        house.version(unit, "10-16", area="31")
        house.payer(unit, "A", first)
        house.service(f"W{unit}", unit, None, ("2026-10-03T10:00",), ("2", "15.00"))
    house.payer("0101", "B", "10-16", "10-24")
    found = house.due()
    assert found.lines == {
        ("0100", "property", "tariff", "2026-10", "A"): Decimal("16.00"),
        ("0100", "paid_service", "W0100/1", "2026-10", "A"): Decimal("30.00"),
    }
    (stretch,) = found.exceptions["no_payer", "0101"]["stretches"]
    assert stretch == {"from": "2026-10-01", "to": "2026-10-15", "customers": []}
