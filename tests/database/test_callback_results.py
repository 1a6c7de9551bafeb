"""Results of callbacks: which attempts count, what customers said, what contradicts itself (CB-11)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Database
from tests.database.callback_house import CallbackHouse, at, callback_house, on, working_days


@pytest.fixture
def house(database: Database) -> CallbackHouse:
    found = callback_house(database)
    for code in ("A1", "A2"):
        found.agent(code, shifts=working_days("2", "30"))
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
    assert [each["state"] for each in house.contacts()] == ["unreached"]
    assert verdicts(house, code) == [("counted", None)] * 3
    assert take(house, "2 20:00") == {}


def test_what_fell_due_after_the_conversation_is_still_to_be_made(house: CallbackHouse) -> None:
    code = plan(house, "C1", "REPAIR repair_resolved", "COMPLAINT complaint_answered")
    house.execute("UPDATE callback_contacts SET triggered_at = :t WHERE rule_code = 'COMPLAINT'", t=at("2 18:00"))
    house.result(code, "2 15:00", satisfaction=5)
    take(house, "3 10:00")
    assert callback(house, code)["state"] == "reached"
    left = house.callback("C1")
    assert (left["callback_code"], left["rules"], left["case_codes"]) == ("H261103-C1", "COMPLAINT", "GD-C1-1")
    assert [(each["rule_code"], each["state"]) for each in house.contacts()] == [
        ("COMPLAINT", "planned"),
        ("REPAIR", "reached"),
    ]
    assert take(house, "3 10:00") == {}
