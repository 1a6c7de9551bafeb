"""Three months of a sample company, reported, and counted again: by a clerk, and from the rows behind each figure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from guanjia.domain.report_periods import ReportName
from guanjia.pipelines.custody.running import run_steps as keep
from guanjia.pipelines.reports.behind import rows_behind
from guanjia.pipelines.reports.editions import compute
from guanjia.pipelines.reports.reading import read_edition
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


REPORTS: tuple[ReportName, ...] = ("weekly", "daily", "monthly")

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7_200)]


@pytest.fixture(scope="module")
def company(module_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A company of three months, everything it runs, and its reports with the trend before them."""
    folder = tmp_path_factory.mktemp("company")
    (module_database.home / "inbox").mkdir(exist_ok=True)
    wish = Wish(300, 3, 1, UNTIL)
    write(wish, folder)
    load(sorted(folder.rglob("*.csv")), UNTIL)
    beside = Together((CallbackPast(wish.seed, UNTIL), QualityPast(wish.seed, UNTIL)))
    play_past(wish.seed, wish.first_day(), UNTIL, beside=beside)
    billing_past.play_past(wish.first_day(), UNTIL)
    for days in range(70, 0, -7):
        keep(UNTIL - timedelta(days))
    for report in REPORTS:
        with module_database.transaction() as tx:
            compute(tx, open_run(tx, f"{report}_report", UNTIL), UNTIL, report)
    yield module_database


@pytest.mark.rule("REP-01", "REP-02", "REP-03", "REP-06")
def test_three_months_of_reports_are_what_a_clerk_counts(company: Database, tmp_path: Path) -> None:
    export((*COUNTED_FROM, *TOLD), tmp_path)
    faults, figures, nonzero = [], 0, set[str]()
    for row in rows_of(tmp_path / "report_editions.csv"):
        found = recount(tmp_path, row["period"], row["report"])
        faults += [f"{row['report']} {row['period']}: {fault}" for fault in found.faults]
        figures, nonzero = figures + found.figures, nonzero | found.nonzero
    assert faults == []
    assert figures > 8_000
    assert {"collection_rate", "quality_mean", "satisfied", "inspected", "adherence", "on_time.arrival"} <= nonzero


@pytest.mark.rule("REP-01", "REP-02", "REP-03")
def test_every_figure_is_found_again_in_the_rows_behind_it(company: Database) -> None:
    counted, differing = 0, []
    with company.transaction("read") as tx:
        editions = tx.exec_driver_sql(
            "SELECT DISTINCT report, period, edition, scope FROM report_figures ORDER BY 1, 2, 3, 4"
        ).all()
        for report, period, number, scope in editions:
            edition = read_edition(tx, report, period, number, scope)
            for figure in edition.figures:
                behind = None if figure.numerator is None else rows_behind(tx, edition, figure, row_limit=1)
                if behind is not None:
                    counted += 1
                    if not behind.agrees_with(figure):
                        differing.append((report, period, scope, figure.code, figure.numerator, behind.numerator))
    assert differing == []
    assert counted > 4_000
