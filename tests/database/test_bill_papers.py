"""What bills say: every amount explained in plain words, both languages, on one page, and nothing makes them fail."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanjia.gateways.mail.rendering import render
from guanjia.i18n import gettext_for
from guanjia.pipelines.fee_billing.bill_document import bill_document
from guanjia.pipelines.fee_billing.bill_mail import bill_letter
from guanjia.pipelines.fee_billing.bill_rows import Bill, BillLine, VoidedBill
from guanjia.pipelines.fee_billing.bill_sheet import sheet_of
from guanjia.pipelines.fee_billing.bill_words import reason_words, title_words
from tests.conftest import Database
from tests.database.billing_house import billing_house
from tests.database.paper_house import POSTED_AT, PaperHouse, paper_house, property_line, segment, service_line
from tests.support.examples import examples
from tests.support.pages import fonts_of, pictures_of, squeezed, texts_of

ZH, EN = gettext_for("zh"), gettext_for("en")
METERED = {
    "meter": "W-0101",
    "opening": {"on": "2026-09-30", "reading": "103"},
    "closing": {"on": "2026-10-31", "reading": "112", "estimated": True},
    "multiplier": "1",
    "use": "9",
}


def line(kind: str, amount: str, explanation: dict[str, Any], **fields: Any) -> BillLine:
    return BillLine(kind, "x", fields.pop("period", "2026-10"), Decimal(amount), explanation=explanation, **fields)


def bill(*lines: BillLine, **fields: Any) -> Bill:
    total = sum((each.amount for each in lines), Decimal(0))
    given: dict[str, Any] = {
        "batch_no": 0,
        "bill_code": "B2610-001-1-000123",
        "run_code": "B2610-001-1",
        "kind": "billing",
        "period": "2026-10",
        "total": total,
        "open_balance": total,
        "posted_on": date(2026, 11, 5),
        "due_on": date(2026, 11, 20),
        "community_code": "001",
        "community_name": "澄庭雅苑",
        "building_code": "01",
        "building_name": "1号楼",
        "unit_code": "1-0902",
        "customer_code": "C000123",
        "customer_name": "王小明",
        "issuer": "澄庭物业服务有限公司",
    }
    return Bill(lines=lines, **(given | fields))


def said(paper: Bill, language: str = "zh") -> tuple[str, str, str]:
    """Page, mail text and mail HTML, without spaces."""
    mail = render(bill_letter(paper, language))
    return squeezed("".join(texts_of(bill_document([paper], language)))), squeezed(mail.text), squeezed(mail.html)


# -- how an amount came about ------------------------------------------------------------------------------------------


@pytest.mark.rule("BILL-02")
def test_a_change_of_tariff_is_a_sum_by_days() -> None:
    segments = [segment("2026-10-01", "2026-10-15", 15, "2.80"), segment("2026-10-16", "2026-10-31", 16, "3.10")]
    charge = line("property", "265.93", {"segments": segments, "quantity": "90.00"})
    assert reason_words(ZH, charge)[0] == "90.00 m² × 2.80 元 × 15/31 天 + 90.00 m² × 3.10 元 × 16/31 天"
    assert reason_words(EN, charge)[0] == "90.00 m² × 2.80 yuan × 15/31 days + 90.00 m² × 3.10 yuan × 16/31 days"


@pytest.mark.rule("BILL-02")
def test_a_whole_month_has_no_days() -> None:
    assert reason_words(ZH, property_line()) == ("90.00 m² × 2.80 元",)


@pytest.mark.rule("BILL-04")
def test_days_registered_vacant_name_their_application() -> None:
    vacant = segment(
        "2026-10-16", "2026-10-31", 16, "2.80", factor="0.5", reason="registered", application="VA-41", quantity="90.00"
    )
    first = segment("2026-10-01", "2026-10-15", 15, "2.80", factor="1", quantity="90.00")
    told = reason_words(ZH, line("property", "187.0", {"segments": [first, vacant]}))
    assert told[0].endswith("90.00 m² × 2.80 元 × 50% × 16/31 天")
    assert "10月16日至31日：空置登记（VA-41）" in told
    occupied = vacant | {"factor": "1", "reason": "occupied"}
    assert "16–31 Oct: registered as vacant (VA-41), but lived in by the meters" in reason_words(
        EN, line("property", "252", {"segments": [occupied]})
    )


@pytest.mark.rule("BILL-01")
def test_payers_who_share_a_month_read_their_days() -> None:
    explanation = {
        "segments": [segment("2026-10-01", "2026-10-31", 31, "1.75")],
        "quantity": "51.26",
        "month": "89.71",
        "payer_days": 20,
        "charged_days": 31,
    }
    told = reason_words(ZH, line("property", "57.88", explanation))
    assert told == ("51.26 m² × 1.75 元", "全月 89.71 元按天分担：31 天中您承担 20 天")


@pytest.mark.rule("BILL-01")
def test_metered_use_names_both_readings_and_their_days() -> None:
    price = {"from": "2026-10-01", "to": "2026-10-31", "days": 31, "of_days": 31, "rate": "3.27", "quantity": "9"}
    told = reason_words(ZH, line("water", "29.43", {"metered": METERED, "segments": [price | {"metered": True}]}))
    assert told == (
        "表计 W-0101：112（2026年10月31日，估抄） − 103（2026年9月30日） = 9 吨",
        "9 吨 × 3.27 元",
    )


@pytest.mark.rule("BILL-03")
def test_a_share_of_a_shared_meter_names_cost_weight_and_what_we_bear() -> None:
    price = {"from": "2026-10-01", "to": "2026-10-31", "days": 31, "of_days": 31, "rate": "0.85", "quantity": "500"}
    pool = METERED | {
        "meter": "P-1",
        "use": "500",
        "cost": "425.00",
        "by": "area",
        "weights": "90000.00",
        "households": 1000,
        "segments": [price | {"metered": True}],
    }
    vacant = {
        "from": "2026-10-01",
        "to": "2026-10-10",
        "days": 10,
        "factor": "0.5",
        "reason": "registered",
        "application": "VA-41",
    }
    explanation = {"pool": pool, "weight": "90.00", "share": "0.43", "segments": [vacant]}
    told = reason_words(ZH, line("shared_electricity", "0.36", explanation, relief=Decimal("0.07")))
    assert told[1:] == (
        "总费用：500 度 × 0.85 元 = 425.00 元",
        "您分摊：425.00 × 90.00/90000.00 m² = 0.43 元",
        "10月1日至10日：空置登记（VA-41），按 50% 计",
        "分摊额中 0.07 元由本公司承担",
    )
    by_household = explanation | {"pool": pool | {"by": "household", "weights": "1000"}, "weight": "1"}
    assert "Your share: 425.00 × 1/1000 households = 0.43 yuan" in reason_words(
        EN, line("shared_electricity", "0.43", by_household)
    )


@pytest.mark.rule("BILL-09")
def test_a_paid_service_names_item_quantity_and_published_price() -> None:
    assert title_words(ZH, service_line()) == "有偿服务：换锁芯"
    assert reason_words(ZH, service_line()) == ("1 × 120.00 元（公示价）", "工单 C-1，2026年10月3日完成")


@pytest.mark.rule("BILL-01")
def test_contracts_are_named() -> None:
    monthly = {
        "from": "2026-10-01",
        "to": "2026-10-19",
        "days": 19,
        "of_days": 31,
        "rate": "280.00",
        "contract": "HT-1",
    }
    assert reason_words(ZH, line("parking", "171.61", {"segments": [monthly]})) == ("280.00 元 × 19/31 天", "合同 HT-1")
    once = {"once": "2000.00", "on": "2026-10-08", "contract": "HT-2"}
    assert reason_words(ZH, line("deposit", "2000", once)) == ("一次性收取，2026年10月8日，合同 HT-2",)


@pytest.mark.rule("BILL-01")
def test_a_late_fee_names_the_bill_and_the_open_amounts_by_days() -> None:
    explanation = {
        "late": {
            "bill": "B2609-001-1-000001",
            "due_on": "2026-09-20",
            "rate": "0.0005",
            "cap": "300.00",
            "capped": True,
        },
        "segments": [{"from": "2026-10-01", "to": "2026-10-10", "days": 10, "open": "300.00"}],
    }
    assert reason_words(ZH, line("late_fee", "1.50", explanation)) == (
        "账单 B2609-001-1-000001，应缴日期 2026年9月20日",
        "10月1日至10日：未缴 300.00 元 × 每天 0.05% × 10 天",
        "本账单滞纳金最多 300.00 元",
    )


# -- corrections -------------------------------------------------------------------------------------------------------


def _correction(
    now: dict[str, Any], should_be: str, posted: str, before: dict[str, Any] | None, **more: Any
) -> BillLine:
    difference = Decimal(should_be) - Decimal(posted)
    told = {"should_be": should_be, "posted": posted, "difference": str(difference), "bills": ["B2609-001-1-000001"]}
    given: dict[str, Any] = {"period": "2026-09", "correction_no": 1, "before": before}
    return line("property", str(difference), now | {"correction": told}, **(given | more))


@pytest.mark.rule("BILL-04")
def test_a_correction_names_its_month_the_difference_and_what_changed() -> None:
    before = {"segments": [segment("2026-09-01", "2026-09-30", 30, "2.80", 30)], "quantity": "90.00"}
    vacant = segment(
        "2026-09-01",
        "2026-09-30",
        30,
        "2.80",
        30,
        factor="0.5",
        quantity="90.00",
        reason="registered",
        application="VA-41",
    )
    correction = _correction({"segments": [vacant]}, "126.00", "252.00", before)
    assert reason_words(ZH, correction) == (
        "应计 126.00 元，已计 252.00 元，差额 -126.00 元",
        "变动：空置登记（VA-41） 9月1日至30日",
        "现按：90.00 m² × 2.80 元 × 50%",
        "9月1日至30日：空置登记（VA-41）",
    )
    page, text, html = said(bill(correction))
    for words in ("退减通知单", "以前月份：更正与补计", "物业费·2026年9月", "差额-126.00元", "人民币负壹佰贰拾陆元整"):
        assert words in page, words
        assert words in text, words
        assert words in html, words


@pytest.mark.rule("BILL-02")
@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        ({"quantity": "90.00"}, {"quantity": "88"}, "面积由 90 m² 更正为 88 m²"),
        ({"payer_days": 31}, {"payer_days": 20}, "您承担的天数由 31 天更正为 20 天"),
        (
            {"metered": METERED},
            {"metered": METERED | {"closing": {"on": "2026-10-31", "reading": "110"}}},
            "读数由 112（2026年10月31日，估抄） 更正为 110（2026年10月31日）",
        ),
        ({"pool": {"cost": "425.00"}}, {"pool": {"cost": "400.00"}}, "总费用由 425.00 元更正为 400.00 元"),
        ({"quantity": "90.00"}, {}, "该月不再向您收取此项"),
        (
            {"segments": [{"reason": "registered", "application": "VA-41"}]},
            {"segments": [{"days": 3}]},
            "不再适用：空置登记（VA-41）",
        ),
    ],
)
def test_what_changed_is_said(before: dict[str, Any], now: dict[str, Any], words: str) -> None:
    assert any(words in each for each in reason_words(ZH, _correction(now, "1.00", "2.00", before)))


@pytest.mark.rule("BILL-10")
def test_what_is_billed_anew_after_a_reversal_reads_like_a_first_bill() -> None:
    anew = _correction(dict(property_line().explanation), "252.00", "0.00", None, period="2026-10", correction_no=1)
    (group,) = sheet_of(bill(anew), "zh").groups
    assert group.heading == "2026年10月费用"
    assert group.lines[0].reasons == ("90.00 m² × 2.80 元",)


@pytest.mark.rule("BILL-04")
def test_a_correction_finds_the_line_it_corrects(database: Database) -> None:
    house = paper_house(database)
    house.payer("W", email="wang@example.com")
    house.run("B2609-001-1", period="2026-09")
    first = property_line("252.00", period="2026-09", explanation={"quantity": "90.00", "segments": []})
    code = house.bill(1, "0101", "W", first, run="B2609-001-1", period="2026-09")
    house.run("B2610-001-2")
    told = {"should_be": "246.40", "posted": "252.00", "difference": "-5.60", "bills": [code]}
    explanation = {"quantity": "88.00", "segments": [], "correction": told}
    correction = property_line("-5.60", period="2026-09", correction_no=1, explanation=explanation)
    (read,) = house.read(house.bill(1, "0101", "W", correction, run="B2610-001-2"))
    assert any("面积由 90 m² 更正为 88 m²" in each for each in reason_words(ZH, read.lines[0]))


# -- what nobody taught us ---------------------------------------------------------------------------------------------

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4) | st.sampled_from(["1.5", "2026-10-01", "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_KEYS = (
    "segments",
    "quantity",
    "month",
    "payer_days",
    "charged_days",
    "payer_use",
    "once",
    "on",
    "contract",
    "item",
    "case",
    "resolved_on",
    "rate",
    "metered",
    "pool",
    "weight",
    "share",
    "late",
    "correction",
    "surprise",
)
_SEGMENT = st.dictionaries(
    st.sampled_from(("from", "to", "days", "of_days", "rate", "factor", "reason", "application", "basis", "metered")),
    _JSON,
)
_EXPLANATIONS = st.dictionaries(st.sampled_from(_KEYS), _JSON | st.lists(_SEGMENT, max_size=2) | _SEGMENT, max_size=6)


@settings(max_examples=examples(200))
@given(_EXPLANATIONS, st.none() | _EXPLANATIONS, st.sampled_from(["property", "water", "new_kind", ""]))
def test_no_explanation_makes_a_bill_fail(now: dict[str, Any], before: dict[str, Any] | None, kind: str) -> None:
    for _ in (ZH, EN):
        strange = line(kind, "1.00", now, before=before, relief=Decimal("0.10"))
        title_words(_, strange)
        assert all(isinstance(each, str) and each for each in reason_words(_, strange))


def test_an_unknown_explanation_is_shown_as_it_stands() -> None:
    strange = line("moon_dust", "1.00", {"grains": 3, "from_crater": "Tycho"}, quantity=Decimal(2), rate=Decimal("0.5"))
    assert title_words(EN, strange) == "Moon dust"
    assert reason_words(EN, strange) == ("2 × 0.5", "grains: 3; from crater: Tycho")


# -- what is to be paid ------------------------------------------------------------------------------------------------


@pytest.mark.rule("BILL-02")
def test_a_bill_says_what_to_pay_until_when_how_and_whom_to_ask() -> None:
    paper = bill(property_line(), payment_note="转账至建设银行 0000", contact="电话 021-5555 0100")
    for told in said(paper):
        for words in (
            "合计",
            "¥252.00",
            "人民币贰佰伍拾贰元整",
            "请在2026年11月20日（含）前缴纳¥252.00",
            "转账至建设银行0000",
            "1-0902王小明B2610-001-1-000123",
            "电话021-55550100",
            "不是发票",
            "澄庭雅苑1号楼1-0902",
        ):
            assert words in told, words


@pytest.mark.rule("BILL-05")
def test_other_open_bills_and_credit_are_told() -> None:
    paper = bill(
        property_line(),
        open_balance=Decimal("200.00"),
        other_open=Decimal("120.00"),
        other_oldest_due_on=date(2026, 9, 20),
        credit=Decimal("5.00"),
    )
    for told in said(paper):
        for words in (
            "已用您的余额抵扣",
            "-52.00",
            "尚需缴纳",
            "¥120.00未缴",
            "2026年9月20日",
            "共计¥320.00",
            "余额¥5.00",
        ):
            assert words in told, words


@pytest.mark.rule("BILL-05")
def test_a_bill_paid_by_credit_asks_for_nothing() -> None:
    for told in said(bill(property_line(), open_balance=Decimal(0))):
        assert "您无需缴费" in told
        assert "请在" not in told


@pytest.mark.rule("BILL-10")
def test_a_void_bill_is_named_and_not_to_be_paid() -> None:
    void = VoidedBill("B2610-001-1-000123", Decimal("252.00"), date(2026, 11, 5), date(2026, 11, 20))
    paper = bill(property_line("-252.00"), kind="reversal", voided=void, bill_code="R2610-001-1-000123")
    for told in said(paper):
        assert "账单B2610-001-1-000123已作废，请勿再按此缴费" in told
        assert "R2610" not in told
        assert "人民币贰佰伍拾贰元整" in told


@pytest.mark.rule("BILL-05")
def test_open_and_held_amounts_are_those_of_the_instant(database: Database) -> None:
    house = paper_house(database)
    house.payer("W", email="wang@example.com")
    house.run("B2609-001-1", period="2026-09", due_on=date(2026, 10, 20))
    old = house.bill(1, "0101", "W", property_line("100.00"), run="B2609-001-1", period="2026-09")
    house.run("B2610-001-2")
    code = house.bill(1, "0101", "W", property_line(), run="B2610-001-2")
    note = house.bill(2, "0102", "W", property_line("-30.00"), run="B2610-001-2")
    house.paid(old, "0101", "W", "40.00")
    house.paid(old, "0101", "W", "60.00", POSTED_AT + timedelta(days=1), kind=note)
    (now,) = house.read(code)
    assert (now.other_open, now.other_oldest_due_on, now.open_balance) == (
        Decimal("60.00"),
        date(2026, 10, 20),
        Decimal("252.00"),
    )
    (later,) = house.read(code, at=POSTED_AT + timedelta(days=1))
    assert (later.other_open, later.other_oldest_due_on) == (Decimal(0), None)


@pytest.mark.rule("BILL-05")
def test_settings_of_the_community_stand_on_its_bills(database: Database) -> None:
    house: PaperHouse = paper_house(database)
    house.payer("W")
    house.run()
    house.set("company_name", "澄庭物业服务有限公司")
    house.set("billing_payment_note", "到前台缴费", "001")
    (read,) = house.read(house.bill(1, "0101", "W", property_line()))
    assert (read.issuer, read.payment_note, read.contact) == ("澄庭物业服务有限公司", "到前台缴费", "")


# -- on paper ----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("BILL-02")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_ordinary_bill_is_one_page(language: str) -> None:
    lines = [property_line(), *(service_line(source=f"C-{number}/1") for number in range(6))]
    (page,) = texts_of(bill_document([bill(*lines)], language))
    assert "王小明" in page
    if language == "en":
        chinese = {sign for sign in page if sign > "\u2e7f"}
        allowed = set("王小明澄庭雅苑号楼物业服务有限公司换锁芯人民币玖佰柒拾贰元整")
        assert chinese <= allowed


@pytest.mark.rule("BILL-02")
def test_many_lines_flow_on_under_the_same_heading() -> None:
    pages = texts_of(bill_document([bill(*(service_line(source=f"C-{number}/1") for number in range(40)))], "zh"))
    assert len(pages) == 3
    for number, page in enumerate(pages, start=1):
        for words in ("费用项目与计算过程", "B2610-001-1-000123", f"第{number}页，共3页"):
            assert words in squeezed(page), words
    assert squeezed("".join(pages)).count("换锁芯") == 40
    assert "合计" in pages[-1]


def test_long_names_and_rare_characters_stay_on_the_page() -> None:
    paper = bill(
        property_line(),
        customer_name="上海" + "某" * 60 + "有限责任公司𠮷𪚥龘",
        unit_code="UNIT-" + "0123456789" * 6,
        contact="\u202e反转😀<b>#strong[x]</b>",
    )
    (picture,) = pictures_of(bill_document([paper], "zh"))
    right = picture.crop((picture.width - 40, 0, picture.width, picture.height))
    assert right.getextrema() == (255, 255), "nothing runs over the margin"
    page = squeezed(texts_of(bill_document([paper], "zh"))[0])
    assert "龘" in page
    assert "#strong[x]" in page, "text is never markup"
    assert all(fonts_of(bill_document([paper], "zh")).values()), "all fonts are embedded"


def test_the_same_bill_gives_the_same_bytes() -> None:
    assert bill_document([bill(property_line())]) == bill_document([bill(property_line())])


def test_a_document_without_bills_is_refused() -> None:
    with pytest.raises(ValueError, match="without bills"):
        bill_document([])


def test_duplicates_are_marked_one_by_one() -> None:
    two = [bill(property_line()), bill(property_line(), bill_code="B2610-001-1-000124")]
    first, second = texts_of(bill_document(two, "zh", duplicates=[two[1].key]))
    assert "副本" not in first
    assert "副本" in second


# -- what the computation writes today ---------------------------------------------------------------------------------


@pytest.mark.rule("BILL-01")
def test_whatever_the_computation_explains_today_is_told_without_leftovers(database: Database) -> None:
    """A new kind of explanation that nobody put into words would show up here as bare keys."""
    house = billing_house(database)
    house.unit("0101", "51.26")
    house.payer("0101", "A", end="10-11")
    house.payer("0101", "B", "10-12")
    house.unit("0102", "90")
    house.payer("0102", "C")
    house.registration("V1", "0102", "2026-09-15", "2027-03-31")
    house.tariff("T", "1.75")
    house.contract("K", "0102", "C", "10-05")
    house.contract("D", "0102", "C", "10-05", charge_kind="deposit", amount_month=None, amount_once=Decimal(500))
    house.service("S", "0102", None, ("2026-10-03T10:00",), ("1.5", "80.00"))
    for meter, unit in (("W1", "0101"), ("W2", "0102"), ("P", None)):
        house.meter(meter, unit, "water")
        house.read(meter, ("09-30", "100"), ("10-11", "107"), ("10-31", "120"))
    house.tariff("W", "3.27", valid_to="10-15", charge_kind="water", basis="consumption")
    house.tariff("W+", "3.50", "10-16", charge_kind="water", basis="consumption")
    house.tariff("S", "3.27", charge_kind="shared_water", basis="consumption")
    due = house.due()
    assert {key[1] for key in due.lines} == {
        "property",
        "parking",
        "deposit",
        "paid_service",
        "water",
        "shared_water",
    }
    for key, amount in due.lines.items():
        charge = replace(line(key[1], str(amount), due.explained[key]), relief=due.relief.get(key, Decimal(0)))
        told = reason_words(ZH, charge)
        assert told, key
        assert not any("_" in each or ": " in each for each in told), told
