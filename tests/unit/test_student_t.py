"""Quantiles of Student's t, against the table in every textbook."""

from __future__ import annotations

import pytest

from guanjia.domain.student_t import t_quantile


@pytest.mark.parametrize(
    ("degrees", "expected"),
    [(1, 12.706), (2, 4.303), (3, 3.182), (5, 2.571), (10, 2.228), (30, 2.042), (120, 1.980), (1e9, 1.960)],
)
def test_two_sided_95_percent(degrees: float, expected: float) -> None:
    assert round(t_quantile(0.975, degrees), 3) == expected


@pytest.mark.parametrize(("probability", "expected"), [(0.9, 1.372), (0.95, 1.812), (0.995, 3.169), (0.9995, 4.587)])
def test_other_probabilities_with_10_degrees(probability: float, expected: float) -> None:
    assert round(t_quantile(probability, 10), 3) == expected


def test_degrees_need_not_be_whole_and_more_of_them_make_it_shorter() -> None:
    found = [t_quantile(0.975, degrees) for degrees in (0.7, 1.5, 2.5, 9.75, 400, 2e6)]
    assert found == sorted(found, reverse=True)


@pytest.mark.parametrize(("probability", "degrees"), [(0.5, 3), (1.0, 3), (0.975, 0)])
def test_what_cannot_be_is_refused(probability: float, degrees: float) -> None:
    with pytest.raises(ValueError, match="No t quantile"):
        t_quantile(probability, degrees)
