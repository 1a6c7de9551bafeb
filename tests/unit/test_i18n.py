"""Two languages: the English sentence is the key, Chinese comes from the areas' catalogues."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from guanjia.i18n import LANGUAGES, _merged, extraction, gettext_for, normalised
from guanjia.i18n.formats import day_text, instant_text, money_text, share_text, span_text

CATALOGUE = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=1; plural=0;\\n"

msgid "{n} case"
msgid_plural "{n} cases"
msgstr[0] "{n} 个工单"

msgctxt "case"
msgid "open"
msgstr "未结"

msgctxt "door"
msgid "open"
msgstr "打开"
"""


def test_sentences_are_translated_and_filled_in() -> None:
    assert gettext_for("zh")("{n} min", n=5) == "5 分钟"
    assert gettext_for("en")("{n} min", n=5) == "5 min"


def test_an_untranslated_sentence_is_shown_in_english() -> None:
    assert gettext_for("zh")("Nobody has translated this.") == "Nobody has translated this."


@pytest.mark.parametrize(
    ("tag", "language"), [("zh-CN", "zh"), ("zh_Hans", "zh"), ("EN-gb", "en"), ("fr", "zh"), ("", "zh"), (None, "zh")]
)
def test_longer_tags_mean_one_of_ours_and_others_the_default(tag: str | None, language: str) -> None:
    assert normalised(tag) == language
    assert gettext_for(tag).language == language


def test_numbers_and_contexts(tmp_path: Path) -> None:
    (tmp_path / "cases.po").write_text(CATALOGUE, encoding="utf-8")
    found = _merged("zh", [tmp_path / "cases.po"])
    assert found.ngettext("{n} case", "{n} cases", 2) == "{n} 个工单"
    assert (found.pgettext("case", "open"), found.pgettext("door", "open")) == ("未结", "打开")
    assert gettext_for("en").ngettext("{n} case", "{n} cases", 1) == "1 case"
    assert gettext_for("en").ngettext("{n} case", "{n} cases", 0) == "0 cases"


def test_two_areas_that_disagree_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "zh").mkdir()
    for area, text in (("a", "甲"), ("b", "乙")):
        (tmp_path / "zh" / f"{area}.po").write_text(f'msgid "word"\nmsgstr "{text}"\n', encoding="utf-8")
    monkeypatch.setattr(extraction, "CATALOGUES", tmp_path)
    assert extraction.conflicts("zh") == ["'word': a.po has ('甲',), b.po has ('乙',)"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_areas_disagree(language: str) -> None:
    assert not extraction.conflicts(language)


def test_instants_are_told_by_the_clock_of_shanghai() -> None:
    instant = datetime(2026, 11, 20, 16, 5, tzinfo=UTC)
    assert instant_text(instant, "zh") == "2026年11月21日 周六 00:05"
    assert instant_text(instant, "en") == "Sat 21 Nov 2026 00:05"
    with pytest.raises(ValueError, match="zone"):
        instant_text(datetime(2026, 11, 20), "zh")  # noqa: DTZ001 (the fault that is tested)


def test_days() -> None:
    assert day_text(date(2026, 3, 1), "zh") == "2026年3月1日 周日"
    assert day_text(date(2026, 3, 1), "en") == "Sun 1 Mar 2026"


@pytest.mark.parametrize(
    ("span", "zh", "en"),
    [
        (timedelta(), "0 分钟", "0 min"),
        (timedelta(seconds=59), "0 分钟", "0 min"),
        (timedelta(minutes=125), "2 小时 5 分钟", "2 h 5 min"),
        (timedelta(hours=2), "2 小时", "2 h"),
        (timedelta(days=2, minutes=59), "2 天", "2 d"),
        (timedelta(hours=26, minutes=40), "1 天 2 小时", "1 d 2 h"),
        (-timedelta(minutes=5), "-5 分钟", "-5 min"),
    ],
)
def test_spans_in_their_two_largest_units(span: timedelta, zh: str, en: str) -> None:
    assert (span_text(span, "zh"), span_text(span, "en")) == (zh, en)


def test_money_and_shares() -> None:
    assert money_text(Decimal("1234567.5")) == "¥1,234,567.50"
    assert money_text(Decimal("-0.005")) == "-¥0.01"
    assert money_text(Decimal("-0.004")) == "¥0.00"
    assert share_text(Decimal("0.95049")) == "95.0 %"
    assert share_text(None) == "n/a"
