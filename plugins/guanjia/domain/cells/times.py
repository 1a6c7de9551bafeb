"""Days, instants and times of day as people and programs write them.

Accepted: ``2026-03-01``, ``2026/3/1``, ``2026.3.1``, ``20260301``, ``2026年3月1日``, Excel's serial numbers and date
cells; behind a day a time such as ``08:05``, ``8:05:30``, ``下午2:30``, ``2:30 PM``, ``8时5分``, ``24:00``, and an
offset. An instant without an offset is Asia/Shanghai.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

from guanjia.domain.cells.faults import Fault
from guanjia.domain.cells.raw import CellError, Raw
from guanjia.domain.cells.text import half_width

ZONE: Final = ZoneInfo("Asia/Shanghai")
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199

_NOT_A_DATE: Final = Fault("bad_date", "not_a_date")
_NOT_AN_INSTANT: Final = Fault("bad_date", "not_an_instant")
_NOT_A_CLOCK: Final = Fault("bad_date", "not_a_time_of_day")

_DAY: Final = re.compile(
    r"(?:(?P<y1>\d{4})(?P<mark>[-/.])(?P<m1>\d{1,2})(?P=mark)(?P<d1>\d{1,2})"
    r"|(?P<y2>\d{4})\s*年\s*(?P<m2>\d{1,2})\s*月\s*(?P<d2>\d{1,2})\s*日?"
    r"|(?P<y3>\d{4})(?P<m3>\d{2})(?P<d3>\d{2}))(?P<rest>.*)",
    re.S,
)
_CLOCK: Final = re.compile(
    r"(?P<before>上午|下午|AM|PM)?\s*"
    r"(?:(?P<h1>\d{1,2}):(?P<m1>\d{2})(?::(?P<s1>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"|(?P<h2>\d{1,2})\s*[时点](?:\s*(?P<m2>\d{1,2})\s*分(?:\s*(?P<s2>\d{1,2})\s*秒)?)?"
    r"|(?P<h3>\d{2})(?P<m3>\d{2})(?P<s3>\d{2})?)"
    r"\s*(?P<after>AM|PM)?\s*(?P<offset>Z|UTC|[+-]\d{2}(?::?\d{2})?)?",
    re.I,
)
_SERIAL: Final = re.compile(r"\d{5}(?:\.\d+)?")
_SERIAL_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 (a wall clock without a zone)
_FARTHEST: Final = timedelta(hours=14)
"""No clock on earth is farther from UTC."""
_FIRST_SERIAL, _LAST_SERIAL = 10_000, 99_999
"""1927-05-18 and 2173-10-13: what lies outside is a number that is no date."""


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """An instant by the clock of Asia/Shanghai.

    Attributes:
        clock: date and time without zone, as the wall clock there shows it.
        has_seconds: it was given to the second; else it is compared by the minute.
    """

    clock: datetime
    has_seconds: bool

    def text(self) -> str:
        """As the database takes it: ``2026-03-01 08:05``, with seconds only where they were given."""
        if not self.has_seconds:
            return f"{self.clock:%Y-%m-%d %H:%M}"
        return self.clock.isoformat(sep=" ")


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time of day; 24:00 is the end of the day."""

    seconds: int

    def text(self) -> str:
        """As the database takes it: ``08:30:00``, ``24:00:00``."""
        minutes, seconds = divmod(self.seconds, 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"

    def on(self, day: date) -> Moment:
        """The instant on a day."""
        start = datetime(day.year, day.month, day.day)  # noqa: DTZ001 (a wall clock without a zone)
        return Moment(start + timedelta(seconds=self.seconds), self.seconds % 60 != 0)


@dataclass(frozen=True, slots=True)
class _Clock:
    seconds: int
    microseconds: int
    has_seconds: bool
    offset: timedelta | None


def day(raw: Raw) -> date | Fault:
    """Read a day; a time behind it must be a possible one and is not kept.

    A text means the day it writes, at 24:00 too; only an offset can move it to another one.

    Args:
        raw: the cell, not blank.
    """
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw if FIRST_YEAR <= raw.year <= LAST_YEAR else _NOT_A_DATE
    written = _written(half_width(raw)) if isinstance(raw, str) and not isinstance(raw, CellError) else None
    if written is not None and (written[1] is None or written[1].offset is None):
        return day(written[0].date())
    found = instant(raw)
    return _NOT_A_DATE if isinstance(found, Fault) else found.clock.date()


def instant(raw: Raw) -> Moment | Fault:
    """Read an instant; a day alone is its first moment.

    Args:
        raw: the cell, not blank.
    """
    if isinstance(raw, datetime):
        return _from_cell(raw)
    if isinstance(raw, date):
        return _checked(datetime(raw.year, raw.month, raw.day), has_seconds=False)  # noqa: DTZ001 (wall clock)
    if isinstance(raw, bool | time | timedelta | CellError) or raw is None:
        return _NOT_AN_INSTANT
    if isinstance(raw, float | int):
        return _from_number(raw)
    return _from_text(half_width(raw))


def clock(raw: Raw) -> TimeOfDay | Fault:
    """Read a time of day, ``00:00`` to ``24:00``, to the second.

    Args:
        raw: the cell, not blank: text, a time cell, or the fraction of a day a number cell holds.
    """
    if isinstance(raw, datetime):
        raw = raw.time() if raw.year <= FIRST_YEAR else None
    elif isinstance(raw, date):
        raw = 1.0 if raw == date(1900, 1, 1) else None
    if isinstance(raw, time):
        return TimeOfDay(raw.hour * 3600 + raw.minute * 60 + raw.second)
    if isinstance(raw, timedelta):
        raw = raw.total_seconds() / 86_400
    if isinstance(raw, bool | CellError) or raw is None:
        return _NOT_A_CLOCK
    if isinstance(raw, float | int):
        return TimeOfDay(round(raw * 86_400)) if 0 <= raw <= 1 else _NOT_A_CLOCK
    found = _parse_clock(half_width(raw))
    if found is None or found.offset is not None or found.microseconds:
        return _NOT_A_CLOCK
    return TimeOfDay(found.seconds)


def shift_time(raw: Raw) -> TimeOfDay | Moment | Fault:
    """Read the start or end of a shift: a time of day (on the shift's day) or an instant.

    Args:
        raw: the cell, not blank.
    """
    of_day = clock(raw)
    return of_day if isinstance(of_day, TimeOfDay) else instant(raw)


def shift(starts: TimeOfDay | Moment, ends: TimeOfDay | Moment, shift_date: date) -> tuple[Moment, Moment] | None:
    """Start and end of a shift as instants.

    A time of day is on the shift's day; an end that is a time of day and not later than the start is on the next day
    (20:00 to 08:00 is twelve hours).

    Returns:
        Both instants, or None where the end would not be later than the start.
    """
    begin = starts.on(shift_date) if isinstance(starts, TimeOfDay) else starts
    if isinstance(ends, Moment):
        return (begin, ends) if is_before(begin, ends) else None
    end = ends.on(shift_date)
    if not is_before(begin, end):
        end = Moment(end.clock + timedelta(days=1), end.has_seconds)
    return (begin, end) if is_before(begin, end) else None


def is_before(one: Moment, other: Moment) -> bool:
    """Whether one instant lies before the other; by the minute where one of them was given without seconds."""
    if one.has_seconds and other.has_seconds:
        return one.clock < other.clock
    return _minute(one.clock) < _minute(other.clock)


def _minute(found: datetime) -> datetime:
    return found.replace(second=0, microsecond=0)


def _from_cell(found: datetime) -> Moment | Fault:
    if not FIRST_YEAR - 1 <= found.year <= LAST_YEAR + 1:
        return _NOT_AN_INSTANT
    if found.tzinfo is not None:
        found = found.astimezone(ZONE).replace(tzinfo=None)
    nearest = (found + timedelta(milliseconds=500)).replace(microsecond=0)
    return _checked(nearest, has_seconds=nearest.second != 0)


def _checked(found: datetime, *, has_seconds: bool) -> Moment | Fault:
    return Moment(found, has_seconds) if FIRST_YEAR <= found.year <= LAST_YEAR else _NOT_AN_INSTANT


def _from_number(number: float) -> Moment | Fault:
    if not math.isfinite(number):
        return _NOT_AN_INSTANT
    if _FIRST_SERIAL <= number < _LAST_SERIAL + 1:
        return _from_cell(_SERIAL_EPOCH + timedelta(seconds=round(number * 86_400)))
    return _from_text(str(int(number))) if number == int(number) and number > 0 else _NOT_AN_INSTANT


def _from_text(text: str) -> Moment | Fault:
    if _SERIAL.fullmatch(text):
        return _from_number(float(text))
    written = _written(text)
    if written is None:
        return _NOT_AN_INSTANT
    start, at = written
    first = _checked(start, has_seconds=False)
    return first if at is None or isinstance(first, Fault) else _at(start, at)


def _written(text: str) -> tuple[datetime, _Clock | None] | None:
    """The first moment of the day a text writes, and the time behind it; None: it is no such text."""
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    year, month, of_month = (int(found[f"{part}1"] or found[f"{part}2"] or found[f"{part}3"]) for part in "ymd")
    try:
        start = datetime(year, month, of_month)  # noqa: DTZ001 (a wall clock without a zone)
    except ValueError:
        return None
    rest = found["rest"]
    if not rest.strip():
        return start, None
    at = _parse_clock(rest.strip().removeprefix("T").strip()) if _may_follow(found, rest) else None
    return None if at is None else (start, at)


def _may_follow(found: re.Match[str], rest: str) -> bool:
    """A time stands behind a blank or a T; it may follow 日 or 上午 directly, and digits only where all are digits."""
    return rest[0] in " T\t\n\r" or found["y2"] is not None or not (rest[0].isdigit() and found["y3"] is None)


def _at(start: datetime, at: _Clock) -> Moment | Fault:
    clock_time = start + timedelta(seconds=at.seconds, microseconds=at.microseconds)
    if at.offset is not None:
        clock_time = clock_time.replace(tzinfo=timezone(at.offset)).astimezone(ZONE).replace(tzinfo=None)
    return _checked(clock_time, has_seconds=at.has_seconds)


def _parse_clock(text: str) -> _Clock | None:
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hours = int(found["h1"] or found["h2"] or found["h3"])
    minutes = int(found["m1"] or found["m2"] or found["m3"] or 0)
    written = found["s1"] or found["s2"] or found["s3"]
    seconds = int(written or 0)
    half = (found["before"] or found["after"] or "").upper()
    if found["before"] and found["after"]:
        return None
    shifted = _of_24_hours(hours, half)
    end_of_day = shifted == 24 and minutes == seconds == 0
    if shifted is None or minutes > 59 or seconds > 59 or (shifted > 23 and not end_of_day):
        return None
    offset = None if found["offset"] is None else _offset(found["offset"])
    if offset is None and found["offset"] is not None:
        return None
    microseconds = int((found["fraction"] or "").ljust(6, "0")[:6] or 0)
    return _Clock(shifted * 3600 + minutes * 60 + seconds, microseconds, written is not None, offset)


def _of_24_hours(hours: int, half: str) -> int | None:
    """下午2 is 14, 上午12 is 0; 下午14 is what somebody meant who wrote both."""
    if half in ("上午", "AM"):
        return None if hours > 12 else hours % 12
    if half in ("下午", "PM"):
        return hours + 12 if hours < 12 else hours if hours < 24 else None
    return hours if hours <= 24 else None


def _offset(text: str) -> timedelta | None:
    """An offset from UTC; None: there is no such one."""
    if text.upper() in ("Z", "UTC"):
        return UTC.utcoffset(None)
    digits = text[1:].replace(":", "").ljust(4, "0")
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if int(digits[2:]) > 59 or span > _FARTHEST:
        return None
    return -span if text[0] == "-" else span
