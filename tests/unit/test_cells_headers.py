"""Headers: matched whatever a clerk did to them, found wherever they stand."""

from __future__ import annotations

import pytest

from guanjia.domain.cells.headers import closes_table, find_header, header_name, is_total, names_of, repeats_header

UNITS = names_of(
    {
        "community_code": ("小区编号",),
        "building_code": ("楼栋编号",),
        "unit_code": ("房号",),
        "area_m2": ("收费面积",),
        "unit_use": ("用途",),
    }
)
REQUIRED = ("community_code", "building_code", "unit_code", "area_m2", "unit_use")


@pytest.mark.parametrize(
    "written",
    [
        "收费面积",
        "收费面积（㎡）",
        "收费 面积(m2)",
        "收费\n面积*",
        "＊收费面积",
        "area_m2",
        "AREA_M2",
        "ａｒｅａ＿ｍ２",
        "Area m2 (㎡)",
        "收费面积（㎡",
    ],
)
def test_a_heading_is_recognised_however_it_is_written(written: str) -> None:
    assert UNITS[header_name(written)] == "area_m2"


@pytest.mark.parametrize("written", ["建筑面积", "面积", "area", "收费面积合计"])
def test_a_heading_that_only_looks_alike_is_another_one(written: str) -> None:
    assert header_name(written) not in UNITS


def test_the_header_stands_below_titles_and_a_group_header() -> None:
    rows = [
        ["房屋台账", None, None, None, None],
        ["小区：澄庭雅苑（001）      制表日期：2026年10月31日", None, None, None, None],
        ["位置", None, None, "计费", None],
        ["小区\n编号", "楼栋 编号", "房  号", "收费面积（㎡）", "用途"],
        ["001", "01", "010101", 144.11, "住宅"],
    ]
    header = find_header(rows, UNITS, REQUIRED)
    assert header is not None
    assert header.index == 3
    assert header.columns == {"community_code": 0, "building_code": 1, "unit_code": 2, "area_m2": 3, "unit_use": 4}


def test_surplus_columns_are_named() -> None:
    header = find_header([["序号", "小区编号", "楼栋编号", "房号", "收费面积", "用途", "备注", None]], UNITS, REQUIRED)
    assert header is not None
    assert header.surplus == ("序号", "备注")


def test_the_first_of_two_columns_with_one_name_counts() -> None:
    header = find_header([["小区编号", "楼栋编号", "房号", "房号", "收费面积", "用途"]], UNITS, REQUIRED)
    assert header is not None
    assert header.columns["unit_code"] == 2
    assert header.surplus == ("房号",)


def test_a_sheet_without_the_datasets_columns_has_no_header() -> None:
    assert (
        find_header([["日期", "午餐", "晚餐", "价格"], ["2026-11-16", "红烧肉", "面条", 15]], UNITS, REQUIRED) is None
    )
    assert find_header([["房号", "业主"], ["1-0101", "某人"]], UNITS, REQUIRED) is None


@pytest.mark.parametrize(
    "row",
    [
        ["合计", None, 5],
        ["合 计", "402单"],
        [None, " 合\u3000计 ", 3],
        ["小计"],
        ["总计：", "1"],
        ["合计（元）", "1"],
    ],
)
def test_a_total_line_is_told_by_its_first_filled_cell(row: list[object]) -> None:
    assert is_total(row)


@pytest.mark.parametrize("row", [["合计费用问题", None], ["GD001", "合计"], [None, None], [12.0, "合计"]])
def test_the_word_inside_a_row_is_no_total_line(row: list[object]) -> None:
    assert not is_total(row)


def test_what_stands_below_a_subtotal_still_belongs_to_the_table() -> None:
    assert closes_table(["合计"])
    assert closes_table(["总 计"])
    assert not closes_table(["小计"])


def test_a_header_repeated_at_a_page_break_is_recognised() -> None:
    header = find_header([["小区编号", "楼栋编号", "房号", "收费面积（㎡）", "用途"]], UNITS, REQUIRED)
    assert header is not None
    assert repeats_header(["小区编号", "楼栋编号", "房 号", "收费面积", None], header)
    assert not repeats_header(["小区编号", "01", "010101", 3, "住宅"], header)
    assert not repeats_header(["小区编号", None, None, None, None], header)
