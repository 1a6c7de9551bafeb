"""Deadlines of the default policies: when they start, when they are due, what meets and ends them."""

from __future__ import annotations

import pytest

from tests.conftest import Database
from tests.database.escalation_house import House, at, build_house


@pytest.fixture
def house(database: Database) -> House:
    return build_house(database)


@pytest.mark.rule("ESC-01")
@pytest.mark.rule("ESC-03")
def test_answer_and_outcome_take_24_hours_and_48_when_major(house: House) -> None:
    house.case("A", "18 10:00")
    house.case("B", "18 10:00", urgency="major", kind="complaint")
    house.run("18 10:05")
    assert [house.due("A", "answer"), house.due("A", "outcome")] == [at("19 10:00")] * 2
    assert [house.due("B", "answer"), house.due("B", "outcome")] == [at("20 10:00")] * 2


@pytest.mark.rule("ESC-02")
def test_the_superior_is_told_within_two_hours_once_cannot_solve_is_logged(house: House) -> None:
    house.case("A", "18 10:00")
    house.run("18 11:00")
    assert house.deadline("A", "tell_superior") is None
    house.event("A", "18 15:00 cannot_solve")
    house.run("18 15:00")
    assert house.due("A", "tell_superior") == at("18 12:00")
    house.run("18 15:05")
    assert house.steps("A", "tell_superior")[0][3] == at("18 15:00"), "no step is earlier than what it needs"


@pytest.mark.rule("ESC-04")
def test_the_technician_is_at_the_door_within_15_minutes_of_the_booking(house: House) -> None:
    house.case("A", "18 10:00", "19 13:50 arrived", area="in_home", booked_at=at("19 14:00"))
    house.case("B", "18 10:00", "19 14:15 arrived", area="in_home", booked_at=at("19 14:00"))
    house.case("C", "18 10:00", "19 14:16 arrived", area="in_home", booked_at=at("19 14:00"))
    house.case("D", "18 10:00", area="public", booked_at=at("19 14:00"))
    house.run("19 15:00")
    assert [house.deadline(code, "arrival").state for code in "ABC"] == ["met", "met", "met_late"]
    assert house.due("A", "arrival") == at("19 14:15")
    assert house.deadline("D", "arrival") is None


@pytest.mark.rule("ESC-04")
def test_each_assessment_starts_30_minutes_of_its_own(house: House) -> None:
    house.case("A", "18 10:00", "18 11:00 assessment", "18 11:20 back_on_site", "18 12:00 assessment")
    house.run("18 12:10")
    first, second = house.deadline("A", "back_on_site"), house.deadline("A", "back_on_site", 2)
    assert (first.state, first.met_at, first.due_at) == ("met", at("18 11:20"), at("18 11:30"))
    assert (second.state, second.due_at) == ("running", at("18 12:30"))


@pytest.mark.rule("ESC-05")
def test_an_urgent_repair_is_responded_to_in_an_hour_and_contact_is_off_by_default(house: House) -> None:
    house.case("A", "18 10:00", urgency="urgent", area="in_home")
    house.case("B", "18 10:00")
    house.run("18 10:05")
    assert (house.due("A", "response"), house.due("B", "response")) == (at("18 11:00"), at("19 10:00"))
    assert house.deadline("A", "contact") is None and house.deadline("A", "visit") is None


@pytest.mark.rule("ESC-05")
def test_a_visit_counts_from_the_assignment_until_somebody_answers(house: House) -> None:
    house.execute("UPDATE deadline_policies SET enabled = TRUE WHERE policy_code = 'VISIT'")
    house.case("A", "18 08:00", "18 09:00 assigned S1", "19 06:00 answered", area="in_home")
    house.run("19 10:00")
    assert house.due("A", "visit") == at("20 06:00")
    assert house.steps("A", "visit") == [(0, "handler", "S1", at("19 04:12"))], "80 % of the day after the assignment"
    former = house.rows("SELECT starts_at, superseded_at, due_at FROM deadline_former_starts")
    assert former == [(at("18 09:00"), at("19 06:00"), at("19 09:00"))]


@pytest.mark.rule("ESC-06")
def test_a_complaint_is_answered_the_next_working_day_at_the_same_time(house: House) -> None:
    house.case("A", "10-09 17:30", kind="complaint")
    house.case("B", "10-04 11:00", kind="complaint")
    house.case("C", "13 19:00", kind="complaint")
    house.run("10-09 18:00")
    assert house.due("A", "answer") == at("10-10 17:30"), "the Saturday is a make-up day"
    assert house.due("B", "answer") == at("10-09 09:00"), "opened in the holiday: counts from its end"
    house.run("13 20:00")
    assert house.due("C", "answer") == at("17 09:00")


