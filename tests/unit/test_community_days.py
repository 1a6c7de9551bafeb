"""Reception days and meetings (CB-09, CB-10)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.domain.community_days import LEAST_NOTICE, meeting_day, reception_day

NOVEMBER = [date(2026, 11, 1) + timedelta(days=n) for n in range(30)]
WEEKENDS = [day for day in NOVEMBER if day.weekday() > 4]


@pytest.mark.rule("CB-09")
@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 1), date(2026, 11, 14)),
        (date(2026, 11, 7), date(2026, 11, 14)),
        (date(2026, 11, 8), date(2026, 11, 15)),
        (date(2026, 11, 9), date(2026, 11, 21)),
        (date(2026, 11, 25), None),
    ],
)
def test_a_reception_day_is_a_day_off_that_can_be_announced_seven_days_ahead(
    today: date, expected: date | None
) -> None:
    assert reception_day(WEEKENDS, 11, today) == expected


@pytest.mark.rule("CB-09")
def test_a_month_whose_days_off_are_all_early_takes_the_last_of_them() -> None:
    assert reception_day([date(2026, 11, 7), date(2026, 11, 8)], 11, date(2026, 10, 30)) == date(2026, 11, 8)
    assert reception_day([], 11, date(2026, 10, 30)) is None


@pytest.mark.rule("CB-09")
@given(
    days_off=st.sets(st.sampled_from(NOVEMBER)),
    from_day=st.integers(1, 28),
    today=st.dates(date(2026, 10, 1), date(2026, 12, 10)),
)
def test_whatever_the_calendar_a_reception_day_is_off_and_seven_days_away(
    days_off: set[date], from_day: int, today: date
) -> None:
    found = reception_day(days_off, from_day, today)
    possible = {day for day in days_off if day >= today + LEAST_NOTICE}
    assert (found in possible) if possible else found is None


@pytest.mark.rule("CB-10")
def test_a_meeting_is_on_a_working_day() -> None:
    working = [day for day in NOVEMBER if day not in WEEKENDS]
    assert meeting_day(working, 10) == date(2026, 11, 10)
    assert meeting_day(working, 14) == date(2026, 11, 16)
    assert meeting_day([], 10) is None
