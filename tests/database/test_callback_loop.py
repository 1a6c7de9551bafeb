"""The loop: a dissatisfied answer becomes a case, its resolution a recheck (CB-03); home visits alike (CB-08)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Database
from tests.database.callback_house import CallbackHouse, at, callback_house, working_days
from tests.database.test_callback_results import plan, take


@pytest.fixture
def house(database: Database) -> CallbackHouse:
    found = callback_house(database)
    for code in ("A1", "A2"):
        found.agent(code, shifts=working_days("2", "30"))
    return found


def close(house: CallbackHouse, as_of: str) -> dict[str, int]:
    take(house, as_of)
    return house.step("closing_loop", "close_loop", as_of)


def opened(house: CallbackHouse) -> list[dict[str, Any]]:
    names = ("case_code", "kind", "area", "unit_code", "department", "channel", "source_case_code", "opened_at")
    rows = house.rows(
        "SELECT c.case_code, c.kind, c.area, c.unit_code, c.department, c.channel, o.source_case_code, c.opened_at "
        "FROM callback_cases AS o JOIN cases AS c USING (case_code) ORDER BY 1"
    )
    return [dict(zip(names, row, strict=True)) for row in rows]


@pytest.mark.rule("CB-03")
def test_a_dissatisfied_answer_opens_a_case_with_each_department_it_was_about(house: CallbackHouse) -> None:
    code = plan(house, "C1", "REPAIR repair_resolved", "COMPLAINT complaint_answered", "REPAIR repair_resolved")
    house.execute("UPDATE cases SET department = NULL WHERE case_code = 'GD-C1-1'")
    house.result(code, "2 10:00", satisfaction=2, comment="还在漏水")
    assert close(house, "2 10:30") == {"correction_cases": 2}
    first, second = opened(house)
    assert (first["case_code"], first["department"], first["source_case_code"]) == (f"GJ-{code}", "工程部", "GD-C1-0")
    assert (second["case_code"], second["department"]) == (f"GJ-{code}-2", "客服部")
    assert {each["kind"] for each in opened(house)} == {"complaint"}
    assert {each["opened_at"] for each in opened(house)} == {at("2 10:30")}
    assert close(house, "2 11:00") == {}


@pytest.mark.rule("CB-11")
def test_the_day_is_counted_once_it_is_over_and_again_when_a_result_comes_late(house: CallbackHouse) -> None:
    house.only_rules("REPAIR")
    house.customer("C1", "U1")
    house.customer("C2", "U2")
    for customer in ("C1", "C2"):
        house.case(f"GD{customer}", "1 09:00", "1 10:00 resolved", customer_code=customer)
    house.day("2")
    first, second = (house.callback(customer)["callback_code"] for customer in ("C1", "C2"))
    house.result(first, "2 10:00", satisfaction=1)
    assert "days_measured" not in house.results("2 19:59")
    house.results("2 20:00")
    figures = ("agents", "listed", "attempted", "reached", "satisfied", "dissatisfied", "not_reported", "waiting")

    def day() -> dict[str, Any]:
        row = house.rows(
            f"SELECT {', '.join(figures)} FROM callback_days WHERE scope = '001' AND work_date = '2026-11-02'"
        )
        return dict(zip(figures, row[0], strict=True))

    once = {"agents": 2, "listed": 2, "attempted": 1, "reached": 1, "satisfied": 0, "dissatisfied": 1}
    assert day() == once | {"not_reported": 1, "waiting": 0}
    assert house.results("2 20:30") == {}
    house.result(second, "2 15:00", satisfaction=5)
    house.day("3")
    house.results("3 08:30")
    assert day() == once | {"attempted": 2, "reached": 2, "satisfied": 1, "not_reported": 0, "waiting": 0}
