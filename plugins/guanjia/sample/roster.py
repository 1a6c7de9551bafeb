"""The roster: who is on which shift, who came, and how long agents were logged in.

Assumptions: agents and team leaders rotate through day, evening and night; technicians and inspectors work five days
of seven, in turn; offices work Monday to Friday by the published calendar. A shift in a hundred and fifty is missed,
one in forty is leave; people log in for 92 to 99 per cent of a shift, bad apples for less. The roster is planned to
the end of the month, from the 20th on to the end of the next.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from guanjia.sample.dates import SATURDAY, Day, at, day_text, minute_text, month_end, month_of, weekday
from guanjia.sample.draws import Bands, Draw
from guanjia.sample.model import Crew, Emit, History, Row, Staff


class Shift(NamedTuple):
    """A shift by the clock, minutes of the day; ends above 1440 are on the next day."""

    starts: int
    ends: int


DAY, EVENING, NIGHT = Shift(8 * 60, 16 * 60), Shift(14 * 60, 22 * 60), Shift(22 * 60, 32 * 60)
OFFICE_DAY = Shift(8 * 60 + 30, 17 * 60 + 30)
OFF = None

ROTATIONS: dict[str, tuple[Shift | None, ...]] = {
    "desk": (DAY, DAY, DAY, EVENING, EVENING, OFF, OFF),
    "night_desk": (DAY, DAY, EVENING, EVENING, NIGHT, NIGHT, OFF, OFF),
    "field": (OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, OFF, OFF),
}
STEP_BETWEEN_PEOPLE = {"desk": 3, "night_desk": 2, "field": 3}
"""By how many days the next person's rotation is shifted, so that days off do not coincide."""
OFFICE = "office"

LEAVE_SHARE = 0.025
ABSENT_SHARE, ABSENT_SHARE_OF_BAD_APPLES = 0.007, 0.08
LOGGED_IN_PERCENT: Bands = ((0.1, 90, 92), (1.0, 93, 99))
LOGGED_IN_PERCENT_OF_BAD_APPLES: Bands = ((0.5, 76, 86), (1.0, 87, 93))
ROLES_AT_THE_SWITCH = frozenset({"agent", "team_leader"})
NEXT_MONTH_KNOWN_FROM = 20


def emit(crew: Crew, history: History, draw: Draw, emit_rows: Emit) -> None:
    """Writes the roster of a crew and remembers who was on duty."""
    rows: list[Row] = []
    last = _last_planned(history)
    for person in crew.members:
        first = max(history.first, person.hired_on)
        for day in range(first, min(last, person.left_on or last) + 1):
            shift = _shift(person, day, history)
            if shift is not None:
                rows.append(_row(person, day, shift, crew, history, draw))
    emit_rows("roster", rows)


def _last_planned(history: History) -> Day:
    month = month_of(history.last)
    is_next_known = date.fromordinal(history.last).day >= NEXT_MONTH_KNOWN_FROM
    return month_end(month + 1 if is_next_known else month)


def _shift(person: Staff, day: Day, history: History) -> Shift | None:
    if person.shifts == OFFICE:
        is_weekend = weekday(day) >= SATURDAY
        works = day in history.make_up_days or not (is_weekend or day in history.day_offs)
        return OFFICE_DAY if works else OFF
    rotation = ROTATIONS[person.shifts]
    return rotation[(day + person.place_in_rotation * STEP_BETWEEN_PEOPLE[person.shifts]) % len(rotation)]


def _row(person: Staff, day: Day, shift: Shift, crew: Crew, history: History, draw: Draw) -> Row:
    starts, ends = at(day, shift.starts), at(day, shift.ends)
    attendance, logged_in = "planned", None
    if starts <= history.until:
        attendance = _attendance(person, draw)
    if attendance == "present" and ends <= history.until and person.role in ROLES_AT_THE_SWITCH:
        bands = LOGGED_IN_PERCENT_OF_BAD_APPLES if person.is_bad_apple else LOGGED_IN_PERCENT
        logged_in = (ends - starts) * draw.within(bands) // 100
    if attendance == "present" and person.role in ROLES_AT_THE_SWITCH:
        crew.duty.setdefault(day, []).append((starts, ends, person))
    return (person.code, day_text(day), minute_text(starts), minute_text(ends), attendance, logged_in)


def _attendance(person: Staff, draw: Draw) -> str:
    if draw.chance(LEAVE_SHARE):
        return "leave"
    if draw.chance(ABSENT_SHARE_OF_BAD_APPLES if person.is_bad_apple else ABSENT_SHARE):
        return "absent"
    return "present"
