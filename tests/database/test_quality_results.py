"""Results of quality checks: means, intervals and rates by scope, agreement of reviewers, closing of months, ranking.

Draws and scored samples are written as the other steps write them, so that every number can be worked out by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from guanjia.pipelines.quality_sampling.closing import close_months_before
from guanjia.pipelines.quality_sampling.ranking import rank_month
from guanjia.pipelines.quality_sampling.served import begin
from guanjia.store.runs import open_run
from guanjia.store.sql import execute
from tests.conftest import Database
from tests.database.quality_house import CRITERIA, QualityHouse, at, days, on, quality_house

pytestmark = pytest.mark.rule("QC-01")

WEEK, DRAW = "2026-W41", "W2026-41"
MONTH, MONTH_DRAW = "2026-10", "M2026-10"
MEASURED = "11-02 08:30"
CLOSED, FOLLOWED, LATER = "11-20 08:30", "11-20 09:30", "11-23 08:30"
AGENTS = (("A1", "T1", 100), ("A2", "T1", 50), ("A3", "T2", 10), ("A4", "T2", 60), ("A5", "", 40))
STRATA = (
    ("call:A1:in", 100, 3),
    ("call:A2:in", 40, 4),
    ("call:A2:out", 10, 1),
    ("call:A4:in", 60, 12),
    ("call:A5:in", 40, 1),
)


@dataclass(frozen=True)
class Story:
    """A week of October and its month, as results had it while scores were open, and when the month was closed.

    Attributes:
        first: what measuring wrote first.
        again: what it wrote again.
        too_early: what closing wrote while scores were open.
        open_rows: results while scores were open, by period, kind and code of the scope.
        followed: pairs of the week when all was final, and what measuring wrote when a second score followed.
        closed: what closing wrote.
        closed_again: what measuring and closing wrote after that.
    """

    house: QualityHouse
    first: dict[str, int]
    again: dict[str, int]
    too_early: dict[str, int]
    open_rows: dict[tuple[str, str, str], dict[str, Any]]
    followed: tuple[int, dict[str, int]]
    closed: dict[str, int]
    closed_again: dict[str, int]

    def result(self, kind: str, code: str, period: str = WEEK) -> dict[str, Any]:
        return self.open_rows[period, kind, code]


@pytest.fixture(scope="module")
def story(module_database: Database) -> Story:
    house = quality_house(module_database)
    house.agent("A4", "T2")
    house.agent("A5", None)
    add_week(house)
    add_pairs(house)
    first = house.step("measuring", "measure", MEASURED)
    again = house.step("measuring", "measure", MEASURED)
    too_early = house.step("closing", "close_months", MEASURED)
    rows = {(row["period"], row["scope_kind"], row["scope_code"]): row for row in house.table("quality_results")}
    house.execute("UPDATE samples SET state = CASE WHEN score IS NULL THEN 'expired' ELSE 'final' END")
    add_shifts(house)
    house.step("measuring", "measure", CLOSED)
    pairs = house.one("SELECT pairs FROM quality_agreements WHERE period = :period", period=WEEK)
    add_judgements(house, "A4-10", "R2", 90, criteria=CRITERIA[2:], judged_at=at(FOLLOWED))
    house.execute("UPDATE samples SET second_score = 90, second_nonconforming = FALSE WHERE sample_code = 'A4-10'")
    followed = house.step("measuring", "measure", FOLLOWED)
    closed = house.step("closing", "close_months", FOLLOWED)
    steps = (("measuring", "measure"), ("closing", "close_months"))
    return Story(house, first, again, too_early, rows, (pairs, followed), closed, house.steps(LATER, steps))


def add_week(house: QualityHouse) -> None:
    """Draws of the week and the month, strata, samples and their scores."""
    for draw in ((DRAW, "weekly", WEEK, "10-05", "10-12"), (MONTH_DRAW, "month_end", MONTH, "10-01", "11-01")):
        add_draw(house, *draw)
        for agent, team, items in AGENTS:
            add_population(house, draw[0], agent, team, items)
    for stratum, population, items in STRATA:
        add_stratum(house, stratum, population, items)
    add_class(house, "call:complaint", 8, 4)
    for place, score in enumerate((80, 90, 100)):
        add_sample(house, f"A1-{place}", "A1", "call:A1:in", score)
    for place, score in enumerate((70, 90, None, None)):
        add_sample(house, f"A2-{place}", "A2", "call:A2:in", score)
    add_sample(house, "A2-out", "A2", "call:A2:out", None)
    add_sample(house, "A2-risk", "A2", "call:A2:out", 10, reason="risk", risk_class="call:complaint")
    for place in range(12):
        twice = "R2" if place <= 10 else None
        add_sample(house, f"A4-{place:02}", "A4", "call:A4:in", 95, state="final", second_reviewer=twice)
    add_sample(house, "A5-0", "A5", "call:A5:in", 88)
    add_sample(house, "top-up", "A1", "call:A1:in", 0, reason="top_up")


def add_pairs(house: QualityHouse) -> None:
    """Ten of A4's calls scored twice: the first finds 0 and 1 nonconforming, the second 1 and 2; an eleventh half."""
    for place in range(11):
        code = f"A4-{place:02}"
        add_judgements(house, code, "R1", 60 if place in (0, 1) else 90)
        add_judgements(house, code, "R2", 50 if place in (1, 2) else 90, criteria=CRITERIA[: 2 if place == 10 else 3])
    add_judgements(house, "A4-05", "R2", 0, criteria=("closing",), edition=2, verdict="kept", reason="after_close")
    add_judgements(house, "A4-06", "R1", 90, criteria=("closing",), edition=2)


