"""Figures of reports on the pages: what each reader is shown of an edition, and the small trends."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.desk.report_lines import HEIGHT, WIDTH, base_lines, chapters, part_tables, spark, tiles, trend_lines
from guanjia.i18n import gettext_for
from guanjia.pipelines.reports.readers import Reader
from guanjia.pipelines.reports.report_words import value_text
from tests.support.report_editions import corrected, invented

HEAD = Reader("G1", ("company",), (), is_head=True, sees_money=True)
OTHER = Reader("E1", ("company",), (), is_head=False, sees_money=False)


@given(st.lists(st.none() | st.decimals(-1000, 1000, places=2), max_size=12))
def test_a_trend_stays_in_its_box_and_breaks_where_nothing_is_known(values: list[Decimal | None]) -> None:
    lines = spark(values)
    points = [tuple(Decimal(each) for each in point.split(",")) for line in lines for point in line.split()]
    known = [value for value in values if value is not None]
    assert len(points) == (len(known) if len(known) > 1 else 0)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    gaps = "".join(" " if value is None else "x" for value in values).split()
    assert len(lines) == (len(gaps) if len(known) > 1 else 0)


def test_more_is_higher_and_later_is_further_right() -> None:
    (line,) = spark([Decimal(1), Decimal(3), Decimal(2)])
    (x1, low), (x2, high), (x3, middle) = (point.split(",") for point in line.split())
    assert float(x1) < float(x2) < float(x3)
    assert float(high) < float(middle) < float(low), "a picture's y grows downwards"


@pytest.mark.rule("REP-06")
def test_without_the_right_to_amounts_none_is_left_of_them() -> None:
    edition = corrected(invented())
    shown = OTHER.shown(edition)
    assert edition.chapter("money") and not shown.chapter("money")
    money = {each.code for each in edition.chapter("money")}
    assert any(each.figure in money for each in edition.by_community)
    assert not money & {each.figure for each in shown.by_community}
    assert not money & ({each.figure for each in shown.changes} | {each.figure for each in shown.breakdowns})
    assert HEAD.shown(edition) == edition


@pytest.mark.rule("QC-01")
def test_single_persons_are_for_those_who_answer_for_the_scope() -> None:
    edition = invented("monthly")
    assert edition.quotes.ranking and any(each.kind == "agent" for each in edition.breakdowns)
    shown = OTHER.shown(edition)
    assert not shown.quotes.ranking and not any(each.kind == "agent" for each in shown.breakdowns)
    assert shown.quotes.supervision == edition.quotes.supervision
    table = part_tables(gettext_for("en"), HEAD.shown(edition))["agent"]
    assert all(len(cells) == len(table.titles) for _name, cells in table.lines)
    assert all("*" in name for name, _cells in table.lines), "staff numbers with masked names"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_there_was_nothing_of_can_be_left_out_and_shown(language: str) -> None:
    _ = gettext_for(language)
    edition = invented()
    whole = chapters(_, edition, is_whole=True)
    short = chapters(_, edition, is_whole=False)
    assert sum(len(each.lines) for each in whole) == len(edition.figures)
    left_out = sum(each.left_out for each in short)
    assert left_out and sum(len(each.lines) for each in short) + left_out == len(edition.figures)
    kept = {line.code for chapter in short for line in chapter.lines}
    assert not any(each.value for each in edition.figures if each.code not in kept)


def test_communities_add_up_to_what_stands_above() -> None:
    _ = gettext_for("en")
    edition = invented()
    seen = 0
    for figure in edition.figures:
        lines = base_lines(_, edition, figure)
        if lines:
            seen += 1
            assert lines[-1].value == value_text(_, figure, figure.value), figure.code
            assert lines[-1].before == value_text(_, figure, figure.previous), figure.code
    assert seen > 20


def test_the_newest_period_stands_first_and_the_longest_bar_is_whole() -> None:
    _ = gettext_for("en")
    edition = invented()
    figure = edition.figure("cases_in.total")
    assert figure is not None
    lines = trend_lines(_, edition, figure)
    assert [period for period, _text, _length in lines] == list(reversed(edition.trend_periods))
    assert max(length for _period, _text, length in lines) == 100
    assert {code for code, *_rest in tiles(_, edition)} <= {each.code for each in edition.figures}
