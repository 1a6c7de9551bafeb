"""The inspection DAGs in one process: run twice the second does nothing, a killed step is made up for, bad forms."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from tests.dags.conftest import DemoHome

UNITS = "community_code,building_code,unit_code,unit_use,area_m2,handover_date,fit_out\n" + "".join(
    f"001,1,1-{number:02}01,residential,88.5,{'' if number % 2 else '2025-01-10'},{'' if number % 2 else 'done'}\n"
    for number in range(1, 21)
)
STAFF = """staff_code,staff_name,role,community_code,email
X1,顾某,inspector,001,gu@example.com
X2,高某,inspector,001,gao@example.com
L1,何某,team_leader,001,he@example.com
M1,邵某,manager,,shao@example.com
"""
FILES = {
    "communities.csv": "community_code,community_name,region\n001,澄庭雅苑,浦东\n002,临江苑,浦东\n",
    "settings.csv": "setting,community_code,value\nlive_from,001,2026-11-01\n",
    "buildings.csv": "community_code,building_code,building_name\n001,1,1号楼\n",
    "units.csv": UNITS + "001,1,B1-01,basement,12,,\n",
    "staff.csv": STAFF,
}
VACANT = 10
DAY = "2026-11-20T06:00"


@pytest.fixture(scope="module")
def home(empty_home: DemoHome) -> DemoHome:
    """A demo home with ten unsold flats and a basement, loaded through the command."""
    empty_home.load(FILES, "2026-11-20T05:00")
    return empty_home


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUANJIA_")}
    return kept | {"GUANJIA_HOME": str(home)}


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "guanjia.cli", *words]


@pytest.mark.rule("INS-02")
def test_a_run_plans_and_mails_and_a_second_one_does_nothing(home: DemoHome) -> None:
    code, row = home.run("vacancy_inspections", DAY)
    assert (code, row["state"]) == (0, "succeeded"), row
    plans = home.rows("SELECT plan, count(*) FROM inspections GROUP BY plan ORDER BY plan")
    assert plans == [("basement", 1), ("monthly", VACANT)]
    assert row["detail"]["gate_rows"] >= VACANT
    assert row["detail"]["mails_sent"] > 0
    assert home.rows("SELECT count(*) > 0 FROM messages WHERE kind = 'inspection_worklist'") == [(True,)]
    mailed = home.mails()
    code, again = home.run("vacancy_inspections", DAY)
    assert (code, again["rows_out"], again["detail"]["mails_sent"]) == (0, 0, 0), again
    assert home.mails() == mailed


FORM = ("kind=severe_weather", "event=台风桦加沙", "areas=浦东", "deadline=2026-11-21T18:00", "basements=yes")


@pytest.mark.soak
@pytest.mark.rule("INS-04")
@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ("areas=临江园", "没有名为“临江园”的小区或区域"),
        ("deadline=2026-11-20T13:00", "已过"),
    ],
)
def test_a_form_that_cannot_be_carried_out_is_told_and_plans_nothing(home: DemoHome, changed: str, told: str) -> None:
    name = changed.partition("=")[0]
    form = [changed, *(word for word in FORM if not word.startswith(f"{name}="))]
    before = home.rows("SELECT count(*) FROM inspections")
    code, row = home.run("severe_weather_inspection", "2026-11-20T14:00", "--param", *form)
    assert (code, row["state"], row["detail"]["failed_task"]) == (1, "failed", "check_form"), row
    assert told in row["detail"]["reason"]
    assert home.rows("SELECT count(*) FROM inspections") == before
    assert home.rows("SELECT count(*) FROM weather_events") == [(0,)]


def test_a_form_without_its_needed_fields_is_told_in_a_sentence(home: DemoHome) -> None:
    done = home.guanjia("run", "severe_weather_inspection", "--param", "areas=001")
    assert done.returncode == 2
    assert "event" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.rule("INS-04")
def test_severe_weather_is_planned_once_and_its_lists_go_out_at_once(home: DemoHome) -> None:
    code, row = home.run("severe_weather_inspection", "2026-11-20T14:00", "--param", *FORM)
    assert (code, row["state"]) == (0, "succeeded"), row
    planned = "SELECT count(*), count(staff_code) FROM inspections WHERE plan = 'severe_weather'"
    assert home.rows(planned) == [(VACANT + 1, VACANT + 1)]
    assert row["detail"]["mails_sent"] > 0
    mailed = home.mails()
    code, again = home.run("severe_weather_inspection", "2026-11-20T14:00", "--param", *FORM)
    assert (code, again["rows_out"], again["detail"]["mails_sent"]) == (0, 0, 0), again
    assert (home.rows(planned), home.mails()) == ([(VACANT + 1, VACANT + 1)], mailed)


SLOW = """
CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(30); RETURN NULL; END $$;
CREATE TRIGGER dawdle AFTER INSERT ON inspection_lists FOR EACH STATEMENT EXECUTE FUNCTION dawdle()
"""


@pytest.mark.soak
@pytest.mark.rule("INS-02")
def test_a_killed_step_is_made_up_for_by_the_next_run(home: DemoHome) -> None:
    """The worklists are being written when the process is killed: nothing of them stands, and the next run has all."""
    monday = "2026-11-23T06:00"
    owner = create_engine(home.server.url("superuser", "guanjia"))  # sees what others wait for
    with owner.begin() as tx:
        tx.exec_driver_sql(SLOW)
    command = _command("run", "vacancy_inspections", "--as-of", monday)
    killed = subprocess.Popen(
        command,
        env=_environment(home.path),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    until = time.monotonic() + 120
    asleep = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    while True:
        with owner.begin() as tx:
            if tx.exec_driver_sql(asleep).scalar():
                break
        assert killed.poll() is None and time.monotonic() < until, "the run never wrote its lists"
        time.sleep(0.2)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait(10)
    with owner.begin() as tx:
        tx.exec_driver_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
    with owner.begin() as tx:
        tx.exec_driver_sql("DROP TRIGGER dawdle ON inspection_lists")
        lists = "SELECT count(*) FROM inspection_lists WHERE work_date = DATE '2026-11-23'"
        assert tx.exec_driver_sql(lists).scalar() == 0
    owner.dispose()
    code, row = home.run("vacancy_inspections", monday)
    assert (code, row["state"]) == (0, "succeeded"), row
    assert row["detail"]["listed"] > 0
    assert row["detail"]["mails_sent"] > 0
    code, again = home.run("vacancy_inspections", monday)
    assert (code, again["rows_out"]) == (0, 0)
