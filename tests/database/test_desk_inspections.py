"""What the desk's inspection pages read: what is open now, and what is planned for a day without lists."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from guanjia.desk.reading import row, rows
from tests.conftest import Database
from tests.database.mail_house import MailHouse, build_mail_house, morning, on


@pytest.fixture
def house(database: Database) -> MailHouse:
    return build_mail_house(database)


def _listed(house: MailHouse, view: str, today: str) -> list[str]:
    nothing: dict[str, Any] = dict.fromkeys(("period", "plan", "community_code", "staff_code", "unit_code"))
    with house.database.transaction("read") as tx:
        found = rows(tx, "list_inspections", view=view, today=on(today), page_size=50, skip=0, **nothing)
    return [each["inspection_code"] for each in found]


def _planned(house: MailHouse, day: date, community: str | None = None) -> int:
    with house.database.transaction("read") as tx:
        found = row(tx, "count_planned_of_day", day=day, community_code=community)
    assert found is not None
    return int(found["inspections"])


@pytest.mark.rule("INS-02")
def test_what_is_open_is_planned_or_can_still_be_tried_again(house: MailHouse) -> None:
    for number in range(1, 6):
        house.unit(f"02060{number}")
    visit = {"plan": "fit_out", "state": "not_entered", "inspected_at": morning("11-10"), "inspected_by": "I001"}
    house.inspection("F1", "020601", **visit, occasion="2026-11-10", due_on=on("11-10"), period="2026-11")
    seen = {"state": "not_entered", "inspected_at": morning("11-12"), "inspected_by": "I001", "due_on": on("11-12")}
    house.inspection("M2611-001-020602", "020602", **seen)
    house.inspection("M2611-001-020603", "020603", due_on=on("11-20"))
    storm = {"plan": "severe_weather", "period": "W20261111-1", "deadline": morning("11-14")}
    house.inspection("W1", "020604", **(seen | storm))
    house.inspection("M2610-001-020605", "020605", **(seen | {"due_on": on("10-30"), "period": "2026-10"}))
    assert _listed(house, "open", "11-13") == ["F1", "M2611-001-020602", "W1", "M2611-001-020603"]
    assert _listed(house, "open", "11-14") == ["M2611-001-020602", "W1", "M2611-001-020603"], "its day and three more"
    assert _listed(house, "open", "11-15") == ["M2611-001-020602", "M2611-001-020603"]
    assert _listed(house, "open", "12-01") == ["M2611-001-020603"]
    assert len(_listed(house, "not_entered", "12-01")) == 4, "what is over stays under its filter"


def test_a_day_without_lists_says_how_many_are_planned_for_it(house: MailHouse) -> None:
    for number, state in ((1, "planned"), (2, "planned"), (3, "cancelled")):
        house.unit(f"02060{number}")
        house.inspection(f"M2611-001-{number}", f"02060{number}", due_on=on("11-23"), state=state)
    assert _planned(house, on("11-23")) == 2
    assert _planned(house, on("11-23"), "002") == 0
    assert _planned(house, on("11-24")) == 0
