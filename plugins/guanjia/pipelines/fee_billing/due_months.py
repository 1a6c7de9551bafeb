"""What is asked for when amounts due are computed: months of communities, and units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, order=True)
class CommunityMonth:
    """A month of a community.

    Attributes:
        community_code: community.
        period: month, YYYY-MM.
    """

    community_code: str
    period: str

    @property
    def last_day(self) -> date:
        """Last day of the month."""
        year, month = map(int, self.period.split("-"))
        return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)

    @property
    def day_before(self) -> date:
        """Last day of the month before."""
        year, month = map(int, self.period.split("-"))
        return date(year, month, 1) - timedelta(days=1)


@dataclass(frozen=True, order=True)
class UnitKey:
    """A unit of a community."""

    community_code: str
    unit_code: str
