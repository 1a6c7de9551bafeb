"""What a hostile second look at intake found: old workbooks, bracketed headings, reasons in Chinese, 24:00."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from guanjia.domain.cells import Fault
from guanjia.domain.cells.headers import header_name
from guanjia.domain.cells.raw import CellError, PaddedNumber, Raw
from guanjia.domain.cells.times import day, instant
from guanjia.gateways.spreadsheets import CellTable, Unreadable, open_spreadsheet
from guanjia.gateways.spreadsheets.old_package import OldPackage
from tests.conftest import Database
from tests.support.intake import Desk, told

OLD = Path(__file__).parent / "files" / "customers_old.xls"
"""One sheet 客户 of five rows: codes as numbers with the formats 0000 and 000000;-000000, #N/A and #DIV/0!."""


def rows_of(path: Path) -> list[list[Raw]]:
    table = open_spreadsheet(path).sheets[0].views[0].table(0)
    assert isinstance(table, CellTable)
    return [table.row(index) for index in range(table.rows)]


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    folder = tmp_path / "files"
    folder.mkdir()
    return Desk(database, folder)


# -- old workbooks -----------------------------------------------------------------------------------------------------


def test_an_old_workbook_tells_formats_errors_and_booleans_as_a_new_one_does() -> None:
    assert rows_of(OLD) == [
        [PaddedNumber(7, 4), "甲", "业主", 7, True],
        ["0008", CellError("#N/A"), "业主", 8, ""],
        [9, "丙", "业主", CellError("#DIV/0!"), False],
        [PaddedNumber(12, 6), "丁", "业主", 45000.5, ""],
        [PaddedNumber(7, 4), "戊", "业主", 1, ""],
    ]


def test_an_old_workbook_too_large_or_damaged_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("guanjia.gateways.spreadsheets.old_package.MAX_CELLS", 20)
    with pytest.raises(Unreadable, match="more than 20 cells"):
        rows_of(OLD)
    cut = tmp_path / "cut.xls"
    cut.write_bytes(OLD.read_bytes()[:2048])
    with pytest.raises(Unreadable, match="damaged"):
        OldPackage(cut).marked_cells("客户")


def test_codes_of_an_old_workbook_keep_their_zeros_and_its_errors_are_rejected(desk: Desk) -> None:
    path = desk.folder / "customers.xls"
    path.write_bytes(OLD.read_bytes())
    receipt = desk.load(path).files[0].sheets[0]
    assert (3, "customer_name", "bad_text") in told(receipt)
    assert [line.value for line in receipt.rejects if line.row == 3] == ["#N/A"]
    assert ("000012",) in desk.rows("customers", "customer_code")
    assert not {("7",), ("12",), ("0008",)} & set(desk.rows("customers", "customer_code"))


# -- headings ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["收费面积（元(㎡)）", "收费面积((a)(b(c)))*", "收费面积（元(㎡", "收费(x(y))面积"])
def test_brackets_within_brackets_do_not_hide_a_heading(written: str) -> None:
    assert header_name(written) == "收费面积"


# -- reasons in Chinese ------------------------------------------------------------------------------------------------


def test_a_setting_out_of_its_bounds_is_told_in_one_language(desk: Desk) -> None:
    receipt = desk.put(
        "settings",
        ("参数", "小区编号", "值"),
        ("mail_max_attempts", "", "101"),
        ("office_hours_roles", "", "主管"),
    )
    assert told(receipt) == [(2, "value", "out_of_range"), (3, "value", "bad_choice")]
    number, words = receipt.rejects
    assert (number.reason, number.reason_en) == (
        "值须为 1 至 100 之间的整数。",
        "value must be a whole number from 1 to 100.",
    )
    assert words.reason.startswith("值须为以逗号分隔的列表，只能含：agent、")
    assert words.reason_en.startswith("value must be a list, separated by commas, out of: agent, ")


def test_an_unknown_callback_is_told_with_the_registers_chinese_name(desk: Desk) -> None:
    desk.company("communities", "staff")
    receipt = desk.put(
        "callback_results",
        ("callback_code", "attempted_at", "outcome", "agent_code"),
        ("NONE", "2026-11-19 10:00", "接通", "S001"),
    )
    reasons = {line.column: line.reason for line in receipt.rejects}
    assert reasons["callback_code"].endswith("对象入库后此行会自动收入。")
    assert not re.search("[a-z]", reasons["callback_code"])


def test_the_words_of_a_policy_and_of_a_callback_rule_are_told_in_chinese(desk: Desk) -> None:
    receipt = desk.put(
        "deadline_policies",
        ("规则编号", "类型", "时限", "起算", "完成", "时长", "单位", "日历", "可暂停", "生效日期"),
        ("P1", "报修", "响应", "昨天", "转交", "5", "分钟", "office", "否", "2026-01-01"),
    )
    reasons = {line.column: line.reason for line in receipt.rejects}
    assert reasons["starts"].startswith("起算只能是：受理时间、预约时间、")
    assert not any(re.search("[a-z]", reason) for reason in reasons.values())
    receipt = desk.put("callback_rules", ("rule_code", "repeat"), ("R1", "weekly"))
    assert [line.reason for line in receipt.rejects if line.column == "repeat"] == ["周期只能是：月、季、年。"]


# -- days --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["2026-11-20 24:00", "2026/11/20 24:00:00", "2026年11月20日24时", "20261120 2400"])
def test_a_day_written_with_24_00_is_that_day(written: str) -> None:
    assert day(written) == date(2026, 11, 20)
    moment = instant(written)
    assert not isinstance(moment, Fault)
    assert moment.clock == datetime(2026, 11, 21)  # noqa: DTZ001 (a wall clock without a zone)


def test_an_offset_still_moves_a_day_and_an_impossible_time_is_none() -> None:
    assert day("2026-11-20T20:00Z") == date(2026, 11, 21)
    assert isinstance(day("2026-11-20 25:00"), Fault)
    assert isinstance(day("1800-01-01 24:00"), Fault)
    assert isinstance(day(CellError("2026-11-20")), Fault)


def test_a_date_column_keeps_the_day_written(desk: Desk) -> None:
    receipt = desk.put(
        "customers",
        ("客户编号", "客户姓名", "客户类型", "service_start"),
        ("200001", "王一", "业主", "2026-11-20 24:00"),
    )
    assert receipt.rejected == 0
    assert desk.rows("customers", "service_start") == [("2026-11-20",)]


def test_new_workbooks_stay_as_they_were(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["客户编号"])
    sheet.append([7])
    sheet["A2"].number_format = "0000"
    book.save(tmp_path / "a.xlsx")
    assert rows_of(tmp_path / "a.xlsx") == [[PaddedNumber(7, 4)]]
