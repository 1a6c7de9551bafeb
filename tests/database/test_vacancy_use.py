"""Use inside registered vacancies: 1 t of water or 5 kWh a month and the edges of reckoning it by days (INS-09)."""

from __future__ import annotations

import calendar
import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Database
from tests.database.visit_house import VisitHouse, build_visit_house, on
from tests.support.examples import examples

D = Decimal


@pytest.fixture
def house(database: Database) -> VisitHouse:
    found = build_visit_house(database)
    found.meter("W1")
    found.meter("E1", "electricity")
    return found


def _water(house: VisitHouse) -> dict[str, Decimal | None]:
    return {period: water for period, water, _electricity, _occupied in house.use()}


def _occupied(house: VisitHouse) -> list[str]:
    return [period for period, _water, _electricity, occupied in house.use() if occupied]


# -- the limits --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("INS-09")
@pytest.mark.parametrize(
    ("meter", "reading", "occupied"),
    [
        ("W1", "101", []),
        ("W1", "101.0", []),
        ("W1", "101.001", ["2026-09"]),
        ("E1", "1005", []),
        ("E1", "1005.000", []),
        ("E1", "1005.1", ["2026-09"]),
        ("W1", "100", []),
    ],
)
def test_exactly_the_limit_is_not_above_it(house: VisitHouse, meter: str, reading: str, occupied: list[str]) -> None:
    house.registration(first="09-01", last="2027-03-31", water=100, electricity=1000)
    house.read(meter, {"09-30": D(reading)})
    house.measure("10-01 06:00")
    assert _occupied(house) == occupied


@pytest.mark.rule("INS-09")
def test_exactly_the_limit_by_days_is_not_above_it(house: VisitHouse) -> None:
    house.registration(first="10-01", last="2027-03-31", water=100, electricity=0)
    house.read("W1", {"10-31": D("100.5"), "11-15": D("101"), "12-15": D("102"), "12-31": D("102.5")})
    house.measure("2027-01-01 06:00")
    use = _water(house)
    assert use["2026-11"] == D("1"), "0.5 t to the 15th, and half of the 1 t of the 30 days after"
    assert use["2026-12"] == D("1")
    assert _occupied(house) == []


@pytest.mark.rule("INS-09")
@pytest.mark.parametrize(("reading", "occupied"), [("102", []), ("102.001", ["2026-11"])])
def test_a_third_and_two_thirds_of_a_ton_are_one_ton(house: VisitHouse, reading: str, occupied: list[str]) -> None:
    house.registration(first="10-01", last="2027-03-31", water=100, electricity=0)
    house.read("W1", {"10-11": 100, "11-10": 101, "12-10": D(reading)})
    house.measure("12-11 06:00")
    assert _occupied(house) == occupied


@pytest.mark.rule("INS-09")
@pytest.mark.parametrize("days", [("2027-02-28", 28), ("2026-10-31", 31), ("2028-02-29", 29)])
def test_a_limit_is_not_prorated_by_the_length_of_the_month(house: VisitHouse, days: tuple[str, int]) -> None:
    last, length = days
    first = date.fromisoformat(last).replace(day=1)
    house.registration(first=first.isoformat(), last="2028-12-31", water=0, electricity=0)
    house.read("W1", {last: 1})
    house.read("E1", {last: D("5.01")})
    house.measure(f"{date.fromisoformat(last) + timedelta(days=2)} 06:00")
    (month, *_later) = house.use()
    assert month == (last[:7], 1, D("5.01"), True)
    assert calendar.monthrange(first.year, first.month)[1] == length


@pytest.mark.rule("INS-09")
def test_a_part_of_a_month_has_the_whole_limit(house: VisitHouse) -> None:
    house.registration(first="09-21", last="2027-03-31", water=0, electricity=0)
    house.read("W1", {"09-30": 1})
    house.measure("10-01 06:00")
    assert _occupied(house) == []


