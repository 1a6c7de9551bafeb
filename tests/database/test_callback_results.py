"""Results of callbacks: which attempts count, what customers said, what contradicts itself (CB-11)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Database
from tests.database.callback_house import CallbackHouse, at, callback_house, on, working_days


@pytest.fixture(scope="module")
def house(module_database: Database) -> CallbackHouse:
    """One house for all tests: each has customers of its own, and nothing is planned, so that time is each test's."""
    found = callback_house(module_database)
    for code in ("A1", "A2"):
        found.agent(code, shifts=working_days("2", "30"))
    found.agent("A3")
    found.agent("A4", shifts=["3"], left_on=on("5"))
    return found


def plan(house: CallbackHouse, customer: str, *contacts: str, **values: Any) -> str:
    """A callback of Monday the 2nd, with contacts written as `RULE trigger` (a repair of the 1st unless said so)."""
    code = f"H261102-{customer}"
    if not house.rows("SELECT FROM customers WHERE customer_code = :c", c=customer):
        house.customer(customer, f"U{customer}")
    window = {"not_before": at("1 10:00"), "due_by": at("6 20:00")}
    row = {"callback_code": code, "rules": "REPAIR", "customer_code": customer, "community_code": "001"}
    house.add("callbacks", row | window | {"state": "planned", "planned_on": on("2"), "attempts": 0} | values)
    for n, contact in enumerate(contacts or ("REPAIR repair_resolved",)):
        rule, trigger = contact.split(" ")
        case_code = None
        if trigger.endswith(("resolved", "answered")):
            case_code = f"GD-{customer}-{n}"
            house.case(case_code, "1 09:00", "1 10:00 resolved", customer_code=customer, department="工程部")
        house.add(
            "callback_contacts",
            {
                "rule_code": rule,
                "subject": f"case:{case_code}" if case_code else f"customer:{customer}",
                "occasion": "1",
                "trigger": trigger,
                "customer_code": customer,
                "case_code": case_code,
                "community_code": "001",
                "triggered_at": at("1 10:00"),
                "priority": 30,
                "max_attempts": 3,
                "channel": "call",
                "state": "planned",
                "callback_code": code,
                "explanation": {},
            }
            | window,
        )
    return code


def take(house: CallbackHouse, as_of: str) -> dict[str, int]:
    return house.step("results", "take_results", as_of)


def callback(house: CallbackHouse, code: str) -> dict[str, Any]:
    (found,) = house.callbacks(f"callback_code = '{code}'")
    return found


def verdicts(house: CallbackHouse, code: str) -> list[tuple[str, str | None]]:
    rows = house.rows(
        "SELECT verdict, reason FROM callback_attempts WHERE callback_code = :c ORDER BY attempted_at, edition", c=code
    )
    return [(verdict, reason) for verdict, reason in rows]


def contacts(house: CallbackHouse, code: str) -> dict[str, str]:
    """Rule and state of a callback's contacts."""
    return {each["rule_code"]: each["state"] for each in house.contacts(f"callback_code = '{code}'")}


def remarks(house: CallbackHouse, code: str) -> list[str]:
    return [kind for kind, subject, _detail in house.remarks() if subject.startswith(f"{code} ")]


# -- the ladder --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("CB-11")
def test_three_tries_in_three_parts_exhaust_a_callback(house: CallbackHouse) -> None:
    code = plan(house, "C1")
    house.result(code, "2 09:30", "no_answer")
    assert take(house, "2 12:00") == {"attempts": 1, "judged_callbacks": 1}
    standing = callback(house, code)
    assert (standing["attempts"], standing["used_parts"], standing["next_from"]) == (1, "1", at("2 12:30"))
    house.result(code, "2 14:00", "busy")
    house.result(code, "2 17:30", "no_answer", staff="A2")
    take(house, "2 20:00")
    ended = callback(house, code)
    assert (ended["state"], ended["closed_reason"], ended["closed_at"]) == ("unreached", "exhausted", at("2 17:30"))
    assert contacts(house, code) == {"REPAIR": "unreached"}
    assert verdicts(house, code) == [("counted", None)] * 3
    assert take(house, "2 20:00") == {}


