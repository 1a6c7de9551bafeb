"""How many items of a week are drawn from where: at random in proportion, a minimum for every agent, the rest by risk.

Everything follows from the sizes of strata (kind, agent, channel) and risk classes alone; which items are drawn is the
business of `quality_draw`. Worked example: 2 agents with 90 and 10 calls, room for 20, half of them at random: 9 and 1
at random; the second agent's minimum of 3 adds 2; 8 are left for risk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from math import ceil
from typing import Final

from guanjia.domain.proportional_seats import proportional, seats_in_turn

POOLED: Final = "*"
"""Stands in a stratum's name for what is pooled in it."""

LEAST_RANDOM_SHARE: Final = Fraction(1, 2)
"""At least half of a sample is drawn at random, whatever the policy says."""

Pair = tuple[str, str]
"""Kind of item and agent."""


@dataclass(frozen=True, order=True)
class Stratum:
    """A stratum of the frame: items of one kind, agent and channel that can be drawn."""

    kind: str
    staff_code: str
    channel: str
    population: int = field(compare=False)


@dataclass(frozen=True)
class RiskClass:
    """Items of equal risk.

    Attributes:
        name: kind and flags, such as ``case:complaint+reopened``.
        weight: sum of the policy's weights of the flags.
        population: items it holds.
    """

    name: str
    weight: Fraction
    population: int


@dataclass(frozen=True)
class StratumShare:
    """What is drawn at random from a stratum, pooled where there is no room for one item of each.

    Attributes:
        name: its name, such as ``call:A001:in``, ``call:A001:*``, ``call:*:*``.
        members: strata of the frame it is made of.
        random_items: drawn in proportion.
        minimum_items: drawn for the minimum.
    """

    name: str
    members: tuple[Stratum, ...]
    random_items: int
    minimum_items: int

    @property
    def population(self) -> int:
        """Items it holds."""
        return sum(member.population for member in self.members)

    @property
    def place(self) -> tuple[str, str | None, str | None]:
        """Kind, agent and channel; None: pooled. The name does not tell them: codes and channels may hold colons."""
        first = self.members[0]
        if self.name == f"{first.kind}:{POOLED}:{POOLED}":
            return first.kind, None, None
        is_single = self.name == f"{first.kind}:{first.staff_code}:{first.channel}"
        return first.kind, first.staff_code, first.channel if is_single and len(self.members) == 1 else None

    @property
    def items(self) -> int:
        """Items drawn from it at random, one way or the other."""
        return self.random_items + self.minimum_items


@dataclass(frozen=True)
class Allocation:
    """How many items are drawn from where.

    Attributes:
        strata: shares of the random part; every stratum of the frame is a member of one.
        risk: name of the class → items drawn by risk.
        needed: items the minimum of every agent calls for.
        dropped: of these, found no room.
    """

    strata: tuple[StratumShare, ...]
    risk: Mapping[str, int]
    needed: int
    dropped: int

    @property
    def random_items(self) -> int:
        """Items of the random part, minimum included."""
        return sum(share.items for share in self.strata)


