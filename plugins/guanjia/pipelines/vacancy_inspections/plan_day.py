"""A day that is planned, and the month it lies in."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class PlanDay:
    """A day, as the run at 06:00 of that day plans it; all days are of Asia/Shanghai, bounds are inclusive."""

    day: date

    @property
    def month_start(self) -> date:
        """First day of its month."""
        return self.day.replace(day=1)

    @property
    def month_end(self) -> date:
        """Last day of its month."""
        return self.day.replace(day=monthrange(self.day.year, self.day.month)[1])

    @property
    def period(self) -> str:
        """Its month, as `2026-11`."""
        return f"{self.day:%Y-%m}"

    @property
    def month_before(self) -> PlanDay:
        """First day of the month before."""
        return PlanDay((self.month_start - timedelta(days=1)).replace(day=1))


def days_between(first: date, last: date) -> Iterator[PlanDay]:
    """Every day from the first to the last, both included."""
    for n in range((last - first).days + 1):
        yield PlanDay(first + timedelta(days=n))
