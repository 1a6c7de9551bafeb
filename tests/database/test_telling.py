"""Digests: one per recipient and run, in office hours, emergencies apart, and nobody is told twice (ESC-09, ESC-11)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from guanjia.outbox import list_messages
from guanjia.pipelines.overdue_escalations.telling import tell
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import Run, open_run
from guanjia.store.tables import metadata
from tests.conftest import Database

FRIDAY_TEN = datetime(2026, 11, 20, 10, tzinfo=TIME_ZONE)
FRIDAY_NIGHT = datetime(2026, 11, 20, 22, tzinfo=TIME_ZONE)
MONDAY_NINE = datetime(2026, 11, 23, 9, 0, 1, tzinfo=TIME_ZONE)
T = metadata.tables


def _add(tx: Connection, table: str, **values: Any) -> None:
    tx.execute(insert(T[table]).values(**values))


def _company(tx: Connection) -> None:
    _add(tx, "communities", community_code="001", community_name="澄庭雅苑", region="东区")
    for code, role, email in (
        ("S1", "agent", "lin@example.com"),
        ("S2", "supervisor", "he@example.com"),
        ("S3", "manager", None),
    ):
        _add(tx, "staff", staff_code=code, staff_name=f"员工{code}", role=role, community_code="001", email=email)
    run = open_run(tx, "setup", FRIDAY_TEN, started_at=FRIDAY_TEN)
    _add(
        tx,
        "working_calendars",
        calendar_code="office",
        axis=1,
        time_zone="Asia/Shanghai",
        is_cn=True,
        covers_from=FRIDAY_TEN - timedelta(days=30),
        covers_to=FRIDAY_TEN + timedelta(days=30),
        serves_to=FRIDAY_TEN + timedelta(days=30),
        digest="x",
        version=1,
        run_id=run.run_id,
    )
    for day in (20, 23):
        opens = datetime(2026, 11, day, 9, tzinfo=TIME_ZONE)
        _add(
            tx,
            "working_segments",
            calendar_code="office",
            opens_at=opens,
            closes_at=opens + timedelta(hours=9),
            seconds_before=0,
        )


def _escalated(tx: Connection, case: str, staff: str | None, level: int = 1, **escalation: Any) -> None:
    run = open_run(tx, "setup", FRIDAY_TEN, started_at=FRIDAY_TEN)
    if not tx.execute(select(T["cases"].c.case_code).where(T["cases"].c.case_code == case)).first():
        _add(
            tx,
            "cases",
            case_code=case,
            community_code="001",
            kind="complaint",
            urgency="ordinary",
            description="请联系王先生 13812345678",
            opened_at=FRIDAY_TEN - timedelta(days=2),
        )
        _add(
            tx,
            "deadlines",
            case_code=case,
            milestone="answer",
            occurrence=1,
            starts_at=FRIDAY_TEN - timedelta(days=2),
            due_at=FRIDAY_TEN - timedelta(days=1),
            provisional=False,
            state="running",
            working_calendar="office",
            paused_seconds=0,
            budget_seconds=32_400,
            policy_code="ANSWER-COMPLAINT",
            policy_valid_from=date(2000, 1, 1),
            rule_id="ESC-06",
            calendar_version=1,
            run_id=run.run_id,
        )
    fields: dict[str, Any] = {
        "role": {"S1": "handler", "S2": "supervisor", "S3": "manager"}.get(staff or "", "general_manager"),
        "raised_at": FRIDAY_TEN - timedelta(hours=1),
        "found_by": "nobody" if staff is None else "roster",
        "is_emergency": False,
        "step_code": "DUE-HANDLER",
        "rule_id": "ESC-09",
    }
    _add(
        tx,
        "escalations",
        case_code=case,
        milestone="answer",
        occurrence=1,
        level=level,
        staff_code=staff,
        run_id=run.run_id,
        **(fields | escalation),
    )


def _tell(database: Database, as_of: datetime) -> tuple[Run, dict[str, int]]:
    with database.transaction() as tx:
        run = open_run(tx, "overdue_escalations", as_of, started_at=as_of)
        return run, tell(tx, run, as_of)


def _mails(database: Database) -> list[tuple[str, str]]:
    with database.transaction("read") as tx:
        return sorted((row.kind, row.recipient) for row in list_messages(tx))


@pytest.mark.rule("ESC-09")
def test_one_digest_per_recipient_and_run_and_again_nothing(database: Database) -> None:
    with database.transaction() as tx:
        _company(tx)
        for case in ("GD-1", "GD-2"):
            _escalated(tx, case, "S1")
            _escalated(tx, case, "S2", level=2)
    _, counts = _tell(database, FRIDAY_TEN)
    assert (counts["escalations_told"], counts["mails_written"]) == (4, 2)
    assert _mails(database) == [("escalation_digest", "he@example.com"), ("escalation_digest", "lin@example.com")]
    _, again = _tell(database, FRIDAY_TEN)
    assert set(again.values()) == {0}


@pytest.mark.rule("ESC-09")
def test_who_keeps_office_hours_gets_ordinary_digests_in_working_time_only(database: Database) -> None:
    with database.transaction() as tx:
        _company(tx)
        _escalated(tx, "GD-1", "S1")
        _escalated(tx, "GD-1", "S2", level=2)
    _tell(database, FRIDAY_NIGHT)
    assert _mails(database) == [("escalation_digest", "lin@example.com")]
    _tell(database, MONDAY_NINE)
    assert _mails(database) == [("escalation_digest", "he@example.com"), ("escalation_digest", "lin@example.com")]


@pytest.mark.rule("ESC-11")
def test_an_emergency_goes_out_apart_and_at_night(database: Database) -> None:
    with database.transaction() as tx:
        _company(tx)
        _escalated(tx, "GD-1", "S2", level=-1, is_emergency=True)
        _escalated(tx, "GD-2", "S2", level=2)
    _tell(database, FRIDAY_NIGHT)
    assert _mails(database) == [("escalation_emergency", "he@example.com")]


@pytest.mark.rule("ESC-09")
def test_who_was_told_is_told_that_it_is_over(database: Database) -> None:
    with database.transaction() as tx:
        _company(tx)
        _escalated(tx, "GD-1", "S1")
    _tell(database, FRIDAY_TEN)
    over = FRIDAY_TEN + timedelta(minutes=5)
    with database.transaction() as tx:
        tx.execute(update(T["deadlines"]).values(state="met_late", met_at=over, ended_at=over, ended_by="met"))
        tx.execute(update(T["escalations"]).values(stood_down_at=over))
    _, counts = _tell(database, over)
    assert (counts["stand_downs_told"], counts["mails_written"]) == (1, 1)
    _, again = _tell(database, over)
    assert set(again.values()) == {0}


@pytest.mark.rule("ESC-09")
def test_what_was_met_before_it_could_be_mailed_is_not_mailed(database: Database) -> None:
    with database.transaction() as tx:
        _company(tx)
        _escalated(tx, "GD-1", "S1", stood_down_at=FRIDAY_TEN)
    _, counts = _tell(database, FRIDAY_TEN)
    assert set(counts.values()) == {0}


@pytest.mark.rule("ESC-09")
@pytest.mark.parametrize(
    ("scope", "is_told"), [("company", True), ("region:东区", True), ("001", True), ("002", False)]
)
def test_a_post_that_nobody_fills_is_reported_in_scope_once(database: Database, scope: str, is_told: bool) -> None:
    with database.transaction() as tx:
        _company(tx)
        _escalated(tx, "GD-1", None, level=4)
        _escalated(tx, "GD-1", "S3", level=3)
        _add(tx, "report_recipients", email="boss@example.com", report="escalation", scope=scope, language="en")
    _, counts = _tell(database, FRIDAY_TEN)
    assert counts["unfilled_reported"] == (2 if is_told else 0)
    assert _mails(database) == ([("escalation_unfilled", "boss@example.com")] if is_told else [])
    _, again = _tell(database, FRIDAY_TEN)
    assert set(again.values()) == {0}


def test_telephone_numbers_in_a_description_are_masked(database: Database) -> None:
    with database.transaction() as tx:
        _company(tx)
        _escalated(tx, "GD-1", "S1")
    _tell(database, FRIDAY_TEN)
    with database.transaction("read") as tx:
        bodies = tx.execute(select(T["message_bodies"])).mappings().all()
    written = " ".join(str(body) for body in bodies)
    assert "GD-1" in written
    assert "13812345678" not in written


@pytest.mark.rule("ESC-09")
def test_a_digest_names_each_deadline_once_at_its_highest_level(database: Database) -> None:
    with database.transaction() as tx:
        _company(tx)
        _escalated(tx, "GD-1", "S1", level=0, raised_at=FRIDAY_TEN - timedelta(days=2))
        _escalated(tx, "GD-1", "S1", level=1)
    _, counts = _tell(database, FRIDAY_TEN)
    assert counts["escalations_told"] == 2
    with database.transaction("read") as tx:
        text = tx.scalar(select(T["message_bodies"].c.text_body))
    assert text is not None
    assert text.count("GD-1") == 1


@pytest.mark.rule("ESC-09")
def test_nobody_is_told_of_another_community_unless_the_case_is_theirs_by_name(database: Database) -> None:
    with database.transaction() as tx:
        _company(tx)
        _add(tx, "communities", community_code="002", community_name="梧桐里")
        _escalated(tx, "GD-1", "S1", found_by="case")
        _escalated(tx, "GD-1", "S2", level=2)
        tx.execute(update(T["staff"]).values(community_code="002"))
        _add(tx, "report_recipients", email="boss@example.com", report="escalation", scope="001")
    _tell(database, FRIDAY_TEN)
    assert _mails(database) == [("escalation_digest", "lin@example.com"), ("escalation_unfilled", "boss@example.com")]
