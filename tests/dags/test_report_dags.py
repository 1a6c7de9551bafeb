"""The DAGs of the reports and of things kept in one process: due, gated, told, corrected, previewed, refused."""

from __future__ import annotations

import pytest

from tests.dags.conftest import DemoHome

FRIDAY = "2026-11-20T15:00"
STAFF = """staff_code,staff_name,role,team_code,community_code,email,department
A1,顾某,agent,T1,001,gu@example.com,客服部
L1,何某,team_leader,T1,001,he@example.com,客服部
M1,邵某,manager,,,shao@example.com,
D1,温某,department_head,,,wen@example.com,
G1,罗某,general_manager,,,luo@example.com,
X1,景某,administration,,,jing@example.com,
"""
CASES = """case_code,community_code,kind,urgency,area,handler,description,opened_at
TS-1,001,complaint,ordinary,,A1,噪声,2026-11-17 09:00
BX-1,001,repair,ordinary,in_home,A1,水龙头漏水,2026-11-18 10:00
BX-2,001,repair,emergency,public,A1,电梯困人,2026-11-20 16:00
"""
FILES = {
    "communities.csv": "community_code,community_name,region\n001,澄庭雅苑,东区\n",
    "settings.csv": "setting,community_code,value\nlive_from,001,2026-11-02\n",
    "buildings.csv": "community_code,building_code,building_name\n001,1,1号楼\n",
    "units.csv": "community_code,building_code,unit_code,unit_use,area_m2\n001,1,101,residential,88.5\n",
    "staff.csv": STAFF,
    "cases.csv": CASES,
    "case_events.csv": "case_code,event_at,event\nBX-1,2026-11-18 16:00,resolved\n",
    "found_property.csv": "item_code,found_at,place,item,valuable\nSY-1,2026-11-20 10:00,大堂,手机,yes\n",
    "key_loans.csv": "loan_code,community_code,unit_code,borrower,borrowed_at\nYS-1,001,101,陆某,2026-11-20 09:00\n",
    "report_recipients.csv": "report,scope,email\nweekly,001,yuan@example.com\n",
}


@pytest.fixture(scope="module")
def home(empty_home: DemoHome) -> DemoHome:
    """A week of a small company, loaded through the command."""
    empty_home.load(FILES, "2026-11-20T14:00")
    return empty_home


def _told(home: DemoHome, kind: str) -> list[tuple[object, ...]]:
    return home.rows(
        f"SELECT recipient, business_key, edition, state FROM messages WHERE kind = '{kind}' ORDER BY message_no"
    )


@pytest.mark.rule("REP-01")
def test_friday_reports_the_week_once_and_a_correction_says_what_changed(home: DemoHome) -> None:
    code, row = home.run("weekly_report", FRIDAY)
    assert (code, row["state"]) == (0, "succeeded"), row
    assert row["detail"]["gate_rows"] > 100 and row["detail"]["mails_sent"] >= 3
    told = _told(home, "weekly_report")
    assert set(told) == {
        ("yuan@example.com", "2026-11-20/001", 1, "sent"),
        ("shao@example.com", "2026-11-20/company", 1, "sent"),
        ("luo@example.com", "2026-11-20/company", 1, "sent"),
    }
    code, again = home.run("weekly_report", FRIDAY)
    assert (code, again["rows_out"], again["detail"]["mails_sent"]) == (0, 0, 0)

    late = f"{CASES.splitlines()[0]}\nTS-2,001,complaint,ordinary,,A1,补录,2026-11-19 09:00\n"
    home.load({"cases.csv": late}, "2026-11-20T16:30")
    asked = ("--param", "corrected=yes", "reason=补录一件投诉", "period=2026-11-20")
    code, row = home.run("weekly_report", "2026-11-20T16:40", *asked)
    assert (code, row["detail"]["mails_sent"]) == (0, 3), row
    assert {each[2] for each in _told(home, "weekly_report")[3:]} == {2}
    changed = home.rows(
        "SELECT scope, before, after FROM report_changes WHERE figure = 'cases_in.complaint' ORDER BY scope"
    )
    assert changed == [("001", 1, 2), ("company", 1, 2), ("region:东区", 1, 2)]


