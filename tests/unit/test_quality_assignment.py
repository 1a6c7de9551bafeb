"""Who scores what: even, within the rules, and as much as there is room for."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanjia.domain.quality_assignment import ItemGroup, Reviewer, assign, deal
from tests.support.examples import examples

pytestmark = pytest.mark.rule("QC-01")


def group(name: str, items: int, *tiers: str) -> ItemGroup:
    return ItemGroup(name, items, tuple(frozenset(tier) for tier in tiers))


def loads(shares: dict[tuple[str, str], int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for (_group, reviewer), count in shares.items():
        found[reviewer] = found.get(reviewer, 0) + count
    return found


def test_where_everybody_may_everything_loads_differ_by_one_at_most() -> None:
    found = assign([group("t", 100, "ABC")], [Reviewer(code, 50) for code in "ABC"])
    assert sorted(loads(found).values()) == [33, 33, 34]


def test_half_the_days_half_the_items() -> None:
    assert loads(assign([group("t", 30, "AB")], [Reviewer("A", 20), Reviewer("B", 40)])) == {"A": 10, "B": 20}


def test_what_was_taken_before_counts() -> None:
    assert loads(assign([group("t", 10, "AB")], [Reviewer("A", 20), Reviewer("B", 10, 10)])) == {"A": 10}


def test_who_may_not_gets_nothing_and_a_chain_makes_room() -> None:
    reviewers = [Reviewer("A", 5), Reviewer("B", 5), Reviewer("C", 5)]
    found = assign([group("x", 10, "AB"), group("y", 5, "BC")], reviewers)
    assert loads(found) == {"A": 5, "B": 5, "C": 5}
    assert found == {("x", "A"): 5, ("x", "B"): 5, ("y", "C"): 5}


def test_without_room_or_anybody_who_may_items_are_left() -> None:
    assert assign([group("x", 4, "")], [Reviewer("A", 5)]) == {}
    assert assign([group("x", 4, "A")], []) == {}
    assert loads(assign([group("x", 9, "A")], [Reviewer("A", 5)])) == {"A": 5}


def test_the_second_tier_only_gets_what_the_first_has_no_room_for() -> None:
    reviewers = [Reviewer("A", 10), Reviewer("B", 10)]
    assert loads(assign([group("x", 10, "A", "B")], reviewers)) == {"A": 10}
    assert loads(assign([group("x", 13, "A", "B")], reviewers)) == {"A": 10, "B": 3}, "not even: B is the last choice"
    assert loads(assign([group("x", 12, "A", "BC")], [*reviewers, Reviewer("C", 10)])) == {"A": 10, "B": 1, "C": 1}


def test_items_are_dealt_in_turn_in_the_order_of_their_lots() -> None:
    assert deal(["d", "b", "a", "c"], "x", {("x", "A"): 1, ("x", "B"): 2, ("y", "C"): 9}) == {
        "d": "A",
        "b": "B",
        "a": "B",
    }


groups = st.lists(st.tuples(st.integers(0, 12), st.sets(st.sampled_from("ABCD"), max_size=4)), min_size=1, max_size=5)
rooms = st.lists(st.integers(0, 15), min_size=4, max_size=4)


@settings(max_examples=examples(150))
@given(wanted=groups, rooms=rooms)
def test_as_much_as_possible_is_scored_by_whoever_may_within_the_room(
    wanted: list[tuple[int, set[str]]], rooms: list[int]
) -> None:
    people = dict(zip("ABCD", rooms, strict=True))
    asked = [ItemGroup(f"g{n}", items, (frozenset(may),)) for n, (items, may) in enumerate(wanted)]
    found = assign(asked, [Reviewer(code, room) for code, room in people.items()])
    for each in asked:
        assert sum(count for (name, _who), count in found.items() if name == each.name) <= each.items
    assert all(who in dict(zip([e.name for e in asked], asked, strict=True))[name].allowed for name, who in found)
    assert all(count <= people[code] for code, count in loads(found).items())
    assert sum(found.values()) == _largest(wanted, people)


def _largest(wanted: list[tuple[int, set[str]]], people: dict[str, int]) -> int:
    """The smallest cut: over sets of reviewers, their room and the items that somebody else may score as well."""
    return min(
        sum(people[code] for code in some) + sum(items for items, may in wanted if may and not may <= set(some))
        for size in range(5)
        for some in itertools.combinations("ABCD", size)
    )


def test_a_hundred_teams_and_thirty_reviewers_take_no_time() -> None:
    codes = [f"R{n:02}" for n in range(30)]
    asked = [
        ItemGroup(f"team{n:03}", 30, (frozenset(code for code in codes if int(code[1:]) % 10 != n % 10),))
        for n in range(100)
    ]
    began = time.process_time()
    found = assign(asked, [Reviewer(code, 110) for code in codes])
    assert sum(found.values()) == 3_000 and set(loads(found).values()) == {100}
    assert time.process_time() - began < 5
