"""Mails and papers of things kept: what readers see, what a stranger must not, and what is out of their scope."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from openpyxl import load_workbook

from guanjia.outbox import deliver
from guanjia.store.engine import engine
from tests.conftest import Database
from tests.database.custody_house import CustodyHouse, Mail, custody_house
from tests.support.mail import QUICK, SENDER, sink
from tests.support.pages import squeezed, texts_of


@pytest.fixture(scope="module")
def house(module_database: Database) -> Iterator[CustodyHouse]:
    """Two evenings: valuables, keys and devices on the 18th, the notice on the 20th; the hand-over on the 30th."""
    house = custody_house(module_database)
    house.staff("L9", "team_leader", "002")  # on the roster when the notice comes out; reads English
    house.shifts("L9", "20", "30", hours="09:00-21:00")
    house.add("report_recipients", {"email": "l9@example.com", "report": "daily", "scope": "002", "language": "en"})
    house.found("SY1", "18 10:07", "苹果手机一部，屏幕碎裂，尾号5521", valuable=True, place="南门岗亭")
    house.found("SY2", "18 11:00", '=HYPERLINK("x")', place="地库B1层")
    house.found("SY3", "18 12:00", "王小明的身份证", valuable=True, place=None)
    for number in range(25):
        house.lend(f"YS1-{number:02}", f"{3 + number % 15:02} 10:{number:02}")
    house.lend("YS2-01", "18 09:00", "=1+1（装修队）", "002")
    house.shifts("A1", "18")
    house.shifts("A2", "18")
    house.check("A1", "17 09:00")
    house.check("A1", "18 09:00", "computer")
    for evening in ("18 18:00", "20 18:00", "30 18:00"):
        house.evening(evening)
    yield house


def _mail(house: CustodyHouse, kind: str, recipient: str) -> Mail:
    (found,) = house.mails(kind, recipient)
    return found


@pytest.mark.rule("CUST-01")
def test_the_notice_says_nothing_that_lets_a_stranger_claim(house: CustodyHouse) -> None:
    mail = _mail(house, "custody_notice", "L1")
    assert list(mail.files) == ["拾遗招领公告-F2026-11-20.pdf", "拾遗招领公告-F2026-11-20.xlsx"]
    page = squeezed("".join(texts_of(mail.file(".pdf"))))
    for shown in (
        "拾遗招领公告",
        "苹果手机一部",
        "身份证",
        "南门岗亭",
        "2026年11月18日",
        "公告期至2026年11月27日",
        "有效证件",
        "物品特征",
    ):
        assert shown in page
    for hidden in ("屏幕", "5521", "王小明", "10:07", "贵重", "行政保管"):
        assert hidden not in page
    assert "屏幕碎裂" in mail.text and "行政保管" in mail.text  # the reception must know what to ask
    assert "张贴至 2026年11月27日" in mail.text


@pytest.mark.rule("CUST-01")
def test_a_reader_of_english_gets_the_chinese_notice_too(house: CustodyHouse) -> None:
    mail = _mail(house, "custody_notice", "L9")
    assert list(mail.files) == [
        "拾遗招领公告-F2026-11-20.pdf",
        "Notice of unclaimed things-F2026-11-20.pdf",
        "Notice of unclaimed things-F2026-11-20.xlsx",
    ]
    assert mail.subject == "Please put up: notice of 3 unclaimed things"
    assert "valid identity document" in " ".join(
        " ".join(texts_of(mail.files["Notice of unclaimed things-F2026-11-20.pdf"])).split()
    )


@pytest.mark.rule("CUST-01")
def test_lists_are_signed_on_paper_and_kept_as_workbooks(house: CustodyHouse) -> None:
    valuables = _mail(house, "custody_valuables", "M1")
    assert valuables.subject == "拾遗：2 件贵重物品待移交行政"
    handover = _mail(house, "custody_handover", "M1")
    pages = squeezed("".join(texts_of(handover.file(".pdf"))))
    for shown in (
        "无人认领物品月末移交清单",
        "H2026-11-30",
        "共3件",
        "移交人",
        "接收人",
        "日期",
        "屏幕碎裂",
        "前台保管",
        "行政保管",
    ):
        assert shown in pages
    sheet = load_workbook(BytesIO(handover.file(".xlsx"))).worksheets[0]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert cells[0][:2] == ["编号", "物品"]
    assert [row[0] for row in cells[1:4]] == ["SY1", "SY2", "SY3"]
    assert cells[2][1] == '=HYPERLINK("x")' and sheet.cell(6, 2).data_type == "s"  # text, never a formula
    assert [row[5] for row in cells[1:4]] == [12, 12, 12]


@pytest.mark.rule("CUST-02")
def test_keepers_see_the_keys_of_their_community_and_all_of_them(house: CustodyHouse) -> None:
    ours = house.mails("custody_keys", "L1")[0]
    assert ours.subject == "钥匙催还：25 把尚未归还"
    assert "YS2-01" not in ours.text + ours.html and "Garden 002" not in ours.text + ours.html
    assert "另有 5 项见附件" in ours.text
    sheet = load_workbook(BytesIO(ours.file(".xlsx"))).worksheets[0]
    loans = [row[0].value for row in sheet.iter_rows(min_row=5) if row[0].value]
    assert len(loans) == 25 and all(loan.startswith("YS1-") for loan in loans)
    assert loans[0] == "YS1-14"  # lent last
    theirs = house.mails("custody_keys", "L2")[0]
    assert "YS2-01" in theirs.text and "今日借出" in theirs.text and "YS1-" not in theirs.text
    assert theirs.files == {}


@pytest.mark.rule("CUST-04")
def test_it_reads_what_is_wrong_and_the_leader_what_nobody_checked(house: CustodyHouse) -> None:
    it = _mail(house, "custody_devices", "D1")
    assert it.subject == "设备异常：1 台待处理"
    for shown in ("电脑", "Garden 001", "2026-11-18 09:00", "检查人 A1", "蓝屏"):
        assert shown in it.text
    unchecked = _mail(house, "custody_unchecked", "L2")
    assert "全部设备" in unchecked.text and "Garden 001" not in unchecked.text


@pytest.mark.rule("CUST-01")
def test_every_mail_reaches_its_reader_once(house: CustodyHouse) -> None:
    with sink(house.database.home) as server:
        report = deliver(engine("app"), server.server, SENDER, QUICK)
    assert report.sent == len(house.mails()) and report.problem is None
    assert not any(name in mail.subject for mail in house.mails() for name in ("王小明", "陆飞"))
