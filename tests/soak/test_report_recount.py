"""A sample company's reports of three months, recounted from the exports by a clerk who knows nothing else."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from guanjia.pipelines.reports.editions import compute
from guanjia.sample import billing_past
from guanjia.sample.callback_past import CallbackPast
from guanjia.sample.generator import Wish
from guanjia.sample.output import write
from guanjia.sample.quality_past import QualityPast
from guanjia.sample.rounds import Together, play_past
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import open_run
from tests.conftest import Database
from tests.support.inspection_recount import rows_of
from tests.support.inspection_year import export, load
from tests.support.report_recount import COUNTED_FROM, TOLD, recount

UNTIL = datetime(2026, 11, 20, 18, tzinfo=TIME_ZONE)


@pytest.mark.soak
@pytest.mark.rule("REP-01", "REP-02", "REP-03", "REP-06")
def test_three_months_of_reports_are_what_a_clerk_counts(database: Database, tmp_path: Path) -> None:
    (database.home / "inbox").mkdir(exist_ok=True)
    wish = Wish(300, 3, 1, UNTIL)
    write(wish, tmp_path / "files")
    load(sorted((tmp_path / "files").rglob("*.csv")), UNTIL)
    beside = Together((CallbackPast(wish.seed, UNTIL), QualityPast(wish.seed, UNTIL)))
    play_past(wish.seed, wish.first_day(), UNTIL, beside=beside)
    billing_past.play_past(wish.first_day(), UNTIL)
    for report in ("weekly", "daily", "monthly"):
        with database.transaction() as tx:
            compute(tx, open_run(tx, f"{report}_report", UNTIL), UNTIL, report)
    export((*COUNTED_FROM, *TOLD), tmp_path)
    faults, figures, nonzero = [], 0, set[str]()
    for row in rows_of(tmp_path / "report_editions.csv"):
        found = recount(tmp_path, row["period"], row["report"])
        faults += [f"{row['report']} {row['period']}: {fault}" for fault in found.faults]
        figures, nonzero = figures + found.figures, nonzero | found.nonzero
    assert faults == []
    assert figures > 8_000
    assert {"collection_rate", "quality_mean", "satisfied", "inspected", "adherence", "on_time.arrival"} <= nonzero
