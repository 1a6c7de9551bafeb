"""The monthly ranking and its formula (QC-01, QC-04)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.domain.quality_ranking import PARTS, AgentMonth, rank, total_of, upper_quartile

pytestmark = pytest.mark.rule("QC-01")

WEIGHTS = dict(zip(PARTS, map(Decimal, (50, 20, 15, 15)), strict=True))
AGENT = AgentMonth("A", "T1", Decimal(90), 12, 200, 20, 20, 9_600, 9_120)


def ranked(*agents: AgentMonth) -> list[tuple[str, int | None, str]]:
    found = rank(agents, WEIGHTS, least_scored=5, least_shifts=5)
    return [(each.agent.staff_code, each.place, each.reason) for each in found]


def test_the_worked_example() -> None:
    points = {"quality": Decimal(90), "volume": Decimal(80), "attendance": Decimal(100)}
    assert total_of(points, WEIGHTS) == Decimal("89.41")


def test_points_of_a_month() -> None:
    slow = replace(AGENT, staff_code="B", items=100, shifts_attended=16, shifts_due=20, shift_minutes=0)
    found = rank([AGENT, slow], WEIGHTS, least_scored=5, least_shifts=5)
    assert found[0].points == {
        "quality": Decimal(90),
        "volume": Decimal(100),
        "attendance": Decimal(100),
        "adherence": Decimal(95),
    }
    assert found[1].points == {
        "quality": Decimal(90),
        "volume": Decimal("68.97"),
        "attendance": Decimal(80),
    }, "6.25 items a shift against 9.06, the upper quartile of 10 and 6.25; log-ins nobody recorded are left out"


def test_a_few_shifts_set_no_pace() -> None:
    """Ninety items on the one shift that was recorded cost nobody else a point."""
    found = rank(
        [AGENT, replace(AGENT, staff_code="B", items=90, shifts_attended=1)], WEIGHTS, least_scored=5, least_shifts=5
    )
    assert [(each.points["volume"], each.reason) for each in found] == [(100, ""), (100, "too_few_shifts")]


def test_equal_totals_share_a_place_and_the_next_is_left_out() -> None:
    worse = replace(AGENT, staff_code="C", mean_score=Decimal(80))
    assert ranked(worse, AGENT, replace(AGENT, staff_code="B")) == [("A", 1, ""), ("B", 1, ""), ("C", 3, "")]


def test_too_little_is_no_place() -> None:
    assert ranked(
        AGENT,
        replace(AGENT, staff_code="B", scored=4),
        replace(AGENT, staff_code="C", mean_score=None, scored=0),
        replace(AGENT, staff_code="D", shifts_attended=4),
    ) == [("A", 1, ""), ("B", None, "too_few_scored"), ("C", None, "too_few_scored"), ("D", None, "too_few_shifts")]


def test_places_within_the_team() -> None:
    others = [
        replace(AGENT, staff_code="B", mean_score=Decimal(95), team_code="T2"),
        replace(AGENT, staff_code="C", team_code=""),
    ]
    found = rank([AGENT, *others], WEIGHTS, least_scored=5, least_shifts=5)
    assert [(each.agent.staff_code, each.place, each.team_place) for each in found] == [
        ("B", 1, 1),
        ("A", 2, 1),
        ("C", 2, None),
    ]


def test_nobody_and_nothing() -> None:
    assert rank([], WEIGHTS, least_scored=5, least_shifts=5) == []
    assert upper_quartile([]) is None
    nothing = AgentMonth("A", "", None, 0, 0, 0, 0, 0, 0)
    assert rank([nothing], WEIGHTS, least_scored=0, least_shifts=0)[0].total is None


@given(st.lists(st.decimals(0, 500, places=2), min_size=1, max_size=40))
def test_the_upper_quartile_lies_among_the_numbers(numbers: list[Decimal]) -> None:
    found = upper_quartile(numbers)
    assert found is not None and min(numbers) <= found <= max(numbers)
    assert sum(number <= found for number in numbers) * 4 >= 3 * (len(numbers) - 1)
