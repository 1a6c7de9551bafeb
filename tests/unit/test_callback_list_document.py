"""Callback lists on paper and in cells: what stands there, what a text from outside cannot do, and how far pages go."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanjia.domain.seals import judge_seal
from guanjia.i18n import gettext_for
from guanjia.pipelines.scheduled_callbacks.list_columns import SHOWN
from guanjia.pipelines.scheduled_callbacks.list_document import list_document
from guanjia.pipelines.scheduled_callbacks.list_rows import ListedCallback, ListedContact, PastTry
from guanjia.pipelines.scheduled_callbacks.list_words import (
    history_words,
    note_words,
    place_words,
    reason_words,
    time_words,
)
from guanjia.pipelines.scheduled_callbacks.list_workbook import list_workbook
from guanjia.pipelines.scheduled_callbacks.reply_workbook import reply_workbook, subject_words
from guanjia.settings import TIME_ZONE
from guanjia.store.tables.service import callback_results
from tests.support.examples import examples
from tests.support.pages import squeezed, texts_of

DAY = date(2026, 11, 20)
ZH, EN = gettext_for("zh"), gettext_for("en")


def at(written: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{written}").replace(tzinfo=TIME_ZONE)


def contact(**values: Any) -> ListedContact:
    """A care call, unless said otherwise."""
    plain: dict[str, Any] = dict.fromkeys(ListedContact.__dataclass_fields__)
    given_values = {"trigger": "care", "rule_code": "CARE", "occasion": "2026-11", "channel": "call"}
    return ListedContact(**(plain | given_values | {"triggered_at": at("19 15:00"), "due_by": at("23 20:00")} | values))


REPAIR = contact(
    trigger="repair_resolved",
    rule_code="REPAIR",
    case_code="GD-1",
    case_kind="repair",
    case_text="厨房水龙头滴水",
    done_note="更换阀芯",
)


def listed(position: int = 1, **values: Any) -> ListedCallback:
    """A plain row of agent A0012's list."""
    windows = ((at("20 09:00"), at("20 12:00")), (at("20 14:00"), at("20 20:00")))
    plain = ListedCallback(
        work_date=DAY,
        staff_code="A0012",
        staff_name="陈晓琳",
        position=position,
        try_no=1,
        tries=1,
        callback_code=f"H261120-C{position:04d}",
        channel="call",
        customer_code=f"K{position}",
        customer_name=f"王{position}",
        phone=f"1390013{position:04d}",
        language="zh",
        is_vip=False,
        community_code="CH",
        community_name="翠湖花园",
        unit_code=f"1-{position:04d}",
        windows=windows,
        call_from=windows[0][0],
        call_until=windows[-1][1],
        promised_at=None,
        due_by=at("23 20:00"),
        missed_at=None,
        is_over=False,
        attempts=0,
        rules=("CARE",),
        reasons=("care",),
        contacts=(contact(),),
        history=(),
        is_carried_over=False,
        why_agent="even",
        edition=1,
        is_untold=True,
    )
    return replace(plain, **values)


def past(kind: str = "try", **values: Any) -> PastTry:
    plain: dict[str, Any] = dict.fromkeys(PastTry.__dataclass_fields__)
    return PastTry(**(plain | {"kind": kind, "happened_at": at("18 09:41"), "staff_name": "李敏"} | values))


@pytest.mark.rule("CB-11")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_everything_an_agent_needs_stands_on_the_page(language: str) -> None:
    row = listed(contacts=(REPAIR,), history=(past(outcome="no_answer"),), is_vip=True)

    (page,) = texts_of(list_document([row], language))

    flat = squeezed(page)
    for words in ("陈晓琳", "王1", "13900130001", "翠湖花园1-0001", "GD-1", "厨房水龙头滴水", "09:00–12:00"):
        assert words in flat
    assert ("重点客户" if language == "zh" else "VIP") in flat
    assert ("无人接听" if language == "zh" else "noanswer") in flat


@pytest.mark.rule("CB-11")
def test_a_days_calls_take_three_pages_and_each_agent_begins_a_new_one() -> None:
    rows = [listed(n, contacts=(REPAIR,)) for n in range(1, 41)]
    others = [listed(1, staff_code="A0013", staff_name="李敏")]

    pages = texts_of(list_document([*rows, *others], "zh"))

    assert len(pages) <= 4
    assert ["李敏" in page for page in pages] == [False] * (len(pages) - 1) + [True]
    assert all("陈晓琳" in page for page in pages[:-1])


def test_the_same_rows_give_the_same_bytes() -> None:
    rows = [listed(1), listed(2)]
    assert list_document(rows, "zh") == list_document(rows, "zh")
    assert list_workbook(rows, "zh") == list_workbook(rows, "zh")
    assert reply_workbook(rows[0], "en") == reply_workbook(rows[0], "en")


