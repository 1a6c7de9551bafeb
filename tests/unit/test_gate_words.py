"""What a gate found is told in the reader's language; stored are codes and English."""

from __future__ import annotations

import json
from typing import Any

import pytest

from guanjia.gate_words import KEYS, SUITES, key_words, note_words, reason_words, stopped_words, unchecked_note
from guanjia.i18n import gettext_for
from tests.repository.checkout import ROOT, matching
from tests.support.english import english_in_page, english_in_text

ZH, EN = gettext_for("zh"), gettext_for("en")
NOTES = [
    (path, str(expectation["notes"]))
    for path in matching("expectations/**/*.json")
    for expectation in json.loads(path.read_text(encoding="utf-8"))["expectations"]
]
FOUND: dict[str, Any] = {
    "suite": "fee_billing/draft_bills",
    "column": "total_off",
    "outcome": "failed",
    "rows": 308,
    "failed": 2,
    "note": "Who adds up the lines of a bill gets its total, to the cent.",
    "key": ["bill_code"],
    "keys": ["B2610-001-1", "B2610-001-2"],
    "more": 0,
}


def test_every_suite_has_a_name() -> None:
    suites = {path.relative_to(ROOT / "expectations").with_suffix("").as_posix() for path, _note in NOTES}
    assert suites == set(SUITES)


def test_every_column_that_names_a_row_has_a_name() -> None:
    metas = [json.loads(path.read_text(encoding="utf-8"))["meta"] for path in matching("expectations/**/*.json")]
    assert {name for meta in metas for name in meta["key"]} == set(KEYS)
    assert key_words(ZH, ["unit_code", "start_date", "other_code"]) == "房号、开始日期、other_code"


def test_every_note_is_one_short_chinese_text() -> None:
    assert len(NOTES) > 250
    told = {note: note_words(ZH, note) for _path, note in NOTES}
    poor = [text for text in told.values() if not text.endswith("。") or len(text) > 60 or english_in_text(text)]
    assert poor == []


def test_a_stopped_run_says_which_gate_what_it_asks_which_rows_and_what_to_do() -> None:
    assert stopped_words(ZH, FOUND) == (
        "质量关口“待审批的账单（fee_billing/draft_bills）”未通过：检查 308 行，2 行不符合检查项 total_off。"
        "要求：账单合计须等于各明细行之和，分毫不差。不符的行（账单编号）：B2610-001-1；B2610-001-2。"
        "未发送或发布任何内容；请更正这些行后重新运行。"
    )
    assert stopped_words(EN, FOUND) == (
        "Gate Bills to be approved (fee_billing/draft_bills): total_off is broken by 2 of 308 rows. "
        "Who adds up the lines of a bill gets its total, to the cent. "
        "First rows (bill number): B2610-001-1; B2610-001-2. "
        "Nothing has been sent or published; correct the rows and start the run again."
    )


def test_what_is_not_known_is_said_in_the_readers_language_too() -> None:
    uncounted = stopped_words(ZH, FOUND | {"failed": None, "keys": [], "more": 2})
    assert "若干 行" in uncounted and "另有 2 项检查未通过" in uncounted and "见“数据检查”页面" in uncounted
    assert "some of 308 rows (1 more expectation failed)" in stopped_words(EN, FOUND | {"failed": None, "more": 1})
    broken = FOUND | {"outcome": "error", "note": unchecked_note(FOUND["note"], "UndefinedColumn: column x")}
    assert "检查项 total_off 无法检查" in stopped_words(ZH, broken)
    assert "分毫不差。未能检查：UndefinedColumn: column x。" in stopped_words(ZH, broken)
    assert "to the cent. It could not be checked: UndefinedColumn: column x." in stopped_words(EN, broken)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_older_versions_stored_is_still_shown(language: str) -> None:
    _ = gettext_for(language)
    assert note_words(_, "A note of an older version.") == "A note of an older version."
    assert reason_words(_, "Gate x: y is broken by 1 of 2 rows.", None) == "Gate x: y is broken by 1 of 2 rows."
    assert reason_words(_, None, None) is None
    nameless = {name: value for name, value in FOUND.items() if name != "key"}
    assert "B2610-001-1" in stopped_words(_, nameless | {"suite": "gone/suite"})


def test_english_left_in_a_page_is_found() -> None:
    """The check that other tests rest on can fail."""
    page = "<p>运行 <code>select one from runs</code> 检查项 is_in_scope，{}</p><style>a b c d</style>"
    assert english_in_page(page.format("GB/T 2828.1，Airflow DAG fee_billing")) == []
    assert english_in_page(page.format("Nobody is told")) == ["Nobody is told"]
    assert english_in_page('<img alt="a chart of cases">') == ["a chart of cases"]
