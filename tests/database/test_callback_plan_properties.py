"""Whatever the company and its history: days left out are like daily runs, one voice, nothing twice, even shares.

Each company is played twice in the same database: every morning, and with an outage. Results of calls made during the
outage come in either way; what they were, the draw decides.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from guanjia.domain.even_shares import share_of_day
from guanjia.settings import TIME_ZONE
from tests.conftest import Database
from tests.database.callback_house import CallbackHouse
from tests.support.examples import examples

FIRST, OUTAGE, LAST = 2, 5, 10
"""Days of November 2026: the first run, the last before the outage, the one after it."""

COMMUNITIES = ("001", "002")
STEPS = (("results", "take_results"), ("closing_loop", "close_loop"), ("planning", "plan_callbacks"))
OUTCOMES = ("reached", "no_answer", "busy", "refused", "call_later", "wrong_number")
TABLES = (
    "callbacks",
    "callback_progress",
    "callback_case_changes",
    "settings",
    "communities",
    "customers",
    "staff",
)
OF_CASES = ("answered", "resolved", "closed", "reopened")
clocks = st.sampled_from(("08:30", "09:30", "12:30", "15:00", "18:30", "21:00"))
some_days = st.integers(FIRST - 3, LAST)


def written(day: int, clock: str) -> str:
    return f"{date(2026, 11, 1) + timedelta(days=day - 1):%Y-%m-%d} {clock}"


@dataclass(frozen=True)
class World:
    """A company and what happens to it."""

    live_from: tuple[str, str]
    customers: tuple[dict[str, Any], ...]
    shifts: frozenset[tuple[int, str]]
    """Agent and day."""
    cases: tuple[tuple[dict[str, Any], tuple[str, ...]], ...]
    calls: tuple[tuple[int, str], ...]
    results: tuple[tuple[int, str, str, str], ...]
    """Which of the callbacks planned before the outage, when, how it went, and what the customer asked for."""


@st.composite
def customers(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(("owner", "owner", "owner", "tenant", "prospect")))
    row: dict[str, Any] = {
        "customer_type": kind,
        "phone": draw(st.sampled_from(("13800000000", "13900000000", None))),
        "email": draw(st.sampled_from(("someone@example.com", None))),
        "do_not_call": draw(st.sampled_from((None, False, False, True))),
    }
    if kind == "prospect":
        return row | {"interested": draw(st.sampled_from((True, True, True, False, None)))}
    row["community"] = draw(st.sampled_from(COMMUNITIES))
    row["since"] = draw(st.sampled_from(("2020-01-01", "2025-11-02", "2026-03-01", "2026-11-04")))
    row["until"] = draw(st.sampled_from((None, None, None, "2026-11-09")))
    return row


@st.composite
def worlds(draw: st.DrawFn) -> World:
    people = tuple(draw(st.lists(customers(), min_size=4, max_size=14)))
    cases = []
    for _ in range(draw(st.integers(0, 8))):
        events = draw(st.lists(st.tuples(some_days, clocks, st.sampled_from(OF_CASES)), max_size=4, unique=True))
        row = {
            "kind": draw(st.sampled_from(("repair", "complaint"))),
            "customer_code": draw(st.none() | st.integers(0, len(people) - 1).map(code)),
            "unit_code": draw(st.none() | st.integers(0, len(people) - 1)),
        }
        cases.append((row, tuple(f"{written(day, clock)} {event}" for day, clock, event in sorted(events))))
    shift_days = [f"2026-11-{day:02d}" for day in range(1, 31)]
    return World(
        live_from=(
            draw(st.sampled_from(("2026-10-30", "2026-11-02"))),
            draw(st.sampled_from(("2026-11-02", "2026-11-07"))),
        ),
        customers=people,
        shifts=draw(st.frozensets(st.tuples(st.integers(0, 2), st.sampled_from(shift_days)), max_size=25)),
        cases=tuple(cases),
        calls=tuple(
            (draw(st.integers(0, len(people) - 1)), written(draw(some_days), draw(clocks)))
            for _ in range(draw(st.integers(0, 4)))
        ),
        results=tuple(
            draw(
                st.lists(
                    st.tuples(
                        st.integers(0, 9),
                        st.builds(written, st.integers(OUTAGE, LAST - 1), clocks),
                        st.sampled_from(OUTCOMES),
                        st.builds(written, st.integers(OUTAGE + 1, LAST + 2), clocks),
                    ),
                    max_size=10,
                    unique_by=lambda each: each[:2],
                )
            )
        ),
    )


def code(number: int) -> str:
    return f"C{number}"


def build(database: Database, world: World) -> CallbackHouse:
    """The database holds this company and nothing else."""
    with database.transaction("owner") as tx:
        tx.execute(text(f"TRUNCATE {', '.join(TABLES)} CASCADE"))
    house = CallbackHouse(database)
    for community, live_from in zip(COMMUNITIES, world.live_from, strict=True):
        house.community(community, live_from=live_from)
    for agent in range(3):
        house.agent(f"A{agent}", None if agent == 2 else COMMUNITIES[agent])
    for agent, day in sorted(world.shifts):
        house.shifts(f"A{agent}", day)
    for number, row in enumerate(world.customers):
        unit = None if row["customer_type"] == "prospect" else str(number)
        house.customer(code(number), unit, **row)
    house.customer("DUE", "DUE")
    for number, (row, events) in enumerate(world.cases):
        unit = row["unit_code"]
        place = world.customers[unit] if unit is not None else {}
        where = {"unit_code": None}
        if place.get("community"):
            where = {"unit_code": str(unit), "community_code": place["community"]}
        house.case(f"W{number}", written(FIRST - 5, "08:00"), *events, **(row | where))
    for number, (customer, started) in enumerate(world.calls):
        house.call(f"T{number}", code(customer), started, staff="A0")
    return house


def report(house: CallbackHouse, world: World) -> None:
    """What agents report of the callbacks planned before the outage."""
    planned = [each["callback_code"] for each in house.callbacks("state = 'planned' AND channel = 'call'")]
    reported = {
        (planned[chosen % len(planned)], attempted): (outcome, later if outcome == "call_later" else None)
        for chosen, attempted, outcome, later in world.results
        if planned
    }
    for (callback, attempted), (outcome, later) in reported.items():
        said = 1 if outcome == "reached" else None
        house.result(callback, attempted, outcome, staff="A0", call_later=later, satisfaction=said)


def play(house: CallbackHouse, world: World, days: list[int]) -> dict[str, list[dict[str, Any]]]:
    for day in (FIRST, OUTAGE):
        house.steps(written(day, "07:00"), STEPS)
    report(house, world)
    for day in days:
        house.steps(written(day, "07:00"), STEPS)
    found = house.everything()
    return found | {"callback_cases": [dict(row, opened_at=None) for row in found["callback_cases"]]}


@pytest.mark.rule("CB-04", "CB-11")
@settings(max_examples=examples(3))
@given(worlds())
@example(World(("2026-11-02", "2026-11-02"), (), frozenset({(0, "2026-11-01")}), (), (), ()))
def test_days_left_out_are_planned_like_daily_runs(database: Database, world: World) -> None:
    daily = play(build(database, world), world, list(range(OUTAGE + 1, LAST + 1)))
    house = build(database, world)
    assert play(house, world, [LAST]) == daily
    _check(house, world)
    before = house.everything()
    assert house.steps(written(LAST, "07:00"), STEPS) == {}
    assert house.everything() == before


def _can_call(world: World) -> bool:
    """Whether 001 surely has somebody to call: there is no roster, or its own agent is on it on a working day."""
    days = {f"2026-11-{day:02d}" for day in range(FIRST, LAST + 1)} - {"2026-11-07", "2026-11-08"}
    return not world.shifts or any(agent == 0 and day in days for agent, day in world.shifts)


def _check(house: CallbackHouse, world: World) -> None:
    callbacks, contacts = house.callbacks(), house.contacts()
    assert contacts or not _can_call(world), "somebody is always due"
    planned = [each for each in callbacks if each["state"] == "planned"]
    voices = Counter(each["customer_code"] for each in planned if each["customer_code"])
    assert all(n == 1 for n in voices.values()), "one voice"
    for callback in planned:
        parts = [
            each
            for each in contacts
            if each["callback_code"] == callback["callback_code"] and each["closed_at"] is None
        ]
        first = min(parts, key=lambda each: (each["due_by"], each["not_before"]))
        assert callback["not_before"] == first["not_before"]
        assert callback["due_by"] >= first["due_by"]
        assert callback["due_by"] == first["due_by"] or callback["promised_at"]
        assert set(callback["rules"].split(",")) == {each["rule_code"] for each in parts}
        assert callback["priority"] == min(each["priority"] for each in parts)
    silent = {row for (row,) in house.rows("SELECT customer_code FROM customers WHERE do_not_call")}
    heaps: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for contact in contacts:
        if contact["trigger"] in ("care", "prospect"):
            assert contact["customer_code"] not in silent, "do_not_call"
            assert contact["not_before"].astimezone(TIME_ZONE).isoweekday() <= 5
        if contact["explanation"].get("how") == "share":
            key = (
                contact["community_code"],
                contact["rule_code"],
                contact["channel_reason"] is None,
                contact["not_before"],
            )
            heaps.setdefault(key, []).append(contact)
    for heap in heaps.values():
        (share,) = {each["explanation"]["share"] for each in heap}
        how = heap[0]["explanation"]
        assert len(heap) == share == share_of_day(how["left"], how["slots_today"], how["slots_left"])
    periods = Counter(
        (each["trigger"], each["subject"], each["occasion"]) for each in contacts if each["trigger"] == "care"
    )
    assert all(n == 1 for n in periods.values()), "once a period"