@pytest.mark.rule("INS-09")
def test_the_limits_are_settings_of_the_community(house: VisitHouse) -> None:
    house.registration(first="09-01", last="2027-03-31", water=0, electricity=0)
    house.read("W1", {"09-30": D("1.5")})
    house.measure("10-01 06:00")
    assert _occupied(house) == ["2026-09"]
    house.add("settings", setting="vacancy_water_limit", community_code="001", value="1.5")
    assert house.measure("10-01 06:00")["use_months"] == 2, "October has begun, and rests on the limit too"
    assert _occupied(house) == []


# -- days --------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("INS-09")
def test_between_readings_that_straddle_a_month_end_use_is_shared_by_days(house: VisitHouse) -> None:
    house.registration(first="10-01", last="2027-03-31", water=0, electricity=0)
    house.read("W1", {"10-15": 0, "11-15": D("3.1")})
    house.measure("11-16 06:00")
    assert _water(house) == {"2026-10": D("1.6"), "2026-11": D("1.5")}
    assert _occupied(house) == ["2026-10", "2026-11"]


@pytest.mark.rule("INS-09")
def test_a_reading_closes_its_day(house: VisitHouse) -> None:
    house.registration(first="09-01", last="2027-03-31", water=0, electricity=0)
    house.read("W1", {"09-30": 2, "10-31": 2})
    house.measure("11-01 06:00")
    assert _water(house) == {"2026-09": 2, "2026-10": 0, "2026-11": None}


@pytest.mark.rule("INS-09")
def test_only_registered_days_count(house: VisitHouse) -> None:
    house.registration(first="10-11", last="11-20", water=0, electricity=0)
    house.read("W1", {"10-31": D("2.1"), "11-30": D("5.1")})
    house.measure("12-01 06:00")
    assert _water(house) == {"2026-10": D("2.1"), "2026-11": D("2")}, "20 of the 30 days of November"


@pytest.mark.rule("INS-09")
def test_an_early_end_takes_its_days_away(house: VisitHouse) -> None:
    house.registration(first="10-01", last="2027-03-31", water=0, electricity=0)
    house.read("W1", {"10-31": 0, "11-30": 3})
    house.measure("12-01 06:00")
    assert list(_water(house)) == ["2026-10", "2026-11", "2026-12"]
    house.execute("UPDATE vacancy_registrations SET last_day = '2026-11-10'")
    assert house.measure("12-01 06:00")["use_withdrawn"] == 1
    assert _water(house) == {"2026-10": 0, "2026-11": 1}


@pytest.mark.rule("INS-09")
def test_a_withdrawn_acceptance_takes_its_use_away(house: VisitHouse) -> None:
    house.registration(first="10-01", last="2027-03-31")
    house.measure("11-01 06:00")
    house.execute(
        "UPDATE vacancy_registrations SET state = 'refused', reason = 'too_short', first_day = NULL, last_day = NULL"
    )
    assert house.measure("11-01 06:00")["use_withdrawn"] == 2
    assert house.use() == []


@pytest.mark.rule("INS-09")
def test_what_no_reading_covers_is_blank_and_not_zero(house: VisitHouse) -> None:
    house.registration(first="09-01", last="2027-03-31", water=0, electricity=0)
    house.read("W1", {"10-15": D("0.45")})
    house.measure("12-01 06:00")
    assert house.rows("SELECT period, water_use, water_known_to, electricity_use FROM vacancy_use ORDER BY 1") == [
        ("2026-09", D("0.3"), on("09-30"), None),
        ("2026-10", D("0.15"), on("10-15"), None),
        ("2026-11", None, None, None),
        ("2026-12", None, None, None),
    ]


@pytest.mark.rule("INS-09")
def test_a_registration_that_has_not_begun_has_no_use(house: VisitHouse) -> None:
    house.registration(first="12-01", last="2027-03-31")
    house.measure("11-30 06:00")
    assert house.use() == []


# -- the base, and several readings on one day -------------------------------------------------------------------------