def test_what_fell_due_after_the_conversation_is_still_to_be_made(house: CallbackHouse) -> None:
    code = plan(house, "LATE", "REPAIR repair_resolved", "COMPLAINT complaint_answered")
    house.execute("UPDATE callback_contacts SET triggered_at = :t WHERE subject = 'case:GD-LATE-1'", t=at("2 18:00"))
    house.result(code, "2 15:00", satisfaction=5)
    take(house, "3 10:00")
    assert callback(house, code)["state"] == "reached"
    left = house.callback("LATE")
    assert (left["callback_code"], left["rules"], left["case_codes"]) == ("H261103-LATE", "COMPLAINT", "GD-LATE-1")
    assert (contacts(house, code), contacts(house, "H261103-LATE")) == ({"REPAIR": "reached"}, {"COMPLAINT": "planned"})
    assert take(house, "3 10:00") == {}


@pytest.mark.rule("CB-11")
def test_tries_against_the_rules_are_kept_and_put_the_next_one_off(house: CallbackHouse) -> None:
    code = plan(house, "LADDER")
    for attempted in ("2 09:30", "2 11:30", "2 12:30", "2 14:00", "3 14:30", "7 18:00"):
        house.result(code, attempted, "no_answer")
    take(house, "8 20:00")
    assert verdicts(house, code) == [
        ("counted", None),
        ("noted", "too_soon"),
        ("noted", "outside_hours"),
        ("counted", None),
        ("noted", "same_day_part"),
        ("noted", "outside_hours"),
    ]
    standing = callback(house, code)
    assert (standing["state"], standing["attempts"], standing["used_parts"]) == ("planned", 2, "1,2")
    assert (standing["last_attempt_at"], standing["next_from"]) == (at("7 18:00"), at("7 21:00"))


@pytest.mark.rule("CB-11")
def test_an_attempt_before_the_plan_changes_nothing_and_is_told(house: CallbackHouse) -> None:
    code = plan(house, "EARLY", planned_on=on("3"))
    house.result(code, "2 10:00", satisfaction=1)
    take(house, "4 07:00")
    assert (verdicts(house, code), callback(house, code)["state"]) == ([("noted", "before_plan")], "planned")
    assert remarks(house, code) == ["result_before_plan"]


@pytest.mark.rule("CB-11")
def test_an_attempt_reported_late_takes_its_place(house: CallbackHouse) -> None:
    code = plan(house, "ORDER")
    house.result(code, "2 11:00", "no_answer")
    take(house, "2 12:00")
    house.result(code, "2 09:00", "busy")
    assert take(house, "2 13:00") == {"attempts": 2}
    assert verdicts(house, code) == [("counted", None), ("noted", "too_soon")]
    house.result(code, "2 10:00", satisfaction=4)
    take(house, "2 13:30")
    assert verdicts(house, code)[2] == ("noted", "after_close")
    assert (callback(house, code)["state"], callback(house, code)["closed_at"]) == ("reached", at("2 10:00"))


# -- what customers said -----------------------------------------------------------------------------------------------


@pytest.mark.rule("CB-02")
def test_one_conversation_answers_all_that_was_due_whenever_it_was_held(house: CallbackHouse) -> None:
    code = plan(house, "TALK", "REPAIR repair_resolved", "CARE care")
    house.result(code, "2 12:30", satisfaction=4)
    take(house, "2 13:00")
    assert contacts(house, code) == {"REPAIR": "reached", "CARE": "reached"}
    assert {each["satisfaction"] for each in house.contacts(f"callback_code = '{code}'")} == {4}
    assert callback(house, code)["attempts"] == 1
    assert verdicts(house, code) == [("counted", "outside_hours")]
    assert remarks(house, code) == ["result_outside_hours"]


@pytest.mark.rule("CB-11")
def test_a_conversation_counts_after_the_callback_was_given_up(house: CallbackHouse) -> None:
    code = plan(house, "AGAIN")
    for attempted in ("2 09:00", "2 14:00", "2 17:00"):
        house.result(code, attempted, "no_answer")
    take(house, "2 20:00")
    assert contacts(house, code) == {"REPAIR": "unreached"}
    house.result(code, "3 09:00", satisfaction=3)
    take(house, "3 12:00")
    ended = callback(house, code)
    assert (ended["state"], ended["closed_reason"], ended["attempts"]) == ("reached", None, 3)
    assert contacts(house, code) == {"REPAIR": "reached"}


