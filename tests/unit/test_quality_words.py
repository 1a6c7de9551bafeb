"""What stands beside a figure of the quality check."""

from __future__ import annotations

from decimal import Decimal

import pytest

from guanjia.i18n import gettext_for
from guanjia.pipelines.quality_sampling import words

D = Decimal


@pytest.mark.parametrize(
    ("low", "high", "scored", "population", "covered", "said"),
    [
        (D("82.6"), D("90.8"), 8, 10, D(1), "95 %: 82.6 to 90.8"),
        (D("88.2"), D("88.2"), 11, 11, D(1), "all 11 items scored"),
        (D("88.2"), D("88.2"), 8, 9, D("0.888889"), "all 8 items scored"),
        (D(95), D(95), 12, 60, D(1), "no spread seen in 12 items"),
        (None, None, 1, 40, D(1), "one item: no interval"),
        (None, None, 0, 40, D(0), "nothing scored"),
    ],
)
def test_an_interval_without_width_says_whether_all_was_scored_or_all_was_alike(
    low: Decimal | None, high: Decimal | None, scored: int, population: int, covered: Decimal, said: str
) -> None:
    speaks_for = words.items_covered(population, covered)
    assert words.interval_text(gettext_for("en"), low, high, scored, speaks_for) == said


def test_strata_and_classes_have_words() -> None:
    _ = gettext_for("zh")
    assert words.stratum_words(_, "call", "in") == "通话 · 呼入"
    assert words.stratum_words(_, "case", None) == "工单 · 全部渠道合并"
    assert words.stratum_words(_, "case", "微信") == "工单 · 微信"
    assert words.class_words(_, "case:complaint+reopened") == "工单 · 投诉 + 重新打开"
    assert (words.dropped_words(_, "call:A1"), words.dropped_words(_, "A1")) == ("通话 A1", "A1")