@pytest.mark.rule("INS-09")
def test_the_applications_readings_stand_for_those_before(house: VisitHouse) -> None:
    house.registration(first="10-01", last="2027-03-31", water=50, electricity=0)
    house.read("W1", {"08-31": 10, "09-30": 20, "10-31": D("50.4")})
    house.measure("11-01 06:00")
    assert _water(house)["2026-10"] == D("0.4")


@pytest.mark.rule("INS-09")
def test_a_reading_of_the_first_day_itself_closes_that_day(house: VisitHouse) -> None:
    house.registration(first="10-01", last="2027-03-31", water=50, electricity=0)
    house.read("W1", {"10-01": D("50.2"), "10-31": D("50.5")})
    house.measure("11-01 06:00")
    assert _water(house)["2026-10"] == D("0.5")


@pytest.mark.rule("INS-09")
def test_an_inspectors_and_a_meter_readers_reading_on_one_day_are_one(house: VisitHouse) -> None:
    house.registration(first="11-01", last="2027-03-31", water=50, electricity=0)
    house.read("W1", {"05": D("50.6")})
    house.inspection()
    house.visit("05 10:00", water_reading=D("50.9"))
    house.take("06 06:00")
    house.measure("06 06:00")
    assert _water(house) == {"2026-11": D("0.6")}
    assert "reading_differs" in house.remarks()


@pytest.mark.rule("INS-09")
def test_an_inspectors_reading_makes_a_month_occupied(house: VisitHouse) -> None:
    house.registration(first="11-01", last="2027-03-31", water=50, electricity=7)
    house.inspection()
    house.visit("05 10:00", water_reading=50, electricity_reading=D("12.1"))
    house.take("06 06:00")
    house.measure("06 06:00")
    assert house.use() == [("2026-11", 0, D("5.1"), True)]


@pytest.mark.rule("INS-09")
def test_a_base_above_later_readings_is_told_and_what_follows_counts(house: VisitHouse) -> None:
    house.registration(first="09-01", last="2027-03-31", water=100, electricity=0)
    house.read("W1", {"09-30": 80, "10-31": D("80.5")})
    house.measure("11-01 06:00")
    assert _water(house) == {"2026-09": None, "2026-10": D("0.5"), "2026-11": None}
    assert house.remarks() == ["use_falls"]


@pytest.mark.rule("INS-09")
def test_a_stretch_that_falls_is_left_out_and_told_once(house: VisitHouse) -> None:
    house.registration(first="09-01", last="2027-03-31", water=0, electricity=0)
    house.read("W1", {"09-30": D("0.9"), "10-31": D("0.4"), "11-30": D("0.7")})
    house.measure("12-01 06:00")
    house.measure("12-02 06:00")
    assert list(_water(house).values()) == [D("0.9"), None, D("0.3"), None]
    assert house.remarks() == ["use_falls"]


# -- meters ------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("INS-09")
def test_a_new_meter_starts_with_its_own_first_reading(house: VisitHouse) -> None:
    house.execute("UPDATE meters SET valid_to = '2026-10-15' WHERE meter_code = 'W1'")
    house.meter("W2", valid_from=on("10-16"))
    house.registration(first="10-01", last="2027-03-31", water=500, electricity=0)
    house.read("W1", {"10-15": D("500.4")})
    house.read("W2", {"10-15": 7, "10-31": D("7.5"), "11-30": D("7.5")})
    house.measure("12-01 06:00")
    assert _water(house) == {"2026-10": D("0.9"), "2026-11": 0, "2026-12": None}


@pytest.mark.rule("INS-09")
def test_the_base_belongs_to_the_meter_in_use_on_the_first_day(house: VisitHouse) -> None:
    house.execute("UPDATE meters SET valid_to = '2026-09-30' WHERE meter_code = 'W1'")
    house.meter("W2", valid_from=on("10-01"))
    house.registration(first="10-01", last="2027-03-31", water=3, electricity=0)
    house.read("W1", {"09-30": 500})
    house.read("W2", {"10-31": D("3.5")})
    house.measure("11-01 06:00")
    assert _water(house)["2026-10"] == D("0.5")


