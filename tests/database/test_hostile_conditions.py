"""Hostile conditions: a full disk, a clock set back, a missing calendar year, unknown roles, two loads at once, a
database that goes away. Each time a clear error, or none at all, and nothing lost."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from guanjia import cli, settings
from guanjia.host.home import make_home
from guanjia.pipelines.overdue_escalations import run_steps
from guanjia.settings import TIME_ZONE
from guanjia.store.tables import metadata
from guanjia.store.tables.intake import intake_files
from guanjia.store.tables.policies import escalation_steps
from guanjia.store.tables.registers import customers
from guanjia.store.tables.service import cases
from tests.conftest import Database
from tests.support.kill_cases import AS_OF, furnish
from tests.support.kill_files import GOOD_CASES, GOOD_CUSTOMERS, fill

deadlines, escalations, messages = (metadata.tables[name] for name in ("deadlines", "escalations", "messages"))
SWEEP = """
import sys, resource
from datetime import UTC, datetime
from guanjia.pipelines.intake.sweeping import sweep
from guanjia.store.engine import transaction
from guanjia.store.runs import open_run
now = datetime.now(UTC)
with transaction() as tx:
    run = open_run(tx, "intake", now, started_at=now)
room = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
print(len(sweep(as_of=now, now=now, run_id=run.run_id).files))
"""


def variables(database: Database) -> dict[str, str]:
    """The environment of a process that works on this database and its home."""
    return os.environ | {
        "GUANJIA_HOME": str(database.home),
        "GUANJIA_DATABASE_URL": database.url("app"),
        "GUANJIA_OWNER_DATABASE_URL": database.url("owner"),
        "GUANJIA_READ_DATABASE_URL": database.url("read"),
        "GUANJIA_LANGUAGE": "en",
    }


def swept(database: Database, room: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SWEEP, str(room)], env=variables(database), capture_output=True, text=True, check=False
    )


def counted(database: Database) -> dict[str, int]:
    with database.transaction("read") as tx:
        return {
            table.name: tx.scalar(select(func.count()).select_from(table)) or 0
            for table in (deadlines, escalations, messages)
        }


def test_a_full_disk_while_archiving_loses_no_file_and_no_row(database: Database) -> None:
    """The largest file a process may write stands for the room that is left: there is none for a receipt."""
    make_home(database.home)
    fill(database.home / "inbox")
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    full = swept(database, 10)
    assert full.returncode == 0, full.stderr
    still_there = {path.name for path in (database.home / "inbox").rglob("*") if path.is_file()}
    assert {"客户.csv", "工单.csv", "员工.csv"} <= still_there
    again = swept(database, 1_000_000_000)
    assert again.returncode == 0, again.stderr
    with database.transaction("read") as tx:
        assert tx.scalar(select(func.count()).select_from(customers)) == GOOD_CUSTOMERS
        assert tx.scalar(select(func.count()).select_from(cases)) == GOOD_CASES
        moved = tx.execute(select(intake_files.c.file, intake_files.c.moved_to)).all()
    assert all(place is not None for _name, place in moved)
    assert len(moved) == 7, "no file was loaded twice"
    assert not [path for path in (database.home / "inbox").rglob("*") if path.is_file()]


def test_two_loads_at_once_wait_for_each_other_and_every_row_is_there_once(database: Database) -> None:
    make_home(database.home)
    files = database.home / "files"
    fill(files)
    command = [sys.executable, "-m", "guanjia.cli", "load", str(files), "--no-retry", "--json"]
    together = [
        subprocess.Popen(command, env=variables(database), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _load in range(2)
    ]
    said = [load.communicate(timeout=240) for load in together]
    assert [load.returncode for load in together] == [1, 1], said  # the damaged workbook is refused, as it should be
    with database.transaction("read") as tx:
        assert tx.scalar(select(func.count()).select_from(customers)) == GOOD_CUSTOMERS
        assert tx.scalar(select(func.count()).select_from(cases)) == GOOD_CASES


def test_a_clock_that_is_set_back_raises_nothing_twice_and_nothing_earlier(database: Database) -> None:
    with database.transaction() as tx:
        furnish(tx, number=60)
    run_steps(AS_OF)
    before = counted(database)
    assert before["escalations"] > 0
    run_steps(AS_OF - timedelta(hours=3))
    assert counted(database) == before
    run_steps(AS_OF)
    assert counted(database) == before


def test_a_year_whose_holidays_are_not_known_is_computed_provisionally_and_doctor_says_so(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    far = datetime(2031, 3, 3, 10, tzinfo=TIME_ZONE)
    with database.transaction() as tx:
        furnish(tx, number=5)
        late = {"kind": "complaint", "urgency": "ordinary", "community_code": "001", "handler": "H000"}
        tx.execute(insert(cases).values(case_code="LATE", opened_at=far - timedelta(days=4), **late))
    run_steps(far)
    with database.transaction("read") as tx:
        found = tx.execute(
            select(deadlines).where(deadlines.c.case_code == "LATE", deadlines.c.milestone == "answer")
        ).one()
    assert found.provisional is True
    assert found.due_at is not None
    make_home(database.home)
    settings.use(language="en")
    assert cli.main(["doctor", "--as-of", "2031-03-03"]) == 1
    assert "official holidays of 2031 are not known" in capsys.readouterr().out


def test_a_policy_that_names_an_unknown_role_cannot_come_in(database: Database, tmp_path: Path) -> None:
    step = {"step_code": "X", "level": 1, "offset_kind": "at_once", "offset": 0, "calendar": "deadline"}
    with pytest.raises(IntegrityError, match="role_choice"), database.transaction() as tx:
        tx.execute(insert(escalation_steps).values(role="chief_wizard", **step))
    make_home(database.home)
    file = tmp_path / "升级规则.csv"
    file.write_text(
        "步骤编号,级别,起点,偏移,日历,岗位\nX,1,立即,0,deadline,大巫师\nY,1,立即,0,deadline,经理\n", encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-m", "guanjia.cli", "load", str(file), "--no-retry"],
        env=variables(database),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "大巫师" in done.stdout
    with database.transaction("read") as tx:
        roles = tx.scalars(select(escalation_steps.c.role)).all()
    assert "chief_wizard" not in roles


def test_the_database_going_away_in_the_middle_of_a_run_is_one_sentence_and_undoes_the_step(
    database: Database,
) -> None:
    with database.transaction() as tx:
        furnish(tx, number=60)
    code = (
        "import sys\n"
        "from datetime import datetime\n"
        "from sqlalchemy import create_engine, text\n"
        "from guanjia.pipelines import overdue_escalations as pipeline\n"
        "from guanjia.pipelines.overdue_escalations import running\n"
        "raising = running.raise_escalations\n"
        "def cut(tx, run, as_of):\n"
        "    found = raising(tx, run, as_of)\n"
        "    with create_engine(sys.argv[2]).connect() as other:\n"
        "        other.execute(text('SELECT pg_terminate_backend(pid) FROM pg_stat_activity '\n"
        "            'WHERE pid <> pg_backend_pid() AND datname = current_database()'))\n"
        "    return found\n"
        "running.raise_escalations = cut\n"
        "from guanjia.domain.errors import GuanjiaError\n"
        "try:\n"
        "    pipeline.run_steps(datetime.fromisoformat(sys.argv[1]))\n"
        "except GuanjiaError as error:\n"
        "    sys.exit(str(error))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, AS_OF.isoformat(), database.url("superuser")],
        env=variables(database),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") <= 2 and "broke off" in done.stderr, done.stderr
    assert counted(database)["escalations"] == 0
    run_steps(AS_OF)
    assert counted(database)["escalations"] > 0


def test_a_run_and_a_backup_may_come_at_the_same_time(database: Database, tmp_path: Path) -> None:
    """A backup waits for intake and nothing else waits for it."""
    from guanjia.host.backup import dump_database
    from guanjia.host.backup_programs import Address

    with database.transaction() as tx:
        furnish(tx, number=5)
        dump_database(Address.of(database.url("owner")), tmp_path / "x.dump")
    assert (tmp_path / "x.dump").stat().st_size > 10_000
