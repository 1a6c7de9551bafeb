"""A small house for the tests of deadlines and ladders: one community, its people, and cases written in a line each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, text

from guanjia.pipelines.overdue_escalations import compute_deadlines, raise_escalations
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import open_run
from guanjia.store.tables import metadata
from tests.conftest import Database

T = metadata.tables
PEOPLE = (
    ("S1", "technician", "001"),
    ("S2", "team_leader", "001"),
    ("S3", "supervisor", None),
    ("S4", "manager", "001"),
    ("S5", "department_head", None),
    ("S6", "general_manager", None),
)


def at(written: str) -> datetime:
    """An instant of November 2026 (`20 10:00`), or one with its month (`10-03 09:00`) or year."""
    day, clock = written.split(" ")
    full = day if day.count("-") == 2 else f"2026-{day}" if "-" in day else f"2026-11-{day}"
    return datetime.fromisoformat(f"{full}T{clock}").replace(tzinfo=TIME_ZONE)


@dataclass(frozen=True)
class House:
    """A database with a community that is served from 1 September."""

    database: Database

    def add(self, table: str, **values: Any) -> None:
        with self.database.transaction() as tx:
            tx.execute(insert(T[table]).values(**values))

    def execute(self, statement: str, **values: Any) -> None:
        with self.database.transaction() as tx:
            tx.execute(text(statement), values)

    def case(self, code: str, opened: str, *events: str, **values: Any) -> None:
        """A case (an ordinary repair unless said otherwise) and its events, `20 10:00 answered S1` each."""
        row = {"community_code": "001", "kind": "repair", "urgency": "ordinary", "handler": "S1"} | values
        self.add("cases", case_code=code, opened_at=at(opened), **row)
        for event in events:
            self.event(code, event)

    def event(self, code: str, written: str) -> None:
        day, clock, event, *who = written.split(" ")
        staff = who[0] if who else None
        self.add("case_events", case_code=code, event_at=at(f"{day} {clock}"), event=event, staff_code=staff)

    def run(self, as_of: str) -> dict[str, int]:
        """Compute and raise, as one run does; what was written."""
        instant = at(as_of)
        with self.database.transaction() as tx:
            run = open_run(tx, "overdue_escalations", instant, started_at=instant)
        with self.database.transaction() as tx:
            counts = compute_deadlines(tx, run, instant)
        with self.database.transaction() as tx:
            return counts | raise_escalations(tx, run, instant)

    def deadline(self, code: str, milestone: str, occurrence: int = 1) -> Any:
        """The row of one deadline, or None."""
        table = T["deadlines"]
        with self.database.transaction() as tx:
            return tx.execute(
                select(table).where(
                    table.c.case_code == code, table.c.milestone == milestone, table.c.occurrence == occurrence
                )
            ).one_or_none()

    def due(self, code: str, milestone: str, occurrence: int = 1) -> datetime | None:
        row = self.deadline(code, milestone, occurrence)
        return None if row is None else row.due_at

    def steps(self, code: str, milestone: str | None = None) -> list[tuple[int, str, str | None, datetime]]:
        """Level, role, person and instant of what was raised for a case, in order."""
        table = T["escalations"]
        query = select(table.c.level, table.c.role, table.c.staff_code, table.c.raised_at).where(
            table.c.case_code == code
        )
        if milestone:
            query = query.where(table.c.milestone == milestone)
        with self.database.transaction() as tx:
            return [tuple(row) for row in tx.execute(query.order_by(table.c.raised_at, table.c.level, table.c.role))]

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with self.database.transaction() as tx:
            return [tuple(row) for row in tx.execute(text(statement))]


def build_house(database: Database) -> House:
    """The community 001, its six people without a roster, live from 1 September 2026."""
    house = House(database)
    house.add("communities", community_code="001", community_name="澄庭雅苑")
    house.add("settings", setting="live_from", value="2026-09-01")
    for code, role, community in PEOPLE:
        address = f"{code.lower()}@example.com"
        house.add("staff", staff_code=code, staff_name=code, role=role, community_code=community, email=address)
    return house
