"""Contacts that facts make due (CB-01, 02, 03, 07), their windows and channels, and how they end when nobody speaks.

One story of November 2026, played day by day by `callback_house.derive`; all tests look at what it left behind. The 2nd
is a Monday. Community 001 has an agent every working day, 002 none at all, 003 is served from the 9th,
005 works every day of the week.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from guanjia.domain.day_parts import due_by, read_parts
from guanjia.settings import TIME_ZONE
from tests.conftest import Database
from tests.database.callback_house import CallbackHouse, at, callback_house, on, working_days

FACTS = [
    f"{day} {clock}"
    for day in ("11", "12", "13", "14", "15")
    for clock in ("06:30", "09:00", "12:00", "19:59", "20:00")
]
"""Instants whose windows are compared with the pure rule: three working days, a Saturday and a Sunday."""


@pytest.fixture(scope="module")
def house(module_database: Database) -> Iterator[CallbackHouse]:
    found = callback_house(module_database)
    _people(found)
    _cases(found)
    _play(found)
    yield found


def _people(house: CallbackHouse) -> None:
    house.community("002")
    house.community("003", live_from="9")
    house.community("005", working_calendar="round_the_clock")
    house.customer("ZOE", "ZOE", community="005")
    house.agent("A1", shifts=working_days("2", "30"))
    for code in ("ANN", "BEA", "CAT", "DEB", "EVE", "FAY", "GIL", "HAL", "IVY", "JOE", "KIM", "TOM", "UMA"):
        house.customer(code, code)
    house.customer("LOU", "LOU", community="002")
    house.customer("DNC", "DNC", do_not_call=True)
    house.customer("DNC0", "DNC0", do_not_call=True, email=None)
    house.customer("MUTE", "MUTE", phone=None)
    house.customer("WRONG", "WRONG")
    house.customer("NOMAIL", "NOMAIL", email=None)
    house.customer("OWNER", "T1")
    house.customer("TENANT", "T1", role="tenant", since="2026-03-01", until="9")
    house.customer("OLD", "T2", until="10-31")
    house.customer("NEW", "T2", since="1")


def _cases(house: CallbackHouse) -> None:
    """What had happened by Tuesday morning."""
    house.case("W-HOME", "2 08:00", "2 12:00 resolved", "3 15:00 closed", customer_code="ANN")
    house.case("W-PUBLIC", "2 08:00", "2 12:00 resolved", customer_code="ANN", area="public")
    house.case("W-BLANK", "2 08:00", "2 12:00 resolved", "2 13:00 closed", customer_code="ANN", area=None)
    house.case("W-BEFORE", "10-28 08:00", "10-30 12:00 resolved", "2 12:00 closed", customer_code="ANN")
    house.case("W-OURS", "2 08:00", "2 12:00 resolved", customer_code="ANN", channel="巡检")
    house.case("W-QUICK", "2 08:00", "2 10:00 resolved", "2 11:00 reopened", "4 16:00 closed", customer_code="BEA")
    house.case("W-AGAIN", "2 08:00", "2 10:00 resolved", "3 11:00 reopened", "5 09:00 resolved", customer_code="CAT")
    house.case("W-GONE", "2 08:00", "2 10:00 resolved", customer_code="DEB")
    house.case("K-HANDLED", "2 08:00", "2 10:00 resolved", kind="complaint", customer_code="DEB")
    house.case("K-FRIDAY", "6 08:00", "6 10:00 answered", "9 10:00 resolved", kind="complaint", customer_code="EVE")
    house.case("K-EVENING", "6 08:00", "6 21:00 answered", kind="complaint", customer_code="FAY")
    house.case("Q-1", "2 08:00", "2 10:00 resolved", kind="enquiry", customer_code="GIL")
    house.paid("Q-1", ("2", "30.00"))
    house.case("Q-FREE", "2 08:00", "2 10:00 resolved", kind="enquiry", customer_code="GIL")
    house.paid("Q-FREE", ("2", "0.00"))
    house.case("Q-NOMAIL", "2 08:00", "2 10:00 resolved", kind="enquiry", customer_code="NOMAIL")
    house.paid("Q-NOMAIL", ("1", "30.00"))
    house.case("W-TENANT", "2 08:00", "2 12:00 resolved", unit_code="T1")
    house.case("W-OWNER", "10 08:00", "10 12:00 resolved", unit_code="T1")
    house.case("W-OLD", "10-31 08:00", "2 12:00 resolved", unit_code="T2")
    house.case("W-NEW", "1 08:00", "2 12:00 resolved", unit_code="T2")
    house.case("W-NOBODY", "2 08:00", "2 12:00 resolved")
    house.case("W-FOUND", "4 08:00", "4 12:00 resolved")
    house.case("W-SWAP", "4 08:00", "4 12:00 resolved", customer_code="IVY")
    house.case("W-AREA", "4 08:00", "4 12:00 resolved", customer_code="IVY")
    for code in ("DNC", "DNC0", "MUTE", "WRONG", "TOM", "UMA"):
        house.case(f"W-{code}", "2 08:00", "2 12:00 resolved", customer_code=code)
    house.case("W-FAR", "2 08:00", "2 12:00 resolved", community_code="002", customer_code="LOU")
    house.case("W-SOON", "2 08:00", "6 12:00 resolved", "9 12:00 closed", community_code="003", customer_code="HAL")
    house.case("W-CLOCK", "2 08:00", "6 12:00 resolved", community_code="005", customer_code="ZOE")
    house.case("W-SERVED", "2 08:00", "9 12:00 resolved", community_code="003", customer_code="HAL")


def _play(house: CallbackHouse) -> None:
    house.add("callback_days", {"work_date": on("3"), "scope": "001", "computed_at": at("3 21:00")})
    for day in ("3", "4"):
        house.derive(day)
    house.execute("UPDATE callbacks SET attempts = 1 WHERE customer_code = 'TOM'")
    line = {"work_date": on("4"), "callback_code": house.callback("UMA")["callback_code"], "staff_code": "A1"}
    line |= {"position": 1, "tries": 1, "parts": "1", "why_agent": "even"}
    before = {"work_date": on("1"), "callback_code": house.callback("ANN")["callback_code"]}
    ill = {"callback_code": house.callback("WRONG")["callback_code"], "withdrawn_at": at("4 08:30")}
    house.add("callback_lists", line | {"withdrawn_at": None}, line | ill, line | before | {"withdrawn_at": None})
    house.derive("5")
    house.execute("DELETE FROM case_events WHERE case_code = 'W-GONE'")
    house.add("callback_bad_numbers", _bad_number(house))
    house.execute("UPDATE customers SET phone = NULL WHERE customer_code = 'CAT'")
    house.execute("UPDATE callbacks SET mailed_at = due_by WHERE customer_code = 'MUTE'")
    house.execute("UPDATE customers SET phone = '13900000000' WHERE customer_code IN ('MUTE', 'DNC0')")
    house.execute("UPDATE customers SET do_not_call = FALSE WHERE customer_code = 'DNC0'")
    house.execute("UPDATE cases SET customer_code = 'JOE' WHERE case_code IN ('W-FOUND', 'W-SWAP')")
    house.execute("UPDATE cases SET area = 'public' WHERE case_code = 'W-AREA'")
    house.derive("6")
    house.execute("UPDATE cases SET area = 'in_home' WHERE case_code = 'W-AREA'")
    for day in ("7", "8", "9", "10"):
        house.derive(day)
    _corrections(house)
    house.case("W-LATE", "3 08:00", "3 10:00 resolved", customer_code="KIM")  # loaded a week after it happened
    for n, written in enumerate(FACTS):
        house.case(f"F-{n:02d}", "10 08:00", f"{written} resolved", customer_code="ANN")
        house.case(f"G-{n:02d}", "10 08:00", f"{written} answered", kind="complaint", customer_code="ANN")
    house.rule("COMPLAINT", window_working_days=0)
    for day in ("11", "12", "13", "14", "15", "16", "17"):
        house.derive(day)
    assert house.derive("17") == {}


def _bad_number(house: CallbackHouse) -> dict[str, Any]:
    ((code, phone),) = house.rows(
        "SELECT b.callback_code, c.phone FROM callbacks b JOIN customers c USING (customer_code) "
        "WHERE customer_code = 'WRONG'"
    )
    row = {"customer_code": "WRONG", "phone": phone, "callback_code": code, "case_code": "W-WRONG"}
    return row | {"noted_at": at("5 10:00")}


def _corrections(house: CallbackHouse) -> None:
    """Two cases that callbacks opened: one to correct the work, one to correct the register."""
    ((code,),) = house.rows("SELECT callback_code FROM callbacks WHERE customer_code = 'HAL'")
    for case, purpose in (("GJ-1", "correction"), ("GJ-1-W", "register_correction")):
        kind = "complaint" if purpose == "correction" else "enquiry"
        house.case(case, "10 09:00", customer_code="GIL", kind=kind, channel="回访")
        row = {"case_code": case, "purpose": purpose, "callback_code": code, "department": "工程部"}
        house.add("callback_cases", row | {"opened_at": at("10 09:00")})
        house.event(case, "10 10:00 answered")
        house.event(case, "10 16:00 resolved")


def contacts(house: CallbackHouse, case: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Contacts of a case: rule and occasion → row."""
    return {(row["rule_code"], row["occasion"]): row for row in house.contacts(f"case_code = '{case}'")}


