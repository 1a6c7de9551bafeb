"""A change of a restricted dataset takes effect once, through somebody else than who brought it, as it was shown."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from guanjia import cli
from guanjia.domain.errors import GuanjiaError, NotPermitted, UnknownName
from guanjia.host.home import make_home
from guanjia.pipelines import confirm_changes
from guanjia.pipelines.confirm_changes import Person
from guanjia.pipelines.confirm_changes.wording import body, escaped, subject
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import await_person, open_run
from guanjia.store.tables.intake import intake_change_rows, intake_changes, intake_files, intake_sheets
from guanjia.store.tables.policies import settings
from guanjia.store.tables.registers import staff
from tests.conftest import Database

AT = datetime(2026, 11, 20, 12, tzinfo=TIME_ZONE)
FIRST, SECOND = Person("qianlan", "S01"), Person("shenhe", "S02")


@pytest.fixture
def change(database: Database) -> str:
    """A change that qianlan brought: one setting, new."""
    row = {"setting": "mail_rate_per_minute", "community_code": None, "value": "5", "valid_from": None}
    with database.transaction() as tx:
        for code, name, login in (("S01", "钱岚", "qianlan"), ("S02", "沈鹤", "shenhe")):
            tx.execute(insert(staff).values(staff_code=code, staff_name=name, role="supervisor", login=login))
        file_id = tx.scalar(
            insert(intake_files)
            .values(
                file="参数|<b>.csv",
                received_at=AT,
                as_of=AT,
                digest="0" * 64,
                size_bytes=1,
                place="restricted",
                sent_by="qianlan",
                outcome="read",
            )
            .returning(intake_files.c.file_id)
        )
        tx.execute(
            insert(intake_sheets).values(
                file_id=file_id,
                sheet_no=1,
                dataset="settings",
                outcome="read",
                titles=[],
                columns={},
                surplus=[],
                rows_read=1,
                accepted=1,
                pending=1,
            )
        )
        change_id = tx.scalar(
            insert(intake_changes)
            .values(
                change_code="CHANGE-X",
                dataset="settings",
                file_id=file_id,
                sheet_no=1,
                state="pending",
                proposed_by="qianlan",
                proposed_at=AT,
            )
            .returning(intake_changes.c.change_id)
        )
        key = {name: row[name] for name in ("setting", "community_code", "valid_from")}
        tx.execute(insert(intake_change_rows).values(change_id=change_id, row_no=2, action="added", key=key, after=row))
    return "CHANGE-X"


def digest(database: Database, change: str) -> str:
    with database.transaction("read") as tx:
        return confirm_changes.read_change(tx, change).digest


def rates(database: Database) -> list[str]:
    with database.transaction("read") as tx:
        return list(tx.scalars(select(settings.c.value).where(settings.c.setting == "mail_rate_per_minute")))


def decide(database: Database, change: str, who: Person, decision: confirm_changes.Decision = "confirm") -> str:
    with database.transaction() as tx:
        done = confirm_changes.decide(
            tx, change, decision, who, shown_digest=digest(database, change), decided_at=AT, note="no"
        )
    return done.state


def test_a_confirmed_change_takes_effect_once_and_says_who_and_when(database: Database, change: str) -> None:
    assert rates(database) == []
    assert decide(database, change, SECOND) == "confirmed"
    assert decide(database, change, SECOND) == "confirmed"  # the second answer changes nothing
    assert rates(database) == ["5"]
    with database.transaction("read") as tx:
        shown = confirm_changes.read_change(tx, change)
    assert (shown.decided_by, shown.decided_at) == ("S02", AT)


@pytest.mark.parametrize("who", [FIRST, Person("qianlan"), Person("other", "qianlan")])
def test_who_brought_a_change_cannot_confirm_it(database: Database, change: str, who: Person) -> None:
    with pytest.raises(NotPermitted, match="somebody else"):
        decide(database, change, who)
    assert rates(database) == []


def test_a_declined_change_stays_declined(database: Database, change: str) -> None:
    assert decide(database, change, SECOND, "decline") == "declined"
    with pytest.raises(GuanjiaError, match="is declined by S02"):
        decide(database, change, SECOND)
    assert rates(database) == []


def test_only_what_was_shown_is_confirmed(database: Database, change: str) -> None:
    with database.transaction() as tx, pytest.raises(GuanjiaError, match="not what was shown"):
        confirm_changes.decide(tx, change, "confirm", SECOND, shown_digest="", decided_at=AT)
    assert rates(database) == []


def test_a_change_that_is_not_there_is_told(database: Database) -> None:
    with database.transaction("read") as tx, pytest.raises(UnknownName, match="CHANGE-0"):
        confirm_changes.read_change(tx, "CHANGE-0")


def test_each_waiting_change_is_asked_about_by_one_run_and_again_after_that_ended(
    database: Database, change: str
) -> None:
    with database.transaction() as tx:
        first = open_run(tx, "confirm_changes", AT, started_at=AT, external_key="one")
        second = open_run(tx, "confirm_changes", AT, started_at=AT, external_key="two")
        assert confirm_changes.claim_changes(tx, first.run_id) == [change]
        assert confirm_changes.claim_changes(tx, first.run_id) == [change]  # a retried task
        assert confirm_changes.claim_changes(tx, second.run_id) == []
        await_person(tx, first.run_id)
        assert confirm_changes.claim_changes(tx, second.run_id) == []
        question = confirm_changes.open_request(tx, change)
        assert question is not None
        assert (question.dag_run_id, question.place) == ("one", 0)
        with pytest.raises(GuanjiaError, match="CHANGE-X 尚无人确认"):
            confirm_changes.check_decided(tx, first.run_id)
        from guanjia.store.runs import close_run

        close_run(tx, first.run_id, "failed", ended_at=AT)
        assert confirm_changes.claim_changes(tx, second.run_id) == [change]


def test_the_second_person_is_staff_and_not_who_brought_it(database: Database, change: str) -> None:
    with database.transaction("read") as tx:
        assert confirm_changes.second_people(tx, "qianlan", date(2026, 11, 20)) == ["shenhe"]
        assert confirm_changes.second_people(tx, None, date(2026, 11, 20)) == ["qianlan", "shenhe"]
        assert confirm_changes.find_person(tx, "shenhe", on=date(2026, 11, 20)) == SECOND
        assert confirm_changes.find_person(tx, "admin", on=date(2026, 11, 20)).recorded_as == "admin"


def test_the_question_shows_old_and_new_and_no_markup_from_files(database: Database, change: str) -> None:
    with database.transaction("read") as tx:
        shown = confirm_changes.read_change(tx, change)
    assert subject(shown, "zh") == "待确认变更：参数（新增 1 行，修改 0 行）"
    text = body(shown, "en", "http://127.0.0.1/guanjia/changes/CHANGE-X")
    assert "qianlan brought" in text
    assert "| — | 5 |" in text
    assert "<b>" not in text
    assert escaped("[a](javascript:x)|\n`b`") == "\\[a\\]\\(javascript:x\\)\\| \\`b\\`"


def test_the_command_confirms_as_a_second_person_in_a_demo_home(
    database: Database, change: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    make_home(database.home, is_demo=True)
    assert cli.main(["confirm"]) == 0
    assert "CHANGE-X" in capsys.readouterr().out
    assert cli.main(["confirm", change, "--as", "S01"]) == 1
    assert "somebody else" in capsys.readouterr().err
    assert rates(database) == []
    assert cli.main(["confirm", change, "--reject", "--as", "S02"]) == 2
    assert cli.main(["confirm", change, "--as", "S02"]) == 0
    assert "S02" in capsys.readouterr().out
    assert rates(database) == ["5"]


def test_the_command_approves_or_rejects_a_waiting_run(
    database: Database, change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make_home(database.home, is_demo=True)
    with database.transaction() as tx:
        run = open_run(tx, "confirm_changes", AT, started_at=AT)
        confirm_changes.claim_changes(tx, run.run_id)
        await_person(tx, run.run_id)
    assert cli.main(["reject", run.run_code, "--reason", "typing error", "--as", "S02"]) == 0
    with database.transaction("read") as tx:
        shown = confirm_changes.read_change(tx, change)
    assert (shown.state, shown.decision_note) == ("declined", "typing error")
    assert cli.main(["approve", run.run_code, "--as", "S02"]) == 1
    assert "nothing that is undecided" in capsys.readouterr().err


def test_outside_a_demo_home_a_name_alone_is_not_believed(
    database: Database, change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make_home(database.home)
    assert cli.main(["confirm", change, "--as", "S02"]) == 2
    assert "password" in capsys.readouterr().err
    assert rates(database) == []
