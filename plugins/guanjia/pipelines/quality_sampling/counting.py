"""The frame of a week as numbers: strata, risk classes and populations with the exclusive or of their items' hashes.

A week of five million items is never sorted or copied. Calls and closings are counted where they lie, in two plain
scans; what such a group cannot tell (risky calls, cases reopened or closed twice, agents who changed teams, what came
in late or was drawn before) is few, is looked at one by one in ``frame_items``, and taken out of the groups again:
counts by subtraction, hashes because the exclusive or is its own inverse.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from typing import Any, Final
from unicodedata import normalize

from guanjia.domain.errors import DatabaseError
from guanjia.domain.keyed_hash import PROBE, keyed_hash
from guanjia.domain.quality_allocation import RiskClass, Stratum, frame_digest
from guanjia.domain.quality_draw import class_name
from guanjia.domain.quality_periods import Week
from guanjia.pipelines.quality_sampling.capacity import COMPANY
from guanjia.pipelines.quality_sampling.frame import NO_CHANNEL, FrameRules, Policy
from guanjia.store.engine import Transaction
from guanjia.store.sql import execute

StratumKey = tuple[str, str, str]
"""Kind, agent and channel."""

PopulationKey = tuple[str, str, str, str]
"""Agent, team (empty: none), community (empty: none) and kind."""

_NEW: Final = "new_agent"
_COMPLAINT: Final = "complaint"
_NIL: Final = Fraction(0)
_LONGEST_CALL: Final = timedelta(days=2)


@dataclass(frozen=True)
class Seeds:
    """Seeds of a draw's keyed hashes; all draws of a week share them, for their items are different ones."""

    random: int
    risk: int
    double: int


@dataclass(frozen=True)
class Agent:
    """Somebody whose work is drawn from: community (None: none of their own), team of the week, and what is special."""

    community_code: str | None
    team_code: str | None
    is_new: bool
    is_plain: bool
    is_served: bool

    def with_flags(self, flags: str) -> str:
        """An item's own flags, joined by ``+``, and the agent's."""
        return "+".join(filter(None, (flags, _NEW if self.is_new else "")))


@dataclass(frozen=True)
class Frame:
    """What counting and choosing go by.

    Attributes:
        week: the week.
        rules: rules of the frame.
        seeds: seeds of the draw.
        policies: kind → policy; kinds without one are in the frame, and nothing of them can be drawn.
        agents: staff code → agent.
        sections: community → section; of those served before the week ends.
        plain_communities: those served all week.
    """

    week: Week
    rules: FrameRules
    seeds: Seeds
    policies: Mapping[str, Policy]
    agents: Mapping[str, Agent]
    sections: Mapping[str, str]
    plain_communities: frozenset[str]

    @property
    def bounds(self) -> dict[str, Any]:
        """The week, for statements."""
        return {"frame_from": self.week.starts_at, "frame_to": self.week.ends_at}

    @property
    def call_bounds(self) -> dict[str, Any]:
        """The week, and when calls that ended in it may have begun."""
        begun = {"started_from": self.week.starts_at - _LONGEST_CALL, "started_to": self.week.ends_at + _LONGEST_CALL}
        return self.bounds | begun

    @property
    def plain_agents(self) -> list[str]:
        """Agents whose calls and cases are counted in groups."""
        return [code for code, agent in self.agents.items() if agent.is_plain]

    def section_of(self, community_code: str | None) -> str:
        """Who scores what a community's people ask for."""
        return self.sections.get(community_code or "", COMPANY)

    def class_of(self, kind: str, flags: str) -> str:
        """The risk class of flags joined by ``+``; empty: their weights add up to nothing."""
        return class_name(kind, flags.split("+")) if flags and self.weight_of(kind, flags) else ""

    def weight_of(self, kind: str, flags: str) -> Fraction:
        """The sum of the policy's weights of some flags."""
        policy = self.policies.get(kind)
        weights = policy.weights if policy else {}
        return sum((weights.get(flag, _NIL) for flag in flags.split("+")), _NIL)


@dataclass
class Part:
    """Items of a stratum or class: how many, and the exclusive or of their hashes."""

    population: int = 0
    combined: int = 0

    def add(self, items: int, combined: int) -> None:
        """Join others, or take them out (items negative)."""
        self.population += items
        self.combined ^= combined