def only(house: CallbackHouse, case: str) -> dict[str, Any]:
    """The one contact of a case."""
    (found,) = contacts(house, case).values()
    return found


@pytest.mark.rule("CB-01")
def test_a_finished_repair_in_the_home_is_called_back_within_two_working_days(house: CallbackHouse) -> None:
    found = only(house, "W-HOME")
    assert (found["rule_code"], found["occasion"], found["customer_code"]) == ("REPAIR", "1", "ANN")
    assert (found["triggered_at"], found["not_before"]) == (at("2 12:00"), at("2 12:00"))
    assert found["due_by"] == at("4 20:00")
    assert (found["channel"], found["channel_reason"]) == ("call", None)
    assert found["explanation"] == {
        "event_at": "2026-11-02T12:00:00+08:00",
        "who": "case",
        "known_on": "2026-11-03",
        "delay_hours": 0,
        "window_working_days": 2,
        "due_on": "2026-11-04",
    }


@pytest.mark.rule("CB-01")
@pytest.mark.parametrize("case", ["W-PUBLIC", "W-BLANK", "W-OURS"])
def test_public_repairs_and_our_own_reports_are_not_called_back(house: CallbackHouse, case: str) -> None:
    assert contacts(house, case) == {}


@pytest.mark.rule("CB-01")
def test_a_repair_nobody_knows_the_place_of_is_said_once(house: CallbackHouse) -> None:
    assert [found for found in house.remarks() if found[0] == "area_unknown"] == [
        ("area_unknown", "case:W-BLANK", {"case": "W-BLANK"})
    ]


