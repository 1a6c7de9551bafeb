"""The DAGs of callbacks in one process: the morning plans, checks and mails, the companion takes what comes back."""

from __future__ import annotations

import pytest

from tests.dags.conftest import DemoHome

MORNING, EVENING = "2026-11-20T07:00", "2026-11-20T20:30"
PEOPLE = """customer_code,customer_name,customer_type,phone,email
C1,王某,owner,13800000001,c1@example.com
C2,陈某,owner,13800000002,c2@example.com
"""
STAFF = """staff_code,staff_name,role,community_code,email,department
A1,顾某,agent,001,gu@example.com,客服部
L1,何某,team_leader,001,he@example.com,客服部
M1,邵某,manager,,shao@example.com,
"""
CASES = """case_code,community_code,unit_code,customer_code,kind,urgency,area,description,opened_at
GD-1,001,101,C1,repair,ordinary,in_home,水管漏水,2026-11-19 09:00
TS-1,001,102,C2,complaint,ordinary,,噪声,2026-11-18 09:00
"""
EVENTS = """case_code,event_at,event
GD-1,2026-11-19 15:00,resolved
TS-1,2026-11-19 16:00,answered
"""
FILES = {
    "communities.csv": "community_code,community_name\n001,澄庭雅苑\n",
    "settings.csv": "setting,community_code,value\nlive_from,001,2026-11-01\n",
    "buildings.csv": "community_code,building_code,building_name\n001,1,1号楼\n",
    "units.csv": "community_code,building_code,unit_code,unit_use,area_m2\n"
    "001,1,101,residential,88.5\n001,1,102,residential,90\n",
    "customers.csv": PEOPLE,
    "occupancies.csv": "community_code,unit_code,customer_code,role,start_date\n"
    "001,101,C1,owner,2020-01-01\n001,102,C2,owner,2020-01-01\n",
    "staff.csv": STAFF,
    "roster.csv": "staff_code,shift_date,starts_at,ends_at\nA1,2026-11-20,09:00,20:00\n",
    "cases.csv": CASES,
    "case_events.csv": EVENTS,
}


@pytest.fixture(scope="module")
def home(empty_home: DemoHome) -> DemoHome:
    """A repair done and a complaint answered the day before, and one agent on the roster."""
    empty_home.load(FILES, "2026-11-20T06:00")
    return empty_home


@pytest.mark.rule("CB-01")
@pytest.mark.rule("CB-02")
@pytest.mark.rule("CB-03")
def test_a_morning_lists_and_mails_and_the_evening_takes_what_came_back(home: DemoHome) -> None:
    code, row = home.run("scheduled_callbacks", MORNING)
    assert (code, row["state"]) == (0, "succeeded"), row
    planned = home.rows("SELECT callback_code, customer_code, staff_code FROM callbacks WHERE case_codes IS NOT NULL")
    assert {customer: agent for _code, customer, agent in planned} == {"C1": "A1", "C2": "A1"}
    assert row["detail"]["gate_rows"] > 0
    assert home.rows("SELECT recipient FROM messages WHERE kind = 'callback_worklist'") == [("gu@example.com",)]

    complaint = next(code for code, customer, _agent in planned if customer == "C2")
    result = f"callback_code,attempted_at,staff_code,outcome,satisfaction\n{complaint},2026-11-20 10:00,A1,reached,1\n"
    home.load({"callback_results.csv": result}, "2026-11-20T10:05")
    code, row = home.run("callback_results", EVENING)
    assert (code, row["state"]) == (0, "succeeded"), row
    assert home.rows(f"SELECT state, satisfaction FROM callbacks WHERE callback_code = '{complaint}'") == [
        ("reached", 1)
    ]
    assert home.rows("SELECT purpose, source_case_code FROM callback_cases") == [("correction", "TS-1")]
    assert home.rows("SELECT reached, dissatisfied FROM callback_days WHERE scope = '001'") == [(1, 1)]
    assert row["detail"]["mails_sent"] > 0
    explained = home.guanjia("explain", complaint, "--as-of", EVENING)
    assert "CB-02" in explained.stdout and "TS-1" in explained.stdout, explained.stdout + explained.stderr
    followed = home.guanjia("explain", "TS-1", "--as-of", EVENING)
    assert complaint in followed.stdout, followed.stdout + followed.stderr
