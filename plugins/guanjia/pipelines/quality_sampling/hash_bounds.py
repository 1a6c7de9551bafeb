"""Hashes up to which items have to be looked at, so that enough of every stratum and risk class are, nearly always."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Final

from guanjia.domain.keyed_hash import LOWEST, SPAN
from guanjia.domain.quality_allocation import Allocation, StratumShare
from guanjia.pipelines.quality_sampling.counting import SectionFrame

HIGHEST: Final = LOWEST + SPAN - 1
"""The largest hash."""


@dataclass(frozen=True)
class Wanted:
    """What is to be drawn of a section: its frame and how many from where."""

    frame: SectionFrame
    allocation: Allocation


@dataclass(frozen=True)
class KindBounds:
    """What may be drawn at random of a kind.

    Attributes:
        drawn_below: hash up to which items of `drawn` may be drawn.
        drawn: agents with strata of their own that are drawn from.
        pooled_below: hash up to which anybody's items may be drawn.
        small: agents all of whose items are looked at, for they have few.
        needed: items that a stratum needs at most.
    """

    drawn_below: int
    drawn: list[str]
    pooled_below: int
    small: frozenset[str]
    needed: int

    def is_whole(self, share: StratumShare) -> bool:
        """All items of the stratum are looked at."""
        return all(member.staff_code in self.small for member in share.members)

    def of(self, share: StratumShare) -> int:
        """The bound within which a stratum's items are all known."""
        return self.pooled_below if is_pool(share) else self.drawn_below


@dataclass(frozen=True)
class Bounds:
    """Hashes up to which items may be drawn: at random by kind, by risk by class."""

    kinds: Mapping[str, KindBounds]
    classes: Mapping[str, int]


def bounds_of(wanted: Mapping[str, Wanted], width: int) -> Bounds:
    """Bounds that hold enough of every stratum and class, nearly always; the wider the surer."""
    kinds = {}
    for kind in ("call", "case"):
        shares = [
            share
            for each in wanted.values()
            for share in each.allocation.strata
            if share.items and share.members[0].kind == kind
        ]
        total = sum(
            part.population
            for each in wanted.values()
            for (of_kind, _staff, _channel), part in each.frame.strata.items()
            if of_kind == kind
        )
        kinds[kind] = _of_kind(shares, total, width)
    classes: dict[str, float] = {}
    for each in wanted.values():
        for name, items in each.allocation.risk.items():
            if items:
                part = _part(items, each.frame.classes[name].population, width)
                classes[name] = max(part, classes.get(name, 0.0))
    return Bounds(kinds, {name: _hash_at(part) for name, part in classes.items()})


def _of_kind(shares: Sequence[StratumShare], total: int, width: int) -> KindBounds:
    """The bounds that look at the fewest items: strata that need a higher one are looked at whole."""
    small: set[str] = set()
    pooled = 0.0
    for share in shares:
        if is_pool(share):
            part = _part(share.items, share.population, width)
            if part * total > 4 * share.population:
                small.update(member.staff_code for member in share.members)
            else:
                pooled = max(pooled, part)
    single = [share for share in shares if not is_pool(share)]
    ordered = sorted(((_part(each.items, each.population, width), each) for each in single), key=lambda each: -each[0])
    drawn_from = sum(share.population for share in single)
    whole, best, at = 0, float("inf"), 0
    for place, (part, share) in enumerate(ordered):
        if part * drawn_from + whole < best:
            best, at = part * drawn_from + whole, place
        whole += 4 * share.population
    small.update(share.members[0].staff_code for _part_of, share in ordered[:at])
    return KindBounds(
        drawn_below=_hash_at(ordered[at][0]) if ordered else LOWEST,
        drawn=sorted({share.members[0].staff_code for _part_of, share in ordered[at:]}),
        pooled_below=_hash_at(pooled),
        small=frozenset(small),
        needed=max((share.items for share in shares), default=0),
    )


def is_pool(share: StratumShare) -> bool:
    """Whether several agents are pooled in it."""
    return len({member.staff_code for member in share.members}) > 1


def _part(items: int, population: int, width: int) -> float:
    """The part of a population whose smallest hashes hold so many items, but once in a hundred thousand times."""
    return min(1.0, width * (items + 4 * sqrt(items) + 7) / population)


def _hash_at(part: float) -> int:
    return min(HIGHEST, LOWEST + ceil(part * SPAN))
