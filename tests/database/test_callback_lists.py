"""Lists of callbacks: who calls whom today, within capacity, hours and parts; absence; warnings (CB-04, CB-11)."""

from __future__ import annotations

from typing import Any

import pytest

from guanjia.pipelines.scheduled_callbacks.agents import prepare_agents
from guanjia.pipelines.scheduled_callbacks.calling_days import prepare_days
from guanjia.pipelines.scheduled_callbacks.served import begin, day_of
from tests.conftest import Database
from tests.database.callback_house import COMMUNITY, CallbackHouse, at, callback_house, on


@pytest.fixture
def house(database: Database) -> CallbackHouse:
    return callback_house(database)


def prepared(house: CallbackHouse, first: str, last: str) -> tuple[dict[tuple[str, str], Any], dict[str, list[int]]]:
    """Parts and capacity by agent and day; slots by scope, day for day."""
    with house.database.transaction() as tx:
        now = begin(tx, at(f"{first} 07:00"))
        prepare_days(tx, day_of(now), on(last))
        prepare_agents(tx, now, day_of(now), on(last))
        agents = {
            (row.staff_code, row.day.isoformat()[5:]): (row.mask, row.capacity)
            for row in tx.exec_driver_sql("SELECT staff_code, day, mask, capacity FROM calling_agents")
        }
        slots: dict[str, list[int]] = {}
        for row in tx.exec_driver_sql("SELECT scope, slots FROM calling_slots ORDER BY scope, day"):
            slots.setdefault(row.scope, []).append(row.slots)
        return agents, slots


@pytest.mark.rule("CB-04")
def test_agents_call_on_days_and_hours_they_are_rostered(house: CallbackHouse) -> None:
    house.community("002")
    house.community("003")
    house.setting("callbacks_per_day", "30", "003")
    house.agent("A1", shifts=["16", "17"])
    house.agent("A2", shifts=["16"], hours="08:30-17:30")
    house.shifts("A2", "17", hours="22:00-09:40")  # a night, until Wednesday morning
    house.agent("A3", shifts=["16", "17"], hours="11:45-20:00")
    house.attendance("A3", "17", "leave")
    house.agent("B1", "002", left_on=on("16"))  # no roster in 002: all who are employed
    house.agent("K1", None, shifts=["16", "18"])

    agents, slots = prepared(house, "16", "18")

    assert agents == {
        ("A1", "11-16"): (7, 40),
        ("A1", "11-17"): (7, 40),
        ("A2", "11-16"): (7, 40),
        ("A2", "11-18"): (1, 40),
        ("A3", "11-16"): (6, 40),
        ("B1", "11-16"): (7, 40),
        ("K1", "11-16"): (7, 30),
        ("K1", "11-18"): (7, 30),
    }
    assert slots == {"001": [3, 1, 1], "002": [1, 0, 1], "003": [1, 0, 1], "prospects": [1, 0, 1]}


FRIDAY, MONDAY = "20", "23"


def planned(house: CallbackHouse, *numbers: int, community: Any = COMMUNITY, **values: Any) -> list[str]:
    """Callbacks of customers 1, 2 …, planned today with days to go unless said otherwise; their codes."""
    rows = []
    for n in numbers:
        row = {"callback_code": f"H{n:03}", "rules": "CARE", "customer_code": f"C{n:03}", "community_code": community}
        window = {"not_before": at("20 00:00"), "due_by": at("30 20:00"), "planned_on": on("20")}
        rows.append(row | window | {"state": "planned", "priority": 60} | values)
    known = {code for (code,) in house.rows("SELECT customer_code FROM customers")}
    for row in rows:
        if row["customer_code"] not in known:
            house.customer(str(row["customer_code"]))
    house.add("callbacks", *rows)
    return [str(row["callback_code"]) for row in rows]


def lines(house: CallbackHouse, day: str = FRIDAY) -> dict[str, list[str]]:
    """Agent → callbacks in their order."""
    found: dict[str, list[str]] = {}
    standing = house.lists(day)
    assert len({(row["staff_code"], row["position"]) for row in standing}) == len(standing)
    for row in standing:
        found.setdefault(row["staff_code"], []).append(row["callback_code"])
    return found


def listed(house: CallbackHouse, clock: str = "07:00", day: str = FRIDAY) -> dict[str, int]:
    return house.step("listing", "make_lists", f"{day} {clock}")


