"""kill -9 of any process of the weekly report at any moment, then again: one edition, every reader one mail."""

from __future__ import annotations

from pathlib import Path

import pytest

from guanjia.pipelines.reports import paper_makers
from tests.conftest import Database
from tests.database.report_story import play_week
from tests.database.reports_house import ReportsHouse, at
from tests.support.killed_steps import furnished, undisturbed_run

KILLS = 20
PLACES = [f"1{number:02}" for number in range(paper_makers.FEW)]
DATASETS = (
    "report_editions",
    "report_definitions",
    "report_places",
    "report_base",
    "report_figures",
    "report_breakdowns",
    "report_remarks",
)


def furnish(database: Database) -> None:
    """The week worked by hand, and as many more readers of other communities as have their papers made by makers."""
    house = ReportsHouse(database)
    house.setting("report_trend_periods", "2")
    play_week(house)
    house.staff("G", "general_manager")
    for code in PLACES:
        house.community(code)
        house.staff(f"M{code}", "manager", code)
    wrong = {"email": "far@example.com", "scope": "region:North", "report": "weekly"}
    house.add("report_recipients", wrong)


@pytest.mark.soak
@pytest.mark.timeout(7_200)
@pytest.mark.rule("REP-01")
def test_the_weekly_report_killed_at_random_moments(tmp_path: Path) -> None:
    house = furnished(tmp_path / "home", furnish)
    try:
        undisturbed = undisturbed_run(house, "reports", "run_report:weekly", at("20 15:00"), DATASETS)
        assert len(undisturbed.expected.mails) == len(PLACES) + 1, house.said()
        told = undisturbed.trials(KILLS, seed=2)
    finally:
        house.close()
    print("\nweekly report:", told)
