"""The catalogue of figures: each says what it is, in both languages, and its target is a setting that is there."""

from __future__ import annotations

from guanjia.domain.report_catalogue import FIGURES, definition_of, escalated, figures_of, on_time
from guanjia.settings import BUSINESS_SETTINGS
from guanjia.store.tables import metadata

EVERY = (*FIGURES, on_time("answer"), on_time("own_word"), escalated(-1), escalated(3))


def test_every_figure_is_found_by_its_code_and_codes_are_unique() -> None:
    assert len({each.code for each in EVERY}) == len(EVERY)
    assert [definition_of(each.code) for each in EVERY] == list(EVERY)


def test_every_figure_explains_itself_in_both_languages() -> None:
    poor = [
        each.code
        for each in EVERY
        if not (each.title and each.formula.endswith(".") and each.formula_zh.endswith("。"))
        or each.title_zh.isascii()
        or each.formula_zh.isascii()
    ]
    assert [code for code in poor if "own_word" not in code] == []


def test_targets_and_sources_exist() -> None:
    assert [each.code for each in EVERY if each.target_setting and each.target_setting not in BUSINESS_SETTINGS] == []
    assert sorted({name for each in EVERY for name in each.source} - set(metadata.tables)) == []


def test_shares_are_not_complete_and_the_daily_report_is_the_shortest() -> None:
    assert [each.code for each in EVERY if each.is_share and each.is_complete] == []
    assert len(figures_of("daily")) < len(figures_of("weekly")) == len(figures_of("monthly"))
