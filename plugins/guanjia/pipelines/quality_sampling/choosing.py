"""Which items are drawn, once it is known how many from where: the smallest hashes of each stratum and risk class.

Nothing is sorted but what may be drawn: one more scan takes the items whose hash lies below a bound that nearly always
holds enough of every stratum. Where it does not, the scan is repeated with a wider one; so the bound decides how long
it takes and never what is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal

from guanjia.domain.errors import DatabaseError
from guanjia.domain.keyed_hash import LOWEST, SPAN
from guanjia.domain.quality_allocation import StratumShare
from guanjia.pipelines.quality_sampling.counting import Frame, StratumKey, channel_of
from guanjia.pipelines.quality_sampling.hash_bounds import HIGHEST, Bounds, Wanted, bounds_of
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

_TRIES: Final = 40


@dataclass(frozen=True)
class Candidate:
    """An item that may be drawn, with its hashes under the seeds of the random part and the risk part."""

    kind: str
    code: str
    staff_code: str
    channel: str
    section: str
    community_code: str | None
    team_code: str | None
    occurred_at: datetime
    outcome: str
    risk_class: str
    is_late: bool
    random_hash: int
    risk_hash: int

    @property
    def stratum(self) -> StratumKey:
        """Kind, agent and channel."""
        return self.kind, self.staff_code, self.channel

    @property
    def random_place(self) -> tuple[int, str]:
        """What the random part orders by."""
        return self.random_hash, self.code

    @property
    def risk_place(self) -> tuple[int, str]:
        """What the risk part orders by."""
        return self.risk_hash, self.code


@dataclass(frozen=True)
class Chosen:
    """An item drawn.

    Attributes:
        item: the item.
        stratum: name of the stratum it lies in.
        reason: the first of random, minimum and risk that holds.
        is_risk: drawn by risk, perhaps at random too.
        random_probability: of being in the random part.
        risk_probability: of being in the risk part.
    """

    item: Candidate
    stratum: str
    reason: Literal["random", "minimum", "risk"]
    is_risk: bool
    random_probability: Fraction
    risk_probability: Fraction

    @property
    def probability(self) -> Fraction:
        """Of being in the sample: the two parts know nothing of each other."""
        return 1 - (1 - self.random_probability) * (1 - self.risk_probability)


@dataclass(frozen=True)
class Choice:
    """What was drawn of a section.

    Attributes:
        items: the sample, in the order of its random hashes.
        last_random: stratum → hash of the last item drawn at random.
        last_risk: class → hash of the last item drawn by risk.
    """

    items: list[Chosen]
    last_random: Mapping[str, int]
    last_risk: Mapping[str, int]


def choose(transaction: Transaction, frame: Frame, wanted: Mapping[str, Wanted]) -> dict[str, Choice]:
    """Choose the items of a week's draws.

    Args:
        transaction: open transaction with ``frame_items``, as `counting.count_frame` left it.
        frame: the week's frame.
        wanted: section → how many from where.

    Returns:
        Section → what was drawn.

    Raises:
        DatabaseError: there are fewer items than were counted.
    """
    width = 1
    for _try in range(_TRIES):
        bounds = bounds_of(wanted, width)
        found = _candidates(transaction, frame, bounds)
        chosen = {name: _choose_of(each, found.get(name, []), bounds) for name, each in wanted.items()}
        if all(choice is not None for choice in chosen.values()):
            return {name: choice for name, choice in chosen.items() if choice is not None}
        if width > SPAN:
            break
        width *= 8
    raise DatabaseError(
        f"The frame of {frame.week.name} holds fewer items now than were counted a moment ago. Calls and case events "
        "are locked while a week is drawn: look for triggers or sessions that write them in the same transaction."
    )


def _candidates(transaction: Transaction, frame: Frame, bounds: Bounds) -> dict[str, list[Candidate]]:
    """Items within the bounds, by section."""
    calls, cases = bounds.kinds["call"], bounds.kinds["case"]
    risk_cases_below = max(bounds.classes.get(f"case:{flags}", LOWEST) for flags in _GROUPED_CASES)
    _scan(transaction, frame, bounds, risk_cases_below)
    classes = [name.partition(":") for name in bounds.classes]
    rows = execute(
        transaction,
        "quality_sampling/list_candidates",
        random_seed=frame.seeds.random,
        risk_seed=frame.seeds.risk,
        calls_below=max(calls.drawn_below, calls.pooled_below),
        cases_below=max(cases.drawn_below, cases.pooled_below),
        small_calls=sorted(calls.small),
        small_cases=sorted(cases.small),
        drawn_cases=cases.drawn,
        pooled_cases_below=cases.pooled_below,
        new_agents=_new_agents(frame, bounds),
        risk_calls_below=bounds.classes.get(_NEW_CALLS, LOWEST),
        risk_cases_below=risk_cases_below,
        calls_needed=calls.needed,
        cases_needed=cases.needed,
        class_kinds=[kind for kind, _colon, _flags in classes],
        class_flags=[flags for _kind, _colon, flags in classes],
        class_below=list(bounds.classes.values()),
    )
    found: dict[str, list[Candidate]] = {}
    for row in rows:
        candidate = _candidate(frame, row)
        if candidate is not None:
            found.setdefault(candidate.section, []).append(candidate)
    return found


def _candidate(frame: Frame, row: Any) -> Candidate | None:
    """An item that may be drawn; None: another kind of scan tells of it."""
    community_code, team_code, flags = row.community_code, row.team_code, row.flags
    if not row.is_looked:
        agent = frame.agents.get(row.staff_code)
        if agent is None or not agent.is_plain or row.subject_kind not in frame.policies:
            return None
        community_code = community_code or agent.community_code
        if community_code not in frame.plain_communities:
            return None
        team_code, flags = agent.team_code, agent.with_flags(flags)
    return Candidate(
        kind=row.subject_kind,
        code=row.subject_code,
        staff_code=row.staff_code,
        channel=channel_of(row.subject_kind, row.channel),
        section=frame.section_of(community_code),
        community_code=community_code,
        team_code=team_code,
        occurred_at=row.occurred_at,
        outcome=row.outcome,
        risk_class=frame.class_of(row.subject_kind, flags),
        is_late=row.is_late,
        random_hash=row.random_hash,
        risk_hash=row.risk_hash,
    )


def _scan(transaction: Transaction, frame: Frame, bounds: Bounds, risk_cases_below: int) -> None:
    """Look at all of the week once more, by hashes alone."""
    seeds = {"random_seed": frame.seeds.random, "risk_seed": frame.seeds.risk}
    calls, cases = bounds.kinds["call"], bounds.kinds["case"]
    execute(transaction, "quality_sampling/drop_candidates")
    execute(
        transaction,
        "quality_sampling/create_call_candidates",
        **frame.call_bounds,
        **seeds,
        drawn_below=calls.drawn_below,
        drawn_agents=calls.drawn,
        pooled_below=calls.pooled_below,
        small_agents=sorted(calls.small),
        risk_below=bounds.classes.get(_NEW_CALLS, LOWEST),
        new_or_small_agents=sorted({*calls.small, *_new_agents(frame, bounds)}),
        with_unanswered=frame.rules.is_unanswered_drawn,
    )
    execute(
        transaction,
        "quality_sampling/create_case_candidates",
        **frame.bounds,
        **seeds,
        closing_events=list(frame.rules.closing_events),
        random_below=max(cases.drawn_below, cases.pooled_below),
        has_small=bool(cases.small),
        small_agents=sorted(cases.small),
        risk_below=risk_cases_below,
    )


def _new_agents(frame: Frame, bounds: Bounds) -> list[str]:
    """New agents, if their calls are drawn by risk."""
    return [code for code, agent in frame.agents.items() if agent.is_new and _NEW_CALLS in bounds.classes]


_NEW_CALLS: Final = "call:new_agent"
"""The class of calls that is counted in groups."""

_GROUPED_CASES: Final = ("complaint", "complaint+new_agent", "new_agent")
"""Classes of cases that are counted in groups; cases of all others stand in ``frame_items`` from the start."""


def _choose_of(wanted: Wanted, candidates: Sequence[Candidate], bounds: Bounds) -> Choice | None:
    """What is drawn of a section; None: the bounds hold too few."""
    share_of = {
        (member.kind, member.staff_code, member.channel): share
        for share in wanted.allocation.strata
        for member in share.members
    }
    by_share: dict[str, list[Candidate]] = {}
    by_class: dict[str, list[Candidate]] = {}
    for each in candidates:
        by_share.setdefault(share_of[each.stratum].name, []).append(each)
        if wanted.allocation.risk.get(each.risk_class):
            by_class.setdefault(each.risk_class, []).append(each)
    at_random: dict[tuple[str, str], Literal["random", "minimum"]] = {}
    last_random: dict[str, int] = {}
    for share in wanted.allocation.strata:
        if share.items:
            kind = bounds.kinds[share.members[0].kind]
            bound = HIGHEST if kind.is_whole(share) else kind.of(share)
            within = _smallest(
                by_share.get(share.name, []), share.items, share.population, bound, lambda item: item.random_place
            )
            if within is None:
                return None
            for place, item in enumerate(within):
                at_random[item.kind, item.code] = "random" if place < share.random_items else "minimum"
            last_random[share.name] = within[-1].random_hash
    risky: set[tuple[str, str]] = set()
    last_risk: dict[str, int] = {}
    for name, items in wanted.allocation.risk.items():
        if items:
            population = wanted.frame.classes[name].population
            within = _smallest(
                by_class.get(name, []), items, population, bounds.classes[name], lambda item: item.risk_place
            )
            if within is None:
                return None
            risky.update((item.kind, item.code) for item in within)
            last_risk[name] = within[-1].risk_hash
    chosen = [
        _chosen(wanted, share_of[each.stratum], each, at_random.get((each.kind, each.code)), risky)
        for each in candidates
        if (each.kind, each.code) in at_random or (each.kind, each.code) in risky
    ]
    chosen.sort(key=lambda each: (each.item.random_place, each.item.kind))
    return Choice(chosen, last_random, last_risk)


def _smallest(
    candidates: Iterable[Candidate],
    items: int,
    population: int,
    bound: int,
    place: Callable[[Candidate], tuple[int, str]],
) -> list[Candidate] | None:
    """So many items with the smallest hashes; None: some of them may lie beyond the bound."""
    found = sorted(candidates, key=place)
    if len(found) < min(items, population):
        return None
    is_whole = len(found) == population
    return found[:items] if is_whole or place(found[items - 1])[0] <= bound else None


def _chosen(
    wanted: Wanted,
    share: StratumShare,
    item: Candidate,
    reason: Literal["random", "minimum"] | None,
    risky: set[tuple[str, str]],
) -> Chosen:
    drawn = wanted.allocation.risk.get(item.risk_class, 0)
    return Chosen(
        item=item,
        stratum=share.name,
        reason=reason or "risk",
        is_risk=(item.kind, item.code) in risky,
        random_probability=Fraction(share.items, share.population),
        risk_probability=Fraction(drawn, wanted.frame.classes[item.risk_class].population) if drawn else Fraction(0),
    )


def rounded(probability: Fraction) -> Decimal:
    """A probability with twelve decimals; what is possible never becomes nought."""
    found = round(Decimal(probability.numerator) / Decimal(probability.denominator), 12)
    return found if found or not probability else Decimal("1E-12")
