"""The figures of one week worked by hand: every subject, every scope, the period before, n/a where nothing could be."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from guanjia.pipelines.reports.details import read_details
from tests.conftest import Database
from tests.database.report_story import play_week
from tests.database.reports_house import ReportsHouse, at

SCOPES = ("company", "region:East", "region:West", "001", "002", "003")


@pytest.fixture(scope="module")
def week(module_database: Database) -> Iterator[ReportsHouse]:
    """The week, reported on Friday at 15:00."""
    house = ReportsHouse(module_database)
    house.setting("report_trend_periods", "1")
    house.setting("on_time_target_pct", "80")
    play_week(house)
    house.setting("on_time_target_pct", "90", "002")
    house.report("20 15:00")
    yield house


def _of(house: ReportsHouse, scope: str, code: str, column: str = "value") -> Decimal | None:
    found = house.figures(scope, code, column=column)
    assert code in found, f"{scope} has no {code}"
    value = found[code]
    return None if value is None else round(value, 6)


def _row(house: ReportsHouse, code: str, column: str = "value") -> list[Decimal | None]:
    return [_of(house, scope, code, column) for scope in SCOPES]


@pytest.mark.rule("REP-01", "CASE-03")
@pytest.mark.parametrize(
    ("code", "expected", "previous"),
    [
        ("cases_in.total", [5, 4, 1, 2, 2, 1], [4, 4, None, 4, 0, None]),
        ("cases_in.repair_in_home", [1, 1, 0, 1, 0, 0], [0, 0, None, 0, 0, None]),
        ("cases_in.repair_public", [2, 2, 0, 1, 1, 0], [0, 0, None, 0, 0, None]),
        ("cases_in.complaint", [1, 0, 1, 0, 0, 1], [1, 1, None, 1, 0, None]),
        ("cases_out.total", [4, 3, 1, 3, 0, 1], [2, 2, None, 2, 0, None]),
        ("cases_reopened.total", [1, 1, 0, 1, 0, 0], [0, 0, None, 0, 0, None]),
        ("cases_open.total", [4, 4, 0, 2, 2, 0], [2, 2, None, 2, 0, None]),
        ("cases_overdue", [4, 4, 0, 2, 2, 0], [1, 1, None, 1, 0, None]),
        ("emergencies", [1, 1, 0, 0, 1, 0], [0, 0, None, 0, 0, None]),
        ("feedback.market_demand", [1, 1, 0, 0, 1, 0], [0, 0, None, 0, 0, None]),
        ("feedback.unclassified", [4, 3, 1, 2, 1, 1], [4, 4, None, 4, 0, None]),
    ],
)
def test_cases_are_counted_in_the_week_they_belong_to(
    week: ReportsHouse, code: str, expected: list[int], previous: list[int | None]
) -> None:
    assert _row(week, code) == expected
    assert _row(week, code, "previous") == previous


@pytest.mark.rule("REP-01")
def test_on_time_is_met_over_all_that_were_due(week: ReportsHouse) -> None:
    assert _row(week, "on_time.answer", "numerator") == [2, 1, 1, 1, 0, 1]
    assert _row(week, "on_time.answer", "denominator") == [8, 7, 1, 5, 2, 1]
    assert _of(week, "company", "on_time.answer") == Decimal("0.25")
    assert _of(week, "001", "on_time.answer", "previous") == Decimal("0.333333")
    assert _of(week, "003", "on_time.answer", "previous") is None


def test_targets_are_a_communitys_own_else_those_for_all(week: ReportsHouse) -> None:
    assert _row(week, "on_time.total", "target") == [
        Decimal(word) for word in ["0.8", "0.8", "0.8", "0.8", "0.9", "0.8"]
    ]
    assert _of(week, "company", "quality_mean", "target") == 90
    assert _of(week, "company", "cases_in.total", "target") is None


def test_calls_of_agents_of_no_community_are_the_companys(week: ReportsHouse) -> None:
    assert _row(week, "calls_in") == [4, 1, None, 1, None, None]
    assert _of(week, "company", "calls_answered") == Decimal("0.75")
    assert _of(week, "company", "queue_seconds") == 20
    assert _of(week, "002", "calls_answered") is None


@pytest.mark.rule("QC-04")
def test_attendance_leaves_leave_out_and_is_told_by_team(week: ReportsHouse) -> None:
    """The shift that began before the week and ended in it, without log-in, is of its adherence only."""
    assert _of(week, "company", "attendance") == Decimal("0.75")
    assert _of(week, "company", "adherence") == Decimal("0.65")
    assert _of(week, "001", "adherence") == 1
    assert _of(week, "002", "attendance") is None
    teams = week.rows(
        "SELECT scope, code, figure, CAST(numerator AS int), CAST(denominator AS int) FROM report_breakdowns"
        " WHERE kind = 'team' ORDER BY scope, code, figure"
    )
    of_t2 = [("T2", "adherence", 480, 480), ("T2", "attendance", 2, 2)]
    assert teams == [
        *(("001", *row) for row in of_t2),
        *(("company", *row) for row in [("T1", "adherence", 456, 960), ("T1", "attendance", 1, 2), *of_t2]),
        *(("region:East", *row) for row in of_t2),
    ]


@pytest.mark.rule("REP-05")
def test_callbacks_and_ratings(week: ReportsHouse) -> None:
    assert _row(week, "callbacks_due") == [3, 3, 0, 3, 0, 0]
    assert _of(week, "company", "callbacks_reached") == Decimal("0.333333")
    assert _of(week, "company", "callbacks_missed") == 2
    assert _of(week, "company", "satisfied") == Decimal("0.5")
    assert _of(week, "company", "satisfaction") == Decimal("3.5")
    assert [_of(week, "company", f"rated.{score}") for score in range(1, 6)] == [0, 1, 0, 0, 1]
    assert _of(week, "002", "callbacks_reached") is None


@pytest.mark.rule("REP-05")
def test_complaints_and_suggestions_by_department_and_cause(week: ReportsHouse) -> None:
    parts = week.rows(
        "SELECT kind, code, figure, CAST(numerator AS int) FROM report_breakdowns"
        " WHERE kind <> 'team' AND scope = 'company' ORDER BY kind, code"
    )
    assert parts == [
        ("cause", "", "cases_in.complaint", 1),
        ("cause", "market_demand", "cases_in.suggestion", 1),
        ("department", "Desk", "cases_in.suggestion", 1),
        ("department", "Works", "cases_in.complaint", 1),
    ]


@pytest.mark.rule("REP-06")
def test_vacancy_and_inspections(week: ReportsHouse) -> None:
    assert _of(week, "001", "vacant") == 1
    assert _of(week, "001", "vacancy_rate") == Decimal("0.333333")
    assert _of(week, "001", "occupancy_rate") == Decimal("0.5")
    assert _of(week, "002", "vacancy_rate") is None
    # Due on the 13th, 18th and 19th; of the last one the visit came after the week.
    assert _of(week, "001", "inspected") == Decimal("0.666667")
    assert _of(week, "001", "entered") == Decimal("0.333333")
    assert _of(week, "001", "findings") == 1
    assert _of(week, "001", "inspected", "previous") == 1


@pytest.mark.rule("REP-06")
def test_money_due_in_the_week_and_what_is_owed_at_its_end(week: ReportsHouse) -> None:
    assert _of(week, "001", "billed") == 100
    assert _of(week, "001", "collection_rate") == Decimal("0.6")
    assert _of(week, "001", "collection_rate", "previous") == 1
    assert _of(week, "company", "arrears") == 40 + 50 + 30
    ages = [_of(week, "001", f"arrears.days_{age}") for age in ("0_30", "31_90", "91_180", "181_365", "over_365")]
    assert ages == [90, 0, 30, 0, 0]
    assert _of(week, "001", "units_in_arrears") == 1
    assert _of(week, "002", "billed") == 0
    assert _of(week, "002", "collection_rate") is None


def test_quality_of_the_weeks_that_ended_in_it(week: ReportsHouse) -> None:
    assert _of(week, "001", "quality_scored") == 2
    assert _of(week, "001", "quality_mean") == Decimal("93.333333")  # (80 × 2 + 100 × 4) ÷ 6
    assert _of(week, "001", "quality_critical") == Decimal("0.333333")
    assert _row(week, "quality_scored") == [2, 2, None, 2, None, None]
    assert _of(week, "002", "quality_mean") is None


@pytest.mark.rule("CUST-01")
@pytest.mark.rule("CUST-02")
@pytest.mark.rule("CUST-04")
def test_things_kept(week: ReportsHouse) -> None:
    assert _row(week, "unclaimed") == [2, None, None, None, None, None]
    assert _of(week, "company", "unclaimed", "previous") == 2, "F5 and F6, told over on the 20th and at its very end"
    assert _row(week, "keys_out") == [1, 1, 0, 1, 0, 0]
    assert _row(week, "devices_abnormal") == [1, 1, 0, 1, 0, 0]


def test_every_figure_is_defined_in_the_edition_and_stands_in_every_scope(week: ReportsHouse) -> None:
    defined = {row[0] for row in week.rows("SELECT figure FROM report_definitions")}
    for scope in SCOPES:
        assert set(week.figures(scope)) == defined
    assert {"on_time.answer", "cases_in.repair_in_home", "unclaimed"} <= defined


def test_the_company_is_the_sum_of_what_stands_by_community(week: ReportsHouse) -> None:
    differing = week.rows(
        """
        SELECT f.figure FROM report_figures AS f
        INNER JOIN (
            SELECT figure, sum(numerator) AS numerator, sum(denominator) AS denominator
            FROM report_base GROUP BY figure
        ) AS b ON f.figure = b.figure
        WHERE f.scope = 'company' AND (f.numerator, f.denominator) IS DISTINCT FROM (b.numerator, b.denominator)
        """
    )
    assert differing == []


def _details(house: ReportsHouse, scope: str) -> dict[str, list[tuple[Any, ...]]]:
    with house.database.transaction("read") as tx:
        found = read_details(tx, "weekly", at("13 15:00"), at("20 15:00"), scope)
    assert all(each.total == len(each.rows) for each in found)
    return {each.kind: list(each.rows) for each in found}


def test_the_rows_behind_the_figures_are_as_many_as_the_figures_say(week: ReportsHouse) -> None:
    for scope in SCOPES:
        rows = _details(week, scope)
        cases = rows["cases"]
        still_open = [row for row in cases if row[8] is None]
        assert len(still_open) == _of(week, scope, "cases_open.total")
        assert len([row for row in cases if row[8] is not None]) == _of(week, scope, "cases_out.total")
        due = _of(week, scope, "on_time.total", "denominator") or 0
        assert len(rows["overdue"]) == due - (_of(week, scope, "on_time.total", "numerator") or 0)
        assert len(rows["callbacks"]) == _of(week, scope, "callbacks_due")
        assert len(rows["inspections"]) == (_of(week, scope, "inspected", "denominator") or 0)
        assert sum(row[5] for row in rows["arrears"]) == _of(week, scope, "arrears")
        inside = {"company": {"001", "002", "003"}, "region:East": {"001", "002"}, "region:West": {"003"}}
        assert {row[0] for found in rows.values() for row in found} <= inside.get(scope, {scope})


def test_rows_are_as_at_the_weeks_end(week: ReportsHouse) -> None:
    rows = _details(week, "001")
    assert [(row[1], row[2]) for row in rows["cases"]] == [
        ("A5", "enquiry"),
        ("A1", "enquiry"),
        ("A2", "complaint"),
        ("A3", "repair_in_home"),
        ("A4", "repair_public"),
    ]
    assert [(row[1], row[4], row[5]) for row in rows["callbacks"]] == [
        ("H0", "reached", 1),
        ("H1", "reached", 1),
        ("H2", None, 0),
    ]
    assert [(row[1], row[4]) for row in rows["inspections"]] == [
        ("I1", "done"),
        ("I2", "not_entered"),
        ("I3", "planned"),
    ]
    assert [(row[1], row[5]) for row in rows["arrears"]] == [("u1", 120)]


def test_a_sheet_of_rows_is_cut_and_says_how_many_there_are(week: ReportsHouse) -> None:
    week.setting("report_detail_rows", "2")
    with week.database.transaction("read") as tx:
        found = read_details(tx, "daily", at("13 15:00"), at("20 15:00"), "company")
    assert [(each.kind, len(each.rows)) for each in found] == [("cases", 2), ("overdue", 2), ("callbacks", 2)]
    assert [each.total for each in found][::2] == [8, 3]


@pytest.mark.rule("REP-02")
def test_the_day_runs_from_17_to_17_and_has_the_short_list(week: ReportsHouse) -> None:
    assert week.report("17 17:00", "daily")["editions"] == 1
    day = week.figures("company", report="daily", period="2026-11-17")
    assert day["cases_in.total"] == 2  # B1 and C1, both on the 17th at 10:00
    assert day["cases_out.total"] == 1
    assert not {"billed", "vacant", "quality_mean"} & set(day)
    assert week.report("17 17:00", "daily") == {}


@pytest.mark.rule("REP-03")
def test_a_month_is_reported_on_the_first_working_day_at_8(week: ReportsHouse) -> None:
    assert week.report("10-08 07:59", "monthly") == {}  # holidays
    assert week.report("10-08 08:00", "monthly")["editions"] == 1
    assert week.report("11-02 07:59", "monthly") == {}
    assert week.report("11-02 08:00", "monthly")["editions"] == 1
    assert [row[:3] for row in week.editions("monthly")] == [("2026-09", 1, "not_sent"), ("2026-10", 1, "computed")]
