"""Steps of a pipeline run as a process that can be killed: the house they work on, and what they do undisturbed."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, Engine

from tests.conftest import Database
from tests.support.kills import House, State, killed, once, state_of, summary

_STEPS = """
import sys
from datetime import datetime
from importlib import import_module
from guanjia.domain.errors import GuanjiaError
from guanjia.outbox import deliver_outbox

running, as_of = import_module(f"guanjia.pipelines.{sys.argv[1]}.running"), datetime.fromisoformat(sys.argv[3])
function, *words = sys.argv[2].split(":")
try:
    getattr(running, function)(*words, as_of)
    report = deliver_outbox(as_of)
except GuanjiaError as error:
    sys.exit(f"{type(error).__name__}: {error}")
sys.exit(report.problem or 0)
"""
"""The steps of a DAG in its order, each in its transaction, without Airflow around them."""


@dataclass(frozen=True)
class _Home:
    """The part of a test database that furnishing needs."""

    engine: Engine

    def transaction(self, _role: str = "app") -> AbstractContextManager[Connection]:
        return self.engine.begin()


@dataclass(frozen=True)
class Undisturbed:
    """A run that nobody killed.

    Attributes:
        house: where it ran; it can begin anew.
        command: the run.
        datasets: what is compared afterwards.
        expected: what the run left.
        seconds: how long it took.
    """

    house: House
    command: list[str]
    datasets: Sequence[str]
    expected: State
    seconds: float

    def trials(self, number: int, seed: int) -> str:
        """Kill so many runs at random moments, each begun anew and repeated; how they went, in a sentence."""
        chance = random.Random(seed)
        found = [
            killed(self.house, self.command, self.expected, self.datasets, self.seconds, chance) for _ in range(number)
        ]
        return summary(found)


def furnished(home: Path, furnish: Callable[[Database], None]) -> House:
    """A house of its own with what the run begins with."""
    house = House(home)
    writing = house.engine()
    furnish(cast("Database", _Home(writing)))
    writing.dispose()
    house.keep()
    return house


def undisturbed_run(
    house: House, pipeline: str, function: str, as_of: datetime, datasets: Sequence[str]
) -> Undisturbed:
    """What the steps of a pipeline leave when nobody disturbs them.

    Args:
        house: furnished.
        pipeline: package of the pipeline.
        function: of its module ``running``, such as ``run_steps``, or with a word for it, ``run_report:weekly``.
        as_of: aware instant of the run.
        datasets: what is compared afterwards.
    """
    command = [sys.executable, "-c", _STEPS, pipeline, function, as_of.isoformat()]
    seconds = once(house, command)
    return Undisturbed(house, command, datasets, state_of(house, datasets), seconds)
