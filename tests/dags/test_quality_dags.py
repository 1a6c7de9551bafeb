"""The DAGs of the quality check in one process: Monday draws, checks and mails; the companion takes what comes back."""

from __future__ import annotations

import pytest

from tests.dags.conftest import DemoHome

MONDAY, TUESDAY = "2026-11-23T05:00", "2026-11-24T12:30"
STAFF = """staff_code,staff_name,role,team_code,community_code,email,department
A1,顾某,agent,T1,001,gu@example.com,客服部
L1,何某,team_leader,T1,001,he@example.com,客服部
R1,戚某,reviewer,Q1,,qi@example.com,品质部
S1,邵某,supervisor,,,shao@example.com,
"""
CASES = """case_code,community_code,unit_code,customer_code,kind,urgency,area,handler,description,opened_at
TS-1,001,101,C1,complaint,ordinary,,A1,噪声,2026-11-17 09:00
"""
CALLS = "call_code,started_at,ended_at,direction,staff_code,answered\n" + "".join(
    f"H{n},2026-11-{16 + n} 10:00,2026-11-{16 + n} 10:03,in,A1,yes\n" for n in range(5)
)
FILES = {
    "communities.csv": "community_code,community_name\n001,澄庭雅苑\n",
    "settings.csv": "setting,community_code,value\nlive_from,001,2026-11-01\n",
    "buildings.csv": "community_code,building_code,building_name\n001,1,1号楼\n",
    "units.csv": "community_code,building_code,unit_code,unit_use,area_m2\n001,1,101,residential,88.5\n",
    "customers.csv": "customer_code,customer_name,customer_type,phone\nC1,王某,owner,13800000001\n",
    "occupancies.csv": "community_code,unit_code,customer_code,role,start_date\n001,101,C1,owner,2020-01-01\n",
    "staff.csv": STAFF,
    "calls.csv": CALLS,
    "cases.csv": CASES,
    "case_events.csv": "case_code,event_at,event\nTS-1,2026-11-18 16:00,closed\n",
}


@pytest.fixture(scope="module")
def home(empty_home: DemoHome) -> DemoHome:
    """A week of five calls and a complaint, all of one agent, and one reviewer of another team."""
    empty_home.load(FILES, "2026-11-23T04:00")
    return empty_home


@pytest.mark.rule("QC-01")
@pytest.mark.rule("QC-06")
def test_monday_draws_and_mails_and_the_companion_takes_what_came_back(home: DemoHome) -> None:
    code, row = home.run("quality_sampling", MONDAY)
    assert (code, row["state"]) == (0, "succeeded"), row
    samples = home.rows("SELECT sample_code, subject_code, reviewer FROM samples ORDER BY sample_code")
    drawn = {subject for _code, subject, _reviewer in samples}
    assert "TS-1" in drawn and len(drawn) >= 4, "the minimum: three calls, and the one case"
    assert {reviewer for _code, _subject, reviewer in samples} == {"R1"}
    assert row["detail"]["gate_rows"] > 0
    assert home.rows("SELECT recipient FROM messages WHERE kind = 'quality_worklist'") == [("qi@example.com",)]

    wrong = samples[0][0]
    criteria = [name for (name,) in home.rows("SELECT criterion FROM quality_draw_criteria ORDER BY position")]
    scores = "".join(f"{wrong},R1,{name},50,no,2026-11-24 10:00\n" for name in criteria)
    home.load(
        {"quality_scores.csv": f"sample_code,reviewer,criterion,score,critical,scored_at\n{scores}"},
        "2026-11-24T11:00",
    )
    code, row = home.run("quality_results", TUESDAY)
    assert (code, row["state"]) == (0, "succeeded"), row
    assert home.rows(f"SELECT state, score, is_nonconforming FROM samples WHERE sample_code = '{wrong}'") == [
        ("scored", 50, True)
    ]
    assert home.rows("SELECT sampled, mean_score, is_small FROM quality_results WHERE scope_code = 'A1'") == [
        (1, 50, True)
    ]
    assert row["detail"]["gate_rows"] > 0 and row["detail"]["mails_sent"] > 0
    explained = home.guanjia("explain", wrong, "--as-of", TUESDAY)
    assert "50.00" in explained.stdout and "H" in explained.stdout, explained.stdout + explained.stderr