def test_nothing_before_the_community_was_served_is_called_back(house: CallbackHouse) -> None:
    assert contacts(house, "W-BEFORE") == {}, "the occurrence was finished in October, whatever was closed later"
    assert contacts(house, "W-SOON") == {}
    found = only(house, "W-SERVED")
    assert (found["community_code"], found["due_by"]) == ("003", at("11 20:00"))


@pytest.mark.rule("CB-02")
def test_a_complaint_is_called_back_the_next_working_day_also_when_nobody_wrote_an_answer(house: CallbackHouse) -> None:
    assert only(house, "K-HANDLED")["due_by"] == at("3 20:00")
    found = only(house, "K-FRIDAY")
    assert (found["triggered_at"], found["due_by"]) == (at("6 10:00"), at("9 20:00"))
    assert only(house, "K-EVENING")["due_by"] == at("9 20:00")


@pytest.mark.rule("CB-02")
def test_what_was_finished_on_a_friday_is_due_on_monday_morning_not_at_the_weekend(house: CallbackHouse) -> None:
    planned = {row["callback_code"]: row["planned_on"] for row in house.callbacks()}
    assert planned[only(house, "K-FRIDAY")["callback_code"]] == on("9")


@pytest.mark.rule("CB-01")
def test_windows_count_the_working_days_of_the_communitys_own_calendar(house: CallbackHouse) -> None:
    found = only(house, "W-CLOCK")
    assert (found["due_by"], found["explanation"]["known_on"]) == (at("8 20:00"), "2026-11-07")


