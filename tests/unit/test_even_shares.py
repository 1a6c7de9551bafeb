"""The even share of a day (CB-04)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.domain.even_shares import share_of_day


def test_the_worked_example() -> None:
    left, shares = 401, []
    for day in range(20):
        shares.append(share_of_day(left, 10, 10 * (20 - day)))
        left -= shares[-1]
    assert shares == [21] + [20] * 19 and left == 0


@pytest.mark.rule("CB-04")
@given(people=st.integers(0, 5_000), slots=st.lists(st.integers(0, 40), min_size=1, max_size=66))
def test_every_slot_of_a_period_gets_one_of_two_neighbouring_numbers_and_nobody_is_forgotten(
    people: int, slots: list[int]
) -> None:
    left = people
    loads: set[int] = set()
    for day, today in enumerate(slots):
        share = share_of_day(left, today, sum(slots[day:]))
        left -= share
        if today:
            loads |= {share // today, -(-share // today)}
    assert left == (0 if sum(slots) else people)
    assert not loads or max(loads) - min(loads) <= 1


@pytest.mark.rule("CB-04")
@given(people=st.integers(0, 2_000), gone=st.lists(st.integers(0, 30), min_size=1, max_size=40))
def test_whoever_drops_out_never_leaves_anybody_over(people: int, gone: list[int]) -> None:
    left = people
    for day, dropped in enumerate(gone):
        left = max(0, left - dropped)
        left -= share_of_day(left, 5, 5 * (len(gone) - day))
    assert left == 0


@pytest.mark.parametrize(("left", "today", "slots"), [(-1, 1, 1), (1, 2, 1), (1, -1, 1)])
def test_what_cannot_be_is_refused(left: int, today: int, slots: int) -> None:
    with pytest.raises(ValueError, match="No share"):
        share_of_day(left, today, slots)
