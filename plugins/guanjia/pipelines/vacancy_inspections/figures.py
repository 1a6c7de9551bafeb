"""How much of what was planned was seen: coverage and entry rate, and what the spot checks showed (INS-02, INS-06)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

MONTH_PLANS: Final = ("monthly", "basement")
"""What a month's coverage counts."""

EVENT_PLANS: Final = ("severe_weather", "rain")
"""What the coverage of a weather event counts."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a plan was carried out.

    Attributes:
        period: month, YYYY-MM, or event code.
        community_code: community; None: all that were asked for, together.
        planned: inspections planned, those cancelled since included.
        visited: somebody was at the door and the visit counts.
        entered: somebody was inside.
        missed: not made in time.
        cancelled: the vacancy ended before.
        findings: visits that found something amiss.
        coverage: visited ÷ (planned − cancelled), 0 to 1; None: nothing was to be done.
        entry_rate: entered ÷ (planned − cancelled), 0 to 1; None: nothing was to be done.
    """

    period: str
    community_code: str | None
    planned: int
    visited: int
    entered: int
    missed: int
    cancelled: int
    findings: int
    coverage: Decimal | None
    entry_rate: Decimal | None

    @property
    def due(self) -> int:
        """Inspections that were to be made: planned and not cancelled."""
        return self.planned - self.cancelled


@dataclass(frozen=True, slots=True)
class SpotChecks:
    """What the spot checks of a month's inspections showed.

    Attributes:
        period: month checked, YYYY-MM.
        community_code: community; None: all that were asked for, together.
        staff_code: inspector who was checked; None: all of the community.
        drawn: inspections drawn.
        checked: of these, units entered again.
        differing: of these, found otherwise than reported.
        differing_rate: differing ÷ checked, 0 to 1; None: none was checked.
    """

    period: str
    community_code: str | None
    staff_code: str | None
    drawn: int
    checked: int
    differing: int

    @property
    def differing_rate(self) -> Decimal | None:
        """Share of the checks that found it otherwise."""
        return Decimal(self.differing) / self.checked if self.checked else None


def measure_coverage(
    transaction: Transaction,
    periods: Collection[str],
    communities: Collection[str] | None = None,
    *,
    plans: Sequence[str] = MONTH_PLANS,
) -> list[Coverage]:
    """Coverage and entry rate of months or weather events.

    80 planned, 2 of them cancelled, 75 visited and 70 entered: coverage 75 ÷ 78 = 96.2 %, entry rate 70 ÷ 78 = 89.7 %.

    Args:
        transaction: open transaction.
        periods: months, YYYY-MM; or event codes, with ``plans=EVENT_PLANS``.
        communities: community codes; None: all. A reader's scope is given here, so that the total is of it alone.
        plans: kinds of plan counted together.

    Returns:
        One row per period and community that has something planned, and one per period for all of them together
        (community_code None), which comes first; nothing planned, no row.
    """
    rows = execute(
        transaction,
        "vacancy_inspections/measure_coverage",
        periods=sorted(periods),
        plans=list(plans),
        community_codes=None if communities is None else sorted(communities),
    )
    return [Coverage(**row._mapping) for row in rows]


def measure_spot_checks(
    transaction: Transaction, periods: Collection[str], communities: Collection[str] | None = None
) -> list[SpotChecks]:
    """Spot checks by the month they check.

    Args:
        transaction: open transaction.
        periods: months checked, YYYY-MM.
        communities: community codes; None: all.

    Returns:
        Per period one row for all communities asked for, then per community one row for all inspectors and one per
        inspector checked; nothing drawn, no row.
    """
    rows = execute(
        transaction,
        "vacancy_inspections/measure_spot_checks",
        periods=sorted(periods),
        community_codes=None if communities is None else sorted(communities),
    )
    return [SpotChecks(**row._mapping) for row in rows]
