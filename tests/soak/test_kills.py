"""Two hundred kills, for the figures in docs/measurements.md (`make soak`); the outbox has two hundred of its own."""

from __future__ import annotations

import pytest

from tests.database import (
    test_kill_billing,
    test_kill_callbacks,
    test_kill_delivery,
    test_kill_escalations,
    test_kill_intake,
    test_kill_quality,
)
from tests.database.test_kill_delivery import Waiting, waiting
from tests.database.test_kill_escalations import Undisturbed, undisturbed
from tests.database.test_kill_intake import Inbox, inbox

__all__ = ["inbox", "undisturbed", "waiting"]

ESCALATIONS, INTAKE, DELIVERY, BILLING, CALLBACKS, QUALITY = 100, 60, 40, 30, 50, 40


@pytest.mark.soak
@pytest.mark.timeout(7_200)
def test_escalations_killed_at_random_moments(undisturbed: Undisturbed) -> None:
    print("\nescalations:", test_kill_escalations.trials(undisturbed, ESCALATIONS, seed=2))


@pytest.mark.soak
@pytest.mark.timeout(7_200)
def test_delivery_killed_at_random_moments(waiting: Waiting) -> None:
    print("\ndelivery:", test_kill_delivery.trials(waiting, DELIVERY, seed=2))


@pytest.mark.soak
@pytest.mark.timeout(7_200)
def test_intake_killed_at_random_moments(inbox: Inbox) -> None:
    print("\nintake:", test_kill_intake.trials(inbox, INTAKE, seed=2))


@pytest.mark.soak
@pytest.mark.timeout(7_200)
@pytest.mark.parametrize("batch_rows", [100_000, 1], ids=["small", "own-partitions"])
def test_billing_killed_at_random_moments(tmp_path_factory: pytest.TempPathFactory, batch_rows: int) -> None:
    for house in test_kill_billing.billed(tmp_path_factory, batch_rows):
        told = test_kill_billing.trials(house, BILLING, seed=2)
        print(f"\nbilling, batches from {batch_rows} lines:", told)


@pytest.mark.soak
@pytest.mark.timeout(7_200)
@pytest.mark.parametrize(
    ("function", "as_of"),
    [("run_steps", test_kill_callbacks.MORNING), ("run_results", test_kill_callbacks.EVENING)],
    ids=["morning", "evening"],
)
def test_callbacks_killed_at_random_moments(
    tmp_path_factory: pytest.TempPathFactory, function: str, as_of: str
) -> None:
    undisturbed = test_kill_callbacks.undisturbed_at(tmp_path_factory.mktemp("kill") / "home", function, as_of)
    try:
        told = undisturbed.trials(CALLBACKS, seed=2)
        print(f"\ncallbacks, {function}:", told)
    finally:
        undisturbed.house.close()


@pytest.mark.soak
@pytest.mark.timeout(7_200)
@pytest.mark.parametrize(
    ("function", "as_of"),
    [("run_steps", test_kill_quality.MORNING), ("run_results", test_kill_quality.NOON)],
    ids=["monday", "noon"],
)
def test_quality_checks_killed_at_random_moments(
    tmp_path_factory: pytest.TempPathFactory, function: str, as_of: str
) -> None:
    undisturbed = test_kill_quality.undisturbed_at(tmp_path_factory.mktemp("kill") / "home", function, as_of)
    try:
        told = undisturbed.trials(QUALITY, seed=2)
    finally:
        undisturbed.house.close()
    print(f"\nquality checks, {function}:", told)
