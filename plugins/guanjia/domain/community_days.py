"""On which day a reception day or a meeting falls (CB-09, CB-10)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

LEAST_NOTICE: Final = timedelta(days=7)
"""A reception day is announced so many days ahead at least (CB-09); a setting may ask for more, never for less."""


def reception_day(days_off: Collection[date], from_day: int, today: date) -> date | None:
    """The manager's reception day of a month: a weekend or public holiday that can still be announced in time.

    Worked example, from the 11th on, seen on 2026-11-01: Saturday the 14th. Seen on the 8th, when the 14th is only six
    days away: Sunday the 15th. Seen on the 25th: none is left in November.

    Args:
        days_off: days of that month on which the community does not work.
        from_day: day of the month, inclusive, from which it is looked for.
        today: day on which it would be announced at the earliest.

    Returns:
        The first day off from that day of the month on, else the last one before it; where it is less than seven days
        away, the first day off that is not; None: there is none.
    """
    usual = min((day for day in days_off if day.day >= from_day), default=max(days_off, default=None))
    if usual is not None and usual >= today + LEAST_NOTICE:
        return usual
    return min((day for day in days_off if day >= today + LEAST_NOTICE), default=None)


def meeting_day(
    working_days: Collection[date], from_day: int, today: date = date.min, notice: timedelta = LEAST_NOTICE
) -> date | None:
    """The day proposed for a meeting in a month: the first working day from a day of the month on, else the last one.

    Args:
        working_days: working days of that month.
        from_day: day of the month, inclusive.
        today: day on which it would be announced at the earliest.
        notice: how far ahead it must be announced at least.

    Returns:
        The day; where it is too near, the first working day that is not; None: the month has none.
    """
    usual = min((day for day in working_days if day.day >= from_day), default=max(working_days, default=None))
    if usual is not None and usual >= today + notice:
        return usual
    return min((day for day in working_days if day >= today + notice), default=None)
