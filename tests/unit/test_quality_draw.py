"""The draw: reproducible, with exact probabilities, and estimates that cover the truth as often as they say."""

from __future__ import annotations

import random
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.domain.design_estimates import Estimate, Observation, random_part, weighted_mean
from guanjia.domain.keyed_hash import keyed_hash, seed_of
from guanjia.domain.quality_allocation import Allocation, allocate
from guanjia.domain.quality_draw import (
    FLAGS,
    Drawn,
    Item,
    class_name,
    classes_of,
    digest_of,
    draw_items,
    strata_of,
)

pytestmark = pytest.mark.rule("QC-01")

WEIGHTS: Final = {"complaint": 3, "dissatisfied": 4, "reopened": 3, "new_agent": 1}
DRAWS: Final = 400


@dataclass(frozen=True)
class Week:
    """A made-up week: items with their true scores, and how many are drawn from where."""

    scores: dict[Item, float]
    allocation: Allocation
    sizes: dict[str, int]

    def draw(self, number: int, items: Sequence[Item] | None = None) -> list[Drawn]:
        seeds = {f"{part}_seed": seed_of("guanjia", str(number), part) for part in ("random", "risk")}
        return draw_items(items or list(self.scores), self.allocation, **seeds)

    def observed(self, drawn: Sequence[Drawn]) -> list[Observation]:
        shares = {share.name: share for share in self.allocation.strata}
        return [
            Observation(
                self.scores[each.item],
                each.stratum,
                shares[each.stratum].items,
                shares[each.stratum].population,
                each.item.risk_class,
                self.allocation.risk.get(each.item.risk_class, 0),
                self.sizes.get(each.item.risk_class, 0),
            )
            for each in drawn
        ]


def made_up_week() -> Week:
    """Sixteen agents, calls in and out; what is risky scores lower, and so does who is new."""
    chance = random.Random(20261122)
    scores: dict[Item, float] = {}
    for agent in range(16):
        usual, new = chance.uniform(78, 96), agent < 3
        for channel, size in (("in", chance.randint(8, 30)), ("out", chance.randint(2, 12))):
            for number in range(size):
                flags = [flag for flag in FLAGS[:3] if chance.random() < 0.05] + list(FLAGS[3:]) * new
                code = f"T{agent:02}{channel}{number:03}"
                item = Item("call", code, f"A{agent:02}", channel, class_name("call", flags))
                scores[item] = max(0, min(100, chance.gauss(usual - 10 * len(flags), 8)))
    return week_of(scores, 80)


def week_of(scores: dict[Item, float], items: int) -> Week:
    weights = {
        item.risk_class: Fraction(sum(WEIGHTS[flag] for flag in item.risk_class.partition(":")[2].split("+")))
        for item in scores
        if item.risk_class
    }
    classes = classes_of(scores, weights)
    allocation = allocate(
        strata_of(scores),
        classes,
        items,
        minimum={"call": 3, "case": 3},
        random_share=Fraction(1, 2),
        lot_of=lambda name: keyed_hash(name, 7),
    )
    return Week(scores, allocation, {each.name: each.population for each in classes})


@pytest.fixture(scope="module")
def week() -> Week:
    return made_up_week()


@pytest.fixture(scope="module")
def draws(week: Week) -> list[list[Drawn]]:
    return [week.draw(number) for number in range(DRAWS)]


def test_the_same_frame_and_seeds_give_the_same_sample_in_any_order(week: Week) -> None:
    items = list(week.scores)
    random.Random(5).shuffle(items)
    assert week.draw(1, items) == week.draw(1)
    assert week.draw(2) != week.draw(1)
    digests = {digest_of(order, random_seed=1) for order in (items, items[::-1], sorted(items, key=str))}
    assert len(digests) == 1
    assert digest_of(items[1:], random_seed=1) not in digests


def test_every_agent_has_the_minimum_and_half_is_drawn_at_random(week: Week, draws: list[list[Drawn]]) -> None:
    for drawn in draws[:20]:
        agents = Counter(each.item.staff_code for each in drawn if each.is_random)
        assert min(agents.values()) >= 3 and len(agents) == 16
        assert sum(each.is_random for each in drawn) * 2 >= len(drawn)
        assert len(drawn) <= 80
        assert len({each.item.code for each in drawn}) == len(drawn)


