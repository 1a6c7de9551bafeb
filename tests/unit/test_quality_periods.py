"""Weeks and months of the quality check."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.domain.quality_periods import month_bounds, months_complete, week_of, weeks_due
from guanjia.settings import TIME_ZONE

pytestmark = pytest.mark.rule("QC-01")


def at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=TIME_ZONE)


def names(now: str, drawn_to: str | None) -> list[str]:
    return [week.name for week in weeks_due(at(now), at(drawn_to) if drawn_to else None, TIME_ZONE)]


def test_the_worked_example() -> None:
    assert names("2026-11-23 05:00", "2026-11-09") == ["2026-W46", "2026-W47"]
    assert names("2026-11-25 12:00", None) == ["2026-W47"]


def test_a_week_is_due_from_its_end_on_and_once() -> None:
    assert names("2026-11-22 23:59", "2026-11-16") == []
    assert names("2026-11-23 00:00", "2026-11-16") == ["2026-W47"]
    assert names("2026-11-29 10:00", "2026-11-23") == []


def test_a_week_over_new_year_has_one_name() -> None:
    week = week_of(date(2027, 1, 1), TIME_ZONE)
    assert (week.name, week.short_name, week.first) == ("2026-W53", "2653", date(2026, 12, 28))
    assert week.drawn_at == at("2027-01-04 05:00")


def test_a_month_is_complete_with_the_week_that_holds_its_last_day() -> None:
    assert months_complete(at("2026-11-30"), "2026-10", TIME_ZONE) == []
    assert months_complete(at("2026-12-07"), "2026-10", TIME_ZONE) == ["2026-11"]
    assert months_complete(at("2027-01-04"), "2026-10", TIME_ZONE) == ["2026-11", "2026-12"]
    assert months_complete(at("2026-12-07"), None, TIME_ZONE) == ["2026-11"]
    assert month_bounds("2026-12", TIME_ZONE) == (at("2026-12-01"), at("2027-01-01"))


def test_a_month_that_ends_on_a_sunday_is_complete_the_day_after() -> None:
    assert months_complete(at("2026-06-01"), "2026-04", TIME_ZONE) == ["2026-05"]


@given(st.integers(0, 3 * 8_766), st.integers(1, 60))
def test_however_often_one_looks_every_week_is_drawn_once(start: int, hours: int) -> None:
    now = at("2025-01-01") + timedelta(hours=start)
    first = weeks_due(now, None, TIME_ZONE)
    drawn, drawn_to = list(first), first[-1].ends_at
    for _look in range(12):
        now += timedelta(hours=hours * 5)
        due = weeks_due(now, drawn_to, TIME_ZONE)
        drawn += due
        drawn_to = due[-1].ends_at if due else drawn_to
    assert [week.first for week in drawn] == [first[0].first + n * timedelta(days=7) for n in range(len(drawn))]
    assert drawn_to <= now < drawn_to + timedelta(days=7)
