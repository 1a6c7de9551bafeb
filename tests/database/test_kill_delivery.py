"""kill -9 of the delivery, a backend, the database server or the mail sink while mails go out, then again."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from guanjia.outbox import enqueue
from tests.support.kills import House, State, killed, once, state_of, summary
from tests.support.mail import message, workbook

KILLS = 3
MAILS = 150
DELIVER = """
import sys
from guanjia.domain.errors import GuanjiaError
from guanjia.outbox import deliver_outbox
try:
    sys.exit(deliver_outbox().problem or 0)
except GuanjiaError as error:
    sys.exit(f"{type(error).__name__}: {error}")
"""


@dataclass(frozen=True)
class Waiting:
    house: House
    command: list[str]
    expected: State
    seconds: float


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Waiting]:
    house = House(tmp_path_factory.mktemp("kill") / "home")
    writing = house.engine()
    with writing.begin() as transaction:
        files = workbook()
        enqueue(transaction, [message(f"p{n}@example.com", attachments=files) for n in range(MAILS)], run_id=None)
    writing.dispose()
    house.keep()
    command = [sys.executable, "-c", DELIVER]
    seconds = once(house, command)
    yield Waiting(house, command, state_of(house, ()), seconds)
    house.close()


def trials(waiting: Waiting, number: int, seed: int) -> str:
    chance = random.Random(seed)
    return summary(
        [killed(waiting.house, waiting.command, waiting.expected, (), waiting.seconds, chance) for _n in range(number)]
    )


@pytest.mark.soak
def test_killed_at_random_moments(waiting: Waiting) -> None:
    trials(waiting, KILLS, seed=1)
