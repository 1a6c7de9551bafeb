"""kill -9 of any process of a run of the quality check at any moment, then again: the same sample, no mail twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.database.quality_house import QualityHouse, at, quality_house
from tests.support.killed_steps import Undisturbed, furnished, undisturbed_run

KILLS = 2
MORNING, NOON = "30 05:00", "26 12:30"
DATASETS = (
    "quality_draws",
    "quality_strata",
    "quality_risk_classes",
    "quality_reviewers",
    "samples",
    "quality_judgements",
    "quality_appeal_verdicts",
    "quality_cases",
    "quality_findings",
    "quality_results",
    "quality_lots",
    "quality_agreements",
    "quality_rankings",
    "quality_roster_warnings",
    "quality_remarks",
)


def furnish(house: QualityHouse) -> None:
    """A week drawn and half scored, with appeals and something wrong; another week waits for its draw."""
    house.small_criteria()
    for agent in ("A1", "A2", "A3"):
        house.many_calls(f"C{agent}-", 60, agent, days=14)
    house.many_cases("GD-", 20, "A2", kind="complaint", days=14)
    house.monday()
    samples = house.samples()
    for number, sample in enumerate(samples):
        for who in (sample["reviewer"], sample["second_reviewer"]):
            if who and number % 4:
                house.scores(sample["sample_code"], who, f"24 10:{number % 60:02}", 60 if number % 5 == 0 else 90)
    house.scores(samples[0]["sample_code"], "S1", "24 11:00", 100)
    house.results("24 12:30")
    house.execute(
        "UPDATE samples SET told_at = :told, appeal_until = :until WHERE state = 'scored'",
        told=at("24 12:30"),
        until=at("27 18:00"),
    )
    for sample in house.samples("state = 'scored'")[:3]:
        house.appeal(sample["sample_code"], "25 09:00", sample["staff_code"])


def undisturbed_at(home: Path, function: str, as_of: str) -> Undisturbed:
    """The run of an instant in a house of its own; whoever asks closes it."""
    house = furnished(home, lambda database: furnish(quality_house(database)))
    return undisturbed_run(house, "quality_sampling", function, at(as_of), DATASETS)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Undisturbed]:
    found = undisturbed_at(tmp_path_factory.mktemp("kill") / "home", "run_steps", MORNING)
    assert len(found.expected.rows["quality_draws"]) > 1, found.house.said()
    assert len(found.expected.rows["samples"]) > 40
    assert len(found.expected.mails) > 3
    yield found
    found.house.close()


@pytest.mark.rule("QC-01")
def test_killed_at_random_moments(undisturbed: Undisturbed) -> None:
    undisturbed.trials(KILLS, seed=20261130)
