"""Things kept for others: what is due on which day (CUST-01, CUST-02)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.domain.custody import CustodyRules, DueStep, chase_days, found_steps, month_end, months_later

_RULES = CustodyRules()
_DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@pytest.mark.rule("CUST-01")
def test_a_telephone_found_on_a_wednesday() -> None:
    wednesday = date(2026, 11, 18)
    steps = found_steps(wednesday, is_valuable=True, claimed_on=None, up_to=date(2027, 12, 31), rules=_RULES)
    assert steps == [
        DueStep(wednesday, "to_administration"),
        DueStep(date(2026, 11, 20), "posted"),
        DueStep(date(2026, 11, 30), "handed_over"),
        DueStep(date(2027, 2, 18), "disposal"),
    ]
    assert found_steps(wednesday, is_valuable=True, claimed_on=wednesday, up_to=date.max, rules=_RULES) == []
    claimed = found_steps(wednesday, is_valuable=True, claimed_on=date(2026, 11, 21), up_to=date.max, rules=_RULES)
    assert [due.step for due in claimed] == ["to_administration", "posted"]


def test_what_is_posted_late_in_a_month_is_handed_over_in_the_next() -> None:
    steps = found_steps(date(2026, 11, 27), is_valuable=False, claimed_on=None, up_to=date.max, rules=_RULES)
    assert [(due.step, due.due_on) for due in steps][:2] == [
        ("posted", date(2026, 11, 27)),
        ("handed_over", date(2026, 12, 31)),
    ]


@given(_DAYS, st.booleans(), st.integers(0, 200), st.integers(0, 200))
def test_looking_day_by_day_finds_what_looking_late_finds(day: date, valuable: bool, late: int, claimed: int) -> None:
    last, taken = day + timedelta(days=late), day + timedelta(days=claimed)
    at_once = found_steps(day, is_valuable=valuable, claimed_on=taken, up_to=last, rules=_RULES)
    seen: list[DueStep] = []
    for number in range(late + 1):
        known = day + timedelta(days=number)
        claimed_then = taken if taken <= known else None
        seen += [
            due
            for due in found_steps(day, is_valuable=valuable, claimed_on=claimed_then, up_to=known, rules=_RULES)
            if due not in seen
        ]
    assert seen == at_once


@given(_DAYS, st.integers(0, 24))
def test_months_end_where_the_calendar_says(day: date, months: int) -> None:
    assert month_end(day).month == day.month and (month_end(day) + timedelta(days=1)).day == 1
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or later == month_end(later)


@pytest.mark.rule("CUST-02")
def test_a_key_is_chased_on_each_evening_it_is_out() -> None:
    lent = date(2026, 11, 18)
    assert chase_days(lent, lent, date(2026, 11, 25)) == []
    assert chase_days(lent, date(2026, 11, 20), date(2026, 11, 25)) == [lent, date(2026, 11, 19)]
    assert chase_days(lent, None, date(2026, 11, 19)) == [lent, date(2026, 11, 19)]
