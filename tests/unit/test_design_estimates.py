"""Weighted means with their intervals."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterable

import pytest

from guanjia.domain.design_estimates import Observation, weighted_mean
from guanjia.domain.student_t import t_quantile

pytestmark = pytest.mark.rule("QC-01")


def simple(values: Iterable[float], population: int, stratum: str = "s") -> list[Observation]:
    scores = list(values)
    return [Observation(value, stratum, len(scores), population) for value in scores]


def test_the_worked_example() -> None:
    found = weighted_mean(simple([80, 90, 100], 100))
    assert found.mean == pytest.approx(90) and found.degrees == pytest.approx(2)
    assert found.standard_error == pytest.approx((0.97 * 100 / 3) ** 0.5)
    assert found.low == pytest.approx(65.53, abs=0.01) and found.high == 100
    assert found.total_weight == pytest.approx(100) and found.effective_items == pytest.approx(3)


def test_without_risk_it_is_the_textbooks_stratified_mean() -> None:
    one, other = [70.0, 75.0, 90.0, 85.0], [95.0, 99.0, 97.0]
    found = weighted_mean(simple(one, 40, "a") + simple(other, 160, "b"))
    mean = (40 * statistics.fmean(one) + 160 * statistics.fmean(other)) / 200
    variance = sum(
        (size / 200) ** 2 * (1 - len(values) / size) * statistics.variance(values) / len(values)
        for size, values in ((40, one), (160, other))
    )
    assert found.mean == pytest.approx(mean)
    assert found.standard_error == pytest.approx(variance**0.5)


def test_a_census_has_no_error() -> None:
    found = weighted_mean(simple([60, 70, 100], 3))
    assert (found.low, found.high) == pytest.approx((found.mean, found.mean))


def test_one_item_has_no_interval_and_none_no_mean() -> None:
    one = weighted_mean(simple([88], 50))
    assert (one.mean, one.low, one.high, one.items) == (88, None, None, 1)
    assert weighted_mean([]).mean is None


def test_what_could_not_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="without a chance"):
        weighted_mean([Observation(80, "s", 0, 10)])


def test_the_variance_is_that_of_all_possible_samples() -> None:
    """All samples of two strata and a risk class, counted out: the estimated variance of the total is right on average.

    The residuals are taken about the true mean by giving scores whose mean is known to be the estimate's: deviations of
    the ratio are of a smaller order and are left out by comparing with a wide margin.
    """
    strata = {"a": [60.0, 80.0, 90.0, 70.0, 95.0, 85.0], "b": [88.0, 92.0, 99.0, 75.0, 83.0]}
    risky = [("a", 0), ("a", 3), ("b", 3), ("b", 4)]
    items = [(name, place) for name, values in strata.items() for place in range(len(values))]
    means, variances = [], []
    for drawn_a in itertools.combinations(range(6), 3):
        for drawn_b in itertools.combinations(range(5), 3):
            for by_risk in itertools.combinations(risky, 2):
                sample = {("a", n) for n in drawn_a} | {("b", n) for n in drawn_b} | set(by_risk)
                seen = [
                    Observation(
                        strata[name][place],
                        name,
                        3,
                        len(strata[name]),
                        *(("r", 2, 4) if (name, place) in risky else ("", 0, 0)),
                    )
                    for name, place in items
                    if (name, place) in sample
                ]
                found = weighted_mean(seen)
                assert found.mean is not None and found.standard_error is not None
                means.append(found.mean)
                variances.append(found.standard_error**2)
    true = statistics.fmean(value for values in strata.values() for value in values)
    assert statistics.fmean(means) == pytest.approx(true, abs=0.3)
    assert statistics.fmean(variances) == pytest.approx(statistics.pvariance(means), rel=0.2)


def test_few_items_widen_the_interval_by_students_t() -> None:
    two = weighted_mean(simple([80, 82], 10_000), bounds=(-1e9, 1e9))
    assert two.high is not None and two.mean is not None and two.standard_error is not None
    assert two.high - two.mean == pytest.approx(t_quantile(0.975, 1) * two.standard_error)
