"""The bench of a week's figures at a tiny size: it reports what it says, and repeats from where it began."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from guanjia.bench.harness import Place
from guanjia.bench.report import PERIOD, ReportBench
from tests.conftest import Database


def test_a_week_is_reported_by_scope_and_the_work_repeats(database: Database, tmp_path: Path) -> None:
    bench = ReportBench()
    place = Place(tmp_path, lambda _told: None)
    bench.prepare(place, 50_000)
    digests, figures = [], {}
    for _ in range(2):
        bench.reset(place)
        bench.yardstick(place)
        assert bench.work(place) > 56 * 50  # the company, five regions and fifty communities
        with database.transaction() as tx:
            of_week = {"period": PERIOD}
            digests.append(
                tx.execute(text("SELECT digest FROM report_editions WHERE period = :period"), of_week).scalar_one()
            )
            rows = tx.execute(
                text(
                    "SELECT figure, CAST(value AS float), CAST(previous AS float) FROM report_figures"
                    " WHERE period = :period AND scope = 'company'"
                ),
                of_week,
            )
            figures = {row.figure: (row.value, row.previous) for row in rows}
            open_now = tx.execute(text("SELECT count(*) FROM open_cases")).scalar_one()
    assert digests[0] == digests[1]
    week = 50_000 * 7 / 3653
    for figure in ("cases_in.total", "cases_out.total", "calls_in"):
        assert all(abs(found - week) < week / 8 for found in figures[figure] if found is not None), figure
    assert figures["cases_open.total"][0] == open_now
    assert abs(figures["on_time.total"][0] - 0.98) < 0.01
