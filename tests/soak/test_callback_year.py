"""A year of callbacks on a company of 5,000 customers, day by day, recounted from the exports (`make soak`).

The tables it prints stand in docs/callbacks.md.
"""

from __future__ import annotations

import time
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from guanjia.pipelines.scheduled_callbacks.running import run_steps
from guanjia.sample.agents import Habits
from guanjia.sample.generator import Wish
from guanjia.settings import TIME_ZONE
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.support.callback_year import at, forget, load_company, picture, play, tables
from tests.support.inspection_year import some_days, year

UNITS, MONTHS_BEFORE_THE_LAST = 5_900, 11
FIRST, LAST = year(2026)
END = datetime(2026, 12, 31, 23, 59, tzinfo=TIME_ZONE)
OUTAGE = 3
SMALL, FEW_CALLS = 500, 2
"""Units, and calls an agent may make a day: too few for all that is due."""


@pytest.mark.soak
@pytest.mark.rule("CB-01", "CB-02", "CB-03", "CB-04", "CB-05", "CB-06", "CB-11")
@pytest.mark.timeout(14_400)
def test_a_year_of_five_thousand_customers(database: Database, tmp_path: Path) -> None:
    wish = Wish(UNITS, MONTHS_BEFORE_THE_LAST, 1, END)
    load_company(tmp_path / "sample", wish)
    assert wish.first_day() == FIRST
    began = time.monotonic()
    played = play(FIRST, LAST, tmp_path / "files", Habits())
    played.seconds = time.monotonic() - began
    print(f"\n{tables(played)}")  # the tables in docs/callbacks.md
    assert played.recount.faults == []
    assert sum(played.written_again.values()) == 0, played.written_again
    assert len(played.recount.by_month) == 12


@pytest.mark.soak
@pytest.mark.rule("CB-04")
@pytest.mark.timeout(7_200)
def test_outages_of_three_days_give_the_same_plan(database: Database, tmp_path: Path) -> None:
    load_company(tmp_path / "sample", Wish(UNITS, MONTHS_BEFORE_THE_LAST, 1, END))
    first, last = FIRST, date(FIRST.year, 2, 28)
    for day in some_days(first, last, 1):
        run_steps(at(day), with_mails=False)
    daily = picture(database)
    assert len(daily["callbacks"]) > 1_000
    forget(database)
    for day in some_days(first, last, OUTAGE + 1):
        run_steps(at(day), with_mails=False)
    assert picture(database) == daily


@pytest.mark.soak
@pytest.mark.rule("CB-11")
@pytest.mark.timeout(7_200)
def test_too_few_agents_are_warned_of_before_windows_are_missed(database: Database, tmp_path: Path) -> None:
    load_company(tmp_path / "sample", Wish(SMALL, 1, 1, END))
    with database.transaction() as tx:
        tx.execute(insert(metadata.tables["settings"]).values(setting="callbacks_per_day", value=str(FEW_CALLS)))
    played = play(date(2026, 11, 1), LAST, tmp_path / "files", Habits())
    print(f"\n{tables(played)}")
    assert played.recount.faults == []
    assert played.recount.why_missed["no_capacity"] > 20
    assert played.recount.figures["most tries of an agent's day"] == FEW_CALLS
