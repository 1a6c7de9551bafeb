"""What reports quote and part: open matters, steps nobody acknowledged, intervals, supervision, ranking, agents."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from guanjia.gateways.mail.rendering import render
from guanjia.pipelines.reports.edition import ReportEdition
from guanjia.pipelines.reports.letters_report import report_letter
from guanjia.pipelines.reports.quoted import OpenCase, QualityEstimate
from guanjia.pipelines.reports.reading import read_edition
from guanjia.pipelines.reports.report_charts import ReportCharts
from guanjia.pipelines.reports.report_workbook import report_workbook
from tests.conftest import Database
from tests.database.report_story import RUN, play_week
from tests.database.reports_house import ReportsHouse, at, on

SCOPES = ("company", "region:East", "region:West", "001", "002", "003")
OCTOBER = ("company", "region:East", "001", "002")
"""Scopes of the month before 003 was served."""


@pytest.fixture(scope="module")
def house(module_database: Database) -> Iterator[ReportsHouse]:
    """The week worked by hand, with older open cases, steps of escalation and what the quality check says."""
    found = ReportsHouse(module_database)
    found.setting("report_trend_periods", "2")
    play_week(found)
    found.case("Z1", "10-01 10:00", handler="S1")
    found.case("Z2", "10-02 10:00", "10-03 10:00 resolved", "10-20 10:00 reopened", community="002")
    found.case("Z3", "10-04 10:00", "20 15:30 resolved", community="002")  # after the week
    found.case("Z4", "10-05 10:00", "20 14:00 resolved", community="002")
    found.report("20 15:00")  # deadlines, which steps belong to
    _escalations(found)
    _quality(found)
    found.report("20 15:00")
    found.report("11-02 08:00", "monthly")
    yield found


def _escalations(house: ReportsHouse) -> None:
    for case, level, raised, acknowledged, stood_down in (
        ("A2", 0, "16 10:00", None, None),  # an early warning
        ("A2", 1, "16 10:00", None, None),
        ("A2", 2, "17 10:00", "18 10:00", None),
        ("A2", 3, "18 10:00", "20 15:00", None),  # acknowledged too late
        ("A2", 4, "20 15:00", None, None),  # raised too late
        ("B1", 1, "18 10:00", None, "19 10:00"),
        ("B1", 2, "18 10:00", None, "20 15:00"),  # stood down too late
        ("A2", 5, "10 10:00", None, "13 15:00"),  # stood at the end of the week before
    ):
        step = {"case_code": case, "milestone": "answer", "occurrence": 1, "level": level, "role": "manager"}
        times = {"raised_at": raised, "acknowledged_at": acknowledged, "stood_down_at": stood_down}
        house.add(
            "escalations",
            step
            | {name: at(written) if written else None for name, written in times.items()}
            | {"staff_code": "S1", "found_by": "company", "is_emergency": False}
            | {"step_code": "x", "rule_id": "ESC-09", "run_id": RUN},
        )


def _quality(house: ReportsHouse) -> None:
    house.execute("UPDATE staff SET department = 'Quality', staff_name = '王小明' WHERE staff_code = 'S1'")
    house.execute("UPDATE staff SET department = 'Service' WHERE staff_code = 'S2'")
    house.execute("UPDATE quality_draws SET period = '2026-W46' WHERE draw_code = 'W2026-46'")
    for period, kind, code, mean, low, high in (
        ("2026-W46", "company", "company", "91.25", "88.5", "94"),
        ("2026-W46", "community", "001", "90", None, None),
        ("2026-W47", "company", "company", "10", "1", "20"),  # a week that ends later
        ("2026-09", "company", "company", "88.6", "87.8", "89.4"),
        ("2026-09", "staff", "S2", "70", "60", "80"),
    ):
        result = {"period": period, "scope_kind": kind, "scope_code": code, "mean_score": mean}
        house.add(
            "quality_results",
            result | {"low_95": low, "high_95": high, "population": 40, "sampled": 9, "verdict": "none", "run_id": RUN},
        )
    for period, computed, staff, place, reason in (
        ("2026-08", "09-20 10:00", "S1", 1, None),
        ("2026-09", "10-20 10:00", "S1", 1, None),
        ("2026-09", "10-20 10:00", "S2", None, "too_few_scored"),
        ("2026-10", "15 10:00", "S2", 1, None),  # closed after October's report
    ):
        house.add(
            "quality_rankings",
            {"period": period, "staff_code": staff, "team_code": "T1", "place": place, "total": place and "91.68"}
            | {"quality_points": "90.5", "volume_points": None, "unranked_reason": reason, "explanation": {}}
            | {"computed_at": at(computed), "run_id": RUN},
        )
    for staff, verdict, after in (("S1", "accept", "normal"), ("S2", "reject", "tightened")):
        plan = {"lot_size": 40, "aql": "4", "inspection_level": "II", "inspection": "normal", "sample_size": 8}
        house.add(
            "quality_lots",
            {"period": "2026-09", "staff_code": staff, "verdict": verdict, "next_inspection": after}
            | plan
            | {"acceptance_number": 1, "switching_score": 0, "explanation": {}, "computed_at": at("10-20 10:00")}
            | {"run_id": RUN},
        )
    for code, community, agent, reviewer, occurred, score in (
        ("M1", "001", "S2", "S1", "09-10 10:00", 80),
        ("M2", None, "S1", "S1", "09-11 10:00", 90),
        ("M3", "001", "S2", "S1", "09-12 10:00", None),
        ("M4", "001", "S2", "S1", "10-12 10:00", 90),
    ):
        house.add(
            "samples",
            {"sample_code": code, "period": "x", "stratum": "s", "subject_kind": "call", "subject_code": code}
            | {"staff_code": agent, "reason": "random", "probability": 1, "community_code": community}
            | {"occurred_at": at(occurred), "score": score, "scored_by": reviewer if score else None},
        )
    house.case("QC1", "09-20 10:00", "09-30 10:00 closed", kind="system_fault")
    house.case("QC2", "09-20 10:00", "05 10:00 closed", kind="system_fault")  # after October
    for case, sample in (("QC1", "M1"), ("QC2", "M2")):
        house.add(
            "quality_cases",
            {"case_code": case, "sample_code": sample, "staff_code": "S2", "criteria": "", "department": "Service"}
            | {"opened_at": at("09-20 10:00"), "run_id": RUN},
        )
    october = {"shift_date": on("10-12"), "starts_at": at("10-12 09:00"), "ends_at": at("10-12 17:00")}
    for staff, attendance, minutes in (("S1", "present", 240), ("S2", "absent", None)):
        house.add("roster", october | {"staff_code": staff, "attendance": attendance, "logged_in_minutes": minutes})
    call = {"started_at": at("10-12 09:00"), "ended_at": at("10-12 09:05"), "direction": "in", "answered": True}
    house.add("calls", call | {"call_code": "LX", "staff_code": "S1", "case_code": "Z2"})


def _read(house: ReportsHouse, scope: str, report: Any = "weekly", period: str = "2026-11-20") -> ReportEdition:
    with house.database.transaction("read") as tx:
        number = max(row[1] for row in house.editions(report) if row[0] == period)
        return read_edition(tx, report, period, number, scope)


@pytest.mark.rule("REP-01")
def test_open_matters_are_the_cases_open_longest_at_the_weeks_end(house: ReportsHouse) -> None:
    cases = {scope: _read(house, scope).quotes.open_cases for scope in SCOPES}
    assert [(each.case_code, each.days) for each in cases["company"]] == [
        ("Z1", 50),
        ("Z3", 47),
        ("Z2", 31),  # since it was reopened
        ("A2", 7),
        ("B1", 3),  # the fifth; A4 and B2 are younger
    ]
    assert cases["company"][0] == OpenCase("Z1", "001", "enquiry", 50, True, "S1")
    assert [each.case_code for each in cases["001"]] == ["Z1", "A2", "A4"]
    assert [each.case_code for each in cases["002"]] == ["Z3", "Z2", "B1", "B2"]
    assert cases["region:East"] == cases["company"] and cases["region:West"] == cases["003"] == ()
    assert len(cases["001"]) == house.figures("001", "cases_open.total")["cases_open.total"]


@pytest.mark.rule("ESC-09")
def test_steps_nobody_acknowledged_by_the_end_are_counted_but_for_early_warnings(house: ReportsHouse) -> None:
    found = {scope: house.figures(scope, "unacknowledged")["unacknowledged"] for scope in SCOPES}
    # A2: levels 1 and 3; B1: level 2.
    assert found == {"company": 3, "region:East": 3, "region:West": 0, "001": 2, "002": 1, "003": 0}
    before = {scope: house.figures(scope, "unacknowledged", column="previous")["unacknowledged"] for scope in SCOPES}
    assert before == {"company": 1, "region:East": 1, "region:West": None, "001": 1, "002": 0, "003": None}


@pytest.mark.rule("QC-01")
def test_the_quality_checks_own_result_stands_beside_the_mean_that_adds_up(house: ReportsHouse) -> None:
    edition = _read(house, "company")
    week = QualityEstimate("2026-W46", Decimal("91.25"), Decimal("88.5"), Decimal(94), 9, 40)
    assert edition.quotes.estimates == (week,)
    assert _read(house, "001").quotes.estimates[0].low is None
    assert [_read(house, scope).quotes.estimates for scope in ("002", "region:East")] == [(), ()]
    text = render(report_letter(edition, ReportCharts(), "zh")).text
    assert "平均分 91.3（95 %：88.5 至 94.0；40 条中评了 9 条）" in text and "质检平均分 | 本周: 93.3" in text


@pytest.mark.rule("REP-04")
@pytest.mark.rule("QC-05")
def test_the_month_quotes_the_supervision_of_the_last_month_closed_before_its_end(house: ReportsHouse) -> None:
    found = {scope: _read(house, scope, "monthly", "2026-10").quotes.supervision for scope in OCTOBER}
    company, east = found["company"], found["region:East"]
    assert company is not None and east is not None
    assert (company.estimate.period, company.estimate.mean, company.estimate.low) == (
        "2026-09",
        Decimal("88.6"),
        Decimal("87.8"),
    )
    assert (company.lots, company.accepted, company.rejected, company.tightened) == (2, 1, 1, 1)
    assert (company.scored, company.by_another, company.corrections, company.corrected) == (2, 1, 2, 1)
    assert (east.lots, east.accepted, east.rejected, east.scored, east.by_another) == (1, 0, 1, 1, 1)
    assert east.estimate.mean is None and found["001"] == east
    text = render(report_letter(_read(house, "002", "monthly", "2026-10"), ReportCharts(), "zh")).text
    assert "尚无已关账的质检月：n/a" in text


@pytest.mark.rule("QC-01")
def test_the_ranking_is_of_the_scopes_agents_by_number_with_their_names_masked(house: ReportsHouse) -> None:
    ranking = _read(house, "company", "monthly", "2026-10").quotes.ranking
    assert [(each.rank, each.name, each.period, each.total) for each in ranking] == [
        (1, "S1 王*", "2026-09", Decimal("91.68")),
        (None, "S2 S*", "2026-09", None),
    ]
    assert [each.staff_code for each in _read(house, "001", "monthly", "2026-10").quotes.ranking] == ["S2"]
    assert _read(house, "002", "monthly", "2026-10").quotes.ranking == ()
    text = render(report_letter(_read(house, "company", "monthly", "2026-10"), ReportCharts(), "zh")).text
    assert "* 1. S1 王* (T1) | 总分: 91.68 | 质量: 90.50 | 业务量: n/a" in text and "王小明" not in text


def test_what_agents_did_in_a_month_adds_up_to_the_figures(house: ReportsHouse) -> None:
    for scope in OCTOBER:
        edition = _read(house, scope, "monthly", "2026-10")
        for figure in edition.figures:
            parts = [each for each in edition.breakdowns if each.kind == "agent" and each.figure == figure.code]
            if figure.code in ("attendance", "adherence", "calls_answered", "quality_mean") or parts:
                assert sum(each.numerator or 0 for each in parts) == (figure.numerator or 0), (scope, figure.code)
                assert sum(each.denominator or 0 for each in parts) == (figure.denominator or 0), (scope, figure.code)
    company = _read(house, "company", "monthly", "2026-10").breakdowns
    assert {
        (each.name, each.figure): (int(each.numerator or 0), int(each.denominator or 0))
        for each in company
        if each.kind == "agent"
    } == {
        ("S1 王*", "attendance"): (1, 1),
        ("S1 王*", "adherence"): (240, 480),
        ("S1 王*", "calls_answered"): (1, 1),
        ("S2 S*", "attendance"): (0, 1),
    }
    of_002 = _read(house, "002", "monthly", "2026-10").breakdowns  # the call was about a case of that community
    assert [(each.code, each.figure) for each in of_002 if each.kind == "agent"] == [("S1", "calls_answered")]
    assert not any(each.kind == "agent" for each in _read(house, "company").breakdowns), "of the month only"


@pytest.mark.parametrize("scope", OCTOBER)
def test_workbooks_of_the_month_carry_plan_agents_and_ranking(house: ReportsHouse, scope: str) -> None:
    content = report_workbook(_read(house, scope, "monthly", "2026-10"), "zh").content
    book = openpyxl.load_workbook(BytesIO(content), data_only=True)
    plan = list(book["改进计划"].iter_rows(min_row=4, values_only=True))
    assert plan[0][-3:] == ("改进措施", "责任人", "完成期限") and plan[1][-3:] == (None, None, None)
    agents = [row[0] for row in book["客服"].iter_rows(min_row=5, max_col=1, values_only=True)]
    assert agents == {"company": ["S1 王*", "S2 S*"], "region:East": ["S1 王*", "S2 S*"], "002": ["S1 王*"]}.get(
        scope, ["S2 S*"]
    )
    assert ("排名" in book.sheetnames) == (scope != "002")


def test_nothing_is_written_again(house: ReportsHouse) -> None:
    assert house.report("20 15:00") == {}
    assert house.report("11-02 08:00", "monthly") == {}