@pytest.mark.rule("CB-01")
def test_a_reopened_case_cancels_its_contact_and_is_called_back_when_it_is_finished_again(house: CallbackHouse) -> None:
    found = contacts(house, "W-AGAIN")
    first, second = found["REPAIR", "1"], found["REPAIR", "2"]
    assert (first["state"], first["closed_reason"], first["closed_at"]) == ("cancelled", "reopened", at("4 07:00"))
    assert (second["triggered_at"], second["due_by"]) == (at("5 09:00"), at("9 20:00"))
    assert "fact_gone" not in first["explanation"]
    callback = {row["callback_code"]: row for row in house.callbacks()}[first["callback_code"]]
    assert (callback["state"], callback["closed_reason"]) == ("cancelled", "reopened")


@pytest.mark.rule("CB-01")
def test_a_case_reopened_before_the_next_plan_is_not_called_back_for_the_first_time(house: CallbackHouse) -> None:
    found = only(house, "W-QUICK")
    assert (found["occasion"], found["triggered_at"]) == ("2", at("4 16:00"))


def test_an_event_that_is_taken_back_takes_its_contact_with_it(house: CallbackHouse) -> None:
    found = only(house, "W-GONE")
    assert (found["state"], found["closed_reason"], found["closed_at"]) == ("cancelled", "reopened", at("6 07:00"))
    assert found["explanation"]["fact_gone"] is True


@pytest.mark.rule("CB-01")
@pytest.mark.parametrize(
    ("case", "former", "reason", "now"),
    [
        ("W-SWAP", "IVY", "customer_gone", "JOE"),
        ("W-FOUND", None, "customer_gone", "JOE"),
        ("W-AREA", "IVY", "reopened", "IVY"),
    ],
)
def test_a_case_that_was_corrected_is_called_about_anew(
    house: CallbackHouse, case: str, former: str | None, reason: str, now: str
) -> None:
    found = contacts(house, case)
    first, second = found["REPAIR", "1"], found["REPAIR", "1b"]
    assert (first["customer_code"], first["state"], first["closed_reason"]) == (former, "cancelled", reason)
    assert (second["customer_code"], second["channel"], second["triggered_at"]) == (now, "call", first["triggered_at"])
    assert len(found) == 2


@pytest.mark.rule("CB-03")
def test_a_correction_is_called_about_when_it_is_done_and_fires_nothing_else(house: CallbackHouse) -> None:
    found = only(house, "GJ-1")
    assert (found["rule_code"], found["triggered_at"]) == ("CORRECTION", at("10 16:00"))
    assert found["due_by"] == at("11 20:00")
    assert contacts(house, "GJ-1-W") == {}


@pytest.mark.rule("CB-07")
def test_a_paid_visit_is_followed_by_a_questionnaire_by_mail(house: CallbackHouse) -> None:
    found = only(house, "Q-1")
    assert (found["rule_code"], found["channel"], found["channel_reason"]) == ("PAID-SERVICE", "mail", "questionnaire")
    assert found["due_by"] == at("16 20:00")
    assert contacts(house, "Q-FREE") == {}
    asked = only(house, "Q-NOMAIL")
    assert (asked["channel"], asked["channel_reason"]) == ("call", None)


@pytest.mark.rule("CB-01")
@pytest.mark.parametrize(
    ("case", "customer", "who"),
    [
        ("W-TENANT", "TENANT", "tenant"),
        ("W-OWNER", "OWNER", "owner"),
        ("W-OLD", "OLD", "owner"),
        ("W-NEW", "NEW", "owner"),
    ],
)
def test_without_a_customer_the_tenant_else_the_owner_of_the_day_it_was_opened_is_called(
    house: CallbackHouse, case: str, customer: str, who: str
) -> None:
    found = only(house, case)
    assert (found["customer_code"], found["explanation"]["who"]) == (customer, who)


