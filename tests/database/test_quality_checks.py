"""Automatic checks of a week: blank fields, answered late, no callback, promises not kept; over everything, once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from guanjia.domain.errors import DatabaseError
from guanjia.pipelines.quality_sampling import drawing, frame_checks
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from tests.conftest import Database
from tests.database.quality_house import MONDAY, QualityHouse, at, on, quality_house, working_days

DEADLINE = {
    "occurrence": 1,
    "starts_at": at("10 09:00"),
    "provisional": False,
    "met_at": None,
    "working_calendar": "office",
    "paused_seconds": 0,
    "ended_at": None,
    "ended_by": None,
    "budget_seconds": 900,
    "policy_code": "ANSWER",
    "policy_valid_from": on("2020-01-01"),
    "rule_id": "ESC-01",
    "calendar_version": 1,
}


def deadline(house: QualityHouse, case: str, milestone: str, due: str, met: str | None = None, **values: Any) -> None:
    """A deadline of a case, met in time or late, or running."""
    row = DEADLINE | {"case_code": case, "milestone": milestone, "due_at": at(due), "state": "running"}
    if met:
        state = "met" if at(met) <= at(due) else "met_late"
        row |= {"met_at": at(met), "ended_at": at(met), "ended_by": "met", "state": state}
    house.file()
    house.add("deadlines", row | {"run_id": house.one("SELECT min(run_id) FROM runs")} | values)


def repair(house: QualityHouse, code: str, closed: str, handler: str | None = "A1", **values: Any) -> None:
    """A repair order in the home with all its fields."""
    row = {"kind": "repair", "area": "in_home", "unit_code": "101", "customer_code": "C1", "department": "工程部"}
    house.closed(code, closed, handler, **row | {"description": "水管漏水"} | values)


@pytest.fixture(scope="module")
def story(module_database: Database) -> QualityHouse:
    """A week with something amiss of every kind, checked once."""
    house = quality_house(module_database)
    house.community("003", live_from=None)
    house.community("002", live_from="19")
    house.add("customers", {"customer_code": "C1", "customer_name": "C1", "customer_type": "owner"})
    unit = {"community_code": "001", "building_code": "A", "unit_code": "101", "unit_use": "residential"}
    house.add("units", unit | {"area_m2": 90})
    house.moves("A1", "T2", "18")
    repair(house, "R-WHOLE", "17 10:00")
    repair(
        house, "R-EMPTY", "17 10:00", unit_code=None, customer_code=None, department=" ", channel="", description=None
    )
    repair(house, "R-PUBLIC", "19 10:00", unit_code=None, area="public", customer_code=None)
    repair(house, "R-AREA", "17 10:00", area=None)
    repair(house, "R-HANDLER", "17 10:00", None)
    house.events("R-HANDLER", "16 11:00 assigned A2")
    repair(house, "R-OPEN", "17 10:00", description=None)
    house.events("R-OPEN", "17 12:00 reopened")
    repair(house, "R-EARLIER", "15 10:00", description=None)
    repair(house, "R-003", "17 10:00", description=None, community_code="003", unit_code=None, area="public")
    house.closed("ENQUIRY", "17 10:00")
    house.call("P-BLANK", "17 10:00")
    house.call("P-CASE", "17 10:00", case_code="ENQUIRY")
    house.call("P-CUSTOMER", "17 10:00", customer_code="C1")
    house.call("P-OUT", "17 10:00", direction="out", queue_seconds=99)
    house.call("P-UNANSWERED", "17 10:00", answered=False, queue_seconds=31)
    house.call("P-QUEUE", "19 10:00", customer_code="C1", queue_seconds=31)
    house.call("P-JUST", "19 10:00", customer_code="C1", queue_seconds=30)
    house.call("P-SUNDAY", "22 23:58", minutes=3)
    house.call("P-BEFORE", "15 23:58", minutes=3)
    _deadlines(house)
    _callbacks(house)
    house.step("frame_checks", "check_frame", MONDAY)
    return house


def _deadlines(house: QualityHouse) -> None:
    for code in ("D-LATE", "D-NEVER", "D-MET", "D-ENDED", "D-GONE", "D-BOTH", "D-AFTER", "D-002"):
        house.case(code, "10 09:00", community_code="002" if code == "D-002" else "001")
    house.case("D-VISIT", "10 09:00", booked_at=at("20 10:00"))
    house.case("D-NOT-BOOKED", "10 09:00")
    deadline(house, "D-LATE", "answer", "17 10:00", "17 10:01")
    deadline(house, "D-NEVER", "response", "22 23:59")
    deadline(house, "D-MET", "answer", "17 10:00", "17 10:00")
    deadline(house, "D-ENDED", "answer", "17 10:00", state="cancelled", ended_at=at("17 09:00"), ended_by="case_ended")
    deadline(house, "D-GONE", "answer", "17 10:00", state="cancelled", ended_at=at("18 09:00"), ended_by="withdrawn")
    deadline(house, "D-BOTH", "answer", "17 10:00", "23 10:00")
    deadline(house, "D-BOTH", "response", "17 11:00", "18 10:00")
    deadline(house, "D-AFTER", "answer", "23 00:00")
    deadline(house, "D-002", "answer", "18 23:59")
    deadline(house, "D-VISIT", "arrival", "20 10:15", "20 10:16")
    deadline(house, "D-NOT-BOOKED", "arrival", "20 10:15")
    house.case("D-MONDAY", "10 09:00")
    deadline(house, "D-MONDAY", "visit", "18 10:00")


def _callbacks(house: QualityHouse) -> None:
    for code, closed in (("CB1", "2 10:00"), ("CB2", "3 10:00"), ("CB3", "4 10:00")):
        house.closed(code, closed)
        house.dissatisfied(code, "21 10:00", 5)
    house.execute(
        "UPDATE callback_contacts SET missed_at = :at, missed_reason = 'no_capacity' WHERE case_code = 'CB1'",
        at=at("17 07:00"),
    )
    house.execute(
        "UPDATE callback_contacts SET missed_at = :at, missed_reason = 'no_agent', state = 'missed'"
        " WHERE case_code = 'CB2'",
        at=at("21 10:00"),
    )
    remark = {"kind": "promise_broken", "detail": {"callback_code": "CB-CB3"}, "noted_at": at("18 07:00")}
    house.execute("UPDATE callbacks SET staff_code = 'A3' WHERE callback_code = 'CB-CB3'")
    house.add("callback_remarks", remark | {"subject": "CB-CB3/1", "community_code": "001"})


def found(house: QualityHouse, check: str) -> dict[str, tuple[str | None, str | None]]:
    """Item → agent and detail of a check."""
    return {code: (staff, detail) for name, code, staff, detail in house.findings() if name == check}


@pytest.mark.rule("CASE-04")
def test_repair_orders_closed_in_the_week_have_no_blank_fields(story: QualityHouse) -> None:
    assert {code: row for code, row in found(story, "blank_fields").items() if code.startswith("R-")} == {
        "R-EMPTY": ("A1", "unit_code,customer_code,channel,department,description"),
        "R-PUBLIC": ("A1", "customer_code"),
        "R-AREA": ("A1", "area"),
        "R-HANDLER": ("A2", "handler"),
    }


@pytest.mark.rule("CASE-04")
def test_calls_taken_say_whose_or_what_about(story: QualityHouse) -> None:
    calls = {code: row for code, row in found(story, "blank_fields").items() if code.startswith("P-")}
    assert calls == dict.fromkeys(("P-BLANK", "P-BEFORE"), ("A1", "customer_code,case_code"))
    ((end,),) = story.rows("SELECT occurred_at FROM quality_findings WHERE subject_code = 'P-BEFORE'")
    assert end == at("16 00:01"), "a call is in the week it ended in"


@pytest.mark.rule("CASE-04")
def test_answers_due_in_the_week_that_came_late_or_not_yet(story: QualityHouse) -> None:
    late = found(story, "answered_late")
    assert {code: row for code, row in late.items() if code.startswith("D-")} == {
        "D-LATE": ("A1", "answer"),
        "D-NEVER": ("A1", "response"),
        "D-BOTH": ("A1", "answer,response"),
    }
    assert {code: row for code, row in late.items() if code.startswith("P-")} == {
        "P-UNANSWERED": ("A1", "queue:31"),
        "P-QUEUE": ("A1", "queue:31"),
    }


@pytest.mark.rule("CASE-04")
def test_callbacks_that_missed_their_window_are_late_or_lost(story: QualityHouse) -> None:
    assert found(story, "no_callback") == {"CB1": ("A1", "late:CB-CB1"), "CB2": ("A1", "lost:CB-CB2")}


@pytest.mark.rule("CASE-04")
def test_what_was_promised_for_a_time_and_not_kept(story: QualityHouse) -> None:
    assert found(story, "promise_broken") == {"CB3": ("A3", "callback:CB-CB3"), "D-VISIT": ("A1", "arrival")}


def test_a_finding_is_of_the_team_and_community_of_its_day(story: QualityHouse) -> None:
    rows = story.rows("SELECT subject_code, team_code, community_code FROM quality_findings WHERE staff_code = 'A1'")
    teams = {code: (team, community) for code, team, community in rows}
    assert teams["R-EMPTY"] == ("T1", "001")
    assert teams["R-PUBLIC"] == ("T2", "001"), "the agent changed team on the 18th"
    assert teams["P-QUEUE"] == ("T2", "001")


def test_again_finds_nothing_new_and_marks_nobody(story: QualityHouse) -> None:
    before = story.everything()
    assert story.step("frame_checks", "check_frame", MONDAY) == {}
    assert story.everything() == before
    assert story.samples() == []


def test_late_rows_are_checked_with_the_next_week_and_three_weeks_as_one_after_the_other(database: Database) -> None:
    house = quality_house(database)
    house.call("P1", "10 10:00")
    house.call("P2", "17 10:00")
    house.call("P3", "24 10:00")
    house.execute("INSERT INTO quality_progress (drawn_to, computed_to) VALUES (:to, :to)", to=at("9 00:00"))
    house.call("P0", "3 10:00")
    house.closed("R0", "3 10:00", kind="repair", area="public")
    assert house.step("frame_checks", "check_frame", "30 05:00")["findings"] == 5
    assert house.rows("SELECT period, subject_code FROM quality_findings ORDER BY 1, 2") == [
        ("2026-W46", "P0"),
        ("2026-W46", "P1"),
        ("2026-W46", "R0"),
        ("2026-W47", "P2"),
        ("2026-W48", "P3"),
    ]


@pytest.mark.rule("CASE-04")
def test_nothing_comes_in_between_the_checks_of_a_week_and_its_draw(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or it would be drawn, being of the week, and never checked: whoever loads meanwhile waits and is late."""
    house = quality_house(database)
    house.call("P1", "17 10:00")

    def draw_after_a_load(tx: Transaction, run: Run, as_of: datetime) -> dict[str, int]:
        assert tx.execute(text("SELECT count(*) FROM quality_findings")).scalar_one() == 1
        with pytest.raises(DatabaseError, match="could not obtain lock"), house.database.transaction() as loading:
            loading.execute(text("LOCK TABLE calls IN ROW EXCLUSIVE MODE NOWAIT"))
        return drawing.draw(tx, run, as_of) | {"draws_tried": 1}

    monkeypatch.setattr(frame_checks, "draw", draw_after_a_load)
    assert house.step("frame_checks", "check_and_draw", MONDAY)["draws_tried"] == 1
    house.call("P2", "18 10:00")
    assert house.rows("SELECT subject_kind, subject_code FROM quality_late_items") == [("call", "P2")]


