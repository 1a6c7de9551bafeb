"""The ladder: which step is raised when, who is found, and that each is raised once, ever."""

from __future__ import annotations

import pytest

from tests.conftest import Database
from tests.database.escalation_house import House, at, build_house


@pytest.fixture
def house(database: Database) -> House:
    return build_house(database)


@pytest.mark.rule("ESC-09")
def test_the_ladder_climbs_from_the_handler_to_the_general_manager(house: House) -> None:
    house.case("A", "18 10:00", kind="enquiry")
    house.run("20 10:00:01")
    assert house.steps("A", "answer") == [
        (0, "handler", "S1", at("19 05:12")),
        (1, "handler", "S1", at("19 10:00")),
        (1, "team_leader", "S2", at("19 10:00")),
        (2, "supervisor", "S3", at("19 12:00")),
        (3, "manager", "S4", at("19 18:00")),
        (4, "general_manager", "S6", at("20 10:00")),
    ]


@pytest.mark.rule("ESC-09")
def test_exactly_at_the_deadline_nothing_is_late_yet(house: House) -> None:
    house.case("A", "18 10:00", kind="enquiry")
    house.run("19 10:00")
    assert {level for level, *_ in house.steps("A", "answer")} == {0}
    house.event("A", "19 10:00 answered")
    house.run("19 10:05")
    assert {level for level, *_ in house.steps("A", "answer")} == {0}


@pytest.mark.rule("ESC-08")
def test_faults_have_a_ladder_of_their_own(house: House) -> None:
    house.case("L1", "18 10:00", kind="system_fault", fault_level=1)
    house.case("L4", "18 10:00", kind="system_fault", fault_level=4)
    house.run("18 12:00")
    assert house.steps("L1", "restored") == [
        (1, "manager", "S4", at("18 10:30")),
        (2, "department_head", "S5", at("18 11:00")),
    ]
    assert [instant for *_, instant in house.steps("L4", "restored")] == [at("18 10:15"), at("18 10:30")]


@pytest.mark.rule("ESC-11")
@pytest.mark.rule("ESC-03")
def test_emergencies_and_major_cases_are_told_at_once_in_addition_to_the_ladder(house: House) -> None:
    house.case("A", "18 10:00", kind="enquiry", urgency="emergency")
    house.case("B", "18 10:00", kind="enquiry", urgency="major")
    house.case("C", "18 10:00", kind="enquiry", urgency="urgent")
    house.run("18 10:00")
    for code in "AB":
        assert house.steps(code) == [
            (-1, "department_head", "S5", at("18 10:00")),
            (-1, "manager", "S4", at("18 10:00")),
            (-1, "team_leader", "S2", at("18 10:00")),
        ]
    assert house.steps("C") == []
    rules = house.rows("SELECT DISTINCT case_code, rule_id, is_emergency FROM escalations ORDER BY 1")
    assert rules == [("A", "ESC-11", True), ("B", "ESC-03", True)]
    house.run("19 10:05")
    assert {level for level, *_ in house.steps("A", "answer")} == {-1, 0, 1}
    assert {level for level, *_ in house.steps("A", "outcome")} == {0, 1}, "told at once on the answer only"


@pytest.mark.rule("ESC-09")
def test_a_deadline_met_meanwhile_is_recorded_and_stood_down(house: House) -> None:
    house.case("A", "18 10:00", "19 13:00 answered", kind="enquiry")
    house.run("20 09:00")
    found = house.rows(
        "SELECT level, raised_at, stood_down_at, told_at FROM escalations WHERE milestone = 'answer' ORDER BY 1, role"
    )
    assert [row[0] for row in found] == [0, 1, 1, 2]
    assert {row[2:] for row in found} == {(at("19 13:00"), None)}


@pytest.mark.rule("ESC-09")
def test_resolution_stands_the_ladder_down(house: House) -> None:
    house.case("A", "18 10:00", kind="enquiry")
    house.run("19 11:00")
    house.event("A", "19 11:30 resolved")
    assert house.run("19 11:35")["stood_down"] == 6
    assert house.rows("SELECT DISTINCT stood_down_at FROM escalations") == [(at("19 11:30"),)]
    house.run("25 11:35")
    assert len(house.steps("A")) == 6


@pytest.mark.rule("ESC-09")
def test_what_was_raised_stays_raised_when_the_deadline_moves(house: House) -> None:
    house.case("A", "18 10:00", area="in_home", booked_at=at("18 14:00"))
    house.run("18 14:16")
    before = house.steps("A", "arrival")
    house.execute("UPDATE cases SET booked_at = :booked", booked=at("19 14:00"))
    house.run("19 14:16")
    assert house.steps("A", "arrival") == before, "each level once, ever"
    house.run("19 16:16")
    assert house.steps("A", "arrival")[-1] == (2, "supervisor", "S3", at("19 16:15"))


