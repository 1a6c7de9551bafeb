"""Weeks with little in them: nothing at all, no calls, one community, no calendar. The unknown is n/a, never 0 %."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Final

import openpyxl
import pytest

from guanjia.pipelines.reports.behind import rows_behind
from guanjia.pipelines.reports.details import read_details
from guanjia.pipelines.reports.papers import Papers, make_papers
from guanjia.pipelines.reports.reading import read_edition
from guanjia.pipelines.reports.running import run_report
from tests.conftest import Database
from tests.database.reports_house import ReportsHouse, at
from tests.support.pages import texts_of

WEEK: Final = "2026-11-20"
SHARE: Final = re.compile(r"\d+(\.\d+)? ?%")
TARGET: Final = re.compile(r"(目标|Target): [^\n]*")


def _papers(house: ReportsHouse, report: str, period: str, scope: str, language: str) -> Papers:
    with house.database.transaction() as tx:
        return make_papers(tx, report, period, 1, scope, language)  # type: ignore[arg-type]  # the test names known ones


def _value(house: ReportsHouse, figure: str, scope: str = "company") -> object:
    return house.figures(scope)[figure]


@pytest.mark.rule("REP-01", "REP-02", "REP-03")
def test_where_nothing_happened_no_share_is_shown_and_no_calendar_is_needed(database: Database) -> None:
    """One community of no region, no facts, no calendar at all; then the same of a day and a month."""
    house = ReportsHouse(database)
    house.community("001", live_from="2026-10-01", region=None)
    house.execute("DELETE FROM calendar_days")
    house.execute("DELETE FROM calendars")
    for report, when, period, readers in (
        ("weekly", "20 15:00", WEEK, (("company", "zh"), ("001", "en"))),
        ("daily", "20 17:00", WEEK, (("001", "zh"),)),
        ("monthly", "12-01 08:00", "2026-11", (("company", "en"),)),
    ):
        run_report(report, at(when))  # type: ignore[arg-type]  # the loop names known reports
        known = house.rows(
            "SELECT f.scope, d.unit, f.value FROM report_figures AS f JOIN report_definitions AS d"
            " USING (report, period, edition, figure) WHERE report = :report AND period = :period",
            report=report,
            period=period,
        )
        assert {scope for scope, _unit, _value in known} == {"company", "001"}
        assert {value for _scope, unit, value in known if unit in ("share", "points", "seconds")} == {None}
        assert {value for _scope, unit, value in known if unit == "count"} <= {0, None}
        for scope, language in readers:
            papers = _papers(house, report, period, scope, language)
            _read(papers)
            assert "公司工作日历（office）未导入" in papers.mail.text or language == "en"


def _read(papers: Papers) -> None:
    """Nothing but a target is a percentage, in the mail as in its files."""
    assert not SHARE.search(TARGET.sub("", papers.mail.text)), papers.mail.text
    assert not SHARE.search(papers.mail.subject) and "n/a" in papers.mail.text
    for each in papers.attachments:
        if each.file_name.endswith(".pdf"):
            assert "n/a" in "".join(texts_of(each.content))
        elif each.file_name.endswith(".xlsx"):
            overview = openpyxl.load_workbook(BytesIO(each.content), data_only=True).worksheets[0]
            shown = [row[1:4] for row in overview.iter_rows(min_row=5, values_only=True)]
            assert {cell for row in shown for cell in row} <= {None, "", 0, "n/a"} | {
                cell for cell in shown[0] if isinstance(cell, str)
            }


def test_a_week_without_calls_has_none_and_no_share_of_them(database: Database) -> None:
    house = ReportsHouse(database)
    house.community("001")
    house.case("A", "16 10:00", "16 11:00 answered", "17 09:00 resolved")
    run_report("weekly", at("20 15:00"))
    assert (_value(house, "calls_in"), _value(house, "calls_answered")) == (0, None)
    assert (_value(house, "calls_in", "001"), _value(house, "on_time.total", "001")) == (None, 1)
    text = _papers(house, "weekly", WEEK, "001", "zh").mail.text
    assert "100.0 %" in text, "what was kept is said"
    assert re.search(r"n/a[^\n]*来电", text), "calls belong to no community: not known, rather than none"


def test_a_share_or_mean_of_nothing_has_neither_of_its_parts(database: Database) -> None:
    """A call came in whose waiting time nobody told; no unit was handed over that could be lived in."""
    house = ReportsHouse(database)
    house.community("001")
    house.staff("S1", community="001")
    call = {"call_code": "L1", "started_at": at("16 09:00"), "ended_at": at("16 09:01"), "direction": "in"}
    house.add("calls", call | {"staff_code": "S1", "answered": True, "queue_seconds": None})
    unit = {"community_code": "001", "building_code": "A", "unit_code": "u1", "unit_use": "residential", "area_m2": 90}
    house.add("units", unit)
    house.report("20 15:00")
    shares = {row[0] for row in house.rows("SELECT figure FROM report_definitions WHERE unit IN ('share', 'seconds')")}
    parts = {
        (figure, numerator, denominator)
        for table in ("report_figures", "report_base")
        for figure, numerator, denominator in house.rows(f"SELECT figure, numerator, denominator FROM {table}")
        if figure in shares and (numerator, denominator) != (None, None)
    }
    assert parts == {("calls_answered", 1, 1), ("vacancy_rate", 0, 1)}


def test_cases_are_counted_without_the_calendar_their_deadlines_need(database: Database) -> None:
    """The community works by a calendar that is gone: nothing can be said of being on time, nor of being overdue."""
    house = ReportsHouse(database)
    house.community("001", working_calendar="shop")
    house.community("002")
    house.case("A", "16 10:00", "17 09:00 resolved", kind="complaint")
    house.case("B", "16 10:00", kind="complaint")
    house.case("C", "09-02 10:00", kind="complaint")
    house.case("D", "09-02 10:00", "09-03 10:00 resolved", kind="complaint")
    house.case("E", "16 10:00", kind="complaint", community="002")
    house.setting("report_trend_periods", "1")
    run_report("weekly", at("20 15:00"))
    assert (_value(house, "cases_in.complaint", "001"), _value(house, "cases_open.complaint", "001")) == (2, 2)
    assert (_value(house, "on_time.total", "001"), _value(house, "cases_overdue", "001")) == (None, None)
    assert (_value(house, "on_time.total"), _value(house, "cases_overdue")) == (0, 1), "of 002 alone"
    text = _papers(house, "weekly", WEEK, "001", "zh").mail.text
    assert "按时率不适用（n/a）：计算时限所用的工作日历缺失（shop）" in text and "没有到期的时限" not in text
    assert not SHARE.search(TARGET.sub("", text).replace("目标 95.0 %", ""))
    for each in (text, _papers(house, "weekly", WEEK, "company", "zh").mail.text):
        assert "工作日历 shop 未导入，或其时区无法识别：001 的时限无法计算" in each
    with house.database.transaction() as tx:
        edition = read_edition(tx, "weekly", WEEK, 1, "001")
        cases, overdue, *_others = read_details(tx, "weekly", edition.starts, edition.ends, "001")
        behind = {
            code: rows_behind(tx, edition, figure)
            for code in ("cases_open.total", "cases_overdue", "on_time.total")
            if (figure := edition.figure(code))
        }
    assert [row[1] for row in cases.rows] == ["C", "A", "B"] and overdue.total == 0
    assert {code: found and [row.code for row in found.rows] for code, found in behind.items()} == {
        "cases_open.total": ["C", "B"],
        "cases_overdue": [],
        "on_time.total": [],
    }