def test_nobody_served_nothing_checked(database: Database) -> None:
    house = quality_house(database, live_from="12-01")
    house.call("P1", "17 10:00")
    assert house.step("frame_checks", "check_frame", MONDAY) == {}
    assert house.table("quality_progress", order="1") == []


# -- the roster (QC-02) -----------------------------------------------------------------------------------------------


@pytest.mark.rule("QC-02")
def test_days_short_of_support_people_are_warned_of_once_and_when_it_changes(database: Database) -> None:
    house = quality_house(database)
    house.shifts("A1", *working_days("23", "30"))
    assert house.step("roster", "warn_roster", "23 05:00")["roster_warnings"] == 8, "to the month's end: no more roster"
    assert house.step("roster", "warn_roster", "23 05:00") == {}
    house.execute("UPDATE quality_roster_warnings SET told_at = noted_at")
    house.shifts("R1", "24", "25", "26", "27")
    house.shifts("L1", "24", "25", "26")
    house.shifts("S1", "27")
    house.attendance("L1", "26", "leave")
    assert house.step("roster", "warn_roster", "23 09:30") == {"roster_resolved": 3}
    assert [
        row[0] for row in house.rows("SELECT day FROM quality_roster_warnings WHERE told_at IS NULL ORDER BY 1")
    ] == [
        on("24"),
        on("25"),
        on("27"),
    ]
    house.execute("UPDATE quality_roster_warnings SET told_at = noted_at")
    house.attendance("R1", "24", "absent")
    assert house.step("roster", "warn_roster", "23 10:30") == {"roster_warnings": 1}
    house.execute("UPDATE quality_roster_warnings SET told_at = noted_at")
    house.attendance("L1", "24", "leave")
    assert house.step("roster", "warn_roster", "23 11:30") == {"roster_warnings": 1}, "worse: told again"
    rows = house.rows(
        "SELECT on_duty, needed, resolved_at, told_at FROM quality_roster_warnings WHERE day = :d", d=on("24")
    )
    assert rows == [(0, 2, None, None)]


@pytest.mark.rule("QC-02")
def test_the_same_person_twice_on_a_day_is_one_and_months_without_a_roster_say_nothing(database: Database) -> None:
    house = quality_house(database)
    assert house.step("roster", "warn_roster", "23 05:00") == {}
    house.shifts("R1", "24")
    row = {"staff_code": "R1", "shift_date": on("24"), "starts_at": at("24 19:00"), "ends_at": at("24 21:00")}
    house.add("roster", row | {"attendance": "planned"})
    house.setting("support_people", "1")
    house.setting("support_warning_days", "1")
    assert house.step("roster", "warn_roster", "23 05:00") == {"roster_warnings": 1}, "the 23rd"
    house.setting("support_people", "2")
    assert house.step("roster", "warn_roster", "24 05:00") == {"roster_warnings": 2}, "the 24th with one, the 25th"