@dataclass
class SectionFrame:
    """What a draw is made from.

    Attributes:
        strata: items that can be drawn, by kind, agent and channel.
        classes: of these, those with a risk, by class.
        weights: class → weight.
        populations: frame and population, by agent, team, community and kind.
        items: items of the frame.
        late_items: of these, came in after the draw of their own week.
    """

    strata: dict[StratumKey, Part] = field(default_factory=dict)
    classes: dict[str, Part] = field(default_factory=dict)
    weights: dict[str, Fraction] = field(default_factory=dict)
    populations: dict[PopulationKey, list[int]] = field(default_factory=dict)
    items: int = 0
    late_items: int = 0

    @property
    def population(self) -> int:
        """Items that can be drawn."""
        return sum(part.population for part in self.strata.values())

    @property
    def digest(self) -> str:
        """Digest of the frame."""
        strata = ((":".join(key), part) for key, part in self.strata.items() if part.population)
        classes = ((f"risk:{name}", part) for name, part in self.classes.items() if part.population)
        return frame_digest((name, part.population, part.combined) for name, part in (*strata, *classes))

    def list_strata(self) -> list[Stratum]:
        """The strata as the allocation takes them."""
        return [Stratum(*key, part.population) for key, part in sorted(self.strata.items()) if part.population]

    def list_classes(self) -> list[RiskClass]:
        """The risk classes as the allocation takes them."""
        return [
            RiskClass(name, self.weights[name], part.population)
            for name, part in sorted(self.classes.items())
            if part.population
        ]


def same_hash(transaction: Transaction) -> None:
    """Make sure that the server's hash is ours, on which every draw rests.

    Raises:
        DatabaseError: it is another one (a machine of another byte order).
    """
    word, seed = PROBE
    found = execute(transaction, "quality_sampling/find_keyed_hash", word=word, seed=seed).scalar_one()
    if found != keyed_hash(word, seed):
        raise DatabaseError(
            f"The database's keyed hash of the test word is {found}, expected {keyed_hash(word, seed)}: samples drawn "
            "here could not be drawn again elsewhere. Use a server on a little-endian machine (x86 or ARM)."
        )


def look_at_frame(
    transaction: Transaction, week: Week, rules: FrameRules, seeds: Seeds, policies: Mapping[str, Policy]
) -> Frame:
    """What counting goes by; `prepare_frame` has made the week's temporary tables."""
    communities = execute(transaction, "quality_sampling/list_frame_communities").all()
    plain = frozenset(row.community_code for row in communities if row.live_at <= week.starts_at)
    agents = {
        row.staff_code: Agent(
            row.community_code,
            row.team_code,
            row.is_new,
            not row.is_moving and row.community_code in plain,
            row.live_at is not None,
        )
        for row in execute(transaction, "quality_sampling/list_frame_agents", first_day=week.first)
    }
    sections = {row.community_code: row.section for row in communities}
    return Frame(week, rules, seeds, policies, agents, sections, plain)


def count_frame(transaction: Transaction, frame: Frame) -> dict[str, SectionFrame]:
    """Count the frame of a week.

    Args:
        transaction: open transaction with the week's temporary tables.
        frame: what counting goes by.

    Returns:
        Section → its frame, of every section there is. Single items stand in the temporary table ``frame_items``.
    """
    found = _Tally(frame)
    calls, closings = _groups(transaction, frame)
    _look_closer(transaction, frame, {row.staff_code for row in calls}, _has_others(frame, closings))
    with_unanswered = frame.rules.is_unanswered_drawn
    for row in calls:
        found.add_calls(row, 1)
    for row in closings:
        found.add_closings(row, 1)
    for row in execute(transaction, "quality_sampling/count_twice_counted", with_unanswered=with_unanswered):
        (found.add_calls if row.subject_kind == "call" else found.add_closings)(row, -1)
    for row in execute(transaction, "quality_sampling/count_frame_items"):
        found.add_items(row)
    return found.sections


