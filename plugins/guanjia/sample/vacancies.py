"""Vacancy applications and fit-outs.

Assumptions: nearly half of the flats that stand empty are registered, a few times for every way a registration can
go: in order, too short, identity not checked, overlapping, expired, late, exactly three months, used all the same,
renewed, ended early, yet to begin. A fit-out takes three to four months, stage by stage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from guanjia.sample.dates import Day, day_text, month_end, month_of, month_start
from guanjia.sample.draws import Bands, Draw
from guanjia.sample.metering import Metering
from guanjia.sample.model import Emit, Place, Row, Unit, day_or_blank, yes_no


class Kind(NamedTuple):
    """A way a registration can go; months count back from the month the history ends in."""

    name: str
    starts_months_ago: int
    months: int
    applied_days_before: int = 5
    is_identity_checked: bool = True
    is_used: bool = False
    ended_days_ago: int | None = None
    again_starts_months_ago: int | None = None


KINDS = (
    Kind("in_order", 4, 12),
    Kind("too_short", 2, 2),
    Kind("identity_not_checked", 3, 8, is_identity_checked=False),
    Kind("overlapping", 6, 10, again_starts_months_ago=3),
    Kind("expired", 10, 8),
    Kind("late", 2, 6, applied_days_before=-40),
    Kind("exactly_three_months", 3, 3),
    Kind("used_all_the_same", 4, 12, is_used=True),
    Kind("renewed", 8, 6, again_starts_months_ago=2),
    Kind("ended_early", 5, 10, ended_days_ago=25),
    Kind("yet_to_begin", -1, 6, applied_days_before=15),
)
REGISTERED_SHARE = 0.45
KINDS_BETWEEN_COMMUNITIES = 4
"""Each community begins with another kind and has so many at least, so that three small ones already show all."""

STAGES = ("utilities", "tiling", "carpentry", "painting", "flooring", "installation")
STAGE_DAYS: Bands = ((1.0, 10, 24),)
GAP_DAYS: Bands = ((0.7, 1, 3), (1.0, 4, 9))
BEGINS_AFTER_HANDOVER: Bands = ((1.0, 10, 60),)
BEGAN_DAYS_AGO: Bands = ((1.0, 3, 95),)
FITTED_OUT_KNOWN_DAYS = 420
"""Fit-outs of flats handed over at most so long before the end of the history are on the register."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A vacancy application and the unit it is for."""

    unit: Unit
    kind: Kind
    start: Day
    end: Day
    applied: Day
    ended_on: Day | None


@dataclass(frozen=True, slots=True)
class Stage:
    """One row of fit_outs."""

    unit: Unit
    name: str
    start: Day
    end: Day | None


def register(place: Place) -> list[Registration]:
    """Chooses who registers which empty flat how; marks the flats whose meters must stand still."""
    draw = place.draw("vacancies")
    empty = [
        unit for unit in place.units if unit.use == "residential" and unit.fit_out == "done" and not unit.is_lived_in
    ]
    found: list[Registration] = []
    turn = place.plan.index * KINDS_BETWEEN_COMMUNITIES
    for unit in draw.some(empty, max(KINDS_BETWEEN_COMMUNITIES, int(len(empty) * REGISTERED_SHARE))):
        for kind in (KINDS[(turn + step) % len(KINDS)] for step in range(len(KINDS))):
            start = month_start(month_of(place.history.last) - kind.starts_months_ago)
            if unit.handover is not None and start > unit.handover:
                found.extend(_registrations(place, unit, kind))
                break
        turn += 1
    return found


def _registrations(place: Place, unit: Unit, kind: Kind) -> list[Registration]:
    last = place.history.last
    ends = last - kind.ended_days_ago if kind.ended_days_ago is not None else None
    begun = [kind.starts_months_ago] + (
        [kind.again_starts_months_ago] if kind.again_starts_months_ago is not None else []
    )
    found = []
    for months_ago in begun:
        month = month_of(last) - months_ago
        start, end = month_start(month), month_end(month + kind.months - 1)
        found.append(Registration(unit, kind, start, end, min(last, start - kind.applied_days_before), ends))
    unit.nobody_from, unit.nobody_to = found[0].start, ends or found[-1].end
    unit.is_used_though_vacant = kind.is_used
    return found


def fit_outs(place: Place) -> list[Stage]:
    """The stages of every fit-out on the register."""
    draw = place.draw("fit_outs")
    stages: list[Stage] = []
    last = place.history.last
    for unit in place.units:
        if unit.use != "residential" or unit.handover is None:
            continue
        if unit.fit_out == "in_progress":
            stages.extend(
                _stages(unit, max(unit.handover + 1, last - draw.within(BEGAN_DAYS_AGO)), last, draw, is_finished=False)
            )
        elif unit.fit_out == "done" and last - unit.handover <= FITTED_OUT_KNOWN_DAYS:
            start = unit.handover + draw.within(BEGINS_AFTER_HANDOVER)
            stages.extend(_stages(unit, start, last, draw, is_finished=True))
    return stages


def _stages(unit: Unit, start: Day, last: Day, draw: Draw, is_finished: bool) -> list[Stage]:
    stages = []
    for name in STAGES:
        end = start + draw.within(STAGE_DAYS)
        if end >= last:
            stages.append(Stage(unit, name, start, last - 1 if is_finished else None))
            break
        stages.append(Stage(unit, name, start, end))
        start = end + draw.within(GAP_DAYS)
        if start >= last:
            break
    return stages


def emit(
    place: Place, registrations: list[Registration], stages: list[Stage], metering: Metering, emit_rows: Emit
) -> None:
    """Vacancy applications with the meters as read at their start, and fit-outs."""
    rows: list[Row] = []
    for number, one in enumerate(registrations, start=1):
        water, electricity = (
            metering.reading_text(one.unit, utility, one.start) for utility in ("water", "electricity")
        )
        rows.append(
            (
                f"KZ{place.code}-{number:04}",
                place.code,
                one.unit.code,
                day_text(one.applied),
                day_text(one.start),
                day_text(one.end),
                yes_no(one.kind.is_identity_checked),
                water,
                electricity,
                day_or_blank(one.ended_on),
            )
        )
    emit_rows("vacancy_applications", rows)
    emit_rows(
        "fit_outs",
        [(place.code, stage.unit.code, stage.name, day_text(stage.start), day_or_blank(stage.end)) for stage in stages],
    )
