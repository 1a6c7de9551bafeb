"""A week is judged as at its own end: whatever happens after it, the week computed again says the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from guanjia.pipelines.overdue_escalations.deadlines import compute_deadlines
from guanjia.pipelines.reports.editions import compute
from guanjia.store.engine import Transaction
from guanjia.store.runs import open_run
from tests.conftest import Database
from tests.database.reports_house import ReportsHouse, at
from tests.support.examples import examples
from tests.support.inspection_year import export
from tests.support.report_later import LATER, LATER_AS_OF, Story, play_to_end
from tests.support.report_recount import COUNTED_FROM, TOLD, recount
from tests.support.report_worlds import END, Place, write_world

PERIOD: Final = "2026-11-20"
PLACES: Final = (Place("001", "East", 11, 16), Place("002", "East", 12, 12), Place("003", "West", 13, 14))
SAID: Final = {
    "report_figures": "value, previous, target, is_provisional, numerator, denominator",
    "report_base": "numerator, denominator",
    "report_breakdowns": "numerator, denominator",
}
AT_LEAST: Final = {
    "SELECT count(*) FROM deadlines WHERE state = 'paused'": 5,
    "SELECT count(*) FROM deadlines WHERE state = 'running' AND due_at < :end": 20,
    "SELECT count(*) FROM callback_contacts WHERE state = 'planned' AND due_by >= :start AND due_by < :end": 3,
    "SELECT count(*) FROM inspections WHERE state = 'planned' AND due_on BETWEEN '2026-11-13' AND '2026-11-19'": 5,
    "SELECT count(*) FROM roster WHERE starts_at < :end AND ends_at > :end": 5,
}
"""What the later facts need to have something to change."""
KEYS: Final = {
    "report_figures": "scope, figure",
    "report_base": "community_code, figure",
    "report_breakdowns": "scope, kind, code, figure",
}

Said = dict[tuple[str, ...], tuple[Any, ...]]


class _Undone(Exception):
    """Takes back what was played."""


def _said(tx: Transaction, edition: int) -> Said:
    """All an edition says: figures, base rows and parts."""
    found: Said = {}
    for table, columns in SAID.items():
        width = len(KEYS[table].split(","))
        rows = tx.execute(
            text(
                f"SELECT {KEYS[table]}, {columns} FROM {table}"
                " WHERE report = 'weekly' AND period = :period AND edition = :edition"
            ),
            {"period": PERIOD, "edition": edition},
        )
        found |= {(table, *row[:width]): tuple(row[width:]) for row in rows}
    return found


@pytest.fixture(scope="module")
def world(module_database: Database) -> Iterator[tuple[Database, Said]]:
    """Three communities up to Friday 15:00, and what the report of that instant said."""
    with module_database.transaction() as tx:
        write_world(tx, PLACES, 5)
        play_to_end(tx, 7)
    with module_database.transaction() as tx:
        compute(tx, open_run(tx, "weekly_report", END), END, "weekly")
    with module_database.transaction() as tx:
        yield module_database, _said(tx, 1)


def _differences(world: tuple[Database, Said], seed: int, subjects: list[str], share: float = 0.67) -> Said:
    """What the week says otherwise once things of some subjects have happened after it; then they have not."""
    database, before = world
    found: Said = {}
    try:
        with database.transaction() as tx:
            story = Story(tx, seed, share)
            for subject in subjects:
                LATER[subject](story)
            assert story.last <= LATER_AS_OF
            compute(tx, open_run(tx, "weekly_report", LATER_AS_OF), LATER_AS_OF, "weekly", PERIOD, preview=True)
            after = _said(tx, 2)
            assert after
            found = {
                key: (before.get(key), after.get(key))
                for key in before.keys() | after.keys()
                if before.get(key) != after.get(key)
            }
            raise _Undone
    except _Undone:
        return found


@pytest.mark.rule("REP-01")
@pytest.mark.parametrize("subject", LATER)
def test_a_week_stays_what_it_was_whatever_happens_after_it(world: tuple[Database, Said], subject: str) -> None:
    assert _differences(world, 1, [subject]) == {}


@pytest.mark.rule("REP-01")
@settings(max_examples=examples(3))
@given(
    seed=st.integers(0, 99_999),
    subjects=st.lists(st.sampled_from(tuple(LATER)), min_size=2, unique=True),
    share=st.sampled_from((0.3, 0.7, 1.0)),
)
def test_a_week_stays_what_it_was_whatever_happens_together(
    world: tuple[Database, Said], seed: int, subjects: list[str], share: float
) -> None:
    assert _differences(world, seed, subjects, share) == {}


def test_the_week_has_something_of_everything(world: tuple[Database, Said]) -> None:
    """Nothing would stay nothing, whatever happened."""
    database, before = world
    company = {key[2]: values[4] for key, values in before.items() if key[:2] == ("report_figures", "company")}
    nothing = {code for code, numerator in company.items() if numerator in (None, Decimal(0))}
    assert nothing <= {"cases_in.repair_unsaid", "cases_open.repair_unsaid", "cases_out.repair_unsaid"} | {
        code for code in company if code.startswith(("cases_reopened.", "on_time."))
    }
    assert "on_time.total" not in nothing
    with database.transaction() as tx:
        for statement, least in AT_LEAST.items():
            assert tx.execute(text(statement), {"end": END, "start": END - timedelta(7)}).scalar_one() >= least, (
                statement
            )


@pytest.mark.rule("REP-01")
def test_what_was_withdrawn_before_the_end_and_given_again_after_it_was_not_there_at_it(database: Database) -> None:
    """No policy asks for an outcome from Thursday evening until Saturday; the outcome was due on Thursday morning."""
    house = ReportsHouse(database)
    house.community("001")
    house.setting("report_trend_periods", "1")
    house.case("K1", "18 09:00", kind="repair", area="in_home")

    def said(enabled: bool, when: str, period: str | None = None) -> Said:
        with database.transaction() as tx:
            tx.execute(text("UPDATE deadline_policies SET enabled = :on WHERE milestone = 'outcome'"), {"on": enabled})
            run = open_run(tx, "weekly_report", at(when))
            compute(tx, run, at(when), "weekly", period, preview=period is not None)
            return _said(tx, 2 if period else 1)

    with database.transaction() as tx:
        compute_deadlines(tx, open_run(tx, "overdue_escalations", at("19 17:00")), at("19 17:00"))
    before = said(False, "20 15:00")
    assert before["report_figures", "company", "on_time.total"][4:] == (0, 2), "the others, not the outcome"
    assert said(True, "21 10:00", PERIOD) == before


@pytest.mark.rule("REP-01")
def test_a_clerk_who_sees_only_what_there_is_afterwards_counts_the_same_week(
    database: Database, tmp_path: Path
) -> None:
    """He knows of no former community of somebody, nor of the former use of a unit: those stay."""
    with database.transaction() as tx:
        write_world(tx, PLACES, 5)
        play_to_end(tx, 7)
    with database.transaction() as tx:
        compute(tx, open_run(tx, "weekly_report", END), END, "weekly")
        before = _said(tx, 1)
    with database.transaction() as tx:
        story = Story(tx, 3)
        for subject in [each for each in LATER if each not in ("people", "units")]:
            LATER[subject](story)
    with database.transaction() as tx:
        compute(tx, open_run(tx, "weekly_report", LATER_AS_OF), LATER_AS_OF, "weekly", PERIOD, preview=True)
        assert _said(tx, 2) == before
    export((*COUNTED_FROM, *TOLD), tmp_path)
    found = recount(tmp_path, PERIOD)
    assert found.faults == []
    assert found.known > 300
