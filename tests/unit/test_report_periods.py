"""Windows of reports follow each other without gap or overlap, however late somebody looks (REP-01, 02, 03)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.domain.report_periods import (
    ReportName,
    before,
    ends_between,
    last_end,
    month_report_instant,
    period_ending,
)
from guanjia.pipelines.reports.served import read_period
from guanjia.settings import TIME_ZONE

_HOURS: dict[ReportName, time] = {"weekly": time(15), "daily": time(17), "monthly": time(0)}
_INSTANTS = st.integers(0, 7 * 366 * 86_400).map(
    lambda seconds: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
_REPORTS = st.sampled_from(tuple(_HOURS))


@pytest.mark.rule("REP-01")
def test_a_week_runs_from_friday_afternoon_to_friday_afternoon() -> None:
    end = last_end("weekly", datetime(2026, 11, 20, 15, tzinfo=TIME_ZONE), TIME_ZONE, 5, time(15))
    week = period_ending("weekly", end)
    assert (week.start, week.end) == (
        datetime(2026, 11, 13, 15, tzinfo=TIME_ZONE),
        datetime(2026, 11, 20, 15, tzinfo=TIME_ZONE),
    )
    assert (week.code, week.last_day) == ("2026-11-20", date(2026, 11, 20))
    just_before = last_end("weekly", end - timedelta(microseconds=1), TIME_ZONE, 5, time(15))
    assert just_before == week.start


def test_what_is_no_period_is_none_however_far_away() -> None:
    assert [read_period("weekly", code) for code in ("0001-01-05", "2026-11-19", "20261120", "")] == [None] * 4
    assert [read_period("monthly", code) for code in ("9999-12", "2026-1", "2026-11-20")] == [None] * 3
    assert read_period("daily", "0001-01-01") is None
    found = read_period("monthly", "2026-10")
    assert found is not None and found.end == datetime(2026, 11, 1, tzinfo=TIME_ZONE)


@pytest.mark.rule("REP-02")
def test_a_day_runs_from_five_to_five() -> None:
    end = last_end("daily", datetime(2026, 11, 20, 16, 59, tzinfo=TIME_ZONE), TIME_ZONE, 5, time(17))
    assert period_ending("daily", end).code == "2026-11-19"


@given(_REPORTS, _INSTANTS)
def test_an_end_is_never_later_than_the_instant_and_the_next_one_always_is(report: ReportName, at: datetime) -> None:
    end = last_end(report, at, TIME_ZONE, 5, _HOURS[report])
    assert end <= at
    furthest = {"weekly": 7, "daily": 1, "monthly": 31}[report]
    assert at - end < timedelta(days=furthest)
    period = period_ending(report, end)
    assert before(period).end == period.start < period.end


@given(_REPORTS, _INSTANTS, st.integers(0, 400))
def test_after_an_outage_every_period_is_due_once_and_in_order(report: ReportName, at: datetime, days: int) -> None:
    last = last_end(report, at, TIME_ZONE, 5, _HOURS[report])
    reported = last_end(report, at - timedelta(days=days), TIME_ZONE, 5, _HOURS[report])
    due = [period_ending(report, end) for end in ends_between(last, reported, report)]
    assert [period.start for period in due] == [reported, *(period.end for period in due)][: len(due)]
    assert not due or due[-1].end == last
    assert ends_between(last, None, report) == [last]


@pytest.mark.rule("REP-03")
def test_the_report_of_a_month_goes_out_on_the_first_working_day_after_it() -> None:
    new_year = datetime(2027, 1, 1, tzinfo=TIME_ZONE)
    closed = {date(2027, 1, day) for day in (1, 2, 3)}
    assert month_report_instant(new_year, time(8), lambda day: day not in closed) == datetime(
        2027, 1, 4, 8, tzinfo=TIME_ZONE
    )
    assert month_report_instant(new_year, time(8), lambda _day: False).date() == date(2027, 1, 15)
    with pytest.raises(ValueError, match="ends at 00:00 of a first"):
        period_ending("monthly", datetime(2027, 1, 2, tzinfo=TIME_ZONE))