@pytest.mark.parametrize(
    ("case", "channel", "reason"),
    [
        ("W-NOBODY", "manager", "no_customer"),
        ("W-DNC", "mail", "do_not_call"),
        ("W-MUTE", "mail", "no_phone"),
        ("W-WRONG", "mail", "bad_number"),
        ("W-DNC0", "call", None),
    ],
)
def test_who_cannot_or_must_not_be_called_gets_a_letter_else_the_manager(
    house: CallbackHouse, case: str, channel: str, reason: str | None
) -> None:
    """W-WRONG's number proved wrong on the 5th; W-DNC0 may be called from then on; W-MUTE had its letter before."""
    found = only(house, case)
    assert (found["channel"], found["channel_reason"]) == (channel, reason)


def test_a_number_lost_meanwhile_turns_the_next_contact_into_a_letter(house: CallbackHouse) -> None:
    found = contacts(house, "W-AGAIN")["REPAIR", "2"]
    assert (found["channel"], found["channel_reason"]) == ("mail", "no_phone")
    callback = {row["callback_code"]: row for row in house.callbacks()}[found["callback_code"]]
    assert callback["channel"] == "mail"


@pytest.mark.parametrize(
    ("case", "missed", "reason"),
    [
        ("W-HOME", "5 07:00", "no_capacity"),
        ("W-FAR", "5 07:00", "no_agent"),
        ("W-TOM", "5 07:00", "not_reached"),
        ("W-UMA", "5 07:00", "not_made"),
        ("W-WRONG", "5 07:00", "no_capacity"),
        ("W-MUTE", "5 07:00", "no_answer_by_mail"),
        ("W-NOBODY", "5 07:00", "not_made"),
        ("K-FRIDAY", "10 07:00", "not_listed"),
        ("W-LATE", "11 07:00", "not_listed"),
    ],
)
def test_a_window_that_passed_is_missed_once_with_its_reason(
    house: CallbackHouse, case: str, missed: str, reason: str
) -> None:
    """Of the days of W-HOME the 3rd has figures: lists were made. W-LATE was missed before anybody heard of it.

    W-HOME's callback stood on a list before the repair was done; W-WRONG's was taken off: the agent was ill.
    """
    found = only(house, case)
    assert (found["missed_at"], found["missed_reason"]) == (at(missed), reason)


def test_service_is_tried_for_five_working_days_more_and_then_given_up(house: CallbackHouse) -> None:
    found = only(house, "W-HOME")
    assert (found["state"], found["closed_at"], found["closed_reason"]) == ("missed", at("12 07:00"), "window_missed")
    late = only(house, "W-LATE")
    assert (late["state"], late["due_by"]) == ("planned", at("5 20:00")), "its days of grace count from the 11th"


def test_a_letter_about_a_paid_visit_has_no_days_of_grace(house: CallbackHouse) -> None:
    found = only(house, "Q-1")
    assert (found["state"], found["missed_at"], found["closed_at"]) == ("missed", at("17 07:00"), at("17 07:00"))
    assert found["missed_reason"] == "no_answer_by_mail"


@pytest.mark.rule("CB-02")
def test_windows_end_where_the_pure_rule_says(house: CallbackHouse) -> None:
    """Two working days (repairs), and none at all (complaints, as the rule stands from the 10th on)."""
    parts = read_parts(("09:00-12:00", "14:00-17:00", "17:00-20:00"))
    days = [on(day) for day in working_days("9", "30")]
    compared = 0
    for n, written in enumerate(FACTS):
        for code, length in ((f"F-{n:02d}", 2), (f"G-{n:02d}", 0)):
            expected = due_by(at(written), length, parts, days, TIME_ZONE)
            assert only(house, code)["due_by"] == expected, (written, length)
            compared += 1
    assert compared == 50


