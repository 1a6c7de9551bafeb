"""Meters and their readings.

Assumptions: each flat, shop and office has a water and an electricity meter, each tower a shared electricity meter
(multiplier 20, split by area), each community a shared water meter (split by household); all are read at the month's
end or up to two days before, by community. Use follows the season and stands still where nobody lives. Two readings
in a hundred are estimated. In the first and every 25th community a corridor light burned all of the last month: its
shared meter shows five times the usual use. In communities of a hundred and more one meter was exchanged.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from guanjia.sample.dates import Day, Month, day_text, month_end, season
from guanjia.sample.draws import Bands, Draw
from guanjia.sample.model import Building, Emit, Place, Row, Unit, code_of, day_or_blank, yes_no

UTILITIES = ("water", "electricity")
METERED_USES = frozenset({"residential", "shop", "office"})
PREFIXES = {"water": "SB", "electricity": "DB"}
TENTHS = 10

MONTHLY_USE: dict[tuple[str, str], Bands] = {
    ("residential", "water"): ((0.7, 50, 130), (1.0, 131, 240)),
    ("residential", "electricity"): ((0.7, 900, 2_400), (1.0, 2_401, 4_800)),
    ("shop", "water"): ((0.8, 20, 160), (1.0, 161, 900)),
    ("shop", "electricity"): ((0.8, 1_500, 6_000), (1.0, 6_001, 20_000)),
    ("office", "water"): ((1.0, 15, 90),),
    ("office", "electricity"): ((1.0, 1_200, 7_000),),
}
"""Use of a lived-in unit in a plain month, tenths of a tonne and of a kWh."""
USE_WHERE_WORK_GOES_ON: dict[str, Bands] = {"water": ((1.0, 5, 30),), "electricity": ((1.0, 200, 900),)}
USE_WHERE_EMPTY: dict[str, Bands] = {"water": ((1.0, 0, 3),), "electricity": ((1.0, 0, 25),)}
USE_THOUGH_VACANT: dict[str, Bands] = {"water": ((1.0, 16, 40),), "electricity": ((1.0, 70, 220),)}
SEASONAL = {
    "water": (0.9, 0.85, 0.95, 1, 1.05, 1.15, 1.25, 1.25, 1.1, 1, 0.95, 0.9),
    "electricity": (1.3, 1.15, 0.95, 0.8, 0.85, 1.15, 1.5, 1.5, 1.1, 0.8, 0.9, 1.2),
}
FIRST_READING: Bands = ((1.0, 800, 60_000),)
ESTIMATED_SHARE = 0.02
ESTIMATED_BELOW_PERCENT = 90
READ_DAYS_BEFORE_MONTH_END = (0, 1, 2)

SHARED_MULTIPLIER = {"electricity": 20, "water": 1}
SHARED_USE_A_UNIT = {"electricity": 100, "water": 4}
"""Use of the pool for each of its units in a plain month, tenths of a kWh and of a tonne."""
SHARED_SPREAD_PERCENT = (85, 115)
SHARED_MONTHS_BEFORE_HISTORY = 6
ABNORMAL_EVERY, ABNORMAL_FACTOR = 25, 5
EXCHANGE_FROM_UNITS = 100


@dataclass(eq=False, slots=True)
class Meter:
    """A meter and what it showed at each month's end, in tenths."""

    code: str
    utility: str
    unit: Unit | None
    building: Building | None
    days: list[Day] = field(default_factory=list)
    readings: list[int] = field(default_factory=list)

    @property
    def multiplier(self) -> int:
        """Use = difference of readings × multiplier."""
        return 1 if self.unit else SHARED_MULTIPLIER[self.utility]


