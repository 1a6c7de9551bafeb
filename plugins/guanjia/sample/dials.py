"""What the meters of a unit show on any day: between the readings on the register, evenly by days."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any, NamedTuple

PLACE = Decimal("0.1")
"""A meter shows tenths."""


class _Meter(NamedTuple):
    code: str
    valid_from: date
    valid_to: date


class Dials:
    """The meters of units, as an inspector in front of them sees them.

    Beyond the last reading of the register a meter stands still, so what an inspector writes down never lies above
    what the register's next reading will be.
    """

    def __init__(self, meters: Iterable[Mapping[str, Any]], readings: Iterable[Mapping[str, Any]]) -> None:
        """From rows of the datasets meters and meter_readings.

        Args:
            meters: shared meters are left out.
            readings: estimated ones are left out: nobody saw them.
        """
        self._meters: dict[tuple[str, str, str], list[_Meter]] = defaultdict(list)
        for row in meters:
            if row["unit_code"]:
                first, last = _day(row.get("valid_from")) or date.min, _day(row.get("valid_to")) or date.max
                self._meters[row["community_code"], row["unit_code"], row["utility"]].append(
                    _Meter(row["meter_code"], first, last)
                )
        seen: dict[str, dict[date, Decimal]] = defaultdict(dict)
        for row in readings:
            if row["estimated"] not in ("true", "yes", True):
                day = _day(row["read_on"])
                if day is not None:
                    seen[row["meter_code"]][day] = Decimal(str(row["reading"]))
        self._readings = {code: sorted(days.items()) for code, days in seen.items()}

    def shown(self, community_code: str, unit_code: str, utility: str, day: date) -> str | None:
        """The reading on a day with one decimal; None where the unit has no such meter or it was never read."""
        for meter in self._meters.get((community_code, unit_code, utility), ()):
            if meter.valid_from <= day <= meter.valid_to and meter.code in self._readings:
                return f"{self._between(self._readings[meter.code], day).quantize(PLACE, ROUND_DOWN)}"
        return None

    @staticmethod
    def _between(readings: list[tuple[date, Decimal]], day: date) -> Decimal:
        position = bisect_right(readings, day, key=lambda reading: reading[0])
        if position in (0, len(readings)):
            return readings[min(position, len(readings) - 1)][1]
        (before, low), (after, high) = readings[position - 1], readings[position]
        return low + (high - low) * (day - before).days / (after - before).days


def _day(value: Any) -> date | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, date) else date.fromisoformat(str(value))