def test_a_customer_has_one_planned_callback_at_a_time(house: CallbackHouse) -> None:
    planned = [row["customer_code"] for row in house.callbacks("state = 'planned' AND customer_code IS NOT NULL")]
    assert len(planned) == len(set(planned)) >= 5
    assert len(house.contacts("customer_code = 'ANN' AND state = 'planned'")) > 20


def test_the_queue_is_empty_but_for_facts_to_come_and_what_was_not_served_is_looked_at_when_it_is(
    house: CallbackHouse,
) -> None:
    assert house.rows("SELECT case_code FROM callback_case_changes") == []
    house.community("004", live_from=None)
    house.case("W-004", "17 08:00", "17 12:00 resolved", community_code="004")
    house.case(
        "W-TO-COME", "17 08:00", "17 12:00 resolved", "19 12:00 reopened", "20 12:00 resolved", customer_code="KIM"
    )
    house.derive("18")
    assert house.rows("SELECT case_code FROM callback_case_changes") == [("W-TO-COME",)] * 3
    assert contacts(house, "W-004") == {}
    assert set(contacts(house, "W-TO-COME")) == {("REPAIR", "1")}
    house.add(
        "callback_progress",
        *(
            {"scope": code, "planned_to": on("18"), "computed_to": at("18 07:00"), "live_from": on("1")}
            for code in ("001", "002")
        ),
    )
    house.setting("live_from", "2026-11-16", "004")
    house.derive("19")
    assert only(house, "W-004")["triggered_at"] == at("17 12:00")
    house.execute("UPDATE settings SET value = '2026-11-18' WHERE community_code = '004'")
    house.derive("20")
    assert (only(house, "W-004")["state"], only(house, "W-004")["closed_reason"]) == ("cancelled", "reopened")
    house.execute("UPDATE settings SET value = '2026-11-16' WHERE community_code = '004'")
    house.derive("23")
    assert contacts(house, "W-004")["REPAIR", "1b"]["state"] == "planned"
    found = contacts(house, "W-TO-COME")
    assert found["REPAIR", "1"]["closed_reason"] == "reopened"
    assert found["REPAIR", "2"]["triggered_at"] == at("20 12:00")
    assert house.rows("SELECT case_code FROM callback_case_changes") == []
    assert house.derive("23") == {}


def test_a_promised_time_keeps_a_contact_open_to_the_end_of_its_day(house: CallbackHouse) -> None:
    house.customer("PAM", "PAM")
    house.case("W-PAM", "20 08:00", "20 12:00 resolved", customer_code="PAM")
    house.derive("24")
    house.execute(
        "UPDATE callbacks SET promised_at = :at, due_by = :due WHERE customer_code = 'PAM'",
        at=at("25 15:00"),
        due=at("25 20:00"),
    )
    house.derive("25")
    assert only(house, "W-PAM")["missed_at"] is None
    assert house.callback("PAM")["due_by"] == at("25 20:00")
    house.derive("26")
    assert only(house, "W-PAM")["missed_at"] == at("26 07:00")


def test_a_day_off_more_moves_open_windows_and_keeps_what_they_were(house: CallbackHouse) -> None:
    house.customer("MAY", "MAY")
    house.case("W-MAY", "26 08:00", "26 12:00 resolved", customer_code="MAY")
    house.derive("27")
    assert only(house, "W-MAY")["due_by"] == at("30 20:00")
    house.add("calendar_days", {"calendar_code": "office", "day": on("30"), "is_working": False})
    house.derive("28")
    found = only(house, "W-MAY")
    assert (found["due_by"], house.callback("MAY")["due_by"]) == (at("12-01 20:00"), at("12-01 20:00"))
    assert (found["explanation"]["due_on"], found["explanation"]["former_due_on"]) == ("2026-12-01", "2026-11-30")