class Metering:
    """All meters of a community; needs the vacancies to be known."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.draw = place.draw("metering")
        self.days_early = READ_DAYS_BEFORE_MONTH_END[place.plan.index % len(READ_DAYS_BEFORE_MONTH_END)]
        history = place.history
        self.read_months = range(history.first_month - 1, history.closed_months.stop)
        self.by_unit = {
            (unit.code, utility): self._unit_meter(unit, utility)
            for unit in place.units
            if unit.use in METERED_USES
            for utility in UTILITIES
        }
        self.shared = self._shared_meters()
        self.exchanged = self._to_exchange()

    def read_day(self, month: Month) -> Day:
        """The day the meters are read for a month."""
        return month_end(month) - self.days_early

    def use(self, meter: Meter, month: Month) -> int:
        """Use in a month between its readings, times the multiplier, in tenths."""
        position = len(meter.readings) - (self.read_months.stop - month)
        return (meter.readings[position] - meter.readings[position - 1]) * meter.multiplier

    def reading_text(self, unit: Unit, utility: str, day: Day) -> str:
        """What the unit's meter showed on a day (of the last reading before it, or the first)."""
        meter = self.by_unit[unit.code, utility]
        known = [reading for on, reading in zip(meter.days, meter.readings, strict=True) if on <= day]
        return tenths(known[-1] if known else meter.readings[0])

    def _unit_meter(self, unit: Unit, utility: str) -> Meter:
        draw = self.draw
        meter = Meter(f"{PREFIXES[utility]}{self.place.code}-{unit.code}", utility, unit, None)
        typical = draw.within(MONTHLY_USE[unit.use, utility]) if unit.is_lived_in else 0
        shown = draw.within(FIRST_READING)
        seasonal = SEASONAL[utility]
        for month in self.read_months:
            day = self.read_day(month)
            if typical:
                shown += int(typical * seasonal[season(month)] * (0.85 + 0.3 * draw.random()))
            else:
                shown += _idle_use(unit, utility, day, draw)
            meter.days.append(day)
            meter.readings.append(shown)
        return meter

    def _shared_meters(self) -> list[Meter]:
        place = self.place
        code = place.code
        meters = [
            Meter(f"GT{code}-{building.code}-D", "electricity", None, building)
            for building in place.buildings
            if building.is_residential
        ]
        meters.append(Meter(f"GT{code}-S", "water", None, None))
        is_abnormal = place.plan.index % ABNORMAL_EVERY == 0
        for number, meter in enumerate(meters):
            self._fill_shared(meter, is_abnormal=is_abnormal and number == 0)
        return meters

    def _fill_shared(self, meter: Meter, is_abnormal: bool) -> None:
        draw = self.draw
        units = meter.building.units if meter.building else self.place.units
        households = sum(unit.use in METERED_USES for unit in units)
        a_month = max(1, households * SHARED_USE_A_UNIT[meter.utility] // meter.multiplier)
        shown = draw.within(FIRST_READING)
        for month in range(self.read_months.start - SHARED_MONTHS_BEFORE_HISTORY, self.read_months.stop):
            used = max(
                1, int(a_month * SEASONAL[meter.utility][season(month)]) * draw.between(*SHARED_SPREAD_PERCENT) // 100
            )
            shown += used * ABNORMAL_FACTOR if is_abnormal and month == self.read_months[-1] else used
            meter.days.append(self.read_day(month))
            meter.readings.append(shown)

    def _to_exchange(self) -> tuple[Meter, int] | None:
        """The meter that was exchanged and after which of its readings."""
        lived_in = [unit for unit in self.place.units if unit.is_lived_in]
        if self.place.plan.unit_count < EXCHANGE_FROM_UNITS or not lived_in:
            return None
        meter = self.by_unit[self.draw.pick(lived_in).code, "electricity"]
        return meter, len(meter.readings) // 2


def _idle_use(unit: Unit, utility: str, day: Day, draw: Draw) -> int:
    if unit.handover is None or unit.handover > day:
        return 0
    if unit.fit_out == "in_progress":
        return draw.within(USE_WHERE_WORK_GOES_ON[utility])
    if unit.nobody_from is not None and unit.nobody_to is not None and unit.nobody_from <= day <= unit.nobody_to:
        return draw.within(USE_THOUGH_VACANT[utility]) if unit.is_used_though_vacant else 0
    return draw.within(USE_WHERE_EMPTY[utility]) if unit.fit_out == "done" else 0


def tenths(reading: int) -> str:
    """A reading in tenths as 726.5."""
    return f"{reading // TENTHS}.{reading % TENTHS}"


def emit(place: Place, metering: Metering, emit_rows: Emit) -> None:
    """Meters and readings; the exchanged meter as two."""
    draw = place.draw("readings")
    meter_rows: list[Row] = []
    reading_rows: list[Row] = []
    for meter in (*metering.by_unit.values(), *metering.shared):
        if metering.exchanged and meter is metering.exchanged[0]:
            _emit_exchanged(place, meter, metering.exchanged[1], meter_rows, reading_rows)
            continue
        meter_rows.append(_meter_row(place, meter, meter.code, None, None))
        _append_readings(meter, draw, reading_rows)
    emit_rows("meters", meter_rows)
    emit_rows("meter_readings", reading_rows)


def _append_readings(meter: Meter, draw: Draw, rows: list[Row]) -> None:
    code, before = meter.code, meter.readings[0]
    for day, reading in zip(meter.days, meter.readings, strict=True):
        is_estimated = draw.chance(ESTIMATED_SHARE)
        shown = before + (reading - before) * ESTIMATED_BELOW_PERCENT // 100 if is_estimated else reading
        rows.append((code, day_text(day), tenths(shown), yes_no(is_estimated)))
        before = reading


def _emit_exchanged(place: Place, meter: Meter, after: int, meter_rows: list[Row], reading_rows: list[Row]) -> None:
    """The old meter up to a reading, from the next day a new one that begins at nought."""
    last_day = meter.days[after]
    new_code = f"{meter.code}-2"
    meter_rows.append(_meter_row(place, meter, meter.code, None, last_day))
    meter_rows.append(_meter_row(place, meter, new_code, last_day + 1, None))
    for day, reading in zip(meter.days[: after + 1], meter.readings, strict=False):
        reading_rows.append((meter.code, day_text(day), tenths(reading), yes_no(False)))
    reading_rows.append((new_code, day_text(last_day + 1), tenths(0), yes_no(False)))
    for day, reading in zip(meter.days[after + 1 :], meter.readings[after + 1 :], strict=True):
        reading_rows.append((new_code, day_text(day), tenths(reading - meter.readings[after]), yes_no(False)))


def _meter_row(place: Place, meter: Meter, code: str, valid_from: Day | None, valid_to: Day | None) -> Row:
    building, split_by = None, None
    if meter.unit is not None:
        building = meter.unit.building
    elif meter.building is not None:
        building, split_by = meter.building.code, "area"
    else:
        split_by = "household"
    return (
        code,
        place.code,
        building,
        code_of(meter.unit),
        meter.utility,
        meter.multiplier,
        split_by,
        day_or_blank(valid_from),
        day_or_blank(valid_to),
    )