@pytest.mark.rule("INS-09")
def test_the_base_belongs_to_the_new_meter_where_nobody_closed_the_old_one(house: VisitHouse) -> None:
    house.meter("W2", valid_from=on("09-10"))
    house.read("W1", {"09-10": 500})
    house.registration(first="10-01", last="2027-03-31", water=3, electricity=0)
    house.read("W2", {"09-10": 0, "10-31": D("3.5")})
    house.measure("11-01 06:00")
    assert _water(house)["2026-10"] == D("0.5")
    assert house.remarks() == []
    house.read("W1", {"10-31": D("500.2")})
    house.measure("11-02 06:00")
    assert _water(house)["2026-10"] is not None
    assert house.remarks() == ["several_meters"], "a meter that is still read was not exchanged"


@pytest.mark.rule("INS-09")
def test_an_exchange_inside_a_registration_adds_what_both_meters_showed(house: VisitHouse) -> None:
    house.registration(first="10-01", last="2027-03-31", water=500, electricity=0)
    house.meter("W2", valid_from=on("10-16"))
    house.read("W1", {"10-15": D("500.4")})
    house.read("W2", {"10-15": 0, "10-31": D("0.5")})
    house.measure("11-01 06:00")
    assert _water(house)["2026-10"] == D("0.9")
    assert house.remarks() == []


@pytest.mark.rule("INS-09")
def test_with_several_meters_in_use_the_base_belongs_to_none(house: VisitHouse) -> None:
    house.meter("W2")
    house.registration(first="10-01", last="2027-03-31", water=3, electricity=0)
    house.read("W1", {"09-30": 500, "10-31": D("500.5")})
    house.read("W2", {"09-30": 80, "10-31": D("80.4")})
    house.measure("11-01 06:00")
    assert _water(house)["2026-10"] == D("0.9")
    assert house.remarks() == ["several_meters"]


@pytest.mark.rule("INS-09")
def test_a_unit_without_a_meter_is_told_and_its_use_is_blank(house: VisitHouse) -> None:
    house.execute("DELETE FROM meters WHERE meter_code = 'W1'")
    house.registration(first="10-01", last="2027-03-31")
    house.measure("11-01 06:00")
    assert _water(house) == {"2026-10": None, "2026-11": None}
    assert house.remarks() == ["no_meter"]


@pytest.mark.rule("INS-09")
def test_readings_count_times_the_multiplier(house: VisitHouse) -> None:
    house.meter("W3", "water", ("2025-01-01", 10), unit_code="010305")
    house.execute("UPDATE meters SET valid_to = '2026-08-31' WHERE meter_code = 'W1'")
    house.execute("UPDATE meters SET unit_code = '010304' WHERE meter_code = 'W3'")
    house.registration(first="09-01", last="2027-03-31", water=5, electricity=0)
    house.read("W3", {"09-30": D("5.1"), "10-31": D("5.21")})
    house.measure("11-01 06:00")
    assert [row[1] for row in house.use()] == [1, D("1.1"), None]
    assert _occupied(house) == ["2026-10"]


@pytest.mark.rule("INS-09")
def test_a_multiplier_that_changes_between_two_readings_holds_from_its_day(house: VisitHouse) -> None:
    house.execute("INSERT INTO meter_versions (meter_code, valid_from, multiplier) VALUES ('W1', '0001-01-01', 1)")
    house.execute("INSERT INTO meter_versions (meter_code, valid_from, multiplier) VALUES ('W1', '2026-10-16', 10)")
    house.registration(first="10-01", last="2027-03-31", water=0, electricity=0)
    house.read("W1", {"11-09": D("4")})
    house.measure("11-10 06:00")
    # 0.1 a day for 40 days: 15 days × 1, then 16 days and 9 days × 10
    assert _water(house) == {"2026-10": D("1.5") + D("16"), "2026-11": D("9")}


