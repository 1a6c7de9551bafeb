"""kill -9 of any process of a run of callbacks at any moment, then again: the same end, no call lost, no mail twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.database.callback_house import CallbackHouse, at, callback_house
from tests.support.killed_steps import Undisturbed, furnished, undisturbed_run

KILLS = 2
MORNING, EVENING = "10 07:00", "9 21:00"
DATASETS = (
    "callbacks",
    "callback_contacts",
    "callback_lists",
    "callback_attempts",
    "callback_conflicts",
    "callback_cases",
    "callback_warnings",
    "callback_days",
    "callback_remarks",
    "community_events",
    "dropped_prospects",
)


def furnish(house: CallbackHouse) -> None:
    """Some days of callbacks, and a morning to which everything falls: results, cases, a promise, a miss."""
    every_day = [str(day) for day in range(1, 31)]
    for code in ("A1", "A2", "A3"):
        house.agent(code, shifts=every_day)
    house.staff("D1", "supervisor", department="工程部")
    customers = house.customers("C", 90)
    house.customers("N", 30, since="2026-03-01")
    for number in range(1, 9):
        house.prospect(f"P{number}", interested=number != 3)
    house.customer("X1", "X1", do_not_call=True)
    house.customer("X2", "X2", phone=None)
    for number, customer in enumerate([*customers[:30], "X1", "X2"], start=1):
        day = 2 + number % 8
        kind = "complaint" if number % 3 == 0 else "repair"
        event = "answered" if kind == "complaint" else "resolved"
        what = {"kind": kind, "customer_code": customer, "department": "工程部"}
        house.case(f"G{number:03}", f"{day} 08:00", f"{day} 15:{number:02} {event}", **what)
    for day in (5, 6, 9):
        house.day(str(day))
        _call(house, day)
    house.event("G001", "9 22:00 reopened")


def _call(house: CallbackHouse, day: int) -> None:
    outcomes = ("reached", "no_answer", "reached", "busy", "reached", "refused", "call_later", "wrong_number")
    for number, line in enumerate(house.lists(str(day)), start=1):
        outcome = outcomes[number % len(outcomes)]
        if number % 11:
            house.result(
                line["callback_code"],
                f"{day} {9 + number % 3:02}:{number % 60:02}",
                outcome,
                staff=line["staff_code"],
                satisfaction=1 + number % 5 if outcome == "reached" else None,
                call_later=f"{day + 1} 15:00" if outcome == "call_later" else None,
            )
        if number == 9:
            house.result(line["callback_code"], f"{day} 10:59", "no_answer", staff="A3")


def undisturbed_at(home: Path, function: str, as_of: str) -> Undisturbed:
    """The run of an instant in a house of its own; whoever asks closes it."""
    house = furnished(home, lambda database: furnish(callback_house(database)))
    return undisturbed_run(house, "scheduled_callbacks", function, at(as_of), DATASETS)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Undisturbed]:
    found = undisturbed_at(tmp_path_factory.mktemp("kill") / "home", "run_steps", MORNING)
    assert len(found.expected.rows["callback_lists"]) > 30, found.house.said()
    assert len(found.expected.rows["callback_cases"]) > 5
    assert len(found.expected.mails) > 5
    yield found
    found.house.close()


@pytest.mark.rule("CB-11")
def test_killed_at_random_moments(undisturbed: Undisturbed) -> None:
    undisturbed.trials(KILLS, seed=20261110)
