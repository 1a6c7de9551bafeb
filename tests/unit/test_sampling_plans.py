"""Switching between normal, tightened and reduced inspection (GB/T 2828.1, 9.3)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.domain.sampling_plans import (
    LIMITS,
    Lot,
    Standing,
    acceptance_one_tighter,
    code_letter,
    plan_for,
    plan_of_letter,
    resumed,
    score_after,
    standing_after,
    standing_after_all,
)

pytestmark = pytest.mark.rule("QC-01")

GOOD = Lot(nonconforming=0, acceptance=1)
BAD = Lot(nonconforming=2, acceptance=1)


def after(*lots: Lot, start: Standing | None = None) -> Standing:
    return standing_after_all(lots, start)


def test_the_worked_example() -> None:
    plan = plan_for(400, Decimal("4.0"), "II", "normal")
    assert (plan.letter, plan.sample_size, plan.acceptance) == ("H", 50, 5)
    assert acceptance_one_tighter(plan, Decimal("4.0")) == 3


def test_a_small_lot_is_looked_at_whole() -> None:
    for size in (1, 2, 3):
        plan = plan_for(size, Decimal("4.0"), "II", "normal")
        assert (plan.sample_size, plan.acceptance, plan.is_whole_lot) == (size, 0, True)
    assert plan_for(4, Decimal("4.0"), "II", "normal").sample_size == 3
    with pytest.raises(ValueError, match="lot of 0"):
        code_letter(0)


def test_two_of_five_or_fewer_not_accepted_tighten() -> None:
    assert after(BAD).inspection == "normal"
    assert after(BAD, BAD).inspection == "tightened"
    assert after(BAD, GOOD, GOOD, GOOD, BAD).because == "two_of_five_not_accepted"
    assert after(BAD, GOOD, GOOD, GOOD, GOOD, BAD).inspection == "normal", "the first is six lots ago"


def test_five_accepted_in_a_row_bring_back_normal_and_four_do_not() -> None:
    tightened = after(BAD, BAD)
    assert after(*[GOOD] * 4, start=tightened).inspection == "tightened"
    assert after(*[GOOD] * 5, start=tightened) == Standing("normal", because="five_accepted")
    assert after(*[GOOD] * 4, BAD, *[GOOD] * 4, start=tightened).inspection == "tightened"


def test_five_not_accepted_in_total_while_tightened_stop_it() -> None:
    tightened = after(BAD, BAD)
    lots = [BAD, GOOD, GOOD, BAD, GOOD, BAD, GOOD, GOOD, GOOD, BAD]
    assert after(*lots, start=tightened).rejected == 4
    stopped = after(*lots, GOOD, BAD, start=tightened)
    assert (stopped.inspection, stopped.because) == ("discontinued", "five_not_accepted")
    with pytest.raises(ValueError, match="discontinued"):
        standing_after(stopped, GOOD)
    assert resumed(stopped) == Standing("tightened")
    assert after(BAD, start=stopped) == Standing("tightened", rejected=1), "it begins anew"


def test_a_new_stay_on_normal_forgets_the_lots_before() -> None:
    back = after(BAD, BAD, *[GOOD] * 5)
    assert after(BAD, start=back).inspection == "normal"


def test_the_switching_score_grows_by_two_up_to_one_accepted_nonconforming_item() -> None:
    assert after(GOOD, GOOD, GOOD).score == 6
    assert after(GOOD, GOOD, BAD).score == 0
    assert after(GOOD, BAD, GOOD).score == 2


def test_from_two_on_it_grows_by_three_when_one_step_tighter_would_accept_too() -> None:
    lot = Lot(nonconforming=3, acceptance=5, tighter_acceptance=3)
    assert score_after(6, lot) == 9
    assert score_after(6, replace(lot, nonconforming=4)) == 0, "accepted, but not one step tighter"
    assert score_after(6, replace(lot, nonconforming=6)) == 0
    assert score_after(6, replace(lot, nonconforming=0, tighter_acceptance=None)) == 0, "no tighter limit to judge by"


def test_thirty_points_reduce_when_steady_and_approved() -> None:
    assert after(*[GOOD] * 14).inspection == "normal"
    assert after(*[GOOD] * 15) == Standing("reduced", because="score_reached")
    lot = Lot(nonconforming=0, acceptance=5, tighter_acceptance=3)
    assert after(*[lot] * 10).inspection == "reduced"
    waiting = after(*[replace(GOOD, is_approved=False)] * 20)
    assert (waiting.inspection, waiting.score) == ("normal", 40)
    assert after(GOOD, start=waiting).inspection == "reduced"
    assert after(replace(GOOD, is_steady=False), start=waiting).inspection == "normal"


@pytest.mark.parametrize(
    ("lot", "because"),
    [
        (BAD, "not_accepted"),
        (replace(GOOD, is_steady=False), "not_steady"),
        (replace(GOOD, is_approved=False), "not_approved"),
    ],
)
def test_reduced_ends_with_one_lot_not_accepted_unsteady_or_no_longer_approved(lot: Lot, because: str) -> None:
    reduced = after(*[GOOD] * 15)
    assert after(GOOD, GOOD, start=reduced).inspection == "reduced"
    assert after(lot, start=reduced) == Standing("normal", because=because)


def test_one_step_tighter_is_read_where_as_many_items_are_looked_at() -> None:
    limit = Decimal("4.0")
    assert acceptance_one_tighter(plan_of_letter("N", limit, "normal"), limit) == 14, "letter M holds, 315 items"
    assert acceptance_one_tighter(plan_of_letter("F", limit, "normal"), limit) == 1
    assert acceptance_one_tighter(plan_of_letter("F", LIMITS[0], "normal"), LIMITS[0]) is None


@pytest.mark.parametrize("limit", LIMITS)
def test_tightened_never_accepts_a_larger_part_and_reduced_never_looks_at_more(limit: Decimal) -> None:
    for lot in (*range(1, 1300), 3200, 3201, 10_000, 10_001, 35_000, 35_001, 150_000, 150_001, 500_000, 500_001):
        normal, tightened, reduced = (plan_for(lot, limit, "II", state) for state in ("normal", "tightened", "reduced"))
        assert reduced.sample_size <= normal.sample_size
        assert tightened.acceptance * normal.sample_size <= normal.acceptance * tightened.sample_size
        assert all(0 < plan.sample_size <= lot for plan in (normal, tightened, reduced))
        if normal.letter != "A" or limit != 10:
            assert normal.sample_size <= tightened.sample_size


def test_of_the_smallest_lots_at_ten_percent_the_standard_looks_at_fewer_tightened_but_accepts_none() -> None:
    normal, tightened = (plan_of_letter("A", Decimal(10), state) for state in ("normal", "tightened"))
    assert (normal.final_letter, normal.sample_size, normal.acceptance) == ("C", 5, 1)
    assert (tightened.final_letter, tightened.sample_size, tightened.acceptance) == ("A", 2, 0)


@given(st.lists(st.sampled_from([GOOD, BAD]), max_size=60))
def test_the_standing_follows_from_the_lots_alone(lots: list[Lot]) -> None:
    standing = after(*lots)
    again = Standing()
    for lot in lots:
        again = standing_after(resumed(again), lot)
    assert standing == again
    if standing.inspection == "normal":
        assert standing.outcomes.count(False) <= 1 and standing.score < 30
