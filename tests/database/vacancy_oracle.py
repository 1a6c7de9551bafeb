"""Who is vacant, as a clerk with a wall calendar would find out: one day at a time, slow, simple, independent.

Shares nothing with the product: a history is plain values, an answer a day and a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
HOME_USES = ("residential", "shop", "office")
Why = tuple[str, str | None]
"""Reason and, for a registration, its application."""


@dataclass(frozen=True)
class Application:
    code: str
    applied: date
    start: date
    end: date
    ended: date | None
    checked: bool

    @property
    def last(self) -> date:
        return self.end if self.ended is None or self.ended > self.end else self.ended


@dataclass(frozen=True)
class History:
    """What has happened to a unit."""

    handover: date | None
    fit_out: str | None
    stages: tuple[date, ...]
    applications: tuple[Application, ...]
    uses: Mapping[date, str]
    """Use from a day on; the first from the beginning."""


def every_day(first: date, last: date) -> Iterable[date]:
    for number in range((last - first).days + 1):
        yield first + number * ONE_DAY


def is_longer_than_three_months(start: date, end: date) -> bool:
    """The day after the last is later than the same day of the month three months on (or that month's last day)."""
    year, month = divmod(start.year * 12 + start.month - 1 + 3, 12)
    day = start.day
    while True:
        try:
            same_day = date(year, month + 1, day)
            break
        except ValueError:
            day -= 1
    return end + ONE_DAY > same_day


def accepted(history: History, today: date) -> list[Application]:
    """Applications made by today that are accepted, the earlier before the later."""
    taken: set[date] = set()
    found = []
    for each in sorted(history.applications, key=lambda one: (one.applied, one.code)):
        days = set(every_day(each.start, each.last))
        fits = each.checked and is_longer_than_three_months(each.start, each.end) and not days & taken
        if each.applied <= today and fits:
            taken |= days
            found.append(each)
    return found


def grounds(history: History, live_from: date, today: date, horizon: date) -> dict[date, set[Why]]:
    """All that makes the unit vacant, per day up to the horizon, as of today."""
    handover = history.handover if history.handover is not None and history.handover <= today else None
    begun = [day for day in history.stages if day <= today]
    days_of: dict[Why, set[date]] = {}
    for day in every_day(live_from, horizon):
        if handover is None or day < handover:
            days_of.setdefault(("unsold", None), set()).add(day)
    if handover is not None and is_known_bare(history, handover):
        days_of[("not_fitted_out", None)] = {
            day for day in every_day(handover, horizon) if not any(stage <= day for stage in begun)
        }
    for each in accepted(history, today):
        first = max(each.start, each.applied - 60 * ONE_DAY)
        days_of[("registered", each.code)] = set(every_day(first, min(each.last, horizon)))
    found: dict[date, set[Why]] = {}
    for why, days in days_of.items():
        homely = {day for day in days if use_on(history, day, today) in HOME_USES}
        for day in homely:
            if reaches(day, homely, live_from):
                found.setdefault(day, set()).add(why)
    return found


def is_known_bare(history: History, handover: date) -> bool:
    """Whether somebody says that the unit was handed over bare; a finished one, worked on years later, was not."""
    if history.fit_out == "none" or not history.stages:
        return history.fit_out == "none"
    if history.fit_out != "done":
        return True
    last = handover.day
    while True:
        try:
            return min(history.stages) <= date(handover.year + 2, handover.month, last)
        except ValueError:
            last -= 1


def use_on(history: History, day: date, today: date) -> str | None:
    """What the unit is on a day, by what is known today."""
    known = [start for start in history.uses if start <= min(day, today)]
    return history.uses[max(known)] if known else None


def reaches(day: date, days: set[date], live_from: date) -> bool:
    """Whether the days on end that this one belongs to last until the community is served."""
    while day < live_from:
        day += ONE_DAY
        if day not in days:
            return False
    return True


def reason(found: set[Why]) -> Why | None:
    """Registered before unsold before not fitted out."""
    order = ("registered", "unsold", "not_fitted_out")
    return min(found, key=lambda why: (order.index(why[0]), why[1] or ""), default=None)