@pytest.mark.rule("ESC-07")
def test_an_enquiry_is_answered_within_24_hours(house: House) -> None:
    house.case("A", "20 17:00", "21 17:00 answered", kind="enquiry")
    house.run("21 18:00")
    row = house.deadline("A", "answer")
    assert (row.due_at, row.state, row.rule_id) == (at("21 17:00"), "met", "ESC-07"), "exactly at the deadline is met"


@pytest.mark.rule("ESC-08")
def test_a_system_fault_is_restored_in_30_minutes_and_of_level_3_and_4_in_15(house: House) -> None:
    for level in (None, 1, 2, 3, 4):
        house.case(f"L{level}", "18 10:00", kind="system_fault", fault_level=level)
    house.run("18 10:01")
    due = [house.due(f"L{level}", "restored") for level in (None, 1, 2, 3, 4)]
    assert due == [at("18 10:30")] * 3 + [at("18 10:15")] * 2


@pytest.mark.rule("ESC-09")
def test_resolved_ends_what_it_does_not_meet(house: House) -> None:
    house.case("A", "18 10:00", "18 10:30 resolved", area="in_home", booked_at=at("19 14:00"))
    house.run("19 16:00")
    assert [house.deadline("A", name).state for name in ("answer", "outcome", "response", "arrival")] == [
        "met",
        "met",
        "cancelled",
        "cancelled",
    ]
    assert house.steps("A") == []


@pytest.mark.rule("ESC-09")
def test_a_reopening_starts_anew_and_the_old_outcome_stays(house: House) -> None:
    house.case("A", "16 10:00", "17 12:00 answered", "17 13:00 resolved", "19 09:00 reopened")
    house.run("19 09:30")
    first, second = house.deadline("A", "answer"), house.deadline("A", "answer", 2)
    assert (first.state, first.met_at) == ("met_late", at("17 12:00"))
    assert (second.state, second.starts_at, second.due_at) == ("running", at("19 09:00"), at("20 09:00"))
    assert house.rows("SELECT case_code, opened_at FROM open_cases") == [("A", at("19 09:00"))]


@pytest.mark.rule("ESC-10")
def test_while_paused_there_is_no_due_instant_and_afterwards_it_is_later(house: House) -> None:
    house.case("A", "18 10:00", "18 14:00 paused")
    house.run("18 15:00")
    assert (house.deadline("A", "answer").state, house.due("A", "answer")) == ("paused", None)
    assert house.due("A", "response") == at("19 10:00"), "a response does not pause"
    house.event("A", "18 20:00 resumed")
    house.run("18 20:00")
    row = house.deadline("A", "answer")
    assert (row.state, row.due_at, row.pause_minutes) == ("running", at("19 16:00"), 360)


@pytest.mark.rule("ESC-10")
def test_a_pause_after_the_due_instant_leaves_it_and_stops_the_ladder(house: House) -> None:
    house.case("A", "18 10:00", "19 10:30 paused", kind="enquiry")
    house.run("19 23:00")
    assert (house.deadline("A", "answer").state, house.due("A", "answer")) == ("running", at("19 10:00"))
    assert {level for level, *_ in house.steps("A", "answer")} == {0, 1}
    house.event("A", "19 23:30 resumed")
    house.run("20 02:00")
    assert [(level, instant) for level, _, _, instant in house.steps("A", "answer")][-1] == (2, at("20 01:00"))


def test_a_changed_booking_moves_what_is_not_met_and_is_audited(house: House) -> None:
    house.case("A", "18 10:00", area="in_home", booked_at=at("19 14:00"))
    house.case("B", "18 10:00", "19 14:05 arrived", area="in_home", booked_at=at("19 14:00"))
    house.run("19 14:10")
    house.execute("UPDATE cases SET booked_at = :booked", booked=at("20 09:00"))
    house.run("19 14:20")
    assert house.due("A", "arrival") == at("20 09:15")
    assert (house.due("B", "arrival"), house.deadline("B", "arrival").state) == (at("19 14:15"), "met")
    assert house.rows("SELECT case_code, milestone, reason FROM deadline_changes") == [("A", "arrival", "start")]


def test_a_changed_kind_withdraws_and_gives_deadlines(house: House) -> None:
    house.case("A", "18 10:00")
    house.run("18 11:00")
    house.execute("UPDATE cases SET kind = 'complaint'")
    house.run("18 11:05")
    assert house.deadline("A", "response").ended_by == "withdrawn"
    assert house.deadline("A", "answer").policy_code == "ANSWER-COMPLAINT"
    house.execute("UPDATE cases SET kind = 'repair'")
    house.run("18 11:10")
    assert house.deadline("A", "response").state == "running"


