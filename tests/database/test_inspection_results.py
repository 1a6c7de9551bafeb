"""Results of inspections: which visits count, what they find, and what their meters show (INS-02, 03, 05)."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Database
from tests.database.visit_house import VisitHouse, at, build_visit_house, on
from tests.support.intake import Desk, told

SPOTLESS: dict[str, Any] = {"valves_off": True, "installations_ok": True, "hygiene_ok": True, "structure_ok": True}


@pytest.fixture
def house(database: Database) -> VisitHouse:
    return build_visit_house(database)


# -- which visits count ------------------------------------------------------------------------------------------------


@pytest.mark.rule("INS-02")
def test_a_visit_that_entered_makes_the_inspection_done(house: VisitHouse) -> None:
    house.inspection()
    house.visit("05 10:00", **SPOTLESS)
    written = house.take("06 06:00")
    assert (written["visits"], written["visited_inspections"], written["finding_cases"]) == (1, 1, 0)
    assert house.row("SELECT state, inspected_by FROM inspections") == ("done", "S1")
    assert house.verdicts() == ["counted"]
    assert not house.remarks()


@pytest.mark.rule("INS-02")
def test_not_entered_is_tried_again_and_then_done(house: VisitHouse) -> None:
    house.inspection()
    house.visit("05 10:00", entered=False)
    house.take("06 06:00")
    assert house.state() == "not_entered"
    house.visit("09 10:00", entered=False)
    house.visit("12 10:00", staff="S2")
    house.take("13 06:00")
    assert house.verdicts() == ["counted", "counted", "counted"]
    (state, person, day) = house.row(
        "SELECT state, inspected_by, CAST(inspected_at AT TIME ZONE 'Asia/Shanghai' AS date) FROM inspections"
    )
    assert (state, person, day) == ("done", "S2", on("12"))


@pytest.mark.rule("INS-02")
def test_a_second_look_at_a_unit_seen_does_not_count(house: VisitHouse) -> None:
    house.inspection()
    house.visit("05 10:00")
    house.visit("06 10:00", staff="S2")
    house.take("07 06:00")
    assert house.verdicts() == ["counted", "already_done"]
    assert house.remarks() == ["result_already_done"]
    assert house.row("SELECT inspected_by FROM inspections") == ("S1",)


@pytest.mark.rule("INS-02")
def test_an_earlier_visit_that_is_reported_later_takes_its_place(house: VisitHouse) -> None:
    house.inspection()
    house.visit("06 10:00", staff="S2")
    house.take("07 06:00")
    house.visit("05 10:00")
    house.take("08 06:00")
    assert house.verdicts() == ["counted", "already_done"]
    assert house.row("SELECT inspected_by FROM inspections") == ("S1",)


@pytest.mark.rule("INS-02")
@pytest.mark.parametrize(
    ("values", "visited", "verdict"),
    [
        ({}, "10-31 10:00", "before_plan"),
        ({}, "01 00:00", "counted"),
        ({}, "30 23:59", "counted"),
        ({}, "12-01 00:00", "after_close"),
        ({"planned_on": on("12")}, "11 10:00", "before_plan"),
        ({"planned_on": on("12")}, "12 10:00", "counted"),
        ({"plan": "basement", "unit_code": "B101"}, "12-01 10:00", "after_close"),
        ({"plan": "fit_out", "occasion": "2026-11-05"}, "04 10:00", "before_plan"),
        ({"plan": "fit_out", "occasion": "2026-11-05"}, "08 18:00", "counted"),
        ({"plan": "fit_out", "occasion": "2026-11-05"}, "09 10:00", "after_close"),
        ({"plan": "spot_check", "period": "2026-10", "planned_on": on("01")}, "10-31 10:00", "before_plan"),
        ({"plan": "spot_check", "period": "2026-10", "planned_on": on("01")}, "30 10:00", "counted"),
        ({"plan": "spot_check", "period": "2026-10", "planned_on": on("01")}, "12-01 10:00", "after_close"),
        ({"state": "cancelled", "cancelled_reason": "vacancy_ended"}, "05 10:00", "cancelled"),
    ],
)
def test_a_visit_counts_within_the_time_of_its_plan(
    house: VisitHouse, values: dict[str, Any], visited: str, verdict: str
) -> None:
    house.inspection(**values)
    house.visit(visited)
    house.take("12-05 06:00")
    assert house.verdicts() == [verdict]
    state = {"counted": "done", "cancelled": "cancelled"}.get(verdict, "planned")
    assert house.state() == state
    assert house.remarks() == ([] if verdict == "counted" else [f"result_{verdict}"])


@pytest.mark.rule("INS-04")
@pytest.mark.parametrize(
    ("visited", "verdict"),
    [("21 18:00", "before_plan"), ("22 10:00", "counted"), ("23 23:00", "counted"), ("24 08:00", "after_close")],
)
def test_a_weather_visit_counts_until_the_day_of_its_deadline(house: VisitHouse, visited: str, verdict: str) -> None:
    deadline = "2026-11-23T18:00+08:00"
    house.inspection(
        plan="severe_weather", period="W20261122-1", planned_on=on("22"), due_on=on("22"), deadline=deadline
    )
    house.visit(visited)
    house.take("25 06:00")
    assert house.verdicts() == [verdict]


@pytest.mark.rule("INS-02")
@pytest.mark.parametrize(
    ("employed", "verdict"),
    [
        ({"left_on": on("04")}, "by_leaver"),
        ({"left_on": on("05")}, "counted"),
        ({"hired_on": on("06")}, "by_leaver"),
        ({"hired_on": on("05")}, "counted"),
    ],
)
def test_a_visit_by_somebody_who_was_not_employed_that_day_does_not_count(
    house: VisitHouse, employed: dict[str, Any], verdict: str
) -> None:
    house.add("staff", staff_code="S9", staff_name="S9", role="inspector", **employed)
    house.inspection()
    house.visit("05 10:00", staff="S9")
    house.take("06 06:00")
    assert house.verdicts() == [verdict]


@pytest.mark.rule("INS-02")
def test_a_leaver_who_turns_out_to_have_stayed_is_counted_after_all(house: VisitHouse) -> None:
    house.add("staff", staff_code="S9", staff_name="S9", role="inspector", left_on=on("01"))
    house.inspection()
    house.visit("05 10:00", staff="S9")
    house.take("06 06:00")
    house.execute("UPDATE staff SET left_on = NULL WHERE staff_code = 'S9'")
    house.take("07 06:00")
    assert house.verdicts() == ["counted"]
    assert house.state() == "done"


@pytest.mark.rule("INS-02")
def test_a_visit_in_time_that_is_reported_late_turns_missed_into_done(house: VisitHouse) -> None:
    house.inspection(state="missed", missed_at="2026-12-01T06:00+08:00")
    house.visit("28 10:00")
    house.take("12-03 06:00")
    assert house.state() == "done"
    house.inspection("M2", unit_code="010305", state="missed", missed_at="2026-12-01T06:00+08:00")
    house.visit("12-02 10:00", "M2")
    house.take("12-04 06:00")
    assert house.state("M2") == "missed"
    assert house.verdicts("M2") == ["after_close"]


@pytest.mark.rule("INS-02")
def test_a_visit_of_tomorrow_is_not_seen_today(house: VisitHouse) -> None:
    house.inspection()
    house.visit("05 10:00")
    assert house.take("05 06:00")["visits"] == 0
    assert house.take("05 10:00")["visits"] == 1


@pytest.mark.rule("INS-02")
def test_a_corrected_result_is_judged_anew(house: VisitHouse) -> None:
    house.inspection()
    house.visit("05 10:00")
    house.take("06 06:00")
    house.execute("UPDATE inspection_results SET entered = FALSE")
    house.take("07 06:00")
    assert house.state() == "not_entered"
    house.execute("UPDATE inspection_results SET entered = TRUE, staff_code = 'S2'")
    house.take("08 06:00")
    assert house.row("SELECT state, inspected_by FROM inspections") == ("done", "S2")


@pytest.mark.rule("INS-02")
def test_a_visit_that_no_longer_counts_opens_the_inspection_again(house: VisitHouse) -> None:
    house.inspection()
    house.inspection("M2", unit_code="010305", state="missed", missed_at="2026-12-01T06:00+08:00")
    house.visit("05 10:00")
    house.visit("05 11:00", "M2")
    house.take("12-02 06:00")
    assert (house.state(), house.state("M2")) == ("done", "done")
    house.execute("UPDATE staff SET left_on = '2026-11-01' WHERE staff_code = 'S1'")
    house.take("12-03 06:00")
    assert (house.state(), house.state("M2")) == ("planned", "missed")
    assert house.row("SELECT inspected_at, inspected_by FROM inspections WHERE inspection_code = 'M1'") == (None, None)


@pytest.mark.rule("INS-02")
def test_a_visit_judged_before_its_inspection_was_cancelled_stays_as_judged(house: VisitHouse) -> None:
    house.inspection()
    house.visit("05 10:00", entered=False)
    house.take("06 06:00")
    house.execute("UPDATE inspections SET state = 'cancelled', cancelled_reason = 'vacancy_ended'")
    house.visit("09 10:00")
    house.take("10 06:00")
    assert house.verdicts() == ["counted", "cancelled"]
    assert house.state() == "cancelled"


@pytest.mark.rule("INS-02")
def test_a_cancelled_inspection_that_is_taken_up_again_counts_its_visits(house: VisitHouse) -> None:
    house.inspection(state="cancelled", cancelled_reason="vacancy_ended")
    house.visit("05 10:00")
    house.take("06 06:00")
    house.execute("UPDATE inspections SET state = 'planned', cancelled_reason = NULL")
    house.take("07 06:00")
    assert (house.verdicts(), house.state()) == (["counted"], "done")


@pytest.mark.rule("INS-02")
def test_a_community_that_is_not_served_is_left_alone(house: VisitHouse) -> None:
    house.inspection()
    house.visit("05 10:00")
    house.execute("DELETE FROM settings")
    assert not any(house.take("06 06:00").values())
    house.add("settings", setting="live_from", value="2027-01-01")
    assert not any(house.take("06 06:00").values())


@pytest.mark.rule("INS-02")
def test_again_changes_nothing(house: VisitHouse) -> None:
    house.meter("W1")
    house.inspection()
    house.inspection("M2", unit_code="010305")
    house.visit("05 10:00", finding="漏水", water_reading=5, electricity_reading=7)
    house.visit("06 10:00", entered=False, hygiene_ok=False)
    house.visit("10-01 06:00", "M2", water_reading=3)
    written = house.take("07 06:00")
    assert written.pop("remarks_taken_back") == 0
    assert all(written.values())
    assert not any(house.take("07 06:00").values())
    assert not any(house.take("08 06:00").values())


@pytest.mark.rule("INS-02")
def test_a_result_of_an_inspection_unknown_to_intake_waits_and_is_taken_in_later(
    house: VisitHouse, tmp_path: Path
) -> None:
    desk = Desk(house.database, tmp_path)
    header = ("巡检编号", "时间", "工号", "是否入户", "水电已关")
    receipt = desk.put("inspection_results", header, ("M1", "2026-11-05 10:00", "S1", "是", "是"))
    assert told(receipt) == [(2, "inspection_code", "unknown_reference")]
    assert house.take("06 06:00")["visits"] == 0
    house.inspection()
    assert desk.retry() == 1
    assert house.take("06 06:00")["visits"] == 1
    assert house.state() == "done"


# -- findings ----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("INS-05")
@pytest.mark.parametrize("point", sorted(SPOTLESS))
def test_a_point_that_is_not_in_order_opens_a_case(house: VisitHouse, point: str) -> None:
    house.inspection()
    house.visit("05 10:00", **(SPOTLESS | {point: False}))
    assert house.take("06 06:00")["finding_cases"] == 1
    assert house.row("SELECT case_code, kind, area, urgency, channel, department, unit_code FROM cases") == (
        "GJ-M1",
        "repair",
        "in_home",
        "ordinary",
        "巡检",
        "工程部",
        "010304",
    )
    assert house.row("SELECT finding_case_code FROM inspections") == ("GJ-M1",)
    assert house.row("SELECT case_code FROM inspection_visits") == ("GJ-M1",)


@pytest.mark.rule("INS-05")
def test_the_case_says_what_was_found_by_whom_and_when(house: VisitHouse) -> None:
    house.inspection()
    house.visit("05 10:00", finding=" 厨房水管渗漏 ", valves_off=False)
    house.take("06 06:00")
    (description, opened) = house.row("SELECT description, opened_at FROM cases")
    assert "水电未关闭；厨房水管渗漏" in description
    assert "M1" in description and "2026-11-05 10:00" in description and "S1" in description
    assert opened == at("06 06:00")


@pytest.mark.rule("INS-05")
def test_blanks_are_no_finding(house: VisitHouse) -> None:
    house.inspection()
    house.visit("05 10:00", finding="  ")
    assert house.take("06 06:00")["finding_cases"] == 0


@pytest.mark.rule("INS-05")
def test_in_severe_weather_it_is_urgent_and_in_a_basement_public(house: VisitHouse) -> None:
    deadline = "2026-11-23T18:00+08:00"
    weather = {"plan": "severe_weather", "period": "W20261122-1", "planned_on": on("22"), "deadline": deadline}
    house.inspection("W1", unit_code="B101", **weather)
    house.visit("22 12:00", "W1", finding="进水")
    house.take("22 13:00")
    assert house.row("SELECT area, urgency FROM cases") == ("public", "urgent")


@pytest.mark.rule("INS-05")
@pytest.mark.parametrize("visited", ["10-20 10:00", "12-02 10:00"])
def test_a_finding_opens_a_case_even_when_the_visit_does_not_count(house: VisitHouse, visited: str) -> None:
    house.inspection()
    house.visit(visited, finding="漏水")
    assert house.take("12-05 06:00")["finding_cases"] == 1


@pytest.mark.rule("INS-05")
def test_every_visit_with_a_finding_has_a_case_of_its_own_once(house: VisitHouse) -> None:
    house.inspection()
    house.visit("05 10:00", entered=False, finding="门被撬")
    house.take("06 06:00")
    house.visit("08 10:00", finding="漏水")
    house.visit("04 10:00", entered=False, finding="门口有水")
    house.take("09 06:00")
    cases = house.rows("SELECT case_code FROM inspection_visits ORDER BY inspected_at")
    assert cases == [("GJ2-M1",), ("GJ-M1",), ("GJ3-M1",)]
    assert house.row("SELECT finding_case_code FROM inspections") == ("GJ-M1",)
    assert house.take("10 06:00")["finding_cases"] == 0
    assert house.row("SELECT count(*) FROM cases") == (3,)


@pytest.mark.rule("INS-05")
def test_a_finding_has_its_own_case_whatever_other_cases_are_called(house: VisitHouse) -> None:
    other = {"community_code": "001", "unit_code": "010305", "kind": "repair", "urgency": "ordinary"}
    for code in ("GJ-M1", "GJ3-M1"):
        house.add("cases", case_code=code, opened_at=at("01 10:00"), **other)
    house.inspection()
    house.visit("05 10:00", entered=False, finding="门被撬")
    house.visit("06 10:00", finding="漏水")
    assert house.take("07 06:00")["finding_cases"] == 2
    assert house.rows("SELECT case_code FROM inspection_visits ORDER BY inspected_at") == [("GJ2-M1",), ("GJ4-M1",)]
    assert house.rows("SELECT DISTINCT unit_code FROM cases WHERE case_code IN ('GJ2-M1', 'GJ4-M1')") == [("010304",)]
    assert house.row("SELECT finding_case_code FROM inspections") == ("GJ2-M1",)


@pytest.mark.rule("INS-05")
def test_a_corrected_finding_corrects_its_case_and_opens_no_other(house: VisitHouse) -> None:
    house.inspection()
    house.visit("05 10:00", finding="漏水")
    house.take("06 06:00")
    house.execute("UPDATE inspection_results SET finding = '卫生间漏水'")
    house.take("07 06:00")
    ((description,),) = house.rows("SELECT description FROM cases")
    assert "卫生间漏水" in description
    house.execute("UPDATE inspection_results SET finding = NULL")
    house.take("08 06:00")
    assert house.row("SELECT case_code FROM inspection_visits") == ("GJ-M1",), "a case once opened stays"


@pytest.mark.rule("INS-05")
@pytest.mark.parametrize(
    "finding",
    [
        "正常",
        "一切正常。",
        " 无异常 ",
        "没有异常！",
        "良好",
        "无",
        "/",
        "-",
        "OK",
        "ok.",
        "ＯＫ",
        "Normal.",
        "NORMAL",
        "N/A",
        "。",
        "正常，无异常。",
        "正常\n良好",
        "All OK!",
    ],
)
def test_a_finding_that_says_nothing_is_amiss_opens_no_case(house: VisitHouse, finding: str) -> None:
    house.inspection()
    house.visit("05 10:00", **SPOTLESS, finding=finding)
    assert house.take("06 06:00")["finding_cases"] == 0
    assert house.row("SELECT state, finding_case_code FROM inspections") == ("done", None)


@pytest.mark.rule("INS-05")
@pytest.mark.parametrize("finding", ["不正常", "正常，阳台漏水", "OK except the door", "异常", "正常？"])
def test_a_finding_that_says_more_than_nothing_amiss_opens_a_case(house: VisitHouse, finding: str) -> None:
    house.inspection()
    house.visit("05 10:00", **SPOTLESS, finding=finding)
    assert house.take("06 06:00")["finding_cases"] == 1


@pytest.mark.rule("INS-05")
@pytest.mark.parametrize("point", sorted(SPOTLESS))
def test_a_point_not_in_order_opens_a_case_whatever_the_text_says(house: VisitHouse, point: str) -> None:
    house.inspection()
    house.visit("05 10:00", **(SPOTLESS | {point: False}), finding="一切正常")
    assert house.take("06 06:00")["finding_cases"] == 1


@pytest.mark.rule("INS-05")
def test_the_words_for_nothing_amiss_are_a_setting_of_the_community(house: VisitHouse) -> None:
    house.add("settings", setting="inspection_nothing_amiss_words", community_code="001", value="老样子，一切OK")
    house.inspection()
    house.inspection("M2", unit_code="010305")
    house.visit("05 10:00", finding="一切ok。老样子")
    house.visit("05 11:00", "M2", finding="正常")
    house.take("06 06:00")
    assert house.rows("SELECT case_code FROM cases") == [("GJ-M2",)]


@pytest.mark.rule("INS-05")
def test_a_finding_added_later_opens_a_case(house: VisitHouse) -> None:
    house.inspection()
    house.visit("05 10:00")
    house.take("06 06:00")
    house.execute("UPDATE inspection_results SET structure_ok = FALSE")
    assert house.take("07 06:00")["finding_cases"] == 1


@pytest.mark.rule("INS-02")
def test_a_remark_on_a_visit_goes_when_the_visit_counts_after_all(house: VisitHouse) -> None:
    house.add("staff", staff_code="S9", staff_name="S9", role="inspector", left_on=on("01"))
    house.inspection()
    house.visit("05 10:00", staff="S9")
    house.visit("06 10:00")
    house.take("07 06:00")
    assert house.remarks() == ["result_by_leaver"]
    house.execute("UPDATE staff SET left_on = NULL WHERE staff_code = 'S9'")
    assert house.take("08 06:00")["remarks_taken_back"] == 1
    assert house.remarks() == ["result_already_done"], "the second one does not count any more instead"
    assert sum(house.take("08 06:00").values()) == 0


@pytest.mark.rule("INS-03")
def test_a_remark_on_a_reading_goes_when_the_register_is_put_right(house: VisitHouse) -> None:
    house.meter("W1")
    house.read("W1", {"04": 130, "10": 12})
    house.inspection()
    house.inspection("M2", unit_code="010305")
    house.visit("05 10:00", water_reading=12)
    house.visit("10 10:00", water_reading=13)
    house.visit("05 11:00", "M2", water_reading=7)
    house.take("11 06:00")
    kinds = [kind for kind in house.remarks() if not kind.startswith("result")]
    assert kinds == ["no_meter", "reading_differs", "reading_falls"]
    assert sum(house.take("11 06:00").values()) == 0
    house.execute("UPDATE meter_readings SET reading = 11 WHERE read_on = '2026-11-04'")
    house.execute("UPDATE meter_readings SET reading = 13 WHERE read_on = '2026-11-10'")
    house.meter("W2", unit_code="010305")
    written = house.take("12 06:00")
    assert (written["readings"], written["remarks_taken_back"]) == (2, 3)
    assert [kind for kind in house.remarks() if not kind.startswith("result")] == []
    assert sum(house.take("12 06:00").values()) == 0


# -- readings ----------------------------------------------------------------------------------------------------------


def _readings(house: VisitHouse) -> list[tuple[Any, ...]]:
    return house.rows("SELECT meter_code, read_on, reading FROM meter_readings ORDER BY meter_code, read_on")


@pytest.mark.rule("INS-03")
def test_readings_of_a_visit_become_meter_readings(house: VisitHouse) -> None:
    house.meter("W1")
    house.meter("E1", "electricity")
    house.inspection()
    house.visit("05 23:30", water_reading=Decimal("12.3"), electricity_reading=100)
    assert house.take("06 06:00")["readings"] == 2
    assert _readings(house) == [("E1", on("05"), 100), ("W1", on("05"), Decimal("12.3"))]
    assert house.rows("SELECT DISTINCT estimated, loaded_from FROM meter_readings") == [(False, None)]


@pytest.mark.rule("INS-03")
def test_readings_count_even_when_the_visit_does_not_unless_nobody_entered(house: VisitHouse) -> None:
    house.meter("W1")
    house.inspection()
    house.visit("12-01 10:00", water_reading=12)
    house.visit("12-02 10:00", entered=False, water_reading=13)
    house.take("12-03 06:00")
    assert _readings(house) == [("W1", on("12-01"), 12)]


@pytest.mark.rule("INS-03")
@pytest.mark.parametrize(
    ("standing", "estimated", "reading", "remark"),
    [
        ({"05": 12}, None, 12, None),
        ({"05": 11}, None, 12, "reading_differs"),
        ({"04": 13}, None, 12, "reading_falls"),
        ({"04": 13}, True, 12, None),
        ({"04": 12}, None, 12, None),
        ({"06": 11}, None, 12, "reading_falls"),
        ({"06": 11}, True, 12, None),
        ({"06": 12}, None, 12, None),
        ({"03": 20, "04": 5}, None, 12, None),
    ],
)
def test_a_reading_that_does_not_fit_is_told_and_what_stands_is_kept(
    house: VisitHouse, standing: dict[str, int], estimated: bool | None, reading: int, remark: str | None
) -> None:
    house.meter("W1")
    house.read("W1", standing, estimated=estimated)
    house.inspection()
    house.visit("05 10:00", water_reading=reading)
    house.take("07 06:00")
    assert house.remarks() == ([remark] if remark else [])
    found = dict(house.rows("SELECT read_on, reading FROM meter_readings"))
    kept = {on(day): Decimal(value) for day, value in standing.items()}
    assert found == (kept if remark else kept | {on("05"): Decimal(reading)})


@pytest.mark.rule("INS-03")
@pytest.mark.parametrize("reading", [11, 12])
def test_an_actual_reading_takes_the_place_of_an_estimate_of_the_day(house: VisitHouse, reading: int) -> None:
    house.meter("W1")
    house.read("W1", {"05": 11}, estimated=True)
    house.inspection()
    house.visit("05 10:00", water_reading=reading)
    assert house.take("06 06:00")["readings"] == 1
    assert house.rows("SELECT reading, estimated FROM meter_readings") == [(reading, False)]
    assert (house.remarks(), house.take("07 06:00")["readings"]) == ([], 0)


@pytest.mark.rule("INS-03")
def test_several_readings_that_come_together_are_judged_by_their_days(house: VisitHouse) -> None:
    house.meter("W1")
    house.inspection()
    for day, reading in (("20", 14), ("05", 12), ("10", 11), ("12", 13)):
        house.visit(f"{day} 10:00", water_reading=reading)
    house.take("21 06:00")
    assert _readings(house) == [("W1", on("05"), 12), ("W1", on("12"), 13), ("W1", on("20"), 14)]
    assert house.remarks().count("reading_falls") == 1


@pytest.mark.rule("INS-03")
def test_of_two_readings_on_one_day_the_first_that_fits_stands(house: VisitHouse) -> None:
    house.meter("W1")
    house.read("W1", {"01": 10})
    house.inspection()
    house.inspection("F1", plan="fit_out", occasion="2026-11-05")
    house.visit("05 09:00", water_reading=9)
    house.visit("05 10:00", "F1", water_reading=12)
    house.visit("05 11:00", water_reading=12)
    house.visit("05 12:00", water_reading=13)
    house.take("06 06:00")
    assert _readings(house) == [("W1", on("01"), 10), ("W1", on("05"), 12)]
    assert [kind for kind in house.remarks() if kind.startswith("reading")] == ["reading_differs", "reading_falls"]


@pytest.mark.rule("INS-03")
def test_a_unit_without_a_meter_is_told_once_and_read_when_the_meter_is_there(house: VisitHouse) -> None:
    house.inspection()
    house.inspection("M2", plan="basement", unit_code="B101")
    house.visit("05 10:00", water_reading=12)
    house.take("06 06:00")
    house.visit("06 10:00", water_reading=12)
    house.take("07 06:00")
    assert [kind for kind in house.remarks() if kind == "no_meter"] == ["no_meter"]
    house.meter("W1")
    house.take("08 06:00")
    assert _readings(house) == [("W1", on("05"), 12), ("W1", on("06"), 12)]


@pytest.mark.rule("INS-03")
def test_a_meter_belongs_to_the_days_it_was_in_use(house: VisitHouse) -> None:
    house.meter("W1", valid_to=on("09"))
    house.meter("W2", valid_from=on("10"))
    house.inspection()
    house.visit("09 10:00", water_reading=120)
    house.visit("10 10:00", water_reading=1)
    house.take("11 06:00")
    assert _readings(house) == [("W1", on("09"), 120), ("W2", on("10"), 1)]


@pytest.mark.rule("INS-03")
@pytest.mark.parametrize("last_read", ["10-31", "11-10"])
def test_an_exchanged_meter_replaces_the_one_nobody_closed(house: VisitHouse, last_read: str) -> None:
    house.meter("W1", valid_from=on("2020-01-01"))
    house.meter("W2", valid_from=on("10"))
    house.read("W1", {last_read: 119})
    house.inspection()
    house.visit("09 10:00", water_reading=119)
    house.visit("12 10:00", water_reading=1)
    house.take("13 06:00")
    assert ("W2", on("12"), 1) in _readings(house)
    assert [kind for kind in house.remarks() if kind != "result_already_done"] == []


@pytest.mark.rule("INS-03")
@pytest.mark.parametrize(("estimated", "are_two"), [(None, True), (False, True), (True, False)])
def test_an_older_meter_that_is_still_read_is_a_second_meter(
    house: VisitHouse, estimated: bool | None, are_two: bool
) -> None:
    house.meter("W1")
    house.meter("W2", valid_from=on("01"))
    house.read("W1", {"04": 119}, estimated=estimated)
    house.inspection()
    house.visit("05 10:00", water_reading=1)
    house.take("06 06:00")
    assert house.remarks() == (["several_meters"] if are_two else [])


@pytest.mark.rule("INS-03")
def test_a_reading_of_tomorrow_does_not_say_today_that_there_are_two_meters(house: VisitHouse) -> None:
    house.meter("W1")
    house.meter("W2", valid_from=on("01"))
    house.read("W1", {"07": 119})
    house.inspection()
    house.visit("05 10:00", water_reading=1)
    house.take("06 06:00")
    assert house.remarks() == []


@pytest.mark.rule("INS-03")
def test_a_later_meter_that_was_closed_again_leaves_the_older_in_force(house: VisitHouse) -> None:
    house.meter("W1")
    house.meter("W2", valid_from=on("01"), valid_to=on("03"))
    house.inspection()
    house.visit("05 10:00", water_reading=1)
    house.take("06 06:00")
    assert _readings(house) == [("W1", on("05"), 1)]


@pytest.mark.rule("INS-03")
def test_a_changed_multiplier_does_not_shorten_a_meters_life(house: VisitHouse) -> None:
    house.meter("W1", "water", ("2025-01-01", 1), ("2026-11-10", 10), valid_from=on("10"))
    house.inspection()
    house.visit("05 10:00", water_reading=12)
    house.take("06 06:00")
    assert _readings(house) == [("W1", on("05"), 12)]


@pytest.mark.rule("INS-03")
def test_a_reading_that_could_be_of_several_meters_is_told(house: VisitHouse) -> None:
    house.meter("W1")
    house.meter("W2")
    house.inspection()
    house.visit("05 10:00", water_reading=12)
    house.take("06 06:00")
    assert (_readings(house), house.remarks()) == ([], ["several_meters"])


@pytest.mark.rule("INS-03")
def test_a_corrected_result_corrects_the_reading_it_had_brought(house: VisitHouse) -> None:
    house.meter("W1")
    house.inspection()
    house.visit("05 10:00", water_reading=210)
    house.take("06 06:00")
    house.execute("UPDATE inspection_results SET water_reading = 120")
    house.take("07 06:00")
    assert _readings(house) == [("W1", on("05"), 120)]
    house.execute("UPDATE inspection_results SET water_reading = NULL")
    house.take("08 06:00")
    assert _readings(house) == []
    assert not house.remarks()


@pytest.mark.rule("INS-03")
def test_a_correction_leaves_alone_what_a_file_brought(house: VisitHouse, tmp_path: Path) -> None:
    house.meter("W1")
    desk = Desk(house.database, tmp_path)
    desk.put("meter_readings", ("meter_code", "read_on", "reading"), ("W1", "2026-11-05", "120"))
    house.inspection()
    house.visit("05 10:00", water_reading=120)
    house.take("06 06:00")
    house.execute("UPDATE inspection_results SET water_reading = 121")
    house.take("07 06:00")
    assert _readings(house) == [("W1", on("05"), 120)]
    assert house.remarks() == ["reading_differs"]
