"""What the reviewers can score: days at work in the time for scoring, times what one can do on a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from guanjia.domain.errors import SettingsError
from guanjia.domain.proportional_seats import proportional
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

COMPANY: Final = "company"
"""Section of all items whose community has no reviewers of its own, and of reviewers without a community."""

OFFICE: Final = "office"
"""Calendar that times for scoring are counted by."""

_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
_FAR: Final = timedelta(days=120)
"""Within so many days lie the longest time for scoring (30 working days) and the longest holidays."""


@dataclass(frozen=True)
class Reviewer:
    """Somebody who scores, as a draw finds them.

    Attributes:
        staff_code: who.
        days: days at work in the time for scoring.
        capacity: items that can be scored in it, second scores included, less what month-end draws have taken.
    """

    staff_code: str
    days: int
    capacity: int


@dataclass(frozen=True)
class TimeAtWork:
    """The days somebody who scores is at work.

    Attributes:
        staff_code: who.
        section: community, or `COMPANY`.
        days: days at work, in order; none: away all the time.
    """

    staff_code: str
    section: str
    days: tuple[date, ...]


def due_on(transaction: Transaction, day: date, working_days: int) -> date:
    """The last of so many working days of the office.

    Worked example: 5 from Monday 2026-11-23 on: Friday 2026-11-27.

    Args:
        transaction: open transaction.
        day: first day that counts, inclusive, in Asia/Shanghai.
        working_days: how many, at least 1.

    Raises:
        SettingsError: the office's calendar has too few working days.
    """
    found = _office_days(transaction, day, day + _FAR)
    if len(found) < working_days:
        raise SettingsError(
            f"Calendar {OFFICE} has {len(found)} working days from {day} to {day + _FAR}, {working_days} are needed to "
            "say until when samples are scored; load the calendars dataset."
        )
    return found[working_days - 1]


def sections_of(transaction: Transaction, draw_day: date, due_on: date) -> list[str]:
    """Communities drawn and scored apart: those with a reviewer of their own at work in the time for scoring, sorted.

    Args:
        transaction: open transaction.
        draw_day: first day of the time for scoring, inclusive, in Asia/Shanghai.
        due_on: its last day, inclusive.
    """
    found = times_at_work(transaction, draw_day, due_on)
    return sorted({each.section for each in found if each.days and each.section != COMPANY})


def reviewers_of(transaction: Transaction, draw_day: date, due_on: date, section: str) -> list[Reviewer]:
    """Who scores a weekly draw, and how much each can score.

    A day that lies in the time for scoring of several weeks' draws, as around long holidays, is shared among them, so
    that nobody's day is given away twice. What a month-end draw asks for is spread over its own time in the same way.
    Whether earlier samples were scored does not matter: a draw is a function of facts known on its Monday, and a
    workbook handed in late must not cost the agents their next sample.

    Args:
        transaction: open transaction.
        draw_day: the Monday of the draw, in Asia/Shanghai: of a week that was skipped, the Monday after it.
        due_on: last day of the time for scoring counted from that Monday, inclusive.
        section: community, or `COMPANY`.

    Returns:
        Everybody employed in that time, by staff code; who is away all of it has no days and no capacity.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    working_days = int(str(required_setting(transaction, "quality_scoring_working_days", draw_day)))
    shares = _shares_of_days(transaction, draw_day, due_on, working_days)
    reviewers = _reviewers(transaction, draw_day, due_on, section, shares)
    taken = _taken_by_month_ends(transaction, draw_day, section, shares)
    return _less(reviewers, taken)


def month_end_reviewers(transaction: Transaction, draw_day: date, section: str) -> tuple[list[Reviewer], date]:
    """Who scores a month-end draw: part of what the reviewers can do in the weeks after it.

    Args:
        transaction: open transaction.
        draw_day: the Monday of the draw; its time for scoring begins a week later, for this week is given away.
        section: community, or `COMPANY`.

    Returns:
        The reviewers, with that part of their capacity; and the last day of the time for scoring.

    Raises:
        SettingsError: a stored setting cannot be read, or the office's calendar is missing.
    """
    first = draw_day + _WEEK
    last = due_on(transaction, first, _month_end_days(transaction, draw_day))
    share = Fraction(str(required_setting(transaction, "quality_top_up_pct", draw_day))) / 100
    found = _reviewers(transaction, first, last, section, {})
    whole = sum(each.capacity for each in found)
    parts = proportional([each.capacity for each in found], int(whole * share))
    return [replace(each, capacity=part) for each, part in zip(found, parts, strict=True)], last


