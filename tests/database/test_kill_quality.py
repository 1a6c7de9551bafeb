"""kill -9 of any process of a run of the quality check at any moment, then again: the same sample, no mail twice."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import Connection, Engine

from tests.conftest import Database
from tests.database.quality_house import QualityHouse, at, quality_house
from tests.support.kills import House, State, killed, once, state_of, summary

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
STEPS = """
import sys
from datetime import datetime
from guanjia.domain.errors import GuanjiaError
from guanjia.outbox import deliver_outbox
from guanjia.pipelines.quality_sampling import running

as_of = datetime.fromisoformat(sys.argv[2])
try:
    getattr(running, sys.argv[1])(as_of)
    report = deliver_outbox(as_of)
except GuanjiaError as error:
    sys.exit(f"{type(error).__name__}: {error}")
sys.exit(report.problem or 0)
"""
"""The steps of a DAG in its order, each in its transaction, without Airflow around them."""


@dataclass(frozen=True)
class _Home:
    """The part of a test database that the house of quality checks needs."""

    engine: Engine

    def transaction(self, _role: str = "app") -> AbstractContextManager[Connection]:
        return self.engine.begin()


@dataclass(frozen=True)
class Undisturbed:
    house: House
    command: list[str]
    expected: State
    seconds: float


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


def furnished(home: Path) -> House:
    house = House(home)
    writing = house.engine()
    furnish(quality_house(cast("Database", _Home(writing))))
    writing.dispose()
    house.keep()
    return house


def undisturbed_run(house: House, function: str, as_of: str) -> Undisturbed:
    command = [sys.executable, "-c", STEPS, function, at(as_of).isoformat()]
    seconds = once(house, command)
    return Undisturbed(house, command, state_of(house, DATASETS), seconds)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Undisturbed]:
    house = furnished(tmp_path_factory.mktemp("kill") / "home")
    found = undisturbed_run(house, "run_steps", MORNING)
    assert len(found.expected.rows["quality_draws"]) > 1, house.said()
    assert len(found.expected.rows["samples"]) > 40
    assert len(found.expected.mails) > 3
    yield found
    house.close()


def trials(undisturbed: Undisturbed, number: int, seed: int) -> str:
    chance = random.Random(seed)
    found = [
        killed(undisturbed.house, undisturbed.command, undisturbed.expected, DATASETS, undisturbed.seconds, chance)
        for _number in range(number)
    ]
    return summary(found)


@pytest.mark.rule("QC-01")
def test_killed_at_random_moments(undisturbed: Undisturbed) -> None:
    trials(undisturbed, KILLS, seed=20261130)
