"""Days and minutes as whole numbers: quick, exact and the same on every machine.

A ``Day`` is the proleptic ordinal of a date; a ``Minute`` is ``Day × 1440 + minute of the day`` of the local clock
(Asia/Shanghai has kept no summer time since 1991), a ``Second`` is ``Minute × 60 + second``; a ``Month`` is ``year ×
12 + month − 1``.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache, lru_cache

Day = int
Minute = int
Second = int
Month = int

MINUTES_A_DAY = 1440
SECONDS_A_MINUTE = 60
DAYS_A_WEEK = 7
MONTHS_A_YEAR = 12
MONDAY, SATURDAY, SUNDAY = 0, 5, 6

_CLOCK = tuple(f"{minute // 60:02}:{minute % 60:02}" for minute in range(MINUTES_A_DAY))


@lru_cache(maxsize=50_000)
def day_text(day: Day) -> str:
    """The day as 2026-11-20."""
    return date.fromordinal(day).isoformat()


@lru_cache(maxsize=5_000)
def short_day(day: Day) -> str:
    """The day as 261120, as it stands inside codes."""
    return f"{date.fromordinal(day):%y%m%d}"


def minute_text(minute: Minute) -> str:
    """The minute as 2026-11-20 08:05 (local time, no offset, as the contract reads it)."""
    day, clock = divmod(minute, MINUTES_A_DAY)
    return f"{day_text(day)} {_CLOCK[clock]}"


def second_text(second: Second) -> str:
    """The second as 2026-11-20 08:05:07."""
    minute, rest = divmod(second, SECONDS_A_MINUTE)
    return f"{minute_text(minute)}:{rest:02}"


def at(day: Day, clock: int) -> Minute:
    """The minute of a day at a minute of its clock (510 = 08:30)."""
    return day * MINUTES_A_DAY + clock


def weekday(day: Day) -> int:
    """0 = Monday … 6 = Sunday."""
    return (day - 1) % DAYS_A_WEEK


@cache
def month_start(month: Month) -> Day:
    """The first day of a month."""
    return date(month // MONTHS_A_YEAR, month % MONTHS_A_YEAR + 1, 1).toordinal()


def month_end(month: Month) -> Day:
    """The last day of a month."""
    return month_start(month + 1) - 1


def days_in(month: Month) -> int:
    """How many days a month has."""
    return month_start(month + 1) - month_start(month)


@lru_cache(maxsize=50_000)
def month_of(day: Day) -> Month:
    """The month a day lies in."""
    on = date.fromordinal(day)
    return on.year * MONTHS_A_YEAR + on.month - 1


def season(month: Month) -> int:
    """0 = January … 11 = December."""
    return month % MONTHS_A_YEAR


def minute_of(instant: datetime) -> Minute:
    """The local clock's minute of an instant that is already in local time; seconds are dropped."""
    return at(instant.toordinal(), instant.hour * 60 + instant.minute)