def add_judgements(
    house: QualityHouse, sample: str, reviewer: str, score: int, *, criteria: tuple[str, ...] = CRITERIA, **values: Any
) -> None:
    row = {"sample_code": sample, "reviewer": reviewer, "edition": 1, "score": score, "scored_at": at("10-14 10:00")}
    row |= {
        "verdict": "counted" if reviewer == "R1" else "second",
        "content_digest": "0",
        "judged_at": at("10-14 11:00"),
    }
    house.add("quality_judgements", *(row | {"criterion": criterion} | values for criterion in criteria))


def add_shifts(house: QualityHouse) -> None:
    """A1 attends twelve shifts, logged in nine tenths of them; A2 five of ten; A3 ten; A4 four."""
    house.shifts("A1", *days("10-05", "10-16"), attendance="present", minutes=486)
    house.shifts("A2", *days("10-05", "10-09"), attendance="present")
    house.shifts("A2", *days("10-10", "10-14"), attendance="absent")
    house.shifts("A3", *days("10-05", "10-14"), attendance="present", minutes=540)
    house.shifts("A4", *days("10-05", "10-08"), attendance="present", minutes=540)
    house.shifts("A4", "10-09", attendance="leave")
    house.shifts("A1", "11-01", attendance="absent")
    house.setting("quality_ranking_least_scored", "2")


def add_draw(house: QualityHouse, code: str, kind: str, period: str, first: str, end: str) -> None:
    row = {"draw_code": code, "kind": kind, "period": period, "section": "company", "seed_word": "guanjia"}
    row |= {"frame_from": at(f"{first} 00:00"), "frame_to": at(f"{end} 00:00"), "random_seed": 1, "risk_seed": 2}
    row |= {"double_seed": 3, "frame_digest": "0" * 64, "frame_items": 260, "population": 260, "explanation": {}}
    house.add("quality_draws", row | {"drawn_at": at(f"{end} 05:00"), "due_on": on("10-16")})
    for place, (criterion, weight) in enumerate(zip(CRITERIA, (30, 50, 20), strict=True)):
        row = {"draw_code": code, "criterion": criterion, "position": place + 1, "weight": weight}
        house.add("quality_draw_criteria", row | {"is_critical": criterion == "answer", "pass_score": 80})


def add_population(house: QualityHouse, draw: str, agent: str, team: str, items: int) -> None:
    row = {"draw_code": draw, "staff_code": agent, "team_code": team, "community_code": "001", "subject_kind": "call"}
    house.add("quality_populations", row | {"frame_items": items + 5, "population": items})


def add_stratum(house: QualityHouse, name: str, population: int, items: int) -> None:
    kind, agent, channel = name.split(":")
    row = {"draw_code": DRAW, "stratum": name, "subject_kind": kind, "staff_code": agent, "channel": channel}
    house.add("quality_strata", row | {"population": population, "random_items": items, "digest": "0"})


def add_class(house: QualityHouse, name: str, population: int, items: int) -> None:
    row = {"draw_code": DRAW, "risk_class": name, "subject_kind": "call", "weight": 3, "population": population}
    house.add("quality_risk_classes", row | {"risk_items": items, "digest": "0"})


def add_sample(
    house: QualityHouse,
    code: str,
    agent: str,
    stratum: str,
    score: int | None,
    *,
    reason: str = "random",
    **values: Any,
) -> None:
    team = {"A1": "T1", "A2": "T1", "A3": "T2", "A4": "T2"}.get(agent)
    row = {"sample_code": code, "period": WEEK, "stratum": stratum, "subject_kind": "call", "subject_code": code}
    row |= {"staff_code": agent, "reviewer": "R1", "reason": reason, "probability": Decimal("0.5"), "team_code": team}
    row |= {"is_random": reason == "random", "is_risk": reason == "risk", "draw_code": DRAW, "community_code": "001"}
    row |= {"occurred_at": at("10-07 10:00"), "state": "waiting" if score is None else "scored", "score": score}
    row |= {"is_critical": None if score is None else False, "is_nonconforming": None if score is None else score < 80}
    house.add("samples", row | values)


