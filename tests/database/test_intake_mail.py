"""What people hear of intake: a mail with counts and reasons, and a workbook that can be corrected and dropped back."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select, text

from guanjia.pipelines.intake.reporting import report
from guanjia.settings import TIME_ZONE
from guanjia.store.tables.intake import rejected_rows
from tests.conftest import Database
from tests.support.intake import Desk

NOW = datetime(2026, 11, 20, 12, 5, tzinfo=TIME_ZONE)
RECIPIENTS = ("邮箱", "收件人姓名", "报表", "范围", "语言")


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    folder = tmp_path / "files"
    folder.mkdir()
    found = Desk(database, folder)
    found.company()
    found.put(
        "report_recipients",
        RECIPIENTS,
        ("all@example.com", "叶国", "入库", "company", "zh"),
        ("en@example.com", "Meyer", "intake", "company", "en"),
        ("two@example.com", "乙", "入库", "002", "zh"),
        ("lake@example.com", "湖", "入库", "region:蠡湖片区", "zh"),
        ("none@example.com", "周", "周报", "company", "zh"),
    )
    with database.transaction() as tx:
        tx.execute(text("DELETE FROM messages"))
    return found


def mails(desk: Desk) -> dict[str, Any]:
    with desk.database.transaction() as tx:
        found = tx.execute(
            text(
                "SELECT m.recipient, m.subject, b.text_body, b.html_body, f.content, x.file_name FROM messages AS m "
                "JOIN message_bodies AS b ON b.body_digest = m.body_digest "
                "LEFT JOIN attachment_bundle_files AS x ON x.bundle_digest = m.bundle_digest "
                "LEFT JOIN message_files AS f ON f.file_digest = x.file_digest WHERE m.kind = 'intake_receipt'"
            )
        ).all()
    return {row.recipient: row for row in found}


def book(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def spoil(desk: Desk) -> None:
    """A file with bad rows of two communities and of none."""
    desk.put(
        "cases",
        ("工单号", "小区编号", "类型", "紧急程度", "内容", "受理时间", "表外"),
        ("B1", "001", "返修", "普通", "=1+1", "2026-11-18 09:00", "y"),
        ("B2", "2", "报修", "特急", "", "2026-11-18 09:00", "y"),
        ("B3", "009", "报修", "普通", "", "2026-11-18 09:00", "y"),
        ("B4", "001", "报修", "普通", "", "2026-11-18 09:00", "y"),
        name="工单_坏.csv",
    )


def test_who_is_subscribed_gets_counts_and_the_rejected_rows_of_their_scope(desk: Desk) -> None:
    spoil(desk)
    found = mails(desk)
    assert set(found) == {"all@example.com", "en@example.com", "two@example.com", "lake@example.com"}
    codes = {
        address: [row[0].value for row in book(mail.content)[book(mail.content).sheetnames[0]].iter_rows(min_row=2)]
        for address, mail in found.items()
    }
    assert codes == {
        "all@example.com": ["B1", "B2", "B3"],
        "en@example.com": ["B1", "B2", "B3"],
        "two@example.com": ["B2"],
        "lake@example.com": ["B1"],
    }
    assert "拒收 3 行" in found["all@example.com"].subject
    assert "3 rows rejected" in found["en@example.com"].subject
    assert "不在可选项之内" in found["all@example.com"].text_body
    assert "none of the words allowed" in found["en@example.com"].html_body
    assert found["all@example.com"].file_name.startswith("拒收行_")


def test_each_file_is_told_once(desk: Desk) -> None:
    spoil(desk)
    before = mails(desk)
    with desk.database.transaction() as tx:
        assert report(tx, run_id=None, at=NOW) == {"files_told": 0, "mails_written": 0}
    assert mails(desk).keys() == before.keys()


def test_who_is_subscribed_for_a_part_hears_nothing_of_a_load_without_their_rejects(desk: Desk) -> None:
    desk.put("customers", ("客户编号", "客户姓名", "客户类型"), ("9", "甲", "业主"))
    assert set(mails(desk)) == {"all@example.com", "en@example.com"}
    assert mails(desk)["all@example.com"].content is None


def test_a_refused_file_is_told(desk: Desk) -> None:
    (desk.folder / "客户.xlsx").write_bytes(b"PK\x03\x04")
    desk.load(desk.folder / "客户.xlsx")
    assert "客户.xlsx 被拒收" in mails(desk)["all@example.com"].text_body


def test_the_workbook_can_be_corrected_and_dropped_back(desk: Desk) -> None:
    spoil(desk)
    content = book(mails(desk)["all@example.com"].content)
    assert content.sheetnames == ["工单", "说明"]
    sheet = content["工单"]
    header = [cell.value for cell in sheet[1]]
    assert header[:6] == ["工单号", "小区编号", "类型", "紧急程度", "内容", "受理时间"] or set(header[:6]) == {
        "工单号",
        "小区编号",
        "类型",
        "紧急程度",
        "内容",
        "受理时间",
    }
    assert header[-5:] == ["拒收原因", "来源文件", "来源工作表", "来源行号", "拒收编号"]
    place = {title: number for number, title in enumerate(header, start=1)}
    formula = sheet.cell(2, place["内容"])
    assert (formula.value, formula.data_type, formula.quotePrefix) == ("=1+1", "s", True), "a text, not a formula"
    assert sheet.cell(2, place["类型"]).fill.fgColor.rgb != sheet.cell(2, place["紧急程度"]).fill.fgColor.rgb
    sheet.cell(2, place["类型"]).value = "报修"
    sheet.cell(3, place["紧急程度"]).value = "紧急"
    path = desk.folder / "改好了.xlsx"
    content.save(path)
    receipt = desk.load(path).files[0].sheets[0]
    assert (receipt.dataset, receipt.accepted, receipt.rejected) == ("cases", 2, 1)
    assert ("B1", "=1+1") in desk.rows("cases", "case_code", "description")
    with desk.database.transaction() as tx:
        states = tx.execute(
            select(rejected_rows.c.row_no, rejected_rows.c.state).order_by(
                rejected_rows.c.file_id, rejected_rows.c.row_no
            )
        ).all()
    assert [tuple(row) for row in states] == [(2, "taken_in"), (3, "taken_in"), (4, "dismissed"), (4, "open")]


def test_the_english_workbook_comes_back_as_well(desk: Desk) -> None:
    spoil(desk)
    content = book(mails(desk)["en@example.com"].content)
    assert content.sheetnames == ["cases", "Read me"]
    sheet = content["cases"]
    place = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, place["kind"]).value = "repair"
    path = desk.folder / "corrected.xlsx"
    content.save(path)
    assert desk.load(path).files[0].sheets[0].accepted == 1


def test_codes_and_dates_come_back_as_they_were(desk: Desk) -> None:
    from datetime import date

    desk.load(
        desk.xlsx(
            "收款.xlsx",
            {
                "收款": [
                    ("流水号", "到账日期", "小区编号", "房号", "金额"),
                    ("P1", date(2026, 11, 1), "001", "010304", 45.905),
                    ("0002", 46326, 1, 10304, "x"),
                ]
            },
        )
    )
    content = book(mails(desk)["all@example.com"].content)
    sheet = content["收款"]
    assert [cell.value for cell in sheet[2]][:5] == ["P1", "2026-11-01", "001", "010304", "45.905"]
    assert [cell.value for cell in sheet[3]][:5] == ["0002", "46326", "1", "10304", "x"]
    for row in (2, 3):
        sheet.cell(row, 5).value = "45.90"
    path = desk.folder / "改.xlsx"
    content.save(path)
    assert desk.load(path).files[0].sheets[0].accepted == 2
    assert desk.rows("payments", "payment_code", "received_on", "unit_code", "amount") == [
        ("0002", "2026-10-31", "010304", "45.9"),
        ("P1", "2026-11-01", "010304", "45.9"),
    ]


def test_rows_of_files_with_other_columns_stand_on_sheets_of_their_own(desk: Desk) -> None:
    header = ("客户编号", "客户姓名", "客户类型")
    files = [
        desk.csv("客户_1.csv", [header, ("1", "甲", "家属")]),
        desk.csv("客户_2.csv", [(*header, "电话"), ("2", "乙", "家属", "x")]),
    ]
    desk.load(*files)
    content = book(mails(desk)["all@example.com"].content)
    assert content.sheetnames == ["客户", "客户 (2)", "说明"]
    for name in content.sheetnames[:2]:
        content[name].cell(2, 3).value = "业主"
    content["客户 (2)"].cell(2, 4).value = "16400000003"
    path = desk.folder / "改.xlsx"
    content.save(path)
    assert [sheet.accepted for sheet in desk.load(path).files[0].sheets] == [1, 1, 0]
