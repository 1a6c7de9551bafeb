"""Cases add up, whatever happened: open before, in and reopened are out and open after, in every scope and kind.

Histories are random and coarse, so that things happen at one instant, at the edges of weeks and before the opening.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text

from guanjia.domain.report_catalogue import KINDS
from guanjia.domain.report_periods import ReportPeriod, before, period_ending
from guanjia.pipelines.overdue_escalations.deadlines import compute_deadlines
from guanjia.pipelines.reports import served as serving
from guanjia.pipelines.reports.measuring import measure_edition, measure_windows
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction
from guanjia.store.runs import open_run
from tests.conftest import Database
from tests.database.reports_house import REGIONS, ReportsHouse, T, at
from tests.support.examples import examples

WEEK: Final = period_ending("weekly", datetime(2026, 11, 20, 15, tzinfo=TIME_ZONE))
FIRST: Final = before(before(WEEK)).start
STEP: Final = timedelta(hours=8)  # 21 of them are a week, so edges are met
LATER: Final = FIRST + 30 * STEP
LIVE: Final = {"001": "2026-09-01", "002": "2026-09-01", "003": "2026-11-09"}
AREAS: Final = {"repair_in_home": "in_home", "repair_public": "public", "repair_unsaid": None}

instants = st.integers(-12, 70).map(lambda step: FIRST + step * STEP)
events = st.lists(st.tuples(st.sampled_from(("resolved", "closed", "reopened", "answered")), instants), max_size=5)


@dataclass(frozen=True)
class Case:
    """A case as drawn."""

    community: str
    word: str
    opened_at: datetime
    events: tuple[tuple[str, datetime], ...]
    is_late: bool

    def finished_at(self, edge: datetime) -> datetime | None:
        """Since when it is finished at an instant; None: it is open."""
        seen = [each for each in self.events if each[1] < edge]
        last = max((when for event, when in seen if event == "reopened"), default=None)
        ends = [when for event, when in seen if event in ("resolved", "closed") and (last is None or when > last)]
        return max(min(ends), self.opened_at) if ends else None

    def is_open(self, edge: datetime) -> bool:
        return self.opened_at < edge and self.finished_at(edge) is None


cases = st.lists(
    st.builds(
        Case,
        st.sampled_from(tuple(LIVE)),
        st.sampled_from(tuple(KINDS)),
        instants,
        events.map(lambda found: tuple(dict.fromkeys(found))),
        st.booleans(),
    ),
    min_size=3,
    max_size=14,
)


@pytest.fixture(scope="module")
def house(module_database: Database) -> Iterator[ReportsHouse]:
    """Three communities; what an example writes is rolled back."""
    found = ReportsHouse(module_database)
    for code in REGIONS:
        found.community(code, live_from=LIVE[code])
    yield found


@settings(max_examples=examples(12))
@given(history=cases)
@example(history=[Case("001", "enquiry", FIRST, (("resolved", LATER), ("reopened", LATER)), is_late=False)])
@example(history=[Case("002", "complaint", LATER, (("closed", FIRST - STEP),), is_late=True)])
def test_cases_add_up_in_every_scope_and_kind(house: ReportsHouse, history: list[Case]) -> None:
    with house.database.transaction() as tx:
        kept = tx.begin_nested()
        try:
            _write(tx, [each for each in history if not each.is_late])
            compute_deadlines(tx, open_run(tx, "weekly_report", WEEK.end), WEEK.end)
            _write(tx, [each for each in history if each.is_late])
            found = _measure(tx)
            _check(found, history)
        finally:
            kept.rollback()


def _write(tx: Transaction, history: list[Case]) -> None:
    for each in history:
        code = f"K{tx.execute(text('SELECT count(*) FROM cases')).scalar_one()}"
        is_repair = each.word in AREAS
        row: dict[str, Any] = {"case_code": code, "community_code": each.community, "urgency": "ordinary"}
        row |= {"kind": "repair" if is_repair else each.word, "area": AREAS.get(each.word)}
        tx.execute(insert(T["cases"]).values(row | {"opened_at": each.opened_at}))
        for event, when in each.events:
            tx.execute(insert(T["case_events"]).values(case_code=code, event=event, event_at=when))


def _measure(tx: Transaction) -> dict[tuple[str, str, str], int | None]:
    """(week, scope, figure) → count, of the last week and the one before."""
    served = serving.served_on(tx, WEEK.last_day)
    weeks: list[ReportPeriod] = [WEEK, before(WEEK), before(before(WEEK))]
    windows = measure_windows(tx, "weekly", weeks, served)
    found: dict[tuple[str, str, str], int | None] = {}
    for week, number in ((WEEK, 0), (before(WEEK), 1)):
        assert windows[week.code] == number
        measure_edition(tx, "weekly", week, served, number, number + 1)
        for scope, figure, value, previous in tx.execute(
            text("SELECT scope, figure, figure_value, previous FROM report_sums WHERE figure LIKE 'cases_%'")
        ):
            found[week.code, scope, figure] = None if value is None else int(value)
            found[week.code, scope, f"before {figure}"] = None if previous is None else int(previous)
    return found


def _check(found: dict[tuple[str, str, str], int | None], history: list[Case]) -> None:
    scopes = {"company": set(LIVE), "region:East": {"001", "002"}, "region:West": {"003"}}
    scopes |= {code: {code} for code in LIVE}
    for week in (WEEK, before(WEEK)):
        for scope, communities in scopes.items():
            live = {code for code in communities if at(f"{LIVE[code]} 00:00") < week.end}
            for word in ("total", *KINDS):
                mine = [
                    each
                    for each in history
                    if each.community in live
                    and each.opened_at >= at(f"{LIVE[each.community]} 00:00")
                    and word in ("total", each.word)
                ]
                _check_one(found, week, scope, word, mine, is_live=bool(live))


def _check_one(
    found: dict[tuple[str, str, str], int | None],
    week: ReportPeriod,
    scope: str,
    word: str,
    mine: list[Case],
    *,
    is_live: bool,
) -> None:
    counts = [found.get((week.code, scope, f"cases_{name}.{word}")) for name in ("in", "out", "reopened", "open")]
    if not is_live:
        assert counts == [None] * 4
        return
    taken_in, out, reopened, still_open = (count or 0 for count in counts)
    assert still_open == sum(each.is_open(week.end) for each in mine), (week.code, scope, word)
    assert taken_in == sum(week.start <= each.opened_at < week.end for each in mine)
    assert out == sum(
        (done := each.finished_at(week.end)) is not None and week.start <= done < week.end
        for each in mine
        if each.opened_at < week.end
    )
    open_before = found[week.code, scope, f"before cases_open.{word}"]
    assert (open_before or 0) + taken_in + reopened == out + still_open, (week.code, scope, word)
