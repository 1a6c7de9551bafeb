"""Months, weeks and half-years in which something of a community takes place once (CB-09, CB-10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_A_MONDAY: Final = date(2024, 1, 1)
_DAY: Final = timedelta(days=1)
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class EventPeriod:
    """A stretch of days with a name.

    Attributes:
        name: ``2026-11``, ``2026-Q4``, ``2026-W47``, ``2026-H2``, ``2026``; of other stretches their first day.
        first: first day, inclusive.
        last: last day, inclusive.
    """

    name: str
    first: date
    last: date


def event_periods(repeat: str | None, month: int | None, first: date, last: date) -> list[EventPeriod]:
    """The periods of a rule that touch some days.

    Worked example, repeat 7, 2026-11-22 to 24: 2026-W47, which ends on Sunday the 22nd, and 2026-W48. Repeat year with
    month 10: the October of each year, named 2026-H2.

    Args:
        repeat: month, quarter, year, or a number of days; stretches of days are counted from a Monday.
        month: month of the year, 1 to 12, in which alone it takes place; None: any.
        first: first day, inclusive.
        last: last day, inclusive.

    Returns:
        In order; none where the repeat is blank or not understood.
    """
    if repeat in _MONTHS:
        return [each for each in _by_months(str(repeat), month, first, last) if each.first <= last]
    if repeat is None or not repeat.isdecimal() or int(repeat) < 1:
        return []
    length = timedelta(days=int(repeat))
    start = _A_MONDAY + (first - _A_MONDAY) // length * length
    found = []
    while start <= last:
        if month in (None, start.month):
            found.append(EventPeriod(_stretch_name(start, length), start, start + length - _DAY))
        start += length
    return found


def _stretch_name(start: date, length: timedelta) -> str:
    year, week, _weekday = start.isocalendar()
    return f"{year}-W{week:02}" if length.days == 7 else start.isoformat()


def _by_months(repeat: str, month: int | None, first: date, last: date) -> Iterator[EventPeriod]:
    length = _MONTHS[repeat]
    for year in range(first.year, last.year + 1):
        for start in range(1, 13, length):
            if month is None:
                begins, ends = date(year, start, 1), _month_end(year, start + length - 1)
            elif start <= month < start + length:
                begins, ends = date(year, month, 1), _month_end(year, month)
            else:
                continue
            if ends >= first:
                yield EventPeriod(_month_name(repeat, month, begins), begins, ends)


def _month_name(repeat: str, month: int | None, begins: date) -> str:
    if repeat == "month":
        return f"{begins:%Y-%m}"
    if repeat == "quarter":
        return f"{begins.year}-Q{(begins.month + 2) // 3}"
    return str(begins.year) if month is None else f"{begins.year}-H{1 if month <= 6 else 2}"


def _month_end(year: int, month: int) -> date:
    return (date(year + month // 12, month % 12 + 1, 1)) - _DAY
