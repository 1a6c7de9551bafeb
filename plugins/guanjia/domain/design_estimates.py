"""The mean of a week's scores from a sample of which every item's probability is known, with its interval.

Items weigh the inverse of their probability (Horvitz and Thompson); the mean is the ratio of weighted scores to weights
(Hájek), the variance that of its linearised residuals by the exact joint probabilities of the two simple random samples
a week is made of: one per stratum, one per class of equal risk (see `quality_draw`). Without the risk part it is the
textbook's stratified sample. The interval uses Student's t with Satterthwaite's degrees of freedom.

Worked example: one stratum of 100, scores 80, 90 and 100 drawn at random: 90 ± 4.30 × √(0.97 × 100 ÷ 3), 65.5 to 100
(the interval ends at the best score there is).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from guanjia.domain.student_t import t_quantile

BEST: Final = 100.0
_LEAST_RATIO: Final = 0.1


@dataclass(frozen=True)
class Observation:
    """A scored item and how it came to be drawn.

    Attributes:
        value: its score, or 1 and 0 for a feature.
        stratum: stratum, such as ``call:A001:in``.
        random_items: items of the stratum drawn at random and scored.
        population: items of the stratum.
        risk_class: class of equal risk; empty: none, or the random part alone is looked at.
        risk_items: items of the class drawn by risk and scored.
        risk_population: items of the class.
        family: draw, kind and agent: what is usual there stands for the spread that a stratum's single item does not
            tell; empty: the stratum's name without its last part.
    """

    value: float
    stratum: str
    random_items: int
    population: int
    risk_class: str = ""
    risk_items: int = 0
    risk_population: int = 0
    family: str = ""

    @property
    def random_probability(self) -> float:
        """Probability of being in the random part."""
        return self.random_items / self.population

    @property
    def risk_probability(self) -> float:
        """Probability of being in the risk part."""
        return self.risk_items / self.risk_population if self.risk_population else 0.0

    @property
    def probability(self) -> float:
        """Probability of being in the sample."""
        return 1 - (1 - self.random_probability) * (1 - self.risk_probability)


@dataclass(frozen=True)
class Estimate:
    """A mean with its interval.

    Attributes:
        items: items it rests on.
        mean: the mean; None: no item.
        low: lower bound of the interval; None: fewer than two items.
        high: upper bound.
        standard_error: of the mean; None as the bounds.
        degrees: degrees of freedom of the interval; None as the bounds.
        effective_items: how many items of equal weight would tell as much (Kish); for Wilson's interval of a share.
        total_weight: estimated size of the population.
    """

    items: int
    mean: float | None
    low: float | None
    high: float | None
    standard_error: float | None
    degrees: float | None
    effective_items: float
    total_weight: float


def weighted_mean(
    observations: Iterable[Observation], *, confidence: float = 0.95, bounds: tuple[float, float] = (0.0, BEST)
) -> Estimate:
    """The mean of a population, or of the part of it the observations belong to.

    Args:
        observations: scored items; of those in a team, say, only theirs, with the numbers of their whole strata.
        confidence: of the interval.
        bounds: smallest and largest mean there can be; the interval ends there.

    Raises:
        ValueError: an item could not have been drawn.
    """
    found = list(observations)
    if any(each.probability <= 0 for each in found):
        raise ValueError("An item without a chance of being drawn was scored.")
    weights = [1 / each.probability for each in found]
    total = sum(weights)
    if not found:
        return Estimate(0, None, None, None, None, None, 0.0, 0.0)
    mean = sum(weight * each.value for weight, each in zip(weights, found, strict=True)) / total
    effective = total * total / sum(weight * weight for weight in weights)
    if len(found) == 1:
        return Estimate(1, mean, None, None, None, None, effective, total)
    parts = [(each, (each.value - mean) / total) for each in found]
    variance, degrees = _variance(parts)
    error = sqrt(variance)
    reach = t_quantile((1 + confidence) / 2, degrees) * error
    low, high = max(bounds[0], mean - reach), min(bounds[1], mean + reach)
    return Estimate(len(found), mean, low, high, error, degrees, effective, total)


def random_part(observations: Iterable[Observation]) -> list[Observation]:
    """Observations drawn at random, as if there had been no other part: by their probability of being in this one."""
    return [
        Observation(each.value, each.stratum, each.random_items, each.population, family=each.family)
        for each in observations
    ]


_Part = tuple[Observation, float]
"""An observation and its residual, so scaled that the weighted residuals add up to the error of the mean."""


def _variance(parts: Sequence[_Part]) -> tuple[float, float]:
    """Estimated variance of the mean, and its degrees of freedom."""
    strata: dict[str, list[_Part]] = {}
    for part in parts:
        strata.setdefault(part[0].stratum, []).append(part)
    families: dict[str, list[_Part]] = {}
    for of_it in strata.values():
        families.setdefault(_family(of_it[0][0]), []).extend(of_it)
    by_stratum = [
        (
            _within_stratum(of_it) if len(of_it) > 1 else _of_single_item(of_it[0], families[_family(of_it[0][0])]),
            len(of_it),
        )
        for of_it in strata.values()
    ]
    variance = sum(found for found, _items in by_stratum) + _across_strata(parts)
    if variance <= 0:
        variance = _careful_variance(parts)
        return variance, max(1.0, len(parts) - len(strata))
    spread = sum(found * found / max(1, items - 1) for found, items in by_stratum)
    total = sum(abs(found) for found, _items in by_stratum)
    return variance, min(float(len(parts)), max(1.0, total * total / spread)) if spread else float(len(parts) - 1)


def _within_stratum(parts: Sequence[_Part]) -> float:
    """A stratum's own items, and pairs of them, by their exact joint probabilities; pairs are summed by class."""
    found = sum((1 - each.probability) * (rest / each.probability) ** 2 for each, rest in parts)
    classes: dict[str, list[_Part]] = {}
    for part in parts:
        classes.setdefault(part[0].risk_class, []).append(part)
    sums = {
        name: (
            of_it[0][0],
            sum(rest / each.probability for each, rest in of_it),
            sum((rest / each.probability) ** 2 for each, rest in of_it),
        )
        for name, of_it in classes.items()
    }
    for name, (one, sum_of_one, squares) in sums.items():
        for other_name, (other, sum_of_other, _squares) in sums.items():
            products = sum_of_one * sum_of_other - (squares if name == other_name else 0.0)
            if products:
                found += _dependence(one, other) * products
    return found