def line(house: CallbackHouse, code: str, *columns: str) -> tuple[Any, ...]:
    (row,) = house.lists(where=f"callback_code = '{code}'")
    return tuple(row[name] for name in columns)


@pytest.mark.rule("CB-04")
def test_a_days_lists_keep_room_hours_and_evenness_and_the_urgent_go_first(house: CallbackHouse) -> None:
    house.setting("callbacks_per_day", "5")
    for code in ("A1", "A2", "A3"):
        house.agent(code, shifts=[FRIDAY])
    house.agent("A4", shifts=[FRIDAY], hours="09:00-13:00")
    planned(house, *range(1, 11))
    planned(house, 11, planned_on=on("19"), due_by=at("26 20:00"))
    planned(house, 12, planned_on=on("18"), due_by=at("25 20:00"))
    planned(house, 13, due_by=at("20 20:00"))  # its last day: three tries
    past = {"not_before": at("18 00:00"), "due_by": at("19 20:00"), "missed_at": at("20 07:00"), "planned_on": on("18")}
    planned(house, 14, attempts=1, used_parts="1", **past)
    planned(house, 15, not_before=at("20 18:30"), planned_on=on("19"))
    planned(house, 16, not_before=at("20 19:40"))  # too little is left of the last part
    planned(house, 17, channel="mail")
    planned(house, 18, state="cancelled", closed_at=at("20 06:00"), closed_reason="reopened")
    planned(house, 19, next_from=at("23 09:00"), attempts=1, used_parts="1", last_attempt_at=at("19 19:00"))
    house.community("002", live_from=None)
    planned(house, 20, community="002")

    assert listed(house) == {"listed": 15}
    found = house.lists(FRIDAY)

    assert len(found) == 15
    assert {row["callback_code"] for row in found} == {f"H{n:03}" for n in range(1, 16)}
    for staff in ("A1", "A2", "A3", "A4"):
        assert sum(row["tries"] for row in found if row["staff_code"] == staff) <= 5
    assert line(house, "H013", "tries", "parts", "is_carried_over") == (3, "1,2,3", False)
    assert line(house, "H014", "tries", "parts", "is_carried_over") == (2, "2,3", True)
    assert line(house, "H015", "tries", "parts") == (1, "3")
    assert {row["parts"] for row in found if row["staff_code"] == "A4"} == {"1"}
    assert line(house, "H012", "why_agent", "edition") == ("even", 1)
    assert {row["staff_code"] for row in house.callbacks("state = 'planned' AND staff_code IS NOT NULL")} == {
        row["staff_code"] for row in found
    }
    assert listed(house) == listed(house, "15:00") == {}, "again: nothing"


@pytest.mark.rule("CB-04")
def test_what_finds_no_room_keeps_its_window_and_goes_first_tomorrow(house: CallbackHouse) -> None:
    house.setting("callbacks_per_day", "2")
    house.agent("A1", shifts=[FRIDAY, MONDAY])
    codes = planned(house, 1, 2, 3, 4, 5)
    listed(house)
    assert lines(house) == {"A1": codes[:2]}
    assert house.callbacks("callback_code = 'H003'")[0]["staff_code"] is None

    house.execute(
        "UPDATE callbacks SET state = 'reached', closed_at = :t WHERE callback_code <= 'H002'", t=at("20 10:00")
    )
    planned(house, 6, due_by=at("27 20:00"), planned_on=on(MONDAY))
    assert listed(house, day="21") == {}, "nobody is called on Saturday"
    listed(house, day=MONDAY)

    assert lines(house, MONDAY) == {"A1": codes[2:4]}
    assert [row["is_carried_over"] for row in house.lists(MONDAY)] == [True, True]
    assert [row[0] for row in house.rows("SELECT listed_to FROM callback_progress")] == []