def test_a_rule_switched_off_takes_its_contacts_along_and_one_that_cannot_be_followed_is_left_out(
    house: CallbackHouse,
) -> None:
    house.customer("SUE", "SUE")
    house.case("W-SUE", "27 08:00", "27 12:00 resolved", customer_code="SUE")
    house.paid("W-SUE", ("1", "30.00"))
    house.derive("12-01")
    house.execute("UPDATE callbacks SET attempts = 3, max_attempts = 5 WHERE customer_code = 'SUE'")
    house.rule("REPAIR", enabled=False)
    house.rule("COMPLAINT", repeat="month")
    house.case("K-SUE", "27 08:00", "12-01 12:00 resolved", kind="complaint", customer_code="SUE")
    house.derive("12-02")
    found = contacts(house, "W-SUE")["REPAIR", "1"]
    assert (found["state"], found["closed_reason"]) == ("cancelled", "rule_gone")
    assert house.callback("SUE")["max_attempts"] == 4, "what is left is tried once more"
    assert contacts(house, "K-SUE") == {}
    assert ("rule_unusable", "COMPLAINT", {"rule": "COMPLAINT", "fault": "repeat_of_fact"}) in house.remarks()
    house.rule("COMPLAINT", repeat=None, window_working_days=181)
    house.derive("12-02")
    assert ("rule_unusable", "COMPLAINT", {"rule": "COMPLAINT", "fault": "window_too_long"}) in house.remarks()
    house.rule("COMPLAINT", window_working_days=180)
    house.derive("12-03")
    assert "rule_unusable" not in {kind for kind, _, _ in house.remarks()}


def test_care_and_prospects_end_when_the_customer_was_reached_otherwise_or_is_gone(house: CallbackHouse) -> None:
    calls: dict[str, dict[str, Any]] = {
        "OUT": {"started": "12-02 10:00"},
        "IN": {"started": "12-02 10:00", "direction": "in"},
        "MUFFLED": {"started": "12-02 10:00", "answered": False},
        "EARLY": {"started": "30 10:00"},
        "LATER": {"started": "12-04 10:00"},
        "AWAY": {},
        "PEACE": {},
        "LOST": {},
    }
    for code, call in calls.items():
        house.customer(code, None if code == "LOST" else code, until="12-03" if code == "AWAY" else None)
        _contact(house, code, "prospect" if code == "LOST" else "care")
        if call:
            house.call(f"T-{code}", code, **call)
    house.execute("UPDATE customers SET do_not_call = TRUE WHERE customer_code = 'PEACE'")
    house.execute("UPDATE customers SET customer_type = 'prospect' WHERE customer_code = 'LOST'")
    house.add("dropped_prospects", {"customer_code": "LOST", "dropped_on": on("12-03"), "reason": "not_interested"})
    house.derive("12-04")
    found = {
        row["customer_code"]: (row["state"], row["closed_reason"], row["satisfied_by"])
        for row in house.contacts("subject LIKE 'customer:%'")
    }
    assert found == {
        "OUT": ("satisfied", "satisfied", "call:T-OUT"),
        "IN": ("planned", None, None),
        "MUFFLED": ("planned", None, None),
        "EARLY": ("planned", None, None),
        "LATER": ("planned", None, None),
        "AWAY": ("cancelled", "customer_gone", None),
        "PEACE": ("cancelled", "do_not_call", None),
        "LOST": ("cancelled", "dropped", None),
    }
    closed = {row["customer_code"]: row["closed_reason"] for row in house.callbacks("rules IN ('CARE', 'PROSPECT')")}
    assert {code: reason for code, (_, reason, _) in found.items()} == closed
    assert house.derive("12-04") == {}


def _contact(house: CallbackHouse, customer: str, trigger: str) -> None:
    """A contact of December that a period made due on the 1st, and its callback."""
    window = {"not_before": at("12-01 00:00"), "due_by": at("12-08 20:00")}
    place = {"customer_code": customer, "community_code": "001" if trigger == "care" else None}
    code, rule = f"H261201-{customer}", trigger.upper()
    house.add("callbacks", place | window | {"callback_code": code, "rules": rule, "state": "planned"})
    house.add(
        "callback_contacts",
        place
        | window
        | {"rule_code": rule, "subject": f"customer:{customer}", "occasion": "2026-12", "trigger": trigger}
        | {"triggered_at": at("12-01 00:00"), "priority": 60, "max_attempts": 3, "channel": "call"}
        | {"state": "planned", "callback_code": code, "explanation": {}},
    )
