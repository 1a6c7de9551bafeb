"""Chance, reproducible: the same seed gives the same company on every machine and Python.

Each area of each community draws from a stream of its own, named by its path (``seed/cases/001``), so adding an area
or a community leaves all others as they were. Only the generator's ``random()`` and IEEE arithmetic are used: no
``exp``, ``log`` or ``gauss``, whose last digit may differ between machines, and no ``sum`` of floats, which Python
3.12 changed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")

Bands = Sequence[tuple[float, int, int]]
"""A piecewise even distribution: (share up to here, lowest, highest), the last share is 1."""

COUNT_TRIALS_PER_EXPECTED = 4
COUNT_TRIALS_AT_LEAST = 4


class Weighted(Generic[T]):
    """Things with weights, to be drawn from."""

    __slots__ = ("items", "steps", "total")

    def __init__(self, weights: Mapping[T, float]) -> None:
        self.items = tuple(weights)
        self.steps = list(accumulate(weights.values()))
        self.total = self.steps[-1]


class Draw:
    """One stream of chance."""

    __slots__ = ("random",)

    def __init__(self, seed: int, *path: str | int) -> None:
        self.random = Random("/".join(map(str, (seed, *path)))).random

    def chance(self, share: float) -> bool:
        """True in this share of draws."""
        return self.random() < share

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self.random() * (high - low + 1))

    def pick(self, things: Sequence[T]) -> T:
        """One of the things, each as likely."""
        return things[int(self.random() * len(things))]

    def of(self, weighted: Weighted[T]) -> T:
        """One of the things by weight."""
        return weighted.items[bisect_right(weighted.steps, self.random() * weighted.total)]

    def within(self, bands: Bands) -> int:
        """A whole number from a piecewise even distribution."""
        at = self.random()
        for share, low, high in bands:
            if at < share:
                return self.between(low, high)
        return bands[-1][2]

    def some(self, things: Sequence[T], count: int) -> list[T]:
        """That many different things in random order; all of them when there are fewer."""
        left = list(things)
        taken = min(count, len(left))
        for place in range(taken):
            other = place + int(self.random() * (len(left) - place))
            left[place], left[other] = left[other], left[place]
        return left[:taken]

    def count(self, mean: float) -> int:
        """How many of something that happens `mean` times on average (binomial, close to Poisson)."""
        trials = COUNT_TRIALS_AT_LEAST + int(mean * COUNT_TRIALS_PER_EXPECTED)
        share = mean / trials
        random = self.random
        return sum(random() < share for _ in range(trials))


def split(total: int, weights: Sequence[float]) -> list[int]:
    """Shares a total by weights in whole numbers that add up to it exactly (largest remainder, ties to the earlier)."""
    whole = list(accumulate(weights))[-1]
    exact = [total * weight / whole for weight in weights]
    shares = [int(amount) for amount in exact]
    by_remainder = sorted(range(len(weights)), key=lambda place: (shares[place] - exact[place], place))
    for place in by_remainder[: total - sum(shares)]:
        shares[place] += 1
    return shares
