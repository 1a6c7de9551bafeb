"""Whole numbers in proportion: seats by Sainte-Laguë, and the best allocation of a sample when spreads are known.

Seats are given one after the other to whoever is furthest behind, so that with one more seat nobody gets fewer (largest
remainders do not keep that). Worked example: 24 to sizes 16 and 48: 6 and 18.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from heapq import heapify, heappop, heapreplace


def seats_in_turn(weights: Sequence[Fraction | int], rooms: Sequence[int], given: Sequence[int]) -> Iterator[int]:
    """Whose turn it is, seat after seat, as long as there is room.

    Args:
        weights: weight of each, not negative; who has none gets none.
        rooms: seats each can take at most, those given included.
        given: seats each has already.

    Yields:
        Place of whoever gets the next seat; of those equally far behind the first.
    """
    seats = list(given)
    waiting = [
        (-Fraction(weight) / (2 * seats[place] + 1), place)
        for place, weight in enumerate(weights)
        if weight > 0 and seats[place] < rooms[place]
    ]
    heapify(waiting)
    while waiting:
        _behind, place = waiting[0]
        seats[place] += 1
        yield place
        if seats[place] < rooms[place]:
            heapreplace(waiting, (-Fraction(weights[place]) / (2 * seats[place] + 1), place))
        else:
            heappop(waiting)


def proportional(
    weights: Sequence[Fraction | int],
    seats: int,
    rooms: Sequence[int] | None = None,
    given: Sequence[int] | None = None,
) -> list[int]:
    """Seats in proportion to weights.

    Args:
        weights: weight of each, not negative.
        seats: seats to give, those given included.
        rooms: seats each can take at most; None: its weight, as of a population.
        given: seats each has from the start; None: none.

    Returns:
        Seats of each, in the same order; fewer in all where there is no room for more.
    """
    found = list(given) if given is not None else [0] * len(weights)
    room = [int(weight) for weight in weights] if rooms is None else rooms
    left = seats - sum(found)
    for place in seats_in_turn(weights, room, found) if left > 0 else ():
        found[place] += 1
        left -= 1
        if not left:
            break
    return found


def neyman(sizes: Sequence[int], deviations: Sequence[float], items: int) -> list[float]:
    """The allocation of a sample to strata that makes the interval of the mean shortest (Neyman 1934).

    Worked example: sizes 16 and 48 with deviations 232.04 and 74.71, 24 items: 12.21 and 11.79.

    Args:
        sizes: items in each stratum.
        deviations: standard deviation in each.
        items: items of the sample.

    Returns:
        Items of each stratum, not rounded; in proportion to size where nothing is known to vary.
    """
    total = sum(size * deviation for size, deviation in zip(sizes, deviations, strict=True))
    if total <= 0:
        return [items * size / sum(sizes) if sum(sizes) else 0.0 for size in sizes]
    return [items * size * deviation / total for size, deviation in zip(sizes, deviations, strict=True)]
