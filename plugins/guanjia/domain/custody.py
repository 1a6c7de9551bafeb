"""What becomes of things found: which step is due next, and from which evening.

Source: CUST-01. Days are those of the office's clock. Things are looked at in the evening: what is found after the hour
of the evening belongs to the next one. Steps come in order, and one that takes time begins when people were told of it:
a notice that was put up late hangs its days all the same, and nothing is handed over that was never posted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

FoundStep = Literal["to_administration", "posted", "handed_over", "disposal"]

FRIDAY: Final = 5
EVENING: Final = time(18)
"""When things kept are looked at (pipelines §8)."""

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class CustodyRules:
    """Numbers of the procedure; all are settings.

    Attributes:
        posting_weekday: ISO weekday on which unclaimed things are posted.
        posting_days: days a notice hangs.
        disposal_months: months after which what is unclaimed is reported for disposal.
    """

    posting_weekday: int = FRIDAY
    posting_days: int = 7
    disposal_months: int = 3


@dataclass(frozen=True, order=True)
class DueStep:
    """A step of one thing and the day from whose evening it is due."""

    due_on: date
    step: FoundStep


@dataclass(frozen=True)
class Taken:
    """A step that is known of already.

    Attributes:
        due_on: day from which it was due.
        told_on: day people were told of it; None: not yet.
        until: last day its notice hangs; None: no notice, or not put up yet.
    """

    due_on: date
    told_on: date | None = None
    until: date | None = None


def found_steps(
    found_at: datetime,
    *,
    is_valuable: bool,
    taken: Mapping[FoundStep, Taken],
    evening: date,
    rules: CustodyRules,
    zone: ZoneInfo,
) -> list[DueStep]:
    """Steps of an unclaimed thing that are due by an evening and not known of yet, in order.

    A valuable one goes to administration on the evening it was found; everything is posted on the first posting day not
    before that; handed over at the end of the month in which its notice ends; and reported for disposal
    ``disposal_months`` after it was found, at the earliest on the evening after its hand-over was told. A telephone
    found on Wednesday 18 November 2026 at noon goes to administration that evening, is posted on Friday the 20th until
    the 27th, handed over on the 30th, and reported on 18 February 2027.

    Args:
        found_at: aware instant it was found.
        is_valuable: money, telephone or the like.
        taken: its steps so far.
        evening: last evening looked at, inclusive.
        rules: numbers of the procedure.
        zone: the office's.
    """
    first = evening_of(found_at, zone)
    due: list[DueStep] = []
    if is_valuable and "to_administration" not in taken:
        due.append(DueStep(first, "to_administration"))
    if (posted := taken.get("posted")) is None:
        due.append(DueStep(posting_day(first, rules), "posted"))
    elif (handed_over := taken.get("handed_over")) is None:
        if posted.until is not None:
            due.append(DueStep(month_end(posted.until), "handed_over"))
    elif "disposal" not in taken and handed_over.told_on is not None:
        waited = months_later(found_at.astimezone(zone).date(), rules.disposal_months)
        due.append(DueStep(max(waited, handed_over.told_on + _DAY), "disposal"))
    return sorted(step for step in due if step.due_on <= evening)


def evening_of(instant: datetime, zone: ZoneInfo) -> date:
    """The first evening at or after an instant: its day until 18:00, then the next one."""
    local = instant.astimezone(zone)
    return local.date() if local.timetz().replace(tzinfo=None) <= EVENING else local.date() + _DAY


def last_evening(instant: datetime, zone: ZoneInfo) -> date:
    """The last evening at or before an instant: its day from 18:00 on, else the day before."""
    local = instant.astimezone(zone)
    return local.date() if local.timetz().replace(tzinfo=None) >= EVENING else local.date() - _DAY


def posting_day(day: date, rules: CustodyRules) -> date:
    """The first posting day not before a day."""
    return day + timedelta(days=(rules.posting_weekday - day.isoweekday()) % 7)


def month_end(day: date) -> date:
    """Last day of the month a day lies in."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - _DAY


def months_later(day: date, months: int) -> date:
    """The same day some months later; where that month is shorter, its last day.

    Args:
        day: day counted from.
        months: how many, from 0.
    """
    number = day.year * 12 + day.month - 1 + months
    first = date(number // 12, number % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), month_end(first))
