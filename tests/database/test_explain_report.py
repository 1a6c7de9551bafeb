"""A figure explains itself: formula, parts that add up, and rows behind it that give it again, counted another way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

import pytest

from guanjia import cli
from guanjia.domain.errors import UnknownName
from guanjia.domain.report_periods import ReportName
from guanjia.pipelines.reports.behind import LISTS, Behind, rows_behind
from guanjia.pipelines.reports.edition import EditionFigure
from guanjia.pipelines.reports.editions import compute
from guanjia.pipelines.reports.explaining import FigureCode, explain_figure
from guanjia.pipelines.reports.reading import read_edition
from guanjia.store.runs import open_run
from tests.conftest import Database
from tests.database.report_story import play_week
from tests.database.reports_house import ReportsHouse, at

SCOPES = ("company", "region:East", "region:West", "001", "002", "003")


@pytest.fixture(scope="module")
def week(module_database: Database) -> Iterator[ReportsHouse]:
    """The week, reported on Friday at 15:00, with the week before."""
    house = ReportsHouse(module_database)
    house.setting("report_trend_periods", "2")
    house.setting("on_time_target_pct", "80")
    play_week(house)
    house.case("A0", "10-20 10:00", "10-21 10:00 resolved", "10-22 10:00 reopened", "10 10:00 resolved")
    house.report("20 15:00")
    house.tell("20 15:01")
    yield house


def told(house: ReportsHouse, code: str, as_of: str = "21 09:00", language: str = "en") -> str:
    with house.database.transaction("read") as tx:
        return "\n".join(explain_figure(tx, code, at(as_of), language))


@pytest.mark.parametrize("scope", SCOPES)
def test_every_figure_is_found_again_in_the_rows_behind_it(week: ReportsHouse, scope: str) -> None:
    wrong: list[tuple[str, Behind, EditionFigure]] = []
    listed = 0
    with week.database.transaction("read") as tx:
        for period in ("2026-11-20", "2026-11-13"):
            number = max(n for (n,) in week.rows("SELECT edition FROM report_editions WHERE period = :p", p=period))
            if scope in ("003", "region:West") and period == "2026-11-13":
                continue
            edition = read_edition(tx, "weekly", period, number, scope)
            for figure in edition.figures:
                found = rows_behind(tx, edition, figure)
                if found is None or figure.numerator is None:
                    continue
                listed += found.total
                if not found.agrees_with(figure):
                    wrong.append((figure.code, found, figure))
    assert not wrong
    assert listed >= 5, "something stood behind them"


@pytest.mark.parametrize(
    ("report", "period", "as_of"), [("monthly", "2026-11", "12-01 09:00"), ("daily", "2026-11-18", "18 17:00")]
)
def test_months_and_days_are_found_again_too(week: ReportsHouse, report: ReportName, period: str, as_of: str) -> None:
    with week.database.transaction() as tx:
        compute(tx, open_run(tx, f"{report}_report", at(as_of)), at(as_of), report)
        edition = read_edition(tx, report, period, 1, "company")
        both = [
            (figure, rows_behind(tx, edition, figure)) for figure in edition.figures if figure.numerator is not None
        ]
        tx.rollback()
    listed = [(figure, found) for figure, found in both if found is not None]
    assert sum(found.total for _figure, found in listed) > 5
    assert not [(figure.code, found) for figure, found in listed if not found.agrees_with(figure)]


def test_rows_behind_can_be_listed_of_all_figures_that_count_rows(week: ReportsHouse) -> None:
    codes = {code for (code,) in week.rows("SELECT DISTINCT figure FROM report_figures")}
    assert codes
    assert not {code for code in codes if code.partition(".")[0] not in LISTS}


def test_a_share_says_its_pair_its_communities_and_each_deadline(week: ReportsHouse) -> None:
    text = told(week, "weekly/2026-11-20/company/on_time.answer")
    for part in (
        "(on_time.answer), Weekly report 2026-11-20, The whole company: 25.0 %.",
        "How it is worked out: Met ÷ (met + met late + running past due), of deadlines due in the period.",
        "2 ÷ 8 = 25.0 %.",
        "Target: 80.0 %, target missed.",
        "Added up from: 001 1 ÷ 5; 002 0 ÷ 2; 003 1 ÷ 1. Together 2 ÷ 8.",
        "Counted again from the records known now: 2 ÷ 8, as in the edition.",
        "Deadlines of cases behind it: 8.",
        "answer: met in time · counts 1 of 1",
        "answer: not met by the end of the period · counts 0 of 1",
    ):
        assert part in text, part
    assert text.index("counts 0 of 1") < text.index("counts 1 of 1"), "what spoils it comes first"
    in_chinese = told(week, "weekly/2026-11-20/company/on_time.answer", language="zh")
    assert "按现有记录重新计数：2 ÷ 8，与本版一致。" in in_chinese and "答复：期末未达成" in in_chinese


def test_a_scope_shows_only_its_own_rows(week: ReportsHouse) -> None:
    text = told(week, "weekly/2026-11-20/002/cases_in.total")
    assert "- B1 ·" in text and "- B2 ·" in text and "Cases behind it: 2." in text
    assert "A3" not in text and "001" not in text and "Added up" not in text
    assert "- C1 ·" in told(week, "weekly/2026-11-20/region:West/cases_in.total")


def test_what_could_not_be_counted_is_not_explained_as_nothing(week: ReportsHouse) -> None:
    text = told(week, "weekly/2026-11-20/002/attendance")
    assert "n/a." in text and "it is not 0" in text and "There are no rows behind it." in text


def test_a_record_that_came_late_shows_that_the_figure_no_longer_holds(week: ReportsHouse) -> None:
    week.case("A9", "19 09:00")
    try:
        text = told(week, "weekly/2026-11-20/001/cases_in.total")
        assert "001: 2." in text, "the edition stands"
        assert "records known now: 3, in the edition 2. Something was loaded or put right since" in text
    finally:
        week.execute("DELETE FROM cases WHERE case_code = 'A9'")


def test_the_edition_its_readers_had_is_explained_unless_another_is_asked_for(week: ReportsHouse) -> None:
    code = "weekly/2026-11-20/company/cases_in"
    assert "It was mailed by the run as of Fri 20 Nov 2026 15:01." in told(week, code)
    week.report("21 10:00", preview=True)
    assert "edition 1 of" in told(week, code, "22 09:00")
    assert "It is a preview and was not mailed." in told(week, f"{code}/2", "22 09:00")
    assert "for the trend, and never mailed" in told(week, "weekly/2026-11-13/company/cases_in")


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("weekly/2026-11-20/company", "is no figure of a report. Write it like weekly/2026-11-20/company/on_time."),
        (
            "weekly/2026-11-27/company/cases_in",
            "Weekly report 2026-11-27: there is no edition of it by Sat 21 Nov 2026 09:00.",
        ),
        ("weekly/2026-11-20/company/cases_in/9", "there is no edition 9 of it"),
        (
            "weekly/2026-11-20/004/cases_in",
            "has no scope 004. It has company, region:East, region:West, 001, 002, 003.",
        ),
        ("weekly/2026-11-20/company/cases_in.rain", "has no figure cases_in.rain. It has cases_in.total"),
        ("weekly/2026-11-20/company/luck", "`guanjia export report_definitions` lists"),
    ],
)
def test_what_is_not_there_is_said(week: ReportsHouse, code: str, says: str) -> None:
    with pytest.raises(UnknownName) as refused:
        told(week, code)
    assert says in str(refused.value)


@pytest.mark.usefixtures("week")
def test_the_command_explains_a_figure_to_programs_too(capsys: pytest.CaptureFixture[str]) -> None:
    code = "weekly/2026-11-20/company/on_time.answer"
    assert cli.main(["explain", f" {code} ", "--as-of", "2026-11-21T09:00", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["code"], told["kind"]) == (code, "report_figure")
    assert any("2 ÷ 8" in sentence for sentence in told["sentences"])
    assert cli.main(["explain", "weekly/2026-11-20/company/luck"]) == 1
    assert "没有指标“luck”" in capsys.readouterr().err


def test_a_region_with_a_stroke_in_its_name_is_still_a_scope() -> None:
    found = FigureCode.read("monthly/2026-10/region:Old/New town/on_time.answer/3", "en")
    assert (found.scope, found.figure, found.edition) == ("region:Old/New town", "on_time.answer", 3)


def test_rows_behind_a_figure_are_counted_in_full_where_few_are_shown(week: ReportsHouse) -> None:
    with week.database.transaction("read") as tx:
        edition = read_edition(tx, "weekly", "2026-11-20", 1, "company")
        figure = edition.figure("on_time.answer")
        assert figure is not None
        found = rows_behind(tx, edition, figure, row_limit=3)
    assert found is not None
    assert (len(found.rows), found.total, found.numerator, found.denominator) == (3, 8, Decimal(2), Decimal(8))
