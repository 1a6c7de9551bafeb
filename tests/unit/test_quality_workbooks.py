"""Workbooks and pages of the quality check: blocks of rows, what is checked, what a text from outside cannot do."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanjia.domain.cells import Header
from guanjia.domain.seals import joined_code, seal
from guanjia.gateways.spreadsheets.tables import CellTable
from guanjia.i18n import gettext_for
from guanjia.pipelines.intake.contract import incoming
from guanjia.pipelines.intake.seal_check import Seals, check_seals
from guanjia.pipelines.quality_sampling.appeal_workbook import appeal_workbook, decision_workbook
from guanjia.pipelines.quality_sampling.list_document import list_document
from guanjia.pipelines.quality_sampling.list_rows import (
    FailedCriterion,
    ListedAppeal,
    ListedCriterion,
    ListedSample,
    ScoredSample,
    Subject,
)
from guanjia.pipelines.quality_sampling.list_words import (
    as_heard,
    failed_words,
    point_words,
    subject_words,
    usual_pass_score,
    what_words,
    when_words,
)
from guanjia.pipelines.quality_sampling.list_workbook import score_workbook
from guanjia.settings import TIME_ZONE
from tests.support.examples import examples
from tests.support.pages import squeezed, texts_of

ZH, EN = gettext_for("zh"), gettext_for("en")
CRITERIA = (
    ListedCriterion("规范开场与问候", Decimal("12.5"), False, Decimal(80)),
    ListedCriterion("解答正确", Decimal("50.0"), True, Decimal(80)),
    ListedCriterion("本公司用语", Decimal("37.5"), False, Decimal(70)),
)


def at(written: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{written}").replace(tzinfo=TIME_ZONE)


CALL = Subject(
    sample_code="Q2647-0001",
    kind="call",
    code="TH-1",
    channel="in",
    occurred_at=at("17 10:36:12"),
    started_at=at("17 10:32:05"),
    queue_seconds=12,
    case_code="GD-1",
    case_kind="repair",
    opened_at=at("17 10:33"),
    case_text="厨房水龙头滴水",
    done_note="更换阀芯",
    is_audit=False,
)
CASE = replace(CALL, sample_code="Q2647-0002", kind="case", code="GD-1", channel="电话", started_at=None)


def listed(number: int = 1, subject: Subject = CALL, **values: Any) -> ListedSample:
    code = f"Q2647-{number:04d}"
    plain = ListedSample(
        number=number,
        sample_code=code,
        reviewer="R0012",
        reviewer_name="周敏",
        draw_code="W2026-47",
        period="2026-W47",
        drawn_at=at("23 05:00"),
        due_on=date(2026, 11, 27),
        edition=1,
        subject=replace(subject, sample_code=code),
        criteria=CRITERIA,
    )
    return replace(plain, **values)


def scored(number: int = 1, *failed: FailedCriterion) -> ScoredSample:
    code = f"Q2647-{number:04d}"
    until = at("26 18:00")
    return ScoredSample(number, code, "A0001", "陈晓琳", Decimal("87.50"), bool(failed), until, failed, CALL)


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(content))


@pytest.mark.rule("QC-01")
def test_an_item_is_a_block_with_one_cell_for_what_its_criteria_share() -> None:
    sheet = opened(score_workbook([listed(1), listed(2, CASE)], "zh")).worksheets[0]

    headings = [str(cell.value).split("\n")[0] for cell in sheet[3]]
    assert headings == [
        *("序号", "质检对象", "发生时间", "内容摘要", "评分项", "评分要点", "权重分值"),
        *("得分 *", "致命差错", "评语", "评分时间 *", "抽样编号", "质检员工号", "校验码"),
    ]
    merged = sorted(str(span) for span in sheet.merged_cells.ranges)
    assert merged == sorted(f"{letter}{first}:{letter}{first + 2}" for letter in "ABCDK" for first in (4, 7))
    assert [sheet.cell(row, 5).value for row in range(4, 10)] == [each.name for each in CRITERIA] * 2
    assert [sheet.cell(row, 12).value for row in range(4, 10)] == ["Q2647-0001"] * 3 + ["Q2647-0002"] * 3


@pytest.mark.rule("QC-01")
def test_scores_lie_from_0_to_100_and_no_instant_before_the_day_of_the_draw() -> None:
    sheet = opened(score_workbook([listed()], "zh")).worksheets[0]

    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert (rules["H4:H6"].type, rules["H4:H6"].formula1, rules["H4:H6"].formula2) == ("decimal", "0.0", "100.0")
    assert rules["H4:H6"].error == "请填写 0 到 100 之间的数字，只写数字。"
    assert rules["I4:I6"].formula1 == '"是,否"'
    assert "不得早于 2026-11-23。" in rules["K4:K6"].error
    assert rules["K4:K6"].formula1 == "46349", "the day alone will do"
    assert (sheet["H4"].protection.locked, sheet["K4"].protection.locked) == (False, False)
    assert all(sheet.cell(4, column).protection.locked for column in (1, 2, 3, 4, 5, 6, 7, 12, 13, 14))


@pytest.mark.rule("QC-01")
def test_a_block_turns_green_once_all_is_there_and_red_where_its_instant_is_missing() -> None:
    sheet = opened(score_workbook([listed()], "zh")).worksheets[0]

    rules = {str(each.sqref): [rule.formula[0] for rule in each.rules] for each in sheet.conditional_formatting}
    assert rules["K4:K6"] == ['AND(COUNTA($H$4:$H$6)>0,$K$4="")', 'AND(COUNTA($H$4:$H$6)=3,$K$4<>"")']
    assert rules["A4:A6"] == ['AND(COUNTA($H$4:$H$6)=3,$K$4<>"")']
    assert rules["H4:H6"] == ['AND(COUNTA($H4:$J4)>0,H4="")']
    assert sheet["H2"].value == '="已填 "&COUNTA($H$4:$H$6)&"／3 项"'


@pytest.mark.rule("QC-01")
@given(st.sampled_from("=+-@\t\r"), st.text(max_size=30))
@settings(max_examples=examples(25))
def test_text_from_outside_stays_text_in_a_cell_of_several_rows_too(start: str, rest: str) -> None:
    text = start + "".join(letter for letter in rest if letter.isprintable())
    bad = replace(CASE, case_text=text, done_note=None)
    content = score_workbook([listed(1, bad)], "en")

    with zipfile.ZipFile(BytesIO(content)) as package:
        assert package.read("xl/worksheets/sheet1.xml").count(b"<f>") == 1, "the counter, and nothing else"
    assert opened(content).worksheets[0]["D4"].data_type == "s"


def test_the_same_rows_give_the_same_bytes() -> None:
    rows, asked = [listed(1), listed(2, CASE)], [scored()]
    assert score_workbook(rows, "zh") == score_workbook(rows, "zh")
    assert appeal_workbook(asked, "en") == appeal_workbook(asked, "en")
    assert list_document(rows, "zh") == list_document(rows, "zh")


def test_nothing_is_not_sent() -> None:
    for made in (score_workbook, list_document, appeal_workbook, decision_workbook):
        with pytest.raises(ValueError, match="without rows"):
            made([], "zh")


@pytest.mark.rule("QC-03")
def test_what_to_look_for_is_said_in_both_languages_and_the_pass_score_where_it_is_unusual() -> None:
    usual = usual_pass_score([listed()])
    assert usual == 80
    assert [point_words(ZH, each, usual) for each in CRITERIA] == [
        "接通即问候，报服务中心名称，主动询问需求",
        "答复符合规定和事实，流程与时限告知正确\n致命项：低于 80 分整条不合格",
        "70 分合格",
    ]
    assert point_words(EN, CRITERIA[1], usual).endswith("critical: under 80 the whole item fails")


def test_criteria_stand_in_the_order_of_a_call_and_the_owners_own_as_they_were_loaded() -> None:
    shipped = [replace(CRITERIA[0], name=name) for name in ("礼貌结束语", "解答正确", "规范开场与问候")]

    assert [each.name for each in as_heard(shipped)] == ["规范开场与问候", "解答正确", "礼貌结束语"]
    assert as_heard((CRITERIA[2], CRITERIA[0])) == [CRITERIA[2], CRITERIA[0]]


def test_calls_and_cases_are_put_into_words() -> None:
    assert subject_words(ZH, CALL) == "通话 TH-1\n呼入"
    assert when_words(ZH, CALL) == "2026-11-17\n10:32:05–10:36:12"
    assert what_words(ZH, CALL) == "关联报修 GD-1\n厨房水龙头滴水\n处理记录：更换阀芯"
    assert subject_words(EN, CASE) == "Case no. GD-1\nRepair · 电话"
    assert when_words(EN, CASE) == "received 2026-11-17 10:33\nclosed 2026-11-17 10:36"
    assert what_words(EN, replace(CALL, case_code=None, case_text=None, done_note=None)) == "—"


@pytest.mark.rule("QC-01")
def test_an_agent_sees_what_was_failed_and_until_when_to_appeal() -> None:
    failed = FailedCriterion("解答正确", Decimal("50.0"), True, "收费标准答错")
    sheet = opened(appeal_workbook([scored(1, failed), scored(2)], "zh")).worksheets[0]

    rows = [[cell.value for cell in sheet[row]][:6] for row in (4, 5)]
    assert rows[0][3:] == ["87.5（致命差错）", "解答正确 50 分（致命差错）：收费标准答错", "2026年11月26日 周四 18:00"]
    assert rows[1][3:] == ["87.5", "—", "2026年11月26日 周四 18:00"]
    assert failed_words(EN, failed) == "解答正确 50 (critical error): 收费标准答错"


@pytest.mark.rule("QC-01")
def test_an_appeal_is_decided_on_one_sheet_and_scored_again_on_the_other() -> None:
    appeal = ListedAppeal(at("25 10:11:12"), "A0001", "=我已说明", Decimal(64), at("26 18:00"), (), listed())
    book = opened(decision_workbook([appeal], "zh"))

    assert book.sheetnames == ["质检申诉", "质检评分", "填写说明"]
    values = {
        str(cell.value).removesuffix(" *"): book.worksheets[0].cell(4, cell.column) for cell in book["质检申诉"][3]
    }
    assert (values["申诉时间"].value, values["理由"].value) == ("2026-11-25 10:11:12", "=我已说明")
    assert [name for name, cell in values.items() if not cell.protection.locked] == ["结果"]
    told = [str(cell.value) for row in book["填写说明"].iter_rows() for cell in row if cell.value]
    assert {"结果 *", "得分 *", "评分时间 *"} <= set(told)


# -- on paper ---------------------------------------------------------------------------------------------------------


def test_three_items_of_eight_criteria_fit_on_a_page_and_none_is_broken() -> None:
    eight = tuple(replace(CRITERIA[n % 3], name=f"评分项{n}") for n in range(8))
    pages = texts_of(list_document([listed(n, criteria=eight) for n in range(1, 8)], "zh"))

    assert len(pages) == 3
    for page, numbers in zip(pages, ((1, 2, 3), (4, 5, 6), (7,)), strict=True):
        assert [n for n in range(1, 8) if f"Q2647-{n:04d}" in squeezed(page)] == list(numbers)
        assert squeezed(page).count("评分项7") == len(numbers)


@given(st.text(alphabet="#[]{}*_$`<>@\\/=~\"'“”一二a1 ", max_size=60))
@settings(max_examples=examples(15))
def test_text_from_outside_is_never_read_as_markup(text: str) -> None:
    (page,) = texts_of(list_document([listed(1, replace(CASE, case_text=text, done_note=None))], "zh"))

    assert squeezed(text).rstrip("/") in squeezed(page)


def test_a_page_says_whose_it_is_until_when_and_that_a_correction_is_looked_at_again() -> None:
    (page,) = texts_of(list_document([listed(1, replace(CASE, is_audit=True))], "en"))

    assert "周敏 (R0012)" in page and "to be scored by Fri 27 Nov 2026" in page
    assert squeezed("correction, looked at again") in squeezed(page)


# -- seals over several codes -----------------------------------------------------------------------------------------

TITLES = ("抽样编号", "评分项", "质检对象", "得分", "校验码")
SUBJECT = "通话 TH-1"


def checked(*rows: tuple[str, str, str, str]) -> Seals:
    """What the seals say of rows: sample, criterion, what is shown, seal."""
    cells = [(code, criterion, shown, 90.0, found) for code, criterion, shown, found in rows]
    header = Header(0, {"sample_code": 0, "criterion": 1, "score": 3}, TITLES)
    return check_seals(
        incoming()["quality_scores"], CellTable(4, list(zip(*cells, strict=True))), header, range(len(rows))
    )


def sealed(code: str, criterion: str, shown: str = SUBJECT) -> str:
    texts = {"subject": shown}
    names = [name for name in incoming()["quality_scores"].table.info["informative"] if name != "seal"]
    return seal(joined_code([code, criterion]), [texts.get(name, "") for name in names])


@pytest.mark.rule("QC-01")
def test_a_row_is_known_by_sample_and_criterion() -> None:
    whole = checked(("S1", "a", SUBJECT, sealed("S1", "a")), ("S1", "b", SUBJECT, sealed("S1", "b")))
    exchanged = checked(("S1", "b", SUBJECT, sealed("S1", "a")), ("S1", "a", SUBJECT, sealed("S1", "b")))
    other = checked(("S2", "a", SUBJECT, sealed("S1", "a")))

    assert (whole.faults, whole.edited) == ({}, frozenset())
    assert {row: found[0][0] for row, found in exchanged.faults.items()} == {0: "criterion", 1: "criterion"}
    assert {row: found[0][0] for row, found in other.faults.items()} == {0: "sample_code"}


@pytest.mark.rule("QC-01")
def test_rows_that_show_the_same_are_not_taken_for_each_other_where_a_seal_is_gone() -> None:
    found = checked(("S1", "a", SUBJECT, ""), ("S1", "b", SUBJECT, sealed("S1", "b")))

    assert (found.faults, found.edited) == ({}, frozenset({0}))


@pytest.mark.rule("QC-01")
def test_a_row_that_shows_another_items_call_is_rejected() -> None:
    found = checked(
        ("S1", "a", "通话 TH-2", sealed("S1", "a")), ("S2", "a", "通话 TH-2", sealed("S2", "a", "通话 TH-2"))
    )

    assert (sorted(found.faults), found.edited) == ([0], frozenset())
