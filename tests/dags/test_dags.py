"""DAG files load, and a run in one process does what the schedule does: green, again nothing, stopped by a gate."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dags.conftest import DemoHome

CASES = """case_code,community_code,kind,urgency,handler,description,opened_at
GD-1,001,complaint,ordinary,S1,电梯异响,2026-11-16 09:30
GD-2,001,repair,emergency,S1,电梯困人,2026-11-20 09:40
"""
STAFF = """staff_code,staff_name,role,community_code,email
S1,林某,agent,001,lin@example.com
S2,何某,team_leader,001,he@example.com
S3,邵某,manager,,shao@example.com
"""
FILES = {
    "communities.csv": "community_code,community_name\n001,澄庭雅苑\n",
    "settings.csv": "setting,community_code,value\nlive_from,001,2026-09-01\n",
    "staff.csv": STAFF,
    "cases.csv": CASES,
}


@pytest.fixture(scope="module")
def home(empty_home: DemoHome) -> DemoHome:
    """A demo home with a handful of rows, loaded through the command."""
    empty_home.load(FILES, "2026-11-20T09:55")
    return empty_home


@pytest.mark.rule("ESC-09")
@pytest.mark.rule("ESC-11")
def test_a_run_escalates_mails_and_a_second_one_does_nothing(home: DemoHome) -> None:
    code, row = home.run("overdue_escalations", "2026-11-20T10:00")
    assert (code, row["state"]) == (0, "succeeded")
    assert row["detail"]["raised"] > 0
    assert row["detail"]["mails_sent"] >= 3
    subjects = [path.read_bytes() for path in (home.path / "mail").glob("*.eml")]
    assert len(subjects) == row["detail"]["mails_sent"] + _intake_mails(home)
    code, again = home.run("overdue_escalations", "2026-11-20T10:00")
    assert (code, again["rows_out"], again["detail"]["mails_sent"]) == (0, 0, 0)


def _intake_mails(home: DemoHome) -> int:
    done = home.guanjia("export", "messages", "--where", "kind=intake_receipt", "state=sent")
    return len(done.stdout.strip().splitlines()) - 1


SPOIL = """
CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.raised_at := NEW.raised_at + interval '1000 days'; RETURN NEW; END $$;
CREATE TRIGGER spoil BEFORE INSERT ON escalations FOR EACH ROW EXECUTE FUNCTION spoil();
"""


def test_a_critical_gate_stops_the_run_before_anything_is_told(home: DemoHome, tmp_path: Path) -> None:
    more = tmp_path / "cases.csv"
    more.write_text(
        CASES.splitlines()[0] + "\nGD-3,001,repair,emergency,S1,水管爆裂,2026-11-20 10:01\n", encoding="utf-8"
    )
    assert home.guanjia("load", str(more), "--as-of", "2026-11-20T10:02").returncode == 0
    home.rows(SPOIL)
    before = len(list((home.path / "mail").glob("*.eml")))
    code, row = home.run("overdue_escalations", "2026-11-20T10:05")
    assert (code, row["state"], row["detail"]["failed_task"]) == (1, "failed", "check")
    assert "GD-3" in row["detail"]["reason"]
    stopped_by = row["detail"]["stopped_by"]
    assert (stopped_by["suite"], stopped_by["column"]) == ("overdue_escalations/escalations", "seconds_since_raised")
    assert stopped_by["key"][0] == "case_code" and all(key.startswith("GD-3 ") for key in stopped_by["keys"])
    assert len(list((home.path / "mail").glob("*.eml"))) == before


def test_an_unknown_pipeline_and_an_unknown_parameter_are_told(home: DemoHome) -> None:
    done = home.guanjia("run", "nothing_of_the_kind")
    assert done.returncode == 1
    assert "overdue_escalations" in done.stderr
    done = home.guanjia("run", "mail_delivery", "--param", "colour=red")
    assert done.returncode == 2
    assert "colour" in done.stderr
