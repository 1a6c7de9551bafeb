"""The registers of one office, from file to escalation: planted situations come out as they were planted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guanjia.cli import main
from guanjia.pipelines.overdue_escalations import run_steps
from tests.conftest import SHARED, Database
from tests.database.escalation_house import House, at

REGISTERS = SHARED / "data" / "registers"
COUNTS = (
    "SELECT (SELECT count(*) FROM deadlines), (SELECT count(*) FROM escalations), (SELECT count(*) FROM messages), "
    "(SELECT count(*) FROM deadline_changes), (SELECT count(*) FROM shift_handovers)"
)


@pytest.mark.skipif(not REGISTERS.is_dir(), reason="the registers from outside are not beside this checkout")
def test_the_registers_are_escalated_once(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    main(["load", str(REGISTERS), "--as-of", "2026-11-20T11:30"])
    capsys.readouterr()
    house = House(database)
    house.add("settings", setting="live_from", value="2026-09-01")
    instant = at("20 10:00")
    first = run_steps(instant)
    assert first["new"] > 400 and first["raised"] > 0
    counted = house.rows(COUNTS)
    assert sum(run_steps(instant).values()) == 0, "the second run writes nothing"
    assert house.rows(COUNTS) == counted
    assert house.rows("SELECT count(*) FROM escalations WHERE found_by = 'nobody'") == [(0,)]
    assert house.rows("SELECT count(*) FROM escalations WHERE raised_at > '2026-11-20 10:00+08'") == [(0,)]
    evening = house.due("GD20261009-001", "answer")
    assert evening == at("10-10 17:55"), "opened on Friday at 17:55: the Saturday is a make-up day"
    assert house.deadline("GD20261117-002", "answer") is not None
    faults = dict(house.rows("SELECT case_code, state FROM deadlines WHERE milestone = 'restored'"))
    assert faults["GD20260921-001"] == "met", "level 1, restored after 25 minutes"
    assert faults["GD20260924-001"] == "met_late", "level 2, after 47"
    assert faults["GD20261002-001"] == "met", "level 3, after 14"
    assert faults["GD20261120-001"] == "running", "level 3, not restored"
    assert house.deadline("GD20261114-001", "tell_superior").state == "running", "cannot_solve logged, nobody told"


DERIVED = (
    "TRUNCATE escalations, deadline_changes, deadline_former_starts, deadlines, open_cases, escalation_progress, "
    "served_communities, shift_handovers, messages CASCADE"
)
STEPS = (
    "SELECT case_code, milestone, occurrence, level, role, staff_code, raised_at, stood_down_at IS NOT NULL "
    "FROM escalations ORDER BY case_code, milestone, occurrence, level, role"
)
DUE = (
    "SELECT case_code, milestone, occurrence, starts_at, due_at, met_at, state, paused_seconds "
    "FROM deadlines ORDER BY case_code, milestone, occurrence"
)


@pytest.mark.soak
@pytest.mark.rule("ESC-09")
@pytest.mark.skipif(not REGISTERS.is_dir(), reason="the registers from outside are not beside this checkout")
def test_three_days_skipped_record_what_864_runs_record(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    main(["load", str(REGISTERS), "--as-of", "2026-11-20T11:30"])
    capsys.readouterr()
    house = House(database)
    house.add("settings", setting="live_from", value="2026-09-01")
    begin, end = at("17 10:00"), at("20 10:00")
    mails = "SELECT count(*) FROM messages WHERE kind LIKE 'escalation%'"

    run_steps(begin)
    run_steps(end)
    skipped, few = (house.rows(STEPS), house.rows(DUE)), house.rows(mails)[0][0]
    with database.transaction("owner") as tx:
        tx.exec_driver_sql(DERIVED)
    for number in range(865):
        run_steps(begin + timedelta(minutes=5 * number))

    assert len(skipped[0]) > 1_000
    assert (house.rows(STEPS), house.rows(DUE)) == skipped
    assert house.rows(mails)[0][0] > few