@pytest.mark.rule("CB-04")
def test_the_agent_the_customer_knows_calls_and_promises_keep_their_time(house: CallbackHouse) -> None:
    for code in ("A1", "A2", "A3"):
        house.agent(code, shifts=[FRIDAY])
    house.shifts("A1", "19")
    for n in (1, 2, 3, 4, 5):
        house.customer(f"C{n:03}")
    house.call("K1", "C001", "18 10:00", staff="A3")
    house.call("K2", "C001", "19 10:00", staff="A2", direction="in")
    house.call("K3", "C001", "19 11:00", staff="A1", answered=False)
    house.call("K4", "C001", "20 11:00", staff="A1")  # later than the run
    planned(house, 1, 2, 3)
    tried = {"planned_on": on("18"), "last_attempt_at": at("19 10:00")}
    planned(house, 4, promised_at=at("20 15:30"), next_from=at("20 15:30"), promises=1, used_parts="2", **tried)
    planned(house, 5, promised_at=at("19 15:30"), next_from=at("19 15:30"), promises=1, **tried)
    house.result("H004", "19 10:00", "call_later", staff="A3", call_later="20 15:30")
    house.result("H005", "19 10:00", "call_later", staff="A3", call_later="19 15:30")
    attempt = {"attempted_at": at("19 10:00"), "edition": 1, "staff_code": "A3", "outcome": "call_later"}
    judged = {"verdict": "counted", "content_digest": "x", "judged_at": at("19 21:00")}
    house.add("callback_attempts", *({"callback_code": code} | attempt | judged for code in ("H004", "H005")))
    house.agent("LATE", None, shifts=[FRIDAY], hours="14:00-20:00")
    house.community("002")
    house.agent("B1", "002", shifts=[FRIDAY], hours="14:00-20:00")
    planned(house, 6, promised_at=at("20 09:30"), next_from=at("20 09:30"), promises=1, community_code="002", **tried)

    assert listed(house)["broken_promises"] == 1

    assert line(house, "H001", "staff_code", "why_agent") == ("A2", "familiar")
    assert line(house, "H004", "staff_code", "why_agent", "parts", "call_at") == (
        "A3",
        "promised",
        "2",
        at("20 15:30"),
    )
    assert line(house, "H005", "staff_code", "why_agent", "call_at") == ("A3", "familiar", None)
    assert house.callbacks("callback_code = 'H001'")[0]["familiar_code"] == "A2"
    assert [kind for kind, _subject, _detail in house.remarks()] == ["promise_broken"]
    absent = ("even", "2,3", None)
    assert line(house, "H006", "why_agent", "parts", "call_at") == absent, "nobody is there at 09:30, so afterwards"
    # In an agent's list what can be tried at once stands before what is promised for the afternoon.
    assert lines(house)["A3"][-1] == "H004"


@pytest.mark.rule("CB-11")
def test_when_an_agent_is_away_others_call_the_same_day_with_the_room_they_have(house: CallbackHouse) -> None:
    house.setting("callbacks_per_day", "4")
    for code in ("A1", "A2", "A3"):
        house.agent(code, shifts=[FRIDAY, MONDAY, "24"])
    house.agent("K1", None, shifts=[FRIDAY], hours="09:00-13:00")
    planned(house, *range(1, 9))
    planned(house, 9, due_by=at("20 20:00"), max_attempts=1)
    listed(house)
    assert {code: len(found) for code, found in lines(house).items()} == {"A1": 3, "A2": 3, "A3": 3}
    (later,) = line(house, "H009", "staff_code")
    ill, other = sorted({"A1", "A2", "A3"} - {later})
    house.execute("UPDATE callback_lists SET told_at = :t", t=at("20 07:10"))
    taken = lines(house)[ill]
    house.result(taken[0], "20 09:10", "no_answer", staff=ill)

    assert house.step("absence", "reassign", "20 09:30") == {}
    house.attendance(ill, FRIDAY, "leave")
    assert house.step("absence", "reassign", "20 12:30") == {"withdrawn": 2, "reassigned": 2}

    now = lines(house)
    assert now[ill] == taken[:1], "what was tried stays where it was tried"
    assert {code: len(found) for code, found in now.items()} == {ill: 1, other: 4, later: 4}
    assert line(house, taken[1], "why_agent", "edition", "parts") == ("reassigned", 2, "2,3")
    assert house.callbacks(f"callback_code = '{taken[1]}'")[0]["staff_code"] in (other, later)
    assert house.step("telling", "tell", "20 12:30")["withdrawn_told"] == 2
    warned_off = "SELECT recipient, subject FROM messages WHERE kind = 'callback_withdrawn'"
    assert house.rows(warned_off) == [(f"{ill.lower()}@example.com", "请勿再拨：2 位客户已转他人")]
    assert house.step("absence", "reassign", "20 13:00") == house.step("telling", "tell", "20 13:00") == {}

    house.execute("UPDATE staff SET left_on = :day WHERE staff_code = :code", day=on("19"), code=later)
    found = house.step("absence", "reassign", "20 14:00")
    assert found == {"withdrawn": 4, "warned": 1}, "nobody has room: three can wait, H009 cannot"
    assert warned(house) == [("H009", "11-23", "no_capacity")]
    house.attendance(ill, FRIDAY, "present")
    assert house.step("absence", "reassign", "20 14:30")["reassigned"] == 3
    assert len(lines(house)[ill]) == 4
    assert line(house, "H009", "staff_code") == (ill,), "what ends today goes first"


