"""What customers and the centre read about overdue bills: lawful words, right sums, nobody else's (BILL-05)."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from guanjia import cli
from guanjia.gateways.mail.mailbox import Mailbox
from guanjia.outbox.route import mail_folder
from guanjia.pipelines.fee_billing.collecting import served_communities
from guanjia.pipelines.fee_billing.dunning_document import dunning_document
from guanjia.pipelines.fee_billing.dunning_rows import DunningLetter, read_letters
from guanjia.pipelines.fee_billing.print_letters import (
    drop_needless_letters,
    list_letter_files,
    make_letter_file,
    mark_letters_printed,
)
from guanjia.store.engine import transaction
from tests.conftest import Database
from tests.database.collection_house import CollectionHouse, collection_house, monday

pytestmark = pytest.mark.rule("BILL-05")

UNLAWFUL = (
    "停水",
    "断水",
    "停电",
    "断电",
    "限电",
    "停暖",
    "公示",
    "曝光",
    "黑名单",
    "老赖",
    "征信",
    "失信",
    "家人",
    "单位",
)
UNLAWFUL_ENGLISH = ("cut off", "disconnect", "blacklist", "publish", "shame", "employer", "neighbour", "credit record")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def house(database: Database) -> CollectionHouse:
    return collection_house(database)


def _three_letters(house: CollectionHouse, language: str) -> list[str]:
    house.execute("UPDATE customers SET preferred_language = :language", language=language)
    house.bill("101", "A", "268.80", "07-01", late_fee="3.20")
    for on in ("09-14", "09-28", "10-12"):
        house.run(on)
    return [mail.text for mail in house.mails("dunning_notice")]


def test_each_level_has_its_title_and_only_the_third_names_the_law(house: CollectionHouse) -> None:
    first, second, third = _three_letters(house, "zh")
    assert "缴费提醒：¥268.80，澄庭雅苑" in first and "第二次缴费提醒" in second and "正式催缴函" in third
    assert "民法典" in third and "提起诉讼" in third and "分期" in third
    assert "诉讼" not in first + second


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_wording_threatens_nobody_with_what_the_law_forbids(house: CollectionHouse, language: str) -> None:
    for text in _three_letters(house, language):
        assert not [word for word in UNLAWFUL if word in text.replace("收款单位", "")]
        assert not [word for word in UNLAWFUL_ENGLISH if word in text.lower()]


def test_the_letter_says_how_much_in_figures_and_characters_by_when_how_and_whom_to_ask(house: CollectionHouse) -> None:
    house.set("company_name", "翠庭物业")
    house.set("billing_payment_note", "对公账户 1234")
    house.set("billing_contact", "电话 010-12345678")
    text = _three_letters(house, "zh")[0]
    assert "¥268.80" in text and "人民币贰佰陆拾捌元捌角整" in text
    assert "2026年9月28日" in text, "the days until the next letter"
    assert "对公账户 1234" in text and "电话 010-12345678" in text and "101 王A" in text
    assert "如您近日已缴费" in text and "异议" in text
    assert "滞纳金 ¥3.20" in text
    assert "75 天" in text and "2026年7月1日" in text


def test_a_formal_demand_says_of_no_bill_that_it_was_reminded_of_before_when_it_was_not(house: CollectionHouse) -> None:
    house.bill("101", "A", "268.80", "07-01")
    for on in ("09-14", "09-28"):
        house.run(on)
    house.bill("101", "A", "99.00", "10-02")
    house.run("10-12")
    demand = house.mails("dunning_notice")[-1].text
    assert "您仍有账单未缴" in demand
    assert "99.00" in demand and "以下账单仍未收到款项" not in demand, "the bill of October is asked for the first time"


def test_without_late_fees_none_are_spoken_of(house: CollectionHouse) -> None:
    house.bill("101", "A", "268.80", "10-01")
    house.run("10-12")
    assert "滞纳金" not in house.mail("dunning_notice").text


def test_english_letters_are_english(house: CollectionHouse) -> None:
    house.change("customers", preferred_language="en", customer_name="Ann Lee")
    house.change("communities", community_name="Chengting Garden")
    house.change("buildings", building_name="Building 2")
    texts = _three_letters(house, "en")
    assert "Formal demand for payment" in texts[2] and "article 944" in texts[2]
    for text in texts:
        assert not CHINESE.search(re.sub(r"人民币\S+", "", text)), CHINESE.findall(text)


def test_the_letter_lists_all_that_is_overdue_not_only_what_steps(house: CollectionHouse) -> None:
    house.bill("101", "A", "268.80", "09-01")
    house.run("09-14")
    house.bill("101", "A", "50.00", "09-10")
    house.bill("101", "A", "7.00", "09-20")
    house.bill("101", "A", "99.00", "10-01")
    house.run("09-21")
    assert house.notices("level", "amount") == [(1, Decimal("268.80")), (1, Decimal("50.00"))]
    mail = house.mails("dunning_notice")[1]
    assert "¥325.80" in mail.subject
    assert "99.00" not in mail.text, "not due yet"


def test_a_letter_tells_nothing_of_others(house: CollectionHouse) -> None:
    house.bill("101", "A", "268.80", "10-01")
    house.bill("101", "B", "77.70", "10-01")
    house.run("10-12")
    for mail in house.mails("dunning_notice"):
        other = "王B" if mail.recipient == "a@example.com" else "王A"
        assert other not in mail.text + mail.html
        assert "13812345678" not in mail.text


def test_letters_reach_the_mail_server_once(house: CollectionHouse) -> None:
    house.bill("101", "A", "268.80", "10-01")
    house.run("10-12")
    house.run("10-12")
    box = Mailbox(mail_folder(house.database.home))
    got = [box.message(name) for name in box.names()]
    assert sorted(str(each["To"]) for each in got if each) == ["王A <a@example.com>", "邵经理 <m1@example.com>"]


def test_a_long_list_goes_with_the_mail_as_a_paper(house: CollectionHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    from guanjia.pipelines.fee_billing import dunning_letters

    monkeypatch.setattr(dunning_letters, "SHOWN_BILLS", 2)
    for due in ("09-01", "09-02", "09-03"):
        house.bill("101", "A", "268.80", due)
    house.run("09-14")
    mail = house.mail("dunning_notice")
    assert mail.has_files and "另有 1 笔" in mail.text


# -- the centre's list -------------------------------------------------------------------------------------------------


def _second_community(house: CollectionHouse) -> None:
    house.add("communities", community_code="002", community_name="临江苑", region="西区")
    house.add("buildings", community_code="002", building_code="01")
    house.unit("201", "002", "01")
    house.set("live_from", "2026-01-01", "002")
    house.customer("D")


def test_the_centre_gets_totals_by_level_and_what_a_dispute_holds(house: CollectionHouse) -> None:
    house.bill("101", "A", "268.80", "10-01")
    house.bill("102", "B", "100.00", "10-01")
    house.dispute("102", "10-05")
    house.run("10-12")
    mail = house.mail("collection_digest")
    assert mail.recipient == "m1@example.com"
    assert "催缴清单：1 份，¥268.80" in mail.subject
    assert "Z1" in mail.text and "王*" in mail.text and "100.00" in mail.text
    assert "王A" not in mail.text and "王B" not in mail.text, "names are masked"


def test_readers_get_their_scope_and_no_other(house: CollectionHouse) -> None:
    _second_community(house)
    for email, scope in (("w@example.com", "region:西区"), ("c@example.com", "company"), ("o@example.com", "001")):
        house.add("report_recipients", email=email, report="billing", scope=scope)
    house.bill("101", "A", "268.80", "10-01")
    house.bill("201", "D", "44.40", "10-01", community="002")
    house.run("10-12")
    told = {mail.recipient: mail.text for mail in house.mails("collection_digest")}
    assert set(told) == {"m1@example.com", "w@example.com", "c@example.com", "o@example.com"}
    assert "44.40" not in told["m1@example.com"] + told["o@example.com"]
    assert "268.80" not in told["w@example.com"]
    assert "44.40" in told["c@example.com"] and "268.80" in told["c@example.com"]


def test_the_list_of_held_ones_alone_goes_out_once(house: CollectionHouse) -> None:
    house.bill("102", "B", "100.00", "10-01")
    house.dispute("102", "10-05")
    assert house.run("10-12")["mails_written"] == 1
    assert house.run("10-12")["mails_written"] == 0
    assert house.run("10-19")["mails_written"] == 1


def test_a_week_without_anything_to_say_brings_no_mail(house: CollectionHouse) -> None:
    house.bill("101", "A", "268.80", "12-01")
    assert house.run("10-12")["mails_written"] == 0


def test_the_formal_demands_stand_on_the_list_unit_by_unit(house: CollectionHouse) -> None:
    _three_letters(house, "zh")
    text = house.mails("collection_digest")[-1].text
    assert "正式催缴" in text and "N261012-001-000001" in text


# -- on paper ----------------------------------------------------------------------------------------------------------


def _paper_house(house: CollectionHouse) -> None:
    house.add("buildings", community_code="001", building_code="03")
    for unit, customer, building in (("103", "C", "02"), ("301", "E", "03"), ("302", "C", "03")):
        house.unit(unit, building=building)
        if customer not in house.numbers:
            house.customer(customer, None)
            house.numbers[customer] = 1
        house.bill(unit, customer, "100.00", "10-01")


def test_letters_without_an_address_make_one_file_per_building(house: CollectionHouse) -> None:
    _paper_house(house)
    house.run("10-12")
    with transaction() as tx:
        files = list_letter_files(tx)
        first, again = (make_letter_file(tx, files[0].notice_codes, monday("10-13")) for _time in range(2))
    assert [(file.building_code, file.letters, len(file.notice_codes)) for file in files] == [
        ("02", 1, 2),
        ("03", 1, 1),
    ]
    assert files[0].file_name == "letters-001-02-2026-10-12.pdf"
    assert first.startswith(b"%PDF") and first == again
    assert house.mails("dunning_notice") == []


def test_the_paper_says_what_the_mail_says(house: CollectionHouse) -> None:
    import pypdfium2

    _paper_house(house)
    house.run("10-12")
    with transaction() as tx:
        (first, _second) = list_letter_files(tx)
        document = pypdfium2.PdfDocument(make_letter_file(tx, first.notice_codes, monday("10-13")))
    text = "".join("".join(page.get_textpage().get_text_range() for page in document).split())
    assert len(document) == 1
    for words in ("缴费提醒", "王C", "¥200.00", "人民币贰佰元整", "302", "103"):
        assert words in text, words


def test_what_is_printed_counts_as_sent_once(house: CollectionHouse) -> None:
    _paper_house(house)
    house.run("10-12")
    with transaction() as tx:
        for file in list_letter_files(tx):
            mark_letters_printed(tx, file.notice_codes, "M1", monday("10-13"))
        assert list_letter_files(tx) == []
    assert set(house.notices("state", "printed_by")) == {("printed", "M1")}


def test_what_was_paid_or_disputed_since_is_not_printed(house: CollectionHouse) -> None:
    _paper_house(house)
    house.run("10-12")
    house.dispute("301", "10-13")
    with transaction() as tx:
        assert drop_needless_letters(tx, monday("10-14")) == 1
        assert [file.building_code for file in list_letter_files(tx)] == ["02"]


def test_letters_a_gate_stopped_are_not_printed(house: CollectionHouse) -> None:
    _paper_house(house)
    house.run("10-12")
    house.execute("UPDATE runs SET state = 'failed'")
    with transaction() as tx:
        assert list_letter_files(tx) == []


def test_a_long_letter_goes_on_to_further_pages(house: CollectionHouse) -> None:
    import pypdfium2

    house.customer("C", None)
    house.unit("103")
    for number in range(1, 29):
        house.bill("103", "C", "100.00", f"09-{number:02}")
    house.run("10-12")
    with transaction() as tx:
        (file,) = list_letter_files(tx)
        letters: list[DunningLetter] = read_letters(tx, file.notice_codes, served_communities(tx, monday("10-12")))
    document = pypdfium2.PdfDocument(dunning_document([*letters, *letters]))
    assert len(document) == 4
    assert "第 2 页，共 2 页" in document[1].get_textpage().get_text_range()
    assert "第 1 页，共 2 页" in document[2].get_textpage().get_text_range(), "each letter counts its own pages"


def test_no_letter_no_document() -> None:
    with pytest.raises(ValueError, match="without letters"):
        dunning_document([])


def test_the_command_writes_the_files_and_notes_them(
    house: CollectionHouse, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _paper_house(house)
    house.run("10-12")
    words = ["print-letters", "--to", str(tmp_path / "out")]
    assert cli.main(words) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "letters-001-02-2026-10-12.pdf",
        "letters-001-03-2026-10-12.pdf",
    ]
    assert {row[0] for row in house.notices("state")} == {"printed"}
    assert cli.main(words) == 0
    assert "没有待打印" in "".join(capsys.readouterr())


def test_what_was_printed_is_printed_again_as_marked_copies_and_counts_once(
    house: CollectionHouse, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import pypdfium2

    _paper_house(house)
    house.run("10-12")
    words = ["print-letters", "--to", str(tmp_path)]
    assert cli.main([*words, "--again", "2026-10-12"]) == 0
    assert "没有已打印" in "".join(capsys.readouterr()), "what waits is not printed as a copy"
    assert cli.main(words) == 0
    printed = house.notices("sent_at", "printed_by", "state")
    assert cli.main([*words, "--again", "2026-10-12"]) == 0
    assert house.notices("sent_at", "printed_by", "state") == printed
    first, copy = (tmp_path / f"letters-001-02-2026-10-12{end}.pdf" for end in ("", "-copy"))
    for path, count in ((first, 0), (copy, 1)):
        page = pypdfium2.PdfDocument(path)[0].get_textpage().get_text_range()
        assert (page.count("副本"), page.count("补打件")) == (count, count)
        assert "¥200.00" in page
    assert cli.main([*words, "--again", "Monday"]) == 2


def test_who_prints_letters_is_proven(
    house: CollectionHouse, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _paper_house(house)
    house.run("10-12")
    assert cli.main(["print-letters", "--to", str(tmp_path), "--as", "NOBODY"]) != 0
    assert {row[0] for row in house.notices("state")} == {"planned"}
    assert "NOBODY" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_notes_nothing(
    house: CollectionHouse, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _paper_house(house)
    house.run("10-12")
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    assert cli.main(["print-letters", "--to", str(tmp_path / "out")]) == 1
    assert "no letter was noted" in capsys.readouterr().err
    assert {row[0] for row in house.notices("state")} == {"planned"}
