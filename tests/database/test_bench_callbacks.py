"""The bench of a day's callbacks at a tiny size: it plans and lists what it says, and repeats from where it began."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from guanjia.bench.callbacks import CallbacksBench
from guanjia.bench.harness import Place
from tests.conftest import Database


def test_a_day_is_planned_and_listed_and_the_work_repeats(database: Database, tmp_path: Path) -> None:
    bench = CallbacksBench()
    place = Place(tmp_path, lambda _told: None)
    bench.prepare(place, 1_000)
    counted = "SELECT count(*), count(*) FILTER (WHERE state = 'planned'), sum(hashtext(CAST(c AS text))) FROM {} AS c"
    began, rows = [], []
    for _ in range(2):
        bench.reset(place)
        with database.transaction() as tx:
            began.append([tx.execute(text(counted.format(t))).one() for t in ("callbacks", "callback_contacts")])
        bench.yardstick(place)
        rows.append(bench.work(place))
    assert began[0] == began[1]
    assert rows[0] == rows[1]
    with database.transaction() as tx:
        repairs, care, lines = tx.execute(
            text(
                "SELECT count(*) FILTER (WHERE trigger = 'repair_resolved'), count(*) FILTER (WHERE trigger = 'care'), "
                "(SELECT count(*) FROM callback_lists) FROM callback_contacts WHERE run_id = :run_id"
            ),
            {"run_id": bench.run.run_id},
        ).one()
    assert repairs >= 20 and care >= 50
    assert rows[0] >= repairs + care + lines and lines >= repairs
