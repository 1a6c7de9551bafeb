"""Print files: one PDF per building in the order of the doors, marked when printed again; who printed; receipts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from guanjia.cli import main
from guanjia.domain.errors import UnknownName
from guanjia.pipelines.fee_billing.print_files import list_print_files, make_file, make_print_file, mark_printed
from guanjia.pipelines.fee_billing.telling_receipts import tell_receipts
from tests.conftest import Database
from tests.database.billing_house import COMMUNITY
from tests.database.paper_house import POSTED_AT, PaperHouse, paper_house, property_line, service_line
from tests.support.pages import squeezed, texts_of

RUN = "B2610-001-1"
DAY = timedelta(days=1)


@pytest.fixture
def house(database: Database) -> PaperHouse:
    found = paper_house(database)
    found.payer("L", "李娜")
    found.payer("J", "Jane Doe", None, "en")
    found.payer("W", "王小明", "wang@example.com")
    found.run()
    return found


def _made(house: PaperHouse, building: str = "01") -> tuple[list[str], list[str]]:
    with house.database.transaction() as tx:
        content, codes = make_file(tx, RUN, building)
    return texts_of(content), codes


@pytest.mark.rule("BILL-02")
def test_a_file_holds_the_bills_of_a_building_in_the_order_of_the_doors(house: PaperHouse) -> None:
    house.house.add("buildings", community_code=COMMUNITY, building_code="02", building_name="2号楼")
    house.house.unit("1001")
    house.house.unit("0900")
    house.house.unit("2-0101", building_code="02")
    for number, unit in enumerate(("1001", "0900", "0102", "2-0101"), start=1):
        house.bill(number, unit, "L", property_line())
    house.bill(9, "0101", "W", property_line())
    house.tell()
    pages, codes = _made(house)
    assert [f"{RUN}-{number:06d}" for number in (1, 2, 3)] == codes
    assert [next(unit for unit in ("0102", "0900", "1001") if f"01 {unit}" in page) for page in pages] == [
        "0102",
        "0900",
        "1001",
    ]
    (other,), _codes = _made(house, "02")
    assert "2-0101" in other


@pytest.mark.rule("BILL-02")
def test_each_bill_is_in_its_payers_language(house: PaperHouse) -> None:
    house.bill(1, "0101", "L", property_line())
    house.bill(2, "0102", "J", property_line())
    house.tell()
    chinese, english = _made(house)[0]
    assert "请在" in chinese
    assert "Please pay ¥252.00 by 20 Nov 2026." in english
    assert "第1页，共1页" in squeezed(chinese)
    assert "Page 1 of 1" in english, "pages are counted per bill"


@pytest.mark.rule("BILL-02")
def test_what_is_printed_again_says_so_on_every_page(house: PaperHouse) -> None:
    house.bill(1, "0101", "L", *(service_line(source=f"C-{number}/1") for number in range(40)))
    house.tell()
    pages, codes = _made(house)
    assert len(pages) > 1
    assert not any("副本" in page for page in pages)
    with house.database.transaction() as tx:
        assert mark_printed(tx, RUN, "01", codes, "S1", POSTED_AT) == 1
        assert mark_printed(tx, RUN, "01", codes, "S2", POSTED_AT + DAY) == 0, "the first who printed stays"
        (file,) = list_print_files(tx, [RUN])
    assert (file.bills, file.printed, file.printed_by, file.is_waiting) == (1, 1, "S1", False)
    again, _codes = _made(house)
    assert all("副本" in page for page in again)
    assert "补打件" in squeezed("".join(again))


@pytest.mark.rule("BILL-02")
def test_a_copy_is_never_taken_for_the_original(house: PaperHouse) -> None:
    house.bill(1, "0101", "L", property_line())
    house.tell()
    with house.database.transaction() as tx:
        (page,) = texts_of(make_print_file(tx, RUN, "01", "zh", as_copy=True))
    assert "副本" in page


@pytest.mark.rule("BILL-02")
def test_a_bill_printed_later_says_what_it_said_when_it_was_told(house: PaperHouse) -> None:
    code = house.bill(1, "0101", "L", property_line())
    house.tell()
    before, _codes = _made(house)
    house.paid(code, "0101", "L", "252.00", POSTED_AT + DAY)
    assert _made(house)[0] == before


@pytest.mark.rule("BILL-02")
def test_nothing_to_print_is_told(house: PaperHouse) -> None:
    house.bill(1, "0101", "W", property_line())
    house.tell()
    with house.database.transaction() as tx, pytest.raises(UnknownName, match="no bills to print"):
        make_print_file(tx, RUN, "01", "zh")


@pytest.mark.rule("BILL-02")
def test_the_command_writes_a_file_per_building_and_notes_who_printed(
    house: PaperHouse, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house.bill(1, "0101", "L", property_line())
    house.tell()
    folder = tmp_path / "new" / "bills"
    assert main(["print", RUN, "--to", str(folder)]) == 0
    (path,) = folder.iterdir()
    assert path.name == f"{RUN}-01.pdf"
    assert "副本" not in texts_of(path.read_bytes())[0]
    assert main(["print", RUN, "--building", "01", "--to", str(folder)]) == 0
    assert "副本" in texts_of(path.read_bytes())[0]
    assert "其中补打 1 张" in capsys.readouterr().out
    with house.database.transaction("read") as tx:
        (file,) = list_print_files(tx)
    assert file.printed_by


@pytest.mark.rule("BILL-02")
def test_the_command_tells_what_it_cannot_print(
    house: PaperHouse, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house.bill(1, "0101", "L", property_line())
    house.tell()
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["print", "B9999-001-1", "--to", str(tmp_path)]) == 1
    assert main(["print", RUN, "--building", "99", "--to", str(tmp_path)]) == 1
    assert main(["print", RUN, "--to", str(tmp_path / "file" / "x")]) == 1
    assert "nothing was noted as printed" in capsys.readouterr().err
    with house.database.transaction("read") as tx:
        (file,) = list_print_files(tx, only_waiting=True)
    assert file.printed == 0


# -- receipts ----------------------------------------------------------------------------------------------------------


def _service(house: PaperHouse, unit: str, customer: str, case: str = "C-1") -> str:
    house.house.service(case, unit, customer, ("2026-10-03T10:00",), ("1", "120.00"))
    lines = (property_line(), service_line(source=f"{case}/1"))
    return house.bill(int(unit), unit, customer, *lines)


@pytest.mark.rule("BILL-09")
def test_the_receipt_reaches_the_payer_once_when_the_bill_is_paid(house: PaperHouse) -> None:
    code = _service(house, "0101", "W")
    house.paid(code, "0101", "W", "300.00")
    assert tell_receipts(house.start(), POSTED_AT) == {"receipts_mailed": 0}, "not paid in full"
    house.execute("UPDATE allocations SET amount = 372")
    house.bill(2, "0102", "W", property_line())
    house.house.add(
        "payments",
        payment_code="PAY-1",
        received_on=POSTED_AT.date() - DAY,
        community_code=COMMUNITY,
        unit_code="0101",
        amount=Decimal(372),
    )
    for at in (POSTED_AT + DAY, POSTED_AT + 2 * DAY):
        tell_receipts(house.start(at), at)
    mail = house.mail()
    assert (mail.kind, mail.business_key) == ("service_receipt", code)
    assert "¥120.00" in mail.subject
    (content,) = mail.files.values()
    page = squeezed(texts_of(content)[0])
    for words in ("换锁芯", "1×120.00元（公示价）", "人民币壹佰贰拾元整", "2026年11月4日", "公示的价目表"):
        assert words in page, words
        assert words in squeezed(mail.text), words
    assert "物业费" not in page


@pytest.mark.rule("BILL-09")
def test_receipts_of_payers_without_an_address_are_printed(house: PaperHouse, tmp_path: Path) -> None:
    code = _service(house, "0101", "L")
    house.paid(code, "0101", "L", "372.00")
    assert tell_receipts(house.start(), POSTED_AT) == {"receipts_mailed": 0}
    assert main(["print", RUN, "--receipts", "--to", str(tmp_path)]) == 0
    (page,) = texts_of((tmp_path / f"{RUN}-receipts.pdf").read_bytes())
    assert "收据" in page
    assert "李娜" in page
