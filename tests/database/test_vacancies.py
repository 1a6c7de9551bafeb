"""Who is vacant: unsold, handed over and not fitted out, registered; what beats what, what is seen when (INS-01)."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from guanjia.cli import main
from guanjia.pipelines.vacancy_inspections.vacancies import derive_vacancies
from tests.conftest import SHARED, Database
from tests.database.vacancy_house import VacancyHouse, build_vacancy_house, on

pytestmark = pytest.mark.rule("INS-01")

REGISTERS = SHARED / "data" / "registers"


@pytest.fixture
def house(database: Database) -> VacancyHouse:
    return build_vacancy_house(database)


# -- unsold ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit_use", ["residential", "shop", "office"])
def test_an_unsold_unit_is_vacant_from_the_day_the_community_is_served(house: VacancyHouse, unit_use: str) -> None:
    house.unit("0101", unit_use=unit_use, fit_out=None)
    house.run("11-20")
    assert house.vacancies("0101") == [("unsold", "2026-09-01", None)]
    assert house.grounds("0101") == [("unsold", "2026-09-01", None, "2026-09-01")]


@pytest.mark.parametrize("unit_use", ["parking", "storage", "basement"])
def test_parking_storage_and_basements_are_never_vacant(house: VacancyHouse, unit_use: str) -> None:
    house.unit("0101", unit_use=unit_use)
    house.unit("0102", handover="2026-10-01", unit_use=unit_use)
    house.apply("KZ1", "0102", "10-01", "10-01", "2027-10-01")
    house.run("11-20")
    assert house.vacancies("0101") == house.vacancies("0102") == []


def test_a_handover_that_lies_ahead_leaves_the_unit_unsold_until_it_comes(house: VacancyHouse) -> None:
    house.unit("0101", handover="2026-11-21", fit_out="done")
    house.run("11-20")
    assert house.vacancies("0101") == [("unsold", "2026-09-01", None)], "the handover is not seen yet"
    house.run("11-21")
    assert house.vacancies("0101") == [("unsold", "2026-09-01", "2026-11-20")]


@pytest.mark.parametrize(
    ("handover", "expected"),
    [
        ("2026-08-31", []),
        ("2026-09-01", []),
        ("2026-09-02", [("unsold", "2026-09-01", "2026-09-01")]),
        ("2026-10-15", [("unsold", "2026-09-01", "2026-10-14")]),
    ],
)
def test_it_ends_the_day_before_the_handover(
    house: VacancyHouse, handover: str, expected: list[tuple[str, str, str | None]]
) -> None:
    house.unit("0101", handover=handover, fit_out="done")
    house.run("11-20")
    assert house.vacancies("0101") == expected


def test_a_unit_that_is_there_only_from_a_day_on_is_vacant_from_then(house: VacancyHouse) -> None:
    house.unit("0101", valid_from=on("10-10"))
    house.unit("0102", valid_from=on("11-21"))
    house.run("11-20")
    assert house.vacancies("0101") == [("unsold", "2026-10-10", None)]
    assert house.grounds("0101") == [("unsold", "2026-10-10", None, "2026-10-10")]
    assert house.vacancies("0102") == []


def test_a_changed_area_does_not_move_the_start(house: VacancyHouse) -> None:
    house.unit("0101", valid_from=on("11-01"))
    house.version("0101", "0001-01-01", "residential")
    house.version("0101", "2026-11-01", "shop")
    house.run("11-20")
    assert house.vacancies("0101") == [("unsold", "2026-09-01", None)]


def test_days_of_another_use_are_cut_out(house: VacancyHouse) -> None:
    house.unit("0101")
    for day, use in (("0001-01-01", "residential"), ("10-01", "storage"), ("11-01", "shop"), ("12-01", "storage")):
        house.version("0101", day, use)
    house.unit("0102", unit_use="storage", valid_from=on("10-01"))
    house.version("0102", "0001-01-01", "residential")
    house.version("0102", "10-01", "storage")
    house.run("11-20")
    assert house.vacancies("0101") == [("unsold", "2026-09-01", "2026-09-30"), ("unsold", "2026-11-01", None)]
    assert house.grounds("0101")[1][3] == "2026-11-01"
    assert house.vacancies("0102") == [("unsold", "2026-09-01", "2026-09-30")]


# -- not fitted out ----------------------------------------------------------------------------------------------------


def test_after_the_handover_a_unit_not_fitted_out_stays_vacant(house: VacancyHouse) -> None:
    house.unit("0101", handover="2026-09-17")
    house.run("11-20")
    assert house.vacancies("0101") == [("unsold", "2026-09-01", "2026-09-16"), ("not_fitted_out", "2026-09-17", None)]
    assert house.grounds("0101")[1] == ("not_fitted_out", "2026-09-17", None, "2026-09-17")


@pytest.mark.parametrize("fit_out", ["none", "in_progress", "done", None])
def test_it_ends_the_day_before_the_first_stage_whatever_the_register_says(
    house: VacancyHouse, fit_out: str | None
) -> None:
    house.unit("0101", handover="2026-06-20", fit_out=fit_out)
    house.stage("0101", "10-06", "painting")
    house.stage("0101", "10-05", "utilities", end="10-10")
    house.run("11-20")
    assert house.vacancies("0101") == [("not_fitted_out", "2026-06-20", "2026-10-04")]


@pytest.mark.parametrize("fit_out", ["none", "in_progress", "done", None])
def test_a_first_stage_that_lies_ahead_is_not_seen_but_the_unit_is_not_fitted_out(
    house: VacancyHouse, fit_out: str | None
) -> None:
    house.unit("0101", handover="2026-06-20", fit_out=fit_out)
    house.stage("0101", "11-21")
    house.run("11-20")
    assert house.vacancies("0101") == [("not_fitted_out", "2026-06-20", None)]
    house.run("11-21")
    assert house.vacancies("0101") == [("not_fitted_out", "2026-06-20", "2026-11-20")]


@pytest.mark.parametrize("fit_out", ["in_progress", "done", None])
def test_without_a_stage_only_the_registers_word_makes_it_vacant(house: VacancyHouse, fit_out: str | None) -> None:
    house.unit("0101", handover="2026-06-20", fit_out=fit_out)
    house.run("11-20")
    assert house.vacancies("0101") == []


@pytest.mark.parametrize("first_stage", ["06-19", "06-20"])
def test_a_fit_out_that_began_by_the_handover_leaves_nothing(house: VacancyHouse, first_stage: str) -> None:
    house.unit("0101", handover="2026-06-20")
    house.stage("0101", first_stage)
    house.stage("0101", "11-01", "painting")
    house.run("11-20")
    assert house.vacancies("0101") == []


@pytest.mark.parametrize(
    ("first_stage", "expected"), [("09-01", []), ("09-02", [("not_fitted_out", "2026-06-20", "2026-09-01")])]
)
def test_what_ended_before_the_community_was_served_is_left_out(
    house: VacancyHouse, first_stage: str, expected: list[tuple[str, str, str | None]]
) -> None:
    house.unit("0101", handover="2026-06-20")
    house.stage("0101", first_stage)
    house.run("11-20")
    assert house.vacancies("0101") == expected


def test_units_of_which_nobody_says_whether_they_are_fitted_out_are_counted_not_guessed(house: VacancyHouse) -> None:
    house.unit("0101", handover="2026-06-20", fit_out=None)
    house.unit("0102", handover="2026-06-20", fit_out=None)
    house.unit("0103", handover="2026-11-21", fit_out=None)
    house.unit("0104", handover="2026-06-20", fit_out=None, unit_use="parking")
    house.unit("0105", handover="2026-06-20", fit_out=None)
    house.stage("0105", "11-01")
    assert house.run("11-20")["fit_out_remarks"] == 1
    assert house.remarks() == [("fit_out_unknown", "001", {"units": 2})]
    assert house.run("11-20")["fit_out_remarks"] == 0
    house.run("11-21")
    assert house.remarks() == [("fit_out_unknown", "001", {"units": 3})]
    house.execute("UPDATE units SET fit_out = 'done' WHERE fit_out IS NULL")
    assert house.run("11-21")["fit_out_remarks"] == 1
    assert house.remarks() == []


# -- registered, and what beats what -----------------------------------------------------------------------------------


def test_a_registration_cuts_what_else_is_true(house: VacancyHouse) -> None:
    house.unit("0101", handover="2026-10-15")
    house.apply("KZ1", "0101", "09-10", "09-10", "12-31")
    house.apply("KZ2", "0101", "09-10", "2027-01-10", "2027-06-30")
    house.run("11-20")
    assert house.vacancies("0101") == [
        ("unsold", "2026-09-01", "2026-09-09"),
        ("registered", "2026-09-10", "2026-12-31"),
        ("not_fitted_out", "2027-01-01", "2027-01-09"),
        ("registered", "2027-01-10", "2027-06-30"),
        ("not_fitted_out", "2027-07-01", None),
    ]
    assert house.grounds("0101") == [
        ("unsold", "2026-09-01", "2026-10-14", "2026-09-01"),
        ("registered", "2026-09-10", "2026-12-31", "2026-09-10"),
        ("not_fitted_out", "2026-10-15", None, "2026-10-15"),
        ("registered", "2027-01-10", "2027-06-30", "2027-01-10"),
    ], "the grounds stay whole"
    codes = house.rows("SELECT reason, application_code FROM vacancies WHERE application_code IS NOT NULL ORDER BY 2")
    assert codes == [("registered", "KZ1"), ("registered", "KZ2")]


def test_a_registration_over_everything_leaves_only_itself(house: VacancyHouse) -> None:
    house.unit("0101", handover="2026-09-20")
    house.stage("0101", "10-05")
    house.apply("KZ1", "0101", "09-01", "08-01", "12-31")
    house.run("11-20")
    assert house.vacancies("0101") == [("registered", "2026-08-01", "2026-12-31")]


def test_a_late_registration_is_known_from_its_application_on(house: VacancyHouse) -> None:
    house.unit("0101", handover="2020-06-20", fit_out="done")
    house.apply("KZ1", "0101", "11-06", "10-01", "2027-03-31")
    house.run("11-05")
    assert house.vacancies("0101") == []
    house.run("11-06")
    assert house.grounds("0101") == [("registered", "2026-10-01", "2027-03-31", "2026-11-06")]


def test_one_for_the_future_is_known_when_it_begins(house: VacancyHouse) -> None:
    house.unit("0101", handover="2020-06-20", fit_out="done")
    house.apply("KZ1", "0101", "11-06", "12-01", "2027-03-31")
    house.run("11-20")
    assert house.grounds("0101") == [("registered", "2026-12-01", "2027-03-31", "2026-12-01")]


@pytest.mark.parametrize(("end", "expected"), [("08-31", []), ("09-01", [("registered", "2026-03-01", "2026-09-01")])])
def test_a_registration_may_begin_but_not_end_before_the_community_was_served(
    house: VacancyHouse, end: str, expected: list[tuple[str, str, str | None]]
) -> None:
    house.unit("0101", handover="2020-06-20", fit_out="done")
    house.apply("KZ1", "0101", "03-01", "03-01", end)
    house.run("11-20")
    assert house.vacancies("0101") == expected


def test_a_refused_registration_makes_nothing_vacant(house: VacancyHouse) -> None:
    house.unit("0101", handover="2020-06-20", fit_out="done")
    house.apply("KZ1", "0101", "09-10", "09-10", "12-31", identity_checked=False)
    house.run("11-20")
    assert house.vacancies("0101") == []


@pytest.mark.parametrize(
    ("handover", "fit_out", "is_vacant"),
    [
        ("2015-01-01", "done", False),
        ("2024-11-30", "done", False),
        ("2024-12-01", "done", True),
        ("2015-01-01", "in_progress", True),
        ("2015-01-01", None, True),
        ("2015-01-01", "none", True),
    ],
)
@pytest.mark.parametrize("today", ["11-20", "12-05"])
def test_a_finished_flat_refurbished_years_later_was_not_waiting_for_its_fit_out(
    house: VacancyHouse, handover: str, fit_out: str | None, is_vacant: bool, today: str
) -> None:
    house.unit("0101", handover=handover, fit_out=fit_out)
    house.stage("0101", "12-01", "painting")
    house.run(today)
    end = "2026-11-30" if today == "12-05" else None
    assert house.vacancies("0101") == ([("not_fitted_out", handover, end)] if is_vacant else [])


def test_how_late_a_first_fit_out_may_begin_is_a_setting(house: VacancyHouse) -> None:
    house.add("settings", setting="first_fit_out_months", community_code="001", value="200")
    house.unit("0101", handover="2015-01-01", fit_out="done")
    house.stage("0101", "12-01", "painting")
    house.run("11-20")
    assert house.vacancies("0101") == [("not_fitted_out", "2015-01-01", None)]


def test_a_vacant_unit_with_a_tenant_is_remarked_until_one_of_them_is_gone(house: VacancyHouse) -> None:
    house.unit("0101", handover="2026-06-20")
    house.unit("0102")
    house.add("customers", customer_code="1", customer_name="租户", customer_type="tenant")
    for unit in ("0101", "0102"):
        tenancy = {"customer_code": "1", "role": "tenant", "pays_fees": False, "start_date": on("11-10")}
        house.add("occupancies", community_code="001", unit_code=unit, **tenancy)
    assert house.run("11-20")["tenant_remarks"] == 1
    ((kind, subject, detail),) = house.remarks()
    assert (kind, subject) == ("tenant_lives_there", "001/0101/not_fitted_out/2026-06-20")
    assert detail["tenant_since"] == "2026-11-10"
    assert house.run("11-20")["tenant_remarks"] == 0
    house.execute("UPDATE occupancies SET end_date = '2026-11-20'")
    assert house.run("11-21")["tenant_remarks"] == 1
    assert house.remarks() == []


def test_an_early_end_announced_shortens_the_interval(house: VacancyHouse) -> None:
    house.unit("0101", handover="2026-06-20")
    house.apply("KZ1", "0101", "09-10", "09-10", "12-31")
    house.run("11-19")
    house.correct("KZ1", ended_on=on("11-25"))
    house.run("11-20")
    assert house.vacancies("0101") == [
        ("not_fitted_out", "2026-06-20", "2026-09-09"),
        ("registered", "2026-09-10", "2026-11-25"),
        ("not_fitted_out", "2026-11-26", None),
    ]


def test_a_registration_moved_since_it_was_judged_does_not_stop_the_others(house: VacancyHouse) -> None:
    house.unit("0101", handover="2020-06-20", fit_out="done")
    house.unit("0102", handover="2020-06-20", fit_out="done")
    house.apply("KZ1", "0101", "09-10", "09-10", "12-31")
    house.apply("KZ2", "0102", "09-11", "10-10", "2027-03-31")
    house.run("11-19")
    house.correct("KZ2", unit_code="0101")
    house.step(derive_vacancies, "11-20")
    assert house.vacancies("0101") == [("registered", "2026-09-10", "2026-12-31")]
    assert house.vacancies("0102") == []


# -- written by difference ---------------------------------------------------------------------------------------------


def test_deriving_again_writes_nothing_and_a_day_later_only_what_has_changed(house: VacancyHouse) -> None:
    house.unit("0101")
    house.unit("0102", handover="2026-11-21")
    house.unit("0103", handover="2026-06-20")
    house.unit("0104", handover="2020-06-20", fit_out="done")
    house.apply("KZ1", "0104", "09-10", "09-10", "12-31")
    first = house.run("11-20")
    assert (first["grounds_added"], first["vacancies_added"]) == (4, 4)
    assert sum(house.run("11-20").values()) == 0
    next_day = house.run("11-21")
    changes = ("grounds_removed", "grounds_added", "vacancies_removed", "vacancies_added")
    assert [next_day[name] for name in changes] == [1, 2, 1, 2], "unsold ends, not fitted out begins"


def test_a_corrected_register_takes_back_what_it_said(house: VacancyHouse) -> None:
    house.unit("0101", handover="2026-10-15")
    house.run("11-20")
    house.execute("UPDATE units SET handover_date = '2026-08-15', fit_out = 'done'")
    house.run("11-21")
    assert house.vacancies("0101") == []
    assert house.grounds("0101") == []


def test_what_is_derived_is_noted_once_and_never_earlier(house: VacancyHouse) -> None:
    house.run("11-20")
    house.run("11-18")
    assert house.rows("SELECT CAST(computed_to AS text) FROM vacancy_progress") == [("2026-11-20 06:00:00+08",)]


def test_the_database_itself_refuses_two_reasons_on_one_day(house: VacancyHouse) -> None:
    house.unit("0101")
    house.run("11-20")
    with pytest.raises(IntegrityError, match="vacancies_overlap_excl"), house.database.transaction() as tx:
        tx.execute(
            text(
                "INSERT INTO vacancies (community_code, unit_code, reason, start_date, end_date) "
                "VALUES ('001', '0101', 'not_fitted_out', '2026-10-01', '2026-10-01')"
            )
        )


def test_two_communities_keep_their_own_day_of_going_live(house: VacancyHouse) -> None:
    house.add("communities", community_code="002", community_name="梧桐里")
    house.add("communities", community_code="003", community_name="望江阁")
    for code, live_from in (("002", "2026-10-01"), ("003", "2026-11-21")):
        house.add("buildings", community_code=code, building_code="01")
        house.add("settings", setting="live_from", community_code=code, value=live_from)
        house.unit("0201" if code == "002" else "0301", community_code=code)
    house.unit("0101")
    house.run("11-20")
    assert house.vacancies("0101") == [("unsold", "2026-09-01", None)]
    assert house.vacancies("0201") == [("unsold", "2026-10-01", None)]
    assert house.vacancies("0301") == []


# -- the registers of an office ----------------------------------------------------------------------------------------

JUDGED = {
    "KZ2026-001": ("accepted", None),
    "KZ2026-002": ("refused", "too_short"),
    "KZ2026-003": ("refused", "identity_not_checked"),
    "KZ2026-004": ("accepted", None),
    "KZ2026-005": ("refused", "overlapping"),
    "KZ2026-006": ("accepted", None),
    "KZ2026-007": ("accepted", None),
    "KZ2026-008": ("accepted", None),
    "KZ2026-009": ("refused", "too_short"),
    "KZ2026-010": ("accepted", None),
    "KZ2026-011": ("accepted", None),
}


@pytest.mark.rule("INS-07")
@pytest.mark.skipif(not REGISTERS.is_dir(), reason="the registers from outside are not beside this checkout")
def test_the_registers_planted_situations_come_out_as_they_were_planted(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["load", str(REGISTERS), "--as-of", "2026-11-20T11:30"])
    capsys.readouterr()
    house = VacancyHouse(database)
    house.add("settings", setting="live_from", value="2026-09-01")
    house.run("11-20")
    assert {code: house.judgement(code) for code in JUDGED} == JUDGED
    assert house.rows("SELECT count(*) FROM vacancy_registrations") == [(len(JUDGED),)]
    assert house.rows("SELECT case_code FROM cases WHERE case_code LIKE 'GJ-%' ORDER BY 1") == [
        ("GJ-KZ2026-007",),
        ("GJ-KZ2026-011",),
    ], "the others were made before the communities were served"
    assert house.registered("KZ2026-007") == ("2026-10-01", "2027-03-31"), "36 days late is within the sixty"
    assert house.vacancies("030204") == [], "KZ2026-006 had ended the day before"
    assert house.vacancies("2-0404") == [
        ("registered", "2026-04-01", "2026-09-30"),
        ("registered", "2026-10-01", "2027-03-31"),
    ]
    unsold = house.rows("SELECT unit_code FROM vacancies WHERE reason = 'unsold' AND end_date IS NULL ORDER BY 1")
    assert [row[0] for row in unsold] == ["021104", "031101", "031103", "031104", "2-0605", "2-0606"]
    assert house.vacancies("030803") == [
        ("unsold", "2026-09-01", "2026-09-16"),
        ("not_fitted_out", "2026-09-17", None),
    ]
    assert house.vacancies("020803") == [("not_fitted_out", "2026-08-14", "2026-09-17")]
    assert sum(house.run("11-20").values()) == 0
