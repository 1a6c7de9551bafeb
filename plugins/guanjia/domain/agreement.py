"""How far people who judge the same things agree, beyond chance: Cohen's kappa and its relatives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Literal

Table = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Agreement:
    """Agreement of two judges.

    Attributes:
        pairs: things both have judged.
        observed: share on which they agree (weighted: weighted share); None: no pair.
        kappa: agreement beyond chance, -1 to 1; None: undefined, as both have said one and the same of everything, or
            there is no pair. That is no agreement of 1: chance would have done as well.
        low: lower bound of its interval; None: undefined.
        high: upper bound.
        standard_error: of kappa, not assuming independence (Fleiss, Cohen, Everitt 1969).
    """

    pairs: int
    observed: float | None
    kappa: float | None
    low: float | None
    high: float | None
    standard_error: float | None


def cohen_kappa(table: Table, *, weights: Literal["none", "linear"] = "none", confidence: float = 0.95) -> Agreement:
    """Cohen's kappa of two judges.

    Worked example: 20 and 15 alike, 5 and 10 not: 0.4.

    Args:
        table: rows by the first judge's word, columns by the second's, both in the same order; counts.
        weights: linear: words next to each other count as partly alike.
        confidence: of the interval.

    Raises:
        ValueError: the table is not square, or a count is negative.
    """
    size = len(table)
    if any(len(row) != size for row in table) or any(count < 0 for row in table for count in row):
        raise ValueError("Agreement needs a square table of counts.")
    pairs = sum(map(sum, table))
    if not pairs:
        return Agreement(0, None, None, None, None, None)
    alike = [[_alike(i, j, size, weights) for j in range(size)] for i in range(size)]
    shares = [[count / pairs for count in row] for row in table]
    first = [sum(row) for row in shares]
    second = [sum(row[j] for row in shares) for j in range(size)]
    cells = [(i, j) for i in range(size) for j in range(size)]
    observed = sum(alike[i][j] * shares[i][j] for i, j in cells)
    expected = sum(alike[i][j] * first[i] * second[j] for i, j in cells)
    if expected >= 1 - 1e-12:
        return Agreement(pairs, observed, None, None, None, None)
    kappa = (observed - expected) / (1 - expected)
    by_first = [sum(second[j] * alike[i][j] for j in range(size)) for i in range(size)]
    by_second = [sum(first[i] * alike[i][j] for i in range(size)) for j in range(size)]
    spread = sum(shares[i][j] * (alike[i][j] - (by_first[i] + by_second[j]) * (1 - kappa)) ** 2 for i, j in cells)
    variance = (spread - (kappa - expected * (1 - kappa)) ** 2) / (pairs * (1 - expected) ** 2)
    error = sqrt(max(0.0, variance))
    reach = NormalDist().inv_cdf((1 + confidence) / 2) * error
    return Agreement(pairs, observed, kappa, max(-1.0, kappa - reach), min(1.0, kappa + reach), error)


def cohen_kappa_of(first: Sequence[object], second: Sequence[object]) -> Agreement:
    """Cohen's kappa of two judges' words, thing by thing.

    Raises:
        ValueError: they have not judged equally many things.
    """
    words = sorted({*first, *second}, key=str)
    table = [[0] * len(words) for _ in words]
    for one, other in zip(first, second, strict=True):
        table[words.index(one)][words.index(other)] += 1
    return cohen_kappa(table)


def fleiss_kappa(rows: Table) -> float | None:
    """Fleiss' kappa of several judges.

    Args:
        rows: per thing judged, how many judges chose each word; every row adds up to the same number of judges.

    Returns:
        Kappa; None: undefined.

    Raises:
        ValueError: rows add up to different numbers, or fewer than two judges.
    """
    observed = _alike_within(rows)
    if observed is None:
        return None
    judged = sum(map(sum, rows))
    expected = sum((sum(row[j] for row in rows) / judged) ** 2 for j in range(len(rows[0])))
    return None if expected >= 1 - 1e-12 else (observed - expected) / (1 - expected)


def randolph_kappa(rows: Table) -> float | None:
    """Kappa of several judges against words drawn by lot, each as likely (Randolph 2005); rows as of `fleiss_kappa`."""
    observed = _alike_within(rows)
    if observed is None or len(rows[0]) < 2:
        return None
    by_lot = 1 / len(rows[0])
    return (observed - by_lot) / (1 - by_lot)


def _alike(i: int, j: int, size: int, weights: str) -> float:
    if weights == "linear" and size > 1:
        return 1 - abs(i - j) / (size - 1)
    return float(i == j)


def _alike_within(rows: Table) -> float | None:
    """Mean share of pairs of judges who agree on a thing."""
    if not rows:
        return None
    judges = sum(rows[0])
    if judges < 2 or any(sum(row) != judges for row in rows):
        raise ValueError("Every thing must be judged by the same number of judges, two at least.")
    alike = [sum(count * (count - 1) for count in row) / (judges * (judges - 1)) for row in rows]
    return sum(alike) / len(rows)
