"""Ends of times that are counted in working days: for scoring, for an appeal, for its decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from guanjia.domain.errors import SettingsError
from guanjia.pipelines.quality_sampling.capacity import OFFICE
from guanjia.settings import TIME_ZONE
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

_DAY: Final = timedelta(days=1)
_FAR: Final = timedelta(days=120)
"""Within so many days lie the longest time that can be set (30 working days) and the longest holidays."""


def days_after(transaction: Transaction, days: Iterable[date], count: int, calendar: str = OFFICE) -> dict[date, date]:
    """The day so many working days after some days.

    Worked example: 3 working days after Friday 2026-11-27: Wednesday 2026-12-02; 0: the day itself.

    Args:
        transaction: open transaction.
        days: the days, in Asia/Shanghai; they are not counted themselves.
        count: working days, 0 or more.
        calendar: calendar they are counted by.

    Returns:
        Day → the last of the working days after it.

    Raises:
        SettingsError: the calendar has too few working days.
    """
    asked = sorted(set(days))
    if not asked or not count:
        return {day: day for day in asked}
    working: list[date] = list(
        execute(
            transaction,
            "quality_sampling/list_office_days",
            first_day=asked[0],
            last_day=asked[-1] + _FAR,
            calendar_code=calendar,
        ).scalars()
    )
    found = {}
    for day in asked:
        later = [each for each in working if each > day][:count]
        if len(later) < count:
            raise SettingsError(
                f"Calendar {calendar} has {len(later)} working days from {day} to {day + _FAR}, {count} are needed to "
                "say when scores and appeals are due; load the calendars dataset."
            )
        found[day] = later[-1]
    return found


def start_of(day: date) -> datetime:
    """The start of a day in Asia/Shanghai, inclusive."""
    return datetime.combine(day, time(), TIME_ZONE)


def end_of(day: date) -> datetime:
    """The end of a day in Asia/Shanghai, exclusive."""
    return datetime.combine(day + _DAY, time(), TIME_ZONE)


def calendars_of(transaction: Transaction, communities: Iterable[str]) -> Mapping[str, str]:
    """Community → calendar its working days are counted by: its own, else the office's."""
    rows = execute(
        transaction,
        "quality_sampling/list_community_calendars",
        community_codes=sorted(set(communities)),
        office=OFFICE,
    )
    return {row.community_code: row.calendar_code for row in rows}
