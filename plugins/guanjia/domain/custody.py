"""What becomes of things kept for others: which step is due for a found thing, a lent key, and on which day.

Source: CUST-01, CUST-02. Days are those of the office's clock; a step is due from its day on, once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

FoundStep = Literal["to_administration", "posted", "handed_over", "disposal"]

FRIDAY: Final = 5


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
    """A step of one thing and the day from which it is due."""

    due_on: date
    step: FoundStep


def found_steps(
    found_on: date, *, is_valuable: bool, claimed_on: date | None, up_to: date, rules: CustodyRules
) -> list[DueStep]:
    """Steps of a found thing that are due by a day, in order.

    A valuable one goes to administration at the end of the day it was found; everything is posted on the first posting
    day not before that day, handed over at the end of the month in which the posting ends (or that of the month after,
    where it ends on the last day or later), and reported for disposal ``disposal_months`` after it was found. What is
    claimed has no further step from that day on.

    Args:
        found_on: day it was found.
        is_valuable: money, telephone or the like.
        claimed_on: day it was handed out; None: it was not.
        up_to: last day looked at, inclusive.
        rules: numbers of the procedure.
    """
    return [
        due
        for due in sorted(_all_steps(found_on, is_valuable, rules))
        if due.due_on <= up_to and (claimed_on is None or due.due_on < claimed_on)
    ]


def _all_steps(found_on: date, is_valuable: bool, rules: CustodyRules) -> Iterator[DueStep]:
    if is_valuable:
        yield DueStep(found_on, "to_administration")
    posted_on = found_on + timedelta(days=(rules.posting_weekday - found_on.isoweekday()) % 7)
    yield DueStep(posted_on, "posted")
    yield DueStep(month_end(posted_on + timedelta(days=rules.posting_days)), "handed_over")
    yield DueStep(months_later(found_on, rules.disposal_months), "disposal")


def month_end(day: date) -> date:
    """Last day of the month a day lies in."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def months_later(day: date, months: int) -> date:
    """The same day some months later; where that month is shorter, its last day.

    Args:
        day: day counted from.
        months: how many, from 0.
    """
    number = day.year * 12 + day.month - 1 + months
    first = date(number // 12, number % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), month_end(first))


def chase_days(borrowed_on: date, returned_on: date | None, up_to: date) -> list[date]:
    """Days on whose evening a key that is still out is chased: the day it was lent and each one after.

    Args:
        borrowed_on: day it was lent.
        returned_on: day it came back; None: it did not.
        up_to: last day looked at, inclusive.
    """
    last = up_to if returned_on is None else min(up_to, returned_on - timedelta(days=1))
    return [borrowed_on + timedelta(days=number) for number in range((last - borrowed_on).days + 1)]
