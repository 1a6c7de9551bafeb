"""Working days beyond the published holidays: reports go by weekdays, as deadlines do, and everybody is told."""

from __future__ import annotations

import pytest

from guanjia.host import doctor_business
from guanjia.host.doctor import Patient
from guanjia.i18n import gettext_for
from guanjia.pipelines.reports.running import run_report
from tests.conftest import Database
from tests.database.reports_house import ReportsHouse, at

LACKS = "缺少 2027 年的法定节假日安排：该年的工作日（包括本报表发出的首个工作日）按星期推定，可能实为节假日。"


@pytest.fixture
def house(database: Database) -> ReportsHouse:
    """One community with a manager, who gets its monthly and weekly report; the holidays of 2027 are not published."""
    found = ReportsHouse(database)
    found.community("001", live_from="2026-12-01")
    found.setting("report_trend_periods", "1")
    found.setting("report_roles_monthly", "manager")
    found.staff("M1", "manager", "001")
    found.execute("DELETE FROM published_years WHERE year > 2026")
    found.execute("DELETE FROM published_holidays WHERE day > '2026-12-31'")
    return found


def _texts(house: ReportsHouse, kind: str) -> str:
    rows = house.rows(
        "SELECT b.text_body FROM messages AS m INNER JOIN message_bodies AS b ON m.body_digest = b.body_digest "
        "WHERE m.kind = :kind",
        kind=kind,
    )
    return "\n".join(text for (text,) in rows)


@pytest.mark.rule("REP-04")
def test_without_next_years_holidays_the_month_goes_out_by_weekdays_and_says_so(house: ReportsHouse) -> None:
    """New Year's Day 2027 is a Friday: in the mail, in the run, on the pages and by doctor the reader is told why."""
    assert run_report("monthly", at("2027-01-01 08:00"))["mails_written"] == 1
    assert LACKS in _texts(house, "monthly_report"), "readers of every scope are told"
    detail = "SELECT detail->>'missing_calendar_years' FROM runs WHERE pipeline = 'monthly_report' ORDER BY run_id"
    assert house.rows(detail) == [("2027",)]
    assert house.rows("SELECT kind, subject FROM report_remarks") == [("missing_calendar", "2027")]
    assert house.rows("SELECT calendar_state, missing_years FROM report_editions") == [("pattern", "2027")]
    assert set(run_report("monthly", at("2027-01-01 08:05")).values()) == {0}

    (finding,) = doctor_business.check_calendar(
        Patient(house.database.home, at("2026-12-31 09:00"), gettext_for("zh"), None)
    )
    assert "2027" in finding.text and "月报按星期推定的首个工作日发出" in finding.action

    assert run_report("weekly", at("2027-01-08 15:00"))["mails_written"] == 1
    assert "缺少 2027 年的法定节假日安排：该年的工作日按星期推定" in _texts(house, "weekly_report")
    assert house.rows("SELECT count(*) FROM report_remarks") == [(1,)], "noted once"


@pytest.mark.rule("REP-04")
def test_with_next_years_holidays_the_month_waits_for_its_first_working_day(house: ReportsHouse) -> None:
    house.execute("INSERT INTO published_years (year, source) VALUES (2027, 'notice')")
    house.execute(
        "INSERT INTO published_holidays (day, is_working, name, source) VALUES ('2027-01-01', FALSE, 'x', 'y')"
    )
    house.execute("UPDATE settings SET value = '2026-11-30' WHERE setting = 'live_from'")
    run_report("monthly", at("2027-01-01 08:00"))
    assert house.editions("monthly") == [("2026-11", 1, "told", 1)], "December is not due on a holiday"
    assert run_report("monthly", at("2027-01-04 08:00"))["mails_written"] == 1
    assert "法定节假日安排" not in _texts(house, "monthly_report")
    assert house.rows("SELECT period, missing_years FROM report_editions WHERE edition = 1 ORDER BY period") == [
        ("2026-11", None),
        ("2026-12", None),
    ]
