"""The bench of the month's plan at a tiny size: it plans what it says, by the pipeline's own steps, and repeats."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from guanjia.bench.harness import Place
from guanjia.bench.inspections import InspectionsBench
from tests.conftest import Database


def test_every_vacant_unit_is_planned_once_and_the_work_repeats(database: Database, tmp_path: Path) -> None:
    bench, told = InspectionsBench(), list[str]()
    place = Place(tmp_path, told.append)
    bench.prepare(place, 5_000)
    with database.transaction() as tx:
        vacant, planned, capacity = tx.execute(
            text(
                "SELECT (SELECT count(*) FROM vacancy_grounds), count(DISTINCT (community_code, unit_code)), "
                "(SELECT max(n) FROM (SELECT count(*) AS n FROM inspections GROUP BY staff_code, due_on) AS l) "
                "FROM inspections WHERE plan = 'monthly' AND staff_code IS NOT NULL"
            )
        ).one()
    assert 800 < vacant == planned < 1_200 and capacity <= 40
    for _ in range(2):
        bench.reset(place)
        bench.yardstick(place)
        bench.reset(place)
        assert bench.work(place) == vacant
    assert any("kept under all keys" in line for line in told)
