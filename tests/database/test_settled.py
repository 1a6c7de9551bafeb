"""Settled or not, for each unit and at any instant: who owes what, due or not (BILL-05, CUST-03)."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from guanjia.cli import main
from guanjia.cli.settled import as_json, lines
from guanjia.domain.errors import UnknownName
from guanjia.pipelines.fee_billing.settled import Standing, read_standing
from tests.conftest import Database
from tests.database.payment_house import AS_OF, PaymentHouse, at, payment_house


@pytest.fixture
def house(database: Database) -> PaymentHouse:
    return payment_house(database)


def _standing(house: PaymentHouse, unit: str = "0101", day: str = "11-20") -> Standing:
    with house.database.transaction("read") as tx:
        return read_standing(tx, "001", unit, at(day))


@pytest.mark.rule("CUST-03")
def test_a_unit_is_settled_when_no_payer_owes_anything_posted_due_or_not(house: PaymentHouse) -> None:
    assert _standing(house).is_settled
    house.post(("0101", "A", "100.00"), due="11-30")
    house.post(("0101", "B", "20.00"), period="2026-09", due="10-20")
    found = _standing(house)
    assert not found.is_settled
    assert {payer.customer_code: (payer.due, payer.not_yet_due) for payer in found.owing} == {
        "A": (Decimal(0), Decimal("100.00")),
        "B": (Decimal("20.00"), Decimal(0)),
    }
    assert found.open_balance == Decimal("120.00")
    assert _standing(house, day="11-30").owing[0].due == Decimal("100.00")
    assert _standing(house, "0102").is_settled


@pytest.mark.rule("CUST-03")
def test_the_answer_holds_for_any_instant(house: PaymentHouse) -> None:
    (bill,) = house.post(("0101", "A", "100.00"))
    house.pay("P1", "0101", "王甲", "100.00", "11-10")
    house.run(at("11-10"))
    house.pay("N1", None, None, "-40.00", "11-15", reference="P1")
    house.run(at("11-15"))
    answers = {day: _standing(house, day=day).open_balance for day in ("11-04", "11-06", "11-10", "11-14", "11-15")}
    assert answers == {
        "11-04": Decimal(0),
        "11-06": Decimal("100.00"),
        "11-10": Decimal(0),
        "11-14": Decimal(0),
        "11-15": Decimal("40.00"),
    }
    (open_bill,) = _standing(house).owing[0].bills
    assert (open_bill.bill_code, open_bill.total, open_bill.open_balance) == (bill, Decimal(100), Decimal(40))


@pytest.mark.rule("CUST-03")
def test_money_in_suspense_and_unused_credit_notes_settle_nothing(house: PaymentHouse) -> None:
    house.post(("0101", "A", "100.00"))
    house.post(("0101", "A", "-100.00"), period="2026-09")
    house.house.unit("0105")
    house.house.payer("0105", "B")
    house.house.payer("0105", "C")
    house.pay("P1", "0105", "路人", "3.00")
    house.run()
    assert not _standing(house).is_settled
    found = _standing(house, "0105")
    assert (found.is_settled, found.waiting_payments, found.waiting_amount) == (True, 1, Decimal("3.00"))
    assert _standing(house, "0105", "11-19").waiting_payments == 0


@pytest.mark.rule("CUST-03")
def test_an_unknown_unit_is_no_settled_unit(house: PaymentHouse) -> None:
    with pytest.raises(UnknownName, match="no unit 9999 in community 001"):
        _standing(house, "9999")


@pytest.mark.rule("CUST-03")
@pytest.mark.parametrize(
    ("language", "verdict", "payer", "waiting"),
    [
        ("zh", "未结清，未缴 ¥100.00", "A 王* *：已到期 ¥100.00，未到期 ¥0.00", "1 笔收款暂收"),
        ("en", "not settled. ¥100.00 is open", "¥100.00 due, ¥0.00 not yet due", "1 payment for this unit"),
    ],
)
def test_the_answer_is_told_in_both_languages_with_masked_names(
    house: PaymentHouse, language: str, verdict: str, payer: str, waiting: str
) -> None:
    house.post(("0101", "A", "100.00"))
    house.pay("P1", "0101", "王甲", "-1.00")
    house.run()
    told = "\n".join(lines(_standing(house), language))
    assert verdict in told
    assert waiting in told
    assert "王甲" not in told
    assert payer.split("：")[-1] in told
    assert as_json(_standing(house))["payers"][0]["due"] == "100.00"


@pytest.mark.rule("CUST-03")
def test_the_answer_says_whether_goods_leave_the_gate(house: PaymentHouse) -> None:
    house.post(("0101", "A", "100.00"))
    assert lines(_standing(house), "zh")[1] == "费用未结清：缴清前物品不予放行（CUST-03）。"
    assert lines(_standing(house, "0102"), "en")[1] == "Goods may leave the gate with the owner's signature (CUST-03)."


@pytest.mark.rule("CUST-03")
def test_the_command_answers_with_its_exit_code(house: PaymentHouse, capsys: pytest.CaptureFixture[str]) -> None:
    house.post(("0101", "A", "100.00"))
    given = ["--as-of", AS_OF.isoformat(), "--json"]
    assert main(["settled", "001", "0101", *given]) == 3
    answer = json.loads(capsys.readouterr().out)
    assert (answer["settled"], answer["open_balance"], answer["payers"][0]["customer_code"]) == (False, "100.00", "A")
    assert main(["settled", "001", "0102", *given]) == 0
    assert json.loads(capsys.readouterr().out)["settled"] is True
    assert main(["settled", "001", "9999", *given]) == 1
    assert main(["settled", "001"]) == 2


@pytest.mark.rule("BILL-05")
def test_the_command_that_assigns_wants_to_know_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assign", "P1", "--as", "S1"]) == 2
    assert "--unit C/U and --customer X" in capsys.readouterr().err
    assert main(["assign", "P1", "--unit", "0101", "--customer", "A", "--as", "S1"]) == 2
    assert "no unit; write community/unit" in capsys.readouterr().err
    assert main(["assign", "P1", "--unit", "1/2", "--customer", "A", "--reverses", "P2"]) == 2
