"""Three days of standstill and one run record what running every five minutes records (pipelines §2, catching up)."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text

from guanjia.pipelines.overdue_escalations import run_steps
from guanjia.store.tables import metadata
from tests.conftest import Database
from tests.database.escalation_house import House, at, build_house

T = metadata.tables
BEFORE, AFTER = at("17 10:00"), at("20 10:00")
TICK = timedelta(minutes=5)
STEPS = (
    "SELECT case_code, milestone, occurrence, level, role, staff_code, raised_at, stood_down_at, found_by "
    "FROM escalations"
)
DEADLINES = (
    "SELECT case_code, milestone, occurrence, starts_at, due_at, met_at, state, ended_at, paused_seconds FROM deadlines"
)
MAILS = "SELECT count(*) FROM messages"


def _invented(house: House, count: int) -> None:
    """Cases of ten days with events in all orders, on the minute of a tick now and then, and a roster with gaps."""
    chance = random.Random(20261120)
    house.execute("UPDATE deadline_policies SET enabled = TRUE")
    for number in range(6):
        house.add(
            "staff",
            staff_code=f"L{number}",
            staff_name=f"L{number}",
            role="team_leader",
            community_code="001",
            email=f"l{number}@example.com",
        )
    shifts = [
        {
            "staff_code": f"L{chance.randrange(6)}",
            "shift_date": (at("16 00:00") + timedelta(days=day)).date(),
            "starts_at": at("16 08:00") + timedelta(days=day, hours=12 * half),
            "ends_at": at("16 20:00") + timedelta(days=day, hours=12 * half),
            "attendance": chance.choice(("planned", "present", "absent", "leave", None)),
        }
        for day in range(5)
        for half in range(2)
    ]
    cases, events = [], {}
    words = ("assigned", "answered", "arrived", "assessment", "back_on_site", "cannot_solve", "told_superior")
    words += ("paused", "resumed", "paused", "resumed", "resolved", "closed", "reopened", "report_outcome")
    for number in range(count):
        opened_at = at("11 10:00") + timedelta(minutes=chance.randrange(9 * 1440))
        code, kind = f"C{number:04d}", chance.choice(("repair", "repair", "complaint", "enquiry", "system_fault"))
        cases.append(
            {
                "case_code": code,
                "community_code": "001",
                "kind": kind,
                "area": chance.choice(("in_home", "public", None)),
                "urgency": chance.choice(("ordinary", "ordinary", "urgent", "major", "emergency")),
                "fault_level": chance.choice((1, 2, 3, 4)) if kind == "system_fault" else None,
                "handler": chance.choice(("S1", None)),
                "opened_at": opened_at,
                "booked_at": opened_at + timedelta(hours=chance.randrange(72)) if chance.random() < 0.3 else None,
            }
        )
        for _ in range(chance.randrange(9)):
            minutes = chance.randrange(4 * 288) * 5 + (0 if chance.random() < 0.3 else chance.randrange(5))
            event_at, event = opened_at + timedelta(minutes=minutes), chance.choice(words)
            if event_at <= at("20 11:00"):
                staff = chance.choice(("S1", "L1")) if event == "assigned" else None
                events[code, event_at, event] = staff
    with house.database.transaction() as tx:
        tx.execute(text("DELETE FROM roster"))
        tx.execute(insert(T["roster"]), list({(row["staff_code"], row["starts_at"]): row for row in shifts}.values()))
        tx.execute(insert(T["cases"]), cases)
        rows = [
            {"case_code": code, "event_at": event_at, "event": event, "staff_code": staff}
            for (code, event_at, event), staff in events.items()
        ]
        tx.execute(insert(T["case_events"]), rows)


def _recorded(house: House) -> tuple[list[Any], list[Any], int]:
    return sorted(map(str, house.rows(STEPS))), sorted(map(str, house.rows(DEADLINES))), house.rows(MAILS)[0][0]


def _forget(house: House) -> None:
    with house.database.transaction("owner") as tx:
        tx.execute(
            text(
                "TRUNCATE messages, shift_handovers, escalations, deadline_changes, deadline_former_starts, deadlines, "
                "open_cases, case_changes, escalation_progress, served_communities CASCADE"
            )
        )


@pytest.mark.rule("ESC-09")
@pytest.mark.timeout(600)
@pytest.mark.soak
def test_one_run_after_three_days_records_what_864_runs_record(database: Database) -> None:
    house = build_house(database)
    _invented(house, 120)
    run_steps(BEFORE)
    run_steps(AFTER)
    steps, deadlines, mails = _recorded(house)
    assert sum(run_steps(AFTER).values()) == 0, "again changes nothing"
    _forget(house)
    instant: datetime = BEFORE
    run_steps(instant)
    while instant < AFTER:
        instant += TICK
        run_steps(instant)
    ticked_steps, ticked_deadlines, ticked_mails = _recorded(house)
    assert len(steps) > 500
    assert ticked_steps == steps
    assert ticked_deadlines == deadlines
    assert mails < ticked_mails
