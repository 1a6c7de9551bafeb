"""Vacancy registrations: refused with the reason, counted from when, and the case an acceptance opens (INS-07)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from tests.conftest import Database
from tests.database.vacancy_house import VacancyHouse, build_vacancy_house, morning, on

pytestmark = pytest.mark.rule("INS-07")

ACCEPTED = ("accepted", None)


@pytest.fixture
def house(database: Database) -> VacancyHouse:
    found = build_vacancy_house(database)
    for code in ("0101", "0102"):
        found.unit(code, handover="2020-05-01", fit_out="done")
    return found


def overlaps(house: VacancyHouse, code: str) -> str | None:
    ((found,),) = house.rows("SELECT overlaps_code FROM vacancy_registrations WHERE application_code = :c", c=code)
    return None if found is None else str(found)


def case_codes(house: VacancyHouse) -> list[str]:
    return [row[0] for row in house.rows("SELECT case_code FROM cases ORDER BY case_code")]


# -- refusals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-01-01", "2026-03-31", ("refused", "too_short")),  # exactly three months
        ("2026-01-01", "2026-04-01", ACCEPTED),
        ("2025-11-30", "2026-02-27", ("refused", "too_short")),  # three months from the 30th end with February
        ("2025-11-30", "2026-02-28", ACCEPTED),
        ("2027-11-30", "2028-02-28", ("refused", "too_short")),  # a leap year's has one day more
        ("2027-11-30", "2028-02-29", ACCEPTED),
        ("2026-08-31", "2026-11-29", ("refused", "too_short")),
        ("2026-08-31", "2026-11-30", ACCEPTED),
        ("2026-10-01", "2026-10-01", ("refused", "too_short")),
    ],
)
def test_a_registration_must_be_longer_than_three_months(
    house: VacancyHouse, start: str, end: str, expected: tuple[str, str | None]
) -> None:
    house.apply("KZ1", "0101", "2025-10-01", start, end)
    house.judge("11-20")
    assert house.judgement("KZ1") == expected


def test_the_length_is_judged_on_the_end_applied_for_not_on_an_early_end(house: VacancyHouse) -> None:
    house.apply("KZ1", "0101", "09-10", "09-10", "2027-03-31", ended_on=on("10-15"))
    house.judge("11-20")
    assert house.judgement("KZ1") == ACCEPTED
    assert house.registered("KZ1") == ("2026-09-10", "2026-10-15")


def test_how_many_months_it_must_exceed_is_a_setting_of_the_community(house: VacancyHouse) -> None:
    house.add("settings", setting="vacancy_minimum_months", community_code="001", value="6")
    house.apply("KZ1", "0101", "09-10", "09-10", "2027-03-09")
    house.apply("KZ2", "0102", "09-10", "09-10", "2027-03-10")
    house.judge("11-20")
    assert house.judgement("KZ1") == ("refused", "too_short")
    assert house.judgement("KZ2") == ACCEPTED


def test_without_an_identity_check_it_is_refused_whatever_else_is_wrong(house: VacancyHouse) -> None:
    house.apply("KZ1", "0101", "09-10", "09-10", "09-30", identity_checked=False)
    house.judge("11-20")
    assert house.judgement("KZ1") == ("refused", "identity_not_checked")


@pytest.mark.parametrize("utility", ["water_reading", "electricity_reading"])
def test_without_a_meter_reading_it_is_refused(house: VacancyHouse, utility: str) -> None:
    with house.database.transaction("owner") as tx:  # intake rejects such a row; a table loosened some day must not
        tx.execute(text(f"ALTER TABLE vacancy_applications ALTER {utility} DROP NOT NULL"))
    empty: dict[str, Any] = {utility: None}
    house.apply("KZ1", "0101", "09-10", "09-10", "09-30", **empty)
    house.judge("11-20")
    assert house.judgement("KZ1") == ("refused", "no_meter_reading")


@pytest.mark.parametrize(("start", "expected"), [("2026-12-31", ("refused", "overlapping")), ("2027-01-01", ACCEPTED)])
def test_one_that_overlaps_another_is_refused_and_names_it(
    house: VacancyHouse, start: str, expected: tuple[str, str | None]
) -> None:
    house.apply("KZ1", "0101", "09-10", "09-10", "12-31")
    house.apply("KZ2", "0101", "09-11", start, "2027-06-30")
    house.apply("KZ3", "0102", "09-11", "09-10", "12-31")
    house.judge("11-20")
    assert house.judgement("KZ2") == expected
    assert overlaps(house, "KZ2") == ("KZ1" if expected != ACCEPTED else None)
    assert house.judgement("KZ3") == ACCEPTED, "another unit"


def test_a_refused_one_stands_in_nobodys_way(house: VacancyHouse) -> None:
    house.apply("KZ1", "0101", "09-01", "09-01", "12-31")
    house.apply("KZ2", "0101", "09-02", "12-01", "2027-04-30")  # overlaps KZ1
    house.apply("KZ3", "0101", "09-03", "2027-01-01", "2027-12-31")  # overlaps only KZ2, which is refused
    house.apply("KZ4", "0101", "09-04", "2027-06-01", "2027-12-31", identity_checked=False)
    house.apply("KZ5", "0101", "09-05", "2027-12-31", "2028-12-31")  # overlaps KZ3
    house.judge("11-20")
    judged = [house.judgement(f"KZ{number}")[0] for number in range(1, 6)]
    assert judged == ["accepted", "refused", "accepted", "refused", "refused"]
    assert (overlaps(house, "KZ2"), overlaps(house, "KZ5")) == ("KZ1", "KZ3")


def test_of_two_made_on_one_day_the_lower_code_wins(house: VacancyHouse) -> None:
    house.apply("KZ2", "0101", "09-10", "09-10", "12-31")
    house.apply("KZ1", "0101", "09-10", "12-31", "2027-06-30")
    house.judge("11-20")
    assert (house.judgement("KZ1"), house.judgement("KZ2")) == (ACCEPTED, ("refused", "overlapping"))


def test_an_early_end_makes_room_for_the_next(house: VacancyHouse) -> None:
    house.apply("KZ1", "0101", "09-01", "09-01", "2027-02-28")
    house.apply("KZ2", "0101", "10-01", "2026-12-01", "2027-06-30")
    house.judge("11-20")
    assert house.judgement("KZ2") == ("refused", "overlapping")
    house.correct("KZ1", ended_on=on("11-30"))
    house.judge("11-21")
    assert house.judgement("KZ2") == ACCEPTED
    assert house.registered("KZ1") == ("2026-09-01", "2026-11-30")


def test_a_renewal_without_a_gap_is_a_registration_of_its_own(house: VacancyHouse) -> None:
    house.apply("KZ1", "0101", "03-25", "04-01", "09-30")
    house.apply("KZ2", "0101", "09-24", "10-01", "2027-03-31")
    house.run("11-20")
    assert house.vacancies("0101") == [
        ("registered", "2026-04-01", "2026-09-30"),
        ("registered", "2026-10-01", "2027-03-31"),
    ]


# -- the days that count -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("applied", "first"), [("09-10", "2026-09-01"), ("10-31", "2026-09-01"), ("11-01", "2026-09-02")]
)
def test_it_counts_from_its_start_but_at_most_sixty_days_before_the_application(
    house: VacancyHouse, applied: str, first: str
) -> None:
    house.apply("KZ1", "0101", applied, "09-01", "2027-03-31")
    house.judge("11-20")
    assert house.registered("KZ1") == (first, "2027-03-31")


def test_an_early_end_after_the_end_changes_nothing(house: VacancyHouse) -> None:
    house.apply("KZ1", "0101", "09-10", "09-10", "12-31", ended_on=on("2027-05-01"))
    house.judge("11-20")
    assert house.registered("KZ1") == ("2026-09-10", "2026-12-31")


def test_an_end_before_the_first_day_leaves_no_day_no_case_and_is_remarked(house: VacancyHouse) -> None:
    house.apply("KZ1", "0101", "09-10", "09-10", "12-31", ended_on=on("09-01"))
    house.apply("KZ2", "0101", "09-12", "09-12", "12-31")
    house.run("11-20")
    assert house.judgement("KZ1") == ACCEPTED
    assert house.registered("KZ1") == ("2026-09-10", "2026-09-09"), "the last day is the one before the first"
    assert house.judgement("KZ2") == ACCEPTED, "what has no day overlaps nothing"
    assert house.vacancies("0101") == [("registered", "2026-09-12", "2026-12-31")]
    assert case_codes(house) == ["GJ-KZ2"]
    detail = {"first_day": "2026-09-10", "ended_on": "2026-09-01", "applied_on": "2026-09-10"}
    assert house.remarks() == [("ended_before_start", "KZ1", detail)]
    assert sum(house.run("11-20").values()) == 0
    house.correct("KZ2", identity_checked=False)
    house.correct("KZ1", ended_on=None)
    house.run("11-21")
    assert house.remarks() == []
    assert case_codes(house) == ["GJ-KZ1", "GJ-KZ2"]


def test_one_that_ended_before_the_sixty_days_leaves_no_day_either(house: VacancyHouse) -> None:
    house.apply("KZ1", "0101", "2027-03-01", "09-01", "12-15")
    house.run("2027-03-02")
    assert house.registered("KZ1") == ("2026-12-31", "2026-12-30")
    assert house.vacancies("0101") == []
    assert [remark[:2] for remark in house.remarks()] == [("ended_before_start", "KZ1")]


# -- what is seen ------------------------------------------------------------------------------------------------------


def test_an_application_made_after_the_day_is_not_seen(house: VacancyHouse) -> None:
    house.apply("KZ1", "0101", "11-21", "12-01", "2027-06-30")
    house.judge("11-20")
    assert house.judgement("KZ1") == ("unseen", None)
    house.judge("11-21")
    assert house.judgement("KZ1") == ACCEPTED


@pytest.mark.parametrize("live_from", [None, "2026-11-21"])
def test_nothing_is_judged_where_the_community_is_not_served_yet(house: VacancyHouse, live_from: str | None) -> None:
    house.execute("DELETE FROM settings WHERE setting = 'live_from'")
    if live_from:
        house.add("settings", setting="live_from", value=live_from)
    house.apply("KZ1", "0101", "09-10", "09-10", "12-31")
    house.unit("0103")
    assert sum(house.run("11-20").values()) == 0
    assert house.judgement("KZ1") == ("unseen", None)
    assert house.vacancies("0103") == []


def test_a_run_for_an_earlier_day_works_at_the_latest_one(house: VacancyHouse) -> None:
    house.apply("KZ1", "0101", "11-10", "11-10", "2027-06-30")
    house.run("11-20")
    assert sum(house.run("11-01").values()) == 0
    assert house.judgement("KZ1") == ACCEPTED


# -- again, and after corrections --------------------------------------------------------------------------------------


def test_judging_again_writes_nothing(house: VacancyHouse) -> None:
    house.apply("KZ1", "0101", "09-10", "09-10", "12-31")
    house.apply("KZ2", "0101", "09-11", "10-01", "2027-06-30")
    house.apply("KZ3", "0102", "09-11", "10-01", "10-30")
    first = house.judge("11-20")
    assert (first["registrations_judged"], first["registration_cases"]) == (3, 1)
    before = house.rows("SELECT CAST(r AS text) FROM vacancy_registrations AS r ORDER BY 1")
    assert sum(house.judge("11-20").values()) == 0
    assert sum(house.judge("11-21").values()) == 0
    assert house.rows("SELECT CAST(r AS text) FROM vacancy_registrations AS r ORDER BY 1") == before


def test_who_was_accepted_stays_so_when_an_earlier_application_comes_in_late(house: VacancyHouse) -> None:
    house.apply("KZ2", "0101", "10-10", "10-10", "2027-03-31")
    house.judge("11-01")
    house.apply("KZ1", "0101", "09-10", "09-10", "12-31")
    house.judge("11-02")
    assert house.judgement("KZ2") == ACCEPTED
    assert house.judgement("KZ1") == ("refused", "overlapping")
    assert overlaps(house, "KZ1") == "KZ2"


def test_an_accepted_one_that_is_stretched_over_another_gives_way(house: VacancyHouse) -> None:
    house.apply("KZ1", "0101", "09-01", "09-01", "12-31")
    house.apply("KZ2", "0101", "09-10", "2027-01-01", "2027-06-30")
    house.judge("11-01")
    house.correct("KZ1", end_date=on("2027-01-31"))
    house.judge("11-02")
    assert (house.judgement("KZ1"), house.judgement("KZ2")) == (("refused", "overlapping"), ACCEPTED)
    assert sum(house.judge("11-03").values()) == 0, "and it stays so"


def test_a_corrected_application_is_judged_anew_and_told_anew(house: VacancyHouse) -> None:
    house.apply("KZ1", "0101", "09-10", "09-10", "09-30")
    house.judge("11-01")
    house.execute("UPDATE vacancy_registrations SET told_at = judged_at")
    house.correct("KZ1", end_date=on("12-31"))
    assert house.judge("11-02")["registrations_judged_anew"] == 1
    assert house.judgement("KZ1") == ACCEPTED
    assert house.rows("SELECT judged_at, told_at, case_code FROM vacancy_registrations") == [
        (morning("11-02"), None, "GJ-KZ1")
    ]


def test_when_the_one_in_the_way_is_withdrawn_the_other_is_accepted(house: VacancyHouse) -> None:
    house.apply("KZ1", "0101", "09-10", "09-10", "12-31")
    house.apply("KZ2", "0101", "09-11", "12-01", "2027-06-30")
    house.judge("11-01")
    house.correct("KZ1", identity_checked=False)
    house.run("11-02")
    assert house.judgement("KZ1") == ("refused", "identity_not_checked")
    assert (house.judgement("KZ2"), overlaps(house, "KZ2")) == (ACCEPTED, None)
    assert house.vacancies("0101") == [("registered", "2026-12-01", "2027-06-30")]


def test_a_withdrawn_acceptance_keeps_its_case_and_is_told(house: VacancyHouse) -> None:
    house.apply("KZ1", "0101", "09-10", "09-10", "12-31")
    house.judge("11-01")
    house.execute("UPDATE vacancy_registrations SET told_at = judged_at")
    house.correct("KZ1", identity_checked=False)
    house.judge("11-02")
    assert house.rows("SELECT state, case_code, told_at, first_day FROM vacancy_registrations") == [
        ("refused", "GJ-KZ1", None, None)
    ]
    house.correct("KZ1", identity_checked=True)
    assert house.judge("11-03")["registration_cases"] == 0, "the case is there already"
    assert case_codes(house) == ["GJ-KZ1"]


def test_an_application_moved_to_another_unit_is_judged_there(house: VacancyHouse) -> None:
    house.apply("KZ1", "0101", "09-10", "09-10", "12-31")
    house.apply("KZ2", "0102", "09-10", "09-10", "12-31")
    house.run("11-01")
    house.correct("KZ2", unit_code="0101")
    house.run("11-02")
    assert (house.judgement("KZ1"), house.judgement("KZ2")) == (ACCEPTED, ("refused", "overlapping"))
    assert len(house.vacancies("0101")) == 1
    assert house.vacancies("0102") == []


def test_an_application_corrected_to_another_unit_is_told_again_with_a_case_for_that_one(house: VacancyHouse) -> None:
    house.apply("KZ1", "0101", "09-10", "09-10", "12-31")
    house.judge("11-01")
    house.execute("UPDATE vacancy_registrations SET told_at = judged_at")
    house.correct("KZ1", unit_code="0102")
    assert house.judge("11-02") | {"registrations_judged": 0} == {
        "registrations_judged": 0,
        "registrations_judged_anew": 1,
        "registration_cases": 1,
        "registration_remarks": 1,
    }
    assert house.rows("SELECT case_code, told_at FROM vacancy_registrations") == [("GJ2-KZ1", None)]
    cases = house.rows("SELECT case_code, unit_code, left(description, 3) FROM cases ORDER BY case_code")
    assert cases == [("GJ-KZ1", "0101", "【作废"), ("GJ2-KZ1", "0102", "空置登")]
    ((kind, subject, detail),) = house.remarks()
    assert (kind, subject, detail["moved_to"]) == ("registration_moved", "KZ1 GJ-KZ1", "001 0102")
    assert sum(house.judge("11-02").values()) == 0


def test_a_unit_that_is_never_vacant_by_its_use_is_remarked(house: VacancyHouse) -> None:
    house.unit("P1", unit_use="parking")
    house.apply("KZ1", "P1", "09-10", "09-10", "12-31")
    house.run("11-01")
    assert house.remarks() == [("never_vacant", "KZ1", {"application_code": "KZ1", "unit_use": "parking"})]
    assert sum(house.run("11-01").values()) == 0
    house.correct("KZ1", unit_code="0101")
    house.run("11-02")
    assert [remark[0] for remark in house.remarks()] == ["registration_moved"]


def test_a_case_of_the_same_code_is_another_one(house: VacancyHouse) -> None:
    other = {"kind": "repair", "urgency": "ordinary", "opened_at": morning("09-01")}
    house.add("cases", case_code="GJ-KZ1", community_code="001", unit_code="0102", **other)
    house.apply("KZ1", "0101", "09-10", "09-10", "12-31")
    house.judge("11-01")
    assert house.rows("SELECT case_code FROM vacancy_registrations") == [("GJ2-KZ1",)]
    assert house.rows("SELECT unit_code FROM cases WHERE case_code = 'GJ2-KZ1'") == [("0101",)]


# -- the case ----------------------------------------------------------------------------------------------------------


def occupy(house: VacancyHouse, customer: str, start: str, role: str = "owner", *, pays: bool = True) -> None:
    house.add("customers", customer_code=customer, customer_name="王一", customer_type="owner")
    house.add(
        "occupancies",
        community_code="001",
        unit_code="0101",
        customer_code=customer,
        role=role,
        pays_fees=pays,
        start_date=on(start),
    )


def test_an_acceptance_opens_a_case_for_shutting_off_and_reading_the_meters(house: VacancyHouse) -> None:
    occupy(house, "200001", "2020-05-01")
    occupy(house, "200002", "2024-05-01", role="tenant")
    house.add("settings", setting="inspection_department", community_code="001", value="设备部")
    house.apply("KZ1", "0101", "11-10", "11-15", "2027-03-31")
    house.judge("11-20")
    (case,) = house.rows(
        "SELECT case_code, unit_code, customer_code, kind, area, urgency, channel, department, opened_at, description "
        "FROM cases"
    )
    assert case[:8] == ("GJ-KZ1", "0101", "200001", "repair", "in_home", "ordinary", "巡检", "设备部")
    assert case[8] == morning("11-20")
    for part in ("KZ1", "0101", "2026-11-15", "2027-03-31", "12.5 吨", "340 度", "关闭水、电总阀"):
        assert part in case[9]
    assert house.rows("SELECT case_code FROM vacancy_registrations") == [("GJ-KZ1",)]


@pytest.mark.parametrize(("pays", "expected"), [(True, "200001"), (False, "200002")])
def test_of_several_owners_the_one_who_pays_then_the_latest_is_the_customer(
    house: VacancyHouse, pays: bool, expected: str
) -> None:
    occupy(house, "200001", "2020-05-01", pays=pays)
    occupy(house, "200002", "2024-05-01", pays=False)
    house.apply("KZ1", "0101", "11-10", "11-15", "2027-03-31")
    house.judge("11-20")
    assert house.rows("SELECT customer_code FROM cases") == [(expected,)]


def test_the_owner_is_the_one_of_the_day_of_the_application_and_may_be_unknown(house: VacancyHouse) -> None:
    occupy(house, "200001", "2026-11-11")
    house.apply("KZ1", "0101", "11-10", "11-15", "2027-03-31")
    house.judge("11-20")
    assert house.rows("SELECT customer_code FROM cases") == [(None,)]


@pytest.mark.parametrize(("applied", "cases"), [("08-31", []), ("09-01", ["GJ-KZ1"])])
def test_an_application_from_before_the_community_was_served_is_judged_but_opens_no_case(
    house: VacancyHouse, applied: str, cases: list[str]
) -> None:
    house.apply("KZ1", "0101", applied, "09-01", "2027-03-31")
    house.judge("11-20")
    assert house.judgement("KZ1") == ACCEPTED
    assert case_codes(house) == cases


def test_a_refused_one_opens_no_case(house: VacancyHouse) -> None:
    house.apply("KZ1", "0101", "09-10", "09-10", "09-30")
    house.judge("11-20")
    assert case_codes(house) == []


def test_a_chain_of_many_renewals_is_judged_in_their_order(house: VacancyHouse) -> None:
    """Each overlaps the one before by a day: every second is refused."""
    for number in range(12):
        start = date(2026 + number // 2, 1 if number % 2 == 0 else 7, 1)
        end = date(start.year + number % 2, 7 if number % 2 == 0 else 1, 1)
        house.apply(f"KZ{number:02}", "0101", "09-10", start.isoformat(), end.isoformat())
    house.judge("11-20")
    states = [row[0] for row in house.rows("SELECT state FROM vacancy_registrations ORDER BY application_code")]
    assert states == ["accepted", "refused"] * 6
