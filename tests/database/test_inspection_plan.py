"""The plan of inspections, step by step: missed, cancelled, the month, joins, fit-outs, spot checks, weather (INS)."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from guanjia.domain.errors import SettingsError, UsageError
from guanjia.pipelines.vacancy_inspections import month_plan
from guanjia.pipelines.vacancy_inspections.planning import plan_inspections
from guanjia.pipelines.vacancy_inspections.weather import plan_event
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import open_run
from tests.conftest import Database
from tests.database.inspection_house import InspectionHouse, morning, numbers

BASE = "doors,valves,meters,installations,hygiene,structure"


@pytest.fixture
def house(database: Database) -> InspectionHouse:
    """Community 001 with one inspector of its own, S1."""
    made = InspectionHouse(database)
    made.community("001")
    made.inspector("S1")
    return made


# -- the month -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("INS-02")
def test_every_vacant_unit_and_basement_is_planned_once_a_month(house: InspectionHouse) -> None:
    house.vacant("001", "101", "102")
    house.units("001", "103")
    house.units("001", "D1", use="basement")
    assert house.plan("2026-09-01") == {"planned": 3}
    codes = [row[0] for row in house.planned()]
    assert codes == ["B2609-001-D1", "M2609-001-101", "M2609-001-102"]
    assert house.plan("2026-10-01") == {"planned": 3, "missed": 3}


@pytest.mark.rule("INS-02")
def test_planning_again_writes_nothing(house: InspectionHouse) -> None:
    house.vacant("001", *numbers("", 50))
    house.add("fit_outs", {"community_code": "001", "unit_code": "001", "stage": "tiling", "start_date": "2026-09-01"})
    house.plan("2026-09-01")
    assert house.plan("2026-09-01") == {}
    assert house.plan("2026-09-09") == {"fit_out_visits": 6, "missed": 6}
    assert house.plan("2026-09-09") == {}


@pytest.mark.rule("INS-02")
def test_loads_are_even_and_walks_contiguous(house: InspectionHouse) -> None:
    house.inspector("S2")
    house.vacant("001", *numbers("A-", 100), building="A")
    house.vacant("001", *numbers("B-", 33), building="B")
    house.plan("2026-09-01")
    loads = house.loads()
    assert len(loads) == 2 * 22  # September 2026: 20 weekdays, of which 25 (Friday) is a holiday; 20 Sunday made up
    assert set(loads.values()) == {3, 4}
    walked = house.rows("SELECT staff_code, due_on FROM inspections ORDER BY building_code, unit_code")
    assert walked == sorted(walked)


@pytest.mark.rule("INS-02")
def test_fewer_units_than_slots_are_spread_over_the_month(house: InspectionHouse) -> None:
    house.vacant("001", "101", "102")
    house.plan("2026-09-01")
    assert [row[2] for row in house.planned()] == ["2026-09-01", "2026-09-16"]


@pytest.mark.rule("INS-02")
def test_national_day_is_off_and_make_up_saturdays_are_worked(house: InspectionHouse) -> None:
    house.vacant("001", *numbers("", 60))
    house.plan("2026-10-01")
    days = {day.day for _, day in house.loads("period = '2026-10'")}
    assert days == {8, 9, 10, 12, 13, 14, 15, 16, 19, 20, 21, 22, 23, 26, 27, 28, 29, 30}


@pytest.mark.rule("INS-02")
def test_the_community_s_own_calendar_counts(house: InspectionHouse) -> None:
    house.add(
        "calendars",
        *(
            {"calendar_code": "weekend", "weekday": n, "opens_at": "09:00", "closes_at": "17:00", "holidays": "none"}
            for n in (6, 7)
        ),
    )
    house.execute("UPDATE communities SET working_calendar = 'weekend'")
    house.vacant("001", *numbers("", 20))
    house.plan("2026-11-01")
    assert {day.isoweekday() for _, day in house.loads("period = '2026-11'")} == {6, 7}


@pytest.mark.rule("INS-02")
def test_live_from_in_the_middle_of_a_month_plans_from_that_day(house: InspectionHouse) -> None:
    house.community("002", live_from="2026-09-24")
    house.inspector("S9", "002")
    house.vacant("002", *numbers("", 12), since="2026-09-24")
    assert house.plan("2026-09-23") == {}
    assert house.plan("2026-09-24") == {"planned": 12}
    assert {day.day for _, day in house.loads()} == {24, 28, 29, 30}
    assert set(house.loads().values()) == {3}


@pytest.mark.rule("INS-02")
def test_a_community_without_live_from_is_left_alone(house: InspectionHouse) -> None:
    house.community("003", live_from=None)
    house.vacant("003", "101")
    assert house.plan("2026-09-01") == {}


@pytest.mark.rule("INS-02")
def test_only_those_on_the_roster_walk_and_only_on_their_days(house: InspectionHouse) -> None:
    house.inspector("S2")
    house.shifts("S1", "2026-09-01", "2026-09-02", "2026-09-05")
    house.shifts("S1", "2026-09-03", attendance="leave")
    house.shifts("S1", "2026-09-04", attendance="absent")
    house.vacant("001", *numbers("", 10))
    house.plan("2026-09-01")
    assert house.loads() == {("S1", date(2026, 9, 1)): 5, ("S1", date(2026, 9, 2)): 5}


@pytest.mark.rule("INS-02")
def test_a_month_without_roster_means_all_employed_in_it(house: InspectionHouse) -> None:
    house.inspector("S2", left_on="2026-09-02")
    house.inspector("S3", hired_on="2026-09-29")
    house.inspector("S4", left_on="2026-08-31")
    house.shifts("S1", "2026-08-31", "2026-10-01")
    house.vacant("001", *numbers("", 52))
    house.plan("2026-09-01")
    days = Counter(staff for staff, _ in house.loads())
    assert days == {"S1": 22, "S2": 2, "S3": 2}


@pytest.mark.rule("INS-02")
def test_only_inspectors_walk(house: InspectionHouse) -> None:
    house.add("staff", {"staff_code": "S2", "staff_name": "S2", "role": "technician", "community_code": "001"})
    house.vacant("001", *numbers("", 44))
    house.plan("2026-09-01")
    assert {staff for staff, _ in house.loads()} == {"S1"}


@pytest.mark.rule("INS-04")
def test_the_checklist_follows_the_season(house: InspectionHouse) -> None:
    house.setting("inspection_rain_months", "9")
    house.setting("inspection_ventilation_months", "9,10")
    house.vacant("001", "101")
    house.plan("2026-11-01")
    assert [row[0] for row in house.rows("SELECT checklist FROM inspections ORDER BY period")] == [
        f"{BASE},rain,ventilation",
        f"{BASE},ventilation",
        BASE,
    ]


def test_no_two_inspections_have_the_same_code_whatever_communities_and_units_are_called(
    house: InspectionHouse,
) -> None:
    communities = ("1", "1-2", "1-", "1--", "1~", "1~-", "1-~", "1=", "1=~")
    units = ("01", "-01", "--01", "2-01", "-2-01", "~01", "~-01", "=-01")
    for community in communities:
        house.community(community)
        house.vacant(community, *units)
    house.plan("2026-09-01")
    codes = {row[0] for row in house.planned()}
    assert len(codes) == len(communities) * len(units)
    assert {"M2609-1-2-01", "M2609-1~2-01"} <= codes


# -- whose community -------------------------------------------------------------------------------------------------


@pytest.mark.rule("INS-02")
def test_communities_without_inspectors_are_one_district_of_the_company_s(house: InspectionHouse) -> None:
    house.community("002")
    house.community("003")
    house.inspector("C1", None)
    house.vacant("001", *numbers("", 22))
    house.vacant("002", *numbers("", 33))
    house.vacant("003", *numbers("", 33))
    house.plan("2026-09-01")
    assert {staff for staff, _ in house.loads("community_code = '001'")} == {"S1"}
    assert {staff for staff, _ in house.loads("community_code <> '001'")} == {"C1"}
    assert set(house.loads("staff_code = 'C1'").values()) == {3}
    walked = house.rows("SELECT due_on FROM inspections WHERE staff_code = 'C1' ORDER BY community_code, unit_code")
    assert walked == sorted(walked)


@pytest.mark.rule("INS-02")
def test_what_goes_beyond_the_own_capacity_goes_to_the_company_s_room(house: InspectionHouse) -> None:
    house.setting("inspections_per_day", "2")
    house.inspector("C1", None)
    house.vacant("001", *numbers("", 50))
    assert house.plan("2026-09-01") == {"planned": 50}
    loads = house.loads()
    assert sum(n for (staff, _), n in loads.items() if staff == "S1") == 44
    assert sum(n for (staff, _), n in loads.items() if staff == "C1") == 6
    assert max(loads.values()) == 2
    assert house.remarks() == []


@pytest.mark.rule("INS-02")
def test_more_than_all_can_do_is_planned_without_an_inspector_and_told(house: InspectionHouse) -> None:
    house.setting("inspections_per_day", "2")
    house.vacant("001", *numbers("", 50))
    assert house.plan("2026-09-01") == {"planned": 50, "unassigned": 6}
    assert set(house.loads().values()) == {2}
    nobody = house.planned("staff_code IS NULL")
    assert {row[2] for row in nobody} == {"2026-09-30"} and len(nobody) == 6
    ((kind, subject, detail),) = house.remarks()
    assert (kind, subject) == ("over_capacity", "001:2026-09")
    assert detail == {
        "period": "2026-09",
        "units": 6,
        "due": 50,
        "per_day": 2,
        "inspectors": 1,
        "seats": 44,
        "working_days": 22,
    }
    house.vacant("001", "Z1", "Z2", since="2026-09-10")
    assert house.plan("2026-09-10") == {"planned": 2, "unassigned": 2}
    ((_, _, detail),) = house.remarks()
    assert (detail["units"], detail["due"]) == (8, 52)


@pytest.mark.rule("INS-02")
def test_capacity_zero_plans_evenly_without_an_inspector_and_tells(house: InspectionHouse) -> None:
    house.inspector("C1", None)
    house.setting("inspections_per_day", "0", "001")
    house.community("002")
    house.vacant("001", *numbers("", 44))
    house.vacant("002", *numbers("", 22))
    assert house.plan("2026-09-01") == {"planned": 66, "unassigned": 44}
    assert set(Counter(row[2] for row in house.planned("community_code = '001'")).values()) == {2}
    assert set(house.loads("community_code = '002'").values()) == {1}
    assert [(kind, subject) for kind, subject, _ in house.remarks()] == [("no_capacity", "001:2026-09")]


@pytest.mark.rule("INS-02")
def test_no_inspector_plans_evenly_and_tells(house: InspectionHouse) -> None:
    house.execute("UPDATE staff SET left_on = '2026-08-31'")
    house.vacant("001", *numbers("", 44))
    assert house.plan("2026-09-01") == {"planned": 44, "unassigned": 44}
    assert set(Counter(row[2] for row in house.planned()).values()) == {2}
    assert [(kind, subject) for kind, subject, _ in house.remarks()] == [("no_inspector", "001:2026-09")]


@pytest.mark.rule("INS-02")
def test_nobody_on_the_roster_is_nobody_there(house: InspectionHouse) -> None:
    house.shifts("S1", "2026-09-07", attendance="leave")
    house.vacant("001", "101")
    assert house.plan("2026-09-01") == {"planned": 1, "unassigned": 1}
    assert [(kind, subject) for kind, subject, _ in house.remarks()] == [("no_inspector", "001:2026-09")]


@pytest.mark.rule("INS-02")
def test_without_a_working_day_left_it_is_planned_for_the_last_of_the_month_and_told(house: InspectionHouse) -> None:
    house.community("002", live_from="2026-10-31")  # a Saturday
    house.inspector("S9", "002")
    house.vacant("002", "101", since="2026-10-31")
    assert house.plan("2026-10-31") == {"planned": 1, "unassigned": 1}
    assert house.planned() == [("M2610-002-101", None, "2026-10-31", "planned")]
    assert [(kind, subject) for kind, subject, _ in house.remarks()] == [("no_working_day", "002:2026-10")]


@pytest.mark.rule("INS-02")
def test_a_district_plans_only_days_worked_in_all_its_communities(house: InspectionHouse) -> None:
    house.add(
        "calendars",
        *(
            {"calendar_code": "thursday", "weekday": n, "opens_at": "09:00", "closes_at": "17:00", "holidays": "none"}
            for n in (4, 6)
        ),
    )
    house.inspector("C1", None)
    house.community("002", working_calendar="thursday")
    house.community("003")
    house.vacant("002", *numbers("", 4))
    house.vacant("003", *numbers("", 4))
    house.plan("2026-09-01")
    assert {day.isoweekday() for _, day in house.loads()} == {4}


# -- joins, cancellations, missed ------------------------------------------------------------------------------------


@pytest.mark.rule("INS-02")
@pytest.mark.parametrize(("since", "joins"), [("2026-09-02", True), ("2026-09-20", True), ("2026-09-21", False)])
def test_a_unit_vacant_by_the_20th_joins_that_month(house: InspectionHouse, since: str, joins: bool) -> None:
    house.plan("2026-09-01")
    house.vacant("001", "101", since=since)
    house.plan("2026-09-30")
    assert len(house.planned()) == joins
    house.plan("2026-10-01")
    assert len(house.planned("period = '2026-10'")) == 1


@pytest.mark.rule("INS-02")
def test_a_vacancy_that_becomes_known_on_the_12th_joins_on_the_12th(house: InspectionHouse) -> None:
    house.plan("2026-09-01")
    house.units("001", "101")
    house.ground("001", "101", "2026-08-20", known_on="2026-09-12")
    house.plan("2026-09-11")
    assert house.planned() == []
    house.plan("2026-09-12")  # a Saturday
    assert house.rows("SELECT planned_on, due_on FROM inspections") == [(date(2026, 9, 12), date(2026, 9, 14))]


@pytest.mark.rule("INS-02")
def test_a_unit_loaded_late_still_gets_its_inspection_of_the_month(house: InspectionHouse) -> None:
    house.plan("2026-09-25")
    house.vacant("001", "101", since="2026-09-01")
    assert house.plan("2026-09-26") == {"planned": 1}


@pytest.mark.rule("INS-02")
def test_what_is_loaded_during_the_day_is_planned_by_a_second_run_of_that_day(house: InspectionHouse) -> None:
    assert house.plan("2026-09-01") == {}
    house.vacant("001", *numbers("", 22))
    assert house.plan("2026-09-01") == {"planned": 22}
    assert set(house.loads().values()) == {1}


@pytest.mark.rule("INS-02")
def test_joins_take_the_seats_with_the_lowest_load_first(house: InspectionHouse) -> None:
    house.vacant("001", *numbers("", 21))  # one slot of the 22 stays empty
    house.plan("2026-09-01")
    worked = house.rows(
        "SELECT day FROM working_days_between('2026-09-01', '2026-09-30') WHERE calendar_code = 'office'"
    )
    (empty,) = {day for (day,) in worked} - {day for _, day in house.loads()}
    house.vacant("001", "J1", "J2", since="2026-09-15")
    house.plan("2026-09-15")
    placed = [row[2] for row in house.planned("unit_code IN ('J1', 'J2')")]
    assert placed == sorted([empty.isoformat(), "2026-09-15"])  # walked in the order of the units
    assert max(house.loads().values()) <= 2


@pytest.mark.rule("INS-02")
def test_joins_stay_within_the_capacity(house: InspectionHouse) -> None:
    house.setting("inspections_per_day", "3")
    house.vacant("001", *numbers("", 55))
    house.plan("2026-09-01")
    house.vacant("001", *numbers("J", 20), since="2026-09-20")
    counts = house.plan("2026-09-20")
    assert max(house.loads().values()) == 3
    free = sum(3 - n for (_, day), n in house.loads("unit_code NOT LIKE 'J%'").items() if day >= date(2026, 9, 20))
    assert counts == {"planned": 20, "unassigned": 20 - free}


@pytest.mark.rule("INS-02")
def test_an_ended_vacancy_cancels_and_a_new_one_revives_on_a_new_day(house: InspectionHouse) -> None:
    house.units("001", "101")
    house.ground("001", "101", "2026-09-01", "2026-09-05")
    house.ground("001", "101", "2026-09-15", known_on="2026-09-15")
    house.plan("2026-09-05")
    assert house.planned()[0][3] == "planned"
    assert house.plan("2026-09-06") == {"cancelled": 1}
    assert house.rows("SELECT state, cancelled_reason FROM inspections") == [("cancelled", "vacancy_ended")]
    assert house.plan("2026-09-14") == {}
    assert house.plan("2026-09-15") == {"revived": 1}
    assert house.planned() == [("M2609-001-101", "S1", "2026-09-15", "planned")]
    assert house.rows("SELECT cancelled_reason FROM inspections") == [(None,)]


@pytest.mark.rule("INS-02")
def test_vacant_again_after_the_20th_stays_cancelled_that_month(house: InspectionHouse) -> None:
    house.units("001", "101")
    house.ground("001", "101", "2026-09-01", "2026-09-05")
    house.ground("001", "101", "2026-09-22")
    house.plan("2026-09-30")
    assert [row[3] for row in house.planned()] == ["cancelled"]
    house.plan("2026-10-01")
    assert [row[3] for row in house.planned("period = '2026-10'")] == ["planned"]


@pytest.mark.rule("INS-02")
def test_an_inspection_that_was_made_is_not_cancelled(house: InspectionHouse) -> None:
    house.units("001", "101")
    house.ground("001", "101", "2026-09-01", "2026-09-05")
    house.plan("2026-09-01")
    house.execute("UPDATE inspections SET state = 'done', inspected_by = 'S1', inspected_at = '2026-09-02T10:00+08:00'")
    assert house.plan("2026-09-06") == {}


@pytest.mark.rule("INS-02")
def test_nobody_found_is_tried_again_until_the_vacancy_ends(house: InspectionHouse) -> None:
    house.units("001", "101")
    house.ground("001", "101", "2026-09-01", "2026-09-05")
    house.plan("2026-09-01")
    house.execute("UPDATE inspections SET state = 'not_entered'")
    assert house.plan("2026-09-06") == {"cancelled": 1}


@pytest.mark.rule("INS-02")
def test_at_the_month_s_end_what_was_not_done_is_missed_and_not_entered_stays(house: InspectionHouse) -> None:
    house.vacant("001", "101", "102", "103")
    house.plan("2026-09-01")
    house.execute("UPDATE inspections SET state = 'done' WHERE unit_code = '101'")
    house.execute("UPDATE inspections SET state = 'not_entered' WHERE unit_code = '102'")
    house.plan("2026-09-30")
    assert [row[3] for row in house.planned()] == ["done", "not_entered", "planned"]
    house.plan("2026-10-01")
    assert [row[3] for row in house.planned("period = '2026-09'")] == ["done", "not_entered", "missed"]
    assert house.rows("SELECT missed_at FROM inspections WHERE state = 'missed'") == [(morning("2026-10-01"),)]


@pytest.mark.rule("INS-02")
def test_days_without_a_run_are_planned_as_their_own_runs_would_have(house: InspectionHouse) -> None:
    house.vacant("001", *numbers("", 30))
    house.units("001", "101")
    house.ground("001", "101", "2026-09-12", "2026-10-04")
    house.ground("001", "001", "2026-10-07", ground="not_fitted_out")
    house.execute("UPDATE vacancy_grounds SET end_date = '2026-09-17' WHERE unit_code = '001' AND ground = 'unsold'")
    shown = "SELECT inspection_code, staff_code, due_on, state, planned_on, checklist FROM inspections ORDER BY 1"
    house.plan("2026-10-20")
    at_once = house.rows(shown)
    house.execute("DELETE FROM inspections")
    house.execute("DELETE FROM inspection_progress")
    for month, last in ((9, 30), (10, 20)):
        for day in range(1, last + 1):
            house.plan(f"2026-{month:02d}-{day:02d}")
    assert house.rows(shown) == at_once
    assert Counter(row[3] for row in at_once) == {"missed": 29 + 1, "planned": 29 + 1, "cancelled": 2}


@pytest.mark.rule("INS-02")
def test_days_without_a_run_are_planned_by_the_settings_of_those_days(house: InspectionHouse) -> None:
    def since(name: str, value: str, day: str, community: str | None = "001") -> None:
        row = {"setting": name, "community_code": community, "value": value, "valid_from": day}
        house.add("settings", row)

    house.vacant("001", *numbers("", 60))
    since("inspections_per_day", "1", "2026-09-01")
    since("inspections_per_day", "2", "2026-10-08")
    since("inspection_ventilation_months", "9", "2026-09-01")
    since("inspection_ventilation_months", "9,10", "2026-10-09")
    since("inspection_join_by_day", "3", "2026-10-05")
    since("fit_out_visit_days", "tiling=0", "2026-09-01", None)
    since("fit_out_visit_days", "tiling=1", "2026-10-10", None)
    fit_out(house, "tiling", "2026-10-09", "2026-10-13", "001")
    house.vacant("001", "J1", since="2026-10-04")
    house.vacant("001", "J2", since="2026-10-06")
    shown = "SELECT inspection_code, staff_code, due_on, state, planned_on, checklist FROM inspections ORDER BY 1"
    house.plan("2026-09-01")
    house.plan("2026-10-13")
    at_once = house.rows(shown)
    assert house.plan("2026-10-13") == {}
    house.execute("DELETE FROM inspections")
    house.execute("DELETE FROM inspection_progress")
    for month, last in ((9, 30), (10, 13)):
        for day in range(1, last + 1):
            house.plan(f"2026-{month:02d}-{day:02d}")
    assert house.rows(shown) == at_once
    october = [row for row in at_once if row[0].startswith("M2610")]
    assert not any("ventilation" in row[5] for row in october)  # planned on the 1st
    assert max(house.loads("period = '2026-10' AND plan = 'monthly'").values()) == 2
    assert {row[0] for row in october if "J" in row[0]} == {"M2610-001-J1"}
    assert [day for day, _ in visits(house)] == ["10-09", "10-10", "10-12", "10-13"]


# -- nobody for it yet -----------------------------------------------------------------------------------------------


@pytest.mark.rule("INS-02")
def test_units_left_over_by_half_a_roster_get_seats_when_it_is_completed(house: InspectionHouse) -> None:
    house.inspector("S2")
    for staff in ("S1", "S2"):
        house.shifts(staff, "2026-11-02", "2026-11-03", "2026-11-04")
    house.vacant("001", *numbers("", 400))
    house.plan("2026-11-01")
    assert len(house.planned("staff_code IS NULL AND period = '2026-11'")) == 160
    ((kind, _, detail),) = [row for row in house.remarks() if row[1] == "001:2026-11"]
    assert (kind, detail["units"]) == ("over_capacity", 160)
    house.plan("2026-11-03")
    later = [f"2026-11-{day:02d}" for day in range(5, 30)]
    for staff in ("S1", "S2"):
        house.shifts(staff, *later)
    assert house.plan("2026-11-04") == {"reseated": 160}
    assert house.plan("2026-11-04") == {}
    assert [row for row in house.remarks() if row[1] == "001:2026-11"] == []
    loads = house.loads("period = '2026-11'")
    assert sum(loads.values()) == 400
    assert {n for (_, day), n in loads.items() if day > date(2026, 11, 4)} <= {4, 5}
    walked = house.rows(
        "SELECT staff_code, due_on FROM inspections WHERE due_on > '2026-11-04' ORDER BY building_code, unit_code"
    )
    assert walked == sorted(walked)


@pytest.mark.rule("INS-02")
def test_a_remark_on_what_has_nobody_follows_what_finds_somebody(house: InspectionHouse) -> None:
    house.setting("inspections_per_day", "2")
    house.execute("UPDATE staff SET left_on = '2026-08-31'")
    house.vacant("001", *numbers("", 48))
    house.plan("2026-09-09")
    assert [row[:2] for row in house.remarks()] == [("no_inspector", "001:2026-09")]
    house.inspector("S5", hired_on="2026-09-10", left_on="2026-09-21")
    assert house.plan("2026-09-10") == {"reseated": 18}  # 10, 11, 14 to 18, 20 and 21: two a day
    ((kind, _, detail),) = house.remarks()
    assert kind == "over_capacity"
    assert (detail["units"], detail["due"], detail["inspectors"], detail["seats"]) == (30, 48, 1, 18)
    house.inspector("S6", hired_on="2026-09-11")
    assert house.plan("2026-09-11") == {"reseated": 28}
    ((_, _, detail),) = house.remarks()
    assert detail["units"] == 2
    house.inspector("S7", hired_on="2026-09-29")
    assert house.plan("2026-09-12") == {"reseated": 2}
    assert house.remarks() == []


@pytest.mark.rule("INS-02")
def test_a_cancelled_visit_makes_room_for_one_that_had_none(house: InspectionHouse) -> None:
    house.setting("inspections_per_day", "2")
    house.vacant("001", *numbers("", 46))
    assert house.plan("2026-09-01") == {"planned": 46, "unassigned": 2}
    house.execute("UPDATE vacancy_grounds SET end_date = '2026-09-15' WHERE unit_code = '040'")
    assert house.plan("2026-09-16") == {"cancelled": 1, "reseated": 1}
    ((_, _, detail),) = house.remarks()
    assert detail["units"] == 1
    assert max(house.loads().values()) == 2


@pytest.mark.rule("INS-02")
def test_the_walks_of_one_who_is_not_there_any_more_go_to_others_or_to_nobody_and_are_told(
    house: InspectionHouse,
) -> None:
    house.inspector("S2")
    house.vacant("001", *numbers("", 88))
    house.plan("2026-09-15")
    house.execute("UPDATE staff SET left_on = '2026-09-15' WHERE staff_code = 'S1'")
    gone = len(house.planned("staff_code = 'S1' AND due_on > '2026-09-15'"))
    assert house.plan("2026-09-16") == {"reseated": gone}
    assert house.planned("staff_code = 'S1' AND due_on > '2026-09-15'") == []
    assert {staff for staff, day in house.loads() if day > date(2026, 9, 15)} == {"S2"}
    assert len({n for (_, day), n in house.loads().items() if day > date(2026, 9, 15)}) <= 2
    house.plan("2026-09-22")
    house.execute("UPDATE staff SET left_on = '2026-09-22' WHERE staff_code = 'S2'")
    left = house.planned("due_on > '2026-09-22'")
    counts = house.plan("2026-09-23")
    assert counts == {"reseated": len(left), "unassigned": len(left)}
    assert [row[2] for row in house.planned("staff_code IS NULL")] == [row[2] for row in left]
    assert [(kind, detail["units"]) for kind, _, detail in house.remarks()] == [("no_inspector", len(left))]
    assert house.plan("2026-09-23") == {}


# -- fit-outs --------------------------------------------------------------------------------------------------------


def fit_out(house: InspectionHouse, stage: str, start: str, end: str | None = None, unit: str = "101") -> None:
    house.add(
        "fit_outs",
        {"community_code": "001", "unit_code": unit, "stage": stage, "start_date": start, "end_date": end},
    )


def visits(house: InspectionHouse) -> list[tuple[Any, ...]]:
    return house.rows("SELECT to_char(due_on, 'MM-DD'), stages FROM inspections WHERE plan = 'fit_out' ORDER BY due_on")


@pytest.mark.rule("INS-10")
@pytest.mark.parametrize(
    ("stage", "days"),
    [
        ("utilities", ["11-02", "11-03", "11-04", "11-05", "11-06", "11-09"]),
        ("tiling", ["11-02", "11-03", "11-04", "11-05", "11-06", "11-09"]),
        ("flooring", ["11-02", "11-03", "11-04", "11-05", "11-06", "11-09"]),
        ("carpentry", ["11-02", "11-05", "11-09"]),  # 8 November is a Sunday
        ("painting", ["11-02", "11-05", "11-09"]),
        ("installation", ["11-02"]),
    ],
)
def test_each_stage_of_a_fit_out_is_visited_in_its_rhythm(house: InspectionHouse, stage: str, days: list[str]) -> None:
    house.units("001", "101")
    fit_out(house, stage, "2026-11-02", "2026-11-09")
    house.plan("2026-11-30")
    assert [day for day, _ in visits(house)] == days


@pytest.mark.rule("INS-10")
def test_stages_that_fall_on_one_day_are_one_visit(house: InspectionHouse) -> None:
    house.units("001", "101")
    fit_out(house, "painting", "2026-11-02", "2026-11-06")
    fit_out(house, "carpentry", "2026-11-05", "2026-11-06")
    fit_out(house, "installation", "2026-11-07")  # a Saturday
    house.plan("2026-11-10")
    assert visits(house) == [
        ("11-02", "painting"),
        ("11-05", "carpentry,painting"),
        ("11-09", "installation"),
    ]
    (code, checklist), *_ = house.rows("SELECT inspection_code, checklist FROM inspections ORDER BY 1")
    assert code == "F261102-001-101" and "fit_out" in checklist.split(",")


@pytest.mark.rule("INS-10")
def test_a_visit_day_in_a_long_holiday_moves_behind_it(house: InspectionHouse) -> None:
    house.units("001", "101")
    fit_out(house, "installation", "2026-10-01")
    house.plan("2026-10-10")
    assert visits(house) == [("10-08", "installation")]


@pytest.mark.rule("INS-10")
def test_no_fit_out_is_visited_before_the_community_is_served(house: InspectionHouse) -> None:
    house.units("001", "101")
    fit_out(house, "tiling", "2026-08-27", "2026-09-02")
    fit_out(house, "installation", "2026-08-31")
    house.plan("2026-09-05")
    assert visits(house) == [("09-01", "tiling"), ("09-02", "tiling")]


@pytest.mark.rule("INS-10")
def test_visits_go_to_those_on_duty_with_the_least_to_do(house: InspectionHouse) -> None:
    house.inspector("S2")
    house.inspector("S3", left_on="2026-10-31")
    house.units("001", "101", "102", "103", "104")
    for unit in ("101", "102", "103", "104"):
        fit_out(house, "tiling", "2026-11-02", unit=unit)
    house.plan("2026-11-02")
    assert Counter(row[1] for row in house.planned("due_on = '2026-11-02'")) == {"S1": 2, "S2": 2}


@pytest.mark.rule("INS-10")
def test_a_visit_not_made_is_missed_the_day_after(house: InspectionHouse) -> None:
    house.units("001", "101")
    fit_out(house, "installation", "2026-11-02")
    assert house.plan("2026-11-02") == {"fit_out_visits": 1}
    assert house.plan("2026-11-03") == {"missed": 1}


@pytest.mark.rule("INS-10")
def test_a_stage_that_turns_out_to_have_ended_cancels_today_s_visit_and_one_that_goes_on_revives_it(
    house: InspectionHouse,
) -> None:
    house.units("001", "101")
    fit_out(house, "tiling", "2026-11-02")
    house.plan("2026-11-03")
    house.execute("UPDATE fit_outs SET end_date = '2026-11-02'")
    assert house.plan("2026-11-03") == {"cancelled": 1}
    assert house.rows("SELECT cancelled_reason FROM inspections WHERE state = 'cancelled'") == [("fit_out_ended",)]
    house.execute("UPDATE fit_outs SET end_date = NULL")
    assert house.plan("2026-11-03") == {"fit_out_visits": 1}
    fit_out(house, "painting", "2026-11-03")
    assert house.plan("2026-11-03") == {"fit_out_visits": 1}
    assert visits(house)[-1] == ("11-03", "painting,tiling")


def test_a_rhythm_that_cannot_be_read_is_told(house: InspectionHouse) -> None:
    house.setting("fit_out_visit_days", "tiling=often")
    with pytest.raises(SettingsError, match="tiling=often"):
        house.plan("2026-11-03")


# -- spot checks -----------------------------------------------------------------------------------------------------


def visited(house: InspectionHouse, unit: str, staff: str, at: str = "2026-09-10T10:00+08:00") -> None:
    house.execute(
        "UPDATE inspections SET state = 'done', inspected_by = :s, inspected_at = CAST(:at AS timestamptz) "
        "WHERE unit_code = :u AND period = '2026-09'",
        s=staff,
        at=at,
        u=unit,
    )


@pytest.fixture
def month_made(house: InspectionHouse) -> InspectionHouse:
    """September: 45 units seen by S1, 12 by S2, 2 by S3, one by nobody; S8 is the manager."""
    house.inspector("S2")
    house.inspector("S3")
    house.add("staff", {"staff_code": "S8", "staff_name": "S8", "role": "manager", "community_code": "001"})
    house.add("staff", {"staff_code": "C8", "staff_name": "C8", "role": "manager"})
    units = numbers("", 60)
    house.vacant("001", *units)
    house.plan("2026-09-30")
    for n, unit in enumerate(units[:59]):
        visited(house, unit, "S1" if n < 45 else "S2" if n < 57 else "S3")
    return house


@pytest.mark.rule("INS-06")
def test_spot_checks_are_ten_per_cent_and_at_least_three_of_each_inspector(month_made: InspectionHouse) -> None:
    counts = month_made.plan("2026-10-01")
    assert counts["spot_checks"] == 5 + 3 + 2
    found = month_made.rows(
        "SELECT k.inspected_by, count(*) FROM inspections AS i "
        "JOIN inspections AS k ON i.checks_code = k.inspection_code WHERE i.plan = 'spot_check' GROUP BY 1 ORDER BY 1"
    )
    assert found == [("S1", 5), ("S2", 3), ("S3", 2)]
    rows = month_made.rows("SELECT period, staff_code, checklist, state FROM inspections WHERE plan = 'spot_check'")
    assert {(period, staff, state) for period, staff, _, state in rows} == {("2026-09", "S8", "planned")}
    assert all("spot_check" in checklist.split(",") for _, _, checklist, _ in rows)


@pytest.mark.rule("INS-06")
def test_the_draw_is_the_same_for_the_same_seed_and_another_for_another(month_made: InspectionHouse) -> None:
    drawn = []
    for seed in ("guanjia", "guanjia", "other"):
        month_made.execute("DELETE FROM settings WHERE setting = 'spot_check_seed'")
        month_made.setting("spot_check_seed", seed)
        month_made.execute("DELETE FROM inspections WHERE period = '2026-10' OR plan = 'spot_check'")
        month_made.execute("UPDATE inspection_progress SET planned_to = '2026-09-30'")
        month_made.plan("2026-10-01")
        drawn.append([row[0] for row in month_made.planned("plan = 'spot_check'")])
    assert drawn[0] == drawn[1] != drawn[2]


@pytest.mark.rule("INS-06")
def test_spot_checks_are_drawn_once_and_spread_over_the_month(month_made: InspectionHouse) -> None:
    month_made.plan("2026-10-01")
    days = [row[2] for row in month_made.planned("plan = 'spot_check'")]
    assert len(set(days)) == 10 and min(days) == "2026-10-08"
    visited(month_made, "060", "S1")
    assert "spot_checks" not in month_made.plan("2026-10-01")
    assert "spot_checks" not in month_made.plan("2026-10-30")
    assert {row[3] for row in month_made.planned("plan = 'spot_check'")} == {"planned"}
    month_made.plan("2026-11-01")
    assert {row[3] for row in month_made.planned("plan = 'spot_check' AND period = '2026-09'")} == {"missed"}


@pytest.mark.rule("INS-06")
def test_results_that_come_in_later_call_for_more_spot_checks_and_drawn_ones_stay(month_made: InspectionHouse) -> None:
    house = month_made
    house.execute(
        "UPDATE inspections SET state = 'missed', inspected_by = NULL, inspected_at = NULL "
        "WHERE inspected_by = 'S2' OR (inspected_by = 'S1' AND unit_code > '025')"
    )
    assert house.plan("2026-10-01")["spot_checks"] == 3 + 2  # S1: 25 visits
    drawn = {row[:3] for row in house.planned("plan = 'spot_check'")}
    for n, unit in enumerate(numbers("", 57)):
        visited(house, unit, "S1" if n < 45 else "S2")
    assert house.plan("2026-10-01") == {"spot_checks": 2 + 3}  # the same day still
    assert house.plan("2026-10-01") == {}
    assert drawn < {row[:3] for row in house.planned("plan = 'spot_check'")}
    house.plan("2026-10-19")
    visited(house, "060", "S3")
    assert house.plan("2026-10-20") == {"spot_checks": 1}
    assert house.rows("SELECT planned_on, due_on FROM inspections WHERE inspection_code = 'S2609-001-060'") == [
        (date(2026, 10, 20), date(2026, 10, 20))
    ]
    assert "spot_checks" not in house.plan("2026-10-31")
    house.inspector("S9")
    visited(house, "059", "S9")
    assert "spot_checks" not in house.plan("2026-11-02")


@pytest.mark.rule("INS-06")
def test_each_inspector_has_the_number_even_where_two_saw_the_same_units(house: InspectionHouse) -> None:
    house.inspector("S2")
    house.vacant("001", "1", "2", "3", "4")
    house.plan("2026-09-01")
    storm(house, "2026-09-20T08:00", "2026-09-22T18:00", "001")
    house.execute(
        "UPDATE inspections SET state = 'done', inspected_at = '2026-09-21T10:00+08:00', "
        "inspected_by = CASE plan WHEN 'monthly' THEN 'S1' ELSE 'S2' END"
    )
    assert house.plan("2026-10-01")["spot_checks"] == 6
    found = house.rows(
        "SELECT k.inspected_by, i.unit_code, i.inspection_code FROM inspections AS i "
        "JOIN inspections AS k ON i.checks_code = k.inspection_code WHERE i.plan = 'spot_check'"
    )
    assert Counter(staff for staff, _, _ in found) == {"S1": 3, "S2": 3}
    assert len({(staff, unit) for staff, unit, _ in found}) == 6
    assert len({unit for _, unit, _ in found}) == 4
    assert house.plan("2026-10-02") == {}


@pytest.mark.rule("INS-06")
def test_an_inspector_s_share_is_that_of_each_community(house: InspectionHouse) -> None:
    house.community("002")
    house.inspector("C1", None)
    house.setting("spot_check_pct", "50", "002")
    house.vacant("001", *numbers("", 40))
    house.vacant("002", *numbers("", 10))
    house.plan("2026-09-01")
    house.execute("UPDATE inspections SET state = 'done', inspected_by = 'C1', inspected_at = '2026-09-10T10:00+08:00'")
    assert house.plan("2026-10-01")["spot_checks"] == 9  # 4 + 5, not 25


@pytest.mark.rule("INS-06")
def test_the_company_s_manager_checks_where_the_community_has_none_and_nobody_is_told(
    month_made: InspectionHouse,
) -> None:
    month_made.execute("UPDATE staff SET left_on = '2026-09-30' WHERE staff_code = 'S8'")
    month_made.plan("2026-10-01")
    assert {row[1] for row in month_made.planned("plan = 'spot_check'")} == {"C8"}
    assert month_made.remarks() == []
    month_made.execute("DELETE FROM inspections WHERE period = '2026-10' OR plan = 'spot_check'")
    month_made.execute("UPDATE inspection_progress SET planned_to = '2026-09-30'")
    month_made.execute("UPDATE staff SET left_on = '2026-09-30' WHERE staff_code = 'C8'")
    month_made.plan("2026-10-01")
    assert {row[1] for row in month_made.planned("plan = 'spot_check'")} == {None}
    assert month_made.remarks() == [("no_spot_checker", "001:2026-09", {"period": "2026-09", "units": 10})]


@pytest.mark.rule("INS-06")
def test_visits_of_another_month_are_not_drawn(month_made: InspectionHouse) -> None:
    month_made.execute("UPDATE inspections SET inspected_at = '2026-10-01T00:00+08:00' WHERE inspected_by = 'S1'")
    month_made.execute("UPDATE inspections SET inspected_at = '2026-08-31T23:59:59+08:00' WHERE inspected_by = 'S2'")
    assert month_made.plan("2026-10-01")["spot_checks"] == 2


# -- weather ---------------------------------------------------------------------------------------------------------


def storm(house: InspectionHouse, as_of: str, deadline: str, *areas: str, **other: Any) -> dict[str, int]:
    instant = datetime.fromisoformat(as_of).replace(tzinfo=TIME_ZONE)
    with house.database.transaction() as tx:
        run = open_run(tx, "severe_weather_inspection", instant, started_at=instant)
    wish = {
        "plan": "severe_weather",
        "event": "台风",
        "areas": areas,
        "deadline": datetime.fromisoformat(deadline).replace(tzinfo=TIME_ZONE),
        "includes_basements": False,
        "requested_by": "S1",
    } | other
    with house.database.transaction() as tx:
        return plan_event(tx, run, instant, **wish)  # type: ignore[arg-type]  # the test names known fields


@pytest.mark.rule("INS-04")
def test_a_storm_has_every_vacant_unit_of_its_areas_seen_by_the_deadline(house: InspectionHouse) -> None:
    house.community("002")
    house.community("003")
    house.inspector("C1", None)
    house.vacant("001", *numbers("", 8))
    house.units("001", "D1", use="basement")
    house.units("001", "900")
    house.vacant("002", *numbers("", 4))
    house.vacant("003", "101")
    counts = storm(house, "2026-11-20T15:00", "2026-11-21T18:00", "002", "001", "001")  # Friday to Saturday
    assert counts == {"planned": 12, "events": 1, "remarks": 0}
    assert Counter((row[1], row[2]) for row in house.planned()) == {
        ("S1", "2026-11-20"): 4,
        ("S1", "2026-11-21"): 4,
        ("C1", "2026-11-20"): 2,
        ("C1", "2026-11-21"): 2,
    }
    assert house.planned()[0][0] == "W20261120-1-001-001"
    ((plan, period, checklist, deadline),) = set(
        house.rows("SELECT plan, period, checklist, deadline FROM inspections")
    )
    assert (plan, period) == ("severe_weather", "W20261120-1")
    assert checklist == f"{BASE},storm" and deadline.isoformat().startswith("2026-11-21T18:00")
    assert house.rows("SELECT areas, event, requested_by FROM weather_events") == [("001,002", "台风", "S1")]


@pytest.mark.rule("INS-04")
def test_the_same_event_again_plans_nothing_and_another_is_another(house: InspectionHouse) -> None:
    house.vacant("001", "101")
    house.units("001", "D1", use="basement")
    wish = ("2026-11-20T15:00", "2026-11-21T18:00", "001")
    assert storm(house, *wish)["planned"] == 1
    house.vacant("001", "102")
    assert storm(house, *wish) == {"planned": 0, "events": 0, "remarks": 0}
    assert storm(house, "2026-11-22T09:00", *wish[1:]) == {"planned": 0, "events": 0, "remarks": 0}
    assert storm(house, *wish, event="大风", includes_basements=True)["planned"] == 3
    assert storm(house, *wish, plan="rain")["planned"] == 2
    assert [row[0] for row in house.rows("SELECT event_code FROM weather_events ORDER BY 1")] == [
        "R20261120-1",
        "W20261120-1",
        "W20261120-2",
    ]


@pytest.mark.rule("INS-04")
def test_an_open_event_named_again_is_moved_and_widened_and_nothing_is_planned_twice(house: InspectionHouse) -> None:
    house.community("002")
    house.vacant("001", "101", "102")
    house.vacant("002", "201")
    storm(house, "2026-11-20T15:00", "2026-11-22T18:00", "001", event="Taifun")
    counts = storm(house, "2026-11-20T16:00", "2026-11-21T12:00", "001", "002", event=" taifun ")
    assert counts["planned"] == 1 and counts["events"] == 1
    ((areas, deadline, told_at),) = house.rows("SELECT areas, deadline, told_at FROM weather_events")
    assert (areas, deadline.isoformat()[:16], told_at) == ("001,002", "2026-11-21T12:00", None)
    assert house.rows(
        "SELECT DISTINCT deadline = '2026-11-21T12:00+08:00', due_on <= '2026-11-21' FROM inspections"
    ) == [(True, True)]
    assert storm(house, "2026-11-20T17:00", "2026-11-21T12:00", "002", event="TAIFUN")["planned"] == 0
    assert len(house.planned()) == 3
    assert storm(house, "2026-11-23T08:00", "2026-11-24T12:00", "001", event="Taifun")["planned"] == 2, "the next one"


@pytest.mark.rule("INS-04")
def test_who_becomes_vacant_before_the_deadline_is_seen_too(house: InspectionHouse) -> None:
    house.vacant("001", "101")
    house.plan("2026-11-20")
    storm(house, "2026-11-20T15:00", "2026-11-22T18:00", "001")
    house.vacant("001", "102", since="2026-11-21")
    house.plan("2026-11-21")
    weather = "plan = 'severe_weather'"
    assert [row[0] for row in house.planned(weather)] == ["W20261120-1-001-101", "W20261120-1-001-102"]
    assert house.plan("2026-11-21") == {}
    house.vacant("001", "103", since="2026-11-23")
    house.plan("2026-11-23")
    assert len(house.planned(weather)) == 2


@pytest.mark.rule("INS-04")
def test_heavy_rain_looks_for_leaks(house: InspectionHouse) -> None:
    house.vacant("001", "101")
    storm(house, "2026-11-20T15:00", "2026-11-21T18:00", "001", plan="rain")
    assert house.rows("SELECT inspection_code, checklist FROM inspections") == [
        ("R20261120-1-001-101", f"{BASE},rain"),
    ]


@pytest.mark.rule("INS-04")
def test_only_those_on_the_roster_are_sent_into_a_storm_and_on_any_day(house: InspectionHouse) -> None:
    house.inspector("S2")
    house.shifts("S2", "2026-11-22")  # a Sunday
    house.vacant("001", "101", "102")
    storm(house, "2026-11-20T15:00", "2026-11-22T18:00", "001")
    assert {(row[1], row[2]) for row in house.planned()} == {("S2", "2026-11-22")}


@pytest.mark.rule("INS-04")
def test_a_storm_beyond_the_capacity_is_planned_evenly_and_told(house: InspectionHouse) -> None:
    house.setting("inspections_per_day", "3")
    house.vacant("001", *numbers("", 10))
    assert storm(house, "2026-11-20T15:00", "2026-11-21T18:00", "001")["remarks"] == 1
    assert set(house.loads().values()) == {5}
    ((kind, subject, detail),) = house.remarks()
    assert (kind, subject) == ("over_capacity", "001:W20261120-1")
    assert (detail["units"], detail["due"], detail["seats"]) == (4, 10, 6)


@pytest.mark.rule("INS-04")
def test_a_storm_without_anybody_there_is_planned_and_told(house: InspectionHouse) -> None:
    house.execute("UPDATE staff SET left_on = '2026-08-31'")
    house.vacant("001", *numbers("", 4))
    assert storm(house, "2026-11-20T15:00", "2026-11-21T18:00", "001")["planned"] == 4
    assert Counter((row[1], row[2]) for row in house.planned()) == {(None, "2026-11-20"): 2, (None, "2026-11-21"): 2}
    assert [kind for kind, _, _ in house.remarks()] == ["no_inspector"]


@pytest.mark.rule("INS-04")
def test_after_the_storm_what_was_not_seen_is_missed_and_an_ended_vacancy_cancels(house: InspectionHouse) -> None:
    house.vacant("001", "101", "102", since="2026-11-02")
    house.units("001", "D1", use="basement")
    house.plan("2026-11-20")
    storm(house, "2026-11-20T15:00", "2026-11-22T18:00", "001", includes_basements=True)
    house.execute("UPDATE vacancy_grounds SET end_date = '2026-11-20' WHERE unit_code = '101'")
    house.plan("2026-11-22")
    weather = "plan = 'severe_weather'"
    assert [row[3] for row in house.planned(weather)] == ["cancelled", "planned", "planned"]
    house.plan("2026-11-23")
    assert [row[3] for row in house.planned(weather)] == ["cancelled", "missed", "missed"]


@pytest.mark.rule("INS-04")
@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"areas": ["009"]}, "009"),
        ({"areas": []}, "no area"),
        ({"areas": ["003"]}, "not served"),
        ({"event": " "}, "no name"),
        ({"plan": "snow"}, "snow"),
        ({"deadline": "2026-11-20T15:00"}, "is over"),
    ],
)
def test_an_event_that_cannot_be_planned_is_refused(house: InspectionHouse, wish: dict[str, Any], told: str) -> None:
    house.community("003", live_from="2026-12-01")
    wish = {"deadline": "2026-11-21T18:00"} | wish
    with pytest.raises(UsageError, match=told):
        storm(house, "2026-11-20T15:00", wish["deadline"], "001", **{k: v for k, v in wish.items() if k != "deadline"})
    assert house.rows("SELECT 1 FROM weather_events") == []


# -- large plans -----------------------------------------------------------------------------------------------------


@pytest.mark.rule("INS-02")
def test_a_large_plan_is_the_same_and_references_are_looked_at_again_afterwards(
    house: InspectionHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.vacant("001", *numbers("", 30))
    house.plan("2026-09-01")
    small = house.planned()
    house.execute("DELETE FROM inspections")
    house.execute("DELETE FROM inspection_progress")
    monkeypatch.setattr(month_plan, "_BULK_UNITS", 1)
    instant = morning("2026-09-01")
    with pytest.raises(IntegrityError), house.database.transaction() as tx:
        run = open_run(tx, "vacancy_inspections", instant, started_at=instant)
        plan_inspections(tx, run, instant)
        tx.execute(text("UPDATE inspections SET staff_code = 'NOBODY'"))
    assert house.plan("2026-09-01") == {"planned": 30}
    assert house.planned() == small