@pytest.mark.rule("INS-09")
def test_estimated_readings_are_ignored(house: VisitHouse) -> None:
    house.registration(first="09-01", last="2027-03-31", water=0, electricity=0)
    house.read("W1", {"09-30": 9}, estimated=True)
    house.read("W1", {"10-31": D("0.61")}, estimated=False)
    house.measure("11-01 06:00")
    assert _water(house) == {"2026-09": D("0.3"), "2026-10": D("0.31"), "2026-11": None}


# -- late, corrected, again --------------------------------------------------------------------------------------------


@pytest.mark.rule("INS-09")
def test_a_reading_that_comes_late_changes_the_months_before(house: VisitHouse) -> None:
    house.registration(first="09-01", last="2027-03-31", water=0, electricity=0)
    house.read("W1", {"10-31": D("1.22")})
    house.measure("11-01 06:00")
    assert _occupied(house) == []
    house.read("W1", {"09-30": D("1.1")})
    assert house.measure("11-02 06:00")["use_months"] == 3, "two months, and the newest knows what all rest on"
    assert _occupied(house) == ["2026-09"]
    assert _water(house) == {"2026-09": D("1.1"), "2026-10": D("0.12"), "2026-11": None}


@pytest.mark.rule("INS-09")
def test_a_corrected_reading_is_written_even_where_the_use_stays_the_same(house: VisitHouse) -> None:
    house.registration(first="09-01", last="2027-03-31", water=0, electricity=0)
    house.read("W1", {"09-30": D("0.1"), "10-31": D("0.2"), "11-30": D("0.3")})
    house.measure("12-01 06:00")
    house.execute("UPDATE meter_readings SET reading = reading + 0.1")
    assert house.measure("12-01 06:00")["use_months"] == 4, "three months, and the newest knows what all rest on"
    explanation = house.rows("SELECT explanation FROM vacancy_use ORDER BY period")[1][0]
    assert explanation["stretches"][0]["from_reading"] == "0.2"


@pytest.mark.rule("INS-09")
@pytest.mark.parametrize(
    ("change", "water"),
    [
        ("UPDATE meter_versions SET multiplier = 3 WHERE meter_code = 'W1'", D("1.5")),
        ("INSERT INTO meter_versions (meter_code, valid_from, multiplier) VALUES ('W1', '2026-09-16', 3)", D("1")),
        ("UPDATE meter_readings SET estimated = TRUE", None),
        ("DELETE FROM meter_readings", None),
        ("UPDATE vacancy_applications SET water_reading = 0.2", D("0.3")),
        ("UPDATE meters SET unit_code = '010305' WHERE meter_code = 'W1'", None),
        ("UPDATE meters SET valid_from = '2026-09-20', valid_to = '2026-10-20' WHERE meter_code = 'W1'", D("0.5")),
    ],
)
def test_whatever_a_month_rests_on_is_heeded_when_it_changes(
    house: VisitHouse, change: str, water: Decimal | None
) -> None:
    house.add("meter_versions", meter_code="W1", valid_from=date(1, 1, 1), multiplier=1)
    house.registration(first="09-01", last="2027-03-31", water=0, electricity=0)
    house.read("W1", {"09-30": D("0.5")})
    house.measure("10-02 06:00")
    house.execute(change)
    house.measure("10-02 06:00")
    assert _water(house)["2026-09"] == water


@pytest.mark.rule("INS-09")
def test_readings_of_tomorrow_are_not_seen_today(house: VisitHouse) -> None:
    house.registration(first="09-01", last="2027-03-31", water=0, electricity=0)
    house.read("W1", {"09-29": 1, "09-30": 2})
    house.measure("09-29 06:00")
    assert _water(house) == {"2026-09": 1}


