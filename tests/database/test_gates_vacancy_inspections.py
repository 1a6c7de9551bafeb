"""Each expectation of the vacancy inspections' gates has a row that makes it fail."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, text, update

from guanjia.domain.errors import GateFailed
from guanjia.gates import check
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import close_run, open_run
from guanjia.store.tables import metadata
from tests.conftest import Database

AS_OF = datetime(2026, 11, 20, 6, tzinfo=TIME_ZONE)
VISITED = datetime(2026, 11, 19, 10, tzinfo=TIME_ZONE)
VACANCIES, INSPECTIONS = "vacancy_inspections/vacancies", "vacancy_inspections/inspections"
USE, VISITS = "vacancy_inspections/vacancy_use", "vacancy_inspections/inspection_visits"
IN_SET, BETWEEN = "expect_column_values_to_be_in_set", "expect_column_values_to_be_between"
CODE = "M2611-001-1"
T = metadata.tables


def _sound(tx: Connection) -> int:
    """A registered flat with its vacancy, a visited inspection and a month of use, as a run leaves them."""
    run_id = open_run(tx, "vacancy_inspections", AS_OF, started_at=AS_OF).run_id

    def add(table: str, **values: Any) -> None:
        tx.execute(insert(T[table]).values(**values))

    for community in ("001", "002"):
        add("communities", community_code=community, community_name=f"小区{community}")
    add("settings", setting="live_from", community_code="001", value="2026-09-01")
    add("staff", staff_code="S1", staff_name="林*", role="inspector", community_code="001")
    add("buildings", community_code="001", building_code="B1")
    unit = {"community_code": "001", "unit_code": "1"}
    add("units", **unit, building_code="B1", unit_use="residential", area_m2=90, handover_date=date(2025, 1, 1))
    add("customers", customer_code="C1", customer_name="王*", customer_type="owner")
    add("occupancies", **unit, customer_code="C1", role="owner", pays_fees=True, start_date=date(2025, 1, 1))
    for utility in ("water", "electricity"):
        add("meters", meter_code=utility, utility=utility, **unit)
    registered = {"first_day": date(2026, 10, 1), "last_day": date(2027, 4, 1)}
    add(
        "vacancy_applications",
        **unit,
        application_code="K1",
        applied_on=date(2026, 9, 25),
        start_date=date(2026, 10, 1),
        end_date=date(2027, 4, 1),
        identity_checked=True,
        water_reading=1,
        electricity_reading=1,
    )
    add("vacancy_registrations", application_code="K1", state="accepted", judged_at=AS_OF, run_id=run_id, **registered)
    ground = {"start_date": registered["first_day"], "end_date": registered["last_day"], "application_code": "K1"}
    add("vacancy_grounds", **unit, ground="registered", known_on=date(2026, 10, 1), run_id=run_id, **ground)
    add("vacancies", **unit, reason="registered", run_id=run_id, **ground)
    add(
        "vacancy_use",
        **unit,
        application_code="K1",
        period="2026-10",
        water_use=2,
        water_known_to=date(2026, 10, 31),
        is_occupied=True,
        explanation={},
        run_id=run_id,
    )
    add(
        "inspections",
        **unit,
        inspection_code=CODE,
        plan="monthly",
        period="2026-11",
        staff_code="S1",
        due_on=date(2026, 11, 19),
        state="done",
        building_code="B1",
        planned_on=date(2026, 11, 1),
        checklist="doors,valves",
        inspected_at=VISITED,
        inspected_by="S1",
        run_id=run_id,
    )
    add("inspection_results", inspection_code=CODE, inspected_at=VISITED, staff_code="S1", entered=True)
    add(
        "inspection_visits",
        inspection_code=CODE,
        inspected_at=VISITED,
        verdict="counted",
        content_digest="1",
        run_id=run_id,
    )
    return run_id


def _change(table: str, **values: Any) -> Callable[[Connection], None]:
    return lambda tx: tx.execute(update(T[table]).values(**values)) and None


def _both(*changes: Callable[[Connection], None]) -> Callable[[Connection], None]:
    def spoil(tx: Connection) -> None:
        for change in changes:
            change(tx)

    return spoil


UNSOLD = _change("vacancies", reason="unsold", application_code=None)
OPEN = _change("inspections", state="planned", inspected_at=None, inspected_by=None)
NOT_SERVED = _change("settings", community_code="002")


def _moved(hours: float) -> Callable[[Connection], None]:
    """The visit at another time."""

    def spoil(tx: Connection) -> None:
        at = VISITED + timedelta(hours=hours)
        tx.execute(text("DELETE FROM inspection_visits"))
        tx.execute(update(T["inspection_results"]).values(inspected_at=at))
        run_id = tx.scalar(select(T["runs"].c.run_id))
        tx.execute(
            insert(T["inspection_visits"]).values(
                inspection_code=CODE, inspected_at=at, verdict="counted", content_digest="1", run_id=run_id
            )
        )

    return spoil


def _busy_day(tx: Connection) -> None:
    """A hundred more units of the same inspector on the same day."""
    tx.execute(
        text(
            "INSERT INTO units (community_code, building_code, unit_code, unit_use, area_m2)"
            " SELECT '001', 'B1', 'U' || n, 'residential', 90 FROM generate_series(1, 100) AS n"
        )
    )
    tx.execute(
        text(
            "INSERT INTO inspections (inspection_code, plan, period, community_code, unit_code, staff_code, due_on,"
            " state, building_code, planned_on, checklist)"
            " SELECT 'U' || n, 'monthly', '2026-11', '001', 'U' || n, 'S1', DATE '2026-11-19', 'planned', 'B1',"
            " DATE '2026-11-01', 'doors' FROM generate_series(1, 100) AS n"
        )
    )


def _busy_visits(tx: Connection) -> None:
    _busy_day(tx)
    tx.execute(
        text(
            "INSERT INTO inspection_results (inspection_code, inspected_at, staff_code, entered)"
            " SELECT 'U' || n, CAST(:at AS timestamptz) + n * interval '1 minute', 'S1', TRUE"
            " FROM generate_series(1, 100) AS n"
        ),
        {"at": VISITED},
    )
    tx.execute(
        text(
            "INSERT INTO inspection_visits (inspection_code, inspected_at, verdict, content_digest, run_id)"
            " SELECT r.inspection_code, r.inspected_at, 'already_done', '1', (SELECT max(run_id) FROM runs)"
            " FROM inspection_results AS r WHERE r.inspection_code LIKE 'U%'"
        )
    )


@pytest.mark.parametrize(
    ("suite", "expectation", "severity", "spoil"),
    [
        (VACANCIES, "expect_column_values_to_be_in_set: is_served", "critical", NOT_SERVED),
        (
            VACANCIES,
            "expect_column_values_to_be_between: days_after_live",
            "critical",
            _both(UNSOLD, _change("vacancies", start_date=date(2026, 1, 1), end_date=date(2026, 8, 1))),
        ),
        (
            VACANCIES,
            "expect_column_values_to_be_between: days_since_start",
            "critical",
            _both(UNSOLD, _change("vacancies", start_date=date(2026, 11, 21))),
        ),
        (
            VACANCIES,
            "expect_column_values_to_be_in_set: unit_use",
            "critical",
            _change("units", unit_use="basement"),
        ),
        (
            VACANCIES,
            "expect_column_values_to_be_in_set: is_as_registered",
            "critical",
            _change("vacancies", end_date=date(2027, 4, 2)),
        ),
        (VACANCIES, "expect_column_values_to_be_in_set: is_lived_in", "warning", UNSOLD),
        (
            VACANCIES,
            "expect_column_values_to_be_between: days_vacant",
            "warning",
            _both(UNSOLD, _change("vacancies", start_date=date(1926, 11, 1))),
        ),
        (
            VACANCIES,
            "expect_column_values_to_be_between: utilities_metered",
            "warning",
            _change("meters", utility="water"),
        ),
        (
            INSPECTIONS,
            "expect_column_values_to_be_between: days_since_live",
            "critical",
            _both(OPEN, _change("settings", value="2026-12-01")),
        ),
        (
            INSPECTIONS,
            "expect_column_values_to_be_in_set: is_in_scope",
            "critical",
            _both(OPEN, _change("staff", community_code="002")),
        ),
        (
            INSPECTIONS,
            "expect_column_values_to_be_in_set: is_in_period",
            "critical",
            _change("inspections", due_on=date(2026, 12, 1)),
        ),
        (
            INSPECTIONS,
            "expect_column_values_to_be_in_set: is_vacant",
            "critical",
            _both(OPEN, _change("vacancy_grounds", end_date=date(2026, 11, 19))),
        ),
        (
            INSPECTIONS,
            "expect_column_values_to_be_in_set: has_visit",
            "critical",
            _change("inspections", inspected_at=AS_OF + timedelta(hours=1)),
        ),
        (
            INSPECTIONS,
            "expect_column_values_to_be_in_set: has_inspector",
            "warning",
            _both(OPEN, _change("inspections", staff_code=None)),
        ),
        (
            INSPECTIONS,
            "expect_column_values_to_be_in_set: is_employed",
            "warning",
            _both(OPEN, _change("staff", left_on=date(2026, 11, 18))),
        ),
        (INSPECTIONS, "expect_column_values_to_be_between: units_that_day", "warning", _both(OPEN, _busy_day)),
        (
            INSPECTIONS,
            "expect_column_values_to_be_between: points",
            "warning",
            _both(OPEN, _change("inspections", checklist="")),
        ),
        (
            USE,
            "expect_column_values_to_be_between: water_use",
            "critical",
            _change("vacancy_use", water_use=-1),
        ),
        (
            USE,
            "expect_column_values_to_be_between: electricity_use",
            "critical",
            _change("vacancy_use", electricity_use=-1, electricity_known_to=date(2026, 10, 31)),
        ),
        (
            USE,
            "expect_column_values_to_be_in_set: is_occupied_by_reading",
            "critical",
            _change("vacancy_use", water_use=None),
        ),
        (
            USE,
            "expect_column_values_to_be_in_set: is_registered",
            "critical",
            _change("vacancy_use", period="2026-09"),
        ),
        (
            USE,
            "expect_column_values_to_be_between: days_since_month_began",
            "critical",
            _change("vacancy_use", period="2026-12"),
        ),
        (
            USE,
            "expect_column_values_to_be_in_set: is_explained",
            "critical",
            _change("vacancy_use", water_known_to=None),
        ),
        (VISITS, "expect_column_values_to_be_between: seconds_since_visit", "critical", _moved(24)),
        (
            VISITS,
            "expect_column_values_to_be_in_set: is_by_employed",
            "critical",
            _change("staff", left_on=date(2026, 11, 18)),
        ),
        (
            VISITS,
            "expect_column_values_to_be_in_set: is_reflected",
            "critical",
            _change("inspections", state="planned"),
        ),
        (
            VISITS,
            "expect_column_values_to_be_in_set: has_case",
            "critical",
            _change("inspection_results", valves_off=False),
        ),
        (
            VISITS,
            "expect_column_values_to_be_in_set: is_in_scope",
            "warning",
            _change("staff", community_code="002"),
        ),
        (VISITS, "expect_column_values_to_be_between: hour_of_day", "warning", _moved(-10)),
        (VISITS, "expect_column_values_to_be_between: visits_that_day", "warning", _busy_visits),
    ],
)
@pytest.mark.rule("INS-02")
def test_a_row_that_breaks_it_is_found(
    database: Database, suite: str, expectation: str, severity: str, spoil: Callable[[Connection], None]
) -> None:
    with database.transaction("owner") as tx:
        run_id = _sound(tx)
    assert check(run_id, suite, {"run_id": run_id}, checked_at=AS_OF) == {"rows": 1, "warnings": 0}
    with database.transaction("owner") as tx:
        spoil(tx)
    expected: AbstractContextManager[object] = pytest.raises(GateFailed) if severity == "critical" else nullcontext()
    with expected:
        check(run_id, suite, {"run_id": run_id}, checked_at=AS_OF)
    with database.transaction("read") as tx:
        results = T["gate_results"]
        failed = tx.execute(
            select(results.c.expectation, results.c.severity, results.c.failed_keys).where(results.c.outcome != "met")
        ).all()
    assert (expectation, severity) in {(row.expectation, row.severity) for row in failed}
    assert all(row.failed_keys for row in failed)


@pytest.mark.rule("INS-02")
@pytest.mark.parametrize("suite", [VACANCIES, INSPECTIONS, USE, VISITS])
def test_rows_of_a_run_that_did_not_succeed_meet_the_gate_of_the_next(database: Database, suite: str) -> None:
    with database.transaction("owner") as tx:
        first = _sound(tx)
        second = open_run(tx, "vacancy_inspections", AS_OF, started_at=AS_OF).run_id
    assert check(second, suite, {"run_id": second}, checked_at=AS_OF)["rows"] == 1
    with database.transaction("owner") as tx:
        close_run(tx, first, "succeeded")
        third = open_run(tx, "vacancy_inspections", AS_OF, started_at=AS_OF).run_id
    assert check(third, suite, {"run_id": third}, checked_at=AS_OF)["rows"] == 0


@pytest.mark.rule("INS-02")
def test_what_a_gate_stopped_is_stopped_by_the_next_one_too(database: Database) -> None:
    with database.transaction("owner") as tx:
        first = _sound(tx)
        _both(OPEN, _change("staff", community_code="002"))(tx)
    for run_id in (first, None):
        if run_id is None:
            with database.transaction("owner") as tx:
                close_run(tx, first, "failed")
                run_id = open_run(tx, "vacancy_inspections", AS_OF, started_at=AS_OF).run_id
        with pytest.raises(GateFailed):
            check(run_id, INSPECTIONS, {"run_id": run_id}, checked_at=AS_OF)
