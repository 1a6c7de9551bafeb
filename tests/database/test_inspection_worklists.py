"""Worklists of a day: who gets what, with whom away, how much fits, and what is tried again (INS-02, 04, 06)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from guanjia.pipelines.vacancy_inspections.list_rows import read_lists
from guanjia.settings import TIME_ZONE
from tests.conftest import Database
from tests.database.worklist_house import FRIDAY, Estate, build_estate


@pytest.fixture
def estate(database: Database) -> Estate:
    return build_estate(database)


@pytest.mark.rule("INS-02")
def test_each_inspector_gets_what_is_planned_for_the_day_in_walking_order(estate: Estate) -> None:
    first = estate.planned(5, 0, 3, 4)
    second = estate.planned(7, 8, staff="I2")
    estate.planned(9, due="2026-11-23")

    assert estate.run() == {"listed": 6, "unmanned_days": 0}

    # Buildings are 1, 2 and 10: numbers in codes sort as numbers.
    assert estate.lists() == {"I1": [first[1], first[2], first[3], first[0]], "I2": second}


@pytest.mark.rule("INS-02")
def test_the_same_run_again_writes_nothing(estate: Estate) -> None:
    estate.planned(*range(30))

    assert estate.run()["listed"] == 24
    assert estate.run() == {"listed": 0, "unmanned_days": 0}
    assert estate.run(clock="15:00") == {"listed": 0, "unmanned_days": 0}


@pytest.mark.rule("INS-02")
def test_the_units_of_an_absent_inspector_go_to_the_others_with_room_in_stretches(estate: Estate) -> None:
    for code in ("I2", "I3"):
        estate.on_duty(code, FRIDAY)
    estate.on_duty("I1", FRIDAY, attendance="leave")
    estate.planned(0, 3, 6, 9, 12, 15)
    estate.planned(1, 4, 7, 10, staff="I2")

    estate.run()

    assert estate.lists() == {
        "I2": ["M001-000", "M001-001", "M001-004", "M001-007", "M001-010"],
        "I3": ["M001-003", "M001-006", "M001-009", "M001-012", "M001-015"],
    }


@pytest.mark.rule("INS-02")
@pytest.mark.parametrize("change", [{"left_on": date(2026, 11, 19)}, {"role": "agent"}, {"community_code": "002"}])
def test_who_left_or_does_other_work_now_gets_no_list(estate: Estate, change: dict[str, Any]) -> None:
    estate.community("002")
    ((column, value),) = change.items()
    estate.execute(f"UPDATE staff SET {column} = :value WHERE staff_code = 'I1'", value=value)
    estate.planned(0, 1, 2)

    estate.run()

    assert set(estate.lists()) == {"I2", "I3"}


@pytest.mark.rule("INS-02")
def test_nobody_gets_more_than_a_days_work_and_the_rest_waits_the_oldest_first(estate: Estate) -> None:
    estate.execute("UPDATE staff SET left_on = DATE '2026-11-01' WHERE staff_code IN ('I2', 'I3')")
    oldest = estate.planned(30, due="2026-11-17")
    estate.planned(31, 32, due="2026-11-18")
    today = estate.planned(*range(7))

    estate.run()
    assert set(estate.lists()["I1"]) == {*today, *oldest}

    estate.run("2026-11-23")
    assert len(estate.lists("2026-11-23")["I1"]) == 8


@pytest.mark.rule("INS-02")
def test_what_was_due_earlier_is_marked_as_carried_over(estate: Estate) -> None:
    estate.planned(0, due="2026-11-18")
    estate.planned(1)

    estate.run()

    with estate.database.transaction() as tx:
        assert [row.is_carried_over for row in read_lists(tx, date(2026, 11, 20))] == [True, False]


@pytest.mark.rule("INS-02")
def test_not_entered_is_tried_again_on_the_next_working_day_not_the_same_day(estate: Estate) -> None:
    (code,) = estate.planned(0, due="2026-11-18")
    estate.visit(code, "2026-11-20 09:15")

    assert estate.run(clock="12:00")["listed"] == 0
    assert estate.run("2026-11-21")["listed"] == 0  # Saturday
    assert estate.run("2026-11-23")["listed"] == 1
    with estate.database.transaction() as tx:
        (row,) = read_lists(tx, date(2026, 11, 23))
    assert (row.last_visit_state, row.is_carried_over) == ("not_entered", True)


@pytest.mark.rule("INS-02")
def test_last_months_inspections_and_finished_ones_stand_on_no_list(estate: Estate) -> None:
    estate.planned(0, due="2026-10-30", period="2026-10")
    for n, state in enumerate(("done", "missed", "cancelled"), start=1):
        estate.planned(n, state=state)

    assert estate.run()["listed"] == 0


@pytest.mark.rule("INS-02")
def test_a_day_off_has_lists_only_for_whom_the_roster_names(estate: Estate) -> None:
    saturday = "2026-11-21"
    estate.planned(0, 1)
    assert estate.run(saturday)["listed"] == 0

    estate.on_duty("I2", saturday)
    estate.run(saturday)
    assert estate.lists(saturday) == {"I2": ["M001-000", "M001-001"]}


@pytest.mark.rule("INS-02")
def test_a_community_without_inspectors_is_served_by_those_of_the_company(estate: Estate) -> None:
    estate.community("002")
    estate.inspector("C1", community=None)
    estate.planned(0, 1, staff="C1", community_code="002")
    estate.planned(2, staff=None, community_code="002")

    estate.run()

    assert len(estate.lists()["C1"]) == 3


@pytest.mark.rule("INS-02")
def test_the_companys_inspectors_help_where_a_communitys_own_are_full(estate: Estate) -> None:
    estate.inspector("C1", community=None)
    estate.planned(*range(29))

    estate.run()

    assert {staff: len(codes) for staff, codes in estate.lists().items()} == {"I1": 8, "I2": 8, "I3": 8, "C1": 5}


@pytest.mark.rule("INS-04")
def test_weather_inspections_go_first_and_beyond_a_days_work(estate: Estate) -> None:
    deadline = datetime(2026, 11, 20, 18, tzinfo=TIME_ZONE)
    estate.execute("UPDATE staff SET left_on = DATE '2026-11-01' WHERE staff_code = 'I3'")
    estate.planned(*range(10), plan="severe_weather", period="W1", deadline=deadline)
    estate.planned(*range(20, 24), plan="severe_weather", period="W1", deadline=deadline, staff="I3")
    estate.planned(*range(40, 44))

    estate.run()

    lists = estate.lists()
    assert {staff: len(codes) for staff, codes in lists.items()} == {"I1": 10, "I2": 8}
    assert sum(code.startswith("S") for codes in lists.values() for code in codes) == 14
    assert estate.run("2026-11-21") == {"listed": 0, "unmanned_days": 0}, "the deadline's day is over"


@pytest.mark.rule("INS-04")
def test_a_storm_in_the_afternoon_adds_to_the_lists_and_moves_nothing(estate: Estate) -> None:
    morning = estate.planned(0, 1, 2)
    estate.run()
    estate.planned(
        *range(10, 12), plan="severe_weather", period="W1", deadline=datetime(2026, 11, 21, tzinfo=TIME_ZONE)
    )

    assert estate.run(clock="14:00")["listed"] == 2

    assert estate.lists()["I1"] == [morning[0], morning[1], morning[2], "S001-010", "S001-011"]


@pytest.mark.rule("INS-10")
def test_a_fit_out_visit_belongs_to_its_day(estate: Estate) -> None:
    estate.planned(0, plan="fit_out", occasion=FRIDAY, stages="utilities,tiling")
    estate.planned(1, plan="fit_out", occasion="2026-11-19", due="2026-11-19")

    estate.run()

    assert estate.lists() == {"I1": ["F001-000"]}
    with estate.database.transaction() as tx:
        assert read_lists(tx, date(2026, 11, 20))[0].stages == ("utilities", "tiling")


@pytest.mark.rule("INS-06")
def test_spot_checks_are_listed_once_when_drawn_and_again_after_nobody_was_in(estate: Estate) -> None:
    estate.add("staff", {"staff_code": "H1", "staff_name": "经理", "role": "manager", "community_code": "001"})
    codes = estate.planned(0, 1, plan="spot_check", staff="H1", due="2026-11-27", period="2026-10")

    estate.run("2026-11-01")  # a Sunday
    assert estate.lists("2026-11-01") == {"H1": codes}
    assert estate.run("2026-11-02")["listed"] == 0
    assert estate.run("2026-11-27")["listed"] == 0

    estate.visit(codes[0], "2026-11-27 10:00")
    estate.run("2026-11-30")
    assert estate.lists("2026-11-30") == {"H1": [codes[0]]}
    assert estate.run("2026-11-30")["listed"] == 0


@pytest.mark.rule("INS-02")
def test_a_day_on_which_nobody_is_there_is_remarked_once(estate: Estate) -> None:
    for code in ("I1", "I2", "I3"):
        estate.on_duty(code, FRIDAY, attendance="absent")
    estate.planned(0, 1)

    assert estate.run() == {"listed": 0, "unmanned_days": 1}
    assert estate.run() == {"listed": 0, "unmanned_days": 0}
    with estate.database.transaction() as tx:
        remark = tx.execute(text("SELECT kind, subject, detail FROM inspection_remarks")).one()
    assert tuple(remark) == ("nobody_there", "001/2026-11-20", {"day": "2026-11-20", "units": 2})


@pytest.mark.rule("INS-02")
def test_nothing_is_listed_where_the_community_is_not_served_yet(estate: Estate) -> None:
    estate.execute("UPDATE settings SET value = '2026-11-21' WHERE setting = 'live_from'")
    estate.planned(0)

    assert estate.run() == {"listed": 0, "unmanned_days": 0}


@pytest.mark.rule("INS-03")
def test_a_list_shows_the_last_actual_readings_of_the_meters_in_force(estate: Estate) -> None:
    estate.planned(0)
    meter = {"community_code": "001", "unit_code": "1-000", "valid_from": None, "valid_to": None}
    estate.add(
        "meters",
        meter | {"meter_code": "W0", "utility": "water", "valid_to": date(2026, 10, 31)},
        meter | {"meter_code": "W1", "utility": "water", "valid_from": date(2026, 11, 1)},
        meter | {"meter_code": "E1", "utility": "electricity"},
        meter | {"meter_code": "E2", "utility": "electricity"},
    )
    estate.add(
        "meter_readings",
        {"meter_code": "W0", "read_on": date(2026, 10, 30), "reading": Decimal(900), "estimated": None},
        {"meter_code": "W1", "read_on": date(2026, 11, 1), "reading": Decimal("0.5"), "estimated": None},
        {"meter_code": "W1", "read_on": date(2026, 11, 15), "reading": Decimal(2), "estimated": True},
        {"meter_code": "W1", "read_on": date(2026, 11, 25), "reading": Decimal(3), "estimated": False},
        {"meter_code": "E1", "read_on": date(2026, 11, 1), "reading": Decimal(7), "estimated": None},
    )

    estate.run()

    with estate.database.transaction() as tx:
        (row,) = read_lists(tx, date(2026, 11, 20), staff_codes=["I1"], only_untold=True)
        assert read_lists(tx, date(2026, 11, 20), staff_codes=["I2"]) == []
    assert (row.last_water_reading, row.last_electricity_reading) == (Decimal("0.5"), None)