@pytest.mark.rule("ESC-10")
def test_a_pause_before_the_early_warning_moves_it(house: House) -> None:
    house.case("A", "18 10:00", "19 00:00 paused", "19 10:00 resumed", kind="enquiry")
    house.run("19 16:00")
    assert house.steps("A", "answer") == [(0, "handler", "S1", at("19 15:12"))]


def test_the_one_on_the_roster_goes_before_others_and_absent_people_are_passed_over(house: House) -> None:
    for code in ("L1", "L2", "L3"):
        house.add("staff", staff_code=code, staff_name=code, role="team_leader", community_code="001")
    for code, day, attendance in (("L2", 19, "leave"), ("L3", 19, None), ("L1", 20, "present")):
        house.add(
            "roster",
            staff_code=code,
            shift_date=at(f"{day} 00:00").date(),
            starts_at=at(f"{day} 08:00"),
            ends_at=at(f"{day} 20:00"),
            attendance=attendance,
        )
    house.case("A", "18 10:00", kind="enquiry")
    house.case("B", "18 21:00", kind="enquiry")
    house.case("C", "19 10:00", kind="enquiry")
    house.run("20 12:00")
    leaders = house.rows(
        "SELECT case_code, staff_code, found_by FROM escalations "
        "WHERE role = 'team_leader' AND milestone = 'answer' ORDER BY 1"
    )
    assert leaders == [("A", "L3", "roster"), ("B", "S2", "community"), ("C", "L1", "roster")], "B: one with an address"


def test_a_handler_is_the_cases_else_the_last_assigned_else_the_team_leader(house: House) -> None:
    house.add("staff", staff_code="T2", staff_name="T2", role="technician", community_code="001")
    house.execute("UPDATE staff SET left_on = '2026-11-18' WHERE staff_code = 'S1'")
    house.case("A", "18 10:00", "18 11:00 assigned S1", "18 12:00 assigned T2", "20 09:00 assigned S3", kind="enquiry")
    house.case("B", "18 10:00", kind="enquiry", handler="T2")
    house.case("C", "18 10:00", kind="enquiry", handler=None)
    house.run("19 06:00")
    found = house.rows(
        "SELECT case_code, staff_code, found_by FROM escalations WHERE milestone = 'answer' ORDER BY case_code"
    )
    assert found == [("A", "T2", "assigned"), ("B", "T2", "case"), ("C", "S2", "community")]


def test_nobody_in_the_role_goes_to_the_next_level_and_in_the_end_to_nobody(house: House) -> None:
    house.execute("UPDATE staff SET left_on = '2026-11-01' WHERE role IN ('supervisor', 'general_manager')")
    house.execute("UPDATE staff SET community_code = NULL WHERE staff_code = 'S4'")
    house.add("communities", community_code="002", community_name="梧桐里")
    house.add("staff", staff_code="X1", staff_name="X1", role="supervisor", community_code="002")
    house.case("A", "18 10:00", kind="enquiry")
    house.run("20 10:05")
    found = house.rows(
        "SELECT level, staff_code, found_by FROM escalations WHERE milestone = 'answer' AND level > 1 ORDER BY 1"
    )
    assert found == [(2, "S4", "next_level"), (3, "S4", "company"), (4, None, "nobody")]


def test_the_most_specific_steps_replace_the_ladder(house: House) -> None:
    house.execute(
        'INSERT INTO escalation_steps (step_code, policy_code, kind, urgency, level, offset_kind, "offset", calendar, '
        "role) VALUES ('K', NULL, 'enquiry', NULL, 2, 'minutes_after_start', 60, 'round_the_clock', 'manager'), "
        "('KU', NULL, 'enquiry', 'urgent', 1, 'minutes_after_start', 30, 'office', 'supervisor'), "
        "('P', 'ANSWER-REPAIR', NULL, NULL, 3, 'percent_of_budget', 50, 'deadline', 'department_head')"
    )
    house.case("A", "18 08:00", kind="enquiry")
    house.case("B", "18 08:00", kind="enquiry", urgency="urgent")
    house.case("C", "18 08:00", urgency="urgent")
    house.run("21 08:00")
    assert house.steps("A", "answer") == [(2, "manager", "S4", at("18 09:00"))]
    assert house.steps("B", "answer") == [(1, "supervisor", "S3", at("18 09:30"))], "counted in office hours"
    assert house.steps("C", "answer") == [(3, "department_head", "S5", at("18 20:00"))]


def test_changed_steps_hold_for_deadlines_that_run(house: House) -> None:
    house.case("A", "18 10:00", kind="enquiry")
    house.run("18 12:00")
    house.execute("UPDATE escalation_steps SET \"offset\" = 10 WHERE step_code = 'WARN-HANDLER'")
    house.run("18 13:00")
    assert house.steps("A", "answer") == [(0, "handler", "S1", at("18 12:24"))]


def test_a_year_of_ticks_writes_nothing_while_nothing_is_due(house: House) -> None:
    house.case("A", "18 10:00", kind="enquiry")
    house.run("18 10:05")
    written = [sum(house.run(f"18 {hour}:00").values()) for hour in range(11, 20)]
    assert written == [0] * 9