def test_a_list_without_rows_is_not_made() -> None:
    for made in (list_document, list_workbook):
        with pytest.raises(ValueError, match="without rows"):
            made([], "zh")


@pytest.mark.rule("CB-11")
@pytest.mark.parametrize(
    ("row", "when", "note"),
    [
        (listed(), "09:00–12:00\n14:00–20:00", ""),
        (listed(promised_at=at("20 15:30"), call_from=at("20 15:30"), is_carried_over=True), "15:30\n客户约定", ""),
        (listed(promised_at=at("19 15:30")), "09:00–12:00\n14:00–20:00", "原约定 11-19 15:30"),
        (listed(due_by=at("20 20:00"), is_carried_over=True), "09:00–12:00\n14:00–20:00", "今天到期、顺延"),
        (listed(due_by=at("19 20:00")), "09:00–12:00\n14:00–20:00", "已逾期，仍须回访"),
        (
            listed(try_no=2, tries=3, windows=((at("20 14:00"), at("20 17:00")),)),
            "第 2/3 次\n14:00–17:00",
            "前次未接通才拨",
        ),
        (
            listed(channel="manager", contacts=(contact(channel_reason="do_not_call"),), windows=()),
            "11-23 20:00 前",
            "免打扰",
        ),
    ],
)
def test_when_to_call_and_what_to_mind(row: ListedCallback, when: str, note: str) -> None:
    assert (time_words(ZH, row), note_words(ZH, row)) == (when, note)


@pytest.mark.rule("CB-11")
def test_a_case_is_told_of_once_and_a_prospect_has_no_place() -> None:
    paid = replace(REPAIR, trigger="paid_service_done", rule_code="PAID-SERVICE", channel="mail")
    row = listed(contacts=(REPAIR, paid))

    assert reason_words(ZH, row) == "报修完成 GD-1：厨房水龙头滴水（完成 11-19：更换阀芯）\n有偿服务 GD-1"
    assert subject_words(ZH, row) == "您的报修 GD-1：厨房水龙头滴水\n您家的有偿服务 GD-1"
    assert place_words(EN, listed(community_name="", community_code=None, unit_code="")) == ""


@pytest.mark.rule("CB-11")
def test_what_was_before_is_told_newest_first() -> None:
    row = listed(
        history=(
            past(outcome="call_later", call_later_at=at("20 15:30")),
            past("callback", happened_at=at("02 10:00"), satisfaction=4, comment="多修剪绿化"),
        )
    )

    assert history_words(ZH, row).split("\n") == [
        "11-18 09:41 约定再访 11-20 15:30（李敏）",
        "11-02 10:00 上次回访，满意度 4（李敏）：多修剪绿化",
    ]


@pytest.mark.rule("CB-07")
def test_a_customer_sees_nothing_of_what_colleagues_noted() -> None:
    correction = contact(
        trigger="correction_resolved", case_code="GJ-1", case_text="回访不满意", done_note="已批评", said_before="太慢"
    )
    row = listed(contacts=(REPAIR, correction), history=(past(comment="难缠"),), is_vip=True, due_by=at("20 20:00"))

    told = _cells(reply_workbook(row, "zh"))

    for words in ("更换阀芯", "回访不满意", "已批评", "太慢", "难缠", "重点客户", "今天到期", row.phone):
        assert not [cell for cell in told if words in cell]
    assert [cell for cell in told if "厨房水龙头滴水" in cell]


def _cells(content: bytes) -> list[str]:
    book = openpyxl.load_workbook(BytesIO(content))
    return [str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]


def _texts() -> st.SearchStrategy[str]:
    return st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)


@pytest.mark.rule("CB-11")
@settings(max_examples=examples(25))
@given(st.lists(st.tuples(_texts(), _texts(), _texts()), min_size=1, max_size=4), st.sampled_from(["zh", "en"]))
def test_whatever_stands_in_a_row_its_seal_is_whole(texts: list[tuple[str, str, str]], language: str) -> None:
    rows = [
        listed(n, customer_name=name, contacts=(replace(REPAIR, case_text=wish or None),), unit_code=unit)
        for n, (name, wish, unit) in enumerate(texts, 1)
    ]
    informative = callback_results.info["informative"]

    sheet = openpyxl.load_workbook(BytesIO(list_workbook(rows, language))).worksheets[0]
    heads = {str(cell.value).split("\n")[0]: place for place, cell in enumerate(sheet[3])}
    places = [heads.get(informative[name] if language == "zh" else name.capitalize()) for name in SHOWN]
    for line, row in zip(sheet.iter_rows(min_row=4), rows, strict=True):
        assert {cell.data_type for cell in line} <= {"s", "n"}, "no formula"
        shown = ["" if place is None else str(line[place].value or "") for place in places]
        assert judge_seal(str(line[-1].value), row.callback_code, shown) == "whole"
