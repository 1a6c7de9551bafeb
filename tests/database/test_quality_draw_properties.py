"""The draw depends neither on the order of rows, nor on when it is run, nor on luck; frames with next to nothing."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

import pytest
from sqlalchemy import text

from guanjia.pipelines.quality_sampling import hash_bounds
from guanjia.pipelines.quality_sampling.drawing import draw, draw_week
from guanjia.pipelines.quality_sampling.month_end import top_up
from guanjia.pipelines.quality_sampling.served import begin
from guanjia.store.engine import Transaction
from guanjia.store.runs import open_run
from tests.conftest import Database
from tests.database.quality_house import MONDAY, QualityHouse, at, on, week
from tests.support.quality_frames import drawn_again, frame_of

pytestmark = pytest.mark.rule("QC-01")
SEEDS: Final = 30
WRITTEN: Final = (
    "quality_draws",
    "quality_strata",
    "quality_risk_classes",
    "quality_populations",
    "samples",
    "quality_progress",
)


def rows(tx: Transaction, statement: str, **values: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in tx.execute(text(statement), values)]


def execute(tx: Transaction, statement: str, **values: Any) -> None:
    tx.execute(text(statement), values)


def written(tx: Transaction) -> list[list[tuple[Any, ...]]]:
    """What draws wrote, without what says which run wrote it and when."""
    without = "- 'run_id' - 'drawn_at' - 'due_on' - 'computed_to'"
    return [rows(tx, f"SELECT to_jsonb(t) {without} FROM {name} AS t ORDER BY 1") for name in WRITTEN]


@pytest.fixture(scope="module")
def house(module_database: Database) -> QualityHouse:
    """Six agents and three weeks of calls and cases; each test draws in a transaction that is taken back."""
    made = QualityHouse(module_database)
    made.community()
    for number in range(1, 7):
        made.agent(f"A{number}", f"T{number % 2}", hired_on=on("10-01") if number == 6 else on("2020-01-01"))
    made.reviewer("R1")
    made.setting("quality_scores_per_day", "9")
    chance = random.Random(20261122)
    for first in ("16", "23", "30"):
        for number in range(1, 7):
            made.many_calls(f"C{number}-{first}-", chance.randint(2, 30), f"A{number}", first=first)
            made.many_calls(f"O{number}-{first}-", chance.randint(1, 9), f"A{number}", first=first, direction="out")
            made.many_cases(f"K{number}-{first}-", chance.randint(1, 14), f"A{number}", first=first)
        made.many_cases(f"P-{first}-", 9, "A2", first=first, kind="complaint")
    return made


def draw_at(tx: Transaction, instant: datetime) -> None:
    """Monday's steps that draw."""
    run = open_run(tx, "quality_sampling", instant, started_at=instant)
    draw(tx, run, instant)
    top_up(tx, run, instant)


def test_tables_in_any_order_give_the_same_sample(house: QualityHouse) -> None:
    with house.database.transaction() as tx:
        draw_at(tx, at(MONDAY))
        before = written(tx)
        tx.rollback()
    with house.database.transaction("owner") as tx:
        for name in ("calls", "case_events"):
            execute(tx, f"CREATE TEMPORARY TABLE kept AS SELECT * FROM {name}")
            execute(tx, f"TRUNCATE {name}")
            execute(tx, f"INSERT INTO {name} SELECT * FROM kept ORDER BY md5(CAST(kept AS text))")
            execute(tx, "DROP TABLE kept")
        draw_at(tx, at(MONDAY))
        assert written(tx) == before
        tx.rollback()
    assert len(before[4]) > 25


def test_items_are_drawn_as_often_as_their_probability_says(house: QualityHouse) -> None:
    """Through the database, seed after seed: each draw is the pure one, and frequencies are the probabilities."""
    frame = frame_of(house, week("16"))
    times: Counter[str] = Counter()
    probability: dict[str, float] = {}
    expected = 0.0
    with house.database.transaction() as tx:
        instant = begin(tx, at(MONDAY))
        run = open_run(tx, "quality_sampling", instant, started_at=instant)
        execute(tx, "INSERT INTO settings (setting, value) VALUES ('quality_seed', 'x')")
        for number in range(SEEDS):
            execute(tx, "UPDATE settings SET value = :word WHERE setting = 'quality_seed'", word=f"seed {number}")
            draw_week(tx, run, instant, week("16"))
            found = rows(tx, "SELECT subject_code, reason, is_risk, probability FROM samples")
            stored = dict(tx.execute(text("SELECT * FROM quality_draws")).mappings().one())
            _items, allocation, again = drawn_again(frame, stored)
            assert {row[:3] for row in found} == {(each.item.code, each.reason, each.is_risk) for each in again}
            times.update(row[0] for row in found)
            share = {(m.kind, m.staff_code, m.channel): s for s in allocation.strata for m in s.members}
            sizes = Counter(each.item.risk_class for each in frame)
            for each in frame:
                item = each.item
                of = share[item.kind, item.staff_code, item.channel]
                by_risk = Fraction(allocation.risk.get(item.risk_class, 0), sizes[item.risk_class])
                probability[item.code] = float(1 - (1 - Fraction(of.items, of.population)) * (1 - by_risk))
                expected += probability[item.code]
            for name in ("samples", "quality_strata", "quality_risk_classes", "quality_populations"):
                execute(tx, f"DELETE FROM {name}")
            execute(tx, "DELETE FROM quality_draw_criteria")
            execute(tx, "DELETE FROM quality_draws")
        tx.rollback()
    groups: dict[float, list[str]] = {}
    for code, chance in probability.items():
        groups.setdefault(round(chance, 6), []).append(code)
    square = freedom = 0.0
    for chance, codes in groups.items():
        trials = SEEDS * len(codes)
        if 0 < chance < 1 and trials * min(chance, 1 - chance) > 10:
            square += (sum(times[code] for code in codes) - trials * chance) ** 2 / (trials * chance * (1 - chance))
            freedom += 1
    assert freedom > 8
    assert square < freedom + 4 * (2 * freedom) ** 0.5  # a chi-square that large comes once in some ten thousand times
    assert sum(times.values()) == pytest.approx(expected, rel=0.05)


