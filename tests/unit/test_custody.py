"""Found things: which step is due next, and from which evening (CUST-01); what of them stands on a notice."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.domain.custody import (
    CustodyRules,
    DueStep,
    FoundStep,
    Taken,
    evening_of,
    found_steps,
    last_evening,
    month_end,
    months_later,
    posting_day,
)
from guanjia.gateways.mail.letter import KeyFigures
from guanjia.pipelines.custody.letters_keys import keys_letter
from guanjia.pipelines.custody.words import public_description
from guanjia.settings import TIME_ZONE

_RULES = CustodyRules()
_DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
_DAY = timedelta(days=1)
_ORDER: tuple[FoundStep, ...] = ("posted", "handed_over", "disposal")


def _at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=TIME_ZONE)


def _due(
    found: datetime, evening: date, taken: dict[FoundStep, Taken] | None = None, *, valuable: bool = True
) -> list[DueStep]:
    return found_steps(found, is_valuable=valuable, taken=taken or {}, evening=evening, rules=_RULES, zone=TIME_ZONE)


def _play(found: datetime, evenings: list[date], *, valuable: bool) -> dict[FoundStep, Taken]:
    """Steps told on some evenings, each told when it is due; a notice hangs from the evening it was told on."""
    taken: dict[FoundStep, Taken] = {}
    for evening in evenings:
        for due in _due(found, evening, taken, valuable=valuable):
            until = evening + _RULES.posting_days * _DAY if due.step == "posted" else None
            taken[due.step] = Taken(due.due_on, evening, until)
    return taken


@pytest.mark.rule("CUST-01")
def test_a_telephone_found_on_a_wednesday() -> None:
    found = _at("2026-11-18T12:00")
    evenings = [date(2026, 11, 18) + number * _DAY for number in range(100)]
    assert _play(found, evenings, valuable=True) == {
        "to_administration": Taken(date(2026, 11, 18), date(2026, 11, 18)),
        "posted": Taken(date(2026, 11, 20), date(2026, 11, 20), date(2026, 11, 27)),
        "handed_over": Taken(date(2026, 11, 30), date(2026, 11, 30)),
        "disposal": Taken(date(2027, 2, 18), date(2027, 2, 18)),
    }
    assert "to_administration" not in _play(found, evenings, valuable=False)


@pytest.mark.rule("CUST-01")
def test_what_is_found_after_the_evening_belongs_to_the_next_one() -> None:
    friday = date(2026, 11, 20)
    assert evening_of(_at("2026-11-20T18:00"), TIME_ZONE) == friday
    assert evening_of(_at("2026-11-20T18:01"), TIME_ZONE) == friday + _DAY
    late = _due(_at("2026-11-20T18:01"), friday + 7 * _DAY)
    assert late == [DueStep(friday + _DAY, "to_administration"), DueStep(friday + 7 * _DAY, "posted")]
    assert last_evening(_at("2026-11-20T17:59"), TIME_ZONE) == friday - _DAY
    assert last_evening(_at("2026-11-20T18:00"), TIME_ZONE) == friday


@pytest.mark.rule("CUST-01")
def test_nothing_is_handed_over_before_its_notice_has_hung() -> None:
    found, far = _at("2026-11-18T12:00"), date(2027, 12, 31)
    told = Taken(date(2026, 11, 18), date(2026, 11, 18))
    assert [due.step for due in _due(found, far)] == ["to_administration", "posted"]
    untold: dict[FoundStep, Taken] = {"to_administration": told, "posted": Taken(date(2026, 11, 20))}
    assert _due(found, far, untold) == []
    late: dict[FoundStep, Taken] = untold | {"posted": Taken(date(2026, 11, 20), date(2026, 11, 27), date(2026, 12, 4))}
    assert _due(found, far, late) == [DueStep(date(2026, 12, 31), "handed_over")]
    waiting: dict[FoundStep, Taken] = late | {"handed_over": Taken(date(2027, 3, 31))}
    assert _due(found, far, waiting) == []
    done: dict[FoundStep, Taken] = late | {"handed_over": Taken(date(2027, 3, 31), date(2027, 3, 31))}
    assert _due(found, far, done) == [DueStep(date(2027, 4, 1), "disposal")]
    assert _due(found, date(2027, 3, 31), done) == [], "one list an evening: a second look finds nothing"


@given(_DAYS, st.booleans(), st.lists(st.integers(0, 200), max_size=30), st.integers(0, 60 * 24 - 1))
def test_every_step_comes_once_in_order_and_never_too_early(
    day: date, valuable: bool, evenings: list[int], minute: int
) -> None:
    found = datetime.combine(day, datetime.min.time(), TIME_ZONE) + timedelta(minutes=minute)
    looked = sorted({day + number * _DAY for number in evenings})
    taken = _play(found, looked, valuable=valuable)
    told = [known.told_on or date.min for step in _ORDER if (known := taken.get(step))]
    assert told == sorted(told) and len(told) == len(taken) - ("to_administration" in taken)
    for known in taken.values():
        assert known.told_on is not None and day <= known.due_on <= known.told_on
    if "posted" in taken and "handed_over" in taken:
        until = taken["posted"].until
        assert until is not None and until <= taken["handed_over"].due_on == month_end(until)
    if "disposal" in taken:
        handed_over = taken["handed_over"].told_on
        assert handed_over is not None and months_later(day, 3) <= taken["disposal"].due_on > handed_over
    if looked and looked[-1] >= day + _DAY:
        assert not valuable or "to_administration" in taken
    if looked and looked[-1] >= day + 8 * _DAY:
        assert "posted" in taken


@given(_DAYS, st.integers(0, 24), st.integers(1, 7))
def test_days_fall_where_the_calendar_says(day: date, months: int, weekday: int) -> None:
    assert month_end(day).month == day.month and (month_end(day) + _DAY).day == 1
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or later == month_end(later)
    posted = posting_day(day, CustodyRules(posting_weekday=weekday))
    assert posted.isoweekday() == weekday and 0 <= (posted - day).days < 7


@pytest.mark.rule("CUST-01")
@pytest.mark.parametrize(
    ("item", "shown"),
    [
        ("黑色钱包，内有现金和证件", "黑色钱包"),
        ("苹果手机一部，屏幕碎裂", "苹果手机一部"),
        ("儿童水壶（蓝色）", "儿童水壶"),
        ("王小明的身份证", "身份证"),
        ("钱包内有现金三千元", "钱包"),
        ("银行卡 6222021234567890123", "银行卡"),
        ("手机13812345678", "手机"),
        ("雨伞一把", "雨伞一把"),
        ("张三的", "物品"),
        ("李四身份证 110101199001011234", "身份证"),
        ("王小明建设银行卡", "银行卡"),
        ("现金500元", "现金"),
        ("wallet with 300 yuan", "wallet"),
        ("（没写）", "物品"),
        ("", "物品"),
    ],
)
def test_a_notice_keeps_from_strangers_what_a_claimant_is_asked(item: str, shown: str) -> None:
    assert public_description(item) == shown


@given(st.text(max_size=60))
def test_no_description_is_long_or_holds_a_number(item: str) -> None:
    shown = public_description(item)
    assert 0 < len(shown) <= 20
    assert not any(shown[n : n + 3].isdecimal() and shown[n : n + 3].isascii() for n in range(len(shown) - 2))


@pytest.mark.rule("CUST-02")
def test_a_key_mail_written_after_midnight_says_yesterday_of_what_was_lent_the_day_before() -> None:
    key: Any = SimpleNamespace(
        loan_code="YS1",
        community_code="001",
        community_name="明湖府",
        unit_code=None,
        borrower="陆飞",
        borrowed_at=_at("2026-11-22T15:25"),
    )
    figures = {
        at: [
            each.value
            for block in keys_letter([key], "zh", _at(at), "K1").blocks
            if isinstance(block, KeyFigures)
            for each in block.figures
        ]
        for at in ("2026-11-22T18:00", "2026-11-23T03:46")
    }
    assert figures == {"2026-11-22T18:00": ["1", "1", "0 天"], "2026-11-23T03:46": ["1", "0", "1 天"]}
