"""A thousand draws of one week of 60 agents: estimates are right on average, and their intervals hold (`make soak`).

Pure, without a database: the week of the quarter's company that begins on 30 March 2026. The table it prints stands in
docs/quality.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, time, timedelta
from fractions import Fraction
from math import sqrt
from statistics import fmean, pstdev

import pytest

from guanjia.domain.design_estimates import Estimate, Observation, random_part, weighted_mean
from guanjia.domain.keyed_hash import keyed_hash, seed_of
from guanjia.domain.quality_allocation import Allocation, allocate, items_in_room
from guanjia.domain.quality_draw import Drawn, Item, class_name, classes_of, draw_items, strata_of
from tests.support.quality_quarter import Company, at, known, team_of, work_of_quarter

DRAWS, ROOM, MONDAY = 1_000, 600, date(2026, 3, 30)
WEIGHTS = {"complaint": Fraction(3), "reopened": Fraction(3)}
SCOPES: dict[str, Callable[[Item], bool]] = {
    "company": lambda item: True,
    "team T1": lambda item: team_of(item.staff_code, MONDAY) == "T1",
    "team T3": lambda item: team_of(item.staff_code, MONDAY) == "T3",
    "agent A08": lambda item: item.staff_code == "A08",
    "agent A17": lambda item: item.staff_code == "A17",
}


@pytest.mark.soak
@pytest.mark.rule("QC-01")
@pytest.mark.timeout(3_600)
def test_a_thousand_draws_of_one_week() -> None:
    company = Company()
    items = week(company)
    truth = known(company).truth
    scores = {item: truth(item.kind, item.code) for item in items}
    flags = {item.risk_class: item.risk_class.partition(":")[2].split("+") for item in items if item.risk_class}
    classes = classes_of(
        items, {name: sum((WEIGHTS[flag] for flag in found), Fraction(0)) for name, found in flags.items()}
    )
    allocation = allocate(
        strata_of(items),
        classes,
        items_in_room(ROOM, Fraction(1, 10), len(items)),
        minimum={"call": 3, "case": 3},
        random_share=Fraction(1, 2),
        lot_of=lambda word: keyed_hash(word, 1),
    )
    found: dict[tuple[str, str], list[Estimate]] = {}
    times: Counter[Item] = Counter()
    told: dict[Item, Fraction] = {}
    sizes = {each.name: each.population for each in classes}
    for number in range(DRAWS):
        seeds = {part: seed_of("guanjia", str(number), part) for part in ("random", "risk")}
        drawn = draw_items(items, allocation, random_seed=seeds["random"], risk_seed=seeds["risk"])
        times.update(each.item for each in drawn)
        told |= {each.item: each.probability for each in drawn}
        for scope, is_in in SCOPES.items():
            chosen = [each for each in drawn if is_in(each.item)]
            found.setdefault((scope, "whole"), []).append(weighted_mean(observed(chosen, allocation, sizes, scores)))
            at_random = observed([each for each in chosen if each.is_random], allocation, sizes, scores)
            found.setdefault((scope, "random part"), []).append(weighted_mean(random_part(at_random)))
    true = {scope: fmean(scores[item] for item in items if is_in(item)) for scope, is_in in SCOPES.items()}
    print("\n| estimate of | part | true mean | off by, in standard errors | interval held |\n|---|---|---|---|---|")
    for (scope, part), estimates in found.items():
        means = [each.mean or 0.0 for each in estimates]
        bias = (fmean(means) - true[scope]) / pstdev(means)
        held = fmean((each.low or 0) <= true[scope] <= (each.high or 0) for each in estimates)
        print(f"| {scope} | {part} | {true[scope]:.2f} | {bias:+.2f} | {100 * held:.1f} % |")
        assert abs(bias) < 0.15, (scope, part)
        assert 0.93 <= held <= 0.985, (scope, part)
    check_frequencies(times, told)


def week(company: Company) -> list[Item]:
    """The items of the week that can be drawn, none of them sampled before."""
    calls, cases, events = work_of_quarter(company)
    first, end = at(MONDAY, time()), at(MONDAY + timedelta(days=7), time())
    seen: dict[str, list[dict[str, object]]] = {}
    for row in events:
        if row["event_at"] < end:
            seen.setdefault(row["case_code"], []).append(row)
    items = [
        Item("call", row["call_code"], row["staff_code"], row["direction"])
        for row in calls
        if first <= row["ended_at"] < end and row["answered"]
    ]
    for row in cases:
        of_case = seen.get(row["case_code"], [])
        if of_case and of_case[-1]["event"] == "closed" and of_case[-1]["event_at"] >= first:  # type: ignore[operator]  # instants
            flags = ["complaint"] * (row["kind"] == "complaint") + ["reopened"] * (len(of_case) > 1)
            items.append(Item("case", row["case_code"], row["handler"], row["channel"], class_name("case", flags)))
    return items


def observed(
    drawn: list[Drawn], allocation: Allocation, sizes: dict[str, int], scores: dict[Item, float]
) -> list[Observation]:
    shares = {share.name: share for share in allocation.strata}
    found = []
    for each in drawn:
        share, by_risk = shares[each.stratum], allocation.risk.get(each.item.risk_class, 0)
        name = each.item.risk_class if by_risk else ""
        size = sizes[name] if name else 0
        score = scores[each.item]
        found.append(Observation(score, each.stratum, share.items, share.population, name, by_risk, size))
    return found


def check_frequencies(times: Counter[Item], told: dict[Item, Fraction]) -> None:
    """Items of equal probability are drawn as often as it says (chi squared), those of probability 1 every time."""
    off = [(times[item] - DRAWS * float(p)) / sqrt(DRAWS * float(p * (1 - p))) for item, p in told.items() if 0 < p < 1]
    squared = sum(each * each for each in off)
    assert len(off) > 1_000 and squared < len(off) + 4 * sqrt(2 * len(off))
    assert all(times[item] == DRAWS for item, p in told.items() if p == 1)
