"""kill -9 of any process of a run of callbacks at any moment, then again: the same end, no call lost, no mail twice."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import Connection, Engine

from tests.conftest import Database
from tests.database.callback_house import CallbackHouse, at, callback_house
from tests.support.kills import House, State, killed, once, state_of, summary

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
STEPS = """
import sys
from datetime import datetime
from guanjia.domain.errors import GuanjiaError
from guanjia.outbox import deliver_outbox
from guanjia.pipelines.scheduled_callbacks import running

as_of = datetime.fromisoformat(sys.argv[2])
try:
    getattr(running, sys.argv[1])(as_of)
    report = deliver_outbox(as_of)
except GuanjiaError as error:
    sys.exit(f"{type(error).__name__}: {error}")
sys.exit(report.problem or 0)
"""
"""The steps of a DAG in its order, each in its transaction, without Airflow around them."""


@dataclass(frozen=True)
class _Home:
    """The part of a test database that the house of callbacks needs."""

    engine: Engine

    def transaction(self, _role: str = "app") -> AbstractContextManager[Connection]:
        return self.engine.begin()


@dataclass(frozen=True)
class Undisturbed:
    house: House
    command: list[str]
    expected: State
    seconds: float


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


def furnished(home: Path) -> House:
    house = House(home)
    writing = house.engine()
    furnish(callback_house(cast("Database", _Home(writing))))
    writing.dispose()
    house.keep()
    return house


def undisturbed_run(house: House, function: str, as_of: str) -> Undisturbed:
    command = [sys.executable, "-c", STEPS, function, at(as_of).isoformat()]
    seconds = once(house, command)
    return Undisturbed(house, command, state_of(house, DATASETS), seconds)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Undisturbed]:
    house = furnished(tmp_path_factory.mktemp("kill") / "home")
    found = undisturbed_run(house, "run_steps", MORNING)
    assert len(found.expected.rows["callback_lists"]) > 30, house.said()
    assert len(found.expected.rows["callback_cases"]) > 5
    assert len(found.expected.mails) > 5
    yield found
    house.close()


def trials(undisturbed: Undisturbed, number: int, seed: int) -> str:
    chance = random.Random(seed)
    found = [
        killed(undisturbed.house, undisturbed.command, undisturbed.expected, DATASETS, undisturbed.seconds, chance)
        for _number in range(number)
    ]
    return summary(found)


@pytest.mark.rule("CB-11")
def test_killed_at_random_moments(undisturbed: Undisturbed) -> None:
    trials(undisturbed, KILLS, seed=20261110)