class _Tally:
    """Adds groups up to the frames of sections."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        names = {COMPANY, *frame.sections.values()} if COMPANY in frame.sections.values() else frame.sections.values()
        self.sections = {name: SectionFrame() for name in sorted(names)}

    def add_calls(self, row: Any, sign: int) -> None:
        """Calls of a plain agent and direction."""
        agent = self._frame.agents.get(row.staff_code)
        if agent is not None and agent.is_plain:
            key = ("call", row.staff_code, row.channel, agent.community_code, agent.team_code)
            flags = agent.with_flags("")
            drawable = "call" in self._frame.policies
            population = row.population if drawable else 0
            self._add(key, flags, sign * row.items, sign * population, row.combined if population else 0)

    def add_closings(self, row: Any, sign: int) -> None:
        """Closings of a plain agent, channel, community and kind."""
        agent = self._frame.agents.get(row.staff_code)
        if agent is not None and agent.is_plain and row.community_code in self._frame.plain_communities:
            key = ("case", row.staff_code, channel_of("case", row.channel), row.community_code, agent.team_code)
            flags = agent.with_flags(_COMPLAINT if row.is_complaint else "")
            drawable = "case" in self._frame.policies
            population = sign * int(row.items) if drawable else 0
            self._add(key, flags, sign * int(row.items), population, row.combined if drawable else 0)

    def add_items(self, row: Any) -> None:
        """Items looked at one by one."""
        channel = channel_of(row.subject_kind, row.channel)
        key = (row.subject_kind, row.staff_code, channel, row.community_code, row.team_code)
        drawable = row.is_drawable
        section = self._add(key, row.flags, row.items, row.items if drawable else 0, row.combined if drawable else 0)
        section.late_items += row.items if row.is_late else 0

    def _add(
        self,
        key: tuple[str, str | None, str, str | None, str | None],
        flags: str,
        items: int,
        population: int,
        combined: int,
    ) -> SectionFrame:
        kind, staff_code, channel, community_code, team_code = key
        name = self._frame.section_of(community_code)
        section = self.sections.setdefault(name, SectionFrame())
        section.items += int(items)
        if staff_code is None:
            return section
        counted = section.populations.setdefault((staff_code, team_code or "", community_code or "", kind), [0, 0])
        counted[0] += int(items)
        counted[1] += int(population)
        section.strata.setdefault((kind, staff_code, channel), Part()).add(int(population), combined or 0)
        risk_class = self._frame.class_of(kind, flags)
        if risk_class:
            section.weights[risk_class] = self._frame.weight_of(kind, flags)
            section.classes.setdefault(risk_class, Part()).add(int(population), combined or 0)
        return section


def channel_of(kind: str, channel: str | None) -> str:
    """A channel as strata name it: without width variants and outer blanks; blank: `NO_CHANNEL`."""
    return str(channel) if kind == "call" else normalize("NFKC", channel or "").strip(" ") or NO_CHANNEL


def _groups(transaction: Transaction, frame: Frame) -> tuple[list[Any], list[Any]]:
    """Calls by agent and direction, closings by handler, channel, community and whether they are complaints."""
    calls = execute(
        transaction,
        "quality_sampling/count_calls",
        **frame.call_bounds,
        random_seed=frame.seeds.random,
        with_unanswered=frame.rules.is_unanswered_drawn,
    ).all()
    closings = execute(
        transaction,
        "quality_sampling/count_closings",
        **frame.bounds,
        random_seed=frame.seeds.random,
        closing_events=list(frame.rules.closing_events),
    ).all()
    return list(calls), list(closings)


def _has_others(frame: Frame, closings: Iterable[Any]) -> bool:
    """Whether there are closings that no group tells of."""
    plain = set(frame.plain_agents)
    return any(
        row.community_code in frame.sections
        and (row.staff_code not in plain or row.community_code not in frame.plain_communities)
        for row in closings
    )


def _look_closer(transaction: Transaction, frame: Frame, callers: Collection[str], has_others: bool) -> None:
    """Fill ``frame_items`` with what no group tells of."""
    execute(transaction, "quality_sampling/drop_frame_items")
    execute(transaction, "quality_sampling/create_frame_items")
    passed = [code for code, agent in frame.agents.items() if agent.is_plain or not agent.is_served]
    risky = list(execute(transaction, "quality_sampling/list_risky_case_codes").scalars())
    execute(
        transaction,
        "quality_sampling/create_looked_calls",
        **frame.call_bounds,
        is_needed=bool(risky) or not set(callers) <= set(passed),
        passed_agents=passed,
        risky_cases=risky,
    )
    execute(
        transaction,
        "quality_sampling/create_looked_cases",
        **frame.bounds,
        closing_events=list(frame.rules.closing_events),
        has_others=has_others,
        plain_agents=frame.plain_agents,
        plain_communities=sorted(frame.plain_communities),
    )
    execute(transaction, "quality_sampling/analyse_looked_calls")
    execute(transaction, "quality_sampling/analyse_looked_cases")
    _gather(transaction, frame)
    execute(transaction, "quality_sampling/analyse_frame_items")


def _gather(transaction: Transaction, frame: Frame) -> None:
    """Fill ``frame_items`` with all the draw asks of what ``looked_calls`` and ``looked_cases`` name."""
    given = {
        "frame_from": frame.week.starts_at,
        "random_seed": frame.seeds.random,
        "risk_seed": frame.seeds.risk,
        "drawn_kinds": list(frame.policies),
        "plain_agents": frame.plain_agents,
    }
    execute(transaction, "quality_sampling/gather_calls", **given, with_unanswered=frame.rules.is_unanswered_drawn)
    execute(
        transaction,
        "quality_sampling/gather_cases",
        **given,
        frame_to=frame.week.ends_at,
        closing_events=list(frame.rules.closing_events),
        plain_communities=sorted(frame.plain_communities),
    )
