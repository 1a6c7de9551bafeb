"""Two hundred kills, for the figures in docs/measurements.md: `make soak`."""

from __future__ import annotations

import pytest

from tests.database import test_kill_delivery, test_kill_escalations, test_kill_intake
from tests.database.test_kill_delivery import Waiting, waiting
from tests.database.test_kill_escalations import Undisturbed, undisturbed
from tests.database.test_kill_intake import Inbox, inbox

__all__ = ["inbox", "undisturbed", "waiting"]

KILLS = 200


@pytest.mark.soak
@pytest.mark.timeout(7_200)
def test_escalations_killed_two_hundred_times(undisturbed: Undisturbed) -> None:
    print(test_kill_escalations.trials(undisturbed, KILLS, seed=2))  # noqa: T201


@pytest.mark.soak
@pytest.mark.timeout(7_200)
def test_delivery_killed_two_hundred_times(waiting: Waiting) -> None:
    print(test_kill_delivery.trials(waiting, KILLS, seed=2))  # noqa: T201


@pytest.mark.soak
@pytest.mark.timeout(7_200)
def test_intake_killed_two_hundred_times(inbox: Inbox) -> None:
    print(test_kill_intake.trials(inbox, KILLS, seed=2))  # noqa: T201
