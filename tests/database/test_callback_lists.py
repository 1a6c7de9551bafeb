"""Lists of callbacks: who calls whom today, within capacity, hours and parts; absence; warnings (CB-04, CB-11)."""

from __future__ import annotations

from typing import Any

import pytest

from guanjia.pipelines.scheduled_callbacks.agents import prepare_agents
from guanjia.pipelines.scheduled_callbacks.calling_days import prepare_days
from guanjia.pipelines.scheduled_callbacks.served import begin, day_of
from tests.conftest import Database
from tests.database.callback_house import CallbackHouse, at, callback_house, on


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
