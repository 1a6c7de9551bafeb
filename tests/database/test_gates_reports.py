"""Each expectation of the gates of the reports has a row that makes it fail, and sound ones beside it that pass."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import select

from guanjia.domain.errors import GateFailed
from guanjia.gates import check
from guanjia.settings import environment
from guanjia.store.runs import close_run, open_run
from tests.conftest import Database
from tests.database.report_story import play_week
from tests.database.reports_house import ReportsHouse, T, at

FRIDAY: Final = at("20 15:00")
WEEK: Final = timedelta(days=7)
BETWEEN: Final = "expect_column_values_to_be_between"
IN_SET: Final = "expect_column_values_to_be_in_set"
SUITES: Final = (
    "reports/report_editions",
    "reports/report_figures",
    "reports/report_base",
    "reports/report_breakdowns",
    "reports/report_quotes",
)

EDITIONS: Final[Mapping[str, tuple[str, set[str]]]] = {
    "expect_column_values_to_be_in_set: is_window_of_report": ("critical", {"2026-08-28 1"}),
    "expect_column_values_to_be_in_set: is_named_by_its_end": ("critical", {"2026-09-03 1", "2026-09-26 1"}),
    "expect_column_values_to_be_in_set: is_as_at_its_end": ("critical", {"2026-09-11 1"}),
    "expect_column_values_to_be_between: overlapping_editions": ("critical", {"2026-09-18 1", "2026-09-26 1"}),
    "expect_column_values_to_be_between: seconds_since_former": ("warning", {"2026-10-02 1"}),
    "expect_column_values_to_be_between: undefined_figures": ("critical", {"2026-10-02 1"}),
    "expect_column_values_to_be_between: missing_figures": ("critical", {"2026-10-02 1", "2026-10-09 1"}),
    "expect_column_values_to_be_between: unknown_scopes": ("critical", {"2026-10-16 1"}),
    "expect_column_values_to_be_between: known_figures": ("warning", {"2026-10-23 1"}),
    "expect_column_values_to_be_between: shown_off": ("critical", {"2026-10-30 1"}),
    "expect_column_values_to_be_in_set: is_correction_explained": ("critical", {"2026-11-06 1"}),
    "expect_column_values_to_be_between: changes_off": ("critical", {"2026-11-13 2"}),
}
"""What the gate reports of editions → its severity and the periods and editions that break it."""

FIGURES: Final[Mapping[str, tuple[str, set[str]]]] = {
    "expect_column_values_to_be_between: numerator_off": (
        "critical",
        {"company emergencies", "002 cases_in.complaint", "company cases_open.enquiry", "company findings"},
    ),
    "expect_column_values_to_be_between: denominator_off": ("critical", {"company on_time.total"}),
    "expect_column_values_to_be_between: previous_off": ("critical", {"company vacant"}),
    "expect_column_values_to_be_between: value_off": (
        "critical",
        {
            "company emergencies",
            "company callbacks_reached",
            "company collection_rate",
            "company quality_mean",
            "company on_time.total",
            "002 cases_in.complaint",
            "company cases_open.enquiry",
            "company findings",
        },
    ),
    "expect_column_values_to_be_in_set: is_blank_for_nothing": ("critical", {"002 occupancy_rate"}),
    "expect_column_values_to_be_between: share": ("critical", {"company callbacks_reached"}),
    "expect_column_values_to_be_between: share_of_money": ("warning", {"company collection_rate"}),
    "expect_column_values_to_be_between: target_share": ("critical", {"company attendance"}),
    "expect_column_values_to_be_between: points": ("critical", {"company quality_mean"}),
    "expect_column_values_to_be_in_set: is_whole_count": ("critical", {"company findings"}),
    "expect_column_values_to_be_between: cases_off": (
        "critical",
        {"002 cases_open.complaint", "company cases_open.enquiry"},
    ),
    "expect_column_values_to_be_between: parts_off": (
        "critical",
        {"002 cases_in.total", "company cases_open.total", "company on_time.total"},
    ),
}
"""The same of figures: scopes and figures."""

BASE: Final[Mapping[str, tuple[str, set[str]]]] = {
    "expect_column_values_to_be_in_set: is_defined": ("critical", {"001 nobody_knows"}),
    "expect_column_values_to_be_in_set: is_served": ("critical", {"009 emergencies"}),
    "expect_column_values_to_be_in_set: is_in_its_scope": ("critical", {"001 nobody_knows", "009 emergencies"}),
    "expect_column_values_to_be_between: numerator_over": ("critical", {"001 callbacks_reached"}),
    "expect_column_values_to_be_between: previous_over": ("critical", {"001 occupancy_rate"}),
    "expect_column_values_to_be_between: count_of_things": ("critical", {"001 vacant"}),
    "expect_column_values_to_be_between: out_of_things": ("critical", {"001 satisfaction"}),
    "expect_column_values_to_be_in_set: is_pair_whole": ("critical", {"001 cases_overdue"}),
}
"""The same of what communities counted."""

BREAKDOWNS: Final[Mapping[str, tuple[str, set[str]]]] = {
    "expect_column_values_to_be_in_set: has_whole": ("critical", {"003 cause x calls_answered"}),
    "expect_column_values_to_be_between: numerators_over": (
        "critical",
        {"company department Desk cases_in.suggestion", "company department Works cases_in.suggestion"},
    ),
    "expect_column_values_to_be_between: denominators_over": ("critical", {"001 team T2 adherence"}),
    "expect_column_values_to_be_between: numerator_over": ("critical", {"001 team T2 attendance"}),
    "expect_column_values_to_be_between: count_of_part": ("critical", {"company department Works cases_in.suggestion"}),
    "expect_column_values_to_be_in_set: has_team": ("warning", {"company team  adherence"}),
}
"""The same of parts of figures."""

QUOTES: Final[Mapping[str, tuple[str, set[str]]]] = {
    "expect_column_values_to_be_in_set: is_known_scope": ("critical", {"region:Moon quality 1"}),
    "expect_column_values_to_be_in_set: is_of_scope": ("critical", {"003 open_case 1", "region:West ranking 1"}),
    "expect_column_values_to_be_in_set: is_open_by_then": ("critical", {"003 open_case 1"}),
    "expect_column_values_to_be_between: place_off": ("critical", {"001 ranking 2"}),
    "expect_column_values_to_be_in_set: is_codes_only": ("critical", {"001 ranking 2"}),
    "expect_column_values_to_be_in_set: is_mean_in_interval": ("critical", {"region:Moon quality 1"}),
    "expect_column_values_to_be_between: counts_over": ("critical", {"003 supervision 1"}),
}
"""The same of quoted lines."""


def _story(database: Database) -> ReportsHouse:
    house = ReportsHouse(database)
    play_week(house)
    house.setting("report_trend_periods", "1")
    return house


def _run(house: ReportsHouse) -> int:
    return int(house.rows("SELECT max(run_id) FROM runs WHERE pipeline LIKE '%report'")[0][0])


def _gate(run_id: int) -> None:
    for suite in SUITES:
        check(run_id, suite, {"run_id": run_id}, checked_at=FRIDAY)


def _found(house: ReportsHouse, suite: str, run_id: int, *key: str) -> dict[str, tuple[str, set[str]]]:
    """What a gate that must fail reports: expectation → severity and keys of the rows that break it."""
    with pytest.raises(GateFailed):
        check(run_id, suite, {"run_id": run_id}, checked_at=FRIDAY)
    results = T["gate_results"]
    with house.database.transaction("read") as tx:
        found = tx.execute(select(results).where(results.c.suite == suite)).mappings().all()
    rows = [row for row in found if row["attempt"] == max(each["attempt"] for each in found)]
    return {
        row["expectation"]: (row["severity"], {" ".join(each[part] for part in key) for each in row["failed_keys"]})
        for row in rows
        if row["outcome"] != "met"
    }


@pytest.mark.rule("REP-01")
@pytest.mark.rule("REP-06")
def test_each_expectation_of_figures_finds_the_rows_that_break_it_and_no_others(database: Database) -> None:
    house = _story(database)
    house.report("20 15:00")
    run_id = _run(house)
    _gate(run_id)
    _break_breakdowns(house)
    assert _found(house, SUITES[3], run_id, "scope", "kind", "code", "figure") == BREAKDOWNS
    _break_quotes(house)
    assert _found(house, SUITES[4], run_id, "scope", "kind", "place") == QUOTES
    _break_figures(house)
    assert _found(house, SUITES[1], run_id, "scope", "figure") == FIGURES
    _break_base(house)
    assert _found(house, SUITES[2], run_id, "community_code", "figure") == BASE


def _break_breakdowns(house: ReportsHouse) -> None:
    def part(scope: str, kind: str, code: str, figure: str, numerator: int, denominator: int | None = None) -> None:
        of = {"report": "weekly", "period": "2026-11-20", "edition": 1, "scope": scope, "kind": kind, "code": code}
        house.add("report_breakdowns", of | {"figure": figure, "numerator": numerator, "denominator": denominator})

    part("003", "cause", "x", "calls_answered", 0)
    part("company", "department", "Works", "cases_in.suggestion", -1)
    part("company", "team", "", "adherence", 0, 0)
    change = "UPDATE report_breakdowns SET {} WHERE scope = '{}' AND kind = '{}' AND figure = '{}' AND code = '{}'"
    house.execute(change.format("numerator = numerator + 9", "company", "department", "cases_in.suggestion", "Desk"))
    house.execute(change.format("denominator = denominator + 1", "001", "team", "adherence", "T2"))
    house.execute(change.format("denominator = numerator - 1", "001", "team", "attendance", "T2"))


def _break_quotes(house: ReportsHouse) -> None:
    assert house.rows("SELECT DISTINCT kind FROM report_quotes WHERE scope = 'company'"), "sound ones stand beside"
    house.execute("DELETE FROM report_quotes WHERE scope IN ('001', '003')")
    for scope, kind, place, content in (
        ("region:Moon", "quality", 1, {"mean": "90", "low": "91", "high": "95"}),
        ("003", "open_case", 1, {"case_code": "A6", "community_code": "003", "days": 0}),
        ("region:West", "ranking", 1, {"staff_code": "S2", "community_code": "001"}),
        ("001", "ranking", 2, {"staff_name": "S2", "community_code": "001"}),
        ("003", "supervision", 1, {"lots": 1, "accepted": 1, "rejected": 1}),
    ):
        of = {"report": "weekly", "period": "2026-11-20", "edition": 1, "scope": scope, "kind": kind, "place": place}
        house.add("report_quotes", of | {"content": content})


def _break_figures(house: ReportsHouse) -> None:
    for scope, figure, change in (
        ("company", "emergencies", "numerator = numerator + 1"),
        ("002", "cases_in.complaint", "numerator = numerator + 1"),
        ("company", "cases_open.enquiry", "numerator = numerator + 1"),
        ("company", "on_time.total", "denominator = denominator + 1"),
        ("company", "vacant", "previous = previous + 1"),
        ("company", "callbacks_reached", "value = 1.01"),
        ("company", "collection_rate", "value = -0.01"),
        ("company", "quality_mean", "value = 100.01"),
        ("company", "attendance", "target = 95"),
        ("company", "findings", "numerator = numerator + 0.5"),
        ("002", "occupancy_rate", "value = 0"),
    ):
        house.execute(f"UPDATE report_figures SET {change} WHERE scope = :s AND figure = :f", s=scope, f=figure)


def _break_base(house: ReportsHouse) -> None:
    for figure, change in (
        ("callbacks_reached", "numerator = denominator + 1"),
        ("occupancy_rate", "previous_numerator = previous_denominator + 1"),
        ("vacant", "numerator = -1"),
        ("satisfaction", "denominator = -1"),
        ("cases_overdue", "denominator = 1"),
    ):
        house.execute(f"UPDATE report_base SET {change} WHERE community_code = '001' AND figure = :f", f=figure)
    house.community("009", live_from="20")
    house.execute("UPDATE settings SET value = '2026-11-21' WHERE community_code = '009'")
    of = {"report": "weekly", "period": "2026-11-20", "edition": 1, "numerator": 0}
    house.add("report_base", of | {"community_code": "001", "figure": "nobody_knows"})
    house.add("report_base", of | {"community_code": "009", "figure": "emergencies"})


class _Editions:
    """Copies of the week's edition in weeks before it, each broken in one way."""

    def __init__(self, house: ReportsHouse) -> None:
        self.house = house

    def copy(self, weeks_ago: int, *, edition: int = 1, **own: Any) -> str:
        """Copy the edition to a week; ``own`` changes its row. Returns its period."""
        end: datetime = FRIDAY - weeks_ago * WEEK
        key = {"report": "weekly", "period": str(own.get("period", end.date().isoformat())), "edition": edition}
        row = key | {"period_start": end - WEEK, "period_end": end, "as_of": end, "state": "computed"}
        row |= {"shown_edition": 1, "calendar_state": "published", "digest": "x", "run_id": _run(self.house)}
        self.house.add("report_editions", row | own)
        for table in ("report_definitions", "report_figures"):
            names = [column.name for column in T[table].columns]
            taken = ", ".join(f":{name}" if name in ("period", "edition") else name for name in names)
            self.house.execute(
                f"INSERT INTO {table} ({', '.join(names)}) SELECT {taken} FROM {table} WHERE period = '2026-11-20'",
                period=key["period"],
                edition=edition,
            )
        return str(key["period"])

    def change(self, statement: str, period: str) -> None:
        self.house.execute(f"{statement} AND period = :period", period=period)