def figures(row: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(None if row[name] is None else round(float(row[name]), 2) for name in names)


def test_a_mean_of_few_items_has_the_interval_of_the_textbook(story: Story) -> None:
    """80, 90 and 100 of 100: 90 less 4.30 × √(0.97 × 100 ÷ 3)."""
    row = story.result("staff", "A1")
    assert figures(row, "mean_score", "low_95", "high_95", "degrees") == (90, 65.53, 100, 2)
    assert (row["population"], row["drawn"], row["sampled"], row["is_small"]) == (100, 3, 3, True)
    assert figures(row, "random_mean", "random_low_95") == (90, 65.53)


def test_what_was_not_scored_is_missing_by_chance(story: Story) -> None:
    """Of A2's 40 inbound calls two of four are scored: as if two had been drawn; the ten outbound ones say nothing."""
    row = story.result("staff", "A2")
    assert (row["drawn"], row["sampled"], row["random_sampled"]) == (6, 2, 2)
    assert figures(row, "mean_score", "covered_share") == (80, 0.8)


def test_of_a_week_on_both_sides_of_a_months_end_each_month_has_what_was_drawn_of_it(story: Story) -> None:
    """A2's outbound calls, of which nothing is scored, are another month's: all the rest of A2 is covered."""
    (draw,) = (each for each in story.house.draws() if each["draw_code"] == DRAW)
    period = {"period": draw["period"], "starts_at": draw["frame_from"], "ends_at": draw["frame_to"], "is_month": True}

    def covered() -> float:
        with story.house.database.transaction() as tx:
            rows = execute(tx, "quality_sampling/list_measured_populations", **period).all()
        return next(round(float(row.covered), 2) for row in rows if row.staff_code == "A2")

    moved = "UPDATE samples SET occurred_at = occurred_at + CAST(:by AS interval) WHERE stratum = 'call:A2:out'"
    assert covered() == 0.8
    story.house.execute(moved, by="7 days")
    assert covered() == 1
    story.house.execute(moved, by="-7 days")


def test_one_item_is_a_mean_without_interval_and_none_is_blank(story: Story) -> None:
    one, none = story.result("staff", "A5"), story.result("staff", "A3")
    assert figures(one, "mean_score", "low_95", "high_95", "degrees") == (88, None, None, None)
    assert (none["population"], none["drawn"], none["sampled"]) == (10, 0, 0)
    assert figures(none, "mean_score", "low_95", "critical_rate", "critical_high_95", "random_mean") == (None,) * 5


def test_no_critical_error_in_twelve_items_may_still_be_one_in_four(story: Story) -> None:
    row = story.result("staff", "A4")
    assert figures(row, "critical_rate", "critical_low_95", "critical_high_95") == (0, 0, 0.24)
    assert figures(row, "mean_score", "low_95", "high_95") == (95, 95, 95) and not row["is_small"]


def test_items_weigh_what_they_stand_for(story: Story) -> None:
    """A1 stands for 100 calls, A2's inbound ones for 40."""
    team, company = story.result("team", "T1"), story.result("company", "company")
    assert figures(team, "mean_score") == (round((100 * 90 + 40 * 80) / 140, 2),)
    whole = (100 * 90 + 40 * 80 + 60 * 95 + 40 * 88) / 240
    assert figures(company, "mean_score") == (round(whole, 2),)
    assert (company["population"], company["drawn"]) == (260, 22) and figures(company, "covered_share") == (0.92,)
    assert story.result("community", "001")["mean_score"] == company["mean_score"]


def test_top_ups_belong_to_no_mean_and_nothing_is_final_while_something_is_open(story: Story) -> None:
    assert not story.result("staff", "A1")["is_final"] and story.result("staff", "A4")["is_final"]
    assert not story.result("company", "company")["is_final"]
    assert story.result("staff", "A1", MONTH)["drawn"] == 3


def test_a_month_has_the_populations_of_its_own_draw(story: Story) -> None:
    row = story.result("staff", "A1", MONTH)
    assert figures(row, "mean_score", "population") == (90, 100) and row["verdict"] == "none" and not row["is_final"]


def test_measuring_again_writes_nothing(story: Story) -> None:
    assert story.first == {"results_measured": 2 * 9, "agreements_measured": 2}
    assert story.again == {}


def test_agreement_is_that_of_the_blind_pairs(story: Story) -> None:
    """9 of 11 alike, 85 ÷ 121 by chance: 14 ÷ 36; later editions and what does not count change nothing. The eleventh
    came when all of the week was final."""
    assert story.followed == (10, {"agreements_measured": 2})
    for period in (WEEK, MONTH):
        ((row,)) = story.house.table("quality_agreements", "period = :period", period=period)
        counts = ("pairs", "both_conforming", "first_only", "second_only", "both_nonconforming")
        assert tuple(row[name] for name in counts) == (11, 8, 1, 1, 1)
        assert figures(row, "kappa", "mean_difference") == (0.39, 7.27)
        assert row["low_95"] < row["kappa"] < row["high_95"]


def test_a_month_is_closed_when_nothing_is_open_any_more(story: Story) -> None:
    assert story.too_early == {}
    assert story.closed == {"months_closed": 1, "agents_ranked": 5, "results_measured": 9}
    assert story.closed_again == {}
    assert story.house.one("SELECT bool_and(is_final) FROM quality_results")
    assert story.house.one("SELECT month_closed FROM quality_progress") == MONTH


def test_agents_are_ranked_by_what_is_known_of_them(story: Story) -> None:
    """A quarter of the colleagues reach 9.17 items a shift; A4, faster, has too few shifts to say. A1: 0.5 × 90 + 0.2 ×
    90.91 + 0.15 × 100 + 0.15 × 90; of A2 log-ins are not known: (4000 + 2000 + 750) ÷ 85."""
    rows = {row["staff_code"]: row for row in story.house.table("quality_rankings")}
    points = ("quality_points", "volume_points", "attendance_points", "adherence_points", "total")
    assert figures(rows["A1"], *points) == (90, 90.91, 100, 90, 91.68)
    assert figures(rows["A2"], *points) == (80, 100, 50, None, 79.41)
    places = {code: (row["place"], row["team_place"], row["unranked_reason"]) for code, row in rows.items()}
    assert places == {
        "A1": (1, 1, None),
        "A2": (2, 2, None),
        "A3": (None, None, "too_few_scored"),
        "A4": (None, None, "too_few_shifts"),
        "A5": (None, None, "too_few_scored"),
    }
    assert rows["A1"]["explanation"]["best_quarter_items_a_shift"] == "9.17"
    assert rows["A2"]["explanation"]["weights"] == {"quality": "50", "volume": "20", "attendance": "15"}


class _UndoneError(Exception):
    """Takes back what a test has tried."""


def test_weights_and_shifts_of_the_ranking_are_settings(story: Story) -> None:
    """By quality alone A4 leads, whose two shifts are enough where one is."""
    with pytest.raises(_UndoneError), story.house.database.transaction() as tx:
        begin(tx, at(LATER))
        given = (("quality_ranking_weights", "quality=100,volume=0,attendance=0,adherence=0"),)
        for name, value in (*given, ("quality_ranking_least_shifts", "1")):
            tx.execute(
                text("INSERT INTO settings (setting, value) VALUES (:name, :value)"), {"name": name, "value": value}
            )
        rank_month(tx, open_run(tx, "quality_sampling", at(LATER)), at(LATER), MONTH)
        rows = tx.execute(
            text("SELECT staff_code, place, total FROM quality_rankings WHERE place IS NOT NULL ORDER BY 2")
        )
        assert [tuple(row) for row in rows] == [("A4", 1, 95), ("A1", 2, 90), ("A2", 3, 80)]
        raise _UndoneError


def test_a_month_with_open_scores_is_closed_when_the_next_one_is_drawn(database: Database) -> None:
    house = quality_house(database)
    add_draw(house, MONTH_DRAW, "month_end", MONTH, "10-01", "11-01")
    add_draw(house, DRAW, "weekly", WEEK, "10-05", "10-12")
    add_stratum(house, "call:A1:in", 10, 1)
    add_sample(house, "A1-0", "A1", "call:A1:in", None)
    house.step("measuring", "measure", MEASURED)
    assert house.step("closing", "close_months", MEASURED) == {}
    assert close_before(house, MONTH) == {}
    assert close_before(house, "2026-11")["months_closed"] == 1
    assert house.step("closing", "close_months", CLOSED) == {}


def close_before(house: QualityHouse, month: str) -> dict[str, int]:
    """What the month-end step does before it draws a month's plans."""
    with house.database.transaction() as tx:
        run = open_run(tx, "quality_sampling", at(CLOSED))
    with house.database.transaction() as tx:
        counts = close_months_before(tx, run, begin(tx, at(CLOSED)), month)
    return {name: n for name, n in counts.items() if n}
