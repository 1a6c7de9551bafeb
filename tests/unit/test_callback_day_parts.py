"""When customers are called: parts of the day, the next try, windows (CB-01, CB-02, CB-11)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.callback_settings import CALLBACK_SETTINGS
from guanjia.domain.day_parts import due_by, next_try, part_at, read_parts, tries_of_day
from guanjia.domain.errors import SettingsError
from guanjia.settings import TIME_ZONE

PARTS = read_parts(("09:00-12:00", "14:00-17:00", "17:00-20:00"))
MONDAY = date(2026, 11, 23)
DAYS = [day for n in range(60) if (day := MONDAY + timedelta(days=n)).weekday() < 5]
APART = timedelta(hours=3)
LEAST = timedelta(minutes=30)


def at(day: date, hours: int, minutes: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hours, minutes, tzinfo=TIME_ZONE)


def test_the_shipped_day_parts_can_be_read() -> None:
    setting = next(each for each in CALLBACK_SETTINGS if each.name == "callback_day_parts")
    words = setting.parse(str(setting.default))
    assert isinstance(words, tuple) and read_parts(words) == PARTS


@pytest.mark.parametrize(
    "words",
    [(), ("nine",), ("09:00-08:00",), ("09:00-12:00", "11:00-13:00"), ("20:00-25:00",), ("09:61-12:00",)],
)
def test_day_parts_that_cannot_be_are_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(SettingsError):
        read_parts(words)


@pytest.mark.rule("CB-11")
@pytest.mark.parametrize(
    ("hours", "minutes", "number"),
    [(8, 59, None), (9, 0, 1), (11, 59, 1), (12, 0, None), (14, 0, 2), (16, 59, 2), (17, 0, 3), (20, 0, None)],
)
def test_parts_are_half_open(hours: int, minutes: int, number: int | None) -> None:
    found = part_at(at(MONDAY, hours, minutes), PARTS, TIME_ZONE)
    assert (found.number if found else None) == number


@pytest.mark.rule("CB-11")
@pytest.mark.parametrize(
    ("last", "used", "expected"),
    [
        (at(MONDAY, 9, 30), {1}, at(MONDAY, 14)),
        (at(MONDAY, 14, 30), {2}, at(MONDAY, 17, 30)),
        (at(MONDAY, 16, 45), {2}, at(DAYS[1], 9)),
        (at(MONDAY, 19), {3}, at(DAYS[1], 9)),
        (at(MONDAY, 19), {1, 3}, at(DAYS[1], 14)),
        (at(DAYS[4], 19), {3}, at(DAYS[5], 9)),
        (at(MONDAY, 19), {1, 2, 3}, at(DAYS[1], 9)),
    ],
)
def test_the_next_try_is_hours_later_in_another_part_on_a_working_day(
    last: datetime, used: set[int], expected: datetime
) -> None:
    assert next_try(last + APART, used, PARTS, DAYS, TIME_ZONE, least=LEAST) == expected


@pytest.mark.rule("CB-02")
def test_one_working_day_ends_with_the_next_working_day() -> None:
    assert due_by(at(MONDAY, 10), 1, PARTS, DAYS, TIME_ZONE) == at(DAYS[1], 20)
    assert due_by(at(MONDAY, 22), 1, PARTS, DAYS, TIME_ZONE) == at(DAYS[1], 20)
    assert due_by(at(DAYS[4], 10), 1, PARTS, DAYS, TIME_ZONE) == at(DAYS[5], 20)
    assert due_by(at(date(2026, 11, 28), 10), 1, PARTS, DAYS, TIME_ZONE) == at(DAYS[5], 20)


@pytest.mark.rule("CB-01")
def test_two_working_days_after_a_friday_end_on_tuesday() -> None:
    assert due_by(at(DAYS[4], 10), 2, PARTS, DAYS, TIME_ZONE) == at(DAYS[6], 20)


def test_a_window_of_no_days_ends_the_same_calling_day_or_the_next_one() -> None:
    assert due_by(at(MONDAY, 10), 0, PARTS, DAYS, TIME_ZONE) == at(MONDAY, 20)
    assert due_by(at(date(2026, 11, 28), 10), 0, PARTS, DAYS, TIME_ZONE) == at(DAYS[5], 20)
    assert due_by(at(MONDAY, 20), 0, PARTS, DAYS, TIME_ZONE) == at(DAYS[1], 20)


@pytest.mark.rule("CB-11")
def test_a_last_day_has_room_for_the_whole_ladder() -> None:
    found = tries_of_day(at(MONDAY, 7), MONDAY, set(), 3, PARTS, TIME_ZONE, apart=APART, least=LEAST)
    assert found == (at(MONDAY, 9), at(MONDAY, 14), at(MONDAY, 17))
    late = tries_of_day(at(MONDAY, 11, 45), MONDAY, set(), 3, PARTS, TIME_ZONE, apart=APART, least=LEAST)
    assert late == (at(MONDAY, 14), at(MONDAY, 17))


@pytest.mark.rule("CB-11")
@given(
    minute=st.integers(0, 14 * 1440),
    used=st.sets(st.integers(1, 3)),
    left=st.integers(0, 5),
)
def test_tries_are_always_inside_hours_apart_and_in_different_parts(minute: int, used: set[int], left: int) -> None:
    earliest = at(MONDAY, 0) + timedelta(minutes=minute)
    day = next((each for each in DAYS if each >= earliest.date()), DAYS[-1])
    found = tries_of_day(earliest, day, used, left, PARTS, TIME_ZONE, apart=APART, least=LEAST)
    parts = [part_at(each, PARTS, TIME_ZONE) for each in found]
    assert len(found) <= left and all(each >= earliest and each.date() == day for each in found)
    assert all(parts) and len({part.number for part in parts if part}) == len(found)
    assert all(second - first >= APART for first, second in pairwise(found))
    if len(used) < 3:
        assert not {part.number for part in parts if part} & used


@given(minute=st.integers(0, 30 * 1440), window=st.integers(0, 10))
def test_a_window_ends_on_a_working_day_after_it_opens(minute: int, window: int) -> None:
    opens = at(MONDAY, 0) + timedelta(minutes=minute)
    ends = due_by(opens, window, PARTS, DAYS, TIME_ZONE)
    if ends is not None:
        assert ends > opens and ends.date() in DAYS and ends.hour == 20
        between = [day for day in DAYS if opens.date() < day <= ends.date()]
        assert len(between) == window or window == 0