def test_nothing_before_live_from_is_served_and_a_community_without_it_not_at_all(house: House) -> None:
    house.add("communities", community_code="002", community_name="梧桐里")
    house.execute("UPDATE settings SET community_code = '001'")
    house.case("A", "2026-08-31 23:59")
    house.case("B", "2026-09-01 00:00")
    house.case("C", "18 10:00", community_code="002")
    house.run("18 12:00")
    assert house.rows("SELECT DISTINCT case_code FROM deadlines") == [("B",)]
    house.add("settings", setting="live_from", community_code="002", value="2026-11-01")
    house.run("18 12:05")
    assert house.due("C", "answer") == at("19 10:00")


def test_the_most_specific_policy_wins_and_one_that_is_off_gives_no_deadline(house: House) -> None:
    house.execute(
        "INSERT INTO deadline_policies (policy_code, community_code, kind, milestone, starts, met_by, budget, "
        "budget_unit, calendar, pauses, valid_from, valid_to, enabled) VALUES "
        "('OWN', '001', 'repair', 'answer', 'opened_at', 'answered', 90, 'seconds', 'round_the_clock', TRUE, "
        "'2026-11-10', '2026-11-19', TRUE), "
        "('OFF', '001', 'repair', 'outcome', 'opened_at', 'resolved', 1, 'minutes', 'round_the_clock', TRUE, "
        "'2026-11-10', NULL, FALSE)"
    )
    house.case("A", "19 23:59", urgency="major")
    house.case("B", "20 00:00")
    house.run("20 00:00")
    assert house.due("A", "answer") == at("20 00:00:30"), "the community goes before the urgency"
    assert house.deadline("A", "outcome") is None
    assert house.due("B", "answer") == at("21 00:00"), "valid on the day the case was opened"


def test_beyond_the_published_year_a_deadline_is_provisional_and_recomputed_once(house: House) -> None:
    house.case("A", "12-31 10:00", kind="complaint")
    house.run("12-31 10:05")
    row = house.deadline("A", "answer")
    assert (row.provisional, row.due_at) == (True, at("2027-01-01 10:00"))
    with house.database.transaction("owner") as tx:
        from sqlalchemy import text

        tx.execute(text("INSERT INTO published_years VALUES (2027, 'a notice')"))
        tx.execute(text("INSERT INTO published_holidays VALUES ('2027-01-01', FALSE, '元旦', 'a notice')"))
    assert house.run("12-31 10:10")["changed"] == 1
    row = house.deadline("A", "answer")
    assert (row.provisional, row.due_at) == (False, at("2027-01-04 10:00"))
    assert house.rows("SELECT case_code, reason FROM deadline_changes") == [("A", "calendar")]
    assert sum(house.run("12-31 10:10").values()) == 0


def test_again_changes_nothing_and_time_never_runs_backwards(house: House) -> None:
    house.case("A", "18 10:00", "18 14:00 paused", "18 15:00 resumed", "19 12:00 answered", kind="complaint")
    house.case("B", "18 10:00", urgency="emergency")
    first = house.run("19 11:00")
    assert first["new"] == 5 and first["raised"] > 0
    assert sum(house.run("19 11:00").values()) == 0
    assert sum(house.run("18 11:00").values()) == 0
    assert house.deadline("A", "answer").met_at is None, "what happens after as_of is invisible"
    assert house.run("19 12:00")["changed"] == 1
    assert house.deadline("A", "answer").met_at == at("19 12:00")


def test_a_fact_that_is_loaded_late_counts_as_if_it_had_always_been_there(house: House) -> None:
    house.case("A", "18 10:00", "19 12:00 answered", kind="enquiry")
    house.run("19 13:00")
    assert house.deadline("A", "answer").state == "met_late"
    house.event("A", "18 12:00 paused")
    house.event("A", "18 16:00 resumed")
    house.run("19 13:00")
    row = house.deadline("A", "answer")
    assert (row.state, row.due_at) == ("met", at("19 14:00"))


def test_a_policy_that_cannot_be_carried_out_is_left_out_and_named(house: House) -> None:
    from guanjia.pipelines.overdue_escalations.rules import find_unusable

    house.execute(
        "INSERT INTO deadline_policies (policy_code, kind, milestone, starts, met_by, budget, budget_unit, calendar, "
        "pauses, valid_from) VALUES ('BAD', 'enquiry', 'contact', 'opened_at', 'phoned', 1, 'minutes', 'night', TRUE, "
        "'2026-01-01')"
    )
    house.case("A", "18 10:00", kind="enquiry")
    house.run("18 10:05")
    assert house.deadline("A", "contact") is None and house.deadline("A", "answer") is not None
    with house.database.transaction() as tx:
        found = {(bad.code, bad.found_in, bad.found) for bad in find_unusable(tx)}
    assert found == {("BAD", "met_by", "phoned"), ("BAD", "calendar", "night")}