def test_three_weeks_at_once_are_drawn_as_three_runs_would(house: QualityHouse) -> None:
    due = "SELECT due_on FROM quality_draws WHERE kind = 'weekly' ORDER BY draw_code"
    with house.database.transaction() as tx:
        for monday in ("23 05:00", "30 05:00", "12-07 05:00"):
            draw_at(tx, at(monday))
        weekly = written(tx)
        assert [day for (day,) in rows(tx, due)] == [on("27"), on("12-04"), on("12-11")]
        tx.rollback()
    with house.database.transaction() as tx:
        draw_at(tx, at("23 05:00"))
        draw_at(tx, at("12-09 14:00"))
        assert written(tx) == weekly
        assert [day for (day,) in rows(tx, due)] == [on("27"), on("12-15"), on("12-15")]
        draw_at(tx, at("12-09 14:00"))
        assert written(tx) == weekly
        tx.rollback()
    assert len(weekly[0]) >= 3 and len(weekly[4]) > 80


def test_bounds_that_hold_too_little_are_widened_and_change_nothing(
    house: QualityHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is looked at first is a matter of time alone: here far too little."""
    tried: list[int] = []

    def far_too_small(items: int, population: int, width: int) -> float:
        tried.append(width)
        return min(1.0, width * items / population / 20)

    with house.database.transaction() as tx:
        draw_at(tx, at(MONDAY))
        expected = written(tx)
        tx.rollback()
    monkeypatch.setattr(hash_bounds, "_part", far_too_small)
    with house.database.transaction() as tx:
        draw_at(tx, at(MONDAY))
        assert written(tx) == expected
        tx.rollback()
    assert len(set(tried)) > 1


def small(database: Database, *, scores_a_day: int = 20) -> QualityHouse:
    made = QualityHouse(database)
    made.community()
    made.reviewer("R1", shifts=["23"])
    made.setting("quality_scores_per_day", str(scores_a_day))
    return made


def draw_of(house: QualityHouse) -> dict[str, Any]:
    """The week's draw, held against the pure one."""
    frame = frame_of(house, week("16"))
    house.step("drawing", "draw", MONDAY)
    (drawn,) = house.draws()
    _items, _allocation, again = drawn_again(frame, drawn)
    assert sorted(each.item.code for each in again) == sorted(row["subject_code"] for row in house.samples())
    return drawn


def test_frames_with_next_to_nothing_in_them_are_drawn(database: Database) -> None:
    """One after the other in one house: nothing at all; an agent with two calls; then too little room for all."""
    made = small(database)
    made.agent("A1")
    assert made.step("drawing", "draw", MONDAY) == {"draws": 1}
    (empty,) = made.draws()
    assert (empty["frame_items"], empty["population"], empty["capacity"]) == (0, 0, 20)
    assert made.samples() == [] and made.remarks() == []
    forget(made)
    made.many_calls("C", 2, "A1")
    drawn = draw_of(made)
    assert (drawn["minimum_needed"], drawn["random_items"] + drawn["minimum_items"]) == (2, 2)
    assert {row["probability"] for row in made.samples()} == {1}
    forget(made)
    made.many_calls("D", 60, "A1", first="17", days=5)
    drawn = draw_of(made)
    assert drawn["population"] == 62 and drawn["random_items"] == 18 and drawn["risk_items"] == 0
    forget(made)
    for number in range(2, 12):
        made.agent(f"A{number}")
        made.many_calls(f"E{number}-", 10, f"A{number}")
        made.many_cases(f"K{number}-", 5, f"A{number}", kind="complaint")
    drawn = draw_of(made)  # 18 items for 21 agents and kinds: fewer than one each
    assert drawn["minimum_needed"] == 63 and drawn["dropped_items"] == 45
    assert Counter(row["reason"] for row in made.samples()) == {"minimum": 18}
    pools = made.table("quality_strata", "staff_code IS NULL")
    assert {row["stratum"] for row in pools} <= {"call:*:*", "case:*:*"} and pools
    assert made.one("SELECT min(random_items + minimum_items) FROM quality_strata") == 1
    assert made.remarks() == [("below_minimum", "W2026-47")]
    dropped = drawn["explanation"]["dropped"]
    assert sum(dropped.values()) >= 45 and set(dropped) <= {f"{k}:A{n}" for k in ("call", "case") for n in range(1, 12)}
    forget(made)
    made.setting("quality_scores_per_day", "40")
    drawn = draw_of(made)  # 36 items: one each, then more in turn; every channel of everybody is drawn from
    assert drawn["dropped_items"] == 27 and made.one("SELECT count(*) FROM quality_strata") == 21
    assert made.one("SELECT min(minimum_items) FROM quality_strata") >= 1
    forget(made)
    made.setting("quality_scores_per_day", "100")
    drawn = draw_of(made)  # room enough: the minimum, half at random, the rest by risk
    assert drawn["dropped_items"] == 0 and drawn["risk_items"] > 0
    assert made.one("SELECT min(random_items + minimum_items) FROM quality_strata") >= 3
    assert made.remarks() == []


def forget(house: QualityHouse) -> None:
    """The week is not drawn."""
    names = "samples, quality_strata, quality_risk_classes, quality_populations, quality_draw_criteria, quality_draws"
    with house.database.transaction("owner") as tx:
        execute(tx, f"TRUNCATE {names}, quality_remarks, quality_progress, quality_late_items CASCADE")


def test_without_reviewers_or_criteria_nothing_is_drawn(database: Database) -> None:
    made = QualityHouse(database)
    assert made.step("drawing", "draw", MONDAY) == {}  # nothing is served
    made.community(live_from="12-01")
    assert made.step("drawing", "draw", MONDAY) == {} and made.draws() == []
    made.setting("live_from", "2026-10-01", "001")
    made.agent("A1")
    made.many_calls("C", 12, "A1")
    made.execute("UPDATE quality_criteria SET enabled = FALSE")
    assert made.step("drawing", "draw", MONDAY) == {} and made.draws() == []
    made.execute("UPDATE quality_criteria SET enabled = TRUE")
    assert made.step("drawing", "draw", MONDAY) == {"draws": 1}
    (drawn,) = made.draws()
    assert (drawn["population"], drawn["capacity"], drawn["random_items"]) == (12, 0, 0)
    assert made.samples() == [] and made.remarks() == [("no_capacity", "W2026-47")]
    assert made.step("drawing", "draw", "24 05:00") == {}


@pytest.mark.rule("QC-06")
def test_a_correction_is_looked_at_again_once_after_it_was_closed(database: Database) -> None:
    made = small(database)
    made.agent("A1", "T1")
    made.many_calls("C", 30, "A1")
    made.step("drawing", "draw", MONDAY)
    source = made.samples()[0]
    for number, closing in ((1, "25 10:00 closed"), (2, None), (3, "30 00:00 closed")):
        code, opened = f"GJ-Q-{number}", "24 10:00"
        made.case(code, opened, *[closing] if closing else [], handler=None, channel="质检")
        row = {"case_code": code, "sample_code": made.samples()[number]["sample_code"], "staff_code": "A1"}
        made.add("quality_cases", row | {"criteria": "x", "department": "客服部", "opened_at": at(opened)})
    made.shifts("R1", "30", "12-07")
    made.many_calls("N", 30, "A1", first="23")
    made.step("drawing", "draw", "30 05:00")
    (audit,) = made.samples("reason = 'audit'")
    assert (audit["sample_code"], audit["subject_code"], audit["probability"]) == ("Q2648-A01", "GJ-Q-1", 1)
    assert audit["audits_code"] == made.samples()[1]["sample_code"] and audit["team_code"] == "T1"
    assert not audit["is_random"] and audit["random_probability"] is None and source["audits_code"] is None
    (drawn,) = made.table("quality_draws", "draw_code = 'W2026-48'")
    assert drawn["audit_items"] == 1 and drawn["frame_items"] == 30  # corrections are in no frame
    assert drawn["random_items"] == 17  # room for 19 more scores: 17 items and two second ones
    made.step("drawing", "draw", "12-07 05:00")
    assert [row["subject_code"] for row in made.samples("reason = 'audit'")] == ["GJ-Q-1", "GJ-Q-3"]
    assert made.one("SELECT audit_code FROM quality_cases WHERE case_code = 'GJ-Q-3'") == "Q2649-A01"
    assert made.one("SELECT audit_code FROM quality_cases WHERE case_code = 'GJ-Q-2'") is None
