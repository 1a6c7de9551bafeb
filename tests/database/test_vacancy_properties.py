"""Any history of handovers, registrations, fit-outs, uses and occupancies: no overlap, no gap, and days may be skipped.

Against an oracle that walks the calendar day by day and shares nothing with the product.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text

from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.database.vacancy_house import VacancyHouse, build_vacancy_house
from tests.database.vacancy_oracle import Application, History, Why, accepted, every_day, grounds, reason
from tests.support.examples import examples

T = metadata.tables
LIVE = date(2026, 9, 1)
FIRST, LAST = date(2026, 4, 1), date(2026, 12, 20)
HORIZON = date(2027, 12, 31)
BEGINNING = date(1, 1, 1)
LONG_AGO = date(2020, 5, 1)

pytestmark = [pytest.mark.rule("INS-01"), pytest.mark.rule("INS-07")]

DAYS = st.dates(FIRST, LAST)
NOTED_DAYS = st.sampled_from(
    [date(2026, 8, 31), LIVE, date(2026, 9, 2), date(2026, 10, 1), date(2026, 11, 19), date(2026, 11, 20)]
)
SOME_DAY = st.one_of(NOTED_DAYS, DAYS)
"""The edges that matter come up often, and together."""

ONE_IN_FOUR = st.sampled_from([False, False, False, True])


@st.composite
def applications(draw: st.DrawFn, number: int, former: Application | None) -> Application:
    start = draw(st.one_of(SOME_DAY, st.dates(FIRST, LIVE)))
    if former is not None and not draw(ONE_IN_FOUR):
        start = former.last + timedelta(days=draw(st.integers(0, 1)))
    length = draw(st.sampled_from([30, 90, 91, 92, 93, 94, 95, 96, 97, 98, 110, 300]))
    end = start + timedelta(days=length)
    return Application(
        code=f"KZ{number}",
        applied=start + timedelta(days=draw(st.sampled_from([-150, -100, -40, -1, 0, 20, 59, 60, 61]))),
        start=start,
        end=end,
        ended=draw(st.dates(start - timedelta(days=20), end + timedelta(days=20))) if draw(ONE_IN_FOUR) else None,
        checked=not (draw(ONE_IN_FOUR) and draw(ONE_IN_FOUR)),
    )


@st.composite
def histories(draw: st.DrawFn) -> History:
    uses = {BEGINNING: "residential"}
    if draw(st.booleans()) and draw(st.booleans()):
        for day in draw(st.sets(SOME_DAY, max_size=3)):
            uses[day] = draw(st.sampled_from(["storage", "residential", "shop"]))
    made: list[Application] = []
    for number in range(draw(st.sampled_from([0, 1, 2, 3, 4]))):
        made.append(draw(applications(number, made[-1] if made else None)))
    return History(
        handover=draw(st.one_of(st.none(), SOME_DAY, st.just(LONG_AGO), st.just(LONG_AGO))),
        fit_out=draw(st.sampled_from(["none", "in_progress", "done", None])),
        stages=tuple(draw(st.lists(SOME_DAY, max_size=3, unique=True))) if draw(st.booleans()) else (),
        applications=tuple(made),
        uses=uses,
    )


COMPANIES = st.lists(histories(), min_size=1, max_size=6)
TODAY = st.one_of(st.dates(LIVE, LAST), st.just(LAST))
RUN_DAYS = st.sets(st.dates(LIVE, LAST), min_size=1, max_size=4).map(sorted)

EMPTIED = (
    "vacancy_grounds",
    "vacancies",
    "inspection_remarks",
    "vacancy_registrations",
    "vacancy_progress",
    "cases",
    "vacancy_applications",
    "fit_outs",
    "occupancies",
    "unit_versions",
    "units",
)


def _forget(house: VacancyHouse, *tables: str) -> None:
    with house.database.transaction() as tx:
        for table in tables:
            tx.execute(text(f"DELETE FROM {table}"))


def _write(house: VacancyHouse, company: Sequence[History]) -> None:
    rows: dict[str, list[dict[str, Any]]] = {"units": [], "unit_versions": [], "fit_outs": [], "occupancies": []}
    rows["vacancy_applications"] = []
    for number, history in enumerate(company):
        unit = {"community_code": "001", "unit_code": f"{number:04}"}
        newest = max(history.uses)
        known = {"unit_use": history.uses[newest], "valid_from": None if newest == BEGINNING else newest}
        home = {"building_code": "01", "area_m2": 90, "handover_date": history.handover, "fit_out": history.fit_out}
        rows["units"].append(unit | home | known)
        rows["unit_versions"] += [
            unit | {"valid_from": day, "unit_use": use, "area_m2": 90} for day, use in history.uses.items()
        ]
        rows["fit_outs"] += [
            unit | {"stage": stage, "start_date": day}
            for stage, day in zip(("utilities", "painting", "tiling"), history.stages, strict=False)
        ]
        if history.handover is not None:
            lived = {"customer_code": "200001", "role": "owner", "pays_fees": True, "start_date": history.handover}
            rows["occupancies"].append(unit | lived)
        rows["vacancy_applications"] += [_application_row(unit, each) for each in history.applications]
    with house.database.transaction() as tx:
        for table, wanted in rows.items():
            if wanted:
                tx.execute(insert(T[table]), wanted)


def _application_row(unit: Mapping[str, str], application: Application) -> dict[str, Any]:
    return {
        **unit,
        "application_code": f"{unit['unit_code']}{application.code}",
        "applied_on": application.applied,
        "start_date": application.start,
        "end_date": application.end,
        "ended_on": application.ended,
        "identity_checked": application.checked,
        "water_reading": 1,
        "electricity_reading": 1,
    }


def _kept(house: VacancyHouse) -> list[list[tuple[Any, ...]]]:
    """The tables of a run, without what says when it was written and by which run."""
    return [
        house.rows(statement)
        for statement in (
            "SELECT community_code, unit_code, reason, start_date, end_date, application_code FROM vacancies "
            "ORDER BY 1, 2, 4",
            "SELECT community_code, unit_code, ground, start_date, end_date, known_on, application_code "
            "FROM vacancy_grounds ORDER BY 1, 2, 3, 4",
            "SELECT application_code, state, reason, overlaps_code, first_day, last_day, case_code "
            "FROM vacancy_registrations ORDER BY 1",
            "SELECT kind, subject, unit_code, detail FROM inspection_remarks ORDER BY 1, 2",
            "SELECT case_code, unit_code, customer_code, description FROM cases ORDER BY 1",
        )
    ]


def _days_of(rows: Sequence[tuple[Any, ...]]) -> Counter[tuple[str, date, Why]]:
    """Unit, day and reason, of rows (unit, reason, start, end, application); more than once where rows overlap."""
    found: Counter[tuple[str, date, Why]] = Counter()
    for unit, why, start, end, application in rows:
        code = None if application is None else application[len(unit) :]
        found.update((unit, day, (why, code)) for day in every_day(start, min(end or HORIZON, HORIZON)))
    return found


def _vacancies(house: VacancyHouse) -> list[tuple[Any, ...]]:
    return house.rows("SELECT unit_code, reason, start_date, end_date, application_code FROM vacancies ORDER BY 1, 3")


def _known_vacant(house: VacancyHouse, day: date) -> list[tuple[Any, ...]]:
    """What a plan made on a day may know of: the units vacant on it."""
    return house.rows(
        "SELECT DISTINCT unit_code FROM vacancy_grounds WHERE known_on <= :day AND start_date <= :day "
        "AND (end_date IS NULL OR end_date >= :day) ORDER BY 1",
        day=day,
    )


@pytest.fixture
def house(database: Database) -> VacancyHouse:
    found = build_vacancy_house(database, LIVE.isoformat())
    found.add("customers", customer_code="200001", customer_name="王一", customer_type="owner")
    return found


@given(company=COMPANIES, today=TODAY)
@settings(max_examples=examples(25))
def test_every_day_of_every_unit_is_what_a_clerk_finds(
    house: VacancyHouse, company: list[History], today: date
) -> None:
    _forget(house, *EMPTIED)
    _write(house, company)
    house.run(today)
    rows = _vacancies(house)
    got = _days_of(rows)
    expected = {
        (f"{number:04}", day, why)
        for number, history in enumerate(company)
        for day, found in grounds(history, LIVE, today, HORIZON).items()
        if (why := reason(found)) is not None
    }
    assert set(got) == expected
    assert max(got.values(), default=1) == 1, "no overlap"
    kept = house.rows("SELECT application_code FROM vacancy_registrations WHERE state = 'accepted' ORDER BY 1")
    assert [row[0] for row in kept] == sorted(
        f"{number:04}{each.code}" for number, history in enumerate(company) for each in accepted(history, today)
    )
    for before, after in pairwise(rows):
        is_torn = before[:2] == after[:2] and before[4] == after[4] and before[3] + timedelta(days=1) == after[2]
        assert not is_torn, "days on end for one reason are one interval"


@given(company=COMPANIES, today=TODAY)
@settings(max_examples=examples(8))
def test_the_grounds_are_uncut(house: VacancyHouse, company: list[History], today: date) -> None:
    _forget(house, *EMPTIED)
    _write(house, company)
    house.run(today)
    kept = "SELECT unit_code, ground, start_date, end_date, application_code FROM vacancy_grounds"
    expected = {
        (f"{number:04}", day, why)
        for number, history in enumerate(company)
        for day, found in grounds(history, LIVE, today, HORIZON).items()
        for why in found
    }
    assert set(_days_of(house.rows(kept))) == expected


@given(company=COMPANIES, run_days=RUN_DAYS)
@settings(max_examples=examples(12))
def test_skipped_days_end_with_what_runs_on_every_day_would_have_written(
    house: VacancyHouse, company: list[History], run_days: list[date]
) -> None:
    _forget(house, *EMPTIED)
    _write(house, company)
    vacant = {}
    for day in run_days:
        house.run(day)
        vacant[day] = _known_vacant(house, day)
        assert sum(house.run(day).values()) == 0, "again writes nothing"
    daily = _kept(house)
    _forget(house, *EMPTIED[: EMPTIED.index("vacancy_applications")])
    house.run(run_days[-1])
    assert _kept(house) == daily
    for day in run_days:
        assert _known_vacant(house, day) == vacant[day], "what was to be planned on a day can be told afterwards"


@given(former=COMPANIES, company=COMPANIES, today=TODAY)
@settings(max_examples=examples(8))
def test_corrected_registers_give_what_they_would_have_given_at_once(
    house: VacancyHouse, former: list[History], company: list[History], today: date
) -> None:
    """All but overlaps, where who was accepted first stays so: therefore at most one application a unit."""
    _forget(house, *EMPTIED)
    single = [
        [History(one.handover, one.fit_out, one.stages, one.applications[:1], one.uses) for one in some]
        for some in (former, company)
    ]
    _write(house, single[1])
    house.run(today)
    at_once = _kept(house)[:2]
    _forget(house, *EMPTIED)
    _write(house, single[0])
    house.run(today)
    corrected = ("vacancy_grounds", "vacancies", "inspection_remarks", "vacancy_registrations", "cases")
    with house.database.transaction() as tx:
        kept = {name: [dict(row) for row in tx.execute(T[name].select()).mappings()] for name in corrected[:2]}
    _forget(house, *corrected, *EMPTIED[EMPTIED.index("vacancy_applications") :])
    _write(house, single[1])
    units = {f"{number:04}" for number in range(len(company))}
    codes = {f"{number:04}KZ0" for number, one in enumerate(single[1]) if one.applications}
    with house.database.transaction() as tx:
        for name, rows in kept.items():
            stay = [
                row
                for row in rows
                if row["unit_code"] in units and (row["application_code"] is None or row["application_code"] in codes)
            ]
            if stay:
                tx.execute(insert(T[name]), stay)
    house.run(today)
    assert _kept(house)[:2] == at_once, "whatever stood there before"
