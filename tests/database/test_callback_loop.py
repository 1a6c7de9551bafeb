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
