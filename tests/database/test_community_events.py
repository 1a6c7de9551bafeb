"""Reception days, mailboxes and committee meetings are planned by the calendar, in time, and once (CB-09, CB-10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text

from guanjia.pipelines.scheduled_callbacks.events import plan_events
from guanjia.pipelines.scheduled_callbacks.served import morning_of, use_settings_of
from guanjia.store.runs import open_run
from guanjia.store.tables import metadata
from tests.conftest import Database

T = metadata.tables


@dataclass
class EventHouse:
    """Communities whose events are planned day by day."""

    database: Database

    def add(self, table: str, **values: Any) -> None:
        with self.database.transaction() as tx:
            tx.execute(insert(T[table]).values(**values))

    def execute(self, statement: str, **values: Any) -> None:
        with self.database.transaction() as tx:
            tx.execute(text(statement), values)

    def community(self, code: str, live_from: str, **settings: str) -> None:
        self.add("communities", community_code=code, community_name=f"小区{code}")
        for name, value in ({"live_from": live_from} | settings).items():
            self.add("settings", setting=name, community_code=code, value=value)

    def plan(self, first: str, last: str | None = None) -> dict[str, int]:
        """The days from the first to the last, one after the other; the sum of what was written."""
        day, end = date.fromisoformat(first), date.fromisoformat(last or first)
        counts: dict[str, int] = {"events_planned": 0, "events_moved": 0}
        with self.database.transaction() as tx:
            run = open_run(tx, "scheduled_callbacks", morning_of(end), started_at=morning_of(end))
            while day <= end:
                use_settings_of(tx, day)
                for name, count in plan_events(tx, run, morning_of(day), day).items():
                    counts[name] += count
                day += timedelta(days=1)
        return counts

    def announce(self, code: str, at: datetime) -> None:
        self.execute(
            "UPDATE community_events SET state = 'announced', announced_at = :at WHERE event_code = :code",
            at=at,
            code=code,
        )

    def event(self, code: str) -> tuple[Any, ...] | None:
        """Day, day of announcing, day of reminding, state and reason, days as MM-DD."""
        with self.database.transaction() as tx:
            row = tx.execute(
                text(
                    "SELECT to_char(event_on, 'MM-DD'), to_char(announce_on, 'MM-DD'), to_char(remind_on, 'MM-DD'), "
                    "state, reason FROM community_events WHERE event_code = :code"
                ),
                {"code": code},
            ).one_or_none()
        return None if row is None else tuple(row)

    def codes(self, like: str) -> list[str]:
        with self.database.transaction() as tx:
            found = tx.execute(
                text("SELECT event_code FROM community_events WHERE event_code LIKE :like ORDER BY event_code"),
                {"like": like},
            )
            return list(found.scalars())


@pytest.fixture
def house(database: Database) -> EventHouse:
    return EventHouse(database)


@pytest.mark.rule("CB-09")
@pytest.mark.rule("CB-10")
def test_each_month_has_a_reception_day_each_week_a_mailbox_and_the_year_two_meetings(house: EventHouse) -> None:
    house.community("001", "2026-03-20")
    house.community("002", "2026-05-20", reception_announce_days="20", reception_from_day="1")
    house.plan("2026-03-20", "2026-10-12")
    assert house.plan("2026-10-12") == {"events_planned": 0, "events_moved": 0}
    # Nobody announced anything, so each day was given up when seven days were no longer left.
    assert house.event("RECEPTION-001-2026-04") == (None, None, None, "impossible", "too_late")
    assert house.event("RECEPTION-002-2026-05") == (None, None, None, "impossible", "too_late")
    assert house.codes("RECEPTION-001-%") == [f"RECEPTION-001-2026-{month:02}" for month in range(3, 11)]
    assert house.codes("RECEPTION-002-%") == [f"RECEPTION-002-2026-{month:02}" for month in range(5, 12)]
    assert house.codes("COMMITTEE-%") == [
        "COMMITTEE-AUTUMN-001-2026-H2",
        "COMMITTEE-AUTUMN-002-2026-H2",
        "COMMITTEE-SPRING-001-2026-H1",
    ]
    weeks = house.codes("MAILBOX-001-%")
    assert weeks[0] == "MAILBOX-001-2026-W12" and len(weeks) == 31
    assert house.event("MAILBOX-001-2026-W41") == ("10-08", None, "10-08", "planned", None), "after National Day"


@pytest.mark.rule("CB-09")
def test_a_reception_day_is_announced_in_time_and_stands_once_it_is(house: EventHouse) -> None:
    house.community("001", "2026-11-01")
    house.plan("2026-11-01", "2026-11-04")
    assert house.event("RECEPTION-001-2026-11") == ("11-14", "11-04", "11-13", "planned", None)
    house.add("calendar_days", calendar_code="office", day=date(2026, 11, 14), is_working=True)
    assert house.plan("2026-11-05")["events_moved"] == 1
    assert house.event("RECEPTION-001-2026-11") == ("11-15", "11-05", "11-14", "planned", None)
    house.announce("RECEPTION-001-2026-11", morning_of(date(2026, 11, 5)))
    house.add("calendar_days", calendar_code="office", day=date(2026, 11, 15), is_working=True)
    house.plan("2026-11-06", "2026-11-30")
    assert house.event("RECEPTION-001-2026-11") == ("11-15", "11-05", "11-14", "announced", None)


@pytest.mark.rule("CB-09")
def test_a_community_served_late_in_the_month_gets_the_next_day_off_or_is_told_there_is_none(house: EventHouse) -> None:
    house.community("001", "2026-11-09")
    house.community("002", "2026-11-25")
    house.plan("2026-11-09")
    assert house.event("RECEPTION-001-2026-11") == ("11-21", "11-11", "11-20", "planned", "too_late")
    assert house.plan("2026-11-09") == {"events_planned": 0, "events_moved": 0}
    house.plan("2026-11-10", "2026-11-25")
    assert house.event("RECEPTION-002-2026-11") == (None, None, None, "impossible", "too_late")
    house.plan("2026-11-26", "2026-12-02")
    assert house.event("RECEPTION-002-2026-12") == ("12-12", "12-02", "12-11", "planned", None)


@pytest.mark.rule("CB-10")
def test_skipped_days_plan_what_daily_runs_plan(house: EventHouse) -> None:
    house.community("001", "2026-09-21")
    house.plan("2026-09-21", "2026-10-12")
    rows = "SELECT event_code, event_on, announce_on, remind_on, state, reason FROM community_events ORDER BY 1"
    with house.database.transaction() as tx:
        at_once = tx.execute(text(rows)).all()
        tx.execute(text("DELETE FROM community_events"))
    for n in range(22):
        house.plan((date(2026, 9, 21) + timedelta(days=n)).isoformat())
    with house.database.transaction() as tx:
        assert tx.execute(text(rows)).all() == at_once
    assert len(at_once) >= 6


@pytest.mark.rule("CB-10")
def test_rules_are_data_one_switched_off_plans_nothing_more(house: EventHouse) -> None:
    house.community("001", "2026-11-02")
    house.plan("2026-11-02")
    assert house.codes("%") == ["MAILBOX-001-2026-W45", "RECEPTION-001-2026-11"]
    house.execute("UPDATE callback_rules SET enabled = false WHERE rule_code = 'RECEPTION'")
    house.execute("UPDATE callback_rules SET repeat = '14' WHERE rule_code = 'MAILBOX'")
    house.plan("2026-11-03", "2026-11-20")
    assert house.codes("RECEPTION-%") == []
    assert house.codes("MAILBOX-%") == ["MAILBOX-001-2026-11-02", "MAILBOX-001-2026-11-16", "MAILBOX-001-2026-W45"]
