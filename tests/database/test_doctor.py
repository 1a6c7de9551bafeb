"""The doctor says what is wrong and what to do; each thing that can be wrong is told once, and nothing private is."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, text

from guanjia import cli, settings
from guanjia.cli.doctor import examined
from guanjia.domain.errors import GateFailed
from guanjia.host import doctor_business, doctor_house, doctor_inspections
from guanjia.host.doctor import Finding, Patient, examine
from guanjia.host.home import RESTORE_JOURNAL, make_home
from guanjia.host.home_files import home_secrets, write_json
from guanjia.host.supervisor import only_one
from guanjia.i18n import gettext_for
from guanjia.pipelines.vacancy_inspections.areas import remember_areas
from guanjia.settings import TIME_ZONE, environment
from guanjia.store.runs import close_run, fail_run, open_run
from guanjia.store.tables import metadata
from guanjia.store.tables.intake import intake_changes, intake_files, intake_sheets, rejected_rows
from guanjia.store.tables.kernel import gate_results
from guanjia.store.tables.outbox import message_bodies, messages
from guanjia.store.tables.policies import deadline_policies, escalation_steps
from guanjia.store.tables.policies import settings as settings_table
from guanjia.store.tables.registers import communities, report_recipients, roster, staff
from tests.conftest import Database

NOON = datetime(2026, 10, 20, 12, tzinfo=TIME_ZONE)
ROLES = ("team_leader", "supervisor", "manager", "department_head", "general_manager")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def installation(database: Database) -> Iterator[Database]:
    """An installation on a server of its own of which nothing is wrong."""
    make_home(database.home)
    home_secrets(database.home, ("postgres.app",))
    smtp_port = free_port()
    settings.use(
        language="en",
        ui_port=free_port(),
        mail_smtp_port=smtp_port,
        mail_pages_port=free_port(),
        smtp=replace(environment().smtp, host="127.0.0.1", port=smtp_port),
        airflow_database_url="postgresql://airflow:x@127.0.0.1:1/airflow",
    )
    from guanjia.host.airflow import _installed

    write_json(database.home / "airflow" / "migrated.json", _installed(database.home))
    with database.transaction() as tx:
        tx.execute(insert(communities).values(community_code="001", community_name="澄庭雅苑", region="north"))
        tx.execute(insert(settings_table).values(setting="live_from", community_code="001", value="2026-09-01"))
        for number, role in enumerate(ROLES):
            person = {"staff_code": f"S{number}", "staff_name": "张三", "role": role, "email": f"{role}@example.com"}
            tx.execute(insert(staff).values(person))
        hours = {"starts_at": NOON - timedelta(hours=3), "ends_at": NOON + timedelta(hours=6)}
        for code, role in (("A1", "agent"), ("Q1", "reviewer")):
            person = {
                "staff_code": code,
                "staff_name": "林某",
                "role": role,
                "email": f"{code}@example.com",
                "team_code": role,
            }
            tx.execute(insert(staff).values(person))
            tx.execute(insert(roster).values(staff_code=code, shift_date=NOON.date(), **hours))
        for report in ("intake", "escalation", "callback_list"):
            tx.execute(insert(report_recipients).values(email="boss@example.com", report=report, scope="region:north"))
    yield database


def found(database: Database, check: str | None = None, at: datetime = NOON) -> list[Finding]:
    """What is not in order, of one check or of all."""
    return [
        finding
        for finding in examined(database.home, at, gettext_for("en"))
        if finding.state != "ok" and check in (None, finding.check)
    ]


def states(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.check, finding.state) for finding in findings]


def test_a_sound_installation_has_nothing_to_tell(installation: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert found(installation) == []
    assert cli.main(["doctor", "--as-of", "2026-10-20"]) == 0
    assert capsys.readouterr().out.endswith("0 problems, 0 warnings.\n")


def test_json_and_exit_code_are_for_programs(installation: Database, capsys: pytest.CaptureFixture[str]) -> None:
    (installation.home / "secrets.json").chmod(0o644)
    assert cli.main(["doctor", "--json", "--as-of", "2026-10-20"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert {finding["state"] for finding in told} == {"ok", "problem"}
    (wrong,) = [finding for finding in told if finding["state"] == "problem"]
    assert set(wrong) == {"check", "state", "text", "action"}
    assert wrong["check"] == "rights" and "chmod 600" in wrong["action"]


def test_a_home_that_was_never_made_says_how_to_make_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings.forget()
    settings.use(home=tmp_path / "nowhere", database_urls={}, language="en", ui_port=free_port())
    assert cli.main(["doctor"]) == 1
    assert "guanjia init" in capsys.readouterr().out
    settings.forget()


def test_a_database_that_is_down_is_told_once_and_nothing_is_said_about_what_is_in_it(installation: Database) -> None:
    settings.use(database_urls=dict.fromkeys(("owner", "app", "read"), "postgresql+psycopg://a:hush@127.0.0.1:1/x"))
    told = found(installation)
    assert {finding.check for finding in told} == {"database", "revision", "roles"}
    assert "hush" not in str(told)


def test_an_older_schema_and_loose_rights_are_problems(installation: Database) -> None:
    superuser = create_engine(installation.url("superuser"))
    with superuser.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        session.execute(text("GRANT CREATE ON SCHEMA public TO guanjia_app"))
        session.execute(text("GRANT INSERT ON runs TO guanjia_read"))
        session.execute(text("REVOKE SELECT ON cases FROM guanjia_app"))
    superuser.dispose()
    told = found(installation)
    assert states(told) == [("revision", "problem")] + [("roles", "problem")] * 3
    assert "0000" in told[0].text
    assert [word in finding.text for word, finding in zip(("app", "cases", "runs"), told[1:], strict=True)] == [
        True
    ] * 3


def test_one_user_for_all_roles_is_a_warning(installation: Database) -> None:
    settings.use(database_urls=dict.fromkeys(("owner", "app", "read"), installation.url("owner")))
    assert states(found(installation)) == [("roles", "warning")]


def test_a_restore_broken_off_is_a_problem(installation: Database) -> None:
    write_json(installation.home / RESTORE_JOURNAL, {"backup": "x"})
    assert states(found(installation)) == [("home", "problem"), ("database", "problem")]


def test_ports_in_use_are_told_with_who_and_how_to_change_them(installation: Database) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        settings.use(airflow_database_url="", mail_pages_port=other.getsockname()[1])
        (told,) = examine_house(installation, "ports")
    assert f"process {os.getpid()}" in told.text and "GUANJIA_MAIL_PAGES_PORT" in told.action


def examine_house(
    database: Database, name: str, up_since: datetime | None = None, now: datetime = NOON
) -> list[Finding]:
    checks = [(known, check) for known, check in doctor_house.CHECKS if known == name]
    patient = Patient(database.home, now, gettext_for("en"), up_since)
    return [finding for finding in examine(checks, patient) if finding.state != "ok"]


def test_a_house_that_is_up_must_answer_and_be_healthy(installation: Database) -> None:
    with only_one(installation.home):
        told = found(installation, at=datetime.now(TIME_ZONE) + timedelta(hours=1))
    assert [finding.check for finding in told if finding.state == "problem"] == ["ports"] * 3 + ["airflow", "runs"]
    starting = examine_house(installation, "airflow", up_since=NOON - timedelta(minutes=1))
    assert states(starting) == [("airflow", "warning")]


def test_files_that_are_not_taken_in_are_told_by_name(installation: Database) -> None:
    inbox = installation.home / "inbox"
    for name in ("工单.csv", "~$工单.xlsx", "half.csv.part"):
        (inbox / name).write_text("x", encoding="utf-8")
        os.utime(inbox / name, (0, 0))
    assert states(examine_house(installation, "inbox")) == [("inbox", "warning")]
    told = examine_house(installation, "inbox", up_since=NOON - timedelta(hours=2))
    assert states(told) == [("inbox", "problem"), ("inbox", "warning")]
    assert "工单.csv" in told[0].text and "~$" not in told[0].text
    assert "half.csv.part" in told[1].text


def test_rights_of_the_restricted_inbox_and_of_backups_count(installation: Database) -> None:
    (installation.home / "inbox" / "restricted").chmod(0o777)
    (installation.home / "backups").mkdir()
    (installation.home / "backups" / "b.tar").write_text("x", encoding="utf-8")
    (installation.home / "backups" / "b.tar").chmod(0o640)
    assert states(found(installation)) == [("rights", "problem")] * 2


def test_a_community_without_a_day_of_going_live_is_not_served_at_all(installation: Database) -> None:
    with installation.transaction() as tx:
        tx.execute(insert(communities).values(community_code="002", community_name="梧桐里", region="south"))
    (told,) = found(installation)
    assert told.check == "communities" and "002" in told.text and "001" not in told.text
    assert "live_from" in told.action
    assert "梧桐里" not in str(told)


@pytest.mark.parametrize(
    ("at", "expected"),
    [("2026-10-31", []), ("2026-11-01", ["warning"]), ("2031-01-01", ["problem"])],
)
def test_next_years_holidays_are_asked_for_from_november(installation: Database, at: str, expected: list[str]) -> None:
    with installation.transaction("owner") as tx:
        tx.execute(text("DELETE FROM published_years WHERE year > 2026"))
        tx.execute(text("INSERT INTO published_years VALUES (2026, 'notice') ON CONFLICT DO NOTHING"))
    told = found(installation, "calendar", datetime.fromisoformat(at).replace(tzinfo=TIME_ZONE))
    assert [finding.state for finding in told] == expected


def test_policies_that_name_what_does_not_exist_are_told_row_by_row(installation: Database) -> None:
    with installation.transaction() as tx:
        tx.execute(
            insert(deadline_policies).values(
                policy_code="MINE",
                kind="repair",
                milestone="answer",
                starts="opened_at,teleported",
                met_by="answered",
                budget=1,
                budget_unit="minutes",
                calendar="lunar",
                pauses=True,
                valid_from=date(2026, 1, 1),
            )
        )
        step = {"level": 1, "offset_kind": "at_once", "offset": 0, "role": "manager"}
        tx.execute(insert(escalation_steps).values(step_code="S", policy_code="GONE", calendar="deadline", **step))
        tx.execute(text("UPDATE communities SET working_calendar = 'solar'"))
    told = found(installation)
    assert {finding.check for finding in told} == {"policies"}
    assert {finding.text.split("'")[1] for finding in told} == {"lunar", "teleported", "GONE", "solar"}


def test_a_role_of_the_ladder_that_nobody_fills_or_can_be_mailed_is_told(installation: Database) -> None:
    with installation.transaction() as tx:
        tx.execute(staff.update().where(staff.c.role == "manager").values(left_on=date(2026, 10, 1)))
        tx.execute(staff.update().where(staff.c.role == "supervisor").values(email=None))
        tx.execute(staff.update().where(staff.c.role == "team_leader").values(left_on=NOON.date()))
    told = found(installation)
    assert states(told) == [("ladder", "warning")] * 2
    assert "Nobody fills the role manager" in told[0].text
    assert "Nobody in the role supervisor has a mail address" in told[1].text


@pytest.mark.rule("INS-02")
def test_a_community_nobody_inspects_and_an_inspector_no_list_reaches_are_told(installation: Database) -> None:
    home = {"community_code": "001", "building_code": "1"}
    flat = {"unit_code": "1-101", "unit_use": "residential", "area_m2": 80}
    with installation.transaction() as tx:
        tx.execute(insert(metadata.tables["buildings"]).values(home))
        tx.execute(insert(metadata.tables["units"]).values(home | flat))
    told = found(installation, "inspectors")
    assert states(told) == [("inspectors", "warning")]
    assert "Nobody inspects vacant units in 001" in told[0].text
    with installation.transaction() as tx:
        tx.execute(insert(staff).values(staff_code="X1", staff_name="顾某", role="inspector"))
    told = found(installation, "inspectors")
    assert states(told) == [("inspectors", "warning")]
    assert "no mail address" in told[0].text and "X1" in told[0].text
    with installation.transaction() as tx:
        tx.execute(staff.update().where(staff.c.staff_code == "X1").values(email="gu@example.com"))
    assert found(installation, "inspectors") == []


def test_a_weather_form_that_lacks_a_community_is_told_once_the_house_has_been_up_for_a_while(
    installation: Database,
) -> None:
    def told(minutes: int) -> list[str]:
        patient = Patient(installation.home, NOON, gettext_for("en"), NOON - timedelta(minutes=minutes))
        return [finding.state for finding in doctor_inspections.check_form(patient)]

    assert told(10) == []
    assert told(60) == ["warning"]
    with installation.transaction() as tx:
        remember_areas(tx, NOON)
    assert told(60) == ["ok"]


def test_reports_without_recipients_and_scopes_that_do_not_exist_are_told(installation: Database) -> None:
    with installation.transaction() as tx:
        tx.execute(report_recipients.update().where(report_recipients.c.report == "intake").values(scope="region:west"))
        tx.execute(report_recipients.delete().where(report_recipients.c.report == "escalation"))
    told = found(installation)
    assert states(told) == [("recipients", "warning")] * 2
    assert "boss@" not in str(told)


def put_mail(database: Database, code: str, state: str, **fields: object) -> None:
    with database.transaction() as tx:
        digest = {"body_digest": "a" * 64, "text_body": "x", "html_body": "x"}
        from sqlalchemy.dialects.postgresql import insert as upsert

        tx.execute(upsert(message_bodies).values(digest).on_conflict_do_nothing())
        mail = {
            "message_code": code,
            "kind": "digest",
            "business_key": code,
            "recipient": "zhang@example.com",
            "state": state,
            "language": "zh",
            "subject": "s",
            "body_digest": "a" * 64,
            "created_at": NOON - timedelta(hours=2),
        }
        tx.execute(insert(messages).values(mail | fields))


def test_mails_in_doubt_failed_or_late_are_counted(installation: Database) -> None:
    put_mail(installation, "U", "unknown")
    put_mail(installation, "F", "failed")
    put_mail(installation, "OLD", "failed", created_at=NOON - timedelta(days=30))
    put_mail(installation, "LATE", "pending")
    put_mail(installation, "HELD", "pending", not_before=NOON + timedelta(hours=1))
    put_mail(installation, "NEW", "pending", created_at=NOON)
    told = found(installation)
    assert states(told) == [("mails", "warning")] * 3
    assert all(finding.text.startswith("1 ") for finding in told)


@pytest.mark.parametrize(
    ("demo", "host", "expected"),
    [
        (False, "127.0.0.1", "no mail server is named"),
        (True, "127.0.0.1", "demo home"),
        (False, "localhost", "not answer"),
    ],
)
def test_real_mail_needs_a_real_server(installation: Database, demo: bool, host: str, expected: str) -> None:
    write_json(installation.home / "home.json", {"demo": demo})
    settings.use(smtp=replace(environment().smtp, host=host))
    with installation.transaction() as tx:
        tx.execute(insert(settings_table).values(setting="mail_live", value="yes"))
    (told,) = [each for each in found(installation) if each.check != "report_readers"]
    assert (told.check, told.state) == ("mail_server", "problem")
    assert expected in told.text


def test_failed_runs_and_findings_of_gates_are_told_by_their_codes(installation: Database) -> None:
    with installation.transaction() as tx:
        first = open_run(tx, "intake", NOON, started_at=NOON)
        close_run(tx, first.run_id, "failed", ended_at=NOON, detail={"failed_task": "load", "reason": "张三"})
        second = open_run(tx, "overdue_escalations", NOON, started_at=NOON)
        close_run(tx, second.run_id, "succeeded", ended_at=NOON)
        tx.execute(
            insert(gate_results).values(
                run_id=second.run_id,
                suite="x",
                expectation="e",
                severity="warning",
                outcome="failed",
                checked_at=NOON,
            )
        )
    told = found(installation)
    assert states(told) == [("runs", "problem"), ("gates", "warning")]
    assert first.run_code in told[0].text and "load" in told[0].text and second.run_code in told[1].text
    assert "张三" not in str(told)


def test_a_run_that_a_gate_stopped_says_what_to_correct(installation: Database) -> None:
    found_there = {"suite": "intake/sheets", "column": "dataset", "outcome": "failed", "rows": 3, "failed": 1}
    finding = found_there | {
        "note": "Each sheet has a dataset.",
        "key": ["file_id", "sheet_no"],
        "keys": ["7 1"],
        "more": 0,
    }
    with installation.transaction() as tx:
        run = open_run(tx, "intake", NOON, started_at=NOON)
        fail_run(tx, run.run_id, "gate", GateFailed("as raised", finding), ended_at=NOON)
    (told,) = found(installation)
    assert "dataset is broken by 1 of 3 rows" in told.action and "First rows (file number, sheet): 7 1." in told.action


def test_a_pipeline_that_is_silent_while_the_house_is_up_is_a_problem(installation: Database) -> None:
    with installation.transaction() as tx:
        close_run(tx, open_run(tx, "mail_delivery", NOON, started_at=NOON).run_id, "succeeded", ended_at=NOON)

    def silent(hours: int) -> list[Finding]:
        now = NOON + timedelta(hours=hours)
        patient = Patient(installation.home, now, gettext_for("en"), NOON)
        return [finding for finding in doctor_business.check_runs(patient) if finding.state != "ok"]

    assert silent(0) == []
    assert "mail_delivery" in silent(2)[0].text


def test_rejects_and_changes_that_wait_for_a_person_are_told(installation: Database) -> None:
    with installation.transaction() as tx:
        file = {"file": "客户.csv", "received_at": NOON, "as_of": NOON, "digest": "x", "size_bytes": 1}
        file_id = tx.execute(
            insert(intake_files).values(**file, place="restricted", outcome="read").returning(intake_files.c.file_id)
        ).scalar_one()
        sheet = {"file_id": file_id, "sheet_no": 1}
        tx.execute(
            insert(intake_sheets).values(**sheet, outcome="read", titles=[], columns={}, surplus=[], dataset="staff")
        )
        row = {"row_no": 2, "dataset": "customers", "cells": ["张三"], "state": "open", "may_come_right": False}
        tx.execute(insert(rejected_rows).values(**sheet, **row))
        tx.execute(
            insert(intake_changes).values(
                **sheet, change_code="CH-1", dataset="staff", state="pending", proposed_at=NOON
            )
        )
    told = found(installation)
    assert states(told) == [("rejects", "warning"), ("changes", "warning")]
    assert "customers 1" in told[0].text and "CH-1 (staff)" in told[1].text
    assert "张三" not in str(told)


def test_packages_other_than_the_locks_are_a_problem(installation: Database, tmp_path: Path) -> None:
    lock = (environment().project_root / "requirements.lock").read_text(encoding="utf-8")
    (tmp_path / "requirements.lock").write_text(lock.replace("alembic==", "alembic==0.0.1+"), encoding="utf-8")
    before = environment().project_root
    settings.use(project_root=tmp_path)
    from guanjia.host.doctor_machine import CHECKS

    patient = Patient(installation.home, NOON, gettext_for("en"), None)
    told = [finding for finding in examine(CHECKS, patient) if finding.state != "ok"]
    settings.use(project_root=before)
    assert states(told) == [("packages", "problem")]
    assert "alembic" in told[0].text


def test_a_check_that_falls_over_is_a_problem_itself(installation: Database) -> None:
    def broken(_patient: Patient) -> list[Finding]:
        raise KeyError("张三")

    check: Callable[[Patient], list[Finding]] = broken
    told = list(examine([("mine", check)], Patient(installation.home, NOON, gettext_for("en"), None)))
    assert states(told) == [("mine", "problem")]
    assert "KeyError" in told[0].text and "张三" not in str(told)