def _family(each: Observation) -> str:
    """Kind and agent of a stratum."""
    return each.family or each.stratum.rpartition(":")[0]


def _of_single_item(part: _Part, family: Sequence[_Part]) -> float:
    """A stratum of which a single item was scored: one item does not tell how it varies.

    How far it is from what is usual for the agent stands for it, which is rather too much than too little.
    """
    each, rest = part
    if len(family) == 1:
        return _within_stratum([part])
    usual = sum(rest / each.probability for each, rest in family) / sum(1 / each.probability for each, _rest in family)
    count = len(family)
    return count / (count - 1) * (1 - each.probability) * ((rest - usual) / each.probability) ** 2


def _dependence(one: Observation, other: Observation) -> float:
    """(π_ij - π_i π_j) ÷ π_ij of two different items of one stratum."""
    neither = _neither(one.random_items, one.population)
    if one.risk_class and one.risk_class == other.risk_class:
        neither *= _neither(one.risk_items, one.risk_population)
    else:
        neither *= (1 - one.risk_probability) * (1 - other.risk_probability)
    missed, other_missed = 1 - one.probability, 1 - other.probability
    joint = 1 - missed - other_missed + neither
    return (neither - missed * other_missed) / joint if joint > 0 else 0.0


def _neither(items: int, population: int) -> float:
    """Probability that a simple random sample holds neither of two items."""
    left = population - items
    return left * (left - 1) / (population * (population - 1)) if population > 1 else 0.0


def _across_strata(parts: Sequence[_Part]) -> float:
    """Pairs of different strata that are of one risk class: one drawn makes the other a little less likely.

    Their joint probability is taken at the class's mean; a term of the order of one in the class's population.
    """
    classes: dict[str, list[_Part]] = {}
    for part in parts:
        if part[0].risk_class and 0 < part[0].risk_items < part[0].risk_population:
            classes.setdefault(part[0].risk_class, []).append(part)
    found = 0.0
    for of_it in classes.values():
        share, population = of_it[0][0].risk_probability, of_it[0][0].risk_population
        dependence = share * (1 - share) / (population - 1)
        missed = sum(1 - each.random_probability for each, _rest in of_it) / len(of_it)
        drawn = sum(each.probability for each, _rest in of_it) / len(of_it)
        ratio = max(_LEAST_RATIO, 1 - missed * missed * dependence / (drawn * drawn))
        sums: dict[str, float] = {}
        for each, rest in of_it:
            term = (1 - each.random_probability) * rest / (each.probability * each.probability)
            sums[each.stratum] = sums.get(each.stratum, 0.0) + term
        total = sum(sums.values())
        found -= dependence / ratio * (total * total - sum(term * term for term in sums.values()))
    return found


def _careful_variance(parts: Sequence[_Part]) -> float:
    """As if drawn with replacement: never too small, where few items let the exact formula come out negative."""
    if all(each.probability >= 1 for each, _rest in parts):
        return 0.0
    count = len(parts)
    return count / (count - 1) * sum((rest / each.probability) ** 2 for each, rest in parts)