@pytest.mark.rule("REP-01")
@pytest.mark.rule("REP-02")
def test_each_expectation_of_editions_finds_those_that_break_it_and_no_others(database: Database) -> None:
    house = _story(database)
    house.report("20 15:00")
    rows = _Editions(house)
    end = FRIDAY - 12 * WEEK
    rows.copy(12, period_start=end - WEEK + timedelta(hours=1))
    rows.copy(11, period="2026-09-03")
    rows.copy(10, as_of=FRIDAY - 10 * WEEK + timedelta(seconds=1))
    rows.copy(9)
    rows.copy(9, period="2026-09-26")
    rows.change("DELETE FROM report_definitions WHERE figure = 'vacant'", rows.copy(7))
    rows.change("DELETE FROM report_figures WHERE figure = 'vacant' AND scope = '001'", rows.copy(6))
    rows.change("UPDATE report_figures SET scope = 'region:Moon' WHERE scope = '003'", rows.copy(5))
    rows.change("UPDATE report_figures SET value = NULL WHERE scope = 'company'", rows.copy(4))
    said = {"report": "weekly", "edition": 1, "scope": "company", "figure": "emergencies", "before": None, "after": 1}
    house.add("report_changes", said | {"period": rows.copy(3, shown_edition=2, reason="x")})
    rows.copy(2, reason="x")
    rows.copy(1, state="told", told_at=FRIDAY - WEEK)
    changed = rows.copy(1, edition=2, shown_edition=2, reason="x")
    house.add("report_changes", said | {"period": changed, "edition": 2, "before": 2, "after": 1})
    assert _found(house, SUITES[0], _run(house), "period", "edition") == EDITIONS


