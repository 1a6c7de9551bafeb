"""kill -9 of any process of a sweep of the inbox at any moment, then again: every row once, every file put away."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from tests.support.kill_files import AS_OF, fill
from tests.support.kills import House, State, differences, killed, once, state_of, summary

KILLS = 2
DATASETS = ("communities", "buildings", "customers", "cases", "staff", "report_recipients", "rejects")
SWEEP = """
import sys
from datetime import UTC, datetime
from guanjia.domain.errors import GuanjiaError
from guanjia.outbox import deliver_outbox
from guanjia.pipelines.intake.reporting import report
from guanjia.pipelines.intake.sweeping import sweep
from guanjia.store.engine import transaction
from guanjia.store.runs import close_run, open_run

as_of, now = datetime.fromisoformat(sys.argv[1]), datetime.now(UTC)
try:
    with transaction() as tx:
        run = open_run(tx, "intake", as_of, started_at=now)
    sweep(as_of=as_of, now=now, run_id=run.run_id)
    with transaction() as tx:
        report(tx, run_id=run.run_id, at=now)
    problem = deliver_outbox().problem
    with transaction() as tx:
        close_run(tx, run.run_id, "succeeded", ended_at=now)
except GuanjiaError as error:
    sys.exit(f"{type(error).__name__}: {error}")
sys.exit(problem or 0)
"""
"""The steps of the DAG in its order, without Airflow around them."""


@dataclass(frozen=True)
class Inbox:
    house: House
    command: list[str]
    expected: State
    seconds: float


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inbox]:
    house = House(tmp_path_factory.mktemp("kill") / "home")
    fill(house.home / "kept-inbox")
    house.keep()
    command = [sys.executable, "-c", SWEEP, AS_OF.isoformat()]
    seconds = once(house, command)
    expected = state_of(house, DATASETS)
    assert len(expected.rows["cases"]) > 2_500 and len(expected.rows["rejects"]) > 90
    assert comparable(expected).files >= {"archive: 工单.csv", "archive: 员工.csv", "收款.xlsx"}
    yield Inbox(house, command, expected, seconds)
    house.close()


def comparable(state: State) -> State:
    """File names without the number of their taking in; mails tell of what came in together, which a kill divides."""
    names = frozenset(re.sub(r"^(archive: )?\d+-", r"\1", name) for name in state.files)
    return replace(state, files=names, mails=frozenset())


def accept(found: State, expected: State) -> None:
    assert differences(comparable(found), comparable(expected)) == []


def trials(inbox: Inbox, number: int, seed: int) -> str:
    chance = random.Random(seed)
    return summary(
        [
            killed(inbox.house, inbox.command, inbox.expected, DATASETS, inbox.seconds, chance, accept=accept)
            for _number in range(number)
        ]
    )


def test_killed_at_random_moments(inbox: Inbox) -> None:
    trials(inbox, KILLS, seed=20261120)


def test_two_sweeps_at_once_take_every_file_in_once(inbox: Inbox) -> None:
    house = inbox.house
    house.begin_anew()
    house.open_sink()
    together = [house.start(inbox.command) for _number in range(2)]
    assert [sweep.wait(240) for sweep in together] == [0, 0], house.said()
    house.start(inbox.command).wait(240)
    accept(state_of(house, DATASETS), inbox.expected)
