"""The windows of reports: weeks from Friday to Friday, days from 17:00 to 17:00, calendar months; no gap, no overlap.

Source: REP-01, REP-02, REP-03; the instants are settings, handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final, Literal

ReportName = Literal["weekly", "daily", "monthly"]

_DAYS: Final = {"weekly": 7, "daily": 1}


@dataclass(frozen=True, order=True)
class ReportPeriod:
    """What one report covers.

    Attributes:
        start: aware, inclusive.
        end: aware, exclusive; also the instant the report is a function of (its month: of the following day 00:00).
        code: the last day of a week or day (``2026-11-20``), or the month (``2026-10``).
        report: which report.
    """

    start: datetime
    end: datetime
    code: str
    report: ReportName

    @property
    def last_day(self) -> date:
        """Last day the period touches, by the clock of its own zone."""
        return (self.end - timedelta(microseconds=1)).date()


def period_ending(report: ReportName, end: datetime) -> ReportPeriod:
    """The period that ends at an instant.

    Args:
        report: which report.
        end: aware; of a month: 00:00 of the first day after it.

    Raises:
        ValueError: a month that does not end at 00:00 of a first.
    """
    if report == "monthly":
        if end.day != 1 or end.time() != time(0):
            raise ValueError(f"A month ends at 00:00 of a first, not at {end.isoformat()}.")
        start = (end - timedelta(days=1)).replace(day=1)
        return ReportPeriod(start, end, f"{start:%Y-%m}", report)
    return ReportPeriod(end - timedelta(days=_DAYS[report]), end, end.date().isoformat(), report)


def before(period: ReportPeriod) -> ReportPeriod:
    """The period right before: it ends where this one starts."""
    return period_ending(period.report, period.start)


def last_end(report: ReportName, at: datetime, zone: tzinfo, weekday: int, hour: time) -> datetime:
    """The latest end of a period at or before an instant.

    Args:
        report: which report.
        at: aware instant.
        zone: zone whose clock counts.
        weekday: ISO weekday weeks end on, 1 (Monday) to 7; of weeks only.
        hour: clock time weeks and days end at; months end at 00:00.
    """
    local = at.astimezone(zone)
    if report == "monthly":
        return datetime(local.year, local.month, 1, tzinfo=zone)
    end = datetime.combine(local.date(), hour, tzinfo=zone)
    if report == "weekly":
        end -= timedelta(days=(end.isoweekday() - weekday) % 7)
    return end if end <= local else end - timedelta(days=_DAYS[report])


def ends_between(last: datetime, after: datetime | None, report: ReportName) -> list[datetime]:
    """Ends of all periods later than one instant, up to the latest one, oldest first.

    Args:
        last: latest end, of ``last_end``.
        after: end of the last period reported; None: only the latest is due.
        report: which report.
    """
    if after is None:
        return [last]
    found, end = [], last
    while end > after:
        found.append(end)
        end = period_ending(report, end).start
    return found[::-1]


def month_report_instant(end: datetime, hour: time, is_working: Callable[[date], bool], furthest: int = 15) -> datetime:
    """When the report of a month goes out: on the first working day after it, at a clock time.

    Args:
        end: 00:00 of the first day after the month, aware.
        hour: clock time.
        is_working: whether a day is a working day.
        furthest: days looked at; where none of them is one, the last of them.
    """
    days = [end.date() + timedelta(days=number) for number in range(furthest)]
    day = next((day for day in days if is_working(day)), days[-1])
    return datetime.combine(day, hour, tzinfo=end.tzinfo)