@pytest.mark.rule("INS-09")
def test_again_changes_nothing_and_another_day_only_what_is_new(house: VisitHouse) -> None:
    house.registration(first="09-01", last="2027-03-31", water=9, electricity=0)
    house.read("W1", {"09-30": 3, "10-20": 4, "11-20": 5})
    assert house.measure("11-20 06:00") == {"use_months": 3, "use_withdrawn": 0, "use_remarks": 1}
    assert not any(house.measure("11-20 06:00").values())
    assert not any(house.measure("11-29 06:00").values())
    assert house.measure("12-01 06:00") == {"use_months": 1, "use_withdrawn": 0, "use_remarks": 0}


@pytest.mark.rule("INS-09")
def test_what_was_told_of_a_month_stays_told_when_the_month_is_written_anew(house: VisitHouse) -> None:
    house.registration(first="09-01", last="2027-03-31", water=0, electricity=0)
    house.read("W1", {"09-30": 3})
    house.measure("10-01 06:00")
    house.execute("UPDATE vacancy_use SET told_at = '2026-10-01 06:00+08' WHERE is_occupied")
    house.read("E1", {"09-30": 1})
    house.measure("10-02 06:00")
    assert house.rows("SELECT period FROM vacancy_use WHERE told_at IS NOT NULL") == [("2026-09",)]


@pytest.mark.rule("INS-09")
def test_the_arithmetic_stands_beside_the_result(house: VisitHouse) -> None:
    house.registration(first="10-01", last="2027-03-31", water=100, electricity=0)
    house.read("W1", {"11-15": D("102.3")})
    house.measure("11-16 06:00")
    explanation = house.rows("SELECT explanation FROM vacancy_use WHERE period = '2026-11'")[0][0]
    (stretch,) = explanation["stretches"]
    assert explanation["rule_id"] == "INS-09"
    assert stretch == {
        "utility": "water",
        "meter_code": "W1",
        "is_from_application": True,
        "first_day": "2026-10-01",
        "last_day": "2026-11-15",
        "days": 46,
        "from_reading": "100",
        "to_reading": "102.3",
        "multiplier": "1",
        "used": "2.3",
        "counted_from": "2026-11-01",
        "counted_to": "2026-11-15",
        "counted_days": 15,
        "share": "0.75",
    }


# -- against an oracle that reckons in fractions, day by day -----------------------------------------------------------

START = date(2026, 9, 1)
Readings = Sequence[tuple[date, Decimal]]


def _oracle(
    first: date, last: date, base: Decimal, readings: Readings, multipliers: Sequence[tuple[date, Decimal]], today: date
) -> dict[str, Fraction]:
    """Use by month, exact: each day of a stretch has its part of the difference, times that day's multiplier."""
    points = [(first - timedelta(days=1), base), *sorted(row for row in readings if first <= row[0] <= today)]
    found: dict[str, Fraction] = {}
    for (before, low), (after, high) in pairwise(points):
        if high < low:
            continue
        length = (after - before).days
        for number in range(1, length + 1):
            day = before + timedelta(days=number)
            if first <= day <= last:
                factor = next(value for since, value in reversed(multipliers) if since <= day)
                part = Fraction(high - low) * Fraction(factor) / length
                month = f"{day:%Y-%m}"
                found[month] = found.get(month, Fraction(0)) + part
    return found


@st.composite
def _histories(draw: st.DrawFn) -> dict[str, Any]:
    first = START + timedelta(days=draw(st.integers(0, 40)))
    last = first + timedelta(days=draw(st.integers(0, 150)))
    days = draw(st.lists(st.integers(-20, 200), unique=True, max_size=9))
    tenths = draw(st.lists(st.integers(0, 400), min_size=len(days), max_size=len(days)))
    readings = [(first + timedelta(days=day), Decimal(value) / 100) for day, value in zip(days, tenths, strict=True)]
    if draw(st.booleans()):
        readings = list(zip(sorted(day for day, _ in readings), sorted(value for _, value in readings), strict=True))
    changes = draw(st.lists(st.integers(-10, 150), unique=True, max_size=2))
    multipliers = [(date(1, 1, 1), Decimal(draw(st.sampled_from(["1", "2.5", "0.1"]))))]
    multipliers += [
        (first + timedelta(days=day), Decimal(draw(st.sampled_from(["1", "10", "0.5"])))) for day in sorted(changes)
    ]
    return {
        "first": first,
        "last": last,
        "base": Decimal(draw(st.integers(0, 200))) / 100,
        "readings": readings,
        "multipliers": multipliers,
        "today": first + timedelta(days=draw(st.integers(0, 210))),
        "seed": draw(st.integers(0, 9)),
    }