def items_in_room(capacity: int, double_share: Fraction, most: int) -> int:
    """How many items can be drawn when some are scored twice.

    Worked example: room for 110 scores, a tenth twice: 100 items.

    Args:
        capacity: scores the reviewers can give.
        double_share: share scored twice, 0 to 1, rounded up to whole items.
        most: items there are.
    """
    items = min(most, max(0, capacity))
    while items and items + doubles_of(items, double_share) > capacity:
        items -= max(1, (items + doubles_of(items, double_share) - capacity) // 2)
    return items


def doubles_of(items: int, double_share: Fraction) -> int:
    """How many of some items are scored twice: the share, rounded up."""
    return ceil(items * double_share)


def allocate(
    strata: Iterable[Stratum],
    classes: Sequence[RiskClass],
    items: int,
    *,
    minimum: Mapping[str, int],
    random_share: Fraction,
    lot_of: Callable[[str], int],
) -> Allocation:
    """Spread the items of a draw over strata and risk classes.

    Args:
        strata: strata of the frame; empty ones are left out.
        classes: classes of items with a risk.
        items: items to draw, as `items_in_room` gives them.
        minimum: items per agent at least, by kind.
        random_share: share drawn at random; under a half counts as a half.
        lot_of: keyed hash of ``kind:agent``; who comes first where there is no room for the minimum of all.

    Returns:
        Shares: random items by Sainte-Laguë over all strata, raised to the minimum per kind and agent; what is left is
        spread over the risk classes by weight and size. What these cannot take is drawn at random as well, and
        everything where there is room for every item. Where both do not fit, the random share gives way; where the
        minimum itself does not fit, kinds and agents get one item each in turn. Every item keeps a chance: channels,
        and at last agents, are pooled rather than left out, as long as there is one item for each kind.
    """
    members = sorted(stratum for stratum in strata if stratum.population > 0)
    pairs: dict[Pair, list[Stratum]] = {}
    for stratum in members:
        pairs.setdefault((stratum.kind, stratum.staff_code), []).append(stratum)
    need = {pair: min(minimum.get(pair[0], 0), _size(of)) for pair, of in pairs.items()}
    needed = sum(need.values())
    population = _size(members)
    there = min(items, population)
    if needed > there:
        shares = _share_out(pairs, _in_turn(pairs, need, there, lot_of), {}, there)
        return Allocation(shares, {each.name: 0 for each in classes}, needed, needed - there)
    by_risk = 0 if there == population else sum(each.population for each in classes)
    at_random = ceil(there * max(random_share, LEAST_RANDOM_SHARE))
    random = _random_of_pairs(members, need, there, at_random, there - by_risk)
    wanted = {pair: max(random.get(pair, 0), least) for pair, least in need.items()}
    _leave_room_for_pools(wanted, need, there)
    shares = _share_out(pairs, wanted, random, there)
    left = there - sum(share.items for share in shares)
    risk = proportional(
        [each.weight * each.population for each in classes], left, [each.population for each in classes]
    )
    dropped = sum(max(0, least - wanted[pair]) for pair, least in need.items())
    return Allocation(shares, {each.name: k for each, k in zip(classes, risk, strict=True)}, needed, dropped)


@dataclass(frozen=True)
class TopUp:
    """What an agent's lot still needs.

    Attributes:
        staff_code: agent.
        missing: items that complete the plan's n, at least 1.
        is_tightened: the lot is under tightened inspection, or was discontinued.
    """

    staff_code: str
    missing: int
    is_tightened: bool


def top_ups_in_room(needs: Iterable[TopUp], room: int, lot_of: Callable[[str], int]) -> list[TopUp]:
    """Whose lots are completed when there is not room for all: whole lots only, for half a top-up gives no verdict.

    Args:
        needs: what is missing, per agent.
        room: items that can be scored.
        lot_of: keyed hash of the agent's code, for those who need equally many.

    Returns:
        Tightened ones first, then those who need fewest; who needs more than is left is passed over.
    """
    found = []
    for need in sorted(
        needs, key=lambda each: (not each.is_tightened, each.missing, lot_of(each.staff_code), each.staff_code)
    ):
        if need.missing <= room:
            room -= need.missing
            found.append(need)
    return found


def frame_digest(parts: Iterable[tuple[str, int, int]]) -> str:
    """The digest of a frame, whatever the order of its rows.

    Args:
        parts: name, size, and exclusive or of the items' hashes of every stratum and risk class.

    Returns:
        sha256 in hexadecimal digits.
    """
    lines = sorted(f"{name}|{size}|{combined}" for name, size, combined in parts)
    return sha256("\n".join(lines).encode()).hexdigest()


def _size(strata: Iterable[Stratum]) -> int:
    return sum(stratum.population for stratum in strata)


def _random_of_pairs(
    members: Sequence[Stratum], need: Mapping[Pair, int], there: int, least: int, not_by_risk: int
) -> dict[Pair, int]:
    """Random items per kind and agent, in turn: as many as are due and fit beside the minimum, and what risk leaves."""
    sizes = [stratum.population for stratum in members]
    random: dict[Pair, int] = {}
    used = sum(need.values())
    for count, place in enumerate(seats_in_turn(sizes, sizes, [0] * len(sizes))):
        pair = (members[place].kind, members[place].staff_code)
        grows = random.get(pair, 0) >= need[pair]
        if used + grows > (there if count < least else not_by_risk):
            break
        random[pair] = random.get(pair, 0) + 1
        used += grows
    return random


def _in_turn(
    pairs: Mapping[Pair, Sequence[Stratum]], need: Mapping[Pair, int], there: int, lot_of: Callable[[str], int]
) -> dict[Pair, int]:
    """Items per kind and agent when the minimum does not fit: one each in turn; some are left to be pooled."""
    order = sorted((pair for pair in pairs if need[pair]), key=lambda pair: (lot_of(":".join(pair)), pair))
    rest = [pair for pair in pairs if not need[pair]]
    given = dict.fromkeys(pairs, 0)
    for single in range(min(there, len(order)), -1, -1):
        pools = {kind for kind, _staff in (*order[single:], *rest)}
        if single + len(pools) <= there:
            break
    else:
        single = 0
    left = there - len({kind for kind, _staff in (*order[single:], *rest)})
    if single < len(order):
        return given | dict.fromkeys(order[:single], 1)
    while left > 0:
        for pair in order:
            if left > 0 and given[pair] < need[pair]:
                given[pair] += 1
                left -= 1
    return given


def _leave_room_for_pools(wanted: dict[Pair, int], need: Mapping[Pair, int], there: int) -> None:
    """Whoever has most beyond the minimum gives, until one item is left for each kind that some agents have none of."""
    while any(wanted.values()) and _pools_of(wanted) > there - sum(wanted.values()):
        most = max(wanted, key=lambda pair: (wanted[pair] - need[pair], wanted[pair], pair))
        wanted[most] -= 1


def _pools_of(wanted: Mapping[Pair, int]) -> int:
    """Kinds some agents have no item of."""
    return len({kind for (kind, _staff), count in wanted.items() if not count})


def _share_out(
    pairs: Mapping[Pair, Sequence[Stratum]], items: Mapping[Pair, int], random: Mapping[Pair, int], there: int
) -> tuple[StratumShare, ...]:
    """Shares of the channels of each kind and agent; who has no item is pooled with the others of the kind."""
    room = there - sum(items.values())
    found: list[StratumShare] = []
    pools: dict[str, list[Stratum]] = {}
    for (kind, staff), strata in pairs.items():
        count = items[kind, staff]
        labelled = min(count, random.get((kind, staff), 0))
        if not count:
            pools.setdefault(kind, []).extend(strata)
        elif count < len(strata):
            found.append(StratumShare(f"{kind}:{staff}:{POOLED}", tuple(strata), labelled, count - labelled))
        else:
            found.extend(_channels(strata, count, labelled))
    for kind, strata in sorted(pools.items(), key=lambda pool: (-_size(pool[1]), pool[0])):
        found.append(StratumShare(f"{kind}:{POOLED}:{POOLED}", tuple(strata), 0, min(1, max(0, room))))
        room -= 1
    return tuple(found)


def _channels(strata: Sequence[Stratum], count: int, labelled: int) -> Iterable[StratumShare]:
    sizes = [stratum.population for stratum in strata]
    seats = proportional(sizes, count, given=[1] * len(sizes))
    random = proportional(seats, labelled)
    for stratum, all_of_it, at_random in zip(strata, seats, random, strict=True):
        name = f"{stratum.kind}:{stratum.staff_code}:{stratum.channel}"
        yield StratumShare(name, (stratum,), at_random, all_of_it - at_random)
