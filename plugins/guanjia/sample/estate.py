"""Buildings and units.

Assumptions: seven in ten units are flats, the rest parking spaces, shops, offices, storage rooms and basements. New
communities are largely unsold or not fitted out; old ones hardly. Flats stand in towers of 6, 11 or 18 floors by the
size of the community; every second community writes its room numbers as ``1-0101`` instead of ``010101``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from guanjia.sample.draws import Bands, Draw, split
from guanjia.sample.model import Building, Emit, Place, Unit, day_or_blank

USE_SHARES = {"residential": 70, "parking": 17, "shop": 5, "storage": 4, "office": 2, "basement": 2}

AREAS: dict[str, Bands] = {
    "residential": ((0.2, 5_800, 7_900), (0.75, 8_000, 11_900), (1.0, 12_000, 16_800)),
    "shop": ((0.8, 2_600, 9_000), (1.0, 9_001, 24_000)),
    "office": ((0.7, 4_500, 12_000), (1.0, 12_001, 32_000)),
    "parking": ((1.0, 1_250, 1_320),),
    "storage": ((1.0, 380, 1_450),),
    "basement": ((1.0, 9_000, 65_000),),
}
"""Chargeable area in hundredths of a square metre."""


class Shape(NamedTuple):
    """A residential building."""

    floors: int
    doors: int


SHAPES = ((200, Shape(6, 4)), (600, Shape(11, 4)), (10**9, Shape(18, 4)))
"""(community of fewer units than, its buildings)."""


class Age(NamedTuple):
    """How far along a community is: shares of flats, and first and last handover in days before the history."""

    unsold: float
    not_fitted_out: float
    being_fitted_out: float
    first_handover: int
    last_handover: int


AGES = {
    "middle": Age(0.04, 0.05, 0.02, 2_100, 120),
    "new": Age(0.20, 0.20, 0.07, 540, -60),
    "old": Age(0.01, 0.01, 0.01, 4_700, 2_500),
}
AT_LEAST_OF_EACH_STATE = 1
FLATS_FOR_EVERY_STATE = 10
"""From this many flats on every community has an unsold, a bare and a half-finished one."""

SOLD_SHARES = {"shop": 0.9, "office": 0.85, "parking": 0.45, "storage": 0.6, "basement": 0.0}
NOT_FITTED_OUT_SHARES = {"shop": 0.06, "office": 0.08}
HANDOVER_AT_LEAST_DAYS_AGO = 20
DONE_AT_LEAST_DAYS_AGO = 150
"""Nobody has fitted out a flat that was handed over later than this."""

SHOP_BUILDING, OFFICE_BUILDING, GARAGE = ("SP", "沿街商铺"), ("ZH", "综合楼"), ("CK", "地下车库")
OFFICES_A_FLOOR = 6


def build(place: Place) -> None:
    """Puts up the buildings of a community and says what is sold and fitted out."""
    draw = place.draw("estate")
    numbers = _numbers_by_use(place.plan.unit_count)
    shape = next(shape for below, shape in SHAPES if place.plan.unit_count < below)
    has_dashes = place.plan.index % 2 == 1
    place.buildings = _towers(numbers["residential"], shape, has_dashes)
    towers = list(place.buildings)
    for number in range(numbers["storage"]):
        tower = towers[number % len(towers)]
        tower.units.append(Unit(tower.code, f"C{number + 1:03}", "storage", 0))
    for number in range(numbers["basement"]):
        tower = towers[number % len(towers)]
        tower.units.append(Unit(tower.code, f"D{number + 1:03}", "basement", 0))
    _others(place, SHOP_BUILDING, "shop", (f"S{number + 1:03}" for number in range(numbers["shop"])))
    offices = (
        f"B{number // OFFICES_A_FLOOR + 1:02}{number % OFFICES_A_FLOOR + 1:02}" for number in range(numbers["office"])
    )
    _others(place, OFFICE_BUILDING, "office", offices)
    _others(place, GARAGE, "parking", (f"P{number + 1:04}" for number in range(numbers["parking"])))
    for unit in place.units:
        unit.area = draw.within(AREAS[unit.use])
    _sell(place, draw)


def _numbers_by_use(units: int) -> dict[str, int]:
    spread = split(units - len(USE_SHARES), list(USE_SHARES.values()))
    return {use: number + 1 for use, number in zip(USE_SHARES, spread, strict=True)}


def _towers(flats: int, shape: Shape, has_dashes: bool) -> list[Building]:
    towers = []
    per_tower = shape.floors * shape.doors
    for number in range(flats):
        tower_number, within = divmod(number, per_tower)
        if not within:
            code = f"{tower_number + 1}" if has_dashes else f"{tower_number + 1:02}"
            towers.append(Building(code, f"{tower_number + 1}号楼", is_residential=True))
        floor, door = divmod(within, shape.doors)
        room = f"{floor + 1:02}{door + 1:02}"
        tower = towers[-1]
        tower.units.append(
            Unit(tower.code, f"{tower.code}-{room}" if has_dashes else f"{tower.code}{room}", "residential", 0)
        )
    return towers


def _others(place: Place, building: tuple[str, str], use: str, codes: Iterator[str]) -> None:
    code, name = building
    units = [Unit(code, unit_code, use, 0) for unit_code in codes]
    place.buildings.append(Building(code, name, is_residential=False, units=units))


def _sell(place: Place, draw: Draw) -> None:
    age = AGES[place.plan.age]
    flats = [unit for unit in place.units if unit.use == "residential"]
    at_least = AT_LEAST_OF_EACH_STATE if len(flats) >= FLATS_FOR_EVERY_STATE else 0
    unsold, bare, in_progress = (
        max(at_least, int(len(flats) * share)) for share in (age.unsold, age.not_fitted_out, age.being_fitted_out)
    )
    states = ["none"] * bare + ["in_progress"] * in_progress
    for position, unit in enumerate(draw.some(flats, len(flats))):
        if position >= unsold:
            sold_at = position - unsold
            _hand_over(place, unit, states[sold_at] if sold_at < len(states) else "done", draw)
    for unit in place.units:
        if unit.use != "residential" and draw.chance(SOLD_SHARES[unit.use]):
            _hand_over(place, unit, "none" if draw.chance(NOT_FITTED_OUT_SHARES.get(unit.use, 0)) else "done", draw)


def _hand_over(place: Place, unit: Unit, fit_out: str, draw: Draw) -> None:
    age = AGES[place.plan.age]
    history = place.history
    days_ago = DONE_AT_LEAST_DAYS_AGO if fit_out == "done" else HANDOVER_AT_LEAST_DAYS_AGO
    latest = min(history.first - age.last_handover, history.last - days_ago)
    unit.handover = draw.between(history.first - age.first_handover, latest)
    unit.fit_out = fit_out


def emit(place: Place, emit_rows: Emit) -> None:
    """Communities, buildings and units."""
    plan = place.plan
    emit_rows("communities", [(plan.code, plan.name, plan.region, plan.city, None, plan.developer_code)])
    emit_rows("buildings", [(plan.code, building.code, building.name) for building in place.buildings])
    emit_rows(
        "units",
        [
            (
                plan.code,
                unit.building,
                unit.code,
                unit.use,
                f"{unit.area // 100}.{unit.area % 100:02}",
                day_or_blank(unit.handover),
                unit.fit_out,
            )
            for unit in place.units
        ],
    )