@pytest.mark.parametrize("suite", SUITES)
def test_a_gate_joins_rows_just_written_without_loops(suite: str) -> None:
    """The planner knows nothing of them yet: with loops 100 communities took over five minutes, without a second."""
    definition = json.loads((environment().project_root / "expectations" / f"{suite}.json").read_text("utf-8"))
    assert definition["meta"]["settings"] == {"enable_nestloop": "off"}


@pytest.mark.rule("REP-01")
def test_what_a_gate_stopped_meets_the_next_runs_gate_and_what_replaced_it_passes(database: Database) -> None:
    house = _story(database)
    house.report("20 15:00")
    first = _run(house)
    house.execute("UPDATE report_figures SET value = 7 WHERE figure = 'emergencies'")
    with house.database.transaction() as tx:
        close_run(tx, first, "failed")
    assert house.report("20 15:10") == {}
    with pytest.raises(GateFailed, match="value_off is broken by"):
        _gate(_run(house))
    house.case("N1", "19 10:00")
    assert house.report("20 15:20")["given_up"] == 1
    _gate(_run(house))


@pytest.mark.rule("REP-01")
def test_a_broken_preview_stops_previews_only(database: Database) -> None:
    house = _story(database)
    house.report("20 15:00", preview=True)
    house.execute("UPDATE report_figures SET value = 7 WHERE figure = 'emergencies'")
    with house.database.transaction() as tx:
        close_run(tx, _run(house), "failed")
        asked = open_run(tx, "weekly_report", at("20 15:05"), parameters={"preview_to_me": True}).run_id
    with pytest.raises(GateFailed, match="value_off is broken by"):
        _gate(asked)
    house.report("20 15:10")
    _gate(_run(house))
    with house.database.transaction() as tx:
        close_run(tx, _run(house), "succeeded")
        again = open_run(tx, "weekly_report", at("20 15:20"), parameters={"preview_to_me": True}).run_id
    with pytest.raises(GateFailed, match="value_off is broken by"):
        _gate(again)


