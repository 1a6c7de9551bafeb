"""A year of inspections on a company of 20,000 units, day by day, recounted from the exports (`make soak`).

The table it prints stands in docs/inspections.md. About twenty minutes.
"""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

import pytest

from guanjia.pipelines.vacancy_inspections.running import run_steps
from guanjia.settings import TIME_ZONE
from tests.conftest import Database
from tests.database.test_inspections_of_registers import load_sample
from tests.support.inspection_year import at, forget, picture, play, some_days, table, year

UNITS, MONTHS_BEFORE_THE_LAST = 20_000, 11
FIRST, LAST = year(2026)
END = datetime(2026, 12, 31, 23, 59, tzinfo=TIME_ZONE)
SKIPPED_DAYS = 17


@pytest.mark.soak
@pytest.mark.rule("INS-02")
@pytest.mark.timeout(7_200)
def test_a_year_of_twenty_thousand_units(database: Database, tmp_path: Path) -> None:
    assert load_sample(tmp_path / "sample", UNITS, MONTHS_BEFORE_THE_LAST, END) == FIRST
    began = time.monotonic()
    played = play(FIRST, LAST, tmp_path / "files", has_repairs=True)
    seconds = time.monotonic() - began
    print(f"\n{table(played)}\n{played.runs} runs, {played.results:,} results, {seconds:,.0f} s")
    assert played.all_faults() == []
    assert len(played.months) == 12
    for month in played.months:
        assert month.planned == month.vacant + month.basements, "100 % planned"
        assert month.widest <= 1
        assert month.visited / month.to_visit > 0.97


@pytest.mark.soak
@pytest.mark.rule("INS-02")
@pytest.mark.timeout(7_200)
def test_a_year_with_days_skipped_gives_the_same_plan(database: Database, tmp_path: Path) -> None:
    load_sample(tmp_path / "sample", UNITS, MONTHS_BEFORE_THE_LAST, END)
    for day in some_days(FIRST, LAST, 1):
        run_steps(at(day), with_mails=False)
    daily = picture(database)
    forget(database)
    for day in some_days(FIRST, LAST, SKIPPED_DAYS):
        run_steps(at(day), with_mails=False)
    assert picture(database) == daily
