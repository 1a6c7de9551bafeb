"""The bench of a week's draw at a tiny size: it draws and assigns what it says, and repeats from where it began."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from guanjia.bench.harness import Place
from guanjia.bench.sampling import SamplingBench
from tests.conftest import Database


def test_a_week_is_drawn_and_assigned_and_the_work_repeats(database: Database, tmp_path: Path) -> None:
    bench = SamplingBench()
    place = Place(tmp_path, lambda _told: None)
    bench.prepare(place, 5_000)
    counted = (
        "SELECT count(*), count(*) FILTER (WHERE s.reviewer IS NOT NULL),"
        " sum(hashtext(s.sample_code || s.subject_code)) FROM samples AS s"
    )
    drawn, rows = [], []
    for _ in range(2):
        bench.reset(place)
        with database.transaction() as tx:
            assert tx.execute(text("SELECT count(*) FROM quality_draws")).scalar_one() == 0
        bench.yardstick(place)
        rows.append(bench.work(place))
        with database.transaction() as tx:
            drawn.append(tuple(tx.execute(text(counted)).one()))
    assert drawn[0] == drawn[1] and rows[0] == rows[1]
    assert 4_900 < rows[0] <= 5_000  # who was reopened after being closed is in no frame
    assert drawn[0][0] > 1_000 and drawn[0][1] == drawn[0][0]
