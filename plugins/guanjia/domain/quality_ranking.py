"""The monthly ranking of agents by quality, volume, attendance and adherence (QC-01, QC-04).

total = Σ weight × points ÷ Σ weights, over what is known of the agent. Worked example: weights 50, 20, 15, 15; quality
90, volume 80, attendance 100, log-ins not recorded: (4500 + 1600 + 1500) ÷ 85 = 89.41.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

PARTS: Final = ("quality", "volume", "attendance", "adherence")
BEST: Final = Decimal(100)
_CENT: Final = Decimal("0.01")

Unranked = Literal["", "too_few_scored", "too_few_shifts"]


@dataclass(frozen=True)
class AgentMonth:
    """What is known of an agent's month.

    Attributes:
        staff_code: agent.
        team_code: team at the end of the month; empty: none.
        mean_score: mean quality score, 0 to 100; None: no sample.
        scored: items scored.
        items: calls and cases.
        shifts_attended: shifts attended.
        shifts_due: shifts attended or missed; leave and what nobody recorded left out.
        shift_minutes: minutes of the attended shifts with a record of log-in.
        logged_in_minutes: minutes logged in during these.
    """

    staff_code: str
    team_code: str
    mean_score: Decimal | None
    scored: int
    items: int
    shifts_attended: int
    shifts_due: int
    shift_minutes: int
    logged_in_minutes: int

    @property
    def items_a_shift(self) -> Decimal | None:
        """Items per attended shift; None: no shift attended."""
        return Decimal(self.items) / self.shifts_attended if self.shifts_attended else None


@dataclass(frozen=True)
class Ranked:
    """An agent's place.

    Attributes:
        agent: the agent's month.
        points: part → points, 0 to 100, to the hundredth; what is not known is missing.
        total: weighted points to the hundredth; None: unranked.
        place: place among all, from 1; equal totals share it, the next ones are left out. None: unranked.
        team_place: likewise within the team; None: unranked or no team.
        reason: why unranked.
    """

    agent: AgentMonth
    points: Mapping[str, Decimal]
    total: Decimal | None
    place: int | None
    team_place: int | None
    reason: Unranked


def rank(
    agents: Iterable[AgentMonth], weights: Mapping[str, Decimal], *, least_scored: int, least_shifts: int
) -> list[Ranked]:
    """Rank the agents of a month.

    Args:
        agents: their months.
        weights: part → weight, not negative; one at least above 0.
        least_scored: items that must be scored to be ranked.
        least_shifts: shifts that must be attended to be ranked.

    Returns:
        By place, then staff code; the unranked at the end.
    """
    months = sorted(agents, key=lambda each: each.staff_code)
    pace = best_pace(months, least_shifts)
    found = []
    for each in months:
        points = _points(each, pace)
        reason: Unranked = ""
        if each.shifts_attended < least_shifts:
            reason = "too_few_shifts"
        if each.mean_score is None or each.scored < least_scored:
            reason = "too_few_scored"
        found.append((each, points, None if reason else total_of(points, weights), reason))
    totals = [total for _each, _points, total, _reason in found]
    teams = {each.team_code: [t for e, _p, t, _r in found if e.team_code == each.team_code] for each in months}
    ranked = [
        Ranked(
            agent=each,
            points=points,
            total=total,
            place=_place(total, totals),
            team_place=_place(total, teams[each.team_code]) if each.team_code else None,
            reason=reason,
        )
        for each, points, total, reason in found
    ]
    return sorted(ranked, key=lambda each: (each.place is None, each.place or 0, each.agent.staff_code))


def total_of(points: Mapping[str, Decimal], weights: Mapping[str, Decimal]) -> Decimal:
    """The weighted mean of what is known, to the hundredth; 0 where nothing that counts is known."""
    known = {part: weights.get(part, Decimal(0)) for part in points}
    whole = sum(known.values(), Decimal(0))
    if not whole:
        return Decimal(0)
    found = sum((points[part] * weight for part, weight in known.items()), Decimal(0)) / whole
    return found.quantize(_CENT, ROUND_HALF_UP)


def best_pace(agents: Iterable[AgentMonth], least_shifts: int) -> Decimal | None:
    """Items per shift that the best quarter of colleagues reach; None: nobody attended shifts enough.

    Whoever has fewer shifts than are needed for a place says nothing of the pace: of two shifts of which one was not
    recorded, that one alone would look twice as fast, at everybody's expense.

    Args:
        agents: their months.
        least_shifts: shifts that must be attended to be ranked.
    """
    paces = [each.items_a_shift for each in agents if each.shifts_attended >= least_shifts]
    return upper_quartile([pace for pace in paces if pace is not None])


def upper_quartile(numbers: Sequence[Decimal]) -> Decimal | None:
    """The number that a quarter of them reach (interpolated between neighbours); None: there are none."""
    if not numbers:
        return None
    ordered = sorted(numbers)
    at = Decimal(3 * (len(ordered) - 1)) / 4
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below)


def _points(agent: AgentMonth, pace: Decimal | None) -> dict[str, Decimal]:
    points: dict[str, Decimal] = {}
    if agent.mean_score is not None:
        points["quality"] = agent.mean_score
    if agent.items_a_shift is not None and pace:
        points["volume"] = min(BEST, BEST * agent.items_a_shift / pace)
    if agent.shifts_due:
        points["attendance"] = BEST * agent.shifts_attended / agent.shifts_due
    if agent.shift_minutes:
        points["adherence"] = min(BEST, BEST * agent.logged_in_minutes / agent.shift_minutes)
    return {part: number.quantize(_CENT, ROUND_HALF_UP) for part, number in points.items()}


def _place(total: Decimal | None, totals: Iterable[Decimal | None]) -> int | None:
    if total is None:
        return None
    return 1 + sum(other is not None and other > total for other in totals)
