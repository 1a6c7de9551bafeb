"""A small company with many overdue cases and as many people to tell, for runs that are killed."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert

from guanjia.settings import TIME_ZONE
from guanjia.store.tables.policies import settings
from guanjia.store.tables.registers import communities, report_recipients, roster, staff
from guanjia.store.tables.service import case_events, cases

AS_OF = datetime(2026, 11, 20, 10, tzinfo=TIME_ZONE)
HANDLERS = 40


def furnish(transaction: Connection, number: int = 400, seed: int = 1) -> None:
    """Communities, staff, roster, and cases of the two weeks before, some answered, some late."""
    chance = random.Random(seed)
    transaction.execute(
        insert(communities),
        [
            {"community_code": code, "community_name": f"小区{code}", "region": "north"}
            for code in ("001", "002", "003")
        ],
    )
    transaction.execute(insert(settings).values(setting="live_from", value="2026-09-01"))
    transaction.execute(
        insert(report_recipients).values(email="escalation@example.com", report="escalation", scope="company")
    )
    people: list[dict[str, str | None]] = [
        {
            "staff_code": f"H{n:03}",
            "staff_name": f"处理人{n}",
            "role": "technician",
            "community_code": "001",
            "email": f"h{n:03}@example.com",
        }
        for n in range(HANDLERS)
    ]
    for role in ("team_leader", "supervisor", "manager", "department_head", "general_manager"):
        people.append(
            {
                "staff_code": role,
                "staff_name": role,
                "role": role,
                "community_code": None,
                "email": f"{role}@example.com",
            }
        )
    transaction.execute(insert(staff), people)
    for day in range(-1, 1):
        start = AS_OF.replace(hour=8) + timedelta(days=day)
        transaction.execute(
            insert(roster).values(
                staff_code="team_leader", shift_date=start.date(), starts_at=start, ends_at=start + timedelta(hours=9)
            )
        )
    rows, events = [], []
    for n in range(number):
        opened = AS_OF - timedelta(minutes=chance.randrange(60, 14 * 24 * 60))
        rows.append(
            {
                "case_code": f"C{n:05}",
                "community_code": chance.choice(("001", "002", "003")),
                "kind": chance.choice(("repair", "complaint", "enquiry")),
                "urgency": chance.choice(("ordinary", "ordinary", "urgent", "emergency")),
                "handler": f"H{chance.randrange(HANDLERS):03}",
                "opened_at": opened,
            }
        )
        if chance.random() < 0.4:
            at = opened + timedelta(minutes=chance.randrange(1, 2 * 24 * 60))
            if at < AS_OF:
                events.append({"case_code": f"C{n:05}", "event_at": at, "event": "answered"})
    transaction.execute(insert(cases), rows)
    transaction.execute(insert(case_events), events)