@pytest.mark.rule("CB-04")
def test_the_companys_agents_serve_who_has_none_prospects_and_what_does_not_fit(house: CallbackHouse) -> None:
    house.setting("callbacks_per_day", "2")
    house.community("002")
    house.community("003", working_calendar="round_the_clock")
    house.agent("A1", shifts=[FRIDAY])
    house.agent("K1", None, shifts=[FRIDAY, "21"])
    house.agent("K2", None, shifts=[FRIDAY])
    planned(house, 1, 2, 3)
    planned(house, 4, community="002")
    planned(house, 5, community=None, due_by=at("24 20:00"))

    listed(house)

    assert lines(house)["A1"] == ["H001", "H002"]
    assert sorted(lines(house)["K1"] + lines(house)["K2"]) == ["H003", "H004", "H005"]
    planned(house, 6, community="003")
    house.attendance("K1", "21", "absent")
    assert listed(house, day="21") == {"no_agents": 1}
    assert house.remarks() == [("no_agent", "003/2026-11-21", {"scope": "003", "day": "2026-11-21", "callbacks": 1})]


def warned(house: CallbackHouse) -> list[tuple[str, str | None, str]]:
    return [
        (code, reckoned_on.isoformat()[5:] if reckoned_on else None, reason)
        for code, reckoned_on, reason in house.rows(
            "SELECT callback_code, reckoned_on, reason FROM callback_warnings ORDER BY warned_at, callback_code"
        )
    ]


@pytest.mark.rule("CB-04")
def test_what_would_miss_its_window_is_warned_of_before_it_does(house: CallbackHouse) -> None:
    house.setting("callbacks_per_day", "2")
    house.community("002")
    house.agent("A1", shifts=[FRIDAY, MONDAY, "24", "25"])
    house.agent("B1", "002", shifts=["18"])  # a roster, but nobody on it from Friday on
    planned(house, 1, 2, due_by=at("20 20:00"), max_attempts=1)
    planned(house, 3, 4, 5, 6, due_by=at("24 20:00"))
    planned(house, 7, due_by=at("24 20:00"), priority=70)
    planned(house, 8, due_by=at("25 20:00"), not_before=at("21 00:00"))
    planned(house, 9, due_by=at("26 20:00"), not_before=at("26 00:00"))
    planned(house, 10, community="002", due_by=at("23 20:00"))
    planned(house, 11, community="002", due_by=at("20 12:00"), not_before=at("19 00:00"), missed_at=at("20 06:00"))

    house.community("003")  # served by the company, but no calls a day are allowed
    house.setting("callbacks_per_day", "0", "003")
    house.agent("K1", None, shifts=[FRIDAY, MONDAY, "24", "25"], hours="20:30-22:00")
    planned(house, 12, community="003", due_by=at("23 20:00"))

    listed(house)
    assert lines(house) == {"A1": ["H001", "H002"]}
    # Room for two calls a day: H003 and H004 on Monday, H005 and H006 on Tuesday, H007 and H008 on Wednesday.
    assert house.step("warnings", "warn", "20 07:00") == {"warned": 4}
    assert warned(house) == [
        ("H007", "11-25", "no_capacity"),
        ("H009", "12-01", "no_agent"),  # December has no roster yet
        ("H010", "12-01", "no_agent"),
        ("H012", None, "no_agent"),
    ]
    assert house.step("warnings", "warn", "20 15:00") == {}
    assert house.step("warnings", "warn", "21 07:00") == {}, "Saturday"

    house.execute("UPDATE callbacks SET attempts = 2, used_parts = '1,2' WHERE callback_code = 'H003'")
    house.execute(
        "UPDATE callbacks SET state = 'reached', closed_at = :t WHERE callback_code <= 'H002'", t=at("20 10:00")
    )
    listed(house, day="24")
    house.step("warnings", "warn", "24 07:00")
    assert warned(house)[4:] == [
        ("H003", "11-24", "last_day"),
        ("H005", "11-25", "no_capacity"),
        ("H006", "11-25", "no_capacity"),
        ("H008", "12-01", "no_capacity"),
    ]
