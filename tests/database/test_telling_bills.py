"""Payers are told of their bills: each once, by mail or by the print file, through crash, rerun and reversal."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from guanjia.outbox import deliver
from guanjia.pipelines.fee_billing import telling_bills
from guanjia.store.engine import engine
from tests.conftest import Database
from tests.database.billing_house import billing_house
from tests.database.books_house import at, paid, reverse, with_approver
from tests.database.books_house import bill as post_month
from tests.database.paper_house import POSTED_AT, PaperHouse, paper_house, property_line, service_line
from tests.support.mail import QUICK, SENDER, sink
from tests.support.pages import squeezed, texts_of

DAY = timedelta(days=1)


@pytest.fixture
def house(database: Database) -> PaperHouse:
    found = paper_house(database)
    found.payer("W", "王小明", "wang@example.com")
    found.payer("L", "李娜", None)
    found.payer("E", "John Smith", "john@example.com", "en")
    found.run()
    return found


@pytest.mark.rule("BILL-02")
def test_a_payer_with_an_address_gets_one_mail_with_the_bill_as_a_page(house: PaperHouse) -> None:
    code = house.bill(1, "0101", "W", property_line())
    assert house.tell() == {"bills_mailed": 1, "bills_to_print": 0, "bills_not_told": 0}
    mail = house.mail()
    assert (mail.kind, mail.business_key, mail.recipient) == ("bill", code, "wang@example.com")
    ((name, content),) = mail.files.items()
    assert name == "账单-2026-10-0101.pdf"
    page = squeezed(texts_of(content)[0])
    for words in ("¥252.00", "人民币贰佰伍拾贰元整", code, "王小明", "90.00m²×2.80元", "2026年11月20日"):
        assert words in page, words
        assert words in squeezed(mail.text), words
        assert words in squeezed(mail.html), words


@pytest.mark.rule("BILL-02")
def test_again_tells_nobody_and_writes_nothing(house: PaperHouse) -> None:
    house.bill(1, "0101", "W", property_line())
    house.bill(2, "0102", "L", property_line())
    house.tell()
    assert house.tell(POSTED_AT + DAY) == {"bills_mailed": 0, "bills_to_print": 0, "bills_not_told": 0}
    assert len(house.mails()) == 1


@pytest.mark.rule("BILL-02")
@pytest.mark.parametrize("email", [None, "", "no address", "wang@@example.com"])
def test_a_payer_without_a_usable_address_is_printed(house: PaperHouse, email: str | None) -> None:
    house.payer("X", "赵某", email)
    code = house.bill(1, "0101", "X", property_line())
    assert house.tell()["bills_to_print"] == 1
    assert house.ways() == {code: "print"}
    assert house.mails() == []


@pytest.mark.rule("BILL-02")
def test_a_bill_of_nothing_is_told_to_nobody(house: PaperHouse) -> None:
    code = house.bill(1, "0101", "W", property_line("10.00"), service_line(price="-10.00"))
    assert house.tell()["bills_not_told"] == 1
    assert house.ways() == {code: "none"}
    assert house.mails() == []


@pytest.mark.rule("BILL-02")
def test_a_payer_who_prefers_english_gets_english(house: PaperHouse) -> None:
    house.bill(1, "0101", "E", property_line())
    house.tell()
    mail = house.mail()
    assert mail.language == "en"
    assert mail.subject.startswith("Bill Oct 2026: ¥252.00")
    (content,) = mail.files.values()
    page = texts_of(content)[0]
    assert "Property fee" in page
    assert "Please pay ¥252.00 by 20 Nov 2026." in page


@pytest.mark.rule("BILL-02")
@pytest.mark.parametrize("state", ["draft", "approved", "rejected", "superseded"])
def test_only_posted_bills_are_told(house: PaperHouse, state: str) -> None:
    house.bill(1, "0101", "W", property_line())
    house.execute("UPDATE billing_runs SET state = :state", state=state)
    assert sum(house.tell().values()) == 0


@pytest.mark.rule("BILL-02")
def test_balances_from_before_are_not_told(house: PaperHouse) -> None:
    house.bill(1, "0101", "W", property_line())
    house.execute("UPDATE billing_runs SET kind = 'opening'")
    assert sum(house.tell().values()) == 0


@pytest.mark.rule("BILL-02")
def test_a_crash_between_chunks_loses_and_doubles_nobody(house: PaperHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling_bills, "CHUNK", 2)
    codes = []
    for number in range(1, 8):
        house.payer(f"P{number}", f"住户{number}", f"p{number}@example.com" if number % 3 else None)
        codes.append(house.bill(number, "0101", f"P{number}", property_line()))
    real, calls = telling_bills.enqueue, 0

    def dies_at_the_third(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        return real(*given, **named)

    monkeypatch.setattr(telling_bills, "enqueue", dies_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        house.tell()
    assert len(house.ways()) == 4
    house.tell(POSTED_AT + DAY)
    assert sorted(house.ways()) == codes
    assert sorted(mail.business_key for mail in house.mails()) == [
        code for code in codes if house.ways()[code] == "mail"
    ]


@pytest.mark.rule("BILL-02")
def test_two_who_tell_at_once_tell_each_payer_once(house: PaperHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = [house.bill(number, f"010{number}", "W", property_line()) for number in (1, 2, 3)]
    real = telling_bills._messages

    def another_is_quicker(bills: Any) -> Any:
        monkeypatch.setattr(telling_bills, "_messages", real)
        house.tell()
        return real(bills)

    monkeypatch.setattr(telling_bills, "_messages", another_is_quicker)
    assert sum(house.tell().values()) == 0, "the other one told them all"
    assert sorted(mail.business_key for mail in house.mails()) == codes


@pytest.mark.rule("BILL-02")
def test_only_the_runs_asked_for_are_told(house: PaperHouse) -> None:
    house.bill(1, "0101", "W", property_line())
    house.run("B2610-001-2")
    other = house.bill(1, "0102", "W", property_line(), run="B2610-001-2")
    house.tell(run_codes=["B2610-001-2"])
    assert list(house.ways()) == [other]


@pytest.mark.rule("BILL-02")
def test_a_run_posted_later_is_not_told_yet(house: PaperHouse) -> None:
    house.bill(1, "0101", "W", property_line())
    assert sum(house.tell(POSTED_AT - DAY).values()) == 0


def _reverse(house: PaperHouse, *payers: tuple[str, str]) -> list[str]:
    house.execute("UPDATE billing_runs SET state = 'reversed'")
    house.run("R2610-001-2", kind="reversal", reverses="B2610-001-1", posted_at=POSTED_AT + DAY)
    return [
        house.bill(number, unit, customer, property_line("-252.00"), run="R2610-001-2")
        for number, (unit, customer) in enumerate(payers, start=1)
    ]


@pytest.mark.rule("BILL-02")
def test_who_got_a_bill_is_told_that_it_is_void(house: PaperHouse) -> None:
    mailed = house.bill(1, "0101", "W", property_line())
    house.bill(2, "0102", "L", property_line())
    house.tell()
    void, printed = _reverse(house, ("0101", "W"), ("0102", "L"))
    assert house.tell(POSTED_AT + DAY) == {"bills_mailed": 1, "bills_to_print": 1, "bills_not_told": 0}
    notice = house.mails()[-1]
    assert (notice.kind, notice.business_key) == ("bill_void", void)
    assert mailed in notice.subject
    assert house.ways()[printed] == "print"
    assert "-252.00" not in notice.text, "the notice names the bill, not the entry that takes it back"
    house.tell(POSTED_AT + 2 * DAY)
    assert len(house.mails()) == 2


@pytest.mark.rule("BILL-02")
def test_who_never_got_the_bill_is_not_told_of_its_end(house: PaperHouse) -> None:
    house.bill(1, "0101", "W", property_line())
    (void,) = _reverse(house, ("0101", "W"))
    assert house.tell(POSTED_AT + DAY) == {"bills_mailed": 0, "bills_to_print": 0, "bills_not_told": 1}
    assert house.ways() == {void: "none"}


@pytest.mark.rule("BILL-02")
def test_bills_arrive_once_at_a_real_mail_server(house: PaperHouse, tmp_path: Any) -> None:
    house.bill(1, "0101", "W", property_line(), service_line())
    house.bill(2, "0102", "E", property_line())
    house.bill(3, "0103", "L", property_line())
    house.tell()
    with sink(tmp_path) as receiver:
        deliver(engine("app"), receiver.server, SENDER, QUICK)
        house.tell(POSTED_AT + DAY)
        deliver(engine("app"), receiver.server, SENDER, QUICK)
        assert receiver.counts() == {"wang@example.com": 1, "john@example.com": 1}


@pytest.mark.rule("BILL-02")
def test_a_credit_note_is_called_so(house: PaperHouse) -> None:
    house.bill(1, "0101", "W", property_line("-126.00", period="2026-09", correction_no=1))
    house.tell()
    mail = house.mail()
    assert mail.kind == "credit_note"
    assert "-¥126.00" in mail.subject
    assert "人民币负壹佰贰拾陆元整" in mail.text
    assert "请于" not in mail.text, "nothing is to be paid"


def test_amounts_are_exact(house: PaperHouse) -> None:
    (bill,) = house.read(house.bill(1, "0101", "W", property_line("265.93")))
    assert bill.total == Decimal("265.93")
    assert isinstance(bill.total, Decimal)


# -- runs as they are posted -------------------------------------------------------------------------------------------


@pytest.mark.rule("BILL-10")
@pytest.mark.parametrize("batch_rows", ["100000", "1"])
def test_posted_corrected_and_reversed_runs_are_told_as_they_are(database: Database, batch_rows: str) -> None:
    billing = with_approver(billing_house(database))
    billing.add("settings", setting="billing_batch_rows", value=batch_rows)
    billing.unit("0101", "84")
    billing.payer("0101", "A")
    billing.unit("0102", "96")
    billing.payer("0102", "B")
    billing.tariff("T", "2.80")
    told = PaperHouse(billing, database)
    told.execute("UPDATE customers SET email = 'a@example.com' WHERE customer_code = 'A'")
    paid(billing, "P1", "0101", "A", "300.00", at("09-21"))
    first = post_month(billing, "2026-09", at("10-05"))
    told.tell(at("10-05"))
    assert told.ways() == {f"{first}-000001": "mail", f"{first}-000002": "print"}
    for words in ("您无需缴费", "-235.20", "余额 ¥64.80"):
        assert words in told.mails()[-1].text, words
    billing.registration("V1", "0101", "2026-09-16", "2027-03-31")
    second = post_month(billing, "2026-10", at("11-05"))
    told.tell(at("11-05"))
    mail = told.mails()[-1]
    assert mail.business_key.startswith(second)
    for words in ("以前月份：更正与补计", "应计 176.40 元，已计 235.20 元，差额 -58.80 元", "变动：空置登记（V1）"):
        assert words in mail.text, words
    gone = reverse(billing, second, at("11-06"))
    told.tell(at("11-06"))
    notices = [mail for mail in told.mails() if mail.kind == "bill_void"]
    assert {notice.business_key.rpartition("-")[0] for notice in notices} == {gone}
    again = post_month(billing, "2026-10", at("11-07"))
    told.tell(at("11-07"))
    assert again not in (first, second)
    assert sum(told.tell(at("11-08")).values()) == 0
    keys = [mail.business_key for mail in told.mails()]
    assert len(keys) == len(set(keys))
