"""Amounts in large characters: the central bank's own examples, and a reader that knows nothing of the writer."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guanjia.domain.uppercase_amounts import LARGEST, uppercase_amount
from tests.conftest import SHARED

PATH = SHARED / "truth" / "money_cases.json"
CASES: list[dict[str, Any]] = json.loads(PATH.read_text(encoding="utf-8"))["uppercase"] if PATH.exists() else []

UNITS = {"拾": 10, "佰": 100, "仟": 1000}
NINES = "玖仟玖佰玖拾玖"
DIGITS = {sign: number for number, sign in enumerate("零壹贰叁肆伍陆柒捌玖")}


def read(words: str) -> Decimal:
    """Reads an amount as a person does: a unit multiplies the digit before it, a group's name the group."""
    found = re.fullmatch(r"人民币(负?)(?:([^元角分整]+)元)?零?(?:(.)角)?零?(?:(.)分)?(整?)", words)
    assert found, words
    sign, yuan, jiao, fen, whole = found.groups()
    assert bool(whole) == (fen is None), "整 closes exactly the amounts without fen"
    whole_yuan = _whole(yuan) if yuan else 0
    amount = Decimal(whole_yuan * 100 + DIGITS[jiao or "零"] * 10 + DIGITS[fen or "零"]) / 100
    return -amount if sign else amount


def _whole(words: str) -> int:
    trillions, _, rest = words.rpartition("万亿")
    hundred_millions, _, rest = rest.rpartition("亿")
    ten_thousands, _, ones = rest.rpartition("万")
    groups = (trillions, hundred_millions, ten_thousands, ones)
    return sum(_group(group) * 10 ** (4 * place) for place, group in enumerate(reversed(groups)))


def _group(words: str) -> int:
    total, digit = 0, 0
    for sign in words:
        if sign in DIGITS:
            digit = DIGITS[sign]
        else:
            total += digit * UNITS[sign]
            digit = 0
    return total + digit


@pytest.mark.rule("BILL-02")
@pytest.mark.skipif(not CASES, reason="the cases from outside are not beside this checkout")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["amount"])
def test_the_cases_from_outside(case: dict[str, Any]) -> None:
    assert uppercase_amount(Decimal(case["amount"])) in case["accepted"]


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("1409.50", "人民币壹仟肆佰零玖元伍角整"),
        ("6007.14", "人民币陆仟零柒元壹角肆分"),
        ("1680.32", "人民币壹仟陆佰捌拾元零叁角贰分"),
        ("107000.53", "人民币壹拾万柒仟元零伍角叁分"),
        ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "人民币叁佰贰拾伍元零肆分"),
    ],
)
def test_the_examples_of_the_rules_for_vouchers(amount: str, words: str) -> None:
    assert uppercase_amount(Decimal(amount)) == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "人民币零元整"),
        ("-0.00", "人民币零元整"),
        ("0.05", "人民币伍分"),
        ("0.50", "人民币伍角整"),
        ("10", "人民币壹拾元整"),
        ("100", "人民币壹佰元整"),
        ("100.05", "人民币壹佰元零伍分"),
        ("-182.40", "人民币负壹佰捌拾贰元肆角整"),
        ("10005000.00", "人民币壹仟万伍仟元整"),
        ("100000005", "人民币壹亿零伍元整"),
        ("100050000", "人民币壹亿零伍万元整"),
        ("1000000000001", "人民币壹万亿零壹元整"),
        (
            "9999999999999999.99",
            "人民币" + "玖仟玖佰玖拾玖万亿玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分",
        ),
    ],
)
def test_zeros_small_large_and_negative_amounts(amount: str, words: str) -> None:
    assert uppercase_amount(Decimal(amount)) == words


@given(st.decimals(-LARGEST, LARGEST, places=2))
@example(Decimal("10.50"))
@example(Decimal("1000100010001.01"))
def test_what_was_written_is_read_as_the_same_amount(amount: Decimal) -> None:
    assert read(uppercase_amount(amount)) == amount


@given(st.integers(1, 9).flatmap(lambda n: st.lists(st.sampled_from("0001"), min_size=n, max_size=16)))
def test_many_zeros_are_read_as_the_same_amount(digits: list[str]) -> None:
    amount = Decimal("".join(digits))
    words = uppercase_amount(amount)
    assert read(words) == amount
    assert "零零" not in words
    assert not re.search("零[拾佰仟万亿]|零元", words.replace("人民币零元整", ""))


@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6))
def test_different_amounts_have_different_words(one: int, other: int) -> None:
    words = [uppercase_amount(Decimal(fen) / 100) for fen in (one, other)]
    assert (words[0] == words[1]) == (one == other)


@pytest.mark.parametrize("amount", ["0.001", "NaN", "Infinity", "10000000000000000"])
def test_what_is_no_amount_of_money_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="expected at most"):
        uppercase_amount(Decimal(amount))
