"""Who scores what: as even as room and rules allow, never one's own work nor that of one's own team.

Items that the same people may score form a group. First everything falls to whoever is least loaded; then single items
move along chains of reviewers for as long as that makes any load more even. So no other assignment has a smaller
highest load; where everybody may score everything, loads of equal reviewers differ by one item at most.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Reviewer:
    """Somebody who scores.

    Attributes:
        staff_code: who.
        room: items that can still be taken.
        load: items taken before, which count for the balance.
    """

    staff_code: str
    room: int
    load: int = 0

    @property
    def capacity(self) -> int:
        """All the items there is or was room for."""
        return self.room + self.load


@dataclass(frozen=True)
class ItemGroup:
    """Items that the same people may score.

    Attributes:
        name: name of the group; groups with the same people are told apart by it.
        items: how many.
        tiers: who may, best first; somebody of a later tier only gets what earlier ones have no room for.
    """

    name: str
    items: int
    tiers: tuple[frozenset[str], ...]

    @property
    def allowed(self) -> frozenset[str]:
        """Everybody who may."""
        return frozenset().union(*self.tiers)


Shares = dict[tuple[str, str], int]
"""Group and reviewer → items."""


def assign(groups: Iterable[ItemGroup], reviewers: Iterable[Reviewer]) -> Shares:
    """Spread items over reviewers.

    Args:
        groups: items, by who may score them.
        reviewers: who is there.

    Returns:
        Items by group and reviewer, none of 0; what nobody may or has room for is missing.
    """
    people = {
        each.staff_code: each for each in sorted(reviewers, key=lambda each: each.staff_code) if each.capacity > 0
    }
    loads = {code: each.load for code, each in people.items()}
    shares: Shares = {}
    ordered = sorted(groups, key=lambda group: (len(group.allowed & people.keys()), group.name))
    left = {group.name: group.items for group in ordered}
    usable: dict[str, frozenset[str]] = {group.name: frozenset() for group in ordered}
    ranks = {(group.name, code): rank for group in ordered for rank, tier in enumerate(group.tiers) for code in tier}
    for tier in range(max((len(group.tiers) for group in ordered), default=0)):
        for group in ordered:
            if left[group.name] and tier < len(group.tiers):
                usable[group.name] |= group.tiers[tier] & people.keys()
        for group in ordered:
            while left[group.name] and _place(group.name, usable, people, loads, shares):
                left[group.name] -= 1
        _even_out(usable, ranks, people, loads, shares)
    return {key: count for key, count in shares.items() if count}


def deal(codes: Sequence[str], group: str, shares: Mapping[tuple[str, str], int]) -> dict[str, str]:
    """Which item of a group falls to whom: in turn, in the order of the items.

    Args:
        codes: items of the group, in the order of their lots.
        group: name of the group.
        shares: as `assign` gives them.

    Returns:
        Item → reviewer; the last items, where the shares hold fewer.
    """
    left = {reviewer: count for (name, reviewer), count in sorted(shares.items()) if name == group}
    found: dict[str, str] = {}
    turn: deque[str] = deque(left)
    for code in codes:
        if not turn:
            break
        reviewer = turn.popleft()
        found[code] = reviewer
        left[reviewer] -= 1
        if left[reviewer]:
            turn.append(reviewer)
    return found


def _place(
    group: str,
    usable: Mapping[str, frozenset[str]],
    people: Mapping[str, Reviewer],
    loads: dict[str, int],
    shares: Shares,
) -> bool:
    """Give one item of a group to somebody, making room along a chain if need be; False: nobody can take it."""
    chain = _chain_to_room(usable[group], usable, people, loads, shares)
    if not chain:
        return False
    first, last = chain[0][1], chain[-1][1]
    _move(chain[1:], shares)
    shares[group, first] = shares.get((group, first), 0) + 1
    loads[last] += 1
    return True


_Step = tuple[str, str, str]
"""Group of the item that moves (empty at the start), to whom, from whom."""


def _chain_to_room(
    starts: frozenset[str],
    usable: Mapping[str, frozenset[str]],
    people: Mapping[str, Reviewer],
    loads: Mapping[str, int],
    shares: Mapping[tuple[str, str], int],
) -> list[_Step]:
    """The shortest chain of moves to the least loaded reviewer with room; empty: there is none."""
    order = sorted(starts, key=lambda code: (_fullness(people[code], loads[code] + 1), code))
    came: dict[str, _Step | None] = {code: ("", code, "") for code in order}
    waiting = deque(order)
    held: Mapping[str, Sequence[str]] = {}
    while waiting:
        code = waiting.popleft()
        if loads[code] < people[code].capacity:
            return _back(code, came)
        held = held or _held(shares)
        for name, other in _moves_from(code, usable, loads, people, held):
            if other not in came:
                came[other] = (name, other, code)
                waiting.append(other)
    return []


def _moves_from(
    code: str,
    usable: Mapping[str, frozenset[str]],
    loads: Mapping[str, int],
    people: Mapping[str, Reviewer],
    held: Mapping[str, Sequence[str]],
    ranks: Mapping[tuple[str, str], int] | None = None,
) -> list[tuple[str, str]]:
    """Groups of which the reviewer has items, with others who may score them (no less well), least loaded first."""
    found: dict[str, str] = {}
    for name in held.get(code, ()):
        for other in usable[name]:
            if other not in found and other != code and (ranks is None or ranks[name, other] <= ranks[name, code]):
                found[other] = name
        if len(found) >= len(people) - 1:
            break  # nobody is left to be found in another group
    return sorted(
        ((name, other) for other, name in found.items()),
        key=lambda move: (_fullness(people[move[1]], loads[move[1]] + 1), move[1]),
    )


def _held(shares: Mapping[tuple[str, str], int]) -> dict[str, list[str]]:
    """Reviewer → groups of which there are items, from the last name to the first."""
    found: dict[str, list[str]] = {}
    for (name, reviewer), count in sorted(shares.items(), reverse=True):
        if count:
            found.setdefault(reviewer, []).append(name)
    return found


def _back(code: str, came: Mapping[str, _Step | None]) -> list[_Step]:
    """The chain that ends with somebody, from its start."""
    steps: list[_Step] = []
    step = came[code]
    while step is not None:
        steps.append(step)
        step = came[step[2]] if step[2] else None
    return steps[::-1]


def _move(steps: Iterable[_Step], shares: Shares) -> None:
    for name, to, origin in steps:
        shares[name, origin] -= 1
        shares[name, to] = shares.get((name, to), 0) + 1


def _even_out(
    usable: Mapping[str, frozenset[str]],
    ranks: Mapping[tuple[str, str], int],
    people: Mapping[str, Reviewer],
    loads: dict[str, int],
    shares: Shares,
) -> None:
    """Move items along chains from the fullest reviewers to emptier ones until nothing gets more even by it.

    Nobody gets an item of a later tier for it: that is for want of room alone.
    """
    for _round in range(10 * (1 + sum(shares.values()))):
        held: Mapping[str, Sequence[str]] = {}
        with_room = [code for code in people if loads[code] < people[code].capacity]
        emptiest = min((_fullness(people[code], loads[code] + 1) for code in with_room), default=math.inf)
        for code in sorted(people, key=lambda each: (-_fullness(people[each], loads[each]), each)):
            if _fullness(people[code], loads[code]) <= emptiest:
                return  # neither this one nor those after it could give anything to anybody emptier
            held = held or _held(shares)
            chain = _chain_to_emptier(code, usable, ranks, people, loads, held)
            if chain:
                _move(chain, shares)
                loads[code] -= 1
                loads[chain[-1][1]] += 1
                break
        else:
            return


def _chain_to_emptier(
    start: str,
    usable: Mapping[str, frozenset[str]],
    ranks: Mapping[tuple[str, str], int],
    people: Mapping[str, Reviewer],
    loads: Mapping[str, int],
    held: Mapping[str, Sequence[str]],
) -> list[_Step]:
    """A chain to the emptiest reviewer who, with one item more, is still emptier than the start is now; empty: none."""
    came: dict[str, _Step | None] = {start: None}
    waiting = deque([start])
    best: str | None = None
    now = _fullness(people[start], loads[start])
    while waiting:
        code = waiting.popleft()
        for name, other in _moves_from(code, usable, loads, people, held, ranks):
            if other in came:
                continue
            came[other] = (name, other, code)
            waiting.append(other)
            then = _fullness(people[other], loads[other] + 1)
            is_better = best is None or then < _fullness(people[best], loads[best] + 1)
            if loads[other] < people[other].capacity and then < now and is_better:
                best = other
    return _back(best, came) if best is not None else []


def _fullness(reviewer: Reviewer, load: int) -> float:
    return load / reviewer.capacity  # correctly rounded: equal shares are equal numbers