def test_contradictions_and_a_preview_of_nobody_are_refused_before_anything_is_written(home: DemoHome) -> None:
    before = home.rows("SELECT count(*) FROM report_editions"), home.mails()
    for words, reason in (
        (("preview_to_me=yes", "corrected=yes", "reason=x"), "不能同时预览和更正"),
        (("preview_to_me=yes",), "不知道是谁在申请"),
    ):
        code, row = home.run("weekly_report", "2026-11-20T16:50", "--param", *words)
        assert (code, row["state"], row["detail"]["failed_task"]) == (1, "failed", "compute"), row
        assert reason in row["detail"]["reason"], row
    assert (home.rows("SELECT count(*) FROM report_editions"), home.mails()) == before


@pytest.mark.rule("REP-02")
@pytest.mark.rule("CUST-01")
@pytest.mark.rule("CUST-02")
def test_the_day_is_reported_at_five_and_things_kept_at_six(home: DemoHome) -> None:
    code, row = home.run("daily_report", "2026-11-20T17:00")
    assert (code, row["state"]) == (0, "succeeded"), row
    assert {each[:2] for each in _told(home, "daily_report")} == {
        ("wen@example.com", "2026-11-20/company"),
        ("shao@example.com", "2026-11-20/company"),
    }
    shown = "'cases_in.repair_public', 'cases_in.repair_in_home', 'emergencies'"
    assert home.rows(
        "SELECT figure, value FROM report_figures WHERE report = 'daily' AND scope = 'company'"
        f" AND period = '2026-11-20' AND figure IN ({shown}) ORDER BY figure"
    ) == [("cases_in.repair_in_home", 0), ("cases_in.repair_public", 1), ("emergencies", 1)]

    code, row = home.run("custody", "2026-11-20T18:00")
    assert (code, row["state"]) == (0, "succeeded"), row
    assert row["detail"]["gate_rows"] == 3, "a telephone to administration and on the notice, and a key"
    assert home.rows(
        "SELECT step, told_at IS NOT NULL FROM custody_steps WHERE cancelled_on IS NULL ORDER BY step"
    ) == [("key_chased", True), ("posted", True), ("to_administration", True)]


@pytest.mark.rule("REP-04")
def test_the_month_is_reported_on_its_first_working_day_and_not_the_day_after(home: DemoHome) -> None:
    code, row = home.run("monthly_report", "2026-12-01T08:00")
    assert (code, row["state"]) == (0, "succeeded"), row
    assert [each[:2] for each in _told(home, "monthly_report")] == [("luo@example.com", "2026-11/company")]
    code, row = home.run("monthly_report", "2026-12-02T08:00")
    assert (code, row["rows_out"]) == (0, 0), row


SPOIL = """
CREATE FUNCTION spoil_figures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.value := NEW.value + 1; RETURN NEW; END $$;
CREATE TRIGGER spoil_figures BEFORE INSERT ON report_figures FOR EACH ROW EXECUTE FUNCTION spoil_figures();
"""


@pytest.mark.rule("REP-01")
def test_figures_that_do_not_add_up_reach_nobody_and_the_run_after_puts_it_right(home: DemoHome) -> None:
    home.rows(SPOIL)
    before = home.mails()
    code, row = home.run("weekly_report", "2026-11-27T15:00")
    assert (code, row["state"], row["detail"]["failed_task"]) == (1, "failed", "check"), row
    assert "report_figures" in row["detail"]["reason"] and home.mails() == before
    assert home.rows("SELECT state FROM report_editions WHERE period = '2026-11-27'") == [("computed",)]
    home.rows("DROP TRIGGER spoil_figures ON report_figures; DROP FUNCTION spoil_figures")
    home.rows("UPDATE report_figures SET value = value - 1 WHERE period = '2026-11-27' AND report = 'weekly'")
    code, row = home.run("weekly_report", "2026-11-27T15:10")
    assert (code, row["detail"]["mails_sent"]) == (0, 3), row