def times_at_work(transaction: Transaction, first_day: date, last_day: date) -> list[TimeAtWork]:
    """Everybody who scores and is employed in a stretch of days, with the days at work, by staff code.

    Args:
        transaction: open transaction.
        first_day: first day, inclusive, in Asia/Shanghai.
        last_day: last day, inclusive.
    """
    rows = execute(
        transaction,
        "quality_sampling/list_reviewer_days",
        first_day=first_day,
        last_day=last_day,
        calendar_code=OFFICE,
        company=COMPANY,
    )
    return [TimeAtWork(row.staff_code, row.section, tuple(row.days or ())) for row in rows]


def weeks_on(day: date, working_days: Collection[date], length: int, first_monday: date) -> int:
    """In how many weekly draws' time for scoring a day lies.

    Worked example: five working days each, the week of Thursday 8 October 2026 after the holidays: the draws of 28
    September (28, 29, 30, 8, 9) and of 5 October both have it.

    Args:
        day: the day.
        working_days: working days of the office around it.
        length: working days of a draw's time for scoring.
        first_monday: Monday of the first draw there was.
    """
    monday = day - day.weekday() * _DAY
    between = sum(monday <= each < day for each in working_days)
    found = 0
    while between < length and monday >= first_monday:
        found += 1
        earlier = monday - _WEEK
        between += sum(earlier <= each < monday for each in working_days)
        monday = earlier
        if day - monday > _FAR:
            break
    return found


def _reviewers(
    transaction: Transaction, first: date, last: date, section: str, shares: dict[date, Fraction]
) -> list[Reviewer]:
    a_day = int(str(required_setting(transaction, "quality_scores_per_day", first)))
    return [
        Reviewer(each.staff_code, len(each.days), int(a_day * sum(shares.get(day, Fraction(1)) for day in each.days)))
        for each in times_at_work(transaction, first, last)
        if each.section == section
    ]


def _shares_of_days(transaction: Transaction, draw_day: date, last: date, length: int) -> dict[date, Fraction]:
    """Share of each day that belongs to this Monday's draw."""
    working = frozenset(_office_days(transaction, draw_day - _FAR, last))
    drawn: date | None = execute(transaction, "quality_sampling/find_first_draw_day").scalar_one()
    first_monday = draw_day if drawn is None else min(draw_day, drawn)
    days = (draw_day + n * _DAY for n in range((last - draw_day).days + 1))
    return {day: Fraction(1, max(1, weeks_on(day, working, length, first_monday))) for day in days}


def _taken_by_month_ends(transaction: Transaction, draw_day: date, section: str, shares: dict[date, Fraction]) -> int:
    """Scores that month-end draws ask for in this draw's time: the load of each, by how much of its time this is."""
    rows = execute(
        transaction,
        "quality_sampling/list_month_end_loads",
        section=section,
        first_day=draw_day - _FAR,
        draw_day=draw_day,
    ).all()
    taken = Fraction(0)
    for row in rows:
        length = _month_end_days(transaction, row.drawn_on)
        days = _office_days(transaction, row.drawn_on + _WEEK, row.drawn_on + _WEEK + _FAR)[:length]
        taken += row.load * sum((shares.get(day, Fraction(0)) for day in days), Fraction(0)) / max(1, len(days))
    return -int(-taken // 1)


def _month_end_days(transaction: Transaction, day: date) -> int:
    return int(str(required_setting(transaction, "quality_top_up_working_days", day)))


def _office_days(transaction: Transaction, first: date, last: date) -> Sequence[date]:
    return (
        execute(transaction, "quality_sampling/list_office_days", first_day=first, last_day=last, calendar_code=OFFICE)
        .scalars()
        .all()
    )


def _less(reviewers: Iterable[Reviewer], taken: int) -> list[Reviewer]:
    """The reviewers with so much less capacity, in proportion."""
    found = list(reviewers)
    rooms = [each.capacity for each in found]
    parts = proportional(rooms, min(taken, sum(rooms)))
    return [replace(each, capacity=each.capacity - part) for each, part in zip(found, parts, strict=True)]
