"""What readers get of a week in the database: every scope's mail, workbook and pages, of that scope and no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest

from guanjia.gateways.mail.rendering import render
from guanjia.i18n import gettext_for
from guanjia.pipelines.reports.details import read_details
from guanjia.pipelines.reports.edition import ReportEdition
from guanjia.pipelines.reports.letters_report import report_letter
from guanjia.pipelines.reports.reading import read_edition
from guanjia.pipelines.reports.report_charts import report_charts
from guanjia.pipelines.reports.report_document import report_document
from guanjia.pipelines.reports.report_sentences import summary_sentences
from guanjia.pipelines.reports.report_workbook import report_workbook
from tests.conftest import Database
from tests.database.report_story import play_week
from tests.database.reports_house import ReportsHouse
from tests.support.pages import squeezed, texts_of

SCOPES = {
    "company": {"001", "002", "003"},
    "region:East": {"001", "002"},
    "region:West": {"003"},
    "001": {"001"},
    "002": {"002"},
    "003": {"003"},
}
ZH = gettext_for("zh")


@pytest.fixture(scope="module")
def editions(module_database: Database) -> Iterator[dict[str, ReportEdition]]:
    """The week worked by hand, and the two before it, reported on Friday at 15:00."""
    house = ReportsHouse(module_database)
    house.setting("report_trend_periods", "3")
    play_week(house)
    house.report("20 15:00")
    with house.database.transaction("read") as tx:
        found = {scope: read_edition(tx, "weekly", "2026-11-20", 1, scope) for scope in SCOPES}
        yield {
            scope: replace(each, details=read_details(tx, "weekly", each.starts, each.ends, scope))
            for scope, each in found.items()
        }


@pytest.mark.rule("REP-01")
@pytest.mark.parametrize("scope", SCOPES)
def test_every_scopes_workbook_adds_up_to_its_figures_and_holds_its_communities_only(
    editions: dict[str, ReportEdition], scope: str
) -> None:
    """The workbook refuses figures that its communities do not add up to."""
    book = openpyxl.load_workbook(BytesIO(report_workbook(editions[scope], "zh").content), data_only=True)
    rows = list(book["按小区"].iter_rows(min_row=5, max_col=1, values_only=True))
    assert {row[0] for row in rows} - {None} <= SCOPES[scope]
    overview = {row[7]: row for row in book["概览"].iter_rows(min_row=5, values_only=True)}
    for each in editions[scope].figures:
        shown = overview[each.code][1]
        assert shown == "n/a" if each.value is None else shown == pytest.approx(float(each.value))


def test_the_week_worked_by_hand_is_told_in_words(editions: dict[str, ReportEdition]) -> None:
    company = summary_sentences(ZH, editions["company"])
    assert company[0] == "受理 5 件（比上周多 1 件），办结 4 件，期末在办 4 件，其中超时 4 件。"
    assert summary_sentences(ZH, editions["003"])[0] == "受理 1 件，办结 1 件，期末在办 0 件。"
    assert all(3 <= len(summary_sentences(ZH, each)) <= 6 for each in editions.values())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_rows_behind_the_figures_are_the_scopes_and_in_the_readers_words(
    editions: dict[str, ReportEdition], language: str
) -> None:
    for scope, edition in editions.items():
        book = openpyxl.load_workbook(BytesIO(report_workbook(edition, language).content), data_only=True)
        sheets = [sheet for sheet in book if any(name.startswith("Rows") for name in sheet.tables)]
        assert len(sheets) == 5
        for sheet in sheets:
            rows = list(sheet.iter_rows(min_row=5, values_only=True))
            assert {row[0] for row in rows if row[1]} <= {*SCOPES[scope], "（不属于任何小区）", "(of no community)"}
            words = {str(cell) for row in rows for cell in row if cell is not None}
            codes = {"complaint", "repair_public", "not_entered", "no_answer", "in_home", "back_on_site"}
            assert not words & codes, sheet.title
            if language == "zh":
                assert not words & {"done", "missed", "reached", "ordinary", "emergency", "answer", "enquiry"}, (
                    sheet.title
                )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_mail_and_pages_are_made_of_what_was_read(editions: dict[str, ReportEdition], language: str) -> None:
    edition = editions["company"]
    charts = report_charts(edition, language)
    letter = report_letter(edition, charts, language)
    mail = render(letter)
    assert all(f'cid:{each.content_id}@guanjia"' in mail.html for each in charts.drawn)
    printed = squeezed("".join(texts_of(report_document(edition, letter, charts).content)))
    assert all(squeezed(each) in printed for each in summary_sentences(gettext_for(language), edition))
