"""The improvement plan of a report: what a target lacked, which community moves it most, what stands in the plan."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.i18n import gettext_for
from guanjia.pipelines.reports.edition import CommunityFigure, EditionFigure, ReportEdition
from guanjia.pipelines.reports.report_plan import lacking, plan_items, plan_words
from tests.support.report_editions import invented

ZH, EN = gettext_for("zh"), gettext_for("en")


def figure_of(edition: ReportEdition, code: str) -> EditionFigure:
    found = edition.figure(code)
    assert found is not None
    return found


ON_TIME = figure_of(invented(), "on_time.total")
COLLECTED = figure_of(invented(), "collection_rate")
MEAN = figure_of(invented(), "quality_mean")


@pytest.mark.rule("REP-03")
@pytest.mark.parametrize(
    ("figure", "numerator", "denominator", "expected"),
    [
        (ON_TIME, "5", "8", "3"),  # 95 % of 8 is 7.6
        (ON_TIME, "19", "20", "0"),
        (ON_TIME, "0", "1", "1"),
        (COLLECTED, "872.50", "1000.01", "27.51"),  # 90 % is 900.009
        (MEAN, "884", "10", "1.6"),  # 88.4 against 90
        (ON_TIME, None, "8", None),
        (ON_TIME, "0", "0", None),
        (replace(ON_TIME, target=None), "5", "8", None),
    ],
)
def test_what_would_have_met_a_target(
    figure: EditionFigure, numerator: str | None, denominator: str, expected: str | None
) -> None:
    found = lacking(figure, None if numerator is None else Decimal(numerator), Decimal(denominator))
    assert found == (None if expected is None else Decimal(expected))


@given(st.integers(0, 400), st.integers(1, 400), st.integers(1, 100))
def test_it_is_the_least_that_would_have_met_it(kept: int, more: int, percent: int) -> None:
    due, target = Decimal(kept + more), Decimal(percent) / 100
    missing = lacking(replace(ON_TIME, target=target), Decimal(kept), due)
    assert missing is not None
    assert (kept + missing) / due >= target
    assert missing == 0 or (kept + missing - 1) / due < target


@pytest.mark.rule("REP-03")
@pytest.mark.parametrize("scope", ["company", "region:城西", "XQ003"])
def test_every_missed_target_stands_in_the_plan_before_all_else(scope: str) -> None:
    edition = invented(scope=scope)
    codes = [each.figure.code for each in plan_items(edition)]
    missed = {each.code for each in edition.figures if each.movement.meets_target is False}
    assert missed and set(codes[: len(missed)]) == missed
    assert len(codes) == len(set(codes)), "each once"
    assert not any(code.startswith("arrears.") for code in codes), "parts of what is named already"


def test_the_community_that_lacks_most_is_named_and_none_where_there_is_only_one() -> None:
    edition = invented()
    rows = tuple(
        CommunityFigure(each.community_code, "inspected", Decimal(kept), Decimal(10))
        for each, kept in zip(edition.communities, (10, 9, 4, 10, 7), strict=True)
    )
    figure = replace(
        figure_of(edition, "inspected"), value=Decimal("0.8"), numerator=Decimal(40), denominator=Decimal(50)
    )
    alone = replace(edition, figures=(figure,), by_community=rows, breakdowns=())
    (item,) = plan_items(alone)
    assert (item.missing, item.community, item.part) == (Decimal(10), "金桂苑", Decimal(6))
    assert plan_words(ZH, item) == (
        "巡检覆盖率 80.0 %（目标 100.0 %）；再巡检 10 次即达标；差距最大：金桂苑（差 6）；涉及：巡检人员、经理"
    )
    assert plan_words(EN, item) == (
        "Inspections made 80.0 % (target 100.0 %); 10 more inspections would have met it; "
        "most lacking: 金桂苑 (6); concerns: inspectors, manager"
    )
    (own,) = plan_items(replace(invented(scope="XQ003"), figures=(figure,), by_community=rows[2:3]))
    assert (own.missing, own.community, own.part) == (Decimal(10), "", None)


def test_of_what_got_worse_the_community_that_changed_most_is_named_not_the_largest() -> None:
    edition = invented()
    numbers = ((100, 90), (40, 10), (0, 5), (7, 7), (1, 0))  # this week, the week before
    rows = tuple(
        CommunityFigure(each.community_code, "arrears", Decimal(now), None, Decimal(before))
        for each, (now, before) in zip(edition.communities, numbers, strict=True)
    )
    figure = replace(figure_of(edition, "arrears"), value=Decimal(148), previous=Decimal(112), numerator=Decimal(148))
    (item,) = plan_items(replace(edition, figures=(figure,), by_community=rows, breakdowns=()))
    assert plan_words(ZH, item) == "欠费合计 148 元（上期 112 元）；变化最大：云栖里（+30 元）；涉及：收费岗、经理"
    fewer = replace(
        figure, code="cases_out.total", unit="count", better="more", value=Decimal(80), previous=Decimal(112)
    )
    turned = tuple(
        replace(each, figure="cases_out.total", numerator=each.previous_numerator, previous_numerator=each.numerator)
        for each in rows
    )
    (item,) = plan_items(replace(edition, figures=(fewer,), by_community=turned, breakdowns=()))
    assert "changed most: 云栖里 (−30)" in plan_words(EN, item)


def test_a_count_that_should_be_nothing_names_who_has_most_of_it() -> None:
    edition = invented()
    figure = replace(figure_of(edition, "cases_overdue"), value=Decimal(9))
    rows = tuple(
        CommunityFigure(each.community_code, "cases_overdue", Decimal(n), None, Decimal(0))
        for each, n in zip(edition.communities, (1, 5, 0, 2, 1), strict=True)
    )
    (item,) = plan_items(replace(edition, figures=(figure,), by_community=rows, breakdowns=()))
    assert "最多：云栖里（5）" in plan_words(ZH, item)


def test_nothing_in_need_is_an_empty_plan() -> None:
    assert plan_items(invented(is_unknown=True)) == []
