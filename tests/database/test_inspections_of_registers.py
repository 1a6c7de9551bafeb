"""Months of inspections on an office's own registers and on a sample company, recounted from the exports.

The recount (tests/support/inspection_recount.py) knows nothing of the pipeline: it reads the exported registers and
plans and counts again who is vacant, what had to be planned, how even it was, and what came of it.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest

from guanjia.pipelines.vacancy_inspections.list_rows import read_lists
from guanjia.pipelines.vacancy_inspections.list_workbook import list_workbook
from guanjia.pipelines.vacancy_inspections.running import run_steps
from guanjia.sample.filling import fill_in
from guanjia.sample.generator import Wish
from guanjia.sample.inspectors import DILIGENT
from guanjia.sample.output import write
from guanjia.sample.rounds import is_working_day, rounds_of_home
from guanjia.settings import TIME_ZONE
from tests.conftest import Database
from tests.support.inspection_recount import rows_of
from tests.support.inspection_year import (
    EVENING,
    OFFICE_REGISTERS,
    at,
    forget,
    load,
    load_office,
    picture,
    play,
    some_days,
    table,
)

BESIDE = pytest.mark.skipif(
    not OFFICE_REGISTERS.is_dir(), reason="the registers from outside are not beside this checkout"
)
pytestmark = pytest.mark.timeout(900)
LIVE = date(2026, 9, 1)
SAMPLE_END = datetime(2026, 10, 31, 23, 59, tzinfo=TIME_ZONE)


def load_sample(folder: Path, units: int, months: int, until: datetime) -> date:
    """A sample company, taken in; its first day."""
    wish = Wish(units, months, 1, until)
    write(wish, folder)
    load(sorted(path for path in folder.rglob("*.csv")), until)
    return wish.first_day()


@BESIDE
@pytest.mark.rule("INS-02")
def test_an_offices_own_registers_are_inspected_once_a_month_each(database: Database, tmp_path: Path) -> None:
    load_office(database)
    played = play(LIVE, date(2026, 11, 30), tmp_path / "files", DILIGENT)
    assert played.all_faults() == []
    assert [month.month for month in played.months] == ["2026-09", "2026-10", "2026-11"]
    for month in played.months:
        assert month.planned == month.vacant + month.basements, "100 % planned"
        assert month.widest <= 1
        assert month.visited == month.to_visit, f"everything was seen: {month}"
    print("\n" + table(played))  # noqa: T201  # the figures in docs/inspections.md


@pytest.mark.soak
@BESIDE
@pytest.mark.rule("INS-02")
def test_skipped_days_give_an_office_the_same_plan(database: Database) -> None:
    load_office(database)
    last = date(2026, 11, 30)
    for day in some_days(LIVE, last, 1):
        run_steps(at(day), with_mails=False)
    daily = picture(database)
    assert len(daily["inspections"]) > 40
    for step in (9, 91):
        forget(database)
        for day in some_days(LIVE, last, step):
            run_steps(at(day), with_mails=False)
        assert picture(database) == daily


@pytest.mark.soak
@pytest.mark.rule("INS-02")
def test_a_sample_company_is_inspected_once_a_month_each(database: Database, tmp_path: Path) -> None:
    first = load_sample(tmp_path / "sample", 1_000, 2, SAMPLE_END)
    played = play(first, SAMPLE_END.date(), tmp_path / "files", DILIGENT)
    assert played.all_faults() == []
    for month in played.months:
        assert month.planned == month.vacant + month.basements > 150, "100 % planned"
        assert month.widest <= 1
        assert month.visited == month.to_visit, f"everything was seen: {month}"
    print("\n" + table(played))  # noqa: T201  # the figures in docs/inspections.md


@pytest.mark.soak
@pytest.mark.rule("INS-02")
def test_skipped_days_give_a_sample_company_the_same_plan(database: Database, tmp_path: Path) -> None:
    first = load_sample(tmp_path / "sample", 1_000, 2, SAMPLE_END)
    for day in some_days(first, SAMPLE_END.date(), 1):
        run_steps(at(day), with_mails=False)
    daily = picture(database)
    forget(database)
    for day in some_days(first, SAMPLE_END.date(), 13):
        run_steps(at(day), with_mails=False)
    assert picture(database) == daily


@pytest.mark.soak
@pytest.mark.rule("INS-02", "INS-05")
def test_inspectors_who_err_are_caught_and_lose_nothing(database: Database, tmp_path: Path) -> None:
    first = load_sample(tmp_path / "sample", 500, 2, SAMPLE_END)
    folder = tmp_path / "files"
    played = play(first, SAMPLE_END.date(), folder)
    assert played.all_faults() == []
    for month in played.months:
        assert month.visited / month.to_visit > 0.95, f"nearly everything was seen: {month}"
    states = Counter(row["state"] for row in rows_of(folder / "inspections.csv"))
    assert states["missed"] and states["not_entered"] and states["cancelled"]
    with database.transaction("read") as tx:
        verdicts = dict(map(tuple, tx.exec_driver_sql("SELECT verdict, count(*) FROM inspection_visits GROUP BY 1")))
        judged = tx.exec_driver_sql("SELECT count(*) FROM inspection_visits").scalar_one()
        results = tx.exec_driver_sql("SELECT count(*) FROM inspection_results").scalar_one()
        typos = tx.exec_driver_sql(
            "SELECT count(*) FROM rejects WHERE \"column\" = 'inspection_code' AND reason_code = 'unknown_reference'"
        ).scalar_one()
        told = tx.exec_driver_sql("SELECT count(*) FROM inspection_remarks WHERE kind LIKE 'result%%'").scalar_one()
        cases = tx.exec_driver_sql("SELECT count(*) FROM inspection_visits WHERE case_code IS NOT NULL").scalar_one()
        found = tx.exec_driver_sql(
            "SELECT count(*) FROM inspection_results WHERE finding IS NOT NULL OR NOT valves_off "
            "OR NOT installations_ok OR NOT hygiene_ok OR NOT structure_ok"
        ).scalar_one()
    assert judged == results, "every result that was taken in is judged"
    assert {"counted", "before_plan", "by_leaver"} <= set(verdicts)
    assert typos > 0, "an unknown code is refused at the door, visibly"
    assert told == judged - verdicts["counted"], "whatever does not count is remarked"
    assert cases == found > 0, "every finding has a case"


@pytest.mark.rule("INS-02", "INS-03")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_lists_filled_in_by_hand_come_back_as_results(database: Database, tmp_path: Path, language: str) -> None:
    first = load_sample(tmp_path / "sample", 300, 1, SAMPLE_END)
    day = next(day for day in some_days(first, SAMPLE_END.date(), 1) if is_working_day(day))
    run_steps(at(day), with_mails=False)
    rounds = rounds_of_home(1, DILIGENT)
    rounds.walk(day)
    with database.transaction("read") as tx:
        lists = read_lists(tx, day)
    people = sorted({row.staff_code for row in lists})
    for person in people:
        mailed = list_workbook([row for row in lists if row.staff_code == person], language)
        (tmp_path / f"{person}.xlsx").write_bytes(fill_in(mailed, rounds.results))
    load([tmp_path / f"{person}.xlsx" for person in people], at(day, EVENING))
    assert len(lists) == len(rounds.results) > 3
    assert run_steps(at(day, EVENING), with_mails=False)["visits"] == len(lists)
    with database.transaction("read") as tx:
        done = tx.exec_driver_sql("SELECT count(*) FROM inspections WHERE state = 'done'").scalar_one()
        rejected = tx.exec_driver_sql("SELECT count(*) FROM rejects").scalar_one()
        read = tx.exec_driver_sql("SELECT count(*) FROM meter_readings WHERE loaded_from IS NULL").scalar_one()
    assert (done, rejected) == (len(lists), 0)
    assert read > 0