def _measured(house: VisitHouse, history: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    written = ("vacancy_use", "inspection_remarks", "meter_readings", "meter_versions")
    for table in (*written, "vacancy_registrations", "vacancy_applications"):
        house.execute(f"DELETE FROM {table}")
    for day, multiplier in history["multipliers"]:
        house.add("meter_versions", meter_code="W1", valid_from=day, multiplier=multiplier)
    rows = [{"meter_code": "W1", "read_on": day, "reading": value} for day, value in history["readings"]]
    random.Random(history["seed"]).shuffle(rows)
    if rows:
        house.add("meter_readings", *rows)
    house.registration(first=str(history["first"]), last=str(history["last"]), water=history["base"])
    house.measure(f"{history['today']} 06:00")
    return house.use()


@pytest.mark.rule("INS-09")
@pytest.mark.hypothesis
def test_use_is_what_an_oracle_in_fractions_says(house: VisitHouse) -> None:
    @settings(max_examples=examples(20))
    @given(_histories())
    def check(history: dict[str, Any]) -> None:
        expected = _oracle(**{name: value for name, value in history.items() if name != "seed"})
        for period, water, _electricity, occupied in _measured(house, history):
            exact = expected.get(period)
            assert (water is None) == (exact is None)
            if exact is not None:
                assert abs(Fraction(water) - exact) < Fraction(1, 10**10)
                assert occupied == (round(exact, 9) > 1)

    check()


@pytest.mark.rule("INS-09")
@pytest.mark.hypothesis
def test_the_shares_of_a_stretch_add_up_exactly_whatever_the_order_of_rows(house: VisitHouse) -> None:
    @settings(max_examples=examples(15))
    @given(st.integers(0, 27), st.integers(1, 200), st.integers(0, 10**6), st.sampled_from(["1", "2.5", "60"]))
    def check(start: int, length: int, thousandths: int, multiplier: str) -> None:
        first = START + timedelta(days=start)
        last = first + timedelta(days=length - 1)
        used = Decimal(thousandths) / 1000
        history = {
            "first": first,
            "last": last,
            "base": Decimal("12.345"),
            "readings": [(last, Decimal("12.345") + used)],
            "multipliers": [(date(1, 1, 1), Decimal(multiplier))],
            "today": last,
            "seed": 0,
        }
        measured = _measured(house, history)
        assert sum(water for _period, water, *_rest in measured) == used * Decimal(multiplier)

    check()


@pytest.mark.rule("INS-09")
def test_skipped_days_and_readings_in_any_order_end_the_same(house: VisitHouse) -> None:
    history: dict[str, Any] = {
        "first": date(2026, 9, 5),
        "last": date(2027, 3, 31),
        "base": D("1"),
        "readings": [(date(2026, 9, 20), D("1.5")), (date(2026, 10, 20), D("1.9")), (date(2026, 11, 2), D("4"))],
        "multipliers": [(date(1, 1, 1), D(1))],
        "today": date(2026, 11, 20),
        "seed": 0,
    }
    at_once = _measured(house, history)
    house.execute("DELETE FROM vacancy_use")
    house.execute("DELETE FROM meter_readings")
    for day, reading in reversed(history["readings"]):
        house.add("meter_readings", meter_code="W1", read_on=day, reading=reading)
        house.measure("11-20 06:00")
    assert house.use() == at_once