@pytest.mark.rule("CB-11")
@pytest.mark.parametrize(
    ("reason", "contact", "state", "verdict"),
    [
        ("window_missed", "missed", "reached", ("counted", None)),
        ("satisfied", "satisfied", "reached", ("counted", None)),
        ("reopened", "cancelled", "cancelled", ("noted", "after_close")),
    ],
)
def test_what_the_plan_closed_opens_for_a_conversation_unless_its_cause_is_gone(
    house: CallbackHouse, reason: str, contact: str, state: str, verdict: tuple[str, str | None]
) -> None:
    code = plan(house, f"CLOSED-{reason}", state="cancelled", closed_at=at("4 07:00"), closed_reason=reason)
    missed = {"missed_at": at("4 07:00"), "missed_reason": "no_capacity"} if contact == "missed" else {}
    values = {"state": contact, "closed_at": at("4 07:00"), "closed_reason": reason} | missed
    house.execute(
        f"UPDATE callback_contacts SET {', '.join(f'{name} = :{name}' for name in values)} WHERE callback_code = :code",
        code=code,
        **values,
    )
    house.result(code, "4 10:00", satisfaction=5)
    take(house, "4 11:00")
    assert (callback(house, code)["state"], contacts(house, code)["REPAIR"]) == (state, state)
    assert verdicts(house, code) == [verdict]


def test_a_conversation_before_its_cause_was_gone_counts(house: CallbackHouse) -> None:
    code = plan(house, "BEFORE", state="cancelled", closed_at=at("4 07:00"), closed_reason="reopened")
    house.execute(
        "UPDATE callback_contacts SET state = 'cancelled', closed_at = :t, closed_reason = 'reopened' "
        "WHERE callback_code = :c",
        t=at("4 07:00"),
        c=code,
    )
    house.result(code, "3 18:00", satisfaction=5)
    take(house, "4 09:00")
    assert (callback(house, code)["state"], contacts(house, code)) == ("reached", {"REPAIR": "reached"})


@pytest.mark.rule("CB-05")
def test_a_prospect_who_refuses_is_dropped_with_what_was_said(house: CallbackHouse) -> None:
    house.prospect("PR1")
    code = plan(house, "PR1", "PROSPECT prospect", community_code=None)
    house.result(code, "2 10:00", "refused", comment="已在别处购房")
    assert take(house, "2 11:00")["refused_prospects"] == 1
    assert (callback(house, code)["state"], contacts(house, code)) == ("refused", {"PROSPECT": "refused"})
    dropped = house.rows("SELECT dropped_on, reason, words, callback_code FROM dropped_prospects")
    assert dropped == [(on("2"), "refused", "已在别处购房", code)]


# -- another time ------------------------------------------------------------------------------------------------------


@pytest.mark.rule("CB-11")
@pytest.mark.parametrize(
    ("asked", "promised", "due_by", "told"),
    [
        ("5 15:00", "5 15:00", "6 20:00", []),
        ("10 15:00", "10 15:00", "10 20:00", []),
        ("7 15:00", "9 09:00", "9 20:00", ["promised_outside_hours"]),
        ("5 12:00", "5 14:00", "6 20:00", ["promised_outside_hours"]),
    ],
)
def test_the_customers_time_is_kept_within_calling_hours(
    house: CallbackHouse, asked: str, promised: str, due_by: str, told: list[str]
) -> None:
    code = plan(house, f"LATER{asked}".replace(" ", "").replace(":", ""))
    house.result(code, "2 10:00", "call_later", call_later=asked)
    take(house, "2 11:00")
    standing = callback(house, code)
    assert (standing["promised_at"], standing["next_from"]) == (at(promised), at(promised))
    assert (standing["due_by"], standing["attempts"], standing["promises"]) == (at(due_by), 0, 1)
    assert (verdicts(house, code), remarks(house, code)) == ([("noted", None)], told)


