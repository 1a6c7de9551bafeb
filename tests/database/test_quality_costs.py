"""An hour in which nothing happened costs nothing, and nothing that happens is overlooked for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from tests.conftest import Database
from tests.database.quality_house import QualityHouse, at, quality_house
from tests.database.test_quality_results import (
    DRAW,
    MEASURED,
    MONTH,
    MONTH_DRAW,
    WEEK,
    add_draw,
    add_pairs,
    add_week,
)

pytestmark = pytest.mark.rule("QC-01")

OF_THE_SAMPLES: Final = (
    "UPDATE samples SET score = score - 1 WHERE sample_code = 'A1-0'",
    "UPDATE samples SET is_critical = TRUE WHERE sample_code = 'A1-1'",
    "UPDATE samples SET state = 'final' WHERE sample_code = 'A1-1'",
    "UPDATE samples SET state = 'waiting', score = NULL WHERE sample_code = 'A1-1'",
    "UPDATE samples SET team_code = 'T2' WHERE sample_code = 'A1-2'",
    "UPDATE samples SET second_reviewer = NULL WHERE sample_code = 'A4-00'",
    "UPDATE samples SET occurred_at = occurred_at + INTERVAL '1 day' WHERE sample_code = 'A4-00'",
    "UPDATE quality_judgements SET score = 10 WHERE sample_code = 'A4-01' AND criterion = 'closing'",
    "UPDATE quality_judgements SET is_critical = TRUE WHERE sample_code = 'A4-02' AND reviewer = 'R2'",
    "UPDATE quality_judgements SET verdict = 'kept', reason = 'after_close' WHERE sample_code = 'A4-03'",
    "UPDATE quality_strata SET population = population + 1 WHERE stratum = 'call:A1:in'",
    "UPDATE quality_risk_classes SET population = population + 1",
    f"UPDATE quality_draw_criteria SET weight = weight + 1 WHERE draw_code = '{DRAW}' AND criterion = 'closing'",
    "UPDATE quality_results SET is_final = TRUE WHERE FALSE; UPDATE settings SET value = '7' WHERE"
    " setting = 'quality_small_sample'",
    "DELETE FROM quality_results",
)
"""What changes the results of the week, and of the month it lies in."""
OF_ONE_PERIOD: Final = (
    (f"UPDATE quality_populations SET population = population + 1 WHERE draw_code = '{DRAW}'", WEEK),
    (f"UPDATE quality_populations SET population = population + 1 WHERE draw_code = '{MONTH_DRAW}'", MONTH),
    ("UPDATE quality_populations SET team_code = 'T9' WHERE staff_code = 'A5'", MONTH),
    ("UPDATE quality_lots SET sample_size = 2", MONTH),
    ("UPDATE quality_lots SET verdict = 'reject'", MONTH),
)
_TAMPER: Final = "UPDATE quality_results SET degrees = -1 WHERE scope_kind = 'company'"
_TAMPERED: Final = "SELECT period FROM quality_results WHERE degrees = -1 ORDER BY period"


@pytest.fixture(scope="module")
def house(module_database: Database) -> Iterator[QualityHouse]:
    """A week and its month with open samples, measured."""
    made = quality_house(module_database)
    made.agent("A4", "T2")
    made.agent("A5", None)
    made.setting("quality_small_sample", "5")
    add_week(made)
    add_pairs(made)
    made.add("quality_lots", _lot())
    made.step("measuring", "measure", MEASURED)
    yield made


def _lot() -> dict[str, object]:
    terms = {
        "kinds": ["call"],
        "is_every_item": False,
        "tighter_acceptance": 0,
        "is_steady": True,
        "is_approved": False,
    }
    row: dict[str, object] = {"period": MONTH, "staff_code": "A1", "lot_size": 100, "aql": 4, "inspection_level": "II"}
    row |= {"inspection": "normal", "code_letter": "F", "sample_size": 3, "acceptance_number": 1, "verdict": "none"}
    row |= {"switching_score": 0, "next_inspection": "normal", "explanation": terms, "computed_at": at(MEASURED)}
    return row


def untouched(house: QualityHouse) -> list[str]:
    """Periods whose results another hour left as somebody has tampered with them: they were not computed anew."""
    house.execute(_TAMPER)
    house.step("measuring", "measure", MEASURED)
    found = [period for (period,) in house.rows(_TAMPERED)]
    if found:
        house.execute("UPDATE quality_agreements SET inputs_digest = NULL")
        house.step("measuring", "measure", MEASURED)
        assert not house.rows(_TAMPERED), "without a digest everything is computed"
    return found


def test_results_are_computed_anew_exactly_when_something_they_rest_on_changed(house: QualityHouse) -> None:
    assert house.step("measuring", "measure", MEASURED) == {}
    assert untouched(house) == [MONTH, WEEK], "nothing changed"
    for change in OF_THE_SAMPLES:
        for statement in change.split("; "):
            house.execute(statement)
        assert untouched(house) == [], change
    for change, period in OF_ONE_PERIOD:
        house.execute(change)
        assert period not in untouched(house), change


def test_a_draw_of_another_section_is_measured_with_its_week(house: QualityHouse) -> None:
    house.execute("UPDATE quality_draws SET section = '001' WHERE draw_code = :code", code=MONTH_DRAW)
    add_draw(house, "W2026-42", "weekly", "2026-W42", "10-12", "10-19")
    assert untouched(house) == [WEEK], "a later week may hold late items of the month"
    assert house.rows("SELECT scope_kind FROM quality_results WHERE period = '2026-W42'") == [("company",)]


def test_only_samples_with_new_scores_are_looked_at_and_later_ones_wait(database: Database) -> None:
    house = quality_house(database)
    house.small_criteria()
    for agent in ("A1", "A2", "A3"):
        house.many_calls(f"P{agent}-", 20, agent)
    house.monday()
    first, second, *_rest = house.samples("reviewer IS NOT NULL AND second_reviewer IS NULL")
    noted = "SELECT DISTINCT sample_code FROM quality_score_changes ORDER BY 1"
    house.scores(first["sample_code"], first["reviewer"], "24 10:00", 90)
    house.scores(second["sample_code"], second["reviewer"], "24 15:00", 80)
    assert house.step("judging", "take_scores", "24 12:30")["scored_samples"] == 1
    assert house.rows(noted) == [(second["sample_code"],)], "made later than the run"
    assert house.step("judging", "take_scores", "24 13:30") == {}
    assert house.step("judging", "take_scores", "24 15:30")["scored_samples"] == 1
    assert house.rows(noted) == []
    house.execute("UPDATE quality_scores SET score = 70 WHERE sample_code = :code", code=first["sample_code"])
    assert house.step("judging", "take_scores", "24 16:30")["scored_samples"] == 1, "changed in its place"
    house.execute("UPDATE quality_scores SET loaded_row = 7")
    assert house.step("judging", "take_scores", "24 17:30") == {}, "the same content again"
    assert house.rows(noted) == []
