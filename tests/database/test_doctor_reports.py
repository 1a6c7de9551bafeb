"""Doctor on reports and things kept: what was not made, reaches nobody or was told to nobody is said."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import pytest

from guanjia.domain.report_periods import ReportName
from guanjia.host import doctor_reports
from guanjia.host.doctor import Check, Finding, Patient
from guanjia.i18n import gettext_for
from guanjia.pipelines.custody.planning import plan_steps
from guanjia.store.runs import open_run
from tests.conftest import Database
from tests.database.reports_house import ReportsHouse, at

REPORTS: Final[tuple[ReportName, ...]] = ("weekly", "daily", "monthly")


def _found(house: ReportsHouse, check: Check, now: str, up_since: datetime | None = None) -> list[Finding]:
    return list(check(Patient(house.database.home, at(now), gettext_for("en"), up_since)))


def _states(findings: list[Finding]) -> list[str]:
    return [finding.state for finding in findings]


@pytest.fixture
def house(database: Database) -> ReportsHouse:
    """One community, served since 1 September, and nobody in it."""
    found = ReportsHouse(database)
    found.community("001")
    found.setting("report_trend_periods", "1")
    return found


@pytest.mark.rule("REP-01")
def test_a_report_that_was_not_made_or_told_is_said(house: ReportsHouse) -> None:
    assert _states(_found(house, doctor_reports.check_made, "20 14:00")) == ["ok"], "a house that was never up"
    up = at("10 08:00")
    weekly, daily, monthly = _found(house, doctor_reports.check_made, "20 14:00", up)
    assert weekly.text == "The report 'weekly' of 2026-11-13 was not made." and weekly.state == "problem"
    assert "guanjia run weekly_report" in weekly.action and "2026-11-19" in daily.text and "2026-10" in monthly.text
    assert _states(_found(house, doctor_reports.check_made, "20 14:00", at("20 13:00"))) == ["ok"], "up for an hour"
    for report in REPORTS:
        house.report("20 17:00", report)
    untold = _found(house, doctor_reports.check_made, "20 17:30", up)
    assert _states(untold) == ["warning"] * 3
    assert untold[0].text == "The report 'weekly' is made, and nobody was told: 2026-11-20."
    house.tell("20 17:00")
    assert _states(_found(house, doctor_reports.check_made, "20 17:30", up)) == ["ok"]
    late = _found(house, doctor_reports.check_made, "21 20:00")
    assert [(each.state, each.text) for each in late] == [
        ("warning", "The report 'daily' of 2026-11-21 was not made.")
    ], "told of a house that reported before, also while it is down"


@pytest.mark.rule("REP-01")
def test_a_report_that_reaches_nobody_is_said(house: ReportsHouse) -> None:
    nobody = _found(house, doctor_reports.check_readers, "20 12:00")
    assert [each.text for each in nobody] == [
        f"Nobody gets the report '{report}'." for report in ("weekly", "daily", "monthly")
    ]
    assert "report_roles_weekly" in nobody[0].action
    house.staff("M1", "manager")
    house.staff("G1", "general_manager")
    assert _states(_found(house, doctor_reports.check_readers, "20 12:00")) == ["ok"]
    house.staff("M2", "manager", email=None)
    house.staff("GONE", left_on=at("01 00:00").date())
    house.add("report_recipients", {"report": "weekly", "scope": "001", "email": "gone@example.com"})
    told = [each.text for each in _found(house, doctor_reports.check_readers, "20 12:00")]
    assert told == [
        "Recipients of the report 'weekly' have left, and get nothing; their scopes: 001.",
        "These people are to get the report 'weekly', and have no mail address: M2.",
        "These people are to get the report 'daily', and have no mail address: M2.",
    ]
    house.execute("DELETE FROM report_recipients")
    house.execute("DELETE FROM staff WHERE staff_code = 'M2'")
    house.setting("mail_live", "yes")
    unseen = _found(house, doctor_reports.check_readers, "20 12:00")
    assert [each.state for each in unseen] == ["warning"] * 3 and "preview" in unseen[0].text
    house.report("20 15:00", preview=True)
    assert len(_found(house, doctor_reports.check_readers, "20 15:10")) == 2, "of the weekly report somebody looked"


@pytest.mark.rule("CUST-01")
@pytest.mark.rule("CUST-04")
def test_steps_nobody_was_told_of_and_posts_nobody_fills_are_said(house: ReportsHouse) -> None:
    posts, devices = _found(house, doctor_reports.check_custody, "20 12:00")
    assert "custody_administration_roles, custody_posting_roles" in posts.text and "custody_key_roles" in posts.text
    assert "custody_it_email is blank" in devices.text
    house.staff("X1", "administration")
    house.staff("L1", "team_leader", "001")
    house.staff("G1", "general_manager")
    assert _states(_found(house, doctor_reports.check_custody, "20 12:00")) == ["ok"]
    house.setting("custody_it_email", "nowhere")
    (unusable,) = _found(house, doctor_reports.check_custody, "20 12:00")
    assert "custody_it_email is no address" in unusable.text
    house.add("key_loans", {"loan_code": "K", "community_code": "001", "borrower": "x", "borrowed_at": at("18 09:00")})
    with house.database.transaction() as tx:
        plan_steps(tx, open_run(tx, "custody", at("19 18:00")), at("19 18:00"))
    waiting, _unusable = _found(house, doctor_reports.check_custody, "20 12:00")
    assert waiting.text == "Things kept: steps due since 2026-11-19 that nobody was told of: key_chased 1."
