"""Lists to be filled in: what can be changed, what is checked, and what a text from outside cannot do."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanjia.gateways.spreadsheets.worklist import Form, FormColumn, text_width, write_form
from guanjia.settings import TIME_ZONE
from tests.support.examples import examples

COLUMNS = (
    FormColumn("序号", 6, cell="count"),
    FormColumn("房号", 10),
    FormColumn("提示", 16, "marked"),
    FormColumn("时间", 18, "asked", cell="instant", is_required=True, hint="日期和时间", explanation="到场时间"),
    FormColumn("结果", 10, "asked", cell="choice", choices=("是", "否"), is_required=True),
    FormColumn("读数", 10, "asked", cell="number", minimum=Decimal(0)),
    FormColumn("说明", 26, "asked"),
    FormColumn("编号", 16, "kept"),
)


def form(*rows: tuple[Any, ...], **changed: Any) -> Form:
    given: dict[str, Any] = {
        "sheet_name": "巡检结果",
        "title": "清单",
        "to_do": "请填写",
        "columns": COLUMNS,
        "rows": rows or [(1, "010304", None, None, None, None, None, "M1")],
        "frozen_columns": 2,
        "instructions": ["第一条"],
        "work_date": date(2026, 11, 20),
        "made_at": datetime(2026, 11, 20, 6, tzinfo=TIME_ZONE),
    }
    return Form(**(given | changed))


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(content))


@pytest.mark.parametrize(("language", "second"), [("zh", "填写说明"), ("en", "How to fill in")])
def test_it_has_the_list_and_a_page_of_instructions(language: str, second: str) -> None:
    book = opened(write_form(form(), language))

    assert book.sheetnames == ["巡检结果", second]
    assert [cell.value for cell in book.worksheets[0][3]] == [
        *("序号", "房号", "提示", "时间 *\n（日期和时间）", "结果 *", "读数", "说明", "编号")
    ]
    told = [str(cell.value) for row in book.worksheets[1].iter_rows() for cell in row if cell.value]
    assert {"第一条", "时间 *", "到场时间"} <= set(told)


def test_only_what_is_asked_for_can_be_changed() -> None:
    sheet = opened(write_form(form(), "zh")).worksheets[0]

    assert sheet.protection.sheet and not sheet.protection.password
    assert [cell.protection.locked for cell in sheet[4]] == [True, True, True, False, False, False, False, True]
    assert sheet["D4"].fill.start_color.rgb == "FFFFF8DC"
    assert sheet.freeze_panes == "C4"


def test_every_cell_to_fill_in_is_checked_with_a_message() -> None:
    sheet = opened(write_form(form(*[tuple(row) for row in form().rows] * 3), "zh")).worksheets[0]

    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert {place: rule.type for place, rule in rules.items()} == {
        "D4:D6": "date",
        "E4:E6": "list",
        "F4:F6": "decimal",
        "G4:G6": "textLength",
    }
    assert rules["E4:E6"].formula1 == '"是,否"'
    assert all(rule.error and rule.showErrorMessage for rule in rules.values())


def test_it_prints_across_on_a4_one_page_wide_with_its_headings_on_every_page() -> None:
    sheet = opened(write_form(form(), "zh")).worksheets[0]

    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$3:$3"


@settings(max_examples=examples(100))
@given(st.sampled_from("=+-@\t\r"), st.text(max_size=40))
def test_text_from_outside_stays_text(start: str, rest: str) -> None:
    text = start + "".join(letter for letter in rest if letter.isprintable())
    content = write_form(form((1, text, text, None, None, None, None, text)), "en")

    with zipfile.ZipFile(BytesIO(content)) as package:
        assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")
    cell = opened(content).worksheets[0]["H4"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_the_same_form_gives_the_same_bytes() -> None:
    assert write_form(form(), "zh") == write_form(form(), "zh")


def test_a_list_without_rows_can_be_opened() -> None:
    assert opened(write_form(form(rows=[]), "zh")).worksheets[0].max_row == 3


@pytest.mark.parametrize(("text", "width"), [("", 0), ("abc", 3), ("水表", 4), ("（度）", 6), ("a\n水电已关", 8)])
def test_a_chinese_character_is_two_wide(text: str, width: int) -> None:
    assert text_width(text) == width


def test_a_cell_another_ones_word_asks_for_is_red_until_it_is_there() -> None:
    when = FormColumn("约定时间", 18, "asked", cell="instant", needed_with=("结果", "否"))
    columns = (*COLUMNS[:6], when, COLUMNS[7])

    sheet = opened(write_form(form(columns=columns), "zh")).worksheets[0]

    rules = {str(each.sqref): each.rules for each in sheet.conditional_formatting}
    assert [rule.formula[0] for rule in rules["G4"]] == ['AND($E4="否",$G4="")']
    (green,) = rules["D4:G4"]
    assert green.formula[0] == 'AND($D4<>"",$E4<>"",NOT(AND($E4="否",$G4="")))'


def test_a_seal_is_locked_hidden_and_still_there() -> None:
    columns = (*COLUMNS[:7], FormColumn("校验码", 18, "kept", is_hidden=True))

    sheet = opened(write_form(form((1, "010304", None, None, None, None, None, "x" * 200), columns=columns), "zh"))[
        "巡检结果"
    ]

    assert sheet.column_dimensions["H"].hidden
    assert (sheet["H4"].value, sheet["H4"].protection.locked) == ("x" * 200, True)
    assert sheet.row_dimensions[4].height == 24, "nobody sees it, so it makes no row higher"
