"""A share with its interval, and how many items it takes to know one: Wilson 1927, Cochran 1977."""

from __future__ import annotations

from math import ceil, sqrt
from statistics import NormalDist


def wilson(successes: float, trials: float, confidence: float = 0.95) -> tuple[float, float] | None:
    """Wilson's interval of a share; it keeps its promise for few items and shares near 0 and 1.

    Worked example: 1 of 30 gives 0.0059 to 0.1667; 0 of 30 gives 0 to 0.1135.

    Args:
        successes: items with the feature, 0 to trials; of a weighted sample share × trials.
        trials: items looked at; of a weighted sample its effective size (squared sum ÷ sum of squares of the weights).
        confidence: between 0 and 1.

    Returns:
        Low and high, between 0 and 1; None: nothing was looked at.

    Raises:
        ValueError: more successes than trials, or a negative number.
    """
    if trials < 0 or not 0 <= successes <= trials:
        raise ValueError(f"No share of {successes} in {trials}.")
    if not trials:
        return None
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = successes / trials
    middle = share + z * z / (2 * trials)
    reach = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    whole = 1 + z * z / trials
    low = 0.0 if successes == 0 else max(0.0, (middle - reach) / whole)
    high = 1.0 if successes == trials else min(1.0, (middle + reach) / whole)
    return low, high


def items_needed(
    margin: float, population: int | None = None, *, share: float = 0.5, deviations: float | None = None
) -> int:
    """How many items must be looked at to know a share within a margin.

    Worked example: ±5 points in a large population: 385; with 2 deviations among 3,200: 356.

    Args:
        margin: half the width of the interval wanted, as a share.
        population: items there are; None: many. With few, n0 ÷ (1 + (n0 - 1) ÷ population) will do (Cochran 4.2); the
            shorter n0 ÷ (1 + n0 ÷ population), also found in books, is at most one item less.
        share: expected share; one half asks for the most.
        deviations: standard deviations of the interval; None: 1.96 (95 %).

    Returns:
        Items, rounded up, never more than there are.
    """
    if margin <= 0 or not 0 <= share <= 1 or (population is not None and population < 0):
        raise ValueError(f"No sample size for a margin of {margin}, a share of {share} among {population}.")
    z = 1.96 if deviations is None else deviations
    many = z * z * share * (1 - share) / (margin * margin)
    if population is None:
        return ceil(round(many, 9))
    if not population:
        return 0
    return min(population, ceil(round(many / (1 + (many - 1) / population), 9)))
