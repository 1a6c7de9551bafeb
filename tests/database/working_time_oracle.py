"""Deadlines and ladder steps as a person would work them out, second by second in effect: slow, simple, independent.

Shares nothing with the product: hours are lists of datetimes, time is walked interval by interval.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
Pause = tuple[datetime, datetime | None]


@dataclass(frozen=True)
class Hours:
    """Working hours by weekday (0 = Monday) in minutes of the day, and single days that differ."""

    zone: ZoneInfo
    weekdays: dict[int, list[tuple[int, int]]]
    days_off: frozenset[date]

    def of(self, day: date) -> list[tuple[datetime, datetime]]:
        if day in self.days_off:
            return []
        midnight = datetime.combine(day, time(), self.zone)
        return [
            (midnight + timedelta(minutes=opens), midnight + timedelta(minutes=closes))
            for opens, closes in sorted(self.weekdays.get(day.weekday(), []))
        ]

    def intervals(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = since.astimezone(self.zone).date()
        while True:
            for opens, closes in self.of(day):
                if closes > since:
                    yield max(opens, since), closes
            day += ONE_DAY

    def is_open(self, instant: datetime) -> bool:
        return any(opens <= instant < closes for opens, closes in self.of(instant.astimezone(self.zone).date()))

    def worked(self, since: datetime, until: datetime) -> float:
        """Working seconds between two instants."""
        total = 0.0
        for opens, closes in self.intervals(since):
            if opens >= until:
                return total
            total += (min(closes, until) - opens).total_seconds()
        return total

    def add(self, since: datetime, seconds: float) -> datetime:
        """The first instant at which so many working seconds have passed."""
        if seconds == 0:
            return since
        for opens, closes in self.intervals(since):
            length = (closes - opens).total_seconds()
            if seconds <= length:
                return opens + timedelta(seconds=seconds)
            seconds -= length
        raise AssertionError("endless")

    def add_days(self, since: datetime, days: int, *, to_the_end: bool) -> datetime:
        begun = since if self.is_open(since) else next(self.intervals(since))[0]
        day = begun.astimezone(self.zone).date()
        while days:
            day += ONE_DAY
            days -= bool(self.of(day))
        if to_the_end:
            return self.of(day)[-1][1]
        landed = datetime.combine(day, begun.astimezone(self.zone).time(), self.zone)
        if any(opens <= landed <= closes for opens, closes in self.of(day)):
            return landed
        return next(self.intervals(landed))[0]


def extended(
    hours: Hours, start: datetime, seconds: float, pauses: Sequence[Pause], stops_at: datetime | None
) -> tuple[datetime | None, float]:
    """Where a budget ends when pauses stop the clock.

    Returns:
        The instant (None: it waits in a pause that lasts), and the working seconds of the pauses that count.
    """
    paused = 0.0
    for begins, given_end in sorted(pauses):
        if stops_at is not None and begins >= stops_at:
            continue
        ends = given_end if stops_at is None else min(given_end or stops_at, stops_at)
        if ends is not None and ends <= start:
            continue
        begins = max(begins, start)
        if hours.worked(start, begins) - paused >= seconds:
            break
        if ends is None:
            return None, paused
        paused += hours.worked(begins, ends)
    return hours.add(start, seconds + paused), paused