@pytest.mark.rule("CB-11")
def test_a_time_too_far_off_is_no_promise_and_one_kept_in_vain_is_a_try(house: CallbackHouse) -> None:
    far, vain = plan(house, "FAR"), plan(house, "VAIN")
    house.result(far, "2 10:00", "call_later", call_later="2099-11-05 10:00")
    house.result(vain, "2 10:00", "call_later", call_later="3 10:00")
    house.result(vain, "3 10:05", "no_answer")
    take(house, "3 11:00")
    assert (verdicts(house, far), remarks(house, far)) == ([("counted", None)], ["promised_too_far"])
    assert (callback(house, far)["attempts"], callback(house, far)["promised_at"]) == (1, None)
    assert (callback(house, vain)["attempts"], callback(house, vain)["promised_at"]) == (1, None)


# -- wrong numbers -----------------------------------------------------------------------------------------------------


@pytest.mark.rule("CB-11")
def test_a_wrong_number_opens_a_case_and_service_goes_on_by_other_means(house: CallbackHouse) -> None:
    code = plan(house, "WRONG", "REPAIR repair_resolved", "CARE care", rules="REPAIR,CARE")
    house.result(code, "2 10:00", "wrong_number")
    assert take(house, "2 11:00")["bad_numbers"] == 1
    assert contacts(house, code) == {"REPAIR": "planned", "CARE": "unreached"}
    left = callback(house, code)
    assert (left["state"], left["next_from"], left["rules"], left["case_codes"]) == (
        "planned",
        None,
        "REPAIR",
        "GD-WRONG-0",
    )
    (found,) = house.rows(
        "SELECT c.case_code, c.kind, c.area, c.channel, c.department, c.opened_at, o.purpose, b.phone = u.phone, "
        "strpos(c.description, u.phone) FROM callback_bad_numbers AS b JOIN cases AS c USING (case_code) "
        "JOIN callback_cases AS o USING (case_code) JOIN customers AS u ON u.customer_code = b.customer_code "
        "WHERE b.customer_code = 'WRONG'"
    )
    opened = (f"GJ-{code}-W", "enquiry", None, "回访", "客服部", at("2 11:00"))
    assert found == (*opened, "register_correction", True, 0)
    house.result(code, "3 10:00", "wrong_number", staff="A2")
    assert "bad_numbers" not in take(house, "3 11:00"), "once per number"
    house.result(code, "4 00:00", satisfaction=4)
    take(house, "4 11:00")
    assert contacts(house, code) == {"REPAIR": "reached", "CARE": "reached"}, "answered by letter"


@pytest.mark.rule("CB-11")
def test_a_number_corrected_since_is_not_taken_for_the_wrong_one(house: CallbackHouse) -> None:
    code = plan(house, "MENDED")
    house.result(code, "2 10:00", "wrong_number")
    take(house, "2 11:00")
    house.execute("UPDATE customers SET phone = '16400000009' WHERE customer_code = 'MENDED'")
    house.result(code, "3 10:00", "no_answer")
    take(house, "3 11:00")
    assert house.rows("SELECT count(*) FROM callback_bad_numbers WHERE customer_code = 'MENDED'") == [(1,)]


@pytest.mark.rule("CB-11")
def test_a_care_call_to_a_wrong_number_ends_and_a_prospects_case_finds_a_community(house: CallbackHouse) -> None:
    care = plan(house, "CARELESS", "CARE care")
    house.prospect("PR2")
    prospect = plan(house, "PR2", "PROSPECT prospect", community_code=None)
    for code in (care, prospect):
        house.result(code, "2 10:00", "wrong_number")
    take(house, "2 11:00")
    assert [callback(house, code)["closed_reason"] for code in (care, prospect)] == ["wrong_number"] * 2
    assert house.rows(f"SELECT community_code FROM cases WHERE case_code = 'GJ-{prospect}-W'") == [("001",)]


# -- who called --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("CB-11")
def test_who_is_off_the_roster_is_remarked_and_who_had_left_makes_no_try(house: CallbackHouse) -> None:
    off, left, heard = plan(house, "OFF"), plan(house, "LEFT"), plan(house, "HEARD")
    house.result(off, "2 10:00", "no_answer", staff="A3")
    house.result(left, "6 10:00", "no_answer", staff="A4")
    house.result(heard, "6 10:00", satisfaction=5, staff="A4")
    take(house, "6 11:00")
    assert (verdicts(house, off), callback(house, off)["attempts"]) == ([("counted", "off_roster")], 1)
    assert (verdicts(house, left), callback(house, left)["attempts"]) == ([("noted", "by_leaver")], 0)
    assert (verdicts(house, heard), callback(house, heard)["state"]) == ([("counted", "by_leaver")], "reached")
    assert [remarks(house, code) for code in (off, left)] == [["result_off_roster"], ["result_by_leaver"]]


