"""Parts of the day in which customers are called, and when the next try may be made (CB-11).

Customers are called only inside the parts. A further try comes in a part that was not tried yet, some hours after the
last one; when all parts were tried, a new round begins. Worked example with 09–12, 14–17, 17–20 and 3 hours: tried on
Monday at 09:30, the next try is Monday 14:00; tried at 14:30, it is Monday 17:30; tried at 19:00, Tuesday 09:00.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from guanjia.domain.errors import SettingsError

_PART: Final = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~～]\s*(\d{1,2}):(\d{2})")  # as people write it
_DAY: Final = 24 * 60
MOST_PARTS: Final = 9


@dataclass(frozen=True, slots=True)
class DayPart:
    """A part of the day, half-open.

    Attributes:
        number: 1, 2 …, in the order of the day.
        starts: minutes after midnight, inclusive.
        ends: minutes after midnight, exclusive.
    """

    number: int
    starts: int
    ends: int

    def opens(self, day: date, zone: tzinfo) -> datetime:
        """The instant it begins on a day, inclusive."""
        return datetime.combine(day, time(), zone) + timedelta(minutes=self.starts)

    def closes(self, day: date, zone: tzinfo) -> datetime:
        """The instant it ends on a day, exclusive."""
        return datetime.combine(day, time(), zone) + timedelta(minutes=self.ends)


def read_parts(words: Iterable[str]) -> tuple[DayPart, ...]:
    """Read the setting ``callback_day_parts``.

    Args:
        words: parts such as ``09:00-12:00``, in the order of the day, none overlapping, at most nine.

    Returns:
        The parts, numbered from 1.

    Raises:
        SettingsError: there is none, too many, one cannot be read, or they overlap or go backwards.
    """
    parts: list[DayPart] = []
    for word in words:
        found = _PART.fullmatch(word.strip())
        hours = [int(number) for number in found.groups()] if found else []
        if not hours or hours[1] > 59 or hours[3] > 59:
            raise SettingsError(f"Setting callback_day_parts holds '{word}'; expected parts such as 09:00-12:00.")
        starts, ends = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        if not (parts[-1].ends if parts else 0) <= starts < ends <= _DAY:
            raise SettingsError(
                f"Setting callback_day_parts: '{word}' ends before it starts, or begins before the one before it ends; "
                "list the parts in the order of the day."
            )
        parts.append(DayPart(len(parts) + 1, starts, ends))
    if not 1 <= len(parts) <= MOST_PARTS:
        raise SettingsError(f"Setting callback_day_parts has {len(parts)} parts; expected 1 to {MOST_PARTS}.")
    return tuple(parts)


def part_at(instant: datetime, parts: Sequence[DayPart], zone: tzinfo) -> DayPart | None:
    """The part an instant lies in; None: outside calling hours.

    Args:
        instant: aware.
        parts: parts of the day.
        zone: zone of the parts.
    """
    local = instant.astimezone(zone)
    for part in parts:
        if part.opens(local.date(), zone) <= local < part.closes(local.date(), zone):
            return part
    return None


def open_parts(used: Collection[int], parts: Sequence[DayPart]) -> tuple[DayPart, ...]:
    """The parts a further try may fall into: those not used; all again when every one was."""
    left = tuple(part for part in parts if part.number not in used)
    return left or tuple(parts)


def next_try(
    earliest: datetime,
    used: Collection[int],
    parts: Sequence[DayPart],
    working_days: Iterable[date],
    zone: tzinfo,
    *,
    least: timedelta = timedelta(0),
) -> datetime | None:
    """The first instant from which a customer may be called (again).

    Args:
        earliest: aware; not before this: the window's opening, or the last try plus the hours between two tries.
        used: numbers of the parts tried in this round.
        parts: parts of the day.
        working_days: days on which is called, ascending.
        zone: zone of the days and parts.
        least: time that must be left of a part to call in it.

    Returns:
        The instant, inside a part of a working day; None: the days given do not reach so far.
    """
    for day in working_days:
        for part in open_parts(used, parts):
            begin = max(part.opens(day, zone), earliest)
            if begin + max(least, timedelta(microseconds=1)) <= part.closes(day, zone):
                return begin
    return None


def due_by(
    not_before: datetime, window_working_days: int, parts: Sequence[DayPart], working_days: Sequence[date], zone: tzinfo
) -> datetime | None:
    """The end of a window: closing of the last part of its last day.

    The day of ``not_before`` does not count. A window of 0 ends that day; where it is no working day, the next.
    Worked example: answered on Friday at 10:00, 1 working day: Monday 20:00; 2 working days: Tuesday 20:00.

    Args:
        not_before: aware; opening of the window.
        window_working_days: working days of the window, 0 or more.
        parts: parts of the day.
        working_days: days on which is called, ascending.
        zone: zone of the days and parts.

    Returns:
        The instant, exclusive; None: the days given do not reach so far.
    """
    first = not_before.astimezone(zone).date()
    last = parts[-1]
    if window_working_days == 0:
        days = [day for day in working_days if day >= first and last.closes(day, zone) > not_before]
        place = 0
    else:
        days = [day for day in working_days if day > first]
        place = window_working_days - 1
    return last.closes(days[place], zone) if place < len(days) else None


def tries_of_day(
    earliest: datetime,
    day: date,
    used: Collection[int],
    left: int,
    parts: Sequence[DayPart],
    zone: tzinfo,
    *,
    apart: timedelta,
    least: timedelta,
) -> tuple[datetime, ...]:
    """From when each of several tries on one day may be made, when all come as early as they can.

    Args:
        earliest: aware; not before this.
        day: the day.
        used: numbers of the parts tried in this round.
        left: tries left before the callback is given up.
        parts: parts of the day.
        zone: zone of the day and parts.
        apart: time between two tries at least.
        least: time that must be left of a part to call in it.

    Returns:
        Instants, each in a part of its own that was not used; none if no part is left that day.
    """
    found: list[datetime] = []
    tried = set(used) if len(set(used)) < len(parts) else set()
    while len(found) < left and len(tried) < len(parts):
        begin = next_try(earliest, tried, parts, [day], zone, least=least)
        part = part_at(begin, parts, zone) if begin is not None else None
        if begin is None or part is None:
            break
        found.append(begin)
        tried.add(part.number)
        earliest = begin + apart
    return tuple(found)