def test_items_are_drawn_as_often_as_their_probability_says(week: Week, draws: list[list[Drawn]]) -> None:
    times = Counter(each.item for drawn in draws for each in drawn)
    told = {each.item: each.probability for drawn in draws for each in drawn}
    groups: dict[Fraction, list[int]] = {}
    for item, probability in told.items():
        groups.setdefault(probability, []).append(times[item])
    off = [
        (sum(found) - len(found) * DRAWS * float(p)) / (len(found) * DRAWS * float(p * (1 - p))) ** 0.5
        for p, found in groups.items()
        if p < 1 and len(found) * DRAWS * p > 20
    ]
    assert len(off) > 20 and max(map(abs, off)) < 4
    assert all(count == DRAWS for item, count in times.items() if told[item] == 1)


def test_the_weights_add_up_to_the_population(week: Week, draws: list[list[Drawn]]) -> None:
    for drawn in draws[:20]:
        assert sum(1 / each.random_probability for each in drawn if each.is_random) == len(week.scores)
    whole = [float(sum(1 / each.probability for each in drawn)) for drawn in draws]
    assert statistics.fmean(whole) == pytest.approx(len(week.scores), abs=4 * statistics.stdev(whole) / DRAWS**0.5)


@pytest.mark.parametrize("part", ["random", "whole"])
def test_the_interval_holds_the_true_mean_in_about_95_of_100_draws(
    week: Week, draws: list[list[Drawn]], part: str
) -> None:
    true = statistics.fmean(week.scores.values())
    found: list[Estimate] = []
    for drawn in draws:
        seen = week.observed([each for each in drawn if part == "whole" or each.is_random])
        found.append(weighted_mean(random_part(seen) if part == "random" else seen))
    means = [each.mean for each in found if each.mean is not None]
    errors = [each.standard_error for each in found if each.standard_error is not None]
    inside = sum((each.low or 0) <= true <= (each.high or 0) for each in found) / DRAWS
    assert 0.92 <= inside <= 0.99
    assert abs(statistics.fmean(means) - true) < 4 * statistics.stdev(means) / DRAWS**0.5
    assert statistics.fmean(errors) == pytest.approx(statistics.stdev(means), rel=0.15)


def test_unweighted_the_whole_sample_would_be_wrong(week: Week, draws: list[list[Drawn]]) -> None:
    true = statistics.fmean(week.scores.values())
    plain = [statistics.fmean(week.scores[each.item] for each in drawn) for drawn in draws]
    assert true - statistics.fmean(plain) > 2, "risky items score lower and are drawn more often"


def test_no_calls_one_agent_two_calls_and_all_perfect() -> None:
    assert week_of({}, 50).draw(1) == []
    assert weighted_mean([]).mean is None
    two = {Item("call", f"T{n}", "A", "in"): 100.0 for n in range(2)}
    alone = week_of(two, 50)
    assert [each.probability for each in alone.draw(1)] == [1, 1]
    perfect = weighted_mean(alone.observed(alone.draw(1)))
    assert (perfect.mean, perfect.low, perfect.high) == (100, 100, 100)
    many = week_of({Item("call", f"T{n:03}", "A", "in"): 100.0 for n in range(200)}, 12)
    flawless = weighted_mean(many.observed(many.draw(1)))
    assert (flawless.items, flawless.mean, flawless.low) == (12, 100, 100) or flawless.items == 6


@given(
    sizes=st.lists(st.tuples(st.integers(1, 12), st.integers(0, 3)), min_size=1, max_size=6),
    room=st.integers(0, 40),
    number=st.integers(0, 10**6),
)
def test_a_sample_is_part_of_its_frame_and_says_why(sizes: list[tuple[int, int]], room: int, number: int) -> None:
    items = {
        Item("case", f"G{agent}-{n}", f"A{agent}", f"c{n % 2}", "case:complaint" if n < risky else ""): 1.0
        for agent, (size, risky) in enumerate(sizes)
        for n in range(size)
    }
    week = week_of(items, room)
    drawn = week.draw(number)
    assert len(drawn) <= room
    for each in drawn:
        assert each.item in items
        assert 0 < each.probability <= 1
        assert each.is_risk or each.reason != "risk"
        assert not each.is_risk or each.item.risk_class
        assert each.probability == 1 - (1 - each.random_probability) * (1 - each.risk_probability)
