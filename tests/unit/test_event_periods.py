"""Periods in which something takes place once (CB-09, CB-10)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.domain.event_periods import event_periods


@pytest.mark.rule("CB-10")
@pytest.mark.parametrize(
    ("repeat", "month", "first", "last", "names"),
    [
        ("month", None, date(2026, 11, 22), date(2027, 1, 2), ["2026-11", "2026-12", "2027-01"]),
        ("month", 12, date(2026, 11, 22), date(2027, 1, 2), ["2026-12"]),
        ("quarter", None, date(2026, 11, 22), date(2027, 1, 2), ["2026-Q4", "2027-Q1"]),
        ("year", 4, date(2026, 3, 20), date(2026, 4, 3), ["2026-H1"]),
        ("year", 10, date(2026, 9, 20), date(2026, 10, 3), ["2026-H2"]),
        ("year", 10, date(2026, 11, 1), date(2027, 9, 30), []),
        ("year", None, date(2026, 9, 20), date(2027, 10, 3), ["2026", "2027"]),
        ("7", None, date(2026, 11, 22), date(2026, 11, 24), ["2026-W47", "2026-W48"]),
        ("7", None, date(2027, 1, 1), date(2027, 1, 3), ["2026-W53"]),
        ("0", None, date(2026, 11, 22), date(2026, 11, 24), []),
        (None, None, date(2026, 11, 22), date(2026, 11, 24), []),
        ("now and then", None, date(2026, 11, 22), date(2026, 11, 24), []),
    ],
)
def test_periods_are_called_as_people_call_them(
    repeat: str | None, month: int | None, first: date, last: date, names: list[str]
) -> None:
    assert [period.name for period in event_periods(repeat, month, first, last)] == names


@pytest.mark.rule("CB-10")
@given(
    repeat=st.sampled_from(["month", "quarter", "year", "7", "14", "10"]),
    day=st.dates(date(2023, 1, 1), date(2028, 12, 31)),
    days=st.integers(0, 400),
)
def test_every_day_lies_in_exactly_one_period_of_a_rule(repeat: str, day: date, days: int) -> None:
    found = event_periods(repeat, None, day, day + timedelta(days=days))
    assert found[0].first <= day <= found[0].last
    assert found[-1].first <= day + timedelta(days=days) <= found[-1].last
    assert all(one.last + timedelta(days=1) == other.first for one, other in pairwise(found))
    assert len({period.name for period in found}) == len(found)
