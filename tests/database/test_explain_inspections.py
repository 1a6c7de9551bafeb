"""Every derived row explains itself: why an inspection is as it is, and why an application was accepted or refused."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from guanjia import cli, settings
from guanjia.domain.errors import UnknownName
from guanjia.pipelines.vacancy_inspections.explaining import explain_inspection
from guanjia.pipelines.vacancy_inspections.explaining_registrations import explain_application
from tests.conftest import Database
from tests.database.visit_house import UNIT, VisitHouse, at, build_visit_house, on


@pytest.fixture
def house(database: Database) -> VisitHouse:
    return build_visit_house(database)


def _inspection(house: VisitHouse, as_of: str, language: str = "en", code: str = "M1") -> str:
    with house.database.transaction("read") as tx:
        return "\n".join(explain_inspection(tx, code, at(as_of), language))


def _application(house: VisitHouse, as_of: str, language: str = "en", code: str = "KZ1") -> str:
    with house.database.transaction("read") as tx:
        return "\n".join(explain_application(tx, code, at(as_of), language))


@pytest.mark.parametrize(("day", "words"), [("11-30", "it is tried again in its time"), ("12-01", "its time is over")])
def test_nobody_is_said_to_come_again_when_the_month_is_over(house: VisitHouse, day: str, words: str) -> None:
    house.inspection()
    house.visit("05 10:00", entered=False)
    house.take("06 06:00")
    assert words in _inspection(house, f"{day} 06:00")


def test_an_inspection_says_why_it_was_planned_and_what_each_visit_did(house: VisitHouse) -> None:
    house.add("vacancy_grounds", **UNIT, ground="unsold", start_date=on("09-01"), known_on=on("09-01"))
    house.inspection(checklist="doors,valves")
    house.add(
        "inspection_lists", work_date=on("05"), inspection_code="M1", staff_code="S1", position=3, is_carried_over=False
    )
    house.visit("05 10:00", entered=False)
    house.visit(
        "09 10:00", staff="S2", valves_off=False, finding="王先生 13812345678 说漏水", water_reading=Decimal("3.5")
    )
    house.visit("10 10:00")
    house.take("11 06:00")
    told = _inspection(house, "11 06:00")
    for words in (
        "rule INS-02",
        "INS-01",
        "not handed over",
        "no. 3 on the list of S1",
        "the unit was not entered. It counts.",
        "water or electricity not shut off",
        "138****5678",
        "water 3.5 t",
        "case GJ-M1 (INS-05)",
        "the unit had been entered before",
        "It is done: S2",
        "Remark: ",
        "Written by run vacancy_inspections-",
    ):
        assert words in told, words
    assert "13812345678" not in told


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"state": "missed", "missed_at": "2026-12-01T06:00+08:00"}, "missed"),
        ({"state": "cancelled", "cancelled_reason": "vacancy_ended"}, "no longer vacant"),
        ({}, "nobody has reported a visit"),
        ({"staff_code": None}, "Nobody was available"),
        ({"plan": "fit_out", "occasion": "x", "stages": "utilities,tiling"}, "INS-10"),
        ({"plan": "basement", "unit_code": "B101"}, "basement"),
    ],
)
def test_its_state_and_plan_are_told(house: VisitHouse, values: dict[str, Any], words: str) -> None:
    house.inspection(**values)
    assert words in _inspection(house, "12-02 06:00")


def test_a_weather_inspection_names_the_event_and_a_spot_check_what_it_checks(house: VisitHouse) -> None:
    house.add(
        "weather_events",
        event_code="W20261122-1",
        plan="severe_weather",
        event="台风",
        areas="001",
        deadline=at("23 18:00"),
        includes_basements=False,
        started_at=at("22 08:00"),
    )
    house.inspection("W1", plan="severe_weather", period="W20261122-1", deadline=at("23 18:00"))
    house.inspection("S-1", plan="spot_check", period="2026-10", checks_code="W1")
    assert "台风" in _inspection(house, "24 06:00", "zh", "W1")
    assert "W1" in _inspection(house, "24 06:00", "zh", "S-1")


def test_what_lies_after_the_instant_asked_for_is_not_told(house: VisitHouse) -> None:
    house.inspection(planned_on=on("05"))
    assert "not visible yet" in _inspection(house, "04 06:00")
    house.visit("09 10:00")
    house.take("10 06:00")
    assert "Visit" not in _inspection(house, "08 06:00")


def test_unknown_codes_are_told(house: VisitHouse) -> None:
    with pytest.raises(UnknownName):
        _inspection(house, "10 06:00", code="X")
    with pytest.raises(UnknownName):
        _application(house, "10 06:00", code="X")


@pytest.mark.rule("INS-09")
def test_an_application_says_why_its_months_are_occupied_with_the_arithmetic(house: VisitHouse) -> None:
    house.meter("W1")
    house.meter("E1", "electricity", ("0001-01-01", 10))
    house.registration(first="09-16", last="2027-03-31", water=100, electricity=20)
    house.read("W1", {"10-15": Decimal("103.0"), "11-05": 102})
    house.read("E1", {"09-30": Decimal("20.5")})
    house.measure("11-06 06:00")
    told = _application(house, "11-06 06:00")
    for words in (
        "Accepted (INS-07)",
        "longer than 3 months",
        "Tue 15 Dec 2026",
        "Wed 16 Sep 2026 to Wed 31 Mar 2027",
        "50 %",
        "Sep 2026: water use 1.5 t, electricity use 5 kWh. The month counts as occupied (INS-09): water use above 1 t.",
        "103 (Thu 15 Oct 2026) − 100 (from the application) = 3 t in 30 days, of which 15 here: 1.5 t.",
        "20.5 (Wed 30 Sep 2026) − 20 (from the application) × 10 = 5 kWh",
        "Oct 2026: water use 1.5 t up to Thu 15 Oct 2026, electricity use not read.",
        "Remark: ",
    ):
        assert words in told, words
    assert "Nov 2026" not in _application(house, "10-31 06:00").replace("Thu 5 Nov 2026", "")


def _judged(house: VisitHouse, **judgement: object) -> None:
    values: dict[str, object] = {
        "state": "refused",
        "first_day": None,
        "last_day": None,
        "judged_at": at("09-01 06:00"),
    }
    house.add("vacancy_registrations", application_code="KZ1", **(values | judgement))


@pytest.mark.rule("INS-07")
@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("too_short", "must be longer than 3 months, so end after Sun 29 Nov 2026: it ends on Sun 29 Nov 2026"),
        ("identity_not_checked", "identity was not checked"),
        ("no_meter_reading", "not read at the start"),
        ("overlapping", "overlaps KZ0"),
    ],
)
def test_a_refusal_says_why(house: VisitHouse, reason: str, words: str) -> None:
    for code in ("KZ0", "KZ1"):
        house.add(
            "vacancy_applications",
            application_code=code,
            **UNIT,
            applied_on=on("08-30"),
            start_date=on("08-30"),
            end_date=on("29"),
            identity_checked=True,
            water_reading=0,
            electricity_reading=0,
        )
    _judged(house, reason=reason, overlaps_code="KZ0" if reason == "overlapping" else None)
    assert words in _application(house, "10 06:00")


@pytest.mark.rule("INS-07")
def test_an_application_not_judged_says_why(house: VisitHouse) -> None:
    house.registration(first="10-01", last="2027-03-31")
    house.execute("DELETE FROM vacancy_registrations")
    assert "not visible yet" in _application(house, "09-30 06:00")
    assert "no run of vacancy_inspections" in _application(house, "10-01 06:00")
    house.execute("DELETE FROM settings")
    assert "no live_from" in _application(house, "10-01 06:00")


@pytest.mark.rule("INS-07")
def test_days_that_do_not_count_are_told(house: VisitHouse) -> None:
    house.registration(first="09-01", last="2027-03-31")
    house.execute("UPDATE vacancy_applications SET applied_on = '2026-11-10', ended_on = '2026-12-31'")
    house.execute("UPDATE vacancy_registrations SET first_day = '2026-09-11', last_day = '2026-12-31'")
    told = _application(house, "20 06:00")
    assert "at most 60 days before" in told
    assert "early end" in told


@pytest.mark.parametrize(("code", "kind"), [("M1", "inspection"), ("KZ1", "vacancy_application")])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_command_explains_them_in_both_languages(
    house: VisitHouse, capsys: pytest.CaptureFixture[str], code: str, kind: str, language: str
) -> None:
    house.inspection()
    house.registration(first="09-16", last="2027-03-31")
    settings.use(language=language)
    assert cli.main(["explain", code, "--as-of", "2026-11-20T10:00", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["kind"] == kind
    assert any("一" <= letter <= "鿿" for letter in "".join(told["sentences"]).replace("澄庭雅苑", "")) == (
        language == "zh"
    )
