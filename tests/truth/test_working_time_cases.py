"""Working time as other help desks compute it, and as the State Council's notices make it: facts from outside."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select, text

from guanjia.pipelines.overdue_escalations.clock import Reach, compile_clock
from guanjia.pipelines.overdue_escalations.deadlines import compute_deadlines
from guanjia.settings import TIME_ZONE
from guanjia.store.runs import open_run
from guanjia.store.tables import metadata
from guanjia.store.tables.escalations import deadlines, working_days
from tests.conftest import SHARED, Database

TRUTH = SHARED / "truth"
AS_OF = datetime(2035, 1, 1, tzinfo=TIME_ZONE)
UNITS = {
    "working_seconds": "seconds",
    "working_days": "working_days",
    "working_days_end_of_day": "working_days_end",
}

pytestmark = pytest.mark.skipif(not TRUTH.is_dir(), reason="the cases from outside are not beside this checkout")


def _cases() -> list[dict[str, Any]]:
    if not TRUTH.is_dir():
        return []
    found = json.loads((TRUTH / "working_time_cases.json").read_text(encoding="utf-8"))
    chinese = {str(weekday): None for weekday in range(5)}
    for case in found["cn_cases"]:
        hours = dict.fromkeys(chinese, case["hours"])
        case["calendar"] = {"tz": "Asia/Shanghai", "hours": hours, "is_cn": True}
    return [*found["cases"], *found["cn_cases"]]


CASES = {case["id"]: case for case in _cases()}


def _instant(written: str, zone: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone))


def _insert(tx: Connection, table: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        columns = list(rows[0])
        values = ", ".join(f":{column}" for column in columns)
        tx.execute(text(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})"), rows)


def _days(code: str, calendar: dict[str, Any], years: range) -> list[dict[str, Any]]:
    free = {date.fromisoformat(day) for day in calendar.get("holidays", [])}
    for month_day in calendar.get("holidays_md", []):
        free |= {date.fromisoformat(f"{year}-{month_day}") for year in years}
    worked = {date.fromisoformat(day) for day in calendar.get("extra_workdays", [])}
    return [
        {"calendar_code": code, "day": day, "is_working": day in worked}
        for day in sorted(free - worked) + sorted(worked)
    ]


def _load(tx: Connection, case: dict[str, Any]) -> None:
    """One case from outside as a community, a calendar, a policy, a case and its events of ours."""
    code, calendar = case["id"], case["calendar"]
    start = _instant(case["start"], case["start_tz"])
    tx.execute(text("INSERT INTO communities (community_code, community_name) VALUES (:code, :code)"), {"code": code})
    _insert(
        tx,
        "calendars",
        [
            {
                "calendar_code": code,
                "weekday": int(weekday) + 1,
                "opens_at": opens,
                "closes_at": closes,
                "time_zone": calendar["tz"],
                "holidays": "cn" if calendar.get("is_cn") else "none",
            }
            for weekday, hours in calendar["hours"].items()
            for opens, closes in hours
        ],
    )
    _insert(tx, "calendar_days", _days(code, calendar, range(start.year - 1, start.year + 4)))
    since_assessment = code == "ZA-043"  # its clock starts inside a pause, at an event of a case opened earlier
    _insert(
        tx,
        "deadline_policies",
        [
            {
                "policy_code": code,
                "community_code": code,
                "kind": "repair",
                "milestone": "back_on_site" if since_assessment else "answer",
                "starts": "assessment" if since_assessment else "opened_at",
                "met_by": "back_on_site" if since_assessment else "answered",
                "budget": case["budget"],
                "budget_unit": UNITS[case["mode"]],
                "calendar": code,
                "pauses": True,
                "valid_from": date(2000, 1, 1),
            }
        ],
    )
    opened_at = start - timedelta(hours=1) if since_assessment else start
    _insert(
        tx,
        "cases",
        [{"case_code": code, "community_code": code, "kind": "repair", "urgency": "ordinary", "opened_at": opened_at}],
    )
    events = [(start, "assessment")] if since_assessment else []
    for paused, resumed in case["pauses"]:
        events += [(_instant(paused, case["start_tz"]), "paused"), (_instant(resumed, case["start_tz"]), "resumed")]
    _insert(tx, "case_events", [{"case_code": code, "event_at": at, "event": event} for at, event in events])


@pytest.fixture
def computed(database: Database) -> dict[str, datetime]:
    with database.transaction() as tx:
        tx.execute(text("INSERT INTO settings (setting, value) VALUES ('live_from', '2000-01-01')"))
        for case in CASES.values():
            _load(tx, case)
        run = open_run(tx, "overdue_escalations", AS_OF, started_at=AS_OF)
        compute_deadlines(tx, run, AS_OF)
        found = tx.execute(
            select(deadlines.c.case_code, deadlines.c.due_at).where(deadlines.c.policy_code == deadlines.c.case_code)
        )
        return {row.case_code: row.due_at for row in found}


@pytest.mark.rule("ESC-10")
def test_every_case_from_outside_is_due_when_it_says(computed: dict[str, datetime]) -> None:
    expected = {code: _instant(case["due"], case["due_tz"]).astimezone(TIME_ZONE) for code, case in CASES.items()}
    assert computed == expected
    assert len(computed) == 43


def test_the_office_works_on_exactly_the_days_the_notices_say(database: Database) -> None:
    with (TRUTH / "cn_calendar_2024_2026.csv").open(encoding="utf-8-sig", newline="") as file:
        expected = {date.fromisoformat(row["date"]): row["is_workday"] == "1" for row in csv.DictReader(file)}
    with database.transaction() as tx:
        run = open_run(tx, "overdue_escalations", AS_OF, started_at=AS_OF)
        reach = Reach(datetime(2024, 1, 1, tzinfo=TIME_ZONE), datetime(2026, 12, 31, tzinfo=TIME_ZONE), 86_400, 1)
        compile_clock(tx, reach, run_id=run.run_id)
        worked = set(tx.scalars(select(working_days.c.day).where(working_days.c.calendar_code == "office")))
    assert {day: day in worked for day in expected} == expected
    assert len(expected) == 1096
    assert set(metadata.tables) >= {"published_holidays", "published_years"}
