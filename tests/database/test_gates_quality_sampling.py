"""Each expectation of the gates of the quality check has a row that makes it fail, and a sound row beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import select

from guanjia.domain.errors import GateFailed
from guanjia.domain.keyed_hash import keyed_hash
from guanjia.gates import check
from guanjia.pipelines.quality_sampling.running import SUITES
from guanjia.settings import BUSINESS_SETTINGS
from guanjia.store.runs import close_run, open_run
from tests.conftest import Database
from tests.database.quality_house import CRITERIA, WEEK, QualityHouse, T, at, on, quality_house, week

AS_OF: Final = at("25 10:30")
SOUND: Final = "SOUND"
SEED: Final = 47

FOUND: Final[Mapping[str, Mapping[str, str]]] = {
    "quality_sampling/quality_draws": {
        "expect_column_values_to_be_between: samples_off": "critical",
        "expect_column_values_to_be_between: strata_off": "critical",
        "expect_column_values_to_be_between: classes_off": "critical",
        "expect_column_values_to_be_between: population_off": "critical",
        "expect_column_values_to_be_between: populations_off": "critical",
        "expect_column_values_to_be_between: over_capacity": "critical",
        "expect_column_values_to_be_between: random_short": "critical",
        "expect_column_values_to_be_in_set: is_drop_told": "critical",
        "expect_column_values_to_be_in_set: has_criteria": "critical",
        "expect_column_values_to_match_regex: frame_digest": "critical",
        "expect_column_values_to_be_between: seconds_since_frame": "critical",
        "expect_column_values_to_be_between: days_to_score": "warning",
    },
    "quality_sampling/quality_strata": {
        "expect_column_values_to_be_between: population": "critical",
        "expect_column_values_to_be_in_set: is_given_a_chance": "critical",
        "expect_column_values_to_be_between: samples_off": "critical",
        "expect_column_values_to_be_between: weight_off": "critical",
        "expect_column_values_to_be_between: beyond_last_hash": "critical",
        "expect_column_values_to_be_between: passed_over": "critical",
        "expect_column_values_to_be_in_set: has_last_hash": "critical",
        "expect_column_values_to_be_in_set: is_named_right": "warning",
    },
    "quality_sampling/samples": {
        "expect_column_values_to_be_between: probability_off": "critical",
        "expect_column_values_to_be_in_set: is_in_frame": "critical",
        "expect_column_values_to_be_in_set: has_fact": "critical",
        "expect_column_values_to_be_in_set: is_reason_true": "critical",
        "expect_column_values_to_be_in_set: is_of_class": "critical",
        "expect_column_values_to_be_in_set: is_of_stratum": "critical",
        "expect_column_values_to_be_between: days_since_live": "critical",
        "expect_column_values_to_be_in_set: is_other_team": "critical",
        "expect_column_values_to_be_in_set: is_assigned_or_told": "critical",
        "expect_column_values_to_be_in_set: is_state_of_score": "critical",
        "expect_column_values_to_be_in_set: is_appeal_time_kept": "critical",
    },
    "quality_sampling/quality_judgements": {
        "expect_column_values_to_be_in_set: is_by_assigned": "critical",
        "expect_column_values_to_be_in_set: is_others_work": "critical",
        "expect_column_values_to_be_in_set: is_second_blind": "critical",
        "expect_column_values_to_be_between: seconds_since_draw": "critical",
        "expect_column_values_to_be_between: seconds_since_score": "critical",
        "expect_column_values_to_be_in_set: is_before_close": "critical",
        "expect_column_values_to_be_in_set: is_of_criteria": "critical",
        "expect_column_values_to_be_in_set: is_only_one": "critical",
        "expect_column_values_to_be_in_set: is_kept_told": "critical",
        "expect_column_values_to_be_between: score_off": "critical",
        "expect_column_values_to_be_in_set: is_by_employed": "warning",
    },
    "quality_sampling/quality_results": {
        "expect_column_values_to_be_in_set: is_mean_in_interval": "critical",
        "expect_column_values_to_be_in_set: is_random_mean_in_interval": "critical",
        "expect_column_values_to_be_in_set: is_critical_in_interval": "critical",
        "expect_column_values_to_be_in_set: is_blank_without_sample": "critical",
        "expect_column_values_to_be_between: lowest": "critical",
        "expect_column_values_to_be_between: highest": "critical",
        "expect_column_values_to_be_between: sampled_over": "critical",
        "expect_column_values_to_be_between: drawn_over": "critical",
        "expect_column_values_to_be_between: random_over": "critical",
        "expect_column_values_to_be_in_set: is_small_said": "critical",
        "expect_column_values_to_be_in_set: is_verdict_of_lot": "critical",
        "expect_column_values_to_be_in_set: is_sum_of_agents": "warning",
    },
    "quality_sampling/quality_lots": {
        "expect_column_values_to_be_in_set: is_letter_of_lot": "critical",
        "expect_column_values_to_be_in_set: is_size_of_standard": "critical",
        "expect_column_values_to_be_in_set: is_acceptance_of_standard": "critical",
        "expect_column_values_to_be_between: short_of_plan": "critical",
        "expect_column_values_to_be_in_set: is_verdict_on_whole_sample": "critical",
        "expect_column_values_to_be_in_set: is_verdict_of_plan": "critical",
        "expect_column_values_to_be_between: nonconforming_over": "critical",
        "expect_column_values_to_be_in_set: is_in_sequence": "critical",
        "expect_column_values_to_be_in_set: is_switch_explained": "critical",
        "expect_column_values_to_be_between: switching_score": "warning",
    },
}
"""Suite → what a gate reports of each expectation → its severity. The row that breaks it is named after its column."""


class _Rows:
    """Rows as a run leaves them: a sound draw, and one broken in a single way per expectation.

    Each draw has four calls of A1, of which two are drawn at random (one for the minimum) and a third by risk.
    """

    def __init__(self, database: Database) -> None:
        self.house: QualityHouse = quality_house(database)
        self.house.staff("GONE", "reviewer", "Q1", left_on=on("20"))
        self.run_id = self.begin()

    def begin(self) -> int:
        with self.house.database.transaction() as tx:
            return int(open_run(tx, "quality_sampling", AS_OF, started_at=AS_OF).run_id)

    def draw(self, code: str, *, stratum: Mapping[str, Any] | None = None, **own: Any) -> None:
        """A draw with all its rows; ``own`` and ``stratum`` change one row each."""
        items = sorted((f"{code}-{n}" for n in range(4)), key=lambda item: keyed_hash(item, SEED))
        self.house.calls((item, f"17 1{place}:00", "A1") for place, item in enumerate(items))
        row = {"draw_code": code, "kind": "weekly", "period": WEEK, "section": code, "seed_word": "w", "risk_seed": 1}
        row |= {"random_seed": SEED, "double_seed": 2, "frame_digest": "0" * 64, "frame_items": 4, "population": 4}
        row |= {"capacity": 9, "random_items": 1, "minimum_items": 1, "risk_items": 1, "explanation": {}}
        row |= {"frame_from": week().starts_at, "frame_to": week().ends_at, "drawn_at": at("23 05:00")}
        self.house.add("quality_draws", row | {"due_on": on("27"), "run_id": self.run_id} | own)
        written = {"draw_code": code, "run_id": self.run_id}
        of_it = {"stratum": "call:A1:in", "subject_kind": "call", "staff_code": "A1", "channel": "in", "digest": "0"}
        counts = {"population": 4, "random_items": 1, "minimum_items": 1, "last_hash": keyed_hash(items[1], SEED)}
        self.house.add("quality_strata", written | of_it | counts | dict(stratum or {}))
        risk = {"risk_class": "call:complaint", "weight": 3, "population": 1, "risk_items": 1, "digest": "0"}
        self.house.add("quality_risk_classes", written | risk | {"subject_kind": "call", "last_hash": 0})
        who = {"staff_code": "A1", "team_code": "T1", "community_code": "001", "subject_kind": "call"}
        self.house.add("quality_populations", written | who | {"frame_items": 4, "population": 4})
        if "has_criteria" not in code:
            criteria = {"weight": 1, "is_critical": False, "pass_score": 80}
            self.house.add(
                "quality_draw_criteria",
                *(written | criteria | {"criterion": name, "position": n} for n, name in enumerate(CRITERIA, 1)),
            )
        for place, (item, reason) in enumerate(zip(items, ("random", "minimum", "risk"), strict=False)):
            self._sample(code, item, place, reason)

    def _sample(self, code: str, item: str, place: int, reason: str) -> None:
        risk = 1 if reason == "risk" else 0
        row = {"sample_code": f"{code}-{place}", "period": WEEK, "stratum": "call:A1:in", "subject_kind": "call"}
        row |= {"subject_code": item, "staff_code": "A1", "team_code": "T1", "community_code": "001", "reviewer": "R1"}
        row |= {"reason": reason, "random_probability": 0.5, "risk_probability": risk, "probability": max(0.5, risk)}
        row |= {"is_random": not risk, "is_risk": bool(risk), "risk_class": "call:complaint" if risk else None}
        row |= {"draw_code": code, "occurred_at": at(f"17 1{place}:03"), "channel": "in", "state": "waiting"}
        self.house.add("samples", row | {"run_id": self.run_id})

    def change(self, code: str, number: int = 0, **values: Any) -> None:
        """Change a sample of a draw."""
        changes = ", ".join(f"{name} = :{name}" for name in values)
        self.house.execute(f"UPDATE samples SET {changes} WHERE sample_code = :code", code=f"{code}-{number}", **values)

    def scored(self, code: str, *, by: str = "R1", verdict: str = "counted", only: str = "", **own: Any) -> None:
        """The first sample of a draw scored by its reviewer, 90 points each; ``own`` changes the judgements."""
        self.change(code, state="scored", score=90, scored_by="R1")
        for criterion in (only,) if only else CRITERIA:
            row = {"sample_code": f"{code}-0", "reviewer": by, "criterion": criterion, "edition": 1, "score": 90}
            row |= {"verdict": verdict, "scored_at": at("24 10:00"), "judged_at": AS_OF, "content_digest": "1"}
            self.house.add("quality_judgements", row | {"run_id": self.run_id} | own)

    def result(self, scope: str, **own: Any) -> None:
        row = {"period": WEEK, "scope_kind": "staff", "scope_code": scope, "population": 40, "drawn": 12, "sampled": 12}
        row |= {"mean_score": 90, "low_95": 88, "high_95": 92, "critical_rate": 0, "critical_low_95": 0}
        row |= {
            "critical_high_95": 0.24,
            "random_sampled": 6,
            "random_mean": 91,
            "random_low_95": 88,
            "verdict": "none",
        }
        self.house.add("quality_results", row | {"random_high_95": 93, "run_id": self.run_id} | own)

    def lot(self, staff: str, **own: Any) -> None:
        self.house.agent(staff)
        row = {"period": "2026-10", "staff_code": staff, "lot_size": 400, "aql": 4, "inspection_level": "II"}
        row |= {"inspection": "normal", "code_letter": "H", "sample_size": 50, "acceptance_number": 5, "scored": 50}
        row |= {"random_items": 12, "top_up_items": 38, "verdict": "accept", "switching_score": 3, "explanation": {}}
        row |= {"next_inspection": "normal", "computed_at": AS_OF, "run_id": self.run_id}
        self.house.add("quality_lots", row | own)


def _draws(rows: _Rows) -> None:
    broken: Mapping[str, dict[str, Any]] = {
        "samples_off": {"top_up_items": 1},
        "strata_off": {"stratum": {"random_items": 2}},
        "classes_off": {},
        "population_off": {"stratum": {"population": 5}},
        "populations_off": {},
        "over_capacity": {"capacity": 3, "double_items": 1},
        "random_short": {"risk_items": 3},
        "is_drop_told": {"dropped_items": 1},
        "has_criteria": {},
        "frame_digest": {"frame_digest": "0" * 63},
        "seconds_since_frame": {"drawn_at": at("22 05:00")},
        "days_to_score": {"due_on": on("23")},
    }
    for column, own in broken.items():
        rows.draw(f"D.{column}", **own)
    rows.house.execute("UPDATE quality_risk_classes SET risk_items = 0 WHERE draw_code = 'D.classes_off'")
    rows.house.execute("UPDATE quality_populations SET population = 3 WHERE draw_code = 'D.populations_off'")


def _strata(rows: _Rows) -> None:
    highest = max(keyed_hash(f"T.passed_over-{n}", SEED) for n in range(4))
    broken: Mapping[str, dict[str, Any]] = {
        "population": {},
        "is_given_a_chance": {},
        "samples_off": {"random_items": 2, "minimum_items": 0},
        "weight_off": {},
        "beyond_last_hash": {"last_hash": min(keyed_hash(f"T.beyond_last_hash-{n}", SEED) for n in range(4))},
        "passed_over": {"last_hash": highest},
        "has_last_hash": {"last_hash": None},
        "is_named_right": {"stratum": "call:A1:out"},
    }
    for column, stratum in broken.items():
        rows.draw(f"T.{column}", stratum=stratum)
    more = {"stratum": "call:A2:in", "subject_kind": "call", "staff_code": "A2", "channel": "in", "digest": "0"}
    for column, population in (("population", 0), ("is_given_a_chance", 3)):
        row = {"draw_code": f"T.{column}", "population": population, "run_id": rows.run_id}
        rows.house.add("quality_strata", more | row)
    rows.change("T.weight_off", random_probability=0.4)


def _samples(rows: _Rows) -> None:
    scored = {"state": "final", "score": 90, "final_at": at("25 10:00"), "appeal_until": at("27 18:00")}
    broken: Mapping[str, dict[str, Any]] = {
        "probability_off": {"probability": 0.9},
        "is_in_frame": {"occurred_at": at("23 00:00")},
        "has_fact": {"occurred_at": at("17 10:04")},
        "is_reason_true": {"reason": "risk"},
        "is_of_class": {"is_risk": True, "risk_class": "call:reopened"},
        "is_of_stratum": {"stratum": "call:A2:in"},
        "days_since_live": {"occurred_at": at("09-30 10:00"), "is_late": True},
        "is_other_team": {"second_reviewer": "L1"},
        "is_assigned_or_told": {"reviewer": None},
        "is_state_of_score": {"state": "scored"},
        "is_appeal_time_kept": scored,
    }
    for column, own in broken.items():
        rows.draw(f"S.{column}")
        rows.change(f"S.{column}", **own)


def _judgements(rows: _Rows) -> None:
    broken: Mapping[str, dict[str, Any]] = {
        "is_by_assigned": {"by": "R2"},
        "is_others_work": {"by": "A1"},
        "is_second_blind": {"verdict": "second"},
        "seconds_since_draw": {"scored_at": at("22 23:59")},
        "seconds_since_score": {"scored_at": AS_OF + timedelta(seconds=1)},
        "is_before_close": {},
        "is_of_criteria": {"only": "other"},
        "is_only_one": {},
        "is_kept_told": {"verdict": "kept", "reason": "after_close"},
        "score_off": {},
        "is_by_employed": {"by": "GONE"},
    }
    for column, own in broken.items():
        rows.draw(f"J.{column}")
        rows.scored(f"J.{column}", **own)
    rows.change("J.is_before_close", final_at=at("25 10:00"))
    rows.change("J.score_off", score=89.9)
    rows.scored("J.is_only_one", only=CRITERIA[0], edition=2)


def _results(rows: _Rows) -> None:
    broken: Mapping[str, dict[str, Any]] = {
        "is_mean_in_interval": {"mean_score": 93},
        "is_random_mean_in_interval": {"random_mean": 87},
        "is_critical_in_interval": {"critical_rate": 0.3},
        "is_blank_without_sample": {"sampled": 0, "random_sampled": 0, "is_small": True},
        "lowest": {"low_95": -1},
        "highest": {"high_95": 101},
        "sampled_over": {"sampled": 13},
        "drawn_over": {"drawn": 41},
        "random_over": {"random_sampled": 13},
        "is_small_said": {"is_small": True},
        "is_verdict_of_lot": {"period": "2026-10", "verdict": "accept"},
        "is_sum_of_agents": {"scope_kind": "company"},
    }
    for column, own in broken.items():
        rows.result(column, **own)


def _lots(rows: _Rows) -> None:
    broken: Mapping[str, dict[str, Any]] = {
        "is_letter_of_lot": {"code_letter": "J"},
        "is_size_of_standard": {"sample_size": 49},
        "is_acceptance_of_standard": {"acceptance_number": 4},
        "short_of_plan": {"top_up_items": 37},
        "is_verdict_on_whole_sample": {"scored": 49},
        "is_verdict_of_plan": {"nonconforming": 6},
        "nonconforming_over": {"scored": 50, "nonconforming": 51, "verdict": "reject"},
        "is_in_sequence": {"inspection": "tightened", "next_inspection": "tightened"},
        "is_switch_explained": {"next_inspection": "tightened"},
        "switching_score": {"switching_score": -1},
    }
    for column, own in broken.items():
        rows.lot(column, **own)


@pytest.mark.rule("QC-01")
@pytest.mark.rule("QC-05")
def test_each_expectation_finds_the_row_that_breaks_it_and_no_sound_one(database: Database) -> None:
    """All broken rows stand in one house; each gate is asked once and must name them."""
    rows, results = _Rows(database), T["gate_results"]
    rows.draw(SOUND)
    rows.scored(SOUND)
    rows.result(SOUND)
    rows.lot(SOUND)
    made = (_draws, _strata, _samples, _judgements, _results, _lots)
    for suite, make in zip(SUITES, made, strict=True):
        make(rows)
        with pytest.raises(GateFailed):
            check(rows.run_id, suite, {"run_id": rows.run_id}, checked_at=AS_OF)
        with database.transaction("read") as tx:
            found = tx.execute(select(results).where(results.c.suite == suite)).mappings().all()
        assert {row["expectation"]: row["severity"] for row in found} == FOUND[suite]
        for row in found:
            column = row["expectation"].split(": ")[1]
            keys = [" ".join(key.values()) for key in row["failed_keys"]]
            assert row["outcome"] == "failed", (suite, column)
            assert any(column in key for key in keys), (suite, column, keys)
            assert not [key for key in keys if SOUND in key], (suite, column, keys)
        _goes_on(rows)


def _goes_on(rows: _Rows) -> None:
    """The next run has the sound rows only."""
    with rows.house.database.transaction() as tx:
        close_run(tx, rows.run_id, "succeeded")
    rows.run_id = rows.begin()
    for table, column in (
        ("quality_draws", "draw_code"),
        ("samples", "draw_code"),
        ("quality_judgements", "sample_code"),
        ("quality_results", "scope_code"),
        ("quality_lots", "staff_code"),
    ):
        rows.house.execute(f"UPDATE {table} SET run_id = :run WHERE {column} LIKE 'SOUND%'", run=rows.run_id)


@pytest.mark.rule("QC-01")
def test_what_a_gate_stopped_meets_the_next_runs_gate_until_one_succeeds(database: Database) -> None:
    rows, suite = _Rows(database), "quality_sampling/quality_draws"
    rows.draw("over_capacity", capacity=2)
    with database.transaction() as tx:
        close_run(tx, rows.run_id, "failed")
        second = open_run(tx, "quality_results", AS_OF + timedelta(hours=1), started_at=AS_OF).run_id
    with pytest.raises(GateFailed, match="over_capacity"):
        check(second, suite, {"run_id": second}, checked_at=AS_OF)
    rows.house.execute("UPDATE quality_draws SET capacity = 3")
    assert check(second, suite, {"run_id": second}, checked_at=AS_OF) == {"rows": 1, "warnings": 0}
    with database.transaction() as tx:
        close_run(tx, second, "succeeded")
        third = open_run(tx, "quality_sampling", AS_OF + timedelta(days=5), started_at=AS_OF).run_id
    assert check(third, suite, {"run_id": third}, checked_at=AS_OF) == {"rows": 0, "warnings": 0}


def test_gates_and_settings_agree_on_the_shipped_defaults() -> None:
    """A gate reads the stored setting; where none is stored, the default written in its SQL."""
    assert BUSINESS_SETTINGS["quality_small_sample"].default == "10"


@pytest.mark.rule("QC-01")
@pytest.mark.rule("QC-05")
def test_the_gates_let_pass_what_is_odd_but_right(database: Database) -> None:
    """A week of nothing, too little room, nobody who may score, agents pooled, late rows, a section of its own."""
    house = quality_house(database, people=False)
    for number in range(6):
        house.agent(f"A{number}", "T1" if number % 2 else "T2", hired_on=on(f"{number + 1}"))
    house.setting("quality_scores_per_day", "1")
    house.monday("2 05:00")  # nothing yet, and nobody to score
    for first in ("2", "9", "16"):
        for number in range(6):
            house.many_calls(f"C{first}-{number}-", 8, f"A{number}", first=first)
            house.many_cases(f"G{first}-{number}-", 3, f"A{number}", first=first, kind="complaint")
    house.reviewer("R1", "T1", left_on=on("15"))
    house.monday("9 05:00")  # room for five: below the minimum, agents pooled; half of them of the reviewer's own team
    house.reviewer("R2", "Q1", hired_on=on("16"), left_on=on("22"))
    house.call("LATE", "3 10:00", "A1")
    house.setting("quality_scores_per_day", "12", since="16")
    house.monday("16 05:00")  # room for sixty; one call came in late
    house.community("002")
    house.agent("B1", "T9", community_code="002")
    house.many_calls("B-", 9, "B1")
    house.reviewer("R3", "Q9", community_code="002", hired_on=on("23"))
    house.reviewer("R4", "Q1", hired_on=on("23"))
    house.monday("23 05:00")  # 002 draws by itself
    house.many_calls("D-", 2, "A2", first="23")
    house.many_calls("E-", 300, "A1", first="23")
    house.many_calls("F-", 9, "B1", first="23")
    house.setting("live_from", "2027-01-01", "002", since="12-02")  # its week is drawn as at 30 November
    house.monday("12-07 05:00")  # two weeks and the month of November after an outage
    states = house.rows("SELECT period, section, random_items + minimum_items, dropped_items > 0 FROM quality_draws")
    assert {period for period, *_rest in states} == {f"2026-W{n}" for n in range(44, 50)} | {"2026-10", "2026-11"}
    assert any(section == "002" for _period, section, *_rest in states)
    assert any(is_dropped for *_rest, is_dropped in states)
    assert house.rows("SELECT stratum FROM quality_strata WHERE stratum LIKE '%:*:*'")
    assert house.rows("SELECT 1 FROM samples WHERE unassigned_reason = 'own_team'")
    assert house.rows("SELECT 1 FROM samples WHERE reason = 'top_up'")
    last = house.one("SELECT max(run_id) FROM runs")
    for suite in SUITES:
        check(last, suite, {"run_id": last}, checked_at=AS_OF)
    assert not house.rows("SELECT suite, expectation FROM gate_results WHERE outcome <> 'met'")
