"""Whose a payment is: rule by rule, what changes, and what a person decides (BILL-05)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import update

from guanjia.domain.errors import UnknownName, UsageError
from guanjia.pipelines.fee_billing.payments import Decision, assign_by_hand
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.database.payment_house import AS_OF, PaymentHouse, at, payment_house

T = metadata.tables
NOTHING = {"assigned": 0, "suspense": 0, "taken_back": 0, "undone": 0, "allocated": 0}


@pytest.fixture
def house(database: Database) -> PaymentHouse:
    return payment_house(database)


def _decide(house: PaymentHouse, decision: Decision) -> dict[str, int]:
    with house.database.transaction() as tx:
        counts = assign_by_hand(tx, None, AS_OF, decision)
    house.check_books(AS_OF)
    return counts


@pytest.mark.rule("BILL-05")
@pytest.mark.parametrize("payer", ["王甲", "  王 甲　", "\u200b王甲"])
def test_a_payment_goes_to_the_customer_of_the_unit_whose_name_is_the_payers(house: PaymentHouse, payer: str) -> None:
    (bill,) = house.post(("0101", "A", "100.00"))
    house.pay("P1", "0101", payer, "60.00")
    assert house.run() == NOTHING | {"assigned": 1, "allocated": 1}
    assert house.assigned() == {"P1": ("assigned", "A", "name")}
    assert house.paid() == {("P1", bill): Decimal("60.00")}
    assert house.open_bills()[bill] == Decimal("40.00")
    assert house.run() == NOTHING


@pytest.mark.rule("BILL-05")
def test_a_name_is_compared_without_width_and_case(house: PaymentHouse) -> None:
    with house.database.transaction() as tx:
        tx.execute(
            update(T["customers"]).where(T["customers"].c.customer_code == "B").values(customer_name="ABC（锡）")
        )
    house.pay("P1", "0103", "ａｂｃ(锡)", "1.00")
    house.run()
    assert house.assigned() == {"P1": ("assigned", "B", "name")}


@pytest.mark.rule("BILL-05")
def test_a_former_customer_of_the_unit_pays_the_own_debt_and_not_the_successors(house: PaymentHouse) -> None:
    house.house.unit("0105")
    house.house.payer("0105", "B", "2025-01-01", "10-14")
    house.house.payer("0105", "C", "10-15")
    old, new = house.post(("0105", "B", "50.00"), ("0105", "C", "70.00"))
    house.pay("P1", "0105", "李乙", "60.00")
    house.pay("P2", "0105", "他人", "20.00")
    house.run()
    assert house.assigned() == {"P1": ("assigned", "B", "name"), "P2": ("assigned", "C", "only_payer")}
    assert house.paid() == {("P1", old): Decimal("50.00"), ("P2", new): Decimal("20.00")}
    assert house.balance("credit", "0105", "B") == Decimal("-10.00")


@pytest.mark.rule("BILL-05")
def test_of_two_customers_of_one_name_the_one_who_paid_on_that_day_goes_first(house: PaymentHouse) -> None:
    with house.database.transaction() as tx:
        tx.execute(update(T["customers"]).where(T["customers"].c.customer_code == "C").values(customer_name="李乙"))
    house.house.payer("0103", "C", "2019-01-01", "2019-12-31")
    house.pay("P1", "0103", "李乙", "1.00")
    house.house.unit("0106")
    house.house.payer("0106", "B")
    house.house.payer("0106", "C")
    house.pay("P2", "0106", "李乙", "1.00")
    house.run()
    assert house.assigned() == {"P1": ("assigned", "B", "name"), "P2": ("suspense", None, "several_of_that_name")}


@pytest.mark.rule("BILL-05")
def test_an_unsold_unit_is_paid_by_its_developer_whoever_sends_the_money(house: PaymentHouse) -> None:
    house.house.unit("0107", handover=None)
    house.pay("P1", "0107", "锡澄置业有限公司", "1.00")
    house.pay("P2", "0107", "子公司", "2.00")
    house.run()
    assert house.assigned() == {"P1": ("assigned", "DEV", "name"), "P2": ("assigned", "DEV", "developer")}


@pytest.mark.rule("BILL-05")
def test_what_cannot_be_placed_waits_in_suspense_with_the_reason(house: PaymentHouse) -> None:
    house.house.unit("0105")
    house.house.payer("0105", "B")
    house.house.payer("0105", "C")
    house.pay("P1", None, "王甲", "1.00")
    house.pay("P2", "0104", "王甲", "2.00")
    house.pay("P3", "0105", "他人", "3.00")
    house.pay("P4", "0101", "王甲", "-4.00")
    house.pay("P5", "0101", "王甲", "-5.00", reference="P9")
    house.pay("P6", "0101", "王甲", "-6.00", reference="P1")
    assert house.run() == NOTHING | {"suspense": 6}
    assert {code: reason for code, (_state, _customer, reason) in house.assigned().items()} == {
        "P1": "no_unit",
        "P2": "no_payer",
        "P3": "several_payers",
        "P4": "no_reference",
        "P5": "unknown_reference",
        "P6": "reference_not_assigned",
    }
    assert house.balance("suspense") == Decimal("9.00")
    assert house.run() == NOTHING


@pytest.mark.rule("BILL-05")
def test_a_line_booked_twice_waits_until_a_person_decides(house: PaymentHouse) -> None:
    first, second = house.post(("0101", "A", "880.00")) + house.post(("0101", "A", "880.00"), period="2026-09")
    for code in ("P7", "P8", "P9"):
        house.pay(code, "0101", "王甲", "880.00")
    house.run()
    assert house.assigned() == {
        "P7": ("assigned", "A", "name"),
        "P8": ("suspense", None, "possible_duplicate"),
        "P9": ("suspense", None, "possible_duplicate"),
    }
    assert house.run() == NOTHING
    counts = _decide(house, Decision("P8", "S1", "001", "0101", "A"))
    assert counts == NOTHING | {"assigned": 1, "allocated": 1}
    assert house.assigned()["P8"] == ("assigned", "A", "by_hand")
    assert {bill for _payment, bill in house.paid()} == {first, second}
    assert house.run() == NOTHING
    assert _decide(house, Decision("P8", "S1", "001", "0101", "A")) == NOTHING


@pytest.mark.rule("BILL-05")
def test_a_duplicate_whose_first_line_was_taken_back_is_the_payment(house: PaymentHouse) -> None:
    (bill,) = house.post(("0101", "A", "880.00"))
    house.pay("P7", "0101", "王甲", "880.00")
    house.pay("P8", "0101", "王甲", "880.00")
    house.run()
    house.pay("P9", "0101", "王甲", "-880.00", "11-12", reference=" P7 ")
    assert house.run() == NOTHING | {"assigned": 1, "taken_back": 1, "undone": 1, "allocated": 1}
    assert house.assigned()["P9"] == ("reversal", "A", "reference")
    assert house.paid() == {("P8", bill): Decimal("880.00")}
    assert house.run() == NOTHING


@pytest.mark.rule("BILL-05")
def test_a_negative_payment_takes_back_what_was_paid_last_as_far_as_it_reaches(house: PaymentHouse) -> None:
    (old,) = house.post(("0101", "A", "60.00"), period="2026-09", due="10-20")
    (new,) = house.post(("0101", "A", "60.00"))
    house.pay("P1", "0101", "王甲", "130.00")
    house.run()
    house.pay("N1", "0101", "王甲", "-30.00", "11-12", reference="P1")
    assert house.run() == NOTHING | {"taken_back": 1, "undone": 1}
    assert house.paid() == {("P1", old): Decimal("60.00"), ("P1", new): Decimal("40.00")}
    house.pay("N2", None, None, "-80.00", "11-13", reference="P1")
    house.pay("N3", None, None, "-40.00", "11-14", reference="P1")
    assert house.run() == NOTHING | {"taken_back": 1, "suspense": 1, "undone": 2}
    assert house.assigned()["N3"] == ("suspense", None, "more_than_paid")
    assert house.paid() == {("P1", old): Decimal("20.00")}
    assert house.run() == NOTHING
    assert house.balance("bank") == Decimal("-20.00")
    house.correct("N3", amount=Decimal("-20.00"))
    assert house.run() == NOTHING | {"taken_back": 1, "undone": 1}
    assert house.paid() == {}
    assert house.open_bills() == {old: Decimal("60.00"), new: Decimal("60.00")}


@pytest.mark.rule("BILL-05")
def test_a_reversal_that_was_a_mistake_lets_the_money_pay_again(house: PaymentHouse) -> None:
    (bill,) = house.post(("0101", "A", "100.00"))
    house.pay("P1", "0101", "王甲", "100.00")
    house.pay("N1", None, None, "-30.00", "11-12", reference="P1")
    house.run()
    assert house.paid() == {("P1", bill): Decimal("70.00")}
    house.correct("N1", reference="?")
    assert house.run() == NOTHING | {"suspense": 1, "allocated": 1}
    assert house.paid() == {("P1", bill): Decimal("100.00")}


@pytest.mark.rule("BILL-05")
@pytest.mark.parametrize(
    ("changed", "customer", "paid"),
    [
        ({"amount": Decimal("80.00")}, "A", {"first": Decimal("80.00")}),
        ({"amount": Decimal("160.00")}, "A", {"first": Decimal("100.00"), "second": Decimal("60.00")}),
        ({"unit_code": "0102"}, "A", {"first": Decimal("20.00"), "second": Decimal("100.00")}),
        ({"unit_code": "0103"}, "B", {"other": Decimal("50.00")}),
        ({"unit_code": "0104"}, None, {}),
        ({"received_on": date(2026, 8, 31)}, None, {}),
    ],
)
def test_a_corrected_line_is_assigned_anew_by_balanced_entries(
    house: PaymentHouse, changed: dict[str, object], customer: str | None, paid: dict[str, Decimal]
) -> None:
    first, second, other = house.post(("0101", "A", "100.00"), ("0102", "A", "100.00"), ("0103", "B", "50.00"))
    house.pay("P1", "0101", "张三", "120.00")
    house.run()
    assert house.paid() == {("P1", first): Decimal("100.00"), ("P1", second): Decimal("20.00")}
    house.correct("P1", **changed)
    house.run()
    assert house.assigned()["P1"][1] == customer
    names = {first: "first", second: "second", other: "other"}
    assert {names[bill]: amount for (_payment, bill), amount in house.paid().items()} == paid
    assert house.run() == NOTHING


@pytest.mark.rule("BILL-05")
def test_a_reversal_follows_the_payment_it_takes_back(house: PaymentHouse) -> None:
    house.pay("P1", "0101", "张三", "120.00")
    house.pay("N1", None, None, "-30.00", reference="P1")
    house.run()
    house.correct("P1", unit_code="0103")
    assert house.run() == NOTHING | {"assigned": 1, "taken_back": 1}
    assert house.balance("credit", "0103", "B") == Decimal("-90.00")
    assert house.balance("credit", "0101", "A") == 0


@pytest.mark.rule("BILL-05")
def test_suspense_is_looked_at_again_when_the_registers_say_more(house: PaymentHouse) -> None:
    house.pay("P1", "0104", "赵丙", "10.00")
    house.run()
    assert house.assigned()["P1"] == ("suspense", None, "no_payer")
    house.house.payer("0104", "C", "10-01")
    assert house.run() == NOTHING | {"assigned": 1}
    assert (house.balance("suspense"), house.balance("credit", "0104", "C")) == (Decimal(0), Decimal("-10.00"))


@pytest.mark.rule("BILL-05")
def test_what_was_received_later_or_before_going_live_is_not_seen(house: PaymentHouse) -> None:
    house.pay("P1", "0101", "王甲", "10.00", "11-21")
    house.pay("P2", "0101", "王甲", "20.00", "08-31")
    house.house.add("communities", community_code="002", community_name="未上线")
    house.house.add("buildings", community_code="002", building_code="01")
    house.house.unit("1-1", community_code="002")
    house.pay("P3", "1-1", "王甲", "30.00", community_code="002")
    assert house.run() == NOTHING
    assert house.run(at("11-21")) == NOTHING | {"assigned": 1}


@pytest.mark.rule("BILL-10")
def test_entries_stand_on_the_day_received_or_in_the_open_month(house: PaymentHouse) -> None:
    for code, day in (("P1", "10-30"), ("P2", "11-03")):
        house.pay(code, "0101", "王甲", f"{day[-1]}1.00", day)
    with house.database.transaction() as tx:
        tx.execute(
            T["period_closes"].insert().values(period="2026-10", closed_at=AS_OF, closed_by="S1", debit=0, credit=0)
        )
    house.run()
    days = house.rows("SELECT source_code, posted_on FROM ledger WHERE account = 'bank' ORDER BY 1")
    assert days == [("P1", date(2026, 11, 1)), ("P2", date(2026, 11, 3))]


@pytest.mark.rule("BILL-05")
def test_a_person_decides_on_suspense_and_the_money_pays_at_once(house: PaymentHouse) -> None:
    (bill,) = house.post(("0103", "B", "50.00"))
    house.pay("P1", None, "李乙之母", "60.00")
    house.run()
    assert _decide(house, Decision("P1", "S1", "001", "0103", "B")) == NOTHING | {"assigned": 1, "allocated": 1}
    assert house.paid() == {("P1", bill): Decimal("50.00")}
    assert house.rows("SELECT assigned_by FROM payment_assignments WHERE ended_at IS NULL") == [("S1",)]
    assert house.run() == NOTHING
    house.pay("N1", None, None, "-60.00")
    house.run()
    assert _decide(house, Decision("N1", "S1", reverses="P1")) == NOTHING | {"taken_back": 1, "undone": 1}
    assert house.run() == NOTHING
    assert house.balance("bank") == 0
    _decide(house, Decision("P1", "S1", "001", "0101", "A"))
    assert house.assigned()["N1"] == ("reversal", "A", "by_hand")
    assert house.run() == NOTHING


@pytest.mark.rule("BILL-05")
def test_a_decision_that_cannot_be_carried_out_is_refused_in_a_sentence(house: PaymentHouse) -> None:
    house.pay("P1", None, "李乙之母", "60.00")
    house.pay("P2", None, "李乙之母", "60.00", "08-01")
    house.pay("P3", None, "李乙之母", "60.00", "12-01")
    house.pay("N1", None, None, "-70.00")
    house.run()
    _decide(house, Decision("P1", "S1", "001", "0103", "B"))
    refused = [
        (Decision("P9", "S1", "001", "0103", "B"), UnknownName, "no payment P9"),
        (Decision("P1", "S1", "001", "0999", "B"), UnknownName, "no unit 001/0999"),
        (Decision("P1", "S1", "001", "0103", "Z"), UnknownName, "no customer Z"),
        (Decision("P1", "S1", "001", "0103", "C"), UsageError, "never lived in 001/0103"),
        (Decision("P1", "S1"), UsageError, "for which unit"),
        (Decision("P2", "S1", "001", "0103", "B"), UsageError, "time before"),
        (Decision("P3", "S1", "001", "0103", "B"), UsageError, "received after"),
        (Decision("N1", "S1", "001", "0103", "B"), UsageError, "takes back"),
        (Decision("N1", "S1", reverses="P2"), UsageError, "not assigned"),
        (Decision("N1", "S1", reverses="P1"), UsageError, "only 60.00 is left"),
    ]
    for decision, error, told in refused:
        with pytest.raises(error, match=told):
            _decide(house, decision)
    assert house.run() == NOTHING
