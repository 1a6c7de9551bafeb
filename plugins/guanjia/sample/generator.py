"""Makes a sample company: community by community, every area of it, into files."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import guanjia
from guanjia.domain.errors import UsageError
from guanjia.sample import (
    calls,
    cases,
    company,
    custody,
    estate,
    metering,
    money,
    payments,
    people,
    policies,
    roster,
    vacancies,
    workforce,
)
from guanjia.sample.dates import Day, minute_of, month_of
from guanjia.sample.model import CommunityPlan, Crew, Emit, History, Place
from guanjia.settings import TIME_ZONE

MONTHS_AT_MOST = 120
SEED_AT_MOST = 2**63 - 1
DEFAULT_UNTIL = datetime.fromisoformat("2026-11-20T18:00:00+08:00")
"""A Friday evening just after the daily and the weekly report, in a year whose official holidays are known."""
HOLIDAYS = Path(guanjia.__file__).parent / "defaults" / "published_holidays.csv"

Told = Callable[[int, int], None]
"""Told how many units of how many are done."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What sample is wanted."""

    units: int
    months: int
    seed: int
    until: datetime
    """Instant the history ends, aware; seconds are dropped."""

    def checked(self) -> Wish:
        """This wish, if it can be fulfilled.

        Raises:
            UsageError: a number is out of bounds.
        """
        for name, value, low, high in (
            ("--units", self.units, company.UNITS_AT_LEAST, company.UNITS_AT_MOST),
            ("--months", self.months, 1, MONTHS_AT_MOST),
            ("--seed", self.seed, 0, SEED_AT_MOST),
        ):
            if not low <= value <= high:
                raise UsageError(f"{name} is {value}; expected {low} to {high}.")
        return self

    def history(self) -> History:
        """The time it covers: so many whole months before the month of `until`, and that month up to `until`."""
        day_offs, make_up_days = published_days()
        until = self.until.astimezone(TIME_ZONE)
        first_month = month_of(until.toordinal()) - self.months
        return History(self.seed, first_month, minute_of(until), day_offs, make_up_days)

    def first_day(self) -> date:
        """The first day of the history."""
        return date.fromordinal(self.history().first)


def published_days() -> tuple[frozenset[Day], frozenset[Day]]:
    """Days off and worked weekend days of the official calendar, as shipped."""
    day_offs: set[Day] = set()
    make_up_days: set[Day] = set()
    with HOLIDAYS.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            days = make_up_days if row["is_working"] == "yes" else day_offs
            days.add(date.fromisoformat(row["day"]).toordinal())
    return frozenset(day_offs), frozenset(make_up_days)


def generate(wish: Wish, emit: Emit, told: Told = lambda done, of: None) -> None:
    """Makes the whole company, writing out each community before the next is begun.

    Args:
        wish: what is wanted; checked.
        emit: takes the rows.
        told: is told the progress after each community.
    """
    history = wish.history()
    plans = company.community_plans(history, wish.units)
    digits = len(plans[0].code)
    head_office = workforce.head_office(history, wish.units, len(plans), digits)
    company.emit_developers(history, plans, emit)
    workforce.emit(head_office, emit)
    roster.emit(head_office, history, history.draw("roster", "head_office"), emit)
    policies.emit_company(history, plans, head_office, emit)
    done = 0
    for plan in plans:
        generate_community(plan, history, head_office, emit)
        done += plan.unit_count
        told(done, wish.units)


def generate_community(plan: CommunityPlan, history: History, head_office: Crew, emit: Emit) -> None:
    """Makes one community and writes it out."""
    place = Place(plan, history, head_office)
    estate.build(place)
    people.settle(place)
    place.crew = workforce.community_crew(place)
    workforce.emit(place.crew, emit)
    roster.emit(place.crew, history, place.draw("roster"), emit)
    policies.emit(place, emit)
    estate.emit(place, emit)
    people.emit(place, emit)

    registrations, stages = vacancies.register(place), vacancies.fit_outs(place)
    meters = metering.Metering(place)
    metering.emit(place, meters, emit)
    vacancies.emit(place, registrations, stages, meters, emit)

    opened = cases.make(place)
    cases.emit(place, opened, emit)
    calls.emit(place, opened, emit)
    custody.emit(place, emit)

    tariffs, agreed = money.Tariffs(place), money.contracts(place, stages)
    money.emit(place, tariffs, agreed, stages, emit)
    payments.emit(place, tariffs, meters, agreed, emit)
