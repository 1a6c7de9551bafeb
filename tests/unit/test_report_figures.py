"""Figures are pairs that add up; what could not be counted is n/a, never 0 % or 100 %."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from guanjia.domain.report_figures import Pair, movement, total

_NUMBERS = st.integers(0, 10_000).map(Decimal)
_PAIRS = st.one_of(
    st.just(Pair(None, None, is_share=True)), st.builds(Pair, _NUMBERS, _NUMBERS, is_share=st.just(True))
)


def test_a_share_of_nothing_is_not_known() -> None:
    assert Pair(Decimal(0), Decimal(0), is_share=True).value is None
    assert Pair(None, None, is_share=True).value is None
    assert Pair(Decimal(0), Decimal(3), is_share=True).value == 0
    assert Pair(Decimal(0)).value == 0 and Pair(None).value is None
    assert total([Pair(None), Pair(None)]).value is None


@given(st.lists(st.lists(_PAIRS, max_size=4), max_size=4))
def test_a_wider_scope_is_the_sum_of_its_parts_however_they_are_grouped(regions: list[list[Pair]]) -> None:
    by_region = total((total(region, is_share=True) for region in regions), is_share=True)
    at_once = total((pair for region in regions for pair in region), is_share=True)
    assert by_region == at_once


def test_a_rate_of_two_communities_is_weighed_by_what_they_count() -> None:
    both = total(
        [Pair(Decimal(1), Decimal(1), is_share=True), Pair(Decimal(0), Decimal(99), is_share=True)], is_share=True
    )
    assert both.value == Decimal("0.01")


def test_movement_knows_which_way_is_good() -> None:
    less_open = movement(Decimal(8), Decimal(10), Decimal(9), "less")
    assert (less_open.change, less_open.change_share) == (Decimal(-2), Decimal("-0.2"))
    assert (less_open.direction, less_open.meets_target) == ("better", True)
    assert movement(Decimal("0.94"), Decimal("0.94"), Decimal("0.95"), "more").direction == "same"
    assert movement(Decimal("0.94"), Decimal("0.94"), Decimal("0.95"), "more").meets_target is False
    unknown = movement(None, Decimal(10), Decimal(9), "more")
    assert (unknown.change, unknown.change_share, unknown.meets_target) == (None, None, None)
    assert unknown.direction == "neither"
    assert movement(Decimal(5), Decimal(0), None, "neither").change_share is None
