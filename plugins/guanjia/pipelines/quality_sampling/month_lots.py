"""The lots of a month before they are completed: what each agent finished, and the acceptance plan it calls for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, cast
from unicodedata import normalize

from guanjia.domain.quality_periods import month_bounds
from guanjia.domain.sampling_plans import (
    LIMITS,
    Inspection,
    Level,
    Plan,
    Standing,
    acceptance_one_tighter,
    plan_for,
    resumed,
)
from guanjia.pipelines.quality_sampling.assigning import note_remark
from guanjia.pipelines.quality_sampling.capacity import COMPANY
from guanjia.pipelines.quality_sampling.frame import Policy
from guanjia.pipelines.quality_sampling.lots import History, histories_before
from guanjia.pipelines.quality_sampling.served import day_of
from guanjia.settings import TIME_ZONE
from guanjia.store.business_settings import required_setting
from guanjia.store.engine import Transaction
from guanjia.store.runs import Run
from guanjia.store.sql import execute

_LEVELS: Final = ("I", "II", "III")
_DEFAULT_LEVEL: Final[Level] = "II"


@dataclass(frozen=True)
class Month:
    """A month that is drawn.

    Attributes:
        name: YYYY-MM.
        starts_at: start, inclusive; of the month in which sampling began that of the first week drawn.
        ends_at: end, exclusive.
        monday: day it is drawn on: the Monday after its last week; what was in force then holds.
    """

    name: str
    starts_at: datetime
    ends_at: datetime
    monday: date

    @property
    def short_name(self) -> str:
        """Its name in codes, such as ``2610``."""
        return self.name[2:].replace("-", "")


@dataclass(frozen=True)
class LotTerms:
    """What a month's lots are judged by.

    Attributes:
        kinds: kinds of item that lots are made of: those whose policy names a limit.
        limit: the strictest limit, percent.
        level: its inspection level.
    """

    kinds: tuple[str, ...]
    limit: Decimal
    level: Level


@dataclass(frozen=True)
class AgentLot:
    """An agent's lot before it is completed.

    Attributes:
        staff_code: agent.
        section: who scores the top-up: the agent's own community, where it is a section, else the company.
        size: items that could be drawn, those drawn before included.
        unsampled: of these, drawn by nobody.
        combined: exclusive or of their hashes.
        random_items: drawn at random before; those nobody scored in time are left out, as they give no verdict.
        usable_items: drawn before in any way, likewise.
        inspection: inspection in force.
        plan: acceptance plan.
        score: switching score before it.
        explanation: what it rests on.
    """

    staff_code: str
    section: str
    size: int
    unsampled: int
    combined: int
    random_items: int
    usable_items: int
    inspection: Inspection
    plan: Plan
    score: int
    explanation: Mapping[str, Any]

    @property
    def short_of(self) -> int:
        """Random items short of the plan's n."""
        return max(0, self.plan.sample_size - self.random_items)

    @property
    def is_every_item(self) -> bool:
        """Once completed, every item is looked at; those drawn by risk count as well then, for none is left out."""
        return self.plan.is_whole_lot or (self.short_of > 0 and self.short_of >= self.unsampled)

    @property
    def wanted(self) -> int:
        """Items to draw so that the plan can be carried out."""
        return self.unsampled if self.is_every_item else self.short_of

    @property
    def is_tightened(self) -> bool:
        """Inspected more strictly than normal: its top-up comes first."""
        return self.inspection in ("tightened", "discontinued")


def lot_terms(
    transaction: Transaction, run: Run, at: datetime, month: str, policies: Mapping[str, Policy]
) -> LotTerms | None:
    """What a month's lots are judged by: the strictest limit of the kinds that have one, at its level.

    Args:
        transaction: open transaction.
        run: run a remark is written by.
        at: instant worked at.
        month: month, YYYY-MM.
        policies: policies in force.

    Returns:
        None: no kind has a limit the standard knows. A limit or level it does not know is told.
    """
    found: dict[str, tuple[Decimal, Level]] = {}
    for kind, policy in sorted(policies.items()):
        if policy.aql is None:
            continue
        level = normalize("NFKC", policy.inspection_level or _DEFAULT_LEVEL).strip().upper()
        if policy.aql not in LIMITS or level not in _LEVELS:
            facts = {"month": month, "aql": str(policy.aql), "level": level, "policy": policy.policy_code}
            note_remark(transaction, run, at, "aql_unusable", f"{month} {policy.policy_code}", None, **facts)
            continue
        found[kind] = policy.aql, cast("Level", level)
    if not found:
        return None
    limit = min(limit for limit, _level in found.values())
    levels = [level for of_kind, level in found.values() if of_kind == limit]
    return LotTerms(tuple(sorted(found)), limit, max(levels, key=_LEVELS.index))


def lots_of(transaction: Transaction, month: Month, terms: LotTerms, sections: Collection[str]) -> list[AgentLot]:
    """The lots of a month, by agent.

    Args:
        transaction: open transaction with the temporary table ``month_items``.
        month: the month; those before it are closed.
        terms: what its lots are judged by.
        sections: communities with reviewers of their own.

    Raises:
        SettingsError: a stored setting cannot be read.
    """
    histories = histories_before(transaction, month.name)
    new_days = int(str(required_setting(transaction, "quality_new_agent_days", month.monday)))
    is_approved = bool(required_setting(transaction, "quality_reduced_approved", month.monday))
    rows = execute(
        transaction,
        "quality_sampling/count_month_lots",
        starts_at=month_bounds(month.name, TIME_ZONE)[0],
        ends_at=month.ends_at,
        kinds=list(terms.kinds),
    )
    found = []
    for row in rows:
        history = histories.get(row.staff_code, History(Standing(), (), is_steady=False))
        is_new = row.hired_on is not None and (day_of(month.starts_at) - row.hired_on).days <= new_days
        facts = {"is_steady": history.is_steady and not is_new, "is_approved": is_approved}
        section = row.community_code if row.community_code in sections else COMPANY
        found.append(_lot(row, section, history.standing, terms, facts))
    return found


def _lot(row: Any, section: str, standing: Standing, terms: LotTerms, facts: Mapping[str, Any]) -> AgentLot:
    size = row.unsampled + row.sampled
    plan = plan_for(size, terms.limit, terms.level, resumed(standing).inspection)
    explanation = {
        "kinds": list(terms.kinds),
        "final_letter": plan.final_letter,
        "tighter_acceptance": acceptance_one_tighter(plan, terms.limit),
        "unsampled": row.unsampled,
        "expired": row.sampled - row.usable,
    }
    return AgentLot(
        staff_code=row.staff_code,
        section=section,
        size=size,
        unsampled=row.unsampled,
        combined=row.combined,
        random_items=row.random_usable,
        usable_items=row.usable,
        inspection=standing.inspection,
        plan=plan,
        score=standing.score,
        explanation={**explanation, **facts},
    )
