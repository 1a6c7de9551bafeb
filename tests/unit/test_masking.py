"""Personal details are masked where they are not needed (pipelines 0.9)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.domain.masking import mask_address, mask_field, mask_name, mask_phone, mask_text


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王小明", "王*"),
        ("王明", "王*"),
        ("欧阳娜娜", "欧阳*"),
        ("欧阳", "欧*"),
        ("John Smith", "J*"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_name_keeps_its_surname(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812341234", "138****1234"),
        ("+86 138 1234 1234", "+86 138****1234"),
        ("138-1234-1234", "138****1234"),
        ("010-62345678", "010-****5678"),
        ("0755-8234567-12", "0755-****4567-12"),
        ("4001234567", "****67"),
        ("110", "****"),
        ("", ""),
    ],
)
def test_a_phone_loses_its_middle(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


def test_an_address_loses_its_person() -> None:
    assert mask_address("wang.xm@example.com") == "w***@example.com"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("请联系13812341234或wang@example.com。", "请联系138****1234或w***@example.com。"),
        ("身份证110101199001011234", "身份证110***********4"),
        ("卡号6222021234567890123", "卡号6222****0123"),
        (
            "工单 WO13812341234 与 C-13812341234 与 20261120123456",
            "工单 WO13812341234 与 C-13812341234 与 20261120123456",
        ),
        ("金额 13812.34", "金额 13812.34"),
        ("没有隐私的话", "没有隐私的话"),
    ],
)
def test_free_text_keeps_all_but_the_person(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@given(st.text(), st.from_regex(r"1[3-9]\d{9}", fullmatch=True), st.text())
def test_no_mobile_number_survives_among_other_words(before: str, phone: str, after: str) -> None:
    assert phone not in mask_text(f"{before} {phone} {after}")


@given(st.text())
def test_masking_twice_is_masking_once(text: str) -> None:
    assert mask_text(mask_text(text)) == mask_text(text)


@pytest.mark.parametrize(
    ("key", "value", "masked"),
    [
        ("customer_name", "王小明", "王*"),
        ("dataset_name", "cases", "cases"),
        ("phone", 13812341234, "138****1234"),
        ("password", "x", "***"),
        ("smtp_password", None, None),
        ("rows", 3, 3),
        ("is_live", True, True),
        ("rejects", ["13812341234", 5], ["138****1234", 5]),
        ("row", {"payer": "王小明", "amount": 5}, {"payer": "王*", "amount": 5}),
    ],
)
def test_a_value_is_masked_by_its_name_and_its_form(key: str, value: object, masked: object) -> None:
    assert mask_field(key, value) == masked
