"""Periods, prospects and merging (CB-04, 05, 06): who is called once a period, on which day, and in whose conversation.

One story from 1 November to 31 December 2026; all tests look at what it left behind. November has 21 calling days, the
quarter's rest 44. Two agents of 001 are there every calling day of both months; 002 is served from 16 November.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from guanjia.domain.even_shares import share_of_day
from guanjia.settings import TIME_ZONE
from tests.conftest import Database
from tests.database.callback_house import CallbackHouse, at, callback_house, on, working_days

YOUNG, OLD = 33, 50
NOVEMBER = working_days("2", "30")
DECEMBER = working_days("12-01", "12-31")


@pytest.fixture(scope="module")
def house(module_database: Database) -> Iterator[CallbackHouse]:
    found = callback_house(module_database)
    found.community("002", live_from="16")
    found.rule("YEAR-END", repeat=None)
    for agent in ("A1", "A2"):
        found.agent(agent, shifts=[*NOVEMBER, *DECEMBER])
    found.customers("YOUNG", YOUNG, since="2026-03-01")
    found.customers("OLD", OLD)
    _people(found)
    _prospects(found)
    found.step("planning", "plan_callbacks", "2 07:00")
    _facts_of_november(found)
    found.plan("4")
    with found.database.transaction("owner") as tx:
        tx.execute(
            text(
                "CREATE TABLE seen_callbacks AS SELECT callback_code, rules, case_codes, not_before, due_by, priority, "
                "state FROM callbacks WHERE callback_code = 'H261104-BOTH'; GRANT SELECT ON seen_callbacks TO PUBLIC"
            )
        )
    found.plan("13")
    found.result("H261113-ANCHOR", "13 10:00", "refused", comment="已购他处")
    found.plan("30")
    _facts_of_december(found)
    found.plan("12-31")
    yield found


def _people(house: CallbackHouse) -> None:
    house.customer("DAY364", "U1", since="2025-11-02")
    house.customer("DAY365", "U2", since="2025-11-01")
    house.customer("STARTS", "U3", since="2020-01-01", service_start=on("2026-10-20"))
    house.customer("LATER", "U4", since="11-02")
    house.customer("ENDS", "U5", since="2026-03-01", until="12-05")
    house.customer("GONE", "U6", since="2026-03-01", until="10-31")
    house.customer("DNC", "U7", do_not_call=True)
    house.customer("DNC0", "U8", do_not_call=True, email=None)
    house.customer("MUTE", "U9", since="2026-03-01", phone=None)
    house.customer("MUTE0", "U10", since="2026-03-01", phone=None, email=None)
    house.customer("CALLED", "U11")
    house.customer("CALLED-US", "U12")
    house.customer("UNHEARD", "U13")
    house.customer("TWO", "U14", since="2026-03-05")
    house.occupancy("V1", "TWO", community="002", since="2026-03-01")
    house.customer("SECOND", "V2", community="002", since="2026-03-01")
    house.customer("BOTH", "U15", since="2026-03-01")
    house.call("C1", "CALLED", "10-05 10:00")
    house.call("C2", "CALLED-US", "10-05 10:00", direction="in")
    house.call("C3", "UNHEARD", "10-05 10:00", answered=False)


def _prospects(house: CallbackHouse) -> None:
    house.prospect("WARM")
    house.prospect("ANCHOR")
    house.call("P1", "ANCHOR", "10-30 10:00")
    house.prospect("COLD", interested=False)
    house.prospect("BLANK", interested=None)
    house.prospect("REASON", dropped_reason="已购")
    house.prospect("NUMBERLESS", phone=None)
    house.prospect("SILENT", do_not_call=True)


def _facts_of_november(house: CallbackHouse) -> None:
    house.case("W-BOTH", "3 08:00", "3 12:00 resolved", customer_code="BOTH")
    house.case("K-BOTH", "3 08:00", "3 15:00 answered", kind="complaint", customer_code="BOTH")
    house.execute("UPDATE customers SET interested = TRUE WHERE customer_code = 'COLD'")


def _facts_of_december(house: CallbackHouse) -> None:
    house.case("W-YEAR", "12-14 08:00", "12-15 12:00 resolved", customer_code="OLD0001")


def contacts(house: CallbackHouse, customer: str, trigger: str = "care") -> list[dict[str, Any]]:
    return house.contacts(f"customer_code = '{customer}' AND trigger = '{trigger}'")


def occasions(house: CallbackHouse, customer: str, trigger: str = "care") -> list[tuple[str, str]]:
    return [(each["rule_code"], each["occasion"]) for each in contacts(house, customer, trigger)]


def day_of(contact: dict[str, Any]) -> date:
    day: date = contact["not_before"].astimezone(TIME_ZONE).date()
    return day


def by_day(found: list[dict[str, Any]]) -> Counter[date]:
    return Counter(day_of(each) for each in found)


def even(left: int, days: list[str], slots: int = 2) -> dict[date, int]:
    """What the pure rule gives each of some days on which nobody drops out."""
    shares = {}
    for n, day in enumerate(days):
        shares[on(day)] = share_of_day(left, slots, slots * (len(days) - n))
        left -= shares[on(day)]
    return {day: share for day, share in shares.items() if share}


@pytest.mark.rule("CB-04")
def test_care_of_the_first_year_is_monthly_and_spread_over_the_months_calling_days(house: CallbackHouse) -> None:
    for period, days in (("2026-11", NOVEMBER), ("2026-12", DECEMBER)):
        found = house.contacts(f"customer_code LIKE 'YOUNG%' AND occasion = '{period}'")
        assert len(found) == len({each["customer_code"] for each in found}) == YOUNG
        assert {each["rule_code"] for each in found} == {"CARE-FIRST-YEAR"}
        of_all = house.contacts(
            f"rule_code = 'CARE-FIRST-YEAR' AND occasion = '{period}' AND channel = 'call' AND community_code = '001'"
        )
        expected = even(len(of_all), days)
        assert by_day(of_all) == expected and max(expected.values()) - min(expected.values()) <= 1


@pytest.mark.rule("CB-04")
def test_care_of_older_customers_is_quarterly_and_spread_over_what_is_left_of_the_quarter(house: CallbackHouse) -> None:
    found = house.contacts("rule_code = 'CARE' AND channel = 'call' AND community_code = '001'")
    assert {each["occasion"] for each in found} == {"2026-Q4"}
    assert len(found) == len({each["customer_code"] for each in found})
    assert {f"OLD{n:04d}" for n in range(1, OLD + 1)} < {each["customer_code"] for each in found}
    per_day = by_day(found)
    assert max(per_day.values()) - min(per_day[on(day)] for day in (*NOVEMBER, *DECEMBER)) <= 1


@pytest.mark.rule("CB-04")
@pytest.mark.parametrize(
    ("customer", "expected"),
    [
        ("DAY364", [("CARE", "2026-Q4"), ("CARE-FIRST-YEAR", "2026-11")]),
        ("DAY365", [("CARE", "2026-Q4")]),
        ("STARTS", [("CARE-FIRST-YEAR", "2026-11"), ("CARE-FIRST-YEAR", "2026-12")]),
        ("LATER", [("CARE-FIRST-YEAR", "2026-12")]),
        ("GONE", []),
        ("DNC", []),
        ("CALLED", []),
        ("CALLED-US", [("CARE", "2026-Q4")]),
        ("UNHEARD", [("CARE", "2026-Q4")]),
    ],
)
def test_who_is_cared_for_and_how_often(house: CallbackHouse, customer: str, expected: list[tuple[str, str]]) -> None:
    assert occasions(house, customer) == expected


@pytest.mark.rule("CB-04")
def test_a_customer_of_several_units_belongs_to_the_community_lived_in_first(house: CallbackHouse) -> None:
    assert [each["community_code"] for each in contacts(house, "TWO")][-1] == "002"
    assert len(contacts(house, "TWO")) == 2


@pytest.mark.rule("CB-04")
def test_a_community_served_in_the_middle_of_a_month_shares_what_is_left_of_it(house: CallbackHouse) -> None:
    (first, second) = contacts(house, "SECOND")
    assert first["occasion"] == "2026-11" and on("16") <= day_of(first) <= on("30")
    assert second["occasion"] == "2026-12"


@pytest.mark.rule("CB-04")
def test_who_has_no_number_gets_a_letter_else_stands_on_the_managers_list(house: CallbackHouse) -> None:
    for customer, channel in (("MUTE", "mail"), ("MUTE0", "manager")):
        assert {(each["channel"], each["channel_reason"]) for each in contacts(house, customer)} == {
            (channel, "no_phone")
        }
    assert [each["callback_code"][0] for each in contacts(house, "MUTE")] == ["M", "M"]
    assert [each["callback_code"][0] for each in contacts(house, "MUTE0")] == ["L", "L"]


@pytest.mark.rule("CB-04")
def test_care_never_runs_over_the_end_of_its_period(house: CallbackHouse) -> None:
    for each in house.contacts("trigger = 'care' AND occasion LIKE '2026-1%'"):
        assert each["due_by"].astimezone(TIME_ZONE).strftime("%Y-%m") == each["occasion"]
    long = [each for each in house.contacts("rule_code = 'CARE'") if day_of(each) == on("2")]
    assert {each["due_by"].astimezone(TIME_ZONE).strftime("%m-%d %H:%M") for each in long} == {"11-09 20:00"}


@pytest.mark.rule("CB-05")
def test_interested_prospects_are_called_every_fortnight_from_the_last_time(house: CallbackHouse) -> None:
    days = [day_of(each) for each in contacts(house, "WARM", "prospect")]
    closed = [each["closed_at"].astimezone(TIME_ZONE).date() for each in contacts(house, "WARM", "prospect")[:-1]]
    assert len(days) >= 3 and on("2") <= days[0] <= on("13")
    for before, next_day in zip(closed, days[1:], strict=True):
        due = before + timedelta(days=14)
        assert next_day == due + timedelta(days=max(0, due.isoweekday() - 5) and 8 - due.isoweekday())


@pytest.mark.rule("CB-05")
def test_who_was_reached_lately_waits_a_fortnight_from_then(house: CallbackHouse) -> None:
    first, *others = contacts(house, "ANCHOR", "prospect")
    assert day_of(first) == on("13")
    how = {"how": "repeat", "last_on": "2026-10-30", "days": 14}
    assert first["explanation"] == how | {"window_working_days": 3, "due_on": "2026-11-18"}
    assert not others, "refused"


@pytest.mark.rule("CB-05")
def test_prospects_without_interest_stand_on_the_dropped_list_with_the_reason(house: CallbackHouse) -> None:
    found = house.rows("SELECT customer_code, reason, words, dropped_on, returned_on FROM dropped_prospects ORDER BY 1")
    assert found == [
        ("ANCHOR", "refused", "已购他处", on("13"), None),
        ("BLANK", "interest_unknown", None, on("1"), None),
        ("COLD", "not_interested", None, on("1"), on("3")),
        ("NUMBERLESS", "unreachable", None, on("1"), None),
        ("REASON", "register", "已购", on("1"), None),
    ]
    assert not house.contacts("customer_code IN ('BLANK', 'NUMBERLESS', 'REASON', 'SILENT')")
    assert contacts(house, "COLD", "prospect"), "interested again"


@pytest.mark.rule("CB-06")
def test_at_the_years_end_every_customer_in_occupancy_is_contacted_once(house: CallbackHouse) -> None:
    found = house.contacts("trigger = 'year_end'")
    customers = {each["customer_code"] for each in found}
    assert len(found) == len(customers)
    assert {each["occasion"] for each in found} == {"2026"}
    living = {
        code
        for (code,) in house.rows(
            "SELECT customer_code FROM occupancies WHERE start_date <= '2026-12-31' "
            "AND coalesce(end_date >= '2026-12-31', TRUE)"
        )
    }
    assert living <= customers <= living | {"ENDS"}
    assert all(on("12-01") <= day_of(each) <= on("12-31") for each in found)


@pytest.mark.rule("CB-06")
def test_the_years_end_goes_by_mail_or_manager_to_who_must_not_be_called(house: CallbackHouse) -> None:
    assert [(each["channel"], each["channel_reason"]) for each in contacts(house, "DNC", "year_end")] == [
        ("mail", "do_not_call")
    ]
    assert [(each["channel"], each["channel_reason"]) for each in contacts(house, "DNC0", "year_end")] == [
        ("manager", "do_not_call")
    ]


@pytest.mark.rule("CB-06")
def test_the_years_end_joins_a_conversation_that_is_planned_anyway_and_its_days_stay_even(house: CallbackHouse) -> None:
    found = house.contacts("trigger = 'year_end' AND channel = 'call' AND community_code = '001'")
    joined = by_day([each for each in found if each["explanation"]["how"] == "joined"])
    assert sum(joined.values()) > len(found) / 2
    left = len(found)
    for n, day in enumerate(map(on, DECEMBER)):
        share = share_of_day(left, 2, 2 * (len(DECEMBER) - n))
        assert by_day(found)[day] == max(share, joined[day]), day
        left -= by_day(found)[day]
    for callback in house.callbacks("rules LIKE '%CARE%' AND planned_on BETWEEN '2026-12-01' AND '2026-12-31'"):
        others = house.contacts(f"customer_code = '{callback['customer_code']}' AND trigger = 'year_end'")
        assert others and others[0]["not_before"] <= callback["due_by"]


@pytest.mark.rule("CB-04")
def test_what_is_due_of_one_customer_is_one_conversation_with_the_earlier_window(house: CallbackHouse) -> None:
    (repair,) = house.contacts("case_code = 'W-BOTH'")
    (complaint,) = house.contacts("case_code = 'K-BOTH'")
    assert repair["callback_code"] == complaint["callback_code"] == "H261104-BOTH"
    assert house.rows("SELECT * FROM seen_callbacks") == [
        ("H261104-BOTH", "COMPLAINT,REPAIR", "K-BOTH,W-BOTH", at("3 15:00"), at("4 20:00"), 10, "planned")
    ]


def test_a_callback_ends_with_its_last_contact_for_its_reason(house: CallbackHouse) -> None:
    (both,) = house.callbacks("callback_code = 'H261104-BOTH'")
    assert (both["state"], both["closed_reason"]) == ("cancelled", "window_missed")
    assert not house.rows(
        "SELECT b.callback_code FROM callbacks AS b LEFT JOIN callback_contacts AS k "
        "ON b.callback_code = k.callback_code AND k.state = 'planned' "
        "GROUP BY b.callback_code HAVING (b.state = 'planned') <> (count(k.rule_code) > 0)"
    )


def test_planned_again_nothing_is_written(house: CallbackHouse) -> None:
    before = house.everything()
    assert house.plan("12-31") == {}
    assert house.everything() == before


@pytest.mark.rule("CB-04", "CB-05")
def test_a_day_off_more_moves_the_windows_of_care_and_prospects_within_their_period(house: CallbackHouse) -> None:
    house.plan("2027-01-06")
    of_today = "not_before = '2027-01-06 00:00+08' AND trigger = 'care'"
    assert {row["due_by"] for row in house.contacts(of_today)} == {at("2027-01-13 20:00")}
    house.add("calendar_days", {"calendar_code": "office", "day": on("2027-01-13"), "is_working": False})
    house.plan("2027-01-07")
    assert {row["due_by"] for row in house.contacts(of_today)} == {at("2027-01-14 20:00")}


def test_a_prospect_who_is_back_after_months_is_called_whatever_call_there_was_in_between(house: CallbackHouse) -> None:
    house.prospect("BACK")
    house.call("P2", "BACK", "25 10:00")
    then = {"not_before": at("10-01 00:00"), "due_by": at("10-06 20:00"), "closed_at": at("10-07 07:00")}
    callback = {"callback_code": "H261001-BACK", "customer_code": "BACK"}
    house.add("callbacks", then | callback | {"rules": "PROSPECT", "state": "cancelled"})
    what = {"rule_code": "PROSPECT", "subject": "customer:BACK", "occasion": "2026-10-01", "trigger": "prospect"}
    how = {"triggered_at": at("10-01 00:00"), "priority": 50, "max_attempts": 3, "channel": "call", "explanation": {}}
    missed = {"state": "missed", "missed_at": at("10-07 07:00"), "missed_reason": "not_listed"}
    house.add("callback_contacts", then | callback | what | how | missed)
    for day in ("2027-01-08", "2027-01-11"):
        house.plan(day)
    assert [row["state"] for row in contacts(house, "BACK", "prospect")] == ["missed", "planned"]
