"""Weeks and months of the quality check: from Monday 00:00 to Monday 00:00, drawn on the Monday at 05:00."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

DRAWN_AT: Final = time(5)
_WEEK: Final = timedelta(days=7)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Week:
    """A week that is drawn.

    Attributes:
        first: its Monday.
        zone: time zone its days are of.
    """

    first: date
    zone: tzinfo

    @property
    def name(self) -> str:
        """Its name, such as ``2026-W47``."""
        year, week, _weekday = self.first.isocalendar()
        return f"{year}-W{week:02}"

    @property
    def short_name(self) -> str:
        """Its name in codes, such as ``2647``."""
        year, week, _weekday = self.first.isocalendar()
        return f"{year % 100:02}{week:02}"

    @property
    def starts_at(self) -> datetime:
        """Start, inclusive."""
        return datetime.combine(self.first, time(), self.zone)

    @property
    def ends_at(self) -> datetime:
        """End, exclusive."""
        return datetime.combine(self.first + _WEEK, time(), self.zone)

    @property
    def drawn_at(self) -> datetime:
        """Instant it is drawn at; a week that was skipped is drawn with what was in force then."""
        return datetime.combine(self.first + _WEEK, DRAWN_AT, self.zone)

    @property
    def following(self) -> Week:
        """The week after it."""
        return Week(self.first + _WEEK, self.zone)


def week_of(day: date, zone: tzinfo) -> Week:
    """The week a day lies in."""
    return Week(day - day.weekday() * _DAY, zone)


def weeks_due(at: datetime, drawn_to: datetime | None, zone: tzinfo) -> list[Week]:
    """The weeks to be drawn.

    Worked example: at Monday 2026-11-23 05:00, drawn to the 9th: those of the 9th and the 16th. At 2026-11-25, nothing
    drawn before: that of the 16th alone.

    Args:
        at: aware instant.
        drawn_to: end of the last week drawn, exclusive; None: none was, and only the last complete one is due.
        zone: time zone of the weeks.
    """
    this = week_of(at.astimezone(zone).date(), zone)
    last = Week(this.first - _WEEK, zone)
    if drawn_to is None:
        return [last]
    week = week_of(drawn_to.astimezone(zone).date(), zone)
    found = []
    while week.first <= last.first:
        found.append(week)
        week = week.following
    return found


def months_complete(drawn_to: datetime, month_drawn: str | None, zone: tzinfo) -> list[str]:
    """The months that are wholly drawn by weeks and whose acceptance plans are not, in order.

    Args:
        drawn_to: end of the last week drawn, exclusive.
        month_drawn: last month whose plans were drawn, YYYY-MM; None: none, and only the last complete one is due.
        zone: time zone of the months.
    """
    end = drawn_to.astimezone(zone).date()
    last = month_name(end.replace(day=1) - _DAY)
    if month_drawn is None:
        return [last]
    return [name for name in _months_after(month_drawn, end) if name <= last]


def month_name(day: date) -> str:
    """The month a day lies in, YYYY-MM."""
    return f"{day:%Y-%m}"


def month_bounds(month: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """Start of a month, inclusive, and its end, exclusive."""
    first = date.fromisoformat(f"{month}-01")
    after = (first + 31 * _DAY).replace(day=1)
    return datetime.combine(first, time(), zone), datetime.combine(after, time(), zone)


def _months_after(month: str, end: date) -> Iterator[str]:
    first = date.fromisoformat(f"{month}-01")
    while first < end:
        first = (first + 31 * _DAY).replace(day=1)
        yield month_name(first)
