"""kill -9 of any process of an evening of things kept at any moment, then again: every step once, no mail twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Database
from tests.database.custody_house import at, custody_house
from tests.support.killed_steps import furnished, undisturbed_run

KILLS = 20
DATASETS = ("custody_steps",)


def furnish(database: Database) -> None:
    """Three weeks nobody looked at: valuables, keys of two communities, devices."""
    house = custody_house(database)
    for day in range(2, 21):
        house.found(f"SY{day:02}", f"{day:02} 12:00", valuable=day % 5 == 0)
        for community in ("001", "002"):
            house.lend(f"YS{community}-{day:02}", f"{day:02} 10:00", community=community)
        house.check("A1", f"{day:02} 09:00", "phone")
        house.shifts("A1", f"{day:02}")
        house.shifts("A2", f"{day:02}")


@pytest.mark.soak
@pytest.mark.timeout(3_600)
@pytest.mark.rule("CUST-01", "CUST-02", "CUST-04")
def test_an_evening_killed_at_random_moments(tmp_path: Path) -> None:
    house = furnished(tmp_path / "home", furnish)
    try:
        undisturbed = undisturbed_run(house, "custody", "run_steps", at("20 18:00"), DATASETS)
        assert len(undisturbed.expected.mails) == 1 + 2 + 2 + 1 + 1, house.said()
        told = undisturbed.trials(KILLS, seed=3)
    finally:
        house.close()
    print("\nthings kept:", told)
