"""How many items are drawn from where: minimum, random part, risk part, and what happens when there is no room."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.domain.keyed_hash import keyed_hash
from guanjia.domain.proportional_seats import proportional
from guanjia.domain.quality_allocation import (
    Allocation,
    RiskClass,
    Stratum,
    TopUp,
    allocate,
    doubles_of,
    frame_digest,
    items_in_room,
    top_ups_in_room,
)

pytestmark = pytest.mark.rule("QC-01")

HALF = Fraction(1, 2)
TENTH = Fraction(1, 10)


def lot_of(name: str) -> int:
    return keyed_hash(name, 1)


def share_out(
    strata: list[Stratum], items: int, classes: tuple[RiskClass, ...] = (), minimum: int = 3, share: Fraction = HALF
) -> Allocation:
    least = {"call": minimum, "case": minimum}
    return allocate(strata, classes, items, minimum=least, random_share=share, lot_of=lot_of)


def calls(**agents: int) -> list[Stratum]:
    return [Stratum("call", agent, "in", size) for agent, size in agents.items()]


def test_the_worked_example() -> None:
    found = share_out(calls(A=90, B=10), 20, (RiskClass("call:complaint", Fraction(3), 12),))
    assert [(each.name, each.random_items, each.minimum_items) for each in found.strata] == [
        ("call:A:in", 9, 0),
        ("call:B:in", 1, 2),
    ]
    assert (found.risk, found.needed, found.dropped) == ({"call:complaint": 8}, 6, 0)


def test_an_agent_with_two_calls_has_both_of_them_drawn() -> None:
    found = share_out(calls(A=2, B=200), 30)
    assert {each.name: each.items for each in found.strata}["call:A:in"] == 2


def test_risk_items_go_by_weight_and_size_and_never_beyond_the_class() -> None:
    classes = (
        RiskClass("call:complaint", Fraction(3), 20),
        RiskClass("call:dissatisfied", Fraction(4), 2),
        RiskClass("call:new_agent", Fraction(1), 60),
    )
    found = share_out(calls(A=500, B=500), 100, classes)
    assert found.risk == {"call:complaint": 24 - 4, "call:dissatisfied": 2, "call:new_agent": 60 - 32}


def test_the_random_part_is_half_at_least_whatever_the_policy_says() -> None:
    classes = (RiskClass("call:complaint", Fraction(3), 500),)
    for share in (Fraction(0), Fraction(3, 10), HALF):
        found = share_out(calls(A=500, B=500), 101, classes, share=share)
        assert (found.random_items, found.risk["call:complaint"]) == (51, 50)
    assert share_out(calls(A=500, B=500), 100, classes, share=Fraction(4, 5)).random_items == 80


def test_room_that_risk_cannot_fill_is_drawn_at_random() -> None:
    classes = (RiskClass("call:complaint", Fraction(3), 7),)
    found = share_out(calls(A=500, B=500), 101, classes)
    assert (found.random_items, found.risk["call:complaint"]) == (94, 7)
    assert share_out(calls(A=500, B=500), 101, ()).random_items == 101
    small = calls(A=500, **{f"B{n}": 4 for n in range(10)})
    beside = share_out(small, 101, classes)
    assert (beside.random_items, beside.risk["call:complaint"]) == (94, 7), "the minimum takes nothing from risk"
    every = share_out(calls(A=30, B=5), 200, classes)
    assert (every.random_items, every.risk["call:complaint"]) == (35, 0), "with room for all, none is left to chance"


def test_every_channel_of_an_agent_is_drawn_from_or_pooled() -> None:
    strata = [Stratum("case", "A", channel, size) for channel, size in (("a", 80), ("b", 5), ("c", 1))]
    assert [each.items for each in share_out(strata, 20).strata] == [18, 1, 1]
    strata.append(Stratum("case", "A", "d", 1))
    only = share_out([*strata, Stratum("case", "B", "a", 900)], 6)
    assert [(each.name, each.items) for each in only.strata] == [("case:A:*", 3), ("case:B:a", 3)]


def test_below_the_minimum_agents_get_one_item_each_in_turn() -> None:
    found = share_out(calls(A=50, B=50, C=50, D=2), 7)
    assert sorted(each.items for each in found.strata) == [1, 2, 2, 2]
    assert (found.needed, found.dropped, sum(found.risk.values())) == (11, 4, 0)


def test_with_fewer_items_than_agents_the_rest_are_pooled_and_nobody_is_without_a_chance() -> None:
    strata = [*calls(**{f"A{n:02}": 20 for n in range(30)}), Stratum("case", "A01", "x", 9)]
    found = share_out(strata, 10)
    assert sum(each.items for each in found.strata) == 10
    assert all(each.items for each in found.strata)
    assert sum(len(each.members) for each in found.strata) == 31
    assert found.dropped == found.needed - 10


def test_what_a_pool_takes_of_somebodys_minimum_is_dropped_and_said_so() -> None:
    strata = [Stratum("call", "A", "in", 50), Stratum("case", "A", "x", 2), Stratum("case", "B", "x", 50)]
    found = allocate(strata, (), 3, minimum={"call": 3, "case": 0}, random_share=HALF, lot_of=len)
    assert [(each.name, each.items) for each in found.strata] == [("call:A:in", 2), ("case:*:*", 1)]
    assert (found.needed, found.dropped) == (3, 1)


def test_strata_know_their_agent_and_channel_whatever_is_in_them() -> None:
    strata = [Stratum("case", "A:1", "*", 9), Stratum("case", "A:1", "x:y", 5), Stratum("case", "B", "z", 900)]
    found = {each.name: each.place for each in share_out(strata, 40).strata}
    assert found["case:A:1:*"] == ("case", "A:1", "*") and found["case:A:1:x:y"] == ("case", "A:1", "x:y")
    assert share_out(strata, 4, minimum=1).strata[0].place == ("case", "A:1", None)
    assert share_out(strata, 1).strata[0].place == ("case", None, None)


def test_without_reviewers_nothing_is_drawn() -> None:
    found = share_out(calls(A=50, B=3), 0)
    assert (sum(each.items for each in found.strata), found.dropped) == (0, 6)
    assert share_out([], 50).strata == ()


def test_second_scores_take_room() -> None:
    assert items_in_room(110, TENTH, 1_000) == 100
    assert items_in_room(110, TENTH, 60) == 60
    assert items_in_room(1, TENTH, 60) == 0, "one item would be scored twice, and there is room for one score"
    assert doubles_of(101, TENTH) == 11


@given(capacity=st.integers(0, 500), share=st.fractions(0, 1), most=st.integers(0, 600))
def test_items_and_their_second_scores_fill_the_room_as_far_as_they_can(
    capacity: int, share: Fraction, most: int
) -> None:
    items = items_in_room(capacity, share, most)
    assert items + doubles_of(items, share) <= capacity or items == 0
    assert items == most or items + 1 + doubles_of(items + 1, share) > capacity


strata_lists = st.dictionaries(
    st.tuples(st.sampled_from(["call", "case"]), st.sampled_from("ABCDEFGH"), st.sampled_from(["in", "out", "web"])),
    st.integers(1, 60),
    min_size=1,
    max_size=24,
)
class_lists = st.lists(st.tuples(st.integers(1, 8), st.integers(1, 30)), max_size=5)


@given(strata=strata_lists, classes=class_lists, items=st.integers(0, 400), minimum=st.integers(0, 4))
def test_room_is_kept_every_item_has_a_chance_and_agents_have_their_minimum(
    strata: dict[tuple[str, str, str], int], classes: list[tuple[int, int]], items: int, minimum: int
) -> None:
    members = [Stratum(*key, size) for key, size in strata.items()]
    risks = tuple(RiskClass(f"call:{n}", Fraction(weight), size) for n, (weight, size) in enumerate(classes))
    found = share_out(members, items, risks, minimum)
    there = min(items, sum(strata.values()))
    assert found.random_items + sum(found.risk.values()) == there
    assert sorted(member for each in found.strata for member in each.members) == sorted(members)
    assert all(0 <= each.items <= each.population for each in found.strata)
    assert all(found.risk[each.name] <= each.population for each in risks)
    if there >= len({kind for kind, _agent, _channel in strata}):
        assert all(each.items for each in found.strata)
    if not found.dropped:
        assert found.random_items * 2 >= there
        pairs = {(kind, agent) for kind, agent, _channel in strata}
        for kind, agent in pairs:
            size = sum(n for key, n in strata.items() if key[:2] == (kind, agent))
            drawn = sum(each.items for each in found.strata if each.name.startswith(f"{kind}:{agent}:"))
            assert drawn >= min(minimum, size)
    else:
        assert found.dropped == found.needed - there and found.random_items == there
    assert share_out(members[::-1], items, risks, minimum) == found, "the order of the strata does not matter"


@given(weights=st.lists(st.integers(0, 1_000), min_size=1, max_size=20), seats=st.integers(0, 300))
def test_with_one_seat_more_nobody_gets_fewer(weights: list[int], seats: int) -> None:
    fewer, more = (proportional(weights, count) for count in (seats, seats + 1))
    assert all(one <= other for one, other in zip(fewer, more, strict=True))
    assert sum(more) == min(seats + 1, sum(weights))


def test_the_digest_does_not_depend_on_the_order_of_parts() -> None:
    parts = [("call:A:in", 3, 77), ("call:B:in", 1, -5)]
    assert frame_digest(parts) == frame_digest(parts[::-1]) != frame_digest([("call:A:in", 3, 78), parts[1]])


def test_whole_lots_are_completed_tightened_ones_first() -> None:
    needs = [TopUp("A", 9, False), TopUp("B", 2, False), TopUp("C", 8, True), TopUp("D", 5, False)]
    chosen = [each.staff_code for each in top_ups_in_room(needs, 16, lot_of)]
    assert chosen == ["C", "B", "D"]
    assert top_ups_in_room(needs, 1, lot_of) == []
    assert len(top_ups_in_room(needs, 24, lot_of)) == 4
