"""What an edition quotes and does not add up: the oldest open cases, the quality check's results, the ranking.

Quoted when the edition was computed, so that an old report says what it said. Codes and numbers only.
Source: REP-01, REP-04, QC-01, QC-05.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from guanjia.domain.masking import mask_name
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute


@dataclass(frozen=True)
class OpenCase:
    """A case that was open at the period's end.

    Attributes:
        case_code: its number.
        community_code: its community.
        kind: word of ``KINDS``.
        days: whole days since it was opened, or reopened last.
        is_overdue: a deadline of it ran past due.
        handler: staff number; blank: nobody's.
    """

    case_code: str
    community_code: str
    kind: str
    days: int
    is_overdue: bool
    handler: str = ""


@dataclass(frozen=True)
class QualityEstimate:
    """The quality check's own result of a week or month, weighted by strata.

    Attributes:
        period: quality week (2026-W47) or month (2026-10).
        mean: 0 to 100; None: nothing scored.
        low: lower bound of its 95 % interval; None: too little was scored to say.
        high: upper bound.
        sampled: items scored.
        population: items there were.
    """

    period: str
    mean: Decimal | None
    low: Decimal | None
    high: Decimal | None
    sampled: int
    population: int


@dataclass(frozen=True)
class Supervision:
    """Service supervision of a closed quality month (QC-05).

    Attributes:
        estimate: result of the month; its mean is None for a region.
        lots: agents judged; accepted and rejected: of these; tightened: go on tightened, or are discontinued.
        scored: items scored; by_another: of these, by another department than the agent's.
        corrections: errors that were to be corrected; corrected: of these, closed by the report's end.
    """

    estimate: QualityEstimate
    lots: int
    accepted: int
    rejected: int
    tightened: int
    scored: int
    by_another: int
    corrections: int
    corrected: int


@dataclass(frozen=True)
class RankedAgent:
    """An agent's line of the monthly ranking (QC-01); points are None where they are not known.

    Attributes:
        period: month.
        staff_code: staff number.
        name: staff number and masked name.
        team_code: team at the end of the month; blank: none.
        community_code: blank: none.
        rank: place among all of the company, from 1; None: not ranked.
        unranked_reason: why not; blank: ranked.
    """

    period: str
    staff_code: str
    name: str
    team_code: str
    community_code: str
    rank: int | None
    total: Decimal | None
    quality: Decimal | None
    volume: Decimal | None
    attendance: Decimal | None
    adherence: Decimal | None
    unranked_reason: str = ""


@dataclass(frozen=True)
class Quotes:
    """All that an edition quotes for one scope."""

    open_cases: tuple[OpenCase, ...] = ()
    estimates: tuple[QualityEstimate, ...] = ()
    supervision: Supervision | None = None
    ranking: tuple[RankedAgent, ...] = ()

    @property
    def community_codes(self) -> set[str]:
        """Communities that are named or whose people are."""
        return {each.community_code for each in self.open_cases} | {each.community_code for each in self.ranking}


def read_quotes(transaction: Transaction, key: Mapping[str, Any], scope: str) -> Quotes:
    """What an edition quotes for a scope.

    Args:
        transaction: open transaction; nothing is written.
        key: report, period and edition.
        scope: company, region:NAME, or a community.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for row in execute(transaction, "reports/list_edition_quotes", scope=scope, **key):
        found.setdefault(row.kind, []).append(row.content)
    names = agent_names(transaction, (each["staff_code"] for each in found.get("ranking", ())))
    supervision = [_supervision(each) for each in found.get("supervision", ())]
    return Quotes(
        tuple(OpenCase(**(each | {"handler": each["handler"] or ""})) for each in found.get("open_case", ())),
        tuple(_estimate(each) for each in found.get("quality", ())),
        supervision[0] if supervision else None,
        tuple(_ranked(each, names) for each in found.get("ranking", ())),
    )


def agent_names(transaction: Transaction, staff_codes: Iterable[str]) -> dict[str, str]:
    """What reports call members of staff: the staff number, with the name masked behind it.

    Args:
        transaction: open transaction; nothing is written.
        staff_codes: staff numbers.
    """
    codes = sorted(set(staff_codes))
    rows = execute(transaction, "reports/list_agent_names", staff_codes=codes) if codes else ()
    names = {row.staff_code: mask_name(row.staff_name) for row in rows}
    return {code: f"{code} {names[code]}" if names.get(code) else code for code in codes}


def _number(written: str | None) -> Decimal | None:
    return None if written is None else Decimal(written)


def _estimate(content: Mapping[str, Any]) -> QualityEstimate:
    mean, low, high = (_number(content[name]) for name in ("mean", "low", "high"))
    return QualityEstimate(content["period"], mean, low, high, content["sampled"], content["population"])


def _supervision(content: Mapping[str, Any]) -> Supervision:
    counted = ("lots", "accepted", "rejected", "tightened", "scored", "by_another", "corrections", "corrected")
    return Supervision(_estimate(content), **{name: content[name] for name in counted})


def _ranked(content: Mapping[str, Any], names: Mapping[str, str]) -> RankedAgent:
    points = ("total", "quality", "volume", "attendance", "adherence")
    return RankedAgent(
        period=content["period"],
        staff_code=content["staff_code"],
        name=names[content["staff_code"]],
        team_code=content["team_code"],
        community_code=content["community_code"],
        rank=content["rank"],
        unranked_reason=content["unranked_reason"] or "",
        **{name: _number(content[name]) for name in points},
    )