@pytest.mark.rule("REP-02")
@pytest.mark.rule("REP-04")
def test_the_gates_let_pass_what_is_odd_but_right(database: Database) -> None:
    """Weeks of outage, a correction, a preview, a place without region, no calendar, an empty month, credit notes."""
    house = _story(database)
    house.execute("UPDATE settings SET value = '3' WHERE setting = 'report_trend_periods'")
    house.community("004", live_from="18", region=None)
    house.case("D1", "19 10:00", community="004", kind="system_fault")
    house.execute("DELETE FROM calendars")
    house.report("20 15:00")
    house.tell("20 15:00")
    house.case("D2", "18 10:00", community="002", kind="complaint")
    assert house.report("20 15:20", corrected=True, reason="late", period="2026-11-20")["changes"] > 0
    _gate(_run(house))
    house.tell("20 15:20")
    house.report("24 17:00", "daily")
    _gate(_run(house))
    assert house.report("12-01 09:00", "monthly")["reconstructed"] == 2
    _gate(_run(house))
    assert house.report("12-12 10:00", "weekly")["editions"] == 3
    house.report("12-19 10:00", "weekly", preview=True)
    _gate(_run(house))
    failed = house.rows("SELECT suite, expectation FROM gate_results WHERE outcome <> 'met' AND severity = 'critical'")
    assert failed == []
