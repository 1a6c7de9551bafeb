"""kill -9 of any process of a run of overdue escalations at any moment, then again: the same end, no mail twice."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.support.kill_cases import AS_OF, furnish
from tests.support.kills import House, State, killed, once, state_of, summary

KILLS = 2
DATASETS = ("deadlines", "escalations")
STEPS = """
import sys
from datetime import UTC, datetime
from guanjia.domain.errors import GuanjiaError
from guanjia.outbox import deliver_outbox
from guanjia.pipelines import overdue_escalations as pipeline
from guanjia.store.engine import transaction
from guanjia.store.runs import close_run, open_run

as_of = datetime.fromisoformat(sys.argv[1])
try:
    with transaction() as tx:
        run = open_run(tx, "overdue_escalations", as_of, started_at=datetime.now(UTC))
    for name in ("compute_deadlines", "raise_escalations", "tell", "hand_over"):
        with transaction() as tx:
            getattr(pipeline, name)(tx, run, as_of)
    report = deliver_outbox(as_of)
    with transaction() as tx:
        close_run(tx, run.run_id, "succeeded", ended_at=datetime.now(UTC))
except GuanjiaError as error:
    sys.exit(f"{type(error).__name__}: {error}")
sys.exit(report.problem or 0)
"""
"""The steps of the DAG in its order, each in its transaction, without Airflow around them."""


@dataclass(frozen=True)
class Undisturbed:
    house: House
    command: list[str]
    expected: State
    seconds: float


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Undisturbed]:
    house = House(tmp_path_factory.mktemp("kill") / "home")
    writing = house.engine()
    with writing.begin() as transaction:
        furnish(transaction)
    writing.dispose()
    house.keep()
    command = [sys.executable, "-c", STEPS, AS_OF.isoformat()]
    seconds = once(house, command)
    expected = state_of(house, DATASETS)
    assert len(expected.rows["escalations"]) > 200 and len(expected.mails) > 20
    yield Undisturbed(house, command, expected, seconds)
    house.close()


def trials(undisturbed: Undisturbed, number: int, seed: int) -> str:
    chance = random.Random(seed)
    found = [
        killed(undisturbed.house, undisturbed.command, undisturbed.expected, DATASETS, undisturbed.seconds, chance)
        for _number in range(number)
    ]
    return summary(found)


def test_killed_at_random_moments(undisturbed: Undisturbed) -> None:
    trials(undisturbed, KILLS, seed=20261120)


def test_the_same_run_again_changes_nothing(undisturbed: Undisturbed) -> None:
    house = undisturbed.house
    once(house, undisturbed.command)
    for _again in range(2):
        assert house.start(undisturbed.command).wait(240) == 0
    assert state_of(house, DATASETS) == undisturbed.expected
