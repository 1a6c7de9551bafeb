"""Quantiles of Student's t distribution: how wide the interval of a mean of few items must be."""

from __future__ import annotations

from functools import lru_cache
from math import exp, inf, lgamma, log, sqrt
from statistics import NormalDist
from typing import Final

_TINY: Final = 1e-300
_PRECISION: Final = 1e-12
_LARGE: Final = 1e6


@lru_cache(maxsize=4096)
def t_quantile(probability: float, degrees: float) -> float:
    """The value a t variable stays below with a probability.

    Worked example: 0.975 with 2 degrees of freedom: 4.3027; with 10: 2.2281.

    Args:
        probability: more than 0.5 and less than 1.
        degrees: degrees of freedom, more than 0, not necessarily whole.

    Raises:
        ValueError: an argument is out of bounds.
    """
    if not 0.5 < probability < 1 or degrees <= 0:
        raise ValueError(f"No t quantile of {probability} with {degrees} degrees of freedom.")
    if degrees >= _LARGE:
        return NormalDist().inv_cdf(probability)
    low, high = 0.0, 1.0
    while _t_below(high, degrees) < probability:
        low, high = high, high * 2
        if high == inf:
            return inf
    while high - low > _PRECISION * max(1.0, high):
        middle = (low + high) / 2
        if _t_below(middle, degrees) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _t_below(value: float, degrees: float) -> float:
    """Probability of less than a value that is not negative."""
    return 1 - _beta_share(degrees / (degrees + value * value), degrees / 2, 0.5) / 2


def _beta_share(x: float, a: float, b: float) -> float:
    """Regularised incomplete beta function (by its continued fraction)."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """Continued fraction of the incomplete beta function (Lentz's method)."""
    c = 1.0
    d = 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    found = d
    for step in range(1, 100 + int(10 * sqrt(max(a, b)))):
        for factor in (
            step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step)),
            -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1)),
        ):
            d = 1 / _away_from_zero(1 + factor * d)
            c = _away_from_zero(1 + factor / c)
            found *= c * d
        if abs(c * d - 1) < _PRECISION:
            break
    return found


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
