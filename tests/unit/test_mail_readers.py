"""Programs that people read mail with take our HTML as it is meant, by day and by night, with pictures and without."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest

from guanjia.domain.report_periods import ReportName
from guanjia.gateways.mail.rendering import render
from guanjia.pipelines.reports.edition import Breakdown, Community, ReportEdition
from guanjia.pipelines.reports.letters_report import report_letter
from guanjia.pipelines.reports.report_charts import report_charts
from tests.support.mail_readers import (
    ENOUGH,
    GMAIL_CUTS_AT,
    contrast,
    darkened,
    gmail_problems,
    html_errors,
    outlook_problems,
    pictures_without_words,
    shown_texts,
)
from tests.support.report_editions import corrected, invented
from tests.unit.test_mail_letter import EVERYTHING, letter


@cache
def mails() -> dict[str, str]:
    """A letter of every block, and reports with and without anything in them, by name."""
    found = {"every block": render(letter(*EVERYTHING, greeting="王经理：", preheader="前言")).html}
    editions = {
        "weekly": invented(),
        "daily": replace(invented("daily"), is_preview=True),
        "monthly": corrected(invented("monthly")),
        "nothing": invented(is_empty=True),
        "unknown": invented(is_unknown=True),
    }
    for name, edition in editions.items():
        language = "en" if name in ("monthly", "unknown") else "zh"
        found[name] = _html(edition, language)
    return found


def _html(edition: ReportEdition, language: str) -> str:
    return render(report_letter(edition, report_charts(edition, language), language)).html


NAMES = ("every block", "weekly", "daily", "monthly", "nothing", "unknown")


@pytest.mark.parametrize("name", NAMES)
def test_html_is_html_and_outlook_and_gmail_take_it(name: str) -> None:
    html = mails()[name]
    assert html_errors(html) == []
    assert outlook_problems(html) == []
    assert gmail_problems(html) == []
    assert pictures_without_words(html) == []


@pytest.mark.parametrize("light", ["day", "night", "outlook.com"])
@pytest.mark.parametrize("name", NAMES)
def test_every_text_can_be_read_on_its_ground(name: str, light: str) -> None:
    texts = shown_texts(mails()[name], light)
    assert len(texts) > 20
    assert [each for each in texts if each.ratio < ENOUGH] == []


@pytest.mark.parametrize(("report", "language"), [("weekly", "en"), ("monthly", "zh")])
def test_the_mail_of_a_big_company_is_not_cut(report: ReportName, language: str) -> None:
    """Sixty communities and forty teams with long names: the mail shows the first of them, and says so."""
    town = tuple(
        Community(f"XQ{number:03d}", f"翠湖花园{number}期 Lakeside Garden", f"大区{number % 6}") for number in range(60)
    )
    teams = tuple(
        Breakdown("team", f"T{number}", f"客户服务与维修联合班组 {number}", figure, Decimal(40), Decimal(50))
        for number in range(40)
        for figure in ("attendance", "adherence")
    )
    html = _html(replace(invented(report, town=town), breakdowns=teams), language)
    assert GMAIL_CUTS_AT * 0.8 < len(html.encode()) < GMAIL_CUTS_AT


def test_what_is_wrong_is_found() -> None:
    """The checks above can fail."""
    html = mails()["every block"]
    assert html_errors(html.replace("</p>", "</p></b>", 1))
    assert html_errors(html.replace("</table>", "", 1))
    style = '<p class="text" style="'
    for wrong in ("display:flex", "border-radius:4px", "padding:4px 2px", "font-size:1rem", "color:red"):
        assert len(outlook_problems(html.replace(style, f"{style}{wrong};", 1))) == 1
    assert outlook_problems(html.replace("<img ", "<video></video><img ")) == ["<video>"]
    assert pictures_without_words(html.replace("alt=", "data-alt="))
    assert gmail_problems(html + " " * GMAIL_CUTS_AT)
    pale = shown_texts(html.replace("color:#10222b", "color:#a0a8b0", 1))
    assert min(each.ratio for each in pale) < ENOUGH


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert (darkened("#ffffff"), darkened("#000000")) == ("#333333", "#ffffff")
