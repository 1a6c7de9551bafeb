"""The reports' figures held against a clerk who counts anew from the exports, figure by figure, scope by scope."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest

from guanjia.domain.report_periods import ReportName
from guanjia.pipelines.overdue_escalations import run_steps as escalate
from guanjia.pipelines.reports.editions import compute
from guanjia.pipelines.vacancy_inspections.running import run_steps as plan_inspections
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import open_run
from tests.conftest import Database
from tests.database.report_story import play_week
from tests.database.reports_house import ReportsHouse
from tests.support.inspection_recount import Row, rows_of
from tests.support.inspection_year import OFFICE_REGISTERS, export, load_office
from tests.support.report_recount import COUNTED_FROM, TOLD, recount

WEEK: Final = "2026-11-20"
LEFT_OUT: Final = {
    "deadlines": ("case_code", "A3"),
    "case_events": ("case_code", "A5"),
    "calls": ("call_code", "L1"),
    "roster": ("staff_code", "S2"),
    "callback_contacts": ("callback_code", "H1"),
    "callback_attempts": ("callback_code", "H0"),
    "units": ("unit_code", "u3"),
    "occupancies": ("unit_code", "u1"),
    "vacancies": ("unit_code", "u2"),
    "inspections": ("inspection_code", "I1"),
    "inspection_results": ("inspection_code", "I2"),
    "bills": ("bill_code", "b1"),
    "allocations": ("bill_code", "b1"),
    "samples": ("sample_code", "Q1"),
    "found_property": ("item_code", "F1"),
    "custody_steps": ("subject", "F5"),
    "key_loans": ("loan_code", "K1"),
    "device_checks": ("normal", "no"),
}
"""Rows of the week worked by hand without which its figures would be others."""


def _at(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-{day}T{clock}").replace(tzinfo=TIME_ZONE)


def _report(database: Database, report: ReportName, as_of: datetime) -> None:
    with database.transaction() as tx:
        compute(tx, open_run(tx, f"{report}_report", as_of), as_of, report)


@pytest.fixture(scope="module")
def story(module_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Exports of the week worked by hand, reported on Friday at 15:00."""
    house, folder = ReportsHouse(module_database), tmp_path_factory.mktemp("story")
    house.setting("report_trend_periods", "3")
    play_week(house)
    house.report("20 15:00")
    export((*COUNTED_FROM, *TOLD), folder)
    yield folder


@pytest.mark.rule("REP-01")
def test_a_clerk_counts_every_figure_of_the_week_worked_by_hand(story: Path) -> None:
    found = recount(story, WEEK)
    assert found.faults == []
    assert (
        found.known > 250 and {"collection_rate", "quality_mean", "keys_out", "cases_reopened.total"} <= found.nonzero
    )
    assert recount(story, "2026-11-06").faults == [], "nor of the weeks of the trend"


@pytest.mark.parametrize("table", LEFT_OUT)
def test_the_clerk_finds_a_row_that_was_left_out(story: Path, tmp_path: Path, table: str) -> None:
    """Were he blind for a table, his silence would prove nothing."""
    for file in story.iterdir():
        (tmp_path / file.name).hardlink_to(file)
    column, code = LEFT_OUT[table]
    rows = rows_of(story / f"{table}.csv")
    place = min(number for number, row in enumerate(rows) if row[column] == code)
    _write(tmp_path / f"{table}.csv", rows[:place] + rows[place + 1 :], list(rows[0]))
    assert recount(tmp_path, WEEK).faults


def _write(path: Path, rows: list[Row], columns: list[str]) -> None:
    path.unlink()
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.rule("REP-01", "REP-02", "REP-06")
@pytest.mark.skipif(not OFFICE_REGISTERS.is_dir(), reason="the registers from outside are not beside this checkout")
def test_a_clerk_counts_every_figure_of_an_offices_week_and_day(database: Database, tmp_path: Path) -> None:
    load_office(database)
    plan_inspections(_at("11-20", "06:00"), with_mails=False)
    escalate(_at("11-20", "15:00"))
    for report in ("weekly", "daily"):
        _report(database, report, _at("11-20", "17:00"))
    export((*COUNTED_FROM, *TOLD), tmp_path)
    week, day = recount(tmp_path, WEEK), recount(tmp_path, WEEK, "daily")
    assert (week.faults, day.faults) == ([], [])
    assert week.known > 350 and day.known > 180 and week.parts > 40
    assert {"on_time.total", "escalations.2", "vacant", "unclaimed", "keys_out", "calls_answered"} <= week.nonzero