def test_a_satisfaction_of_somebody_not_reached_is_remarked_and_left_out(house: CallbackHouse) -> None:
    code = plan(house, "SILENT")
    house.result(code, "2 10:00", "no_answer", satisfaction=1)
    take(house, "2 11:00")
    assert remarks(house, code) == ["satisfaction_without_reach"]
    assert house.rows("SELECT satisfaction FROM callback_attempts WHERE callback_code = :c", c=code) == [(None,)]


# -- what contradicts itself -------------------------------------------------------------------------------------------


def conflicts(house: CallbackHouse, code: str) -> list[tuple[str, Any, int, Any, int]]:
    return [
        tuple(row)
        for row in house.rows(
            "SELECT kind, first_at, first_edition, second_at, second_edition FROM callback_conflicts "
            "WHERE callback_code = :c ORDER BY 2, 4, 5",
            c=code,
        )
    ]


@pytest.mark.rule("CB-11")
def test_two_agents_who_contradict_each_other_are_both_kept_and_told(house: CallbackHouse) -> None:
    code = plan(house, "CONFLICT")
    house.result(code, "2 10:00", "no_answer")
    house.result(code, "2 11:00", satisfaction=5, staff="A2")
    house.result(code, "2 15:00", satisfaction=2)
    assert take(house, "2 16:00")["conflicts"] == 2
    assert conflicts(house, code) == [
        ("outcome", at("2 10:00"), 1, at("2 11:00"), 1),
        ("satisfaction", at("2 11:00"), 1, at("2 15:00"), 1),
    ]
    assert [verdict for verdict, _reason in verdicts(house, code)] == ["counted", "conflicting", "conflicting"]
    assert (callback(house, code)["closed_at"], callback(house, code)["satisfaction"]) == (at("2 11:00"), 5)
    assert take(house, "2 16:30") == {}


@pytest.mark.rule("CB-11")
def test_one_agent_who_calls_twice_contradicts_nobody(house: CallbackHouse) -> None:
    code, apart = plan(house, "TWICE"), plan(house, "APART")
    house.result(code, "2 10:00", "no_answer")
    house.result(code, "2 11:00", satisfaction=5)
    house.result(apart, "2 10:00", "no_answer")
    house.result(apart, "2 14:00", satisfaction=5, staff="A2")
    take(house, "2 16:00")
    assert (conflicts(house, code), conflicts(house, apart)) == ([], [])


@pytest.mark.rule("CB-11")
def test_a_result_taken_back_opens_the_callback_and_both_contents_stay(house: CallbackHouse) -> None:
    code = plan(house, "BACK")
    house.result(code, "2 10:00", satisfaction=5)
    take(house, "2 11:00")
    house.execute(
        "UPDATE callback_results SET outcome = 'no_answer', satisfaction = NULL WHERE callback_code = :c", c=code
    )
    take(house, "2 12:00")
    assert (callback(house, code)["state"], contacts(house, code)) == ("planned", {"REPAIR": "planned"})
    assert conflicts(house, code) == [("changed", at("2 10:00"), 1, at("2 10:00"), 2)]
    assert verdicts(house, code) == [("superseded", None), ("counted", None)]
    assert take(house, "2 12:00") == {}


@pytest.mark.rule("CB-11")
def test_one_voice_holds_when_a_result_is_taken_back(house: CallbackHouse) -> None:
    code = plan(house, "VOICE")
    house.result(code, "2 10:00", satisfaction=5)
    take(house, "2 11:00")
    later = {"callback_code": "H261103-VOICE", "rules": "CARE", "customer_code": "VOICE", "state": "planned"}
    house.add("callbacks", later | {"not_before": at("3 07:00"), "due_by": at("6 20:00"), "community_code": "001"})
    house.execute(
        "UPDATE callback_results SET outcome = 'no_answer', satisfaction = NULL WHERE callback_code = :c", c=code
    )
    take(house, "3 12:00")
    assert (callback(house, code)["state"], contacts(house, code)) == ("unreached", {"REPAIR": "unreached"})
    assert house.callback("VOICE")["callback_code"] == "H261103-VOICE"
