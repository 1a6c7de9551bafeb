"""DAG files load, and a run in one process does what the schedule does: green, again nothing, stopped by a gate."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from guanjia.host.postgres import running_server

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
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo home with a handful of rows, loaded through the command."""
    folder = tmp_path_factory.mktemp("dags")
    for name, content in FILES.items():
        (folder / name).write_text(content, encoding="utf-8")
    made = folder / "home"
    _guanjia(made, "init", "--demo")
    done = _guanjia(made, "load", *(str(folder / name) for name in FILES), "--as-of", "2026-11-20T09:55")
    assert done.returncode == 0, done.stderr
    return made


def _guanjia(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GUANJIA_")}
    return subprocess.run(
        [sys.executable, "-m", "guanjia.cli", *words],
        env=environment | {"GUANJIA_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )


def _run(home: Path, as_of: str) -> tuple[int, dict[str, Any]]:
    done = _guanjia(home, "run", "overdue_escalations", "--as-of", as_of, "--json")
    return done.returncode, json.loads(done.stdout)


@pytest.mark.rule("ESC-09")
@pytest.mark.rule("ESC-11")
def test_a_run_escalates_mails_and_a_second_one_does_nothing(home: Path) -> None:
    code, row = _run(home, "2026-11-20T10:00")
    assert (code, row["state"]) == (0, "succeeded")
    assert row["detail"]["raised"] > 0
    assert row["detail"]["mails_sent"] >= 3
    subjects = [path.read_bytes() for path in (home / "mail").glob("*.eml")]
    assert len(subjects) == row["detail"]["mails_sent"] + _intake_mails(home)
    code, again = _run(home, "2026-11-20T10:00")
    assert (code, again["rows_out"], again["detail"]["mails_sent"]) == (0, 0, 0)


def _intake_mails(home: Path) -> int:
    done = _guanjia(home, "export", "messages", "--where", "kind=intake_receipt", "state=sent")
    return len(done.stdout.strip().splitlines()) - 1


SPOIL = """
CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.raised_at := NEW.raised_at + interval '1000 days'; RETURN NEW; END $$;
CREATE TRIGGER spoil BEFORE INSERT ON escalations FOR EACH ROW EXECUTE FUNCTION spoil();
"""


def test_a_critical_gate_stops_the_run_before_anything_is_told(home: Path, tmp_path: Path) -> None:
    more = tmp_path / "cases.csv"
    more.write_text(
        CASES.splitlines()[0] + "\nGD-3,001,repair,emergency,S1,水管爆裂,2026-11-20 10:01\n", encoding="utf-8"
    )
    assert _guanjia(home, "load", str(more), "--as-of", "2026-11-20T10:02").returncode == 0
    with running_server(home) as server:
        owner = create_engine(server.url("owner"))
        with owner.begin() as tx:
            tx.exec_driver_sql(SPOIL)
        owner.dispose()
    before = len(list((home / "mail").glob("*.eml")))
    code, row = _run(home, "2026-11-20T10:05")
    assert (code, row["state"], row["detail"]["failed_task"]) == (1, "failed", "check")
    assert "GD-3" in row["detail"]["reason"]
    assert len(list((home / "mail").glob("*.eml"))) == before


def test_an_unknown_pipeline_and_an_unknown_parameter_are_told(home: Path) -> None:
    done = _guanjia(home, "run", "nothing_of_the_kind")
    assert done.returncode == 1
    assert "overdue_escalations" in done.stderr
    done = _guanjia(home, "run", "mail_delivery", "--param", "colour=red")
    assert done.returncode == 2
    assert "colour" in done.stderr
